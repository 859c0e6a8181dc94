// Newton's step with cubic regularisation on a block: a guaranteed decrease without a line search.
//
// Y. Nesterov, B. Polyak: Cubic regularization of Newton method and its global performance (2006).
import { checkNumbers, describeValue, fault } from '@infimum/core';
import { symmetricEigen } from '@infimum/linalg';
import type { BlockContext, BlockUpdate } from '../state/block-context.ts';
import { GrowingArray } from '../state/small-dense.ts';

/** d = argmin g.d + d'Hd/2 + (M_b / 6) |d|³ with the block's Hessian and its Lipschitz constant. */
export function cubicUpdate({ loss, state }: BlockContext): BlockUpdate {
  const [gradientRoom, hessianRoom] = [new GrowingArray(), new GrowingArray()];
  return ({ block }) => {
    const size = block.length;
    const gradient = gradientRoom.of(size);
    const hessian = hessianRoom.of(size * size);
    for (let k = 0; k < size; k++) gradient[k] = state.gradient[block[k]];
    state.hessian(block, hessian);
    const d = cubicStep(hessian.subarray(0, size * size), gradient.subarray(0, size), loss.hessianLipschitz(block));
    state.aim(block, d);
    state.move(1);
  };
}

/**
 * The minimiser of g.d + d'Hd/2 + (M / 6) |d|³ for a symmetric positive semidefinite H: d = -(H + (M r / 2) I)^-1 g with
 * r = |d|, found by Newton's method in r on the eigenvalues of H. Eigenvalues below 1e-12 of the largest count as zero.
 *
 * O(n³). For M = 0 it is Newton's step, on the range of H.
 *
 * @param hessian - H, n x n numbers row by row
 * @param gradient - g
 * @param cubicLipschitz - M, at least 0
 * @throws {InvalidInputError} for an H of another size and a negative M
 *
 * @example
 * ```ts
 * import { cubicStep } from '@infimum/optim/blocks';
 *
 * console.log(cubicStep(Float64Array.of(1), Float64Array.of(-1), 2)[0].toFixed(10)); // 0.6180339887
 * ```
 */
export function cubicStep(hessian: Float64Array, gradient: Float64Array, cubicLipschitz: number): Float64Array {
  checkNumbers(hessian, 'hessian');
  checkNumbers(gradient, 'gradient');

  const size = gradient.length;
  if (typeof cubicLipschitz !== 'number' || !(cubicLipschitz >= 0)) {
    throw fault(`must be at least 0, got ${describeValue(cubicLipschitz)}`, 'cubicLipschitz', 'out-of-range');
  }
  const { values, vectors } = symmetricEigen({ rows: size, cols: size, values: hessian });
  const cut = 1e-12 * Math.abs(values[size - 1]);
  const rotated = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) rotated[k] += vectors.values[i * size + k] * gradient[i];
  }
  const weights = values.map((value) => (value > cut ? value : 0));
  const shift = (cubicLipschitz / 2) * stepLength(weights, rotated, cubicLipschitz);
  const d = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const weight = weights[k] + shift;
    if (!(weight > 0)) continue;
    for (let i = 0; i < size; i++) d[i] -= vectors.values[i * size + k] * (rotated[k] / weight);
  }
  return d;
}

/** The root r of |(H + (M r / 2) I)^-1 g| = r: the left side falls and is convex, the right one rises. */
function stepLength(weights: Float64Array, rotated: Float64Array, m: number): number {
  if (m === 0) return 0;
  let size = 0;
  for (const value of rotated) size += value * value;
  if (size === 0) return 0;
  // The step with the smallest eigenvalue alone is at least as long; with the largest it is at most as long.
  const scalar = (weight: number) => {
    const root = weight + Math.sqrt(weight * weight + 2 * m * Math.sqrt(size));
    return (2 * Math.sqrt(size)) / root;
  };
  let [low, high] = [scalar(weights[weights.length - 1]), scalar(weights[0])];
  let r = low;
  for (let iteration = 0; iteration < 100 && high - low > Number.EPSILON * high; iteration++) {
    let [square, derivative] = [0, 0];
    for (let k = 0; k < weights.length; k++) {
      const weight = weights[k] + (m * r) / 2;
      const part = (rotated[k] / weight) ** 2;
      square += part;
      derivative -= (m * part) / weight;
    }
    const length = Math.sqrt(square);
    if (length > r) low = r;
    else high = r;
    const next = r - (length - r) / (derivative / (2 * length) - 1);
    if (next === r) break;
    r = next > low && next < high ? next : (low + high) / 2;
  }
  return r;
}
