// Sinkhorn's iteration between point clouds, without ever storing the costs.
//
// Costs are computed where they are needed and not stored: memory is O(n + m) for any number of pairs. Coarse clouds are solved
// first; sums leave out negligible tiles of neighbours, or use a grid where epsilon is large enough; Anderson's extrapolation
// and Newton steps by a few entries of the plan reduce the number of sweeps. The reported marginal errors are from a pass over
// all pairs.
//
// J. Feydy: Geometric data analysis, beyond convolutions (2020), chapter 3, for the idea of symbolic cost matrices.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import { portableExpm1 } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { AndersonMixing } from '@infimum/linalg/numerics';
import { costMatrix } from '../cost-matrix.ts';
import { isSmooth, locationGradient } from '../entropic/location-gradient.ts';
import { epsilonStages, STAGE_TOLERANCE } from '../entropic/state/epsilon-stages.ts';
import type { EntropicPlan } from '../entropic/state/normalized-problem.ts';
import type { MethodChoice } from '../entropic/sweeps-or-newton.ts';
import { sweepsOrNewton } from '../entropic/sweeps-or-newton.ts';
import type { InitialPotentials } from '../initial-potentials.ts';
import { checkInitial } from '../initial-potentials.ts';
import { a, b, epsilon, initial, maxBytes, metric } from '../options.ts';
import { forEachEntry } from '../plan-entries.ts';
import type { PointClouds } from '../point-clouds.ts';
import { asPointClouds, costBound } from '../point-clouds.ts';
import { Progress, runAdvised } from '../progress.ts';
import { total } from '../transport.ts';
import type { PointCloudPlan } from './cloud-state.ts';
import { CloudState } from './cloud-state.ts';
import { CoarseCorrection } from './coarse-correction.ts';
import { GaussGrid } from './gauss-grid.ts';
import { coarsened, GROUP } from './spatial-blocks.ts';

const pointCloudSinkhornOptions = {
  epsilon,
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'l1 marginal error over the mass' },
  a,
  b,
  metric,
  initial,
  threads: { type: 'integer', min: 1, max: 64, default: 1, description: 'Threads; results are the same' },
  maxBytes,
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Limit of sweeps over all stages' },
} as const satisfies OptionSpecs;

/** Options of `pointCloudSinkhorn`. */
export type PointCloudSinkhornOptions = OptionsOf<typeof pointCloudSinkhornOptions> & RunOptions<PointCloudIterate>;

/** News of a sweep. */
export interface PointCloudIterate extends Iterate<PointCloudPlan> {
  /** l1 error of the marginals. */
  readonly marginalError: number;
  /** Regularisation of the current stage. */
  readonly epsilon: number;
}

/**
 * Entropic optimal transport between point clouds in memory O(n + m).
 *
 * Solves the problem of `sinkhorn` for costs c(x_i, y_j) that are never stored, unless they fit into `maxBytes` and that is
 * faster. Coarse clouds of the means of eight neighbours are solved first, the coarsest in stages that halve epsilon from a fiftieth
 * of the clouds' diameter down to `epsilon`. Anderson's extrapolation and Newton steps by a few entries of the plan accelerate the
 * sweeps. If both clouds are the same, there is one potential. The plan is given by its potentials; the result also has the cost,
 * the barycentric projection and the gradient in the points. `converged` is confirmed by a pass over all pairs.
 *
 * @param sources - points x, n x d
 * @param targets - points y, m x d
 * @param options - `epsilon` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (d + exponential)) a half sweep, less where epsilon is small and the dimension low: pairs whose masses are
 * negligible at the tolerance are left out by blocks. O(n + m) for squared distances in up to three dimensions where epsilon is
 * above a six hundredth of the largest. O((n + m) d) memory beside what may be stored.
 *
 * @example
 * ```ts
 * import { pointCloudSinkhorn } from '@infimum/ot';
 *
 * const { status, cost } = pointCloudSinkhorn([[0], [1]], [[2], [3]], { epsilon: 0.05 });
 * console.log(status, cost.toFixed(4)); // converged 4.0000
 * ```
 */
export function pointCloudSinkhorn(
  sources: MatrixLike,
  targets: MatrixLike,
  options: PointCloudSinkhornOptions,
): Outcome<PointCloudPlan, PointCloudIterate> {
  return runAdvised(pointCloudSinkhornOptions, options, pointCloudSinkhornSteps(sources, targets, options));
}

