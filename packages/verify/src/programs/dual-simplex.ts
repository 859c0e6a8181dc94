// The dual simplex method for small dense linear programs whose variables all lie in [-1, 1].
//
// Slacks are the first basis, and every variable is at the end that its cost prefers: this is dual feasible, so no first phase is needed,
// and the multipliers prove a bound at every iteration (C. E. Lemke, 1954; bounds as in A. Koberstein's thesis on the dual simplex method,
// 2005).

/** min cost · x subject to row_i · x >= offset_i and -1 <= x <= 1. Rows should be of order one. */
export interface BoxProgram {
  readonly cost: Float64Array;
  /** The rows one after the other. */
  readonly rows: Float64Array;
  readonly offsets: Float64Array;
}

export interface BoxProgramAnswer {
  readonly status: 'optimal' | 'infeasible' | 'limit';
  /** The last point, cut to the box. */
  readonly x: Float64Array;
  /** A multiplier y >= 0 a row; for an infeasible program y proves that (see `provenMinimum`). */
  readonly multipliers: Float64Array;
}

/** The tolerance of a row. */
const FEASIBILITY = 1e-11;
const PIVOT = 1e-10;

/** Time O(rows * variables) an iteration; iterations are limited. */
export function solveBoxProgram({ cost, rows, offsets }: BoxProgram): BoxProgramAnswer {
  const n = cost.length;
  const m = offsets.length;
  const limit = 50 * (m + n + 10);
  // Variables 0 … n - 1 are x, n + i is the slack of row i, at least 0.
  const table = rows.slice();
  const nonbasic = Int32Array.from({ length: n }, (_, j) => j);
  const basic = Int32Array.from({ length: m }, (_, i) => n + i);
  const reduced = cost.slice();
  const isUp = new Uint8Array(n);
  const place = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    isUp[j] = reduced[j] < 0 ? 1 : 0;
    place[j] = isUp[j] ? 1 : -1;
  }
  const values = offsets.map((offset, i) => {
    let sum = -offset;
    for (let j = 0; j < n; j++) sum += table[i * n + j] * place[j];
    return sum;
  });
  const lowEnd = (variable: number) => (variable < n ? -1 : 0);
  const highEnd = (variable: number) => (variable < n ? 1 : Infinity);
  const finish = (status: BoxProgramAnswer['status'], row = -1): BoxProgramAnswer => {
    const x = new Float64Array(n);
    const multipliers = new Float64Array(m);
    for (let j = 0; j < n; j++) {
      const variable = nonbasic[j];
      if (variable < n) x[variable] = place[j];
      else multipliers[variable - n] = Math.max(0, row < 0 ? reduced[j] : Math.abs(table[row * n + j]));
    }
    for (let i = 0; i < m; i++) {
      const variable = basic[i];
      if (variable < n) x[variable] = Math.min(1, Math.max(-1, values[i]));
      else if (i === row) multipliers[variable - n] = 1;
    }
    return { status, x, multipliers };
  };
  for (let iteration = 0; iteration < limit; iteration++) {
    let leaving = -1;
    let worst = FEASIBILITY;
    // The largest violation; near the iteration limit the first one, which cannot cycle.
    for (let i = 0; i < m; i++) {
      const breach = Math.max(lowEnd(basic[i]) - values[i], values[i] - highEnd(basic[i]));
      if (breach > worst) {
        worst = breach;
        leaving = i;
        if (iteration > limit / 2) break;
      }
    }
    if (leaving < 0) return finish('optimal');
    const toLow = values[leaving] < lowEnd(basic[leaving]);
    const at = leaving * n;
    let entering = -1;
    let ratio = Infinity;
    for (let j = 0; j < n; j++) {
      const pivot = toLow ? table[at + j] : -table[at + j];
      if (Math.abs(pivot) <= PIVOT) continue;
      // At its low end a variable can only rise, at its high end only fall.
      if (pivot > 0 === (isUp[j] === 1)) continue;
      const step = Math.abs(reduced[j]) / Math.abs(pivot);
      const isBetter =
        step < ratio - 1e-14 || (step < ratio + 1e-14 && entering >= 0 && Math.abs(pivot) > Math.abs(table[at + entering]));
      if (entering < 0 || isBetter) {
        ratio = Math.min(step, ratio);
        entering = j;
      }
    }
    if (entering < 0) return finish('infeasible', leaving);
    exchange(leaving, entering, toLow);
  }
  return finish('limit');

  /** Basic variable `row` leaves to its end, nonbasic `column` enters. */
  function exchange(row: number, column: number, toLow: boolean): void {
    const at = row * n;
    const pivot = table[at + column];
    const out = basic[row];
    const end = toLow ? lowEnd(out) : highEnd(out);
    const change = (end - values[row]) / pivot;
    for (let i = 0; i < m; i++) if (i !== row) values[i] += table[i * n + column] * change;
    values[row] = place[column] + change;
    // out = sum t_j x_j + c  <=>  x_column = (out - sum of the others - c) / pivot
    const inverse = 1 / pivot;
    for (let j = 0; j < n; j++) table[at + j] *= -inverse;
    table[at + column] = inverse;
    for (let i = 0; i < m; i++) {
      if (i === row) continue;
      const factor = table[i * n + column];
      if (factor === 0) continue;
      table[i * n + column] = 0;
      for (let j = 0; j < n; j++) table[i * n + j] += factor * table[at + j];
    }
    const factor = reduced[column];
    reduced[column] = 0;
    for (let j = 0; j < n; j++) reduced[j] += factor * table[at + j];
    basic[row] = nonbasic[column];
    nonbasic[column] = out;
    place[column] = end;
    isUp[column] = toLow ? 0 : 1;
  }
}

/**
 * A lower bound of cost · x over the feasible x, from any multipliers y >= 0: the minimum over the box of
 * cost · x - sum y_i (row_i · x - offset_i). `errors[i]` bounds the error of row i's numbers, as a share of the row's range. The bound is
 * valid for any multipliers.
 */
export function provenMinimum({ cost, rows, offsets }: BoxProgram, multipliers: Float64Array, errors: Float64Array): number {
  const n = cost.length;
  const rest = cost.slice();
  const sizes = cost.map(Math.abs);
  let bound = 0;
  let slack = 0;
  for (let i = 0; i < offsets.length; i++) {
    const y = multipliers[i];
    if (!(y > 0)) continue;
    for (let j = 0; j < n; j++) {
      rest[j] -= y * rows[i * n + j];
      sizes[j] += y * Math.abs(rows[i * n + j]);
    }
    bound += y * offsets[i];
    slack += y * (errors[i] + Math.abs(offsets[i]) * 2 ** -48);
  }
  let sizesSum = 0;
  for (let j = 0; j < n; j++) {
    bound -= Math.abs(rest[j]);
    sizesSum += sizes[j];
  }
  return bound - slack - sizesSum * (offsets.length + n + 8) * 2 ** -52;
}
