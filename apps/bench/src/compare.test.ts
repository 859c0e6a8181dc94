// The intervals are checked against textbook figures and SciPy; the order and the verdicts against made-up results.
import { createRegistry } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { plugin } from '../test/fixtures/demo.ts';
import { compareCells, confidenceInterval } from './compare.ts';
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

  it('compares what was reached where the time limit ended both', () => {
    expect(rows[3]).toMatchObject({
      quantity: 'residual',
      before: expect.closeTo(1e-3),
      after: expect.closeTo(3e-3),
    });
  });
});
