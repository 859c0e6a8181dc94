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

/** The largest difference, relative where numbers are above one. */
function largestMiss(found: Float64Array, expected: Float64Array): number {
  return found.reduce(
    (most, value, k) => Math.max(most, Math.abs(value - expected[k]) / Math.max(1, Math.abs(expected[k]))),
    0,
  );
}

it('sweeps over several blocks as it does in two products, and looking at the matrix changes nothing', () => {
  const [rows, cols, epsilon] = [300, 400, 0.1];
  const random = mulberry32(5);
  const values = Float64Array.from({ length: rows * cols }, random);
  const kernels = [0, 1].map(() => new AbsorbedKernel({ rows, cols, values }, epsilon));
  const v = Float64Array.from({ length: cols }, random);
  for (const jump of [0, 3, 1e4, -1e4, 1]) {
    for (let j = 0; j < cols; j++) v[j] += jump * random();
    const [swept, plain] = kernels.map((kernel, k) => {
      const u = new Float64Array(rows);
      const fit = (log: number, i: number) => {
        u[i] = -0.7 * log;
        return u[i];
      };
      const logs = k === 0 ? kernel.sweep(v, fit) : kernel.transposedTimes(kernel.times(v).map(fit));
      return { u, logs };
    });
    expect(largestMiss(swept.u, plain.u)).toBeLessThan(1e-12);
    expect(largestMiss(swept.logs, plain.logs)).toBeLessThan(1e-12);
    // With these potentials the rows add up to one.
    const u = plain.u.map((value) => value / 0.7);
    const { matrix, rowSums, columnSums } = kernels[1].scaled(u, v);
    const exact = matrix.values.map((_, k) => Math.exp(u[Math.floor(k / cols)] + v[k % cols] - values[k] / epsilon));
    const ofColumns = new Float64Array(cols);
    for (const [k, value] of matrix.values.entries()) ofColumns[k % cols] += value;
    expect(largestMiss(matrix.values, exact)).toBeLessThan(1e-10);
    expect(largestMiss(rowSums, new Float64Array(rows).fill(1))).toBeLessThan(1e-10);
    expect(largestMiss(columnSums, ofColumns)).toBeLessThan(1e-12);
  }
  for (const kernel of kernels) kernel.release();
});
