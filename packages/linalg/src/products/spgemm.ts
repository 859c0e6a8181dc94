// Products of sparse matrices: the public functions, and the choice of the algorithm.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, ResolvedOptions, Steps } from '@infimum/core';
import { checkObject, fault, resolveOptions, runAsync, runOptionsOf, runWith } from '@infimum/core';
import { checkCsr } from '../check-compressed.ts';
import { asCsr } from '../inputs.ts';
import type { CsrLike, CsrMatrix } from '../matrices.ts';
import { startThreads } from '../webassembly/thread-pool.ts';
import { SEMIRINGS } from './semiring.ts';
import { checkScratchpad } from './simulate-smash.ts';
import { smashEngine } from './smash.ts';
import { gustavsonEngine } from './spgemm-gustavson.ts';
import { innerProductEngine } from './spgemm-inner.ts';
import { outerProductEngine } from './spgemm-outer.ts';
import type { SpgemmProfile } from './spgemm-profile.ts';
import { rowProductEngine } from './spgemm-rows.ts';
import type { ProductEngine, SparseProduct, SparseProductIterate } from './spgemm-solution.ts';
import { productSteps } from './spgemm-solution.ts';
import { estimateWork } from './spgemm-tokens.ts';

/** Row-wise accumulators, which may use threads, and the algorithms that they are compared with. */
export const SPGEMM_KERNELS = [
  'auto',
  'dense',
  'hash',
  'heap',
  'esc',
  'gustavson',
  'inner',
  'outer',
  'smash-v1',
  'smash-v2',
  'smash-v3',
] as const;

/** How a sparse product is computed. */
export type SpgemmKernel = (typeof SPGEMM_KERNELS)[number];

/** Options of `spgemm`. */
export const spgemmOptions = {
  kernel: {
    type: 'choice',
    choices: SPGEMM_KERNELS,
    default: 'auto',
    description:
      '`auto` picks for every row a scaled copy, a merge of two rows, a dense accumulator or a hash table, by their measured times on this machine for similar rows; the result does not depend on the choice. `dense`, `hash`, `heap` and `esc` (expand, sort, compress) use one accumulator for all rows. `gustavson` is the dense accumulator in plain TypeScript; `inner` and `outer` are the two other orders of the loops, for comparison. `smash-v1`, `-v2` and `-v3` hash windows of rows into one scratchpad shared by all threads; only with several threads may the last bits of their sums differ from run to run',
  },
  sorted: {
    type: 'boolean',
    default: true,
    description:
      'Whether the columns of a row are sorted, as all other functions require. false allows any order, which saves `auto`, `hash`, `gustavson`, `inner`, `outer` and SMASH a sort; those of `dense`, `heap` and `esc` are sorted anyway',
  },
  twoPhase: {
    type: 'boolean',
    description:
      'Whether to count entries before computing them, which takes less memory but more time; by default only if the upper bound of the result exceeds a gibibyte',
  },
  threads: {
    type: 'integer',
    min: 1,
    max: 64,
    default: 1,
    description: 'Threads, for row-wise accumulators and SMASH; except for SMASH, the result has the same bits for any number',
  },
  schedule: {
    type: 'choice',
    choices: ['tokens', 'static'],
    default: 'tokens',
    description:
      '`tokens` are pieces of work for idle threads, with heavy rows split; `static` gives every thread equally many consecutive rows in advance, for comparison. Only for row-wise accumulators',
  },
  prune: {
    type: 'number',
    min: 0,
    description: 'Entries of at most this magnitude are dropped; by default none, not even zeros',
  },
  semiring: {
    type: 'choice',
    choices: ['plus-times', 'min-plus', 'or-and'],
    default: 'plus-times',
    description: 'The addition and multiplication',
  },
  mask: {
    type: 'value',
    check: checkCsr,
    description: 'A matrix of the result’s shape: the result has entries only where the mask has them. Only for `auto`',
  },
  scratchSlots: {
    type: 'integer',
    min: 16,
    max: 4_194_304,
    default: 32_768,
    description: 'Slots of the scratchpad of SMASH, a power of two',
  },
  loadFactor: { type: 'number', above: 0, max: 0.9, default: 0.5, description: 'Maximum fill of the scratchpad' },
} as const satisfies OptionSpecs;

