// The picture of a minimisation under equalities: bars for the variables or weights, and the multipliers below them.
import type { View } from '../../../docs/demo/view.ts';
import type { EqualitySolution } from '../src/constrained/equality-program.ts';
import type { EqualityInstance } from '../src/constrained/equality-source.ts';

/** The view of `optim/equality-constrained`. */
export const view: View<EqualityInstance, EqualitySolution> = {
  aspect: 1.9,
  opening: { family: 'cutest', params: { name: 'HS77' }, seed: 1 },
  caption: () => 'Above the variables, below the multipliers of the equalities, each on its own scale.',
  describe: ({ solution: { value, residual, x, multipliers } }) =>
    `${x.length} variables, ${multipliers.length} equalities: value ${value.toPrecision(6)}, residual ${residual.toExponential(1)}.`,
  draw({ context, width, height, palette }, { solution: { x, multipliers } }) {
    const rows = [
      { values: x, middle: height / 4, color: palette.first },
      { values: multipliers, middle: (3 * height) / 4, color: palette.second },
    ];
    for (const { values, middle, color } of rows) {
      const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
      const step = (width - 16) / Math.max(1, values.length);
      context.fillStyle = palette.hairline;
      context.fillRect(8, middle - 0.5, width - 16, 1);
      context.fillStyle = color;
      values.forEach((value, i) => {
        const size = (value / most) * (height / 4 - 10);
        context.fillRect(8 + (i + 0.1) * step, middle - Math.max(size, 0), 0.8 * step, Math.abs(size));
      });
    }
  },
};
