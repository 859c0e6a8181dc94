// Matches rows of a sparse matrix with columns before elimination, so that pivots are large entries, on the diagonal where possible.
// Then the factors of A + A' stay sparse, and few pivots are delayed.
//
// I. Duff: On algorithms for obtaining a maximum transversal (1981); that entries be large: I. Duff, J. Koster: The design and use of
// algorithms for permuting large entries to the diagonal of sparse matrices (1999), of which this is a simple form.

/** Columns of a sparse matrix. */
export interface SparseColumns {
  /** Column j has the entries from `pointers[j]` on. */
  readonly pointers: Int32Array;
  /** Their rows. */
  readonly indices: Int32Array;
  /** Their values. */
  readonly values: Float64Array;
}

/** Shares of the largest entry of a column that its pivot has to have at least, one after the other as long as columns are left. */
const SHARES = [1e-2, 1e-6, 0];

/** A row for each column, all of them different; -1 where there is none. */
export function matchedRows({ pointers, indices, values }: SparseColumns): Int32Array {
  const n = pointers.length - 1;
  const [rowOf, columnOf, seen] = [new Int32Array(n).fill(-1), new Int32Array(n).fill(-1), new Int32Array(n).fill(-1)];
  const bounds = new Float64Array(n);
  const [stack, next] = [new Int32Array(n), new Int32Array(n)];
  const isLarge = (p: number, j: number): boolean => values[p] !== 0 && Math.abs(values[p]) >= bounds[j];
  /** The place of a large entry of column j in a row that has no column yet, or -1. */
  const free = (j: number): number => {
    for (let p = pointers[j]; p < pointers[j + 1]; p++) if (columnOf[indices[p]] < 0 && isLarge(p, j)) return p;
    return -1;
  };
  const match = (j: number, row: number): void => {
    rowOf[j] = row;
    columnOf[row] = j;
  };
  /** A path of large entries from column j to a free row, along which columns take the next one's row. */
  const augment = (j: number, mark: number): void => {
    let depth = 0;
    stack[0] = j;
    next[0] = pointers[j];
    seen[j] = mark;
    while (depth >= 0) {
      const column = stack[depth];
      const place = next[depth] === pointers[column] ? free(column) : -1;
      if (place >= 0) {
        let row = indices[place];
        for (; depth >= 0; depth--) {
          const before = rowOf[stack[depth]];
          match(stack[depth], row);
          row = before;
        }
        return;
      }
      let p = next[depth];
      while (p < pointers[column + 1] && !(isLarge(p, column) && seen[columnOf[indices[p]]] !== mark)) p++;
      if (p === pointers[column + 1]) {
        depth--;
        continue;
      }
      next[depth] = p + 1;
      stack[++depth] = columnOf[indices[p]];
      next[depth] = pointers[stack[depth]];
      seen[stack[depth]] = mark;
    }
  };
  SHARES.forEach((share, round) => {
    for (let j = 0; j < n; j++) {
      let largest = 0;
      for (let p = pointers[j]; p < pointers[j + 1]; p++) largest = Math.max(largest, Math.abs(values[p]));
      bounds[j] = share * largest;
      if (rowOf[j] >= 0) continue;
      for (let p = pointers[j]; p < pointers[j + 1]; p++) if (indices[p] === j && columnOf[j] < 0 && isLarge(p, j)) match(j, j);
    }
    for (let j = 0; j < n; j++) if (rowOf[j] < 0) augment(j, round * n + j);
  });
  return rowOf;
}
