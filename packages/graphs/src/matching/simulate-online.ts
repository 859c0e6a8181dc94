// Simulation of online matching: every run draws a threshold an offline vertex, the same for all policies, so that they
// can be compared run by run.
//
// Online Matching with Stochastic Rewards: Advanced Analyses Using Configuration Linear Programs (2023), arXiv 2309.10289.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import {
  checkInteger,
  checkObject,
  checkText,
  converged,
  fault,
  Random,
  resolveOptions,
  runWith,
  stalled,
} from '@infimum/core';
import type { OnlineInstance, OnlineInstanceLike } from './online-instance.ts';
import { asOnlineInstance } from './online-instance.ts';
import type { Policy, Sharing } from './policies.ts';
import { factorOf, loadOf, usesChance } from './policies.ts';

export const simulateOnlineOptions = {
  policy: {
    type: 'choice',
    choices: ['stochastic-balance', 'least-load', 'ranking', 'perturbed-greedy', 'greedy', 'random', 'guided'],
    default: 'stochastic-balance',
    description: 'Policy',
  },
  sharing: {
    type: 'value',
    check: checkSharing,
    description: "f of stochastic balance: 'exp' (1 − e^-l, the default), 'msvv' (e^(min(l,1)−1)) or a function below 1",
  },
  plan: {
    type: 'value',
    check: checkPlan,
    description: 'For the guided policy: the probability of trying each edge, with sum at most 1 per arrival',
  },
  coupling: {
    type: 'choice',
    choices: ['threshold', 'coins'],
    default: 'threshold',
    description: 'Success by a load threshold shared by all policies, or by a coin flip per attempt; equal in distribution',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 0.01,
    description: 'Standard error of the mean reward, relative to it, at which to stop',
  },
  maxRuns: { type: 'integer', was: 'runs', min: 1, default: 10_000, description: 'Most runs' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the runs' },
} as const satisfies OptionSpecs;

function checkSharing(value: unknown, argument: string): asserts value is Sharing {
  if (value === 'exp' || value === 'msvv' || typeof value === 'function') return;
  throw fault("expected 'exp', 'msvv' or a function", argument, 'type');
}

function checkPlan(value: unknown, argument: string): asserts value is Float64Array {
  if (value instanceof Float64Array) return;
  throw fault('expected a Float64Array, one entry per edge', argument, 'type');
}

/** Options of `simulateOnline`. */
export type SimulateOnlineOptions = OptionsOf<typeof simulateOnlineOptions> & LimitOptions<OnlineIterate>;

/** The reward of a policy. */
export interface OnlineReward {
  /** Mean of the expected gains p w of the attempts: an unbiased estimate of the expected reward. */
  readonly mean: number;
  /** Standard error of it. */
  readonly standardError: number;
  /** Share of runs in which each offline vertex succeeded. */
  readonly success: Float64Array;
  /** Whole runs. */
  readonly runs: number;
}

/** The state after some runs. */
export interface OnlineIterate extends Iterate<OnlineReward> {
  /** Whole runs so far. */
  readonly runs: number;
  /** Mean reward so far. */
  readonly mean: number;
  /** Standard error over mean. */
  readonly uncertainty: number;
}

/**
 * Simulates a policy: on arrival v goes to the unsuccessful neighbour u with the largest key and succeeds with
 * probability p_uv, which removes u and earns w_u. Keys: `greedy` w p, `stochastic-balance` w p (1 − f(l)) with the load
 * l = Σ −ln(1 − p) of the attempts before, `least-load` −l (for equal p), `ranking` −y (equal p), `perturbed-greedy`
 * w p (1 − e^(y−1)) with y uniform once a run; `random` a uniform neighbour, `guided` by a plan.
 *
 * Runs of one seed have the same thresholds and ranks for every policy. An iteration is some runs, or 20 000 arrivals.
 * Time O(edges) a run.
 *
 * @throws {InvalidInputError} for an instance or options at fault, naming array and index
 *
 * Source: Online Matching with Stochastic Rewards, arXiv 2309.10289.
 *
 * @example
 * ```ts
 * import { onlineInstance, simulateOnline } from '@infimum/graphs';
 *
 * // Two ads; the first three visitors like both, the fourth only the first.
 * const instance = onlineInstance([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0]]);
 * const { mean } = simulateOnline(instance, { policy: 'stochastic-balance', seed: 1 });
 * console.log(mean > 1.4 && mean < 1.7); // true
 * ```
 */
export function simulateOnline(
  instance: OnlineInstanceLike,
  options: SimulateOnlineOptions = {},
): Outcome<OnlineReward, OnlineIterate> {
  return runWith(simulateOnlineOptions, options, simulateOnlineSteps(instance, options));
}

/** Arrivals between two yields. */
const BLOCK = 20_000;
/** Fewest runs behind a standard error. */
const LEAST_RUNS = 30;

/** The steps of `simulateOnline`. */
export function* simulateOnlineSteps(
  given: OnlineInstanceLike,
  options: SimulateOnlineOptions = {},
): Steps<OnlineReward, OnlineIterate> {
  const { tolerance, maxRuns: most, ...rest } = resolveOptions(simulateOnlineOptions, options);
  const instance = asOnlineInstance(given);
  const simulation = new OnlineSimulation(instance, rest as SimulationOptions);
  const arrivals = instance.rowPointers.length - 1;
  let [iteration, runs, mean, squares] = [0, 0, 0, 0];
  const { scale } = simulation;
  const successes = new Float64Array(instance.weights.length);
  const error = () => (runs > 1 ? Math.sqrt(squares / (runs - 1) / runs) : 0);
  const uncertainty = () => (mean > 0 ? error() / mean : 0);
  const solution = (): OnlineReward => ({
    mean: mean * scale,
    standardError: error() * scale,
    success: successes.map((count) => count / Math.max(1, runs)),
    runs,
  });
  const news = () => ({ iteration: iteration++, runs, mean: mean * scale, uncertainty: uncertainty(), solution });
  yield news();
  let work = 0;
  while (runs < most) {
    simulation.begin(runs);
    for (let v = 0; v < arrivals; ) {
      const end = Math.min(arrivals, v + BLOCK - work);
      simulation.arrive(v, end);
      // The draws of a run count as well; otherwise tiny instances would yield too rarely.
      work += end - v + 1;
      v = end;
      if (work >= BLOCK && v < arrivals) {
        work = 0;
        yield news();
      }
    }
    const { reward } = simulation;
    runs++;
    const change = reward - mean;
    mean += change / runs;
    squares += change * (reward - mean);
    for (let u = 0; u < successes.length; u++) if (!simulation.alive[u]) successes[u]++;
    work += 50 + successes.length;
    if (work >= BLOCK) {
      work = 0;
      yield news();
    }
    if (runs >= LEAST_RUNS && uncertainty() <= tolerance) {
      return converged(solution(), `the standard error after ${runs} runs is at most ${tolerance} of the mean`);
    }
  }
  return stalled(solution(), `${most} runs are done, and the standard error is ${uncertainty().toExponential(1)} of the mean`);
}

/** The settings of a simulation. */
export interface SimulationOptions {
  readonly policy: Policy;
  readonly sharing?: Sharing | undefined;
  readonly plan?: Float64Array | undefined;
  readonly coupling: 'threshold' | 'coins';
  readonly seed: number;
}

/** One run after another of one policy; with an optional callback for every attempt. */
export class OnlineSimulation {
  /** Whether each offline vertex is still unsuccessful. */
  readonly alive: Uint8Array;
  /** −Σ ln(1 − p) of the attempts so far. */
  readonly loads: Float64Array;
  /** Largest weight, by which rewards are divided. */
  readonly scale: number;
  /** Sum of p w of the attempts, over the scale. */
  reward = 0;
  /** Called before each attempt with the edge. */
  onAttempt: ((edge: number, load: number) => void) | undefined;
  readonly #instance: OnlineInstance;
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #factors: Float64Array;
  readonly #thresholds: Float64Array;
  #coins: Random;

  constructor(instance: OnlineInstance, options: SimulationOptions) {
    const size = instance.weights.length;
    if (options.policy === 'guided' && options.plan?.length !== instance.columnIndices.length) {
      throw fault(`expected ${instance.columnIndices.length} entries, one per edge`, 'plan', 'shape');
    }
    this.#instance = instance;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#coins = this.#random;
    this.#factors = new Float64Array(size);
    this.#thresholds = new Float64Array(size);
    this.alive = new Uint8Array(size);
    this.loads = new Float64Array(size);
    this.scale = instance.weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  }

  /** Starts run number `index`. */
  begin(index: number): void {
    const { policy, sharing = 'exp' } = this.#options;
    const random = this.#random.split(index);
    this.#coins = random;
    this.reward = 0;
    this.alive.fill(1);
    this.loads.fill(0);
    const { weights } = this.#instance;
    for (let u = 0; u < weights.length; u++) {
      this.#thresholds[u] = -Math.log1p(-random.uniform());
      this.#factors[u] = factorOf(policy, sharing, weights[u] / this.scale, 0, random.uniform());
    }
  }

  /** Arrivals `from` … `to − 1`. */
  arrive(from: number, to: number): void {
    const { rowPointers, columnIndices, probabilities, weights } = this.#instance;
    const { policy, sharing = 'exp', coupling } = this.#options;
    const { alive, loads, onAttempt } = this;
    const factors = this.#factors;
    const isChanceUsed = usesChance(policy);
    const isLoadUsed = policy === 'stochastic-balance' || policy === 'least-load';
    const isChosenByChance = policy === 'random' || policy === 'guided';
    for (let v = from; v < to; v++) {
      let best = -1;
      if (isChosenByChance) best = this.#draw(v);
      else {
        let bestKey = -Infinity;
        const end = rowPointers[v + 1];
        for (let k = rowPointers[v]; k < end; k++) {
          const u = columnIndices[k];
          if (alive[u] === 0) continue;
          const p = probabilities[k];
          const key = isChanceUsed ? p * factors[u] : factors[u];
          if (key > bestKey && p > 0) {
            bestKey = key;
            best = k;
          }
        }
      }
      if (best < 0) continue;
      const u = columnIndices[best];
      const p = probabilities[best];
      this.reward += (p * weights[u]) / this.scale;
      if (onAttempt) onAttempt(best, loads[u]);
      const load = loads[u] + loadOf(p);
      const succeeds = coupling === 'threshold' ? load >= this.#thresholds[u] : this.#coins.uniform() < p;
      if (succeeds) alive[u] = 0;
      else {
        loads[u] = load;
        if (isLoadUsed) {
          if (policy === 'stochastic-balance' && sharing === 'exp') factors[u] *= 1 - p;
          else factors[u] = factorOf(policy, sharing, weights[u] / this.scale, load, 0);
        }
      }
    }
  }

  /** The edge that a randomised policy takes, or −1. */
  #draw(v: number): number {
    const { rowPointers, columnIndices, probabilities } = this.#instance;
    const { policy, plan } = this.#options;
    if (policy === 'guided') {
      let rest = this.#coins.uniform();
      for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) {
        rest -= plan![k];
        if (rest < 0) return this.alive[columnIndices[k]] && probabilities[k] > 0 ? k : -1;
      }
      return -1;
    }
    let count = 0;
    let chosen = -1;
    for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) {
      if (!this.alive[columnIndices[k]] || probabilities[k] === 0) continue;
      count++;
      if (this.#coins.uniform() * count < 1) chosen = k;
    }
    return chosen;
  }
}

