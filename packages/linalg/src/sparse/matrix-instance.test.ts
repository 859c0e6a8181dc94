import { describe, expect, test } from 'vitest';
import type { CsrMatrix } from '../matrices.ts';
import { sparseProduct } from '../products/sparse-product.ts';
import { linearSystem } from '../systems/linear-system-problem.ts';
import { csrToDense } from './csr-matrix.ts';

const market = '%%MatrixMarket matrix coordinate real symmetric\n2 2 3\n1 1 4\n2 1 -1\n2 2 3\n';

describe('a linear system', () => {
  const parse = (json: unknown) => linearSystem.instanceFile?.parse(json);

  test('is read from a Matrix Market file, with the right-hand side of ones if there is none', () => {
    const system = parse({ a: market, structure: 'positive-definite' });
    expect(Array.from(csrToDense(system?.a as CsrMatrix).values)).toEqual([4, -1, -1, 3]);
    expect(Array.from(system?.b ?? [])).toEqual([3, 2]);
    expect(Array.from(parse({ a: market, b: [1, 5], structure: 'symmetric' })?.b ?? [])).toEqual([1, 5]);
    const dense = parse({ a: '%%MatrixMarket matrix array real general\n1 2\n5\n6\n', structure: 'least-squares' });
    expect(dense?.a).toMatchObject({ rows: 1, cols: 2, values: Float64Array.of(5, 6) });
  });

  test('is read from rows and triplets', () => {
    const triplets = { rows: 2, cols: 2, rowIndices: [1, 0], columnIndices: [1, 0], values: [3, 2] };
    expect(csrToDense(parse({ a: triplets, structure: 'general' })?.a as CsrMatrix).values).toEqual(
      Float64Array.of(2, 0, 0, 3),
    );
    expect(parse({ a: [[2]], b: [4], structure: 'general' })?.a.values).toEqual(Float64Array.of(2));
  });

  test('is refused with the line at fault', () => {
    const bad = market.replace('2 1 -1', '2 1 x');
    expect(() => parse({ a: bad, structure: 'general' })).toThrow(
      expect.objectContaining({ argument: 'a', code: 'type', index: 4, message: 'a: line 4: expected a number' }),
    );
    const complex = '%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 2 3\n';
    expect(() => parse({ a: complex, structure: 'general' })).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(() => parse({ a: 'laplacian', structure: 'general' })).toThrow(expect.objectContaining({ code: 'type' }));
  });
});

test('a sparse product is read from Matrix Market files', () => {
  const pair = sparseProduct.instanceFile?.parse({ a: market, b: market });
  expect(pair?.a).toEqual(pair?.b);
  expect(Array.from(pair?.a.columnIndices ?? [])).toEqual([0, 1, 0, 1]);
});
