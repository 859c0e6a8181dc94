// Load balancing batch by batch, for training and serving systems.
//
// X. Y. Han, Y. Zhong (2025), arXiv 2512.03915, for the online update; the coordinate dual warm-started with the
// biases of the batch before is its exact counterpart.
import type { DenseLike, MatrixLike, OptionSpecs, OptionsOf, ResolvedOptions } from '@infimum/core';
import { allocateVector, asVector, checkFinite, checkInteger, checkNumber, fault, resolveOptions } from '@infimum/core';
import { symmetricEigen } from '@infimum/linalg/numerics';
import { checkIsVector } from '../options.ts';
import { total } from '../transport.ts';
import type { Routing } from './expert-assignment.ts';
import { asBatch, center, maxViolationOf, roundedLoads } from './expert-assignment.ts';
import { BiasUpdate, centered, checkBiasUpdate, momentum, schedule, sequenceLength, update } from './expert-bias-update.ts';
import { CoordinateDescent } from './expert-coordinate-dual.ts';
import type { RankCounts } from './expert-curvature.ts';
import { RankLaplacian } from './expert-curvature.ts';
import { Router } from './expert-routing.ts';

const expertBalancerOptions = {
  experts: { type: 'integer', min: 2, required: true, description: 'Number of experts, E' },
  expertsPerToken: { type: 'integer', min: 1, required: true, description: 'Experts of every token, K < E' },
  method: {
    type: 'choice',
    choices: ['alf-lb', 'coordinate-dual'],
    default: 'alf-lb',
    description:
      "'alf-lb', the default, routes a batch by the biases from earlier batches, then updates them by the loads. 'coordinate-dual' uses the batch first: it minimises the dual function in every bias in turn, then routes",
  },
  update,
  schedule,
  stepSize: {
    type: 'value',
    was: 'step',
    check: checkStep,
    description:
      "First step, as for 'alfLbSteps'. 'curvature', for proportional harmonic updates, takes 1 over an estimate of the modulus of strong convexity, which makes the regret logarithmic; no bias then moves by more than 0.1 at once",
  },
  momentum,
  sequenceLength,
  center: centered,
  sweeps: { type: 'integer', min: 1, default: 2, description: "Sweeps per batch of 'coordinate-dual'" },
  shares: {
    type: 'value',
    check: checkIsVector,
    description:
      'Loads that experts should have, relative to each other, positive; equal by default. None may exceed 1/K of all',
  },
  initial: { type: 'value', was: 'initialState', check: checkIsState, description: "The 'state' of an earlier balancer" },
} as const satisfies OptionSpecs;

/** Options of `createExpertBalancer`. */
export type ExpertBalancerOptions = OptionsOf<typeof expertBalancerOptions>;

type Settings = ResolvedOptions<typeof expertBalancerOptions>;

/** All that a balancer remembers; plain JSON. */
export interface ExpertBalancerState {
  /** Batches routed. */
  readonly iteration: number;
  /** Biases. */
  readonly bias: readonly number[];
  /** Smoothed differences of loads from targets; they matter with momentum. */
  readonly differences: readonly number[];
  /** Estimated strong convexity of the loss a token; zero before there is one. */
  readonly curvature: number;
  /** The data of the estimate, only with the step `curvature`; without it the estimate begins anew. */
  readonly ranks?: RankCounts;
}

/** One batch, routed. */
export interface BalancedBatch extends Routing {
  /** Largest load divided by its target, minus one. */
  readonly maxViolation: number;
  /** Dual value of the biases that the batch was routed by: the loss of the online problem. */
  readonly dualValue: number;
}

/** Routes batches and keeps the loads of the experts equal. */
export interface ExpertBalancer {
  /** Biases of the next batch; do not change. */
  readonly bias: Float64Array;
  /** Batches routed so far. */
  readonly iteration: number;
  /**
   * Routes a batch, a row of gate scores a token. A batch without tokens teaches nothing: it leaves all as it was.
   *
   * @throws {InvalidInputError} naming `scores`; nothing has changed then
   */
  route(scores: MatrixLike): BalancedBatch;
  /** What to keep for going on later. */
  state(): ExpertBalancerState;
  /** Hands its memory on; the balancer must not be used any more. */
  release(): void;
}

