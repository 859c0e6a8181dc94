// SMASH: row-wise sparse products in which all threads hash the products of a window of rows into one scratchpad.
//
// SMASH: Sparse Matrix Atomic Scratchpad Hashing (arXiv 2105.14156): version 1 hashes by high-order bits with rows dealt
// out in advance; version 2 scatters by low-order bits and deals out tokens; version 3 keeps values in dense fragments and
// writes one window back while the next is hashed.
import type { CsrMatrix } from '../matrices.ts';
import { CsrBuilder } from '../sparse/csr-builder.ts';
import { int32, layout } from '../webassembly/layout.ts';
import type { SmashKernels } from './smash-kernels.ts';
import { smashKernels, WINDOW, WINDOW_WORDS } from './smash-kernels.ts';
import type { SmashWindow } from './smash-windows.ts';
import { smashWindows } from './smash-windows.ts';
import type { ProductEngine, SparseProduct } from './spgemm-solution.ts';
import { countedProduct } from './spgemm-solution.ts';
import type { WorkEstimate } from './spgemm-tokens.ts';
import { estimateWork } from './spgemm-tokens.ts';

/** Options of SMASH. */
export interface SmashOptions {
  /** 1, 2 or 3. */
  readonly version: 1 | 2 | 3;
  /** Slots of the scratchpad, a power of two; 2^15 by default. */
  readonly scratchSlots?: number;
  /** Whether columns are to be in order, which spares versions 2 and 3 a sort if not; true by default. */
  readonly sorted?: boolean;
  /** How full it may become; 1/2 by default. */
  readonly loadFactor?: number;
  /** Threads that share the scratchpad, 1 to 64; 1 by default. */
  readonly threads?: number;
}

/** Products after which a step ends. */
const STEP_PRODUCTS = 2 ** 20;
/** A token consists of rows with at least so many products; of a heavy row it has at most so many. */
const TOKEN_PRODUCTS = [256, 4096] as const;
const STATS_BYTES = 64;
const SCRATCH_WORDS = 16 + 256;

/** Sets up SMASH for a pair of matrices. */
export function smashEngine(a: CsrMatrix, b: CsrMatrix, options: SmashOptions): ProductEngine {
  return new Smash(a, b, options);
}

/** Addresses of a scratchpad: the window that is in it, and where it is written back to. */
interface Scratchpad {
  readonly window: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly counts: Int32Array;
  readonly stats: Int32Array;
}

/** Arguments of `smashBlock` but for the job, for the thread that takes the block. */
type Block = (thread: number) => [kind: number, window: number, stats: number, ...parameters: number[]];

class Smash implements ProductEngine {
  readonly #a: CsrMatrix;
  readonly #b: CsrMatrix;
  readonly #version: 1 | 2 | 3;
  readonly #threads: number;
  readonly #sorted: boolean;
  readonly #estimate: WorkEstimate;
  readonly #windows: readonly SmashWindow[];
  readonly #memory;
  readonly #pads: readonly Scratchpad[];
  readonly #builder: CsrBuilder;
  #placesEmptied = 0;
  #next = 0;

