// The picture of a minimisation under constraints: bars for the variables between their bounds, and the multipliers below them.
import type { View } from '../../../docs/demo/view.ts';
import type { ConstrainedSolution } from '../src/constrained/constrained-program.ts';
import type { FormulaProblem } from '../src/constrained/formula-program.ts';

/** The view of `optim/constrained`. */
export const view: View<FormulaProblem, ConstrainedSolution> = {
  aspect: 1.9,
  opening: { family: 'designs', params: { name: 'welded beam' }, seed: 1 },
  caption: () =>
    'Above the variables, each over its own size; below the multipliers of constraints and bounds: those that are not zero hold the solution.',
  describe: ({ solution: { value, violation, x, multipliers } }) =>
    `${x.length} variables, ${multipliers.length} constraints: value ${value.toPrecision(6)}, violation ${violation.toExponential(1)}.`,
  draw({ context, width, height, palette }, { solution: { x, multipliers, boundMultipliers } }) {
    // Over their sizes: units differ from constraint to constraint.
    const squeezed = (values: readonly number[]) =>
      values.map((value) => Math.sign(value) * Math.log1p(Math.abs(value)));
    const rows = [
      { values: squeezed([...x]), middle: height / 4, colour: palette.first },
      {
        values: squeezed([...multipliers, ...boundMultipliers]),
        middle: (3 * height) / 4,
        colour: palette.second,
      },
    ];
    for (const { values, middle, colour } of rows) {
      const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
      const step = (width - 16) / Math.max(1, values.length);
      context.fillStyle = palette.hairline;
      context.fillRect(8, middle - 0.5, width - 16, 1);
      context.fillStyle = colour;
      values.forEach((value, i) => {
        const size = (value / most) * (height / 4 - 10);
        context.fillRect(8 + (i + 0.1) * step, middle - Math.max(size, 0), 0.8 * step, Math.abs(size));
      });
    }
  },
};
