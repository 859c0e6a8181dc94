// The order and the verdicts against made-up results, and false alarms against recorded scatter.
import { createRegistry, Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { plugin } from '../test/fixtures/demo.ts';
import { compareCells, regressions, summarize } from './compare.ts';
import type { StoredCell } from './store.ts';

const { problem } = createRegistry(plugin);
const cell = (solver: string, seed: number, seconds: number | null, status: StoredCell['status'] = 'converged') =>
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
    expect(rows[3]).toMatchObject({ quantity: 'residual', before: expect.closeTo(1e-3), after: expect.closeTo(3e-3) });
  });
});

/** Times of forty runs of Sinkhorn's iteration over their median, on a machine that was five times overloaded. */
const SCATTER = [
  10.681, 7.59, 0.842, 0.632, 0.906, 1.069, 3.592, 0.731, 0.621, 0.765, 0.763, 1.571, 0.795, 2.262, 0.598, 1.272, 0.831, 0.803,
  1.06, 1.0, 1.132, 0.881, 0.869, 0.869, 0.77, 6.246, 1.523, 0.863, 0.73, 4.207, 5.124, 4.153, 1.999, 4.597, 1.0, 0.828, 25.105,
  0.727, 10.333, 14.228,
];

/** The same of a solver that takes a millisecond, which neighbours meet less often. */
const MILD_SCATTER = [
  0.874, 1.299, 0.913, 9.959, 2.086, 0.789, 0.813, 0.855, 0.851, 0.748, 0.829, 0.819, 0.894, 0.851, 0.815, 0.925, 1.046, 1.189,
  1.451, 1.155, 1.492, 0.807, 1.098, 0.927, 1.658, 0.729, 0.883, 4.585, 1.153, 3.785, 1.67, 1.047, 0.823, 1.121, 4.149, 1.251,
  0.826, 0.961, 1.039, 1.074,
];

describe('A against A', () => {
  const solvers = Array.from({ length: 30 }, (_, index) => `demo/solver-${index}`);
  /** Five repetitions of every solver on every seed, with scatter as it was recorded. */
  const draw = (
    random: Random,
    seeds: readonly number[],
    slow: (solver: string) => number = () => 1,
    scatter: readonly number[] = SCATTER,
  ) =>
    solvers.flatMap((solver, k) =>
      seeds.flatMap((seed) =>
        Array.from({ length: 5 }, () => {
          const seconds = (k + 1) * 1e-3 * scatter[random.integer(scatter.length)] * slow(solver);
          return cell(solver, seed, seconds);
        }),
      ),
    );
  const verdictsOf = (rows: ReturnType<typeof compareCells>) => rows.filter(({ verdict }) => /worse|better/.test(verdict));

  it.each([[[1]], [[1, 2, 3]]])('raises hardly any alarm, with seeds %j', (seeds) => {
    let alarms = 0;
    for (let run = 0; run < 20; run++) {
      const random = new Random(run);
      const rows = compareCells(draw(random, seeds), draw(random, seeds), problem);
      expect(rows).toHaveLength(30);
      if (verdictsOf(rows).length > 0) alarms++;
    }
    // One in twenty is what is promised.
    expect(alarms).toBeLessThanOrEqual(1);
  });

  it('does not hide true slowdowns among all the others', () => {
    let found = 0;
    for (let run = 0; run < 20; run++) {
      const random = new Random(100 + run);
      const seeds = [1, 2, 3, 4, 5, 6];
      const before = draw(random, seeds, undefined, MILD_SCATTER);
      const slow = (solver: string) => (solver === 'demo/solver-7' ? 1.5 : 1);
      const after = draw(random, seeds, slow, MILD_SCATTER);
      const worse = compareCells(before, after, problem).filter(({ verdict }) => verdict === 'worse');
      if (worse.some((row) => row.cell.solver === 'demo/solver-7')) found++;
    }
    expect(found).toBeGreaterThanOrEqual(18);
  });

  it('is no change of status when one of five repetitions ran out of time', () => {
    const random = new Random(5);
    const after = draw(random, [1]).map((one, k) => (k % 5 === 0 && k < 100 ? { ...one, status: 'time-limit' as const } : one));
    const rows = compareCells(draw(random, [1]), after, problem);
    expect(rows.filter(({ verdict }) => verdict === 'worse')).toEqual([]);
    const lost = draw(random, [1, 2]).map((one) => ({ ...one, status: 'time-limit' as const }));
    const [first] = compareCells(draw(random, [1, 2]), lost, problem);
    expect(first).toMatchObject({ quantity: 'status', verdict: 'worse', note: 'converged before, time-limit now' });
  });
});

describe('one measurement a side', () => {
  it('calls a run out of time no regression, and a failure one', () => {
    const row = (status: StoredCell['status']) =>
      compareCells([cell('demo/a', 1, 1)], [cell('demo/a', 1, 1, status)], problem)[0];
    expect(row('time-limit').verdict).toBe('one measurement');
    expect(row('failed').verdict).toBe('worse');
  });
});
