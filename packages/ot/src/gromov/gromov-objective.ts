// The objective of Gromov-Wasserstein transport with square loss, alone or fused with a transport cost.
//
// G. Peyré, M. Cuturi, J. Solomon: Gromov-Wasserstein averaging of kernel and distance matrices (2016); fused after
// T. Vayer, L. Chapel, R. Flamary, R. Tavenard, N. Courty (2019), arXiv 1805.09114.
import { checkMatrix, InvalidInputError, type Iterate, type OptionSpec } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { GEMM_SCRATCH, layout, linalgKernels, scratch, type Workspace } from '@infimum/linalg/kernels';
import { largestOf } from '../exact/arc-costs.ts';
import { marginalErrorOf } from '../plan-metrics.ts';
import { checkEqualMass, checkWeights, total } from '../transport.ts';

/** Costs between the spaces. */
export const fusedCost = {
  type: 'value',
  check: checkIsMatrix,
  description: 'Costs between the spaces, n x m: fuses the problem with transport; none by default',
} as const satisfies OptionSpec;

/** Weight of the distortion. */
export const alpha = {
  type: 'number',
  min: 0,
  max: 1,
  description:
    'Share of the Gromov-Wasserstein term beside the transport cost; needs cost; 0.5 by default then, else 1',
} as const satisfies OptionSpec;

function checkIsMatrix(value: unknown, argument: string): asserts value is DenseMatrix {
  checkMatrix(value, argument);
}

/** What both Gromov-Wasserstein methods take, resolved. */
export interface GromovSettings {
  /** Weights of the first space. */
  readonly a?: Float64Array | undefined;
  /** Weights of the second space. */
  readonly b?: Float64Array | undefined;
  /** Costs between the spaces. */
  readonly cost?: DenseMatrix | undefined;
  /** Share of the Gromov-Wasserstein term. */
  readonly alpha?: number | undefined;
  /** Accuracy at which the iteration ends. */
  readonly tolerance: number;
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
 * the sum is <E, T> - 2 <C T D, T> with E_ij = sum_k C_ik^2 a_k + sum_l D_jl^2 b_l. Whoever makes one releases it.
 */
export class GromovObjective {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly tolerance: number;
  /** The gradient at the plan that was looked at last, n x m. */
  readonly gradient: DenseMatrix;
  readonly #workspace: Workspace;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #plan: Float64Array;
  readonly #half: Float64Array;
  readonly #cross: Float64Array;
  readonly #scratch: number;
  readonly #squares: Float64Array;
  readonly #alpha: number;
  readonly #cost: Float64Array;

  /** @throws {InvalidInputError} naming the argument at fault */
  constructor(first: DenseMatrix, second: DenseMatrix, settings: GromovSettings) {
    checkSpace(first, 'first');
    checkSpace(second, 'second');
    const { a, b, cost, alpha = cost ? 0.5 : 1, tolerance } = settings;
    const [n, m] = [first.rows, second.rows];
    this.a = a ?? new Float64Array(n).fill(1 / n);
    this.b = b ?? new Float64Array(m).fill(1 / m);
    checkWeights(this.a, 'a', n);
    checkWeights(this.b, 'b', m);
    checkEqualMass(this.a, this.b);
    this.tolerance = tolerance;
    this.#alpha = alpha;
    this.#cost = checkFusedCost(cost, alpha, n, m);
    this.gradient = { rows: n, cols: m, values: new Float64Array(n * m) };
    const rows = weightedSquares(first, this.a);
    const columns = weightedSquares(second, this.b);
    this.#squares = this.#cost.map((_, k) => rows[Math.floor(k / m)] + columns[k % m]);
    const { workspace, ...arrays } = layout({
      first: first.values,
      second: second.values,
      plan: n * m,
      half: n * m,
      cross: n * m,
      gemmScratch: scratch(GEMM_SCRATCH),
    });
    this.#workspace = workspace;
    this.#first = arrays.first;
    this.#second = arrays.second;
    this.#plan = arrays.plan;
    this.#half = arrays.half;
    this.#cross = arrays.cross;
    this.#scratch = arrays.gemmScratch.byteOffset;
  }

