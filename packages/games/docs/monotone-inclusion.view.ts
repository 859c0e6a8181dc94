// The picture of an inclusion: the two coordinates that moved most, from the start to now, and all entries below.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { InclusionSolution, MonotoneInclusion } from '../src/inclusions/inclusion.ts';

/** The view of `games/monotone-inclusion`. */
export const view: View<MonotoneInclusion, InclusionSolution> = {
  aspect: 1.8,
  opening: { family: 'bilinear', params: { n: 400, d: 1 }, seed: 1 },
  wantsTrail: true,
  caption: () =>
    'The path of the best point in its first and last coordinate, from the ring to the dot; bars below are the entries of the point.',
  describe: ({ solution: { residual, evaluations } }) =>
    `The residual is ${residual.toExponential(1)} after ${evaluations.value} evaluations of components.`,
  draw({ context, width, height, palette }, { solution, trail = [] }: Scene<MonotoneInclusion, InclusionSolution>) {
    const last = solution.x.length - 1;
    const path = [...trail, solution].map(({ x }) => [x[0], x[last]] as const);
    const upper = 0.72 * height;
    const range = (axis: 0 | 1): [number, number] => {
      const values = path.map((point) => point[axis]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const margin = 0.12 * (high - low) || 1;
      return [low - margin, high + margin];
    };
    const [[left, right], [bottom, top]] = [range(0), range(1)];
    const place = ([x, y]: readonly [number, number]): [number, number] => [
      ((x - left) / (right - left)) * width,
      ((top - y) / (top - bottom)) * upper,
    ];
    context.strokeStyle = palette.first;
    context.beginPath();
    for (const point of path) context.lineTo(...place(point));
    context.stroke();
    context.strokeStyle = palette.muted;
    context.beginPath();
    context.arc(...place(path[0]), 5, 0, 2 * Math.PI);
    context.stroke();
    context.fillStyle = palette.first;
    context.beginPath();
    context.arc(...place(path[path.length - 1]), 4, 0, 2 * Math.PI);
    context.fill();
    const entries = solution.x.subarray(0, 200);
    const largest = entries.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    const middle = (upper + height) / 2;
    context.fillStyle = palette.second;
    for (const [j, value] of entries.entries()) {
      const bar = (value / largest) * (0.45 * (height - upper));
      context.fillRect(
        (j / entries.length) * width,
        middle - Math.max(bar, 0),
        Math.max(1, width / entries.length - 1),
        Math.abs(bar),
      );
    }
  },
};
