// The optimizer under kills, beside workers, in mixed spaces, with few and with noisy values: pnpm bench:package blackbox optimizer [resume | occupancy | mixed | dear | noise] [count] [first seed]
//
// BLACKBOX_PYTHON names a Python with optuna and nevergrad, whose rows are left out without it.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '@infimum/core';
import { bbob } from '../src/bbob/bbob.ts';
import type { OptimizerMethod } from '../src/optimizer/methods.ts';
import { methodNames } from '../src/optimizer/methods.ts';
import type { OptimizerEvent, OptimizerOptions } from '../src/optimizer/optimizer.ts';
import { Optimizer } from '../src/optimizer/optimizer.ts';
import type { Space } from '../src/optimizer/space.ts';

const [task, count = '100', start = '0'] = process.argv.slice(2);
const box = { lower: [-5, -5, -5, -5], upper: [5, 5, 5, 5] };
const bowl = (x: readonly number[]) => x.reduce((sum, e, j) => sum + (j + 1) * (e - 1) ** 2, 0);
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1];
const everyday = methodNames.filter((name) => name !== 'gaussian-process');

/** Runs to the end from the calls in a file, and appends its own. */
function child(file: string, options: OptimizerOptions): void {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  const events = lines.map((line): OptimizerEvent => JSON.parse(line));
  const optimizer = Optimizer.fromJSON({ space: box, options, events });
  const open = openTrials(events, options);
  for (;;) {
    let next = open.shift();
    if (!next) {
      if (optimizer.status !== undefined) break;
      const trials = optimizer.ask(3);
      appendFileSync(file, '3\n');
      open.push(...trials);
      next = open.shift();
      if (!next) break;
    }
    const value = bowl(next.x);
    optimizer.tell(next.id, value);
    appendFileSync(file, `${JSON.stringify([next.id, value])}\n`);
  }
  process.stdout.write(JSON.stringify([optimizer.best, optimizer.status, optimizer.toJSON().events.length]));
}

/** The trials that were asked for and not answered before the kill. */
function openTrials(events: readonly OptimizerEvent[], options: OptimizerOptions) {
  const replay = new Optimizer(box, options);
  const open = new Map<number, { id: number; x: number[] }>();
  for (const event of events) {
    if (typeof event === 'number') for (const trial of replay.ask(event)) open.set(trial.id, trial);
    else if (!('ranking' in event)) {
      replay.tell(event[0] as number, event[1] as number);
      open.delete(event[0] as number);
    }
  }
  return [...open.values()];
}

async function resume(runs: number, firstRun: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'optimizer-'));
  const self = fileURLToPath(import.meta.url);
  const random = new Random(1);
  let [equal, killed] = [0, 0];
  for (let run = firstRun; run < firstRun + runs; run++) {
    const method = methodNames[run % methodNames.length];
    const options = {
      method,
      seed: run,
      maxEvaluations: method === 'gaussian-process' ? 40 : 400,
      concurrency: 3,
      noisy: run % 5 === 4,
    };
    const [whole, cut] = ['whole', 'cut'].map((name) => join(folder, `${run}-${name}`));
    writeFileSync(whole, '');
    writeFileSync(cut, '');
    const start = (file: string) => ['--no-warnings', self, 'child', file, JSON.stringify(options)];
    const until = 1 + random.integer(method === 'gaussian-process' ? 40 : 300);
    const victim = spawn(process.execPath, start(cut), { stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => victim.on('exit', (_, signal) => resolve(signal)));
    while (victim.exitCode === null && readFileSync(cut, 'utf8').split('\n').length < until)
      await new Promise((go) => setTimeout(go, 1));
    victim.kill('SIGKILL');
    if ((await ended) === 'SIGKILL') killed++;
    const [resumed, alone] = [cut, whole].map((file) => execFileSync(process.execPath, start(file), { encoding: 'utf8' }));
    if (resumed === alone && readFileSync(cut, 'utf8') === readFileSync(whole, 'utf8')) equal++;
    else console.log(`${method}, seed ${run}: ${resumed} is not ${alone}`);
  }
  console.log(`${runs} runs, ${killed} killed before their end: ${equal} equal bit for bit, best point, status and all calls`);
}

