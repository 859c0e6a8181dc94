import { describe, expect, it } from 'vitest';
import type { DenseMatrix } from '../matrices.ts';
import { csrFromDense, csrToDense } from '../sparse/csr-matrix.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { largestDifference, randomSymmetric } from '../testing/matrices.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { eigs } from './eigs.ts';
import { symmetricEigenvalues } from './symmetric-eigen.ts';

describe('eigs', () => {
  const dense = randomSymmetric(60, 5);
  const all = symmetricEigenvalues(dense);
  const above = all.filter((value) => value > 0.3);
  const below = all.filter((value) => value < 0.3).reverse();

  it.each([
    ['dense', dense],
    ['sparse', csrFromDense(dense)],
  ])('finds what was asked for among all eigenvalues: %s', (_, a) => {
    const found = (options: object) => eigs(a, { count: 3, ...options });
    const cases: [object, Float64Array][] = [
      [{ which: 'largest' }, all.slice(-3).reverse()],
      [{ which: 'smallest' }, all.slice(0, 3)],
      [{ which: 'above', sigma: 0.3 }, above.slice(0, 3)],
      [{ which: 'below', sigma: 0.3 }, below.slice(0, 3)],
    ];
    for (const [options, expected] of cases) {
      const { values, status } = found(options);
      expect(status).toBe('converged');
      expect(largestDifference(values, expected)).toBeLessThan(1e-8);
    }
  });

  it('finds the smallest ones of a Laplacian, with their multiplicity', () => {
    const side = quickOrFull(40, 150);
    const { values, status, vectors } = eigs(fivePointLaplacian(side), { which: 'smallest', count: 6 });
    const one = (k: number) => 2 - 2 * Math.cos((k * Math.PI) / (side + 1));
    const expected = [1, 2, 3, 4].flatMap((i) => [1, 2, 3, 4].map((j) => one(i) + one(j))).sort((a, b) => a - b);
    expect(status).toBe('converged');
    values.forEach((value, k) => {
      expect(Math.abs(value / expected[k] - 1)).toBeLessThan(1e-7);
    });
    expect([vectors.rows, vectors.cols]).toEqual([side * side, 6]);
  });

  it('says what it needs, and what is not there', () => {
    const a: DenseMatrix = csrToDense(fivePointLaplacian(3));
    expect(() => eigs(a, { which: 'above' })).toThrow(expect.objectContaining({ argument: 'sigma' }));
    expect(() => eigs(a, { which: 'above', sigma: 4 })).toThrow(expect.objectContaining({ argument: 'sigma' }));
    expect(eigs(a, { which: 'above', sigma: 7 }).status).toBe('stalled');
  });
});
