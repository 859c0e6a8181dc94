// Row-wise sparse products in WebAssembly: tokens of rows, an accumulator for each row, the entries of a token in a
// fragment of its own. The sum of every entry runs over rising k, so that accumulators and threads give the same bits.
import type { CsrMatrix } from './csr-matrix.ts';
import { SEMIRINGS, type SemiringName } from './semiring.ts';
import { type SparseKernels, sparseKernels } from './sparse-kernels.ts';
import { ACCUMULATORS, EXPANDED, type SpgemmProfile } from './spgemm-profile.ts';
import {
  type Accumulator,
  isThin,
  maskedRooms,
  SCRATCH_WORDS,
  type ScratchRoom,
  scratchRooms,
} from './spgemm-scratch.ts';
import { countedProduct, type ProductEngine, type SparseProduct } from './spgemm-solution.ts';
import {
  cutShares,
  cutTokens,
  cutWaves,
  estimateWork,
  type Token,
  type WorkEstimate,
} from './spgemm-tokens.ts';
import { Workspace } from './workspace.ts';

/** How a row-wise product is made. */
export interface RowProductOptions {
  readonly accumulator: Accumulator;
  readonly semiring: SemiringName;
  readonly threads: number;
  /** Whether the columns of a row must be in order. */
  readonly sorted: boolean;
  /** Whether the rows are counted first; by default where memory for the upper bound would be too much. */
  readonly twoPhase?: boolean;
  /** Where entries are wanted; everywhere by default. */
  readonly mask?: CsrMatrix;
  /** Whether idle threads take tokens, or each has a share of the rows in advance. */
  readonly schedule: 'tokens' | 'static';
}

const KERNELS = {
  auto: 'multiplyAuto',
  dense: 'multiplyDense',
  hash: 'multiplyHash',
  heap: 'multiplyHeap',
  esc: 'multiplyExpanded',
} as const satisfies Record<Accumulator, keyof SparseKernels>;

type MultiplyKernel = (typeof KERNELS)[Accumulator] | 'multiplyMasked';

/** Bytes that the upper bound of the result may take before its rows are counted first. */
const BOUND_BYTES = 2 ** 30;
/** Bytes of an entry: column and value. */
const ENTRY_BYTES = 12;
/** Numbers that the thread pool holds for the arguments of a job, and how many a call has. */
const JOB_NUMBERS = 2 ** 15;
const ARGUMENTS = 10;
/** Words of a job. */
const JOB_WORDS = 16;
const STATS_WORDS = 16; // eleven in use, on a cache line of their own

/** A row-wise product. Its profile is there when it is done. */
export interface RowProductEngine extends ProductEngine {
  profile(): SpgemmProfile;
}

/** Sets up a row-wise product. */
export function rowProductEngine(a: CsrMatrix, b: CsrMatrix, options: RowProductOptions): RowProductEngine {
  return new RowProducts(a, b, options);
}

class RowProducts implements RowProductEngine {
  readonly #a: CsrMatrix;
  readonly #b: CsrMatrix;
  readonly #options: RowProductOptions;
  readonly #estimate: WorkEstimate;
  readonly #tokens: readonly Token[];
  readonly #waves: readonly number[];
  readonly #phases: 1 | 2;
  readonly #workspace: Workspace;
  readonly #job: Int32Array;
  readonly #scratch: readonly number[];
  readonly #stats: Int32Array;
  /** Lengths of rows, a token after the other: the parts of a heavy row have a place each. */
  readonly #counts: Int32Array;
  readonly #countsAt: Int32Array;
  /** Where each token's entries are, in entries from the start of the fragments. */
  readonly #entriesAt: Float64Array;
  readonly #columns: Int32Array;
  readonly #values: Float64Array;
  readonly #seconds = { estimate: 0, symbolic: 0, numeric: 0, output: 0 };
  /** The result, where there are two phases and so its size is known. */
  #result: { columnIndices: Int32Array; values: Float64Array } | undefined;
  #wavesCounted = 0;
  #wavesDone = 0;
  #products = 0;
  /** Elements of A and B that the kernels read, and products that they stored before adding them up. */
  #elementsRead = 0;
  #stored = 0;
  #entries = 0;

