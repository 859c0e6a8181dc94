// Quadratic functions.
import type { MatrixLike, Objective, VectorLike } from '@infimum/core';
import { asVector, fault } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { checkedOracle } from './checked-oracle.ts';
import type { Design } from './design.ts';
import { createDesign } from './design.ts';

/** A quadratic function with its derivatives. */
export type Quadratic = Objective & Required<Pick<Objective, 'hessianVector' | 'hessian'>>;

/**
 * The quadratic f(x) = x'Ax/2 - b'x for a symmetric A, dense, sparse or a diagonal. Value, gradient and product with the
 * Hessian cost a product with A.
 *
 * @param a - A, d x d, its symmetry is not checked; or the diagonal, d numbers
 * @param b - the linear term, d numbers; zero by default
 * @throws {InvalidInputError} for shapes that do not fit and entries that are not finite
 *
 * @example
 * ```ts
 * import { lbfgs, quadraticForm } from '@infimum/optim';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 4), Float64Array.of(1, 8));
 * console.log(lbfgs(bowl, new Float64Array(2)).x.map(Math.round).join(' ')); // 1 2
 * ```
 */
export function quadraticForm(a: MatrixLike | CsrMatrix | VectorLike, b?: VectorLike): Quadratic {
  const { dimension, multiply, hessian } = isDiagonal(a) ? ofDiagonal(asVector(a, 'a')) : ofMatrix(a);
  const shift = b && asVector(b, 'b', dimension);
  const image = new Float64Array(dimension);
  return checkedOracle({
    dimension,
    value: (x) => {
      multiply(x, image);
      let sum = 0;
      for (let i = 0; i < dimension; i++) sum += x[i] * (image[i] / 2 - (shift ? shift[i] : 0));
      return sum;
    },
    gradient: (x, out) => {
      multiply(x, out);
      if (shift) for (let i = 0; i < dimension; i++) out[i] -= shift[i];
    },
    hessianVector: (_, v, out) => multiply(v, out),
    hessian: (_, out) => hessian(out),
  });
}

function ofDiagonal(diagonal: Float64Array) {
  const dimension = diagonal.length;
  return {
    dimension,
    multiply: (x: Float64Array, out: Float64Array) => {
      for (let i = 0; i < dimension; i++) out[i] = diagonal[i] * x[i];
    },
    hessian: (out: Float64Array) => {
      out.fill(0);
      diagonal.forEach((value, i) => {
        out[i * dimension + i] = value;
      });
    },
  };
}

/** Numbers in a row, and neither a matrix nor rows. */
function isDiagonal(a: MatrixLike | CsrMatrix | VectorLike): a is VectorLike {
  return ArrayBuffer.isView(a) || (Array.isArray(a) && typeof a[0] !== 'object');
}

function ofMatrix(a: MatrixLike | CsrMatrix) {
  const design = createDesign(a, 'a');
  const { rows, cols } = design;
  if (rows !== cols) throw fault(`must be square, got ${rows}x${cols}`, 'a', 'shape');
  checkSymmetric(design);
  return {
    dimension: rows,
    multiply: design.multiply,
    hessian: (out: Float64Array) => {
      out.fill(0);
      for (let i = 0; i < rows; i++) {
        design.forRow(i, (column, value) => {
          out[i * cols + column] = value;
        });
      }
    },
  };
}

/** How far entries that mirror each other may be apart, relative to the largest of their row: rounding of a product. */
const ASYMMETRY = 1e-8;

/** x'Ay = y'Ax for two vectors without pattern, which no other matrix is likely to pass; O(entries). */
function checkSymmetric(design: Design): void {
  const size = design.rows;
  const [x, y] = [1, 2].map((kind) => Float64Array.from({ length: size }, (_, i) => Math.sin(kind + (kind + Math.SQRT2) * i)));
  const [ax, ay] = [new Float64Array(size), new Float64Array(size)];
  design.multiply(x, ax);
  design.multiply(y, ay);
  let [difference, scale] = [0, 0];
  for (let i = 0; i < size; i++) {
    difference += y[i] * ax[i] - x[i] * ay[i];
    scale += Math.abs(y[i] * ax[i]) + Math.abs(x[i] * ay[i]);
  }
  if (Math.abs(difference) <= ASYMMETRY * scale || !Number.isFinite(scale)) return;
  throw fault('must be symmetric', 'a', 'out-of-range');
}
