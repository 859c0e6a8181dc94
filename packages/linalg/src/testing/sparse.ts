// For tests of sparse matrices: random ones as fast-check draws them, and dense arithmetic to compare with.
import { Random } from '@infimum/core';
import fc from 'fast-check';
import type { FrontBlocks } from '../direct/front-blocks.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import type { RmatShape } from '../products/rmat.ts';
import { rmat } from '../products/rmat.ts';
import { csrFromTriplets, csrToDense } from '../sparse/csr-matrix.ts';

/** A sparse matrix with small integers, explicit zeros, and empty rows and columns among them. */
export function sparse(
  rows: number,
  cols: number,
  value: fc.Arbitrary<number> = fc.integer({ min: -9, max: 9 }),
): fc.Arbitrary<CsrMatrix> {
  if (rows * cols === 0) return fc.constant(csrFromTriplets({ rows, cols, rowIndices: [], columnIndices: [], values: [] }));
  return fc
    .uniqueArray(fc.tuple(fc.nat(rows - 1), fc.nat(cols - 1), value), {
      maxLength: Math.ceil(rows * cols * 0.6),
      selector: ([i, j]) => i * cols + j,
    })
    .map((triplets) =>
      csrFromTriplets({
        rows,
        cols,
        rowIndices: triplets.map(([i]) => i),
        columnIndices: triplets.map(([, j]) => j),
        values: triplets.map(([, , entry]) => entry + 0),
      }),
    );
}

/** A sparse matrix of any small shape. */
export const anySparse: fc.Arbitrary<CsrMatrix> = fc.tuple(fc.nat(12), fc.nat(12)).chain(([rows, cols]) => sparse(rows, cols));

/** Its entry (i, j). */
export function at({ cols, values }: DenseMatrix, i: number, j: number): number {
  return values[i * cols + j];
}

/** A dense matrix from a function of row and column. */
export function denseFrom(rows: number, cols: number, entry: (i: number, j: number) => number): DenseMatrix {
  return { rows, cols, values: Float64Array.from({ length: rows * cols }, (_, k) => entry(Math.floor(k / cols), k % cols)) };
}

/** The dense product, by the definition. */
export function denseProduct(a: CsrMatrix, b: CsrMatrix): DenseMatrix {
  const [left, right] = [csrToDense(a), csrToDense(b)];
  return denseFrom(a.rows, b.cols, (i, j) => {
    let sum = 0;
    for (let k = 0; k < a.cols; k++) sum += at(left, i, k) * at(right, k, j);
    return sum;
  });
}

/** Whether two matrices are the same; quicker on millions of entries than a comparison that can explain itself. */
export function sameBits(x: CsrMatrix, y: CsrMatrix): boolean {
  const same = (left: ArrayLike<number>, right: ArrayLike<number>): boolean => {
    let k = 0;
    while (k < left.length && Object.is(left[k], right[k])) k++;
    return k === left.length && k === right.length;
  };
  return same(x.rowPointers, y.rowPointers) && same(x.columnIndices, y.columnIndices) && same(x.values, y.values);
}

/** The first rows of a matrix; the others are empty. */
export function firstRows({ rowPointers, columnIndices, values, ...shape }: CsrMatrix, count: number): CsrMatrix {
  const end = rowPointers[count];
  return {
    ...shape,
    rowPointers: rowPointers.map((start) => Math.min(start, end)),
    columnIndices: columnIndices.subarray(0, end),
    values: values.subarray(0, end),
  };
}

/** Matrices of some hundred rows with normal random values, a few of the rows full. */
export function normalPair(seed: number, size = 300): [CsrMatrix, CsrMatrix] {
  const random = new Random(seed);
  const make = (): CsrMatrix => {
    const keys = new Set<number>();
    for (let k = 0; k < 6 * size; k++) keys.add(random.integer(size * size));
    for (let j = 0; j < size; j++) keys.add(3 * size + j).add(j * size + 7);
    const places = Array.from(keys);
    return csrFromTriplets({
      rows: size,
      cols: size,
      rowIndices: places.map((key) => Math.floor(key / size)),
      columnIndices: places.map((key) => key % size),
      values: random.normals(new Float64Array(places.length)),
    });
  };
  return [make(), make()];
}

/** The matrices of the specification. */
export const T14 = { scale: 14, edges: 254_211, quarters: [0.4, 0.2, 0.2] } as const;
export const G12 = { scale: 12, edges: 32_768, quarters: [0.57, 0.19, 0.19] } as const;
/** Quarters alike, so that few products fall on the same entry. */
export const UNIFORM = { scale: 13, edges: 100_000, quarters: [0.25, 0.25, 0.25] } as const;

const pairs = new Map<string, readonly [CsrMatrix, CsrMatrix]>();

/** The two factors of a shape, with seeds 1 and 2. They are drawn once for all tests, which leave them as they are. */
export function rmatPair(shape: RmatShape): readonly [CsrMatrix, CsrMatrix] {
  const key = JSON.stringify(shape);
  const pair = pairs.get(key) ?? [rmat(shape, 1), rmat(shape, 2)];
  pairs.set(key, pair);
  return pair;
}

/** The triangle with ones on its diagonal that lies in the blocks of a sparse factor. */
export function unitLower({ starts, rowPointers, rows, blockPointers, values }: FrontBlocks, n: number): DenseMatrix {
  const l = denseFrom(n, n, (i, j) => (i === j ? 1 : 0));
  for (let s = 0; s + 1 < starts.length; s++) {
    const [first, end] = [starts[s], starts[s + 1]];
    const below = Array.from({ length: end - first }, (_, k) => first + k).concat([
      ...rows.subarray(rowPointers[s], rowPointers[s + 1]),
    ]);
    below.forEach((i, k) => {
      for (let j = first; j < Math.min(i, end); j++) {
        l.values[i * n + j] = values[blockPointers[s] + k * (end - first) + j - first];
      }
    });
  }
  return l;
}
