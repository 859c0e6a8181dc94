// What is called proved of inclusions is true: distances to solutions in whole numbers, and gaps over all vertices.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { check, checkGap } from './inclusion-checker.ts';
import { matrixGameInclusion, scaledBilinear, withData } from './inclusion-families.ts';
import { certify } from './inclusion-prover.ts';

const answer = (x: Float64Array): InclusionSolution => ({ x, residual: 0, evaluations: { value: 0 } });

describe('proofs about inclusions', () => {
  it('hold the distance to a solution in whole numbers, and are near it', () => {
    const random = new Random(1);
    for (let turn = 0; turn < 100; turn++) {
      const d = 1 + random.integer(6);
      const truth = Float64Array.from({ length: d }, () => random.integer(19) - 9);
      const matrix = Float64Array.from({ length: d * d }, (_, k) => random.integer(19) - 9 + (k % (d + 1) === 0 ? 40 : 0));
      const offset = truth.map((_, i) => -truth.reduce((sum, value, j) => sum + value * matrix[i * d + j], 0));
      const problem = { affine: { matrix, offset } } as MonotoneInclusion;
      const moved = 10 ** -random.integer(14);
      const x = truth.map((value) => value + moved * (random.uniform() - 0.5));
      const verdict = check(problem, answer(x), certify(problem));
      const actual = x.reduce((most, value, i) => Math.max(most, Math.abs(value - truth[i])), 0);
      expect(verdict.proved && verdict.figures['distance'].upper).toBeGreaterThanOrEqual(actual);
      expect(verdict.proved && verdict.figures['distance'].upper).toBeLessThan(3 * actual + 1e-13);
      for (const inverse of [undefined, [1], new Float64Array(d * d), new Float64Array(d * d).fill(Number.NaN)])
        expect(check(problem, answer(x), { inverse }).proved).toBe(false);
    }
  });

  it('have the data of the operator', () => {
    const { affine, operator } = withData(scaledBilinear(5, 3, 1));
    const u = new Random(2).normals(new Float64Array(6));
    const out = new Float64Array(6);
    operator.full?.(u, out);
    for (let i = 0; i < 6; i++) {
      const value = u.reduce((sum, entry, j) => sum + entry * affine!.matrix[i * 6 + j], affine!.offset[i]);
      expect(value).toBeCloseTo(out[i], 14);
    }
  });

  it('enclose the gap of a matrix game over all pairs of choices, and what leaves the simplices', () => {
    const random = new Random(3);
    for (let turn = 0; turn < 100; turn++) {
      const n = 2 + random.integer(3);
      const values = Float64Array.from({ length: n * n }, () => random.integer(19) - 9);
      const problem = withData(matrixGameInclusion({ rows: n, cols: n, values }), [n, n]);
      // Eighths, so that all sums are exact.
      const x = Float64Array.from({ length: 2 * n }, () => random.integer(5) / 8);
      const value = (y: (i: number) => number, z: (j: number) => number) => {
        let sum = 0;
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += values[i * n + j] * y(i) * z(j);
        return sum;
      };
      let truth = -Infinity;
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          const [first, second] = [
            value(
              (k) => Number(k === i),
              (k) => x[n + k],
            ),
            value(
              (k) => x[k],
              (k) => Number(k === j),
            ),
          ];
          truth = Math.max(truth, second - first);
        }
      const verdict = checkGap(problem, answer(x), {});
      expect(verdict.proved).toBe(true);
      if (!verdict.proved) continue;
      const { gap, violation } = verdict.figures;
      expect(gap.lower <= truth && truth <= gap.upper && gap.upper - gap.lower < 1e-12).toBe(true);
      const sums = [0, n].map((from) => x.subarray(from, from + n).reduce((sum, entry) => sum + entry, -1));
      const off = Math.max(...sums.map(Math.abs));
      expect(violation.lower <= off && off <= violation.upper && violation.upper - violation.lower < 1e-14).toBe(true);
      expect(checkGap(problem, answer(x.map((entry, i) => (i === 0 ? -0.25 : entry))), {})).toMatchObject({ proved: true });
      expect(check(problem, answer(x), {}).proved).toBe(false);
    }
  });
});
