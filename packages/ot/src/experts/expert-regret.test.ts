import { describe, expect, it } from 'vitest';
import { EXPERTS as E, PER_TOKEN as K, TOKENS as T } from '../testing/online-stream.ts';
import { meanOf, testRegret } from '../testing/population-regret.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { dual } from '../testing/sorted-routing.ts';
import { linearMeans, scoreStream } from './expert-instances.ts';
import { onlineRegret, regretFits } from './expert-regret.ts';

const means = linearMeans(E);

describe('the regret against the best biases of the population', { timeout: 60_000 }, () => testRegret(2000));

describe('onlineRegret', { timeout: 60_000 }, () => {
  const options = { experts: E, expertsPerToken: K } as const;

  it('is logarithmic when the curvature is estimated on the way', () => {
    const curves = [1, 2, 3]
      .slice(0, quickOrFull(2, 3))
      .map(
        (seed) =>
          onlineRegret(scoreStream({ tokens: T, batches: 1000, means }, seed), {
            ...options,
            update: 'proportional',
            schedule: 'harmonic',
            stepSize: 'curvature',
          }).regret,
      );
    const regret = meanOf(curves);
    expect((regret[999] - regret[99]) / Math.log(10)).toBeLessThan(1.2);
    const { logarithmic, squareRoot, linear } = regretFits(regret);
    expect(logarithmic.r2).toBeGreaterThan(Math.max(squareRoot.r2, linear.r2));
  });

  it('reports the linear law for constant steps', () => {
    const count = quickOrFull(1000, 2000);
    const batches = scoreStream({ tokens: T, batches: count, means }, 1);
    const { fits, regret } = onlineRegret(batches, { ...options, update: 'proportional', stepSize: 0.002 });
    expect(fits.linear.r2).toBeGreaterThan(Math.max(fits.logarithmic.r2, fits.squareRoot.r2));
    expect(fits.linear.r2).toBeGreaterThan(0.98);
    expect(regret[count - 1]).toBeGreaterThan(0.045 * count);
  });

  it('compares with the best biases: none has a smaller total loss', () => {
    const batches = [...scoreStream({ tokens: 40, batches: 20, means: linearMeans(4) }, 2)];
    const { bestBias } = onlineRegret(batches, { experts: 4, expertsPerToken: 1 });
    const loss = (bias: ArrayLike<number>) => batches.reduce((sum, batch) => sum + dual(batch, 1, bias), 0);
    const best = loss(bestBias);
    for (let k = 0; k < 4; k++) {
      for (const size of [-0.01, 0.01]) {
        expect(loss(bestBias.map((value, j) => value + (j === k ? size : 0)))).toBeGreaterThan(best);
      }
    }
  });
});
