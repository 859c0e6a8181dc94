import { describe, expect, it } from 'vitest';
import type { JudgedCell, ValuedCell } from './verdict.ts';
import { describeBehind, describeFirst, verdictsByValue, verdictsOf } from './verdict.ts';

const cell = (solver: string, timeTo: readonly (number | null)[], other: Partial<JudgedCell> = {}): JudgedCell => ({
  solver,
  isPeer: false,
  variant: '',
  timeTo,
  budget: 1000,
  ...other,
});

describe('verdicts', () => {
  it('pair times on the same instances, and count a miss as twice the budget', () => {
    const races = [
      [cell('a', [1, 4]), cell('b', [2, 1]), cell('c', [0.1, null])],
      [cell('a', [1, 1]), cell('b', [8, 9]), cell('c', [0.1, null])],
    ];
    const [loose, tight] = verdictsOf(races, 2);
    expect(loose.ranking.map(({ solver }) => solver)).toEqual(['c', 'a', 'b']);
    expect(loose.ranking.map(({ behind }) => Math.round(behind.ratio ?? 0))).toEqual([1, 10, 40]);
    expect(tight.ranking.map(({ solver, reached, won }) => [solver, reached, won])).toEqual([
      ['a', 2, 1],
      ['b', 2, 1],
      ['c', 0, 0],
    ]);
    // Of 4 and 1, 1 and 9: the geometric mean of 1/4 and 9.
    expect(tight.ranking.map(({ behind }) => behind.ratio)).toEqual([1, expect.closeTo(1.5, 12), null]);
    expect(tight.ranking[2].behind.penalized).toBeCloseTo(Math.sqrt(500 * 2000), 9);
    expect(tight.instances).toBe(2);
  });

  it('compare instances that both solved, and do not call a solver fast that seldom reaches the target', () => {
    // The first solves all eight; the other one only the four easy ones, in half the time.
    const races = [1, 2, 3, 4, 50, 60, 70, 80].map((time, k) => [
      cell('steady', [time]),
      cell('seldom', [k < 4 ? time / 2 : null]),
      cell('peer', [k % 2 ? null : 2 * time], { isPeer: true }),
    ]);
    const [{ ranking, peers, isClear }] = verdictsOf(races, 1);
    expect(ranking.map(({ solver }) => solver)).toEqual(['steady', 'seldom']);
    expect(ranking[1].behind).toMatchObject({ ratio: expect.closeTo(0.5, 12), common: 4 });
    expect(ranking[1].behind.penalized).toBeGreaterThan(1);
    expect(peers[0].behind).toMatchObject({ ratio: expect.closeTo(2, 12), common: 4 });
    // Half as fast on four and missing on four: eight instances do not settle it.
    expect(isClear).toBe(false);
    expect(describeFirst({ ranking, instances: 8, isClear })).toBe('level with seldom');
    expect(describeBehind(ranking[1], 8)).toBe('x 0.5 (0.5 to 0.5) on 4 of 8, level');
  });

  it('give a first place only where every other solver is slower beyond the scatter', () => {
    const times = (factor: number, scatter: number) =>
      Array.from({ length: 8 }, (_, k) => (k + 1) * factor * scatter ** (k % 2 ? 1 : -1));
    const races = (factor: number, scatter: number) =>
      times(factor, scatter).map((time, k) => [cell('first', [k + 1]), cell('other', [time])]);
    expect(verdictsOf(races(2, 1.1), 1)[0].isClear).toBe(true);
    const [close] = verdictsOf(races(1.1, 1.5), 1);
    expect(close.isClear).toBe(false);
    expect(close.ranking[1].isLevel).toBe(true);
    // Three instances are too few for a bootstrap to be trusted: Student's t is wider.
    const [few] = verdictsOf(races(2, 1.6).slice(0, 3), 1);
    expect(few.isClear).toBe(false);
    const [two] = verdictsOf(races(2, 1.1).slice(0, 2), 1);
    expect(describeFirst(two)).toBe('too few instances to tell');
  });

  it('do not count what was reached after the budget', () => {
    const [verdict] = verdictsOf([[cell('late', [0.26], { budget: 0.25 }), cell('slow', [0.2], { budget: 0.25 })]], 1);
    expect(verdict.ranking.map(({ solver, reached }) => [solver, reached])).toEqual([
      ['slow', 1],
      ['late', 0],
    ]);
  });

  it('keep kinds apart, and peers out of the ranking', () => {
    const races = [
      [
        cell('exact', [5], { variant: 'exact' }),
        cell('fast', [1], { variant: 'entropic' }),
        cell('scipy', [10], { variant: 'exact', isPeer: true }),
        cell('absent', [null], { variant: 'exact', isPeer: true }),
      ],
    ];
    const verdicts = verdictsOf(races, 1);
    expect(verdicts.map(({ variant, ranking }) => [variant, ranking[0].solver])).toEqual([
      ['exact', 'exact'],
      ['entropic', 'fast'],
    ]);
    expect(verdicts[0].peers.map(({ solver, behind }) => [solver, behind.ratio])).toEqual([['scipy', expect.closeTo(2, 12)]]);
    expect(verdicts[1].peers).toEqual([]);
  });

  it('take the best of several options, and say of each how often it raced', () => {
    const [verdict] = verdictsOf([[cell('a', [3]), cell('a', [2]), cell('b', [4])], [cell('b', [1])]], 1);
    expect(verdict.ranking.map(({ solver, raced, times }) => [solver, raced, times])).toEqual([
      ['b', 2, [4, 1]],
      ['a', 1, [2, null]],
    ]);
  });

  it('are none where nobody got anywhere', () => {
    expect(verdictsOf([], 2)).toEqual([]);
    expect(verdictsOf([[cell('a', [null, null])]], 2)).toEqual([]);
    expect(verdictsOf([[cell('a', [])]], 0)).toEqual([]);
  });
});

