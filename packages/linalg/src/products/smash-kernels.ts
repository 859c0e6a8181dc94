// The kernels of SMASH and how they are called; the descriptions hold for all builds.
import { relaxedSimd, simd } from '../generated/smash-kernels.ts';
import type { KernelModule } from '../webassembly/kernel-module.ts';
import { defineKernels } from '../webassembly/kernel-module.ts';
import { highOrderSlot, lowOrderSlot } from './smash-hash.ts';

/** Words of a window: see `WINDOW`. */
export const WINDOW_WORDS = 16;

/** The words of a window, by name. */
export const WINDOW = {
  /** The first row. */
  firstRow: 0,
  /** Columns from here on … */
  low: 1,
  /** … and before this one. */
  high: 2,
  /** 1, 2 or 3. */
  version: 3,
  /** Bits of a tag that hold the column less `low`; those above hold the row less `firstRow`. */
  columnBits: 4,
  /** Slots of the table, a power of two. */
  slots: 5,
  /** Slots with the slack beyond them, for version 1, which does not wrap around. */
  limit: 6,
  /** No tag is as large. */
  tagBound: 7,
  /** Address of the tags, -1 where there is none. */
  tags: 8,
  /** Address of the values: of the slots, in version 3 of the fragment; -0 where there is none. */
  values: 9,
  /** Version 3: address of the places in the fragment, by slot; -1 where there is none. */
  offsets: 10,
  /** Version 3: address of the tags in the order of insertion. */
  fragmentTags: 11,
  /** Version 3: address of their slots. */
  fragmentSlots: 12,
  /** Version 3: how many tags there are. */
  counter: 13,
  /** Rows of the window. */
  rows: 14,
} as const;

/** The kernels of SMASH: arrays are given by their byte offsets, and nothing is checked. */
export interface SmashKernels {
  /**
   * A block of work on a window.
   *
   * Kind 0 hashes rows p0, p0 + p2, … before p1; of a single row only the entries from p3 up to p4, unless they are -1.
   * To `stats`, four doubles, it adds products, steps beyond the first slot, and entries of A read; the longest run of
   * steps is the third.
   *
   * Kind 1 writes the window back: columns to p1, values to p2, lengths of rows to p3, with scratch memory p0 as the
   * sort of sparse products wants it; the columns of a row may come in any order for p4 = 1, but for version 1. The first word of `stats`
   * is the number of entries, the second how many places of
   * the table or fragment were looked at, and the double after them how far entries were moved in version 1.
   */
  smashBlock(
    kind: number,
    job: number,
    window: number,
    stats: number,
    p0: number,
    p1: number,
    p2: number,
    p3: number,
    p4: number,
  ): void;
}

