// Cyclic coordinate descent for the lasso with covariance updates and a strong rule, as in glmnet.
//
// J. Friedman, T. Hastie, R. Tibshirani: Regularization paths for generalized linear models via coordinate descent (2010);
// the strong rule: R. Tibshirani et al.: Strong rules for discarding predictors in lasso-type problems (arXiv 1011.2234).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import type { CompositeData, CompositeIterate, CompositeSolution } from '../composite/composite-minimization.ts';
import {
  activeSetOf,
  checkComposite,
  separableValue,
  someIterations,
  stationarityOf,
  tolerance,
} from '../composite/composite-minimization.ts';
import { composite } from '../composite/composite-problem.ts';
import type { BlockLoss, MarginParts } from '../losses/block-loss.ts';
import type { SeparableTerm } from '../losses/separable-term.ts';
import type { TwoWayMatrix } from '../losses/two-way-matrix.ts';

/** Sweeps over the active coordinates before all others are looked at again. */
const INNER_SWEEPS = 1000;

const cyclicCoordinateDescentOptions = { tolerance, maxIterations: someIterations } as const satisfies OptionSpecs;

/** Options of cyclic coordinate descent. */
export type CyclicCoordinateDescentOptions = OptionsOf<typeof cyclicCoordinateDescentOptions> & RunOptions<CompositeIterate>;

/**
 * Minimises |A x - b|² / 2 + g(x) one coordinate after the other, over the active ones (those that were moved before) until they
 * no longer change, and then over all others, which become active where g does not hold them; those that the strong rule discards
 * (|a_j . b| / n < 2 l1 - max_k |a_k . b| / n) come last. The products a_j . a_k of active columns are computed once and kept, so that
 * the cost of a sweep depends on the square of their number, not on the samples.
 *
 * O(active²) a sweep, O(d active) an iteration, O(d n) for every new active column.
 *
 * @param data - f, made by `blockLeastSquares`, g and where to start
 * @param options - method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for data that do not fit, options out of range, and other losses (`unsupported`)
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockLeastSquares, cyclicCoordinateDescent } from '@infimum/optim';
 *
 * const loss = blockLeastSquares(matrixFromRows([[1, 0, 1], [0, 1, 1], [1, 1, 0]]), Float64Array.of(3, 0.5, 2.5));
 * const { x, status } = cyclicCoordinateDescent({ loss, l1: 1 / 3 });
 * console.log(status, x.map((value) => Math.round(1e4 * value) / 1e4).join(' ')); // converged 2.1667 0 0.1667
 * ```
 */
export function cyclicCoordinateDescent(
  data: CompositeData,
  options: CyclicCoordinateDescentOptions = {},
): Outcome<CompositeSolution, CompositeIterate> {
  return runWith(cyclicCoordinateDescentOptions, options, cyclicCoordinateDescentSteps(data, options));
}

/** The steps of `cyclicCoordinateDescent`, to be driven by `run` or by your own loop. */
export function* cyclicCoordinateDescentSteps(
  data: CompositeData,
  options: CyclicCoordinateDescentOptions = {},
): Steps<CompositeSolution, CompositeIterate> {
  const { tolerance } = resolveOptions(cyclicCoordinateDescentOptions, options);
  const { loss, term, start } = checkComposite(data);
  const reason = cyclicDeclines(loss);
  if (reason) throw fault(reason, 'loss', 'unsupported');
  const n = loss.dimension;
  const x = start.slice();
  const gradient = new Float64Array(n);
  loss.gradient(x, gradient);
  const isDiscarded = strongRule(term, gradient);
  const { matrix, loss: margin } = loss.margins as MarginParts;
  const active = new ActiveColumns(matrix, margin.secondDerivative(0, 0));
  const isFixed = (j: number) => active.has(j) || !(loss.coordinateLipschitz[j] > 0);

  let smooth = loss.value(x);
  let target = -1;
  for (let iteration = 0; ; iteration++) {
    const stationarity = stationarityOf(term, x, gradient);
    const value = smooth + separableValue(term, x);
    const here = x.slice();
    const solution = (): CompositeSolution => ({ x: here.slice(), value, stationarity, activeSet: activeSetOf(term, here) });
    yield { iteration, value, stationarity, solution };
    /** What long work ends with; every pause is an iteration. */
    const inTurns = function* <T>(work: Generator<undefined, T>): Generator<CompositeIterate, T> {
      for (;;) {
        const turn = work.next();
        if (turn.done) return turn.value;
        yield { iteration: ++iteration, value, stationarity, solution };
      }
    };
    const isFirst = target < 0;
    if (isFirst) target = tolerance * stationarity;
    if (stationarity <= target) return converged(solution(), `the stationarity is at most ${target}`);
    if (!Number.isFinite(value)) return stalled(solution(), 'F is not finite');

    if (isFirst) yield* inTurns(active.addAll((j) => !isFixed(j) && Number.isNaN(term.kink(x[j]))));
    let added = 0;
    for (const pass of [0, 1]) {
      if (pass === 1 && added > 0) break;
      const isWanted = (j: number) =>
        !isFixed(j) && isDiscarded[j] === pass && Math.abs(term.leastSubgradient(x[j], gradient[j])) > target / 2;
      added = yield* inTurns(active.addAll(isWanted));
    }
    const moved = yield* inTurns(active.sweep(term, x, gradient, target / 4));
    if (!moved && added === 0) return stalled(solution(), 'rounding keeps the stationarity above the tolerance');
    loss.gradient(x, gradient);
    smooth = loss.value(x);
  }
}

