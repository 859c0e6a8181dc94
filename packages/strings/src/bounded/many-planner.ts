// Chooses which of many patterns are searched together, by their pieces, and which one by one.
import { INDEX_CANDIDATE, INDEX_PIECE, INDEX_SYMBOL, SHIFT } from '../costs.ts';
import { shiftsOf } from '../hamming-solution.ts';
import type { SymbolArray } from '../symbols.ts';
import { planBounded } from './bounded-planner.ts';
import { PieceIndex, pieceLength } from './piece-index.ts';

/** Patterns that are searched for together; the others are left to one search each. */
export interface ManyPlan {
  /** Their numbers, ascending; none if that would not be faster. */
  readonly together: readonly number[];
  /** Symbols of each piece that are hashed. */
  readonly length: number;
}

/** Symbols of the text on which an index is tried. */
const TRIAL = 2 ** 12;
const TRIAL_RUNS = 4;

/**
 * Weighs one reading of the text with the pieces of the patterns that have the longest ones against a search for each,
 * as predicted; how often pieces fit is tried on a part of the text.
 */
export function planMany(text: SymbolArray, patterns: readonly SymbolArray[], bounds: readonly number[]): ManyPlan {
  const n = text.length;
  const alone = patterns.map((pattern, p) => costAlone(text, pattern, bounds[p]));
  const pieceOf = (p: number) => pieceLength(patterns[p].length, bounds[p]);
  const byPiece = [...patterns.keys()]
    .filter((p) => pieceOf(p) > 0 && patterns[p].length <= n)
    .sort((a, b) => pieceOf(b) - pieceOf(a));
  // Reading the text once costs more than all searches.
  if (alone.reduce((sum, cost) => sum + cost, 0) < INDEX_SYMBOL * n) return { together: [], length: 0 };
  const repeats = collisionShare(text);
  let best = { count: 0, saved: 0 };
  let saved = 0;
  let pieces = 0;
  byPiece.forEach((p, i) => {
    saved += alone[p];
    pieces += bounds[p] + 1;
    const fitting = pieces * repeats ** pieceOf(p);
    const cost = n * (INDEX_SYMBOL + INDEX_CANDIDATE * fitting) + INDEX_PIECE * pieces;
    if (saved - cost > best.saved) best = { count: i + 1, saved: saved - cost };
  });
  if (best.count < 2) return { together: [], length: 0 };
  const together = byPiece.slice(0, best.count).sort((a, b) => a - b);
  const length = together.reduce((least, p) => Math.min(least, pieceOf(p)), Infinity);
  const index = new PieceIndex(
    together.map((p) => patterns[p]),
    together.map((p) => bounds[p]),
    length,
  );
  const costTogether = n * (INDEX_SYMBOL + INDEX_CANDIDATE * candidateRate(text, index));
  const costApart = together.reduce((sum, p) => sum + alone[p], 0);
  return costTogether < costApart ? { together, length } : { together: [], length: 0 };
}

/** Predicted nanoseconds of a search for one pattern, with the fixed cost of every search. */
function costAlone(text: SymbolArray, pattern: SymbolArray, k: number): number {
  if (shiftsOf({ text, pattern }) === 0) return 0;
  const { method, nanoseconds } = planBounded({ text, pattern }, Math.min(k, pattern.length));
  return (nanoseconds[method] ?? 0) + SHIFT * (text.length - pattern.length + 1);
}

/** Probability that two random symbols of the text are equal, from a sample. */
function collisionShare(text: SymbolArray): number {
  const counts = new Map<number, number>();
  const step = Math.max(1, Math.floor(text.length / TRIAL));
  let looked = 0;
  for (let i = 0; i < text.length; i += step, looked++) counts.set(text[i], (counts.get(text[i]) ?? 0) + 1);
  let share = 0;
  for (const count of counts.values()) share += (count / looked) ** 2;
  return share;
}

/** Candidates per symbol of the text, on a few runs of it. */
function candidateRate(text: SymbolArray, index: PieceIndex): number {
  const run = Math.min(text.length, TRIAL) / TRIAL_RUNS;
  for (let r = 0; r < TRIAL_RUNS; r++) {
    const from = Math.floor((r * (text.length - run)) / Math.max(1, TRIAL_RUNS - 1));
    index.search(text, from, Math.floor(from + run), () => {});
  }
  return index.candidates / Math.max(1, TRIAL_RUNS * run);
}
