// Sizes of tests that are statistics: some in the quick suite, many in the full one.

/** How many of what a test repeats: `quick`, or `full` where time is no matter. */
export function bySuite(quick: number, full: number): number {
  return process.env['INFIMUM_FULL'] === undefined ? quick : full;
}
