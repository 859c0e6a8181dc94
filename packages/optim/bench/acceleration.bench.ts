// Measures the methods of acceleration against SciPy's and npm's, in gradients to a tolerance and in time a coordinate a
// step, and dopri5 against solve_ivp in evaluations, in one run:
//
//   pnpm bench:package optim acceleration
//
// SciPy is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out; it gets one
// thread. `fmin` of npm is taken from a folder in which it is installed, INFIMUM_JS_PEERS, or left out.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { AnySolver, Objective, Steps } from '@infimum/core';
import { prepare, run } from '@infimum/core';
import { dopri5 } from '../src/acceleration/dopri5.ts';
import { nesterovStronglyConvex } from '../src/acceleration/nesterov-strongly-convex.ts';
import { accelerationSolvers } from '../src/acceleration/solvers.ts';
import { lbfgs } from '../src/line-search/lbfgs.ts';
import { nonlinearConjugateGradient } from '../src/line-search/nonlinear-conjugate-gradient.ts';
import { quadraticForm } from '../src/objectives/quadratic-form.ts';
import type { SmoothProblem } from '../src/smooth/smooth-instance.ts';
import { smooth } from '../src/smooth/smooth-problem.ts';
import type { SmoothIterate, SmoothSolution } from '../src/smooth-minimization.ts';
import { loadJsPeer } from './js-peers.ts';

const TOLERANCE = 1e-8;
/** Iterations after which a method is given up. */
const MOST = 100_000;
const PEERS = ['CG', 'L-BFGS-B'];
const CONSTANTS = { lipschitz: 1e4, strongConvexity: 1 };
const IVP_TOLERANCES = [1e-4, 1e-6, 1e-8, 1e-10];
const python = [process.env['INFIMUM_PYTHON'], file('../../../tooling/peers/.venv/bin/python')].find(
  (path) => path && existsSync(path),
);
const scipy = askPython();

console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
await printGradients();
await printSteps();
printEvaluations();

/** Gradients until the gradient's norm is 1e-8 (1 + that at the start), by every method. */
async function printGradients(): Promise<void> {
  const instances: [string, string, Record<string, number>][] = [
    ['quadratic, 100, 1e4', 'quadratic', { n: 100, condition: 1e4 }],
    ['chain, 200', 'chain', { n: 200 }],
    ['tumours, ridge 1e-3', 'logistic', { ridge: 1e-3 }],
    ['tumours, ridge 1e-6', 'logistic', { ridge: 1e-6 }],
    ['Rosenbrock, 10', 'rosenbrock', { n: 10 }],
  ];
  console.log(`Gradients (and values, where there are others) to ${TOLERANCE}\n`);
  console.log(`| method | ${instances.map(([title]) => title).join(' | ')} |`);
  console.log(`| --- | ${instances.map(() => '---:').join(' | ')} |`);
  const problems: SmoothProblem[] = await Promise.all(
    instances.map(([, family, params]) => smooth.families[family].generate(params, 1)),
  );
  for (const solver of accelerationSolvers as unknown as AnySolver[]) {
    const cells = problems.map((problem) =>
      solver.declines?.(problem) ? '-' : counted(prepare(solver, problem) as Steps<SmoothSolution, SmoothIterate>),
    );
    console.log(`| ${solver.title} | ${cells.join(' | ')} |`);
  }
  const ours = problems.map(({ objective, initial }) => {
    const { evaluations, status } = lbfgs(objective, initial, { tolerance: TOLERANCE });
    return status === 'converged' ? `${evaluations.gradient}` : status;
  });
  console.log(`| L-BFGS | ${ours.join(' | ')} |`);
  for (const peer of PEERS) {
    const cells = instances.map(([title]) => scipy?.gradients[title]?.[peer] ?? '-');
    console.log(`| SciPy ${scipy?.version ?? 'absent'}, ${peer} | ${cells.join(' | ')} |`);
  }
}

/** Gradients, and values where there are more, that a method takes to its end. */
function counted(steps: Steps<SmoothSolution, SmoothIterate>): string {
  const { status, evaluations } = run(steps, { maxIterations: MOST });
  if (status !== 'converged') return status === 'stalled' ? status : `> ${MOST}`;
  return evaluations.value > evaluations.gradient
    ? `${evaluations.gradient} (${evaluations.value})`
    : `${evaluations.gradient}`;
}

