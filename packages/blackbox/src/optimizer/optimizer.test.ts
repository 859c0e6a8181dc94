// Asking and telling: resumption to the bit, mixed spaces, workers that never wait.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { OptimizerMethod } from './methods.ts';
import { methodNames } from './methods.ts';
import type { OptimizerEvent, OptimizerOptions } from './optimizer.ts';
import { Optimizer } from './optimizer.ts';
import type { Space } from './space.ts';

const box = { lower: [-5, -5, -5], upper: [5, 5, 5] };
const bowl = (x: readonly number[]) => x.reduce((sum, e, j) => sum + (j + 1) * (e - 1) ** 2, 0);
const mixed: Space = {
  n: { type: 'integer', lower: 1, upper: 9 },
  rate: { type: 'float', lower: 1e-4, upper: 1, log: true },
  kind: { type: 'choice', choices: ['a', 'b', 'c'] },
  decay: { type: 'float', lower: 0, upper: 1, when: { name: 'kind', is: ['c'] } },
};
type Mixed = { n: number; rate: number; kind: string; decay?: number };
const mixedValue = ({ n, rate, kind, decay = 1 }: Mixed) =>
  (n - 9) ** 2 + Math.log10(rate / 0.01) ** 2 + (kind === 'c' ? (decay - 0.25) ** 2 : 2);
const methods = methodNames.filter((name) => name !== 'gaussian-process');

/** Methods that follow slopes, or single steps: what categories have none of. */
const slopes: OptimizerMethod[] = ['open-es', 'simulated-annealing', 'zo-sgd', 'langevin', 'zo-rank-sgd', 'one-bit-descent'];

/** Makes a call that was made before. */
function repeat(optimizer: Optimizer, event: OptimizerEvent): void {
  if (typeof event === 'number') optimizer.ask(event);
  else if ('ranking' in event) optimizer.rank(event.ranking);
  else if (typeof event[0] === 'number') optimizer.tell(event[0], (event[1] as number | null) ?? 'failed');
}

/** Runs to the end, with answers in the order in which workers of random speed give them. */
function work<P>(optimizer: Optimizer<P>, f: (x: P) => number, workers: number, seed: number, stopAt = Infinity) {
  const random = new Random(seed);
  const running: { id: number; x: P; at: number }[] = [];
  let [now, busy, told] = [0, 0, 0];
  for (;;) {
    while (running.length < workers) {
      const [trial] = optimizer.ask();
      if (!trial) break;
      running.push({ ...trial, at: now - Math.log(1 - random.uniform()) });
    }
    if (running.length === 0 || told >= stopAt) return { occupancy: busy / (now * workers) };
    running.sort((a, b) => a.at - b.at);
    const [next] = running.splice(0, 1);
    busy += (next.at - now) * (running.length + 1);
    now = next.at;
    optimizer.tell(next.id, f(next.x));
    told++;
  }
}

