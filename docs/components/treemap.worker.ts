// The worker of the treemap: lays out a tree, and with other sizes again.
import type { FlatTree, Layout } from './treemap-zoom.ts';
import { layOut } from './treemap-zoom.ts';

/** Sizes of a tree; `parents` if the tree has changed. */
export interface TreemapRequest {
  readonly run: number;
  readonly size: readonly [number, number];
  readonly parents?: Int32Array;
  readonly weights: Float64Array;
  readonly isKept: boolean;
}

export interface TreemapReply {
  readonly run: number;
  readonly layout: Layout;
}

let parents: Int32Array = new Int32Array();
let state: ReturnType<typeof layOut>['state'] | undefined;

addEventListener('message', ({ data }: MessageEvent<TreemapRequest>) => {
  if (data.parents) {
    parents = data.parents;
    state = undefined;
  }
  const tree: FlatTree = { parents, weights: data.weights, names: new Array(parents.length).fill('') };
  const found = layOut(tree, data.size, data.isKept ? state : undefined);
  state = found.state;
  postMessage({ run: data.run, layout: found.layout } satisfies TreemapReply);
});
