// How far apart rows lie in memory where many rows are walked down column by column.

/** Numbers from row to row for so many columns: a multiple of eight, and not of a power of two, which the cache would punish. */
export function paddedStride(cols: number): number {
  const groups = Math.ceil(cols / 8);
  return 8 * (groups % 2 === 0 ? groups + 1 : groups);
}
