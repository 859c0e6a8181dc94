import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { competitiveCertificate } from './competitive-certificate.ts';
import { clairvoyantOptimum, expectedReward } from './exact-values.ts';
import { configurationLp, matchingLp, pathLp, stochasticConfigurationLp } from './linear-programs.ts';
import { maximumMatching } from './matching-solvers.ts';
import { erdosRenyiOnline, powerLawOnline, randomOnline, triangular } from './online-families.ts';
import { onlineInstance } from './online-instance.ts';
import { OnlineMatcher } from './online-matcher.ts';
import type { Policy } from './policies.ts';
import { rankingJointOutcome, rankingRun } from './ranking-joint-outcome.ts';
import { comparePolicies, simulateOnline } from './simulate-online.ts';
import { stochasticConfigurationBound } from './stochastic-configuration-dual.ts';

const examples = [
  [
    [0.5, 0.5],
    [0.5, 0],
  ],
  [
    [0.5, 0.5],
    [0, 0.5],
    [0.5, 0.5],
    [0.5, 0],
  ],
  [
    [0.6, 0.3],
    [0.4, 0.9],
    [0.5, 0.2],
  ],
  [
    [0.76, 0.61, 0],
    [0.38, 0.88, 0],
    [0.72, 0.26, 0.47],
    [0.14, 0.22, 0],
    [0.7, 0, 0.36],
    [0.4, 0.48, 0.25],
  ],
].map((rows) => onlineInstance(rows));

/** Clairvoyant, least load, matching, configuration and stochastic configuration programmes. */
const table = [
  [1, 0.75, 1, 1, 1],
  [1.5625, 1.5, 2, 2, 1.625],
  [1.712, 1.712, 1.95, 1.9, 1.72],
  [2.609816, 2.562596, 2.989299, 2.83, 2.659776],
];

describe('the worked examples', () => {
  it.each([0, 1, 2, 3])('%i have their values', async (i) => {
    const [clairvoyant, least, matching, configuration, stochastic] = table[i];
    const instance = examples[i];
    expect(clairvoyantOptimum(instance)).toBeCloseTo(clairvoyant, 6);
    expect(expectedReward(instance, { policy: 'least-load' })).toBeCloseTo(least, 6);
    expect((await matchingLp(instance)).value).toBeCloseTo(matching, 6);
    expect((await configurationLp(instance)).value).toBeCloseTo(configuration, 6);
    for (const method of ['compact', 'column-generation'] as const) {
      const { value, bound, attempts, beta } = await stochasticConfigurationLp(instance, { method });
      expect(value).toBeCloseTo(stochastic, 6);
      expect(bound).toBeCloseTo(stochastic, 5);
      const gain = attempts.reduce((sum, a, k) => sum + a * instance.probabilities[k], 0);
      expect(gain).toBeCloseTo(stochastic, 6);
      expect(beta.every((price) => price >= 0)).toBe(true);
    }
    const { value, plan } = stochasticConfigurationBound(instance, { tolerance: 1e-6, maxRounds: 5000 });
    expect(value).toBeGreaterThanOrEqual(stochastic - 1e-6);
    expect(value).toBeLessThan(stochastic * 1.002);
    for (let v = 0; v + 1 < instance.rowPointers.length; v++) {
      const own = plan.subarray(instance.rowPointers[v], instance.rowPointers[v + 1]);
      expect(own.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1);
    }
  });

  it('have path programmes between the clairvoyant value and the stochastic configurations', async () => {
    const sizes = [
      [1, 10, 22],
      [1.5625, 112, 272],
      [1.712, 112, 208],
    ];
    for (const [i, [value, columns, rows]] of sizes.entries()) {
      const path = await pathLp(examples[i]);
      expect(path.value).toBeCloseTo(value, 6);
      expect([path.columns, path.rows]).toEqual([columns, rows]);
    }
  });

  it('have the certificates of the exact recursion', () => {
    const expected = [0.6, 0.8, 0.88144, 0.576345];
    const values = [0.75, 1.5, 1.712, 2.562596];
    examples.forEach((instance, i) => {
      const { gamma, value } = competitiveCertificate(instance, { exact: true });
      expect(gamma).toBeCloseTo(expected[i], 5);
      expect(value).toBeCloseTo(values[i], 6);
    });
  });

  it('have the values of the other policies', () => {
    expect(expectedReward(examples[3], { policy: 'greedy' })).toBeCloseTo(2.601375, 6);
    for (const sharing of ['exp', 'msvv'] as const) {
      expect(expectedReward(examples[3], { policy: 'stochastic-balance', sharing })).toBeCloseTo(2.562596, 6);
    }
    const instance = onlineInstance([
      [0.9, 0.9],
      [0.9, 0],
    ]);
    expect(clairvoyantOptimum(instance)).toBeCloseTo(1.8, 12);
    expect(expectedReward(instance, { policy: 'greedy' })).toBeCloseTo(0.99, 12);
    expect(
      expectedReward(
        onlineInstance([
          [0.9, 0],
          [0.9, 0.9],
        ]),
        { policy: 'greedy' },
      ),
    ).toBeCloseTo(0.9 + 0.1 * 0.9 + 0.9 * 0.9, 12);
  });

  it('have the values of two phases', async () => {
    const instance = onlineInstance([...new Array(10).fill([0.1, 0.1]), ...new Array(10).fill([0.1, 0])]);
    expect(clairvoyantOptimum(instance)).toBeCloseTo(1.39466, 5);
    expect((await stochasticConfigurationLp(instance)).value).toBeCloseTo(1.42422, 5);
    expect((await matchingLp(instance)).value).toBeCloseTo(2, 6);
  });
});

