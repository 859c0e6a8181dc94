/** A number of draws, or a size: the first in the quick tests, the second in the full ones. */
export function quickOrFull(quick: number, full: number): number {
  return process.env['INFIMUM_FULL'] ? full : quick;
}
