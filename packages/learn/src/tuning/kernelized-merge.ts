// Merging two thin matrices into one of full rank: a kernel in place of LoRA's product.
//
// S. Shen, J. Sun, X. Ji, Q. Huang, S. Wang: Expanding sparse tuning for low memory usage (2024), arXiv 2411.01800. With heads
// h = 1 … H, rows A_h[i] and B_h[j] of q numbers and signs c_h = scale (-1)^h: K_ij = sum_h c_h kernel(A_h[i], B_h[j]).
import { rowDot } from '@infimum/linalg/numerics';

/**
 * The kernels; `distance` is the paper's, `linear` is LoRA. `mixed` adds to every row of distances its softmax, as the follow-up
 * (arXiv 2510.24037) does, with weight and temperature 1.
 */
export type MergeKernel = 'distance' | 'manhattan' | 'linear' | 'sigmoid' | 'polynomial' | 'rbf' | 'mixed';

/** The sizes of a merge. */
export interface MergeShape {
  /** Rows n of the matrix, inputs of the layer. */
  readonly rows: number;
  /** Columns m, outputs of the layer. */
  readonly cols: number;
  /** Heads H. */
  readonly heads: number;
  /** Numbers of a row in a head, q = rank / H. */
  readonly width: number;
  readonly kernel: MergeKernel;
  readonly scale: number;
}

/** out_j <- K_ij for row i. */
export function mergeRow(shape: MergeShape, a: Float64Array, b: Float64Array, i: number, out: Float64Array, at = 0): void {
  const { rows, cols, heads, width } = shape;
  if (shape.kernel === 'mixed') {
    mergeRow({ ...shape, kernel: 'distance' }, a, b, i, out, at);
    const chances = softmaxOf(out, at, cols);
    for (let j = 0; j < cols; j++) out[at + j] += chances[j];
    return;
  }
  out.fill(0, at, at + cols);
  for (let h = 0; h < heads; h++) {
    const left = (h * rows + i) * width;
    const sign = signOf(shape, h);
    if (shape.kernel === 'distance') {
      addDistances(sign, a, left, b, h * cols * width, width, out, at, cols);
      continue;
    }
    for (let j = 0; j < cols; j++) out[at + j] += sign * kernelValue(shape.kernel, a, left, b, (h * cols + j) * width, width);
  }
}

/**
 * Adds the gradients of sum_j G_ij K_ij for row i to those of A and B, over the columns of a list.
 *
 * @param gradient - G's row
 * @param list - columns with G_ij other than 0, of which the first `count` are taken
 */
export function mergeRowGradient(
  shape: MergeShape,
  a: Float64Array,
  b: Float64Array,
  i: number,
  gradient: Float64Array,
  list: Int32Array,
  count: number,
  ofA: Float64Array,
  ofB: Float64Array,
): void {
  const { rows, cols, heads, width, kernel } = shape;
  if (kernel === 'mixed') {
    const distance = { ...shape, kernel: 'distance' } as const;
    const row = new Float64Array(cols);
    mergeRow(distance, a, b, i, row);
    const chances = softmaxOf(row, 0, cols);
    // d(K_j + p_j) = dK_j + p_j (dK_j - sum_l p_l dK_l): through the softmax every column moves.
    let mean = 0;
    for (let k = 0; k < count; k++) mean += chances[list[k]] * gradient[list[k]];
    const whole = chances.map((chance) => -chance * mean);
    for (let k = 0; k < count; k++) whole[list[k]] += (1 + chances[list[k]]) * gradient[list[k]];
    mergeRowGradient(
      distance,
      a,
      b,
      i,
      whole,
      Int32Array.from(whole, (_, j) => j),
      cols,
      ofA,
      ofB,
    );
    return;
  }
  for (let h = 0; h < heads; h++) {
    const left = (h * rows + i) * width;
    const sign = signOf(shape, h);
    const head = h * cols * width;
    if (kernel === 'distance' && width === 4) {
      addDistanceGradients(sign, a, left, b, head, gradient, list, count, ofA, ofB);
      continue;
    }
    for (let k = 0; k < count; k++) {
      const j = list[k];
      addGradient(kernel, a, left, b, head + j * width, width, sign * gradient[j], ofA, ofB);
    }
  }
}