/** Options of a sparse product. */
export type SpgemmOptions = OptionsOf<typeof spgemmOptions> & LimitOptions<SparseProductIterate>;

/** A sparse product, and how it came about. */
export interface SpgemmSolution extends SparseProduct {
  /** The algorithm. */
  readonly kernel: SpgemmKernel;
  /** What was chosen and why, in one sentence. */
  readonly explanation: string;
  /** Where the time went; row-wise accumulators only. */
  readonly profile?: SpgemmProfile;
}

/**
 * The product C = A B of two sparse matrices, A of shape m x k and B of shape k x n. C has an entry wherever the sum
 * c_ij = sum_l a_il b_lj has a term, also where it cancels. Terms are added in the order of l, so that all kernels
 * but those of SMASH with threads, and any number of threads, give the same bits.
 *
 * Time O(P + m) for P products of two entries, O(P log) for `heap`. Memory: 12 bytes an entry of C, twice where C is much
 * smaller than the upper bound sum_i min(p_i, n), and 8 n bytes a thread. Where C comes near that bound, its arrays may be
 * views of buffers that are up to a third longer.
 *
 * @param a - the left factor
 * @param b - the right factor
 * @param options - kernel, threads, limits. Abort and limits are checked once a block of rows; rows that are not done
 *   are empty then
 * @throws {InvalidInputError} for an argument that is no sparse matrix (the message names the row), for shapes that do not fit, and
 *   for options that do not go together
 * @throws {RangeError} if C has more than 2^31 - 1 entries
 *
 * Source: F. Gustavson (1978); the accumulators and tokens follow arXiv 2105.14156.
 *
 * @example
 * ```ts
 * import { csrFromDense, csrToDense, matrixFromRows, spgemm } from '@infimum/linalg';
 *
 * const a = csrFromDense(matrixFromRows([[1, 0, 2], [0, 3, 0]]));
 * const b = csrFromDense(matrixFromRows([[0, 4], [5, 0], [6, 7]]));
 * const { matrix, products } = spgemm(a, b);
 * console.log(products, csrToDense(matrix).values.join(' ')); // 4 12 18 15 0
 * ```
 */
export function spgemm(a: CsrLike, b: CsrLike, options: SpgemmOptions = {}): Outcome<SpgemmSolution, SparseProductIterate> {
  const setup = prepareProduct(a, b, options);
  return setup.explained(runWith(spgemmOptions, options, setup.steps));
}

/**
 * As `spgemm`, for pages and servers that must stay responsive: threads are started first, which browsers need, and the
 * event loop gets a turn between blocks. Time and memory as for `spgemm`.
 *
 * @param a - the left factor
 * @param b - the right factor
 * @throws {InvalidInputError} and `RangeError` as there; the promise is rejected with them
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { spgemmParallel } from '@infimum/linalg/sparse';
 *
 * const a = csrFromDense(matrixFromRows([[1, 2], [0, 3]]));
 * const { matrix } = await spgemmParallel(a, a, { threads: 2 });
 * console.log(matrix.values.join(' ')); // 1 8 9
 * ```
 */
export async function spgemmParallel(
  a: CsrLike,
  b: CsrLike,
  options: SpgemmOptions = {},
): Promise<Outcome<SpgemmSolution, SparseProductIterate>> {
  checkObject(options, 'options');
  const setup = prepareProduct(a, b, options);
  await startThreads(options.threads ?? 1);
  return setup.explained(await runAsync(setup.steps, runOptionsOf(spgemmOptions, options)));
}

/** The steps of `spgemm`, to be driven by `run` or by your own loop. */
export function spgemmSteps(a: CsrLike, b: CsrLike, options: SpgemmOptions = {}): Steps<SparseProduct, SparseProductIterate> {
  return prepareProduct(a, b, options).steps;
}

