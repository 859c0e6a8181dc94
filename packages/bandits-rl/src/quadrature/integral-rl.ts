// Integral reinforcement learning: the value of a policy from what a system does in windows of time, without knowing its drift;
// the cost of a window is an integral of which only samples are seen, and so a matter of quadrature.
//
// W. Cao, Y. Pan: The Impact of Computation in Integral Reinforcement Learning for Continuous-Time Control
// (arXiv 2402.17375, 2024).
import {
  checkInteger,
  checkList,
  checkMatrix,
  checkMethods,
  checkNumber,
  checkObject,
  checkVector,
  converged,
  defineSolver,
  InvalidInputError,
  type Iterate,
  mulberry32,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
  stalled,
} from '@infimum/core';
import { type DenseMatrix, leastSquares, minimumNormSolution } from '@infimum/linalg';
import {
  type ControlInstance,
  type ControlSolution,
  type ControlSystem,
  controlProblem,
  inputCostOf,
  policyOf,
} from './control-problem.ts';
import { DormandPrince } from './dormand-prince.ts';
import { polynomialRule } from './gauss-legendre.ts';
import type { Features } from './monomials.ts';
import { type QuadratureOptions, quadratureWeights } from './quadrature-weights.ts';

/** Options of `integralReinforcement`. */
const integralOptions = {
  quadrature: {
    type: 'choice',
    choices: ['bayesian', 'trapezoidal', 'simpson', 'gauss-legendre', 'clenshaw-curtis', 'exact'],
    default: 'bayesian',
    description:
      'Rule for the cost of a window; `exact` integrates it beside the state, as no one can who has samples only',
  },
  kernel: {
    type: 'choice',
    choices: ['matern72', 'matern52', 'matern32', 'matern12'],
    default: 'matern72',
    description: 'Covariance of the Bayesian rule',
  },
  lengthScale: {
    type: 'number',
    min: 0,
    default: 0,
    unit: 'time',
    description: 'Its length scale; 0 for three windows',
  },
  normalize: {
    type: 'boolean',
    default: false,
    description: 'Whether the Bayesian rule has to integrate constants exactly',
  },
  samples: {
    type: 'integer',
    min: 2,
    max: 1000,
    default: 9,
    description: 'Samples in a window; odd for Simpson’s rule',
  },
  windows: {
    type: 'integer',
    min: 0,
    max: 100_000,
    default: 0,
    description: 'Windows to evaluate a policy by; 0 for twice the number of weights, at least 20',
  },
  start: {
    type: 'choice',
    choices: ['scattered', 'initial', 'trajectory'],
    default: 'scattered',
    description:
      'Where windows start: each at a state of its own, of the initial state’s magnitude; or each where the last one ended, with every policy beginning at the initial state, or, as in the paper, where the last policy ended',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-3,
    description: 'Change of the weights from one policy to the next, over their norm, at which to stop',
  },
  policies: {
    type: 'integer',
    min: 1,
    max: 10_000,
    default: 50,
    description: 'Policies to evaluate before giving up',
  },
  odeTolerance: {
    type: 'number',
    above: 0,
    max: 0.1,
    default: 1e-10,
    description: 'Relative error of a step of the simulation',
  },
  maxIterations: { type: 'integer', min: 0, default: 1_000_000, description: 'Limit on windows' },
} as const satisfies OptionSpecs;

/** Options of `integralReinforcement`. */
export type IntegralOptions = OptionsOf<typeof integralOptions>;

/** What it gives. */
export interface IntegralSolution extends ControlSolution {
  /** Policies that were evaluated. */
  readonly policies: number;
  /** Rank of the last regression; below the number of weights where the data do not tell them apart. */
  readonly rank: number;
  /** Norm of the last regression's matrix over the first's: how much of the excitation is left. */
  readonly excitation: number;
}

/** A moment of the run: an iteration is a window. */
export interface IntegralIterate extends Iterate<IntegralSolution> {
  /** Change of the weights by the last evaluation of a policy, over their norm. */
  readonly change: number;
}

/** As much simulation as one window may take: an explicit method on a stiff system would never end. */
const WINDOW_BUDGET = 20_000;

/** Below this the regression is all rounding. */
const LOST_EXCITATION = 1e-6;

