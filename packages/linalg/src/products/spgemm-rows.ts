// Row-wise sparse products in WebAssembly: tokens of rows, an accumulator for each row, the entries of a token in a
// fragment of its own. The sum of every entry runs over rising k, so that accumulators and threads give the same bits.
//
// If there are few products an entry, most of the time goes into memory accesses, so that entries are written to it as seldom
// as possible: a wave of tokens fits the cache, and is copied from there to the result.
import type { CsrMatrix } from '../matrices.ts';
import { Workspace } from '../webassembly/workspace.ts';
import type { SemiringName } from './semiring.ts';
import { SEMIRINGS } from './semiring.ts';
import type { SparseKernels } from './sparse-kernels.ts';
import { sparseKernels } from './sparse-kernels.ts';
import { fastest, knownOf, learn, RATIOS } from './spgemm-chooser.ts';
import type { Entries, EntryStore } from './spgemm-entries.ts';
import { isNearBound, PieceStore, ResultStore } from './spgemm-entries.ts';
import type { SpgemmProfile } from './spgemm-profile.ts';
import { ACCUMULATORS } from './spgemm-profile.ts';
import type { Accumulator, ScratchRoom } from './spgemm-scratch.ts';
import { maskedRooms, SCRATCH_WORDS, scratchRooms } from './spgemm-scratch.ts';
import type { ProductEngine, SparseProduct } from './spgemm-solution.ts';
import { countedProduct } from './spgemm-solution.ts';
import type { Token, WorkEstimate } from './spgemm-tokens.ts';
import { cutShares, cutTokens, cutWaves, estimateWork } from './spgemm-tokens.ts';

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
  /** The matrices and what is to be done, once for each way to choose between accumulators. */
  readonly #jobs: readonly Int32Array[];
  readonly #scratch: readonly number[];
  readonly #stats: Int32Array;
  /** Lengths of rows, a token after the other: the parts of a heavy row have a place each. */
  readonly #counts: Int32Array;
  readonly #countsAt: Int32Array;
  /** Where each token's entries are, in entries from the start of the fragments. */
  readonly #entriesAt: Float64Array;
  /** The fragments of a wave; with several threads of two, so that one is copied while the next is computed. */
  readonly #fragments: Entries;
  readonly #mostInWave: number;
  /** What is known of the tokens of `auto`, and the way that was taken for each. */
  readonly #known: readonly Float64Array[];
  readonly #ways: Uint8Array;
  readonly #seconds = { estimate: 0, symbolic: 0, numeric: 0, output: 0 };
  /** The result; where there are two phases, from the moment that its size is known. */
  #store: EntryStore | undefined;
  #wavesCounted = 0;
  #wavesDone = 0;
  #tokensStored = 0;
  #products = 0;
  /** Elements of A and B that the kernels read, and products that they stored before adding them up. */
  #elementsRead = 0;
  #partialTriples = 0;

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
      this.#waves = cutWaves(this.#tokens, threads, Math.floor(JOB_NUMBERS / (ARGUMENTS * threads)));
    }
    const bound = this.#tokens.reduce((sum, token) => sum + token.bound, 0);
    const twoPhase = options.twoPhase ?? bound * ENTRY_BYTES > BOUND_BYTES;
    this.#phases = twoPhase && !mask ? 2 : 1;

    this.#countsAt = new Int32Array(this.#tokens.length + 1);
    this.#tokens.forEach(({ from, to }, t) => {
      this.#countsAt[t + 1] = this.#countsAt[t] + to - from;
    });
    const isAuto = accumulator === 'auto' && !mask;
    this.#known = isAuto ? this.#tokens.map((token) => knownOf(token, a, b)) : [];
    this.#ways = new Uint8Array(this.#tokens.length);
    const rooms = mask ? maskedRooms(b.cols) : scratchRooms(accumulator, a, b, this.#estimate, options.sorted);
    this.#mostInWave = this.#mostOfWaves();
    const fragments = (threads > 1 ? 2 : 1) * this.#mostInWave;
    const isFresh = this.#phases === 1 && !mask && isNearBound(a, b, this.#estimate, bound);
    const pieces = this.#phases === 1 && !isFresh ? this.#tokens.map((token) => token.bound) : [];
    const matrices = [a, b, ...(mask ? [mask] : [])];
    this.#workspace = Workspace.for(
      {
        float64: [
          ...matrices.map(({ values }) => values.length),
          ...repeated(
            threads,
            rooms.map(({ doubles }) => doubles),
          ),
          fragments,
          ...pieces,
        ],
        int32: [
          ...matrices.flatMap(({ rowPointers, columnIndices }) => [rowPointers.length, columnIndices.length]),
          ...repeated(isAuto ? RATIOS.length : 1, [JOB_WORDS]),
          this.#countsAt[this.#tokens.length],
          this.#tokens.length * STATS_WORDS,
          ...repeated(threads, [SCRATCH_WORDS]),
          fragments,
          ...pieces,
        ],
      },
      { threads },
    );
    this.#jobs = this.#writeJobs(isAuto ? RATIOS : [0]);
    this.#scratch = Array.from({ length: threads }, () => this.#makeScratch(rooms));
    this.#counts = this.#workspace.int32(this.#countsAt[this.#tokens.length]);
    this.#stats = this.#workspace.int32(this.#tokens.length * STATS_WORDS);
    this.#entriesAt = new Float64Array(this.#tokens.length);
    this.#fragments = this.#entriesOnWorkspace(fragments);
    if (isFresh) this.#store = new ResultStore(bound);
    else if (this.#phases === 1) this.#store = new PieceStore((length) => this.#entriesOnWorkspace(length));
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
      addTo(rowPointers, from + 1, this.#counts.subarray(this.#countsAt[t], this.#countsAt[t] + to - from));
    }
    for (let i = 0, sum = 0; i < rows; i++) {
      sum += rowPointers[i + 1];
      rowPointers[i + 1] = sum;
    }
    this.#storeUpTo(this.#tokensDone);
    const entries = isLast ? this.#store?.all() : this.#store?.upTo(rowPointers[rows]);
    const { columnIndices = new Int32Array(0), values = new Float64Array(0) } = entries ?? {};
    const matrix = { rows, cols: this.#b.cols, rowPointers, columnIndices, values };
    this.#seconds.output += (performance.now() - start) / 1000;
    const traffic = { readElements: this.#elementsRead, partialTriples: this.#partialTriples };
    return countedProduct(matrix, completedRows, this.#products, traffic);
  }

  profile(): SpgemmProfile {
    const threads = Array.from(this.#workspace.busySeconds, (busySeconds) => ({ busySeconds, rows: 0, products: 0 }));
    const accumulators = { copy: 0, merge: 0, dense: 0, hash: 0 };
    for (let t = 0; t < this.#tokensDone; t++) {
      const stats = this.#stats.subarray(t * STATS_WORDS, t * STATS_WORDS + 8);
      const thread = threads[Math.max(0, this.#scratch.indexOf(stats[7] >>> 0))];
      thread.rows += this.#tokens[t].to - this.#tokens[t].from;
      thread.products += stats[1];
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
  #mostOfWaves(): number {
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

  /** Room for entries, not cleared. */
  #entriesOnWorkspace(length: number): Entries {
    const { buffer } = this.#jobs[0];
    return {
      columnIndices: new Int32Array(buffer, this.#workspace.scratch(length / 2), length),
      values: new Float64Array(buffer, this.#workspace.scratch(length), length),
    };
  }

  #writeJobs(ratios: readonly number[]): Int32Array[] {
    const { mask, semiring, sorted } = this.#options;
    const [a, b] = [this.#a, this.#b];
    const copied = new Map<object, number>();
    const copy = (array: Int32Array | Float64Array): number => {
      const known = copied.get(array);
      if (known !== undefined) return known;
      const copy = array instanceof Int32Array ? this.#workspace.int32From(array) : this.#workspace.float64From(array);
      copied.set(array, copy.byteOffset);
      return copy.byteOffset;
    };
    const factors = [a.rowPointers, a.columnIndices, a.values, b.rowPointers, b.columnIndices, b.values].map(copy);
    const places = mask ? [mask.rowPointers, mask.columnIndices].map(copy) : [0, 0];
    return ratios.map((ratio) => {
      const job = this.#workspace.int32(JOB_WORDS);
      job.set([...factors, ...places, b.cols, SEMIRINGS[semiring].code, sorted ? 1 : 0, ratio]);
      return job;
    });
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
    const whole = Int32Array.from({ length: wave - first }, (_, k) => first + k).filter((t) => !this.#tokens[t].isContinued);
    this.#inParallel('countRows', whole, (t, thread) => {
      const { from, to } = this.#tokens[t];
      const stats = this.#stats.byteOffset + 4 * STATS_WORDS * t;
      return [this.#jobs[0].byteOffset, from, to, this.#countsAddress(t), this.#scratch[thread], stats];
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
      for (let k = this.#countsAt[t]; k < this.#countsAt[t + 1] && !token.isContinued; k++) entries += this.#counts[k];
    });
    if (entries >= 2 ** 31) {
      throw new RangeError(`the product has ${entries} entries, more than 2^31 - 1: multiply blocks of rows`);
    }
    this.#store = new ResultStore(entries);
  }

  #multiplyWave(): void {
    const start = performance.now();
    const first = this.#tokensDone;
    const end = this.#waves[this.#wavesDone];
    const isThreaded = this.#workspace.threads > 1;
    let place = isThreaded && this.#wavesDone % 2 === 1 ? this.#mostInWave : 0;
    for (let t = first; t < end; t++) {
      this.#entriesAt[t] = place;
      place += this.#tokens[t].bound;
    }
    const kernel = this.#options.mask ? 'multiplyMasked' : KERNELS[this.#options.accumulator];
    const range = Int32Array.from({ length: end - first }, (_, k) => first + k);
    const alone = this.#measureTokens(range);
    // The pages of the result are made when they are first written to, which takes about as long as a wave: the others
    // compute meanwhile.
    this.#multiplyTokens(kernel, range.subarray(alone), () => this.#storeUpTo(first));
    for (let t = first; t < end; t++) {
      const stats = this.#stats.subarray(t * STATS_WORDS, (t + 1) * STATS_WORDS);
      this.#products += stats[1];
      this.#elementsRead += stats[1] + stats[8];
      this.#partialTriples += stats[9];
    }
    this.#wavesDone++;
    const multiplied = performance.now();
    this.#seconds.numeric += (multiplied - start) / 1000;
    if (isThreaded) return;
    this.#storeUpTo(end);
    this.#seconds.output += (performance.now() - multiplied) / 1000;
  }

  /**
   * Chooses a way for each token of a wave. On one thread it multiplies them all and learns from each; with several the first ones, as
   * long as a way has not been tried. How many are done.
   */
  #measureTokens(tokens: Int32Array): number {
    if (this.#known.length === 0) return 0;
    const { threads, busySeconds } = this.#workspace;
    let done = 0;
    for (const t of tokens) {
      const times = this.#known[t];
      const way = fastest(times);
      this.#ways[t] = way;
      if (threads > 1 && (times[way] > 0 || done < t - tokens[0] || this.#options.schedule === 'static')) continue;
      const before = busySeconds[0];
      this.#multiplyTokens('multiplyAuto', tokens.subarray(done, ++done));
      learn(times, way, (busySeconds[0] - before) / Math.max(1, this.#tokens[t].products));
    }
    return done;
  }

  #multiplyTokens(kernel: MultiplyKernel, tokens: Int32Array, meanwhile?: () => void): void {
    this.#inParallel(
      kernel,
      tokens,
      (t, thread) => {
        const { from, to, low, high } = this.#tokens[t];
        const job = this.#jobs[this.#ways[t]];
        const columns = this.#fragments.columnIndices.byteOffset + 4 * this.#entriesAt[t];
        const values = this.#fragments.values.byteOffset + 8 * this.#entriesAt[t];
        const stats = this.#stats.byteOffset + 4 * STATS_WORDS * t;
        const [counts, scratch] = [this.#countsAddress(t), this.#scratch[thread]];
        return [job.byteOffset, from, to, low, high, columns, values, counts, scratch, stats];
      },
      meanwhile,
    );
  }

  /** Runs a kernel on tokens, the heaviest first; `meanwhile` runs on this thread before it takes its first token. */
  #inParallel<Name extends 'countRows' | MultiplyKernel>(
    kernel: Name,
    order: Int32Array,
    values: (token: number, thread: number) => Parameters<SparseKernels[Name]>,
    meanwhile?: () => void,
  ): void {
    const isStatic = this.#options.schedule === 'static';
    // The pool hands out its blocks from the last to the first.
    if (this.#workspace.threads > 1 && !isStatic) order.sort((t, u) => this.#tokens[t].products - this.#tokens[u].products);
    const blocks = { items: order.length, block: 1, isStatic, meanwhile };
    this.#workspace.parallel(sparseKernels, kernel, blocks, (k, _, thread) => {
      return values(order[k], thread) as never;
    });
  }

  #countsAddress(token: number): number {
    return this.#counts.byteOffset + 4 * this.#countsAt[token];
  }

  /** Copies the entries of tokens that are done to the result. */
  #storeUpTo(end: number): void {
    for (; this.#tokensStored < end; this.#tokensStored++) {
      const from = this.#entriesAt[this.#tokensStored];
      const entries = this.#stats[this.#tokensStored * STATS_WORDS];
      this.#store?.append(this.#fragments, from, from + entries);
    }
  }
}

function repeated(times: number, sizes: readonly number[]): number[] {
  return Array.from({ length: times }, () => sizes).flat();
}

function addTo(sums: Int32Array, at: number, terms: Int32Array): void {
  for (let k = 0; k < terms.length; k++) sums[at + k] += terms[k];
}