/** Checks everything, and gives the steps with what will explain their outcome. */
function prepareProduct(left: CsrLike, right: CsrLike, given: SpgemmOptions) {
  const options = resolveOptions(spgemmOptions, given);
  const a = asCsr(left, 'a');
  const b = left === right ? a : asCsr(right, 'b');
  checkProduct(a, b, options);
  const { kernel, prune } = options;
  let profile: SpgemmProfile | undefined;
  const create = (): ProductEngine => {
    const semiring = SEMIRINGS[options.semiring];
    if (kernel === 'gustavson') return gustavsonEngine(a, b, semiring, options.sorted);
    if (kernel === 'inner') return innerProductEngine(a, b, semiring, options.sorted);
    if (kernel === 'outer') {
      return outerProductEngine(a, b, semiring, estimateWork(a, b).products, options.sorted);
    }
    if (isSmash(kernel)) return smashEngine(a, b, { ...options, version: SMASH_VERSIONS[kernel] });
    const engine = rowProductEngine(a, b, { ...options, accumulator: kernel });
    const { release } = engine;
    return Object.assign(engine, {
      release() {
        profile = engine.profile();
        release.call(engine);
      },
    });
  };
  const finish = (product: SparseProduct) => (prune === undefined ? product : pruned(product, prune));
  return {
    steps: productSteps(create, finish),
    explained: <Result extends SparseProduct>(outcome: Result): Result & SpgemmSolution =>
      Object.assign(outcome, { kernel, explanation: explain(kernel, options, profile), ...(profile && { profile }) }),
  };
}

const SMASH_VERSIONS = { 'smash-v1': 1, 'smash-v2': 2, 'smash-v3': 3 } as const;

function isSmash(kernel: SpgemmKernel): kernel is keyof typeof SMASH_VERSIONS {
  return kernel in SMASH_VERSIONS;
}

type ResolvedSpgemmOptions = ResolvedOptions<typeof spgemmOptions>;

function checkProduct(a: CsrMatrix, b: CsrMatrix, options: ResolvedSpgemmOptions): void {
  if (a.cols !== b.rows) throw fault(`expected ${a.cols} rows, as many as a has columns, got ${b.rows}`, 'b', 'shape');
  const { kernel, semiring, mask, scratchSlots, loadFactor } = options;
  if (mask !== undefined) checkMask(mask, a.rows, b.cols, kernel);
  if (!isSmash(kernel)) return;
  checkScratchpad(scratchSlots, loadFactor);
  if (semiring === 'plus-times') return;
  throw fault(`atomic scratchpads add ordinary numbers, there is no ${semiring}`, 'semiring', 'unsupported');
}

function checkMask(mask: CsrMatrix, rows: number, cols: number, kernel: SpgemmKernel): void {
  if (mask.rows !== rows || mask.cols !== cols) {
    throw fault(`expected ${rows}x${cols}, the shape of the product, got ${mask.rows}x${mask.cols}`, 'mask', 'shape');
  }
  if (kernel === 'auto') return;
  throw fault(`requires the kernel auto, not ${kernel}`, 'mask', 'unsupported');
}

/** The product without entries of at most the given magnitude. */
function pruned(product: SparseProduct, tolerance: number): SparseProduct {
  const { rows, cols, rowPointers, columnIndices, values } = product.matrix;
  const pointers = new Int32Array(rows + 1);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      if (Math.abs(values[k]) <= tolerance) continue;
      columnIndices[count] = columnIndices[k];
      values[count++] = values[k];
    }
    pointers[i + 1] = count;
  }
  const matrix = {
    rows,
    cols,
    rowPointers: pointers,
    columnIndices: columnIndices.slice(0, count),
    values: values.slice(0, count),
  };
  return { ...product, matrix };
}

function explain(kernel: SpgemmKernel, { mask }: ResolvedSpgemmOptions, profile: SpgemmProfile | undefined): string {
  if (isSmash(kernel)) return `version ${SMASH_VERSIONS[kernel]} of SMASH, as requested`;
  if (!profile) return `${kernel} in plain TypeScript, as requested`;
  const phases = profile.phases === 1 ? 'one phase' : 'two phases';
  if (mask) return `only the places of the mask, ${phases}`;
  if (kernel !== 'auto') return `${kernel} for all rows, as requested, ${phases}`;
  const rows = Object.entries(profile.accumulators)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`);
  return `accumulators by row: ${rows.join(', ') || 'none'}; ${phases}`;
}
