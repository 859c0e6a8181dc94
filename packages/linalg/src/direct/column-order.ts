// The order in which the columns of a sparse matrix without symmetry are eliminated, by minimum degree on A' A or on A + A'.
//
// J. Gilbert, C. Moler, R. Schreiber: Sparse matrices in MATLAB: design and implementation (1992); the choice between the two:
// T. Davis: Algorithm 832: UMFPACK (2004).

import type { CsrMatrix } from '../matrices.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import type { SymmetricPattern } from './minimum-degree.ts';
import { minimumDegree } from './minimum-degree.ts';

/** How columns may be ordered. */
export type ColumnOrder = 'columns' | 'symmetric' | 'natural';

/** Patterns of which this share is symmetric are ordered as such. */
const SYMMETRIC_SHARE = 0.5;

/** What suits a matrix: `symmetric` where most of the pattern is, and the diagonal without zeros. */
export function suitableOrder(a: CsrMatrix): ColumnOrder {
  const { rows: n, rowPointers, columnIndices, values } = a;
  const columns = transposed(a);
  const seen = new Int32Array(n).fill(-1);
  let [diagonals, others, matched] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    for (let k = columns.rowPointers[i]; k < columns.rowPointers[i + 1]; k++) seen[columns.columnIndices[k]] = i;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const j = columnIndices[k];
      if (j === i) diagonals += values[k] === 0 ? 0 : 1;
      else {
        others++;
        if (seen[j] === i) matched++;
      }
    }
  }
  return diagonals === n && matched >= SYMMETRIC_SHARE * others ? 'symmetric' : 'columns';
}

/** The columns in the order of their elimination. */
export function columnOrder(a: CsrMatrix, order: ColumnOrder): Int32Array {
  if (order === 'natural') return Int32Array.from({ length: a.rows }, (_, i) => i);
  return minimumDegree(order === 'symmetric' ? sumPattern(a) : productPattern(a));
}

/** A + A' without its diagonal. */
function sumPattern(a: CsrMatrix): SymmetricPattern {
  const columns = transposed(a);
  const lists = [a, columns];
  return patternOf(a.rows, (j, visit) => {
    for (const { rowPointers, columnIndices } of lists) {
      for (let k = rowPointers[j]; k < rowPointers[j + 1]; k++) visit(columnIndices[k]);
    }
  });
}

/** A' A without its diagonal; rows that are nearly full, of which it would be full, are left out. */
function productPattern(a: CsrMatrix): SymmetricPattern {
  const columns = transposed(a);
  const most = Math.max(16, Math.floor(10 * Math.sqrt(a.cols)));
  const { rowPointers, columnIndices } = a;
  return patternOf(a.cols, (j, visit) => {
    for (let p = columns.rowPointers[j]; p < columns.rowPointers[j + 1]; p++) {
      const i = columns.columnIndices[p];
      if (rowPointers[i + 1] - rowPointers[i] > most) continue;
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) visit(columnIndices[k]);
    }
  });
}

/** Every place once, but j itself, that `neighbours` visits for each j. */
function patternOf(size: number, neighbors: (j: number, visit: (k: number) => void) => void): SymmetricPattern {
  const pointers = new Int32Array(size + 1);
  const seen = new Int32Array(size).fill(-1);
  let indices = new Int32Array(1024);
  let count = 0;
  for (let j = 0; j < size; j++) {
    seen[j] = j;
    neighbors(j, (k) => {
      if (seen[k] === j) return;
      seen[k] = j;
      if (count === indices.length) {
        const larger = new Int32Array(2 * count);
        larger.set(indices);
        indices = larger;
      }
      indices[count++] = k;
    });
    pointers[j + 1] = count;
  }
  return { size, pointers, indices: indices.subarray(0, count) };
}
