// The martingale loss, whose minimiser is the best approximation of the true value in mean square; and, as the negative example,
// the mean-square TD error, whose minimiser is not. Both by Gauss and Newton's iteration, one pass through the data each.
//
// Y. Jia, X. Zhou: Policy evaluation and temporal-difference learning in continuous time and space: a martingale approach
// (arXiv 2108.06655, 2022), sections 3.1 and 3.2.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { norm, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import { martingalePaper } from './continuous-lstd.ts';
import type { EvaluationInstance, EvaluationIterate, EvaluationLike, EvaluationSolution } from './evaluation-instance.ts';
import { asEvaluation, checkEvaluation } from './evaluation-instance.ts';
import { evaluationProblem } from './evaluation-problem.ts';
import { visitIncrements } from './increments.ts';

const martingaleLossOptions = {
  loss: {
    type: 'choice',
    choices: ['martingale', 'mean-square'],
    default: 'martingale',
    description: 'Loss; the mean-square TD error is wrong under noise',
  },
  discountForm: {
    type: 'choice',
    choices: ['auto', 'exact', 'euler', 'discrete'],
    default: 'auto',
    description: 'Discretisation of discounting, as for `continuousLstd`',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'Step of the parameters, relative to 1 + their norm, at which to stop',
  },
  maxEpochs: {
    type: 'integer',
    was: 'passes',
    min: 1,
    max: 10_000,
    default: 100,
    description: 'Passes through the data before giving up',
  },
  maxIterations: { type: 'integer', min: 0, default: 1_000_000_000, description: 'Limit on steps of the data' },
} as const satisfies OptionSpecs;

/** Options of `martingaleLoss`. */
export type MartingaleLossOptions = OptionsOf<typeof martingaleLossOptions> & RunOptions<EvaluationIterate>;

/**
 * Minimises ½ Σ (G_i - e^(-βt_i) J(t_i, x_i))² Δ_i, with G_i the sum of all rewards from t_i on, discounted to time 0, including the
 * terminal value (`loss: 'martingale'`): gradient Monte Carlo. Where there is no end the last J of an excerpt replaces the unobserved rest,
 * so excerpts must be long.
 *
 * @param instance - data, family, discount rate
 * @throws {InvalidInputError} for times that do not rise, and shapes that do not fit
 *
 * Source: Y. Jia, X. Zhou (arXiv 2108.06655, 2022).
 *
 * @example
 * ```ts
 * import { brownianValue, martingaleLoss } from '@infimum/bandits-rl/policy-evaluation';
 *
 * const { parameters } = martingaleLoss({
 *   episodes: [{ times: Float64Array.of(0, 0.5, 1), states: Float64Array.of(0, 1, 0), rewards: new Float64Array(2) }],
 *   approximator: brownianValue(1),
 *   initialParameters: Float64Array.of(1),
 *   discountRate: 0,
 *   isContinuing: false,
 * });
 * console.log(parameters[0].toFixed(3)); // -0.400
 * ```
 */
export function martingaleLoss(
  instance: EvaluationLike,
  options: MartingaleLossOptions = {},
): Outcome<EvaluationSolution, EvaluationIterate> {
  return runWith(martingaleLossOptions, options, martingaleLossSteps(asEvaluation(instance), options));
}

/** The normal equations of one pass. */
class Normal {
  readonly size: number;
  readonly products: Float64Array;
  readonly slope: Float64Array;
  loss = 0;

  constructor(size: number) {
    this.size = size;
    this.products = new Float64Array(size * size);
    this.slope = new Float64Array(size);
  }

  /** A term ½ weight (target - prediction)². */
  add(difference: number, gradient: Float64Array, at: number, weight: number): void {
    const { size, products, slope } = this;
    this.loss += (weight * difference * difference) / 2;
    for (let i = 0; i < size; i++) {
      const share = weight * gradient[at + i];
      slope[i] += share * difference;
      for (let j = 0; j <= i; j++) products[i * size + j] += share * gradient[at + j];
    }
  }

  /** The step of Gauss and Newton with some damping; undefined where it is not determined. */
  step(damping: number): Float64Array | undefined {
    const { size } = this;
    const factor = this.products.slice();
    for (let i = 0; i < size; i++) factor[i * size + i] *= 1 + damping;
    const step = this.slope.slice();
    if (!smallCholesky(factor, size)) return undefined;
    solveSmallCholesky(factor, size, step);
    return step.every(Number.isFinite) ? step : undefined;
  }
}

