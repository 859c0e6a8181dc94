// The metric of a method: |h| = sqrt(h'Bh) for steps, |g|* = sqrt(g'B^-1 g) for gradients, with B positive definite.
import { checkMatrix, checkVector, fault } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { layout, linalgKernels } from '@infimum/linalg/kernels';
import { dot } from '@infimum/linalg/numerics';
import { CholeskySolver } from './cholesky-solver.ts';

/** How lengths are measured: as Euclid does, with a positive diagonal, or with a positive definite matrix. */
export type MetricMatrix = 'identity' | Float64Array | DenseMatrix;

/**
 * Checks that something has the form of a metric; whether it is positive definite, `createMetric` finds.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function checkMetric(value: unknown, argument: string): asserts value is MetricMatrix {
  if (value === 'identity' || value instanceof Float64Array) return;
  checkMatrix(value, argument);
}

/** What methods do with a metric. */
export interface Metric extends Disposable {
  /** Whether B is diagonal. */
  readonly isDiagonal: boolean;
  /** out <- B h */
  multiply(h: Float64Array, out: Float64Array): void;
  /** out <- B^-1 g */
  solve(g: Float64Array, out: Float64Array): void;
  /** The lower triangle of the d x d matrix gets B times the factor added. */
  addTo(matrix: Float64Array, factor: number): void;
  /** sqrt(h'Bh) */
  norm(h: Float64Array): number;
  /** out <- C^-1 g with B = C C' */
  solveFactor(g: Float64Array, out: Float64Array): void;
  /** out <- C'^-1 g */
  solveFactorTransposed(g: Float64Array, out: Float64Array): void;
}

/**
 * Checks a metric and factors it.
 *
 * @throws {InvalidInputError} naming `metric` for shapes that do not fit and for what is not positive definite
 */
export function createMetric(matrix: MetricMatrix, dimension: number): Metric {
  if (matrix === 'identity') return identityMetric(dimension);
  if (matrix instanceof Float64Array) return diagonalMetric(matrix, dimension);
  checkMatrix(matrix, 'metric');
  if (matrix.rows !== dimension || matrix.cols !== dimension) {
    throw fault(`must be ${dimension} x ${dimension}, is ${matrix.rows} x ${matrix.cols}`, 'metric', 'shape');
  }
  return denseMetric(matrix);
}

function identityMetric(dimension: number): Metric {
  const copy = (from: Float64Array, to: Float64Array) => to.set(from);
  return {
    isDiagonal: true,
    multiply: copy,
    solve: copy,
    solveFactor: copy,
    solveFactorTransposed: copy,
    addTo: (matrix, factor) => {
      for (let i = 0; i < dimension; i++) matrix[i * dimension + i] += factor;
    },
    norm: (h) => Math.sqrt(dot(h, h)),
    [Symbol.dispose]: () => {},
  };
}

function diagonalMetric(diagonal: Float64Array, dimension: number): Metric {
  checkVector(diagonal, 'metric', dimension);
  const bad = diagonal.findIndex((value) => !(value > 0));
  if (bad >= 0) notPositive(bad);
  const over = (g: Float64Array, out: Float64Array) => {
    for (let i = 0; i < dimension; i++) out[i] = g[i] / Math.sqrt(diagonal[i]);
  };
  return {
    isDiagonal: true,
    multiply: (h, out) => {
      for (let i = 0; i < dimension; i++) out[i] = diagonal[i] * h[i];
    },
    solve: (g, out) => {
      for (let i = 0; i < dimension; i++) out[i] = g[i] / diagonal[i];
    },
    solveFactor: over,
    solveFactorTransposed: over,
    addTo: (matrix, factor) => {
      for (let i = 0; i < dimension; i++) matrix[i * dimension + i] += factor * diagonal[i];
    },
    norm: (h) => {
      let sum = 0;
      for (let i = 0; i < dimension; i++) sum += diagonal[i] * h[i] * h[i];
      return Math.sqrt(sum);
    },
    [Symbol.dispose]: () => {},
  };
}

function denseMetric({ rows: size, values }: DenseMatrix): Metric {
  const solver = new CholeskySolver(size);
  solver.matrix.set(values);
  const pivot = solver.factor();
  if (pivot >= 0) {
    solver[Symbol.dispose]();
    notPositive(pivot);
  }
  const { workspace, matrix, vector, image } = layout({ matrix: values, vector: size, image: size });
  const { gemv, dot: inner } = workspace.kernels(linalgKernels);
  const multiply = (h: Float64Array) => {
    vector.set(h);
    gemv(0, size, size, matrix.byteOffset, vector.byteOffset, image.byteOffset);
  };
  return {
    isDiagonal: false,
    multiply: (h, out) => {
      multiply(h);
      out.set(image);
    },
    solve: (g, out) => solver.solve(g, out),
    solveFactor: (g, out) => solver.solveLower(g, out),
    solveFactorTransposed: (g, out) => solver.solveLowerTransposed(g, out),
    addTo: (target, factor) => {
      for (let i = 0; i < size; i++) {
        for (let k = i * size; k <= i * size + i; k++) target[k] += factor * values[k];
      }
    },
    norm: (h) => {
      multiply(h);
      return Math.sqrt(Math.max(0, inner(size, vector.byteOffset, image.byteOffset)));
    },
    [Symbol.dispose]: () => {
      solver[Symbol.dispose]();
      workspace.release();
    },
  };
}

function notPositive(index: number): never {
  throw fault(`is not positive definite: pivot ${index} is not positive`, 'metric', 'out-of-range', index);
}
