// Optimal transport with quadratic regularisation: plans that are smooth in the costs and yet sparse.
//
// M. Blondel, V. Seguy, A. Rolet: Smooth and sparse optimal transport (2018), arXiv 1710.06276; by semismooth Newton steps
// after D. Lorenz, P. Manns, C. Meyer: Quadratically regularized optimal transport (2021), arXiv 1903.01112.
//
// The dual a'x + b'y - 1 / (2 gamma) sum_ij max(0, x_i + y_j - C_ij)^2 is concave and piecewise quadratic. Its gradient is
// (a - P1, b - P'1) with P_ij = max(0, x_i + y_j - C_ij) / gamma, and a generalised Hessian is -H / gamma with
// H = [diag(s 1) s; s' diag(s' 1)], where s_ij is one where P_ij is positive and zero elsewhere.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, resolveOptions, stalled } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { dot } from '@infimum/linalg/numerics';
import { conjugateGradientDirection } from '../entropic/newton/newton-direction.ts';
import type { SparsePlan } from '../entropic/newton/sparsify.ts';
import { leastWeight } from '../entropic/state/light-weights.ts';
import { distance } from '../plan-metrics.ts';
import { runAdvised } from '../progress.ts';
import type { Transport, TransportLike, TransportPlan } from '../transport.ts';
import { asTransport, total } from '../transport.ts';
import { spreadOf, sum } from '../vectors.ts';
import { QuadraticInteriorPoint } from './quadratic-interior-point.ts';

/** The part of the tolerance that weights which count may need. */
const HEAVY_SHARE = 0.99;

const quadraticTransportOptions = {
  gamma: { type: 'number', above: 0, required: true, unit: 'cost per mass', description: 'Regularisation' },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'l1 marginal error over the mass' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Limit of steps of all kinds' },
} as const satisfies OptionSpecs;

/** Options of `quadraticTransport`. */
export type QuadraticTransportOptions = OptionsOf<typeof quadraticTransportOptions> & RunOptions<QuadraticTransportIterate>;

/** A plan of the quadratically regularised problem. */
export interface QuadraticPlan extends TransportPlan<CsrMatrix> {
  /** Value of the regularised objective, the transport cost plus gamma / 2 times the sum of the squares of the plan. */
  readonly regularizedCost: number;
  /** Value of the dual; equal to `regularizedCost` at the optimum. */
  readonly dualValue: number;
}

/** News of a step. */
export interface QuadraticTransportIterate extends Iterate<QuadraticPlan> {
  /** l1 error of the marginals. */
  readonly marginalError: number;
  /** Regularisation of the current stage. */
  readonly gamma: number;
  /** Entries of the plan that are positive. */
  readonly entries: number;
}

/**
 * Optimal transport with quadratic regularisation.
 *
 * Minimises `sum_ij P_ij C_ij + gamma / 2 sum_ij P_ij^2` over non-negative n x m plans P with row sums `a` and column sums
 * `b`. Unlike an entropic plan this one is zero wherever x_i + y_j <= C_ij for its potentials, so that it stays sparse,
 * and no exponential limits how small `gamma` may be. Solved by semismooth Newton steps on the dual, with `gamma`
 * falling to a quarter in stages. Where those fail, as between smooth histograms, whose plans break into many pieces, an
 * interior-point method comes close to the optimum, usually in 40 to 60 steps, and Newton steps finish.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `gamma`, in units of cost per mass, is required
 * @returns the plan, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm) a step, and O(k) an inner iteration on the k positive entries of the plan; of the interior-point method
 * O((n + m)^3) a step up to 900 places, O(nm) an inner iteration beyond.
 *
 * Source: M. Blondel et al. (arXiv 1710.06276), D. Lorenz et al. (arXiv 1903.01112).
 *
 * @example
 * ```ts
 * import { quadraticTransport } from '@infimum/ot';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const smooth = quadraticTransport([0.5, 0.5], [0.5, 0.5], cost, { gamma: 4 });
 * console.log(smooth.status, smooth.cost.toFixed(4)); // converged 0.2500
 * console.log(quadraticTransport([0.5, 0.5], [0.5, 0.5], cost, { gamma: 1 }).plan.values.length); // 2
 * ```
 */
export function quadraticTransport(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: QuadraticTransportOptions,
): Outcome<QuadraticPlan, QuadraticTransportIterate> {
  const steps = quadraticTransportSteps({ a, b, cost }, options);
  return runAdvised(quadraticTransportOptions, options, steps, 'tolerance');
}

/** The first stage has gamma times the mean mass of an entry of the size of the costs' range: few entries are zero. */
const STAGE_RATIO = 4;

/** Accuracy at which a stage hands over to the next, as a share of the mass. */
const STAGE_TOLERANCE = 1e-2;

