// Integer EGGROLL: pretrains the language model by votes of pairs, in integers alone.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import { checkInteger, checkList, checkObject, InvalidInputError } from '@infimum/core';
import { type EggModel, EggNoise, eggBank, eggUpdate } from './egg-model.ts';

/**
 * The vote that moves a weight at step t of T: floor(16 z), z the normal quantile at which the share 1 / (15 t / T + 1) of all weights
 * would move by chance.
 */
export function eggThreshold(step: number, steps: number): number {
  const share = 1 / ((2 ** 4 - 1) * (step / steps) + 1);
  let [low, high] = [0, 8];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (1 - 2 * normalMass(middle) > share) low = middle;
    else high = middle;
  }
  return Math.floor(16 * high + 1e-9);
}

/** The integral of the normal density from 0 to z, by Simpson's rule. */
function normalMass(z: number): number {
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(z);
  for (let k = 1; k < 200; k++) sum += (k % 2 === 1 ? 4 : 2) * density((k * z) / 200);
  return (sum * z) / 600;
}

/**
 * Pretrains a model on bytes: every pair of opposite members reads its own stretch, votes for the better sign, and weights move by one
 * where the votes agree. The weights are the same bit for bit on every machine.
 *
 * @param model - changed in place
 * @param bytes - the text
 * @param settings - `steps`, `pairs` of members, `length` of a stretch, `seed`
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
 * trainEgg(model, bytes, { steps: 40, pairs: 32, length: 20 });
 * console.log(model.bitsPerByte(bytes) < before); // true
 * ```
 */
export function trainEgg(
  model: EggModel,
  bytes: Uint8Array,
  settings: { steps: number; pairs: number; length: number; seed?: number },
): number[] {
  checkObject(model, 'model');
  checkList(bytes, 'bytes');
  checkObject(settings, 'settings');
  const { steps, pairs, length, seed = 0 } = settings;

  checkInteger(steps, 'steps', { min: 1 });
  checkInteger(pairs, 'pairs', { min: 1, max: 2 ** 20 });
  checkInteger(length, 'length', { min: 1 });
  if (!(bytes instanceof Uint8Array) || bytes.length < length) {
    throw new InvalidInputError('is shorter than a stretch', { argument: 'bytes', code: 'shape' });
  }
  const bank = eggBank(seed);
  const news: number[] = [];
  for (let step = 0; step < steps; step++) {
    const votes = new Int8Array(pairs);
    const noises: EggNoise[] = [];
    let total = 0;
    for (let pair = 0; pair < pairs; pair++) {
      // Every pair reads on in its own part of the text.
      const begin = Math.floor((pair * bytes.length) / pairs + step * length) % (bytes.length - length + 1);
      const text = bytes.subarray(begin, begin + length);
      const member = (sign: 1 | -1) => new EggNoise(bank, model.parameters.length, step, pair, sign, 4);
      const plus = member(1);
      const [up, down] = [model.score(text, plus), model.score(text, member(-1))];
      votes[pair] = Math.sign(up - down);
      total += up + down;
      noises.push(plus);
    }
    eggUpdate(model, noises, votes, eggThreshold(step, steps));
    news.push(-total / (2 * pairs * length * 16));
  }
  return news;
}