/** Difference of two scores that counts as a tie in the estimate of the curvature. */
const BANDWIDTH = 0.02;

/** Largest move of a bias in one step of curvature. */
const LARGEST_MOVE = 0.1;

/**
 * A balancer for batches of gate scores that arrive one after the other.
 *
 * Biases decide which experts a token goes to; the weight of an expert in the network is still its score.
 *
 * @param options - numbers of experts are required
 * @returns an object that routes one batch at a call
 * @throws {InvalidInputError} naming the option at fault
 *
 * Cost: O(T E) a batch; `coordinate-dual` O(T E) a sweep with a larger constant.
 *
 * Source: X. Y. Han and Y. Zhong (arXiv 2512.03915).
 *
 * @example
 * ```ts
 * import { createExpertBalancer } from '@infimum/ot';
 *
 * const balancer = createExpertBalancer({ experts: 2, expertsPerToken: 1, stepSize: 0.1 });
 * const first = balancer.route([[0.9, 0.8], [0.8, 0.5], [0.7, 0.1], [0.6, 0.55]]);
 * const second = balancer.route([[0.9, 0.8], [0.8, 0.5], [0.7, 0.1], [0.6, 0.55]]);
 * console.log(first.loads.join(' '), '|', second.loads.join(' ')); // 4 0 | 2 2
 * ```
 */
export function createExpertBalancer(options: ExpertBalancerOptions): ExpertBalancer {
  const settings = resolveOptions(expertBalancerOptions, options);
  const { experts, expertsPerToken, shares, initial } = settings;
  checkInteger(expertsPerToken, 'expertsPerToken', { min: 1, below: experts });
  checkUpdates(settings);
  allocateVector(4 * experts, 'experts'); // what a balancer holds, at least
  if (shares !== undefined) checkShares(asVector(shares, 'shares', experts), expertsPerToken);
  if (initial !== undefined) checkState(initial, experts);
  return new Balancer(settings);
}

/** A first step, or the rule that finds it. */
function checkStep(value: unknown, argument: string): asserts value is number | 'curvature' {
  if (value !== 'curvature') checkNumber(value, argument, { above: 0 });
}

function checkIsState(value: unknown, argument: string): asserts value is ExpertBalancerState {
  if (typeof value === 'object' && value !== null) return;
  throw fault('expected the state of a balancer', argument, 'type');
}

function checkUpdates({ stepSize, update, schedule, sequenceLength }: Settings): void {
  checkBiasUpdate({ update, sequenceLength });
  if (stepSize !== 'curvature') return;
  if (update !== 'proportional' || schedule !== 'harmonic') {
    throw fault("'curvature' needs update 'proportional' and schedule 'harmonic'", 'stepSize', 'unsupported');
  }
}

function checkShares(shares: Float64Array, expertsPerToken: number): void {
  const sum = shares.reduce((total, share) => total + share, 0);
  // The largest share may be 1/K but for rounding.
  const most = (sum / expertsPerToken) * (1 + 1e-12);
  const index = shares.findIndex((share) => !(share > 0 && share <= most));
  if (index >= 0) {
    throw fault(`is ${shares[index]} at index ${index}, not above 0 and at most ${most}`, 'shares', 'out-of-range', index);
  }
}

function checkState(state: ExpertBalancerState, experts: number): void {
  checkInteger(state.iteration, 'initial.iteration', { min: 0 });
  checkNumber(state.curvature, 'initial.curvature', { min: 0 });
  for (const field of ['bias', 'differences'] as const) {
    const argument = `initial.${field}`;
    if (!Array.isArray(state[field]) || state[field].length !== experts) {
      throw fault(`expected a list of ${experts} numbers`, argument, 'shape');
    }
    checkFinite(Float64Array.from(state[field]), argument);
  }
  if (state.ranks === undefined) return;
  const { counts, tokens } = state.ranks;
  checkInteger(tokens, 'initial.ranks.tokens', { min: 0 });
  const argument = 'initial.ranks.counts';
  if (!Array.isArray(counts) || counts.length !== experts * experts) {
    throw fault(`expected a list of ${experts * experts} numbers`, argument, 'shape');
  }
  checkFinite(Float64Array.from(counts), argument);
}

