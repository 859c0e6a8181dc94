import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from './errors.ts';
import type { LimitOptions } from './run.ts';
import { run, runAsync } from './run.ts';
import type { AsyncSteps, Iterate, Steps } from './steps.ts';
import { converged, stalled } from './steps.ts';

type Root = { root: number };
type RootIterate = Iterate<Root> & { residual: number; label: string };

/** Heron's square root; `log` records what the driver does with the generator. */
function* heron(a: number, log: string[] = []): Steps<Root, RootIterate> {
  let root = a;
  try {
    for (let iteration = 0; ; iteration++) {
      const residual = Math.abs(root * root - a);
      yield { iteration, residual, label: 'heron', solution: () => ({ root }) };
      if (residual < 1e-12) return converged({ root }, 'the residual is below 1e-12');
      if (iteration === 60) return stalled({ root }, 'no progress');
      root = (root + a / root) / 2;
    }
  } finally {
    log.push('freed');
  }
}

type Question = Iterate<Root> & { point: number };

/** Bisection that asks for the value of an increasing function. */
function* bisect(low: number, high: number, log: string[] = []): Steps<Root, Question, number> {
  try {
    for (let iteration = 0; high - low > 1e-9; iteration++) {
      const point = (low + high) / 2;
      const value = yield { iteration, point, solution: () => ({ root: point }) };
      if (value < 0) low = point;
      else high = point;
    }
    return converged({ root: (low + high) / 2 }, 'the bracket is below 1e-9');
  } finally {
    log.push('freed');
  }
}

const withoutSeconds = ({ seconds: _, ...rest }: { seconds: number }) => rest;

