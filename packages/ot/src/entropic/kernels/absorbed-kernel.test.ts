import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { AbsorbedKernel } from './absorbed-kernel.ts';

/** log sum exp, straight from the definition. */
function logSum(terms: number[]): number {
  const most = Math.max(...terms);
  return most + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - most), 0));
}

it('has the products of the kernel, near the absorbed potentials and far away', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(1, 0.01, 1e-4),
      fc.integer({ min: 0, max: 1e6 }),
      (rows, cols, epsilon, seed) => {
        const random = mulberry32(seed);
        const values = Float64Array.from({ length: rows * cols }, random);
        const kernel = new AbsorbedKernel({ rows, cols, values }, epsilon);
        const u = Float64Array.from({ length: rows }, random);
        const v = Float64Array.from({ length: cols }, random);
        for (let step = 0; step < 12; step++) {
          // Small steps, a jump now and then, and a weight of zero.
          const size = step % 5 === 4 ? 1000 : 3;
          for (let i = 0; i < rows; i++) u[i] += size * (random() - 0.5);
          for (let j = 0; j < cols; j++) v[j] += size * (random() - 0.5);
          if (step === 7) u[0] = -1e200;
          const products = kernel.times(v);
          for (let i = 0; i < rows; i++) {
            const exact = logSum(Array.from(v, (value, j) => value - values[i * cols + j] / epsilon));
            expect(Math.abs(products[i] - exact)).toBeLessThan(1e-11 * Math.max(1, Math.abs(exact)));
          }
          const transposed = kernel.transposedTimes(u);
          for (let j = 0; j < cols; j++) {
            const exact = logSum(Array.from(u, (value, i) => value - values[i * cols + j] / epsilon));
            expect(Math.abs(transposed[j] - exact)).toBeLessThan(1e-11 * Math.max(1, Math.abs(exact)));
          }
        }
        kernel.release();
      },
    ),
    { numRuns: 150 },
  );
});
