// The specified figures of sparse products, for the tests of both tiers.
import { expect } from 'vitest';
import { checkCsr } from '../check-compressed.ts';
import type { CsrMatrix } from '../matrices.ts';
import type { RmatShape } from '../products/rmat.ts';
import { spgemm } from '../products/spgemm.ts';
import { transposeCsr } from '../sparse/csr-transpose.ts';
import { countNumbers } from './count-numbers.ts';
import { rmatPair } from './sparse.ts';

/** The product of a shape has the specified size, and less is stored beside it than a share of the partial products. */
export function expectNoPartialProducts(
  shape: RmatShape,
  { products, entries, share }: { products: number; entries: number; share: number },
): Promise<void> {
  const [a, b] = rmatPair(shape);
  return countNumbers(async (count) => {
    const outcome = spgemm(a, b, { twoPhase: true });
    expect([outcome.products, outcome.matrix.values.length]).toEqual([products, entries]);
    // Doubles beside A, B and C: the fragments of a wave of tokens and an accumulator.
    const beside = count.onWorkspaces + count.allocated - a.values.length - b.values.length - entries;
    expect(beside).toBeGreaterThan(0);
    expect(beside).toBeLessThan(products / share);
  });
}

/** What the specification says of a product. */
interface Specified {
  readonly products: number;
  readonly entries: number;
  readonly sum: number;
  /** Rows of A and columns of B that are not empty. */
  readonly filled: readonly [number, number];
  /** Elements that inner products read. */
  readonly innerReads: number;
}

/** The product of a shape has the specified size and sum, and its kernels move what the orders of their loops move. */
export function expectSpecified(shape: RmatShape, { products, entries, sum, filled, innerReads }: Specified): void {
  const [a, b] = rmatPair(shape);
  const { matrix, ...outcome } = spgemm(a, b);
  const found = [outcome.products, matrix.values.length, matrix.values.reduce((total, value) => total + value, 0)];
  expect(found).toEqual([products, entries, sum]);
  checkCsr(matrix, 'product');
  const filledRows = ({ rowPointers }: CsrMatrix) =>
    rowPointers.filter((start, i) => i > 0 && start > rowPointers[i - 1]).length;
  const [rows, cols] = [filledRows(a), filledRows(transposeCsr(b))];
  expect([rows, cols]).toEqual(filled);
  // What inner products would read, and what outer products do.
  expect((rows + cols) * shape.edges).toBe(innerReads);
  expect(spgemm(a, b, { kernel: 'outer' }).traffic).toEqual({
    readElements: 2 * shape.edges,
    writeElements: entries,
    partialTriples: products,
  });
  // The kernels count: row-wise, every product is read once, and nothing is stored that is not in the result.
  expect(outcome.traffic).toEqual({ readElements: shape.edges + products, writeElements: entries, partialTriples: 0 });
}
