// Measures dense products and factorisations against NumPy and SciPy (LAPACK, one thread) and ml-matrix, in processor time and by
// turns in one run:
//
//   pnpm bench:package linalg dense [size …]
//
// The sizes are those of products and factorisations, 512 by default; decompositions are measured at 100, 300 and 400. ml-matrix is
// measured up to 1024 rows. NumPy is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { Random } from '@infimum/core';
import {
  CholeskyDecomposition,
  EigenvalueDecomposition,
  LuDecomposition,
  Matrix,
  QrDecomposition,
  SingularValueDecomposition,
} from 'ml-matrix';
import type { DenseMatrix } from '../src/index.ts';
import { cholesky, eigen, gram, leastSquares, lu, matmul, qr, solve, svd, symmetricEigen } from '../src/index.ts';
import { file, python } from './python.ts';

/** All are measured in turn so many times, and the best counts. */
const ROUNDS = 4;

interface Case {
  readonly name: string;
  readonly size: number;
  run(): void;
  /** The same by ml-matrix, measured once after a call that warms up. */
  readonly peer?: () => void;
}

const sizes = process.argv.slice(2).map(Number);
console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
console.log('| operation | n | ours | NumPy / LAPACK | ours / LAPACK | ml-matrix | ml-matrix / ours |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
const cases = [...(sizes.length > 0 ? sizes : [512]).flatMap(large), ...[100, 300, 400].flatMap(small)];
const best = { ours: new Map<Case, number>(), ml: new Map<Case, number>(), numpy: new Map<string, number>() };
for (let round = 0; round < ROUNDS; round++) {
  for (const one of cases) keep(best.ours, one, seconds(one.run, one.size <= 200 ? 5 : 1));
  for (const [key, value] of numpy()) keep(best.numpy, key, value);
}
for (const one of cases) if (one.peer && one.size <= 1024) keep(best.ml, one, seconds(one.peer, one.size <= 200 ? 3 : 1));
for (const one of cases) {
  const ours = best.ours.get(one) ?? Number.NaN;
  const [other, ml] = [best.numpy.get(`${one.name} ${one.size}`), best.ml.get(one)];
  const show = (value?: number) => (value === undefined ? '-' : `${(1000 * value).toFixed(1)} ms`);
  const ratio = (value?: number) => (value === undefined ? '-' : value.toFixed(2));
  const times = other === undefined ? undefined : ours / other;
  const beaten = ml === undefined ? undefined : ml / ours;
  console.log(
    `| ${one.name} | ${one.size} | ${show(ours)} | ${show(other)} | ${ratio(times)} | ${show(ml)} | ${ratio(beaten)} |`,
  );
}

function keep<Key>(map: Map<Key, number>, key: Key, value: number): void {
  map.set(key, Math.min(map.get(key) ?? Infinity, value));
}

function large(size: number): Case[] {
  const a = normal(size, 1);
  const b = normal(size, 2);
  const right = new Random(3).normals(new Float64Array(size));
  const definite = gram(a);
  for (let i = 0; i < size; i++) definite.values[i * size + i] += size;
  const [ma, mb, md, mr] = [a, b, definite].map(peerOf).concat(Matrix.columnVector(right));
  return [
    { name: 'matmul', size, run: () => void matmul(a, b), peer: () => void ma.mmul(mb) },
    { name: 'solve', size, run: () => void solve(a, right), peer: () => void new LuDecomposition(ma).solve(mr) },
    { name: 'lu', size, run: () => void lu(a), peer: () => void new LuDecomposition(ma) },
    { name: 'cholesky', size, run: () => void cholesky(definite), peer: () => void new CholeskyDecomposition(md) },
    { name: 'qr', size, run: () => void qr(a), peer: () => void new QrDecomposition(ma).orthogonalMatrix },
    { name: 'least squares', size, run: () => void leastSquares(a, right), peer: () => void new QrDecomposition(ma).solve(mr) },
  ];
}

function small(size: number): Case[] {
  const a = normal(size, 1);
  const symmetric = gram(a);
  // Columns whose norms differ by six orders, in no order: rotations follow the bidiagonal form.
  const graded = { ...a, values: a.values.map((value, k) => value * 1e6 ** (((7 * k) % size) / size)) };
  const [ma, ms, mg] = [a, symmetric, graded].map(peerOf);
  const assumeSymmetric = { assumeSymmetric: true };
  return [
    {
      name: 'symmetric eigen',
      size,
      run: () => void symmetricEigen(symmetric),
      peer: () => void new EigenvalueDecomposition(ms, assumeSymmetric),
    },
    { name: 'svd', size, run: () => void svd(a), peer: () => void new SingularValueDecomposition(ma) },
    { name: 'svd, graded', size, run: () => void svd(graded), peer: () => void new SingularValueDecomposition(mg) },
    { name: 'eigen', size, run: () => void eigen(a), peer: () => void new EigenvalueDecomposition(ma) },
  ];
}

function normal(size: number, seed: number): DenseMatrix {
  return { rows: size, cols: size, values: new Random(seed).normals(new Float64Array(size * size)) };
}

function peerOf({ rows, cols, values }: DenseMatrix): Matrix {
  return new Matrix(Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * cols, (i + 1) * cols))));
}

/** Processor seconds of a call, after one that warms up. */
function seconds(run: () => void, calls: number): number {
  run();
  const start = process.cpuUsage();
  for (let call = 0; call < calls; call++) run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6 / calls;
}

/** Processor seconds of the same operations in NumPy and SciPy. */
function numpy(): [string, number][] {
  if (!python) return [];
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1' };
  const request = JSON.stringify(cases.map(({ name, size }) => [name, size]));
  const { stdout, stderr } = spawnSync(python, [file('numpy_dense.py'), request], { env, encoding: 'utf8' });
  if (!stdout) throw new Error(stderr);
  return Object.entries(JSON.parse(stdout) as Record<string, number>);
}
