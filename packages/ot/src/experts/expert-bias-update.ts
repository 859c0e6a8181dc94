// The update of auxiliary-loss-free load balancing: biases move by the differences of loads from their targets.
import type { OptionsOf } from '@infimum/core';
import { fault } from '@infimum/core';
import type { Routing } from './expert-assignment.ts';
import { center } from './expert-assignment.ts';

export const update = {
  type: 'choice',
  choices: ['sign', 'proportional'],
  default: 'sign',
  description: 'Move by the sign of target minus load, as DeepSeek does, or by the difference itself',
} as const;

export const schedule = {
  type: 'choice',
  choices: ['constant', 'square-root', 'harmonic'],
  default: 'constant',
  description: 'How steps shrink with the iteration n: not at all, as 1 / sqrt(n), or as 1 / n',
} as const;

export const stepSize = {
  type: 'number',
  was: 'step',
  above: 0,
  description:
    'First step, in units of the score for signs, where it is 0.001 by default; per token for proportional updates, by default 0.05, 0.1 or 5 over the mean target for the three schedules',
} as const;

export const momentum = { type: 'number', min: 0, below: 1, default: 0, description: 'Share of earlier updates' } as const;

export const sequenceLength = {
  type: 'integer',
  min: 1,
  description:
    'Tokens per sequence, for sign updates: each sequence is compared with its share of the targets, and biases move by the mean of the signs; by default the batch is one sequence',
} as const;

export const centered = { type: 'boolean', default: true, description: 'Keep the mean bias at zero' } as const;

/** How biases follow the loads; what is absent has its default. */
export type BiasRule = Partial<
  OptionsOf<{
    update: typeof update;
    schedule: typeof schedule;
    stepSize: typeof stepSize;
    momentum: typeof momentum;
    sequenceLength: typeof sequenceLength;
    center: typeof centered;
  }>
>;

/** How steps shrink. */
export type Schedule = 'constant' | 'square-root' | 'harmonic';

/** Steps of proportional updates, times the mean target. */
const PROPORTIONAL_STEP = { constant: 0.05, 'square-root': 0.1, harmonic: 5 };

/**
 * Checks that the options of the update are consistent; each has been checked separately.
 *
 * @throws {InvalidInputError} naming `sequenceLength`
 */
export function checkBiasUpdate({ update, sequenceLength }: BiasRule): void {
  if (sequenceLength === undefined || update !== 'proportional') return;
  throw fault('has an effect only for sign updates: differences add up to those of the batch', 'sequenceLength', 'unsupported');
}

/** Differences of loads from targets, smoothed over iterations if there is momentum. */
export class BiasUpdate {
  /** target - load; with sequences the mean of its sign over them. */
  readonly differences: Float64Array;
  readonly #options: BiasRule;
  readonly #loads: Int32Array;

  constructor(experts: number, options: BiasRule) {
    this.differences = new Float64Array(experts);
    this.#loads = new Int32Array(experts);
    this.#options = options;
  }

  /** Takes in the routing of iteration n = 1, 2, …; with momentum it is averaged with those before. */
  observe(routing: Routing, targets: Float64Array, n: number): void {
    const { sequenceLength } = this.#options;
    const momentum = n === 1 ? 0 : (this.#options.momentum ?? 0);
    for (let k = 0; k < targets.length; k++) this.differences[k] *= momentum;
    if (sequenceLength !== undefined) this.#addVotes(routing, targets, sequenceLength, 1 - momentum);
    else {
      for (let k = 0; k < targets.length; k++) {
        this.differences[k] += (1 - momentum) * (targets[k] - routing.loads[k]);
      }
    }
  }

  /** Adds the mean over the sequences of the sign of target - load. */
  #addVotes({ tokenPointers, experts }: Routing, targets: Float64Array, length: number, weight: number): void {
    const tokens = tokenPointers.length - 1;
    const vote = weight / Math.ceil(tokens / length);
    for (let from = 0; from < tokens; from += length) {
      const to = Math.min(tokens, from + length);
      this.#loads.fill(0);
      for (let at = tokenPointers[from]; at < tokenPointers[to]; at++) this.#loads[experts[at]]++;
      for (let k = 0; k < targets.length; k++) {
        const target = (targets[k] * (to - from)) / tokens;
        this.differences[k] += vote * Math.sign(target - this.#loads[k]);
      }
    }
  }

  /** p_k += u_n (L_k - A_k), or its sign; sign(0) = 0. Votes of sequences count as they are. */
  apply(bias: Float64Array, targets: Float64Array, n: number, stepSize = this.#stepSize(targets)): void {
    const { update = 'sign', schedule = 'constant', center: centered = true, sequenceLength } = this.#options;
    const signed = update === 'sign' && sequenceLength === undefined;
    const size = stepSize / (schedule === 'harmonic' ? n : schedule === 'square-root' ? Math.sqrt(n) : 1);
    for (let k = 0; k < bias.length; k++) {
      const difference = this.differences[k];
      bias[k] += size * (signed ? Math.sign(difference) : difference);
    }
    if (centered) center(bias);
  }

  #stepSize(targets: Float64Array): number {
    const { update = 'sign', schedule = 'constant', stepSize } = this.#options;
    if (stepSize !== undefined) return stepSize;
    if (update === 'sign') return 1e-3;
    let mean = 0;
    for (const target of targets) mean += target / targets.length;
    return PROPORTIONAL_STEP[schedule] / mean;
  }
}
