// ml-matrix, ml-sparse-matrix and mathjs on `linalg/linear-system`, `linalg/sparse-product` and `linalg/streaming-top-eigenvector`.
import type { Matrix as MathMatrix } from 'mathjs';
import { all, create } from 'mathjs';
import { CholeskyDecomposition, Matrix, SingularValueDecomposition, solve } from 'ml-matrix';
import { SparseMatrix as HashedMatrix } from 'ml-sparse-matrix';
import type { NpmPeer } from './peer.ts';
import { Declined } from './peer.ts';

/** Rows times columns beyond which a dense copy is not made, as it takes more than 200 MB. */
const MOST_ENTRIES = 25e6;

interface Dense {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

interface Sparse extends Dense {
  readonly rowPointers: Int32Array;
  readonly columnIndices: Int32Array;
}

interface System {
  readonly a: Dense | Sparse;
  readonly b: Float64Array;
  readonly structure: string;
}

const isSparse = (matrix: Dense | Sparse): matrix is Sparse => 'rowPointers' in matrix;

const math = create(all);
const SparseMatrix = (math as unknown as { SparseMatrix: new (data: object) => MathMatrix }).SparseMatrix;

function denseOf(matrix: Dense | Sparse): Matrix {
  const { rows, cols, values } = matrix;
  if (rows * cols > MOST_ENTRIES) throw new Declined('ml-matrix has no sparse matrices');
  if (!isSparse(matrix)) return Matrix.from1DArray(rows, cols, values);
  const dense = Matrix.zeros(rows, cols);
  for (let i = 0; i < rows; i++)
    for (let k = matrix.rowPointers[i]; k < matrix.rowPointers[i + 1]; k++)
      dense.set(i, matrix.columnIndices[k], dense.get(i, matrix.columnIndices[k]) + values[k]);
  return dense;
}

/** The residual over |b|, computed from the instance. */
function residual({ a, b }: System, x: ArrayLike<number>): number {
  let [square, scale] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    let rest = b[i];
    if (isSparse(a)) {
      for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) rest -= a.values[k] * x[a.columnIndices[k]];
    } else {
      for (let j = 0; j < a.cols; j++) rest -= a.values[i * a.cols + j] * x[j];
    }
    square += rest * rest;
    scale += b[i] * b[i];
  }
  return Math.sqrt(square) / (Math.sqrt(scale) || 1);
}

function direct(name: string, factor: (a: Matrix, b: Matrix) => Matrix, structures?: readonly string[]): NpmPeer {
  return {
    title: `ml-matrix: ${name}`,
    problem: 'linalg/linear-system',
    package: 'ml-matrix',
    solve: (instance: System, timed) => {
      if (structures && !structures.includes(instance.structure))
        throw new Declined(`${name} is for ${structures.join(', ')} systems`);
      const [a, b] = [denseOf(instance.a), Matrix.columnVector(Array.from(instance.b))];
      const x = Float64Array.from(timed(() => factor(a, b)).to1DArray());
      const solution = { x, relativeResidual: residual(instance, x) };
      return { status: 'converged', reason: 'a direct method', solution };
    },
  };
}

/** Matrices of mathjs are in compressed columns: the transpose of ours, without a copy of its own. */
function columnsOf({ rows, cols, rowPointers, columnIndices, values }: Sparse): MathMatrix {
  const [index, ptr] = [Array.from(columnIndices), Array.from(rowPointers)];
  return new SparseMatrix({ values: Array.from(values), index, ptr, size: [cols, rows], datatype: 'number' });
}

const product: NpmPeer = {
  title: 'mathjs: multiply',
  problem: 'linalg/sparse-product',
  package: 'mathjs',
  solve: ({ a, b }: { readonly a: Sparse; readonly b: Sparse }, timed) => {
    // The columns of B′A′ are the rows of AB.
    const [left, right] = [columnsOf(b), columnsOf(a)];
    const found = timed(() => math.multiply(left, right)) as unknown as {
      readonly _values: readonly number[];
      readonly _index: readonly number[];
      readonly _ptr: readonly number[];
    };
    const matrix = {
      rows: a.rows,
      cols: b.cols,
      rowPointers: Int32Array.from(found._ptr),
      columnIndices: Int32Array.from(found._index),
      values: Float64Array.from(found._values),
    };
    return { status: 'converged', reason: 'all columns of the product are done', solution: { matrix } };
  },
};

const hashedProduct: NpmPeer = {
  title: 'ml-sparse-matrix: mmul',
  problem: 'linalg/sparse-product',
  package: 'ml-sparse-matrix',
  solve: ({ a, b }: { readonly a: Sparse; readonly b: Sparse }, timed) => {
    const [left, right] = [hashedOf(a), hashedOf(b)];
    const found = timed(() => left.mmul(right));
    return { status: 'converged', reason: 'all products are added', solution: { matrix: { ...rowsOf(found) } } };
  },
};

function hashedOf({ rows, cols, rowPointers, columnIndices, values }: Sparse): HashedMatrix {
  const matrix = new HashedMatrix(rows, cols, { initialCapacity: 2 * values.length });
  for (let i = 0; i < rows; i++)
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) matrix.set(i, columnIndices[k], values[k]);
  return matrix;
}

function rowsOf(matrix: HashedMatrix): Sparse {
  const entries: [number, number, number][] = [];
  matrix.withEachNonZero((row, column, value) => {
    entries.push([row, column, value]);
  });
  entries.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const rowPointers = new Int32Array(matrix.rows + 1);
  for (const [row] of entries) rowPointers[row + 1]++;
  for (let i = 0; i < matrix.rows; i++) rowPointers[i + 1] += rowPointers[i];
  return {
    rows: matrix.rows,
    cols: matrix.columns,
    rowPointers,
    columnIndices: Int32Array.from(entries, ([, column]) => column),
    values: Float64Array.from(entries, ([, , value]) => value),
  };
}

const svd: NpmPeer = {
  title: 'ml-matrix: SingularValueDecomposition',
  problem: 'linalg/streaming-top-eigenvector',
  package: 'ml-matrix',
  solve: ({ rows }: { readonly rows: Dense | Sparse }, timed) => {
    const matrix = denseOf(rows);
    const options = { computeLeftSingularVectors: false, autoTranspose: true };
    const decomposition = timed(() => new SingularValueDecomposition(matrix, options));
    const vector = Float64Array.from(decomposition.rightSingularVectors.getColumn(0));
    const largest = vector.reduce((best, entry) => (Math.abs(entry) > Math.abs(best) ? entry : best), 0);
    if (largest < 0) for (let i = 0; i < vector.length; i++) vector[i] = -vector[i];
    const eigenvalue = decomposition.diagonal[0] ** 2;
    return { status: 'converged', reason: 'all singular values', solution: { vector, eigenvalue } };
  },
};

/** By id. */
export const linalgPeers: Readonly<Record<string, NpmPeer>> = {
  'ml-matrix/solve': direct('solve (LU or QR)', (a, b) => solve(a, b)),
  'ml-matrix/cholesky': direct('CholeskyDecomposition', (a, b) => new CholeskyDecomposition(a).solve(b), ['positive-definite']),
  'mathjs/multiply': product,
  'ml-sparse-matrix/mmul': hashedProduct,
  'ml-matrix/svd': svd,
};
