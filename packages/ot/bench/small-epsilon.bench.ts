// `solveTransport` at small epsilon against every Sinkhorn method of POT and OTT-JAX, at a marginal error of at most 1e-9 in
// the l1 norm: seconds of processor time on one thread, ours right before the peers on the same instance.
// Run: INFIMUM_PYTHON=tooling/peers/.venv/bin/python pnpm bench:package ot small-epsilon [limit in seconds] [sizes] [methods] [seed]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDigits28 } from '@infimum/datasets/digits-28';
import { costMatrix, gridPoints } from '../src/cost-matrix.ts';
import { inkOf } from '../src/image-instances.ts';
import { gaussianClouds, gridMixtures, randomAssignment } from '../src/instances.ts';
import { solveTransport } from '../src/solve-transport.ts';
import type { Transport } from '../src/transport.ts';

const METHODS = ['sinkhorn', 'sinkhorn_log', 'sinkhorn_stabilized', 'sinkhorn_epsilon_scaling', 'ott', 'ott_log'];
const REPEATS = 5;

const python = process.env['INFIMUM_PYTHON'];
if (python === undefined) throw new Error('set INFIMUM_PYTHON to a Python with POT and OTT-JAX');
const [limit = '30', sizes = '500,1000,2000', methods = METHODS.join(','), seeds = '1'] = process.argv.slice(2);
const seed = Number(seeds);

/** Images on a grid of about so many pixels; at 784 two real digits, 0 and 1 for seed 1, else mixtures of Gaussians. */
function images(n: number): Transport {
  if (n !== 784) return gridMixtures(Math.round(Math.sqrt(n)), seed, 'l2');
  const { images: values, labels } = loadDigits28() as unknown as {
    images: { values: Float64Array };
    labels: ArrayLike<number>;
  };
  const first = (label: number) => Array.from(labels).indexOf(label);
  const points = gridPoints(28);
  const ink = (label: number) => inkOf(Float64Array.from(values.values), first(label), 784);
  return { a: ink((2 * seed - 2) % 10), b: ink((2 * seed - 1) % 10), cost: costMatrix(points, points) };
}

const kinds: Record<string, (n: number) => Transport> = {
  assignment: (n) => randomAssignment(n, seed),
  clouds: (n) => gaussianClouds(n, seed),
  images,
};

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** Least processor time of a few calls on this thread, in seconds. */
function ours({ a, b, cost }: Transport, epsilon: number) {
  let seconds = Infinity;
  let outcome = solveTransport(a, b, cost, { epsilon });
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const before = process.threadCpuUsage();
    outcome = solveTransport(a, b, cost, { epsilon });
    const { user, system } = process.threadCpuUsage(before);
    seconds = Math.min(seconds, (user + system) / 1e6);
  }
  return { seconds, error: outcome.marginalError ?? Number.NaN, cost: outcome.cost, status: outcome.status };
}

/** One method of a peer; `seconds` is null where it did not get there within the limit. */
function peer(folder: string, method: string): { seconds: number | null; error: number | null; cost?: number } {
  const script = fileURLToPath(new URL('./small_epsilon_peers.py', import.meta.url));
  const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const options = { encoding: 'utf8', env: { ...process.env, ...one } } as const;
  return JSON.parse(execFileSync(python as string, [script, folder, method, limit], options));
}

const folder = mkdtempSync(join(tmpdir(), 'infimum-bench-'));
try {
  console.log(`${cpus()[0].model}, node ${process.version}, load ${loadavg()[0].toFixed(1)}, limit ${limit} s`);
  for (const n of sizes.split(',').map(Number)) {
    for (const [kind, make] of Object.entries(kinds)) {
      if (n === 784 && kind !== 'images') continue;
      const problem = make(n);
      for (const eta of [1000, 5000]) {
        const epsilon = largest(problem.cost.values) / eta;
        const { a, b, cost } = problem;
        writeFileSync(join(folder, 'a.bin'), a);
        writeFileSync(join(folder, 'b.bin'), b);
        writeFileSync(join(folder, 'cost.bin'), cost.values);
        writeFileSync(join(folder, 'instance.json'), JSON.stringify({ n: cost.rows, m: cost.cols, epsilon }));
        const mine = ours(problem, epsilon);
        const results = methods.split(',').map((method) => {
          const { seconds, error } = peer(folder, method);
          const isThere = seconds !== null && error !== null && error <= 1e-9;
          return { method, seconds: isThere ? seconds : Infinity, error };
        });
        const best = results.reduce((least, result) => (result.seconds < least.seconds ? result : least));
        const ratio = Math.min(best.seconds, Number(limit)) / mine.seconds;
        const each = results.map(({ method, seconds }) => `${method} ${seconds.toPrecision(3)}`).join(', ');
        console.log(
          `${kind} ${cost.rows} eta ${eta}: ours ${mine.seconds.toFixed(3)} (${mine.error.toExponential(1)}, ${mine.status}), ` +
            `fastest ${best.seconds === Infinity ? 'none' : best.method}, ratio ${best.seconds === Infinity ? '>' : ''}${ratio.toFixed(1)}; ${each}`,
        );
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
