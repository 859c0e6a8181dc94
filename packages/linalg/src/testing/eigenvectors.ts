// For tests of streams: the exact eigenvector, and how near others come to it.

import type { DenseMatrix } from '../matrices.ts';
import type { StreamingTopEigenvectorOptions } from '../streaming/streaming-options.ts';
import { streamingTopEigenvector } from '../streaming/streaming-top-eigenvector.ts';

/** Squared correlation of two unit vectors. */
export function correlation(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, j) => sum + value * y[j], 0) ** 2;
}

/** The top eigenvector of A'A by plain power iteration, which shares no code with what is tested. */
export function exact({ rows, cols, values }: DenseMatrix): Float64Array {
  let vector = Float64Array.from({ length: cols }, (_, j) => 1 + ((7 * j) % 11) / 11);
  for (let iteration = 0; iteration < 2000; iteration++) {
    const next = new Float64Array(cols);
    for (let i = 0; i < rows; i++) {
      const at = i * cols;
      let product = 0;
      for (let j = 0; j < cols; j++) product += values[at + j] * vector[j];
      for (let j = 0; j < cols; j++) next[j] += product * values[at + j];
    }
    const norm = Math.hypot(...next);
    for (let j = 0; j < cols; j++) next[j] /= norm;
    const change = next.reduce((most, value, j) => Math.max(most, Math.abs(value - vector[j])), 0);
    vector = next;
    if (change < 1e-12) return vector;
  }
  throw new Error('the power iteration does not converge: the gap is too small');
}

/** The upper one of two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[values.length >> 1];
}

/** Median over seeds of the squared correlation with the exact answer, for several settings on the same streams. */
export function medians<Name extends string>(
  make: (seed: number) => DenseMatrix,
  settings: Record<Name, StreamingTopEigenvectorOptions>,
  seeds = [1, 2, 3, 4, 5],
): Record<Name, number> {
  const found = Object.fromEntries(Object.keys(settings).map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (const seed of seeds) {
    const rows = make(seed);
    const truth = exact(rows);
    for (const name of Object.keys(settings) as Name[]) {
      found[name].push(correlation(truth, streamingTopEigenvector(rows, { seed, ...settings[name] }).vector));
    }
  }
  return Object.fromEntries(Object.keys(found).map((name) => [name, median(found[name as Name])])) as Record<Name, number>;
}
