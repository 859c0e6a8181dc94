// Quadratic functions with a sparse matrix for block coordinate methods: the state keeps the gradient M x - q.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, asVector, fault } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { checkCsr, csrFromDense, transposeCsr } from '@infimum/linalg';
import { checkedOracle } from '../objectives/checked-oracle.ts';
import type { BlockLoss, BlockState } from './block-loss.ts';

/** Entries may differ from their mirror images by so much of the largest one. */
const ASYMMETRY = 1e-12;

/** A quadratic function for block coordinate methods, with its data. */
export interface BlockQuadratic extends BlockLoss {
  /** M */
  readonly graph: CsrMatrix;
  /** q */
  readonly linear: Float64Array;
}

/**
 * The quadratic f(x) = x'Mx/2 - q'x for a symmetric positive definite M, for block coordinate methods. L_i = M_ii, H = M.
 *
 * A change of a block costs the entries of its rows of M.
 *
 * @param matrix - M, dense or sparse; that it is positive definite is seen only in its diagonal
 * @param linear - q
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, a matrix that is not symmetric
 *   up to rounding, and a diagonal that is not positive, with the index
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockCoordinateDescent, blockQuadratic } from '@infimum/optim';
 *
 * const loss = blockQuadratic(matrixFromRows([[4, 1], [1, 3]]), Float64Array.of(1, 2));
 * const { x } = blockCoordinateDescent({ loss }, { blockSize: 1, update: 'matrix' });
 * console.log(Math.round(11 * x[0]), Math.round(11 * x[1])); // 1 7
 * ```
 */
export function blockQuadratic(matrix: MatrixLike | CsrMatrix, linear: VectorLike): BlockQuadratic {
  const m = sparse(matrix);
  const { rows: size, rowPointers, columnIndices, values } = m;
  const q = asVector(linear, 'linear', size);
  const coordinateLipschitz = new Float64Array(size);
  const sums = new Float64Array(size);
  forEachEntry(m, (i, j, value) => {
    sums[i] += Math.abs(value);
    if (i === j) coordinateLipschitz[i] = value;
  });
  const bad = coordinateLipschitz.findIndex((value) => !(value > 0));
  if (bad >= 0) {
    const problem = `is not positive definite: ${coordinateLipschitz[bad]} at place ${bad} of the diagonal`;
    throw fault(problem, 'matrix', 'out-of-range', bad);
  }
  const multiply = (v: Float64Array, out: Float64Array) => {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum += values[k] * v[columnIndices[k]];
      out[i] = sum;
    }
  };
  const image = new Float64Array(size);
  const boundBlock = blockOf(m);
  return checkedOracle({
    dimension: size,
    quadratic: true,
    graph: m,
    linear: q,
    coordinateLipschitz,
    value: (x) => {
      multiply(x, image);
      let sum = 0;
      for (let i = 0; i < size; i++) sum += x[i] * (image[i] / 2 - q[i]);
      return sum;
    },
    gradient: (x, out) => {
      multiply(x, out);
      for (let i = 0; i < size; i++) out[i] -= q[i];
    },
    hessianVector: (_, v, out) => multiply(v, out),
    boundBlock,
    boundMultiply: multiply,
    rowSums: () => sums,
    hessianLipschitz: () => 0,
    start: (x) => new QuadraticState(m, q, multiply, boundBlock, x),
  });
}

/** Calls back for every entry that is stored. */
export function forEachEntry(
  { rows, rowPointers, columnIndices, values }: CsrMatrix,
  call: (row: number, column: number, value: number) => void,
): void {
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) call(i, columnIndices[k], values[k]);
  }
}

/** A function that writes the rows and columns of a block as a dense matrix. */
export function blockOf({
  rows,
  rowPointers,
  columnIndices,
  values,
}: CsrMatrix): (block: Int32Array, out: Float64Array) => void {
  const place = new Int32Array(rows).fill(-1);
  return (block, out) => {
    const size = block.length;
    out.fill(0, 0, size * size);
    for (let a = 0; a < size; a++) place[block[a]] = a;
    for (let a = 0; a < size; a++) {
      for (let k = rowPointers[block[a]]; k < rowPointers[block[a] + 1]; k++) {
        const b = place[columnIndices[k]];
        if (b >= 0) out[a * size + b] = values[k];
      }
    }
    for (let a = 0; a < size; a++) place[block[a]] = -1;
  };
}

function sparse(matrix: MatrixLike | CsrMatrix): CsrMatrix {
  const isSparse = typeof matrix === 'object' && matrix !== null && 'rowPointers' in matrix;
  if (isSparse) checkCsr(matrix, 'matrix');
  const m = isSparse ? matrix : csrFromDense(asMatrix(matrix, 'matrix'));
  const fail = (problem: string, index?: number): never => {
    throw fault(problem, 'matrix', 'shape', index);
  };
  if (m.rows !== m.cols) fail(`must be square, got ${m.rows}x${m.cols}`);
  return symmetrized(m, (k) => fail(`is not symmetric: entry ${k} differs from its mirror image`, k));
}

