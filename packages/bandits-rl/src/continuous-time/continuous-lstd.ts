// CLSTD: the parameters that make E ∫ ξ dM = 0 for a linear family, by one system of equations.
//
// Y. Jia, X. Zhou: Policy evaluation and temporal-difference learning in continuous time and space: a martingale approach
// (arXiv 2108.06655, 2022), section 4.3.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, fault, InvalidInputError, resolveOptions, runWith, stalled } from '@infimum/core';
import { minimumNormSolution } from '@infimum/linalg';
import type { EvaluationInstance, EvaluationIterate, EvaluationLike, EvaluationSolution } from './evaluation-instance.ts';
import { asEvaluation, checkEvaluation } from './evaluation-instance.ts';
import { evaluationProblem } from './evaluation-problem.ts';
import type { Increment } from './increments.ts';
import { visitIncrements } from './increments.ts';
import { addBlocks } from './lstd-blocks.ts';

/** The paper. */
export const martingalePaper = {
  title: 'Policy Evaluation and Temporal-Difference Learning in Continuous Time and Space: A Martingale Approach',
  arxiv: '2108.06655',
  year: 2022,
} as const;

const continuousLstdOptions = {
  lambda: { type: 'number', min: 0, max: 1, default: 0, description: 'The test function is ∫ λ^(t-s) ∂J ds; 0 for ∂J itself' },
  discountForm: {
    type: 'choice',
    choices: ['auto', 'exact', 'euler', 'discrete'],
    default: 'auto',
    description:
      'Discretisation of discounting; `auto` is exact for finite episodes and Euler’s for infinite ones; `discrete` is that of TD',
  },
  testFunction: {
    type: 'value',
    check: checkTest,
    description: '(t, x, gradient, out) => void, which writes other test functions ξ; with λ = 0',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'Relative violation of orthogonality that counts as solved',
  },
  maxIterations: { type: 'integer', min: 0, default: 1_000_000_000, description: 'Limit on steps of the data' },
} as const satisfies OptionSpecs;

/** Options of `continuousLstd`. */
export type ContinuousLstdOptions = OptionsOf<typeof continuousLstdOptions> & RunOptions<EvaluationIterate>;

/** Writes the test functions ξ at (t, x), given ∂J/∂θ there. */
export type TestFunction = (t: number, x: Float64Array, gradient: Float64Array, out: Float64Array) => void;

function checkTest(value: unknown, argument: string): asserts value is TestFunction {
  if (typeof value === 'function') return;
  throw fault('expected a function (t, x, gradient, out) => void', argument, 'type');
}

/**
 * Solves Σ ξ ΔM = 0 over all data for J = J⁰ + θ·φ: A θ + c = 0 with A = Σ w ξ (a φ' - b φ)ᵀ and c = Σ w ξ (a J⁰' - b J⁰ + c r).
 * The solution is off the true parameters by O(Δ) in the step of the mesh, where the family holds the true value; else it depends on
 * ξ. Time O(L²) a step and O(L³) once; data are streamed, and only A and c are kept.
 *
 * @param instance - data, linear family, discount rate
 * @throws {InvalidInputError} for a family that is not linear, times that do not rise, and shapes that do not fit
 *
 * Source: Y. Jia, X. Zhou (arXiv 2108.06655, 2022).
 *
 * @example
 * ```ts
 * import { continuousLstd, linearValue, quadraticMonomials } from '@infimum/bandits-rl/policy-evaluation';
 *
 * // x' = -x, the reward x², the discount rate 1: the value is x²/3. Times as they came.
 * const times = Float64Array.from({ length: 400 }, (_, i) => 0.01 * i + 0.003 * Math.sin(i));
 * const states = times.map((time) => Math.exp(-time));
 * const { parameters } = continuousLstd({
 *   episodes: [{ times, states, rewards: states.slice(0, -1).map((state) => state ** 2) }],
 *   approximator: linearValue(quadraticMonomials(1), 1, false),
 *   initialParameters: new Float64Array(1),
 *   discountRate: 1,
 *   isContinuing: true,
 * });
 * console.log(parameters[0]?.toFixed(2)); // 0.34
 * ```
 */
