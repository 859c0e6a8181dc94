import { describe, expect, it } from 'vitest';
import type { JournalEntry } from './minimize-black-box.ts';
import { minimizeBlackBox } from './minimize-black-box.ts';

const space = { lower: [-5, 0], upper: [5, 10] };
const bowl = ([x, y]: number[]) => (x - 1) ** 2 + (y - 2) ** 2;

it('gives the same whatever the order of the answers', async () => {
  let delay = 7;
  const late = async (point: number[]) => {
    delay = (delay * 5) % 11;
    await new Promise((resume) => setTimeout(resume, delay / 4));
    return bowl(point);
  };
  const direct = await minimizeBlackBox(bowl, space, { concurrency: 8, maxEvaluations: 80 });
  const shuffled = await minimizeBlackBox(late, space, { concurrency: 8, maxEvaluations: 80 });
  expect(shuffled.x).toEqual(direct.x);
  expect(shuffled.value).toBe(direct.value);
  expect(shuffled.evaluations.value).toBe(80);
  expect(shuffled.journal.map(({ id }) => id)).not.toEqual(direct.journal.map(({ id }) => id));
});

it('goes on from a journal that was cut off, without asking again', async () => {
  const whole = await minimizeBlackBox(bowl, space, { maxEvaluations: 60, seed: 3 });
  const journal = JSON.parse(JSON.stringify(whole.journal.slice(0, 25))) as JournalEntry[];
  let asked = 0;
  const counted = (point: number[]) => {
    asked++;
    return bowl(point);
  };
  const resumed = await minimizeBlackBox(counted, space, { maxEvaluations: 60, seed: 3, journal });
  expect(asked).toBe(35);
  expect(resumed.x).toEqual(whole.x);
  await expect(minimizeBlackBox(bowl, space, { maxEvaluations: 60, seed: 4, journal })).rejects.toThrow('journal');
});

it('repeats what fails, counts what fails again, and says when everything has', async () => {
  let calls = 0;
  const shaky = (point: number[]) => {
    if (calls++ % 3 === 0) throw new Error('out of order');
    return bowl(point);
  };
  const repeated = await minimizeBlackBox(shaky, space, { maxEvaluations: 50, retries: 1 });
  expect(repeated.failures).toBe(0);
  const counted = await minimizeBlackBox((p: number[]) => (p[0] > 0 ? Number.NaN : bowl(p)), space, { maxEvaluations: 50 });
  expect(counted.failures).toBeGreaterThan(0);
  expect(counted.evaluations.value).toBe(50);
  expect(counted.x?.[0]).toBeLessThanOrEqual(0);
  const never = await minimizeBlackBox(() => Infinity, space, { maxEvaluations: 30 });
  expect(never).toMatchObject({ status: 'stalled', x: undefined, failures: 30, reason: 'every evaluation has failed' });
});

it.each(['cma-es', 'cbo', 'random-search'] as const)('stops at the target with %s', async (method) => {
  const { status, value } = await minimizeBlackBox(bowl, space, { method, targetValue: 0.3, maxEvaluations: 5000 });
  expect(status).toBe('converged');
  expect(value).toBeLessThanOrEqual(0.3);
});

it('stops when it is told to', async () => {
  const stop = new AbortController();
  let asked = 0;
  const stopping = (point: number[]) => {
    if (++asked === 10) stop.abort();
    return bowl(point);
  };
  const { status, evaluations } = await minimizeBlackBox(stopping, space, { signal: stop.signal });
  expect(status).toBe('aborted');
  expect(evaluations.value).toBe(10);
});

