// The distance of rows in memory where many rows are traversed column by column.

/** Numbers from row to row: a multiple of eight, but not of a larger power of two, which causes cache conflicts. */
export function paddedStride(cols: number): number {
  const groups = Math.ceil(cols / 8);
  return 8 * (groups % 2 === 0 ? groups + 1 : groups);
}
