// k-bounded distances by kangaroo jumps: from mismatch to mismatch over longest common extensions.
//
// G. Landau, U. Vishkin: Efficient string matching with k mismatches (1986).
import { shiftsOf } from '../hamming-solution.ts';
import type { SymbolPair } from '../symbols.ts';
import { kangarooDistance } from './common-extensions.ts';
import { FingerprintExtensions } from './fingerprint-extensions.ts';
import type { BoundedCounter } from './k-mismatch-solution.ts';
import { mismatchesUpTo } from './scan.ts';

/** Jumps of one step: some milliseconds. */
const JUMPS_PER_STEP = 2 ** 16;

/** Options of the kangaroo method. */
export interface KangarooOptions {
  /** Seed of the fingerprints. */
  readonly seed?: number;
  /** Whether shifts that seem close are compared again symbol by symbol, O(m) each; true by default. */
  readonly verify?: boolean;
}

/**
 * At most k + 1 jumps a shift, O(n k log m) in all.
 *
 * Fingerprints that collide can only make a distance too small, so ‘more than k’ is always correct; with `verify` all distances are.
 */
export function kangarooCounter(pair: SymbolPair, k: number, options: KangarooOptions = {}): BoundedCounter {
  const { seed = 0, verify = true } = options;
  const extensions = new FingerprintExtensions(pair, seed);
  const m = pair.pattern.length;
  let asked = 0;
  return {
    patternLength: m,
    shifts: shiftsOf(pair),
    shiftsPerStep: Math.max(1, Math.floor(JUMPS_PER_STEP / (Math.min(k, m) + 1))),
    count(from, to, distances) {
      for (let i = from; i < to; i++) {
        const { distance, jumps } = kangarooDistance(extensions, m, i, k);
        asked += jumps;
        let mismatches = distance;
        if (verify && mismatches <= k) mismatches = mismatchesUpTo(k, pair.text, pair.pattern, i);
        distances[i - from] = mismatches;
      }
    },
    operations: () => ({ extensions: asked }),
    release: () => {},
  };
}
