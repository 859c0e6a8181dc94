// A quadratic lower level with many solutions: g = |Cy − Dx|²/2 with fewer rows of C than columns, f = |y − t|²/2 + μ|x|²/2.
import type { DenseMatrix } from '@infimum/linalg';
import { cholesky, solveCholesky } from '@infimum/linalg';
import { dot, rowDot } from '@infimum/linalg/numerics';
import type { BilevelModel } from './model.ts';

/** Its data. */
export interface QuadraticSource {
  /** Which model. */
  readonly kind: 'quadratic';
  /** C, of full row rank. */
  readonly c: DenseMatrix;
  /** D, with as many rows. */
  readonly d: DenseMatrix;
  /** t, the target of y in f. */
  readonly target: Float64Array;
  /** μ. */
  readonly ridge: number;
}

/** The oracles, and the hyper-objective by y = t + C⁺(Dx − Ct). */
export function quadraticModel({ c, d, target, ridge }: QuadraticSource): BilevelModel {
  const [rows, q, p] = [c.rows, c.cols, d.cols];
  const rest = new Float64Array(rows);
  const residual = (x: Float64Array | undefined, y: Float64Array, scale = 1) => {
    for (let i = 0; i < rows; i++) {
      rest[i] = dotRow(c, i, y) - (x ? dotRow(d, i, x) : 0);
      rest[i] *= scale;
    }
    return rest;
  };
  return {
    problem: {
      dimX: p,
      dimY: q,
      f: (x, y) => (y.reduce((sum, t, j) => sum + (t - target[j]) ** 2, 0) + ridge * dot(x, x)) / 2,
      g: (x, y) => dot(residual(x, y), rest) / 2,
      gradFx: (x, _, out) => out.set(x.map((t) => ridge * t)),
      gradFy: (_, y, out) => {
        for (let j = 0; j < q; j++) out[j] = y[j] - target[j];
      },
      gradGx: (x, y, out) => transposedProduct(d, residual(x, y, -1), out),
      gradGy: (x, y, out) => transposedProduct(c, residual(x, y), out),
      hvpGyy: (_x, _y, v, out) => transposedProduct(c, residual(undefined, v), out),
      jvpGxy: (_x, _y, v, out) => transposedProduct(d, residual(undefined, v, -1), out),
    },
    hyperObjective: (x) => {
      const gram = new Float64Array(rows * rows);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < rows; j++) {
          gram[i * rows + j] = dot(c.values.subarray(i * q, i * q + q), c.values.subarray(j * q, j * q + q));
        }
      }
      const r = residual(x, target, -1).slice();
      const w = solveCholesky(cholesky({ rows, cols: rows, values: gram }), r);
      const gradient = new Float64Array(p);
      transposedProduct(d, w, gradient);
      for (let i = 0; i < p; i++) gradient[i] += ridge * x[i];
      return { value: (dot(r, w) + ridge * dot(x, x)) / 2, gradient };
    },
  };
}

function dotRow({ cols, values }: DenseMatrix, i: number, x: Float64Array): number {
  return rowDot(values, i * cols, x, 0, cols);
}

function transposedProduct({ rows, cols, values }: DenseMatrix, w: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let i = 0; i < rows; i++) {
    const scale = w[i];
    for (let j = 0; j < cols; j++) out[j] += scale * values[i * cols + j];
  }
}
