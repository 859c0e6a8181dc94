// The objective of Gromov-Wasserstein transport with square loss, alone or fused with a transport cost.
//
// G. Peyré, M. Cuturi, J. Solomon: Gromov-Wasserstein averaging of kernel and distance matrices (2016); fused after
// T. Vayer, L. Chapel, R. Flamary, R. Tavenard, N. Courty (2019), arXiv 1805.09114.
import { checkMatrix, checkNumber, InvalidInputError, type Iterate } from '@infimum/core';
import { type DenseMatrix, matmul } from '@infimum/linalg';
import { marginalErrorOf } from './plan-metrics.ts';
import { checkEqualMass, checkWeights } from './transport.ts';

/** What both Gromov-Wasserstein methods take. */
export interface GromovOptions {
  /** Weights of the first space, length n; 1/n each by default. */
  readonly a?: Float64Array;
  /** Weights of the second space, length m, of the same total; 1/m each by default. */
  readonly b?: Float64Array;
  /** Costs between the spaces, n x m: fuses the problem with transport. */
  readonly cost?: DenseMatrix;
  /** Share of the Gromov-Wasserstein term beside the transport cost, from 0 to 1; needs `cost`; 0.5 by default then. */
  readonly alpha?: number;
  /** Accuracy at which the iteration ends; 1e-9 by default. */
  readonly tolerance?: number;
}

/** A matching of two spaces. */
export interface GromovPlan {
  /** Mass matched between i and j, n x m. */
  readonly plan: DenseMatrix;
  /** Distortion, fused with the transport cost where there is one; without entropy. */
  readonly distortion: number;
  /** How far the plan's marginals are from the weights: the sum of all absolute differences. */
  readonly marginalError: number;
}

/** News of an iteration. */
export interface GromovIterate extends Iterate<GromovPlan> {
  /** Distortion of the current plan. */
  readonly distortion: number;
  /** What the stopping test looks at; each method says what. */
  readonly residual: number;
}

/**
 * (1 - alpha) <M, T> + alpha sum_ijkl (C_ik - D_jl)^2 T_ij T_kl for symmetric C, D and plans T with the given marginals;
 * the sum is <E, T> - 2 <C T D, T> with E_ij = sum_k C_ik^2 a_k + sum_l D_jl^2 b_l.
 */
export class GromovObjective {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly tolerance: number;
  readonly #first: DenseMatrix;
  readonly #second: DenseMatrix;
  readonly #squares: Float64Array;
  readonly #alpha: number;
  readonly #cost: Float64Array;

  /** @throws {InvalidInputError} naming the argument at fault */
  constructor(first: DenseMatrix, second: DenseMatrix, options: GromovOptions) {
    checkSpace(first, 'first');
    checkSpace(second, 'second');
    const { a, b, cost, alpha = cost ? 0.5 : 1, tolerance = 1e-9 } = options;
    this.a = a ?? new Float64Array(first.rows).fill(1 / first.rows);
    this.b = b ?? new Float64Array(second.rows).fill(1 / second.rows);
    checkWeights(this.a, 'a', first.rows);
    checkWeights(this.b, 'b', second.rows);
    checkEqualMass(this.a, this.b);
    checkNumber(alpha, 'alpha', { min: 0, max: 1 });
    checkNumber(tolerance, 'tolerance', { min: 0 });
    this.tolerance = tolerance;
    this.#first = first;
    this.#second = second;
    this.#alpha = alpha;
    this.#cost = checkFusedCost(cost, alpha, first.rows, second.rows);
    const rows = weightedSquares(first, this.a);
    const columns = weightedSquares(second, this.b);
    this.#squares = this.#cost.map((_, k) => rows[Math.floor(k / second.rows)] + columns[k % second.rows]);
  }

  /** The plan a b' / mass. */
  product(): DenseMatrix {
    const mass = this.a.reduce((sum, weight) => sum + weight, 0);
    const values = this.#cost.map(
      (_, k) => (this.a[Math.floor(k / this.b.length)] * this.b[k % this.b.length]) / mass,
    );
    return { rows: this.a.length, cols: this.b.length, values };
  }

  /** A plan in arrays of its own, with what is known of it. */
  describe(plan: DenseMatrix, distortion: number): GromovPlan {
    const marginalError = marginalErrorOf(plan, this.a, this.b);
    return { plan: { ...plan, values: plan.values.slice() }, distortion, marginalError };
  }

  /** Value and gradient at a plan; O(nm (n + m)). */
  at(plan: DenseMatrix): { readonly value: number; readonly gradient: DenseMatrix } {
    const cross = this.#cross(plan);
    let value = 0;
    const values = plan.values.map((mass, k) => {
      const linear = (1 - this.#alpha) * this.#cost[k];
      value += mass * (linear + this.#alpha * (this.#squares[k] - 2 * cross[k]));
      return linear + this.#alpha * (2 * this.#squares[k] - 4 * cross[k]);
    });
    return { value, gradient: { ...plan, values } };
  }

  /** The coefficient of t^2 when the plan moves by t times a direction without marginals: -2 alpha <C d D, d>. */
  curvature(direction: DenseMatrix): number {
    const cross = this.#cross(direction);
    return -2 * this.#alpha * direction.values.reduce((sum, value, k) => sum + value * cross[k], 0);
  }

  #cross(plan: DenseMatrix): Float64Array {
    return matmul(matmul(this.#first, plan), this.#second).values;
  }
}

function weightedSquares({ rows, values }: DenseMatrix, weights: Float64Array): Float64Array {
  const sums = new Float64Array(rows);
  for (let k = 0; k < values.length; k++) sums[Math.floor(k / rows)] += values[k] ** 2 * weights[k % rows];
  return sums;
}

function checkSpace(space: DenseMatrix, argument: string): void {
  checkMatrix(space, argument);
  const { rows, cols, values } = space;
  if (rows !== cols) {
    throw new InvalidInputError(`must be square, got ${rows} x ${cols}`, { argument, code: 'shape' });
  }
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let k = 0; k < values.length; k++) {
    if (Math.abs(values[k] - values[(k % rows) * rows + Math.floor(k / rows)]) > 1e-9 * scale) {
      throw new InvalidInputError(`is not symmetric at index ${k}`, {
        argument,
        code: 'out-of-range',
        index: k,
      });
    }
  }
}

function checkFusedCost(
  cost: DenseMatrix | undefined,
  alpha: number,
  rows: number,
  cols: number,
): Float64Array {
  if (cost === undefined) {
    if (alpha === 1) return new Float64Array(rows * cols);
    throw new InvalidInputError('is below 1, but there is no cost', {
      argument: 'alpha',
      code: 'unsupported',
    });
  }
  checkMatrix(cost, 'cost');
  if (cost.rows !== rows || cost.cols !== cols) {
    throw new InvalidInputError(`must be ${rows} x ${cols}, got ${cost.rows} x ${cost.cols}`, {
      argument: 'cost',
      code: 'shape',
    });
  }
  return cost.values;
}
