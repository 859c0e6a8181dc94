// Code shared by entrywise operations: shapes are broadcast without copies, as runs of equal steps.
import { checkInteger, fault } from '@infimum/core';
import type { Operation, Places, Tensor, TensorLike } from '../expressions/tensor.ts';
import { asTensor, describeShape, full, sameShape, sizeOf, tensorOf, uniformValue } from '../expressions/tensor.ts';

/** How to traverse a shape and smaller ones that are broadcast to it, a run at a time. */
export interface Runs {
  /** Number of runs. */
  readonly count: number;
  /** Entries of each run. */
  readonly length: number;
  /** For every stretched tensor, where each run starts. */
  readonly starts: readonly Int32Array[];
  /** For every stretched tensor, 1 where it has an entry for each of a run, 0 where one serves all. */
  readonly steps: readonly number[];
}

/** The common shape of two tensors: axes are aligned at the end, and an axis of length one stretches. */
export function commonShape(a: readonly number[], b: readonly number[], name: string): readonly number[] {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [first, second] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    if (first === second || second === 1) return first;
    if (first === 1) return second;
    throw fault(`the shapes ${describeShape(a)} and ${describeShape(b)} do not fit`, name, 'shape');
  });
}

/** The runs of a shape, as long as all of the smaller shapes allow. */
export function runsOf(shape: readonly number[], smaller: readonly (readonly number[])[]): Runs {
  const { lengths, strides } = merged(shape, smaller);
  const length = lengths.at(-1) ?? 1;
  const count = lengths.slice(0, -1).reduce((product, each) => product * each, 1);
  return {
    count,
    length,
    starts: strides.map((each) => offsets(lengths.slice(0, -1), each.slice(0, -1), count)),
    steps: strides.map((each) => each.at(-1) ?? 0),
  };
}

/** Merges neighbouring axes that all of the smaller shapes traverse with one step. */
function merged(
  shape: readonly number[],
  smaller: readonly (readonly number[])[],
): { readonly lengths: number[]; readonly strides: number[][] } {
  const lengths: number[] = [];
  const strides: number[][] = smaller.map(() => []);
  const next = smaller.map(() => 1);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    const here = smaller.map((each, k) => {
      const own = each[axis - shape.length + each.length] ?? 1;
      const stride = own > 1 ? next[k] : 0;
      next[k] *= own;
      return stride;
    });
    const isOne = lengths.length > 0 && here.every((stride, k) => stride === strides[k][0] * lengths[0]);
    if (isOne) lengths[0] *= shape[axis];
    else {
      lengths.unshift(shape[axis]);
      here.forEach((stride, k) => {
        strides[k].unshift(stride);
      });
    }
  }
  return { lengths, strides };
}

/** Where every one of `count` places of some axes lies, for given strides. */
export function offsets(lengths: readonly number[], strides: readonly number[], count: number): Int32Array {
  const found = new Int32Array(count);
  const place = new Array<number>(lengths.length).fill(0);
  for (let k = 0, from = 0; k < count; k++) {
    found[k] = from;
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++place[axis] < lengths[axis]) break;
      from -= strides[axis] * lengths[axis];
      place[axis] = 0;
    }
  }
  return found;
}

/** Computes a run of a result from runs of two tensors. */
export type Binary = (
  length: number,
  out: Float64Array,
  at: number,
  a: Float64Array,
  ofA: number,
  stepA: number,
  b: Float64Array,
  ofB: number,
  stepB: number,
) => void;

/** An operation on the entries of two tensors. */
export function binary(name: string, compute: Binary, pullback: Operation['pullback']): Operation {
  return {
    name,
    reach: 'entries',
    prepare: ({ shape, inputs }, { inputs: [a, b], out }) => {
      const runs = runsOf(
        shape,
        inputs.map((x) => x.shape),
      );
      const { count, length, starts, steps } = runs;
      const [[ofA, ofB], [stepA, stepB]] = [starts, steps];
      return () => {
        for (let run = 0; run < count; run++) {
          compute(length, out, run * length, a, ofA[run], stepA, b, ofB[run], stepB);
        }
      };
    },
    pullback,
  };
}

/** Applies an operation to two tensors, broadcasting the smaller one. */
export function join(operation: Operation, a: TensorLike, b: TensorLike): Tensor {
  const inputs = [asTensor(a), asTensor(b)];
  const shape = commonShape(inputs[0].shape, inputs[1].shape, 'b');
  return tensorOf(shape, operation, inputs.map(compact));
}

/** Replaces a constant of equal entries by a single entry, which is broadcast. */
export function compact(x: Tensor): Tensor {
  const value = uniformValue(x);
  return value === undefined || x.shape.length === 0 ? x : full([], value);
}

/** An operation on the entries of one tensor. */
export function unary(
  name: string,
  prepare: (places: Places) => () => void,
  pullback: (gradient: Tensor, x: Tensor, out: Tensor) => Tensor | undefined,
): Operation {
  return {
    name,
    reach: 'entries',
    prepare: (_, places) => prepare(places),
    pullback: (node, gradient) => [pullback(gradient, node.inputs[0], node)],
  };
}

/** A loop over all entries. */
export const loop =
  (compute: (x: Float64Array, out: Float64Array) => void) =>
  ({ inputs: [x], out }: Places) =>
  () =>
    compute(x, out);

/** Applies an operation that keeps the shape. */
export function apply(operation: Operation, x: TensorLike): Tensor {
  const tensor = asTensor(x);
  return tensorOf(tensor.shape, operation, [tensor]);
}

/** Number of entries before, along, and after an axis. */
export function around(shape: readonly number[], axis: number): [outer: number, length: number, inner: number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis], sizeOf(shape.slice(axis + 1))];
}

/** An axis counted from 0; negative ones count from the end. */
export function checkAxis(shape: readonly number[], axis: number, argument = 'axis'): number {
  checkInteger(axis, argument);
  if (axis < -shape.length || axis >= shape.length) {
    throw fault(`is ${axis}, of a tensor of shape ${describeShape(shape)}`, argument, 'out-of-range');
  }
  return axis < 0 ? axis + shape.length : axis;
}
