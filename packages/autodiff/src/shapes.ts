// Operations that move entries and add them up: broadcasting and its adjoint, reshaping, transposing, picking.
import { InvalidInputError } from '@infimum/core';
import {
  asTensor,
  describeShape,
  full,
  type Operation,
  sameShape,
  sizeOf,
  type Tensor,
  type TensorLike,
  uniformValue,
} from './tensor.ts';

/** The common shape of two tensors: axes are aligned at the end, and an axis of length one stretches. */
export function commonShape(a: readonly number[], b: readonly number[], name: string): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [first, second] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    if (first === second || second === 1) return first;
    if (first === 1) return second;
    const problem = `the shapes ${describeShape(a)} and ${describeShape(b)} do not fit`;
    throw new InvalidInputError(problem, { argument: name, code: 'shape' });
  });
}

/**
 * For every entry of the larger shape, the entry of the smaller one that it is stretched from. Undefined when that is
 * always the first.
 */
function stretchMap(small: readonly number[], large: readonly number[]): Int32Array | undefined {
  if (sizeOf(small) === 1) return undefined;
  const map = new Int32Array(sizeOf(large));
  const strides = new Array<number>(large.length).fill(0);
  for (let axis = large.length - 1, stride = 1; axis >= 0; axis--) {
    const length = small[axis - large.length + small.length] ?? 1;
    if (length > 1) strides[axis] = stride;
    stride *= length;
  }
  const place = new Array<number>(large.length).fill(0);
  for (let k = 0, from = 0; k < map.length; k++) {
    map[k] = from;
    for (let axis = large.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++place[axis] < large[axis]) break;
      from -= strides[axis] * large[axis];
      place[axis] = 0;
    }
  }
  return map;
}

