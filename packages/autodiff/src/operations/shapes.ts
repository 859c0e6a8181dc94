// Stretching a tensor to a shape and its adjoint; the same entries in another shape; pieces along an axis, put together.
import { checkInteger, fault } from '@infimum/core';
import type { Operation, Tensor, TensorLike } from '../expressions/tensor.ts';
import {
  asTensor,
  checkShape,
  checkTensor,
  checkTensors,
  describeShape,
  full,
  sameShape,
  sizeOf,
  tensorOf,
  uniformValue,
} from '../expressions/tensor.ts';
import { around, checkAxis, commonShape, runsOf } from './entrywise.ts';

const stretching: Operation = {
  name: 'broadcastTo',
  reach: 'picks',
  prepare: ({ shape, inputs: [x] }, { inputs: [from], out }) => {
    const { count, length, starts, steps } = runsOf(shape, [x.shape]);
    const [[start], [step]] = [starts, steps];
    return () => {
      for (let run = 0, at = 0; run < count; run++) {
        for (let k = 0, i = start[run]; k < length; k++, i += step) out[at++] = from[i];
      }
    };
  },
  pullback: ({ inputs: [x] }, gradient) => [sumTo(gradient, x.shape)],
};

/**
 * The tensor stretched to a shape: axes are aligned at the end, and those of length one are repeated.
 *
 * @throws {InvalidInputError} for a shape that does not fit
 */
export function broadcastTo(x: TensorLike, shape: readonly number[]): Tensor {
  checkShape(shape);
  const tensor = asTensor(x);
  if (sameShape(tensor.shape, shape)) return tensor;
  if (!sameShape(commonShape(tensor.shape, shape, 'x'), shape)) {
    const problem = `the shape ${describeShape(tensor.shape)} cannot be broadcast to ${describeShape(shape)}`;
    throw fault(problem, 'shape', 'shape');
  }
  const value = uniformValue(tensor);
  if (value !== undefined) return full(shape, value);
  return tensorOf([...shape], stretching, [tensor]);
}

const summing: Operation = {
  name: 'sumTo',
  reach: 'sums',
  prepare: ({ shape, inputs: [x] }, { inputs: [from], out }) => {
    const { count, length, starts, steps } = runsOf(x.shape, [shape]);
    const [start] = starts;
    if (steps[0] === 0) {
      return () => {
        out.fill(0);
        for (let run = 0, at = 0; run < count; run++) {
          let sum = 0;
          for (let k = 0; k < length; k++) sum += from[at++];
          out[start[run]] += sum;
        }
      };
    }
    return () => {
      out.fill(0);
      for (let run = 0, at = 0; run < count; run++) {
        for (let k = 0, i = start[run]; k < length; k++) out[i++] += from[at++];
      }
    };
  },
  pullback: ({ inputs: [x] }, gradient) => [broadcastTo(gradient, x.shape)],
};

/** The sums of what `broadcastTo` would repeat: its adjoint. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (sizeOf(x.shape) === sizeOf(shape)) return reshape(x, shape);
  const value = uniformValue(x);
  if (value !== undefined) return full(shape, (value * sizeOf(x.shape)) / sizeOf(shape));
  return tensorOf([...shape], summing, [x]);
}

const reshaping: Operation = {
  name: 'reshape',
  viewFrom: 0,
  prepare: () => () => {},
  pullback: ({ inputs: [x] }, gradient) => [reshape(gradient, x.shape)],
};

/**
 * The same entries in another shape.
 *
 * @throws {InvalidInputError} for a shape of another size
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  checkTensor(x, 'x');
  checkShape(shape);
  if (sizeOf(shape) !== sizeOf(x.shape)) {
    const problem = `the shape ${describeShape(shape)} does not have the ${sizeOf(x.shape)} entries of ${describeShape(x.shape)}`;
    throw fault(problem, 'shape', 'shape');
  }
  if (sameShape(x.shape, shape)) return x;
  const value = uniformValue(x);
  if (value !== undefined) return full(shape, value);
  return tensorOf([...shape], reshaping, [x]);
}

/** Takes a piece along an axis. Where that is one run of entries, it is read where it lies. */
const narrowing = (axis: number, start: number, viewFrom: number | undefined): Operation => ({
  name: 'narrow',
  reach: 'picks',
  viewFrom,
  prepare: ({ shape, inputs: [x] }, { inputs: [from], out }) => {
    const [outer, length, inner] = around(x.shape, axis);
    const piece = shape[axis] * inner;
    return () => {
      for (let k = 0; k < outer; k++) {
        const at = (k * length + start) * inner;
        for (let i = 0; i < piece; i++) out[k * piece + i] = from[at + i];
      }
    };
  },
  pullback: ({ inputs: [x] }, gradient) => [assemble([gradient], axis, [start], x.shape)],
});

/**
 * The part of a tensor between two places along an axis.
 *
 * @param axis - counted from 0; negative ones from the end
 * @param start - the first place
 * @param length - how many
 * @throws {InvalidInputError} for an axis that is not there, and a piece that is not within x
 *
 * @example
 * ```ts
 * import { compile, narrow, variable } from '@infimum/autodiff';
 *
 * const x = variable(2, 3);
 * const program = compile([narrow(x, 1, 1, 2)], [x]);
 * console.log(program.run([Float64Array.of(1, 2, 3, 4, 5, 6)])[0].join(' ')); // 2 3 5 6
 * ```
 */
