// The barrier method on problems that were drawn or looked up after it was made: seven designs, each from 10 drawn starts, and 60 indefinite
// quadratic functions within ellipsoids. SciPy's SLSQP and trust-constr get the same problems, starts and exact gradients:
//
//   INFIMUM_PYTHON=python3 pnpm bench:package optim fresh-constrained
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Random } from '@infimum/core';
import { constrained } from '../src/constrained/constrained-problem.ts';
import { designProblems } from '../src/constrained/design-problems.ts';
import type { FormulaProblem } from '../src/constrained/formula-program.ts';
import { programOf } from '../src/constrained/formula-program.ts';
import { interiorPoint } from '../src/constrained/interior-point.ts';

interface Result {
  readonly success: boolean;
  readonly value: number | null;
  readonly violation: number | null;
  readonly points: number;
  readonly seconds: number;
}

/** Starts anywhere within the bounds. */
const problems: Record<string, FormulaProblem> = {};
for (const [name, { optimum: _, ...design }] of Object.entries(designProblems)) {
  const random = new Random(2025);
  for (let k = 0; k < 10; k++) {
    const { lower = [], upper = [] } = design;
    const start = lower.map((low, i) => low + (upper[i] - low) * random.uniform());
    problems[`${name} ${k}`] = { ...design, start };
  }
}
for (let seed = 1000; seed < 1060; seed++) {
  const params = { n: 2 + (seed % 9), m: 1 + (seed % 7) };
  problems[`ellipsoids ${seed}`] = (await constrained.families['ellipsoids'].generate(params as never, seed)) as FormulaProblem;
}

const ours =
  (exact: boolean) =>
  (name: string): Result => {
    const calls = { points: 0 };
    const { hessian, ...program } = programOf(problems[name], calls);
    const before = process.cpuUsage();
    const given = exact ? { ...program, hessian } : program;
    const found = interiorPoint(given, Float64Array.from(problems[name].start), { maxSeconds: 20 });
    const { user, system } = process.cpuUsage(before);
    const { value, violation } = found;
    return { success: found.status === 'converged', value, violation, points: calls.points, seconds: (user + system) / 1e6 };
  };
const python = process.env['INFIMUM_PYTHON'];
const peers = python === undefined ? {} : fromScipy(python);
const rows: [string, Record<string, Result>][] = [
  ['`interiorPoint`, exact Hessians', all(ours(true))],
  ['`interiorPoint`, quasi-Newton', all(ours(false))],
  ...Object.keys(Object.values(peers)[0] ?? {}).map((method): [string, Record<string, Result>] => [
    `SciPy, ${method}`,
    all((name) => peers[name][method]),
  ]),
];
const isFeasible = (name: string, { violation }: Result) =>
  violation !== null && violation <= 1e-6 * Math.max(1, ...problems[name].start.map(Math.abs));
const best = all((name) =>
  Math.min(
    ...rows.map(([, results]) => results[name]).flatMap((r) => (r.value !== null && isFeasible(name, r) ? [r.value] : [])),
    ...Object.entries(designProblems).flatMap(([design, { optimum }]) => (name.startsWith(design) ? [optimum] : [])),
  ),
);
console.log(`${Object.keys(problems).length} problems, ${cpus()[0].model}, Node ${process.versions.node}\n`);
console.log(
  '| Method | success and feasible | success, not feasible | at the best value of all, to 1e-6 | points, median | seconds |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
for (const [method, results] of rows) {
  const names = Object.keys(problems);
  const good = names.filter((name) => results[name].success && isFeasible(name, results[name]));
  const wrong = names.filter((name) => results[name].success && !isFeasible(name, results[name]));
  const least = good.filter(
    (name) => (results[name].value ?? Infinity) <= best[name] + 1e-6 * Math.max(1, Math.abs(best[name])),
  );
  const points = names.map((name) => results[name].points).sort((a, b) => a - b)[names.length >> 1];
  const seconds = names.reduce((sum, name) => sum + results[name].seconds, 0);
  console.log(`| ${method} | ${good.length} | ${wrong.length} | ${least.length} | ${points} | ${seconds.toFixed(1)} |`);
  const failed = names.filter((name) => !good.includes(name));
  if (failed.length > 0) console.error(`${method}: not ${failed.join(', ')}`);
}

function all<T>(of: (name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.keys(problems).map((name) => [name, of(name)]));
}

function fromScipy(interpreter: string): Record<string, Record<string, Result>> {
  const input = JSON.stringify(problems, (_, value) => (value === Infinity || value === -Infinity ? String(value) : value));
  const script = fileURLToPath(new URL('./hock_schittkowski_peers.py', import.meta.url));
  const { stdout, stderr, status } = spawnSync(interpreter, [script], { input, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout).results;
}
