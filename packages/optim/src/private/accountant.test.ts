import { describe, expect, it } from 'vitest';
import { accountantCases, expectSameRenyi, expectUpperBound } from '../testing/accountant-cases.ts';
import type { PrivacyLedger } from './accountant.ts';
import { calibrateNoise, createAccountant, privacyLossEpsilon, renyiEpsilon } from './accountant.ts';
import {
  concentratedBudget,
  concentratedEpsilon,
  fixedSampleRdp,
  gaussianDelta,
  gaussianEpsilon,
  gaussianMu,
  sampledGaussianRdp,
} from './gaussian-privacy.ts';

const whole = Array.from({ length: 255 }, (_, k) => k + 2);

describe('the Gaussian mechanism', () => {
  it('ends for the least noise and the least rates, with a loss that is beyond e^709 too', () => {
    for (const [sigma, count] of [
      [1e-3, 1],
      [0.02, 3],
    ]) {
      const exact = gaussianEpsilon(Math.sqrt(count) / sigma, 1e-6);
      const epsilon = privacyLossEpsilon([{ rate: 1, sigma, count }], 1e-6);
      expect(Math.abs(epsilon - exact)).toBeLessThan(1e-3 * exact);
      expect(epsilon).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
    }
    expect(privacyLossEpsilon([{ rate: 1e-150, sigma: 1.1, count: 10_000 }], 1e-5)).toBe(0);
    const hundreds = process.env['INFIMUM_FULL'] ? 100 : 5;
    const usual = { rate: 0.01, sigma: 1.1, count: 100 * hundreds };
    const alone = privacyLossEpsilon([usual], 1e-5);
    expect(
      privacyLossEpsilon(
        [
          { ...usual, count: 40 * hundreds },
          { ...usual, count: 60 * hundreds },
        ],
        1e-5,
      ),
    ).toBe(alone);
    const more = privacyLossEpsilon([usual, { ...usual, rate: 1e-150 }], 1e-5);
    expect(more).toBeGreaterThanOrEqual(alone - 1e-6);
    expect(more).toBeLessThan(alone + 1e-3);
  });

  it('has the exact values of the specification', () => {
    expect(gaussianEpsilon(1, 1e-5)).toBeCloseTo(4.377178096, 8);
    expect(gaussianEpsilon(0.5, 1e-5)).toBeCloseTo(1.993091404, 8);
    expect(gaussianDelta(1, 1)).toBeCloseTo(0.126936737506644, 13);
    expect(1 / gaussianMu(1, 1e-5)).toBeCloseTo(3.730632, 5);
    expect(concentratedEpsilon(0.5, 1e-5)).toBeCloseTo(5.298525912, 8);
    expect(concentratedBudget(1, 1e-6)).toBeCloseTo(0.017468904769, 11);
    expect(renyiEpsilon([{ rate: 1, sigma: 100, count: 1 }], 1e-5)).toBeCloseTo(0.032289, 3);
    expect(gaussianEpsilon(0.01, 1e-5)).toBeCloseTo(0.0272194, 6);
  });

  it('has the Rényi divergences of the specification on samples', () => {
    expect(sampledGaussianRdp(0.01, 1, 2)).toBeCloseTo(Math.log(1 + 1e-4 * (Math.E - 1)), 12);
    expect(sampledGaussianRdp(0.01, 1, 10)).toBeCloseTo(0.0382704189, 9);
    expect(sampledGaussianRdp(0.01, 1, 32)).toBeCloseTo(11.24627594, 7);
    expect(renyiEpsilon([{ rate: 0.01, sigma: 1.1, count: 10_000 }], 1e-5, whole)).toBeCloseTo(5.654308, 5);
    expect(renyiEpsilon([{ rate: 256 / 60_000, sigma: 1.1, count: 14_100 }], 1e-5, whole)).toBeCloseTo(2.600718, 5);
    const plan = (sigma: number) => [
      { rate: 1, sigma, count: 10 },
      { rate: 0.1, sigma, count: 190 },
    ];
    expect(renyiEpsilon(plan(20), 1e-5, whole)).toBeCloseTo(0.677022, 5);
    expect(renyiEpsilon(plan(5), 1e-5, whole)).toBeCloseTo(3.116842, 5);
    const sigma = calibrateNoise(plan, 1, 1e-5);
    expect(renyiEpsilon(plan(sigma), 1e-5)).toBeLessThanOrEqual(1);
    expect(renyiEpsilon(plan(sigma * 0.99), 1e-5)).toBeGreaterThan(1);
  });

  it('has the fractional orders of quadrature', () => {
    for (const [rate, sigma] of [
      [0.01, 0.6],
      [0.3, 1],
      [0.05, 3],
    ]) {
      for (const order of [1.2, 1.5, 2.5, 3.5, 7.3]) {
        let moment = 0;
        // Sums over a whole bell converge faster than any power of the step.
        const step = 1e-2;
        for (let x = -12 * sigma; x < 12 * sigma + 2 * order; x += step) {
          const ratio = Math.log(1 - rate + rate * Math.exp((2 * x - 1) / (2 * sigma * sigma)));
          moment += (step * Math.exp(order * ratio - (x * x) / (2 * sigma * sigma))) / (sigma * Math.sqrt(2 * Math.PI));
        }
        expect(sampledGaussianRdp(rate, sigma, order)).toBeCloseTo(Math.log(moment) / (order - 1), 6);
      }
    }
  });
});

