// Chooses a k-bounded method: samples a few shifts, predicts the times of scanning, jumping and exact distances, and gives the reason.
import { FIXED, NAIVE_COMPARISON, NUMBER, SIMD_COMPARISON, SIMD_SETS } from '../costs.ts';
import type { ChosenMethod } from '../exact/hamming-distances.ts';
import { chooseExact } from '../exact/hamming-distances.ts';
import type { BitSets } from '../exact/hamming-sets.ts';
import { ownWidth } from '../exact/hamming-simd.ts';
import { leastNumbered, planExact } from '../exact/planner.ts';
import { shiftsOf } from '../hamming-solution.ts';
import type { SymbolPair } from '../symbols.ts';
import { sampleScan } from './scan-sample.ts';

/** k-bounded methods. */
export const BOUNDED_METHODS = ['scan', 'kangaroo', 'marking', 'shift-add', 'clip'] as const;

/** A k-bounded method; `clip` cuts exact distances off. */
export type BoundedMethod = (typeof BOUNDED_METHODS)[number];

/** A comparison while scanning, in comparisons that do not look at their counts. */
const SCAN = 1.4;

/** The factor of exact distances over the exact planner's prediction, which is only for comparisons among its methods. */
const EXACT = 1.4;

/** Nanoseconds of writing the number of a symbol as a byte. */
const NARROW = 3;

/** Nanoseconds of cutting one distance off. */
const CLIP = 0.5;

/** Nanoseconds of a kangaroo jump and of the fingerprints of a text symbol. */
const JUMP = 60;
const FINGERPRINT = 45;

/** The choice, and its basis. */
export interface BoundedPlan {
  readonly method: BoundedMethod;
  /** Predicted nanoseconds of the methods that were weighed. */
  readonly nanoseconds: Readonly<Partial<Record<BoundedMethod, number>>>;
  readonly explanation: string;
  /** Exact distances as they were planned, where they were weighed. */
  readonly exact?: ChosenMethod | undefined;
}

/**
 * The choice where no sample of symbols could change it: a scan that compares everything and still costs less than the minimum of all other
 * methods, or exact distances that cost less than a scan that gives up at once. `undefined` elsewhere.
 *
 * @param least - `leastExact`
 */
export function planUnseen(pair: SymbolPair, k: number, threads: number, least: number): BoundedPlan | undefined {
  const shifts = shiftsOf(pair);
  const m = pair.pattern.length;
  const scan = (symbols: number) => scanCost(pair, symbols, threads);
  const others = Math.min(least, (JUMP + FINGERPRINT) * shifts);
  const seconds = (nanoseconds: number) => `${(nanoseconds / 1e6).toPrecision(2)} ms`;
  if (scan(m) <= others) {
    const explanation = `scan: predicted scan ${seconds(scan(m))} or less, others ${seconds(others)} or more, for any symbols, for k = ${k}`;
    return { method: 'scan', nanoseconds: { scan: scan(m) }, explanation };
  }
  const comparing = comparingCost(pair, threads);
  if (EXACT * comparing + CLIP * shifts > scan(Math.min(k + 1, m))) return undefined;
  const exact = chooseExact(pair, 'auto', { threads });
  const clip = EXACT * comparing + CLIP * shifts;
  const explanation = `clip: predicted clip ${seconds(clip)}, scan ${seconds(scan(k + 1))} or more, for any symbols, for k = ${k}`;
  return { method: 'clip', nanoseconds: { clip }, explanation, exact };
}

/** Nanoseconds of a scan that compares so many symbols of each shift. */
function scanCost(pair: SymbolPair, symbols: number, threads: number): number {
  const comparing = (SCAN * SIMD_COMPARISON[1] * symbols * shiftsOf(pair)) / threads;
  return comparing + (ownWidth(pair) === 1 ? 0 : (NUMBER + NARROW) * pair.text.length);
}

/** Nanoseconds of comparing all symbols as they are, Infinity where they cannot be. */
function comparingCost(pair: SymbolPair, threads: number): number {
  const width = ownWidth(pair);
  if (!width) return Infinity;
  return (SIMD_COMPARISON[width] * pair.pattern.length * shiftsOf(pair)) / threads + FIXED;
}

/** Nanoseconds below which exact distances, cut off, are not: they compare symbols as they are, or number the text and more. */
export function leastExact(pair: SymbolPair, threads = 1): number {
  const least = Math.min(comparingCost(pair, threads), leastNumbered(pair, threads));
  return EXACT * least + CLIP * shiftsOf(pair);
}

/**
 * Chooses by what scanning compares, and how many mismatches there are, at sampled shifts.
 *
 * @param least - `leastExact`, where it is known
 */
export function planBounded(pair: SymbolPair, k: number, threads = 1, least = leastExact(pair, threads)): BoundedPlan {
  const { text, pattern } = pair;
  const shifts = shiftsOf(pair);
  const m = pattern.length;
  const { symbols, mismatches } = sampleScan(pair, k);
  const scan = scanCost(pair, symbols, threads);
  const nanoseconds: Partial<Record<BoundedMethod, number>> = {
    scan,
    kangaroo: (mismatches + 1) * JUMP * shifts + FINGERPRINT * (text.length + m),
  };
  let exact: ChosenMethod | undefined;
  // Below the least that exact distances cost they need no plan.
  if (scan >= least) {
    exact = chooseExact(pair, 'auto', { threads });
    const seconds = exact.seconds ?? (NAIVE_COMPARISON * m * shifts) / 1e9;
    nanoseconds.clip = EXACT * seconds * 1e9 + CLIP * shifts;
  }
  const cost = (method: BoundedMethod) => nanoseconds[method] ?? Infinity;
  const methods = (Object.keys(nanoseconds) as BoundedMethod[]).sort((a, b) => cost(a) - cost(b));
  const list = methods.map((method) => `${method} ${(cost(method) / 1e6).toPrecision(2)} ms`).join(', ');
  const found = `${Math.round(symbols)} of ${m} symbols in a group of shifts and ${Math.round(mismatches)} mismatches per shift`;
  const [method] = methods;
  const explanation = `${method}: predicted ${list}, from ${found} for k = ${k}`;
  return { method, nanoseconds, explanation, exact };
}

/**
 * Chooses between scanning with sets of bits and exact distances, for symbols that match others; and whether shifts are
 * given up long before the pattern's end.
 */
export function planSets(
  pair: SymbolPair,
  k: number,
  sets: BitSets,
  threads = 1,
): { readonly method: 'scan' | 'clip'; readonly givesUp: boolean } {
  const { symbols } = sampleScan(pair, k, sets);
  const scan = (SCAN * SIMD_SETS * symbols * shiftsOf(pair)) / threads + NUMBER * pair.text.length;
  const givesUp = 4 * symbols < pair.pattern.length;
  if (scan < 2 * NUMBER * pair.text.length) return { method: 'scan', givesUp };
  // Plain distances and those of the wildcards.
  const exact = 2 * EXACT * Math.min(...Object.values(planExact(pair, threads).predictedSeconds)) * 1e9;
  return { method: scan <= exact ? 'scan' : 'clip', givesUp };
}
