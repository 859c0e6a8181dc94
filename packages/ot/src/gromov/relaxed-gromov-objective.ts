// The Gromov-Wasserstein objective of plans whose marginals are free, and conditional gradients on it.
//
// M. Jaggi: Revisiting Frank-Wolfe: projection-free sparse convex optimization (2013); for objectives that are not convex
// S. Lacoste-Julien: Convergence rate of Frank-Wolfe for non-convex objectives (2016), arXiv 1607.00345.
import type { Iterate, MatrixLike, OptionSpecs, Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { dot } from '@infimum/linalg/numerics';
import type { GromovPlan } from './gromov-objective.ts';
import { alpha, fusedCost, fusedCosts, initialPlan } from './gromov-objective.ts';
import type { GromovLoss } from './gromov-terms.ts';
import { asSpace, GromovTerms, loss } from './gromov-terms.ts';
import { setDifference } from './vertex-direction.ts';

/** Options that all relaxed matchings share. */
export const relaxedGromovOptions = {
  cost: fusedCost,
  alpha,
  loss,
  initial: { ...initialPlan, description: 'Initial plan, n x m, that meets the constraints to a millionth of the mass' },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Linearisation gap over its terms' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** What a relaxed matching is measured by. */
export interface RelaxedGromovSettings {
  /** Costs between the spaces. */
  readonly cost?: MatrixLike | undefined;
  /** Share of the Gromov-Wasserstein term. */
  readonly alpha?: number | undefined;
  /** What matched distances cost. */
  readonly loss: GromovLoss;
}

/** News of an iteration. */
export interface RelaxedGromovIterate<Plan extends GromovPlan = GromovPlan> extends Iterate<Plan> {
  /** Distortion of the current plan. */
  readonly distortion: number;
  /** What the stopping test looks at; each method says what. */
  readonly residual: number;
}

/**
 * (1 - alpha) <M, T> + alpha (r' F r + c' G c - 2 <S T, T>) with the row sums r and column sums c of T, F and G the symmetric
 * parts of f1(C) and f2(D). The creator must release it.
 */
export class RelaxedGromovObjective {
  /** The gradient at the plan that was looked at last, n x m. */
  readonly gradient: DenseMatrix;
  /** Sum of the sizes of the terms of the gradient along the plan. */
  size = 0;
  readonly #terms: GromovTerms;
  readonly #alpha: number;
  readonly #cost: Float64Array;

  /** @throws {InvalidInputError} naming the argument at fault */
  constructor(one: MatrixLike, other: MatrixLike, settings: RelaxedGromovSettings) {
    const [first, second] = [asSpace(one, 'first'), asSpace(other, 'second')];
    const { cost, alpha = cost ? 0.5 : 1, loss } = settings;
    this.#terms = new GromovTerms(first, second, loss);
    try {
      const [rows, cols] = [first.rows, second.rows];
      this.#alpha = alpha;
      this.#cost = fusedCosts(cost, alpha, rows, cols);
      this.gradient = { rows, cols, values: new Float64Array(rows * cols) };
    } catch (error) {
      this.#terms.release();
      throw error;
    }
  }

  /** The value at a plan, S T known; sets `gradient` and `size`. */
  at(plan: DenseMatrix, cross: Float64Array): number {
    const { rows, cols, values } = plan;
    const alpha = this.#alpha;
    const [r, c] = sumsOf(plan);
    const ofRows = this.#terms.ofFirst(r);
    const ofColumns = this.#terms.ofSecond(c);
    const [cost, gradient] = [this.#cost, this.gradient.values];
    let value = 0;
    let size = 0;
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++, k++) {
        const linear = (1 - alpha) * cost[k];
        const quadratic = alpha * (ofRows[i] + ofColumns[j] - 2 * cross[k]);
        value += values[k] * (linear + quadratic);
        gradient[k] = linear + 2 * quadratic;
        const sizes = Math.abs(ofRows[i]) + Math.abs(ofColumns[j]) + 2 * Math.abs(cross[k]);
        size += values[k] * (Math.abs(linear) + 2 * alpha * sizes);
      }
    }
    this.size = size;
    return value;
  }

  /** The coefficient of t^2 when the plan moves by t times a direction d, S d known. */
  curvature(direction: DenseMatrix, cross: Float64Array): number {
    const [r, c] = sumsOf(direction);
    const own = dot(r, this.#terms.ofFirst(r)) + dot(c, this.#terms.ofSecond(c));
    return this.#alpha * (own - 2 * dot(cross, direction.values));
  }

  /** S T, valid until the next call. */
  crossOf(plan: Float64Array): Float64Array {
    return this.#terms.crossOf(plan);
  }

  /** S T of a sparse plan, valid until the next call. */
  sparseCrossOf(plan: CsrMatrix): Float64Array {
    return this.#terms.sparseCrossOf(plan);
  }

  /** Hands the memory on. */
  release(): void {
    this.#terms.release();
  }
}

/** A vertex of the set of plans, and why it is not known to be the best one, if it is not. */
export interface Vertex {
  /** The plan. */
  readonly plan: CsrMatrix;
  /** Why its own problem ended unsolved. */
  readonly unfinished?: string | undefined;
}

/** After so many steps S T is computed anew, against rounding. */
const REFRESH_EVERY = 20;

/**
 * Conditional gradients with exact line search.
 *
 * @param start - the initial plan, overwritten
 * @param least - the plan along which a gradient is least
 * @param describe - computes the figures of a plan
 */
export function* relaxedConditionalGradients<Plan extends GromovPlan>(
  objective: RelaxedGromovObjective,
  start: DenseMatrix,
  tolerance: number,
  least: (gradient: DenseMatrix) => Vertex,
  describe: (plan: DenseMatrix, distortion: number) => Plan,
): Steps<Plan, RelaxedGromovIterate<Plan>> {
  const { values } = start;
  const cross = new Float64Array(values.length);
  const direction = { ...start, values: new Float64Array(values.length) };
  for (let iteration = 0; ; iteration++) {
    if (iteration % REFRESH_EVERY === 0) cross.set(objective.crossOf(values));
    const distortion = objective.at(start, cross);
    const { gradient, size } = objective;
    const vertex = least(gradient);
    setDifference(direction.values, vertex.plan, values);
    const slope = dot(direction.values, gradient.values);
    const residual = size > 0 ? Math.max(0, -slope) / size : 0;
    const solution = () => describe({ ...start, values: values.slice() }, distortion);
    yield { iteration, distortion, residual, solution };
    if (vertex.unfinished !== undefined) {
      return stalled(solution(), `the plan of the linearisation is not exact: ${vertex.unfinished}`);
    }
    if (residual <= tolerance) {
      return converged(solution(), `the linearisation promises ${residual.toExponential(1)} of its terms`);
    }
    const change = objective.sparseCrossOf(vertex.plan);
    for (let k = 0; k < cross.length; k++) change[k] -= cross[k];
    const step = bestStep(slope, objective.curvature(direction, change));
    for (let k = 0; k < values.length; k++) {
      values[k] = Math.max(0, values[k] + step * direction.values[k]);
      cross[k] += step * change[k];
    }
  }
}

/** The t in [0, 1] where slope t + curvature t^2 is least. */
function bestStep(slope: number, curvature: number): number {
  return curvature > 0 ? Math.min(1, -slope / (2 * curvature)) : 1;
}

/** Sums of rows and of columns. */
export function sumsOf({ rows, cols, values }: DenseMatrix): [rows: Float64Array, columns: Float64Array] {
  const [ofRows, ofColumns] = [new Float64Array(rows), new Float64Array(cols)];
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, k++) {
      ofRows[i] += values[k];
      ofColumns[j] += values[k];
    }
  }
  return [ofRows, ofColumns];
}
