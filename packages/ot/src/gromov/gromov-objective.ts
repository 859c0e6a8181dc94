// The objective of Gromov-Wasserstein transport with square loss, alone or fused with a transport cost.
//
// G. Peyré, M. Cuturi, J. Solomon: Gromov-Wasserstein averaging of kernel and distance matrices (2016); fused after
// T. Vayer, L. Chapel, R. Flamary, R. Tavenard, N. Courty (2019), arXiv 1805.09114.
import type { Iterate, MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, checkNonNegative, fault } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { checkIsMatrix } from '../options.ts';
import { marginalErrorOf } from '../plan-metrics.ts';
import { roundToPolytope } from '../round-to-polytope.ts';
import { asMarginals, total } from '../transport.ts';
import type { GromovLoss } from './gromov-terms.ts';
import { asSpace, GromovTerms } from './gromov-terms.ts';

export const fusedCost = {
  type: 'value',
  check: checkIsMatrix,
  description: 'Costs between the spaces, n x m: fuses the problem with transport; none by default',
} as const;

export const alpha = {
  type: 'number',
  min: 0,
  max: 1,
  description: 'Weight of the Gromov-Wasserstein term against the transport cost; 0.5 by default with a cost, otherwise 1',
} as const;

export const initialPlan = {
  type: 'value',
  check: checkIsMatrix,
  description:
    'Initial plan, n x m, whose marginals match the weights to a millionth of the mass; by default the product of the weights',
} as const;

/** What both Gromov-Wasserstein methods take, resolved. */
export interface GromovSettings {
  /** Weights of the first space. */
  readonly a?: VectorLike | undefined;
  /** Weights of the second space. */
  readonly b?: VectorLike | undefined;
  /** Costs between the spaces. */
  readonly cost?: MatrixLike | undefined;
  /** Share of the Gromov-Wasserstein term. */
  readonly alpha?: number | undefined;
  /** What matched distances cost. */
  readonly loss: GromovLoss;
  /** Plan to start from. */
  readonly initial?: MatrixLike | undefined;
  /** Accuracy at which the iteration ends. */
  readonly tolerance: number;
}

/** Two spaces of weighted points, each known by its own distances. */
export interface GromovInstance {
  /** Distances within the first space, n x n, symmetric. */
  readonly first: DenseMatrix;
  /** Distances within the second space, m x m, symmetric. */
  readonly second: DenseMatrix;
  /** Weights of the first space, length n. */
  readonly a: Float64Array;
  /** Weights of the second space, length m, of the same total. */
  readonly b: Float64Array;
  /** Entropic regularisation of the solvers that use it, in units of the squared distances. */
  readonly epsilon: number;
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
 * (1 - alpha) <M, T> + alpha sum_ijkl L(C_ik, D_jl) T_ij T_kl for plans T with the given marginals; the sum is
 * <E, T> - 2 <S T, T> with E_ij = sum_k f1(C)_ik a_k + sum_l f2(D)_jl b_l, S as in `GromovTerms`. The creator must release
 * it.
 */
export class GromovObjective {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly tolerance: number;
  /** The gradient at the plan that was looked at last, n x m. */
  readonly gradient: DenseMatrix;
  readonly #terms: GromovTerms;
  readonly #own: Float64Array;
  readonly #alpha: number;
  readonly #cost: Float64Array;
  readonly #initial: DenseMatrix | undefined;

  /** @throws {InvalidInputError} naming the argument at fault */
  constructor(one: MatrixLike, other: MatrixLike, settings: GromovSettings) {
    const [first, second] = [asSpace(one, 'first'), asSpace(other, 'second')];
    const { a, b, cost, alpha = cost ? 0.5 : 1, tolerance, loss, initial } = settings;
    this.#terms = new GromovTerms(first, second, loss);
    try {
      const [n, m] = [first.rows, second.rows];
      ({ a: this.a, b: this.b } = asMarginals({ a, b }, n, m));
      this.tolerance = tolerance;
      this.#alpha = alpha;
      this.#cost = fusedCosts(cost, alpha, n, m);
      this.#initial = initial && startingPlan(initial, this.a, this.b);
      this.gradient = { rows: n, cols: m, values: new Float64Array(n * m) };
      const rows = this.#terms.ofFirst(this.a);
      const columns = this.#terms.ofSecond(this.b);
      this.#own = new Float64Array(n * m);
      for (let i = 0, k = 0; i < n; i++) {
        for (let j = 0; j < m; j++, k++) this.#own[k] = rows[i] + columns[j];
      }
    } catch (error) {
      this.#terms.release();
      throw error;
    }
  }

