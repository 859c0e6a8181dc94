// The picture of a search: the function over the first two variables, the best points so far, and the particles if there are any.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { BestPoint, BlackBox } from '../src/continuous/black-box.ts';
import { continuousFamilies } from '../src/continuous/continuous-families.ts';

type Shown = BestPoint & { readonly particles?: Float64Array };

/** The function of an instance, which comes to the page without it; none for those that wait for data. */
function functionOf(family: string, params: Readonly<Record<string, unknown>>, seed: number): BlackBox['value'] | undefined {
  const made = continuousFamilies[family].generate(params as Record<string, number>, seed);
  return made instanceof Promise ? undefined : made.value;
}

/** The view of `blackbox/continuous`. */
export const view: View<BlackBox, Shown> = {
  aspect: 1.4,
  opening: { family: 'canyon', seed: 1 },
  wantsTrail: true,
  caption: ({ instance: { dimension } }) =>
    `Darker is lower${dimension > 2 ? ', in the plane of the first two variables through the best point' : ''}; dots are particles, the line is the path of the best point.`,
  describe: ({ solution: { value, evaluations } }) => `The best of ${evaluations.value} values is ${value.toPrecision(4)}.`,
  draw({ context, width, height, palette }, { instance, solution, family, params, seed, trail = [] }: Scene<BlackBox, Shown>) {
    const path = [...trail, solution].map(({ x }) => [x[0], x[1] ?? 0] as const);
    const range = (axis: 0 | 1): readonly [number, number] => {
      const bounds = [instance.lower, instance.upper].map((b) => (typeof b === 'number' ? b : b?.[axis]));
      if (bounds.every((bound) => bound !== undefined && Number.isFinite(bound))) return bounds as [number, number];
      const values = path.map((point) => point[axis]);
      const margin = 2 * (instance.scale?.[axis] ?? 1);
      return [Math.min(...values) - margin, Math.max(...values) + margin];
    };
    const [[left, right], [bottom, top]] = [range(0), range(1)];
    const value = functionOf(family, params, seed);
    const cells = value ? 48 : 0;
    const probe = solution.x.slice();
    const heights = Array.from({ length: cells * cells }, (_, k) => {
      probe[0] = left + (((k % cells) + 0.5) / cells) * (right - left);
      if (probe.length > 1) probe[1] = top - ((Math.floor(k / cells) + 0.5) / cells) * (top - bottom);
      const level = value?.(probe.slice()) ?? Number.NaN;
      return Number.isFinite(level) ? level : Number.MAX_VALUE;
    });
    const sorted = [...heights].sort((a, b) => a - b);
    context.fillStyle = palette.muted;
    for (const [k, level] of heights.entries()) {
      context.globalAlpha = 0.75 * (1 - sorted.indexOf(level) / sorted.length);
      context.fillRect(
        ((k % cells) * width) / cells,
        (Math.floor(k / cells) * height) / cells,
        width / cells + 1,
        height / cells + 1,
      );
    }
    context.globalAlpha = 1;
    const place = (x: number, y: number): [number, number] => [
      ((x - left) / (right - left)) * width,
      ((top - y) / (top - bottom)) * height,
    ];
    const dot = (x: number, y: number, radius: number) => {
      context.beginPath();
      context.arc(...place(x, y), radius, 0, 2 * Math.PI);
      context.fill();
    };
    const d = instance.dimension;
    context.fillStyle = palette.second;
    for (let at = 0; at < (solution.particles?.length ?? 0); at += d) {
      dot(solution.particles?.[at] ?? 0, d > 1 ? (solution.particles?.[at + 1] ?? 0) : 0, 2);
    }
    context.strokeStyle = palette.first;
    context.beginPath();
    for (const point of path) context.lineTo(...place(...point));
    context.stroke();
    context.fillStyle = palette.first;
    dot(...path[path.length - 1], 4);
  },
};
