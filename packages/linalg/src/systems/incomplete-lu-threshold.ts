// Incomplete LU factorisation with a threshold, ILUT: elimination row by row that drops what is small, and keeps the largest entries
// of each row.
//
// Y. Saad: ILUT: a dual threshold incomplete LU factorization (1994).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { InvalidInputError, resolveOptions } from '@infimum/core';
import type { LinearOperator } from '../linear-operator.ts';
import type { AnyMatrix, CsrMatrix } from '../matrices.ts';
import { norm } from '../numerics/vectors.ts';
import { CsrBuilder } from '../sparse/csr-builder.ts';
import { squareCsr } from './linear-system.ts';

const incompleteLuThresholdOptions = {
  dropTolerance: {
    type: 'number',
    min: 0,
    max: 1,
    default: 1e-3,
    description: 'Entries below this times the norm of their row of A are dropped',
  },
  fill: {
    type: 'integer',
    min: 0,
    default: 10,
    description: 'Additional entries allowed in a row of L and of U, compared with A',
  },
} as const satisfies OptionSpecs;

/** Options of `incompleteLuThreshold`. */
export type IncompleteLuThresholdOptions = OptionsOf<typeof incompleteLuThresholdOptions>;

/**
 * ILUT(p, τ) as an approximation of the inverse: closer than ILU(0) by the entries that fill in, of which those below a threshold are
 * dropped. For `dropTolerance: 0` and enough `fill` it is the inverse without pivoting. Time about entries times entries a row once,
 * and O(entries of L and U) an application.
 *
 * @param a - a square matrix
 * @throws {InvalidInputError} `out-of-range` with the row whose pivot is zero
 *
 * @example
 * ```ts
 * import { bicgstab, matrixFromRows } from '@infimum/linalg';
 * import { incompleteLuThreshold } from '@infimum/linalg/systems';
 *
 * const a = matrixFromRows([[4, 1, 1], [2, 4, 1], [1, 2, 4]]);
 * const { iterations } = bicgstab(a, Float64Array.of(1, 2, 3), { preconditioner: incompleteLuThreshold(a) });
 * console.log(iterations); // 1
 * ```
 */
export function incompleteLuThreshold(a: AnyMatrix, options: IncompleteLuThresholdOptions = {}): LinearOperator {
  const { dropTolerance, fill } = resolveOptions(incompleteLuThresholdOptions, options);
  const matrix = squareCsr(a);
  const { rows: size } = matrix;
  const { rowPointers, columnIndices, values } = matrix;
  const [lower, upper] = [new CsrBuilder(size, size), new CsrBuilder(size, size)];
  const pivots = new Float64Array(size);
  const row = new Float64Array(size);
  const seen = new Int32Array(size).fill(-1);
  const waiting = new SmallestFirst(size);
  const kept: Kept = { lower: new Int32Array(size), upper: new Int32Array(size) };
  const rowsOfU: { columns: Int32Array; values: Float64Array }[] = [];
  for (let i = 0; i < size; i++) {
    let [below, above, entriesOfL, entriesOfU] = [0, 0, 0, 0];
    seen[i] = i;
    row[i] = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const j = columnIndices[k];
      row[j] = values[k];
      seen[j] = i;
      if (j < i) {
        waiting.push(j);
        entriesOfL++;
      } else if (j > i) {
        kept.upper[above++] = j;
        entriesOfU++;
      }
    }
    const least = dropTolerance * norm(values.subarray(rowPointers[i], rowPointers[i + 1]));
    while (waiting.count > 0) {
      const k = waiting.pop();
      const factor = row[k] / pivots[k];
      if (!(Math.abs(factor * pivots[k]) > least)) continue;
      row[k] = factor;
      kept.lower[below++] = k;
      const { columns, values: entries } = rowsOfU[k];
      for (let l = 0; l < columns.length; l++) {
        const j = columns[l];
        if (seen[j] !== i) {
          seen[j] = i;
          row[j] = 0;
          if (j < i) waiting.push(j);
          else kept.upper[above++] = j;
        }
        row[j] -= factor * entries[l];
      }
    }
    pivots[i] = row[i];
    if (!(Math.abs(row[i]) > 0 && Math.abs(row[i]) < Infinity)) {
      const problem = `has no incomplete factorisation: pivot ${i} is ${row[i]}`;
      throw new InvalidInputError(problem, { argument: 'a', code: 'out-of-range', index: i });
    }
    for (const j of largest(kept.lower.subarray(0, below), row, entriesOfL + fill, 0)) lower.push(j, row[j]);
    lower.endRow();
    const columns = largest(kept.upper.subarray(0, above), row, entriesOfU + fill, least);
    rowsOfU.push({ columns, values: Float64Array.from(columns, (j) => row[j]) });
    for (const j of columns) upper.push(j, row[j]);
    upper.endRow();
  }
  return substitution(lower.matrix(), upper.matrix(), pivots);
}

/** Columns of the entries of a row. */
interface Kept {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
}

/** Of the columns whose entries are beyond `least`, the `count` with the largest ones, rising. */
function largest(columns: Int32Array, row: Float64Array, count: number, least: number): Int32Array {
  const large = columns.filter((j) => Math.abs(row[j]) > least);
  if (large.length <= count) return large.sort();
  return large
    .sort((i, j) => Math.abs(row[j]) - Math.abs(row[i]))
    .subarray(0, count)
    .sort();
}

/** x <- U^-1 L^-1 x */
function substitution(lower: CsrMatrix, upper: CsrMatrix, pivots: Float64Array): LinearOperator {
  const size = pivots.length;
  return (x, out) => {
    for (let i = 0; i < size; i++) {
      let rest = x[i];
      for (let k = lower.rowPointers[i]; k < lower.rowPointers[i + 1]; k++) {
        rest -= lower.values[k] * out[lower.columnIndices[k]];
      }
      out[i] = rest;
    }
    for (let i = size - 1; i >= 0; i--) {
      let rest = out[i];
      for (let k = upper.rowPointers[i]; k < upper.rowPointers[i + 1]; k++) {
        rest -= upper.values[k] * out[upper.columnIndices[k]];
      }
      out[i] = rest / pivots[i];
    }
  };
}

/** A heap of column numbers. */
class SmallestFirst {
  count = 0;
  readonly #heap: Int32Array;

  constructor(size: number) {
    this.#heap = new Int32Array(size + 1);
  }

  push(value: number): void {
    const heap = this.#heap;
    let place = this.count++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (heap[parent] <= value) break;
      heap[place] = heap[parent];
      place = parent;
    }
    heap[place] = value;
  }

  pop(): number {
    const heap = this.#heap;
    const first = heap[0];
    const value = heap[--this.count];
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.count) break;
      if (child + 1 < this.count && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= value) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = value;
    return first;
  }
}
