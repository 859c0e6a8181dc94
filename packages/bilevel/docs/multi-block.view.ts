// The picture of a multi-block problem: the lower variables, a row a block, and the upper variables above them.
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { View } from '../../../docs/demo/view.ts';
import type { MultiBlockInstance } from '../src/block-problems/multi-block-instance.ts';
import type { MultiBlockSolution } from '../src/block-problems/multi-block-optimization.ts';

/** The view of `bilevel/multi-block`. */
export const view: View<MultiBlockInstance, MultiBlockSolution> = {
  aspect: 1.6,
  opening: { family: 'quadratic', params: { blocks: 3, dimX: 4, dimY: 4, noise: 0.5 } },
  caption: () => 'Above the upper variables, below the lower ones, a row a block; the darker the larger.',
  describe: ({ solution }) =>
    `Upper variables from ${Math.min(...solution.x).toFixed(3)} to ${Math.max(...solution.x).toFixed(3)}.`,
  draw(surface, { instance, solution: { x, y } }) {
    const { width, height } = surface;
    const q = lowerSize(instance, y);
    const shade = (values: Float64Array) => {
      const most = values.reduce((a, t) => Math.max(a, Math.abs(t)), 0) || 1;
      return values.map((t) => Math.abs(t) / most);
    };
    drawHeatMap(surface, { rows: 1, cols: x.length, values: shade(x) }, { x: 8, y: 8, width: width - 16, height: 28 });
    const box = { x: 8, y: 48, width: width - 16, height: height - 56 };
    drawHeatMap(surface, { rows: y.length / q, cols: q, values: shade(y) }, box);
  },
};

function lowerSize({ source }: MultiBlockInstance, y: Float64Array): number {
  if (source.kind === 'quadratic') return source.dimY;
  if (source.kind === 'temperatures') return source.train.design.cols;
  if (source.kind === 'auc') return 2;
  if (source.kind === 'sequences') return source.hidden;
  if (source.kind === 'folds') return source.data.design.cols;
  return source.kind === 'ranking' ? 1 : y.length;
}
