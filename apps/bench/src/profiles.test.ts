import { describe, expect, it } from 'vitest';
import { profilesOf } from './profiles.ts';
import type { Race, Racer } from './race.ts';

const racer = (label: string, timeTo: readonly (number | null)[], variant = '') =>
  ({
    label,
    solver: label,
    role: label.startsWith('peers/') ? 'peer' : 'paper',
    variant,
    status: 'converged',
    timeTo,
  }) as unknown as Racer;
const race = (...racers: readonly Racer[]) =>
  ({ primary: { name: 'gap', direction: 'minimize', targets: [1e-2, 1e-6] }, racers }) as unknown as Race;

describe('profilesOf', () => {
  const races = [
    race(racer('a', [1, 2]), racer('b', [1, 4]), racer('peers/c', [3, null])),
    race(racer('a', [1, 3]), racer('b', [0.5, 1]), racer('peers/c', [3, 6])),
    race(racer('a', [1, null]), racer('b', [2, 5]), racer('peers/c', [1, 5])),
    race(racer('a', [null, null]), racer('b', [null, null]), racer('peers/c', [null, null])),
  ];
  const [profiles, ...others] = profilesOf(races);

  it('has the shares of Dolan and Moré: the first step is how often a solver is the fastest', () => {
    expect(others).toEqual([]);
    expect(profiles).toMatchObject({ variant: '', instances: 4, target: 1e-6 });
    // Ratios to the best, by instance: a 1, 3, none; b 2, 1, 1; c none, 6, 1. The fourth instance nobody solves.
    expect(profiles.performance).toMatchObject([
      {
        solver: 'a',
        peer: false,
        steps: [
          { x: 1, share: 0.25 },
          { x: 3, share: 0.5 },
        ],
      },
      {
        solver: 'b',
        peer: false,
        steps: [
          { x: 1, share: 0.5 },
          { x: 2, share: 0.75 },
        ],
      },
      {
        solver: 'peers/c',
        peer: true,
        steps: [
          { x: 1, share: 0.25 },
          { x: 6, share: 0.5 },
        ],
      },
    ]);
  });

  it('has the share of targets solved by seconds, out of those of all instances', () => {
    expect(profiles.data[0].steps).toMatchObject([
      { x: 1, share: 3 / 8 },
      { x: 2, share: 4 / 8 },
      { x: 3, share: 5 / 8 },
    ]);
    for (const { steps } of [...profiles.performance, ...profiles.data]) {
      for (let i = 1; i < steps.length; i++) {
        expect(steps[i].x).toBeGreaterThan(steps[i - 1].x);
        expect(steps[i].share).toBeGreaterThan(steps[i - 1].share);
      }
      expect(steps.at(-1)?.share).toBeLessThanOrEqual(1);
    }
  });

  it('has bands as wide as instances scatter: those of a binomial where each is solved or not', () => {
    const many = Array.from({ length: 100 }, (_, k) => race(racer('a', [1, k % 4 === 0 ? 2 : null]), racer('b', [1, 1])));
    const [{ performance }] = profilesOf(many);
    const [{ share, low, high }] = performance[0].steps;
    expect(share).toBe(0.25);
    // 1.96 standard deviations of 100 draws are .085.
    expect(low).toBeGreaterThan(0.25 - 0.1);
    expect(low).toBeLessThan(0.25 - 0.07);
    expect(high).toBeGreaterThan(0.25 + 0.07);
    expect(high).toBeLessThan(0.25 + 0.1);
    expect(performance[1].steps).toEqual([{ x: 1, share: 1, low: 1, high: 1 }]);
  });

  it('keeps variants apart, and is silent where there is too little', () => {
    const exact = [1, 2, 3].map((time) => race(racer('a', [time, time], 'exact'), racer('b', [1, 1], 'entropic')));
    expect(profilesOf(exact).map(({ variant, performance }) => [variant, performance.length])).toEqual([
      ['exact', 1],
      ['entropic', 1],
    ]);
    expect(profilesOf(exact)[0].performance[0].steps).toEqual([{ x: 1, share: 1, low: 1, high: 1 }]);
    expect(profilesOf(races.slice(0, 2))).toEqual([]);
    expect(profilesOf([races[3], races[3], races[3]])).toEqual([]);
  });

  it('takes an instance of no time at all', () => {
    const instant = [1, 2, 3].map(() => race(racer('a', [0, 0]), racer('b', [0, 1e-3])));
    expect(profilesOf(instant)[0].performance.map(({ steps }) => steps)).toMatchObject([[{ x: 1, share: 1 }], []]);
  });
});
