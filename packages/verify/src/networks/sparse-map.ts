// A sparse matrix as a linear operator, for pools, permutations and branches of a network.
import type { AffineMap, RowProduct } from './affine-map.ts';
import { mapOfProducts } from './affine-map.ts';

/** W by rows: row i holds `weight[at]` in column `columns[at]` for starts[i] <= at < starts[i + 1]. */
export interface SparseParts {
  /** Length of x. */
  readonly inputs: number;
  /** Length of z. */
  readonly outputs: number;
  /** Where rows begin in `columns` and `weight`: row i ends where row i + 1 begins; `outputs` + 1 numbers. */
  readonly starts: Int32Array;
  /** The input of every stored weight. */
  readonly columns: Int32Array;
  /** The stored weights, row by row. */
  readonly weight: Float64Array;
  /** b, a number an output. */
  readonly bias: Float64Array;
}

/** The map of a sparse layer; products cost time in proportion to the stored weights. */
export function sparseMap({ inputs, outputs, starts, columns, weight, bias }: SparseParts): AffineMap {
  const forward: RowProduct = (w, a, from, out, to) => {
    for (let i = 0, at = starts[0]; i < outputs; i++) {
      const end = starts[i + 1];
      let sum = 0;
      for (; at < end; at++) sum += w[at] * a[from + columns[at]];
      out[to + i] = sum;
    }
  };
  const backward: RowProduct = (w, a, from, out, to) => {
    out.fill(0, to, to + inputs);
    for (let i = 0; i < outputs; i++) {
      const factor = a[from + i];
      if (factor === 0) continue;
      const end = starts[i + 1];
      for (let at = starts[i]; at < end; at++) out[to + columns[at]] += factor * w[at];
    }
  };
  return mapOfProducts({ inputs, outputs, bias, terms: mostTerms(starts, columns, inputs) }, weight, forward, backward, {
    columns: (from, to, out) => {
      out.fill(0, 0, (to - from) * outputs);
      for (let i = 0; i < outputs; i++) {
        for (let at = starts[i]; at < starts[i + 1]; at++) {
          const j = columns[at];
          if (j >= from && j < to) out[(j - from) * outputs + i] += weight[at];
        }
      }
    },
  });
}

/** The most entries of a row or a column. */
function mostTerms(starts: Int32Array, columns: Int32Array, inputs: number): number {
  const perColumn = new Int32Array(inputs);
  for (const j of columns) perColumn[j]++;
  let most = 1;
  for (const count of perColumn) most = Math.max(most, count);
  for (let i = 0; i + 1 < starts.length; i++) most = Math.max(most, starts[i + 1] - starts[i]);
  return most;
}
