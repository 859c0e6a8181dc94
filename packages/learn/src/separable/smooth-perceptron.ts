// The smooth perceptron: Nesterov's smoothing of the margin, with iterations that grow as 1/mu instead of 1/mu².
//
// N. Soheili, J. Peña: A smooth perceptron algorithm, SIAM Journal on Optimization 22 (2012).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { refuseZeroRows } from './lr-gd.ts';
import { separable } from './separable-problem.ts';
import type { SeparationIterate, SeparationOutcome, SeparationSteps } from './separation.ts';
import { iterationLimit, separationSteps } from './separation.ts';
import type { SeparableInstance, SeparableLike } from './signed-rows.ts';
import { asSeparable } from './signed-rows.ts';

const smoothPerceptronOptions = { maxIterations: iterationLimit } as const satisfies OptionSpecs;

/** Options of `smoothPerceptron`. */
export type SmoothPerceptronOptions = OptionsOf<typeof smoothPerceptronOptions> & RunOptions<SeparationIterate>;

/**
 * Separates two classes by accelerated steps on the smoothed margin: at most about 2 sqrt(2 ln n) R / mu iterations. The best choice for
 * small margins.
 *
 * With q(w) the softmax of -B w / nu: theta = 2 / (k + 3); w <- (1 - theta) (w + theta B'p) + theta² B'q(w);
 * nu <- (1 - theta) nu; p <- (1 - theta) p + theta q(w).
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { smoothPerceptron } from '@infimum/learn';
 *
 * const points = { rows: 2, cols: 2, values: Float64Array.of(1, 0.01, 1, -0.01) };
 * const { status } = smoothPerceptron({ points, labels: Int8Array.of(1, -1), fitIntercept: false });
 * console.log(status); // converged
 * ```
 */
export function smoothPerceptron(instance: SeparableLike, options: SmoothPerceptronOptions = {}): SeparationOutcome {
  return runWith(smoothPerceptronOptions, options, smoothPerceptronSteps(asSeparable(instance), options));
}

/** The steps of `smoothPerceptron`. */
export function* smoothPerceptronSteps(instance: SeparableInstance, options: SmoothPerceptronOptions = {}): SeparationSteps {
  resolveOptions(smoothPerceptronOptions, options);
  return yield* separationSteps(instance, undefined, Infinity, ({ rows, h: w }) => {
    refuseZeroRows(rows);
    let nu = 2 * rows.radius ** 2; // 2 for rows of norm 1
    const p = new Float64Array(rows.count).fill(1 / rows.count);
    const q = new Float64Array(rows.count);
    rows.addAll(p, 1, w); // w_0 = B' 1/n
    const margins = new Float64Array(rows.count);
    rows.margins(w, margins);
    softmax(margins, nu, p);
    return (_, margins, k) => {
      const theta = 2 / (k + 3);
      softmax(margins, nu, q);
      for (let j = 0; j < w.length; j++) w[j] *= 1 - theta;
      rows.addAll(p, (1 - theta) * theta, w);
      rows.addAll(q, theta * theta, w);
      nu *= 1 - theta;
      rows.margins(w, margins);
      softmax(margins, nu, q);
      for (let i = 0; i < p.length; i++) p[i] = (1 - theta) * p[i] + theta * q[i];
    };
  });
}

/** out <- softmax(-z / nu). */
function softmax(z: Float64Array, nu: number, out: Float64Array): void {
  let least = Infinity;
  for (let i = 0; i < z.length; i++) least = Math.min(least, z[i]);
  let total = 0;
  for (let i = 0; i < z.length; i++) {
    out[i] = Math.exp((least - z[i]) / nu);
    total += out[i];
  }
  for (let i = 0; i < z.length; i++) out[i] /= total;
}

export const smoothPerceptronSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/smooth-perceptron',
  title: 'Smooth perceptron',
  summary: 'Accelerated steps on a smoothed margin: the best choice for tiny margins.',
  problem: separable,
  role: 'baseline',
  paper: { title: 'A smooth perceptron algorithm', year: 2012 },
  cost: 'O(nd) \\text{ per iteration}',
  options: smoothPerceptronOptions,
  steps: (instance, options) => smoothPerceptronSteps(instance, options),
});
