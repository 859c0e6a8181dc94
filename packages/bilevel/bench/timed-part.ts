// A part of a hyper-gradient for a worker, with the processor time of its thread: what a busy machine does not change.
import { threadId } from 'node:worker_threads';
import type { ExactHypergradient } from '../src/block-problems/exact-hypergradient.ts';
import type { DrawnPart } from '../src/testing/drawn-blocks.ts';
import { drawnPart } from '../src/testing/drawn-blocks.ts';

/** A part, where it was made, and in how many milliseconds of processor time. */
export interface TimedPart {
  readonly part: ExactHypergradient;
  readonly thread: number;
  readonly milliseconds: number;
}

/** Makes a part. */
export function timedPart(wanted: DrawnPart): TimedPart {
  const before = process.threadCpuUsage();
  const part = drawnPart(wanted);
  const { user, system } = process.threadCpuUsage(before);
  return { part, thread: threadId, milliseconds: (user + system) / 1e3 };
}
