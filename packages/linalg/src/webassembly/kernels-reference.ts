// The kernels in plain TypeScript: what the WebAssembly builds are tested against, and run in their place where
// the engine has no SIMD. Written to be read, in the order of `linalg-kernels.ts`.
import type { LinalgKernels, RelaxRows } from './linalg-kernels.ts';

/** The kernels on a memory; byte offsets become indices into one view of doubles and one of integers. */
export function linalgReference(buffer: ArrayBufferLike): LinalgKernels {
  const doubles = new Float64Array(buffer);
  const integers = new Int32Array(buffer);

  function dot(n: number, x: number, y: number): number {
    x /= 8;
    y /= 8;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += doubles[x + i] * doubles[y + i];
    return sum;
  }

  function axpy(n: number, alpha: number, x: number, y: number): void {
    x /= 8;
    y /= 8;
    for (let i = 0; i < n; i++) doubles[y + i] += alpha * doubles[x + i];
  }

  function scal(n: number, alpha: number, x: number): void {
    x /= 8;
    for (let i = 0; i < n; i++) doubles[x + i] *= alpha;
  }

  function nrm2(n: number, x: number): number {
    x /= 8;
    let largest = 0;
    for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(doubles[x + i]));
    if (largest === 0 || !(largest < Infinity)) return largest;
    const factor = 2 ** -Math.max(-1022, Math.min(1023, Math.floor(Math.log2(largest))));
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (doubles[x + i] * factor) ** 2;
    return Math.sqrt(sum) / factor;
  }

  function exp(n: number, x: number, out: number): void {
    x /= 8;
    out /= 8;
    for (let i = 0; i < n; i++) doubles[out + i] = Math.exp(doubles[x + i]);
  }

  function gemv(from: number, to: number, cols: number, a: number, x: number, y: number): void {
    for (let i = from; i < to; i++) doubles[y / 8 + i] = dot(cols, a + 8 * i * cols, x);
  }

  function gemvTransposed(
    from: number,
    to: number,
    rows: number,
    cols: number,
    a: number,
    x: number,
    y: number,
  ): void {
    doubles.fill(0, y / 8 + from, y / 8 + to);
    for (let i = 0; i < rows; i++) {
      axpy(to - from, doubles[x / 8 + i], a + 8 * (i * cols + from), y + 8 * from);
    }
  }

  function gemm(
    from: number,
    to: number,
    cols: number,
    inner: number,
    alpha: number,
    a: number,
    aRow: number,
    aCol: number,
    b: number,
    bRow: number,
    bCol: number,
    beta: number,
    c: number,
    cRow: number,
  ): void {
    for (let i = from; i < to; i++) {
      gemmRow(i, cols, inner, alpha, a, aRow, aCol, b, bRow, bCol, beta, c, cRow);
    }
  }

  function syrk(
    from: number,
    to: number,
    inner: number,
    alpha: number,
    a: number,
    aRow: number,
    aCol: number,
    beta: number,
    c: number,
    cRow: number,
  ): void {
    for (let i = from; i < to; i++) {
      gemmRow(i, i + 1, inner, alpha, a, aRow, aCol, a, aCol, aRow, beta, c, cRow);
    }
  }

  /** The first `cols` entries of row i of C <- alpha A B + beta C. */
  function gemmRow(
    i: number,
    cols: number,
    inner: number,
    alpha: number,
    a: number,
    aRow: number,
    aCol: number,
    b: number,
    bRow: number,
    bCol: number,
    beta: number,
    c: number,
    cRow: number,
  ): void {
    for (let j = 0; j < cols; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) {
        sum += doubles[a / 8 + i * aRow + k * aCol] * doubles[b / 8 + k * bRow + j * bCol];
      }
      const address = c / 8 + i * cRow + j;
      doubles[address] = beta === 0 ? alpha * sum : alpha * sum + beta * doubles[address];
    }
  }

  function choleskyBlock(n: number, a: number, stride: number): number {
    for (let i = 0; i < n; i++) {
      const row = a + 8 * i * stride;
      solveLowerRows(0, 1, i, a, stride, row, stride);
      const pivot = doubles[row / 8 + i] - dot(i, row, row);
      if (!(pivot > 0)) return i;
      doubles[row / 8 + i] = Math.sqrt(pivot);
    }
    return -1;
  }

  function solveLowerRows(
    from: number,
    to: number,
    n: number,
    l: number,
    lStride: number,
    b: number,
    bStride: number,
  ): void {
    for (let i = from; i < to; i++) {
      const x = b + 8 * i * bStride;
      for (let j = 0; j < n; j++) {
        const row = l + 8 * j * lStride;
        doubles[x / 8 + j] = (doubles[x / 8 + j] - dot(j, row, x)) / doubles[row / 8 + j];
      }
    }
  }

  /** log sum_k exp(term(k)), k < n, by the largest term. */
  function logSumExp(n: number, term: (k: number) => number): number {
    let largest = -Infinity;
    for (let k = 0; k < n; k++) largest = Math.max(largest, term(k));
    if (largest === -Infinity) return largest;
    let sum = 0;
    for (let k = 0; k < n; k++) sum += Math.exp(term(k) - largest);
    return largest + Math.log(sum);
  }

  function logSumExpRows(
    from: number,
    to: number,
    cols: number,
    scale: number,
    shift: number,
    matrix: number,
    out: number,
  ): void {
    for (let i = from; i < to; i++) {
      const row = matrix / 8 + i * cols;
      const term = (j: number): number => scale * (doubles[shift / 8 + j] - doubles[row + j]);
      doubles[out / 8 + i] = logSumExp(cols, term);
    }
  }

  function logSumExpColumns(
    from: number,
    to: number,
    rows: number,
    cols: number,
    scale: number,
    shift: number,
    matrix: number,
    out: number,
  ): void {
    for (let j = from; j < to; j++) {
      const column = matrix / 8 + j;
      const term = (i: number): number => scale * (doubles[shift / 8 + i] - doubles[column + i * cols]);
      doubles[out / 8 + j] = logSumExp(rows, term);
    }
  }

  function plainLogSumExpRows(from: number, to: number, cols: number, matrix: number, out: number): void {
    for (let i = from; i < to; i++) {
      const row = matrix / 8 + i * cols;
      doubles[out / 8 + i] = logSumExp(cols, (j) => doubles[row + j]);
    }
  }

  function plainLogSumExpColumns(
    from: number,
    to: number,
    rows: number,
    cols: number,
    matrix: number,
    out: number,
  ): void {
    for (let j = from; j < to; j++) {
      const column = matrix / 8 + j;
      doubles[out / 8 + j] = logSumExp(rows, (i) => doubles[column + i * cols]);
    }
  }

  function csrGemv(
    from: number,
    to: number,
    rowPointers: number,
    columnIndices: number,
    values: number,
    x: number,
    y: number,
  ): void {
    for (let i = from; i < to; i++) {
      let sum = 0;
      for (let k = integers[rowPointers / 4 + i]; k < integers[rowPointers / 4 + i + 1]; k++) {
        sum += doubles[values / 8 + k] * doubles[x / 8 + integers[columnIndices / 4 + k]];
      }
      doubles[y / 8 + i] = sum;
    }
  }

  function csrGemvTransposed(
    from: number,
    to: number,
    rows: number,
    rowPointers: number,
    columnIndices: number,
    values: number,
    x: number,
    y: number,
  ): void {
    doubles.fill(0, y / 8 + from, y / 8 + to);
    for (let i = 0; i < rows; i++) {
      for (let k = integers[rowPointers / 4 + i]; k < integers[rowPointers / 4 + i + 1]; k++) {
        const j = integers[columnIndices / 4 + k];
        if (j >= from && j < to) doubles[y / 8 + j] += doubles[x / 8 + i] * doubles[values / 8 + k];
      }
    }
  }

  const relax =
    (backwards: boolean): RelaxRows =>
    (rows, rowPointers, columnIndices, values, factors, b, x) => {
      for (let row = 0; row < rows; row++) {
        const i = backwards ? rows - 1 - row : row;
        const [start, end] = [integers[rowPointers / 4 + i], integers[rowPointers / 4 + i + 1]];
        let rest = doubles[b / 8 + i];
        for (let entry = start; entry < end; entry++) {
          const k = backwards ? entry : start + end - 1 - entry;
          rest -= doubles[values / 8 + k] * doubles[x / 8 + integers[columnIndices / 4 + k]];
        }
        doubles[x / 8 + i] += doubles[factors / 8 + i] * rest;
      }
    };

  return {
    dot,
    axpy,
    scal,
    nrm2,
    exp,
    gemv,
    gemvTransposed,
    gemm,
    syrk,
    choleskyBlock,
    solveLowerRows,
    logSumExpRows,
    logSumExpColumns,
    plainLogSumExpRows,
    plainLogSumExpColumns,
    csrGemv,
    csrGemvTransposed,
    relaxForwards: relax(false),
    relaxBackwards: relax(true),
  };
}
