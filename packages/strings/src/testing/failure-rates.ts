// How often randomised methods miss their guarantee on adversarial inputs.
import { run } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { ApproximateMethod } from '../approximate/approximate-hamming-distances.ts';
import { APPROXIMATE_METHODS, approximateSteps } from '../approximate/approximate-hamming-distances.ts';
import { hammingFredmanSteps } from '../reductions/hamming-fredman.ts';
import type { SymbolPair } from '../symbols.ts';
import { clopperPearson } from './confidence.ts';
import { bruteForce } from './oracle.ts';

/** The options of the methods. */
export const DELTA = 1e-3;

/** Every method that may fail by chance. */
export const RANDOMIZED_METHODS = [...APPROXIMATE_METHODS, 'fredman'] as const;

/** A method that may fail by chance. */
export type RandomisedMethod = ApproximateMethod | 'fredman';

/** Of each method: a length of the pattern for which it is random, and an error for which that is affordable. */
const SETTINGS: Readonly<Record<RandomisedMethod, { readonly m: number; readonly epsilon: number }>> = {
  coarsen: { m: 60, epsilon: 0.5 },
  unbiased: { m: 200, epsilon: 0.5 },
  karloff: { m: 60, epsilon: 0.8 },
  stride: { m: 200, epsilon: 0.5 },
  sampling: { m: 400, epsilon: 0.9 },
  fredman: { m: 24, epsilon: 0.9 },
};

/** Shifts of an instance. */
const SHIFTS = 8;

/** Texts and patterns on which means and samples fail first. */
export const ADVERSARIES: Readonly<Record<string, (m: number) => SymbolPair>> = {
  // Every shift but one in twenty mismatches everywhere, and always by the same pairs of symbols.
  periodic: (m) => ({
    text: Uint8Array.from({ length: m + SHIFTS - 1 }, (_, i) => i % 20),
    pattern: Uint8Array.from({ length: m }, (_, j) => j % 20),
  }),
  // One mismatch, which most colourings must not lose.
  'one change': (m) => ({
    text: Uint8Array.from({ length: m + SHIFTS - 1 }, (_, i) => i % 20),
    pattern: Uint8Array.from({ length: m }, (_, j) => (j === 7 ? 19 : j % 20)),
  }),
  // One close shift among far ones.
  planted: (m) => {
    const next = mulberry32(1);
    const text = Uint8Array.from({ length: m + SHIFTS - 1 }, () => Math.floor(26 * next()));
    const pattern = text.slice(3, 3 + m).map((symbol, j) => (j % 11 === 0 ? (symbol + 1) % 26 : symbol));
    return { text, pattern };
  },
  // One pair of symbols makes nearly all mismatches: the variance of a colouring is as large as it can be.
  'two symbols': (m) => ({
    text: Uint8Array.from({ length: m + SHIFTS - 1 }, (_, i) => (i % 12 === 5 ? 2 + (i % 8) : 0)),
    pattern: Uint8Array.from({ length: m }, (_, j) => (j % 13 === 6 ? 2 + (j % 8) : 1)),
  }),
};

/** Runs of a method on an adversary with seeds from 0 on: how many missed the error at some shift, and the resulting bound. */
export function failureRate(method: RandomisedMethod, adversary: string, runs: number) {
  const { m, epsilon } = SETTINGS[method];
  const pair = ADVERSARIES[adversary](m);
  const exact = bruteForce(pair.text, pair.pattern);
  let failures = 0;
  let repeats = 0;
  for (let seed = 0; seed < runs; seed++) {
    const accuracy = { epsilon, delta: DELTA, seed };
    const { distances, ...solution } =
      method === 'fredman' ? run(hammingFredmanSteps(pair, accuracy)) : run(approximateSteps(pair, accuracy, method));
    // Rounding of a product is no failure.
    const wrong = exact.some((d, i) => !(Math.abs(distances[i] - d) <= epsilon * d * (1 + 1e-12)));
    if (wrong) failures++;
    if ('repeats' in solution) repeats += solution.repeats / runs;
  }
  return { epsilon, failures, repeats, upper: clopperPearson(failures, runs, 0.95).upper };
}
