// What kernels.ts measures: each kernel on a size, and the loop that one would write without it.
import { Random } from '@infimum/core';
import { cholesky, denseMatrix, gram } from '../src/index.ts';
import { GEMM_SCRATCH, linalgKernels, type Partition, Workspace } from '../src/kernels.ts';

/** One kernel on one size. */
export interface Case {
  readonly kernel: string;
  /** The size, for people. */
  readonly size: string;
  /** What `numpy_kernels.py` is called with. */
  readonly arguments: readonly number[];
  /** Operations, elements or bytes of one call. */
  readonly work: number;
  /** Thousand millions of what a second. */
  readonly unit: string;
  /** Whether the kernel has a range that threads can share. */
  readonly splits: boolean;
  /** Sets up and returns the call of the kernel on so many threads, in the build that is active now. */
  kernels(threads: number): () => void;
  /** Sets up and returns the plain loop. */
  plain(): () => void;
}

const GFLOPS = 'GFLOP/s';
const ELEMENTS = 'G elements/s';

/** Uniform random numbers, drawn once for all cases. */
const numbers = new Random(1).uniforms(new Float64Array(2048 * 2048));

function uniform(length: number): Float64Array {
  return numbers.subarray(0, length);
}

export const cases: readonly Case[] = [
  dot(1000),
  dot(1_000_000),
  exp(1000),
  exp(1_000_000),
  ...[200, 1000, 2048].flatMap((n) => [gemv(n), gemvTransposed(n)]),
  ...[256, 1024].map(gemm),
  ...[256, 1024].map(syrk),
  ...[256, 1024].map(choleskyOf),
  ...[1000, 2000].flatMap((n) =>
    [20, 1000].flatMap((scale) => [transportRows(n, scale), transportColumns(n, scale)]),
  ),
  plainRows(1000),
  plainColumns(1000),
  csrGemv(100_000),
  csrGemvTransposed(100_000),
];

function dot(n: number): Case {
  const x = uniform(n);
  const y = uniform(n);
  return {
    kernel: 'dot',
    size: `${n}`,
    arguments: [n],
    work: 2 * n,
    unit: GFLOPS,
    splits: false,
    kernels() {
      const workspace = Workspace.for({ float64: [n, n] });
      const [xOffset, yOffset] = [x, y].map((values) => workspace.float64From(values).byteOffset);
      const { dot } = workspace.kernels(linalgKernels);
      return () => void dot(n, xOffset, yOffset);
    },
    plain: () => () => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += x[i] * y[i];
      sink = sum;
    },
  };
}

/** How n rows are shared: in one piece by one thread, otherwise in several a thread, which evens the load out. */
function rowBlocks(n: number, threads: number): Partition {
  return { items: n, block: threads === 1 ? n : Math.ceil(n / (4 * threads)) };
}

/** Columns in one piece a thread, as short pieces of rows are slow to read. */
function columnBlocks(n: number, threads: number): Partition {
  return { items: n, block: Math.ceil(n / threads) };
}

/** Keeps loops whose result nobody reads from being optimised away. */
export let sink = 0;

function exp(n: number): Case {
  const x = uniform(n).map((value) => -20 * value);
  return {
    kernel: 'exp',
    size: `${n}`,
    arguments: [n],
    work: n,
    unit: ELEMENTS,
    splits: false,
    kernels() {
      const workspace = Workspace.for({ float64: [n, n] });
      const input = workspace.float64From(x).byteOffset;
      const out = workspace.float64(n).byteOffset;
      const { exp } = workspace.kernels(linalgKernels);
      return () => exp(n, input, out);
    },
    plain: () => {
      const out = new Float64Array(n);
      return () => {
        for (let i = 0; i < n; i++) out[i] = Math.exp(x[i]);
      };
    },
  };
}

