// The method that `solveTransport` chooses against all entropic methods of this package and, with a Python that has POT,
// against the best of POT's, on a grid: histograms, clouds, images, assignment and clusters, five epsilons each.
//
// Every method runs once to warm up and then by turns with the others, the best of a few rounds counts, in processor time.
// Methods that were over ten times slower than the best so far in the warm-up run no more.
//
//   pnpm bench:package ot regret [sizes, as 100,300,1000] [seed] [rounds]
//   INFIMUM_PYTHON=tooling/peers/.venv/bin/python … for POT's columns
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mulberry32, type Outcome, type Random } from '@infimum/core';
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

const [sizes = '100,300', seed = '1', rounds = '3'] = process.argv.slice(2);
const SHARES = [0.1, 0.03, 0.01, 0.003, 0.001];
const TOLERANCE = 1e-9;
const MOST_SECONDS = 10;

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
  const points = (random: Random) => {
    const centres = Array.from({ length: 5 }, () => [random(), random()]);
    const noise = () => 0.02 * (random() + random() + random() - 1.5);
    const values = Float64Array.from({ length: 2 * n }, (_, k) => centres[(k >> 1) % 5][k % 2] + noise());
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
  readonly maxSeconds: number;
  readonly maxIterations: number;
}
type Method = (problem: Transport, options: Options) => Outcome<object>;
const methods: Record<string, Method> = {
  solveTransport: (problem, options) => solveTransport(problem, options),
  sinkhorn: ({ a, b, cost }, options) => sinkhorn(a, b, cost, options),
  newtonSparse: ({ a, b, cost }, options) => sinkhornNewtonSparse(a, b, cost, options),
  epsilonScaling: ({ a, b, cost }, options) => epsilonScaling(a, b, cost, options),
  overrelaxed: ({ a, b, cost }, options) => overrelaxedSinkhorn(a, b, cost, options),
  anderson: ({ a, b, cost }, options) => andersonSinkhorn(a, b, cost, options),
  accelerated: ({ a, b, cost }, options) => acceleratedSinkhorn(a, b, cost, options),
  lbfgs: ({ a, b, cost }, options) => dualLbfgs(a, b, cost, options),
  greenkhorn: ({ a, b, cost }, options) => greenkhorn(a, b, cost, { ...options, maxIterations: 10_000_000 }),
};

/** Calls of a method one after the other take at least so many milliseconds, and are two, lest one pays for what others left. */
const LEAST_MILLISECONDS = 25;

/** The least processor milliseconds of a few runs, infinity if they do not converge. */
function timed(run: () => Outcome<object>): { milliseconds: number; outcome: Outcome<object> } {
  let milliseconds = Infinity;
  for (let spent = 0, calls = 1; ; calls++) {
    const before = process.cpuUsage();
    const outcome = run();
    const { user, system } = process.cpuUsage(before);
    if (outcome.status !== 'converged') return { milliseconds: Infinity, outcome };
    milliseconds = Math.min(milliseconds, (user + system) / 1000);
    spent += (user + system) / 1000;
    if (spent >= LEAST_MILLISECONDS && calls > 1) return { milliseconds, outcome };
  }
}

/** POT's fastest method that came within the tolerance: milliseconds, or nothing without a Python. */
function bestOfPot(
  { a, b, cost }: Transport,
  epsilon: number,
): { method: string; milliseconds: number } | undefined {
  const python = process.env.INFIMUM_PYTHON;
  if (!python) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'infimum-'));
  try {
    writeFileSync(join(folder, 'a'), a);
    writeFileSync(join(folder, 'b'), b);
    writeFileSync(join(folder, 'cost'), cost.values);
    const script = fileURLToPath(new URL('regret_pot.py', import.meta.url));
    const text = execFileSync(python, [script, folder, String(epsilon), String(TOLERANCE), rounds], {
      encoding: 'utf8',
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
    });
    const found = JSON.parse(text);
    return { ...found, milliseconds: found.milliseconds ?? Infinity };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((p, q) => p - q)[values.length >> 1];
}

console.log(
  `${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}; seed ${seed}, best of ${rounds} rounds, processor ms`,
);
console.log(
  'n     family      share  chosen                  ms  best of ours            ms  regret  best of POT           ms  ratio',
);
const regrets: number[] = [];
const ratios: number[] = [];
for (const n of sizes.split(',').map(Number)) {
  for (const [family, make] of Object.entries(families)) {
    const problem = make(n, Number(seed));
    const range = spreadOf(problem.cost.values);
    for (const share of SHARES) {
      const epsilon = share * range;
      const best = new Map<string, number>();
      let limit = MOST_SECONDS;
      let chosen = '';
      for (const [name, method] of Object.entries(methods)) {
        const options = { epsilon, tolerance: TOLERANCE, maxSeconds: limit, maxIterations: 100_000 };
        const { milliseconds, outcome } = timed(() => method(problem, options));
        if (name === 'solveTransport') chosen = (outcome as unknown as { method: string }).method;
        if (milliseconds === Infinity) continue;
        best.set(name, Infinity);
        limit = Math.min(limit, Math.max(0.5, milliseconds / 100));
      }
      for (let round = 0; round < Number(rounds); round++) {
        const order = [...best.keys()];
        for (const name of round % 2 === 0 ? order : order.reverse()) {
          const options = { epsilon, tolerance: TOLERANCE, maxSeconds: MOST_SECONDS, maxIterations: 100_000 };
          const { milliseconds } = timed(() => methods[name](problem, options));
          best.set(name, Math.min(best.get(name) ?? Infinity, milliseconds));
        }
      }
      const ours = best.get('solveTransport') ?? Infinity;
      best.delete('solveTransport');
      const [name, least] = [...best].reduce((p, q) => (q[1] < p[1] ? q : p), ['none', Infinity]);
      const regret = ours === Infinity && least === Infinity ? 1 : ours / least;
      regrets.push(regret);
      const pot = bestOfPot(problem, epsilon);
      const ratio = pot && ours / pot.milliseconds;
      if (ratio !== undefined) ratios.push(ratio);
      console.log(
        [
          String(n).padEnd(5),
          family.padEnd(11),
          String(share).padEnd(6),
          chosen.padEnd(20),
          ours.toFixed(1).padStart(6),
          '',
          name.padEnd(16),
          least.toFixed(1).padStart(9),
          regret.toFixed(2).padStart(7),
          pot ? ` ${pot.method.padEnd(20)} ${pot.milliseconds.toFixed(1)} ${ratio?.toFixed(2)}` : '',
        ].join(' '),
      );
    }
  }
}
const within = (most: number) => regrets.filter((regret) => regret <= most).length;
console.log(
  `regret at most 1.2: ${within(1.2)} of ${regrets.length}; 1.5: ${within(1.5)}; worst ${Math.max(...regrets).toFixed(2)}; median ${median(regrets).toFixed(2)}`,
);
if (ratios.length > 0) {
  console.log(
    `time over POT's best: median ${median(ratios).toFixed(2)}, worst ${Math.max(...ratios).toFixed(2)}, over 1.5: ${ratios.filter((ratio) => ratio > 1.5).length}`,
  );
}