/** The iteration as steps, one sweep over rows and columns each. */
export function* pointCloudSinkhornSteps(
  sources: MatrixLike,
  targets: MatrixLike,
  options: PointCloudSinkhornOptions,
): Steps<PointCloudPlan, PointCloudIterate> {
  const settings = resolveOptions(pointCloudSinkhornOptions, options);
  const clouds = asPointClouds(sources, targets, settings);
  const { initial, maxBytes } = settings;
  if (initial !== undefined) checkInitial(initial, clouds.a, clouds.b);
  return yield* isStored(clouds, settings, maxBytes) ? storedSteps(clouds, settings) : tiledSteps(clouds, settings);
}

/** Bytes of a cost and of an entry of the plan. */
export const BYTES_PER_PAIR = 16;

/** Below so many pairs costs are stored even where sums by a grid are to be had. */
const FEW_PAIRS = 1_000_000;

/** Whether costs may be stored, each beside its copy, kernel and entry of the plan, and that is quicker. */
function isStored({ x, y, metric }: PointClouds, { epsilon, tolerance }: CloudSettings, maxBytes: number): boolean {
  const pairs = x.rows * y.rows;
  if (2 * BYTES_PER_PAIR * pairs > maxBytes) return false;
  return pairs <= FEW_PAIRS || metric !== 'squared-euclidean' || !GaussGrid.for(x, y, epsilon, tolerance);
}

/** What the methods take. */
interface CloudSettings {
  readonly epsilon: number;
  readonly tolerance: number;
  readonly threads: number;
  readonly initial?: InitialPotentials | undefined;
}

/** Clouds whose costs may be stored: sweeps or Newton steps on those. */
function* storedSteps(clouds: PointClouds, settings: CloudSettings): Steps<PointCloudPlan, PointCloudIterate> {
  const { x, y, a, b, metric } = clouds;
  const problem = { a, b, cost: costMatrix(x, y, metric) };
  const { epsilon, tolerance, threads, initial } = settings;
  const choice: MethodChoice = { method: 'andersonSinkhorn', seen: '' };
  const steps = sweepsOrNewton(problem, { epsilon, tolerance, threads, initial }, choice);
  const described = ({ plan, regularizedCost: _, epsilon: __, ...known }: EntropicPlan): PointCloudPlan => ({
    ...known,
    projection: projectionOf(plan, clouds),
    ...(isSmooth(metric) && { locations: locationGradient(plan, x, y, metric) }),
  });
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return { ...step.value, solution: described(step.value.solution) };
      const { solution, iteration, marginalError } = step.value;
      yield { iteration, marginalError, epsilon, solution: () => described(solution()) };
    }
  } finally {
    steps.return(undefined as never);
  }
}

function projectionOf(plan: DenseMatrix, { x, y }: PointClouds): DenseMatrix {
  const values = new Float64Array(x.values.length);
  const sums = new Float64Array(x.rows);
  forEachEntry(plan, (i, j, mass) => {
    sums[i] += mass;
    addTo(values, i, mass, y.values, j, x.cols);
  });
  return { ...x, values: values.map((value, k) => meanOr(value, sums[Math.floor(k / x.cols)], x.values[k])) };
}

function meanOr(sum: number, mass: number, otherwise: number): number {
  return mass > 0 ? sum / mass : otherwise;
}

/** Clouds of fewer points are not made coarser. */
const FEW_POINTS = 1000;

