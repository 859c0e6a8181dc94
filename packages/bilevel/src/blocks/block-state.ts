// What methods for many lower levels share: the point, counted oracles, and how runs end.
import type { Conclusion, Steps, VectorLike } from '@infimum/core';
import { converged, InvalidInputError, stalled } from '@infimum/core';
import { allFinite, norm } from '@infimum/linalg/numerics';
import { exactHypergradientInTurns } from '../block-problems/exact-hypergradient.ts';
import type { MultiBlockIterate, MultiBlockSolution } from '../block-problems/multi-block-optimization.ts';
import type { CountedBlocks, MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { blockStart, countedBlocks } from '../block-problems/multi-block-problem.ts';
import { NotFinite } from '../oracles/bilevel-problem.ts';

/** The state of a run. */
export class BlockState {
  /** Oracles that count. */
  readonly problem: CountedBlocks;
  /** x. */
  readonly x: Float64Array;
  /** All y_i, m x q. */
  readonly y: Float64Array;
  /** Length of the direction of the last step of x. */
  direction = 0;
  /** Brings all blocks up to date before the solution is read. */
  settle: () => void = () => {};
  readonly #raw: MultiBlockProblem;
  readonly #start: Float64Array;
  #smooth = Infinity;
  #largest = 0;
  #nextCheck = 0;
  #scale: number | undefined;
  #pauses = 0;

  constructor(problem: MultiBlockProblem, initial: VectorLike) {
    this.x = blockStart(problem, initial);
    this.#raw = problem;
    this.#start = this.x.slice();
    this.problem = countedBlocks(problem);
    this.y = new Float64Array(problem.blocks * problem.dimY);
  }

  /** The point in arrays of its own; the start where it is no longer finite. */
  solution(): MultiBlockSolution {
    this.settle();
    const finite = allFinite(this.x) && allFinite(this.y);
    return {
      x: finite ? this.x.slice() : this.#start.slice(),
      y: finite ? this.y.slice() : new Float64Array(this.y.length),
      evaluations: { ...this.problem.calls },
    };
  }

  /** The iterate of this moment; pauses count as iterations. */
  iterate(iteration: number): MultiBlockIterate {
    return {
      iteration: iteration + this.#pauses,
      direction: this.direction,
      solution: () => this.solution(),
    };
  }

  /** Notes a direction of x, and makes its step. */
  step(direction: Float64Array, length: number): void {
    this.direction = norm(direction);
    for (let k = 0; k < direction.length; k++) this.x[k] -= length * direction[k];
    if (!allFinite(this.x)) throw new NotFinite('x is no longer finite: the steps are too long');
  }

  /** What work with pauses ends with, an iterate a pause. */
  *inTurns<T>(iteration: number, work: Generator<undefined, T>): Generator<MultiBlockIterate, T> {
    for (;;) {
      const turn = work.next();
      if (turn.done) return turn.value;
      this.#pauses++;
      yield this.iterate(iteration);
    }
  }

  /**
   * The conclusion if the moving average of |z| is small and the exact hyper-gradient confirms it, relative to the mean size of
   * the blocks' parts at the start. Pauses where that takes long.
   */
  *success(
    iteration: number,
    tolerance: number,
  ): Generator<MultiBlockIterate, Conclusion<MultiBlockSolution> | undefined> {
    if (iteration === 0) return undefined;
    this.#largest = Math.max(this.#largest, this.direction);
    this.#smooth = this.#smooth === Infinity ? this.direction : 0.98 * this.#smooth + 0.02 * this.direction;
    if (!(this.#smooth <= 3 * tolerance * this.#largest) || iteration < this.#nextCheck) return undefined;
    this.#nextCheck = iteration + Math.max(20, Math.ceil(iteration / 4));
    const exactly = (x: Float64Array, initial?: Float64Array) =>
      this.inTurns(iteration, exactHypergradientInTurns(this.#raw, x, initial && { initial }));
    this.#scale ??= (yield* exactly(this.#start)).size;
    const solution = this.solution();
    const { gradient, status } = yield* exactly(solution.x, solution.y);
    // Beside what is infinite at the start everything is small, infinite gradients too.
    if (status !== 'converged' || !(this.#scale < Infinity)) return undefined;
    if (!(norm(gradient) <= tolerance * this.#scale)) return undefined;
    return converged(solution, `the exact hyper-gradient is at most ${tolerance} of its parts at the start`);
  }
}

/** A run of a method for many lower levels: `prepare` gives the work of an iteration. */
export function* blockSteps(
  problem: MultiBlockProblem,
  initial: VectorLike,
  tolerance: number,
  prepare: (state: BlockState) => (iteration: number) => Generator<MultiBlockIterate, void> | void,
): Steps<MultiBlockSolution, MultiBlockIterate> {
  const state = new BlockState(problem, initial);
  const advance = prepare(state);
  return yield* guardedBlocks(state, iterations());

  function* iterations(): Steps<MultiBlockSolution, MultiBlockIterate> {
    for (let iteration = 0; ; iteration++) {
      yield state.iterate(iteration);
      const done = yield* state.success(iteration, tolerance);
      if (done) return done;
      const work = advance(iteration);
      if (work) yield* work;
    }
  }
}

/** Ends steps whose oracles gave no number as stalled. */
export function* guardedBlocks<I extends MultiBlockIterate, Answer>(
  state: BlockState,
  steps: Steps<MultiBlockSolution, I, Answer>,
): Steps<MultiBlockSolution, I, Answer> {
  try {
    return yield* steps;
  } catch (error) {
    if (error instanceof NotFinite) return stalled(state.solution(), error.message);
    throw error;
  }
}

/** Largest curvature of the first blocks at the start: ten power iterations on up to eight of them. */
export function blockCurvature({ problem, x, y }: BlockState): number {
  const { blocks, dimY } = problem;
  let largest = 0;
  let [v, out] = [new Float64Array(dimY), new Float64Array(dimY)];
  for (let i = 0; i < Math.min(8, blocks); i++) {
    for (let j = 0; j < dimY; j++) v[j] = 1 + 0.5 * Math.sin(1.7 * j + 0.3);
    for (let k = 0; k < 10; k++) {
      const length = norm(v);
      if (!(length > 0 && length < Infinity)) break;
      for (let j = 0; j < dimY; j++) v[j] /= length;
      problem.hvpGyy(i, x, y.subarray(i * dimY, (i + 1) * dimY), v, out);
      largest = Math.max(largest, norm(out));
      [v, out] = [out, v];
    }
  }
  return largest || 1;
}

/** Blocks an iteration: as given, a tenth of all by default. */
export function blockCount({ blocks }: MultiBlockProblem, given: number | undefined): number {
  const count = given ?? Math.max(1, Math.floor(blocks / 10));
  if (count <= blocks) return count;
  const problem = `is ${count}, and there are ${blocks} blocks`;
  throw new InvalidInputError(problem, { argument: 'blocksPerIteration', code: 'out-of-range' });
}
