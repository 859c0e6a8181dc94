// Hamming distances by comparing every symbol with every symbol: the definition, and the baseline of all other methods.
import { int32, layout } from '@infimum/linalg/kernels';
import type { Counts, DistanceCounter } from '../hamming-solution.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { stringKernels } from '../kernels.ts';
import type { SymbolPair } from '../symbols.ts';
import { ofOneType } from '../symbols.ts';

/** Symbol comparisons in one step. */
const WORK_PER_STEP = 2 ** 24;

/** The double loop, O(nm), in plain TypeScript; in plain WebAssembly if threads share it, as threads run only WebAssembly. */
export function naiveCounter(pair: SymbolPair, threads = 1): DistanceCounter {
  const shifts = shiftsOf(pair);
  const { text, pattern } = ofOneType(pair);
  const m = pattern.length;
  const memory =
    threads > 1 ? layout({ text: int32(text.length), pattern: int32(m), counts: int32(shifts) }, { threads }) : undefined;
  memory?.text.set(text);
  memory?.pattern.set(pattern);
  let comparisons = 0;
  return {
    patternLength: m,
    shifts,
    shiftsPerStep: Math.max(1, Math.floor((threads * WORK_PER_STEP) / m)),
    count(from, to, distances) {
      if (memory) {
        const { workspace, counts } = memory;
        const items = to - from;
        workspace.parallel(stringKernels, 'comparePlain', { items, block: Math.ceil(items / (4 * threads)) }, (first, last) => {
          const at = 4 * (from + first);
          return [last - first, m, memory.text.byteOffset + at, memory.pattern.byteOffset, counts.byteOffset + at, 0];
        });
        distances.set(counts.subarray(from, to));
      } else compare(text, pattern, from, to, distances);
      comparisons += (to - from) * m;
    },
    operations: () => ({ comparisons }),
    release: () => memory?.workspace.release(),
  };
}

function compare(text: Int32Array, pattern: Int32Array, from: number, to: number, distances: Counts): void {
  for (let i = from; i < to; i++) {
    let distance = 0;
    // A number instead of an unpredictable branch: three times as fast on random symbols.
    for (let j = 0; j < pattern.length; j++) distance += Number(text[i + j] !== pattern[j]);
    distances[i - from] = distance;
  }
}
