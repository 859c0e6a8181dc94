// The Sinkhorn divergence: entropic transport without its bias, so that a distribution is at distance zero from itself.
//
// A. Genevay, G. Peyré, M. Cuturi: Learning generative models with Sinkhorn divergences (2018), arXiv 1706.00292;
// J. Feydy et al.: Interpolating between optimal transport and MMD using Sinkhorn divergences (2019), arXiv 1810.08278.
import type { Conclusion, Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, resolveOptions, stalled } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { a, b, epsilon, maxBytes } from '../options.ts';
import type { LocationGradient } from '../plan-entries.ts';
import { asPointClouds } from '../point-clouds.ts';
import { runAdvised } from '../progress.ts';
import type { PointCloudPlan } from './cloud-state.ts';
import type { PointCloudIterate } from './point-cloud-sinkhorn.ts';
import { pointCloudSinkhornSteps } from './point-cloud-sinkhorn.ts';

const sinkhornDivergenceOptions = {
  epsilon,
  a,
  b,
  metric: {
    type: 'choice',
    choices: ['squared-euclidean', 'euclidean'],
    default: 'squared-euclidean',
    description: "Ground cost, 'squared-euclidean' by default",
  },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'l1 marginal error of the three plans' },
  maxBytes,
  maxIterations: { type: 'integer', min: 0, default: 2000, description: 'Limit of steps on each problem' },
} as const satisfies OptionSpecs;

/** Options of `sinkhornDivergence`. */
export type SinkhornDivergenceOptions = OptionsOf<typeof sinkhornDivergenceOptions> & RunOptions<SinkhornDivergenceIterate>;

/** News of a sweep or Newton step on one of the three problems. */
export interface SinkhornDivergenceIterate extends Iterate<SinkhornDivergence> {
  /** Largest marginal error of the three plans. */
  readonly marginalError: number;
}

/** A divergence with its gradient. */
export interface SinkhornDivergence {
  /** S(x, y), non-negative up to rounding. */
  readonly divergence: number;
  /** Gradient with respect to the points. */
  readonly locations: LocationGradient;
  /** Gradient with respect to the weights of `x`, up to a constant; -Infinity or NaN never: 0 at zero weights. */
  readonly a: Float64Array;
  /** Gradient with respect to the weights of `y`, up to a constant. */
  readonly b: Float64Array;
  /** Largest marginal error of the three plans. */
  readonly marginalError: number;
}

/**
 * The Sinkhorn divergence of two weighted point clouds, with its gradient.
 *
 * S = OT(x, y) - OT(x, x) / 2 - OT(y, y) / 2, where OT is the entropic transport value
 * min <C, P> + epsilon KL(P | a b'). It is zero exactly where the distributions are equal, convex in each of them, and
 * tends to the transport cost as epsilon tends to zero and to a squared distance of means as it tends to infinity.
 * Three problems are solved side by side as by `pointCloudSinkhorn`; O((n + m)^2) a sweep, and memory up to `maxBytes`, beyond
 * which it is O(n + m).
 *
 * @param x - source points, n x d
 * @param y - target points, m x d
 * @param options - `epsilon` is required
 * @returns the divergence, its gradients and how the run ended: `converged` when all three problems are solved
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Source: J. Feydy et al., Interpolating between optimal transport and MMD using Sinkhorn divergences (arXiv
 * 1810.08278).
 *
 * @example
 * ```ts
 * import { sinkhornDivergence } from '@infimum/ot';
 *
 * const x = [[0], [1]];
 * console.log(sinkhornDivergence(x, x, { epsilon: 0.5 }).divergence.toFixed(6)); // 0.000000
 * const { status, divergence } = sinkhornDivergence(x, [[2], [3]], { epsilon: 0.5 });
 * console.log(status, divergence.toFixed(6)); // converged 4.000000
 * ```
 */
export function sinkhornDivergence(
  x: MatrixLike,
  y: MatrixLike,
  options: SinkhornDivergenceOptions,
): Outcome<SinkhornDivergence, SinkhornDivergenceIterate> {
  return runAdvised(sinkhornDivergenceOptions, options, sinkhornDivergenceSteps(x, y, options));
}

