// What the cases of kernels.ts have in common.
import { Random } from '@infimum/core';
import type { Partition } from '../src/kernels.ts';

/** One kernel on one size. */
export interface Case {
  readonly kernel: string;
  /** The size, for people. */
  readonly size: string;
  /** What `numpy_kernels.py` is called with. */
  readonly arguments: readonly number[];
  /** Operations, elements or bytes of one call. */
  readonly work: number;
  /** Thousand millions of what a second. */
  readonly unit: string;
  /** Whether the kernel has a range that threads can share. */
  readonly splits: boolean;
  /** Sets up and returns the call of the kernel on so many threads, in the build that is active now. */
  kernels(threads: number): () => void;
  /** Sets up and returns the plain loop. */
  plain(): () => void;
}

/** Units. */
export const GFLOPS = 'GFLOP/s';
export const ELEMENTS = 'G elements/s';

/** Uniform random numbers, drawn once for all cases. */
const numbers = new Random(1).uniforms(new Float64Array(2048 * 2048));

/** The first of them. */
export function uniform(length: number): Float64Array {
  return numbers.subarray(0, length);
}

/** How n rows are shared: in one piece by one thread, otherwise in several a thread, which evens the load out. */
export function rowBlocks(n: number, threads: number): Partition {
  return { items: n, block: threads === 1 ? n : Math.ceil(n / (4 * threads)) };
}

/** Columns in one piece a thread, as short pieces of rows are slow to read. */
export function columnBlocks(n: number, threads: number): Partition {
  return { items: n, block: Math.ceil(n / threads) };
}