export function continuousLstd(
  instance: EvaluationLike,
  options: ContinuousLstdOptions = {},
): Outcome<EvaluationSolution, EvaluationIterate> {
  return runWith(continuousLstdOptions, options, continuousLstdSteps(asEvaluation(instance), options));
}

/** The steps of `continuousLstd`. */
export function* continuousLstdSteps(
  instance: EvaluationInstance,
  options: ContinuousLstdOptions = {},
): Steps<EvaluationSolution, EvaluationIterate> {
  const { lambda, discountForm, testFunction, tolerance } = resolveOptions(continuousLstdOptions, options);
  checkEvaluation(instance);
  const { approximator, initialParameters, episodes } = instance;
  if (!approximator.isLinear) throw fault('is not linear in its parameters', 'approximator', 'unsupported');
  const size = approximator.size;
  const system = new Float64Array(size * size);
  const right = new Float64Array(size);
  const zero = new Float64Array(size);
  let [now, next] = [new Float64Array(size), new Float64Array(size)];
  const test = new Float64Array(size);
  const difference = new Float64Array(size);
  let offset = 0;
  const initial = () => ({ parameters: initialParameters.slice() });
  yield { iteration: 0, passes: 0, solution: initial };
  const isPlain =
    !testFunction &&
    lambda === 0 &&
    approximator.gradients !== undefined &&
    !approximator.offset &&
    Array.isArray(episodes) &&
    episodes.every(({ terminalPayoff }) => terminalPayoff === undefined);
  const visits = isPlain ? addBlocks(instance, discountForm, system, right) : visitIncrements(instance, discountForm, visitOne);
  let visit = visits.next();
  while (!visit.done) {
    yield { iteration: visit.value, passes: 0, solution: initial };
    visit = visits.next();
  }
  const fit = solveSystem(system, right);
  if (!fit) return stalled(initial(), 'the data determine no finite parameters');
  const solution = { parameters: fit.parameters };
  yield { iteration: Math.max(1, visit.value + 1), passes: 1, solution: () => ({ parameters: fit.parameters.slice() }) };
  if (fit.rank < size) return stalled(solution, `the data determine ${fit.rank} of ${size} parameters`);
  if (system.some(isRounded) || right.some(isRounded)) {
    return stalled(solution, 'products of the features underflow: scale the states up');
  }
  if (!isOwnValue(instance, fit.parameters)) {
    return stalled(solution, 'values of the family are not the products of its gradients and parameters');
  }
  if (fit.residual <= tolerance) return converged(solution, `orthogonal to ${fit.residual.toExponential(1)}`);
  return stalled(solution, `rounding limits the violation to ${fit.residual.toExponential(1)}`);

  function visitOne(at: Increment): void {
    const { t, tNext, x, xNext, duration, weight, a, b, c, reward, payoff } = at;
    if (at.isFirst) {
      approximator.gradient(zero, t, x, now);
      offset = approximator.offset?.(t, x) ?? 0;
      if (lambda > 0) test.fill(0);
    }
    if (payoff === undefined) approximator.gradient(zero, tNext, xNext, next);
    else next.fill(0);
    const offsetNext = payoff ?? approximator.offset?.(tNext, xNext) ?? 0;
    if (testFunction) testFunction(t, x, now, test);
    else if (lambda > 0) {
      const decay = lambda ** duration;
      for (let i = 0; i < size; i++) test[i] = decay * test[i] + now[i] * duration;
    }
    const xi = testFunction || lambda > 0 ? test : now;
    const change = weight * (a * offsetNext - b * offset + c * reward);
    for (let j = 0; j < size; j++) difference[j] = a * next[j] - b * now[j];
    for (let i = 0; i < size; i++) {
      const share = weight * xi[i];
      for (let j = 0; j < size; j++) system[i * size + j] += share * difference[j];
      right[i] -= xi[i] * change;
    }
    const passed = now;
    now = next;
    next = passed;
    offset = offsetNext;
  }
}

