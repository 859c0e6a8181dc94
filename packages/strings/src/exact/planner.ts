// Chooses an exact method: predicts the time of each from sizes and frequencies, and gives the reason.
import {
  BIT_COMPARISON,
  FIXED,
  HASH,
  NAIVE_COMPARISON,
  NUMBER,
  PLANE,
  PLANE_COPY,
  SET_SYMBOL,
  SIMD_COMPARISON,
  SIMD_SETS,
} from '../costs.ts';
import type { NumberedPair, Sequence, StringUnit, SymbolPair } from '../symbols.ts';
import { checkPair, numberPair } from '../symbols.ts';
import { MAX_BITSET_SYMBOLS } from './hamming-bitset.ts';
import type { SymbolWidth } from './hamming-simd.ts';
import { comparisonWidth, ownWidth } from './hamming-simd.ts';
import type { LayoutInput } from './hybrid-layout.ts';
import { hybridLayout, leastHybrid } from './hybrid-layout.ts';

/** The methods from which the planner chooses. */
type PlannedMethod = 'naive' | 'simd' | 'bitset' | 'hybrid';

/** The planner's choice. */
export interface Plan {
  /** The method that is predicted to be fastest. */
  readonly method: PlannedMethod;
  /** Predicted seconds of every method that can be used. */
  readonly predictedSeconds: Readonly<Partial<Record<PlannedMethod, number>>>;
  /** One sentence for people. */
  readonly explanation: string;
}

/**
 * The method that `hammingDistances` would choose, and the predicted time of each, without running any.
 *
 * @param text - a string or a typed array of integers
 * @param pattern - the same kind, not empty
 * @throws {InvalidInputError} as `hammingDistances`
 *
 * @example
 * ```ts
 * import { explainPlan } from '@infimum/strings';
 *
 * const { method } = explainPlan(new Uint8Array(1e6), Uint8Array.from({ length: 100 }, (_, i) => i));
 * console.log(method); // simd
 * ```
 */
export function explainPlan(text: Sequence, pattern: Sequence, unit?: StringUnit): Plan {
  return planExact(checkPair(text, pattern, unit));
}

/**
 * Chooses the exact method for a pair. Time O(m): frequencies of the text come from a sample.
 *
 * @param numbered - returns the pattern in numbers, if they are also used elsewhere
 */
export function planExact(pair: SymbolPair, threads = 1, numbered = () => numberPair(pair)): Plan {
  const early = planShort(pair, threads);
  if (early) return early;
  const numbers = numbered();
  const frequencies = estimateFrequencies(pair, numbers);
  const { n, m, patternCounts } = frequencies;
  const nanoseconds = predict(frequencies, comparisonWidth(pair, numbers), threads);
  const cost = (method: PlannedMethod) => nanoseconds[method] ?? Infinity;
  const methods = (Object.keys(nanoseconds) as PlannedMethod[]).sort((a, b) => cost(a) - cost(b));
  const [method, next] = methods;
  return {
    method,
    predictedSeconds: Object.fromEntries(methods.map((name) => [name, cost(name) / 1e9])),
    explanation:
      `${method}: ${milliseconds(cost(method))} predicted, ${next} ${milliseconds(cost(next))}, for n = ${n}, m = ${m} ` +
      `and ${patternCounts.length} different symbols in the pattern; ${REASONS[method]}`,
  };
}

/** Predicted seconds of the fastest method for n and m bytes that are equally frequent symbols. No sequence is made. */
export function predictUniform(n: number, m: number, symbols: number): number {
  const alphabetSize = Math.min(symbols, m);
  const counts = (length: number) => new Int32Array(alphabetSize).fill(length / alphabetSize);
  const [textCounts, patternCounts] = [counts(n), counts(m)];
  const frequencies = { n, m, textCounts, patternCounts, numbering: NUMBER };
  return Math.min(...Object.values(predict(frequencies, { width: 1, numbering: 0 }, 1))) / 1e9;
}

/** Predicted nanoseconds of every method that can be used. */
function predict(
  frequencies: Frequencies,
  { width, numbering }: Pick<SymbolWidth, 'width' | 'numbering'>,
  threads: number,
): Partial<Record<PlannedMethod, number>> {
  const { n, m, patternCounts } = frequencies;
  const alphabetSize = patternCounts.length;
  const shifts = Math.max(0, n - m + 1);
  const groups = Math.ceil(shifts / 64) * 64;
  const nanoseconds: Partial<Record<PlannedMethod, number>> = {
    naive: NAIVE_COMPARISON * shifts * m,
    simd: (SIMD_COMPARISON[width] * groups * m) / threads + FIXED + numbering * n,
  };
  if (alphabetSize <= MAX_BITSET_SYMBOLS) {
    // Bytes are taken as they are.
    const reading = (width === 1 && numbering === 0 ? 0 : frequencies.numbering) * n;
    nanoseconds.bitset = bitsNanoseconds(n, m, alphabetSize) / threads + FIXED + reading;
  }
  if (m > 32) nanoseconds.hybrid = hybridLayout(frequencies, { threads }).nanoseconds + FIXED;
  return nanoseconds;
}

