import { describe, expect, it } from 'vitest';
import type { JudgedCell, ValuedCell } from './verdict.ts';
import { verdictsByValue, verdictsOf } from './verdict.ts';

const cell = (
  solver: string,
  timeTo: readonly (number | null)[],
  other: Partial<JudgedCell> = {},
): JudgedCell => ({ solver, isPeer: false, variant: '', timeTo, ...other });

describe('verdicts', () => {
  it('rank by instances solved, then by the geometric mean of the slowdown', () => {
    const races = [
      [cell('a', [1, 4]), cell('b', [2, 1]), cell('c', [0.1, null])],
      [cell('a', [1, 1]), cell('b', [8, 9]), cell('c', [0.1, null])],
    ];
    const [loose, tight] = verdictsOf(races, 2);
    expect(loose.ranking.map(({ solver }) => solver)).toEqual(['c', 'a', 'b']);
    expect(loose.ranking.map(({ slowdown }) => Math.round(slowdown))).toEqual([1, 10, 40]);
    // 4 and 1 times the best: 2; 1 and 9 times: 3.
    expect(tight.ranking.map(({ solver, reached, won }) => [solver, reached, won])).toEqual([
      ['a', 2, 1],
      ['b', 2, 1],
      ['c', 0, 0],
    ]);
    expect(tight.ranking.map(({ slowdown }) => slowdown)).toEqual([2, expect.closeTo(3, 12), Infinity]);
    expect(tight.instances).toBe(2);
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
    expect(verdicts[0].peers.map(({ solver, slowdown }) => [solver, slowdown])).toEqual([['scipy', 2]]);
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
      [
        valued('a', 0),
        valued('b', 1),
        valued('c', 7, { variant: 'k' }),
        valued('d', null, { variant: 'none' }),
      ],
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
