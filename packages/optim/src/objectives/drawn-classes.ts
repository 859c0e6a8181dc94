// Two classes as a logistic model draws them, dense or sparse, of any size.
import { Random } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { csrFromTriplets } from '@infimum/linalg';

/** Sizes of a drawn design. */
export interface DrawnSizes {
  readonly rows: number;
  readonly cols: number;
  /** Entries of a row that are not zero, at places drawn with repetitions; 0 for all of them. */
  readonly entries?: number;
}

/** A drawn design with its labels 1 and -1. */
export interface DrawnClasses<Design> {
  readonly design: Design;
  readonly labels: Float64Array;
}

/**
 * Entries N(0, 1); a sample with the margin a . w, w from N(0, 9/k) with k entries in a row, has the label 1 with
 * probability 1 / (1 + exp(-a . w)).
 */
export function drawnClasses({ rows, cols, entries = 0 }: DrawnSizes, seed: number): DrawnClasses<DenseMatrix | CsrMatrix> {
  const random = new Random(seed);
  const scale = 3 / Math.sqrt(entries || cols);
  const weights = random.normals(new Float64Array(cols)).map((weight) => scale * weight);
  return entries > 0 ? sparseClasses({ rows, cols, entries }, weights, random) : denseClasses(rows, weights, random);
}

function denseClasses(rows: number, weights: Float64Array, random: Random): DrawnClasses<DenseMatrix> {
  const cols = weights.length;
  const values = random.normals(new Float64Array(rows * cols));
  const labels = Float64Array.from({ length: rows }, (_, i) => {
    let margin = 0;
    for (let j = 0; j < cols; j++) margin += weights[j] * values[i * cols + j];
    return drawnLabel(margin, random);
  });
  return { design: { rows, cols, values }, labels };
}

function sparseClasses(
  { rows, cols, entries }: Required<DrawnSizes>,
  weights: Float64Array,
  random: Random,
): DrawnClasses<CsrMatrix> {
  const count = rows * entries;
  const [rowIndices, columnIndices] = [new Int32Array(count), new Int32Array(count)];
  const values = random.normals(new Float64Array(count));
  const labels = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let margin = 0;
    for (let k = i * entries; k < (i + 1) * entries; k++) {
      rowIndices[k] = i;
      columnIndices[k] = random.integer(cols);
      margin += weights[columnIndices[k]] * values[k];
    }
    labels[i] = drawnLabel(margin, random);
  }
  return { design: csrFromTriplets({ rows, cols, rowIndices, columnIndices, values }), labels };
}

function drawnLabel(margin: number, random: Random): number {
  return random.uniform() < 1 / (1 + portableExp(-margin)) ? 1 : -1;
}