export function narrow(x: Tensor, axis: number, start: number, length: number): Tensor {
  checkTensor(x, 'x');
  const at = checkAxis(x.shape, axis);
  const size = x.shape[at];
  checkInteger(start, 'start');
  checkInteger(length, 'length');
  if (!(Number.isInteger(start) && Number.isInteger(length) && start >= 0 && length >= 1 && start + length <= size)) {
    throw fault(`entries ${start} to ${start + length - 1} are not among the ${size} of x`, 'start', 'out-of-range');
  }
  if (length === size) return x;
  const shape = x.shape.with(at, length);
  const value = uniformValue(x);
  if (value !== undefined) return full(shape, value);
  const [outer, , inner] = around(x.shape, at);
  return tensorOf(shape, narrowing(at, start, outer === 1 ? start * inner : undefined), [x]);
}

/**
 * A piece of the entries, counted row by row: a vector.
 *
 * @throws {InvalidInputError} for a piece that is not within x
 */
export function slice(x: Tensor, start: number, length: number): Tensor {
  checkTensor(x, 'x');
  return narrow(reshape(x, [sizeOf(x.shape)]), 0, start, length);
}

/** An operation that puts pieces side by side along an axis, and where. */
export interface Assembling extends Operation {
  readonly axis: number;
  readonly starts: readonly number[];
}

const assembling = (axis: number, starts: readonly number[]): Assembling => ({
  name: 'assemble',
  reach: 'picks',
  axis,
  starts,
  prepare: ({ shape, inputs: pieces }, { inputs, out }) => {
    const [outer, length, inner] = around(shape, axis);
    const isWhole = pieces.reduce((sum, piece) => sum + piece.shape[axis], 0) === length;
    const sizes = pieces.map((piece) => piece.shape[axis] * inner);
    return () => {
      if (!isWhole) out.fill(0);
      for (let p = 0; p < inputs.length; p++) {
        const [from, size] = [inputs[p], sizes[p]];
        if (outer === 1) out.set(from, starts[p] * inner);
        else {
          for (let k = 0; k < outer; k++) {
            const at = (k * length + starts[p]) * inner;
            for (let i = 0; i < size; i++) out[at + i] = from[k * size + i];
          }
        }
      }
    };
  },
  pullback: ({ inputs }, gradient) => inputs.map((piece, p) => narrow(gradient, axis, starts[p], piece.shape[axis])),
});

/** Whether a tensor is put together of pieces. */
export function isAssembled(x: Tensor): x is Tensor & { readonly operation: Assembling } {
  return x.operation.name === 'assemble';
}

/** A tensor of zeros but for pieces, of which no two share a place. */
export function assemble(pieces: readonly Tensor[], axis: number, starts: readonly number[], shape: readonly number[]): Tensor {
  if (pieces.length === 1 && sameShape(pieces[0].shape, shape)) return pieces[0];
  return tensorOf([...shape], assembling(axis, starts), [...pieces]);
}

/**
 * Concatenates tensors along an axis; their shapes may differ only along this axis.
 *
 * @param pieces - at least one
 * @param axis - counted from 0; negative ones from the end; 0 by default
 * @throws {InvalidInputError} for no tensors, an axis that is not there, and shapes that do not fit
 *
 * @example
 * ```ts
 * import { compile, concatenate, constant, variable } from '@infimum/autodiff';
 *
 * const x = variable(2);
 * const program = compile([concatenate([x, constant([7]), x])], [x]);
 * console.log(program.run([Float64Array.of(1, 2)])[0].join(' ')); // 1 2 7 1 2
 * ```
 */
export function concatenate(pieces: readonly Tensor[], axis = 0): Tensor {
  checkTensors(pieces, 'pieces');
  if (pieces.length === 0) throw fault('must have at least one tensor', 'pieces', 'empty');
  const [{ shape: first }] = pieces;
  const at = checkAxis(first, axis);
  const starts: number[] = [];
  let length = 0;
  pieces.forEach(({ shape }, k) => {
    if (shape.length !== first.length || !sameShape(shape.with(at, 1), first.with(at, 1))) {
      throw fault(`has the shape ${describeShape(shape)} beside ${describeShape(first)}`, `pieces[${k}]`, 'shape', k);
    }
    starts.push(length);
    length += shape[at];
  });
  return assemble(pieces, at, starts, first.with(at, length));
}

/**
 * Stacks tensors of one shape along a new axis.
 *
 * @param axis - the place of the new axis in the result; negative ones count from its end; 0 by default
 * @throws {InvalidInputError} for no tensors, an axis that cannot be, and unequal shapes
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  checkTensors(tensors, 'tensors');
  if (tensors.length === 0) throw fault('must have at least one tensor', 'tensors', 'empty');
  const [{ shape }] = tensors;
  const at = checkAxis([...shape, 1], axis);
  const odd = tensors.findIndex((x) => !sameShape(x.shape, shape));
  if (odd >= 0) {
    const problem = `has the shape ${describeShape(tensors[odd].shape)} beside ${describeShape(shape)}`;
    throw fault(problem, `tensors[${odd}]`, 'shape', odd);
  }
  return concatenate(
    tensors.map((x) => reshape(x, shape.toSpliced(at, 0, 1))),
    at,
  );
}
