import { createRegistry } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { plugin } from '../test/fixtures/demo.ts';
import type { SampledCell } from './race.ts';
import { bestTimes, describeInstance, racesOf, timeTo, variantsOf } from './race.ts';

const { problem } = createRegistry(plugin);
const sample = (seconds: number, residual: number | null) => ({ iteration: 1, seconds, metrics: { residual } });
const cell = (solver: string, options: object, samples: SampledCell['samples']): SampledCell => ({
  id: 1,
  problem: 'demo/diagonal-system',
  family: 'random',
  params: { n: 5, condition: 2 },
  seed: 3,
  solver,
  role: 'baseline',
  variant: '',
  options,
  budget: 10,
  codeVersion: '',
  status: 'converged',
  reason: '',
  seconds: 1,
  iterations: 2,
  metrics: {},
  peakMemory: null,
  machine: '',
  samples,
});

describe('timeTo', () => {
  const samples = [sample(0.1, 1), sample(0.2, null), sample(0.3, 1e-3), sample(0.4, 1e-2)];

  it('is the first time at or beyond the target', () => {
    expect(timeTo({ samples, budget: 1 }, { name: 'residual', direction: 'minimize' }, 1e-3)).toBe(0.3);
    expect(timeTo({ samples, budget: 1 }, { name: 'residual', direction: 'maximize' }, 1)).toBe(0.1);
  });

  it('is null when the target was not reached or the metric does not exist', () => {
    expect(timeTo({ samples, budget: 1 }, { name: 'residual', direction: 'minimize' }, 1e-4)).toBeNull();
    expect(timeTo({ samples, budget: 1 }, { name: 'other', direction: 'minimize' }, 1)).toBeNull();
  });

  it('does not count a target that was reached after the budget', () => {
    expect(timeTo({ samples, budget: 0.3 }, { name: 'residual', direction: 'minimize' }, 1e-3)).toBe(0.3);
    expect(timeTo({ samples, budget: 0.29 }, { name: 'residual', direction: 'minimize' }, 1e-3)).toBeNull();
  });
});

describe('racesOf', () => {
  const races = racesOf(
    [
      cell('demo/a', { tolerance: 1, kept: 0 }, [sample(1, 1e-2), sample(4, 1e-5)]),
      cell('demo/b', {}, [sample(2, 1e-3)]),
      cell('demo/a', { tolerance: 2, kept: 0 }, [sample(3, 1)]),
      { ...cell('demo/a', {}, []), seed: 4 },
    ],
    problem,
  );

  it('makes one racer of repetitions: the middle one, with the medians of its times', () => {
    const repeated = [5, 1, 3].map((time) => ({
      ...cell('demo/a', {}, [sample(time / 10, 1e-2), ...(time === 5 ? [] : [sample(time, 1e-4)])]),
      seconds: time,
      iterations: 10 * time,
    }));
    const [{ racers }] = racesOf([...repeated, { ...cell('demo/b', {}, []), seconds: 2 }], problem);
    expect(racers.map(({ label, repetitions }) => [label, repetitions])).toEqual([
      ['demo/a', 3],
      ['demo/b', 1],
    ]);
    expect(racers[0]).toMatchObject({ seconds: 3, iterations: 30, interval: [1, 5], timeTo: [0.3, 3, null] });
    expect(racers[1].interval).toBeNull();
    // A failure counts: with two of three, the middle one is one.
    const failing = repeated.map((one, i) => (i > 0 ? { ...one, status: 'failed' as const } : one));
    expect(racesOf(failing, problem)[0].racers[0].status).toBe('failed');
  });

  it('groups by instance and finds the best times', () => {
    expect(races.map(describeInstance)).toEqual([
      'demo/diagonal-system, random: n = 5, condition = 2; seed 3',
      'demo/diagonal-system, random: n = 5, condition = 2; seed 4',
    ]);
    expect(races[0].racers.map((racer) => racer.timeTo)).toEqual([
      [1, 4, null],
      [2, null, null],
      [null, null, null],
    ]);
    expect(bestTimes(races[0], '')).toEqual([1, 4, null]);
  });

  it('compares times within a variant of the problem only', () => {
    const sample = (seconds: number) => [{ iteration: 1, seconds, metrics: { residual: 0 } }];
    const [race] = racesOf(
      [
        { ...cell('demo/exact', {}, sample(1)), variant: 'exact' },
        { ...cell('demo/rough', {}, sample(3)), variant: 'entropic' },
        { ...cell('demo/slow', {}, sample(6)), variant: 'entropic' },
      ],
      problem,
    );
    expect(variantsOf(race)).toEqual(['exact', 'entropic']);
    expect(bestTimes(race, 'exact')[0]).toBe(1);
    expect(bestTimes(race, 'entropic')[0]).toBe(3);
  });

  it('tells twins apart by the options in which they differ', () => {
    expect(races[0].racers.map(({ label }) => label)).toEqual(['demo/a (tolerance 1)', 'demo/b', 'demo/a (tolerance 2)']);
  });

  it('does without the problem, as for a plug-in that is no longer given', () => {
    const [race] = racesOf([{ ...cell('demo/a', {}, []), metrics: { speed: 3 } }], () => undefined);
    expect(race.metrics.map(({ name }) => name)).toEqual(['speed']);
    expect(race.problemTitle).toBe('demo/diagonal-system');
  });
});
