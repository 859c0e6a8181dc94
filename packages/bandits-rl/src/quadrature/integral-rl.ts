// Integral reinforcement learning: the value of a policy from windows of observed time, without knowing the drift; the cost of a window is
// an integral that is known from samples only, and is computed by quadrature.
//
// W. Cao, Y. Pan: The Impact of Computation in Integral Reinforcement Learning for Continuous-Time Control
// (arXiv 2402.17375, 2024).
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import {
  asMatrix,
  asVector,
  checkInteger,
  checkMatrix,
  checkMethods,
  checkObject,
  checkVector,
  converged,
  defineSolver,
  fault,
  resolveOptions,
  runWith,
  stalled,
} from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { ControlInstance, ControlSolution, ControlSystem, ControlSystemLike } from './control-instance.ts';
import { controlProblem } from './control-problem.ts';
import { WindowObserver, windowRule } from './window-observer.ts';
import { normOf, regression } from './window-regression.ts';

const integralOptions = {
  quadrature: {
    type: 'choice',
    choices: ['bayesian', 'trapezoidal', 'simpson', 'gauss-legendre', 'clenshaw-curtis', 'exact'],
    default: 'bayesian',
    description: 'Rule for the cost of a window; `exact` integrates it with the state, which is impossible from samples alone',
  },
  kernel: {
    type: 'choice',
    choices: ['matern72', 'matern52', 'matern32', 'matern12'],
    default: 'matern72',
    description: 'Covariance of the Bayesian rule',
  },
  lengthScale: { type: 'number', min: 0, default: 0, unit: 'time', description: 'Length scale; 0 for three windows' },
  normalize: { type: 'boolean', default: false, description: 'Make the Bayesian rule integrate constants exactly' },
  samples: { type: 'integer', min: 2, max: 1000, default: 9, description: 'Samples per window; odd for Simpson’s rule' },
  windows: {
    type: 'integer',
    min: 0,
    max: 100_000,
    default: 0,
    description: 'Windows per policy evaluation; 0 for twice the number of weights, at least 20',
  },
  windowStart: {
    type: 'choice',
    was: 'start',
    choices: ['scattered', 'initial', 'trajectory'],
    default: 'scattered',
    description:
      'Start of windows: each at a separate state of the initial state’s magnitude; or each where the last one ended, with every policy starting at the initial state, or, as in the paper, where the last policy ended',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-3,
    description: 'Relative change of the weights between policies at which to stop',
  },
  maxPolicies: {
    type: 'integer',
    was: 'policies',
    min: 1,
    max: 10_000,
    default: 50,
    description: 'Maximum number of policies',
  },
  odeTolerance: { type: 'number', above: 0, max: 0.1, default: 1e-10, description: 'Relative error per simulation step' },
  maxIterations: { type: 'integer', min: 0, default: 1_000_000, description: 'Limit on windows' },
} as const satisfies OptionSpecs;

/** Options of `integralReinforcement`. */
export type IntegralReinforcementOptions = OptionsOf<typeof integralOptions> & RunOptions<IntegralIterate>;

/** What it gives. */
export interface IntegralSolution extends ControlSolution {
  /** Policies that were evaluated. */
  readonly policies: number;
  /** Rank of the last regression; below the number of weights if the data do not determine them. */
  readonly rank: number;
  /** Norm of the last regression's matrix over the first's: how much of the excitation is left. */
  readonly excitation: number;
}

/** A moment of the run: an iteration is a window. */
export interface IntegralIterate extends Iterate<IntegralSolution> {
  /** Change of the weights by the last evaluation of a policy, over their norm. */
  readonly change: number;
}

/** Below this share of the first excitation the reason warns that rounding affects the weights. */
const LITTLE_EXCITATION = 1e-6;