const stretching: Operation = {
  name: 'broadcastTo',
  prepare: ({ shape, inputs: [x] }, { inputs: [from], out }) => {
    const map = stretchMap(x.shape, shape);
    if (!map) return () => void out.fill(from[0]);
    return () => {
      for (let k = 0; k < out.length; k++) out[k] = from[map[k]];
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
  const tensor = asTensor(x);
  if (sameShape(tensor.shape, shape)) return tensor;
  if (!sameShape(commonShape(tensor.shape, shape, 'x'), shape)) {
    const problem = `the shape ${describeShape(tensor.shape)} cannot be stretched to ${describeShape(shape)}`;
    throw new InvalidInputError(problem, { argument: 'shape', code: 'shape' });
  }
  const value = uniformValue(tensor);
  if (value !== undefined) return full(shape, value);
  return { shape: [...shape], operation: stretching, inputs: [tensor] };
}

const summing: Operation = {
  name: 'sumTo',
  prepare: ({ shape, inputs: [x] }, { inputs: [from], out }) => {
    const map = stretchMap(shape, x.shape);
    if (!map) {
      return () => {
        let sum = 0;
        for (let k = 0; k < from.length; k++) sum += from[k];
        out[0] = sum;
      };
    }
    return () => {
      out.fill(0);
      for (let k = 0; k < from.length; k++) out[map[k]] += from[k];
    };
  },
  pullback: ({ inputs: [x] }, gradient) => [broadcastTo(gradient, x.shape)],
};

/** The sums of what `broadcastTo` would repeat: its adjoint. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const value = uniformValue(x);
  if (value !== undefined) return full(shape, (value * sizeOf(x.shape)) / sizeOf(shape));
  return { shape: [...shape], operation: summing, inputs: [x] };
}

/** Has the entries of its input; programs give both the same memory. */
export const reshaping: Operation = {
  name: 'reshape',
  prepare: () => () => {},
  pullback: ({ inputs: [x] }, gradient) => [reshape(gradient, x.shape)],
};

/**
 * The same entries in another shape.
 *
 * @throws {InvalidInputError} for a shape of another size
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  if (sizeOf(shape) !== sizeOf(x.shape)) {
    const problem = `the shape ${describeShape(shape)} has not the ${sizeOf(x.shape)} entries of ${describeShape(x.shape)}`;
    throw new InvalidInputError(problem, { argument: 'shape', code: 'shape' });
  }
  if (sameShape(x.shape, shape)) return x;
  const value = uniformValue(x);
  if (value !== undefined) return full(shape, value);
  return { shape: [...shape], operation: reshaping, inputs: [x] };
}

const transposing: Operation = {
  name: 'transpose',
  prepare: ({ shape }, { inputs: [from], out }) => {
    const [rows, cols] = shape.slice(-2);
    return () => {
      for (let start = 0; start < out.length; start += rows * cols) {
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < cols; j++) out[start + i * cols + j] = from[start + j * rows + i];
        }
      }
    };
  },
  pullback: (_, gradient) => [transpose(gradient)],
};

/**
 * The transpose of a matrix, or of every matrix of a stack.
 *
 * @throws {InvalidInputError} for a tensor that is neither a matrix nor of rank 3
 */
export function transpose(x: Tensor): Tensor {
  if (x.shape.length !== 2 && x.shape.length !== 3) {
    const problem = `must be a matrix or a stack of them, has the shape ${describeShape(x.shape)}`;
    throw new InvalidInputError(problem, { argument: 'x', code: 'shape' });
  }
  const [rows, cols] = x.shape.slice(-2);
  const shape = [...x.shape.slice(0, -2), cols, rows];
  const value = uniformValue(x);
  if (value !== undefined) return full(shape, value);
  // Transposing twice is nothing.
  if (x.operation === transposing) return x.inputs[0];
  return { shape, operation: transposing, inputs: [x] };
}

const taking: Operation = {
  name: 'take',
  prepare: (_, { inputs: [from, indices], out }) => {
    return () => {
      for (let k = 0; k < out.length; k++) {
        const index = indices[k];
        out[k] = index < 0 ? 0 : from[index];
      }
    };
  },
  pullback: ({ inputs: [x, indices] }, gradient) => [scatter(gradient, indices, x.shape), undefined],
};

/**
 * Entries by their places: out_k = x_(i_k), with places counted row by row, and 0 where the place is negative. Rows of an
 * embedding, patches of an image and pieces of a vector are all picked that way. Places may be a variable; they are not
 * differentiated, and not checked when a program runs.
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
  return { shape: indices.shape, operation: taking, inputs: [x, indices] };
}

const scattering: Operation = {
  name: 'scatter',
  prepare: (_, { inputs: [from, indices], out }) => {
    return () => {
      out.fill(0);
      for (let k = 0; k < from.length; k++) {
        const index = indices[k];
        if (index >= 0) out[index] += from[k];
      }
    };
  },
  pullback: ({ inputs: [, indices] }, gradient) => [take(gradient, indices), undefined],
};

/** The adjoint of `take`: adds every entry to its place in a tensor of zeros. */
export function scatter(x: Tensor, indices: Tensor, shape: readonly number[]): Tensor {
  return { shape: [...shape], operation: scattering, inputs: [broadcastTo(x, indices.shape), indices] };
}

/** Takes the entries from `start` on. */
const slicing = (start: number): Operation => ({
  name: 'slice',
  prepare: (_, { inputs: [from], out }) => {
    const piece = from.subarray(start, start + out.length);
    return () => out.set(piece);
  },
  pullback: ({ inputs: [x] }, gradient) => [embed(gradient, start, x.shape)],
});

/** Puts the entries there, among zeros. */
const embedding = (start: number): Operation => ({
  name: 'embed',
  prepare: (_, { inputs: [from], out }) => {
    return () => {
      out.fill(0);
      out.set(from, start);
    };
  },
  pullback: ({ inputs: [x] }, gradient) => [reshape(slice(gradient, start, sizeOf(x.shape)), x.shape)],
});

/**
 * A piece of the entries, counted row by row: a vector.
 *
 * @throws {InvalidInputError} for a piece that is not within x
 */
export function slice(x: Tensor, start: number, length: number): Tensor {
  if (!(start >= 0 && length >= 1 && start + length <= sizeOf(x.shape))) {
    const problem = `entries ${start} to ${start + length - 1} are not among the ${sizeOf(x.shape)} of x`;
    throw new InvalidInputError(problem, { argument: 'start', code: 'out-of-range' });
  }
  const value = uniformValue(x);
  if (value !== undefined) return full([length], value);
  return { shape: [length], operation: slicing(start), inputs: [x] };
}

/** The adjoint of `slice`: zeros but for a piece. */
function embed(x: Tensor, start: number, shape: readonly number[]): Tensor {
  return { shape: [...shape], operation: embedding(start), inputs: [x] };
}