  constructor(a: CsrMatrix, b: CsrMatrix, options: RowProductOptions) {
    const start = performance.now();
    const { accumulator, threads, mask, schedule } = options;
    this.#a = a;
    this.#b = b;
    this.#options = options;
    this.#estimate = estimateWork(a, b, mask);
    if (schedule === 'static') {
      this.#tokens = cutShares(a.rows, b.cols, this.#estimate, threads);
      this.#waves = this.#tokens.length === 0 ? [] : [this.#tokens.length];
    } else {
      this.#tokens = cutTokens(a, b, this.#estimate, threads, mask === undefined);
      this.#waves = cutWaves(this.#tokens, Math.floor(JOB_NUMBERS / (ARGUMENTS * threads)));
    }
    const bound = this.#tokens.reduce((sum, token) => sum + token.bound, 0);
    const twoPhase = options.twoPhase ?? bound * ENTRY_BYTES > BOUND_BYTES;
    this.#phases = twoPhase && !mask ? 2 : 1;

    this.#countsAt = new Int32Array(this.#tokens.length + 1);
    this.#tokens.forEach(({ from, to }, t) => {
      this.#countsAt[t + 1] = this.#countsAt[t] + to - from;
    });
    const rooms = mask ? maskedRooms(b.cols) : scratchRooms(accumulator, a, b, this.#estimate, this.#tokens);
    const fragments = this.#phases === 1 ? bound : this.#mostInWave();
    const matrices = [a, b, ...(mask ? [mask] : [])];
    this.#workspace = Workspace.for(
      {
        float64: [
          ...matrices.map(({ values }) => values.length),
          fragments,
          ...repeated(
            threads,
            rooms.map(({ doubles }) => doubles),
          ),
        ],
        int32: [
          ...matrices.flatMap(({ rowPointers, columnIndices }) => [rowPointers.length, columnIndices.length]),
          JOB_WORDS,
          fragments,
          this.#countsAt[this.#tokens.length],
          this.#tokens.length * STATS_WORDS,
          ...repeated(threads, [SCRATCH_WORDS]),
        ],
      },
      { threads },
    );
    this.#job = this.#writeJob();
    this.#scratch = Array.from({ length: threads }, () => this.#makeScratch(rooms));
    this.#columns = this.#workspace.int32(fragments);
    this.#values = this.#workspace.float64(fragments);
    this.#counts = this.#workspace.int32(this.#countsAt[this.#tokens.length]);
    this.#stats = this.#workspace.int32(this.#tokens.length * STATS_WORDS);
    this.#entriesAt = new Float64Array(this.#tokens.length);
    if (this.#phases === 1) this.#place(0, this.#tokens.length, (t) => this.#tokens[t].bound);
    this.#seconds.estimate = (performance.now() - start) / 1000;
  }

  get completedRows(): number {
    const done = this.#tokensDone;
    if (done === 0) return this.#tokens.length === 0 ? this.#a.rows : 0;
    const last = this.#tokens[done - 1];
    return last.isContinued ? last.from : last.to;
  }

  get products(): number {
    return this.#products;
  }

  advance(): boolean {
    if (this.#phases === 2 && this.#wavesCounted < this.#waves.length) this.#countWave();
    else if (this.#wavesDone < this.#waves.length) this.#multiplyWave();
    else return false;
    return true;
  }

  solution(isLast = false): SparseProduct {
    const start = performance.now();
    const { rows } = this.#a;
    const rowPointers = new Int32Array(rows + 1);
    const { completedRows } = this;
    for (let t = 0; t < this.#tokensDone; t++) {
      const { from, to } = this.#tokens[t];
      if (from >= completedRows) break;
      for (let i = from; i < to; i++) rowPointers[i + 1] += this.#counts[this.#countsAt[t] + i - from];
    }
    for (let i = 0; i < rows; i++) rowPointers[i + 1] += rowPointers[i];
    const matrix = { rows, cols: this.#b.cols, rowPointers, ...this.#entriesUpTo(rowPointers[rows], isLast) };
    this.#seconds.output += (performance.now() - start) / 1000;
    const traffic = { readElements: this.#elementsRead, partialTriples: this.#stored };
    return countedProduct(matrix, completedRows, this.#products, traffic);
  }

  profile(): SpgemmProfile {
    const threads = Array.from(this.#workspace.busySeconds, (busySeconds) => ({
      busySeconds,
      rows: 0,
      products: 0,
    }));
    const accumulators = { copy: 0, merge: 0, small: 0, dense: 0, hash: 0, [EXPANDED]: 0 };
    for (let t = 0; t < this.#tokensDone; t++) {
      const stats = this.#stats.subarray(t * STATS_WORDS, t * STATS_WORDS + 8);
      const thread = threads[Math.max(0, this.#scratch.indexOf(stats[7] >>> 0))];
      thread.rows += this.#tokens[t].to - this.#tokens[t].from;
      thread.products += stats[1];
      if (this.#isExpanded(t)) {
        accumulators[EXPANDED] += this.#tokens[t].to - this.#tokens[t].from;
        continue;
      }
      ACCUMULATORS.forEach((name, k) => {
        accumulators[name] += stats[2 + k];
      });
    }
    return { seconds: { ...this.#seconds }, threads, accumulators, phases: this.#phases };
  }

  release(): void {
    this.#workspace.release();
  }

  get #tokensDone(): number {
    return this.#wavesDone === 0 ? 0 : this.#waves[this.#wavesDone - 1];
  }

  /** Entries of the wave with the highest bound. */
  #mostInWave(): number {
    let most = 0;
    let from = 0;
    for (const to of this.#waves) {
      let bound = 0;
      for (let t = from; t < to; t++) bound += this.#tokens[t].bound;
      most = Math.max(most, bound);
      from = to;
    }
    return most;
  }

  /** Gives tokens their places in the fragments, one after the other. */
  #place(from: number, to: number, room: (token: number) => number): void {
    let entries = 0;
    for (let t = from; t < to; t++) {
      this.#entriesAt[t] = entries;
      entries += room(t);
    }
  }

  #writeJob(): Int32Array {
    const job = this.#workspace.int32(JOB_WORDS);
    const { mask, semiring, sorted } = this.#options;
    const [a, b] = [this.#a, this.#b];
    const copied = new Map<object, number>();
    const copy = (array: Int32Array | Float64Array): number => {
      const known = copied.get(array);
      if (known !== undefined) return known;
      const copy =
        array instanceof Int32Array ? this.#workspace.int32From(array) : this.#workspace.float64From(array);
      copied.set(array, copy.byteOffset);
      return copy.byteOffset;
    };
    job.set([a.rowPointers, a.columnIndices, a.values, b.rowPointers, b.columnIndices, b.values].map(copy));
    if (mask) job.set([mask.rowPointers, mask.columnIndices].map(copy), 6);
    job.set([b.cols, SEMIRINGS[semiring].code, sorted ? 1 : 0], 8);
    return job;
  }

  /** The scratch memory of one thread, ready for the first row. */
  #makeScratch(rooms: readonly ScratchRoom[]): number {
    const header = this.#workspace.int32(SCRATCH_WORDS);
    for (const { field, doubles, fill } of rooms) {
      const array = this.#workspace.float64(doubles);
      if (fill === 'zero of the semiring') array.fill(SEMIRINGS[this.#options.semiring].zero);
      else if (fill === 'free') new Int32Array(array.buffer, array.byteOffset, 2 * doubles).fill(-1);
      header[field] = array.byteOffset;
    }
    return header.byteOffset;
  }

  #countWave(): void {
    const start = performance.now();
    const wave = this.#waves[this.#wavesCounted];
    const first = this.#wavesCounted === 0 ? 0 : this.#waves[this.#wavesCounted - 1];
    const whole = this.#tokenRange(first, wave).filter((t) => !this.#tokens[t].isContinued);
    this.#inParallel('countRows', whole, (t, thread) => {
      const { from, to } = this.#tokens[t];
      const stats = this.#stats.byteOffset + 4 * STATS_WORDS * t;
      return [this.#job.byteOffset, from, to, this.#countsAddress(t), this.#scratch[thread], stats];
    });
    for (const t of whole) this.#elementsRead += this.#stats[t * STATS_WORDS + 10];
    this.#wavesCounted++;
    if (this.#wavesCounted === this.#waves.length) this.#allocateResult();
    this.#seconds.symbolic += (performance.now() - start) / 1000;
  }

  #allocateResult(): void {
    let entries = 0;
    this.#tokens.forEach((token, t) => {
      // Of the parts of a heavy row the last one was counted, as the whole row.
      for (let k = this.#countsAt[t]; k < this.#countsAt[t + 1] && !token.isContinued; k++)
        entries += this.#counts[k];
    });
    if (entries >= 2 ** 31) {
      throw new RangeError(`the product has ${entries} entries, more than 2^31 - 1: multiply blocks of rows`);
    }
    this.#result = { columnIndices: new Int32Array(entries), values: new Float64Array(entries) };
  }

  #multiplyWave(): void {
    const start = performance.now();
    const first = this.#tokensDone;
    const end = this.#waves[this.#wavesDone];
    if (this.#phases === 2) this.#place(first, end, (t) => this.#tokens[t].bound);
    const kernel = this.#options.mask ? 'multiplyMasked' : KERNELS[this.#options.accumulator];
    const range = this.#tokenRange(first, end);
    this.#multiplyTokens(
      kernel,
      range.filter((t) => !this.#isExpanded(t)),
    );
    this.#multiplyTokens(
      'multiplyExpanded',
      range.filter((t) => this.#isExpanded(t)),
    );
    for (let t = first; t < end; t++) {
      const stats = this.#stats.subarray(t * STATS_WORDS, (t + 1) * STATS_WORDS);
      const [entries, products] = stats;
      this.#products += products;
      this.#elementsRead += products + stats[8];
      this.#stored += stats[9];
      if (this.#result) this.#copyToken(t, this.#result.columnIndices, this.#result.values, this.#entries);
      this.#entries += entries;
    }
    this.#wavesDone++;
    this.#seconds.numeric += (performance.now() - start) / 1000;
  }

  /** Whether `auto` lists, sorts and adds the products of a token: thin rows among many columns. */
  #isExpanded(token: number): boolean {
    const { accumulator, mask } = this.#options;
    return accumulator === 'auto' && !mask && isThin(this.#tokens[token], this.#b.cols);
  }

  #multiplyTokens(kernel: MultiplyKernel, tokens: Int32Array): void {
    if (tokens.length === 0) return;
    this.#inParallel(kernel, tokens, (t, thread) => {
      const { from, to, low, high } = this.#tokens[t];
      const [columns, values] = [
        this.#columns.byteOffset + 4 * this.#entriesAt[t],
        this.#values.byteOffset + 8 * this.#entriesAt[t],
      ];
      const stats = this.#stats.byteOffset + 4 * STATS_WORDS * t;
      const scratch = this.#scratch[thread];
      return [
        this.#job.byteOffset,
        from,
        to,
        low,
        high,
        columns,
        values,
        this.#countsAddress(t),
        scratch,
        stats,
      ];
    });
  }

  #tokenRange(first: number, end: number): Int32Array {
    return Int32Array.from({ length: end - first }, (_, k) => first + k);
  }

  /** Runs a kernel on tokens, the heaviest first. */
  #inParallel<Name extends 'countRows' | MultiplyKernel>(
    kernel: Name,
    order: Int32Array,
    values: (token: number, thread: number) => Parameters<SparseKernels[Name]>,
  ): void {
    const isStatic = this.#options.schedule === 'static';
    // The pool hands out its blocks from the last to the first.
    if (this.#workspace.threads > 1 && !isStatic)
      order.sort((t, u) => this.#tokens[t].products - this.#tokens[u].products);
    const blocks = { items: order.length, block: 1, isStatic };
    this.#workspace.parallel(sparseKernels, kernel, blocks, (k, _, thread) => {
      return values(order[k], thread) as never;
    });
  }

  #countsAddress(token: number): number {
    return this.#counts.byteOffset + 4 * this.#countsAt[token];
  }

  #copyToken(token: number, columnIndices: Int32Array, values: Float64Array, to: number): void {
    const entries = this.#stats[token * STATS_WORDS];
    const from = this.#entriesAt[token];
    columnIndices.set(this.#columns.subarray(from, from + entries), to);
    values.set(this.#values.subarray(from, from + entries), to);
  }

  /** The first entries of the result, as many as are asked for. */
  #entriesUpTo(entries: number, isLast: boolean): { columnIndices: Int32Array; values: Float64Array } {
    if (this.#result) {
      const { columnIndices, values } = this.#result;
      if (isLast) return this.#result;
      return { columnIndices: columnIndices.slice(0, entries), values: values.slice(0, entries) };
    }
    const columnIndices = new Int32Array(entries);
    const values = new Float64Array(entries);
    for (let t = 0, copied = 0; t < this.#tokensDone && copied < entries; t++) {
      this.#copyToken(t, columnIndices, values, copied);
      copied += this.#stats[t * STATS_WORDS];
    }
    return { columnIndices, values };
  }
}

function repeated(times: number, sizes: readonly number[]): number[] {
  return Array.from({ length: times }, () => sizes).flat();
}