function gemv(n: number): Case {
  const a = uniform(n * n);
  const x = uniform(n);
  return {
    kernel: 'gemv',
    size: `${n} x ${n}`,
    arguments: [n],
    work: 2 * n * n,
    unit: GFLOPS,
    splits: true,
    kernels(threads) {
      const workspace = Workspace.for({ float64: [n * n, n, n] }, { threads });
      const [aOffset, xOffset] = [a, x].map((values) => workspace.float64From(values).byteOffset);
      const y = workspace.float64(n).byteOffset;
      return () =>
        workspace.parallel(linalgKernels, 'gemv', rowBlocks(n, threads), (from, to) => [
          from,
          to,
          n,
          aOffset,
          xOffset,
          y,
        ]);
    },
    plain: () => {
      const y = new Float64Array(n);
      return () => {
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < n; j++) sum += a[i * n + j] * x[j];
          y[i] = sum;
        }
      };
    },
  };
}

function gemvTransposed(n: number): Case {
  const a = uniform(n * n);
  const x = uniform(n);
  return {
    kernel: 'gemvTransposed',
    size: `${n} x ${n}`,
    arguments: [n],
    work: 2 * n * n,
    unit: GFLOPS,
    splits: true,
    kernels(threads) {
      const workspace = Workspace.for({ float64: [n * n, n, n] }, { threads });
      const [aOffset, xOffset] = [a, x].map((values) => workspace.float64From(values).byteOffset);
      const y = workspace.float64(n).byteOffset;
      return () =>
        workspace.parallel(linalgKernels, 'gemvTransposed', columnBlocks(n, threads), (from, to) => [
          from,
          to,
          n,
          n,
          aOffset,
          xOffset,
          y,
        ]);
    },
    plain: () => {
      const y = new Float64Array(n);
      return () => {
        y.fill(0);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) y[j] += a[i * n + j] * x[i];
        }
      };
    },
  };
}

function gemm(n: number): Case {
  const a = uniform(n * n);
  const b = uniform(n * n);
  return {
    kernel: 'gemm',
    size: `${n} x ${n} x ${n}`,
    arguments: [n],
    work: 2 * n ** 3,
    unit: GFLOPS,
    splits: true,
    kernels(threads) {
      const workspace = Workspace.for(
        { float64: [n * n, n * n, n * n, threads * GEMM_SCRATCH] },
        { threads },
      );
      const [aOffset, bOffset] = [a, b].map((values) => workspace.float64From(values).byteOffset);
      const c = workspace.float64(n * n).byteOffset;
      const scratch = workspace.float64(threads * GEMM_SCRATCH).byteOffset;
      return () =>
        workspace.parallel(linalgKernels, 'gemm', rowBlocks(n, threads), (from, to, thread) => [
          from,
          to,
          n,
          n,
          1,
          aOffset,
          n,
          1,
          bOffset,
          n,
          1,
          0,
          c,
          n,
          scratch + 8 * GEMM_SCRATCH * thread,
        ]);
    },
    plain: () => {
      const c = new Float64Array(n * n);
      return () => {
        c.fill(0);
        for (let i = 0; i < n; i++) {
          for (let k = 0; k < n; k++) {
            const factor = a[i * n + k];
            for (let j = 0; j < n; j++) c[i * n + j] += factor * b[k * n + j];
          }
        }
      };
    },
  };
}

function syrk(n: number): Case {
  const a = uniform(n * n);
  return {
    kernel: 'syrk',
    size: `${n} x ${n}`,
    arguments: [n],
    work: n ** 3,
    unit: GFLOPS,
    splits: true,
    kernels(threads) {
      const workspace = Workspace.for({ float64: [n * n, n * n, threads * GEMM_SCRATCH] }, { threads });
      const input = workspace.float64From(a).byteOffset;
      const c = workspace.float64(n * n).byteOffset;
      const scratch = workspace.float64(threads * GEMM_SCRATCH).byteOffset;
      return () =>
        workspace.parallel(linalgKernels, 'syrk', rowBlocks(n, threads), (from, to, thread) => [
          from,
          to,
          n,
          1,
          input,
          n,
          1,
          0,
          c,
          n,
          scratch + 8 * GEMM_SCRATCH * thread,
        ]);
    },
    plain: () => {
      const c = new Float64Array(n * n);
      return () => {
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            let sum = 0;
            for (let k = 0; k < n; k++) sum += a[i * n + k] * a[j * n + k];
            c[i * n + j] = sum;
          }
        }
      };
    },
  };
}

function choleskyOf(n: number): Case {
  const root = denseMatrix(n, n, uniform(n * n));
  const matrix = gram(root);
  for (let i = 0; i < n; i++) matrix.values[i * n + i] += n;
  return {
    kernel: 'cholesky',
    size: `${n} x ${n}`,
    arguments: [n],
    work: n ** 3 / 3,
    unit: GFLOPS,
    splits: true,
    kernels: (threads) => () => void cholesky(matrix, { threads }),
    plain: () => () => {
      const factor = matrix.values.slice();
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = factor[i * n + j];
          for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
          factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / factor[j * n + j];
        }
      }
    },
  };
}

function transportRows(n: number, scale: number): Case {
  const matrix = uniform(n * n);
  const shift = uniform(n);
  return {
    kernel: 'logSumExpRows',
    size: `${n} x ${n}, scale ${scale}`,
    arguments: [n, scale],
    work: n * n,
    unit: ELEMENTS,
    splits: true,
    kernels(threads) {
      const workspace = Workspace.for({ float64: [n * n, n, n] }, { threads });
      const [m, s] = [matrix, shift].map((values) => workspace.float64From(values).byteOffset);
      const out = workspace.float64(n).byteOffset;
      return () =>
        workspace.parallel(linalgKernels, 'logSumExpRows', rowBlocks(n, threads), (from, to) => [
          from,
          to,
          n,
          scale,
          s,
          m,
          out,
        ]);
    },
    plain: () => {
      const out = new Float64Array(n);
      return () => {
        for (let i = 0; i < n; i++) {
          let largest = -Infinity;
          for (let j = 0; j < n; j++) largest = Math.max(largest, scale * (shift[j] - matrix[i * n + j]));
          let sum = 0;
          for (let j = 0; j < n; j++) sum += Math.exp(scale * (shift[j] - matrix[i * n + j]) - largest);
          out[i] = largest + Math.log(sum);
        }
      };
    },
  };
}

function transportColumns(n: number, scale: number): Case {
  const matrix = uniform(n * n);
  const shift = uniform(n);
  return {
    kernel: 'logSumExpColumns',
    size: `${n} x ${n}, scale ${scale}`,
    arguments: [n, scale],
    work: n * n,
    unit: ELEMENTS,
    splits: true,
    kernels(threads) {
      const workspace = Workspace.for({ float64: [n * n, n, n, n] }, { threads });
      const [m, s] = [matrix, shift].map((values) => workspace.float64From(values).byteOffset);
      const out = workspace.float64(n).byteOffset;
      const sums = workspace.float64(n).byteOffset;
      return () =>
        workspace.parallel(linalgKernels, 'logSumExpColumns', columnBlocks(n, threads), (from, to) => [
          from,
          to,
          n,
          n,
          scale,
          s,
          m,
          out,
          sums,
        ]);
    },
    plain: () => {
      const largest = new Float64Array(n);
      const sums = new Float64Array(n);
      return () => {
        largest.fill(-Infinity);
        sums.fill(0);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            largest[j] = Math.max(largest[j], scale * (shift[i] - matrix[i * n + j]));
          }
        }
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            sums[j] += Math.exp(scale * (shift[i] - matrix[i * n + j]) - largest[j]);
          }
        }
        for (let j = 0; j < n; j++) sums[j] = largest[j] + Math.log(sums[j]);
      };
    },
  };
}

function plainRows(n: number): Case {
  const matrix = uniform(n * n).map((value) => 20 * value);
  return {
    kernel: 'plainLogSumExpRows',
    size: `${n} x ${n}`,
    arguments: [n],
    work: n * n,
    unit: ELEMENTS,
    splits: true,
    kernels(threads) {
      const workspace = Workspace.for({ float64: [n * n, n] }, { threads });
      const m = workspace.float64From(matrix).byteOffset;
      const out = workspace.float64(n).byteOffset;
      return () =>
        workspace.parallel(linalgKernels, 'plainLogSumExpRows', rowBlocks(n, threads), (from, to) => [
          from,
          to,
          n,
          m,
          out,
        ]);
    },
    plain: () => {
      const out = new Float64Array(n);
      return () => {
        for (let i = 0; i < n; i++) {
          let largest = -Infinity;
          for (let j = 0; j < n; j++) largest = Math.max(largest, matrix[i * n + j]);
          let sum = 0;
          for (let j = 0; j < n; j++) sum += Math.exp(matrix[i * n + j] - largest);
          out[i] = largest + Math.log(sum);
        }
      };
    },
  };
}

function plainColumns(n: number): Case {
  const matrix = uniform(n * n).map((value) => 20 * value);
  return {
    kernel: 'plainLogSumExpColumns',
    size: `${n} x ${n}`,
    arguments: [n],
    work: n * n,
    unit: ELEMENTS,
    splits: true,
    kernels(threads) {
      const workspace = Workspace.for({ float64: [n * n, n, n] }, { threads });
      const m = workspace.float64From(matrix).byteOffset;
      const out = workspace.float64(n).byteOffset;
      const sums = workspace.float64(n).byteOffset;
      return () =>
        workspace.parallel(linalgKernels, 'plainLogSumExpColumns', columnBlocks(n, threads), (from, to) => [
          from,
          to,
          n,
          n,
          m,
          out,
          sums,
        ]);
    },
    plain: () => {
      const largest = new Float64Array(n);
      const sums = new Float64Array(n);
      return () => {
        largest.fill(-Infinity);
        sums.fill(0);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) largest[j] = Math.max(largest[j], matrix[i * n + j]);
        }
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) sums[j] += Math.exp(matrix[i * n + j] - largest[j]);
        }
        for (let j = 0; j < n; j++) sums[j] = largest[j] + Math.log(sums[j]);
      };
    },
  };
}

function csrGemv(n: number): Case {
  const matrix = tenInARow(n);
  const x = uniform(n);
  return {
    kernel: 'csrGemv',
    size: `${n} rows of 10`,
    arguments: [n],
    work: 20 * n,
    unit: GFLOPS,
    splits: true,
    kernels(threads) {
      const workspace = Workspace.for({ float64: [10 * n, n, n], int32: [n + 1, 10 * n] }, { threads });
      const pointers = workspace.int32From(matrix.rowPointers).byteOffset;
      const indices = workspace.int32From(matrix.columnIndices).byteOffset;
      const [values, xOffset] = [matrix.values, x].map((array) => workspace.float64From(array).byteOffset);
      const y = workspace.float64(n).byteOffset;
      return () =>
        workspace.parallel(linalgKernels, 'csrGemv', rowBlocks(n, threads), (from, to) => [
          from,
          to,
          pointers,
          indices,
          values,
          xOffset,
          y,
        ]);
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

function csrGemvTransposed(n: number): Case {
  const matrix = tenInARow(n);
  const x = uniform(n);
  return {
    kernel: 'csrGemvTransposed',
    size: `${n} rows of 10`,
    arguments: [n],
    work: 20 * n,
    unit: GFLOPS,
    splits: true,
    kernels(threads) {
      const workspace = Workspace.for({ float64: [10 * n, n, n], int32: [n + 1, 10 * n] }, { threads });
      const pointers = workspace.int32From(matrix.rowPointers).byteOffset;
      const indices = workspace.int32From(matrix.columnIndices).byteOffset;
      const [values, xOffset] = [matrix.values, x].map((array) => workspace.float64From(array).byteOffset);
      const y = workspace.float64(n).byteOffset;
      return () =>
        workspace.parallel(linalgKernels, 'csrGemvTransposed', columnBlocks(n, threads), (from, to) => [
          from,
          to,
          n,
          pointers,
          indices,
          values,
          xOffset,
          y,
        ]);
    },
    plain: () => {
      const { rowPointers, columnIndices, values } = matrix;
      const y = new Float64Array(n);
      return () => {
        y.fill(0);
        for (let i = 0; i < n; i++) {
          for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) y[columnIndices[k]] += values[k] * x[i];
        }
      };
    },
  };
}

/** A sparse matrix of size n with ten random entries in every row. */
function tenInARow(n: number): { rowPointers: Int32Array; columnIndices: Int32Array; values: Float64Array } {
  const random = new Random(1);
  const columnIndices = new Int32Array(10 * n);
  for (let i = 0; i < n; i++) columnIndices.set(random.sample(n, 10).sort(), 10 * i);
  return {
    rowPointers: Int32Array.from({ length: n + 1 }, (_, i) => 10 * i),
    columnIndices,
    values: uniform(10 * n),
  };
}
