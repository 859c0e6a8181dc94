// Robust fits: what is called converged is stationary for the cost as the losses count it, whatever the outliers and the scales.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { ResidualsLike } from './least-squares.ts';
import { leastSquares } from './least-squares.ts';
import type { RobustLoss } from './robust-loss.ts';

const LOSSES: readonly RobustLoss[] = ['soft-l1', 'huber', 'cauchy', 'arctan'];

/** rho', the weight of a residual whose square over that of the scale is z. */
const WEIGHTS = {
  linear: () => 1,
  'soft-l1': (z: number) => 1 / Math.sqrt(1 + z),
  huber: (z: number) => (z <= 1 ? 1 : 1 / Math.sqrt(z)),
  cauchy: (z: number) => 1 / (1 + z),
  arctan: (z: number) => 1 / (1 + z * z),
};

/** Lines and exponentials through points, some far off. */
function drawnFit(seed: number) {
  const random = new Random(seed);
  const m = 5 + (seed % 20);
  const unit = 10 ** Math.round(12 * random.uniform() - 6);
  const t = Float64Array.from({ length: m }, (_, i) => i / m);
  const isCurve = seed % 2 === 0;
  const model = ([a, b]: Float64Array, time: number) => (isCurve ? a * Math.exp(b * time) : a + b * time);
  const truth = Float64Array.of(1 + random.uniform(), random.normal());
  const y = t.map((time) => {
    const off = random.uniform() < 0.3 ? 10 ** (3 * random.uniform()) * random.normal() : 0.05 * random.normal();
    return model(truth, time) + off;
  });
  const residuals = (x: Float64Array) => Array.from(t, (time, i) => unit * (model(x, time) - y[i]));
  const slopes = ([a, b]: Float64Array, i: number) => {
    const e = Math.exp(b * t[i]);
    return isCurve ? [unit * e, unit * a * t[i] * e] : [unit, unit * t[i]];
  };
  return { residuals, slopes, unit };
}

describe('robust losses', () => {
  it.each(LOSSES)('%s ends at the minimum of a mean with an outlier', (loss) => {
    const residuals: ResidualsLike = ([x]) => [1, 2, 3, 4, 100].map((value) => x - value);
    const { x, status } = leastSquares(residuals, [0], { loss, lossScale: 0.5 });
    expect(status).toBe('converged');
    const slope = [1, 2, 3, 4, 100].reduce((sum, value) => {
      const r = x[0] - value;
      return sum + WEIGHTS[loss]((r / 0.5) ** 2) * r;
    }, 0);
    expect(Math.abs(slope)).toBeLessThan(1e-6);
  });

  it.each(['soft-l1', 'huber', 'cauchy', 'arctan'] as const)(
    '%s is never called converged where its gradient is not small',
    (loss) => {
      let converged = 0;
      for (let seed = 1; seed <= 250; seed++) {
        const { residuals, slopes, unit } = drawnFit(seed);
        const lossScale = unit * 10 ** ((seed % 5) - 3);
        const { x, status } = leastSquares(residuals, [1, 0], { loss, lossScale });
        const gradient = [0, 0];
        const lengths = [0, 0];
        let size = 0;
        for (const [i, r] of residuals(x).entries()) {
          const weight = WEIGHTS[loss]((r / lossScale) ** 2);
          size += weight * r * r;
          for (const [j, slope] of slopes(x, i).entries()) {
            gradient[j] += weight * r * slope;
            lengths[j] += weight * slope * slope;
          }
        }
        // A column that moves no residual by more than rounding when its variable doubles (a decay at an infinite rate) has no cosine.
        const counts = lengths.map((length, j) => length * Math.max(1, x[j] * x[j]) > Number.EPSILON ** 2 * size);
        const left = Math.max(0, ...gradient.map((g, j) => (counts[j] ? Math.abs(g) / Math.sqrt(lengths[j] * size) : 0)));
        if (status === 'converged') converged++;
        expect([seed, status !== 'converged' || left < 1e-6]).toEqual([seed, true]);
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
