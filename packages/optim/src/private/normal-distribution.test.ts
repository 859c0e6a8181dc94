import { describe, expect, it } from 'vitest';
import { logNormalCdf, normalCdf } from './normal-distribution.ts';

describe('the normal distribution', () => {
  it.each([
    [-10, 7.619853024160527e-24],
    [-6, 9.865876450376981e-10],
    [-5, 2.866515718791939e-7],
    [-3, 1.3498980316300946e-3],
    [-1, 0.15865525393145705],
    [-0.5, 0.3085375387259869],
    [0, 0.5],
    [1, 0.8413447460685429],
  ])('at %d is as tables have it', (x, value) => {
    expect(Math.abs(normalCdf(x) / value - 1)).toBeLessThan(1e-14);
    expect(Math.abs(logNormalCdf(x) / Math.log(value) - 1)).toBeLessThan(1e-14);
  });

  it('has the density as its slope, where approximations meet too', () => {
    for (let x = -9; x < 9; x += 0.0371) {
      const h = 1e-3;
      const slope = (8 * (normalCdf(x + h) - normalCdf(x - h)) - (normalCdf(x + 2 * h) - normalCdf(x - 2 * h))) / (12 * h);
      const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
      expect(Math.abs(slope - density)).toBeLessThan(1e-12 + 1e-10 * density);
    }
  });

  it('is bounded by Mills’ ratio where it is below all numbers, and keeps NaN', () => {
    for (const x of [-40, -1e3, -1e100]) {
      const leading = -0.5 * x * x - Math.log(-x * Math.sqrt(2 * Math.PI));
      expect(logNormalCdf(x)).toBeLessThanOrEqual(leading);
      expect(logNormalCdf(x)).toBeGreaterThanOrEqual(leading - 1 / (x * x) - 1e-12 * Math.abs(leading));
    }
    expect([logNormalCdf(Infinity), normalCdf(-Infinity), normalCdf(Infinity)]).toEqual([-0, 0, 1]);
    expect(logNormalCdf(Number.NaN)).toBeNaN();
  });
});
