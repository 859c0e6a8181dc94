// The intervals are checked against textbook figures and SciPy; the order and the verdicts against made-up results.
import { createRegistry } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { plugin } from '../test/fixtures/demo.ts';
import { compareCells, confidenceInterval, regressions, summarize } from './compare.ts';
import type { StoredCell } from './store.ts';

const { problem } = createRegistry(plugin);
const cell = (
  solver: string,
  seed: number,
  seconds: number | null,
  status: StoredCell['status'] = 'converged',
) =>
  ({
    id: 0,
    problem: 'demo/diagonal-system',
    family: 'random',
    params: {},
    seed,
    solver,
    role: 'paper',
    variant: '',
    options: {},
    budget: 1,
    codeVersion: '',
    status,
    reason: '',
    seconds,
    iterations: 1,
    metrics: { residual: seconds },
    peakMemory: null,
    machine: '',
  }) satisfies StoredCell;

describe('confidenceInterval', () => {
  it('is that of the paired t test over seeds', () => {
    // scipy.stats.ttest_rel([1.1, 1.9, 3.3, 4.2], [1, 2, 3, 4]).confidence_interval()
    const before = new Map([1, 2, 3, 4].map((value) => [value, [value]]));
    const after = new Map([1.1, 1.9, 3.3, 4.2].map((value, i) => [i + 1, [value]]));
    const [low, high] = confidenceInterval(before, after) ?? [];
    expect(low).toBeCloseTo(-0.146753, 3);
    expect(high).toBeCloseTo(0.396753, 3);
  });

  it("is that of Welch's test over repetitions, its degrees of freedom rounded down", () => {
    // Variances 1 and 4, three of each: 2.94 degrees of freedom, t(2) = 4.303, standard error sqrt(5 / 3).
    const [low, high] = confidenceInterval(new Map([[1, [0, 1, 2]]]), new Map([[1, [4, 6, 8]]])) ?? [];
    expect(low).toBeCloseTo(5 - 4.303 * Math.sqrt(5 / 3), 6);
    expect(high).toBeCloseTo(5 + 4.303 * Math.sqrt(5 / 3), 6);
  });

  it('judges repetitions of several seeds by their own scatter, not by that between the seeds', () => {
    // Each of four samples of two has variance 1/2: the squared error is 4 (1/2) / 2 / 4 = 1/4, with 4 degrees of freedom.
    const before = new Map([
      [1, [0, 1]],
      [2, [100, 101]],
    ]);
    const after = new Map([
      [1, [10, 11]],
      [2, [112, 113]],
    ]);
    const [low, high] = confidenceInterval(before, after) ?? [];
    expect(low).toBeCloseTo(11 - 2.776 * 0.5, 9);
    expect(high).toBeCloseTo(11 + 2.776 * 0.5, 9);
  });

  it('needs more than one measurement', () => {
    expect(confidenceInterval(new Map([[1, [1]]]), new Map([[1, [2]]]))).toBeUndefined();
  });
});

describe('compareCells', () => {
  const seeds = [1, 2, 3];
  const results = (slow: number) => [
    ...seeds.map((seed) => cell('demo/steady', seed, seed * (1 + seed / 1000))),
    ...seeds.map((seed) => cell('demo/slower', seed, slow * seed * (1 + seed / 1000))),
    ...seeds.map((seed) => cell('demo/faster', seed, seed / slow)),
    cell('demo/single', 1, slow),
    cell('demo/broken', 1, 1, slow > 1 ? 'failed' : 'converged'),
    cell('demo/limited', 1, slow * 1e-3, 'time-limit'),
  ];
  const rows = compareCells(results(1), results(3), problem);

  it('puts regressions first and says how sure they are', () => {
    expect(rows.map(({ cell: { solver }, verdict }) => [solver, verdict])).toEqual([
      ['demo/broken', 'worse'],
      ['demo/slower', 'worse'],
      ['demo/single', 'one measurement'],
      ['demo/limited', 'one measurement'],
      ['demo/steady', 'no difference shown'],
      ['demo/faster', 'better'],
    ]);
    expect(rows[1].ratio).toBeCloseTo(3, 10);
    expect(rows[5].ratio).toBeCloseTo(1 / 3, 2);
  });

  it('fails on what is worse beyond the factor, by status or by the whole interval', () => {
    const failing = (factor: number) => regressions(rows, factor).map(({ cell: { solver } }) => solver);
    expect(failing(1.1)).toEqual(['demo/broken', 'demo/slower']);
    expect(failing(2.9)).toEqual(['demo/broken', 'demo/slower']);
    expect(failing(3.1)).toEqual(['demo/broken']);
    expect(regressions(compareCells(results(1), results(1), problem), 1)).toEqual([]);
  });

  it('sums up all ratios of seconds, each solver and instance once', () => {
    // slower 3, single 3, steady 1, faster 1/3; the interval is that of the four logarithms.
    const summary = summarize(rows);
    expect(summary?.pairs).toBe(4);
    expect(summary?.ratio).toBeCloseTo(3 ** (1 / 4), 2);
    expect(summary?.interval?.[0]).toBeLessThan(1);
    expect(summary?.interval?.[1]).toBeGreaterThan(2);
    expect(summarize([])).toBeUndefined();
  });

  it('compares what was reached where the time limit ended both', () => {
    expect(rows[3]).toMatchObject({
      quantity: 'residual',
      before: expect.closeTo(1e-3),
      after: expect.closeTo(3e-3),
    });
  });
});
