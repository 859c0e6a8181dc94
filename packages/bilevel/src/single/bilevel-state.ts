// The common state of methods for one lower level: the point, counted oracles, a judge, and how runs end.
import type { Conclusion, Iterate, Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import { allFinite } from '@infimum/linalg/numerics';
import type { BilevelIterate, BilevelSolution, BilevelSteps } from '../models/bilevel-optimization.ts';
import type { BilevelProblem, BilevelStart, CountedProblem, SecondOrderProblem } from '../oracles/bilevel-problem.ts';
import { checkSmooth, counted, NotFinite, startOf } from '../oracles/bilevel-problem.ts';
import type { Judge } from '../oracles/judge.ts';
import { judgeOf } from '../oracles/judge.ts';

/** The state of a run. */
export class BilevelState {
  /** Oracles that count calls and refuse values that are not numbers. */
  readonly problem: CountedProblem & SecondOrderProblem;
  /** x. */
  readonly x: Float64Array;
  /** y. */
  readonly y: Float64Array;
  /** Of penalty methods, the minimiser of g; empty for others. */
  z: Float64Array;
  /** σ of penalty methods, 0 for others. */
  sigma: number;
  /** Length of the direction of the last step of x. */
  direction = 0;
  /** Whether oracles are sampled, so that no iterate is exact. */
  readonly stochastic: boolean;
  readonly #judge: Judge;
  readonly #start: { x: Float64Array; y: Float64Array };
  #nextCheck = 0;
  #before: Float64Array | undefined;

  /** Checks problem and start. */
  constructor(problem: BilevelProblem, initial: BilevelStart, sigma: number, batch: number, isProximal = false) {
    const { x, y } = startOf(problem, initial);
    if (!isProximal) checkSmooth(problem);
    this.#start = { x: x.slice(), y: y.slice() };
    this.#judge = judgeOf(problem, this.#start);
    this.problem = counted(problem);
    this.x = x;
    this.y = y;
    this.z = sigma > 0 ? y.slice() : new Float64Array(0);
    this.sigma = sigma;
    const { samplesF = 0, samplesG = 0 } = problem;
    this.stochastic = samplesF > batch || samplesG > batch;
  }

  /** A copy of the point; the start where it is no longer finite. */
  solution(): BilevelSolution {
    const { x, y, z, sigma } = this;
    const finite = allFinite(x) && allFinite(y) && allFinite(z) && Number.isFinite(sigma);
    const at = finite ? { x, y } : this.#start;
    return {
      x: at.x.slice(),
      y: at.y.slice(),
      z: finite ? z.slice() : z.length > 0 ? this.#start.y.slice() : z.slice(),
      sigma: Number.isFinite(sigma) ? sigma : 0,
      evaluations: { ...this.problem.calls },
    };
  }

  /** The current iterate. */
  iterate(iteration: number): BilevelIterate {
    return { iteration, direction: this.direction, solution: () => this.solution() };
  }

  /**
   * The conclusion if the judge confirms the point. Called less and less often if it does not: a judgement costs as much as
   * dozens of iterations.
   */
  success(iteration: number, tolerance: number): Conclusion<BilevelSolution> | undefined {
    if (iteration < this.#nextCheck) return undefined;
    this.#nextCheck = iteration + Math.max(1, Math.min(1000, Math.ceil(iteration / 8)));
    if (!this.#judge.reaches(this, tolerance)) return undefined;
    return converged(this.solution(), `hyper-gradient and lower level are solved to ${tolerance}`);
  }

  /** The conclusion if nothing has moved over the last 64 iterations, not even by the last bit. */
  rest(iteration: number): Conclusion<BilevelSolution> | undefined {
    if (iteration % 64 !== 0 || this.stochastic) return undefined;
    const { x, y, z } = this;
    this.#before ??= new Float64Array(x.length + y.length + z.length).fill(Number.NaN);
    const moved = [noted(x, this.#before, 0), noted(y, this.#before, x.length), noted(z, this.#before, x.length + y.length)];
    if (moved.includes(true)) return undefined;
    return stalled(this.solution(), 'the steps are too short to have an effect, and the residuals are above the tolerance');
  }

  /** Throws if the point is no longer finite. */
  checkFinite(): void {
    if (allFinite(this.x) && allFinite(this.y) && allFinite(this.z)) return;
    throw new NotFinite('the iterates are no longer finite: the steps are too long');
  }
}

/** Copies entries from a position on; returns whether any of them changed. */
function noted(entries: Float64Array, before: Float64Array, from: number): boolean {
  let changed = false;
  for (let i = 0; i < entries.length; i++) {
    if (before[from + i] !== entries[i]) changed = true;
    before[from + i] = entries[i];
  }
  return changed;
}

/** Ends steps as stalled if an oracle returned a value that is not a number, or an iterate overflowed. */
export function* guarded<I extends Iterate<BilevelSolution>>(
  state: BilevelState,
  steps: Steps<BilevelSolution, I>,
): Steps<BilevelSolution, I> {
  try {
    return yield* steps;
  } catch (error) {
    return lost(state, error);
  }
}

/** The conclusion of a run that ended with a value that is not a number; other errors are rethrown. */
export function lost(state: BilevelState, error: unknown): Conclusion<BilevelSolution> {
  if (error instanceof NotFinite) return stalled(state.solution(), error.message);
  throw error;
}

/** A method whose iterations are one call: yields, calls the judge at intervals, and advances. */
export function* loop(state: BilevelState, tolerance: number, advance: (iteration: number) => void): BilevelSteps {
  for (let iteration = 0; ; iteration++) {
    yield state.iterate(iteration);
    const done = state.success(iteration, tolerance) ?? state.rest(iteration);
    if (done) return done;
    advance(iteration);
    state.checkFinite();
  }
}
