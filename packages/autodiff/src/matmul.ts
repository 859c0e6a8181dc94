// Products of matrices, on the kernels of linalg; transposes are read where they are.
import { InvalidInputError } from '@infimum/core';
import { linalgKernels } from '@infimum/linalg/kernels';
import { reshape, transpose } from './shapes.ts';
import { describeShape, type Operation, type Tensor } from './tensor.ts';

/** A B, with either side transposed on the way, one product for every matrix of a stack. */
const multiplying = (transposedA: boolean, transposedB: boolean): Operation => ({
  name: 'matmul',
  needsScratch: true,
  prepare: ({ shape, inputs }, { workspace, inputs: [a, b], out, scratch }) => {
    const { gemm } = workspace.kernels(linalgKernels);
    const [count, rows, cols] = shape.length === 3 ? shape : [1, ...shape];
    const inner = inputs[0].shape.at(transposedA ? -2 : -1) as number;
    const [aRow, aCol] = transposedA ? [1, rows] : [inner, 1];
    const [bRow, bCol] = transposedB ? [1, inner] : [cols, 1];
    const [ofA, ofB, ofOut] = [8 * rows * inner, 8 * inner * cols, 8 * rows * cols];
    return () => {
      let [from, to, into] = [a.byteOffset, b.byteOffset, out.byteOffset];
      for (let k = 0; k < count; k++) {
        gemm(0, rows, cols, inner, 1, from, aRow, aCol, to, bRow, bCol, 0, into, cols, scratch);
        from += ofA;
        to += ofB;
        into += ofOut;
      }
    };
  },
  pullback: ({ inputs: [a, b] }, gradient) => [
    transposedA ? product(b, transposedB, gradient, true) : product(gradient, false, b, !transposedB),
    transposedB ? product(gradient, true, a, transposedA) : product(a, !transposedA, gradient, false),
  ],
});

function product(a: Tensor, transposedA: boolean, b: Tensor, transposedB: boolean): Tensor {
  const rows = a.shape.at(transposedA ? -1 : -2) as number;
  const cols = b.shape.at(transposedB ? -2 : -1) as number;
  const shape = [...a.shape.slice(0, -2), rows, cols];
  return { shape, operation: multiplying(transposedA, transposedB), inputs: [a, b] };
}

/**
 * The product of two matrices; a vector on the right is a column, one on the left a row, and the result is a vector then.
 * Of two stacks of matrices, tensors of rank 3 with equally many, the products one by one.
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
  if (!fits(left.shape, right.shape)) {
    const problem = `the shapes ${describeShape(a.shape)} and ${describeShape(b.shape)} do not fit`;
    throw new InvalidInputError(problem, { argument: 'b', code: 'shape' });
  }
  const isTransposed = ({ operation }: Tensor) => operation.name === 'transpose';
  const [plainLeft, plainRight] = [left, right].map((x) => (isTransposed(x) ? transpose(x) : x));
  const result = product(plainLeft, isTransposed(left), plainRight, isTransposed(right));
  if (a.shape.length === 1 && b.shape.length === 1) return reshape(result, []);
  return a.shape.length === 1 || b.shape.length === 1 ? reshape(result, [Math.max(...result.shape)]) : result;
}

/** Whether these are two matrices, or two stacks of equally many, and can be multiplied. */
function fits(a: readonly number[], b: readonly number[]): boolean {
  const rank = a.length;
  if ((rank !== 2 && rank !== 3) || b.length !== rank || (rank === 3 && a[0] !== b[0])) return false;
  return a.at(-1) === b.at(-2);
}
