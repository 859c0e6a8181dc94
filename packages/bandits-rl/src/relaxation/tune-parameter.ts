// Any parameter of any solver, learned while the solver is used: a bandit over a grid of values whose losses are the costs of runs.
//
// M. Khodak, E. Chow, M.-F. Balcan, A. Talwalkar: Learning to relax, arXiv 2310.02246 (2023).
import type { OptionSpecs, OptionsOf, ResolvedOptions, VectorLike } from '@infimum/core';
import { asVector, checkInteger, checkNumber, checkObject, fault, Random, resolveOptions } from '@infimum/core';
import { ChebCb } from '../bandits/cheb-cb.ts';
import type { Policy, PolicyState } from '../bandits/policy.ts';
import { drawArm } from '../bandits/policy.ts';
import { TsallisInf } from '../bandits/tsallis-inf.ts';
import { BinnedTsallisInf } from './binned-tsallis-inf.ts';

/** How a parameter is learned. */
export const tunerOptions = {
  algorithm: {
    type: 'choice',
    choices: ['cheb-cb', 'binned-tsallis-inf', 'tsallis-inf'],
    description: 'Learner; cheb-cb if the range of contexts is given, otherwise tsallis-inf',
  },
  minContext: { type: 'number', was: 'lowestContext', description: 'Smallest expected context' },
  maxContext: { type: 'number', was: 'highestContext', description: 'Largest context; contexts outside the range are clipped' },
  bins: { type: 'integer', min: 1, max: 1000, default: 5, description: 'Number of intervals of binned-tsallis-inf' },
  degree: { type: 'integer', min: 1, max: 30, default: 6, description: 'Number of polynomials of cheb-cb' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** Options of `tuneParameter`. */
export type TuneParameterOptions = OptionsOf<typeof tunerOptions>;

/** A value that was chosen. */
export interface ParameterChoice {
  /** The value to run with. */
  readonly value: number;
  /** The probability with which it was chosen. */
  readonly probability: number;
  /** Reports what the run cost, at least 0: seconds, iterations, evaluations. Later calls are ignored. */
  report(cost: number): void;
}

/** What has been learned, as JSON. */
export interface ParameterTunerState {
  /** The version of the format. */
  readonly version: 1;
  /** The values to choose from. */
  readonly grid: readonly number[];
  /** The options. */
  readonly options: ResolvedOptions<typeof tunerOptions>;
  /** Costs reported. */
  readonly decisions: number;
  /** Their sum. */
  readonly total: number;
  /** How much of the random numbers is used up. */
  readonly position: number;
  /** What the algorithm has learned. */
  readonly policy: PolicyState;
}

/** A parameter that is being learned. */
export interface ParameterTuner {
  /** Costs reported so far. */
  readonly decisions: number;
  /** Their sum. */
  readonly total: number;
  /**
   * Chooses a value.
   *
   * @param context - a number that describes the problem; required if a range of contexts was given
   * @throws {InvalidInputError} for a context that is missing or not finite
   */
  choose(context?: number): ParameterChoice;
  /** What has been learned. */
  toJSON(): ParameterTunerState;
}

/**
 * Learns which value of a parameter makes runs cheap, while the runs are made: a step size, a tolerance, a block size, a method by
 * number. If a known number describes each problem, give its range: then the best value is learned as a function
 * of it. Without it the total cost approaches that of the best fixed value. Costs of any unit; time O(values · degree) a choice.
 *
 * @param grid - the values to choose from
 * @throws {InvalidInputError} for an empty grid and options out of range
 *
 * Source: M. Khodak, E. Chow, M.-F. Balcan, A. Talwalkar, Learning to relax (arXiv 2310.02246).
 *
 * @example
 * ```ts
 * import { tuneParameter } from '@infimum/bandits-rl';
 *
 * const tuner = tuneParameter([1, 2, 4, 8]);
 * for (let run = 0; run < 500; run++) {
 *   const { value, report } = tuner.choose();
 *   report(Math.abs(value - 4) + 1); // the cost of a run with this value
 * }
 * console.log(tuner.total / 500 < 2); // true
 * ```
 */
export function tuneParameter(grid: VectorLike, options: TuneParameterOptions = {}): ParameterTuner {
  return new GridTuner(asGrid(grid, 'grid'), resolveOptions(tunerOptions, options));
}

/**
 * Restores a tuner from a saved state: it chooses as the saved one would have chosen, bit for bit.
 *
 * @param state - what `toJSON` gave, or the same read from a text
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { restoreParameterTuner, tuneParameter } from '@infimum/bandits-rl';
 *
 * const tuner = tuneParameter([0.1, 1]);
 * tuner.choose().report(3);
 * const copy = restoreParameterTuner(JSON.parse(JSON.stringify(tuner)));
 * console.log(copy.decisions, copy.choose().value === tuner.choose().value); // 1 true
 * ```
 */
export function restoreParameterTuner(state: ParameterTunerState): ParameterTuner {
  checkObject(state, 'state');
  const { version, grid, options, decisions, total, position, policy } = state;
  checkInteger(version, 'state.version', { min: 1, max: 1 });
  checkInteger(decisions, 'state.decisions', { min: 0 });
  checkNumber(total, 'state.total', { min: 0 });
  checkInteger(position, 'state.position', { min: 0 });
  checkObject(policy, 'state.policy');
  const tuner = new GridTuner(asGrid(grid, 'state.grid'), resolveOptions(tunerOptions, options));
  tuner.restore(state);
  return tuner;
}

function asGrid(grid: VectorLike, argument: string): Float64Array {
  const values = asVector(grid, argument);
  checkInteger(values.length, `${argument}.length`, { min: 1, max: 10_000 });
  return values;
}

type Resolved = ResolvedOptions<typeof tunerOptions>;

class GridTuner implements ParameterTuner {
  readonly #grid: Float64Array;
  readonly #options: Resolved;
  readonly #policy: Policy;
  readonly #random: Random;
  readonly #available: Int32Array;
  decisions = 0;
  total = 0;

  constructor(grid: Float64Array, options: Resolved) {
    this.#grid = grid;
    this.#options = options;
    this.#policy = policyOf(grid.length, options);
    this.#random = new Random(options.seed);
    this.#available = Int32Array.from(grid.keys());
  }

  choose(context?: number): ParameterChoice {
    if (this.#options.minContext !== undefined || context !== undefined) checkNumber(context, 'context');
    const x = Float64Array.of(context ?? 0);
    const weights = new Float64Array(this.#grid.length);
    this.#policy.weigh(x, this.#available, weights);
    const arm = drawArm(weights, weights.length, this.#random.uniform());
    const probability = weights[arm];
    let waiting = true;
    return {
      value: this.#grid[arm],
      probability,
      report: (cost) => {
        checkNumber(cost, 'cost', { min: 0 });
        if (!waiting) return;
        waiting = false;
        this.#policy.learn(x, arm, probability, cost);
        this.decisions++;
        this.total += cost;
      },
    };
  }

  toJSON(): ParameterTunerState {
    return {
      version: 1,
      grid: [...this.#grid],
      options: this.#options,
      decisions: this.decisions,
      total: this.total,
      position: this.#random.position,
      policy: this.#policy.save(),
    };
  }

  /** Takes over a state. */
  restore({ decisions, total, position, policy }: ParameterTunerState): void {
    this.#policy.load(policy);
    this.#random.position = position;
    this.decisions = decisions;
    this.total = total;
  }
}

function policyOf(values: number, { algorithm, minContext, maxContext, bins, degree }: Resolved): Policy {
  const missing = minContext === undefined ? 'minContext' : maxContext === undefined ? 'maxContext' : undefined;
  const isGiven = minContext !== undefined || maxContext !== undefined;
  const learner = algorithm ?? (isGiven ? 'cheb-cb' : 'tsallis-inf');
  if (missing && (isGiven || learner !== 'tsallis-inf')) {
    throw fault(isGiven ? 'is needed beside the other end' : `is needed for ${learner}`, missing, 'missing');
  }
  const interval = [minContext ?? 0, maxContext ?? 1] as const;
  if (!(interval[1] > interval[0])) throw fault('must exceed minContext', 'maxContext', 'out-of-range');
  const settings = { estimator: 'importance-weighted', scale: 'mean' } as const;
  if (learner === 'cheb-cb') return new ChebCb(values, { degree, interval });
  return learner === 'tsallis-inf' ? new TsallisInf(values, settings) : new BinnedTsallisInf(values, bins, interval, settings);
}