  /** The plan a b' / mass. */
  product(): DenseMatrix {
    const mass = total(this.a);
    const values = new Float64Array(this.#cost.length);
    for (let i = 0, k = 0; i < this.a.length; i++) {
      for (let j = 0; j < this.b.length; j++, k++) values[k] = (this.a[i] * this.b[j]) / mass;
    }
    return { rows: this.a.length, cols: this.b.length, values };
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

  /** The same where C T D is known; O(nm). */
  atProduct(plan: Float64Array, cross: Float64Array): number {
    const alpha = this.#alpha;
    const [cost, squares, gradient] = [this.#cost, this.#squares, this.gradient.values];
    let value = 0;
    for (let k = 0; k < plan.length; k++) {
      const linear = (1 - alpha) * cost[k];
      const quadratic = alpha * (squares[k] - 2 * cross[k]);
      value += plan[k] * (linear + quadratic);
      gradient[k] = linear + 2 * quadratic;
    }
    return value;
  }

  /** The coefficient of t^2 when the plan moves by t times a direction d without marginals: -2 alpha <C d D, d>. */
  curvature(direction: Float64Array, cross: Float64Array): number {
    let sum = 0;
    for (let k = 0; k < direction.length; k++) sum += direction[k] * cross[k];
    return -2 * this.#alpha * sum;
  }

  /** C T D, valid until the next call; O(nm (n + m)). */
  productOf(plan: Float64Array): Float64Array {
    const n = this.a.length;
    this.#plan.set(plan);
    this.#multiply(n, this.#first, this.#plan, this.#half);
    return this.#timesSecond();
  }

  /** C T D for a sparse T; O((n + m) (entries + nm)) with one product of dense matrices less. */
  sparseProductOf({ rows, cols, rowPointers, columnIndices, values }: CsrMatrix): Float64Array {
    const half = this.#half.fill(0);
    const first = this.#first;
    for (let k = 0; k < rows; k++) {
      for (let at = rowPointers[k]; at < rowPointers[k + 1]; at++) {
        const mass = values[at];
        // C is symmetric: its row k is its column k.
        for (let i = 0, to = columnIndices[at]; i < rows; i++, to += cols)
          half[to] += first[k * rows + i] * mass;
      }
    }
    return this.#timesSecond();
  }

  /** Hands the memory on. */
  release(): void {
    this.#workspace.release();
  }

  #timesSecond(): Float64Array {
    this.#multiply(this.b.length, this.#half, this.#second, this.#cross);
    return this.#cross;
  }

  /** out = left right, all with n rows or m columns; `inner` is what the two share. */
  #multiply(inner: number, left: Float64Array, right: Float64Array, out: Float64Array): void {
    const [n, m] = [this.a.length, this.b.length];
    this.#workspace
      .kernels(linalgKernels)
      .gemm(
        0,
        n,
        m,
        inner,
        1,
        left.byteOffset,
        inner,
        1,
        right.byteOffset,
        m,
        1,
        0,
        out.byteOffset,
        m,
        this.#scratch,
      );
  }
}

function weightedSquares({ rows, values }: DenseMatrix, weights: Float64Array): Float64Array {
  const sums = new Float64Array(rows);
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++, k++) sums[i] += values[k] * values[k] * weights[j];
  }
  return sums;
}

/**
 * Checks the distances within a space.
 *
 * @throws {InvalidInputError} naming the argument and the first entry that has no equal across the diagonal
 */
export function checkSpace(space: DenseMatrix, argument: string): void {
  checkMatrix(space, argument);
  const { rows, cols, values } = space;
  if (rows !== cols) {
    throw new InvalidInputError(`must be square, got ${rows} x ${cols}`, { argument, code: 'shape' });
  }
  const slack = 1e-9 * largestOf(values);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(values[i * rows + j] - values[j * rows + i]) <= slack) continue;
      throw new InvalidInputError(`is not symmetric at index ${j * rows + i}`, {
        argument,
        code: 'out-of-range',
        index: j * rows + i,
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
