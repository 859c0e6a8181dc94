// The interior-point method for convex networks beside Clarabel, on the rows of `convex_golden.py`, which draws the instances by itself:
//
//   INFIMUM_PYTHON=… pnpm bench:package learn convex
//
// The interpreter needs `cvxpy==1.9.3 clarabel==0.11.1`. Ours is processor time with patterns and proof, best of nine; Clarabel's its own
// clock without CVXPY, before and after ours, the better one. It is asked for gaps of 1e-12; ours stops at a proof of 1e-6.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mulberry32 } from '@infimum/core/reference-generators';
import { convexReluInterior } from '../src/networks/convex-relu-interior.ts';
import type { ReluInstance, ReluLoss } from '../src/networks/relu-network.ts';

interface Row {
  readonly n: number;
  readonly d: number;
  readonly seed: number;
  readonly beta: number;
  readonly loss: ReluLoss;
  readonly milliseconds: number;
}

const script = fileURLToPath(new URL('convex_golden.py', import.meta.url));

/** The rows of the script and Clarabel's times for them. */
function clarabel(): Row[] {
  const { stdout, stderr, status } = spawnSync(process.env['INFIMUM_PYTHON'] ?? 'python3', [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const line = /\[(\d+), (\d), (\d+), ([\d.]+), '(\w+)'.*Clarabel itself ([\d.]+) s/g;
  return [...stdout.matchAll(line)].map(([, n, d, seed, beta, loss, seconds]) => ({
    n: Number(n),
    d: Number(d),
    seed: Number(seed),
    beta: Number(beta),
    loss: loss as ReluLoss,
    milliseconds: 1000 * Number(seconds),
  }));
}

function drawn({ n, d, seed, beta, loss }: Row): ReluInstance {
  const next = mulberry32(seed);
  const normal = () => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return radius * Math.cos(2 * Math.PI * next());
  };
  const values = Float64Array.from({ length: n * d }, normal);
  const y = Float64Array.from({ length: n }, normal);
  const targets = loss === 'squared' ? y : y.map((value) => (value >= 0 ? 1 : -1));
  return { points: { rows: n, cols: d, values }, targets, loss, beta };
}

function milliseconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const before = clarabel();
const ours = before.map((row) => {
  const instance = drawn(row);
  return Math.min(...Array.from({ length: 9 }, () => milliseconds(() => convexReluInterior(instance))));
});
const theirs = clarabel().map((row, k) => Math.min(row.milliseconds, before[k].milliseconds));
const ratios = ours.map((time, k) => time / theirs[k]);
for (const [k, { n, d, seed, beta, loss }] of before.entries()) {
  const figures = `ours ${ours[k].toFixed(1)} ms, Clarabel ${theirs[k].toFixed(1)}, ${ratios[k].toFixed(1)} times`;
  console.log(`n = ${n}, d = ${d}, seed ${seed}, beta ${beta}, ${loss}: ${figures}`);
}
console.log(`median ${[...ratios].sort((a, b) => a - b)[ratios.length >> 1].toFixed(1)} times Clarabel's time`);
