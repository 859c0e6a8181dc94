// How many eigenvalues of a symmetric matrix lie above and below a shift, by the signs of the pivots of A - s I = P' L D L' P
// (Sylvester's law of inertia), and how far from the shift they must lie for the count to be certain.
//
// B. Parlett: The symmetric eigenvalue problem (1980), section 3.3; the bound on what rounding changes: N. Higham: Accuracy and
// stability of numerical algorithms (2002), theorem 10.3.
import type { LdlFactors } from '../dense/ldl.ts';
import { ldlInTurns } from '../dense/ldl.ts';
import type { SparseLdl } from '../direct/sparse-ldl.ts';
import { sparseLdlInTurns } from '../direct/sparse-ldl.ts';
import { isSparse } from '../inputs.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { largestMagnitude } from '../numerics/vectors.ts';

/** Eigenvalues on both sides of a shift. */
export interface EigenvalueCount {
  /** How many are larger. */
  readonly above: number;
  /** How many are smaller. */
  readonly below: number;
  /** The count is that of a matrix at most this far from A in the Euclidean norm: eigenvalues closer to the shift may be on either side. */
  readonly uncertainty: number;
}

/** Multiplications that a count may take. */
const MOST_WORK = 3e8;

/** The count for A - s I, or why there is none; with pauses. */
export function countEigenvalues(a: DenseMatrix | CsrMatrix, shift: number): Generator<undefined, EigenvalueCount | string> {
  return isSparse(a) ? countSparse(a, shift) : countDense(a, shift);
}

function* countDense(a: DenseMatrix, shift: number): Generator<undefined, EigenvalueCount | string> {
  const n = a.rows;
  if (n ** 3 / 3 > MOST_WORK) return 'its factorisation would take too long';
  const values = a.values.slice();
  for (let i = 0; i < n; i++) values[i * n + i] -= shift;
  const factors = yield* ldlInTurns({ rows: n, cols: n, values });
  const { diagonal, offDiagonal } = factors;
  let [above, below] = [0, 0];
  for (let k = 0; k < n; k++) {
    if (offDiagonal[k] !== 0) {
      // A pivot of size two has eigenvalues of both signs.
      above++;
      below++;
      k++;
    } else if (diagonal[k] > 0) above++;
    else if (diagonal[k] < 0) below++;
    else return 'a pivot is zero';
  }
  return { above, below, uncertainty: denseBound(factors, n) };
}

/** The largest row sum of γ |L| |D| |L'|. */
function denseBound({ lower, diagonal, offDiagonal }: LdlFactors, n: number): number {
  const l = lower.values;
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) sums[j] += Math.abs(l[i * n + j]);
  const middle = Float64Array.from(diagonal, (value, k) => {
    const before = k > 0 ? Math.abs(offDiagonal[k - 1]) * sums[k - 1] : 0;
    return Math.abs(value) * sums[k] + before + (k + 1 < n ? Math.abs(offDiagonal[k]) * sums[k + 1] : 0);
  });
  let largest = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += Math.abs(l[i * n + j]) * middle[j];
    largest = Math.max(largest, sum);
  }
  return 2 * n * Number.EPSILON * largest;
}

function* countSparse(a: CsrMatrix, shift: number): Generator<undefined, EigenvalueCount | string> {
  const shifted = withShift(a, shift);
  if (shifted === undefined) return 'its diagonal has entries that are not stored';
  try {
    const factor = yield* sparseLdlInTurns(shifted, MOST_WORK);
    if (factor === undefined) return 'its factorisation would take too long';
    const { positive, negative } = factor.inertia;
    return { above: positive, below: negative, uncertainty: backwardBound(factor) };
  } catch {
    return 'a pivot is zero';
  }
}

/** A - s I; nothing where an entry of the diagonal is not stored. */
function withShift(a: CsrMatrix, shift: number): CsrMatrix | undefined {
  const { rows, rowPointers, columnIndices } = a;
  const values = a.values.slice();
  for (let i = 0; i < rows; i++) {
    const place = columnIndices.subarray(rowPointers[i], rowPointers[i + 1]).indexOf(i);
    if (place < 0) return undefined;
    values[rowPointers[i] + place] -= shift;
  }
  return { ...a, values };
}

/**
 * A bound on the norm of γ |L| |D| |L'|, as without exchanges of rows nothing else bounds what rounding did: of a matrix M without negative
 * entries and any positive x, max (M x)_i / x_i bounds the spectral radius (Collatz), and powers of M make it small. An entry is a sum
 * of as many terms as the shorter of two rows has, at most the root of the lengths' product.
 */
function backwardBound({ size: n, lower, diagonal }: SparseLdl): number {
  const { starts, rowPointers, rows, blockPointers, values } = lower;
  /** Calls back for each entry below the diagonal. */
  const visit = (entry: (i: number, j: number, size: number) => void): void => {
    for (let s = 0; s + 1 < starts.length; s++) {
      const [first, end] = [starts[s], starts[s + 1]];
      let at = blockPointers[s];
      for (let i = first; i < end; i++) for (let j = first; j < end; j++, at++) if (j < i) entry(i, j, Math.abs(values[at]));
      for (let q = rowPointers[s]; q < rowPointers[s + 1]; q++) {
        for (let j = first; j < end; j++, at++) entry(rows[q], j, Math.abs(values[at]));
      }
    }
  };
  const lengths = new Float64Array(n).fill(2);
  visit((i) => {
    lengths[i]++;
  });
  const roots = lengths.map(Math.sqrt);
  let x = new Float64Array(n).fill(1);
  let bound = Infinity;
  for (let power = 0; power < POWERS; power++) {
    const weighted = x.map((value, i) => value * roots[i]);
    const half = weighted.slice();
    visit((i, j, size) => {
      half[j] += size * weighted[i];
    });
    for (let j = 0; j < n; j++) half[j] *= Math.abs(diagonal[j]);
    const image = half.slice();
    visit((i, j, size) => {
      image[i] += size * half[j];
    });
    for (let i = 0; i < n; i++) image[i] *= roots[i];
    bound = Math.min(bound, largestMagnitude(image.map((value, i) => value / x[i])));
    // The old vector is averaged in, so that no entry vanishes relative to the others.
    const scale = 1 / largestMagnitude(image);
    x = image.map((value, i) => value * scale + 1e-3 * x[i]);
  }
  return 2 * Number.EPSILON * bound;
}

/** Products by which a spectral radius is bounded. */
const POWERS = 6;
