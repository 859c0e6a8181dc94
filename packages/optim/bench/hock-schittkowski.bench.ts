// Solves the problems of Hock and Schittkowski from their starts, with exact derivatives and from values alone, and puts SciPy's SLSQP,
// trust-constr and COBYQA beside it:
//
//   pnpm bench:package optim hock-schittkowski
//
// SciPy is taken from the interpreter that INFIMUM_PYTHON names. What it found is kept in hock-schittkowski.json and read from there
// where there is no SciPy.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nonlinearConstraints } from '../src/constrained/constraint-sets.ts';
import { programOf } from '../src/constrained/formula-program.ts';
import { interiorPoint } from '../src/constrained/interior-point.ts';
import { minimize } from '../src/minimize.ts';
import { hockSchittkowski } from '../src/testing/hock-schittkowski.ts';

interface Result {
  readonly success: boolean;
  readonly value: number | null;
  readonly violation: number | null;
  readonly points: number;
  readonly seconds: number;
}

interface Peers {
  readonly scipy: string;
  readonly results: Readonly<Record<string, Readonly<Record<string, Result>>>>;
}

const file = fileURLToPath(new URL('./hock-schittkowski.json', import.meta.url));
const peers = fromScipy() ?? (JSON.parse(readFileSync(file, 'utf8')) as Peers);

const methods: Readonly<Record<string, (name: string) => Result>> = {
  'ours, exact Hessians': (name) => ours(name, true),
  'ours, quasi-Newton': (name) => ours(name, false),
  '`minimize`, gradients': (name) => byMinimize(name, true),
  'SciPy, SLSQP': (name) => peers.results[name]['SLSQP'],
  'SciPy, trust-constr': (name) => peers.results[name]['trust-constr'],
};

/** Values alone, all defaults; calls of f are counted. */
const byValues: Readonly<Record<string, (name: string) => Result>> = {
  '`minimize`': (name) => byMinimize(name, false),
  'SciPy, SLSQP': (name) => peers.results[name]['SLSQP, values'],
  'SciPy, COBYQA': (name) => peers.results[name]['COBYQA, values'],
};

const names = Object.keys(hockSchittkowski);
console.log(`${names.length} problems, ${cpus()[0].model}, Node ${process.versions.node}, SciPy ${peers.scipy}\n`);
console.log(
  '| Method | solved to 1e-6 | at a minimum, any status | success elsewhere | calls where all solve | processor seconds |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
const table = Object.entries(methods).map(([method, run]) => ({
  method,
  rows: Object.fromEntries(names.map((name) => [name, run(name)])),
}));
const byAll = names.filter((name) => table.every(({ rows }) => isSolved(name, rows[name])));
for (const { method, rows } of table) {
  const solved = names.filter((name) => isSolved(name, rows[name]));
  const there = names.filter((name) => isRight(name, rows[name]));
  const elsewhere = names.filter((name) => rows[name].success && !isRight(name, rows[name]));
  const points = byAll.reduce((sum, name) => sum + rows[name].points, 0);
  const seconds = names.reduce((sum, name) => sum + rows[name].seconds, 0);
  console.log(`| ${method} | ${solved.length} | ${there.length} | ${elsewhere.length} | ${points} | ${seconds.toFixed(1)} |`);
}
console.log(`\nSolved by all: ${byAll.length}.`);
for (const { method, rows } of table) {
  console.log(`${method} does not solve: ${names.filter((name) => !isSolved(name, rows[name])).join(', ')}`);
  const elsewhere = names.filter((name) => rows[name].success && !isRight(name, rows[name]));
  console.log(`  success elsewhere: ${elsewhere.join(', ')}`);
}

console.log('\nFrom values alone:\n');
console.log('| Method | solved to 1e-6 | success elsewhere | calls of f, median | where SLSQP fails | processor seconds |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
const median = (list: number[]) => {
  const sorted = list.sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};
const hard = names.filter((name) => !isSolved(name, byValues['SciPy, SLSQP'](name)));
for (const [method, run] of Object.entries(byValues)) {
  const rows = Object.fromEntries(names.map((name) => [name, run(name)]));
  const solved = names.filter((name) => isSolved(name, rows[name]));
  const elsewhere = names.filter((name) => rows[name].success && !isRight(name, rows[name]));
  const [all, there] = [names, hard].map((list) => median(list.map((name) => rows[name].points)));
  const seconds = names.reduce((sum, name) => sum + rows[name].seconds, 0);
  console.log(`| ${method} | ${solved.length} | ${elsewhere.length} | ${all} | ${there} | ${seconds.toFixed(1)} |`);
}

/** Near a known minimum and feasible, both to 1e-6 of the size. */
function isRight(name: string, { value, violation }: Result): boolean {
  if (value === null || violation === null) return false;
  const { minima } = hockSchittkowski[name];
  const near = minima.some((minimum) => Math.abs(value - minimum) <= 1e-6 * Math.max(1, Math.abs(minimum)));
  return near && violation <= 1e-6 * Math.max(1, ...hockSchittkowski[name].start.map(Math.abs));
}

function isSolved(name: string, result: Result): boolean {
  return result.success && isRight(name, result);
}

function ours(name: string, exact: boolean): Result {
  const calls = { points: 0 };
  const { hessian, ...program } = programOf(hockSchittkowski[name], calls);
  const before = process.cpuUsage();
  const found = interiorPoint(exact ? { ...program, hessian } : program, Float64Array.from(hockSchittkowski[name].start), {
    maxSeconds: 20,
  });
  const { user, system } = process.cpuUsage(before);
  const { value, violation } = found;
  const seconds = (user + system) / 1e6;
  return { success: found.status === 'converged', value, violation, points: calls.points, seconds };
}

/** What `minimize` does without being told anything but the functions. */
function byMinimize(name: string, withGradients: boolean): Result {
  const problem = hockSchittkowski[name];
  const { value, gradient, values, jacobian, constraints: count, lower, upper, low, high } = programOf(problem);
  let points = 0;
  const f = (x: Float64Array) => {
    points++;
    return value(x);
  };
  const g = { count, value: values, ...(withGradients && { jacobian }) };
  const before = process.cpuUsage();
  const options = { lower, upper, maxSeconds: 20 };
  const objective = withGradients ? { value: f, gradient } : f;
  const found =
    count === 0
      ? { ...minimize(objective, problem.start, options), violation: 0 }
      : minimize(objective, problem.start, { ...options, constraints: nonlinearConstraints(g, { lower: low, upper: high }) });
  const { user, system } = process.cpuUsage(before);
  const success = found.status === 'converged';
  return { success, value: found.value, violation: found.violation, points, seconds: (user + system) / 1e6 };
}

function fromScipy(): Peers | undefined {
  const python = process.env['INFIMUM_PYTHON'];
  if (python === undefined) return undefined;
  const input = JSON.stringify(hockSchittkowski, (_, value) =>
    value === Infinity || value === -Infinity ? String(value) : value,
  );
  const script = fileURLToPath(new URL('./hock_schittkowski_peers.py', import.meta.url));
  const { stdout, stderr, status } = spawnSync(python, [script], { input, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr);
  writeFileSync(file, `${JSON.stringify(JSON.parse(stdout), null, 1)}\n`);
  return JSON.parse(stdout) as Peers;
}
