// Dense products and factorisations, for kernels.ts.
import { cholesky, denseMatrix, gram } from '../src/index.ts';
import { GEMM_SCRATCH, linalgKernels, Workspace } from '../src/kernels.ts';
import type { Case } from './case.ts';
import { columnBlocks, GFLOPS, rowBlocks, uniform } from './case.ts';

/** Keeps loops whose result nobody reads from being optimised away. */
export let sink = 0;

export function dot(n: number): Case {
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

export function gemv(n: number): Case {
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
        workspace.parallel(linalgKernels, 'gemv', rowBlocks(n, threads), (from, to) => [from, to, n, aOffset, xOffset, y]);
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

export function gemvTransposed(n: number): Case {
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

export function gemm(n: number): Case {
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
      const workspace = Workspace.for({ float64: [n * n, n * n, n * n, threads * GEMM_SCRATCH] }, { threads });
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

export function syrk(n: number): Case {
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

export function choleskyOf(n: number): Case {
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
