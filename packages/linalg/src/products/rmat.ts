// Random graphs with a skewed distribution of degrees (R-MAT), exactly as the specification of the instances defines them.
//
// D. Chakrabarti, Y. Zhan, C. Faloutsos: R-MAT: a recursive model for graph mining (2004).
import { fault } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { CsrMatrix } from '../matrices.ts';

/** Shape of an R-MAT matrix. */
export interface RmatShape {
  /** The matrix has 2^scale rows and columns. */
  readonly scale: number;
  /** Number of entries. */
  readonly edges: number;
  /** Probabilities of the upper left, upper right and lower left quarter; the rest goes to the lower right. */
  readonly quarters: readonly [number, number, number];
}

/**
 * Draws entries until there are enough different ones: in each of `scale` levels one quarter of the matrix is chosen.
 * Entry number k, in the order of rows and columns, has the value 1 + k mod 7.
 *
 * @throws {InvalidInputError} for more entries than a quarter of the matrix, which might never come together
 */
export function rmat({ scale, edges, quarters: [a, b, c] }: RmatShape, seed: number): CsrMatrix {
  const size = 2 ** scale;
  if (edges > (size * size) / 4) {
    throw fault(`must be at most ${(size * size) / 4}, a quarter of the matrix, got ${edges}`, 'edges', 'out-of-range');
  }
  const random = mulberry32(seed);
  const keys = new Set<number>();
  while (keys.size < edges) {
    let row = 0;
    let column = 0;
    for (let level = 0; level < scale; level++) {
      const u = random();
      row *= 2;
      column *= 2;
      if (u < a) continue;
      if (u < a + b) column++;
      else if (u < a + b + c) row++;
      else {
        row++;
        column++;
      }
    }
    keys.add(row * size + column);
  }
  return fromKeys(Float64Array.from(keys).sort(), size);
}

function fromKeys(keys: Float64Array, size: number): CsrMatrix {
  const rowPointers = new Int32Array(size + 1);
  const columnIndices = new Int32Array(keys.length);
  keys.forEach((key, k) => {
    rowPointers[Math.floor(key / size) + 1]++;
    columnIndices[k] = key % size;
  });
  for (let i = 0; i < size; i++) rowPointers[i + 1] += rowPointers[i];
  return { rows: size, cols: size, rowPointers, columnIndices, values: Float64Array.from(keys, (_, k) => 1 + (k % 7)) };
}
