// The robust variant of Sinkhorn-Newton-Sparse: epsilon falls in stages, directions are damped, steps are capped, and
// each is followed by a Sinkhorn sweep. All of it works on the entries of a truncated kernel; the stopping test uses all
// entries.
import type { Conclusion, Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import type { WorkspaceSizes } from '@infimum/linalg/kernels';
import { dot } from '@infimum/linalg/numerics';
import type { InitialPotentials } from '../../initial-potentials.ts';
import { reachedReason, stallReason } from '../../progress.ts';
import { total } from '../../transport.ts';
import { TruncatedKernel, truncatedKernelSizes } from '../kernels/truncated-kernel.ts';
import { ExtrapolatedSweeps, Forecast, SWEEPS_MEMORY } from '../state/anderson-sweeps.ts';
import type { EntropicState } from '../state/entropic-state.ts';
import { logarithmAbove, STAGE_TOLERANCE } from '../state/epsilon-stages.ts';
import { startFromExact } from '../state/exact-start.ts';
import type { EntropicPlan } from '../state/normalized-problem.ts';
import { largestMove } from './newton-direction.ts';
import type { NewtonIterate } from './newton-iteration.ts';
import { pairSystemSizes } from './pair-system.ts';
import type { KeptEntries } from './robust-direction.ts';
import { RobustDirection } from './robust-direction.ts';

/** Sufficient increase of the line search. */
const ARMIJO = 1e-4;
const MAX_HALVINGS = 40;

/** Where a step leaves more of the error than this, its direction is tried again, as long as no more than so much is left. */
const SLOW = 0.2;
const GAIN = 0.7;

/** No exponent of a kept entry may change by more than this in one step. */
const LARGEST_MOVE = 10;

/** Potentials go into the costs where rounding would come closer to the tolerance than this. */
const FLOOR_SHARE = 1e-3;

/** Share of the error that may come from entries that are left out. */
const OMITTED_SHARE = 0.01;

/** Newton steps without halving the error after which rounding, if close, is to blame. */
const PATIENCE = 3;
const FLOORS = 1000;

/** Sweeps are cheaper than Newton steps, which two or three of are needed, where they end within so many more. */
const PATIENT_SWEEPS = 50;

/** The same where Newton steps cost more, as this share of the plan's entries matters: is above this share of the error, were it spread. */
const PATIENT_DENSE_SWEEPS = 300;
const DENSE = 0.5;
const ENTRY_SHARE = 0.1;

/** How often sweeps begin anew on a kernel that has been chosen anew. */
const MOST_KERNELS = 3;

/** How often a row or a column of one may vanish. */
const MOST_RECOVERIES = 2;

/** Such steps after which the stages before were not accurate enough. */
const STUCK_STEPS = 20;

/** Sweeps on what is kept are cheap, new kernels are not: few stages, and many sweeps in each. */
const WARMUP_SWEEPS = 50;

/** Largest cost over epsilon in the first stage, and by how much epsilon falls from one to the next at most. */
const FIRST_EXPONENT = 40;
const LARGEST_RATIO = 12;

/** Room for the steps in the workspace of a state. */
export function continuedNewtonSizes(n: number, m: number): WorkspaceSizes {
  const [kernel, system] = [truncatedKernelSizes(n, m), pairSystemSizes(n, m)];
  return {
    float64: [...(kernel.float64 ?? []), ...(system.float64 ?? [])],
    int32: [...(kernel.int32 ?? []), ...(system.int32 ?? [])],
  };
}

/** Regularisations that lead to the state's, which is the last, each the same part of the one before; O(1). */
function newtonStages({ epsilon, problem }: EntropicState): number[] {
  const above = Math.max(0, logarithmAbove(epsilon, problem.range / FIRST_EXPONENT));
  const steps = Math.ceil(above / Math.log(LARGEST_RATIO));
  const stages = Array.from({ length: steps }, (_, k) => epsilon * portableExp((above * (steps - k)) / steps));
  return [...stages, epsilon];
}

/** Options of the steps. */
export interface ContinuationSettings extends KeptEntries {
  /** Marginal error at which the iteration ends. */
  readonly tolerance: number;
  /** Potentials that the state begins with, if it does. */
  readonly initial?: InitialPotentials | undefined;
  /** Sinkhorn sweeps before the Newton steps of every stage, at most. */
  readonly warmup?: number | undefined;
}

/** The steps on a state that has room for a truncated kernel. */
export class ContinuedNewton {
  readonly #state: EntropicState;
  readonly #kernel: TruncatedKernel;
  readonly #extrapolated: ExtrapolatedSweeps;
  readonly #directions: RobustDirection;
  readonly #options: ContinuationSettings;
  readonly #target: number;
  readonly #mass: number;
  #iteration = 0;
  #newtonSteps = 0;
  #epsilon: number;
  #error = Infinity;
  #progress = new Halvings(Infinity);
  #patience = STUCK_STEPS;
  #warmup = WARMUP_SWEEPS;

  constructor(state: EntropicState, options: ContinuationSettings) {
    this.#state = state;
    this.#kernel = new TruncatedKernel(state);
    this.#extrapolated = new ExtrapolatedSweeps(state, this.#kernel, SWEEPS_MEMORY);
    this.#options = options;
    this.#target = options.tolerance;
    this.#mass = total(state.a);
    this.#directions = new RobustDirection(state, options, this.#mass);
    this.#epsilon = state.epsilon;
  }

  /**
   * All steps, from the potentials of the state.
   *
   * @param start - whether those are good for the epsilon that is asked for, so that no stages lead there; whether they fit
   *   the rows; and how many sweeps to make before Newton steps
   */
  *steps({
    isWarm = this.#options.initial !== undefined,
    isFitted = false,
    warmup = this.#options.warmup ?? WARMUP_SWEEPS,
  } = {}): Steps<EntropicPlan, NewtonIterate> {
    this.#warmup = warmup;
    const state = this.#state;
    const { epsilon } = state;
    const stages = newtonStages(state);
    // A warm start would be forgotten in the first stages.
    const firstStages = isWarm ? [epsilon] : stages;
    this.#patience = STUCK_STEPS;
    this.#epsilon = firstStages[0];
    if (!isWarm) this.#shiftByWeights(0, this.#epsilon);
    else if (!isFitted) state.updateSource(epsilon);
    const end = yield* this.#descend(firstStages, STAGE_TOLERANCE * this.#mass);
    if (end) return end;
    const endOfExact = yield* this.#fromExact();
    if (endOfExact) return endOfExact;
    // Parts of the plan that exchange less mass than the tolerance of a stage lose touch in the next ones: be thorough.
    this.#patience = Infinity;
    const lowest = Math.max(this.#target, FLOORS * state.errorFloor(epsilon));
    state.forgetAbsorption();
    const thorough = Math.min(STAGE_TOLERANCE * this.#mass, lowest);
    return (yield* this.#descend(stages, thorough)) as Conclusion<EntropicPlan>;
  }

  /** The last stage alone, from the potentials of the exact problem; returns nothing if Newton's steps get stuck. */
  *#fromExact(): Generator<NewtonIterate, Conclusion<EntropicPlan> | undefined, undefined> {
    const { epsilon } = this.#state;
    this.#kernel.settle();
    for (const _ of startFromExact(this.#state, epsilon)) yield this.#iterate('newton');
    this.#epsilon = epsilon;
    return yield* this.#lastStage();
  }

  /** Copies the current potentials of the steps to the state, so that another method can continue. */
  settle(): void {
    this.#kernel.settle();
    this.#state.forgetAbsorption();
  }

  /** All stages, each but the last until the error is at most `target`; returns nothing if Newton's steps get stuck. */
  *#descend(
    stages: readonly number[],
    target: number,
  ): Generator<NewtonIterate, Conclusion<EntropicPlan> | undefined, undefined> {
    for (const stage of stages.slice(0, -1)) {
      yield* this.#sweeps(stage, target);
      if (this.#error <= target) {
        this.#kernel.settle();
        continue;
      }
      while (this.#error > target) {
        this.#newtonStep();
        yield this.#iterate('newton');
        if (this.#progress.since >= this.#patience) return undefined;
      }
    }
    return yield* this.#lastStage();
  }

  /** The stage of the epsilon that is asked for; the error that ends it is that over all entries. */
  *#lastStage(): Generator<NewtonIterate, Conclusion<EntropicPlan> | undefined, undefined> {
    const { epsilon } = this.#state;
    yield* this.#sweeps(epsilon, this.#target);
    const floor = this.#state.errorFloor(epsilon);
    let maySweep = this.#warmup > 0;
    for (;;) {
      if (this.#error <= this.#target) {
        this.#error = this.#state.evaluate(epsilon);
        if (this.#error <= this.#target) return this.#conclude(floor);
        this.#build(this.#target);
        if (maySweep) {
          // What had been left out is little, and so are the sweeps that mend it.
          maySweep = false;
          yield* this.#sweepKept(this.#target);
          continue;
        }
      }
      this.#newtonStep();
      yield this.#iterate('newton');
      if (this.#progress.since >= PATIENCE && this.#error < FLOORS * floor) {
        this.#error = this.#state.evaluate(epsilon);
        return this.#conclude(floor);
      }
      if (this.#progress.since >= this.#patience) return undefined;
    }
  }

  #beginNewton(): void {
    this.#error = this.#kernel.absorb();
    this.#progress = new Halvings(this.#error);
  }

  /** The kernel of an epsilon, and sweeps until the error is at most `target`. */
  *#sweeps(epsilon: number, target: number): Generator<NewtonIterate, void, undefined> {
    this.#directions.beginStage();
    this.#shiftByWeights(this.#epsilon, epsilon);
    this.#epsilon = epsilon;
    if (this.#state.errorFloor(epsilon) > FLOOR_SHARE * this.#target) this.#state.absorbPotentials(epsilon);
    this.#build(target);
    if (this.#iteration === 0) yield this.#iterate('sinkhorn');
    yield* this.#sweepKept(target);
  }

  /** Sweeps on what is kept; where the potentials rise so far that other entries matter, on those. */
  *#sweepKept(target: number): Generator<NewtonIterate, void, undefined> {
    for (let kernels = 0; kernels < MOST_KERNELS; kernels++) {
      yield* this.#sweepOnce(target);
      const isDone = this.#error <= target;
      this.#beginNewton();
      if (this.#error <= target || !isDone) return;
    }
  }

  /** Sweeps on one kernel. */
  *#sweepOnce(target: number): Generator<NewtonIterate, void, undefined> {
    this.#extrapolated.begin(this.#epsilon);
    const forecast = new Forecast(target);
    const recoveries = this.#extrapolated.recoveries + MOST_RECOVERIES;
    // A forecast that is wrong again and again must not keep Newton steps waiting.
    const longest = this.#warmup + PATIENT_DENSE_SWEEPS;
    for (let sweep = 0, most = this.#warmup; sweep < most && this.#error > target; sweep++) {
      if (sweep > 0) this.#extrapolated.extrapolate();
      this.#error = this.#extrapolated.fit();
      const isLost = !(this.#error < Infinity && this.#kernel.rowScaling.every(Number.isFinite));
      if (isLost) this.#error = this.#kernel.refit();
      yield this.#iterate('sinkhorn');
      // Potentials that move so far have to be led by Newton steps.
      if (isLost || this.#extrapolated.recoveries > recoveries) return;
      forecast.note(this.#error);
      if (sweep + 1 === most && most < longest && this.#isPatient(forecast.left)) most += 10;
    }
  }

  /**
   * Keeps x_i - epsilon log a_i and, after a stage, y_j - epsilon log b_j, as epsilon changes: rows and columns that fitted have
   * too much mass then, never too little, as means of higher powers are no less.
   */
  #shiftByWeights(before: number, after: number): void {
    const { x, y, logA, logB } = this.#state;
    for (let i = 0; i < x.length; i++) x[i] += (after - before) * logA[i];
    if (before > 0) for (let j = 0; j < y.length; j++) y[j] += (after - before) * logB[j];
  }

  /** Whether so many more sweeps are worth while. */
  #isPatient(left: number): boolean {
    if (left <= PATIENT_SWEEPS) return true;
    return left <= PATIENT_DENSE_SWEEPS && this.#kernel.shareThatMatters(ENTRY_SHARE * this.#error) > DENSE;
  }

  /** Chooses the entries of the kernel for the potentials and epsilon. */
  #build(target: number): void {
    const lowest = Math.max(target, this.#state.errorFloor(this.#epsilon));
    this.#error = this.#kernel.chooseFor(this.#epsilon, (OMITTED_SHARE * lowest) / this.#mass);
  }

  /** The end, from an evaluated state. */
  #conclude(floor: number): Conclusion<EntropicPlan> {
    const solution = this.#state.evaluatedSolution();
    return this.#error <= this.#target
      ? converged(solution, reachedReason(this.#error))
      : stalled(solution, stallReason(this.#error, floor));
  }

  #iterate(phase: 'sinkhorn' | 'newton'): NewtonIterate {
    const epsilon = this.#epsilon;
    return {
      iteration: this.#iteration++,
      marginalError: this.#error,
      epsilon,
      phase,
      newtonSteps: this.#newtonSteps,
      keptEntries: this.#directions.keptEntries,
      innerIterations: this.#directions.innerIterations,
      solution: () => this.#kernel.solution(),
    };
  }

  /** One Newton step and a sweep, from an absorbed kernel to an absorbed one. */
  #newtonStep(): void {
    const before = this.#error;
    const { direction, gradient } = this.#directions.at(this.#kernel, before);
    this.#newtonSteps++;
    this.#lineSearch(gradient, direction);
    // The sweep makes one marginal exact and damps what varies from entry to entry.
    if (this.#error > this.#target) this.#kernel.sweep();
    this.#error = this.#kernel.absorb();
    if (this.#error > SLOW * before) this.#repeat(direction);
    this.#progress.note(this.#error);
  }

  /**
   * Goes on along a direction that left much of the error, twice as far each time, as long as that pays after a sweep.
   *
   * Where parts of the plan exchange far more mass than they should, Newton steps divide it by e, whatever the right amount, and
   * move the potentials of the parts by the same amount every time. The sweep corrects other parts of the move.
   */
  #repeat(direction: Float64Array): void {
    const longest = LARGEST_MOVE / largestMove(direction, this.#state.n);
    for (let length = 1; length <= longest && this.#error > this.#target; length *= 2) {
      this.#kernel.tryStep(direction, length);
      const error = this.#kernel.fittedError();
      if (!(error < GAIN * this.#error)) {
        this.#kernel.tryStep(direction, 0);
        this.#error = this.#kernel.absorb();
        return;
      }
      this.#error = this.#kernel.absorb();
    }
  }

  /** Halves the step until the dual rises enough or the error falls; where neither happens, takes none. */
  #lineSearch(gradient: Float64Array, direction: Float64Array): void {
    const { n, m, a, b, x, y } = this.#state;
    const epsilon = this.#epsilon;
    const error = this.#error;
    const massBefore = total(this.#kernel.rowSums);
    const linear = dot(a, direction.subarray(0, n)) + dot(b, direction.subarray(n));
    const size = Math.max(1, Math.abs(dot(a, x) + dot(b, y)));
    let slope = 0;
    for (let k = 0; k < n + m; k++) slope += epsilon * gradient[k] * direction[k];
    let step = Math.min(1, LARGEST_MOVE / largestMove(direction, n));
    for (let halving = 0; halving < MAX_HALVINGS; halving++, step /= 2) {
      this.#error = this.#kernel.tryStep(direction, step);
      if (this.#error < 0.9 * error) return;
      // a'x + b'y - epsilon sum P. Close to the optimum it stagnates at its rounding level before the error does.
      const rise = epsilon * (step * linear - (total(this.#kernel.rowSums) - massBefore));
      if (Math.abs(step * slope) < 1e-13 * size ? this.#error < error : rise >= ARMIJO * step * slope) return;
    }
    this.#error = this.#kernel.tryStep(direction, 0);
  }
}

/** How long ago a falling error was last halved. */
class Halvings {
  /** Errors since then. */
  since = 0;
  #least: number;

  constructor(error: number) {
    this.#least = error;
  }

  note(error: number): void {
    this.since = error < 0.5 * this.#least ? 0 : this.since + 1;
    this.#least = Math.min(this.#least, error);
  }
}
