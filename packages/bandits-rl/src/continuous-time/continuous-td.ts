// Stochastic approximation of the martingale conditions: CTD(λ), the gradient methods CGTD, and, as the negative example, descent on
// the mean-square TD error.
//
// Y. Jia, X. Zhou: Policy evaluation and temporal-difference learning in continuous time and space: a martingale approach
// (arXiv 2108.06655, 2022), sections 3.1 and 4.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, exhausted, resolveOptions, runWith, stalled } from '@infimum/core';
import { dot, norm } from '@infimum/linalg/numerics';
import { martingalePaper } from './continuous-lstd.ts';
import type { EvaluationInstance, EvaluationIterate, EvaluationLike, EvaluationSolution } from './evaluation-instance.ts';
import { asEvaluation, checkEvaluation } from './evaluation-instance.ts';
import { evaluationProblem } from './evaluation-problem.ts';
import type { Increment } from './increments.ts';
import { martingaleIncrement, visitIncrements } from './increments.ts';

const continuousTdOptions = {
  method: {
    type: 'choice',
    choices: ['ctd', 'cgtd0', 'cgtd2', 'tdc', 'mean-square'],
    default: 'ctd',
    description:
      'CTD; gradient methods with the metric I (`cgtd0`, slow) or that of the test functions (`cgtd2`, `tdc`); `mean-square` is wrong under noise',
  },
  lambda: {
    type: 'number',
    min: 0,
    max: 1,
    default: 0,
    description: 'For CTD: the test function is ∫ λ^(t-s) ∂J ds; 0 for ∂J itself',
  },
  update: {
    type: 'choice',
    choices: ['online', 'offline'],
    default: 'online',
    description: 'Whether parameters move at every step or at the end of each episode',
  },
  stepSize: { type: 'number', above: 0, default: 0.5, description: 'α₀: α = α₀/(1 + t/decayTime)^0.7' },
  auxiliaryStepSize: {
    type: 'number',
    above: 0,
    default: 0.5,
    description: 'For the gradient methods: the second step size, falling with the power 0.5',
  },
  decayTime: {
    type: 'number',
    above: 0,
    default: 50,
    unit: 'time',
    description: 'Time of data after which the steps begin to decrease',
  },
  discountForm: {
    type: 'choice',
    choices: ['auto', 'exact', 'euler', 'discrete'],
    default: 'auto',
    description: 'Discretisation of discounting, as for `continuousLstd`',
  },
  averaging: {
    type: 'choice',
    choices: ['rising', 'none'],
    default: 'rising',
    description: 'Whether the result is the mean of all parameters, weighted by the square of time, or the last',
  },
  maxIterations: { type: 'integer', min: 0, default: 1_000_000_000, description: 'Limit on steps of the data' },
} as const satisfies OptionSpecs;

/** Options of `continuousTd`. */
export type ContinuousTdOptions = OptionsOf<typeof continuousTdOptions> & RunOptions<EvaluationIterate>;

/** Beyond this, parameters have diverged. */
const LARGEST_PARAMETERS = 1e8;

/**
 * Learns a value function in one pass through the data: CTD(λ) moves by θ += α ξ ΔM, with ξ = ∂J or its trace. α multiplies ΔM, so that
 * results with one α are comparable on different meshes. For families of any kind; O(L) a step.
 *
 * @param instance - data, family, discount rate
 * @throws {InvalidInputError} for times that do not rise, and shapes that do not fit
 *
 * Source: Y. Jia, X. Zhou (arXiv 2108.06655, 2022).
 *
 * @example
 * ```ts
 * import { continuousTd, linearValue, quadraticMonomials } from '@infimum/bandits-rl/policy-evaluation';
 *
 * const times = Float64Array.from({ length: 20_001 }, (_, i) => 0.05 * i);
 * const states = times.map((time) => Math.sin(time) + Math.cos(2.2 * time));
 * const { parameters } = continuousTd({
 *   episodes: [{ times, states, rewards: new Float64Array(20_000).fill(1) }],
 *   approximator: linearValue(quadraticMonomials(1), 1),
 *   initialParameters: new Float64Array(2),
 *   discountRate: 0.5,
 *   isContinuing: true,
 * });
 * console.log(Math.abs(parameters[1] - 2) < 0.1); // true
 * ```
 */
export function continuousTd(
  instance: EvaluationLike,
  options: ContinuousTdOptions = {},
): Outcome<EvaluationSolution, EvaluationIterate> {
  return runWith(continuousTdOptions, options, continuousTdSteps(asEvaluation(instance), options));
}

