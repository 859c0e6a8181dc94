// Integer EGGROLL: pretrains the language model by votes of pairs, in integers only, in this thread or on other threads and machines.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import type { OptionSpecs, OptionsOf, ResolvedOptions } from '@infimum/core';
import { checkInteger, checkList, checkMethods, checkNumbers, checkObject, fault, resolveOptions } from '@infimum/core';
import type { Executor, Task } from '@infimum/core/executor';
import { checkExecution } from '@infimum/core/executor';
import type { EggModel } from './egg-model.ts';
import { eggChecksum, eggUpdate } from './egg-model.ts';
import { EggScorer } from './egg-scorer.ts';
import { EggNoise, eggBank } from './egg-step.ts';
import { eggThreshold } from './egg-threshold.ts';

/** The sizes of updates and perturbations: options of all trainings. */
export const eggRates = {
  alpha: {
    type: 'number',
    above: 0,
    max: 30,
    default: 4,
    description: 'Decay of the share of weights that would move by chance: 1 / ((2^alpha - 1) t / T + 1) at step t of T',
  },
  sigma: {
    type: 'number',
    above: 0,
    max: 1,
    default: 1 / 16,
    description: 'Standard deviation of the members: a power of 1/2, down to 2^-10',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
} as const satisfies OptionSpecs;

const trainingOptions = {
  steps: { type: 'integer', min: 1, required: true, description: 'Updates' },
  pairs: { type: 'integer', min: 1, max: 2 ** 20, required: true, description: 'Pairs; each reads its own stretch' },
  length: { type: 'integer', min: 1, required: true, description: 'Bytes per stretch' },
  ...eggRates,
} as const satisfies OptionSpecs;

/** How a model is pretrained. */
export type EggTraining = OptionsOf<typeof trainingOptions>;

/** The message to a replica: all it needs to start, or the votes of the steps it has not seen. */
export interface EggVotesInput {
  /** Name of the run; a replica is kept under it. */
  readonly run: string;
  /** Model and text, for a worker without a replica. */
  readonly begin?: {
    /** Width. */
    readonly dim: number;
    /** Recurrent layers. */
    readonly layers: number;
    /** First weights. */
    readonly weights: Int8Array;
    /** The text. */
    readonly bytes: Uint8Array;
    /** How it is trained. */
    readonly training: EggTraining;
  };
  /** Step that is voted on. */
  readonly step: number;
  /** Votes of the steps from `from` to `step` - 1, one array a step. */
  readonly votes: readonly Int8Array[];
  /** First step of `votes`. */
  readonly from: number;
  /** First pair to score. */
  readonly first: number;
  /** Pair before which to stop. */
  readonly last: number;
}

/** The answer of a replica: votes and bits of its pairs, or the step from which on it needs votes; -1 means everything. */
export interface EggVotesAnswer {
  /** The signs of the differences within the pairs; absent if it needs more votes. */
  readonly votes?: Int8Array;
  /** Sum of the scores of both members, in sixteenths of a bit. */
  readonly total: number;
  /** Checksum of the weights that were scored. */
  readonly checksum: number;
  /** Steps that it has applied; -1 for none. */
  readonly seen: number;
}

/**
 * Pretrains a model on bytes: every pair of opposite members reads its own stretch, votes for the better sign, and weights move by one
 * where the votes agree. The weights are the same bit for bit on every machine.
 *
 * @param model - changed in place
 * @param bytes - the text
 * @returns bits a byte over the stretches of each step
 * @throws {InvalidInputError} naming the setting out of range; `bytes` if shorter than a stretch
 *
 * @example
 * ```ts
 * import { EggModel, trainEgg } from '@infimum/blackbox';
 *
 * const bytes = new TextEncoder().encode('to be or not to be '.repeat(20));
 * const model = new EggModel({ dim: 4, layers: 1 });
 * const before = model.bitsPerByte(bytes);
 * trainEgg(model, bytes, { steps: 10, pairs: 32, length: 20 });
 * console.log(model.bitsPerByte(bytes) < before); // true
 * ```
 */
export function trainEgg(model: EggModel, bytes: Uint8Array, options: EggTraining): number[] {
  using voters = new EggVoters(model, bytes, options);
  const news: number[] = [];
  for (let step = 0; step < options.steps; step++) {
    const { votes, total } = voters.vote(step, 0, options.pairs);
    voters.update(step, votes);
    news.push(bitsOf(total, options));
  }
  return news;
}

/**
 * As `trainEgg`, with the pairs distributed among the workers of an executor. Every worker has a replica of the model that receives all
 * votes, a byte a pair and step, whatever the size of the weights; checksums verify that replicas are equal. A worker that joins late
 * receives all votes from the beginning.
 *
 * @param executor - runs the task, such as `workerExecutor(2)`
 * @param task - where workers find `eggVotes`: `{ module: import.meta.resolve('@infimum/blackbox/egg-worker'), name: 'eggVotes' }`
 * @param options - as for `trainEgg`, and `shares`, the parts that the pairs of a step are cut into
 * @returns bits a byte of each step, and the bytes of votes that were sent and received
 * @throws {InvalidInputError} as `trainEgg`
 */
export async function trainEggOn(
  executor: Executor,
  task: Task,
  model: EggModel,
  bytes: Uint8Array,
  options: EggTraining & { readonly shares: number; readonly signal?: AbortSignal },
): Promise<{ bits: number[]; traffic: number }> {
  checkExecution(executor, task);
  const { shares, signal, ...training } = options;
  using voters = new EggVoters(model, bytes, training);
  const { steps, pairs } = training;
  checkInteger(shares, 'shares', { min: 1, max: pairs });
  const weights = model.weights.slice();
  const begin = { dim: model.dim, layers: model.layers, weights, bytes, training };
  const run = `${eggChecksum(weights)} ${performance.now()} ${performance.timeOrigin}`;
  const told: Int8Array[] = [];
  const bits: number[] = [];
  let traffic = 0;
  for (let step = 0; step < steps; step++) {
    const inputs = Array.from({ length: shares }, (_, share): EggVotesInput => {
      const [first, last] = [share, share + 1].map((part) => Math.floor((part * pairs) / shares));
      return { run, step, votes: told.slice(-1), from: Math.max(0, step - 1), first, last };
    });
    const answers = await executor.map<EggVotesInput, EggVotesAnswer>(task, inputs, signal);
    for (;;) {
      const behind = answers.flatMap(({ votes }, share) => (votes ? [] : [share]));
      if (behind.length === 0) break;
      const again = behind.map((share): EggVotesInput => {
        // The worker that answers this time may have seen fewer votes than the last one.
        return { ...inputs[share], begin, votes: told, from: 0 };
      });
      const retold = await executor.map<EggVotesInput, EggVotesAnswer>(task, again, signal);
      for (const [k, share] of behind.entries()) answers[share] = retold[k];
    }
    const votes = new Int8Array(pairs);
    let total = 0;
    const own = eggChecksum(model.weights);
    for (const [share, answer] of answers.entries()) {
      if (answer.checksum !== own) throw new Error(`step ${step}: the replica of share ${share} has other weights`);
      votes.set(answer.votes as Int8Array, inputs[share].first);
      total += answer.total;
      traffic += pairs + (answer.votes as Int8Array).length;
    }
    told.push(votes);
    voters.update(step, votes);
    bits.push(bitsOf(total, options));
  }
  return { bits, traffic };
}

/** Bits a byte of the sum of the scores of all members. */
export function bitsOf(total: number, { pairs, length }: EggTraining): number {
  return -total / (2 * pairs * length * 16);
}

/** A model, its text and its noise: scores pairs and moves the weights. */
export class EggVoters implements Disposable {
  readonly #model: EggModel;
  readonly #bytes: Uint8Array;
  readonly #shift: number;
  readonly #training: ResolvedOptions<typeof trainingOptions>;
  readonly #bank: Int8Array;
  readonly #scorer: EggScorer | undefined;

  constructor(model: EggModel, bytes: Uint8Array, training: EggTraining) {
    checkMethods(model, 'model', ['score', 'step', 'start']);
    checkList(model.parameters, 'model.parameters');
    checkNumbers(model.weights, 'model.weights');
    checkNumbers(bytes, 'bytes');
    checkObject(training, 'options');
    this.#training = resolveOptions(trainingOptions, training);
    const { length, seed, sigma } = this.#training;
    this.#shift = -Math.log2(sigma);
    checkInteger(this.#shift, '-log2(sigma)', { min: 0, max: 10 });
    if (!(bytes instanceof Uint8Array) || bytes.length < length) throw fault('is shorter than a stretch', 'bytes', 'shape');
    this.#model = model;
    this.#bytes = bytes;
    this.#bank = eggBank(seed);
    this.#scorer = model.dim >= 16 ? new EggScorer(model, length, this.#bank) : undefined;
  }

  /** The votes of the pairs from `first` to before `last`, and the sum of their scores. */
  vote(step: number, first: number, last: number): { votes: Int8Array; total: number } {
    const votes = new Int8Array(last - first);
    let total = 0;
    for (let pair = first; pair < last; pair++) {
      const [up, down] = this.scores(step, pair);
      votes[pair - first] = Math.sign(up - down);
      total += up + down;
    }
    return { votes, total };
  }

  /** The scores of both members of a pair. Every pair reads on in its own part of the text. */
  scores(step: number, pair: number): [number, number] {
    const { pairs, length } = this.#training;
    const bytes = this.#bytes;
    const begin = Math.floor((pair * bytes.length) / pairs + step * length) % (bytes.length - length + 1);
    const text = bytes.subarray(begin, begin + length);
    const scorer = this.#scorer ?? this.#model;
    const count = this.#model.parameters.length;
    const plus = EggNoise.of(this.#bank, count, step, pair, 1, this.#shift);
    return [scorer.score(text, plus), scorer.score(text, new EggNoise(this.#bank, plus.places, -1, this.#shift))];
  }

  /** Moves the weights by the votes of all pairs. */
  update(step: number, votes: Int8Array): void {
    const { steps, alpha } = this.#training;
    eggUpdate(this.#model, this.#bank, step, votes, eggThreshold(step, steps, alpha));
    this.#scorer?.refresh();
  }

  [Symbol.dispose](): void {
    this.#scorer?.[Symbol.dispose]();
  }
}
