// Logarithms of sums of exponentials, probabilities from scores, and their logarithms, for entries of any size, including
// infinite ones as in IEEE 754.
import { fault } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { linalgKernels } from '@infimum/linalg/kernels';
import type { Operation, Tensor } from '../expressions/tensor.ts';
import { checkTensor, describeShape, sameShape, tensorOf } from '../expressions/tensor.ts';
import { mul, sub } from './arithmetic.ts';
import { checkAxis } from './entrywise.ts';
import { permute } from './permutations.ts';
import { takeAlong } from './picking.ts';
import { sum } from './reductions.ts';
import { reshape } from './shapes.ts';

/** What is left of an entry beside the largest one: nothing of one as large, infinite ones included. */
const below = (x: number, most: number) => (x === most && most === Infinity ? 0 : x - most);

/** The largest entry of a run; NaN if any is. */
function largest(x: Float64Array, from: number, to: number): number {
  let most = -Infinity;
  for (let k = from; k < to; k++) most = Math.max(most, x[k]);
  return most;
}

const takingLogSumExp: Operation = {
  name: 'logSumExp',
  reach: 'rows',
  prepare: ({ inputs: [x] }, { workspace, inputs: [from], out }) => {
    const cols = x.shape.at(-1) as number;
    const { plainLogSumExpRows } = workspace.kernels(linalgKernels);
    return () => {
      plainLogSumExpRows(0, out.length, cols, from.byteOffset, out.byteOffset);
      for (let i = 0; i < out.length; i++) {
        // The kernel subtracts infinities from each other; where there are any, the largest entry is the answer.
        if (Math.abs(out[i]) < Infinity) continue;
        const most = largest(from, i * cols, (i + 1) * cols);
        if (!(Math.abs(most) < Infinity)) out[i] = most;
      }
    };
  },
  pullback: ({ inputs: [x] }, gradient) => [mul(reshape(gradient, [...gradient.shape, 1]), softmaxOfRows(x))],
};

const takingSoftmax: Operation = {
  name: 'softmax',
  reach: 'rows',
  prepare: ({ shape }, { workspace, inputs: [x], out }) => {
    const cols = shape.at(-1) as number;
    const { exp } = workspace.kernels(linalgKernels);
    return () => {
      for (let start = 0; start < out.length; start += cols) {
        const most = largest(x, start, start + cols);
        for (let k = start; k < start + cols; k++) out[k] = below(x[k], most);
      }
      exp(out.length, out.byteOffset, out.byteOffset);
      for (let start = 0; start < out.length; start += cols) {
        let total = 0;
        for (let k = start; k < start + cols; k++) total += out[k];
        for (let k = start; k < start + cols; k++) out[k] /= total;
      }
    };
  },
  pullback: (p, gradient) => {
    const weighted = mul(gradient, p);
    return [sub(weighted, mul(p, sumOfRows(weighted)))];
  },
};

const takingLogSoftmax: Operation = {
  name: 'logSoftmax',
  reach: 'rows',
  prepare: ({ shape }, { inputs: [x], out }) => {
    const cols = shape.at(-1) as number;
    return () => {
      for (let start = 0; start < out.length; start += cols) {
        const most = largest(x, start, start + cols);
        let total = 0;
        for (let k = start; k < start + cols; k++) {
          out[k] = below(x[k], most);
          total += portableExp(out[k]);
        }
        const logarithm = portableLog(total);
        for (let k = start; k < start + cols; k++) out[k] -= logarithm;
      }
    };
  },
  pullback: ({ inputs: [x] }, gradient) => [sub(gradient, mul(softmaxOfRows(x), sumOfRows(gradient)))],
};

function softmaxOfRows(x: Tensor): Tensor {
  return tensorOf(x.shape, takingSoftmax, [x]);
}

/** Sums along the last axis, which stays with length one. */
function sumOfRows(x: Tensor): Tensor {
  return reshape(sum(x, -1), x.shape.with(-1, 1));
}

/** Applies a function of the last axis to another axis, by exchanging the two. */
function alongLast(x: Tensor, axis: number, compute: (rows: Tensor) => Tensor): Tensor {
  checkTensor(x);
  const at = checkAxis(x.shape, axis);
  const last = x.shape.length - 1;
  if (at === last) return compute(x);
  const swap = x.shape.map((_, k) => (k === at ? last : k === last ? at : k));
  return permute(compute(permute(x, swap)), swap);
}

/**
 * log sum exp along an axis, which is dropped; safe for entries of any size. Rows that are -Infinity throughout give
 * -Infinity, an entry of Infinity gives Infinity, NaN gives NaN.
 *
 * @param axis - counted from 0; negative ones from the end; the last by default
 * @throws {InvalidInputError} for an axis that is not there
 */
export function logSumExp(x: Tensor, axis = -1): Tensor {
  checkTensor(x, 'x');
  const at = checkAxis(x.shape, axis);
  const rest = x.shape.map((_, k) => k).filter((k) => k !== at);
  const rows = permute(x, [...rest, at]);
  return tensorOf(rows.shape.slice(0, -1), takingLogSumExp, [rows]);
}

/**
 * exp(x) over its sum along an axis: probabilities. Entries of Infinity share the probability 1 equally.
 *
 * @param axis - the last by default
 * @throws {InvalidInputError} for an axis that is not there
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  return alongLast(x, axis, softmaxOfRows);
}

/**
 * The logarithms of `softmax`: x - log sum exp(x), along an axis.
 *
 * @param axis - the last by default
 * @throws {InvalidInputError} for an axis that is not there
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return alongLast(x, axis, (rows) => tensorOf(rows.shape, takingLogSoftmax, [rows]));
}

/**
 * The logarithms of the probabilities that scores give to classes: log softmax(x)_class for every row.
 *
 * @param scores - any real numbers; the last axis goes over the classes
 * @param classes - numbers of classes, counted from 0, of the shape of the scores without the last axis; not differentiated. A
 *   run throws an `InvalidInputError` for one that is not there.
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * @example
 * ```ts
 * import { categoricalLogProbability, compile, constant, variable } from '@infimum/autodiff';
 *
 * const scores = variable(2, 3);
 * const program = compile([categoricalLogProbability(scores, constant([0, 2]))], [scores]);
 * const [logarithms] = program.run([Float64Array.of(0, 0, 0, 0, 0, Math.log(2))]);
 * console.log(logarithms.map(Math.exp).map((p) => Number(p.toFixed(6))).join(' ')); // 0.333333 0.5
 * ```
 */
export function categoricalLogProbability(scores: Tensor, classes: Tensor): Tensor {
  checkTensor(scores, 'scores');
  checkTensor(classes, 'classes');
  if (scores.shape.length === 0 || !sameShape(scores.shape.slice(0, -1), classes.shape)) {
    const problem = `has the shape ${describeShape(classes.shape)}, which does not fit scores of ${describeShape(scores.shape)}`;
    throw fault(problem, 'classes', 'shape');
  }
  const chosen = takeAlong(logSoftmax(scores), reshape(classes, [...classes.shape, 1]));
  return reshape(chosen, classes.shape);
}
