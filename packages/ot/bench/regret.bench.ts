// The method that `solveTransport` chooses against all entropic methods of this package and, with a Python that has POT,
// against the best of POT's, on a grid: histograms, clouds, images, assignment and clusters, five epsilons each.
//
// Processor time. In a round our methods take turns call by call, in random order, until each has had 30 ms and, below 100 ms, seven
// calls; its time is the median of its calls. POT's method takes its 30 ms after them. The regret is the median, over the rounds, of our time divided by another
// method's in the same round, of all others the largest: what else a machine does changes from moment to moment. Before the
// rounds every method is tried: of ours those go on that take less than twice as long as the quickest (1.4 times where that
// takes over 100 ms), and a try is broken off where it cannot be among them. Where the other method comes to the same potentials,
// to the bit, in as many iterations, both did the same work, the trial included: such a cell is marked by =, and what it differs
// from 1 by is what else the machine did, and some microseconds of the choice itself.
//
//   pnpm bench:package ot regret [sizes, as 100,300,1000,2000] [seed] [rounds] [families, as histograms,clouds]
//   INFIMUM_PYTHON=tooling/peers/.venv/bin/python … for POT's columns
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Outcome, Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { costMatrix } from '../src/cost-matrix.ts';
import { acceleratedSinkhorn } from '../src/entropic/accelerated-sinkhorn.ts';
import { andersonSinkhorn } from '../src/entropic/anderson-sinkhorn.ts';
import { dualLbfgs } from '../src/entropic/dual-lbfgs.ts';
import { epsilonScaling } from '../src/entropic/epsilon-scaling.ts';
import { greenkhorn } from '../src/entropic/greenkhorn.ts';
import { overrelaxedSinkhorn } from '../src/entropic/overrelaxed-sinkhorn.ts';
import { sinkhorn } from '../src/entropic/sinkhorn.ts';
import { sinkhornNewtonSparse } from '../src/entropic/sinkhorn-newton-sparse.ts';
import { gaussianClouds, gridMixtures, randomAssignment } from '../src/instances.ts';
import { solveTransport } from '../src/solve-transport.ts';
import type { Transport } from '../src/transport.ts';
import { spreadOf } from '../src/vectors.ts';

const [sizes = '100,300', seed = '1', rounds = '9', wanted] = process.argv.slice(2);
const SHARES = [0.1, 0.03, 0.01, 0.003, 0.001];
const TOLERANCE = 1e-9;
/** Methods of POT that take so many times as long as ours are broken off: the ratio is less than its reciprocal then. */
const PATIENCE = 3;

/** Processor seconds that a method may take at all. */
const MOST_SECONDS = 20;

const uniform = (n: number) => new Float64Array(n).fill(1 / n);

function bell(n: number, mean: number, width: number): Float64Array {
  const weights = Float64Array.from({ length: n }, (_, i) => Math.exp(-((i - mean) ** 2) / (2 * width ** 2)));
  const mass = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / mass);
}

function histograms(n: number, seed: number): Transport {
  const random = mulberry32(seed);
  const a = bell(n, n * (0.2 + 0.2 * random()), n * (0.03 + 0.1 * random()));
  const b = bell(n, n * (0.5 + 0.3 * random()), n * (0.03 + 0.1 * random()));
  const places = { rows: n, cols: 1, values: Float64Array.from({ length: n }, (_, i) => i / (n - 1)) };
  return { a, b, cost: costMatrix(places, places) };
}

function clusters(n: number, seed: number): Transport {
  const random = mulberry32(seed);
  const points = (random: () => number) => {
    const centers = Array.from({ length: 5 }, () => [random(), random()]);
    const noise = () => 0.02 * (random() + random() + random() - 1.5);
    const values = Float64Array.from({ length: 2 * n }, (_, k) => centers[(k >> 1) % 5][k % 2] + noise());
    return { rows: n, cols: 2, values };
  };
  return { a: uniform(n), b: uniform(n), cost: costMatrix(points(random), points(random)) };
}

const families: Record<string, (n: number, seed: number) => Transport> = {
  histograms,
  clouds: gaussianClouds,
  images: (n, seed) => gridMixtures(Math.round(Math.sqrt(n)), seed, 'l2'),
  assignment: randomAssignment,
  clusters,
};

interface Options {
  readonly epsilon: number;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly signal?: AbortSignal;
  readonly onIteration?: () => void;
}
type Method = (problem: Transport, options: Options) => Outcome<object>;
const methods: Record<string, Method> = {
  solveTransport: ({ a, b, cost }, options) => solveTransport(a, b, cost, options),
  sinkhorn: ({ a, b, cost }, options) => sinkhorn(a, b, cost, options),
  newtonSparse: ({ a, b, cost }, options) => sinkhornNewtonSparse(a, b, cost, options),
  epsilonScaling: ({ a, b, cost }, options) => epsilonScaling(a, b, cost, options),
  overrelaxed: ({ a, b, cost }, options) => overrelaxedSinkhorn(a, b, cost, options),
  anderson: ({ a, b, cost }, options) => andersonSinkhorn(a, b, cost, options),
  accelerated: ({ a, b, cost }, options) => acceleratedSinkhorn(a, b, cost, options),
  lbfgs: ({ a, b, cost }, options) => dualLbfgs(a, b, cost, options),
  greenkhorn: ({ a, b, cost }, options) => greenkhorn(a, b, cost, { ...options, maxIterations: 10_000_000 }),
};

