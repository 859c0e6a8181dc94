// The registered solver of language models: integer EGGROLL, by the votes of pairs.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, exhausted, resolveOptions, runWith } from '@infimum/core';
import { eggrollPaper } from '../eggroll/papers.ts';
import { EggModel } from './egg-model.ts';
import type { LanguageSolution, LanguageTask } from './language-problem.ts';
import { checkLanguageTask, languageProblem } from './language-problem.ts';
import { bitsOf, EggVoters, eggRates } from './train-egg.ts';

const eggLanguageModelOptions = {
  pairs: { type: 'integer', min: 1, max: 2 ** 20, default: 64, description: 'Pairs of opposite members per update' },
  steps: { type: 'integer', was: 'updates', min: 1, max: 1_000_000, default: 200, description: 'Updates of the weights' },
  every: { type: 'integer', min: 1, default: 20, description: 'Updates between evaluations on the held-out text' },
  ...eggRates,
} as const satisfies OptionSpecs;

/** Options of `eggLanguageModel`. */
export type EggLanguageModelOptions = OptionsOf<typeof eggLanguageModelOptions> & LimitOptions<EggLanguageModelIterate>;

/** The state of a part of an update. */
export interface EggLanguageModelIterate extends Iterate<LanguageSolution> {
  /** Updates done. */
  readonly updates: number;
  /** Bits a byte of the members of the last update on the text they read; Infinity before. */
  readonly bits: number;
}

/**
 * Learns a model of bytes in int8: every pair ± of members reads a stretch and votes sign(s+ - s-), Z = sum of votes times A B', and
 * weights move by sign Z where |Z| is large. It uses no gradients and no floating-point numbers. 2 N (rows · cols) multiply-adds of int8 a
 * byte and update for N pairs.
 *
 * @param task - texts, size of the model, target
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { eggLanguageModel } from '@infimum/blackbox';
 *
 * const text = new TextEncoder().encode('abcd'.repeat(500));
 * const task = { text, heldOut: text.subarray(0, 200), dim: 16, layers: 1, length: 40, target: 3 };
 * const { status } = eggLanguageModel(task, { pairs: 64 });
 * console.log(status); // converged
 * ```
 */
export function eggLanguageModel(
  task: LanguageTask,
  options: EggLanguageModelOptions = {},
): Outcome<LanguageSolution, EggLanguageModelIterate> {
  return runWith(eggLanguageModelOptions, options, eggLanguageModelSteps(task, options));
}

/** Multiply-adds between two yields. */
const WORK = 5e7;

/** The steps of `eggLanguageModel`. */
export function* eggLanguageModelSteps(
  task: LanguageTask,
  options: EggLanguageModelOptions = {},
): Steps<LanguageSolution, EggLanguageModelIterate> {
  const { pairs, steps, every, ...rates } = resolveOptions(eggLanguageModelOptions, options);
  checkLanguageTask(task);
  const { dim, layers, length, text, heldOut, target } = task;
  const model = new EggModel({ dim, layers, seed: rates.seed });
  const training = { steps, pairs, length, ...rates };
  using voters = new EggVoters(model, text, training);
  const part = Math.max(1, Math.floor(WORK / (2 * length * model.weights.length)));
  let [iteration, evaluations, heldOutBits, bits] = [0, 1, model.bitsPerByte(heldOut), Infinity];
  const solution = (): LanguageSolution => ({
    weights: model.weights.slice(),
    counts: new Uint32Array(0),
    bits: heldOutBits,
    evaluations: { value: evaluations },
  });
  for (let update = 0; update < steps; update++) {
    if (heldOutBits <= target) break;
    const votes = new Int8Array(pairs);
    let total = 0;
    for (let first = 0; first < pairs; first += part) {
      yield { iteration: iteration++, updates: update, bits, solution };
      const last = Math.min(pairs, first + part);
      const some = voters.vote(update, first, last);
      votes.set(some.votes, first);
      total += some.total;
      evaluations += 2 * (last - first);
    }
    voters.update(update, votes);
    bits = bitsOf(total, training);
    const isLook = (update + 1) % every === 0 || update + 1 === steps;
    heldOutBits = isLook ? model.bitsPerByte(heldOut) : Infinity;
    evaluations += Number(isLook);
  }
  yield { iteration, updates: steps, bits, solution };
  if (heldOutBits <= target) return converged(solution(), `${heldOutBits} bits are at most the target`);
  return exhausted(solution(), `all ${steps} updates were made`);
}

export const eggLanguageSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/egg-lm',
  title: 'Integer EGGROLL',
  summary: 'A recurrent int8 model of bytes, learnt by votes of pairs: no gradients, no floating point.',
  problem: languageProblem,
  role: 'paper',
  paper: eggrollPaper,
  cost: '24 N n l d^2 \\text{ products of int8 an update, for } n \\text{ bytes}',
  options: eggLanguageModelOptions,
  steps: (task, options) => eggLanguageModelSteps(task, options),
});