describe('a state', () => {
  it.each(methods)('of %s goes on to the same bits, wherever it was saved', (method) => {
    for (const asynchronous of [false, true]) {
      const options: OptimizerOptions = { method, maxEvaluations: 120, seed: 3, concurrency: 4, asynchronous };
      const whole = new Optimizer(box, options);
      work(whole, bowl, 4, 1);
      const { events } = whole.toJSON();
      for (let cut = 0; cut < events.length; cut += 17) {
        const state = JSON.parse(JSON.stringify({ ...whole.toJSON(), events: events.slice(0, cut) }));
        const resumed = Optimizer.fromJSON(state);
        for (const event of events.slice(cut)) repeat(resumed, event);
        expect(resumed.best).toEqual(whole.best);
        expect(resumed.toJSON()).toEqual(whole.toJSON());
      }
    }
  });

  it('survives SIGKILL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'optimizer-'));
    const [file, log] = [join(folder, 'run.ts'), join(folder, 'log')];
    const module = JSON.stringify(new URL('./optimizer.ts', import.meta.url).href);
    writeFileSync(log, '');
    writeFileSync(
      file,
      `import { appendFileSync } from 'node:fs';
       const { Optimizer } = await import(${module});
       const optimizer = new Optimizer(${JSON.stringify(box)}, { maxEvaluations: 1e6, seed: 3 });
       for (;;) {
         const [{ id, x }] = optimizer.ask();
         appendFileSync(${JSON.stringify(log)}, '1\\n');
         const value = x.reduce((sum, e, j) => sum + (j + 1) * (e - 1) ** 2, 0);
         optimizer.tell(id, value);
         appendFileSync(${JSON.stringify(log)}, JSON.stringify([id, value]) + '\\n');
       }`,
    );
    const child = spawn(process.execPath, ['--no-warnings', file]);
    const lines = () => readFileSync(log, 'utf8').split('\n').slice(0, -1);
    for (let wait = 0; wait < 1000 && lines().length < 60; wait++) await new Promise((go) => setTimeout(go, 10));
    child.kill('SIGKILL');
    const events = lines().map((line) => JSON.parse(line));
    expect(events.length).toBeGreaterThanOrEqual(60);
    const resumed = Optimizer.fromJSON({ space: box, options: { maxEvaluations: 1e6, seed: 3 }, events });
    const whole = new Optimizer(box, { maxEvaluations: 1e6, seed: 3 });
    while (whole.toJSON().events.length < events.length) {
      const [{ id, x }] = whole.ask();
      if (whole.toJSON().events.length < events.length) whole.tell(id, bowl(x));
    }
    expect(resumed.toJSON()).toEqual(whole.toJSON());
  }, 30_000);

  it('does not depend on the order of answers unless it is asynchronous', () => {
    const results = [1, 2].map((seed) => {
      const optimizer = new Optimizer(box, { maxEvaluations: 100, concurrency: 8 });
      work(optimizer, bowl, 8, seed);
      return optimizer.best;
    });
    expect(results[0]).toEqual(results[1]);
  });
});

describe('workers', () => {
  it.each(methods)('of %s are busy if it is asynchronous, and no worse', (method) => {
    const run = (asynchronous: boolean) => {
      const optimizer = new Optimizer(box, { method, maxEvaluations: 400, concurrency: 8, asynchronous, seed: 1 });
      const { occupancy } = work(optimizer, bowl, 8, 2);
      expect(optimizer.asked).toBe(400);
      return { occupancy, value: optimizer.best?.value as number };
    };
    const [waiting, busy] = [run(false), run(true)];
    expect(busy.occupancy).toBeGreaterThan(0.9);
    if (method !== 'random-search') expect(waiting.occupancy).toBeLessThan(0.95);
    expect(busy.value).toBeLessThan(method === 'cma-es' ? 1e-3 : 5);
  });
});

describe('mixed spaces', () => {
  it.each(methods)('are searched by %s without asking twice', (method) => {
    for (let seed = 0; seed < 5; seed++) {
      const optimizer = new Optimizer<Mixed>(mixed, { method, maxEvaluations: 300, seed });
      const seen = new Set<string>();
      for (let [trial] = optimizer.ask(); trial; [trial] = optimizer.ask()) {
        const key = JSON.stringify(trial.x);
        expect(seen.has(key)).toBe(false);
        seen.add(key);
        expect(Number.isInteger(trial.x.n)).toBe(true);
        expect('decay' in trial.x).toBe(trial.x.kind === 'c');
        optimizer.tell(trial.id, mixedValue(trial.x));
      }
      expect(seen.size).toBe(300);
      if (!slopes.includes(method)) expect(optimizer.best?.x).toMatchObject({ n: 9, kind: 'c' });
    }
  });

  it('end when every point was evaluated', () => {
    const space: Space = { a: { type: 'integer', lower: 0, upper: 4 }, b: { type: 'choice', choices: [true, false] } };
    const optimizer = new Optimizer<{ a: number; b: boolean }>(space, { maxEvaluations: 100 });
    work(optimizer, ({ a, b }) => (a - 2) ** 2 + (b ? 1 : 0), 3, 1);
    expect([optimizer.asked, optimizer.status]).toEqual([10, 'converged']);
    expect(optimizer.best).toEqual({ x: { a: 2, b: false }, value: 0 });
  });

  it('of 41 x 41 integers: two hundred points in two hundred calls, the minimum among them', () => {
    const space: Space = Object.fromEntries(['a', 'b'].map((name) => [name, { type: 'integer', lower: -20, upper: 20 }]));
    for (let seed = 0; seed < 10; seed++) {
      const optimizer = new Optimizer<{ a: number; b: number }>(space, { maxEvaluations: 200, seed });
      work(optimizer, ({ a, b }) => (a - 13) ** 2 + (b + 20) ** 2, 1, 1);
      expect(optimizer.best?.value).toBe(0);
      expect(optimizer.asked).toBe(200);
    }
  });
});