/** Clouds without stored costs: stages of falling epsilon on coarse clouds, where the metric has means, then on these. */
function* tiledSteps(
  clouds: PointClouds,
  { epsilon, tolerance, threads, initial }: CloudSettings,
  finish?: (state: CloudState) => void,
): Steps<PointCloudPlan, PointCloudIterate> {
  const state = new CloudState(clouds, threads, tolerance);
  try {
    let iteration = 0;
    const { x, y, a, b, metric } = clouds;
    const range = costBound(x, y, metric);
    const mass = total(a);
    if (initial !== undefined) state.begin(initial);
    const hasMeans = typeof metric !== 'function' && metric !== 'cosine';
    const isCoarse = initial === undefined && !state.isSelf && hasMeans && Math.min(a.length, b.length) > FEW_POINTS;
    let correction: CoarseCorrection | undefined;
    if (isCoarse) {
      const [from, to] = [coarsened(state.x.blocks, state.x.weights), coarsened(state.y.blocks, state.y.weights)];
      const coarse = { x: from.points, y: to.points, a: from.weights, b: to.weights, metric };
      const ended = (parents: CloudState) => {
        correction = coarseCorrection(parents, epsilon, state);
      };
      const steps = tiledSteps(coarse, { epsilon, tolerance: COARSE_TOLERANCE, threads }, ended);
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) {
          state.prolong(clouds, coarse, step.value.solution, epsilon);
          break;
        }
        const { epsilon: stage, solution } = step.value;
        const prolonged = () => {
          state.prolong(clouds, coarse, solution(), stage);
          return state.solution(stage);
        };
        yield { ...step.value, iteration: iteration++, solution: prolonged };
      }
    }
    const mixing = new AndersonMixing(b.length, MEMORY);
    let seenAt = Infinity;
    const isStaged = initial === undefined && !isCoarse && !state.isSelf;
    for (const stage of isStaged ? epsilonStages(epsilon, range) : [epsilon]) {
      const solution = () => state.solution(stage);
      const isLast = stage === epsilon;
      const floor = Number.EPSILON * Math.max(1, range / stage);
      const progress = new Progress(isLast ? tolerance : STAGE_TOLERANCE, floor);
      const sweeps = new MixedSweeps(state, stage, mixing, correction);
      for (let count = 0; ; count++) {
        if (count === MOST_GRID_SWEEPS && state.hasGrid) state.beExact();
        const marginalError = sweeps.sweep();
        yield { iteration: iteration++, marginalError, epsilon: stage, solution };
        const error = marginalError / mass;
        if (isLast) {
          const end = progress.conclude(error, mass, solution);
          if (end) {
            finish?.(state);
            return end;
          }
          // The sums promised more than the plan keeps.
          if (error <= tolerance) state.beExact();
          if (isCoarse && !state.hasGrid && error < Math.min(FIRST_PLAN, RENEWED * seenAt) && error > SPARED * tolerance) {
            seenAt = error;
            sweeps.renew(ownCorrection(state, epsilon));
          }
        } else if (progress.verdict(error)) break;
        sweeps.extrapolate(error);
      }
    }
    throw new Error('unreachable: the last stage returns');
  } finally {
    state.release();
  }
}

/** Sweeps after which sums by a grid are not trusted any more. */
const MOST_GRID_SWEEPS = 100;

/** Marginal error of coarse clouds, beside which the errors of their means matter. */
const COARSE_TOLERANCE = 1e-3;

/** Sweeps that an extrapolation looks back on; where more of the mass is wrong, old ones lead astray. */
const MEMORY = 15;
const FAR_ERROR = 1e-4;
const FAR_MEMORY = 5;

/** Tiles of which entries of a plan are taken, and how many of a row. */
const MOST_TILES = 2 ** 16;
const SAMPLED = 64;

/** Corrections by the plan of a cloud of its own. */
function ownCorrection(state: CloudState, epsilon: number): CoarseCorrection | undefined {
  const plan = state.sampledPlan(epsilon, SAMPLED, MOST_TILES);
  return (
    plan &&
    new CoarseCorrection(
      plan,
      Int32Array.from(state.y.weights, (_, place) => place),
    )
  );
}

/** Corrections by the plan between the points that represent those of a cloud. */
function coarseCorrection(parents: CloudState, epsilon: number, state: CloudState): CoarseCorrection | undefined {
  const plan = parents.sampledPlan(epsilon, SAMPLED, MOST_TILES);
  const places = new Int32Array(parents.y.weights.length);
  parents.y.blocks.order.forEach((parent, place) => {
    places[parent] = place;
  });
  return (
    plan &&
    new CoarseCorrection(
      plan,
      Int32Array.from(state.y.weights, (_, place) => places[Math.floor(place / GROUP)]),
    )
  );
}

/** Where more of the mass is wrong plans are no guide, and where no more of it is wrong the plan itself becomes one. */
const CORRECTED_ERROR = 0.2;
const FIRST_PLAN = 0.02;

