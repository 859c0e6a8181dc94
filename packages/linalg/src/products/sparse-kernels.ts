// The kernels of sparse products and how they are called; the descriptions hold for all builds.
import { relaxedSimd, simd } from '../generated/sparse-kernels.ts';
import type { KernelModule } from '../webassembly/kernel-module.ts';
import { defineKernels } from '../webassembly/kernel-module.ts';
import { SEMIRINGS } from './semiring.ts';

/**
 * A block of rows of the product, `from` <= i < `to`, within the columns `low` <= j < `high`.
 *
 * @param job - address of eleven words: addresses of the pointers, columns and values of A, the same of B, pointers and
 *   columns of the mask, the columns of B, the semiring, and whether columns are to be sorted
 * @param columns - where the columns go, row after row
 * @param values - where the values go
 * @param counts - where the lengths of the rows go
 * @param scratch - address of ten words: addresses of the arrays that the accumulator needs, as they are left by
 *   the call before; and of 256 counters, 64 bytes on
 * @param stats - ten words: entries; products, each of which reads an element of B; rows that were copied, merged, small,
 *   dense and hashed; the scratch; elements of A read, and products stored before they were added up
 */
type MultiplyRows = (
  job: number,
  from: number,
  to: number,
  low: number,
  high: number,
  columns: number,
  values: number,
  counts: number,
  scratch: number,
  stats: number,
) => void;

/** The kernels: arrays are given by their byte offsets on the workspace's memory, and nothing is checked. */
export interface SparseKernels {
  /** An accumulator for each row: copy, merge, small, dense or hash. */
  multiplyAuto: MultiplyRows;
  /** A dense accumulator, with a bit a column. */
  multiplyDense: MultiplyRows;
  /** A hash table a row. */
  multiplyHash: MultiplyRows;
  /** A heap of the rows of B. */
  multiplyHeap: MultiplyRows;
  /** All products listed, sorted and added. */
  multiplyExpanded: MultiplyRows;
  /** Only where the mask has an entry. */
  multiplyMasked: MultiplyRows;
  /** The lengths of rows `from` <= i < `to`, from `counts` on; word 10 of `stats` counts the elements of A and B read. */
  countRows(job: number, from: number, to: number, counts: number, scratch: number, stats: number): void;
  /** The values of rows `from` <= i < `to` of a product whose pattern is there. */
  refillRows(
    job: number,
    from: number,
    to: number,
    rowPointers: number,
    columnIndices: number,
    values: number,
    scratch: number,
  ): void;
  /** Y_i = sum_k A_ik X_k for rows `from` <= i < `to`; X and Y are dense with `width` columns. */
  csrGemm(
    from: number,
    to: number,
    rowPointers: number,
    columnIndices: number,
    values: number,
    width: number,
    x: number,
    y: number,
  ): void;
}

/** The kernels on a memory. */
function reference(buffer: ArrayBufferLike): SparseKernels {
  const words = new Int32Array(buffer);
  const doubles = new Float64Array(buffer);
  const semirings = Object.values(SEMIRINGS);

  /** The matrices of a job, as places in `words` and `doubles`. */
  function read(job: number) {
    const field = (index: number) => words[job / 4 + index];
    const address = (index: number) => field(index) >>> 0;
    return {
      a: { pointers: address(0) / 4, columns: address(1) / 4, values: address(2) / 8 },
      b: { pointers: address(3) / 4, columns: address(4) / 4, values: address(5) / 8 },
      mask: { pointers: address(6) / 4, columns: address(7) / 4 },
      semiring: semirings[field(9)],
    };
  }

  /** Adds up row i; the columns in order, and how many products there were. */
  function sumRow(matrices: ReturnType<typeof read>, i: number, low: number, high: number) {
    const { a, b, semiring } = matrices;
    const sums = new Map<number, number>();
    let products = 0;
    for (let p = words[a.pointers + i]; p < words[a.pointers + i + 1]; p++) {
      const k = words[a.columns + p];
      for (let q = words[b.pointers + k]; q < words[b.pointers + k + 1]; q++) {
        const j = words[b.columns + q];
        if (j < low || j >= high) continue;
        const product = semiring.multiply(doubles[a.values + p], doubles[b.values + q]);
        const sum = sums.get(j);
        sums.set(j, sum === undefined ? product : semiring.add(sum, product));
        products++;
      }
    }
    const columns = Int32Array.from(sums.keys()).sort();
    return { sums, columns, products };
  }

  /** Entries of the rows `from` <= i < `to` of A. */
  function elementsOf({ a }: ReturnType<typeof read>, from: number, to: number): number {
    return words[a.pointers + to] - words[a.pointers + from];
  }

  const multiply =
    (isMasked: boolean, isStored = false): MultiplyRows =>
    (job, from, to, low, high, columns, values, counts, scratch, stats) => {
      const matrices = read(job);
      let entries = 0;
      let products = 0;
      for (let i = from; i < to; i++) {
        const row = sumRow(matrices, i, low, high);
        products += row.products;
        const wanted = isMasked ? maskedColumns(matrices, i).filter((j) => row.sums.has(j)) : row.columns;
        for (const j of wanted) {
          words[columns / 4 + entries] = j;
          doubles[values / 8 + entries++] = row.sums.get(j) as number;
        }
        words[counts / 4 + i - from] = wanted.length;
      }
      const elements = elementsOf(matrices, from, to);
      const stored = isStored ? products : 0;
      words.set([entries, products, 0, 0, 0, to - from, 0, scratch, elements, stored], stats / 4);
    };

  function maskedColumns({ mask }: ReturnType<typeof read>, i: number): Int32Array {
    const [start, end] = words.subarray(mask.pointers + i, mask.pointers + i + 2);
    return words.subarray(mask.columns + start, mask.columns + end);
  }

  const multiplyRows = multiply(false);
  return {
    multiplyAuto: multiplyRows,
    multiplyDense: multiplyRows,
    multiplyHash: multiplyRows,
    multiplyHeap: multiplyRows,
    multiplyExpanded: multiply(false, true),
    multiplyMasked: multiply(true),
    countRows(job, from, to, counts, _, stats) {
      const matrices = read(job);
      let elements = elementsOf(matrices, from, to);
      for (let i = from; i < to; i++) {
        const { columns, products } = sumRow(matrices, i, 0, Infinity);
        words[counts / 4 + i - from] = columns.length;
        elements += products;
      }
      words[stats / 4 + 10] = elements;
    },
    refillRows(job, from, to, rowPointers, _columns, values) {
      const matrices = read(job);
      for (let i = from; i < to; i++) {
        const { sums, columns } = sumRow(matrices, i, 0, Infinity);
        const start = words[rowPointers / 4 + i];
        columns.forEach((j, k) => {
          doubles[values / 8 + start + k] = sums.get(j) as number;
        });
      }
    },
    csrGemm(from, to, rowPointers, columnIndices, values, width, x, y) {
      for (let i = from; i < to; i++) {
        for (let j = 0; j < width; j++) {
          let sum = 0;
          for (let k = words[rowPointers / 4 + i]; k < words[rowPointers / 4 + i + 1]; k++) {
            sum += doubles[values / 8 + k] * doubles[x / 8 + words[columnIndices / 4 + k] * width + j];
          }
          doubles[y / 8 + i * width + j] = sum;
        }
      }
    },
  };
}

/** The kernels of sparse products, for `workspace.kernels(sparseKernels)`. */
export const sparseKernels: KernelModule<SparseKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });
