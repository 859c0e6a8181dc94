// A sparse matrix times a vector, for kernels.ts.
import { Random } from '@infimum/core';
import { linalgKernels, Workspace } from '../src/kernels.ts';
import type { Case } from './case.ts';
import { GFLOPS, rowBlocks, uniform } from './case.ts';

/** y_i = sum_k a_ik x_k. */
export function csrGemv(n: number): Case {
  const matrix = tenInARow(n);
  const x = uniform(n);
  return {
    ...sizes('csrGemv', n),
    kernels(threads) {
      const { workspace, arrays } = place(matrix, x, threads);
      return () =>
        workspace.parallel(linalgKernels, 'csrGemv', rowBlocks(n, threads), (from, to) => {
          return [from, to, ...arrays];
        });
    },
    plain: () => {
      const { rowPointers, columnIndices, values } = matrix;
      const y = new Float64Array(n);
      return () => {
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum += values[k] * x[columnIndices[k]];
          y[i] = sum;
        }
      };
    },
  };
}

function sizes(kernel: string, n: number) {
  return { kernel, size: `${n} rows of 10`, arguments: [n], work: 20 * n, unit: GFLOPS, splits: true };
}

interface Compressed {
  readonly rowPointers: Int32Array;
  readonly columnIndices: Int32Array;
  readonly values: Float64Array;
}

/** The matrix and the vectors on a workspace, and where they are, in the order of the kernels' arguments. */
function place({ rowPointers, columnIndices, values }: Compressed, x: Float64Array, threads: number) {
  const lengths = { float64: [values.length, x.length, x.length], int32: [rowPointers.length, values.length] };
  const workspace = Workspace.for(lengths, { threads });
  const [pointers, indices] = [rowPointers, columnIndices].map((array) => workspace.int32From(array).byteOffset);
  const [entries, vector] = [values, x].map((array) => workspace.float64From(array).byteOffset);
  const y = workspace.float64(x.length).byteOffset;
  return { workspace, arrays: [pointers, indices, entries, vector, y] as const };
}

/** A sparse matrix of size n with ten random entries in every row. */
function tenInARow(n: number): Compressed {
  const random = new Random(1);
  const columnIndices = new Int32Array(10 * n);
  for (let i = 0; i < n; i++) columnIndices.set(random.sample(n, 10).sort(), 10 * i);
  return { rowPointers: Int32Array.from({ length: n + 1 }, (_, i) => 10 * i), columnIndices, values: uniform(10 * n) };
}