/** Another plan is taken where the error has fallen so much. */
const RENEWED = 0.05;

/** The last sweeps need none. */
const SPARED = 3;

/** The damping of corrections at first and at least, and by what it changes. */
const DAMPING = 1e-3;
const LEAST_DAMPING = 1e-6;
const DAMPED = 10;

/** Sweeps in which the error is to fall by a tenth, else corrections are damped less. */
const SLOW_SWEEPS = 8;

/** Share of the dual value that rounding may take away. */
const ROUNDING = 1e-13;

/** Sinkhorn's sweeps at one epsilon with Anderson's extrapolation of the target potentials; the dual says when that leads astray. */
class MixedSweeps {
  readonly #state: CloudState;
  readonly #epsilon: number;
  readonly #mixing: AndersonMixing;
  readonly #point: Float64Array;
  readonly #image: Float64Array;
  readonly #swept: Float64Array;
  #correction: CoarseCorrection | undefined;
  #damping = DAMPING;
  /** Sweeps since the damping changed, and the error then. */
  #sweeps = 0;
  #before = 1;
  #dual = -Infinity;
  #isMixed = false;

  constructor(state: CloudState, epsilon: number, mixing: AndersonMixing, correction?: CoarseCorrection) {
    this.#correction = correction;
    this.#swept = new Float64Array(state.y.potential.length);
    this.#state = state;
    this.#epsilon = epsilon;
    this.#mixing = mixing;
    mixing.reset();
    this.#point = new Float64Array(state.y.potential.length);
    this.#image = new Float64Array(state.y.potential.length);
  }

  /** Goes on with the corrections of another plan. */
  renew(correction: CoarseCorrection | undefined): void {
    this.#correction = correction ?? this.#correction;
    this.#damp(DAMPING);
  }

  #damp(damping: number): void {
    this.#damping = damping;
    this.#sweeps = 0;
    this.#mixing.reset();
  }

  /** Fits rows, then columns; returns by how much the columns were off when the rows fitted. */
  sweep(): number {
    const { isSelf, y } = this.#state;
    const update = () => (isSelf ? 0 : this.#state.updateSource(this.#epsilon));
    update();
    let dual = this.#state.dualValue();
    if (!isSelf && this.#isMixed && !(dual >= this.#dual - ROUNDING * Math.abs(this.#dual))) {
      y.potential.set(this.#swept);
      if (this.#correction) this.#damp(DAMPED * this.#damping);
      if (this.#damping > 1) this.#correction = undefined;
      update();
      dual = this.#state.dualValue();
    }
    this.#dual = dual;
    this.#point.set(y.potential);
    const error = isSelf ? this.#state.updateBoth(this.#epsilon) : this.#state.updateTarget(this.#epsilon);
    this.#image.set(y.potential);
    return error;
  }

  /** Goes on from a combination of the last sweeps. */
  extrapolate(error: number): void {
    const { potential, weights } = this.#state.y;
    this.#swept.set(this.#image);
    if (this.#correction && error < CORRECTED_ERROR) {
      if (++this.#sweeps % SLOW_SWEEPS === 0) {
        if (error > this.#before / DAMPED && this.#damping > LEAST_DAMPING) this.#damp(this.#damping / DAMPED);
        this.#before = error;
      }
      const missing = weights.map((weight, j) => {
        return weight > 0 ? -weight * portableExpm1((this.#point[j] - this.#image[j]) / this.#epsilon) : 0;
      });
      if (this.#correction.addTo(this.#image, missing, this.#epsilon, this.#damping)) this.#mixing.reset();
    }
    const finite = (values: Float64Array) => values.map((value) => (value === -Infinity ? 0 : value / this.#epsilon));
    const memory = error > FAR_ERROR ? FAR_MEMORY : undefined;
    const mixed = this.#mixing.next(finite(this.#point), finite(this.#image), memory);
    for (let j = 0; j < mixed.length; j++) {
      if (potential[j] > -Infinity) potential[j] = this.#epsilon * mixed[j];
    }
    this.#isMixed = true;
  }
}

/** Adds a multiple of a row of one matrix to a row of another. */
function addTo(out: Float64Array, i: number, factor: number, values: Float64Array, j: number, width: number): void {
  for (let k = 0; k < width; k++) out[i * width + k] += factor * values[j * width + k];
}