/** Bits of matches for so many symbols, and adding them up. */
function bitsNanoseconds(n: number, m: number, symbols: number): number {
  return (PLANE * symbols + PLANE_COPY * Math.min(m, 8 * symbols)) * n + BIT_COMPARISON * Math.max(0, n - m + 1) * (m + 8);
}

/** Predicted seconds of bits of matches where symbols match others, but for wild ones of the pattern. */
export function bitsSeconds({ text, pattern }: SymbolPair, symbols: number, threads = 1): number {
  const reading = text.BYTES_PER_ELEMENT === 1 ? 0 : SET_SYMBOL * text.length;
  return (bitsNanoseconds(text.length, pattern.length, symbols) / threads + reading + FIXED) / 1e9;
}

/** Predicted seconds of comparing sets of bits, in so many passes. */
export function setsSeconds({ text, pattern }: SymbolPair, passes: number, threads = 1): number {
  const shifts = Math.max(0, text.length - pattern.length + 1);
  const comparing = (SIMD_SETS * shifts * pattern.length) / threads;
  return (passes * (comparing + SET_SYMBOL * text.length) + FIXED) / 1e9;
}

/** Nanoseconds below which no method is but comparison: bits of matches of one symbol, and the least that the hybrid does. */
export function leastNumbered({ text, pattern }: SymbolPair, threads: number): number {
  const [n, m] = [text.length, pattern.length];
  return Math.min(bitsNanoseconds(n, m, 1) / threads, leastHybrid(n, m, threads)) + FIXED;
}

/** A pattern so short that comparing costs less than the least of all that other methods do. */
function planShort(pair: SymbolPair, threads: number): Plan | undefined {
  const { text, pattern } = pair;
  const width = ownWidth(pair);
  if (width === undefined || text.length < 4096) return undefined;
  const m = pattern.length;
  const nanoseconds = (SIMD_COMPARISON[width] * m * text.length) / threads + FIXED;
  if (nanoseconds > leastNumbered(pair, threads)) return undefined;
  return {
    method: 'simd',
    predictedSeconds: { simd: nanoseconds / 1e9 },
    explanation:
      `simd: ${milliseconds(nanoseconds)} predicted for n = ${text.length}, m = ${m}; ` +
      'comparing 16 bytes at a time costs less than the set-up of every other method',
  };
}

/** Sampled symbols of the text, in runs: a share of the text, so that sampling costs little relative to searching. */
const SHARE = 64;
const LEAST_SAMPLE = 2 ** 9;
const LARGEST_SAMPLE = 2 ** 12;
const RUNS = 16;

/** Counts of symbols, and the cost of numbering one. */
interface Frequencies extends LayoutInput {
  readonly numbering: number;
}

/** Counts of the pattern's symbols, in the pattern exactly and in the text as extrapolated from a sample. */
function estimateFrequencies({ text }: SymbolPair, { alphabetSize, isHashed, pattern, numberText }: NumberedPair): Frequencies {
  const patternCounts = new Int32Array(alphabetSize);
  for (let j = 0; j < pattern.length; j++) patternCounts[pattern[j]]++;
  const textCounts = new Int32Array(alphabetSize);
  const n = text.length;
  const sample = Math.min(LARGEST_SAMPLE, Math.max(LEAST_SAMPLE, n / SHARE));
  const run = Math.min(n, sample) / RUNS;
  let looked = 0;
  for (let r = 0; r < RUNS; r++) {
    const from = Math.floor((r * (n - run)) / Math.max(1, RUNS - 1));
    const to = Math.min(n, Math.ceil(from + run));
    const symbols = numberText(from, to, new Int32Array(to - from));
    looked += symbols.length;
    for (let i = 0; i < symbols.length; i++) {
      if (symbols[i] >= 0) textCounts[symbols[i]]++;
    }
  }
  const scale = n / Math.max(1, looked);
  for (let c = 0; c < alphabetSize; c++) textCounts[c] = Math.round(textCounts[c] * scale);
  return { n, m: pattern.length, textCounts, patternCounts, numbering: isHashed ? HASH : NUMBER };
}

const REASONS: Readonly<Record<PlannedMethod, string>> = {
  naive: 'too little work to set anything up',
  simd: 'comparing many symbols at a time beats counting matches symbol by symbol for so short a pattern',
  bitset: 'match bits of so few symbols are added 128 shifts at a time',
  hybrid: 'the pattern is long enough for counting matches symbol by symbol, with transforms for frequent ones',
};

function milliseconds(nanoseconds: number): string {
  return `${(nanoseconds / 1e6).toPrecision(2)} ms`;
}