/** Nanoseconds a coordinate a step besides the oracle, on a quadratic without cost, as n grows. */
async function printSteps(): Promise<void> {
  const sizes = [10_000, 100_000, 1_000_000];
  const fmin = await loadFmin();
  const ours: [string, (f: Objective, x: Float64Array, steps: number) => number][] = [
    [
      'Nesterov, strongly convex',
      (f, x, maxIterations) => nesterovStronglyConvex(f, x, { ...CONSTANTS, tolerance: 0, maxIterations }).iterations,
    ],
    [
      'conjugate gradients',
      (f, x, maxIterations) => nonlinearConjugateGradient(f, x, { tolerance: 0, maxIterations }).iterations,
    ],
    ...(fmin
      ? ([
          [
            'fmin, conjugateGradient',
            (f, x, maxIterations) => {
              const history: unknown[] = [];
              const value = (at: Float64Array, out: Float64Array) => {
                f.gradient(at, out);
                return f.value(at);
              };
              fmin.conjugateGradient(value, x, { maxIterations, history: { push: () => history.push(0) } });
              return history.length - 1;
            },
          ],
        ] as [string, (f: Objective, x: Float64Array, steps: number) => number][])
      : []),
  ];
  console.log('\nNanoseconds a coordinate a step, the oracle’s own taken off\n');
  console.log(`| method | ${sizes.join(' | ')} | exponent |`);
  console.log(`| --- | ${sizes.map(() => '---:').join(' | ')} | ---: |`);
  const times = ours.map(() => sizes.map(() => Infinity));
  // Methods take turns, so that all see the same machine.
  for (let round = 0; round < 5; round++) {
    for (const [j, n] of sizes.entries()) {
      for (const [k, [, method]] of ours.entries()) {
        const { own, steps } = timeSteps(method, n);
        times[k][j] = Math.min(times[k][j], (1000 * own) / (n * steps));
      }
    }
  }
  for (const [k, [title]] of ours.entries()) {
    const exponent = 1 + Math.log(times[k][2] / times[k][0]) / Math.log(sizes[2] / sizes[0]);
    console.log(`| ${title} | ${times[k].map((time) => time.toFixed(2)).join(' | ')} | ${exponent.toFixed(2)} |`);
  }
}

/** Microseconds of some steps, less those of the same calls of the oracle alone. */
function timeSteps(method: (f: Objective, x: Float64Array, steps: number) => number, n: number) {
  const { value, gradient, dimension } = quadraticForm(Float64Array.from({ length: n }, (_, i) => 1e4 ** (i / (n - 1))));
  let [values, gradients, steps] = [0, 0, 0];
  const objective: Objective = {
    dimension,
    value: (x) => {
      values++;
      return value(x);
    },
    gradient: (x, out) => {
      gradients++;
      gradient(x, out);
    },
  };
  const initial = new Float64Array(n).fill(1);
  // The clock of a thread is coarse: a tenth of a second or so is measured.
  const start = threadMicroseconds();
  while (steps * n < 4e7) steps += method(objective, initial, Math.min(400, Math.ceil(4e7 / n)));
  const whole = threadMicroseconds() - start;
  const out = new Float64Array(n);
  const begun = threadMicroseconds();
  for (let k = 0; k < gradients; k++) gradient(initial, out);
  for (let k = 0; k < values; k++) value(initial);
  return { own: whole - (threadMicroseconds() - begun), steps };
}

/** What this thread has computed so far: other programs do not count. */
function threadMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** Evaluations and errors on the motion of heavy ball for 25 x²/2, from 0 to 20. */
function printEvaluations(): void {
  const w = Math.sqrt(24);
  const exact = (t: number) => Math.exp(-t) * (Math.cos(w * t) + Math.sin(w * t) / w);
  console.log('\nEvaluations and largest errors, x’’ + 2x’ + 25x = 0 from 0 to 20\n');
  console.log(`| relative tolerance | dopri5 | SciPy ${scipy?.version ?? 'absent'}, RK45 | ratio |`);
  console.log('| ---: | ---: | ---: | ---: |');
  for (const [k, tolerance] of IVP_TOLERANCES.entries()) {
    const { evaluations, times, states } = dopri5((_, [x, v], out) => out.set([v, -2 * v - 25 * x]), Float64Array.of(1, 0), {
      to: 20,
      relativeTolerance: tolerance,
      absoluteTolerance: tolerance / 100,
    });
    const error = times.reduce((most, t, row) => Math.max(most, Math.abs(states.values[2 * row] - exact(t))), 0);
    const theirs = scipy?.evaluations[k];
    const peer = theirs ? `${theirs.evaluations}, ${theirs.error.toExponential(1)}` : '-';
    const ratio = theirs ? (evaluations.value / theirs.evaluations).toFixed(2) : '-';
    console.log(`| ${tolerance} | ${evaluations.value}, ${error.toExponential(1)} | ${peer} | ${ratio} |`);
  }
}

interface Peers {
  readonly version: string;
  readonly gradients: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly evaluations: readonly { readonly evaluations: number; readonly error: number }[];
}

function askPython(): Peers | undefined {
  if (!python) return undefined;
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const { stdout, status, stderr } = spawnSync(python, [file('acceleration_peers.py')], { encoding: 'utf8', env });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Peers;
}

interface Fmin {
  conjugateGradient(f: (x: Float64Array, out: Float64Array) => number, initial: Float64Array, params: object): unknown;
}

async function loadFmin(): Promise<Fmin | undefined> {
  // Its build is no ES module, although its manifest says so: it puts itself into the global object.
  await loadJsPeer('fmin');
  return (globalThis as { fmin?: Fmin }).fmin;
}

function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