describe.each([
  ['run', run],
  ['runAsync', runAsync],
] as const)('%s', (_, drive) => {
  const driveHeron = async (options: LimitOptions<RootIterate>, log?: string[], a = 2) => drive(heron(a, log), options);

  it('adds the status to the fields of the solution', async () => {
    const outcome = await driveHeron({});
    expect(outcome.root).toBeCloseTo(Math.SQRT2, 12);
    expect(outcome).toMatchObject({ status: 'converged', reason: 'the residual is below 1e-12' });
    expect(outcome.seconds).toBeGreaterThanOrEqual(0);
    expect('trace' in outcome).toBe(false);
  });

  it('passes on that an algorithm stalled', async () => {
    expect(await driveHeron({}, [], Number.MAX_VALUE)).toMatchObject({ status: 'stalled', reason: 'no progress' });
  });

  it('stops at the iteration limit with the solution of that iteration', async () => {
    expect(withoutSeconds(await driveHeron({ maxIterations: 0 }))).toEqual({
      root: 2,
      status: 'iteration-limit',
      reason: 'maxIterations = 0 was reached',
      iterations: 0,
    });
    expect(await driveHeron({ maxIterations: 2 })).toMatchObject({ iterations: 2, root: (1.5 + 2 / 1.5) / 2 });
  });

  it('stops at the time limit', async () => {
    expect(await driveHeron({ maxSeconds: 0 })).toMatchObject({ status: 'time-limit', iterations: 0, root: 2 });
  });

  it('accepts infinite limits', async () => {
    const outcome = await driveHeron({ maxSeconds: Infinity, maxIterations: Infinity });
    expect(outcome.status).toBe('converged');
  });

  it('stops when aborted beforehand, and when aborted during an iteration', async () => {
    expect(await driveHeron({ signal: AbortSignal.abort() })).toMatchObject({ status: 'aborted', iterations: 0 });
    const controller = new AbortController();
    const outcome = await driveHeron({
      signal: controller.signal,
      onIteration: ({ iteration }) => iteration === 3 && controller.abort(),
    });
    expect(outcome).toMatchObject({ status: 'aborted', iterations: 3 });
  });

  it('reports an abort before a limit that is met in the same iteration', async () => {
    const outcome = await driveHeron({ signal: AbortSignal.abort(), maxIterations: 0, maxSeconds: 0 });
    expect(outcome.status).toBe('aborted');
  });

  it('shows every iterate to onIteration, the starting point first', async () => {
    const seen: number[] = [];
    const outcome = await driveHeron({ onIteration: ({ iteration }) => seen.push(iteration) });
    expect(seen).toEqual(Array.from({ length: outcome.iterations + 1 }, (_, i) => i));
  });

  it('records the numbers of every iterate when asked for a trace', async () => {
    const { trace = [], iterations } = await driveHeron({ trace: true });
    expect(trace).toHaveLength(iterations + 1);
    expect(Object.keys(trace[0])).toEqual(['iteration', 'residual', 'seconds']);
    expect(trace[0]).toMatchObject({ iteration: 0, residual: 2 });
    expect(trace.map(({ seconds }) => seconds)).toEqual(trace.map(({ seconds }) => seconds).sort((a, b) => a - b));
  });

  it.each([
    ['ends by itself', {}],
    ['meets a limit', { maxIterations: 1 }],
    ['is aborted', { signal: AbortSignal.abort() }],
  ])('lets the algorithm free its workspace once when it %s', async (_, options) => {
    const log: string[] = [];
    await driveHeron(options, log);
    expect(log).toEqual(['freed']);
  });

  it('lets the algorithm free its workspace when an observer throws', async () => {
    const log: string[] = [];
    const onIteration = () => {
      throw new Error('from the observer');
    };
    await expect(driveHeron({ onIteration }, log)).rejects.toThrow('from the observer');
    expect(log).toEqual(['freed']);
  });

  it('passes on what the algorithm throws', async () => {
    // biome-ignore lint/correctness/useYield: it throws before the first iterate, as a check of input does
    function* failing(): Steps<Root> {
      throw new InvalidInputError('is bad', { argument: 'a', code: 'type' });
    }
    await expect((async () => drive(failing()))()).rejects.toThrow(InvalidInputError);
  });

  it.each([
    [{ maxIterations: -1 }, 'maxIterations', 'out-of-range'],
    [{ maxIterations: 1.5 }, 'maxIterations', 'not-integer'],
    [{ maxIterations: Number.NaN }, 'maxIterations', 'not-finite'],
    [{ maxSeconds: -1 }, 'maxSeconds', 'out-of-range'],
    [{ maxSeconds: Number.NaN }, 'maxSeconds', 'not-finite'],
    [{ maxSeconds: '1' as unknown as number }, 'maxSeconds', 'type'],
    [{ signal: {} as AbortSignal }, 'signal', 'type'],
    [{ signal: null as unknown as AbortSignal }, 'signal', 'type'],
    [{ onIteration: 1 as unknown as () => void }, 'onIteration', 'type'],
  ])('rejects %j before any work', async (options, argument, code) => {
    const log: string[] = [];
    await expect(driveHeron(options, log)).rejects.toMatchObject({ name: 'InvalidInputError', argument, code });
    expect(log).toEqual([]);
  });

  it('answers what a coroutine asks', async () => {
    const points: number[] = [];
    const outcome = await drive(bisect(0, 2), {}, ({ point }) => {
      points.push(point);
      return point ** 2 - 2;
    });
    expect(outcome.root).toBeCloseTo(Math.SQRT2, 8);
    expect(points.slice(0, 3)).toEqual([1, 1.5, 1.25]);
  });

  it('lets a coroutine free its workspace when the answerer throws', async () => {
    const log: string[] = [];
    const answer = (): number => {
      throw new Error('no answer');
    };
    await expect((async () => drive(bisect(0, 2, log), {}, answer))()).rejects.toThrow('no answer');
    expect(log).toEqual(['freed']);
  });
});