describe('the programmes', () => {
  it('have the values of triangular instances', async () => {
    for (const [n, m, value] of [
      [5, 5, 0.811926],
      [10, 10, 0.860688],
    ]) {
      const instance = triangular(n, m);
      expect((await stochasticConfigurationLp(instance)).value / n).toBeCloseTo(value, 6);
      expect((await matchingLp(instance)).value / n).toBeCloseTo(1, 6);
      const { value: bound } = stochasticConfigurationBound(instance);
      expect(bound / n).toBeGreaterThanOrEqual(value - 1e-6);
      expect(bound / n).toBeLessThan(value * 1.01);
    }
  });

  it('are in the order clairvoyant, path, stochastic configuration, matching', async () => {
    for (let seed = 0; seed < (process.env['INFIMUM_FULL'] ? 25 : 10); seed++) {
      const random = new Random(seed);
      const rows = Array.from({ length: 3 }, () => Array.from({ length: 2 }, () => random.uniform()));
      const instance = onlineInstance(rows, [1, 0.5 + random.uniform()]);
      const values = [
        clairvoyantOptimum(instance),
        (await pathLp(instance)).value,
        (await stochasticConfigurationLp(instance)).value,
        (await matchingLp(instance)).value,
      ];
      for (let i = 0; i < 3; i++) expect(values[i]).toBeLessThanOrEqual(values[i + 1] + 1e-7);
    }
  });

  it('agree on one vertex: 1 − Π(1 − p)', async () => {
    const chances = [0.3, 0.2, 0.9, 0.05];
    const instance = onlineInstance(chances.map((p) => [p]));
    const expected = 1 - chances.reduce((fail, p) => fail * (1 - p), 1);
    expect(clairvoyantOptimum(instance)).toBeCloseTo(expected, 12);
    expect(expectedReward(instance, { policy: 'stochastic-balance' })).toBeCloseTo(expected, 12);
    expect((await stochasticConfigurationLp(instance)).value).toBeCloseTo(expected, 8);
    expect((await matchingLp(instance)).value).toBeCloseTo(1, 8);
  });

  it('scale with the weights, and are zero where nothing can be earned', async () => {
    const rows = [
      [0.5, 0.5],
      [0.5, 0],
    ];
    for (const factor of [1e-150, 1, 1e150]) {
      const instance = onlineInstance(rows, [factor, 2 * factor]);
      const { value, bound } = await stochasticConfigurationLp(instance);
      expect(value / factor).toBeCloseTo(1.5, 6);
      expect(bound / factor).toBeCloseTo(1.5, 6);
      expect(clairvoyantOptimum(instance) / factor).toBeCloseTo(1.5, 10);
    }
    expect((await stochasticConfigurationLp(onlineInstance([], [1]))).value).toBe(0);
  });

  it('find maximum matchings', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(seed);
      const rows = Array.from({ length: 4 }, () => Array.from({ length: 3 }, () => random.uniform()));
      const instance = onlineInstance(rows);
      const plan = maximumMatching(instance);
      const value = plan.reduce((sum, used, k) => sum + used * instance.probabilities[k], 0);
      let best = 0;
      for (let a = 0; a < 4; a++)
        for (let b = 0; b < 4; b++)
          for (let c = 0; c < 4; c++)
            if (a !== b && b !== c && a !== c) best = Math.max(best, rows[a][0] + rows[b][1] + rows[c][2]);
      expect(value).toBeCloseTo(best, 10);
    }
  });
});