/** The gradients of |a - b_j| for rows of four numbers, as `addGradient` adds them. */
function addDistanceGradients(
  sign: number,
  a: Float64Array,
  left: number,
  b: Float64Array,
  head: number,
  gradient: Float64Array,
  list: Int32Array,
  count: number,
  ofA: Float64Array,
  ofB: Float64Array,
): void {
  const a0 = a[left];
  const a1 = a[left + 1];
  const a2 = a[left + 2];
  const a3 = a[left + 3];
  let s0 = ofA[left];
  let s1 = ofA[left + 1];
  let s2 = ofA[left + 2];
  let s3 = ofA[left + 3];
  for (let k = 0; k < count; k++) {
    const place = head + 4 * list[k];
    const d0 = a0 - b[place];
    const d1 = a1 - b[place + 1];
    const d2 = a2 - b[place + 2];
    const d3 = a3 - b[place + 3];
    const distance = Math.sqrt(d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3);
    // The root has no slope at 0: such pairs pull nowhere.
    if (!(distance > 1e-12)) continue;
    const factor = (sign * gradient[list[k]]) / distance;
    s0 += factor * d0;
    s1 += factor * d1;
    s2 += factor * d2;
    s3 += factor * d3;
    ofB[place] -= factor * d0;
    ofB[place + 1] -= factor * d1;
    ofB[place + 2] -= factor * d2;
    ofB[place + 3] -= factor * d3;
  }
  ofA[left] = s0;
  ofA[left + 1] = s1;
  ofA[left + 2] = s2;
  ofA[left + 3] = s3;
}

/** The softmax of a part of a row. */
function softmaxOf(row: Float64Array, at: number, count: number): Float64Array {
  const part = row.slice(at, at + count);
  const most = part.reduce((largest, value) => Math.max(largest, value), -Infinity);
  let total = 0;
  for (let j = 0; j < count; j++) {
    part[j] = Math.exp(part[j] - most);
    total += part[j];
  }
  for (let j = 0; j < count; j++) part[j] /= total;
  return part;
}

function signOf({ kernel, scale }: MergeShape, head: number): number {
  if (kernel === 'linear') return 1;
  return head % 2 === 0 ? scale : -scale;
}

function kernelValue(
  kernel: MergeKernel,
  a: Float64Array,
  left: number,
  b: Float64Array,
  right: number,
  width: number,
): number {
  if (kernel === 'manhattan') {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += Math.abs(a[left + k] - b[right + k]);
    return sum;
  }
  if (kernel === 'distance') return Math.sqrt(squaredDistance(a, left, b, right, width));
  if (kernel === 'rbf') return Math.exp(-squaredDistance(a, left, b, right, width) / 2);
  const t = rowDot(a, left, b, right, width);
  if (kernel === 'sigmoid') return Math.tanh(t);
  return kernel === 'polynomial' ? (t + 1) ** 2 : t;
}

/** out_j <- out_j + sign * |a - b_j| for all rows of b, which takes most of the time. */
function addDistances(
  sign: number,
  a: Float64Array,
  left: number,
  b: Float64Array,
  right: number,
  width: number,
  out: Float64Array,
  at: number,
  cols: number,
): void {
  let place = right;
  if (width === 4) {
    const a0 = a[left];
    const a1 = a[left + 1];
    const a2 = a[left + 2];
    const a3 = a[left + 3];
    for (let j = 0; j < cols; j++, place += 4) {
      const d0 = a0 - b[place];
      const d1 = a1 - b[place + 1];
      const d2 = a2 - b[place + 2];
      const d3 = a3 - b[place + 3];
      out[at + j] += sign * Math.sqrt(d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3);
    }
    return;
  }
  for (let j = 0; j < cols; j++, place += width) out[at + j] += sign * Math.sqrt(squaredDistance(a, left, b, place, width));
}

function squaredDistance(a: Float64Array, left: number, b: Float64Array, right: number, width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) {
    const difference = a[left + k] - b[right + k];
    sum += difference * difference;
  }
  return sum;
}

function addGradient(
  kernel: MergeKernel,
  a: Float64Array,
  left: number,
  b: Float64Array,
  right: number,
  width: number,
  upstream: number,
  ofA: Float64Array,
  ofB: Float64Array,
): void {
  if (kernel === 'distance' || kernel === 'rbf') {
    const square = squaredDistance(a, left, b, right, width);
    const distance = Math.sqrt(square);
    // The root has no slope at 0: such pairs pull nowhere.
    if (kernel === 'distance' && !(distance > 1e-12)) return;
    const factor = kernel === 'distance' ? upstream / distance : -upstream * Math.exp(-square / 2);
    for (let k = 0; k < width; k++) {
      const pull = factor * (a[left + k] - b[right + k]);
      ofA[left + k] += pull;
      ofB[right + k] -= pull;
    }
    return;
  }
  if (kernel === 'manhattan') {
    for (let k = 0; k < width; k++) {
      const pull = upstream * Math.sign(a[left + k] - b[right + k]);
      ofA[left + k] += pull;
      ofB[right + k] -= pull;
    }
    return;
  }
  const t = rowDot(a, left, b, right, width);
  const slope = kernel === 'sigmoid' ? 1 - Math.tanh(t) ** 2 : kernel === 'polynomial' ? 2 * (t + 1) : 1;
  const factor = upstream * slope;
  for (let k = 0; k < width; k++) {
    ofA[left + k] += factor * b[right + k];
    ofB[right + k] += factor * a[left + k];
  }
}