/** The steps of `continuousTd`. */
export function* continuousTdSteps(
  instance: EvaluationInstance,
  options: ContinuousTdOptions = {},
): Steps<EvaluationSolution, EvaluationIterate> {
  const settings = resolveOptions(continuousTdOptions, options);
  checkEvaluation(instance);
  const { approximator } = instance;
  const { discountForm, averaging, update } = settings;
  const size = approximator.size;
  const parameters = instance.initialParameters.slice();
  const average = parameters.slice();
  const last = parameters.slice();
  const step = new Float64Array(size);
  const move = mover(instance, settings, parameters, step);
  let [elapsed, count, isLost] = [0, 0, false];
  const solution = (): EvaluationSolution => ({ parameters: (averaging === 'none' ? last : average).slice() });
  yield { iteration: 0, passes: 0, solution };
  const visits = visitIncrements(instance, discountForm, (at) => {
    if (isLost) return;
    move(at, elapsed);
    elapsed += at.duration;
    if (update === 'offline' && !at.isLast) return;
    for (let i = 0; i < size; i++) parameters[i] += step[i];
    step.fill(0);
    approximator.restrict?.(parameters);
    if (!(norm(parameters) <= LARGEST_PARAMETERS)) {
      isLost = true;
      return;
    }
    count++;
    for (let i = 0; i < size; i++) {
      average[i] += (3 / (count + 2)) * (parameters[i] - average[i]);
      last[i] = parameters[i];
    }
  });
  let visit = visits.next();
  while (!visit.done) {
    if (isLost) return stalled(solution(), 'the parameters diverge: the step is too large');
    yield { iteration: visit.value, passes: 0, solution };
    visit = visits.next();
  }
  if (isLost) return stalled(solution(), 'the parameters diverge: the step is too large');
  yield { iteration: Math.max(1, visit.value + 1), passes: 1, solution };
  return exhausted(solution(), 'all data were used');
}

/** What a method adds to `step` for an increment. */
function mover(
  instance: EvaluationInstance,
  {
    method,
    lambda,
    stepSize,
    auxiliaryStepSize,
    decayTime,
  }: ContinuousTdOptions & { lambda: number; stepSize: number; auxiliaryStepSize: number; decayTime: number },
  parameters: Float64Array,
  step: Float64Array,
): (at: Increment, elapsed: number) => void {
  const { approximator } = instance;
  const size = approximator.size;
  const [gradient, trace, slope, auxiliary] = [0, 1, 2, 3].map(() => new Float64Array(size));
  return (at, elapsed) => {
    const age = 1 + elapsed / decayTime;
    const alpha = stepSize / age ** 0.7;
    const change = martingaleIncrement(instance, parameters, at);
    approximator.gradient(parameters, at.t, at.x, gradient);
    if (method === 'ctd') {
      if (lambda === 0) {
        for (let i = 0; i < size; i++) step[i] += alpha * gradient[i] * change;
        return;
      }
      if (at.isFirst) trace.fill(0);
      const decay = lambda ** at.duration;
      for (let i = 0; i < size; i++) {
        trace[i] = decay * trace[i] + gradient[i] * at.duration;
        step[i] += alpha * trace[i] * change;
      }
      return;
    }
    // ∂ΔM/∂θ.
    if (at.payoff === undefined) approximator.gradient(parameters, at.tNext, at.xNext, slope);
    else slope.fill(0);
    for (let i = 0; i < size; i++) slope[i] = at.weight * (at.a * slope[i] - at.b * gradient[i]);
    if (method === 'mean-square') {
      for (let i = 0; i < size; i++) step[i] -= alpha * change * slope[i];
      return;
    }
    // For CGTD the auxiliary vector first: its share of this step's noise then damps that of the parameters, which would otherwise diverge
    // with these step sizes.
    const beta = auxiliaryStepSize / Math.sqrt(age);
    const before = dot(gradient, auxiliary);
    for (let i = 0; i < size; i++) {
      const pull = method === 'cgtd0' ? auxiliary[i] : gradient[i] * before;
      auxiliary[i] += beta * (gradient[i] * change - pull * at.duration);
    }
    const along = dot(gradient, auxiliary);
    for (let i = 0; i < size; i++) {
      step[i] +=
        method === 'tdc'
          ? alpha * (gradient[i] * change - (slope[i] + gradient[i] * at.duration) * before)
          : -alpha * slope[i] * along;
    }
  };
}

export const continuousTdSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/continuous-td',
  title: 'CTD and CGTD',
  summary: 'Temporal differences in continuous time, one pass through the data, for families of any kind.',
  problem: evaluationProblem,
  variant: 'stochastic',
  role: 'paper',
  paper: martingalePaper,
  cost: 'O(L) \\text{ per step}',
  options: continuousTdOptions,
  steps: continuousTdSteps,
});
