// Long statistics of policy evaluation in continuous time.
import { describe, expect, it } from 'vitest';
import { continuousLstd } from './continuous-lstd.ts';
import { continuousTd } from './continuous-td.ts';
import { evaluationClaims } from './evaluation-claims.ts';
import { ornsteinUhlenbeck, ornsteinUhlenbeckFixedPoint } from './evaluation-problem.ts';

describe('the Ornstein-Uhlenbeck process', () => {
  it('CLSTD comes within 2 % of them, and twice the fine mesh less the coarse one to the truth', () => {
    // 400 000 steps leave a deviation of 1.2 %, so the mean of eight runs is looked at.
    const point = ornsteinUhlenbeckFixedPoint(0.05);
    for (const lambda of [0, 0.3]) {
      const means = [0, 0];
      for (let seed = 1; seed <= 8; seed++) {
        const { status, parameters } = continuousLstd(ornsteinUhlenbeck(400_000, 0.05, seed), { lambda });
        expect(status).toBe('converged');
        for (const i of [0, 1]) means[i] += parameters[i] / 8;
      }
      for (const i of [0, 1]) expect(Math.abs(means[i] / point[i] - 1)).toBeLessThan(0.02);
    }
    const extrapolated = 2 * point[0] - ornsteinUhlenbeckFixedPoint(0.1)[0];
    expect(extrapolated).toBeCloseTo(0.39981, 5);
  });

  it('the stochastic methods come near, but for the mean-square one', () => {
    const point = ornsteinUhlenbeckFixedPoint(0.05);
    const means = new Map<string, Float64Array>();
    for (const seed of [1, 2, 3]) {
      const instance = ornsteinUhlenbeck(400_000, 0.05, seed);
      for (const method of ['ctd', 'cgtd2', 'tdc', 'mean-square'] as const) {
        const { parameters } = continuousTd(instance, { method });
        const mean = means.get(method) ?? new Float64Array(2);
        means.set(
          method,
          mean.map((value, i) => value + parameters[i] / 3),
        );
      }
    }
    for (const method of ['ctd', 'cgtd2', 'tdc']) {
      for (const i of [0, 1]) expect(Math.abs((means.get(method)?.[i] ?? 0) / point[i] - 1)).toBeLessThan(0.1);
    }
    expect(Math.abs(means.get('mean-square')?.[0] ?? 1)).toBeLessThan(0.05);
  });
});

it('errors shrink with the mesh, and the mean-square TD error errs', async () => {
  const [mesh, loss] = await Promise.all(evaluationClaims.map((claim) => claim.measure?.(77, {})));
  expect(mesh?.ours['error@0.1']).toBeLessThan(mesh?.ours['error@0.4'] as number);
  expect(loss?.ours['error by the mean-square TD error, over it']).toBeGreaterThan(
    loss?.ours['error of the volatility by the martingale loss, over it'] as number,
  );
});