/** The steps of `martingaleLoss`. */
export function* martingaleLossSteps(
  instance: EvaluationInstance,
  options: MartingaleLossOptions = {},
): Steps<EvaluationSolution, EvaluationIterate> {
  const settings = resolveOptions(martingaleLossOptions, options);
  checkEvaluation(instance);
  const { approximator } = instance;
  let best = instance.initialParameters.slice();
  let [iteration, passes, damping] = [0, 0, 0];
  const solution = (): EvaluationSolution => ({ parameters: best.slice() });
  yield { iteration, passes, solution };
  let normal: Normal | undefined;
  let bestLoss = Infinity;
  let trial = best.slice();
  for (;;) {
    const pass = onePass(instance, settings, trial);
    let seen = pass.next();
    let before = 0;
    while (!seen.done) {
      iteration += seen.value - before;
      before = seen.value;
      yield { iteration, passes, solution };
      seen = pass.next();
    }
    passes++;
    const fresh = seen.value;
    if (!Number.isFinite(fresh.loss) && !normal) return stalled(solution(), 'the loss is not finite');
    if (fresh.loss <= bestLoss) {
      best = trial;
      bestLoss = fresh.loss;
      normal = fresh;
      damping = damping > 1e-6 ? damping / 10 : 0;
    } else {
      damping = Math.max(1e-3, 10 * damping);
    }
    yield { iteration: ++iteration, passes, solution };
    const step = normal?.step(damping);
    if (!step) return stalled(solution(), 'the data do not determine the parameters');
    const next = best.map((value, i) => value + step[i]) as Float64Array<ArrayBuffer>;
    approximator.restrict?.(next);
    const shift = norm(next.map((value, i) => value - best[i])) / (1 + norm(best));
    if (shift <= settings.tolerance) {
      return converged(solution(), `a further step would be ${shift.toExponential(1)}`);
    }
    if (passes >= settings.maxEpochs) return stalled(solution(), `the steps did not converge in ${passes} passes`);
    trial = next;
  }
}

/** Normal equations at some parameters; an episode at a time is kept. */
function* onePass(
  instance: EvaluationInstance,
  { loss, discountForm }: { loss: string | number; discountForm: string | number },
  parameters: Float64Array,
): Generator<number, Normal> {
  const { approximator } = instance;
  const size = approximator.size;
  const normal = new Normal(size);
  const gradient = new Float64Array(size);
  const slope = new Float64Array(size);
  /** Of the episode: value, payment and duration of each step, and gradients. */
  const rows: number[] = [];
  const gradients: number[] = [];
  let start = 0;
  return yield* mapReturn(
    visitIncrements(instance, discountForm, (at) => {
      const now = approximator.value(parameters, at.t, at.x);
      approximator.gradient(parameters, at.t, at.x, gradient);
      if (loss === 'mean-square') {
        const next = at.payoff ?? approximator.value(parameters, at.tNext, at.xNext);
        if (at.payoff === undefined) approximator.gradient(parameters, at.tNext, at.xNext, slope);
        else slope.fill(0);
        for (let i = 0; i < size; i++) slope[i] = -at.weight * (at.a * slope[i] - at.b * gradient[i]);
        normal.add(at.weight * (at.a * next - at.b * now + at.c * at.reward), slope, 0, 1 / at.duration);
        return;
      }
      // All is discounted to time 0, or to the start of an excerpt.
      if (at.isFirst && instance.isContinuing) start = at.t;
      const weight = Math.exp(-instance.discountRate * (at.t - start));
      if (at.isFirst) {
        rows.length = 0;
        gradients.length = 0;
      }
      rows.push(weight * now, weight * at.c * at.reward, at.duration);
      for (let i = 0; i < size; i++) gradients.push(weight * gradient[i]);
      if (!at.isLast) return;
      const endWeight = Math.exp(-instance.discountRate * (at.tNext - start));
      let ahead = endWeight * (at.payoff ?? approximator.value(parameters, at.tNext, at.xNext));
      const all = Float64Array.from(gradients);
      for (let k = rows.length / 3 - 1; k >= 0; k--) {
        ahead += rows[3 * k + 1];
        normal.add(ahead - rows[3 * k], all, k * size, rows[3 * k + 2]);
      }
    }),
    () => normal,
  );
}

function* mapReturn<T, R>(source: Generator<T, unknown>, result: () => R): Generator<T, R> {
  yield* source;
  return result();
}

export const martingaleLossSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/martingale-loss',
  title: 'Martingale loss',
  summary: 'The best mean-square approximation of the value, by least squares on realised rewards.',
  problem: evaluationProblem,
  variant: 'loss',
  role: 'paper',
  paper: martingalePaper,
  cost: 'O(N L^2) \\text{ per pass}',
  options: martingaleLossOptions,
  steps: martingaleLossSteps,
});
