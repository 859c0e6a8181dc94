// Products of row-major matrices into given arrays, either factor transposed or not, and sums of rows.
import { GEMM_SCRATCH, layout, matrixPlace, placedProduct, scratch } from '@infimum/linalg/kernels';

/** Products below so many multiplications are done in place: copying them to the kernels would take longer. */
const SMALL = 4000;

/**
 * out <- A B, or out + A B: `rows` x `cols` numbers, with `inner` terms each.
 *
 * @param transposed - 'left' where `a` holds A', `inner` x `rows`; 'right' where `b` holds B', `cols` x `inner`
 */
export function multiplyInto(
  out: Float64Array,
  [rows, inner, cols]: readonly [number, number, number],
  a: Float64Array,
  b: Float64Array,
  transposed: 'neither' | 'left' | 'right' = 'neither',
  isAdded = false,
): void {
  const [rowA, stepA] = transposed === 'left' ? [1, rows] : [inner, 1];
  const [rowB, stepB] = transposed === 'right' ? [1, inner] : [cols, 1];
  if (!isAdded) out.fill(0, 0, rows * cols);
  if (rows * inner * cols <= SMALL) {
    if (transposed === 'right') addRowProducts(out, rows, inner, cols, a, b);
    else addRows(out, [rows, inner, cols], a, [rowA, stepA], b);
    return;
  }
  const [left, right, product] = [rows * inner, inner * cols, rows * cols];
  using memory = layout({
    left: a.subarray(0, left),
    right: b.subarray(0, right),
    product: out.subarray(0, product),
    gemmScratch: scratch(GEMM_SCRATCH),
  });
  placedProduct(memory.workspace, {
    rows,
    cols,
    inner,
    a: { at: memory.left.byteOffset, row: rowA, column: stepA },
    b: { at: memory.right.byteOffset, row: rowB, column: stepB },
    beta: 1,
    c: matrixPlace(memory.product, cols),
    scratch: memory.gemmScratch,
  });
  out.set(memory.product);
}

/** Adds a row to each of `tokens` rows. */
export function addRow(out: Float64Array, tokens: number, row: Float64Array): void {
  const cols = row.length;
  for (let t = 0; t < tokens; t++) for (let j = 0; j < cols; j++) out[t * cols + j] += row[j];
}

/** out <- out + the sum of `tokens` rows. */
export function addSumOfRows(rows: Float64Array, tokens: number, out: Float64Array): void {
  const cols = out.length;
  for (let t = 0; t < tokens; t++) for (let j = 0; j < cols; j++) out[j] += rows[t * cols + j];
}

/** out <- out + A B for A of any strides: rows of B, a term after the other. */
function addRows(
  out: Float64Array,
  [rows, inner, cols]: readonly [number, number, number],
  a: Float64Array,
  [rowA, stepA]: readonly number[],
  b: Float64Array,
): void {
  for (let i = 0; i < rows; i++) {
    const to = i * cols;
    for (let k = 0; k < inner; k++) {
      const factor = a[i * rowA + k * stepA];
      if (factor === 0) continue;
      const from = k * cols;
      for (let j = 0; j < cols; j++) out[to + j] += factor * b[from + j];
    }
  }
}

/** out <- out + A B where `b` holds B': products of rows, in the same order of terms. */
function addRowProducts(out: Float64Array, rows: number, inner: number, cols: number, a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    const left = i * inner;
    for (let j = 0; j < cols; j++) {
      const right = j * inner;
      let sum = out[i * cols + j];
      for (let k = 0; k < inner; k++) sum += a[left + k] * b[right + k];
      out[i * cols + j] = sum;
    }
  }
}
