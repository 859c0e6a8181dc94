// Measures dense products and factorisations against NumPy and SciPy (LAPACK, one thread), in one run:
//
//   pnpm bench:package linalg dense [size …]
//
// NumPy is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { Random } from '@infimum/core';
import {
  cholesky,
  type DenseMatrix,
  gram,
  leastSquares,
  lu,
  matmul,
  qr,
  svd,
  symmetricEigen,
} from '../src/index.ts';
import { file, python } from './python.ts';

/** Ours and theirs are measured in turn so many times, and the best counts. */
const ROUNDS = 4;

interface Case {
  readonly name: string;
  readonly size: number;
  run(): void;
}

const sizes = process.argv.slice(2).map(Number);
console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
console.log('| operation | n | ours | NumPy / LAPACK | ratio of speeds |');
console.log('| --- | ---: | ---: | ---: | ---: |');
const cases = [...(sizes.length > 0 ? sizes : [1024]).flatMap(large), ...[100, 300].flatMap(small)];
const ours = new Map<Case, number>();
const theirs = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++) {
  for (const one of cases) ours.set(one, Math.min(ours.get(one) ?? Infinity, seconds(one)));
  for (const [key, value] of numpy()) theirs.set(key, Math.min(theirs.get(key) ?? Infinity, value));
}
for (const one of cases) {
  const [mine, other] = [ours.get(one) ?? Number.NaN, theirs.get(`${one.name} ${one.size}`) ?? Number.NaN];
  const show = (value: number) => (Number.isNaN(value) ? '-' : `${(1000 * value).toFixed(1)} ms`);
  const ratio = Number.isNaN(other) ? '-' : (other / mine).toFixed(2);
  console.log(`| ${one.name} | ${one.size} | ${show(mine)} | ${show(other)} | ${ratio} |`);
}

function large(size: number): Case[] {
  const a = normal(size, 1);
  const b = normal(size, 2);
  const right = new Random(3).normals(new Float64Array(size));
  const definite = gram(a);
  for (let i = 0; i < size; i++) definite.values[i * size + i] += size;
  return [
    { name: 'gemm', size, run: () => void matmul(a, b) },
    { name: 'cholesky', size, run: () => void cholesky(definite) },
    { name: 'lu', size, run: () => void lu(a) },
    { name: 'qr', size, run: () => void qr(a) },
    { name: 'least squares', size, run: () => void leastSquares(a, right) },
  ];
}

function small(size: number): Case[] {
  const a = normal(size, 1);
  const symmetric = gram(a);
  return [
    { name: 'symmetric eigen', size, run: () => void symmetricEigen(symmetric) },
    { name: 'svd', size, run: () => void svd(a) },
  ];
}

function normal(size: number, seed: number): DenseMatrix {
  return { rows: size, cols: size, values: new Random(seed).normals(new Float64Array(size * size)) };
}

function seconds({ run }: Case): number {
  run();
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}

/** Seconds of the same operations in NumPy and SciPy. */
function numpy(): [string, number][] {
  if (!python) return [];
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1' };
  const request = JSON.stringify(cases.map(({ name, size }) => [name, size]));
  const { stdout, stderr } = spawnSync(python, [file('numpy_dense.py'), request], { env, encoding: 'utf8' });
  if (!stdout) throw new Error(stderr);
  return Object.entries(JSON.parse(stdout) as Record<string, number>);
}