describe('a simulation', () => {
  it('agrees with the exact recursion', () => {
    for (const instance of [...examples, randomOnline(4, 12, 2, 0.05, 0.6, 1)]) {
      for (const policy of ['stochastic-balance', 'least-load', 'greedy'] as Policy[]) {
        const exact = expectedReward(instance, { policy });
        for (const coupling of ['threshold', 'coins'] as const) {
          const { mean, standardError, success } = simulateOnline(instance, {
            policy,
            coupling,
            maxRuns: 4000,
            tolerance: 0,
            seed: 3,
          });
          expect(Math.abs(mean - exact)).toBeLessThan(4 * standardError + 1e-12);
          const taken = success.reduce((sum, share, u) => sum + share * instance.weights[u], 0);
          expect(Math.abs(taken - exact)).toBeLessThan(0.1);
        }
      }
    }
  });

  it('of Ranking agrees with the exact recursion over random ranks', () => {
    const instance = onlineInstance([
      [0.5, 0.5, 0],
      [0.5, 0.5, 0.5],
      [0, 0.5, 0.5],
    ]);
    for (const policy of ['ranking', 'perturbed-greedy'] as const) {
      const random = new Random(5);
      let exact = 0;
      for (let i = 0; i < 4000; i++)
        exact += expectedReward(instance, { policy, ranks: random.uniforms(new Float64Array(3)) }) / 4000;
      const { mean, standardError } = simulateOnline(instance, { policy, maxRuns: 4000, tolerance: 0 });
      expect(Math.abs(mean - exact)).toBeLessThan(6 * standardError);
    }
  });

  it('orders the policies of the triangular instance', () => {
    const instance = triangular(20, 10, 'last-leaves-first');
    const mean = (policy: Policy) => simulateOnline(instance, { policy, tolerance: 0.004 }).mean / 20;
    expect(mean('least-load')).toBeCloseTo(0.63, 1.7);
    expect(mean('greedy')).toBeLessThan(0.55);
    const { difference, standardError } = comparePolicies(instance, 'least-load', 'greedy', { runs: 200 });
    expect(difference).toBeGreaterThan(10 * standardError);
  });

  it('of vanishing instances keeps the proved ratios', () => {
    for (const seed of [1, 2]) {
      const instance = randomOnline(20, 1000, 5, 0, 0.02, seed, seed - 1);
      const { value } = stochasticConfigurationBound(instance);
      const { mean, standardError } = simulateOnline(instance, { tolerance: 0.003, seed });
      expect(mean + 3 * standardError).toBeGreaterThan(0.611 * value);
    }
  });
});

describe('random families', () => {
  const degreesOf = (list: Int32Array, count: number) => {
    const degrees = new Float64Array(count);
    for (const entry of list) degrees[entry]++;
    return degrees;
  };

  it('have the degrees of Erdős and Rényi: binomial on both sides', () => {
    const [offline, arrivals, degree] = [50, 20_000, 5];
    const { rowPointers, columnIndices } = erdosRenyiOnline(offline, arrivals, degree, 0.1, 1);
    const chance = degree / offline;
    // Every vertex has 2000 ± 42 edges.
    for (const edges of degreesOf(columnIndices, offline)) {
      expect(Math.abs(edges - arrivals * chance)).toBeLessThan(5 * Math.sqrt(arrivals * chance * (1 - chance)));
    }
    let squares = 0;
    for (let v = 0; v < arrivals; v++) squares += (rowPointers[v + 1] - rowPointers[v] - degree) ** 2;
    expect(squares / arrivals / (offline * chance * (1 - chance))).toBeCloseTo(1, 1);
  });

  it('have degrees of a power law', () => {
    const [offline, arrivals, degree, exponent] = [400, 40_000, 5, 3];
    const instance = powerLawOnline(offline, arrivals, degree, exponent, 0.1, 2);
    const edges = degreesOf(instance.columnIndices, offline);
    expect(instance.columnIndices.length / arrivals / degree).toBeCloseTo(1, 1);
    // Degrees fall with the rank to the power −1/2, where no chance is cut off at 1.
    const among = (list: Float64Array, from: number) => list.subarray(from, from + 50).reduce((sum, entry) => sum + entry, 0);
    const ranks = Float64Array.from({ length: offline }, (_, u) => (u + 1) ** -0.5);
    expect((among(edges, 80) / among(edges, 350)) * (among(ranks, 350) / among(ranks, 80))).toBeCloseTo(1, 1);
    // Of arrivals with more than 10 neighbours a quarter has more than 20.
    const own = Array.from({ length: arrivals }, (_, v) => instance.rowPointers[v + 1] - instance.rowPointers[v]);
    const [many, most] = [10, 20].map((least) => own.filter((count) => count > least).length);
    expect(many / most).toBeGreaterThan(3);
    expect(many / most).toBeLessThan(5);
  });
});

