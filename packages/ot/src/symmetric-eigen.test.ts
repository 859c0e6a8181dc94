import { matmul, transpose } from '@infimum/linalg';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { symmetricEigen } from './symmetric-eigen.ts';

it('the vectors are orthonormal and put the matrix together again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 1e6 }), (size, salt) => {
      const values = new Float64Array(size * size);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) {
          values[i * size + j] = values[j * size + i] = Math.sin(12.9 * (i * size + j + 1) + salt);
        }
      }
      const eigen = symmetricEigen({ rows: size, cols: size, values });
      const scaled = eigen.vectors.values.map((v, k) => v * eigen.values[k % size]);
      const again = matmul({ ...eigen.vectors, values: scaled }, transpose(eigen.vectors));
      const gram = matmul(transpose(eigen.vectors), eigen.vectors);
      for (let k = 0; k < values.length; k++) {
        expect(again.values[k]).toBeCloseTo(values[k], 12);
        expect(gram.values[k]).toBeCloseTo(k % (size + 1) === 0 ? 1 : 0, 12);
      }
    }),
    { numRuns: 60 },
  );
});

it('zero and diagonal matrices are their own', () => {
  expect(Array.from(symmetricEigen({ rows: 2, cols: 2, values: new Float64Array(4) }).values)).toEqual([
    0, 0,
  ]);
  const diagonal = symmetricEigen({ rows: 2, cols: 2, values: Float64Array.of(3, 0, 0, -1e-300) });
  expect(Array.from(diagonal.values)).toEqual([3, -1e-300]);
});
