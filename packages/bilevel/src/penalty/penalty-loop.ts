import { norm } from '@infimum/linalg/numerics';
import type { BilevelSolution } from '../models/bilevel-optimization.ts';
import type { BilevelState } from '../single/bilevel-state.ts';
import { lost } from '../single/bilevel-state.ts';
import { CurvatureWatch, lowerCurvature, upperCurvature } from '../single/lipschitz.ts';
import { outerStep } from '../single/outer-step.ts';
import type { PenaltyIterate, PenaltyResiduals, PenaltySteps } from './penalty-options.ts';
import { continueSigma } from './penalty-options.ts';

/** Settings that both methods have. */
interface LoopSettings {
  readonly sigma: number;
  readonly tolerance: number;
  readonly schedule: 'constant' | 'theory';
  readonly optimizer: 'gradient' | 'adam';
  readonly proximalStepSize?: number | undefined;
  readonly lowerStepSize?: number | undefined;
  readonly lipschitz?: number | undefined;
  readonly upperLipschitz?: number | undefined;
  readonly continuation: number;
  readonly continuationLevel: number;
  readonly minSigma: number;
}

/** Steps of an iteration. */
export interface Pace {
  /** 1 + k/10, the time of the theory's schedules. */
  readonly t: number;
  readonly sigma: number;
  /** Step of the inner problems. */
  readonly gamma: number;
  /** 1/ρ, the weight of their anchors: |· − anchor|²/2ρ. */
  readonly pull: number;
}

/** What a method does in an iteration. */
export interface PenaltyMoves {
  /** Iterations between two judgements of the point, with samples. */
  readonly judgedEvery: number;
  /** σ over the first one by the theory's schedule. */
  sigmaAt(t: number): number;
  /** γ over that of constant steps. */
  gammaAt(t: number): number;
  /** The step of x. */
  alphaAt(pace: Pace): number;
  /** Moves w_y and w_z; writes |step|/γ of both. */
  inner(pace: Pace, residuals: PenaltyResiduals): void;
  /** Writes ∇_x f + (∇_x g(x, w_y) − ∇_x g(x, w_z))/σ; gives the size of its two terms. */
  direction(pace: Pace, out: Float64Array): number;
  /** Processes the result. */
  after?(stationarity: number): void;
}

/**
 * The iterations of a penalty method; runs whose oracles return a value that is not a number, or whose iterates overflow, end as stalled.
 */
export function* penaltyLoop(state: BilevelState, settings: LoopSettings, moves: PenaltyMoves): PenaltySteps {
  const { problem, x, y, z } = state;
  const { tolerance, optimizer } = settings;
  const isTheory = settings.schedule === 'theory';
  const direction = new Float64Array(problem.dimX);
  const lower = new CurvatureWatch(settings.lipschitz, () => lowerCurvature(problem, x, z));
  const upper = new CurvatureWatch(settings.upperLipschitz, () => upperCurvature(problem, x, y));
  const move = outerStep(optimizer, problem.dimX, problem.setX);
  const last: PenaltyResiduals = { stationarity: Infinity, residualY: Infinity, residualZ: Infinity };
  const pace = { t: 1, sigma: state.sigma, pull: 1, gamma: 1 };
  const solution = () => state.solution();
  let terms = 0;
  try {
    for (let iteration = 0; ; iteration++) {
      yield newsOf(state, iteration, last, solution);
      const small = last.stationarity <= 10 * tolerance * terms;
      if (small || (state.stochastic && iteration % moves.judgedEvery === 0)) {
        const done = state.success(iteration, tolerance);
        if (done) return done;
      }
      const rest = isTheory ? undefined : state.rest(iteration);
      if (rest) return rest;
      const t = 1 + iteration / 10;
      if (isTheory) state.sigma = settings.sigma * moves.sigmaAt(t);
      else continueSigma(state, last.stationarity, settings);
      const { sigma } = state;
      const curvature = lower.at(iteration);
      const pull =
        settings.proximalStepSize === undefined ? 2 * curvature : Math.min(1 / settings.proximalStepSize, Number.MAX_VALUE);
      const plain = settings.lowerStepSize ?? 0.9 / (curvature + sigma * upper.at(iteration) + pull);
      pace.t = t;
      pace.sigma = sigma;
      pace.pull = pull;
      pace.gamma = isTheory ? plain * moves.gammaAt(t) : plain;
      moves.inner(pace, last);
      terms = Math.max(terms, moves.direction(pace, direction));
      last.stationarity = move(x, direction, moves.alphaAt(pace));
      state.direction = norm(direction);
      state.checkFinite();
      moves.after?.(last.stationarity);
    }
  } catch (error) {
    return lost(state, error);
  }
}

/** The state of an iteration. `solution` is one object for the whole run: small problems make a million iterations a second. */
function newsOf(
  { direction, sigma }: BilevelState,
  iteration: number,
  { stationarity, residualY, residualZ }: PenaltyResiduals,
  solution: () => BilevelSolution,
): PenaltyIterate {
  return { iteration, direction, sigma, stationarity, residualY, residualZ, solution };
}

/** w <- P(w − γ(slope + (w − anchor)/ρ)), with the slope in `moved`, where the step is left, turned round. */
export function anchoredStep(
  w: Float64Array,
  anchor: Float64Array,
  moved: Float64Array,
  { gamma, pull }: Pace,
  set: BilevelState['problem']['setY'],
): void {
  if (!set) {
    for (let j = 0; j < w.length; j++) {
      moved[j] = gamma * (moved[j] + (w[j] - anchor[j]) * pull);
      w[j] -= moved[j];
    }
    return;
  }
  for (let j = 0; j < w.length; j++) moved[j] = w[j] - gamma * (moved[j] + (w[j] - anchor[j]) * pull);
  set.project(moved, moved);
  for (let j = 0; j < w.length; j++) {
    const next = moved[j];
    moved[j] = w[j] - next;
    w[j] = next;
  }
}

/** The anchor moves a fraction β towards its point. */
export function follow(anchor: Float64Array, w: Float64Array, beta: number): void {
  for (let j = 0; j < w.length; j++) anchor[j] += beta * (w[j] - anchor[j]);
}
