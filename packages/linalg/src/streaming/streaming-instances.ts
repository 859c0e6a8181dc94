// Streams of rows to try methods on: the specification's families, whose top eigenvectors are known to be hard to find.
import type { HardInstance } from '@infimum/core';
import { Random } from '@infimum/core';
import { portableCosine, portableSine } from '@infimum/core/portable-math';
import { transpose } from '../dense/dense-matrix.ts';
import { qr } from '../dense/householder-qr.ts';
import { matmul } from '../dense/matmul.ts';
import type { DenseMatrix } from '../matrices.ts';

/** Radians of a whole turn. */
const TURN = 2 * Math.PI;

/** Sizes of a stream: n rows of length d, and the gap R that is aimed at. */
export interface StreamSizes {
  readonly n: number;
  readonly d: number;
  readonly R: number;
}

/** No heavy row: normal entries, one column times sqrt(R), all rotated by a random orthogonal matrix. */
export function lightStream({ n, d, R }: StreamSizes, seed: number): DenseMatrix {
  const random = new Random(seed);
  const rows = normalMatrix(n, d, random.split(0));
  for (let i = 0; i < n; i++) rows.values[i * d] *= Math.sqrt(R);
  return matmul(rows, transpose(randomRotation(d, random.split(1))));
}

/** Normal rows of small norm, and h equal heavy rows sqrt(R/h) v among them. */
export function heavyStream({ n, d, R, h }: StreamSizes & { readonly h: number }, seed: number): DenseMatrix {
  const random = new Random(seed);
  const v = random.split(1).sphere(new Float64Array(d));
  const heavy = Array.from({ length: h }, () => v.map((value) => Math.sqrt(R / h) * value));
  return shuffled(withRows(normalMatrix(n, d, random.split(0), 1 / Math.sqrt(n)), heavy), random.split(2));
}

/** Half of the first eigenvalue in light rows, half in h heavy rows that are tilted by the angle 1/sqrt(R). */
export function mixedStream({ n, d, R, h }: StreamSizes & { readonly h: number }, seed: number): DenseMatrix {
  const random = new Random(seed);
  const light = normalMatrix(n, d, random.split(0), 1 / Math.sqrt(n));
  for (let i = 0; i < n; i++) light.values[i * d] *= Math.sqrt(R / 2);
  const angle = 1 / Math.sqrt(R);
  const length = Math.sqrt(R / (2 * h));
  const heavy = Array.from({ length: h }, () => {
    const row = new Float64Array(d);
    row[0] = length * portableCosine(angle / TURN);
    row[1] = length * portableSine(angle / TURN);
    return row;
  });
  return shuffled(withRows(light, heavy), random.split(2));
}

/** Axis-parallel rows: mass 1 on each of d - 1 axes in tiny rows, and R rows on the first axis, which is the answer. */
export function hardStream({ n, d, R }: StreamSizes, seed: number): DenseMatrix {
  const rows = new Float64Array(n * d);
  const length = Math.sqrt((d - 1) / n);
  for (let i = 0; i < n; i++) rows[i * d + 1 + (i % (d - 1))] = length;
  const heavy = Array.from({ length: Math.round(R) }, () => Float64Array.from({ length: d }, (_, j) => (j === 0 ? 1 : 0)));
  return shuffled(withRows({ rows: n, cols: d, values: rows }, heavy), new Random(seed).split(2));
}

/** The light stream, scaled to mass one in each direction, with its rows ordered by |a . v1|: no random order at all. */
export function sortedStream(
  { order, ...sizes }: StreamSizes & { readonly order: 'descending' | 'ascending' },
  seed: number,
): DenseMatrix {
  const random = new Random(seed);
  const { values, rows, cols } = lightStream(sizes, seed);
  const axis = randomRotation(cols, random.split(1));
  // Rows are x Q', so that their product with the first column of Q is the first entry of x.
  const score = Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += values[i * cols + j] * axis.values[j * cols];
    return Math.abs(sum);
  });
  const sign = order === 'descending' ? -1 : 1;
  const places = Int32Array.from(score.keys()).sort((i, j) => sign * (score[i] - score[j]));
  const scale = 1 / Math.sqrt(rows);
  return { rows, cols, values: inOrder({ rows, cols, values }, places).map((value) => scale * value) };
}

/**
 * The lower bound's: h unit rows, one of which (unknown until the end) bends the long row sqrt(R) z, where z
 * lies halfway between it and a direction orthogonal to it.
 */