/** Why the method does not take a loss; undefined when it does. */
function cyclicDeclines({ margins, quadratic }: BlockLoss): string | undefined {
  return margins && quadratic ? undefined : 'covariance updates are for least squares';
}

/** 1 for coordinates that probably stay at zero, judged by the gradient at the start. */
function strongRule({ l1 }: SeparableTerm, gradient: Float64Array): Uint8Array {
  let most = 0;
  for (let j = 0; j < gradient.length; j++) most = Math.max(most, Math.abs(gradient[j]));
  return Uint8Array.from(gradient, (slope) => (Math.abs(slope) < 2 * l1 - most ? 1 : 0));
}

/** Multiplications between two pauses of long work. */
const TURN = 2 ** 24;

/** Active columns with the entries of the Hessian for every pair. */
class ActiveColumns {
  readonly #matrix: TwoWayMatrix;
  readonly #curvature: number;
  readonly #members: number[] = [];
  readonly #isMember: Uint8Array;
  readonly #products: Float64Array[] = []; // row k: with members 0 to k, and then of later ones appended
  readonly #room: Float64Array;
  #slopes = new Float64Array(0);

  constructor(matrix: TwoWayMatrix, curvature: number) {
    this.#matrix = matrix;
    this.#curvature = curvature;
    this.#isMember = new Uint8Array(matrix.cols);
    this.#room = new Float64Array(matrix.rows);
  }

  has(j: number): boolean {
    return this.#isMember[j] === 1;
  }

  /** Adds the columns that are wanted; how many. Pauses after many multiplications. */
  *addAll(isWanted: (j: number) => boolean): Generator<undefined, number> {
    let [added, work] = [0, 0];
    for (let j = 0; j < this.#isMember.length; j++) {
      if (!isWanted(j)) continue;
      work += this.#add(j);
      added++;
      if (work < TURN) continue;
      work = 0;
      yield;
    }
    return added;
  }

  /** Adds a column; the multiplications that it takes. */
  #add(j: number): number {
    let work = 0;
    const { columnPointers, rowIndices, values } = this.#matrix.byColumn;
    this.#isMember[j] = 1;
    this.#members.push(j);
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) this.#room[rowIndices[k]] = values[k];
    const own = new Float64Array(this.#members.length);
    for (let a = 0; a < own.length; a++) {
      const column = this.#members[a];
      let sum = 0;
      for (let k = columnPointers[column]; k < columnPointers[column + 1]; k++) sum += values[k] * this.#room[rowIndices[k]];
      own[a] = this.#curvature * sum;
      work += columnPointers[column + 1] - columnPointers[column];
    }
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) this.#room[rowIndices[k]] = 0;
    this.#products.push(own);
    return work;
  }

  /** Sweeps until no slope changes by more than `precision`; whether anything moved. Pauses after many multiplications. */
  *sweep(term: SeparableTerm, x: Float64Array, gradient: Float64Array, precision: number): Generator<undefined, boolean> {
    const count = this.#members.length;
    if (this.#slopes.length < count) this.#slopes = new Float64Array(2 * count);
    const slopes = this.#slopes;
    for (let a = 0; a < count; a++) slopes[a] = gradient[this.#members[a]];
    let moved = false;
    let work = 0;
    for (let round = 0; round < INNER_SWEEPS; round++) {
      let change = 0;
      for (let a = 0; a < count; a++) {
        const j = this.#members[a];
        const own = this.#products[a];
        const next = term.prox(x[j] - slopes[a] / own[a], 1 / own[a]);
        const d = next - x[j];
        if (d === 0) continue;
        moved = true;
        x[j] = next;
        change = Math.max(change, Math.abs(own[a] * d));
        for (let b = 0; b <= a; b++) slopes[b] += d * own[b];
        for (let b = a + 1; b < count; b++) slopes[b] += d * this.#products[b][a];
        work += count;
        if (work < TURN) continue;
        work = 0;
        yield;
      }
      if (change <= precision) break;
    }
    return moved;
  }
}

export const cyclicCoordinateDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/cyclic-coordinate-descent',
  title: 'Cyclic coordinate descent',
  summary: 'One coordinate after the other with covariance updates and a strong rule, as in glmnet.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'Regularization paths for generalized linear models via coordinate descent', year: 2010 },
  cost: 'O(a^2) \\text{ per sweep over } a \\text{ active columns}',
  options: cyclicCoordinateDescentOptions,
  declines: ({ loss }) => cyclicDeclines(loss),
  steps: (problem, options) => cyclicCoordinateDescentSteps(problem, options),
});
