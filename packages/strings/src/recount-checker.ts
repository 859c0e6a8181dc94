// Counts Hamming distances again, symbol by symbol, and compares.
import type { Verdict } from '@infimum/core/certificate';
import type { SymbolPair } from './symbols.ts';

/** A pair, with optional bounds for its distances. */
export type RecountedPair = SymbolPair & { readonly maxMismatches?: number; readonly epsilon?: number };

/** The error of a ratio by two roundings. */
const ROUNDING = 1e-15;

/**
 * Encloses the share of all shifts whose distance is wrong: different from the number of mismatches (cut off at k + 1 if there is a k), or,
 * with an epsilon, off by more than that share of it and 1e-12. It needs no witness and throws nothing.
 *
 * @example
 * ```ts
 * import { checkDistances } from '@infimum/strings/checkers';
 *
 * const pair = { text: Uint8Array.of(1, 2, 1), pattern: Uint8Array.of(1, 1) };
 * const verdict = checkDistances(pair, { distances: Int32Array.of(1, 1) }, {});
 * console.log(verdict.proved && verdict.figures['wrongShare'].upper); // 0
 * ```
 */
export function check(
  pair: RecountedPair,
  { distances }: { readonly distances: ArrayLike<number> },
  _witness: unknown,
): Verdict {
  const { text, pattern, maxMismatches = pattern.length, epsilon } = pair;
  const shifts = text.length - pattern.length + 1;
  const isList = distances instanceof Int32Array || distances instanceof Float64Array;
  if (!isList || distances.length !== shifts) return { proved: false, reason: `the number of distances is not ${shifts}` };
  let [wrong, open] = [0, 0];
  for (let i = 0; i < shifts; i++) {
    let count = 0;
    for (let j = 0; j < pattern.length && count <= maxMismatches; j++) if (text[i + j] !== pattern[j]) count++;
    if (epsilon === undefined) {
      if (distances[i] !== count) wrong++;
      continue;
    }
    const error = Math.abs(distances[i] - count) / Math.max(1, count);
    if (error * (1 + ROUNDING) <= epsilon + 1e-12 - ROUNDING) continue;
    if (error * (1 - ROUNDING) > epsilon + 1e-12 + ROUNDING || Number.isNaN(error)) wrong++;
    else open++;
  }
  const share = { lower: (wrong / shifts) * (1 - ROUNDING), upper: Math.min(1, ((wrong + open) / shifts) * (1 + ROUNDING)) };
  return { proved: true, figures: { [epsilon === undefined ? 'wrongShare' : 'failureShare']: share } };
}