export function lowerBoundStream(
  { d, h, R }: { readonly d: number; readonly h: number; readonly R: number },
  seed: number,
): DenseMatrix {
  const random = new Random(seed);
  const units = Array.from({ length: h }, (_, i) => random.split(i).sphere(new Float64Array(d)));
  const [x] = units;
  const g = random.split(h).normals(new Float64Array(d));
  const along = g.reduce((sum, value, j) => sum + value * x[j], 0);
  for (let j = 0; j < d; j++) g[j] -= along * x[j];
  const norm = Math.sqrt(g.reduce((sum, value) => sum + value * value, 0));
  const z = g.map((value, j) => Math.sqrt(R) * ((x[j] + value / norm) / Math.SQRT2));
  return shuffled(withRows({ rows: 0, cols: d, values: new Float64Array(0) }, [...units, z]), random.split(h + 1));
}

/** Normal rows whose long direction turns by `turn` radians in all during the stream: for the limits of every method. */
export function driftingStream({ n, d, R, turn }: StreamSizes & { readonly turn: number }, seed: number): DenseMatrix {
  const rows = normalMatrix(n, d, new Random(seed).split(0), 1 / Math.sqrt(n));
  for (let i = 0; i < n; i++) {
    const angle = (turn * i) / Math.max(1, n - 1);
    const long = rows.values[i * d] * Math.sqrt(R);
    const across = rows.values[i * d + 1];
    const [cosine, sine] = [portableCosine(angle / TURN), portableSine(angle / TURN)];
    rows.values[i * d] = long * cosine - across * sine;
    rows.values[i * d + 1] = long * sine + across * cosine;
  }
  return rows;
}

/** The rows of a matrix in an order that the seed decides. */
export function inRandomOrder(matrix: DenseMatrix, seed: number): DenseMatrix {
  return shuffled(matrix, new Random(seed));
}

function shuffled(matrix: DenseMatrix, random: Random): DenseMatrix {
  return { ...matrix, values: inOrder(matrix, random.permutation(matrix.rows)) };
}

function inOrder({ cols, values }: DenseMatrix, order: Int32Array): Float64Array {
  const sorted = new Float64Array(values.length);
  for (const [place, i] of order.entries()) sorted.set(values.subarray(i * cols, (i + 1) * cols), place * cols);
  return sorted;
}

function normalMatrix(rows: number, cols: number, random: Random, scale = 1): DenseMatrix {
  const values = random.normals(new Float64Array(rows * cols));
  if (scale !== 1) for (let k = 0; k < values.length; k++) values[k] *= scale;
  return { rows, cols, values };
}

/** Q of a normal matrix. */
function randomRotation(size: number, random: Random): DenseMatrix {
  return qr(normalMatrix(size, size, random)).q;
}

function withRows({ rows, cols, values }: DenseMatrix, more: readonly Float64Array[]): DenseMatrix {
  const all = new Float64Array((rows + more.length) * cols);
  all.set(values);
  for (const [i, row] of more.entries()) all.set(row, (rows + i) * cols);
  return { rows: rows + more.length, cols, values: all };
}

/** Streams on which a false success is likely: extreme scales, no gap, no rank, rows of zeros. */
export function hardStreams(): HardInstance<{ readonly rows: DenseMatrix }>[] {
  const rows = 60;
  const normal = normalMatrix(rows, 4, new Random(1));
  const times = (factor: (row: number) => number) => ({
    rows: { ...normal, values: normal.values.map((value, k) => value * factor(k >> 2)) },
  });
  const of = (entry: (row: number, column: number) => number) => ({
    rows: { ...normal, values: Float64Array.from({ length: 4 * rows }, (_, k) => entry(k >> 2, k & 3)) },
  });
  return [
    { hardness: 'rows times 1e150', instance: times(() => 1e150) },
    { hardness: 'norms beyond the largest number', instance: of((_, column) => (column % 2 ? -1e308 : 1e308)) },
    { hardness: 'rows times 1e-150', instance: times(() => 1e-150) },
    { hardness: 'denormal rows', instance: times(() => 1e-320) },
    { hardness: 'rows of 1e-150 after one of 1e150', instance: times((i) => (i === 0 ? 1e150 : 1e-150)) },
    { hardness: 'rows that grow from 1e-150 to 1e150', instance: times((i) => 10 ** (5 * (i - 30))) },
    { hardness: 'zeros', instance: of(() => 0) },
    { hardness: 'zeros and one row', instance: of((i, j) => (i === 7 && j === 2 ? 1 : 0)) },
    { hardness: 'no gap: the axes in turn', instance: of((i, j) => (i % 4 === j ? 1 : 0)) },
    { hardness: 'one row again and again', instance: of((_, j) => j + 1) },
    { hardness: 'two directions, nearly as long', instance: of((i, j) => (i % 2 === j ? 1 + 1e-3 * j : 0)) },
  ];
}