  constructor(a: CsrMatrix, b: CsrMatrix, options: SmashOptions) {
    const { version, scratchSlots = 2 ** 15, loadFactor = 0.5, threads = 1 } = options;
    this.#a = a;
    this.#b = b;
    this.#version = version;
    this.#threads = threads;
    this.#sorted = options.sorted ?? true;
    this.#estimate = estimateWork(a, b);
    const capacity = Math.max(1, Math.floor(loadFactor * scratchSlots));
    this.#windows = smashWindows(a, b, this.#estimate, capacity);
    this.#builder = new CsrBuilder(a.rows, b.cols);

    // Version 1 goes on beyond the last slot; as many as there can be entries are enough.
    const limit = version === 1 ? scratchSlots + capacity : scratchSlots;
    const mostRows = this.#windows.reduce((most, { from, to }) => Math.max(most, to - from), 0);
    const pads = version === 3 ? 2 : 1;
    const inParts = version === 3 ? capacity : 0;
    const each = <Plan>(plan: Plan): Plan[] => new Array<Plan>(pads).fill(plan);
    this.#memory = layout(
      {
        a: [a.rowPointers, a.columnIndices, a.values],
        b: [b.rowPointers, b.columnIndices, b.values],
        job: int32(WINDOW_WORDS),
        sortScratch: int32(SCRATCH_WORDS),
        sorted: [capacity, capacity],
        /** For each thread: products, probes, the longest run and entries, of windows that fit and of parts of rows. */
        stats: (2 * threads * STATS_BYTES) / 8,
        windows: each(int32(WINDOW_WORDS)),
        tags: each(int32(limit)),
        slots: each(limit),
        offsets: each(int32(version === 3 ? scratchSlots : 0)),
        fragmentTags: each(int32(inParts)),
        fragmentSlots: each(int32(inParts)),
        columns: each(int32(capacity)),
        values: each(capacity),
        counts: each(int32(mostRows)),
        padStats: each(int32(STATS_BYTES / 4)),
      },
      { threads },
    );
    const { a: left, b: right, job, sortScratch, sorted } = this.#memory;
    job.set([...left, ...right].map(({ byteOffset }) => byteOffset));
    job[8] = b.cols;
    sortScratch.set(
      sorted.map(({ byteOffset }) => byteOffset),
      5,
    );
    this.#pads = Array.from({ length: pads }, (_, pad) => this.#makePad(pad, scratchSlots, limit));
  }

  get completedRows(): number {
    return this.#builder.completedRows;
  }

  get products(): number {
    return this.#sum(0);
  }

  advance(): boolean {
    if (this.completedRows === this.#a.rows) return false;
    const until = this.products + STEP_PRODUCTS;
    // Version 3 has one round more: in the last there is nothing to hash, only to write back.
    const rounds = this.#windows.length + (this.#version === 3 ? 1 : 0);
    do this.#round();
    while (this.#next < rounds && this.products < until);
    return true;
  }

  solution(): SparseProduct {
    const readElements = this.products + this.#sum(3);
    const product = countedProduct(this.#builder.matrix(), this.completedRows, this.products, { readElements });
    const inserts = this.#sum(0, false);
    return {
      ...product,
      probesPerInsert: inserts === 0 ? 0 : this.#sum(1, false) / inserts,
      longestProbe: this.#longest(),
      windows: this.#windows.filter(({ isOversized }) => !isOversized).length,
      placesEmptied: this.#placesEmptied,
      threadProducts: Array.from({ length: this.#threads }, (_, thread) => this.#ofThread(thread, 0)),
    };
  }

  release(): void {
    this.#memory.workspace.release();
  }

  /** One window: hash it, and write it back; in version 3 write back the one before. */
  #round(): void {
    const index = this.#next++;
    const window = this.#windows[index] as SmashWindow | undefined;
    if (this.#version === 3) {
      const previous = this.#windows[index - 1] as SmashWindow | undefined;
      const [pad, other] = [this.#pads[index % 2], this.#pads[(index + 1) % 2]];
      if (window) this.#open(pad, window);
      const blocks = window ? this.#tokens(pad, window) : [];
      // The pool hands out its blocks from the last to the first, so that writing back begins at once.
      if (previous) blocks.push(this.#writeBack(other));
      this.#run(blocks);
      if (previous) this.#append(other, previous);
      return;
    }
    if (!window) return;
    const [pad] = this.#pads;
    this.#open(pad, window);
    if (this.#version === 1) this.#run(this.#shares(pad, window), true);
    else this.#run(this.#tokens(pad, window));
    this.#run([this.#writeBack(pad)]);
    this.#append(pad, window);
  }

  /** Version 1: row r of the window belongs to thread r mod threads, whether that is idle or not. */
  #shares(pad: Scratchpad, { from, to, isOversized }: SmashWindow): Block[] {
    return Array.from({ length: this.#threads }, (_, share) => (thread: number) => {
      return [0, pad.window.byteOffset, this.#statsOf(thread, isOversized), from + share, to, this.#threads, -1, -1];
    });
  }

  /** Versions 2 and 3: rows, or pieces of a heavy row, the heaviest last, which is first to be taken. */
  #tokens(pad: Scratchpad, { from, to, isOversized }: SmashWindow): Block[] {
    const tokens: { products: number; rows: [number, number]; entries: [number, number] }[] = [];
    const [least, most] = TOKEN_PRODUCTS;
    const { rowProducts } = this.#estimate;
    let first = from;
    let products = 0;
    for (let i = from; i < to; i++) {
      if (rowProducts[i] > most) {
        if (i > first) tokens.push({ products, rows: [first, i], entries: [-1, -1] });
        tokens.push(...this.#pieces(i));
        first = i + 1;
        products = 0;
        continue;
      }
      products += rowProducts[i];
      if (products < least && i + 1 < to) continue;
      tokens.push({ products, rows: [first, i + 1], entries: [-1, -1] });
      first = i + 1;
      products = 0;
    }
    if (first < to) tokens.push({ products, rows: [first, to], entries: [-1, -1] });
    tokens.sort((s, t) => s.products - t.products);
    if (this.#threads === 1) tokens.sort((s, t) => s.rows[0] - t.rows[0] || s.entries[0] - t.entries[0]);
    return tokens.map(({ rows, entries }) => (thread: number) => {
      return [0, pad.window.byteOffset, this.#statsOf(thread, isOversized), ...rows, 1, ...entries];
    });
  }

  #pieces(row: number) {
    const pieces: { products: number; rows: [number, number]; entries: [number, number] }[] = [];
    const { rowPointers, columnIndices } = this.#a;
    let first = rowPointers[row];
    let products = 0;
    for (let p = first; p < rowPointers[row + 1]; p++) {
      const k = columnIndices[p];
      products += this.#b.rowPointers[k + 1] - this.#b.rowPointers[k];
      if (products < TOKEN_PRODUCTS[1] && p + 1 < rowPointers[row + 1]) continue;
      pieces.push({ products, rows: [row, row + 1], entries: [first, p + 1] });
      first = p + 1;
      products = 0;
    }
    return pieces;
  }

  #writeBack({ window, columns, values, counts, stats }: Scratchpad): Block {
    const targets = [columns, values, counts].map(({ byteOffset }) => byteOffset);
    const anyOrder = this.#sorted ? 0 : 1;
    return () => [1, window.byteOffset, stats.byteOffset, this.#memory.sortScratch.byteOffset, ...targets, anyOrder];
  }

  /** Runs blocks on any idle thread, and shares on the thread with their number. */
  #run(blocks: readonly Block[], isStatic = false): void {
    // A job of the thread pool holds so many arguments, nine a block and thread.
    const most = Math.floor(2 ** 15 / (9 * this.#threads));
    for (let end = blocks.length; end > 0; end -= most) {
      const part = blocks.slice(Math.max(0, end - most), end);
      // On one thread, blocks run from the first to the last, so that rows are hashed in order.
      this.#memory.workspace.parallel(
        smashKernels,
        'smashBlock',
        { items: part.length, block: 1, isStatic },
        (index, _, thread) => {
          const [kind, ...rest] = part[index](thread);
          return [kind, this.#memory.job.byteOffset, ...rest] as Parameters<SmashKernels['smashBlock']>;
        },
      );
    }
  }

  #open({ window }: Scratchpad, { from, to, low, high, columnBits }: SmashWindow): void {
    window[WINDOW.firstRow] = from;
    window[WINDOW.rows] = to - from;
    window[WINDOW.low] = low;
    window[WINDOW.high] = high;
    window[WINDOW.columnBits] = columnBits;
    window[WINDOW.tagBound] = (to - from) * 2 ** columnBits;
  }

  /** Appends what was written back. */
  #append({ columns, values, counts, stats }: Scratchpad, { from, to, isContinued }: SmashWindow): void {
    const [entries, places] = stats;
    this.#placesEmptied += places;
    this.#builder.append(columns.subarray(0, entries), values.subarray(0, entries), counts.subarray(0, to - from), isContinued);
  }

  #statsOf(thread: number, isOversized: boolean): number {
    return this.#memory.stats.byteOffset + STATS_BYTES * (2 * thread + (isOversized ? 1 : 0));
  }

  #sum(field: number, withOversized = true): number {
    let sum = 0;
    for (let thread = 0; thread < this.#threads; thread++) sum += this.#ofThread(thread, field, withOversized);
    return sum;
  }

  #ofThread(thread: number, field: number, withOversized = true): number {
    const at = (STATS_BYTES / 8) * 2 * thread + field;
    return this.#memory.stats[at] + (withOversized ? this.#memory.stats[at + STATS_BYTES / 8] : 0);
  }

  #longest(): number {
    let longest = 0;
    for (let thread = 0; thread < this.#threads; thread++) {
      longest = Math.max(longest, this.#memory.stats[(STATS_BYTES / 8) * 2 * thread + 2]);
    }
    return longest;
  }

  #makePad(pad: number, slots: number, limit: number): Scratchpad {
    const memory = this.#memory;
    const window = memory.windows[pad];
    window[WINDOW.version] = this.#version;
    window[WINDOW.slots] = slots;
    window[WINDOW.limit] = limit;
    window[WINDOW.tags] = memory.tags[pad].fill(-1).byteOffset;
    window[WINDOW.values] = memory.slots[pad].fill(-0).byteOffset;
    if (this.#version === 3) {
      window[WINDOW.offsets] = memory.offsets[pad].fill(-1).byteOffset;
      window[WINDOW.fragmentTags] = memory.fragmentTags[pad].byteOffset;
      window[WINDOW.fragmentSlots] = memory.fragmentSlots[pad].byteOffset;
    }
    return {
      window,
      columns: memory.columns[pad],
      values: memory.values[pad],
      counts: memory.counts[pad],
      stats: memory.padStats[pad],
    };
  }
}
