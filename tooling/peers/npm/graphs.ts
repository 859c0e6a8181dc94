// d3-hierarchy's squarified treemap and d3-voronoi-treemap on `graphs/tree-partition`.
import type { HierarchyNode } from 'd3-hierarchy';
import { stratify, treemap, treemapSquarify } from 'd3-hierarchy';
import { voronoiTreemap } from 'd3-voronoi-treemap';
import type { NpmPeer, NpmResult } from './peer.ts';
import { Declined } from './peer.ts';

interface TreePartition {
  /** −1 for the root, which is the first. */
  readonly parents: Int32Array;
  /** Of the leaves. */
  readonly weights: Float64Array;
  /** Vertices of a convex polygon, x and y in turn. */
  readonly region: Float64Array;
}

type Polygon = readonly (readonly [number, number])[];

function rootOf({ parents, weights }: TreePartition): HierarchyNode<number> {
  const read = stratify<number>()
    .id((node) => String(node))
    .parentId((node) => (parents[node] < 0 ? '' : String(parents[node])));
  return read(Array.from(parents.keys())).sum((node) => weights[node]);
}

/** A turn through (0, 0) and t, for the direction of the vertices. */
function area(polygon: Polygon): number {
  return polygon.reduce((sum, [x, y], i) => {
    const [u, v] = polygon[(i + 1) % polygon.length];
    return sum + (x * v - y * u) / 2;
  }, 0);
}

/** All polygons in one frame, those of nodes without weight left out. */
function partitionOf(root: HierarchyNode<number>, polygonOf: (node: HierarchyNode<number>) => Polygon): NpmResult {
  const polygons: Polygon[] = [];
  root.each((node) => {
    const polygon = (node.value ?? 0) > 0 ? polygonOf(node) : [];
    polygons[node.data] = area(polygon) < 0 ? polygon.toReversed() : polygon;
  });
  const vertices = Float64Array.from(polygons.flat(2));
  const offsets = new Int32Array(polygons.length + 1);
  for (const [node, polygon] of polygons.entries()) offsets[node + 1] = offsets[node] + polygon.length;
  const origins = new Float64Array(2 * polygons.length);
  const scales = new Float64Array(polygons.length).fill(1);
  const solution = { vertices, offsets, local: vertices.slice(), origins, scales };
  return { status: 'converged', reason: 'all nodes have their polygons', solution };
}

const squarify: NpmPeer = {
  title: 'd3-hierarchy: treemapSquarify',
  problem: 'graphs/tree-partition',
  package: 'd3-hierarchy',
  solve: (instance: TreePartition, timed) => {
    const [left, bottom, right, top] = boxOf(instance.region);
    const root = rootOf(instance);
    const drawn = timed(() =>
      treemap<number>()
        .tile(treemapSquarify)
        .size([right - left, top - bottom])(root),
    );
    return partitionOf(drawn, (node) => {
      const { x0, y0, x1, y1 } = node as typeof drawn;
      return [
        [left + x0, bottom + y0],
        [left + x1, bottom + y0],
        [left + x1, bottom + y1],
        [left + x0, bottom + y1],
      ];
    });
  },
};

/** The region, if it is a rectangle along the axes. */
function boxOf(region: Float64Array): readonly [number, number, number, number] {
  const [xs, ys] = [0, 1].map((axis) => [...new Set(region.filter((_, i) => i % 2 === axis))].sort((a, b) => a - b));
  if (region.length !== 8 || xs.length !== 2 || ys.length !== 2) throw new Declined('d3-hierarchy divides rectangles only');
  return [xs[0], ys[0], xs[1], ys[1]];
}

const voronoi: NpmPeer = {
  title: 'd3-voronoi-treemap',
  problem: 'graphs/tree-partition',
  variant: 'approximate',
  package: 'd3-voronoi-treemap',
  solve: (instance: TreePartition, timed) => {
    const region: (readonly [number, number])[] = [];
    // Its clipping wants the vertices counterclockwise on a screen, whose y points down.
    for (let i = instance.region.length - 2; i >= 0; i -= 2) region.push([instance.region[i], instance.region[i + 1]]);
    const root = rootOf(instance);
    let state = 1;
    // Its own random numbers would differ from run to run.
    const random = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    timed(() =>
      voronoiTreemap()
        .clip(region as [number, number][])
        .prng(random)(root),
    );
    return partitionOf(root, (node) => [...(node as unknown as { readonly polygon: Polygon }).polygon]);
  },
};

/** By id. */
export const graphsPeers: Readonly<Record<string, NpmPeer>> = {
  'd3-hierarchy/squarify': squarify,
  'd3-voronoi-treemap/voronoi-treemap': voronoi,
};