/**
 * Policy iteration by integral reinforcement learning. For a policy u the value V = ω·φ satisfies
 * V(x(t)) - V(x(t + T)) = ∫ q(x) + uᵀRu dt over every window; the integrals come from samples by a quadrature rule, ω by least
 * squares over all windows, and the next policy is u = -½ R⁻¹ gᵀ ∇V. The drift f is used to simulate the system and for nothing else.
 *
 * The weights tend to a point whose distance to the optimum is proportional to the error of the quadrature: N⁻² for the
 * trapezoidal rule, N^-(ν+½) for the Bayesian one. Time of a policy: the simulation, and O(M p²) for M windows and p weights.
 *
 * @param instance - system, features, initial state and weights, length of a window
 * @param options - rule, samples, windows
 * @throws {InvalidInputError} for shapes that do not fit, and fewer windows than weights
 *
 * Source: W. Cao, Y. Pan (arXiv 2402.17375, 2024).
 *
 * @example
 * ```ts
 * import { integralReinforcement, quadraticMonomials } from '@infimum/bandits-rl';
 * import { matrixFromRows } from '@infimum/linalg';
 *
 * const { weights, status } = integralReinforcement({
 *   system: {
 *     states: 1,
 *     inputs: 1,
 *     drift: (x, out) => { out[0] = -x[0]; },
 *     inputMap: (_, out) => { out[0] = 1; },
 *     stateCost: (x) => x[0] ** 2,
 *     inputCost: matrixFromRows([[1]]),
 *   },
 *   features: quadraticMonomials(1),
 *   initialState: Float64Array.of(1),
 *   initialWeights: Float64Array.of(0),
 *   window: 0.1,
 * });
 * console.log(status, weights[0].toFixed(5)); // converged 0.41421
 * ```
 */
export function integralReinforcement(
  instance: Omit<ControlInstance, 'optimum' | 'linear'>,
  options: IntegralOptions & RunOptions<IntegralIterate> = {},
): Outcome<IntegralSolution, IntegralIterate> {
  checkObject(instance, 'instance');
  checkObject(options, 'options');

  return run(integralSteps(instance, options), runOptionsOf(integralOptions, options));
}

/** States and inputs of the largest system: matrices of so many rows still fit into memory. */
const MOST_COORDINATES = 10_000;

/** The steps of `integralReinforcement`: an iteration is a window. */
function* integralSteps(
  instance: Omit<ControlInstance, 'optimum' | 'linear'>,
  options: IntegralOptions = {},
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
    throw new InvalidInputError(`must be at least the number of weights, ${count}, got ${windows}`, {
      argument: 'windows',
      code: 'out-of-range',
    });
  }
  const rule = windowRule(window, settings);
  let weights = Float64Array.from(initialWeights);
  let [policies, rank, excitation, firstNorm, change] = [0, count, 1, 0, 1];
  const solution = (): IntegralSolution => ({ weights: weights.slice(), policies, rank, excitation });
  const state = initialState.slice();
  let iteration = 0;
  yield { iteration, change, solution };
  for (;;) {
    if (settings.start === 'initial') state.set(initialState);
    const scatter = mulberry32(1);
    const observer = new WindowObserver(system, features, weights, rule, window, settings.odeTolerance);
    const differences = { rows: windows, cols: count, values: new Float64Array(windows * count) };
    const costs = new Float64Array(windows);
    const starts = new Float64Array(windows * count);
    for (let k = 0; k < windows; k++) {
      if (settings.start === 'scattered') scatterState(initialState, scatter, state);
      const row = differences.values.subarray(k * count, (k + 1) * count);
      features.value(state, starts.subarray(k * count, (k + 1) * count));
      const cost = observer.observe(state, row);
      if (cost === undefined) return stalled(solution(), 'the policy lets the state run away');
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
    if (!(excitation >= LOST_EXCITATION)) {
      return stalled(solution(), 'the state has come to rest, and no longer tells the weights');
    }
    weights = Float64Array.from(fit.weights);
    yield { iteration: ++iteration, change, solution };
    if (change <= settings.tolerance) {
      if (rank < count) return stalled(solution(), `the windows determine ${rank} of ${count} weights`);
      if (hasNegativeValue(starts, weights)) {
        return stalled(solution(), 'some states have a negative value: the policy does not stabilise');
      }
      return converged(solution(), `the weights change by ${change.toExponential(1)} of their norm`);
    }
    if (policies >= settings.policies) {
      return stalled(solution(), `${policies} policies were evaluated, and the weights still change`);
    }
  }
}

/**
 * Whether the value of a state is below zero beyond errors: costs are not negative, so that no stabilising policy has such a value. The
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

/** Times and weights within a window; none for the exact integral. */
interface WindowRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

