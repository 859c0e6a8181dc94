// The clock and the sampling, on a clock that the test itself turns.

import type { AnySolver } from '@infimum/core';
import { converged, defineProblem, defineSolver } from '@infimum/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { drive } from './drive.ts';
import { evaluate } from './evaluate.ts';
import type { Guard } from './guard.ts';
import type { Cell, Sample } from './messages.ts';

/** Milliseconds, and those that a look at the clock takes. */
let now = 0;
let look = 0;
beforeEach(() => {
  now = 0;
  look = 0;
});

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

/** A solver that takes a fixed time an iteration, and another one to copy its solution. */
const counter = (milliseconds: number, length: number, last = 0, copy = 0) =>
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
            now += copy;
            return { value: length - iteration + last };
          },
        };
        now += milliseconds;
      }
      return converged({ value: last }, 'at the end');
    },
  });

async function race(solver: unknown, budget: number) {
  const samples: Sample[] = [];
  const cell = { options: {}, seed: 1, budget } as Cell;
  const end = await drive(solver as AnySolver, {}, cell, {
    guard,
    clock: () => (now += look),
    encode: (solution) => Buffer.from(JSON.stringify(solution)),
    judge: (moment, bytes) => {
      samples.push({ ...moment, metrics: evaluate(problem, {}, JSON.parse(bytes.toString())) });
    },
  });
  return { end, samples };
}