/** A method that takes so many milliseconds is not tried twice, and there are five rounds at most. */
const LONG = 100;

/** Processor milliseconds that a method has in a round at least, and calls of a short one: garbage is collected now and then. */
const LEAST_MILLISECONDS = 30;
const LEAST_CALLS = 7;

function spentMilliseconds(before?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Options that end a run once it has taken so much processor time. */
function within(seconds: number): Pick<Options, 'signal' | 'onIteration'> {
  const controller = new AbortController();
  const before = process.cpuUsage();
  let looked = performance.now();
  const onIteration = () => {
    const now = performance.now();
    if (now - looked < 10) return;
    looked = now;
    if (spentMilliseconds(before) > 1000 * seconds) controller.abort();
  };
  return { signal: controller.signal, onIteration };
}

function timed(run: () => Outcome<object>): number {
  const before = process.cpuUsage();
  run();
  return spentMilliseconds(before);
}

/** Processor milliseconds of a call: the mean of as many as take some time. */
function tryOut(run: () => Outcome<object>): number {
  let spent = 0;
  let calls = 0;
  for (; spent < LEAST_MILLISECONDS; calls++) spent += timed(run);
  return spent / calls;
}

/** A round of methods by turns: the median of the calls of each, as any of them may pay for the garbage of the others. */
function roundOf(runs: readonly (() => Outcome<object>)[], random: Random): number[] {
  // What POT's turn has left is paid for here.
  runs[0]();
  const spent = runs.map(() => 0);
  const all: number[][] = runs.map(() => []);
  const isShort = (k: number) => spent[k] < LONG * all[k].length && all[k].length < LEAST_CALLS;
  while (runs.some((_, k) => spent[k] < LEAST_MILLISECONDS || isShort(k))) {
    // In a fixed order garbage would be collected at the cost of one and the same.
    const order = [...runs.keys()].map((k) => [random(), k] as const).toSorted(([p], [q]) => p - q);
    for (const [, k] of order) {
      const milliseconds = timed(runs[k]);
      spent[k] += milliseconds;
      all[k].push(milliseconds);
    }
  }
  return all.map(median);
}

interface Answer {
  readonly method: string | null;
  readonly milliseconds: number | null;
}

/** POT's methods, in a process of their own that answers questions. */
class Pot {
  readonly #process = spawn(
    process.env['INFIMUM_PYTHON'] as string,
    [fileURLToPath(new URL('regret_pot.py', import.meta.url))],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
    },
  );
  readonly #lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  readonly #folder = mkdtempSync(join(tmpdir(), 'infimum-'));

  /** Looks for the fastest method, among those that take at most so many milliseconds. */
  fastest({ a, b, cost }: Transport, epsilon: number, most: number): Promise<Answer> {
    writeFileSync(join(this.#folder, 'a'), a);
    writeFileSync(join(this.#folder, 'b'), b);
    writeFileSync(join(this.#folder, 'cost'), cost.values);
    return this.#ask({ folder: this.#folder, epsilon, tolerance: TOLERANCE, most });
  }

  /** A turn of it. */
  turn(): Promise<Answer> {
    return this.#ask({ again: true });
  }

  close(): void {
    this.#process.stdin.end();
    rmSync(this.#folder, { recursive: true });
  }

  async #ask(question: object): Promise<Answer> {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    return JSON.parse((await this.#lines.next()).value);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((p, q) => p - q)[values.length >> 1];
}

/** What is compiled just in time is compiled now. */
function warmUp(): void {
  for (const make of [histograms, gaussianClouds]) {
    const problem = make(100, 12345);
    const range = spreadOf(problem.cost.values);
    for (const share of [0.1, 0.003]) {
      for (const method of Object.values(methods)) {
        const options = { epsilon: share * range, tolerance: TOLERANCE, maxIterations: 100_000 };
        for (let k = 0; k < 10; k++) method(problem, { ...options, ...within(0.02) });
      }
    }
  }
}

interface Cell {
  readonly chosen: string;
  /** Whether the other method did the same to the bit. */
  readonly isSame: boolean;
  readonly ours: number;
  /** The other method that ours is slowest against, with its time. */
  readonly best: readonly [string, number];
  readonly regret: number;
  readonly pot?: Answer | undefined;
  readonly ratio?: number | undefined;
}

async function cellOf(problem: Transport, epsilon: number, pot: Pot | undefined): Promise<Cell> {
  const options = { epsilon, tolerance: TOLERANCE, maxIterations: 100_000 };
  const tried = new Map<string, number>();
  const work = new Map<string, string>();
  let least = Infinity;
  let chosen = '';
  for (const [name, method] of Object.entries(methods)) {
    // The first call of a short one may have to be compiled, and takes memory.
    const limit = Math.min(MOST_SECONDS, Math.max(0.05, (2 * least) / 1000));
    const before = process.cpuUsage();
    const outcome = method(problem, { ...options, ...within(limit) });
    const first = spentMilliseconds(before);
    if (name === 'solveTransport') chosen = (outcome as unknown as { method: string }).method;
    if (outcome.status !== 'converged') {
      if (name === 'solveTransport') throw new Error(`it ends ${outcome.status}: ${outcome.reason}`);
      continue;
    }
    const milliseconds = first > LONG ? first : tryOut(() => method(problem, options));
    least = Math.min(least, milliseconds);
    work.set(name, workOf(outcome));
    tried.set(name, milliseconds);
  }
  const close = (least > LONG ? 1.4 : 2) * least;
  const racing = [...tried.keys()].filter((name) => name === 'solveTransport' || (tried.get(name) as number) < close);
  const answer = await pot?.fastest(problem, epsilon, PATIENCE * (tried.get('solveTransport') ?? Infinity));
  const turns = new Map(racing.map((name) => [name, [] as number[]]));
  const peers: number[] = [];
  const random = mulberry32(Number(seed));
  // Long ones differ less.
  const count = least > LONG ? Math.min(5, Number(rounds)) : Number(rounds);
  for (let round = 0; round < count; round++) {
    const times = roundOf(
      racing.map((name) => () => methods[name](problem, options)),
      random,
    );
    for (const [k, name] of racing.entries()) turns.get(name)?.push(times[k]);
    if (answer?.milliseconds) peers.push((await (pot as Pot).turn()).milliseconds as number);
  }
  const ours = turns.get('solveTransport') as number[];
  const over = (others: readonly number[]) => median(ours.map((milliseconds, k) => milliseconds / others[k]));
  // Where no other method ends, the choice was right.
  let regret = 1;
  let best: readonly [string, number] = ['none', Infinity];
  for (const [name, others] of turns) {
    if (name === 'solveTransport' || (best[0] !== 'none' && over(others) <= regret)) continue;
    regret = over(others);
    best = [name, median(others)];
  }
  const found = answer?.milliseconds ? { ...answer, milliseconds: median(peers) } : answer;
  const ratio = found && (found.milliseconds ? over(peers) : 1 / PATIENCE);
  const isSame = work.get(best[0]) === work.get('solveTransport');
  return { chosen, isSame, ours: median(ours), best, regret, pot: found, ratio };
}

/** What a method did, told by its iterations and where it came to. */
function workOf(outcome: Outcome<object>): string {
  const { sourcePotential, targetPotential } = outcome as unknown as Record<string, Float64Array>;
  return [outcome.iterations, ...sourcePotential, ...targetPotential].join();
}

warmUp();
console.log(`${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}; seed ${seed}, medians of turns, processor ms`);
console.log(
  'n     family      share  chosen                  ms  best of ours            ms  regret  best of POT           ms  ratio',
);
const pot = process.env['INFIMUM_PYTHON'] ? new Pot() : undefined;
const regrets: number[] = [];
let same = 0;
const ratios: number[] = [];
for (const n of sizes.split(',').map(Number)) {
  for (const [family, make] of Object.entries(families)) {
    if (wanted && !wanted.split(',').includes(family)) continue;
    const problem = make(n, Number(seed));
    const range = spreadOf(problem.cost.values);
    for (const share of SHARES) {
      const { chosen, isSame, ours, best, regret, pot: peer, ratio } = await cellOf(problem, share * range, pot);
      const [name, least] = best;
      regrets.push(regret);
      if (isSame && regret > 1.2) same++;
      if (ratio !== undefined) ratios.push(ratio);
      console.log(
        [
          String(n).padEnd(5),
          family.padEnd(11),
          String(share).padEnd(6),
          chosen.padEnd(20),
          ours.toFixed(2).padStart(7),
          '',
          name.padEnd(16),
          least.toFixed(2).padStart(9),
          regret.toFixed(2).padStart(7),
          isSame ? '=' : ' ',
          peer?.milliseconds
            ? ` ${peer.method} ${peer.milliseconds.toFixed(2)} ${ratio?.toFixed(2)}`
            : peer && ` none  below ${ratio?.toFixed(2)}`,
        ].join(' '),
      );
    }
  }
}
pot?.close();
const atMost = (most: number) => regrets.filter((regret) => regret <= most).length;
console.log(
  `regret at most 1.2: ${atMost(1.2)} of ${regrets.length}; 1.5: ${atMost(1.5)}; worst ${Math.max(...regrets).toFixed(2)}; median ${median(regrets).toFixed(2)}; over 1.2 with the same work to the bit: ${same}`,
);
if (ratios.length > 0) {
  console.log(
    `time over POT's best: median ${median(ratios).toFixed(2)}, worst ${Math.max(...ratios).toFixed(2)}, over 1.5: ${ratios.filter((ratio) => ratio > 1.5).length} of ${ratios.length}`,
  );
}
