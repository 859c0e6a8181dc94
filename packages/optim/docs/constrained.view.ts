// The picture of a minimisation under constraints: the variables between their bounds, and the multipliers below them.
import type { View } from '../../../docs/demo/view.ts';
import type { ConstrainedSolution } from '../src/constrained/constrained-program.ts';
import type { FormulaProblem } from '../src/constrained/formula-program.ts';

/** A bar, from -1 to 1. */
interface Bar {
  readonly name: string;
  readonly value: number;
  /** Whether it stands in a slot, from 0 to 1. */
  readonly isBounded: boolean;
}

/** Over their sizes: units differ from one to the other. */
function squeezed(values: readonly number[]): number[] {
  const sizes = values.map((value) => Math.sign(value) * Math.log1p(Math.abs(value)));
  const most = sizes.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
  return sizes.map((value) => value / most);
}

/** Variables: where they are between their bounds, or how large they are. */
function variableBars({ lower = [], upper = [] }: FormulaProblem, x: Float64Array): Bar[] {
  const sizes = squeezed([...x]);
  return sizes.map((size, i) => {
    const width = (upper[i] ?? Infinity) - (lower[i] ?? -Infinity);
    const isBounded = width > 0 && width < Infinity;
    const share = isBounded ? Math.min(1, Math.max(0, (x[i] - lower[i]) / width)) : size;
    return { name: `x${i + 1}`, value: share, isBounded };
  });
}

/** The view of `optim/constrained`. */
export const view: View<FormulaProblem, ConstrainedSolution> = {
  aspect: 1.9,
  opening: { family: 'designs', params: { name: 'welded beam' }, seed: 1 },
  caption: () =>
    'Above the variables, in their slots between the bounds where they have two; below the multipliers of the constraints g and of the bounds of x: those that are not zero hold the solution.',
  describe: ({ solution: { value, violation, x, multipliers } }) =>
    `${x.length} variables, ${multipliers.length} constraints: value ${value.toPrecision(6)}, violation ${violation.toExponential(1)}.`,
  draw({ context, width, height, palette }, { instance, solution }) {
    const { x, multipliers, boundMultipliers } = solution;
    const names = [...multipliers, ...boundMultipliers].map((_, i) =>
      i < multipliers.length ? `g${i + 1}` : `x${i - multipliers.length + 1}`,
    );
    const values = squeezed([...multipliers, ...boundMultipliers]);
    const rows: [bars: Bar[], middle: number, color: string][] = [
      [variableBars(instance, x), height / 3, palette.first],
      [values.map((value, i) => ({ name: names[i], value, isBounded: false })), (3 * height) / 4, palette.second],
    ];
    context.font = '11px sans-serif';
    context.textAlign = 'center';
    for (const [bars, middle, color] of rows) {
      const step = (width - 16) / Math.max(1, bars.length);
      const tall = bars.some(({ isBounded, value }) => !isBounded && value < 0) ? height / 4 - 24 : height / 3 - 24;
      context.fillStyle = palette.hairline;
      context.fillRect(8, middle - 0.5, width - 16, 1);
      bars.forEach(({ name, value, isBounded }, i) => {
        const left = 8 + (i + 0.1) * step;
        const size = value * tall;
        context.strokeStyle = palette.hairline;
        if (isBounded) context.strokeRect(left, middle - tall, 0.8 * step, tall);
        context.fillStyle = color;
        context.fillRect(left, middle - Math.max(size, 0), 0.8 * step, Math.abs(size));
        context.fillStyle = palette.muted;
        // Under the bar, or over it where it hangs.
        if (step >= 18) context.fillText(name, left + 0.4 * step, value < -0.02 ? middle - 4 : middle + 13);
      });
    }
  },
};
