// The exact Wasserstein barycentre of histograms on a fixed support: a linear programme.
//
// D. Ge, H. Wang, Z. Xiong, Y. Ye: Interior-point methods strike back: solving the Wasserstein barycenter problem (2019),
// arXiv 1905.12895; the programme after E. Anderes, S. Borgwardt, J. Miller: Discrete Wasserstein barycenters (2016), arXiv
// 1507.07218.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { asMatrix, converged, InvalidInputError, resolveOptions, stalled } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { networkSimplexSteps } from '../exact/network-simplex.ts';
import type { InnerLimits } from '../inner-runs.ts';
import { InnerRuns } from '../inner-runs.ts';
import { weights } from '../options.ts';
import { runAdvised } from '../progress.ts';
import { total } from '../transport.ts';
import { spreadOf } from '../vectors.ts';
import type { BarycenterPart } from './barycenter-interior-point.ts';
import { BarycenterInteriorPoint } from './barycenter-interior-point.ts';
import { asHistograms } from './histograms.ts';
import { mixingWeights } from './mixing-weights.ts';

const linearBarycenterOptions = {
  weights,
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Duality gap over mass times cost range' },
  maxIterations: { type: 'integer', min: 0, default: 200, description: 'Limit of interior-point steps' },
} as const satisfies OptionSpecs;

/** Options of `linearBarycenter`. */
export type LinearBarycenterOptions = OptionsOf<typeof linearBarycenterOptions> & RunOptions<LinearBarycenterIterate>;

/** An exact barycentre with its plans. */
export interface LinearBarycenter {
  /** Weights on the support, length n. */
  readonly barycenter: Float64Array;
  /** The exact plans from the histograms to it, each m x n. */
  readonly plans: readonly CsrMatrix[];
  /** sum_k w_k <C, P_k>: the value that is least. */
  readonly regularizedCost: number;
  /** A value that no barycentre is below. */
  readonly dualValue: number;
}

/** News of a step. */
export interface LinearBarycenterIterate extends Iterate<LinearBarycenter> {
  /** Duality gap of the interior points, relative to the mass times the range of the costs. */
  readonly gap: number;
}

/**
 * The exact barycentre of histograms on a fixed support, with a proof.
 *
 * Minimises `sum_k w_k <C, P_k>` over histograms h and plans P_k from h_k to h. A primal-dual interior-point method solves
 * the linear programme, by elimination down to one system in the places of the barycentre a histogram. Of its barycentre the
 * exact plans are computed, and of its multipliers a lower bound: `converged` says that the two values agree. Where the
 * optimum is not unique the answer lies between its vertices. There is no blur; `entropicBarycenter` is faster on large
 * supports.
 *
 * @param histograms - one a row, k x m, non-negative, of equal totals
 * @param cost - costs between the places of the histograms and those of the barycentre, m x n, finite
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(k (m n^2 + n^3)) a step, 15 to 40 steps as a rule; O(k (m n + n^2)) memory.
 *
 * Source: D. Ge et al., Interior-point methods strike back (arXiv 1905.12895).
 *
 * @example
 * ```ts
 * import { linearBarycenter } from '@infimum/ot/barycenters';
 *
 * const cost = [[0, 1, 4], [1, 0, 1], [4, 1, 0]];
 * const { barycenter, regularizedCost } = linearBarycenter([[1, 0, 0], [0, 0, 1]], cost);
 * console.log(barycenter.join(' '), regularizedCost); // 0 1 0 1
 * ```
 */
export function linearBarycenter(
  histograms: MatrixLike,
  cost: MatrixLike,
  options: LinearBarycenterOptions = {},
): Outcome<LinearBarycenter, LinearBarycenterIterate> {
  const steps = linearBarycenterSteps(histograms, cost, options);
  return runAdvised(linearBarycenterOptions, options, steps, 'tolerance');
}

/** Steps without a smaller gap that end the iteration. */
const PATIENCE = 5;

/** The interior-point method as steps. Limits among the options end exact plans too. */
export function* linearBarycenterSteps(
  given: MatrixLike,
  costs: MatrixLike,
  options: LinearBarycenterOptions & InnerLimits,
): Steps<LinearBarycenter, LinearBarycenterIterate> {
  const histograms = asHistograms(given);
  const cost = asMatrix(costs, 'cost');
  if (cost.rows !== histograms.cols) {
    throw new InvalidInputError(`has ${cost.rows} rows, the histograms ${histograms.cols} columns`, {
      argument: 'cost',
      code: 'shape',
    });
  }
  const { weights, tolerance } = resolveOptions(linearBarycenterOptions, options);
  const shares = mixingWeights(weights, histograms.rows);
  const programme = new BarycenterProgramme(histograms, cost, shares, tolerance);
  const inside = new BarycenterInteriorPoint(programme.parts, cost.cols);
  const inner = new InnerRuns(options);
  let best = Infinity;
  let since = 0;
  for (let iteration = 0; ; iteration++) {
    const { gap } = inside;
    const [h, s] = [inside.h.slice(), inside.s.slice()];
    const multipliers = inside.multipliers.map((alpha) => alpha.slice());
    const solution = () => programme.conclude(h, s, multipliers, inner).solution;
    yield { iteration, gap, solution };
    since = gap < 0.9 * best ? 0 : since + 1;
    best = Math.min(best, gap);
    const isOver = since >= PATIENCE || !Number.isFinite(gap);
    if (gap <= tolerance || isOver) {
      const found = programme.conclude(h, s, multipliers, inner);
      const proved = `upper and lower values agree to ${found.gap.toExponential(1)} of mass times range of the costs`;
      if (found.unfinished !== undefined) return stalled(found.solution, found.unfinished);
      if (found.gap <= tolerance) return converged(found.solution, proved);
      if (isOver) return stalled(found.solution, `${proved}, and rounding prevents a smaller gap`);
    }
    if (!inside.step()) {
      return stalled(solution(), 'rounding prevents the factorisation of a step');
    }
  }
}

