// The kernels of SMASH and how they are called; what is said here holds for all builds.
import { relaxedSimd, simd } from '../generated/smash-kernels.ts';
import type { KernelModule } from '../webassembly/kernel-module.ts';
import { defineKernels } from '../webassembly/kernel-module.ts';
import { smashReference } from './smash-kernels-reference.ts';

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
   * sort of sparse products wants it; the columns of a row may come in any order for p4 = 1, but for version 1. The first word of `stats` is the number of entries, the second how many places of
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

/** The kernels of SMASH, for `workspace.kernels(smashKernels)`. */
export const smashKernels: KernelModule<SmashKernels> = /* @__PURE__ */ defineKernels<SmashKernels>({
  simd,
  relaxedSimd,
  reference: smashReference,
});