/** Eight workers whose answers take exponential times: what share of the time they work, and how good the result is. */
function occupancy(): void {
  console.log('| method | waiting: busy, value | asynchronous: busy, value |');
  for (const method of everyday) {
    const cells = [false, true].map((asynchronous) => {
      const runs = [1, 2, 3, 4, 5].map((seed) => {
        const optimizer = new Optimizer(box, { method, seed, asynchronous, concurrency: 8, maxEvaluations: 800 });
        const random = new Random(seed);
        const running: { id: number; x: number[]; at: number }[] = [];
        let [now, busy] = [0, 0];
        for (;;) {
          while (running.length < 8) {
            const [trial] = optimizer.ask();
            if (!trial) break;
            running.push({ ...trial, at: now - Math.log(1 - random.uniform()) });
          }
          if (running.length === 0) break;
          running.sort((a, b) => a.at - b.at);
          const next = running.shift() as (typeof running)[number];
          busy += (next.at - now) * (running.length + 1);
          now = next.at;
          optimizer.tell(next.id, bowl(next.x));
        }
        return { busy: busy / (8 * now), value: optimizer.best?.value as number };
      });
      return `${(100 * median(runs.map(({ busy }) => busy))).toFixed(1)} %, ${median(runs.map(({ value }) => value)).toExponential(1)}`;
    });
    console.log(`| \`${method}\` | ${cells.join(' | ')} |`);
  }
}

/** A drawn mixed problem: squares of two reals, one of them on a logarithmic scale, and two integers, and a cost a value of two choices. */
function drawnMixed(seed: number) {
  const random = new Random(seed, 31);
  const at = (low: number, high: number) => low + (high - low) * random.uniform();
  return {
    a: at(-4, 4),
    logB: at(-4, 0),
    n: 1 + random.integer(40),
    m: random.integer(2) * 15 + 1,
    first: Array.from({ length: 5 }, (_, k) => (k === 0 ? 0 : at(0.5, 3))),
    second: Array.from({ length: 4 }, (_, k) => (k === 0 ? 0 : at(0.5, 3))),
    turn: [random.integer(5), random.integer(4)],
  };
}

type Mixed = ReturnType<typeof drawnMixed>;
type MixedPoint = { a: number; b: number; n: number; m: number; c: number; e: number };
const mixedSpace: Space = {
  a: { type: 'float', lower: -5, upper: 5 },
  b: { type: 'float', lower: 1e-5, upper: 10, log: true },
  n: { type: 'integer', lower: 1, upper: 40 },
  m: { type: 'integer', lower: 1, upper: 16 },
  c: { type: 'choice', choices: [0, 1, 2, 3, 4] },
  e: { type: 'choice', choices: [0, 1, 2, 3] },
};
const mixedValue = (p: Mixed, { a, b, n, m, c, e }: MixedPoint) =>
  (a - p.a) ** 2 +
  (Math.log10(b) - p.logB) ** 2 +
  ((n - p.n) / 4) ** 2 +
  ((m - p.m) / 2) ** 2 +
  p.first[(c + p.turn[0]) % 5] +
  p.second[(e + p.turn[1]) % 4];

/** Values after 50, 100 and 200 evaluations of drawn mixed problems, medians, and how many are within 0.01 of the least. */
function mixed(problems: number): void {
  const drawn = Array.from({ length: problems }, (_, k) => drawnMixed(k + 1));
  console.log(`| method | after 50 | 100 | 200 | within 0.01 of ${problems} |`);
  const report = (name: string, curves: readonly (readonly number[])[]) =>
    console.log(
      `| ${name} | ${[0, 1, 2].map((k) => median(curves.map((curve) => curve[k])).toExponential(1)).join(' | ')} | ${curves.filter((curve) => curve[2] < 0.01).length} |`,
    );
  for (const method of [
    'cma-es',
    'gaussian-process',
    'differential-evolution',
    'cbo',
    'particle-swarm',
    'random-search',
  ] as const) {
    report(
      `\`${method}\``,
      drawn.map((problem, seed) =>
        curveOf(method, mixedSpace, (x) => mixedValue(problem, x as MixedPoint), seed, [50, 100, 200]),
      ),
    );
  }
  for (const { name, curves } of peers('mixed', { drawn, marks: [50, 100, 200] })) report(name, curves);
}

