// Wildcards, which match every symbol, for every exact method: distances with wildcards as ordinary symbols, and a correction.
//
// With W_T(i) wildcards of the text in a window, W_P in the pattern and C(i) places where both have one, the plain
// distance counts W_T + W_P - 2C mismatches too many.
import type { DistanceCounter } from '../hamming-solution.ts';
import type { SymbolArray, SymbolPair } from '../symbols.ts';

/**
 * Distances with wildcards, from a counter of plain distances and, where both sequences have wildcards, one of the
 * places where both have one.
 *
 * @param create - sets up a counter of plain distances for a pair
 */
export function wildcardCounter(
  pair: SymbolPair,
  wildcard: number,
  create: (pair: SymbolPair) => DistanceCounter,
): DistanceCounter {
  const { text, pattern } = pair;
  const m = pattern.length;
  const plain = create(pair);
  const both = text.indexOf(wildcard) >= 0 && pattern.indexOf(wildcard) >= 0 ? create(wildcardPair(pair, wildcard)) : undefined;
  const wildDistances = new Int32Array(both ? plain.shifts : 0);
  let ready = 0;
  let inPattern = 0;
  for (const symbol of pattern) if (symbol === wildcard) inPattern++;
  return {
    patternLength: m,
    shifts: plain.shifts,
    shiftsPerStep: plain.shiftsPerStep,
    count(from, to, distances) {
      plain.count(from, to, distances);
      // The other counter has steps of its own.
      while (both && ready < to) {
        const end = Math.min(both.shifts, ready + both.shiftsPerStep);
        both.count(ready, end, wildDistances.subarray(ready, end));
        ready = end;
      }
      let inWindow = 0;
      for (let y = from; y < from + m - 1; y++) if (text[y] === wildcard) inWindow++;
      for (let i = from; i < to; i++) {
        if (text[i + m - 1] === wildcard) inWindow++;
        const shared = both ? m - wildDistances[i] : 0;
        distances[i - from] += 2 * shared - inWindow - inPattern;
        if (text[i] === wildcard) inWindow--;
      }
    },
    operations: () => plain.operations(),
    release() {
      plain.release();
      both?.release();
    },
  };
}

/** The pair whose matches are the places where text and pattern both have a wildcard. */
function wildcardPair({ text, pattern }: SymbolPair, wildcard: number): SymbolPair {
  return { text: marks(text, wildcard, 0), pattern: marks(pattern, wildcard, 2) };
}

/** 1 where a wildcard is, another number elsewhere. */
function marks(symbols: SymbolArray, wildcard: number, other: number): Uint8Array {
  const marked = new Uint8Array(symbols.length);
  for (let i = 0; i < marked.length; i++) marked[i] = symbols[i] === wildcard ? 1 : other;
  return marked;
}
