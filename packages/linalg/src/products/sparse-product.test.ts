import { run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { SEMIRINGS } from './semiring.ts';
import { sparseProduct } from './sparse-product.ts';
import { gustavsonEngine } from './spgemm-gustavson.ts';
import { productSteps } from './spgemm-solution.ts';

describe('the metrics of sparse products', () => {
  it('notice a wrong value and a missing entry', () => {
    const pair = { a: matrix([1, 2, 0, 3]), b: matrix([4, 0, 5, 6]) };
    const outcome = run(productSteps(() => gustavsonEngine(pair.a, pair.b, SEMIRINGS['plus-times'], true)));
    const { error, entries, products } = sparseProduct.metrics;
    expect(error.compute(pair, outcome)).toBeLessThan(1e-15);
    expect([entries.compute(pair, outcome), products.compute(pair, outcome)]).toEqual([4, 5]);
    outcome.matrix.values[2] += 1e-3;
    expect(error.compute(pair, outcome)).toBeGreaterThan(1e-6);
  });

  it('read matrices as rows and as triplets', () => {
    const { instanceFile } = sparseProduct;
    const { a, b } = instanceFile?.parse(instanceFile.example) ?? {};
    expect(Array.from(a?.rowPointers ?? [])).toEqual([0, 2, 3]);
    expect(Array.from(b?.columnIndices ?? [])).toEqual([1, 0, 0, 1]);
    expect(() =>
      instanceFile?.parse({
        a: [[1]],
        b: [
          [1, 2],
          [3, 4],
        ],
      }),
    ).toThrow(expect.objectContaining({ argument: 'b', code: 'shape' }));
  });
});

function matrix(values: number[]) {
  const pairs = values.flatMap((value, k) => (value === 0 ? [] : [[k, value] as const]));
  return {
    rows: 2,
    cols: 2,
    rowPointers: Int32Array.from([0, 2, 4], (start) => pairs.filter(([k]) => k < start).length),
    columnIndices: Int32Array.from(pairs, ([k]) => k % 2),
    values: Float64Array.from(pairs, ([, value]) => value),
  };
}
