// The kernels of sparse products in plain TypeScript: what the WebAssembly builds are tested against. All accumulators
// give the same bits, so that there is but one of them here.
import { SEMIRINGS } from './semiring.ts';
import type { MultiplyRows, SparseKernels } from './sparse-kernels.ts';

/** The kernels on a memory. */
export function sparseReference(buffer: ArrayBufferLike): SparseKernels {
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
