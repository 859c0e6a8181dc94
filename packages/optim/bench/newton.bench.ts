// Measures gradient-normalised Newton against SciPy's methods, what approximate Hessians save, and growth with size, in
// one run:
//
//   pnpm bench:package optim newton
//
// SciPy is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out; it gets one
// thread. `ml-levenberg-marquardt` of npm is taken from a folder in which it is installed, INFIMUM_JS_PEERS, or left out.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Objective } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { gram } from '@infimum/linalg';
import type { GradientNormalizedNewtonOptions } from '../src/newton/gradient-normalized-newton.ts';
import { gradientNormalizedNewton } from '../src/newton/gradient-normalized-newton.ts';
import { chebyshevChain, randomAffineEquations } from '../src/objectives/equation-systems.ts';
import { randomLogSumExp } from '../src/objectives/log-sum-exp.ts';
import { logisticLoss } from '../src/objectives/logistic-loss.ts';

import { nonlinearEquations } from '../src/objectives/nonlinear-equations.ts';
import { standardizedBreastCancer } from '../src/objectives/real-designs.ts';
import { rosenbrock } from '../src/objectives/test-functions.ts';
import { loadJsPeer } from './js-peers.ts';
import { peakFit } from './peak-fit.ts';

const ROUNDS = 5;
const ITERATIONS = 12;
const METHODS = ['trust-exact', 'Newton-CG', 'L-BFGS-B', 'lm'];
const python = [process.env['INFIMUM_PYTHON'], file('../../../tooling/peers/.venv/bin/python')].find(
  (path) => path && existsSync(path),
);

interface Contest {
  readonly name: string;
  /** What the peers make the same instance from. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly objective: Objective;
  readonly initial: Float64Array;
  readonly minimum: number;
  readonly options: GradientNormalizedNewtonOptions;
}
type Figures = { calls: number; milliseconds: number } | null;

console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
const contests = [
  smoothedMaximum(300, 100, 1),
  smoothedMaximum(150, 50, 0.1),
  smoothedMaximum(500, 500, 1),
  await tumours(),
  {
    name: 'Rosenbrock (-2, 2)',
    spec: { kind: 'rosenbrock' },
    objective: rosenbrock(),
    initial: Float64Array.of(-2, 2),
    minimum: 0,
    options: {},
  },
  chebyshev(100),
];
printContests();
await printFit();
printApproximations();
printGrowth();

/** Calls of f and milliseconds of the thread until f is within 1e-8 of the minimum. */
function printContests(): void {
  const ours: Figures[] = contests.map(() => null);
  const theirs: Record<string, Figures>[] = contests.map(() => ({}));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [k, contest] of contests.entries()) {
      ours[k] = faster(ours[k], run(contest));
    }
    for (const [k, figures] of peers().entries()) {
      for (const method of METHODS) theirs[k][method] = faster(theirs[k][method], figures[method]);
    }
  }
  console.log(`| instance | ours | ${METHODS.join(' | ')} |`);
  console.log(`| --- | ---: | ${METHODS.map(() => '---:').join(' | ')} |`);
  for (const [k, { name }] of contests.entries()) {
    const cells = [ours[k], ...METHODS.map((method) => theirs[k][method])].map((figures) =>
      figures ? `${figures.calls} calls, ${figures.milliseconds.toFixed(2)} ms` : '-',
    );
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}

/** Two peaks through noisy points, with Gauss-Newton matrices: until f is within a relative 1e-8 of its minimum. */
async function printFit(): Promise<void> {
  const peer = await loadJsPeer<LevenbergMarquardt>('ml-levenberg-marquardt');
  console.log('\n| peaks through points, 6 parameters | ours | ml-levenberg-marquardt |');
  console.log('| --- | ---: | ---: |');
  for (const points of [200, 2000]) {
    const { x, y, initial, system, model, derivatives } = peakFit(points, 3);
    const objective = nonlinearEquations(system);
    const hessian = objective.gaussNewton;
    const fit = (targetValue?: number) =>
      gradientNormalizedNewton(objective, initial, { hessian, tolerance: 1e-12, targetValue });
    const target = fit().value * (1 + 1e-8);
    const theirs = () =>
      peer?.levenbergMarquardt({ x, y }, model, {
        initialValues: initial,
        jacobianFunction: derivatives,
        // With its default, 0.01, and up to 1 it leaves the neighbourhood of the minimum: it takes every step.
        damping: 10,
        // Its error is twice our f.
        errorTolerance: 2 * target,
        maxIterations: 1000,
      });
    const [mine, other] = [fit(target), theirs()];
    let [best, bestOther] = [Infinity, Infinity];
    for (let round = 0; round < ROUNDS; round++) {
      best = Math.min(
        best,
        average(() => void fit(target)),
      );
      if (other) bestOther = Math.min(bestOther, average(theirs));
    }
    const cells = [
      `${mine.iterations} iterations, ${best.toFixed(3)} ms`,
      other ? `${other.iterations} iterations, ${bestOther.toFixed(3)} ms` : '-',
    ];
    console.log(`| ${points} points | ${cells.join(' | ')} |`);
  }
}