/**
 * The mean difference of two policies' rewards with the same thresholds in every run, and its standard error: far less
 * noisy than the difference of two means.
 *
 * @example
 * ```ts
 * import { comparePolicies, onlineInstance } from '@infimum/graphs';
 *
 * const instance = onlineInstance([[0.9, 0.9], [0.9, 0]]);
 * const { difference } = comparePolicies(instance, 'greedy', 'random', { runs: 2000, seed: 1 });
 * console.log(difference < 0); // true
 * ```
 */
export function comparePolicies(
  instance: OnlineInstanceLike,
  first: Policy,
  second: Policy,
  options: { readonly runs?: number; readonly seed?: number } = {},
): { difference: number; standardError: number } {
  checkText(first, 'first');
  checkText(second, 'second');
  checkObject(options, 'options');
  const { runs = 1000, seed = 0 } = options;
  checkInteger(runs, 'runs', { min: 1 });
  checkInteger(seed, 'seed', { min: 0 });
  const online = asOnlineInstance(instance);
  const [a, b] = [first, second].map((policy) => new OnlineSimulation(online, { policy, coupling: 'threshold', seed }));
  let [mean, squares] = [0, 0];
  for (let index = 0; index < runs; index++) {
    for (const simulation of [a, b]) {
      simulation.begin(index);
      simulation.arrive(0, online.rowPointers.length - 1);
    }
    const own = a.reward - b.reward;
    const change = own - mean;
    mean += change / (index + 1);
    squares += change * (own - mean);
  }
  return { difference: mean * a.scale, standardError: Math.sqrt(squares / Math.max(1, runs - 1) / runs) * a.scale };
}