class Balancer implements ExpertBalancer {
  readonly bias: Float64Array;
  iteration: number;
  readonly #options: Settings;
  readonly #shares: Float64Array;
  readonly #router: Router;
  readonly #update: BiasUpdate;
  readonly #laplacian: RankLaplacian;
  #curvature: number;

  constructor(options: Settings) {
    const { experts, expertsPerToken, shares, initial, stepSize, ...updating } = options;
    this.#options = options;
    const sum = shares ? total(shares) : experts;
    this.#shares = new Float64Array(experts).map((_, k) => (shares?.[k] ?? 1) / sum);
    this.#router = new Router(experts, expertsPerToken);
    this.#update = new BiasUpdate(experts, stepSize === 'curvature' ? updating : { ...updating, stepSize });
    this.#laplacian = new RankLaplacian(experts, expertsPerToken, BANDWIDTH);
    this.iteration = initial?.iteration ?? 0;
    this.bias = Float64Array.from(initial?.bias ?? new Float64Array(experts));
    this.#update.differences.set(initial?.differences ?? []);
    this.#curvature = initial?.curvature ?? 0;
    if (initial?.ranks) this.#laplacian.resume(initial.ranks);
  }

  route(given: MatrixLike): BalancedBatch {
    const { experts, expertsPerToken, method } = this.#options;
    const scores = asBatch(given);
    if (scores.cols !== experts) throw fault(`expected ${experts} columns, got ${scores.cols}`, 'scores', 'shape');
    if (scores.rows === 0) return emptyBatch(experts);
    const targets = this.#shares.map((share) => share * scores.rows * expertsPerToken);
    this.iteration++;
    if (method === 'coordinate-dual') this.#descend(scores, targets);
    const { tokenPointers, experts: chosen, loads, biasedAffinity } = this.#router.route(scores, this.bias);
    const price = this.bias.reduce((sum, bias, k) => sum + bias * targets[k], 0);
    if (method === 'alf-lb') this.#follow(scores, { tokenPointers, experts: chosen, loads }, targets);
    return {
      tokenPointers,
      experts: chosen,
      loads,
      maxViolation: maxViolationOf(loads, targets),
      dualValue: biasedAffinity - price,
    };
  }

  state(): ExpertBalancerState {
    return {
      iteration: this.iteration,
      bias: Array.from(this.bias),
      differences: Array.from(this.#update.differences),
      curvature: this.#curvature,
      ...(this.#options.stepSize === 'curvature' && { ranks: this.#laplacian.state() }),
    };
  }

  release(): void {
    this.#router.release();
  }

  #descend(scores: DenseLike, targets: Float64Array): void {
    const { expertsPerToken, sweeps } = this.#options;
    const capacities = roundedLoads(targets, scores.rows * expertsPerToken);
    const descent = new CoordinateDescent({ scores, expertsPerToken, capacities }, this.bias);
    for (let sweep = 0; sweep < sweeps && descent.overload > 0; sweep++) descent.sweep();
    this.bias.set(descent.bias);
    center(this.bias);
  }

  #follow(scores: DenseLike, routing: Routing, targets: Float64Array): void {
    const n = this.iteration;
    this.#update.observe(routing, targets, n);
    if (this.#options.stepSize !== 'curvature') {
      this.#update.apply(this.bias, targets, n);
      return;
    }
    this.#laplacian.observe(scores, this.bias);
    // Eigenvalues are expensive for many experts, so they are renewed at iterations 1, 2, 4, …
    if (isPowerOfTwo(n)) {
      this.#curvature = Math.max(0, symmetricEigen(this.#laplacian.mean()).values.sort()[1]);
    }
    const most = this.#update.differences.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const step = this.#curvature > 0 ? 1 / (this.#curvature * scores.rows) : Infinity;
    if (most > 0) this.#update.apply(this.bias, targets, n, Math.min(step, (LARGEST_MOVE * n) / most));
  }
}

function emptyBatch(experts: number): BalancedBatch {
  return {
    tokenPointers: new Int32Array(1),
    experts: new Int32Array(0),
    loads: new Int32Array(experts),
    maxViolation: 0,
    dualValue: 0,
  };
}

function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0;
}
