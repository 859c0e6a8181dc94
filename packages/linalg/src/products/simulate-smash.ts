// A simulated accelerator on which SMASH runs: threads, a scratchpad and windows, with cycles that are counted and not
// timed, so that the three versions can be compared without the hardware.
//
// SMASH: Sparse Matrix Atomic Scratchpad Hashing (arXiv 2105.14156).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger, checkNumber, fault, resolveOptions } from '@infimum/core';
import { asCsr } from '../inputs.ts';
import type { CsrLike, CsrMatrix } from '../matrices.ts';
import { highOrderSlot, lowOrderSlot } from './smash-hash.ts';
import type { SmashWindow } from './smash-windows.ts';
import { smashWindows } from './smash-windows.ts';
import { estimateWork } from './spgemm-tokens.ts';

const simulateSmashOptions = {
  variant: { type: 'choice', was: 'version', choices: ['v1', 'v2', 'v3'], required: true, description: 'Version of SMASH' },
  threads: { type: 'integer', min: 1, max: 4096, default: 64, description: 'Threads of the block' },
  scratchSlots: {
    type: 'integer',
    min: 16,
    max: 4_194_304,
    default: 32_768,
    description: 'Slots of the scratchpad, a power of two',
  },
  loadFactor: { type: 'number', above: 0, max: 0.9, default: 0.5, description: 'Maximum fill of the scratchpad' },
} as const satisfies OptionSpecs;

/** What is simulated. */
export type SimulateSmashOptions = OptionsOf<typeof simulateSmashOptions>;

/** What a run would cost. Rows that are too large for a window are left out. */
export interface SmashSimulation {
  /** Cycles of all windows. */
  readonly cycles: number;
  /** The cycles of the busiest thread over the mean, summed over the windows before dividing: 1 is perfect balance. */
  readonly imbalance: number;
  /** Steps beyond the first slot, an insert. */
  readonly probesPerInsert: number;
  /** The longest run of such steps. */
  readonly longestProbe: number;
  /** Windows. */
  readonly windows: number;
}

/** Cycles of an insert that meets its slot at once. */
const INSERT = 2;

/**
 * Simulates a version of SMASH on the product A B. An insert costs two cycles and one for every slot that it has to go
 * further. V1 assigns rows to threads by their number modulo `threads` and then scans the table and moves entries to
 * their places; V2 gives every entry of A to the least loaded thread, scans and sorts; V3 does the same, has a
 * dense list instead of a scan, and writes it back while the next window is hashed.
 *
 * Time O(P probes). No clock is involved: the result is the same everywhere.
 *
 * @throws {InvalidInputError} for bad matrices and options
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { simulateSmash } from '@infimum/linalg/steps';
 *
 * const a = csrFromDense(matrixFromRows([[1, 2], [0, 3]]));
 * console.log(simulateSmash(a, a, { variant: 'v3', threads: 2 }).cycles); // 7
 * ```
 */
export function simulateSmash(a: CsrLike, b: CsrLike, options: SimulateSmashOptions): SmashSimulation {
  const { variant, threads, scratchSlots, loadFactor } = resolveOptions(simulateSmashOptions, options);
  const left = asCsr(a, 'a');
  const right = asCsr(b, 'b');
  if (left.cols !== right.rows) {
    throw fault(`expected ${left.cols} rows, as many as a has columns, got ${right.rows}`, 'b', 'shape');
  }
  checkScratchpad(scratchSlots, loadFactor);
  const capacity = Math.max(1, Math.floor(loadFactor * scratchSlots));
  const windows = smashWindows(left, right, estimateWork(left, right), capacity).filter(({ isOversized }) => !isOversized);
  const table = new Scratchpad(scratchSlots, variant === 'v1' ? capacity : 0);
  const total = { cycles: 0, busiest: 0, mean: 0, inserts: 0 };
  let writeBack = 0; // of the window before, in V3
  for (const window of windows) {
    const loads = new Float64Array(threads);
    const { busiest, sum } = hashWindow(left, right, window, table, variant, loads);
    const { entries, displacement } = table.empty();
    const rows = window.to - window.from;
    if (variant === 'v1') total.cycles += busiest + (scratchSlots + entries + displacement) / threads;
    else if (variant === 'v2') {
      const sorting = entries * Math.log2(Math.max(1, entries / rows));
      total.cycles += busiest + (scratchSlots + sorting) / threads;
    } else {
      total.cycles += Math.max(busiest, writeBack);
      writeBack = (2 * entries) / threads;
    }
    total.busiest += busiest;
    total.mean += sum / threads;
    total.inserts += window.products;
  }
  return {
    cycles: total.cycles + writeBack,
    imbalance: total.mean === 0 ? 1 : total.busiest / total.mean,
    probesPerInsert: total.inserts === 0 ? 0 : table.probes / total.inserts,
    longestProbe: table.longest,
    windows: windows.length,
  };
}