/** Added to the diagonal of H, which is singular where the graph of the plan falls apart. */
const SHIFT = 1e-6;

const ARMIJO = 1e-4;
const MAX_HALVINGS = 30;
const MAX_INNER_ITERATIONS = 2000;

/** Steps without a better error, close to what rounding allows, that end the iteration. */
const PATIENCE = 10;

/** Steps without a better error, anywhere, after which the interior-point method starts, and after it, the run stalls. */
const LOST = 20;
const STUCK = 100;

/** Limits of the interior-point method: the duality gap, as a share of the range of the costs, and steps. */
const LEAST_GAP = 1e-15;
const MAX_INSIDE = 120;

/** The Newton steps; a stage begins with a sweep of exact updates of one side after the other. */
export function* quadraticTransportSteps(
  given: TransportLike,
  options: QuadraticTransportOptions,
): Steps<QuadraticPlan, QuadraticTransportIterate> {
  const problem = asTransport(given);
  const { gamma, tolerance } = resolveOptions(quadraticTransportOptions, options);
  const dual = new QuadraticDual(problem, tolerance);
  const range = spreadOf(problem.cost.values);
  const first = (range * problem.cost.values.length) / dual.mass;
  const octaves = Math.max(0, Math.ceil(Math.log2(first / gamma) / Math.log2(STAGE_RATIO)));
  let iteration = 0;
  let isInside = false;
  for (let stage = octaves; ; stage--) {
    const stageGamma = gamma * STAGE_RATIO ** stage;
    const target = dual.mass * (stage === 0 ? HEAVY_SHARE * tolerance : STAGE_TOLERANCE);
    if (stage < octaves) dual.absorb();
    let error = dual.sweep(stageGamma);
    let best = Infinity;
    let since = 0;
    const solution = () => dual.describe(stageGamma);
    for (;;) {
      const [marginalError, entries] = [error, dual.entries];
      yield { iteration: iteration++, marginalError, gamma: stageGamma, entries, solution };
      if (error <= target) break;
      since = error < best ? 0 : since + 1;
      best = Math.min(best, error);
      const isRounding = since >= PATIENCE && error < 1000 * dual.errorFloor(stageGamma);
      if (isRounding || (isInside && since >= STUCK)) {
        const cause = isRounding
          ? `rounding of cost / gamma limits the marginal error to ${error.toExponential(1)}`
          : `even after an interior-point method, ${STUCK} steps have not lowered the marginal error below ${best.toExponential(1)}`;
        const reason = `${cause}; raise the tolerance or gamma`;
        return stalled(dual.describe(stageGamma), reason);
      }
      if (!isInside && since >= LOST) {
        isInside = true;
        for (const { entries, error } of fromInside(dual, gamma)) {
          yield { iteration: iteration++, marginalError: error, gamma, entries, solution };
        }
        stage = 1;
        break;
      }
      // A sweep would close again what a short step has just opened between two parts of the plan.
      error = dual.newtonStep(stageGamma, error) ?? dual.sweep(stageGamma);
    }
    if (stage > 0) continue;
    return converged(dual.describe(gamma), `the marginal error ${error.toExponential(1)} is within the tolerance`);
  }
}

/** Takes the potentials through an interior-point method, close to those of the optimum. */
function* fromInside(dual: QuadraticDual, gamma: number): Generator<{ entries: number; error: number }, void, undefined> {
  const inside = new QuadraticInteriorPoint(dual.problem, gamma);
  for (let step = 0; step < MAX_INSIDE && inside.gap > LEAST_GAP; step++) {
    inside.step();
    dual.moveTo(inside.x, inside.y);
    yield { entries: inside.entries, error: inside.error() };
  }
}

/** The weights that a tolerance notices; zero for the others. */
function withoutLight(weights: Float64Array, tolerance: number): Float64Array {
  const least = leastWeight(tolerance, weights.length) * total(weights);
  return weights.map((weight) => (weight >= least ? weight : 0));
}

/** Potentials, and their plan. */
class QuadraticDual {
  /** Costs, and weights of the same total on both sides, without those that count as zero. */
  readonly problem: Transport;
  /** The total mass. */
  readonly mass: number;
  /** Positive entries of the plan that was looked at last. */
  entries = 0;

  /** Mass of the weights that count as zero. */
  readonly #leftOut: number;
  readonly #b: Float64Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #rowSums: Float64Array;
  readonly #columnSums: Float64Array;
  /** The costs less the potentials that were absorbed, row by row and column by column. */
  readonly #costs: Float64Array;
  readonly #transposed: Float64Array;
  readonly #absorbedX: Float64Array;
  readonly #absorbedY: Float64Array;

