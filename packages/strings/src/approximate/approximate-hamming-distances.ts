// The public function for approximate distances: checks, the choice of a method, and the run.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, fault, resolveOptions, runWith } from '@infimum/core';
import { exactDistances } from '../exact/hamming-distances.ts';
import { planExact, predictUniform } from '../exact/planner.ts';
import type { Explained } from '../hamming-solution.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { hasWildcards, wildcardSymbol } from '../matching.ts';
import { delta, epsilon, seed, unit, wildcard } from '../solver-options.ts';
import type { Sequence, SymbolPair } from '../symbols.ts';
import { checkPair } from '../symbols.ts';
import { boundedDistances, ended, isTiny, isUnwatched, TINY } from '../tiny.ts';
import type { Accuracy, ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';
import { coarseColors, coarseningSteps, coarseRepeats } from './coarsening.ts';
import { karloffSteps } from './karloff.ts';
import { samplingSteps } from './position-sampling.ts';
import { strideSteps } from './stride-fingerprints.ts';
import { unbiasedSteps } from './unbiased-coarsening.ts';

/** Approximate methods. */
export const APPROXIMATE_METHODS = ['coarsen', 'unbiased', 'karloff', 'stride', 'sampling'] as const;

/** An approximate method. */
export type ApproximateMethod = (typeof APPROXIMATE_METHODS)[number];

const approximateOptions = {
  epsilon,
  delta,
  seed,
  method: {
    type: 'choice',
    choices: ['auto', 'coarsen', 'unbiased', 'karloff', 'stride', 'sampling'],
    default: 'auto',
    description: 'The method; auto computes exact distances if they are predicted to cost no more than coarsen',
  },
  unit,
  wildcard,
} as const satisfies OptionSpecs;

/** Options of `approximateHammingDistances`. */
export type ApproximateHammingDistancesOptions = OptionsOf<typeof approximateOptions> & LimitOptions<ApproximateIterate>;

/**
 * Hamming distances up to a relative error: (1-ε)D_i ≤ D̃_i ≤ (1+ε)D_i for all shifts at once with probability at least 1-δ.
 *
 * `coarsen` never exceeds D_i. `unbiased`, `karloff`, `stride` and `sampling` err to both sides. The probability holds on
 * every input, whatever the method.
 *
 * @param text - a string or a typed array of integers, n symbols
 * @param pattern - the same kind, m ≥ 1 symbols
 * @returns `distances` (`Float64Array` of length n-m+1), `repeats`, `method` (`exact` if approximation would not have been faster),
 * `explanation`, and how the run ended. A run
 *   that was ended early has the estimates of the experiments done so far, 0 after none
 * @throws {InvalidInputError} as `hammingDistances`, and for `epsilon` or `delta` outside (0, 1); `unsupported` for
 *   wildcards with `stride`
 *
 * Time Õ(n/ε) for `coarsen`, Õ(n/ε²) for `karloff`, O(n log(n) / ε²) comparisons for `sampling`.
 *
 * Source: T. Kopelowitz, E. Porat, A simple algorithm for approximating the text-to-pattern Hamming distance (2018).
 *
 * @example
 * ```ts
 * import { approximateHammingDistances } from '@infimum/strings';
 *
 * const text = Uint16Array.from({ length: 5000 }, (_, i) => (i * i) % 1009);
 * const pattern = text.slice(1234, 3234);
 * const { distances } = approximateHammingDistances(text, pattern, { epsilon: 0.2, method: 'coarsen' });
 * const [here = 0, after = 0] = distances.subarray(1234);
 * console.log(here, after > 1500); // 0 true
 * ```
 */
export function approximateHammingDistances(
  text: Sequence,
  pattern: Sequence,
  options: ApproximateHammingDistancesOptions,
): Outcome<ApproximateSolution & Explained<ApproximateMethod | 'exact'>, ApproximateIterate> {
  const { epsilon, delta, seed, method, ...reading } = resolveOptions(approximateOptions, options);
  const pair = checkPair(text, pattern, reading.unit);
  const wildcard = wildcardSymbol(reading);
  if (method === 'stride' && wildcard !== undefined && hasWildcards(pair, wildcard)) {
    throw fault('fingerprints do not support wildcards; use another method', 'wildcard', 'unsupported');
  }
  if (method === 'auto' && wildcard === undefined && isTiny(pair, TINY) && isUnwatched(options)) {
    const start = performance.now();
    const distances = new Float64Array(shiftsOf(pair));
    boundedDistances(pair, pair.pattern.length, distances);
    return { distances, repeats: 0, method: 'exact', explanation: TOO_LITTLE, ...ended(start, EXACT) };
  }
  const accuracy = { epsilon, delta, seed, wildcard };
  const chosen = method === 'auto' ? chooseMethod(pair, accuracy) : { method, explanation: `${method}: as requested` };
  const outcome = runWith(approximateOptions, options, approximateSteps(pair, accuracy, chosen.method));
  return { ...outcome, ...chosen };
}

/** The steps of `approximateHammingDistances`: one iteration an experiment. */
export function approximateSteps(
  pair: SymbolPair,
  accuracy: Accuracy,
  method: ApproximateMethod | 'exact',
): Steps<ApproximateSolution, ApproximateIterate> {
  switch (method) {
    case 'exact':
      return exactSteps(pair, accuracy);
    case 'coarsen':
      return coarseningSteps(pair, accuracy);
    case 'unbiased':
      return unbiasedSteps(pair, accuracy);
    case 'karloff':
      return karloffSteps(pair, accuracy);
    case 'stride':
      return strideSteps(pair, accuracy);
    case 'sampling':
      return samplingSteps(pair, accuracy);
  }
}

/** Why exact distances are not slower. */
const EXACT = 'the distances are exact';

const TOO_LITTLE = 'exact: too little work to plan';

function* exactSteps(pair: SymbolPair, { wildcard }: Accuracy): Steps<ApproximateSolution, ApproximateIterate> {
  const nothing = () => ({ distances: new Float64Array(shiftsOf(pair)), repeats: 0 });
  yield { iteration: 0, repeats: 0, solution: nothing };
  return converged({ distances: new Float64Array(exactDistances(pair, { wildcard })), repeats: 0 }, EXACT);
}

/** Exact distances, unless colourings are predicted to be faster. */
function chooseMethod(pair: SymbolPair, { epsilon, delta }: Accuracy): Explained<'exact' | 'coarsen'> {
  const shifts = shiftsOf(pair);
  if (shifts === 0) return { method: 'exact', explanation: 'the pattern is longer than the text' };
  if (isTiny(pair, TINY)) return { method: 'exact', explanation: TOO_LITTLE };
  const exact = Math.min(...Object.values(planExact(pair).predictedSeconds));
  const repeats = coarseRepeats(pair.text.length, delta);
  const coarse = repeats * predictUniform(pair.text.length, pair.pattern.length, coarseColors(epsilon));
  const method = exact <= coarse ? 'exact' : 'coarsen';
  const list = `exact distances ${(exact * 1e3).toPrecision(2)} ms, coarsening ${(coarse * 1e3).toPrecision(2)} ms`;
  return { method, explanation: `${method}: predicted ${list} for epsilon = ${epsilon}` };
}
