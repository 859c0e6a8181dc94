// A sparse design for the lasso: passes over its rows as they lie, and copies of few columns to descend along.
import type { CsrMatrix } from '@infimum/linalg';
import { checkCsr } from '@infimum/linalg';
import type { LassoColumns } from './lasso-columns.ts';

/**
 * Checks a sparse design. The columns of the working set are picked from the rows, which costs a pass over all entries each
 * time that the set grows: less than to turn all rows into columns.
 *
 * @throws {InvalidInputError} naming `design`
 */
export function lassoSparseColumns(design: CsrMatrix): LassoColumns {
  checkCsr(design, 'design');
  const { rows, cols, rowPointers, columnIndices, values } = design;
  const residual = new Float64Array(rows);
  const squaresOfAll = new Float64Array(cols);
  const counts = new Int32Array(cols);
  const slots = new Int32Array(cols).fill(-1); // places in the working set of the columns that are being picked
  const squares = new Float64Array(cols);
  const pointers = new Int32Array(cols + 1);
  const next = new Int32Array(cols);
  let rowsOf = new Int32Array(0);
  let entries = new Float64Array(0);
  let size = 0;

  const reserve = (length: number) => {
    if (length <= entries.length) return;
    const room = Math.min(values.length, Math.max(length, 2 * entries.length));
    const [oldRows, oldEntries] = [rowsOf, entries];
    rowsOf = new Int32Array(room);
    entries = new Float64Array(room);
    rowsOf.set(oldRows);
    entries.set(oldEntries);
  };

  const correlation = (b: number): number => {
    let sum = 0;
    for (let k = pointers[b]; k < pointers[b + 1]; k++) sum += entries[k] * residual[rowsOf[k]];
    return sum;
  };

  return {
    rows,
    cols,
    gapShare: 0.01,
    get size() {
      return size;
    },
    squares,
    residual,
    begin: (y, out) => {
      residual.set(y);
      out.fill(0);
      for (let i = 0; i < rows; i++) {
        for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
          const j = columnIndices[k];
          out[j] += y[i] * values[k];
          squaresOfAll[j] += values[k] * values[k];
          counts[j]++;
        }
      }
      return squaresOfAll.map((square) => Math.sqrt(square));
    },
    multiplyTransposed: (out) => {
      out.fill(0);
      for (let i = 0; i < rows; i++) {
        const factor = residual[i];
        for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) out[columnIndices[k]] += factor * values[k];
      }
    },
    take: (columns) => {
      for (const j of columns) {
        slots[j] = size;
        squares[size] = squaresOfAll[j];
        next[size] = pointers[size];
        pointers[size + 1] = pointers[size] + counts[j];
        size++;
      }
      reserve(pointers[size]);
      for (let i = 0; i < rows; i++) {
        for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
          const slot = slots[columnIndices[k]];
          if (slot < 0) continue;
          const place = next[slot]++;
          rowsOf[place] = i;
          entries[place] = values[k];
        }
      }
      for (const j of columns) slots[j] = -1;
    },
    correlation,
    correlations: (out) => {
      for (let b = 0; b < size; b++) out[b] = correlation(b);
    },
    product: (first, second) => {
      let [sum, k, l] = [0, pointers[first], pointers[second]];
      while (k < pointers[first + 1] && l < pointers[second + 1]) {
        if (rowsOf[k] === rowsOf[l]) sum += entries[k++] * entries[l++];
        else if (rowsOf[k] < rowsOf[l]) k++;
        else l++;
      }
      return sum;
    },
    change: (b, d) => {
      for (let k = pointers[b]; k < pointers[b + 1]; k++) residual[rowsOf[k]] -= d * entries[k];
    },
    release: () => {},
  };
}
