// The law of the noise against its probabilities, and what it costs against sums over all of them.
import { describe, expect, it } from 'vitest';
import { bySuite } from '../testing/by-suite.ts';
import { privacyLossEpsilon } from './accountant.ts';
import { gaussianDelta, gaussianEpsilon } from './gaussian-privacy.ts';
import { discreteGaussian, noiseGrid, noiseSource } from './noise.ts';

/** Probabilities of the discrete Gaussian law with a deviation, from -12 deviations to 12. */
function lawOf(deviation: number): { readonly first: number; readonly chances: Float64Array } {
  const last = Math.ceil(12 * deviation);
  const weights = Float64Array.from({ length: 2 * last + 1 }, (_, k) => Math.exp(-((k - last) ** 2) / (2 * deviation ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { first: -last, chances: weights.map((weight) => weight / total) };
}

describe('discreteGaussian', () => {
  it.each([0, 2, 4])('has the probabilities of its law, with a deviation of 2^%d', (power) => {
    const draws = bySuite(200_000, 5_000_000);
    const draw = discreteGaussian(noiseSource(7 + power), power);
    const counts = new Map<number, number>();
    for (let k = 0; k < draws; k++) {
      const x = draw();
      counts.set(x, (counts.get(x) ?? 0) + 1);
    }
    const { first, chances } = lawOf(2 ** power);
    let [statistic, cells] = [0, 0];
    chances.forEach((chance, k) => {
      if (draws * chance < 10) return;
      statistic += ((counts.get(first + k) ?? 0) - draws * chance) ** 2 / (draws * chance);
      cells++;
    });
    // Chi squared with about `cells` degrees of freedom: four deviations above its mean.
    expect(statistic).toBeLessThan(cells + 4 * Math.sqrt(2 * cells) + 4);
    expect([...counts.keys()].every(Number.isSafeInteger)).toBe(true);
  });

  it('draws whole numbers with the moments of the law on a fine grid', () => {
    const draws = bySuite(200_000, 2_000_000);
    const draw = discreteGaussian(noiseSource(undefined), 46);
    let [mean, second, fourth, odd] = [0, 0, 0, 0];
    for (let k = 0; k < draws; k++) {
      const drawn = draw();
      if (Math.abs(drawn) % 2 === 1) odd++;
      const x = drawn / 2 ** 46;
      [mean, second, fourth] = [mean + x / draws, second + (x * x) / draws, fourth + x ** 4 / draws];
    }
    const error = 5 / Math.sqrt(draws);
    expect(Math.abs(mean)).toBeLessThan(error);
    expect(Math.abs(second - 1)).toBeLessThan(error * Math.SQRT2);
    expect(Math.abs(fourth - 3)).toBeLessThan(error * Math.sqrt(96));
    // The last bit is a coin too.
    expect(Math.abs(odd / draws - 0.5)).toBeLessThan(error / 2);
  });
});

describe('a grid', () => {
  it('has noise of at least what was asked for, and squares of steps that are exact', () => {
    for (const sigma of [1e-3, 0.3, 1, 4.2, 1e3, 1e6, 1e9]) {
      for (const factor of [1, 2]) {
        const { power, steps } = noiseGrid(sigma, factor, 3);
        expect(2 ** power).toBeGreaterThanOrEqual(sigma * (factor * steps + 3));
        expect(2 ** power).toBeLessThan(sigma * factor * steps * 1.01);
        expect(steps * steps).toBeLessThanOrEqual(2 ** 52);
        expect(64 * 2 ** power).toBeLessThanOrEqual(2 ** 52);
      }
    }
    expect(() => noiseGrid(1e-9, 1)).toThrow('epsilon');
  });

  it('costs no less than sums over all whole numbers say, in one number and in two', () => {
    for (const deviation of [8, 20]) {
      const { chances } = lawOf(deviation);
      for (const shift of [deviation >> 1, deviation, 2 * deviation]) {
        for (const target of [0.1, 0.5, 2]) {
          // P(Y in E) - e^ε P(Y + shift in E) at the worst E.
          let delta = 0;
          for (let k = 0; k < chances.length; k++)
            delta += Math.max(0, chances[k] - Math.exp(target) * (chances[k - shift] ?? 0));
          const event = { rate: 1, sigma: deviation / shift, count: 1 };
          const bound = privacyLossEpsilon([{ ...event, grid: { dimension: 1, deviation } }], delta);
          expect(bound).toBeGreaterThanOrEqual(target);
          // Above the Gaussian law by what the grid adds.
          expect(bound).toBeGreaterThan(gaussianEpsilon(shift / deviation, delta));
          expect(bound).toBeLessThan(target + 60 / deviation ** 2 + 1 / deviation);
        }
      }
    }
    // Two numbers, moved by (3, 4): a sensitivity of 5.
    const { chances } = lawOf(10);
    let delta = 0;
    for (let i = 0; i < chances.length; i++) {
      for (let j = 0; j < chances.length; j++) {
        delta += Math.max(0, chances[i] * chances[j] - Math.exp(0.5) * (chances[i - 3] ?? 0) * (chances[j - 4] ?? 0));
      }
    }
    const bound = privacyLossEpsilon([{ rate: 1, sigma: 2, count: 1, grid: { dimension: 2, deviation: 10 } }], delta);
    expect(bound).toBeGreaterThanOrEqual(0.5);
    expect(Math.abs(delta / gaussianDelta(0.5, 0.5) - 1)).toBeLessThan(0.02);
  });

  it('adds next to nothing where it is as fine as it is', () => {
    const event = { rate: 1, sigma: 4, count: 1000 };
    const { power } = noiseGrid(4, 2);
    const [exact, bound] = [event, { ...event, grid: { dimension: 1_000_000, deviation: 2 ** power } }].map((one) =>
      privacyLossEpsilon([one], 1e-6),
    );
    expect(bound).toBeGreaterThan(exact);
    expect(bound - exact).toBeLessThan(1e-6);
  });
});
