// The perceptron: one row at a time.
//
// F. Rosenblatt: The perceptron (1958); Y. Freund, R. E. Schapire: Large margin classification using the perceptron
// algorithm (1999), for the average.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { refuseZeroRows } from './lr-gd.ts';
import { rosenblatt } from './papers.ts';
import { separable } from './separable-problem.ts';
import type { SeparationIterate, SeparationOutcome, SeparationSteps } from './separation.ts';
import { initialOption, iterationLimit, separationSteps } from './separation.ts';
import type { SeparableInstance, SeparableLike } from './signed-rows.ts';
import { asSeparable } from './signed-rows.ts';

const perceptronOptions = {
  order: {
    type: 'choice',
    choices: ['cyclic', 'first', 'averaged'],
    default: 'cyclic',
    description:
      'Pass over the rows in turn; restart at the first misclassified row after every update; or pass in turn and average all planes',
  },
  initial: initialOption,
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

/** Options of `perceptron`. */
export type PerceptronOptions = OptionsOf<typeof perceptronOptions> & RunOptions<SeparationIterate>;

/**
 * Separates two classes by h <- h + b_i for a row i on the wrong side, or on the plane: at most R² / mu² updates, R the
 * largest norm of a row and mu the margin, whatever the order. An iteration is a pass over all rows, or one update in the
 * order `first`. Points with weights are added in proportion to them. The averaged plane often has the larger margin; its run ends when the
 * average separates.
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { perceptron } from '@infimum/learn';
 *
 * const points = { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, -1) };
 * const { status, updates } = perceptron({ points, labels: Int8Array.of(1, -1), fitIntercept: false });
 * console.log(status, updates); // converged 2
 * ```
 */
export function perceptron(instance: SeparableLike, options: PerceptronOptions = {}): SeparationOutcome {
  return runWith(perceptronOptions, options, perceptronSteps(asSeparable(instance), options));
}

/** The steps of `perceptron`. */
export function* perceptronSteps(instance: SeparableInstance, options: PerceptronOptions = {}): SeparationSteps {
  const { order, initial } = resolveOptions(perceptronOptions, options);
  return yield* separationSteps(instance, initial, Infinity, ({ rows, h }) => {
    refuseZeroRows(rows);
    if (order === 'first') {
      return (_, margins) => {
        const wrong = margins.findIndex((z) => !(z > 0));
        rows.add(wrong, rows.weightOf(wrong), h);
      };
    }
    // The sum of all planes has the direction of their mean.
    const current = h.slice();
    const sum = new Float64Array(h.length);
    const pass = (): number => {
      let updates = 0;
      for (let i = 0; i < rows.count; i++) {
        if (!(rows.dot(i, current) > 0)) {
          rows.add(i, rows.weightOf(i), current);
          updates++;
        }
        if (order === 'averaged') for (let j = 0; j < sum.length; j++) sum[j] += current[j];
      }
      h.set(order === 'averaged' ? sum : current);
      return updates;
    };
    return pass;
  });
}

export const perceptronSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/perceptron',
  title: 'Perceptron',
  summary: 'Adds one misclassified row at a time: few operations, and at most R²/mu² updates.',
  problem: separable,
  role: 'baseline',
  paper: rosenblatt,
  cost: 'O(nd) \\text{ per pass}',
  options: perceptronOptions,
  steps: (instance, options) => perceptronSteps(instance, options),
});