/**
 * Checks the size of a scratchpad.
 *
 * @throws {InvalidInputError} naming the option
 */
export function checkScratchpad(scratchSlots: number, loadFactor: number): void {
  checkInteger(scratchSlots, 'scratchSlots', { min: 16, max: 2 ** 22 });
  if (!Number.isInteger(Math.log2(scratchSlots))) {
    throw fault(`must be a power of two, got ${scratchSlots}`, 'scratchSlots', 'out-of-range');
  }
  checkNumber(loadFactor, 'loadFactor', { above: 0, max: 0.9 });
}

/** Hashes a window: cycles of the busiest thread and of all together. */
function hashWindow(
  a: CsrMatrix,
  b: CsrMatrix,
  { from, to, columnBits }: SmashWindow,
  table: Scratchpad,
  variant: 'v1' | 'v2' | 'v3',
  loads: Float64Array,
): { busiest: number; sum: number } {
  const tagBound = (to - from) * 2 ** columnBits;
  const idle = new LeastLoaded(loads);
  let sum = 0;
  for (let i = from; i < to; i++) {
    for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
      const k = a.columnIndices[p];
      let cycles = 0;
      for (let q = b.rowPointers[k]; q < b.rowPointers[k + 1]; q++) {
        const tag = (i - from) * 2 ** columnBits + b.columnIndices[q];
        cycles += INSERT + (variant === 'v1' ? table.insertHigh(tag, tagBound) : table.insertLow(tag));
      }
      sum += cycles;
      if (variant === 'v1') loads[(i - from) % loads.length] += cycles;
      else idle.add(cycles);
    }
  }
  return { busiest: loads.reduce((most, load) => Math.max(most, load), 0), sum };
}

/** A table of tags, with its probes counted. */
class Scratchpad {
  readonly #slots: number;
  readonly #tags: Int32Array;
  probes = 0;
  longest = 0;
  #displacement = 0;

  constructor(slots: number, slack: number) {
    this.#slots = slots;
    this.#tags = new Int32Array(slots + slack).fill(-1);
  }

  /** Puts a tag where its high-order bits say, or beyond. */
  insertHigh(tag: number, tagBound: number): number {
    const tags = this.#tags;
    let slot = highOrderSlot(tag, this.#slots, tagBound);
    let run = 0;
    for (; tags[slot] !== -1 && tags[slot] !== tag; run++) slot++;
    return this.#put(slot, tag, run);
  }

  /** Puts a tag where its scrambled low-order bits say, or beyond, from the start again after the end. */
  insertLow(tag: number): number {
    const tags = this.#tags;
    const mask = this.#slots - 1;
    let slot = lowOrderSlot(tag, this.#slots);
    let run = 0;
    for (; tags[slot] !== -1 && tags[slot] !== tag; run++) slot = (slot + 1) & mask;
    return this.#put(slot, tag, run);
  }

  /** Empties the table: how many tags there were, and how far they were from their first slots in all. */
  empty(): { entries: number; displacement: number } {
    const displacement = this.#displacement;
    const entries = this.#tags.reduce((count, tag) => count + (tag === -1 ? 0 : 1), 0);
    this.#tags.fill(-1);
    this.#displacement = 0;
    return { entries, displacement };
  }

  #put(slot: number, tag: number, run: number): number {
    if (this.#tags[slot] === -1) this.#displacement += run;
    this.#tags[slot] = tag;
    this.probes += run;
    this.longest = Math.max(this.longest, run);
    return run;
  }
}

/** Gives work to the least loaded thread, by a heap of loads. */
class LeastLoaded {
  readonly #loads: Float64Array;

  constructor(loads: Float64Array) {
    this.#loads = loads;
  }

  add(cycles: number): void {
    const loads = this.#loads;
    const load = loads[0] + cycles;
    let node = 0;
    for (;;) {
      let child = 2 * node + 1;
      if (child >= loads.length) break;
      if (child + 1 < loads.length && loads[child + 1] < loads[child]) child++;
      if (loads[child] >= load) break;
      loads[node] = loads[child];
      node = child;
    }
    loads[node] = load;
  }
}
