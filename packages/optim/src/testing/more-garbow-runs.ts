// Least squares on the problems of Moré, Garbow and Hillstrom from far starts.
import { expect } from 'vitest';
import { differenceJacobian } from '../differences/finite-differences.ts';
import { leastSquares } from '../least-squares/least-squares.ts';
import { mghProblems } from './more-garbow-hillstrom.ts';

/** Whether a sum of squares is one of those that are known. */
export function isKnown(sum: number, minima: readonly number[]): boolean {
  return minima.some((minimum) => Math.abs(sum - minimum) <= 1e-6 * minimum + 1e-9);
}

/** How many known minima are found from starts that are `factor` times as far; what is called converged is stationary. */
export function knownFromFar(factor: number): number {
  let found = 0;
  for (const { name, residuals, start: usual, minima } of mghProblems) {
    const isOrigin = usual.every((entry) => entry === 0);
    const start = usual.map((entry) => (isOrigin ? factor : factor * entry));
    const [m, n] = [residuals.count, residuals.dimension];
    const [f, jacobian] = [new Float64Array(m), new Float64Array(m * n)];
    residuals.residuals(start, f);
    if (!f.every((entry) => Number.isFinite(entry * entry))) continue;
    const { status, value, x } = leastSquares(residuals, start);
    if (isKnown(2 * value, minima)) found++;
    if (status !== 'converged' || value < 1e-12) continue;
    residuals.residuals(x, f);
    differenceJacobian(residuals.residuals, x, m, jacobian);
    for (let j = 0; j < n; j++) {
      const column = Float64Array.from({ length: m }, (_, i) => jacobian[i * n + j]);
      const product = column.reduce((sum, entry, i) => sum + entry * f[i], 0);
      // A step along x_j is small beside x_j, or what it gains beside the residuals.
      const length = Math.hypot(...column);
      const scale = Math.max(Math.hypot(...f), length * Math.abs(x[j]));
      expect([name, j, Math.abs(product) <= 1e-6 * length * scale]).toEqual([name, j, true]);
    }
  }
  return found;
}