it('begins at the best of what is known, and does not ask for it', () => {
  const optimizer = new Optimizer(box, { maxEvaluations: 30 });
  optimizer.add([1, 1, 1.5], bowl([1, 1, 1.5]));
  optimizer.add([-4, 0, 0], bowl([-4, 0, 0]));
  expect(optimizer.best?.x).toEqual([1, 1, 1.5]);
  const points = optimizer.ask(6).map(({ x }) => x);
  expect(points.every((point) => Math.abs(point[0] - 1) < 5)).toBe(true);
});

it('counts failures, ranks them last, and says when all have failed', () => {
  const optimizer = new Optimizer(box, { maxEvaluations: 50 });
  work(optimizer, (x) => (x[0] > 0 ? Number.NaN : bowl(x)), 1, 1);
  expect(optimizer.failures).toBeGreaterThan(0);
  expect(optimizer.best?.x[0]).toBeLessThanOrEqual(0);
  const never = new Optimizer(box, { maxEvaluations: 20 });
  work(never, () => Number.NaN, 1, 1);
  expect([never.status, never.best, never.failures]).toEqual(['stalled', undefined, 20]);
});

it('names what is wrong', () => {
  const optimizer = new Optimizer(box);
  const [{ id }] = optimizer.ask();
  expect(() => optimizer.tell(id + 1, 0)).toThrow('id');
  expect(() => optimizer.tell(id, '3' as never)).toThrow('value');
  optimizer.tell(id, 3);
  expect(() => optimizer.tell(id, 3)).toThrow('id');
  expect(() => optimizer.add([9, 0, 0], 1)).toThrow('x[0]');
  expect(() => optimizer.ask(0)).toThrow('count');
  expect(() => new Optimizer({ a: { type: 'choice', choices: [] } })).toThrow('space.a.choices');
  expect(() => new Optimizer(box, { method: 'magic' as never })).toThrow('method');
});