/** States at which values are compared with features, in all and of one episode, and the share of their terms by which they may differ. */
const COMPARED = 64;
const OF_EPISODE = 8;
const ROUNDING = 1e-9;

/** The system uses gradients only: checks that values are θ · ∂J/∂θ, as for a linear family. */
function isOwnValue({ approximator, episodes }: EvaluationInstance, parameters: Float64Array<ArrayBuffer>): boolean {
  const n = approximator.stateSize;
  const gradient = new Float64Array(parameters.length);
  let left = COMPARED;
  for (const { times, states } of episodes) {
    for (let k = 0; k < Math.min(OF_EPISODE, times.length); k++) {
      if (left-- === 0) return true;
      const x = Float64Array.from(states.subarray(k * n, (k + 1) * n));
      approximator.gradient(parameters, times[k], x, gradient);
      let sum = approximator.offset?.(times[k], x) ?? 0;
      let scale = Math.abs(sum);
      for (let i = 0; i < gradient.length; i++) {
        sum += gradient[i] * parameters[i];
        scale += Math.abs(gradient[i] * parameters[i]);
      }
      const difference = approximator.value(parameters, times[k], x) - sum;
      if (!(Math.abs(difference) <= ROUNDING * scale)) return false;
    }
  }
  return true;
}

/** Below this, sums of products have lost digits to underflow, and the system no longer represents the data. */
const LEAST = 2 ** -970;

function isRounded(value: number): boolean {
  return value !== 0 && Math.abs(value) < LEAST;
}

/** A⁻¹b with columns and rows scaled, the rank, and the residual over the size of its terms. */
function solveSystem(
  system: Float64Array,
  right: Float64Array,
): { parameters: Float64Array<ArrayBuffer>; rank: number; residual: number } | undefined {
  const size = right.length;
  const columns = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) columns[j] = Math.max(columns[j], Math.abs(system[i * size + j]));
  }
  if (!columns.every(Number.isFinite) || !right.every(Number.isFinite)) return undefined;
  const values = system.map((value, k) => (columns[k % size] > 0 ? value / columns[k % size] : 0));
  const scaled = right.slice();
  for (let i = 0; i < size; i++) {
    let most = 0;
    for (let j = 0; j < size; j++) most = Math.max(most, Math.abs(values[i * size + j]));
    if (most === 0) continue;
    for (let j = 0; j < size; j++) values[i * size + j] /= most;
    scaled[i] /= most;
  }
  try {
    const { x, rank } = minimumNormSolution({ rows: size, cols: size, values }, scaled, { tolerance: 1e-13 });
    const parameters = Float64Array.from(x, (value, j) => (columns[j] > 0 ? value / columns[j] : 0));
    if (!parameters.every(Number.isFinite)) return undefined;
    let residual = 0;
    for (let i = 0; i < size; i++) {
      let [sum, scale] = [-right[i], Math.abs(right[i])];
      for (let j = 0; j < size; j++) {
        sum += system[i * size + j] * parameters[j];
        scale += Math.abs(system[i * size + j] * parameters[j]);
      }
      const share = scale === 0 ? 0 : Math.abs(sum) / scale;
      if (!(share <= residual)) residual = share;
    }
    return { parameters, rank, residual };
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') return undefined;
    throw error;
  }
}

export const continuousLstdSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/continuous-lstd',
  title: 'CLSTD',
  summary: 'Least-squares temporal differences in continuous time: solves the orthogonality conditions of a linear family.',
  problem: evaluationProblem,
  variant: 'orthogonality',
  role: 'paper',
  paper: martingalePaper,
  cost: 'O(L^2) \\text{ per step and } O(L^3) \\text{ once}',
  options: continuousLstdOptions,
  declines: ({ approximator }) => (approximator.isLinear ? undefined : 'the family is not linear'),
  steps: continuousLstdSteps,
});
