// No method that takes bounds calls a function outside of them: functions need not be defined there.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { nonlinearConstraints } from '../constrained/constraint-sets.ts';
import { nelderMead } from '../derivative-free/nelder-mead.ts';
import { leastSquares } from '../least-squares/least-squares.ts';
import { minimize } from '../minimize.ts';
import { lbfgsb } from './lbfgsb.ts';
import { projectedTrustRegion } from './projected-trust-region.ts';

/** A function that is defined in a box alone, minima of which lie inside, on faces and at corners. */
function drawnBox(seed: number) {
  const random = new Random(seed);
  const n = 1 + (seed % 6);
  const scale = 10 ** Math.round(6 * random.uniform() - 3);
  const lower = Float64Array.from({ length: n }, () => (random.uniform() < 0.2 ? -Infinity : scale * random.normal()));
  const upper = lower.map((least) =>
    least === -Infinity ? scale * random.normal() : random.uniform() < 0.2 ? Infinity : least + scale * random.uniform() ** 3,
  );
  const target = Float64Array.from({ length: n }, () => scale * random.normal());
  const start = Float64Array.from({ length: n }, (_, i) =>
    random.uniform() < 0.5 ? Math.max(lower[i], Math.min(upper[i], 0)) : scale * random.normal(),
  );
  let outside = 0;
  const ask = (x: Float64Array) => {
    if (x.some((entry, i) => !(entry >= lower[i] && entry <= upper[i]))) outside++;
  };
  const terms = (x: Float64Array) =>
    Array.from(x, (entry, i) => {
      const room = lower[i] === -Infinity ? upper[i] - entry : entry - lower[i];
      return Math.sqrt(room / scale) * (1 + i) + ((entry - target[i]) / scale) ** 2;
    });
  const value = (x: Float64Array) => {
    ask(x);
    return terms(x).reduce((sum, term) => sum + term, 0);
  };
  const residuals = (x: Float64Array) => {
    ask(x);
    return terms(x);
  };
  const smooth = (x: Float64Array) => {
    ask(x);
    return x.reduce((sum, entry, i) => sum + ((entry - target[i]) / scale) ** 2, 0);
  };
  const slopes = (x: Float64Array) => {
    ask(x);
    return x.map((entry, i) => (2 * (entry - target[i])) / scale / scale);
  };
  const hessianVector = (x: Float64Array, v: Float64Array) => {
    ask(x);
    return v.map((entry) => (2 * entry) / scale / scale);
  };
  return { n, lower, upper, start, value, residuals, smooth, slopes, hessianVector, outside: () => outside };
}

type Box = ReturnType<typeof drawnBox>;
const bounds = ({ lower, upper }: Box) => ({ lower, upper, maxIterations: 300 });
const disc = ({ n, start }: Box) =>
  nonlinearConstraints(
    { count: 1, value: (x) => [x.reduce((sum, entry, i) => sum + (entry - start[i]) ** 2, 0)] },
    { upper: n * 1e6 },
  );

describe('calls of functions', () => {
  it.each([
    ['minimize by values', (box: Box) => minimize(box.value, box.start, bounds(box))],
    ['minimize by lbfgsb on values', (box: Box) => minimize(box.value, box.start, { ...bounds(box), method: 'lbfgsb' })],
    ['nelderMead', (box: Box) => nelderMead(box.value, box.start, bounds(box))],
    ['lbfgsb by values', (box: Box) => lbfgsb(box.value, box.start, bounds(box))],
    ['lbfgsb', (box: Box) => lbfgsb({ value: box.smooth, gradient: box.slopes }, box.start, bounds(box))],
    [
      'projectedTrustRegion',
      (box: Box) =>
        projectedTrustRegion(
          { value: box.smooth, gradient: box.slopes, hessianVector: box.hessianVector },
          box.start,
          bounds(box),
        ),
    ],
    [
      'minimize under constraints by values',
      (box: Box) => minimize(box.value, box.start, { ...bounds(box), constraints: disc(box) }),
    ],
    [
      'minimize under constraints',
      (box: Box) =>
        minimize({ value: box.smooth, gradient: box.slopes }, box.start, {
          ...bounds(box),
          constraints: disc(box),
          maxIterations: 100,
        }),
    ],
    ['leastSquares', (box: Box) => leastSquares(box.residuals, box.start, bounds(box))],
  ] as const)('of %s stay within the bounds', (_, solve) => {
    for (let seed = 1; seed <= 60; seed++) {
      const box = drawnBox(seed);
      solve(box);
      expect([seed, box.outside()]).toEqual([seed, 0]);
    }
  });

  it('lead to the minimum of a sum of roots, on its bound', () => {
    const found = minimize((x) => x.reduce((sum, entry) => sum + Math.sqrt(entry), 0), [1, 2, 3, 4], { lower: 0 });
    expect(found.value).toBeLessThan(1e-6);
  });
});