function curveOf(
  method: OptimizerMethod,
  space: Space,
  f: (x: unknown) => number,
  seed: number,
  marks: readonly number[],
): number[] {
  const optimizer = new Optimizer<unknown>(space, { method, seed, maxEvaluations: marks[marks.length - 1] });
  const curve: number[] = [];
  for (let [trial] = optimizer.ask(); trial; [trial] = optimizer.ask()) {
    optimizer.tell(trial.id, f(trial.x));
    if (marks.includes(optimizer.asked)) curve.push(optimizer.best?.value as number);
  }
  return curve;
}

/** Excess over the least value of BBOB functions after 25, 50 and 100 evaluations, d = 5: geometric means over functions and seeds. */
function dear(seeds: number): void {
  const functions = [1, 8, 10, 15, 21];
  const marks = [25, 50, 100];
  const space = { lower: -5, upper: [5, 5, 5, 5, 5] };
  const cells = functions.flatMap((number) =>
    Array.from({ length: seeds }, (_, k) => ({ number, seed: k + 1, ...bbob(number, 5, k + 1) })),
  );
  console.log(`| method | ${marks.join(' | ')} |`);
  const report = (name: string, curves: readonly (readonly number[])[]) =>
    console.log(
      `| ${name} | ${marks.map((_, k) => Math.exp(curves.reduce((sum, curve) => sum + Math.log(Math.max(1e-8, curve[k])) / curves.length, 0)).toExponential(2)).join(' | ')} |`,
    );
  for (const method of ['gaussian-process', 'cma-es', 'differential-evolution', 'random-search'] as const) {
    const curves = cells.map(({ value, optimum, seed }) =>
      curveOf(method, space, (x) => value(Float64Array.from(x as number[])), seed, marks).map((best) => best - optimum),
    );
    report(`\`${method}\``, curves);
  }
  const optima = cells.map(({ number, seed, optimum }) => ({ number, seed, optimum }));
  for (const { name, curves } of peers('dear', { cells: optima, marks })) report(name, curves);
}

/** The excess of the point that is returned, without noise: as if there were none, and with `noisy`; medians. */
function noise(seeds: number, first: number): void {
  const hill = (x: readonly number[]) => x.slice(1).reduce((sum, e, j) => sum + 10 * (e - x[j] ** 2) ** 2 + (1 - x[j]) ** 2, 0);
  const space = { lower: -5, upper: [5, 5, 5, 5, 5] };
  console.log('| function, deviation | method | values as they come | noisy |');
  for (const [name, f] of Object.entries({ bowl, hill })) {
    for (const method of ['cma-es', 'differential-evolution', 'particle-swarm'] as const) {
      for (const deviation of [0.1, 1, 3]) {
        const cells = [false, true].map((noisy) =>
          median(
            Array.from({ length: seeds }, (_, seed) => {
              const random = new Random(first + seed, 9);
              const optimizer = new Optimizer(space, { method, noisy, seed: first + seed, maxEvaluations: 2000 });
              for (let [trial] = optimizer.ask(); trial; [trial] = optimizer.ask())
                optimizer.tell(trial.id, f(trial.x) + deviation * random.normal());
              return f(optimizer.best?.x as number[]);
            }),
          ).toExponential(2),
        );
        console.log(`| ${name}, ${deviation} | \`${method}\` | ${cells.join(' | ')} |`);
      }
    }
  }
}

/** Rows of other packages; none without them. */
function peers(kind: string, request: object): { name: string; curves: number[][] }[] {
  const python = process.env['BLACKBOX_PYTHON'];
  if (python === undefined) return [];
  const script = fileURLToPath(new URL('optimizer_peers.py', import.meta.url));
  const text = execFileSync(python, [script, kind], { input: JSON.stringify(request), encoding: 'utf8', maxBuffer: 2 ** 28 });
  return JSON.parse(text);
}

if (task === 'child') child(process.argv[3], JSON.parse(process.argv[4]));
else if (task === 'resume') await resume(Number(count), Number(start));
else if (task === 'occupancy') occupancy();
else if (task === 'mixed') mixed(Number(count));
else if (task === 'dear') dear(Number(count));
else if (task === 'noise') noise(Number(count), Number(start));
