// The clock and the sampling, on a clock that the test itself turns.

import type { AnySolver } from '@infimum/core';
import { converged, defineProblem, defineSolver } from '@infimum/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { drive } from './drive.ts';
import type { Guard } from './guard.ts';
import type { Cell, Sample } from './messages.ts';

/** Milliseconds. */
let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

const guard = { allow: () => {}, watch: () => {}, peakMemory: () => 42 } as unknown as Guard;
const problem = defineProblem<object, { value: number }>({
  id: 'demo/countdown',
  title: '',
  statement: '',
  families: {},
  metrics: {
    value: {
      title: '',
      description: '',
      unit: '',
      direction: 'minimize',
      compute: (_, { value }) => {
        now += 500;
        return value;
      },
    },
  },
  primaryMetric: 'value',
  validate: () => {},
  badInstances: () => [],
});

/** A solver that takes a fixed time an iteration, and a second to copy its solution. */
const counter = (milliseconds: number, length: number, last = 0) =>
  defineSolver({
    id: 'demo/counter',
    title: '',
    summary: '',
    problem,
    role: 'baseline',
    paper: { title: '', year: 2026 },
    cost: '',
    options: {},
    *steps() {
      for (let iteration = 0; iteration <= length; iteration++) {
        yield {
          iteration,
          solution: () => {
            now += 1000;
            return { value: length - iteration + last };
          },
        };
        now += milliseconds;
      }
      return converged({ value: last }, 'at the end');
    },
  });

function race(solver: unknown, budget: number) {
  const samples: Sample[] = [];
  const cell = { options: {}, seed: 1, budget } as Cell;
  const instances = { solved: {}, judged: {} };
  const context = { guard, onSample: (sample: Sample) => samples.push(sample) };
  const end = drive(solver as AnySolver, instances, cell, context);
  return { end, samples };
}

describe('drive', () => {
  it('counts the seconds of the solver, not those of metrics and copies', () => {
    const { end, samples } = race(counter(100, 9), 100);
    expect(end).toMatchObject({
      status: 'converged',
      reason: 'at the end',
      iterations: 9,
      metrics: { value: 0 },
    });
    expect(end.seconds).toBeCloseTo(1, 10);
    expect(samples[0]).toMatchObject({ iteration: 0, seconds: 0, metrics: { value: 9 } });
    expect(samples.at(-1)).toMatchObject({ iteration: 9, metrics: { value: 0 } });
    expect(end.peakMemory).toBe(42);
  });

  it('adds to a step of one millisecond no more than one look at the clock, slow as the metrics may be', () => {
    // Every look takes ten microseconds, which is hundreds of times what it takes.
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 0.01));
    const { end } = race(counter(1, 0), 100);
    expect(end.seconds).toBeGreaterThanOrEqual(0.001);
    expect(end.seconds).toBeLessThan(0.00105);
    const many = race(counter(1, 999), 100).end;
    expect(many.seconds).toBeGreaterThanOrEqual(1);
    expect(many.seconds).toBeLessThan(1.05);
  });

  it('ends at the budget, with the solution as it stands', () => {
    const { end } = race(counter(100, 1000), 2);
    expect(end).toMatchObject({ status: 'time-limit', iterations: 20, metrics: { value: 980 } });
    expect(end.seconds).toBeCloseTo(2, 10);
  });

  it('takes at most sixty samples, at growing distances', () => {
    const { samples } = race(counter(0.05, 100_000), 5);
    expect(samples.length).toBeLessThanOrEqual(60);
    const seconds = samples.map((sample) => sample.seconds);
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
  });

  it('spends a quarter of the budget on slow metrics, evenly on the axis of logarithms', () => {
    // A sample takes a second and a half: the copy and the metric.
    const { end, samples } = race(counter(1, 100_000), 60);
    expect(end.status).toBe('time-limit');
    // The first, the last, and what a quarter of the minute pays.
    expect(samples.length).toBeGreaterThan(8);
    expect(samples.length).toBeLessThanOrEqual(12);
    const between = samples.slice(1, -1).map(({ seconds }) => seconds);
    const ratios = between.slice(1).map((seconds, k) => seconds / between[k]);
    expect(Math.max(...ratios) / Math.min(...ratios)).toBeLessThan(2);
  });

  it('fails a solution whose metrics are no numbers', () => {
    const { end } = race(counter(1, 3, Number.NaN), 5);
    expect(end).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('metric value'),
      metrics: { value: null },
    });
  });

  it('passes on what the solver throws', () => {
    expect(() => race({ ...counter(1, 1), steps: throwing }, 5)).toThrow('broken');
  });

  it.each<[string, { iteration?: unknown; ending?: unknown }, RegExp]>([
    ['nothing', { ending: undefined }, /status undefined/],
    ['an unknown status', { ending: { status: 'done', reason: 'x', solution: {} } }, /status done/],
    ['no reason', { ending: { status: 'converged', solution: {} } }, /'converged' without a reason/],
    [
      'a reason that is no text',
      { ending: { status: 'stalled', reason: 1, solution: {} } },
      /without a reason/,
    ],
    ['no solution', { ending: { status: 'stalled', reason: 'x', solution: null } }, /without a solution/],
    ['an iteration that is no number', { iteration: 'first' }, /iteration first/],
  ])('refuses steps that end with %s', (_, { iteration = 0, ending }, message) => {
    const steps = function* () {
      yield { iteration, solution: () => ({ value: 1 }) };
      return ending;
    };
    expect(() => race({ ...counter(1, 1), steps }, 5)).toThrow(message);
  });
});

// biome-ignore lint/correctness/useYield: it throws before it could
function* throwing(): Generator<never, never> {
  throw new Error('broken');
}
