// Costs reduced by the minima of their rows and columns.
import { laneMax } from '../../linalg/assembly/lanes';

/** Subtracts from rows `from` to `to` their minima, which it writes; lowers `columnMinima` to what is left. */
export function reduceRows(
  from: i32, to: i32, cols: i32, matrix: usize, rowMinima: usize, columnMinima: usize,
): void {
  const stride = (<usize>cols) << 3;
  for (let i = from; i < to; i++) {
    const row = matrix + <usize>i * stride;
    const least = smallest(cols, row);
    store<f64>(rowMinima + ((<usize>i) << 3), least);
    subtract(cols, row, least, columnMinima);
  }
}

@inline
function smallest(cols: i32, row: usize): f64 {
  let first = f64x2.splat(Infinity);
  let second = first;
  let j = 0;
  for (; j + 4 <= cols; j += 4) {
    first = f64x2.pmin(first, v128.load(row));
    second = f64x2.pmin(second, v128.load(row, 16));
    row += 32;
  }
  first = f64x2.pmin(first, second);
  let least = min(f64x2.extract_lane(first, 0), f64x2.extract_lane(first, 1));
  for (; j < cols; j++) {
    least = min(least, load<f64>(row));
    row += 8;
  }
  return least;
}

@inline
function subtract(cols: i32, row: usize, least: f64, columnMinima: usize): void {
  const all = f64x2.splat(least);
  let j = 0;
  for (; j + 2 <= cols; j += 2) {
    const reduced = f64x2.sub(v128.load(row), all);
    v128.store(row, reduced);
    v128.store(columnMinima, f64x2.pmin(v128.load(columnMinima), reduced));
    row += 16;
    columnMinima += 16;
  }
  if (j < cols) {
    const reduced = load<f64>(row) - least;
    store<f64>(row, reduced);
    store<f64>(columnMinima, min(load<f64>(columnMinima), reduced));
  }
}

/** Subtracts the column minima from rows `from` to `to`; returns the largest number that is left, at least zero. */
export function reduceColumns(from: i32, to: i32, cols: i32, matrix: usize, columnMinima: usize): f64 {
  const stride = (<usize>cols) << 3;
  let most = f64x2.splat(0);
  let largest: f64 = 0;
  for (let i = from; i < to; i++) {
    let row = matrix + <usize>i * stride;
    let minima = columnMinima;
    let j = 0;
    for (; j + 2 <= cols; j += 2) {
      const reduced = f64x2.sub(v128.load(row), v128.load(minima));
      v128.store(row, reduced);
      most = f64x2.pmax(most, reduced);
      row += 16;
      minima += 16;
    }
    if (j < cols) {
      const reduced = load<f64>(row) - load<f64>(minima);
      store<f64>(row, reduced);
      largest = max(largest, reduced);
    }
  }
  return max(largest, laneMax(most));
}
