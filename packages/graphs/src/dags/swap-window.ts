// How much the least-squares score of an order changes when two nodes swap places, from the Cholesky factor's window between
// them.

/** Scratch for one window after another. */
export class SwapWindow {
  #columns: Float64Array;

  constructor(d: number) {
    this.#columns = new Float64Array(d * d);
  }

  /**
   * Q(swapped) − Q for the places a < b. The window's factor is updated by adjacent transpositions, each a rotation of two
   * columns: the first row goes down to the end, the last one up to the front. O(w²) for w = b − a + 1, independent of d and n.
   */
  change(factor: Float64Array, d: number, a: number, b: number): number {
    const w = b - a + 1;
    const columns = this.#columns;
    let before = 0;
    for (let i = 0; i < w; i++) {
      const row = (a + i) * d + a;
      for (let j = 0; j <= i; j++) columns[j * w + i] = factor[row + j];
      for (let j = i + 1; j < w; j++) columns[j * w + i] = 0;
      before += factor[row + i] * factor[row + i];
    }
    // Row 0 passes row 1, row 2, …: at each step the row above it gets the place k, with entries up to column k + 1.
    for (let k = 0; k + 1 < w; k++) rotate(columns, w, k, k + 1, k + 1);
    // The old last row is now at place w − 2, the old first at w − 1; it rises. Row q + 1 is at place q.
    for (let p = w - 2; p >= 1; p--) {
      const [left, right] = [(p - 1) * w, p * w];
      // What the rising row, w − 1, has at column p is removed: it will end at column p − 1.
      turn(columns, left, right, w, p, columns[left + w - 1], columns[right + w - 1]);
    }
    // Diagonals: the old last row at place 0, row i at place i, the old first row at the end.
    let after = columns[w - 1] ** 2 + columns[(w - 1) * w] ** 2;
    for (let i = 1; i + 1 < w; i++) after += columns[i * w + i] ** 2;
    return (after - before) / 2;
  }
}

/** Zeroes row `row` at column k + 1 against column k; rows from `from` on, and row 0. */
function rotate(columns: Float64Array, w: number, k: number, row: number, from: number): void {
  const [left, right] = [k * w, (k + 1) * w];
  turn(columns, left, right, w, from, columns[left + row], columns[right + row]);
}

function turn(columns: Float64Array, left: number, right: number, w: number, from: number, x: number, y: number): void {
  const r = Math.sqrt(x * x + y * y);
  if (!(r > 0)) return;
  const c = x / r;
  const s = y / r;
  const first = columns[left];
  const second = columns[right];
  columns[left] = c * first + s * second;
  columns[right] = c * second - s * first;
  for (let i = from; i < w; i++) {
    const u = columns[left + i];
    const v = columns[right + i];
    columns[left + i] = c * u + s * v;
    columns[right + i] = c * v - s * u;
  }
}
