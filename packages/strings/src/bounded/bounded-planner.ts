// Which k-bounded method: looks at a few shifts, predicts scanning, jumping and exact distances, and says why it chose.
import { NUMBER, SIMD_COMPARISON, SIMD_SETS } from '../costs.ts';
import { ownWidth } from '../exact/hamming-simd.ts';
import { leastNumbered, planExact } from '../exact/planner.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { type Matching, matches } from '../matching.ts';
import type { SymbolPair } from '../symbols.ts';

/** k-bounded methods. */
export const BOUNDED_METHODS = ['scan', 'kangaroo', 'marking', 'shift-add', 'clip'] as const;

/** A k-bounded method; `clip` cuts exact distances off. */
export type BoundedMethod = (typeof BOUNDED_METHODS)[number];

/** Groups of neighbouring shifts at which the chooser looks: periods shorter than a group show in every one. */
const SAMPLED_GROUPS = 4;
const GROUP = 16;

/** A comparison while scanning, in comparisons that do not look at their counts. */
const SCAN = 1.2;

/** Nanoseconds of cutting one distance off. */
const CLIP = 0.5;

/** Nanoseconds of a kangaroo jump and of the fingerprints of a text symbol. */
const JUMP = 60;
const FINGERPRINT = 45;

/** The choice, and what it rests on. */
export interface BoundedPlan {
  readonly method: BoundedMethod;
  /** Predicted nanoseconds of the methods that were weighed. */
  readonly nanoseconds: Readonly<Partial<Record<BoundedMethod, number>>>;
  readonly explanation: string;
}

/** Chooses by the number of symbols until k + 1 mismatches, and of mismatches, at sampled shifts. */
export function planBounded(pair: SymbolPair, k: number, threads = 1): BoundedPlan {
  const { text, pattern } = pair;
  const shifts = shiftsOf(pair);
  const m = pattern.length;
  const { symbols, jumps } = sampleShifts(pair, k);
  const width = ownWidth(pair);
  const numbering = width === 1 ? 0 : NUMBER * text.length;
  const nanoseconds: Partial<Record<BoundedMethod, number>> = {
    scan: (SCAN * SIMD_COMPARISON[1] * symbols * shifts) / threads + numbering,
    kangaroo: (jumps + 1) * JUMP * shifts + FINGERPRINT * (text.length + m),
  };
  // Exact methods compare everything as it is, or number the text and more: below that a plan is not worth making.
  const comparing = width ? (SIMD_COMPARISON[width] * m) / threads : Infinity;
  if ((nanoseconds.scan ?? 0) >= Math.min(comparing, leastNumbered(m, threads)) * shifts) {
    const exact = Math.min(...Object.values(planExact(pair, threads).predictedSeconds)) * 1e9;
    nanoseconds.clip = exact + CLIP * shifts;
  }
  const cost = (method: BoundedMethod) => nanoseconds[method] ?? Infinity;
  const methods = (Object.keys(nanoseconds) as BoundedMethod[]).sort((a, b) => cost(a) - cost(b));
  const list = methods.map((method) => `${method} ${(cost(method) / 1e6).toPrecision(2)} ms`).join(', ');
  const found = `${Math.round(symbols)} of ${m} symbols in a group of shifts and ${Math.round(jumps)} mismatches a shift`;
  const [method] = methods;
  const explanation = `${method}: predicted ${list}, from ${found} for k = ${k}`;
  return { method, nanoseconds, explanation };
}

/**
 * Chooses between scanning with sets of bits and exact distances, for symbols that match others; and whether shifts are
 * given up long before the pattern's end.
 */
export function planSets(
  pair: SymbolPair,
  k: number,
  matching: Matching,
  threads = 1,
): { readonly method: 'scan' | 'clip'; readonly givesUp: boolean } {
  const differ = (text: number, pattern: number) => !matches(text, pattern, matching);
  const { symbols } = sampleShifts(pair, k, differ);
  const scan = (SCAN * SIMD_SETS * symbols * shiftsOf(pair)) / threads + NUMBER * pair.text.length;
  const givesUp = 4 * symbols < pair.pattern.length;
  if (scan < 2 * NUMBER * pair.text.length) return { method: 'scan', givesUp };
  // Plain distances and those of the wildcards.
  const exact = 2 * Math.min(...Object.values(planExact(pair, threads).predictedSeconds)) * 1e9;
  return { method: scan <= exact ? 'scan' : 'clip', givesUp };
}

/** Averages over sampled groups: symbols until the last shift has k + 1 mismatches, and mismatches of a shift. */
function sampleShifts(
  { text, pattern }: SymbolPair,
  k: number,
  differ?: (text: number, pattern: number) => boolean,
): { symbols: number; jumps: number } {
  const m = pattern.length;
  const shifts = shiftsOf({ text, pattern });
  const groups = Math.max(1, Math.min(SAMPLED_GROUPS, Math.floor(shifts / GROUP)));
  const size = Math.min(GROUP, shifts);
  let symbols = 0;
  let jumps = 0;
  for (let g = 0; g < groups; g++) {
    const first = Math.floor((g * (shifts - size)) / Math.max(1, groups - 1));
    let longest = 0;
    for (let i = first; i < first + size; i++) {
      let [j, mismatches] = [0, 0];
      if (differ) for (; j < m && mismatches <= k; j++) mismatches += differ(text[i + j], pattern[j]) ? 1 : 0;
      // The sign of x or −x, without a jump that nobody could foresee.
      else {
        for (; j < m && mismatches <= k; j++) {
          const difference = text[i + j] ^ pattern[j];
          mismatches += (difference | -difference) >>> 31;
        }
      }
      longest = Math.max(longest, j);
      jumps += Math.min(k, mismatches) / (groups * size);
    }
    symbols += longest / groups;
  }
  // Scanning looks after every eighth symbol, or less often where bytes cannot hold so many mismatches.
  const step = k < 240 ? 8 : 120;
  return { symbols: Math.min(m, step * Math.ceil(symbols / step)), jumps };
}