  /** @param tolerance - weights that it does not notice count as zero: potentials that fit them are far from all others */
  constructor(given: Transport, tolerance: number) {
    const { cost } = given;
    const problem = { a: withoutLight(given.a, tolerance), b: withoutLight(given.b, tolerance), cost };
    const { a, b } = problem;
    this.#leftOut = distance(a, given.a) + distance(b, given.b);
    const { rows, cols, values } = cost;
    this.mass = total(a);
    const balance = this.mass / total(b);
    this.#b = b.map((weight) => weight * balance);
    this.problem = { a, b: this.#b, cost };
    this.#x = new Float64Array(rows);
    this.#y = new Float64Array(cols);
    this.#rowSums = new Float64Array(rows);
    this.#columnSums = new Float64Array(cols);
    this.#absorbedX = new Float64Array(rows);
    this.#absorbedY = new Float64Array(cols);
    this.#costs = values.slice();
    this.#transposed = new Float64Array(values.length);
    this.absorb();
  }

  /** Moves the potentials into the costs: where the plan has mass the difference is small, and keeps its digits. */
  absorb(): void {
    const { rows, cols } = this.problem.cost;
    const [x, y] = [this.#x, this.#y];
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++, k++) {
        this.#costs[k] -= x[i] + y[j];
        this.#transposed[j * rows + i] = this.#costs[k];
      }
    }
    for (let i = 0; i < rows; i++) this.#absorbedX[i] += x[i];
    for (let j = 0; j < cols; j++) this.#absorbedY[j] += y[j];
    x.fill(0);
    y.fill(0);
  }

  /** Goes to other potentials, from the costs as they were given: what was absorbed before may have been far off. */
  moveTo(x: Float64Array, y: Float64Array): void {
    this.#costs.set(this.problem.cost.values);
    this.#absorbedX.fill(0);
    this.#absorbedY.fill(0);
    this.#x.set(x);
    this.#y.set(y);
    this.absorb();
  }

