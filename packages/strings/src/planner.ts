// Which exact method: predicts the time of each from sizes and frequencies, and says why it chose.
import { BIT_COMPARISON, NAIVE_COMPARISON, SIMD_COMPARISON, SYMBOL } from './costs.ts';
import { bitPlanes, MAX_BITSET_SYMBOLS } from './hamming-bitset.ts';
import { symbolWidth } from './hamming-simd.ts';
import { hybridLayout } from './hybrid-layout.ts';
import type { CompactPair } from './symbols.ts';

/** Methods that the planner chooses from. */
export type PlannedMethod = 'naive' | 'simd' | 'bitset' | 'hybrid';

/** The planner's choice. */
export interface Plan {
  /** The method that is predicted to be fastest. */
  readonly method: PlannedMethod;
  /** Predicted seconds of every method that can be used. */
  readonly predictedSeconds: Readonly<Partial<Record<PlannedMethod, number>>>;
  /** One sentence for people. */
  readonly explanation: string;
}

/** Chooses the exact method for a pair. Time O(number of different symbols) beyond what `compact` has counted. */
export function planExact(pair: CompactPair): Plan {
  const { alphabetSize, textCounts, patternCounts } = pair;
  const n = pair.text.length;
  const m = pair.pattern.length;
  const shifts = Math.max(0, n - m + 1);
  const comparisons = shifts * m;
  const setUp = SYMBOL * n;
  const nanoseconds: Partial<Record<PlannedMethod, number>> = {
    naive: NAIVE_COMPARISON * comparisons,
    simd: SIMD_COMPARISON[symbolWidth(alphabetSize)] * Math.ceil(shifts / 64) * 64 * m + FIXED + setUp / 8,
  };
  if (alphabetSize <= MAX_BITSET_SYMBOLS) {
    const planes = bitPlanes(pair);
    const words = Math.ceil((m + 7) / 64);
    nanoseconds.bitset = BIT_COMPARISON[planes] * shifts * (words * 64 + 64) + FIXED + (planes * setUp) / 2;
  }
  if (m > 32) nanoseconds.hybrid = hybridLayout({ n, m, textCounts, patternCounts }).nanoseconds + FIXED;
  const methods = Object.keys(nanoseconds) as PlannedMethod[];
  const cost = (method: PlannedMethod) => nanoseconds[method] ?? Infinity;
  methods.sort((a, b) => cost(a) - cost(b));
  const [method, next] = methods;
  const predictedSeconds = Object.fromEntries(methods.map((name) => [name, cost(name) / 1e9]));
  const runnerUp = next === undefined ? '' : `, ${next} ${milliseconds(cost(next))}`;
  return {
    method,
    predictedSeconds,
    explanation:
      `${method}: ${milliseconds(cost(method))} predicted${runnerUp} for n = ${n}, m = ${m} ` +
      `and ${alphabetSize} different symbols in the pattern; ${REASONS[method]}`,
  };
}

/** Workspaces and tables, in nanoseconds. */
const FIXED = 20_000;

const REASONS: Readonly<Record<PlannedMethod, string>> = {
  naive: 'too little work to set anything up',
  simd: 'comparing 16 bytes at a time beats counting matches symbol by symbol for so short a pattern',
  bitset: 'so few symbols fit in bit planes, 64 symbols a word',
  hybrid:
    'the pattern is long enough for counting matches symbol by symbol, with transforms for frequent ones',
};

function milliseconds(nanoseconds: number): string {
  return `${(nanoseconds / 1e6).toPrecision(2)} ms`;
}
