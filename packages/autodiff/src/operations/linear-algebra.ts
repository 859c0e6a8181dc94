// Linear systems, Cholesky factors, determinants and inverses, of matrices and of stacks of them. The results for singular
// matrices, or matrices that are not positive definite, are NaN or infinities.
//
// M. Giles: Collected matrix derivative results for forward and reverse mode algorithmic differentiation (2008); I. Murray:
// Differentiation of the Cholesky decomposition (arXiv 1602.07527).
import { fault } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import type { Operation, Tensor } from '../expressions/tensor.ts';
import { checkTensor, constant, describeShape, sameShape, tensorOf } from '../expressions/tensor.ts';
import { add, mul, neg } from './arithmetic.ts';
import { commonShape } from './entrywise.ts';
import { matmul } from './matmul.ts';
import { transpose } from './permutations.ts';
import { take } from './picking.ts';
import { where } from './selection.ts';
import { broadcastTo, reshape } from './shapes.ts';

/** Row `to` minus `factor` times row `from`, from a column on. */
function subtractRow(x: Float64Array, to: number, from: number, factor: number, length: number): void {
  for (let k = 0; k < length; k++) x[to + k] -= factor * x[from + k];
}

/**
 * The factors of P A = L U with partial pivoting (G. Golub, C. Van Loan: Matrix Computations, 3.4), for every matrix n + 1 rows
 * of n numbers: L below the diagonal, where its own is one, U above, and the permutation. No gradient passes.
 */
const factoring: Operation = {
  name: 'lu',
  prepare: ({ inputs: [{ shape }] }, { inputs: [a], out }) => {
    const size = shape.at(-1) as number;
    const [area, room] = [size * size, size * (size + 1)];
    return () => {
      for (let k = 0; k * area < a.length; k++) {
        const matrix = out.subarray(k * room, k * room + area);
        matrix.set(a.subarray(k * area, (k + 1) * area));
        factor(matrix, size, out.subarray(k * room + area, (k + 1) * room));
      }
    };
  },
  pullback: () => [undefined],
};

function factor(matrix: Float64Array, size: number, permutation: Float64Array): void {
  for (let i = 0; i < size; i++) permutation[i] = i;
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) {
      if (Math.abs(matrix[i * size + k]) > Math.abs(matrix[pivot * size + k])) pivot = i;
    }
    if (pivot !== k) {
      for (let j = 0; j < size; j++) {
        const kept = matrix[k * size + j];
        matrix[k * size + j] = matrix[pivot * size + j];
        matrix[pivot * size + j] = kept;
      }
      [permutation[k], permutation[pivot]] = [permutation[pivot], permutation[k]];
    }
    for (let i = k + 1; i < size; i++) {
      const ratio = matrix[i * size + k] / matrix[k * size + k];
      matrix[i * size + k] = ratio;
      if (ratio !== 0) subtractRow(matrix, i * size + k + 1, k * size + k + 1, ratio, size - k - 1);
    }
  }
}

function factors(a: Tensor): Tensor {
  const size = a.shape.at(-1) as number;
  return tensorOf([...a.shape.slice(0, -2), size + 1, size], factoring, [a]);
}

/** A^-1 B or A^-T B from A, its factors, and B. */
const solving = (isTransposed: boolean): Operation => ({
  name: 'solve',
  prepare: ({ shape }, { inputs: [, factored, b], out }) => {
    const [size, cols] = shape.slice(-2);
    const [area, room] = [size * cols, size * (size + 1)];
    const kept = new Float64Array(area);
    return () => {
      for (let k = 0; k * area < out.length; k++) {
        const lu = factored.subarray(k * room, (k + 1) * room);
        const x = out.subarray(k * area, (k + 1) * area);
        const right = b.subarray(k * area, (k + 1) * area);
        if (isTransposed) solveTransposed(lu, size, cols, right, x, kept);
        else solvePlain(lu, size, cols, right, x);
      }
    };
  },
  pullback: (x, gradient) => {
    const [a, factored] = x.inputs;
    const ofB = solved(a, factored, gradient, !isTransposed);
    const ofA = isTransposed ? matmul(x, transpose(ofB)) : matmul(ofB, transpose(x));
    return [neg(ofA), undefined, ofB];
  },
});

function solvePlain(lu: Float64Array, size: number, cols: number, b: Float64Array, x: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const row = lu[size * size + i];
    for (let j = 0; j < cols; j++) x[i * cols + j] = b[row * cols + j];
    for (let k = 0; k < i; k++) subtractRow(x, i * cols, k * cols, lu[i * size + k], cols);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) subtractRow(x, i * cols, k * cols, lu[i * size + k], cols);
    for (let j = 0; j < cols; j++) x[i * cols + j] /= lu[i * size + i];
  }
}

