// Axes in another order; the transpose of matrices.
import { checkNumbers, fault } from '@infimum/core';
import type { Operation, Tensor } from '../expressions/tensor.ts';
import { checkTensor, describeShape, full, tensorOf, uniformValue } from '../expressions/tensor.ts';
import { offsets } from './entrywise.ts';

/** Rows and columns that are turned at a time, so that both sides stay in the cache. */
const BLOCK = 16;

const transposing: Operation = {
  name: 'transpose',
  reach: 'picks',
  prepare: ({ shape }, { inputs: [from], out }) => {
    const [rows, cols] = shape.slice(-2);
    return () => {
      for (let start = 0; start < out.length; start += rows * cols) {
        for (let top = 0; top < rows; top += BLOCK) {
          const bottom = Math.min(rows, top + BLOCK);
          for (let j = 0; j < cols; j++) {
            for (let i = top; i < bottom; i++) out[start + i * cols + j] = from[start + j * rows + i];
          }
        }
      }
    };
  },
  pullback: (_, gradient) => [transpose(gradient)],
};

/** Whether a tensor is the transpose of another. */
export function isTransposed({ operation }: Tensor): boolean {
  return operation === transposing;
}

/**
 * The transpose of a matrix, or of every matrix of a stack: the last two axes change places.
 *
 * @throws {InvalidInputError} for a vector or a number
 */
export function transpose(x: Tensor): Tensor {
  checkTensor(x, 'x');
  if (x.shape.length < 2) {
    throw fault(`must be a matrix or a stack of them, has the shape ${describeShape(x.shape)}`, 'x', 'shape');
  }
  const [rows, cols] = x.shape.slice(-2);
  const shape = [...x.shape.slice(0, -2), cols, rows];
  const value = uniformValue(x);
  if (value !== undefined) return full(shape, value);
  // Transposing twice gives the original.
  if (isTransposed(x)) return x.inputs[0];
  return tensorOf(shape, transposing, [x]);
}

const permuting = (axes: readonly number[]): Operation => ({
  name: 'permute',
  reach: 'picks',
  prepare: ({ shape, inputs: [x] }, { inputs: [from], out }) => {
    const strides = x.shape.map((_, axis) => x.shape.slice(axis + 1).reduce((product, each) => product * each, 1));
    const [length, step] = [shape[shape.length - 1], strides[axes[axes.length - 1]]];
    const starts = offsets(
      shape.slice(0, -1),
      axes.slice(0, -1).map((axis) => strides[axis]),
      out.length / length,
    );
    return () => {
      for (let run = 0, at = 0; run < starts.length; run++) {
        for (let k = 0, i = starts[run]; k < length; k++, i += step) out[at++] = from[i];
      }
    };
  },
  pullback: (_, gradient) => [
    permute(
      gradient,
      axes.map((_axis, place) => axes.indexOf(place)),
    ),
  ],
});

/**
 * The axes in another order.
 *
 * @param axes - for every axis of the result, which axis of x it is; each once, negative ones counted from the end
 * @throws {InvalidInputError} for anything but a permutation of the axes
 *
 * @example
 * ```ts
 * import { permute, variable } from '@infimum/autodiff';
 *
 * console.log(permute(variable(2, 3, 4), [2, 0, 1]).shape.join(' ')); // 4 2 3
 * ```
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  checkTensor(x, 'x');
  checkNumbers(axes, 'axes');
  const rank = x.shape.length;
  const order = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  if (order.length !== rank || !x.shape.every((_, axis) => order.includes(axis))) {
    const problem = `[${axes}] is not a permutation of the ${rank} axes of ${describeShape(x.shape)}`;
    throw fault(problem, 'axes', 'out-of-range');
  }
  if (order.every((axis, place) => axis === place)) return x;
  const isSwap = order.every((axis, place) => axis === (place === rank - 1 ? rank - 2 : place === rank - 2 ? rank - 1 : place));
  if (isSwap) return transpose(x);
  const shape = order.map((axis) => x.shape[axis]);
  const value = uniformValue(x);
  if (value !== undefined) return full(shape, value);
  return tensorOf(shape, permuting(order), [x]);
}
