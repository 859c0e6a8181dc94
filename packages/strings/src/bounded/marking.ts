// k-bounded distances by marking: close shifts match most of a few chosen places of the pattern, and few other shifts
// do. Only those are verified.
//
// A. Amir, M. Lewenstein, E. Porat: Faster algorithms for string matching with k mismatches (2004).
import { hybridCounter } from '../exact/hamming-hybrid.ts';
import { shiftsOf } from '../hamming-solution.ts';
import type { CompactPair, SymbolPair } from '../symbols.ts';
import { compact, positionLists } from '../symbols.ts';
import type { BoundedCounter } from './k-mismatch-solution.ts';
import { clipped } from './k-mismatch-solution.ts';
import type { KangarooOptions } from './kangaroo.ts';
import { kangarooCounter } from './kangaroo.ts';

/** Text symbols of one step. */
const SYMBOLS_PER_STEP = 2 ** 17;

/**
 * With r = max(1, ⌈sqrt k⌉): if 2r symbols occur r times or more, marks at r places of each, and verifies the shifts with
 * at least 2r² - k marks; O(n sqrt k) marks and O(n/sqrt k) candidates. Otherwise exact distances, since few symbols
 * are frequent: O(n sqrt(k log k)).
 */
export function markingCounter(pair: SymbolPair, k: number, options: KangarooOptions = {}): BoundedCounter {
  const compacted = compact(pair);
  const r = Math.max(1, Math.ceil(Math.sqrt(k)));
  const frequent = frequentSymbols(compacted, r);
  if (frequent.length < 2 * r) return clipped(hybridCounter(compacted), k);
  const places = markedPlaces(compacted, frequent.slice(0, 2 * r), r);
  const needed = 2 * r * r - k;
  const { text } = compacted;
  const m = pair.pattern.length;
  const kangaroo = kangarooCounter(pair, k, options);
  const one = new Int32Array(1);
  let candidates = 0;
  return {
    patternLength: m,
    shifts: shiftsOf(pair),
    shiftsPerStep: SYMBOLS_PER_STEP,
    count(from, to, distances) {
      const marks = new Int32Array(to - from);
      for (let y = from; y < to + m - 1; y++) {
        const at = text[y] < 0 ? undefined : places[text[y]];
        if (!at) continue;
        for (let p = 0; p < r; p++) {
          const i = y - at[p] - from;
          if (i >= 0 && i < marks.length) marks[i]++;
        }
      }
      for (let i = from; i < to; i++) {
        if (marks[i - from] < needed) distances[i - from] = k + 1;
        else {
          candidates++;
          kangaroo.count(i, i + 1, one);
          distances[i - from] = one[0];
        }
      }
    },
    operations: () => ({ candidates, extensions: kangaroo.operations().extensions }),
    release: () => kangaroo.release(),
  };
}

/** Symbols that occur at least r times in the pattern, those first that are rare in the text: they mark least. */
function frequentSymbols({ patternCounts, textCounts }: CompactPair, r: number): number[] {
  return Array.from(patternCounts.keys())
    .filter((c) => patternCounts[c] >= r)
    .sort((a, b) => textCounts[a] - textCounts[b]);
}

/** The first r places of each chosen symbol. */
function markedPlaces(
  { pattern, alphabetSize }: CompactPair,
  chosen: readonly number[],
  r: number,
): (Int32Array | undefined)[] {
  const { start, positions } = positionLists(pattern, alphabetSize);
  const places = new Array<Int32Array | undefined>(alphabetSize).fill(undefined);
  for (const c of chosen) places[c] = positions.slice(start[c], start[c] + r);
  return places;
}
