// Sums, means and maxima along axes, and functions built from them.
import { checkList, fault } from '@infimum/core';
import type { Operation, Tensor, TensorLike } from '../expressions/tensor.ts';
import { asTensor, checkTensor, full, sizeOf, tensorOf, uniformValue } from '../expressions/tensor.ts';
import { mul, neg } from './arithmetic.ts';
import { checkAxis } from './entrywise.ts';
import { permute } from './permutations.ts';
import { reshape, sumTo } from './shapes.ts';

/** The given axes, counted from 0 and in order; all axes by default. */
function axesOf(x: Tensor, axes: number | readonly number[] | undefined): readonly number[] {
  checkTensor(x);
  if (axes === undefined) return x.shape.map((_, axis) => axis);
  if (typeof axes === 'number') return [checkAxis(x.shape, axes)];
  checkList(axes, 'axes');
  const found = Array.from(axes, (axis) => checkAxis(x.shape, axis, 'axes'));
  const twice = found.findIndex((axis, k) => found.indexOf(axis) !== k);
  if (twice < 0) return found.toSorted((a, b) => a - b);
  throw fault(`contain the axis ${axes[twice]} twice`, 'axes', 'out-of-range', twice);
}

/**
 * The sum of all entries, or along axes, which are dropped.
 *
 * @param axes - one axis or several, counted from 0, negative ones from the end; all by default
 * @throws {InvalidInputError} for an axis that is not there
 *
 * @example
 * ```ts
 * import { compile, sum, variable } from '@infimum/autodiff';
 *
 * const x = variable(2, 2, 2);
 * const program = compile([sum(x, [0, 2])], [x]);
 * console.log(program.run([Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8)])[0].join(' ')); // 14 22
 * ```
 */
export function sum(x: Tensor, axes?: number | readonly number[]): Tensor {
  const gone = axesOf(x, axes);
  const kept = x.shape.map((length, axis) => (gone.includes(axis) ? 1 : length));
  return reshape(
    sumTo(x, kept),
    x.shape.filter((_, axis) => !gone.includes(axis)),
  );
}

/**
 * The mean of all entries, or along axes, which are dropped.
 *
 * @param axes - as for `sum`
 * @throws {InvalidInputError} for an axis that is not there
 */
export function mean(x: Tensor, axes?: number | readonly number[]): Tensor {
  const total = sum(x, axes);
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}

/** The largest entry of every row. */
const takingLargest: Operation = {
  name: 'max',
  reach: 'rows',
  prepare: ({ inputs: [x] }, { inputs: [from], out }) => {
    const cols = x.shape[1];
    return () => {
      for (let i = 0, k = 0; i < out.length; i++) {
        let most = -Infinity;
        for (const end = k + cols; k < end; k++) most = Math.max(most, from[k]);
        out[i] = most;
      }
    };
  },
  pullback: ({ inputs: [x] }, gradient) => {
    const shares: Tensor = tensorOf(x.shape, sharing, [x]);
    return [mul(reshape(gradient, [x.shape[0], 1]), shares)];
  },
};

/** One over the number of largest entries of a row where one is, and 0 elsewhere; no gradient passes. */
const sharing: Operation = {
  name: 'shares',
  reach: 'rows',
  prepare: ({ shape: [rows, cols] }, { inputs: [from], out }) => {
    return () => {
      for (let i = 0; i < rows; i++) {
        let [most, count] = [-Infinity, 0];
        for (let k = i * cols; k < (i + 1) * cols; k++) {
          if (from[k] > most) [most, count] = [from[k], 1];
          else if (from[k] === most) count++;
        }
        for (let k = i * cols; k < (i + 1) * cols; k++) out[k] = from[k] === most ? 1 / count : 0;
      }
    };
  },
  pullback: () => [undefined],
};

/**
 * The largest of all entries, or along axes, which are dropped; NaN where any is. Several largest ones share the gradient.
 *
 * @param axes - as for `sum`
 * @throws {InvalidInputError} for an axis that is not there
 */
export function max(x: Tensor, axes?: number | readonly number[]): Tensor {
  const gone = axesOf(x, axes);
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !gone.includes(axis));
  const shape = kept.map((axis) => x.shape[axis]);
  const value = uniformValue(x);
  if (value !== undefined) return full(shape, value);
  const rows = reshape(permute(x, [...kept, ...gone]), [sizeOf(shape), sizeOf(x.shape) / sizeOf(shape)]);
  return reshape(tensorOf([sizeOf(shape)], takingLargest, [rows]), shape);
}

/**
 * The smallest of all entries, or along axes, as `max`.
 *
 * @throws {InvalidInputError} for an axis that is not there
 */
export function min(x: Tensor, axes?: number | readonly number[]): Tensor {
  return neg(max(neg(x), axes));
}

/** The Euclidean inner product of two tensors. */
export function inner(a: TensorLike, b: TensorLike): Tensor {
  return sum(mul(asTensor(a), b));
}
