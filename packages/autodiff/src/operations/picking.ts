// Picking entries by their places, and the adjoint. Places may be variables; they are not differentiated, but checked on
// every run.
import { fault } from '@infimum/core';
import type { Operation, Tensor } from '../expressions/tensor.ts';
import { checkShape, checkTensor, describeShape, sameShape, tensorOf } from '../expressions/tensor.ts';
import { around, checkAxis } from './entrywise.ts';
import { broadcastTo } from './shapes.ts';

function refusePlace(place: number, k: number, length: number): never {
  throw fault(`is ${place} at index ${k}, must be an integer below ${length}`, 'indices', 'out-of-range', k);
}

const taking: Operation = {
  name: 'take',
  reach: 'picks',
  prepare: (_, { inputs: [from, indices], out }) => {
    return () => {
      for (let k = 0; k < out.length; k++) {
        const index = indices[k];
        if (!(index < from.length && Number.isInteger(index))) refusePlace(index, k, from.length);
        out[k] = index < 0 ? 0 : from[index];
      }
    };
  },
  pullback: ({ inputs: [x, indices] }, gradient) => [scatter(gradient, indices, x.shape), undefined],
};

/**
 * Entries by their places: out_k = x_(i_k), with places counted row by row, and 0 where the place is negative. Places may
 * be a variable; they are not differentiated, and a run throws an `InvalidInputError` for one that is not in x.
 *
 * @param x - of any shape
 * @param indices - places in x, of the shape that the result has
 *
 * @example
 * ```ts
 * import { compile, constant, take, variable } from '@infimum/autodiff';
 *
 * const x = variable(3);
 * const program = compile([take(x, constant([2, 2, -1, 0]))], [x]);
 * console.log(program.run([Float64Array.of(5, 6, 7)])[0].join(' ')); // 7 7 0 5
 * ```
 */
export function take(x: Tensor, indices: Tensor): Tensor {
  checkTensor(x, 'x');
  checkTensor(indices, 'indices');
  return tensorOf(indices.shape, taking, [x, indices]);
}

const scattering: Operation = {
  name: 'scatter',
  reach: 'sums',
  prepare: (_, { inputs: [from, indices], out }) => {
    return () => {
      out.fill(0);
      for (let k = 0; k < from.length; k++) {
        const index = indices[k];
        if (!(index < out.length && Number.isInteger(index))) refusePlace(index, k, out.length);
        if (index >= 0) out[index] += from[k];
      }
    };
  },
  pullback: ({ inputs: [, indices] }, gradient) => [take(gradient, indices), undefined],
};

/** The adjoint of `take`: adds every entry to its place in a tensor of zeros. */
export function scatter(x: Tensor, indices: Tensor, shape: readonly number[]): Tensor {
  checkTensor(x, 'x');
  checkTensor(indices, 'indices');
  checkShape(shape);
  return tensorOf([...shape], scattering, [broadcastTo(x, indices.shape), indices]);
}

/**
 * Picks along an axis, of the shape outer x length x inner: with shared places the same slices everywhere, otherwise every
 * entry by a place of its own.
 */
const gathering = (axis: number, isShared: boolean): Operation => ({
  name: 'gather',
  reach: 'picks',
  prepare: ({ inputs: [x, places] }, { inputs: [from, indices], out }) => {
    const [outer, length, inner] = around(x.shape, axis);
    const count = isShared ? indices.length : places.shape[axis];
    return () => {
      for (let o = 0, at = 0; o < outer; o++) {
        for (let j = 0; j < count; j++) {
          for (let i = 0; i < inner; i++, at++) {
            const k = isShared ? j : at;
            const index = indices[k];
            if (!(index >= 0 && index < length && Number.isInteger(index))) refusePlace(index, k, length);
            out[at] = from[(o * length + index) * inner + i];
          }
        }
      }
    };
  },
  pullback: ({ inputs: [x, indices] }, gradient) => [
    tensorOf(x.shape, spreading(axis, isShared), [gradient, indices]),
    undefined,
  ],
});

/** The adjoint of `gathering`. */
const spreading = (axis: number, isShared: boolean): Operation => ({
  name: 'spread',
  reach: 'sums',
  prepare: ({ shape, inputs: [, places] }, { inputs: [from, indices], out }) => {
    const [outer, length, inner] = around(shape, axis);
    const count = isShared ? indices.length : places.shape[axis];
    return () => {
      out.fill(0);
      for (let o = 0, at = 0; o < outer; o++) {
        for (let j = 0; j < count; j++) {
          for (let i = 0; i < inner; i++, at++) {
            const k = isShared ? j : at;
            const index = indices[k];
            if (!(index >= 0 && index < length && Number.isInteger(index))) refusePlace(index, k, length);
            out[(o * length + index) * inner + i] += from[at];
          }
        }
      }
    };
  },
  pullback: ({ inputs: [x, indices] }, gradient) => [
    tensorOf(x.shape, gathering(axis, isShared), [gradient, indices]),
    undefined,
  ],
});

/**
 * Slices of a tensor by their places along an axis, in any number and order: rows of an embedding, samples of a batch. A run
 * throws an `InvalidInputError` for a place that is not there.
 *
 * @param x - of any shape
 * @param indices - places along the axis, of any shape, which takes the axis's place in the result's
 * @param axis - counted from 0, the default; negative ones from the end
 * @throws {InvalidInputError} for an axis that is not there
 *
 * @example
 * ```ts
 * import { compile, constant, gather, variable } from '@infimum/autodiff';
 *
 * const embedding = variable(3, 2);
 * const program = compile([gather(embedding, constant([2, 0]))], [embedding]);
 * console.log(program.run([Float64Array.of(1, 2, 3, 4, 5, 6)])[0].join(' ')); // 5 6 1 2
 * ```
 */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  checkTensor(x, 'x');
  checkTensor(indices, 'indices');
  const at = checkAxis(x.shape, axis);
  const shape = x.shape.toSpliced(at, 1, ...indices.shape);
  return tensorOf(shape, gathering(at, true), [x, indices]);
}

/**
 * An entry for every place in a tensor of places along an axis: out_ij = x_(i, place_ij) for the last one. A run throws an
 * `InvalidInputError` for a place that is not there.
 *
 * @param x - of any shape
 * @param indices - places along the axis; of x's shape but for the length of the axis
 * @param axis - counted from 0; negative ones from the end; the last by default
 * @throws {InvalidInputError} for an axis that is not there, and shapes that do not fit
 */
export function takeAlong(x: Tensor, indices: Tensor, axis = -1): Tensor {
  checkTensor(x, 'x');
  checkTensor(indices, 'indices');
  const at = checkAxis(x.shape, axis);
  if (indices.shape.length !== x.shape.length || !sameShape(indices.shape.with(at, 1), x.shape.with(at, 1))) {
    throw fault(`has the shape ${describeShape(indices.shape)} beside ${describeShape(x.shape)}`, 'indices', 'shape');
  }
  return tensorOf(indices.shape, gathering(at, false), [x, indices]);
}