/** The three problems as steps, each of which goes one step further on one that is not solved yet. */
export function* sinkhornDivergenceSteps(
  sources: MatrixLike,
  targets: MatrixLike,
  options: SinkhornDivergenceOptions,
): Steps<SinkhornDivergence, SinkhornDivergenceIterate> {
  const { maxBytes, ...settings } = resolveOptions(sinkhornDivergenceOptions, options);
  const { epsilon, metric, tolerance } = settings;
  const { x, y, a, b } = asPointClouds(sources, targets, settings);
  const given = { epsilon, metric, tolerance, maxBytes: Math.floor(maxBytes / PARTS) };
  const solves = {
    cross: new SteppedSolve(pointCloudSinkhornSteps(x, y, { ...given, a, b })),
    x: new SteppedSolve(pointCloudSinkhornSteps(x, x, { ...given, a, b: a })),
    y: new SteppedSolve(pointCloudSinkhornSteps(y, y, { ...given, a: b, b })),
  };
  const all = Object.values(solves);
  const solution = () => divergenceOf({ cross: solves.cross.plan(), x: solves.x.plan(), y: solves.y.plan() });
  try {
    for (const one of all) one.advance();
    for (let iteration = 0; ; iteration++) {
      const marginalError = Math.max(...all.map((one) => one.marginalError));
      yield { iteration, marginalError, solution };
      // The one that is furthest behind.
      const open = all.filter((one) => !one.conclusion).sort((one, other) => one.steps - other.steps);
      open[0]?.advance();
      if (open.length > 0) continue;
      const stuck = all.find((one) => one.conclusion?.status === 'stalled');
      if (stuck?.conclusion) return stalled(solution(), stuck.conclusion.reason);
      return converged(solution(), 'the marginal errors of all three plans are within the tolerance');
    }
  } finally {
    for (const one of all) one.end();
  }
}

/** Three problems share the memory, each with as much again for its own arrays. */
const PARTS = 6;

/** One of the problems, as far as it is solved. */
class SteppedSolve {
  readonly #steps: Steps<PointCloudPlan, PointCloudIterate>;
  #iterate: PointCloudIterate | undefined;
  /** How many it has gone. */
  steps = 0;
  /** How it ended, once it has. */
  conclusion: Conclusion<PointCloudPlan> | undefined;
  /** l1 error of the marginals. */
  marginalError = Infinity;

  constructor(steps: Steps<PointCloudPlan, PointCloudIterate>) {
    this.#steps = steps;
  }

  /** One step further. */
  advance(): void {
    this.steps++;
    const step = this.#steps.next();
    if (step.done) this.conclusion = step.value;
    else this.#iterate = step.value;
    this.marginalError = step.done ? step.value.solution.marginalError : step.value.marginalError;
  }

  /** The plan as it stands. */
  plan(): PointCloudPlan {
    return (this.conclusion?.solution ?? this.#iterate?.solution()) as PointCloudPlan;
  }

  /** Hands its memory on. */
  end(): void {
    this.#steps.return(undefined as never);
  }
}

/** The plans between the clouds, and of each cloud with itself. */
interface DivergencePlans {
  readonly cross: PointCloudPlan;
  readonly x: PointCloudPlan;
  readonly y: PointCloudPlan;
}

function divergenceOf({ cross, x, y }: DivergencePlans): SinkhornDivergence {
  const pulls = cross.locations as LocationGradient;
  return {
    // The entropies of the weights, by which the two regularisers differ, cancel.
    divergence: cross.dualValue - (x.dualValue + y.dualValue) / 2,
    locations: { x: minus(pulls.x, x.locations), y: minus(pulls.y, y.locations) },
    a: debiased(cross.sourcePotential, x),
    b: debiased(cross.targetPotential, y),
    marginalError: Math.max(cross.marginalError, x.marginalError, y.marginalError),
  };
}

/** The gradient less half of those of the problem of a cloud with itself, where it stands on both sides. */
function minus(gradient: DenseMatrix, self: LocationGradient | undefined): DenseMatrix {
  if (!self) return gradient;
  const values = gradient.values.map((value, k) => value - (self.x.values[k] + self.y.values[k]) / 2);
  return { ...gradient, values };
}

function debiased(potential: Float64Array, self: PointCloudPlan): Float64Array {
  return potential.map((value, i) =>
    value === -Infinity ? 0 : value - (self.sourcePotential[i] + self.targetPotential[i]) / 2,
  );
}