it('sends integers and choices, on a bound too', async () => {
  const mixed = {
    n: { type: 'integer', lower: 1, upper: 6 },
    rate: { type: 'float', lower: 1e-4, upper: 1, log: true },
    kind: { type: 'choice', choices: ['a', 'b', 'c'] },
  } as const;
  const seen = new Set<number>();
  const { x } = await minimizeBlackBox(
    ({ n, rate, kind }: { n: number; rate: number; kind: string }) => {
      seen.add(n);
      return (n - 6) ** 2 + Math.log10(rate / 0.01) ** 2 + (kind === 'c' ? 0 : 2);
    },
    mixed,
    { maxEvaluations: 400, seed: 1 },
  );
  expect(x?.n).toBe(6);
  expect(x?.kind).toBe('c');
  expect(x?.rate).toBeCloseTo(0.01, 3);
  expect([...seen].every(Number.isInteger)).toBe(true);
});

it('names the option at fault', async () => {
  await expect(minimizeBlackBox(bowl, {})).rejects.toThrow('space');
  await expect(minimizeBlackBox(bowl, { lower: [], upper: [] })).rejects.toThrow('space');
  await expect(minimizeBlackBox(bowl, { lower: [1], upper: [0] })).rejects.toThrow('space[0].upper');
  await expect(minimizeBlackBox(bowl, space, { concurrency: 0 })).rejects.toThrow('concurrency');
  const journal = [{ id: 0, x: [0, 0], value: '5' as unknown as number, seconds: 0 }];
  await expect(minimizeBlackBox(bowl, space, { journal })).rejects.toThrow('journal[0].value');
});

it('goes on from the journal of an aborted run to the same result', async () => {
  const options = { concurrency: 4, maxEvaluations: 80, seed: 5 };
  const slow = async (point: number[], signal?: AbortSignal) => {
    await new Promise((resume) => setTimeout(resume, 1));
    if (signal?.aborted) throw new Error('interrupted');
    return bowl(point);
  };
  const whole = await minimizeBlackBox(slow, space, options);
  for (const after of [3, 17, 40]) {
    const stop = new AbortController();
    let answers = 0;
    const onAnswer = () => {
      if (++answers === after) stop.abort();
    };
    const { journal, status } = await minimizeBlackBox(slow, space, { ...options, onAnswer, signal: stop.signal });
    expect(status).toBe('aborted');
    expect(journal.every(({ value }) => value !== undefined)).toBe(true);
    const resumed = await minimizeBlackBox(slow, space, { ...options, journal });
    expect([resumed.x, resumed.value]).toEqual([whole.x, whole.value]);
    expect(resumed.failures).toBe(0);
  }
});

it.each(['cma-es', 'cbo', 'differential-evolution', 'random-search'] as const)(
  'makes seven evaluations with %s if it may make seven',
  async (method) => {
    let calls = 0;
    const counted = (point: number[]) => {
      calls++;
      return bowl(point);
    };
    const { evaluations } = await minimizeBlackBox(counted, space, { method, maxEvaluations: 7 });
    expect([calls, evaluations.value]).toEqual([7, 7]);
  },
);

it('takes a bigint for a failure', async () => {
  const { failures, journal } = await minimizeBlackBox(() => 1n as never, space, { maxEvaluations: 3 });
  expect([failures, journal[0].failure]).toEqual([3, 'the value is a bigint']);
});

describe('options', () => {
  const box = { lower: [-1], upper: [1] };

  it.each([
    [{ budget: 10 }, 'budget'],
    [{ bounds: box }, 'bounds'],
    [{ maxSeconds: -1 }, 'maxSeconds'],
  ])('that are none are refused: %j', async (options, argument) => {
    await expect(minimizeBlackBox(() => 0, box, options as object)).rejects.toMatchObject({ argument });
  });

  it('limit the time', async () => {
    const slow = ([x]: number[]) => new Promise<number>((resolve) => setTimeout(() => resolve(x * x), 5));
    const { status, evaluations } = await minimizeBlackBox(slow, box, { maxSeconds: 0.1, maxEvaluations: 10_000 });
    expect(status).toBe('time-limit');
    expect(evaluations.value).toBeLessThan(100);
  });
});
