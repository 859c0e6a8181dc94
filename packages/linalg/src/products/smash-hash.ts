// The two hash functions of SMASH.

/** Version 1: the high-order bits of a tag, so that the table comes out nearly sorted. */
export function highOrderSlot(tag: number, slots: number, tagBound: number): number {
  return Math.floor((tag * slots) / tagBound);
}

/** Versions 2 and 3: the low-order bits of a multiple of the tag, so that tags scatter. */
export function lowOrderSlot(tag: number, slots: number): number {
  return Math.imul(tag, 107) & (slots - 1);
}
