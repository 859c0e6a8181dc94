// The result of every exact algorithm, and the generator that most of them share: distances, one range of shifts after another, so that
// progress, limits and aborts are the same everywhere.
import type { Iterate, Steps } from '@infimum/core';
import { converged } from '@infimum/core';

/** Work done, as far as an algorithm counts it. */
export interface HammingStats {
  /** Symbols compared one by one. */
  readonly comparisons?: number;
  /** Pairs of equal symbols enumerated. */
  readonly pairs?: number;
  /** Fourier or number-theoretic transforms. */
  readonly transforms?: number;
  /** Sum of N log2 N over the transforms. */
  readonly transformWork?: number;
  /** Frequent symbols that went through transforms, summed over the blocks. */
  readonly heavy?: number;
  /** Blocks that floating point could not round safely, redone by number-theoretic transforms. */
  readonly fallbacks?: number;
  /** Largest distance of a transform's result from an integer. */
  readonly maxRoundingError?: number;
}

/** Counts up to a bound: bytes where it is below 256, else words of 32 bits. */
export type Counts = Uint8Array | Int32Array;

/** Room for counts up to `most`, in the narrower array that holds them: a large one costs more than short patterns do. */
export function countsUpTo(most: number, length: number): Counts {
  return most < 256 ? new Uint8Array(length) : new Int32Array(length);
}

/** A step's counts as kernels write them: in bytes where the answer's are. */
export function countsView(room: Uint8Array, answer: Counts | undefined): { readonly narrow: 0 | 1; readonly view: Counts } {
  if (answer instanceof Uint8Array) return { narrow: 1, view: room };
  return { narrow: 0, view: new Int32Array(room.buffer, room.byteOffset, room.length / 4) };
}

/** Distances between a pattern of length m and the shifts of a text. */
export interface HammingSolution<Answer extends Counts = Int32Array> {
  /**
   * D_i = #{j : T[i+j] ≠ P[j]} for the shifts i = 0 … n-m; empty if m > n. Where a run was ended early, shifts from
   * `completed` on hold the upper bound m.
   */
  readonly distances: Answer;
  /** Number of shifts whose distance has been computed. */
  readonly completed: number;
  /** Work done. */
  readonly operations: HammingStats;
}

/** How a result was computed. */
export interface Explained<Method extends string> {
  /** The method that was used. */
  readonly method: Method;
  /** Why it was chosen, in one sentence. */
  readonly explanation: string;
}

/** An iterate of an exact algorithm: a block of shifts has been done. */
export interface HammingIterate<Answer extends Counts = Int32Array> extends Iterate<HammingSolution<Answer>> {
  /** Number of shifts whose distance has been computed. */
  readonly completed: number;
}

/** An algorithm that decides shifts in their order, set up for one text and pattern. */
export interface ShiftCounter<Stats> {
  /** Length of the pattern. */
  readonly patternLength: number;
  /** Number of shifts, n - m + 1. */
  readonly shifts: number;
  /** Shifts that one call of `count` does; calls start at multiples of it. */
  readonly shiftsPerStep: number;
  /** Writes the distances of the shifts `from` ≤ i < `to` to the start of `distances`. */
  count(from: number, to: number, distances: Counts): void;
  /** The same with pauses, where it may take seconds. */
  countInTurns?(from: number, to: number, distances: Counts): Generator<undefined, void>;
  /** Work done so far. */
  operations(): Stats;
  /** Frees its memory. */
  release(): void;
}

/** An exact algorithm, set up for one text and pattern. */
export type DistanceCounter = ShiftCounter<HammingStats>;

/** The requested output of distances. */
export interface CountingOptions<Answer> {
  /** Returns the array for the distances of all shifts, which are at most `most`; words of 32 bits by default. */
  readonly room?: ((most: number, shifts: number) => Answer) | undefined;
  /** The value of shifts that an early end left out; the pattern's length by default. */
  readonly undecided?: number;
}

/** Distances of the shifts so far, with the work done. */
interface Counted<Stats, Answer> {
  readonly distances: Answer;
  readonly completed: number;
  readonly operations: Stats;
}

/** Why a whole run ended. */
export const DECIDED = 'all shifts are decided exactly';

/** Nanoseconds, as they are predicted, between two pauses of a long step. */
export const TURN = 1e8;

/** Work with pauses, without them. */
export function atOnce<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const turn = work.next();
    if (turn.done) return turn.value;
  }
}

/**
 * Runs a counter over all shifts, one step of it an iteration, or a part of a long one. The counter is released
 * however the run ends.
 */
export function* countingSteps<Stats, Answer extends Counts = Int32Array>(
  create: () => ShiftCounter<Stats>,
  { room = (_, shifts) => new Int32Array(shifts) as Answer, undecided }: CountingOptions<Answer> = {},
): Steps<Counted<Stats, Answer>, Iterate<Counted<Stats, Answer>> & { readonly completed: number }> {
  const counter = create();
  try {
    const { shifts, shiftsPerStep, patternLength } = counter;
    const distances = room(undecided ?? patternLength, shifts);
    let [iteration, completed] = [0, 0];
    const solution = (): Counted<Stats, Answer> => ({
      distances: distances.slice().fill(undecided ?? patternLength, completed) as Answer,
      completed,
      operations: counter.operations(),
    });
    const iterate = () => ({ iteration: iteration++, completed, solution });
    for (;;) {
      yield iterate();
      if (completed === shifts) break;
      const to = Math.min(shifts, completed + shiftsPerStep);
      const part = distances.subarray(completed, to);
      const turns = counter.countInTurns?.(completed, to, part);
      if (!turns) counter.count(completed, to, part);
      else for (const _ of turns) yield iterate();
      completed = to;
    }
    return converged({ distances, completed, operations: counter.operations() }, DECIDED);
  } finally {
    counter.release();
  }
}

/** Number of shifts of a pattern in a text: n - m + 1, or 0 if the pattern is longer. */
export function shiftsOf({ text, pattern }: { text: ArrayLike<number>; pattern: ArrayLike<number> }): number {
  return Math.max(0, text.length - pattern.length + 1);
}
