// Sums, means, and what is built of them.
import { InvalidInputError } from '@infimum/core';
import { add, exp, log, mul, sub } from './elementwise.ts';
import { broadcastTo, reshape, sumTo } from './shapes.ts';
import { describeShape, type Operation, sizeOf, type Tensor } from './tensor.ts';

/** The shape with one axis of length one. */
function without(x: Tensor, axis: number): readonly number[] {
  if (!Number.isInteger(axis) || axis < -x.shape.length || axis >= x.shape.length) {
    const problem = `is ${axis}, of a tensor of shape ${describeShape(x.shape)}`;
    throw new InvalidInputError(problem, { argument: 'axis', code: 'out-of-range' });
  }
  return x.shape.with(axis, 1);
}

/** The shape with one axis dropped. */
function dropped(shape: readonly number[], axis: number): readonly number[] {
  return shape.toSpliced(axis, 1);
}

/**
 * The sum of all entries, or along an axis, which is gone then. Axes are counted from 0, negative ones from the end.
 *
 * @throws {InvalidInputError} for an axis that is not there
 */
export function sum(x: Tensor, axis?: number): Tensor {
  if (axis === undefined) return sumTo(x, []);
  return reshape(sumTo(x, without(x, axis)), dropped(x.shape, axis));
}

/** The mean of all entries, or along an axis. */
export function mean(x: Tensor, axis?: number): Tensor {
  const total = sum(x, axis);
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}

/** The largest entry along the last axis, which stays with length one; no gradient passes. */
const largest: Operation = {
  name: 'rowMax',
  prepare: ({ inputs: [x] }, { inputs: [from], out }) => {
    const cols = x.shape.at(-1) ?? 1;
    return () => {
      for (let i = 0; i < out.length; i++) {
        let most = -Infinity;
        for (let k = i * cols; k < (i + 1) * cols; k++) most = Math.max(most, from[k]);
        out[i] = most;
      }
    };
  },
  pullback: () => [undefined],
};

/**
 * log sum exp along the last axis, which is gone then; safe for entries of any size.
 *
 * @throws {InvalidInputError} for a number
 */
export function logSumExp(x: Tensor): Tensor {
  const shape = without(x, -1);
  const most: Tensor = { shape, operation: largest, inputs: [x] };
  const sums = sumTo(exp(sub(x, broadcastTo(most, x.shape))), shape);
  return reshape(add(log(sums), most), dropped(x.shape, -1));
}

/** exp(x) over its sum along the last axis: probabilities. */
export function softmax(x: Tensor): Tensor {
  const shape = without(x, -1);
  return exp(sub(x, broadcastTo(reshape(logSumExp(x), shape), x.shape)));
}

/** The Euclidean inner product of two tensors of one shape. */
export function inner(a: Tensor, b: Tensor): Tensor {
  return sum(mul(a, b));
}