/** A' = U' L' P: the triangles in the other order, and the permutation at the end. */
function solveTransposed(
  lu: Float64Array,
  size: number,
  cols: number,
  b: Float64Array,
  x: Float64Array,
  kept: Float64Array,
): void {
  kept.set(b);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < cols; j++) kept[i * cols + j] /= lu[i * size + i];
    for (let k = i + 1; k < size; k++) subtractRow(kept, k * cols, i * cols, lu[i * size + k], cols);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = 0; k < i; k++) subtractRow(kept, k * cols, i * cols, lu[i * size + k], cols);
    const row = lu[size * size + i];
    for (let j = 0; j < cols; j++) x[row * cols + j] = kept[i * cols + j];
  }
}

function solved(a: Tensor, factored: Tensor, b: Tensor, isTransposed: boolean): Tensor {
  return tensorOf(b.shape, solving(isTransposed), [a, factored, b]);
}

/**
 * The solution X of A X = B, by an LU factorisation with partial pivoting that derivatives share. A singular A gives NaN or
 * infinities.
 *
 * Time 2 n³ / 3, and 2 n² for each column of B and for each product with a derivative.
 *
 * @param a - square, or a stack of square matrices
 * @param b - a vector for one matrix, a matrix, or a stack that stretches to that of A
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * @example
 * ```ts
 * import { compile, solve, variable } from '@infimum/autodiff';
 *
 * const [a, b] = [variable(2, 2), variable(2)];
 * const program = compile([solve(a, b)], [a, b]);
 * console.log(program.run([Float64Array.of(0, 2, 4, 1), Float64Array.of(6, 7)])[0].join(' ')); // 1 3
 * ```
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  checkTensor(b, 'b');
  checkSquare(a);
  const [left, right] = sides(a, b);
  return reshape(solved(left, factors(left), right, false), b.shape.length === 1 ? b.shape : right.shape);
}

/** Both sides as stacks of the same size; a vector is a column. */
function sides(a: Tensor, b: Tensor): [Tensor, Tensor] {
  const column = b.shape.length === 1 && a.shape.length === 2 ? reshape(b, [b.shape[0], 1]) : b;
  if (column.shape.at(-2) !== a.shape.at(-1)) {
    throw fault(`has the shape ${describeShape(b.shape)}, which does not fit ${describeShape(a.shape)}`, 'b', 'shape');
  }
  const stack = commonShape(a.shape.slice(0, -2), column.shape.slice(0, -2), 'b');
  return [broadcastTo(a, [...stack, ...a.shape.slice(-2)]), broadcastTo(column, [...stack, ...column.shape.slice(-2)])];
}

/** The inverse of a matrix, or of every one of a stack; where possible use `solve`, which is faster and more accurate. */
export function inverse(a: Tensor): Tensor {
  checkSquare(a);
  return solve(a, identityFor(a));
}

function identityFor({ shape }: Tensor): Tensor {
  const size = shape.at(-1) as number;
  const entries = Float64Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 : 0));
  return broadcastTo(constant(entries, [size, size]), shape);
}

const takingLogDeterminants: Operation = {
  name: 'logDeterminant',
  prepare: ({ inputs: [{ shape }] }, { inputs: [, factored], out }) => {
    const size = shape.at(-1) as number;
    return () => {
      for (let k = 0; k < out.length; k++) {
        let sum = 0;
        for (let i = 0; i < size; i++) {
          sum += portableLog(Math.abs(factored[k * size * (size + 1) + i * (size + 1)]));
        }
        out[k] = sum;
      }
    };
  },
  pullback: ({ inputs: [a, factored] }, gradient) => [
    mul(reshape(gradient, [...gradient.shape, 1, 1]), solved(a, factored, identityFor(a), true)),
    undefined,
  ],
};

/**
 * log |det A|, which neither over- nor underflows; -Infinity for a singular matrix. Of a stack, one for every matrix.
 *
 * @throws {InvalidInputError} for matrices that are not square
 */
export function logDeterminant(a: Tensor): Tensor {
  checkSquare(a);
  return tensorOf(a.shape.slice(0, -2), takingLogDeterminants, [a, factors(a)]);
}

const takingCholesky: Operation = {
  name: 'cholesky',
  prepare: ({ shape }, { inputs: [a], out }) => {
    const size = shape.at(-1) as number;
    return () => {
      out.fill(0);
      for (let start = 0; start < out.length; start += size * size) {
        for (let i = 0; i < size; i++) {
          for (let j = 0; j <= i; j++) {
            const [row, other] = [start + i * size, start + j * size];
            let sum = a[row + j];
            for (let k = 0; k < j; k++) sum -= out[row + k] * out[other + k];
            out[row + j] = i === j ? Math.sqrt(sum) : sum / out[other + j];
          }
        }
      }
    };
  },
  pullback: (l, gradient) => {
    // Murray, (10): the gradient is L^-T Phi(L' G) L^-1, symmetrised, with Phi the lower triangle and half the diagonal.
    const inside = lowerTriangle(matmul(transpose(l), lowerTriangle(gradient)), 0.5);
    const half = solvedTriangular(l, inside, true);
    return [symmetrized(transpose(solvedTriangular(l, transpose(half), true)))];
  },
};