/** What `ml-levenberg-marquardt` exports. */
interface LevenbergMarquardt {
  levenbergMarquardt(data: object, model: object, options: object): { readonly iterations: number };
}

/** The Fisher term of rank one against exact Hessians, per iteration, with 100 variables and 200 equations. */
function printApproximations(): void {
  const { system, metric } = randomAffineEquations(200, 100, 11);
  const initial = new Float64Array(100).fill(1);
  const { affine: _, ...general } = system;
  const objective = nonlinearEquations(system, { power: 4 });
  const curved = nonlinearEquations({ ...general, addCurvature: () => {} }, { power: 4 });
  const runs: [string, Objective, GradientNormalizedNewtonOptions][] = [
    ["exact, J'J formed anew", curved, {}],
    ['exact, A’A kept', objective, {}],
    ['Fisher term, rank one', objective, { hessian: objective.fisher }],
  ];
  const best = runs.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [k, [, f, options]] of runs.entries()) {
      const all = { ...options, metric, tolerance: 0 };
      const [prepared, whole] = [0, ITERATIONS].map((iterations) =>
        average(() => void gradientNormalizedNewton(f, initial, { ...all, maxIterations: iterations })),
      );
      best[k] = Math.min(best[k], (1000 * (whole - prepared)) / ITERATIONS);
    }
  }
  console.log('\n| Hessian of |u|^4/4, 200 x 100 | microseconds an iteration | of the Fisher term |');
  console.log('| --- | ---: | ---: |');
  for (const [k, [name]] of runs.entries()) {
    console.log(`| ${name} | ${best[k].toFixed(1)} | ${(best[k] / best[2]).toFixed(1)} |`);
  }
}

/** Milliseconds of an iteration with exact Hessians as n grows, and the exponent. */
function printGrowth(): void {
  const sizes = [200, 400, 800];
  const times = sizes.map((n) => {
    const contest = smoothedMaximum(n, n, 1);
    let best = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
      const start = milliseconds();
      const { iterations } = solve(contest);
      best = Math.min(best, (milliseconds() - start) / iterations);
    }
    return best;
  });
  console.log('\n| n = m | milliseconds an iteration |');
  console.log('| ---: | ---: |');
  for (const [k, n] of sizes.entries()) console.log(`| ${n} | ${times[k].toFixed(2)} |`);
  console.log(`\nexponent ${(Math.log(times[2] / times[0]) / Math.log(sizes[2] / sizes[0])).toFixed(2)}`);
}

function smoothedMaximum(terms: number, n: number, smoothing: number): Contest {
  const { objective, unshifted } = randomLogSumExp({ terms, n, smoothing }, 7);
  return {
    name: `smoothed maximum, ${terms} x ${n}, mu = ${smoothing}`,
    spec: { kind: 'log-sum-exp', terms, n, smoothing, seed: 7 },
    objective,
    initial: new Float64Array(n).fill(1),
    minimum: objective.value(new Float64Array(n)),
    options: { metric: gram(unshifted) },
  };
}

function chebyshev(n: number): Contest {
  const objective = nonlinearEquations(chebyshevChain(n));
  return {
    name: `Chebyshev chain, n = ${n}, p = 2`,
    spec: { kind: 'chebyshev', n, seed: 5 },
    objective,
    initial: Float64Array.from({ length: n }, mulberry32(5)),
    minimum: 0,
    options: { hessian: objective.gaussNewton },
  };
}

async function tumours(): Promise<Contest> {
  const { design, labels } = await standardizedBreastCancer();
  return {
    name: 'logistic regression, 569 x 31',
    spec: { kind: 'logistic' },
    objective: logisticLoss(design, labels, { ridge: 1e-3 }),
    initial: new Float64Array(31),
    minimum: 0.0598294718818,
    options: {},
  };
}

function solve({ objective, initial, minimum, options }: Contest) {
  return gradientNormalizedNewton(objective, initial, { ...options, tolerance: 0, targetValue: minimum + 1e-8 });
}

function run(contest: Contest): Figures {
  const { status, evaluations } = solve(contest);
  if (status !== 'converged') return null;
  return { calls: evaluations.value, milliseconds: average(() => void solve(contest)) };
}

/** Milliseconds of a call, over as many as the coarse clock of a thread needs. */
function average(call: () => void): number {
  const start = milliseconds();
  let calls = 0;
  do {
    call();
    calls++;
  } while (milliseconds() - start < 200);
  return (milliseconds() - start) / calls;
}

/** Time that this thread has had, which other programs take nothing of. */
function milliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function faster(a: Figures | undefined, b: Figures): Figures {
  return a && (!b || a.milliseconds <= b.milliseconds) ? a : b;
}

/** The peers' figures for every contest. */
function peers(): Record<string, Figures>[] {
  if (!python) return [];
  const specs = JSON.stringify(contests.map(({ spec }) => spec));
  const { stdout, stderr } = spawnSync(python, [file('newton_peers.py'), specs], {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  if (!stdout) {
    console.log(`no SciPy: ${stderr.trim().split('\n').at(-1)}`);
    return [];
  }
  return JSON.parse(stdout);
}

function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
