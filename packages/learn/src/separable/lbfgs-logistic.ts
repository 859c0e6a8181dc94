// Logistic regression by L-BFGS: the usual method of statistics packages, stopped at the first plane without errors.
//
// D. C. Liu, J. Nocedal: On the limited memory BFGS method for large scale optimization (1989).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { dot, LbfgsHistory, norm } from '@infimum/linalg/numerics';
import { refuseZeroRows } from './lr-gd.ts';
import { separable } from './separable-problem.ts';
import type { SeparationIterate, SeparationOutcome, SeparationSteps } from './separation.ts';
import { iterationLimit, logisticWeight, separationSteps } from './separation.ts';
import type { SeparableInstance, SeparableLike } from './signed-rows.ts';
import { asSeparable } from './signed-rows.ts';

const lbfgsLogisticOptions = {
  memory: { type: 'integer', min: 1, max: 100, default: 10, description: 'Number of stored steps' },
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

/** Options of `lbfgsLogistic`. */
export type LbfgsLogisticOptions = OptionsOf<typeof lbfgsLogisticOptions> & RunOptions<SeparationIterate>;

/**
 * Separates two classes by quasi-Newton steps on the mean logistic loss of rows divided by R, each shortened until the
 * loss falls enough (Armijo).
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { lbfgsLogistic } from '@infimum/learn';
 *
 * const points = { rows: 2, cols: 2, values: Float64Array.of(1, 0.5, 1, -1) };
 * console.log(lbfgsLogistic({ points, labels: Int8Array.of(1, -1), fitIntercept: false }).errors); // 0
 * ```
 */
export function lbfgsLogistic(instance: SeparableLike, options: LbfgsLogisticOptions = {}): SeparationOutcome {
  return runWith(lbfgsLogisticOptions, options, lbfgsLogisticSteps(asSeparable(instance), options));
}

/** The steps of `lbfgsLogistic`. */
export function* lbfgsLogisticSteps(instance: SeparableInstance, options: LbfgsLogisticOptions = {}): SeparationSteps {
  const { memory } = resolveOptions(lbfgsLogisticOptions, options);
  return yield* separationSteps(instance, undefined, 1, ({ rows, h }) => {
    refuseZeroRows(rows);
    const history = new LbfgsHistory(h.length, memory);
    const margins = new Float64Array(rows.count);
    const weights = new Float64Array(rows.count);
    const lossAt = (x: Float64Array, gradient: Float64Array): number => {
      rows.margins(x, margins);
      let loss = 0;
      for (let i = 0; i < margins.length; i++) {
        weights[i] = logisticWeight(margins[i]);
        const own = Math.log1p(Math.exp(-Math.abs(margins[i]))) + Math.max(-margins[i], 0);
        loss += rows.weightOf(i) * own;
      }
      rows.weigh(weights);
      gradient.fill(0);
      rows.addAll(weights, -1 / rows.count, gradient);
      return loss / rows.count;
    };
    let gradient = new Float64Array(h.length);
    let nextGradient = new Float64Array(h.length);
    const direction = new Float64Array(h.length);
    const next = new Float64Array(h.length);
    const moved = new Float64Array(h.length);
    const changed = new Float64Array(h.length);
    let loss = lossAt(h, gradient);
    let isFirst = true;
    return () => {
      history.direction(gradient, direction);
      const slope = dot(gradient, direction);
      let step = isFirst ? Math.min(4, 1 / (norm(gradient) || 1)) : 1;
      isFirst = false;
      for (let halvings = 0; halvings < 60; halvings++, step /= 2) {
        for (let j = 0; j < h.length; j++) next[j] = h[j] + step * direction[j];
        const value = lossAt(next, nextGradient);
        if (!(value <= loss + 1e-4 * step * slope)) continue;
        for (let j = 0; j < h.length; j++) {
          moved[j] = next[j] - h[j];
          changed[j] = nextGradient[j] - gradient[j];
        }
        history.add(moved, changed);
        h.set(next);
        [gradient, nextGradient] = [nextGradient, gradient];
        loss = value;
        return;
      }
      history.clear();
    };
  });
}

export const lbfgsLogisticSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/lbfgs-logistic',
  title: 'Logistic regression by L-BFGS',
  summary: 'Quasi-Newton steps on the logistic loss, as in statistics packages.',
  problem: separable,
  role: 'baseline',
  paper: { title: 'On the limited memory BFGS method for large scale optimization', year: 1989 },
  cost: 'O(nd + md) \\text{ per iteration}',
  options: lbfgsLogisticOptions,
  steps: (instance, options) => lbfgsLogisticSteps(instance, options),
});
