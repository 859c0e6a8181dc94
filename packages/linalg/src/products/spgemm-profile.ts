// The profile of a row-wise product: seconds, threads and accumulators.

/** Where the time of a product went. */
export interface SpgemmProfile {
  /** Wall-clock seconds of each part. */
  readonly seconds: {
    /** Estimate, tokens, and the copy of A and B to WebAssembly memory. */
    readonly estimate: number;
    /** Counting of entries, where there are two phases. */
    readonly symbolic: number;
    /** Products, sums and sorting. */
    readonly numeric: number;
    /** Copy of the result. */
    readonly output: number;
  };
  /** What each thread did. */
  readonly threads: readonly {
    /** Seconds of work; the rest it waited. */
    readonly busySeconds: number;
    /** Rows of C, of heavy rows the parts. */
    readonly rows: number;
    /** Products of two entries. */
    readonly products: number;
  }[];
  /** How many rows each accumulator of `auto` took, parts of heavy rows counted one by one. */
  readonly accumulators: Readonly<Record<(typeof ACCUMULATORS)[number], number>>;
  /** 1 if entries were written to a place that holds the upper bound, 2 if they were counted first. */
  readonly phases: 1 | 2;
}

/** The accumulators, in the order in which the kernels count their rows. */
export const ACCUMULATORS = ['copy', 'merge', 'dense', 'hash'] as const;