/** The kernels on a memory. */
function reference(buffer: ArrayBufferLike): SmashKernels {
  const words = new Int32Array(buffer);
  const doubles = new Float64Array(buffer);

  function insertRows(
    [aPointers, aColumns, aValues, bPointers, bColumns, bValues]: number[],
    window: number,
    stats: number,
    [first, end, step, from, to]: number[],
  ): void {
    const field = (index: number) => words[window + index];
    const [low, high] = [field(WINDOW.low), field(WINDOW.high)];
    for (let i = first; i < end; i += step) {
      const last = to >= 0 ? to : words[aPointers / 4 + i + 1];
      for (let p = from >= 0 ? from : words[aPointers / 4 + i]; p < last; p++) {
        const k = words[aColumns / 4 + p];
        doubles[stats + 3]++;
        for (let q = words[bPointers / 4 + k]; q < words[bPointers / 4 + k + 1]; q++) {
          const j = words[bColumns / 4 + q];
          if (j < low || j >= high) continue;
          const tag = ((i - field(WINDOW.firstRow)) << field(WINDOW.columnBits)) | (j - low);
          const run = insert(window, tag, doubles[aValues / 8 + p] * doubles[bValues / 8 + q]);
          doubles[stats]++;
          doubles[stats + 1] += run;
          doubles[stats + 2] = Math.max(doubles[stats + 2], run);
        }
      }
    }
  }

  function insert(window: number, tag: number, value: number): number {
    const field = (index: number) => words[window + index];
    const address = (index: number, width: number) => (field(index) >>> 0) / width;
    const [version, slots, tags] = [field(WINDOW.version), field(WINDOW.slots), address(WINDOW.tags, 4)];
    const wrap = version === 1 ? -1 : slots - 1;
    const start = version === 1 ? highOrderSlot(tag, slots, field(WINDOW.tagBound) >>> 0) : lowOrderSlot(tag, slots);
    let slot = start;
    let run = 0;
    for (; words[tags + slot] !== -1 && words[tags + slot] !== tag; run++) slot = (slot + 1) & wrap;
    let place = slot;
    if (version === 3) {
      const offsets = address(WINDOW.offsets, 4);
      if (words[tags + slot] === -1) {
        const next = words[window + WINDOW.counter]++;
        words[offsets + slot] = next;
        words[address(WINDOW.fragmentTags, 4) + next] = tag;
        words[address(WINDOW.fragmentSlots, 4) + next] = slot;
      }
      place = words[offsets + slot];
    }
    words[tags + slot] = tag;
    doubles[address(WINDOW.values, 8) + place] += value;
    return run;
  }

  function collect(window: number, stats: number, parameters: number[]): void {
    const [, columns, values, counts, anyOrder] = parameters;
    const field = (index: number) => words[window + index];
    const address = (index: number, width: number) => (field(index) >>> 0) / width;
    const tags = address(WINDOW.tags, 4);
    const table = address(WINDOW.values, 8);
    const found: { tag: number; place: number }[] = [];
    const isFragment = field(WINDOW.version) === 3;
    const places = isFragment ? field(WINDOW.counter) : field(WINDOW.limit);
    for (let place = 0; place < places; place++) {
      const slot = isFragment ? words[address(WINDOW.fragmentSlots, 4) + place] : place;
      const tag = words[tags + slot];
      if (tag === -1) continue;
      found.push({ tag, place });
      words[tags + slot] = -1;
      if (isFragment) words[address(WINDOW.offsets, 4) + slot] = -1;
    }
    doubles[stats + 1] = field(WINDOW.version) === 1 ? inversions(found.map(({ tag }) => tag)) : 0;
    words[2 * stats] = found.length;
    words[2 * stats + 1] = places;
    words[window + WINDOW.counter] = 0;
    const shift = anyOrder && field(WINDOW.version) > 1 ? field(WINDOW.columnBits) : 0;
    found.sort((x, y) => (x.tag >>> shift) - (y.tag >>> shift));
    words.fill(0, counts / 4, counts / 4 + field(WINDOW.rows));
    found.forEach(({ tag, place }, k) => {
      const row = tag >>> field(WINDOW.columnBits);
      words[counts / 4 + row]++;
      words[columns / 4 + k] = field(WINDOW.low) + tag - (row << field(WINDOW.columnBits));
      doubles[values / 8 + k] = doubles[table + place];
      doubles[table + place] = -0;
    });
  }

  return {
    smashBlock(kind, job, window, stats, ...parameters) {
      const matrices = Array.from(words.subarray(job / 4, job / 4 + 6), (address) => address >>> 0);
      if (kind === 0) insertRows(matrices, window / 4, stats / 8, parameters);
      else collect(window / 4, stats / 8, parameters);
    },
  };
}

/** How many pairs are in the wrong order: the steps of a sort by insertion. */
function inversions(tags: readonly number[]): number {
  let count = 0;
  tags.forEach((tag, k) => {
    for (let before = k - 1; before >= 0; before--) if (tags[before] > tag) count++;
  });
  return count;
}

/** The kernels of SMASH, for `workspace.kernels(smashKernels)`. */
export const smashKernels: KernelModule<SmashKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });
