// Exponentials and their sums, for kernels.ts.
import { linalgKernels, Workspace } from '../src/kernels.ts';
import type { Case } from './case.ts';
import { columnBlocks, ELEMENTS, rowBlocks, uniform } from './case.ts';

export function exp(n: number): Case {
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

export function transportRows(n: number, scale: number): Case {
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

export function transportColumns(n: number, scale: number): Case {
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

export function plainRows(n: number): Case {
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
        workspace.parallel(linalgKernels, 'plainLogSumExpRows', rowBlocks(n, threads), (from, to) => [from, to, n, m, out]);
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

export function plainColumns(n: number): Case {
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