function symmetrized(a: Tensor): Tensor {
  return mul(0.5, add(a, transpose(a)));
}

/** The lower triangle, its diagonal times a factor. */
function lowerTriangle(a: Tensor, diagonal = 1): Tensor {
  const size = a.shape.at(-1) as number;
  const weights = Float64Array.from({ length: size * size }, (_, k) => {
    const [i, j] = [Math.floor(k / size), k % size];
    return i > j ? 1 : i === j ? diagonal : 0;
  });
  const mask = constant(weights, [size, size]);
  // Chosen, not multiplied by zero: what lies above may be infinite.
  return where(mask, diagonal === 1 ? a : mul(a, mask), 0);
}

/**
 * The Cholesky factor of a symmetric positive definite matrix, or of every one of a stack: the lower triangular L with
 * A = L L'. A matrix that is not symmetric is replaced by (A + A') / 2; one that is not positive definite gives NaN. Time n³ / 3.
 *
 * @throws {InvalidInputError} for matrices that are not square
 *
 * @example
 * ```ts
 * import { cholesky, compile, variable } from '@infimum/autodiff';
 *
 * const a = variable(2, 2);
 * console.log(compile([cholesky(a)], [a]).run([Float64Array.of(4, 2, 2, 10)])[0].join(' ')); // 2 0 1 3
 * ```
 */
export function cholesky(a: Tensor): Tensor {
  checkSquare(a);
  return tensorOf(a.shape, takingCholesky, [symmetrized(a)]);
}

/** L^-1 B or L^-T B. */
const solvingTriangular = (isTransposed: boolean): Operation => ({
  name: 'solveTriangular',
  prepare: ({ shape }, { inputs: [l, b], out }) => {
    const [size, cols] = shape.slice(-2);
    return () => {
      out.set(b);
      for (let k = 0; k * size * cols < out.length; k++) {
        const [matrix, x] = [l.subarray(k * size * size), out.subarray(k * size * cols)];
        for (let step = 0; step < size; step++) {
          const i = isTransposed ? size - 1 - step : step;
          for (let j = 0; j < cols; j++) x[i * cols + j] /= matrix[i * (size + 1)];
          for (let m = step + 1; m < size; m++) {
            const row = isTransposed ? size - 1 - m : m;
            const entry = isTransposed ? matrix[i * size + row] : matrix[row * size + i];
            subtractRow(x, row * cols, i * cols, entry, cols);
          }
        }
      }
    };
  },
  pullback: (x, gradient) => {
    const [l] = x.inputs;
    const ofB = solvedTriangular(l, gradient, !isTransposed);
    const ofL = isTransposed ? matmul(x, transpose(ofB)) : matmul(ofB, transpose(x));
    return [neg(lowerTriangle(ofL)), ofB];
  },
});

function solvedTriangular(l: Tensor, b: Tensor, isTransposed: boolean): Tensor {
  return tensorOf(b.shape, solvingTriangular(isTransposed), [l, b]);
}

/**
 * The solution X of L X = B for a lower triangular L, or of L' X = B. What lies above the diagonal is not read. Time n² for each
 * column of B.
 *
 * @param l - square, or a stack of square matrices
 * @param b - as for `solve`
 * @param isTransposed - whether to use L'; false by default
 * @throws {InvalidInputError} for shapes that do not fit
 */
export function solveTriangular(l: Tensor, b: Tensor, isTransposed = false): Tensor {
  checkTensor(b, 'b');
  checkSquare(l, 'l');
  const [left, right] = sides(l, b);
  return reshape(solvedTriangular(left, right, isTransposed), b.shape.length === 1 ? b.shape : right.shape);
}

/** The entries on the diagonal of a square matrix, or of every one of a stack. */
export function diagonal(a: Tensor): Tensor {
  checkSquare(a);
  const size = a.shape.at(-1) as number;
  const shape = a.shape.slice(0, -1);
  const count = shape.reduce((product, length) => product * length, 1);
  const places = Float64Array.from({ length: count }, (_, k) => k * size + (k % size));
  return take(a, constant(places, shape));
}

function checkSquare(x: Tensor, argument = 'a'): void {
  checkTensor(x, argument);
  const { shape } = x;
  if (shape.length >= 2 && sameShape(shape.slice(-1), shape.slice(-2, -1))) return;
  throw fault(`must be square, has the shape ${describeShape(shape)}`, argument, 'shape');
}