/** Share of the mass below which a place is left to the exact plans. */
const NOTHING = 1e-14;

/** The linear programme in units of the mass and of the range of the costs, and its answers in those of the caller. */
class BarycenterProgramme {
  /** What the interior-point method takes: histograms with a weight, places with mass. */
  readonly parts: readonly BarycenterPart[];
  readonly #histograms: DenseMatrix;
  readonly #cost: DenseMatrix;
  readonly #shares: Float64Array;
  readonly #least: number;
  readonly #range: number;
  readonly #mass: number;
  readonly #tolerance: number;
  /** The histograms that have a part. */
  readonly #owners: readonly number[];

  constructor(histograms: DenseMatrix, cost: DenseMatrix, shares: Float64Array, tolerance: number) {
    this.#tolerance = tolerance;
    this.#histograms = histograms;
    this.#cost = cost;
    this.#shares = shares;
    this.#least = cost.values.reduce((least, value) => Math.min(least, value), Infinity);
    this.#range = spreadOf(cost.values) || 1;
    this.#mass = total(this.#row(0));
    this.#owners = Array.from(shares.keys()).filter((k) => shares[k] > 0);
    this.parts = this.#owners.map((k) => this.#part(k));
  }

  #row(k: number): Float64Array {
    const { cols, values } = this.#histograms;
    return values.subarray(k * cols, (k + 1) * cols);
  }

  #part(k: number): BarycenterPart {
    const { cols, values } = this.#cost;
    const row = this.#row(k);
    const mass = total(row);
    const places = Array.from(row.keys()).filter((i) => row[i] > NOTHING * mass);
    const kept = places.reduce((sum, i) => sum + row[i], 0);
    const cost = new Float64Array(places.length * cols);
    places.forEach((i, at) => {
      for (let j = 0; j < cols; j++) {
        cost[at * cols + j] = (this.#shares[k] * (values[i * cols + j] - this.#least)) / this.#range;
      }
    });
    return { weights: Float64Array.from(places, (i) => row[i] / kept), cost: { rows: places.length, cols, values: cost } };
  }

  /** The answer of these points: without what their slacks say is nothing, or with it where that is worse. */
  conclude(h: Float64Array, s: Float64Array, multipliers: readonly Float64Array[], inner: InnerRuns) {
    const sparse = h.map((mass, j) => (mass > s[j] ? mass : 0));
    const dual = this.#dual(multipliers);
    let taken = this.#value(total(sparse) > 0 ? sparse : h, inner);
    if (!(taken.value - dual <= this.#tolerance)) {
      const full = this.#value(h, inner);
      if (full.value < taken.value) taken = full;
    }
    const unit = this.#mass * this.#range;
    const offset = this.#mass * this.#least;
    const solution: LinearBarycenter = {
      barycenter: taken.barycenter,
      plans: taken.plans,
      regularizedCost: offset + unit * taken.value,
      dualValue: offset + unit * dual,
    };
    return { solution, gap: Math.abs(taken.value - dual), unfinished: taken.unfinished };
  }

  /** The exact plans to a barycentre, and their cost in units of the programme. */
  #value(h: Float64Array, inner: InnerRuns) {
    const scale = this.#mass / total(h);
    const barycenter = h.map((mass) => mass * scale);
    let value = 0;
    let unfinished: string | undefined;
    const plans = Array.from(this.#shares, (share, k) => {
      const a = this.#row(k);
      const found = inner.run(networkSimplexSteps({ a, b: barycenter, cost: this.#cost }));
      if (found.status !== 'converged') unfinished = `an exact plan was not found: ${found.reason}`;
      value += share * ((found.cost / total(a) - this.#least) / this.#range);
      return found.plan;
    });
    return { barycenter, plans, value, unfinished };
  }

  /** sum_k <b_k, h_k> for the largest b_k that the multipliers allow, once these sum to nothing negative. */
  #dual(multipliers: readonly Float64Array[]): number {
    const { cols, values } = this.#cost;
    let lowest = 0;
    for (let j = 0; j < cols; j++) {
      lowest = Math.min(
        lowest,
        multipliers.reduce((sum, alpha) => sum + alpha[j], 0),
      );
    }
    return this.#owners.reduce((dual, k, at) => {
      const row = this.#row(k);
      const mass = total(row);
      const alpha = multipliers[at];
      for (let i = 0; i < row.length; i++) {
        if (row[i] === 0) continue;
        let least = Infinity;
        for (let j = 0; j < cols; j++) {
          const cost = (this.#shares[k] * (values[i * cols + j] - this.#least)) / this.#range;
          least = Math.min(least, cost - alpha[j]);
        }
        dual += (row[i] / mass) * (least + lowest / multipliers.length);
      }
      return dual;
    }, 0);
  }
}
