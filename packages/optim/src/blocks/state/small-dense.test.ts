// Eigenvalues of small matrices against closed forms.
import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { gram, symmetricEigen } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { largestEigenvalue } from './small-dense.ts';

const random = new Random(11);

describe('largestEigenvalue', () => {
  it('is an upper bound, and a close one, for blocks of any size', () => {
    for (const size of [1, 2, 5, 50, 60, 90]) {
      const root: DenseMatrix = { rows: size + 3, cols: size, values: random.normals(new Float64Array((size + 3) * size)) };
      const { values } = gram(root);
      const exact = symmetricEigen({ rows: size, cols: size, values }).values[size - 1];
      const bound = largestEigenvalue(values, size);
      expect(bound).toBeGreaterThanOrEqual(exact * (1 - 1e-14));
      expect(bound).toBeLessThan(exact * 1.02);
    }
  });
});
