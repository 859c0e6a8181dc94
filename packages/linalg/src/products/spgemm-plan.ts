// Repeated sparse products of the same pattern: the pattern of the result is found once, and then only values are
// computed.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkFinite, fault, resolveOptions } from '@infimum/core';
import { asCsr } from '../inputs.ts';
import type { CsrLike, CsrMatrix } from '../matrices.ts';
import { int32, layout } from '../webassembly/layout.ts';
import { threadsOption } from '../webassembly/thread-pool.ts';
import { SEMIRINGS } from './semiring.ts';
import { sparseKernels } from './sparse-kernels.ts';
import { spgemm, spgemmOptions } from './spgemm.ts';

const spgemmPlanOptions = { ...threadsOption, semiring: spgemmOptions.semiring } as const satisfies OptionSpecs;

/** Options of `spgemmPlan`. */
export type SpgemmPlanOptions = OptionsOf<typeof spgemmPlanOptions>;

/** The pattern of a product, ready for values. */
export interface SpgemmPlan {
  /** Entries of the product. */
  readonly entries: number;
  /** The row pointers of the product. */
  readonly rowPointers: Int32Array;
  /** The columns of the product. */
  readonly columnIndices: Int32Array;
  /**
   * The product for other values of A and B, in arrays of its own, or in those of an earlier product of this plan, which is
   * then overwritten: allocating new pages takes longer than writing the values.
   *
   * @param aValues - the values of A
   * @param bValues - the values of B
   * @param target - the result of an earlier call that is no longer needed; by default a new matrix
   * @throws {InvalidInputError} for a wrong number of values, values that are not finite, and a target that is no product
   *   of this plan
   */
  numeric(aValues: Float64Array, bValues: Float64Array, target?: CsrMatrix): CsrMatrix;
  /** Frees the plan's memory; it must not be used any more. */
  release(): void;
  /** As `release`, for `using`. */
  [Symbol.dispose](): void;
}

/**
 * Plans the product of two sparse matrices whose values change and whose patterns do not, as in Newton's method
 * on a grid. Each `numeric` takes O(P) time and neither counts nor sorts.
 *
 * @param left - the left factor; its values do not matter
 * @param right - the right factor; its values do not matter
 * @throws {InvalidInputError} as `spgemm`
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { spgemmPlan } from '@infimum/linalg/sparse';
 *
 * const a = csrFromDense(matrixFromRows([[1, 2], [0, 3]]));
 * using plan = spgemmPlan(a, a);
 * console.log(plan.numeric(Float64Array.of(1, 1, 1), Float64Array.of(10, 20, 30)).values.join(' ')); // 10 50 30
 * ```
 */
export function spgemmPlan(left: CsrLike, right: CsrLike, options: SpgemmPlanOptions = {}): SpgemmPlan {
  const { threads, semiring } = resolveOptions(spgemmPlanOptions, options);
  const [a, b] = [asCsr(left, 'a'), asCsr(right, 'b')];
  const { rowPointers, columnIndices } = spgemm(a, b, { threads, semiring }).matrix;
  const entries = columnIndices.length;
  const each = <Plan>(plan: Plan): Plan[] => new Array<Plan>(threads).fill(plan);
  const { workspace, job, values, ...memory } = layout(
    {
      patternA: [a.rowPointers, a.columnIndices],
      patternB: [b.rowPointers, b.columnIndices],
      valuesA: a.values,
      valuesB: b.values,
      job: int32(JOB_WORDS),
      rowPointers,
      columnIndices,
      values: entries,
      headers: each(int32(JOB_WORDS)),
      sums: each(b.cols),
    },
    { threads },
  );
  const { patternA, patternB, valuesA, valuesB, headers, sums } = memory;
  job.set([...patternA, valuesA, ...patternB, valuesB].map(({ byteOffset }) => byteOffset));
  job.set([b.cols, SEMIRINGS[semiring].code], 8);
  const [pointers, columns] = [memory.rowPointers.byteOffset, memory.columnIndices.byteOffset];
  headers.forEach((header, thread) => {
    header[0] = sums[thread].fill(SEMIRINGS[semiring].zero).byteOffset;
  });
  const blocks = { items: a.rows, block: Math.max(64, Math.ceil(a.rows / (64 * threads))) };
  const release = () => workspace.release();
  const made = new WeakSet<CsrMatrix>();
  const empty = (): CsrMatrix => {
    const matrix = {
      rows: a.rows,
      cols: b.cols,
      rowPointers: rowPointers.slice(),
      columnIndices: columnIndices.slice(),
      values: new Float64Array(entries),
    };
    made.add(matrix);
    return matrix;
  };
  return {
    entries,
    rowPointers: rowPointers.slice(),
    columnIndices: columnIndices.slice(),
    numeric(newA, newB, target) {
      if (target !== undefined && !made.has(target)) throw fault('is not a product of this plan', 'target', 'unsupported');
      fill(valuesA, newA, 'aValues');
      fill(valuesB, newB, 'bValues');
      workspace.parallel(sparseKernels, 'refillRows', blocks, (from, to, thread) => {
        return [job.byteOffset, from, to, pointers, columns, values.byteOffset, headers[thread].byteOffset];
      });
      const product = target ?? empty();
      product.values.set(values);
      return product;
    },
    release,
    [Symbol.dispose]: release,
  };
}

const JOB_WORDS = 16;

function fill(target: Float64Array, values: Float64Array, argument: string): void {
  if (values.length !== target.length) {
    throw fault(`expected ${target.length} values, one for each entry, got ${values.length}`, argument, 'shape');
  }
  checkFinite(values, argument);
  target.set(values);
}