function windowRule(
  window: number,
  settings: { quadrature: string; samples: number } & Pick<
    QuadratureOptions,
    'kernel' | 'lengthScale' | 'normalize'
  >,
): WindowRule | undefined {
  const { quadrature, samples, kernel, normalize } = settings;
  checkNumber(window, 'window', { above: 0 });
  const lengthScale = settings.lengthScale || 3 * window;
  if (quadrature === 'exact') return undefined;
  if (quadrature === 'gauss-legendre' || quadrature === 'clenshaw-curtis') {
    return polynomialRule(quadrature, samples, 0, window);
  }
  const nodes = Float64Array.from({ length: samples }, (_, i) =>
    i === samples - 1 ? window : (i * window) / (samples - 1),
  );
  const rule = quadrature as 'bayesian' | 'trapezoidal' | 'simpson';
  return {
    nodes,
    weights: quadratureWeights(nodes, 0, window, { rule, kernel, lengthScale, normalize }).weights,
  };
}

/** Follows the closed loop of one policy through windows. */
class WindowObserver {
  readonly #system: ControlSystem;
  readonly #features: Features;
  readonly #rule: WindowRule | undefined;
  readonly #window: number;
  readonly #policy: (x: Float64Array, out: Float64Array) => void;
  readonly #u: Float64Array;
  readonly #before: Float64Array;
  /** The state, and where it is integrated too, the cost. */
  readonly #x: Float64Array;
  readonly #floors: Float64Array;
  readonly #solver: DormandPrince;

  constructor(
    system: ControlSystem,
    features: Features,
    weights: Float64Array,
    rule: WindowRule | undefined,
    window: number,
    tolerance: number,
  ) {
    const { states: n, inputs: m } = system;
    this.#system = system;
    this.#features = features;
    this.#rule = rule;
    this.#window = window;
    this.#policy = policyOf(system, features, weights);
    this.#u = new Float64Array(m);
    this.#before = new Float64Array(features.count);
    this.#x = new Float64Array(rule ? n : n + 1);
    this.#floors = new Float64Array(this.#x.length);
    const map = new Float64Array(n * m);
    const rate = (x: Float64Array, out: Float64Array) => {
      system.drift(x, out);
      system.inputMap(x, map);
      const u = this.#u;
      this.#policy(x, u);
      for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[i] += map[i * m + j] * u[j];
      if (!rule) out[n] = system.stateCost(x) + inputCostOf(system.inputCost, u);
    };
    this.#solver = new DormandPrince(rate, this.#x.length, tolerance);
  }

  /** Moves the state through a window, writes φ(start) - φ(end) and gives the cost; undefined where the state runs away. */
  observe(state: Float64Array, difference: Float64Array): number | undefined {
    const n = state.length;
    const x = this.#x;
    x.fill(0);
    x.set(state);
    let scale = 0;
    for (let i = 0; i < n; i++) scale = Math.max(scale, Math.abs(x[i]));
    this.#floors.fill(scale);
    if (!this.#rule) this.#floors[n] = this.#cost() * this.#window;
    this.#features.value(x, this.#before);
    const nodes = this.#rule?.nodes ?? [];
    const budget = this.#solver.evaluations + WINDOW_BUDGET;
    let [time, cost] = [0, 0];
    for (let j = 0; j <= nodes.length; j++) {
      const end = j < nodes.length ? nodes[j] : this.#window;
      if (end > time && !this.#solver.advance(x, end - time, this.#floors, budget)) return undefined;
      time = end;
      if (this.#rule && j < nodes.length) cost += this.#rule.weights[j] * this.#cost();
    }
    for (let i = 0; i < n; i++) if (!(Math.abs(x[i]) <= 1e8 * scale)) return undefined;
    state.set(x.subarray(0, n));
    this.#features.value(x, difference);
    for (let k = 0; k < difference.length; k++) difference[k] = this.#before[k] - difference[k];
    const total = this.#rule ? cost : x[n];
    return Number.isFinite(total) && difference.every(Number.isFinite) ? total : undefined;
  }

  /** The running cost now. */
  #cost(): number {
    this.#policy(this.#x, this.#u);
    return this.#system.stateCost(this.#x) + inputCostOf(this.#system.inputCost, this.#u);
  }
}

/** Least squares by QR; where the columns depend on each other, those of least norm. */
function regression(
  matrix: DenseMatrix,
  target: Float64Array,
): { weights: Float64Array; rank: number } | undefined {
  try {
    return { weights: leastSquares(matrix, target), rank: matrix.cols };
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.code === 'too-large') throw error;
  }
  try {
    const { x, rank } = minimumNormSolution(matrix, target, { tolerance: 1e-12 });
    return rank > 0 ? { weights: x, rank } : undefined;
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') return undefined;
    throw error;
  }
}

function normOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (!(largest > 0 && largest < Infinity)) return largest;
  let sum = 0;
  for (const value of values) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** What was seen in a window of time: a row a sample. */
export interface ObservedWindow {
  /** Rising times, any distance apart. */
  readonly times: Float64Array;
  /** States, samples x n. */
  readonly states: DenseMatrix;
  /** q(x) + uᵀRu at the samples. */
  readonly costs: Float64Array;
}

/** A value function from data. */
export interface ValueFromWindows {
  /** Weights of the features. */
  readonly weights: Float64Array;
  /** Rank of the regression. */
  readonly rank: number;
  /** Root mean square of what the weights leave of the windows' costs, over that of the costs. */
  readonly residual: number;
}

/**
 * The value of the policy under which some windows were recorded, sampled evenly or not: one evaluation of
 * `integralReinforcement` from data. With `controlPolicy` its weights give the improved policy.
 *
 * @param windows - at least as many as there are features
 * @param features - what the value function is a combination of
 * @param options - the quadrature rule
 * @throws {InvalidInputError} for too few windows, times that do not rise, and shapes that do not fit
 *
 * @example
 * ```ts
 * import { quadraticMonomials, valueFromWindows } from '@infimum/bandits-rl';
 *
 * // x' = -x, cost x², seen at uneven times: the value is x²/2.
 * const windows = [0, 1, 2].map((start) => {
 *   const times = Float64Array.of(0, 0.1, 0.4, 0.5).map((time) => start + time);
 *   const x = times.map((time) => Math.exp(-time));
 *   return { times, states: { rows: 4, cols: 1, values: x }, costs: x.map((value) => value * value) };
 * });
 * console.log(valueFromWindows(windows, quadraticMonomials(1), { lengthScale: 2 }).weights[0].toFixed(3)); // 0.500
 * ```
 */
export function valueFromWindows(
  windows: readonly ObservedWindow[],
  features: Features,
  options: QuadratureOptions = {},
): ValueFromWindows {
  checkList(windows, 'windows');
  checkMethods(features, 'features', ['value']);
  checkObject(options, 'options');

  const count = features.count;
  checkInteger(count, 'features.count', { min: 1 });
  if (windows.length < count) {
    throw new InvalidInputError(`needs at least ${count} windows, got ${windows.length}`, {
      argument: 'windows',
      code: 'empty',
    });
  }
  const differences = { rows: windows.length, cols: count, values: new Float64Array(windows.length * count) };
  const end = new Float64Array(count);
  const costs = Float64Array.from(windows, (window, k) => {
    checkObject(window, `windows[${k}]`);
    const { times, states, costs: values } = window;
    checkObject(states, `windows[${k}].states`);
    checkInteger(states.cols, `windows[${k}].states.cols`, { min: 1 });
    checkVector(times, `windows[${k}].times`);
    checkVector(values, `windows[${k}].costs`, times.length);
    checkVector(states.values, `windows[${k}].states`, times.length * states.cols);
    const last = times.length - 1;
    const shifted = times.map((time) => time - times[0]);
    const rule = quadratureWeights(shifted, 0, shifted[last], options);
    const row = differences.values.subarray(k * count, (k + 1) * count);
    features.value(states.values.subarray(0, states.cols), row);
    features.value(states.values.subarray(last * states.cols, (last + 1) * states.cols), end);
    for (let i = 0; i < count; i++) row[i] -= end[i];
    return values.reduce((sum, value, i) => sum + rule.weights[i] * value, 0);
  });
  const fit = regression(differences, costs);
  if (!fit) {
    throw new InvalidInputError('do not determine any finite weights', {
      argument: 'windows',
      code: 'out-of-range',
    });
  }
  const left = costs.map((cost, k) => {
    let sum = -cost;
    for (let i = 0; i < count; i++) sum += differences.values[k * count + i] * fit.weights[i];
    return sum;
  });
  return { ...fit, residual: normOf(left) / (normOf(costs) || 1) };
}

/** Registration. */
export const integralSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/integral-reinforcement',
  title: 'Integral reinforcement learning',
  summary:
    'Policy iteration from samples of the state, without the drift; the integrals by Bayesian quadrature or another rule.',
  problem: controlProblem,
  variant: 'sampled',
  role: 'paper',
  paper: {
    title: 'The Impact of Computation in Integral Reinforcement Learning for Continuous-Time Control',
    arxiv: '2402.17375',
    year: 2024,
  },
  cost: 'O(M N n^2 + M p^2) \\text{ a policy}',
  options: integralOptions,
  steps: integralSteps,
});
