// The picture of a search by rankings: what the judge goes by along the way, and the entries of the point.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { RankedPoint, RankedSearch } from '../src/ranking/ranking-oracle.ts';

/** The view of `blackbox/ranking`. */
export const view: View<RankedSearch, RankedPoint> = {
  aspect: 1.6,
  opening: { family: 'functions', params: { d: 20 }, seed: 1 },
  wantsTrail: true,
  caption: () =>
    'Above: the value that the judge goes by and the method never sees, against points shown. Below: the entries of the point.',
  describe: ({ instance, solution: { x, queries } }) =>
    `After ${queries} points the judge’s value is ${instance.value(x.slice(), 0).toPrecision(3)}.`,
  draw(
    { context, width, height, palette },
    { instance, solution, trail = [] }: Scene<RankedSearch, RankedPoint>,
  ) {
    const path = [...trail, solution].map(({ x, queries }) => ({
      queries,
      level: Math.asinh(1e6 * (instance.value(x.slice(), 0) - (instance.optimum ?? 0))),
    }));
    const upper = 0.7 * height;
    const levels = path.map(({ level }) => level).filter(Number.isFinite);
    const [low, high] = [Math.min(0, ...levels), Math.max(1e-9, ...levels)];
    const last = Math.max(1, solution.queries);
    context.strokeStyle = palette.first;
    context.lineWidth = 2;
    context.beginPath();
    for (const { queries, level } of path) {
      context.lineTo((queries / last) * width, 4 + (1 - (level - low) / (high - low)) * (upper - 8));
    }
    context.stroke();
    const entries = solution.x.subarray(0, 200);
    const largest = entries.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0) || 1;
    const middle = (upper + height) / 2;
    context.fillStyle = palette.second;
    for (const [j, entry] of entries.entries()) {
      const bar = (entry / largest) * 0.45 * (height - upper);
      const slot = width / entries.length;
      context.fillRect(j * slot, middle - Math.max(bar, 0), Math.max(1, slot - 1), Math.abs(bar));
    }
  },
};