it('agrees with dp-accounting and prv-accountant on drawn settings', () => {
  // Those of a kind that take little time; all of them are in the full suite.
  const some = accountantCases.filter(({ kind, events }, k) => k % 10 === 0 && (kind === 'all' || events[0].sigma > 1));
  expect(some.length).toBeGreaterThan(10);
  for (const setting of some) expectSameRenyi(setting);
  for (const setting of some.filter(({ kind }) => kind !== 'two kinds')) expectUpperBound(setting);
}, 60_000);

describe('samples of a fixed size', () => {
  it('have the divergences of theorem 27 of Wang, Balle and Kasiviswanathan', () => {
    // By sums of 400 digits.
    expect(fixedSampleRdp(0.1585, 98.31, 63)).toBeCloseTo(0.000343271941974718, 11);
    expect(fixedSampleRdp(0.2176, 6220, 63) / 1.54397664139428e-7).toBeCloseTo(1, 8);
    expect(fixedSampleRdp(1, 2, 3)).toBe(3 / 8);
  });

  it('are counted for the replacement of records, and for nothing else', () => {
    const event = { kind: 'gradient', rate: 0.1, sigma: 10, count: 1, sampling: 'fixed' } as const;
    const accountant = createAccountant({ epsilon: 1, delta: 1e-6 });
    accountant.charge([event]);
    expect(accountant.ledger().spent).toBeCloseTo(renyiEpsilon([event], 1e-6), 12);
    expect(() => createAccountant({ epsilon: 1, delta: 1e-6, adjacency: 'add-remove' }).charge([event])).toThrow('replace');
    expect(() => privacyLossEpsilon([event], 1e-6)).toThrow('events');
  });
});

describe('calibrateNoise', () => {
  it('ends in its window', () => {
    for (const [rate, count, epsilon] of [
      [0.004, 5000, 4],
      [0.1, 100, 0.5],
      [0.9, 3, 20],
      [1, 50, 1],
    ]) {
      const plan = (sigma: number) => [{ rate, sigma, count }];
      const events = plan(calibrateNoise(plan, epsilon, 1e-5)).map((event) => ({ kind: 'gradient', ...event }));
      const spent = createAccountant({ epsilon, delta: 1e-5, adjacency: 'add-remove' }).epsilon(events);
      expect(spent).toBeLessThanOrEqual(epsilon);
      expect(spent).toBeGreaterThan(epsilon * (1 - 1e-6));
    }
  });
});

describe('privacy-loss distributions', () => {
  it('meet the exact value without sampling', () => {
    for (const [sigma, count] of [
      [100, 1],
      [1, 1],
      [10, 50],
    ]) {
      const exact = gaussianEpsilon(Math.sqrt(count) / sigma, 1e-5);
      expect(Math.abs(privacyLossEpsilon([{ rate: 1, sigma, count }], 1e-5) - exact)).toBeLessThan(1e-3);
    }
  }, 60_000);

  it('compose many samples', () => {
    const epsilon = privacyLossEpsilon([{ rate: 0.01, sigma: 1.1, count: 10_000 }], 1e-5);
    expect(Math.abs(epsilon - 5.1926)).toBeLessThan(1e-3);
  }, 60_000);
});

describe('createAccountant', () => {
  it('refuses to overdraw, writes the ledger first, and remembers it over restarts', () => {
    const written: PrivacyLedger[] = [];
    const options = { epsilon: 1, delta: 1e-6, data: 'rows', persist: (ledger: PrivacyLedger) => written.push(ledger) };
    const event = { kind: 'gradient', rate: 1, sigma: 10, count: 2 };
    const first = createAccountant(options);
    first.charge([event]);
    expect(written).toHaveLength(1);
    expect(written[0].events).toEqual([event]);
    const second = createAccountant({ ...options, ledger: JSON.parse(JSON.stringify(written[0])) });
    expect(second.epsilon()).toBe(first.epsilon());
    expect(() => second.charge([{ ...event, count: 10 }])).toThrow('budget');
    expect(second.ledger().events).toHaveLength(1);
    expect(() => createAccountant({ ...options, data: 'other', ledger: written[0] })).toThrow('ledger');
  });

  it('keeps samples and the replacement of records apart', () => {
    const accountant = createAccountant({ epsilon: 1, delta: 1e-6 });
    expect(() => accountant.charge([{ kind: 'gradient', rate: 0.1, sigma: 10, count: 1 }])).toThrow('add-remove');
  });

  it('charges nothing where the ledger cannot be written', () => {
    const persist = () => {
      throw new Error('disk full');
    };
    const accountant = createAccountant({ epsilon: 1, delta: 1e-6, persist });
    expect(() => accountant.charge([{ kind: 'gradient', rate: 1, sigma: 10, count: 1 }])).toThrow('disk full');
    expect(accountant.epsilon()).toBe(0);
  });
});
