// The 35 problems of Moré, Garbow and Hillstrom, as least squares and as functions to minimise; far starts are in the full suite.
import { describe, expect, it } from 'vitest';
import { differenceJacobian } from '../differences/finite-differences.ts';
import { minimize } from '../minimize.ts';
import { mghProblems } from '../testing/more-garbow-hillstrom.ts';
import { isKnown } from '../testing/more-garbow-runs.ts';
import { leastSquares } from './least-squares.ts';

describe('least squares', () => {
  const runs = mghProblems.map((problem) => ({ ...problem, found: leastSquares(problem.residuals, problem.start) }));

  it.each(runs.map((problem) => [problem.name, problem] as const))(
    'solve %s',
    (_, { residuals, minima, found: { status, value, x, offset } }) => {
      expect(isKnown(2 * value, minima)).toBe(true);
      expect(status).toMatch(/converged|stalled/);
      // The gradient, made anew: by the cosines that J's columns have with the residuals.
      if (status !== 'converged' || value < 1e-12) return;
      const [m, n] = [residuals.count, residuals.dimension];
      const [f, jacobian] = [new Float64Array(m), new Float64Array(m * n)];
      residuals.residuals(x, f);
      differenceJacobian(residuals.residuals, x, m, jacobian);
      expect(offset).toBeGreaterThanOrEqual(0);
      for (let j = 0; j < n; j++) {
        const column = Float64Array.from({ length: m }, (_, i) => jacobian[i * n + j]);
        const product = column.reduce((sum, entry, i) => sum + entry * f[i], 0);
        expect(Math.abs(product)).toBeLessThanOrEqual(1e-6 * Math.hypot(...column) * Math.hypot(...f));
      }
    },
  );

  it('converge on all but three, at whose minima J is singular or rounding decides', () => {
    const open = runs.filter(({ found }) => found.status !== 'converged');
    expect(open.length).toBeLessThanOrEqual(3);
  });
});

describe('minimize', () => {
  it('finds all of these minima from values and gradients', () => {
    for (const { name, residuals, start, minima } of mghProblems) {
      const [m, n] = [residuals.count, residuals.dimension];
      const [f, jacobian] = [new Float64Array(m), new Float64Array(m * n)];
      const { value } = minimize(
        {
          dimension: n,
          value: (x) => {
            residuals.residuals(x, f);
            return f.reduce((sum, entry) => sum + entry * entry, 0);
          },
          gradient: (x, out) => {
            residuals.residuals(x, f);
            differenceJacobian(residuals.residuals, x, m, jacobian);
            out.fill(0);
            for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j] += 2 * jacobian[i * n + j] * f[i];
          },
        },
        start,
      );
      expect([name, isKnown(value, minima)]).toEqual([name, true]);
    }
  });
});
