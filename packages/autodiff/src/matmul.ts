// Products of matrices, on the kernels of linalg; transposes are read where they are.
import { InvalidInputError } from '@infimum/core';
import { linalgKernels } from '@infimum/linalg/kernels';
import { reshape, transpose } from './shapes.ts';
import { describeShape, type Operation, type Tensor } from './tensor.ts';

/** A B, with either side transposed on the way. */
const multiplying = (transposedA: boolean, transposedB: boolean): Operation => ({
  name: 'matmul',
  needsScratch: true,
  prepare: ({ shape: [rows, cols], inputs }, { workspace, inputs: [a, b], out, scratch }) => {
    const { gemm } = workspace.kernels(linalgKernels);
    const inner = inputs[0].shape[transposedA ? 0 : 1];
    const [aRow, aCol] = transposedA ? [1, rows] : [inner, 1];
    const [bRow, bCol] = transposedB ? [1, inner] : [cols, 1];
    const [from, to] = [a.byteOffset, b.byteOffset];
    return () =>
      gemm(0, rows, cols, inner, 1, from, aRow, aCol, to, bRow, bCol, 0, out.byteOffset, cols, scratch);
  },
  pullback: ({ inputs: [a, b] }, gradient) => [
    transposedA ? product(b, transposedB, gradient, true) : product(gradient, false, b, !transposedB),
    transposedB ? product(gradient, true, a, transposedA) : product(a, !transposedA, gradient, false),
  ],
});

function product(a: Tensor, transposedA: boolean, b: Tensor, transposedB: boolean): Tensor {
  const rows = a.shape[transposedA ? 1 : 0];
  const cols = b.shape[transposedB ? 0 : 1];
  return { shape: [rows, cols], operation: multiplying(transposedA, transposedB), inputs: [a, b] };
}

/**
 * The product of two matrices; a vector on the right is a column, one on the left a row, and the result is a vector then.
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
  const left = a.shape.length === 1 ? reshape(a, [1, a.shape[0]]) : a;
  const right = b.shape.length === 1 ? reshape(b, [b.shape[0], 1]) : b;
  if (left.shape.length !== 2 || right.shape.length !== 2 || left.shape[1] !== right.shape[0]) {
    const problem = `the shapes ${describeShape(a.shape)} and ${describeShape(b.shape)} do not fit`;
    throw new InvalidInputError(problem, { argument: 'b', code: 'shape' });
  }
  const isTransposed = ({ operation }: Tensor) => operation.name === 'transpose';
  const [plainLeft, plainRight] = [left, right].map((x) => (isTransposed(x) ? transpose(x) : x));
  const result = product(plainLeft, isTransposed(left), plainRight, isTransposed(right));
  if (a.shape.length === 1 && b.shape.length === 1) return reshape(result, []);
  return a.shape.length === 1 || b.shape.length === 1 ? reshape(result, [Math.max(...result.shape)]) : result;
}
