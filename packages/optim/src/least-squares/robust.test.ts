// Robust fits: what is called converged is stationary for the cost as the losses count it, whatever the outliers and the scales.
import { describe, expect, it } from 'vitest';
import { robustFit, robustWeights } from '../testing/drawn-truth.ts';
import type { ResidualsLike } from './least-squares.ts';
import { leastSquares } from './least-squares.ts';
import type { RobustLoss } from './robust-loss.ts';

const LOSSES: readonly RobustLoss[] = ['soft-l1', 'huber', 'cauchy', 'arctan'];

describe('robust losses', () => {
  it.each(LOSSES)('%s ends at the minimum of a mean with an outlier', (loss) => {
    const residuals: ResidualsLike = ([x]) => [1, 2, 3, 4, 100].map((value) => x - value);
    const { x, status } = leastSquares(residuals, [0], { loss, lossScale: 0.5 });
    expect(status).toBe('converged');
    const slope = [1, 2, 3, 4, 100].reduce((sum, value) => {
      const r = x[0] - value;
      return sum + robustWeights[loss]((r / 0.5) ** 2) * r;
    }, 0);
    expect(Math.abs(slope)).toBeLessThan(1e-6);
  });

  it.each(['soft-l1', 'huber', 'cauchy', 'arctan'] as const)(
    '%s is never called converged where its gradient is not small',
    (loss) => {
      let converged = 0;
      for (let seed = 1; seed <= 250; seed++) {
        const { status, left, allowed } = robustFit(seed, loss);
        if (status === 'converged') converged++;
        expect([seed, status !== 'converged' || left < allowed]).toEqual([seed, true]);
      }
      expect(converged).toBeGreaterThan(200);
    },
  );

  it('and plain squares do not see scales', () => {
    for (const scale of [1e-300, 1e-165, 1e-150, 1, 1e150, 1e300]) {
      const { x, status } = leastSquares(([a, b]) => [scale * 10 * (b - a * a), scale * (1 - a)], [-1.2, 1]);
      expect([scale, status, x[0].toFixed(6), x[1].toFixed(6)]).toEqual([scale, 'converged', '1.000000', '1.000000']);
    }
  });
});
