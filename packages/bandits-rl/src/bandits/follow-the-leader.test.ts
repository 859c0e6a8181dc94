import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimplexLeader } from './follow-the-leader.ts';
import { exponentialWeights, logBarrierFtrl, tsallisFtrl } from './follow-the-leader.ts';

const leaders: [string, SimplexLeader][] = [
  ['exponential weights', exponentialWeights],
  ['the log-barrier', logBarrierFtrl],
  ['Tsallis entropy', tsallisFtrl],
];
const solve = (leader: SimplexLeader, losses: number[], rate: number) =>
  leader(Float64Array.from(losses), rate, new Float64Array(losses.length));

describe('the worked examples', () => {
  it('of the log-barrier', () => {
    const close = (p: Float64Array, q: number[]) =>
      q.forEach((value, a) => {
        expect(p[a]).toBeCloseTo(value, 8);
      });
    close(solve(logBarrierFtrl, [0, 1, 2], 1), [0.45160596, 0.31110782, 0.23728622]);
    close(solve(logBarrierFtrl, [0, -100, 5], 0.5), [0.01959256, 0.96172975, 0.0186777]);
  });

  it('of Tsallis entropy', () => {
    const p = solve(tsallisFtrl, [0, 1, 2], 1);
    [0.534814336, 0.2867616283, 0.1784240358].forEach((value, a) => {
      expect(p[a]).toBeCloseTo(value, 10);
    });
    expect(solve(tsallisFtrl, [3, 0.5, 0.5], 0.5)[0]).toBeCloseTo(0.2046131483, 10);
  });
});

describe.each(leaders)('the leader under %s', (_, leader) => {
  const losses = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
  const rates = fc.double({ min: -4, max: 2, noNaN: true }).map((power) => 10 ** power);

  it('lies on the simplex, prefers small losses and does not mind an offset', () => {
    fc.assert(
      fc.property(losses, rates, (values, rate) => {
        const p = solve(leader, values, rate);
        expect(Math.abs(p.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
        for (let a = 0; a < p.length; a++) {
          expect(p[a]).toBeGreaterThanOrEqual(0);
          for (let b = 0; b < a; b++) if (values[a] < values[b]) expect(p[a]).toBeGreaterThanOrEqual(p[b]);
        }
        const whole = values.map(Math.round);
        const moved = solve(
          leader,
          whole.map((value) => value + 2 ** 40),
          rate,
        );
        expect([...moved]).toEqual([...solve(leader, whole, rate)]);
      }),
      { numRuns: 200 },
    );
  });

  it('gives less to an arm whose loss is raised', () => {
    fc.assert(
      fc.property(losses, rates, fc.double({ min: 0, max: 1e3, noNaN: true }), (values, rate, more) => {
        const before = solve(leader, values, rate);
        const after = solve(leader, [values[0] + more, ...values.slice(1)], rate);
        expect(after[0]).toBeLessThanOrEqual(before[0] + 1e-12);
      }),
      { numRuns: 200 },
    );
  });

  it('stays finite at the ends of the range', () => {
    for (const values of [[0, 1e300], [-1e300, 1e300], [5e-324, 0], new Array(4096).fill(-7)]) {
      for (const rate of [1e-300, 1, 1e100]) {
        const p = solve(leader, values, rate);
        expect(p.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
      }
    }
  });

  it('refuses what is no loss, no rate, no place', () => {
    expect(() => solve(leader, [0, Number.NaN], 1)).toThrow('losses');
    expect(() => solve(leader, [0, 1], 0)).toThrow('learningRate');
    expect(() => leader(new Float64Array(2), 1, new Float64Array(3))).toThrow('out');
  });
});

describe('the log-barrier', () => {
  it('meets its stationarity: 1/p_a - η L_a is the same for all arms', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 2, maxLength: 16 }), (values) => {
        const p = solve(logBarrierFtrl, values, 0.3);
        const multipliers = values.map((value, a) => 1 / p[a] - 0.3 * value);
        expect(Math.max(...multipliers) - Math.min(...multipliers)).toBeLessThan(1e-8);
      }),
    );
  });
});