/**
 * Policy iteration by integral reinforcement learning. For a policy u the value V = ω·φ satisfies
 * V(x(t)) - V(x(t + T)) = ∫ q(x) + uᵀRu dt over every window; the integrals come from samples by a quadrature rule, ω by least
 * squares over all windows, and the next policy is u = -½ R⁻¹ gᵀ ∇V. The drift f is used only to simulate the system.
 *
 * The weights tend to a point whose distance to the optimum is proportional to the error of the quadrature: N⁻² for the
 * trapezoidal rule, N^-(ν+½) for the Bayesian one. Time of a policy: the simulation, and O(M p²) for M windows and p weights.
 *
 * @param instance - system, features, initial state and weights, length of a window
 * @throws {InvalidInputError} for shapes that do not fit, and fewer windows than weights
 *
 * Source: W. Cao, Y. Pan (arXiv 2402.17375, 2024).
 *
 * @example
 * ```ts
 * import { integralReinforcement, quadraticMonomials } from '@infimum/bandits-rl';
 *
 * const { weights, status } = integralReinforcement({
 *   system: {
 *     states: 1,
 *     inputs: 1,
 *     drift: (x, out) => { out[0] = -x[0]; },
 *     inputMap: (_, out) => { out[0] = 1; },
 *     stateCost: (x) => x[0] ** 2,
 *     inputCost: [[1]],
 *   },
 *   features: quadraticMonomials(1),
 *   initialState: [1],
 *   initialWeights: [0],
 *   window: 0.1,
 * });
 * console.log(status, weights[0].toFixed(5)); // converged 0.41421
 * ```
 */
export function integralReinforcement(
  instance: Omit<ControlInstance, 'system' | 'optimum' | 'linear' | 'initialState' | 'initialWeights'> & {
    readonly system: ControlSystemLike;
    readonly initialState: VectorLike;
    readonly initialWeights: VectorLike;
  },
  options: IntegralReinforcementOptions = {},
): Outcome<IntegralSolution, IntegralIterate> {
  const initialState = asVector(instance.initialState, 'initialState');
  const initialWeights = asVector(instance.initialWeights, 'initialWeights');
  checkObject(instance.system, 'system');
  const inputCost = asMatrix(instance.system.inputCost, 'system.inputCost');
  const system: ControlSystem = Object.create(instance.system, { inputCost: { value: inputCost, enumerable: true } });
  const given = { ...instance, system, initialState, initialWeights };
  return runWith(integralOptions, options, integralReinforcementSteps(given, options));
}

/** States and inputs of the largest system: matrices of so many rows still fit into memory. */
const MOST_COORDINATES = 10_000;