describe('Ranking around one vertex', () => {
  it('keeps J1 to J4 on random instances', () => {
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(seed);
      const size = 2 + random.integer(4);
      const p = 0.2 + 0.5 * random.uniform();
      const rows = Array.from({ length: 3 + random.integer(8) }, () =>
        Array.from({ length: size }, () => (random.uniform() < 0.6 ? p : 0)),
      );
      const instance = onlineInstance(rows, new Float64Array(size).fill(1));
      const ranks = random.uniforms(new Float64Array(size));
      const thresholds = Float64Array.from({ length: size }, () => -Math.log1p(-random.uniform()));
      const { breakpoints, load, neighbors, criticalRank, rankIfPresent } = rankingJointOutcome(instance, 0, {
        ranks,
        thresholds,
      });
      const own = ranks[0];
      const interval = breakpoints.findIndex((point) => own < point);
      const place = interval < 0 ? breakpoints.length : interval;
      const endless = thresholds.slice();
      endless[0] = Infinity;
      const present = rankingRun(instance, ranks, endless);
      const full = rankingRun(instance, ranks, thresholds);
      const absent = rankingRun(instance, ranks, thresholds, 0);
      absent.tried.forEach((rank, v) => {
        expect(present.tried[v]).toBeLessThanOrEqual(rank); // J1
        expect(full.tried[v]).toBeLessThanOrEqual(rank);
      });
      neighbors.forEach((v, at) => {
        if (rows[v][0] > 0 && criticalRank[at] > own) expect(present.tried[v]).toBeLessThanOrEqual(own); // J2
        const low = place === 0 ? 0 : breakpoints[place - 1];
        const inside = rankIfPresent[place][at];
        if (present.tried[v] !== own) expect(inside).toBe(present.tried[v]);
        else expect(inside).toBeGreaterThan(low);
      });
      for (let i = 1; i < load.length; i++) expect(load[i]).toBeLessThanOrEqual(load[i - 1] + 1e-12); // J3
      expect(load[place]).toBeCloseTo(present.loads[0], 10);
      const attempts = Math.round(load[place] / -Math.log1p(-p));
      const capacity = Math.ceil(thresholds[0] / -Math.log1p(-p) - 1e-12);
      expect(Math.round(full.loads[0] / -Math.log1p(-p))).toBe(Math.min(capacity, attempts)); // J4
    }
  });
});

describe('a certificate by simulation', () => {
  it('is proved: value at least gamma times the programme', async () => {
    for (const seed of [1, 2, 3]) {
      const instance = randomOnline(6, 60, 3, 0.02, 0.15, seed);
      const { gamma, value } = competitiveCertificate(instance, { runs: 2000, seed });
      const { value: optimum } = await stochasticConfigurationLp(instance);
      expect(value).toBeGreaterThan(0.97 * gamma * optimum);
      expect(gamma).toBeGreaterThan(0.3);
      expect(gamma).toBeLessThan(1);
    }
  });

  it('reaches the figures of the triangular instance', () => {
    const instance = triangular(10, 10);
    const { gamma, standardError } = competitiveCertificate(instance, { runs: 300, seed: 1 });
    expect(Math.abs(gamma - 0.661)).toBeLessThan(0.04);
    expect(standardError).toBeLessThan(0.05);
  });
});

describe('a matcher', () => {
  it('decides as the recursion does, and resumes from JSON', () => {
    const matcher = new OnlineMatcher({ weights: 2, policy: 'least-load' });
    expect(matcher.arrive([0.5, 0.5])).toBe(0);
    matcher.report(false);
    const resumed = OnlineMatcher.from(JSON.parse(JSON.stringify(matcher)));
    for (const each of [matcher, resumed]) {
      expect(each.arrive([0.5, 0.5])).toBe(1);
      each.report(true);
      expect(each.arrive([0, 0.5])).toBe(-1);
      expect(each.arrive([0.5, 0.5])).toBe(0);
    }
  });

  it('says what is out of order', () => {
    const matcher = new OnlineMatcher({ weights: 2 });
    expect(() => matcher.report(true)).toThrow(/no attempt/);
    expect(() => matcher.arrive([0.5])).toThrow(/2 entries/);
    expect(() => matcher.arrive([0.5, Number.NaN])).toThrow(expect.objectContaining({ argument: 'probabilities', index: 1 }));
    matcher.arrive([0.5, 0.5]);
    expect(() => matcher.arrive([0.5, 0.5])).toThrow(/reported/);
    expect(() => new OnlineMatcher({ weights: Float64Array.of(-1) })).toThrow(expect.objectContaining({ argument: 'weights' }));
  });
});
