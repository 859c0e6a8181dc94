// Products of matrices, on the kernels of linalg; transposes are read where they are.
import { fault } from '@infimum/core';
import { linalgKernels } from '@infimum/linalg/kernels';
import type { Operation, Tensor } from '../expressions/tensor.ts';
import { checkTensor, describeShape, sizeOf, tensorOf } from '../expressions/tensor.ts';
import { commonShape, runsOf } from './entrywise.ts';
import { isTransposed, transpose } from './permutations.ts';
import { reshape, sumTo } from './shapes.ts';

/** A product of matrices, and which sides are transposed. */
export interface Multiplying extends Operation {
  readonly sides: readonly [boolean, boolean];
}

/** A B, with either side transposed if requested; stacks of matrices are broadcast to each other. */
const multiplying = (transposedA: boolean, transposedB: boolean): Multiplying => ({
  name: 'matmul',
  sides: [transposedA, transposedB],
  needsScratch: true,
  prepare: ({ shape, inputs }, { workspace, inputs: [a, b], out, gemmScratch }) => {
    const { gemm, gemv, gemvTransposed } = workspace.kernels(linalgKernels);
    const [rows, cols] = shape.slice(-2);
    const inner = inputs[0].shape.at(transposedA ? -2 : -1) as number;
    const [aRow, aCol] = transposedA ? [1, rows] : [inner, 1];
    const [bRow, bCol] = transposedB ? [1, inner] : [cols, 1];
    const scratch = gemmScratch.byteOffset;
    const [toA, toB] = [8 * rows * inner, 8 * inner * cols];
    const [placesA, placesB] = inputs.map((x) => placesOf(shape.slice(0, -2), x.shape.slice(0, -2)));
    const count = placesA.length;
    return () => {
      for (let k = 0, into = out.byteOffset; k < count; k++, into += 8 * rows * cols) {
        const [left, right] = [a.byteOffset + toA * placesA[k], b.byteOffset + toB * placesB[k]];
        // A matrix times a column, or a row times a matrix: there is nothing to pack.
        if (cols === 1 && !transposedA) gemv(0, rows, inner, left, right, into);
        else if (cols === 1) gemvTransposed(0, rows, inner, rows, left, right, into);
        else if (rows === 1 && transposedB) gemv(0, cols, inner, right, left, into);
        else if (rows === 1) gemvTransposed(0, cols, inner, cols, right, left, into);
        else gemm(0, rows, cols, inner, 1, left, aRow, aCol, right, bRow, bCol, 0, into, cols, scratch);
      }
    };
  },
  pullback: ({ inputs: [a, b] }, gradient) => [
    sumTo(transposedA ? product(b, transposedB, gradient, true) : product(gradient, false, b, !transposedB), a.shape),
    sumTo(transposedB ? product(gradient, true, a, transposedA) : product(a, !transposedA, gradient, false), b.shape),
  ],
});

/** For every matrix of a stack, the number of that of a smaller stack that is stretched to it. */
function placesOf(shape: readonly number[], smaller: readonly number[]): Int32Array {
  const { count, length, starts, steps } = runsOf(shape, [smaller]);
  return Int32Array.from({ length: count * length }, (_, k) => {
    return starts[0][Math.floor(k / length)] + (k % length) * steps[0];
  });
}

function product(a: Tensor, transposedA: boolean, b: Tensor, transposedB: boolean): Tensor {
  const rows = a.shape.at(transposedA ? -1 : -2) as number;
  const cols = b.shape.at(transposedB ? -2 : -1) as number;
  const stack = a.shape.slice(0, -2);
  // A stack times one matrix is one tall matrix times it.
  if (b.shape.length === 2 && !transposedA && stack.length > 0) {
    const tall = reshape(a, [sizeOf(stack) * rows, a.shape.at(-1) as number]);
    return reshape(product(tall, false, b, transposedB), [...stack, rows, cols]);
  }
  const shape = [...commonShape(stack, b.shape.slice(0, -2), 'b'), rows, cols];
  return tensorOf(shape, multiplying(transposedA, transposedB), [a, b]);
}

/**
 * The product of two matrices; a vector on the right is a column, one on the left a row, and that axis is dropped. Tensors of
 * more than two axes are stacks of matrices, which are multiplied one by one; stacks are broadcast to each other as in
 * `broadcastTo`.
 *
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * @example
 * ```ts
 * import { compile, constant, matmul, variable } from '@infimum/autodiff';
 *
 * const x = variable(2);
 * const program = compile([matmul(constant([1, 2, 3, 4], [2, 2]), x)], [x]);
 * console.log(program.run([Float64Array.of(1, 10)])[0].join(' ')); // 21 43
 * ```
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkTensor(a, 'a');
  checkTensor(b, 'b');
  const left = a.shape.length === 1 ? reshape(a, [1, a.shape[0]]) : a;
  const right = b.shape.length === 1 ? reshape(b, [b.shape[0], 1]) : b;
  if (a.shape.length === 0 || b.shape.length === 0 || left.shape.at(-1) !== right.shape.at(-2)) {
    throw fault(`the shapes ${describeShape(a.shape)} and ${describeShape(b.shape)} do not fit`, 'b', 'shape');
  }
  const [plainLeft, plainRight] = [left, right].map((x) => (isTransposed(x) ? transpose(x) : x));
  const result = product(plainLeft, isTransposed(left), plainRight, isTransposed(right));
  const { shape } = result;
  if (b.shape.length === 1) return reshape(result, a.shape.length === 1 ? [] : shape.slice(0, -1));
  return a.shape.length === 1 ? reshape(result, shape.toSpliced(-2, 1)) : result;
}