describe('a surrogate', () => {
  const branin = ([a, b]: readonly number[]) =>
    (b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
  const space = { lower: [-5, 0], upper: [10, 15] };

  it('solves Branin in 35 evaluations, where random search is off by a tenth', () => {
    const excess = (method: OptimizerMethod, seed: number) => {
      const optimizer = new Optimizer(space, { method, maxEvaluations: 35, seed });
      work(optimizer, branin, 1, 1);
      return (optimizer.best?.value as number) - 0.39788735772973816;
    };
    for (const seed of [1, 2, 3]) {
      expect(excess('gaussian-process', seed)).toBeLessThan(1e-2);
      expect(excess('random-search', seed)).toBeGreaterThan(0.1);
    }
  }, 60_000);

  it('asks for several points at once, and goes on to the same bits', () => {
    const options = { method: 'gaussian-process', maxEvaluations: 24, concurrency: 4, seed: 2 } as const;
    const whole = new Optimizer(space, options);
    work(whole, branin, 4, 1);
    const { events } = whole.toJSON();
    const resumed = Optimizer.fromJSON({ space, options, events: events.slice(0, 30) });
    for (const event of events.slice(30)) repeat(resumed, event);
    expect(resumed.toJSON()).toEqual(whole.toJSON());
    expect(resumed.best).toEqual(whole.best);
  }, 60_000);

  it('finds integers and choices, also after failures', () => {
    const optimizer = new Optimizer<Mixed>(mixed, { method: 'gaussian-process', maxEvaluations: 45, seed: 1 });
    work(optimizer, (point) => (point.rate > 0.5 ? Number.NaN : mixedValue(point)), 1, 1);
    expect(optimizer.best?.x).toMatchObject({ n: 9, kind: 'c' });
    expect(optimizer.best?.value).toBeLessThan(0.05);
  }, 60_000);
});

describe('noisy values', () => {
  const noisy = (deviation: number, seed: number) => {
    const random = new Random(seed, 9);
    return (x: readonly number[]) => bowl(x) + deviation * random.normal();
  };

  it.each(['cma-es', 'differential-evolution'] as const)('are taken again by %s, which comes nearer', (method) => {
    const error = (isNoisy: boolean, seed: number) => {
      const optimizer = new Optimizer(
        { lower: -5, upper: [5, 5, 5, 5, 5] },
        { method, maxEvaluations: 2000, seed, noisy: isNoisy },
      );
      work(optimizer, noisy(1, seed), 1, 1);
      expect(optimizer.asked).toBe(2000);
      return {
        excess: bowl(optimizer.best?.x as number[]),
        bias: (optimizer.best?.value as number) - bowl(optimizer.best?.x as number[]),
      };
    };
    const mean = (list: number[]) => list.reduce((sum, e) => sum + e / list.length, 0);
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
    const [single, repeated] = [false, true].map((isNoisy) => seeds.map((seed) => error(isNoisy, seed)));
    expect(mean(repeated.map(({ excess }) => excess))).toBeLessThan(0.6 * mean(single.map(({ excess }) => excess)));
    // The least of many single values is far too good; a mean is not.
    expect(mean(single.map(({ bias }) => bias))).toBeLessThan(-2);
    expect(Math.abs(mean(repeated.map(({ bias }) => bias)))).toBeLessThan(0.3);
  });

  it('do not depend on the order of answers, and go on to the same bits', () => {
    const values = (x: readonly number[]) => bowl(x) + Math.sin(1e6 * x[0]);
    const options = { noisy: true, maxEvaluations: 300, concurrency: 6, seed: 2 } as const;
    const [whole, other] = [1, 2].map((seed) => {
      const optimizer = new Optimizer(box, options);
      work(optimizer, values, 6, seed);
      return optimizer;
    });
    expect(other.best).toEqual(whole.best);
    const { events } = whole.toJSON();
    const resumed = Optimizer.fromJSON({ space: box, options, events: events.slice(0, 333) });
    for (const event of events.slice(333)) repeat(resumed, event);
    expect(resumed.best).toEqual(whole.best);
  });
});

describe('rankings', () => {
  const likes = (x: readonly number[]) => (x[0] - 3) ** 2 + (x[1] + 2) ** 2 + x[2] ** 2;

  it.each(['zo-rank-sgd', 'rank-cma-es', 'cma-es', 'gradientless-descent', 'one-plus-one-es'] as const)(
    'of a person lead %s to what they like',
    (method) => {
      const optimizer = new Optimizer(box, { method, rankings: true, maxEvaluations: 600, seed: 1 });
      for (let trials = optimizer.ask(); trials.length > 0; trials = optimizer.ask()) {
        const order = trials.slice().sort((a, b) => likes(a.x) - likes(b.x));
        optimizer.rank(order.slice(0, Math.max(1, trials.length - 1)).map(({ id }) => id));
      }
      expect(optimizer.asked).toBe(600);
      expect(likes(optimizer.best?.x as number[])).toBeLessThan(1);
      expect(Optimizer.fromJSON(JSON.parse(JSON.stringify(optimizer))).best).toEqual(optimizer.best);
    },
  );

  it('may be of equals, or empty, and name what is pending', () => {
    const optimizer = new Optimizer(box, { rankings: true, maxEvaluations: 30 });
    const ids = optimizer.ask().map(({ id }) => id);
    expect(() => optimizer.rank([99])).toThrow('ranking');
    expect(() => optimizer.rank([ids[0], ids[0]])).toThrow('ranking');
    expect(() => optimizer.tell(ids[0], 1)).toThrow('rank');
    optimizer.rank([[ids[2], ids[3]], ids[0]]);
    expect(optimizer.pending).toBe(0);
    optimizer.ask();
    optimizer.rank([]);
    expect(() => optimizer.rank([])).toThrow('ranking');
    expect(() => new Optimizer(box).rank([0])).toThrow('ranking');
  });
});

it("takes the method's own options, and refuses others before anything is asked", () => {
  const optimizer = new Optimizer(box, { method: 'cbo', options: { population: 7 } });
  expect(optimizer.ask(50)).toHaveLength(7);
  expect(() => new Optimizer(box, { method: 'cbo', options: { directions: 7 } as object })).toThrow('directions');
  expect(() => new Optimizer(box, { noisy: true, asynchronous: true })).toThrow('asynchronous');
});