describe('drive', () => {
  it('counts the seconds of the solver, not those of metrics and copies', async () => {
    const { end, samples } = await race(counter(100, 9), 100);
    expect(end).toMatchObject({ status: 'converged', reason: 'at the end', iterations: 9 });
    expect(end.seconds).toBeCloseTo(1, 10);
    expect(samples[0]).toMatchObject({ iteration: 0, seconds: 0, metrics: { value: 9 } });
    expect(samples.at(-1)).toMatchObject({ iteration: 9, metrics: { value: 0 } });
    expect(end.peakMemory).toBe(42);
  });

  it('adds to a step of one millisecond no more than one look at the clock, slow as the metrics may be', async () => {
    // Every look takes ten microseconds, which is hundreds of times what it takes.
    look = 0.01;
    const { end } = await race(counter(1, 0), 100);
    expect(end.seconds).toBeGreaterThanOrEqual(0.001);
    expect(end.seconds).toBeLessThan(0.0011);
    const many = (await race(counter(1, 999), 100)).end;
    expect(many.seconds).toBeGreaterThanOrEqual(1);
    expect(many.seconds).toBeLessThan(1.05);
  });

  it('ends at the budget, with the solution as it stands', async () => {
    const { end, samples } = await race(counter(100, 1000), 2);
    expect(end).toMatchObject({ status: 'time-limit', iterations: 20 });
    expect(samples.at(-1)?.metrics).toEqual({ value: 980 });
    expect(end.seconds).toBeCloseTo(2, 10);
  });

  it('takes at most sixty samples, at growing distances', async () => {
    const { samples } = await race(counter(0.05, 100_000), 5);
    expect(samples.length).toBeLessThanOrEqual(60);
    const seconds = samples.map((sample) => sample.seconds);
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
  });

  it('spends a quarter of the budget on slow metrics, evenly on the axis of logarithms', async () => {
    // A sample takes half a second.
    const { end, samples } = await race(counter(1, 100_000), 20);
    expect(end.status).toBe('time-limit');
    // The first, the last, and what a quarter of the budget pays.
    expect(samples.length).toBeGreaterThan(8);
    expect(samples.length).toBeLessThanOrEqual(12);
    const between = samples.slice(1, -1).map(({ seconds }) => seconds);
    const ratios = between.slice(1).map((seconds, k) => seconds / between[k]);
    expect(Math.max(...ratios) / Math.min(...ratios)).toBeLessThan(2);
  });

  it('judges start and end alone where metrics take many times the budget', async () => {
    const { end, samples } = await race(counter(1, 100_000), 0.1);
    expect(end.status).toBe('time-limit');
    expect(samples.map(({ iteration }) => iteration)).toEqual([0, end.iterations]);
  });

  it('charges a copy of the solution to its own sample, and work that hides in copies in full', async () => {
    const honest = await race(counter(10, 100, 0, 5), 100);
    // A second of iterations; copies are asked for so seldom that they stay within their share.
    expect(honest.end.seconds).toBeLessThan(1.011);
    expect(honest.end.solutionSeconds).toBeGreaterThan(0.02);
    expect(honest.samples[1].seconds).toBeCloseTo((honest.samples[1].iteration * 10 + 5) / 1000, 9);
    const hidden = await race(counter(0.01, 100, 0, 500), 100);
    expect(hidden.end.seconds).toBeGreaterThan(0.49);
    expect(hidden.samples[0].seconds).toBeCloseTo(0.5, 9);
  });

  it('charges the work of declines() and steps()', async () => {
    const slow = (milliseconds: number) => () => {
      now += milliseconds;
    };
    const steps = function* () {
      yield { iteration: 0, solution: () => ({ value: 0 }) };
      return converged({ value: 0 }, 'x');
    };
    const lazy = { ...counter(1, 1), declines: slow(300), steps };
    expect((await race(lazy, 100)).end).toMatchObject({ seconds: 0.3, setupSeconds: 0.3 });
    const wait = slow(200);
    const eager = {
      ...counter(1, 1),
      steps: () => {
        wait();
        return steps();
      },
    };
    expect((await race(eager, 100)).end).toMatchObject({ seconds: 0.2 });
  });

  it('waits for asynchronous steps, whose clock runs on while solutions are judged', async () => {
    let freed = false;
    const steps = async function* () {
      try {
        for (let iteration = 0; iteration <= 3; iteration++) {
          yield { iteration, solution: () => ({ value: 3 - iteration }) };
          await Promise.resolve();
          now += 100;
        }
        return converged({ value: 0 }, 'at the end');
      } finally {
        freed = true;
      }
    };
    const { end, samples } = await race({ ...counter(1, 1), steps }, 100);
    expect(end).toMatchObject({ status: 'converged', iterations: 3 });
    expect(samples.at(-1)?.metrics).toEqual({ value: 0 });
    // 400 of its own, and 500 for every sample before the last.
    expect(end.seconds).toBeCloseTo(0.4 + 0.5 * (samples.length - 1), 10);
    expect(freed).toBe(true);
    freed = false;
    expect((await race({ ...counter(1, 1), steps }, 0.05)).end).toMatchObject({ status: 'time-limit', iterations: 1 });
    expect(freed).toBe(true);
  });

  it('charges nobody with the answers of a problem, and the solver with work that hides in its questions', async () => {
    const asking = {
      ...problem,
      answer: (_: object, question: { readonly points: number }) => {
        now += 1000;
        return question.points;
      },
    };
    const ask = (question: (iteration: number) => object) => ({
      ...counter(1, 1),
      problem: asking,
      *steps() {
        for (let iteration = 0; iteration < 2; iteration++) yield { ...question(iteration) };
        return converged({ value: 0 }, 'x');
      },
    });
    const plain = (iteration: number) => ({ iteration, points: 3, solution: () => ({ value: 0 }) });
    const honest = await race(ask(plain), 100);
    expect(honest.end).toMatchObject({ seconds: 0, answerSeconds: 2 });
    const hiding = {
      ...ask(plain),
      *steps() {
        const solution = () => ({ value: 0 });
        yield {
          iteration: 0,
          solution,
          get points() {
            now += 5000;
            return 3;
          },
        };
        return converged({ value: 0 }, 'x');
      },
    };
    const hidden = await race(hiding, 100);
    expect(hidden.end).toMatchObject({ seconds: 6, answerSeconds: 0 });
  });

  it('refuses a promise of steps in words that help', async () => {
    const steps = async () => counter(1, 1).steps({}, {}, { seed: 1 });
    await expect(race({ ...counter(1, 1), steps }, 5)).rejects.toThrow(/a promise: write `async \*steps`/);
  });

  it('passes on what the solver throws', async () => {
    await expect(race({ ...counter(1, 1), steps: throwing }, 5)).rejects.toThrow('broken');
  });

  it.each<[string, { iteration?: unknown; ending?: unknown }, RegExp]>([
    ['nothing', { ending: undefined }, /status undefined/],
    ['an unknown status', { ending: { status: 'done', reason: 'x', solution: {} } }, /status done/],
    ['no reason', { ending: { status: 'converged', solution: {} } }, /'converged' without a reason/],
    ['a reason that is no text', { ending: { status: 'stalled', reason: 1, solution: {} } }, /without a reason/],
    ['no solution', { ending: { status: 'stalled', reason: 'x', solution: null } }, /without a solution/],
    ['an iteration that is no number', { iteration: 'first' }, /iteration first/],
  ])('refuses steps that end with %s', async (_, { iteration = 0, ending }, message) => {
    const steps = function* () {
      yield { iteration, solution: () => ({ value: 1 }) };
      return ending;
    };
    await expect(race({ ...counter(1, 1), steps }, 5)).rejects.toThrow(message);
  });
});

// biome-ignore lint/correctness/useYield: it throws before it could
function* throwing(): Generator<never, never> {
  throw new Error('broken');
}