  /** The marginal error that rounding of x + y - C allows. */
  errorFloor(gamma: number): number {
    const size = this.#x.reduce(largestOf, 0) + this.#y.reduce(largestOf, 0);
    return Number.EPSILON * (this.mass + (size / gamma) * (this.#x.length + this.#y.length));
  }

  /** Fits all rows and then all columns exactly, O(nm) a few times; returns the l1 error of the marginals. */
  sweep(gamma: number): number {
    const { a } = this.problem;
    const b = this.#b;
    fit(this.#x, a, this.#y, this.#costs, gamma);
    fit(this.#y, b, this.#x, this.#transposed, gamma);
    this.#evaluate(this.#x, this.#y, gamma);
    return distance(this.#rowSums, a) + distance(this.#columnSums, b);
  }

  /** One Newton step with a line search on the dual; returns the error, or nothing and stays where none rises. */
  newtonStep(gamma: number, error: number): number | undefined {
    const { a } = this.problem;
    const [n, m] = [a.length, this.#b.length];
    const plan = this.#support();
    const gradient = new Float64Array(n + m);
    const diagonal = new Float64Array(n + m).fill(SHIFT);
    for (let i = 0; i < n; i++) {
      gradient[i] = a[i] - this.#rowSums[i];
      diagonal[i] += plan.rowPointers[i + 1] - plan.rowPointers[i];
    }
    for (let j = 0; j < m; j++) gradient[n + j] = this.#b[j] - this.#columnSums[j];
    for (const j of plan.columnIndices) diagonal[n + j]++;
    const system = { plan, diagonal, gradient, damping: 0, gaugeWeight: 0 };
    const accuracy = Math.min(1e-2, error / this.mass);
    const { direction } = conjugateGradientDirection(system, accuracy, MAX_INNER_ITERATIONS);
    const startX = this.#x.slice();
    const startY = this.#y.slice();
    const value = this.#evaluate(startX, startY, gamma);
    const slope = gamma * dot(gradient, direction);
    let step = 1;
    for (let halving = 0; halving < MAX_HALVINGS; halving++, step /= 2) {
      for (let i = 0; i < n; i++) this.#x[i] = startX[i] + step * gamma * direction[i];
      for (let j = 0; j < m; j++) this.#y[j] = startY[j] + step * gamma * direction[n + j];
      const risen = this.#evaluate(this.#x, this.#y, gamma);
      const after = distance(this.#rowSums, a) + distance(this.#columnSums, this.#b);
      // A concave function has risen where it still rises, also if that is lost in the rounding of its values.
      if (this.#slope(direction) >= 0 || risen >= value + ARMIJO * step * slope || after < 0.5 * error) {
        return after;
      }
    }
    this.#x.set(startX);
    this.#y.set(startY);
    return undefined;
  }

  /** The gradient along a direction, at the potentials that were looked at last. */
  #slope(direction: Float64Array): number {
    const { a } = this.problem;
    let slope = 0;
    for (let i = 0; i < a.length; i++) slope += (a[i] - this.#rowSums[i]) * direction[i];
    for (let j = 0; j < this.#b.length; j++) {
      slope += (this.#b[j] - this.#columnSums[j]) * direction[a.length + j];
    }
    return slope;
  }

  /** The plan of the current potentials. */
  describe(gamma: number): QuadraticPlan {
    const { a, b, cost } = this.problem;
    const rise = this.#evaluate(this.#x, this.#y, gamma);
    const dualValue = rise + dot(a, this.#absorbedX) + dot(this.#b, this.#absorbedY);
    const { rows, cols, rowPointers, columnIndices } = this.#support();
    const values = new Float64Array(columnIndices.length);
    let transportCost = 0;
    let squares = 0;
    for (let i = 0; i < rows; i++) {
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const j = columnIndices[k];
        const mass = (this.#x[i] + this.#y[j] - this.#costs[i * cols + j]) / gamma;
        values[k] = mass;
        transportCost += mass * cost.values[i * cols + j];
        squares += mass * mass;
      }
    }
    return {
      plan: { rows, cols, rowPointers, columnIndices, values },
      cost: transportCost,
      regularizedCost: transportCost + (gamma / 2) * squares,
      dualValue,
      sourcePotential: sum(this.#x, this.#absorbedX),
      targetPotential: sum(this.#y, this.#absorbedY),
      marginalError: distance(this.#rowSums, a) + distance(this.#columnSums, b) + this.#leftOut,
    };
  }

  /** Sets the sums of the plan; returns the dual, less that of the absorbed potentials. */
  #evaluate(x: Float64Array, y: Float64Array, gamma: number): number {
    const { a, cost } = this.problem;
    const { cols } = cost;
    const values = this.#costs;
    const columnSums = this.#columnSums.fill(0);
    let squares = 0;
    let entries = 0;
    for (let i = 0, k = 0; i < x.length; i++) {
      let rowSum = 0;
      for (let j = 0; j < cols; j++, k++) {
        const excess = x[i] + y[j] - values[k];
        if (excess <= 0) continue;
        entries++;
        rowSum += excess;
        squares += excess * excess;
        columnSums[j] += excess / gamma;
      }
      this.#rowSums[i] = rowSum / gamma;
    }
    this.entries = entries;
    return dot(a, x) + dot(this.#b, y) - squares / (2 * gamma);
  }

  /** Where the plan of the current potentials is positive, with ones there. */
  #support(): SparsePlan {
    const { rows, cols } = this.problem.cost;
    const values = this.#costs;
    const rowPointers = new Int32Array(rows + 1);
    const columns: number[] = [];
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++, k++) if (this.#x[i] + this.#y[j] - values[k] > 0) columns.push(j);
      rowPointers[i + 1] = columns.length;
    }
    return {
      rows,
      cols,
      rowPointers,
      columnIndices: Int32Array.from(columns),
      values: new Float64Array(columns.length).fill(1),
      droppedFromRows: new Float64Array(rows),
      droppedFromColumns: new Float64Array(cols),
    };
  }
}

/**
 * Sets each potential to the one number that fits its weight, sum_j max(0, x + y_j - C_j) = gamma weight: of a set of
 * entries that has all positive ones, the mean that would fit drops those that are not, until none is (C. Michelot,
 * 1986).
 *
 * @param values - the costs, a row for every potential
 */
function fit(potential: Float64Array, weights: Float64Array, others: Float64Array, values: Float64Array, gamma: number): void {
  const count = others.length;
  const gaps = new Float64Array(count);
  for (let i = 0, offset = 0; i < potential.length; i++, offset += count) {
    let active = count;
    let gapSum = 0;
    for (let j = 0; j < count; j++) {
      gaps[j] = values[offset + j] - others[j];
      gapSum += gaps[j];
    }
    for (;;) {
      const fitted = (gamma * weights[i] + gapSum) / active;
      let kept = 0;
      let keptSum = 0;
      let least = Infinity;
      for (let l = 0; l < active; l++) {
        if (gaps[l] < least) least = gaps[l];
        if (gaps[l] < fitted) {
          keptSum += gaps[l];
          gaps[kept++] = gaps[l];
        }
      }
      // Without weight, or where rounding leaves nothing, the potential is the largest that gives no mass.
      if (kept === 0) {
        potential[i] = least;
        break;
      }
      potential[i] = fitted;
      if (kept === active) break;
      active = kept;
      gapSum = keptSum;
    }
  }
}

function largestOf(largest: number, value: number): number {
  return Math.max(largest, Math.abs(value));
}
