// The picture of a search by rankings: what the judge goes by along the way, and the entries of the point.
import type { Scene, View } from '../../../docs/demo/view.ts';
import { rankingFamilies } from '../src/ranking/ranking-families.ts';
import type { RankedPoint, RankedSearch } from '../src/ranking/ranking-oracle.ts';

/** What the judge goes by, which the instance comes to the page without; none for those that wait for data. */
function judgeOf({ family, params, seed }: Scene<RankedSearch, RankedPoint>): RankedSearch['value'] | undefined {
  const made = rankingFamilies[family].generate(params as Record<string, number>, seed);
  return made instanceof Promise ? undefined : made.value;
}

/** The view of `blackbox/ranking`. */
export const view: View<RankedSearch, RankedPoint> = {
  aspect: 1.6,
  opening: { family: 'functions', params: { d: 20 }, seed: 1 },
  wantsTrail: true,
  caption: () =>
    'Above: the value that the judge goes by and the method never sees, against points shown. Below: the entries of the point.',
  describe: (scene) => {
    const value = judgeOf(scene)?.(scene.solution.x.slice(), 0);
    return value === undefined
      ? `After ${scene.solution.queries} points.`
      : `After ${scene.solution.queries} points the judge’s value is ${value.toPrecision(3)}.`;
  },
  draw({ context, width, height, palette }, scene: Scene<RankedSearch, RankedPoint>) {
    const { instance, solution, trail = [] } = scene;
    const value = judgeOf(scene);
    const path = [...trail, solution].map(({ x, queries }) => ({
      queries,
      level: Math.asinh(1e6 * ((value?.(x.slice(), 0) ?? Number.NaN) - (instance.optimum ?? 0))),
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
