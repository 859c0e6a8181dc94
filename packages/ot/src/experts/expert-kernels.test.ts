import { useKernels, Workspace } from '@infimum/linalg/kernels';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { moeInstance } from './expert-instances.ts';
import { expertKernels } from './expert-kernels.ts';
import { topKRoute } from './expert-routing.ts';

afterEach(() => useKernels('auto'));

describe.each(['reference', 'simd', 'relaxed-simd'] as const)('the %s build', (build) => {
  it('finds the first of the best of every row, one expert a token', () => {
    useKernels(build);
    for (let cols = 1; cols <= 40; cols++) {
      const values = moeInstance(60, cols, cols).values.map((value) => Math.round(value * 16) / 16);
      const bias = Float64Array.from({ length: cols }, (_, k) => (k % 3) / 16);
      const { experts } = topKRoute({ rows: 60, cols, values }, 1, bias);
      for (let i = 0; i < 60; i++) {
        const row = Array.from(bias, (shift, k) => values[i * cols + k] + shift);
        expect(experts[i]).toBe(row.indexOf(Math.max(...row)));
      }
    }
  });

  it('selects like a sort, in blocks of eight and beyond them, with ties', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 35 }), fc.nat(999), (rows, cols, seed) => {
        useKernels(build);
        const values = moeInstance(rows, cols, seed).values.map((value) => Math.round(value * 8) / 8);
        const bias = Float64Array.from({ length: cols }, (_, k) => ((k * (seed + 1)) % 5) / 8);
        const count = 1 + (seed % cols);
        const { experts } = topKRoute({ rows, cols, values }, count, bias);
        for (let i = 0; i < rows; i++) {
          const score = (k: number) => values[i * cols + k] + bias[k];
          const sorted = Array.from({ length: cols }, (_, k) => k).sort((k, j) => score(j) - score(k) || k - j);
          expect(Array.from(experts.subarray(i * count, (i + 1) * count))).toEqual(sorted.slice(0, count));
        }
      }),
    );
  });

  it('names columns only, where nothing compares: NaN in scores or biases', () => {
    useKernels(build);
    for (const cols of [2, 4, 8, 9, 20]) {
      for (let count = 1; count < cols; count++) {
        const workspace = Workspace.for({ float64: [3 * cols, cols, 9 * Math.ceil(cols / 8)], int32: [3 * count + 8] });
        try {
          const scores = workspace.float64(3 * cols);
          const bias = workspace.float64(cols).fill(0);
          const scratch = workspace.scratch(9 * Math.ceil(cols / 8));
          const chosen = workspace.int32(3 * count + 8).fill(-7);
          scores.fill(Number.NaN, 0, cols);
          for (let k = 0; k < cols; k++) {
            scores[cols + k] = k === 1 ? Number.NaN : k;
            scores[2 * cols + k] = k % 2 === 0 ? Infinity : Number.NaN;
          }
          const { topExperts } = workspace.kernels(expertKernels);
          topExperts(3, cols, count, scores.byteOffset, bias.byteOffset, scratch, chosen.byteOffset);
          const indices = Array.from(chosen.subarray(0, 3 * count));
          expect(indices.every((index) => index >= 0 && index < cols)).toBe(true);
          expect(Array.from(chosen.subarray(3 * count))).toEqual(new Array(8).fill(-7));
        } finally {
          workspace.release();
        }
      }
    }
  });
});