  /** The plan to begin with: the one that was given, or a b' / mass. */
  start(): DenseMatrix {
    return this.#initial ?? productPlan(this.a, this.b);
  }

  /** A plan in arrays of its own, with what is known of it. */
  describe(plan: DenseMatrix, distortion: number): GromovPlan {
    const marginalError = marginalErrorOf(plan, this.a, this.b);
    return { plan: { ...plan, values: plan.values.slice() }, distortion, marginalError };
  }

  /** The value at a plan; sets `gradient`; O(nm (n + m)). */
  at({ values }: DenseMatrix): number {
    return this.atProduct(values, this.productOf(values));
  }

  /** The same where S T is known; O(nm). */
  atProduct(plan: Float64Array, cross: Float64Array): number {
    const alpha = this.#alpha;
    const [cost, own, gradient] = [this.#cost, this.#own, this.gradient.values];
    let value = 0;
    for (let k = 0; k < plan.length; k++) {
      const linear = (1 - alpha) * cost[k];
      const quadratic = alpha * (own[k] - 2 * cross[k]);
      value += plan[k] * (linear + quadratic);
      gradient[k] = linear + 2 * quadratic;
    }
    return value;
  }

  /** The coefficient of t^2 when the plan moves by t times a direction d without marginals: -2 alpha <S d, d>. */
  curvature(direction: Float64Array, cross: Float64Array): number {
    let sum = 0;
    for (let k = 0; k < direction.length; k++) sum += direction[k] * cross[k];
    return -2 * this.#alpha * sum;
  }

  /** S T, valid until the next call; O(nm (n + m)). */
  productOf(plan: Float64Array): Float64Array {
    return this.#terms.crossOf(plan);
  }

  /** S T for a sparse T; O((n + m) (entries + nm)) with one product of dense matrices less. */
  sparseProductOf(plan: CsrMatrix): Float64Array {
    return this.#terms.sparseCrossOf(plan);
  }

  /** Hands the memory on. */
  release(): void {
    this.#terms.release();
  }
}

/** The plan a b' / mass. */
function productPlan(a: Float64Array, b: Float64Array): DenseMatrix {
  const mass = total(a);
  const values = new Float64Array(a.length * b.length);
  for (let i = 0, k = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++, k++) values[k] = (a[i] * b[j]) / mass;
  }
  return { rows: a.length, cols: b.length, values };
}

/** Error of the marginals, as a share of the mass, that is taken for rounding of a plan to start from. */
const START_ERROR = 1e-6;

/** A copy of a plan, with the marginals that it nearly has. */
function startingPlan(given: MatrixLike, a: Float64Array, b: Float64Array): DenseMatrix {
  const plan = asStartingPlan(given, a.length, b.length);
  const error = marginalErrorOf(plan, a, b);
  if (error <= START_ERROR * total(a)) return roundToPolytope(plan, a, b);
  throw fault(`misses the weights by ${error.toExponential(1)}`, 'initial', 'mass');
}

/**
 * Checks the size of a plan to start from, and that nothing is negative.
 *
 * @throws {InvalidInputError} naming `initial`
 */
export function asStartingPlan(given: MatrixLike, rows: number, cols: number): DenseMatrix {
  const plan = asMatrix(given, 'initial');
  checkNonNegative(plan.values, 'initial');
  if (plan.rows === rows && plan.cols === cols) return plan;
  throw fault(`must be ${rows} x ${cols}, got ${plan.rows} x ${plan.cols}`, 'initial', 'shape');
}

/**
 * The costs between the spaces, zeros if there are none.
 *
 * @throws {InvalidInputError} naming `cost` or `alpha`
 */
export function fusedCosts(given: MatrixLike | undefined, alpha: number, rows: number, cols: number): Float64Array {
  if (given === undefined) {
    if (alpha === 1) return new Float64Array(rows * cols);
    throw fault('is below 1, but there is no cost', 'alpha', 'unsupported');
  }
  const cost = asMatrix(given, 'cost');
  if (cost.rows !== rows || cost.cols !== cols) {
    throw fault(`must be ${rows} x ${cols}, got ${cost.rows} x ${cost.cols}`, 'cost', 'shape');
  }
  return cost.values;
}
