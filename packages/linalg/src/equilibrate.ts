// Scaling of rows and columns by powers of two, which is exact, for matrices with both huge and tiny entries.
//
// J. Bunch: Equilibration of symmetric matrices in the max-norm (1971); D. Ruiz: A scaling algorithm to equilibrate both rows and
// columns norms in matrices (2001).
import { isSparse } from './inputs.ts';
import type { CsrMatrix, DenseMatrix } from './matrices.ts';
import { exponentOf } from './power-of-two.ts';

/** A matrix with entries 2^-(rows_i + cols_j) a_ij, and these exponents. */
export interface Equilibrated<A> {
  readonly matrix: A;
  readonly rows: Int32Array;
  readonly cols: Int32Array;
  /** Whether all entries were divided by the same number. */
  readonly isUniform: boolean;
}

/** Exponents between these lose nothing when a matrix is factored as it is. */
const SAFE = 400;

/**
 * The matrix with entries of at most about two, where some entry is extreme; undefined where none is. If the smallest is not far from
 * the largest, all are divided by one number; if not, rows and columns are scaled so that the largest of each is about one, by the
 * same exponents for symmetric matrices, of which the lower triangle is read.
 */
export function equilibrated<A extends DenseMatrix | CsrMatrix>(a: A, isSymmetric: () => boolean): Equilibrated<A> | undefined {
  let [least, most] = [Infinity, 0];
  for (let k = 0; k < a.values.length; k++) {
    // Branches would take twice the time, in a pass that counts beside a factorization.
    const size = Math.abs(a.values[k]);
    most = Math.max(most, size);
    least = Math.min(least, size || Infinity);
  }
  if (most === 0 || (least > 2 ** -SAFE && most < 2 ** SAFE)) return undefined;
  const isUniform = exponentOf(most) - exponentOf(least) < SAFE;
  const places = placesOf(a);
  const exponents = Int32Array.from(a.values, (value) => (value === 0 ? 0 : exponentOf(Math.abs(value))));
  const half = Math.round(exponentOf(most) / 2);
  const [rows, cols] = isUniform
    ? [new Int32Array(a.rows).fill(half), new Int32Array(a.cols).fill(half)]
    : isSymmetric()
      ? symmetricExponents(a, places, exponents)
      : generalExponents(a, places, exponents);
  const values = a.values.map((value, k) => scaleBy(value, -rows[places.row[k]] - cols[places.col[k]]));
  return { matrix: { ...a, values }, rows, cols, isUniform };
}

/** value · 2^exponent, rounded once: before the last of three factors nothing is lost that would not be lost anyway. */
export function scaleBy(value: number, exponent: number): number {
  if (Math.abs(exponent) <= 1000) return value * 2 ** exponent;
  const third = Math.trunc(exponent / 3);
  return value * 2 ** third * 2 ** third * 2 ** (exponent - 2 * third);
}

interface Places {
  readonly row: Int32Array;
  readonly col: Int32Array;
}

function placesOf(a: DenseMatrix | CsrMatrix): Places {
  const [row, col] = [new Int32Array(a.values.length), new Int32Array(a.values.length)];
  for (let i = 0; i < a.rows; i++) {
    const [start, end] = isSparse(a) ? [a.rowPointers[i], a.rowPointers[i + 1]] : [i * a.cols, (i + 1) * a.cols];
    for (let k = start; k < end; k++) {
      row[k] = i;
      col[k] = isSparse(a) ? a.columnIndices[k] : k - start;
    }
  }
  return { row, col };
}

const NONE = -(2 ** 30);

/** Rows first, then columns; where that leaves a row without an entry near one, the mean of both in turn. */
function generalExponents(a: DenseMatrix | CsrMatrix, { row, col }: Places, exponents: Int32Array): [Int32Array, Int32Array] {
  let [rows, cols] = [new Int32Array(a.rows), new Int32Array(a.cols)];
  /** The largest exponent of every row or column, less those of the other side and its own; 0 where there is no entry. */
  const largest = (own: Int32Array, other: Int32Array, shifts: Int32Array, count: number, mine = new Int32Array(count)) => {
    const out = new Int32Array(count).fill(NONE);
    for (let k = 0; k < a.values.length; k++) {
      const place = own[k];
      if (a.values[k] !== 0) out[place] = Math.max(out[place], exponents[k] - mine[place] - shifts[other[k]]);
    }
    return out.map((value) => (value === NONE ? 0 : value));
  };
  // Halves of what is left on both sides: sqrt of the largest entries, as in Ruiz's method.
  for (let pass = 0; pass < 4; pass++) {
    const byRows = largest(row, col, cols, a.rows, rows);
    const byCols = largest(col, row, rows, a.cols, cols);
    rows = rows.map((value, i) => value + Math.round(byRows[i] / 2));
    cols = cols.map((value, j) => value + Math.round(byCols[j] / 2));
  }
  rows = largest(row, col, cols, a.rows);
  return [rows, largest(col, row, rows, a.cols)];
}

/** e_i = max(e(a_ii) / 2, max_{j < i} e(a_ij) - e_j): no entry of the scaled matrix is larger than about one. */
function symmetricExponents(a: DenseMatrix | CsrMatrix, { row, col }: Places, exponents: Int32Array): [Int32Array, Int32Array] {
  const e = new Int32Array(a.rows).fill(NONE);
  for (let k = 0; k < a.values.length; k++) {
    const [i, j] = [row[k], col[k]];
    if (a.values[k] === 0 || j > i) continue;
    if (j === i) e[i] = Math.max(e[i], Math.ceil(exponents[k] / 2));
    else if (e[j] !== NONE) e[i] = Math.max(e[i], exponents[k] - e[j]);
  }
  // Rows that had nothing to go by, from those after them.
  for (let k = a.values.length - 1; k >= 0; k--) {
    const [i, j] = [row[k], col[k]];
    if (a.values[k] !== 0 && j < i && e[j] === NONE && e[i] !== NONE) e[j] = exponents[k] - e[i];
  }
  for (let i = 0; i < a.rows; i++) if (e[i] === NONE) e[i] = 0;
  return [e, e];
}