describe('verdicts by value', () => {
  const valued = (solver: string, value: number | null, other: Partial<ValuedCell> = {}): ValuedCell => ({
    solver,
    isPeer: false,
    variant: '',
    value,
    ...other,
  });

  it('rank by the mean place between the best and the worst', () => {
    const [verdict] = verdictsByValue([
      [valued('a', 10), valued('b', 20), valued('c', 10.05)],
      [valued('a', -4), valued('b', -5), valued('c', -3)],
      // All alike: nobody is behind.
      [valued('a', 1), valued('b', 1), valued('c', 1)],
    ]);
    expect(verdict.instances).toBe(3);
    expect(verdict.ranking.map(({ solver, best, gaps }) => [solver, best, gaps])).toEqual([
      ['a', 2, [0, 0.5, 0]],
      ['b', 2, [1, 0, 0]],
      ['c', 2, [expect.closeTo(0.005, 12), 1, 0]],
    ]);
    expect(verdict.ranking.map(({ gap }) => gap)).toEqual([
      expect.closeTo(1 / 6, 12),
      expect.closeTo(1 / 3, 12),
      expect.closeTo(0.335, 12),
    ]);
  });

  it('count a missing value as the worst, keep kinds apart and peers beside', () => {
    const verdicts = verdictsByValue([
      [valued('a', null), valued('b', 1), valued('peer', 0, { isPeer: true })],
      [valued('a', 0), valued('b', 1), valued('c', 7, { variant: 'k' }), valued('d', null, { variant: 'none' })],
    ]);
    expect(verdicts.map(({ variant, ranking }) => [variant, ranking.map(({ solver }) => solver)])).toEqual([
      ['', ['a', 'b']],
      ['k', ['c']],
    ]);
    expect(verdicts[0].ranking.map(({ gap, gaps }) => [gap, gaps])).toEqual([
      [0.5, [null, 0]],
      [1, [1, 1]],
    ]);
    expect(verdicts[0].peers.map(({ solver, gap }) => [solver, gap])).toEqual([['peer', 0.5]]);
  });

  it('are none where nothing has a value', () => {
    expect(verdictsByValue([])).toEqual([]);
    expect(verdictsByValue([[valued('a', null)]])).toEqual([]);
  });
});
