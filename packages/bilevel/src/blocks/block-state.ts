// The common state of methods for many lower levels: the point, counted oracles, and how runs end.
import type { Conclusion, Steps, VectorLike } from '@infimum/core';
import { converged, fault, stalled } from '@infimum/core';
import { addScaled, allFinite, norm } from '@infimum/linalg/numerics';
import { exactHypergradientInTurns, hypergradientPart } from '../block-problems/exact-hypergradient.ts';
import type { BlockSteps, MultiBlockIterate, MultiBlockSolution } from '../block-problems/multi-block-optimization.ts';
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
  /** Whether the method can start again at shorter steps. */
  shortens = false;
  /** Iterations before the first check of the exact hyper-gradient: until all blocks have been visited. */
  firstCheck = 1;
  /** Brings all blocks up to date before the solution is read. */
  settle: () => void = () => {};
  readonly #start: Float64Array;
  /** x where the mean of late directions was shortest. */
  readonly #best: Float64Array;
  #smooth = Infinity;
  #least = Infinity;
  /** The longest of the first directions, and how many there were since the last start. */
  #reference = 0;
  #steps = 0;
  #halvings = 0;
  #largest = 0;
  #nextCheck = 0;
  #scale: number | undefined;
  #pauses = 0;
  #callsBefore = 0;

  constructor(problem: MultiBlockProblem, initial: VectorLike) {
    this.x = blockStart(problem, initial);
    this.#start = this.x.slice();
    this.#best = this.x.slice();
    this.problem = countedBlocks(problem);
    this.y = new Float64Array(problem.blocks * problem.dimY);
  }

  /** A copy of the point; the best so far where it is no longer finite. */
  solution(): MultiBlockSolution {
    this.settle();
    return {
      x: (allFinite(this.x) ? this.x : this.#best).slice(),
      y: allFinite(this.y) ? this.y.slice() : new Float64Array(this.y.length),
      evaluations: { ...this.problem.calls },
    };
  }

  /** The current iterate; pauses count as iterations. */
  iterate(iteration: number): MultiBlockIterate {
    return { iteration: iteration + this.#pauses, direction: this.direction, solution: () => this.solution() };
  }

  /** Notes a direction of x, and makes its step. */
  step(direction: Float64Array, length: number): void {
    const size = norm(direction);
    this.direction = size;
    this.#smooth = this.#smooth === Infinity ? size : 0.98 * this.#smooth + 0.02 * size;
    // The first directions may be short because lower levels and linear systems are still at their starts.
    const settling = Math.max(SETTLING, 4 * this.firstCheck);
    if (this.#steps >= settling && this.#smooth <= this.#least) {
      this.#least = this.#smooth;
      this.#best.set(this.x);
    }
    if (++this.#steps <= settling) this.#reference = Math.max(this.#reference, size);
    else if (!(size <= (this.shortens ? LOST : RUNAWAY) * this.#reference))
      throw new NotFinite('x diverges: the steps are too long');
    for (let k = 0; k < direction.length; k++) this.x[k] -= length * direction[k];
    if (!allFinite(this.x)) throw new NotFinite('x is no longer finite: the steps are too long');
  }

  /** Whether a pause is due: so much was called since the last one. For work outside the iterations. */
  isPauseDue(): boolean {
    const { calls, dimX, dimY } = this.problem;
    const made = Object.values(calls).reduce((sum, count) => sum + count, 0);
    if ((made - this.#callsBefore) * (dimX + dimY) < TURN) return false;
    this.#callsBefore = made;
    return true;
  }

  /** Runs work with pauses, yielding an iterate at each, and returns its result. */
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
   * the blocks' parts at the start. Pauses if that takes long.
   */
  *success(iteration: number, tolerance: number): Generator<MultiBlockIterate, Conclusion<MultiBlockSolution> | undefined> {
    if (iteration === 0) return undefined;
    this.#largest = Math.max(this.#largest, this.direction);
    if (!(this.#smooth <= 3 * tolerance * this.#largest) || iteration < this.#nextCheck) return undefined;
    if (iteration < this.firstCheck) return undefined;
    this.#nextCheck = iteration + Math.max(20, Math.ceil(iteration / 4));
    const exactly = (x: Float64Array, initial?: Float64Array) =>
      this.inTurns(iteration, exactHypergradientInTurns(this.problem, x, initial && { initial }));
    this.#scale ??= (yield* exactly(this.#start)).size;
    const solution = this.solution();
    const { gradient, status } = yield* exactly(solution.x, solution.y);
    // Relative to an infinite start everything is small, even infinite gradients.
    if (status !== 'converged' || !(this.#scale < Infinity)) return undefined;
    if (!(norm(gradient) <= tolerance * this.#scale)) return undefined;
    return converged(solution, `the exact hyper-gradient is at most ${tolerance} of its parts at the start`);
  }

  /**
   * Goes back to the best x, for a restart with shorter steps; returns their share of the first ones.
   *
   * @throws the error that ended the last start, if it was another error or shorter steps have not helped
   */
  retry(error: unknown): number {
    if (!(error instanceof NotFinite) || this.#halvings >= MOST_HALVINGS) throw error;
    this.#halvings++;
    this.x.set(this.#best);
    this.y.fill(0);
    [this.#steps, this.#smooth] = [0, Infinity];
    return 4 ** -this.#halvings;
  }

  /** Goes back to the best x for good. */
  fail(): void {
    this.x.set(this.#best);
    this.#smooth = this.#least;
  }
}

/** Numbers passed to oracles between two pauses; each may involve many samples. */
const TURN = 2 ** 20;

/** Steps, four visits of every block at least, after which directions are compared with the longest so far. */
const SETTLING = 50;

/** The growth of directions at which x counts as diverged, for methods that can restart, and for the others. */
const LOST = 300;
const RUNAWAY = 1e6;

/** Restarts, each at a quarter of the steps. */
const MOST_HALVINGS = 12;

/**
 * A run of a method for many lower levels: `prepare` gives the work of an iteration. A method that can shorten its steps is prepared
 * again where they were too long; any other ends as stalled, at the best x so far.
 */
export function* blockSteps(
  problem: MultiBlockProblem,
  initial: VectorLike,
  tolerance: number,
  prepare: (state: BlockState, share: number) => (iteration: number) => Generator<MultiBlockIterate, void> | void,
  shortens = false,
): BlockSteps {
  const state = new BlockState(problem, initial);
  state.shortens = shortens;
  let advance = prepare(state, 1);
  return yield* guardedBlocks(state, iterations());

  function* iterations(): BlockSteps {
    for (let [iteration, first] = [0, 0]; ; iteration++) {
      yield state.iterate(iteration);
      const done = yield* state.success(iteration, tolerance);
      if (done) return done;
      try {
        const work = advance(iteration - first);
        if (work) yield* work;
      } catch (error) {
        if (!shortens) throw error;
        advance = prepare(state, state.retry(error));
        first = iteration + 1;
      }
    }
  }
}

/** Ends steps as stalled if an oracle returned a value that is not a number. */
export function* guardedBlocks<I extends MultiBlockIterate, Answer>(
  state: BlockState,
  steps: Steps<MultiBlockSolution, I, Answer>,
): Steps<MultiBlockSolution, I, Answer> {
  try {
    return yield* steps;
  } catch (error) {
    if (!(error instanceof NotFinite)) throw error;
    state.fail();
    return stalled(state.solution(), error.message);
  }
}

/** Largest curvature of up to 16 blocks, evenly spaced. */
export function blockCurvature(state: BlockState): number {
  const largest = someBlocks(state.problem, 16).map((i) => curvaturesOf(state, i).largest);
  return Math.max(...largest);
}

/** The largest curvature of every lower level, that of all for those beyond 256, and the least ratio of smallest to largest. */
export function* lowerCurvatures(state: BlockState): Generator<undefined, { largest: Float64Array; condition: number }> {
  const { problem } = state;
  const chosen = someBlocks(problem, 256);
  const found: ReturnType<typeof curvaturesOf>[] = [];
  for (const i of chosen) {
    found.push(curvaturesOf(state, i));
    if (state.isPauseDue()) yield;
  }
  const most = Math.max(...found.map(({ largest }) => largest));
  const largest = new Float64Array(problem.blocks).fill(most);
  chosen.forEach((i, k) => {
    largest[i] = found[k].largest;
  });
  return { largest, condition: Math.min(...chosen.map((i, k) => found[k].smallest / largest[i])) };
}

/** Largest and smallest curvature of a lower level, by eight power iterations each; 1 where there is none. */
function curvaturesOf({ problem, x, y }: BlockState, i: number): { largest: number; smallest: number } {
  const { dimY } = problem;
  const at = y.subarray(i * dimY, (i + 1) * dimY);
  let [v, out] = [new Float64Array(dimY), new Float64Array(dimY)];
  const largestOf = (shift: number) => {
    let largest = 0;
    for (let j = 0; j < dimY; j++) v[j] = 1 + 0.5 * Math.sin(1.7 * j + 0.3);
    for (let k = 0; k < 8; k++) {
      const length = norm(v);
      if (!(length > 0 && length < Infinity)) break;
      for (let j = 0; j < dimY; j++) v[j] /= length;
      problem.hvpGyy(i, x, at, v, out);
      if (shift > 0) for (let j = 0; j < dimY; j++) out[j] = shift * v[j] - out[j];
      largest = Math.max(largest, norm(out));
      [v, out] = [out, v];
    }
    return largest;
  };
  const largest = largestOf(0);
  if (!(largest > 0)) return { largest: 1, smallest: 1 };
  const shift = 1.1 * largest;
  return { largest, smallest: Math.max(shift - largestOf(shift), 1e-3 * largest) };
}

/** Curvature of F at x by its gradient over 4 to 32 blocks, as their sizes allow, along the gradient and along its change; 0 if unknown. */
export function* upperCurvature(state: BlockState): Generator<undefined, number> {
  const { problem, x } = state;
  const samples = problem.samplesG?.(0) || 1;
  const chosen = someBlocks(problem, Math.max(4, Math.min(32, Math.floor(2 ** 14 / (samples * problem.dimY)))));
  function* gradientAt(at: Float64Array): Generator<undefined, Float64Array> {
    const sum = new Float64Array(x.length);
    const share = problem.blocks / chosen.length;
    for (const i of chosen) {
      addScaled(sum, share, hypergradientPart(problem, at, i, i + 1, { tolerance: 1e-6 }).gradient);
      if (state.isPauseDue()) yield;
    }
    return sum;
  }
  const here = yield* gradientAt(x);
  const step = 1e-3 * (norm(x) || 1);
  let [direction, curvature] = [here, 0];
  for (let k = 0; k < 3; k++) {
    const length = norm(direction);
    if (!(length > 0 && length < Infinity)) break;
    const moved = x.slice();
    addScaled(moved, step / length, direction);
    direction = yield* gradientAt(moved);
    addScaled(direction, -1, here);
    curvature = Math.max(curvature, norm(direction) / step);
  }
  return curvature;
}

function someBlocks({ blocks }: MultiBlockProblem, most: number): number[] {
  const count = Math.min(most, blocks);
  return Array.from({ length: count }, (_, k) => Math.floor((k * blocks) / count));
}

/** Blocks an iteration: as given, a tenth of all by default. */
export function blockCount({ blocks }: MultiBlockProblem, given: number | undefined): number {
  const count = given ?? Math.max(1, Math.floor(blocks / 10));
  if (count <= blocks) return count;
  throw fault(`is ${count}, and there are ${blocks} blocks`, 'blocksPerIteration', 'out-of-range');
}
