// Solves the problems of Hock and Schittkowski from their starts and puts SciPy's SLSQP and trust-constr beside it:
//
//   pnpm bench:package optim hock-schittkowski
//
// SciPy is taken from the interpreter that INFIMUM_PYTHON names. What it found is kept in hock-schittkowski.json and read from there
// where there is no SciPy.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { programOf } from '../src/constrained/formula-program.ts';
import { interiorPoint } from '../src/constrained/interior-point.ts';
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
  'SciPy, SLSQP': (name) => peers.results[name]['SLSQP'],
  'SciPy, trust-constr': (name) => peers.results[name]['trust-constr'],
};

const names = Object.keys(hockSchittkowski);
console.log(`${names.length} problems, ${cpus()[0].model}, Node ${process.versions.node}, SciPy ${peers.scipy}\n`);
console.log(
  '| Method | solved to 1e-6 | there, by whatever status | success elsewhere | calls at those that all solve | processor seconds |',
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