/** The matrix with the means of entries and their mirror images, which differ by rounding at most; calls `fail` where they do not. */
export function symmetrized(m: CsrMatrix, fail: (entry: number) => void): CsrMatrix {
  const mirrored = transposeCsr(m);
  let [size, isSymmetric] = [0, true];
  for (const value of m.values) size = Math.max(size, Math.abs(value));
  for (let k = 0; k < m.values.length; k++) {
    const isSame = m.columnIndices[k] === mirrored.columnIndices[k];
    if (!isSame || Math.abs(m.values[k] - mirrored.values[k]) > ASYMMETRY * size) fail(k);
    if (m.values[k] !== mirrored.values[k]) isSymmetric = false;
  }
  if (isSymmetric) return m;
  return { ...m, values: m.values.map((value, k) => (value + mirrored.values[k]) / 2) };
}

class QuadraticState implements BlockState {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  value = 0;
  readonly #m: CsrMatrix;
  readonly #linear: Float64Array;
  readonly #multiply: (v: Float64Array, out: Float64Array) => void;
  readonly hessian: (block: Int32Array, out: Float64Array) => void;
  readonly #block: Int32Array; // a copy of the block, its first `size` entries
  #size = 0;
  readonly #direction: Float64Array; // zero outside of the block
  readonly #image: Float64Array; // M times the direction
  readonly #touched: Int32Array;
  readonly #isTouched: Uint8Array;
  #count = 0;
  #slope = 0;
  #curvature = 0;
  readonly #changes: { readonly places: Int32Array; count: number };
  #changed = Infinity; // coordinates that have changed since they were asked for, or more than there is room for

  constructor(
    m: CsrMatrix,
    linear: Float64Array,
    multiply: (v: Float64Array, out: Float64Array) => void,
    hessian: (block: Int32Array, out: Float64Array) => void,
    x: Float64Array,
  ) {
    this.#m = m;
    this.#linear = linear;
    this.#multiply = multiply;
    this.hessian = hessian;
    this.x = x.slice();
    this.gradient = new Float64Array(m.rows);
    this.#block = new Int32Array(m.rows);
    this.#direction = new Float64Array(m.rows);
    this.#image = new Float64Array(m.rows);
    this.#touched = new Int32Array(m.rows + 1);
    this.#isTouched = new Uint8Array(m.rows);
    this.#changes = { places: new Int32Array(m.rows), count: 0 };
    this.renew();
  }

  graphHessian(): CsrMatrix {
    return this.#m;
  }

  aim(block: Int32Array, d: Float64Array): void {
    const { rowPointers, columnIndices, values } = this.#m;
    const [image, touched, isTouched] = [this.#image, this.#touched, this.#isTouched];
    this.#release();
    this.#block.set(block);
    this.#size = block.length;
    let count = 0;
    for (let b = 0; b < block.length; b++) {
      const i = block[b];
      this.#direction[i] = d[b];
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const j = columnIndices[k];
        // Noted always and kept if it is new: there is no telling which, and a wrong guess costs more than a write.
        touched[count] = j;
        count += 1 - isTouched[j];
        isTouched[j] = 1;
        image[j] += values[k] * d[b];
      }
    }
    this.#count = count;
    let [slope, curvature] = [0, 0];
    for (let b = 0; b < block.length; b++) {
      slope += this.gradient[block[b]] * d[b];
      curvature += this.#image[block[b]] * d[b];
    }
    this.#slope = slope;
    this.#curvature = curvature;
  }

  valueAt(step: number): number {
    return this.value + step * (this.#slope + (step * this.#curvature) / 2);
  }

  move(step: number): void {
    this.value = this.valueAt(step);
    for (let b = 0; b < this.#size; b++) this.x[this.#block[b]] += step * this.#direction[this.#block[b]];
    for (let t = 0; t < this.#count; t++) {
      const j = this.#touched[t];
      this.gradient[j] += step * this.#image[j];
    }
    this.#note();
    this.#release();
  }

  takeChanges(): { readonly places: Int32Array; readonly count: number } | undefined {
    const isKnown = this.#changed <= this.#changes.places.length;
    this.#changes.count = isKnown ? this.#changed : 0;
    this.#changed = 0;
    return isKnown ? this.#changes : undefined;
  }

  #note(): void {
    if (this.#changed + this.#count <= this.#changes.places.length)
      this.#changes.places.set(this.#touched.subarray(0, this.#count), this.#changed);
    this.#changed += this.#count;
  }

  renew(): void {
    this.#changed = Infinity;
    this.#multiply(this.x, this.gradient);
    let sum = 0;
    for (let i = 0; i < this.x.length; i++) {
      sum += this.x[i] * (this.gradient[i] / 2 - this.#linear[i]);
      this.gradient[i] -= this.#linear[i];
    }
    this.value = sum;
  }

  #release(): void {
    for (let b = 0; b < this.#size; b++) this.#direction[this.#block[b]] = 0;
    this.#size = 0;
    for (let t = 0; t < this.#count; t++) {
      this.#image[this.#touched[t]] = 0;
      this.#isTouched[this.#touched[t]] = 0;
    }
    this.#count = 0;
  }
}