describe('run and runAsync', () => {
  it('agree bit for bit, whatever the limits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.nat(30),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        async (a, maxIterations, target) => {
          const options = { maxIterations, trace: true };
          const plain = run(heron(a), options);
          const later = await runAsync(heron(a), options);
          const untimed = (trace: typeof plain.trace) => trace?.map(withoutSeconds);
          expect({ ...withoutSeconds(later), trace: untimed(later.trace) }).toEqual({
            ...withoutSeconds(plain),
            trace: untimed(plain.trace),
          });
          const answer = ({ point }: Question) => point ** 3 - target;
          const asked = run(bisect(0, 2), options, answer);
          const askedLater = await runAsync(bisect(0, 2), options, async (question) => answer(question));
          expect(Object.is(askedLater.root, asked.root)).toBe(true);
          expect(askedLater.iterations).toBe(asked.iterations);
        },
      ),
    );
  });
});

describe('runAsync', () => {
  it('gives the event loop its turns, so that a timer can abort', async () => {
    function* endless(): Steps<Root> {
      for (let iteration = 0; ; iteration++) yield { iteration, solution: () => ({ root: iteration }) };
    }
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    const outcome = await runAsync(endless(), { signal: controller.signal, maxSeconds: 30 });
    expect(outcome.status).toBe('aborted');
  });

  it('ends the wait for an answer that never comes when it is aborted', async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const running = runAsync(bisect(0, 2, log), { signal: controller.signal }, ({ iteration }) =>
      iteration < 2 ? -1 : new Promise<number>(() => {}),
    );
    setTimeout(() => controller.abort(), 1);
    expect(await running).toMatchObject({ status: 'aborted', iterations: 2, root: 1.75 });
    expect(log).toEqual(['freed']);
  });

  it('keeps no listener on the signal', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = new Proxy(signal, {
      get(target, key) {
        if (key === 'addEventListener') return () => listeners++;
        if (key === 'removeEventListener') return () => listeners--;
        return Reflect.get(target, key, target);
      },
    });
    await runAsync(bisect(0, 2), { signal: counted }, async ({ point }) => point ** 2 - 2);
    expect(listeners).toBe(0);
  });

  it('drives algorithms whose input arrives over time', async () => {
    async function* mean(stream: AsyncIterable<number>): AsyncSteps<{ mean: number }> {
      let sum = 0;
      let count = 0;
      yield { iteration: 0, solution: () => ({ mean: 0 }) };
      for await (const value of stream) {
        sum += value;
        count++;
        yield { iteration: count, solution: () => ({ mean: sum / count }) };
      }
      return converged({ mean: sum / count }, 'the stream has ended');
    }
    async function* stream() {
      for (const value of [1, 2, 6]) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        yield value;
      }
    }
    expect(await runAsync(mean(stream()))).toMatchObject({ mean: 3, status: 'converged', iterations: 3 });
    expect(await runAsync(mean(stream()), { maxIterations: 2 })).toMatchObject({ mean: 1.5 });
  });
});

describe('a conclusion with NaN', () => {
  const solutions: [object, string][] = [
    [{ cost: Number.NaN }, 'cost is NaN'],
    [{ x: Float64Array.of(1, Number.NaN) }, 'x[1] is NaN'],
    [{ plan: { rows: 1, cols: 1, values: Float32Array.of(Number.NaN) } }, 'plan.values[0] is NaN'],
  ];
  it.each(solutions)('is no success: %o', async (solution, reason) => {
    function* lying(): Steps<object> {
      yield { iteration: 0, solution: () => solution };
      return converged(solution, 'the residual is small');
    }
    expect(run(lying())).toMatchObject({ status: 'stalled', reason });
    expect(await runAsync(lying())).toMatchObject({ status: 'stalled', reason });
  });

  it('leaves infinite numbers alone', () => {
    function* honest(): Steps<object> {
      const solution = () => ({ potential: Float64Array.of(-Infinity) });
      yield { iteration: 0, solution };
      return converged(solution(), 'the residual is small');
    }
    expect(run(honest()).status).toBe('converged');
  });
});