/** The steps of `integralReinforcement`: an iteration is a window. */
export function* integralReinforcementSteps(
  instance: Omit<ControlInstance, 'optimum' | 'linear'>,
  options: IntegralReinforcementOptions = {},
): Steps<IntegralSolution, IntegralIterate> {
  const settings = resolveOptions(integralOptions, options);
  const { system, features, initialState, initialWeights, window } = instance;
  checkMethods(system, 'system', ['drift', 'inputMap', 'stateCost']);
  checkInteger(system.states, 'system.states', { min: 1, max: MOST_COORDINATES });
  checkInteger(system.inputs, 'system.inputs', { min: 1, max: MOST_COORDINATES });
  checkMatrix(system.inputCost, 'system.inputCost');
  checkMethods(features, 'features', ['value', 'gradient']);
  checkInteger(features.count, 'features.count', { min: 1 });
  checkVector(initialState, 'initialState', system.states);
  checkVector(initialWeights, 'initialWeights', features.count);
  const count = features.count;
  const windows = settings.windows || Math.max(20, 2 * count);
  if (windows < count) {
    throw fault(`must be at least the number of weights, ${count}, got ${windows}`, 'windows', 'out-of-range');
  }
  const rule = windowRule(window, settings);
  let weights = Float64Array.from(initialWeights);
  let [policies, rank, excitation, firstNorm, change] = [0, count, 1, 0, 1];
  const solution = (): IntegralSolution => ({ weights: weights.slice(), policies, rank, excitation });
  const state = initialState.slice();
  let iteration = 0;
  yield { iteration, change, solution };
  for (;;) {
    if (settings.windowStart === 'initial') state.set(initialState);
    const scatter = mulberry32(1);
    const observer = new WindowObserver(system, features, weights, rule, window, settings.odeTolerance);
    const differences = { rows: windows, cols: count, values: new Float64Array(windows * count) };
    const costs = new Float64Array(windows);
    const starts = new Float64Array(windows * count);
    for (let k = 0; k < windows; k++) {
      if (settings.windowStart === 'scattered') scatterState(initialState, scatter, state);
      const row = differences.values.subarray(k * count, (k + 1) * count);
      features.value(state, starts.subarray(k * count, (k + 1) * count));
      const cost = observer.observe(state, row);
      if (cost === undefined) return stalled(solution(), 'the state diverges under the policy');
      costs[k] = cost;
      if (k + 1 < windows) yield { iteration: ++iteration, change, solution };
    }
    const size = normOf(differences.values);
    if (policies === 0) firstNorm = size;
    excitation = firstNorm > 0 ? size / firstNorm : 0;
    const fit = regression(differences, costs);
    if (!fit) return stalled(solution(), 'the windows do not determine any finite weights');
    const step = normOf(fit.weights.map((weight, i) => weight - weights[i]));
    change = step / (normOf(fit.weights) || 1);
    policies++;
    rank = fit.rank;
    if (!(excitation > 0)) {
      return stalled(solution(), 'the state is at rest and does not determine the weights');
    }
    weights = Float64Array.from(fit.weights);
    yield { iteration: ++iteration, change, solution };
    if (change <= settings.tolerance) {
      if (rank < count) return stalled(solution(), `the windows determine ${rank} of ${count} weights`);
      if (hasNegativeValue(starts, weights)) {
        return stalled(solution(), 'some states have a negative value: the policy does not stabilize');
      }
      const warning =
        excitation < LITTLE_EXCITATION
          ? `; the state is nearly at rest, ${excitation.toExponential(1)} of its first motion is left`
          : '';
      return converged(solution(), `the weights change by ${change.toExponential(1)} of their norm${warning}`);
    }
    if (policies >= settings.maxPolicies) {
      return stalled(solution(), `${policies} policies were evaluated, and the weights still change`);
    }
  }
}

/**
 * Whether the value of a state is below zero beyond errors: costs are not negative, so that no stabilizing policy has such a value. The
 * equations of the windows alone are satisfied by the unstable solution too.
 */
function hasNegativeValue(starts: Float64Array, weights: Float64Array): boolean {
  const count = weights.length;
  let [least, most] = [Infinity, 0];
  for (let k = 0; k < starts.length; k += count) {
    let value = 0;
    for (let i = 0; i < count; i++) value += starts[k + i] * weights[i];
    least = Math.min(least, value);
    most = Math.max(most, Math.abs(value));
  }
  return !(least >= -1e-3 * most);
}

/** A normal state of the same largest entry's magnitude. */
function scatterState(initial: Float64Array, next: () => number, state: Float64Array): void {
  let scale = 0;
  for (let i = 0; i < initial.length; i++) scale = Math.max(scale, Math.abs(initial[i]));
  for (let i = 0; i < state.length; i++) {
    state[i] = scale * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  }
}

export const integralSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/integral-reinforcement',
  title: 'Integral reinforcement learning',
  summary: 'Policy iteration from state samples, without the drift; integrals by Bayesian quadrature or another rule.',
  problem: controlProblem,
  variant: 'sampled',
  role: 'paper',
  paper: {
    title: 'The Impact of Computation in Integral Reinforcement Learning for Continuous-Time Control',
    arxiv: '2402.17375',
    year: 2024,
  },
  cost: 'O(M N n^2 + M p^2) \\text{ per policy}',
  options: integralOptions,
  steps: integralReinforcementSteps,
});
