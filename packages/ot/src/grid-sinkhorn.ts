// Sinkhorn's iteration between images: on a grid the kernel of squared distances works on one axis after the other.
//
// J. Solomon, F. de Goes, G. Peyré, M. Cuturi, A. Butscher, A. Nguyen, T. Du, L. Guibas: Convolutional Wasserstein
// distances (2015).
import {
  checkMatrix,
  checkNumber,
  converged,
  InvalidInputError,
  type Iterate,
  type Outcome,
  portableExp,
  type RunOptions,
  type Steps,
  stalled,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { epsilonStages, STAGE_TOLERANCE } from './epsilon-scaling.ts';
import { GridKernel } from './grid-kernel.ts';
import { checkInitial, type InitialPotentials } from './initial-potentials.ts';
import { logarithms } from './log-kernel.ts';
import { distance, pairing } from './plan-metrics.ts';
import { Progress, runEntropic, stallReason } from './progress.ts';
import { checkEqualMass, checkWeights, total } from './transport.ts';
import { fitPotentials } from './vectors.ts';

/** Transport between images, by its potentials: the plan is exp((x_p + y_q - |p - q|^2) / epsilon). */
export interface GridPlan {
  /** Transport cost, the sum of plan times cost. */
  readonly cost: number;
  /** Value of the dual, the weights times the potentials; the regularised cost at the optimum. */
  readonly dualValue: number;
  /** Potentials of the pixels of the first image, rows x cols; -Infinity where it is zero. */
  readonly sourcePotential: Float64Array;
  /** Potentials of the pixels of the second image. */
  readonly targetPotential: Float64Array;
  /** How far the plan's marginals are from the images, in the l1 norm. */
  readonly marginalError: number;
}

/** News of a sweep. */
export interface GridIterate extends Iterate<GridPlan> {
  /** l1 error of the marginals. */
  readonly marginalError: number;
  /** Regularisation of the current stage. */
  readonly epsilon: number;
}

/** Options of `gridSinkhornSteps`. */
export interface GridSinkhornStepsOptions {
  /** Strength of the entropic regularisation, in units of squared side lengths; positive. */
  readonly epsilon: number;
  /** l1 error of the marginals at which the iteration ends; 1e-9 by default. */
  readonly tolerance?: number;
  /** Potentials to start from, -Infinity where an image is zero; then there is one stage only. */
  readonly initial?: InitialPotentials;
}

/** Options of `gridSinkhorn`. */
export interface GridSinkhornOptions extends GridSinkhornStepsOptions, RunOptions<GridIterate> {
  /** Limit of sweeps over all stages; 10 000 by default. */
  readonly maxIterations?: number;
}

/**
 * Entropic optimal transport between two images of one size, for squared distances between pixels.
 *
 * Solves the problem of `sinkhorn` with costs |p - q|^2 between the pixels of `gridPoints`, whose longer side has length
 * one, in the log domain and in stages of decreasing epsilon. Neither costs nor plan are formed.
 *
 * @param a - weights of the sources, rows x cols, non-negative
 * @param b - weights of the targets, of the same size and total (relative 1e-9)
 * @param options - `epsilon` is required
 * @returns the potentials, the transport cost and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(rows cols (rows + cols)) exponentials a sweep instead of O(rows^2 cols^2); O(rows cols) memory.
 *
 * Source: J. Solomon et al., Convolutional Wasserstein distances (2015).
 *
 * @example
 * ```ts
 * import { gridSinkhorn } from '@infimum/ot';
 *
 * const image = (...values: number[]) => ({ rows: 1, cols: 3, values: Float64Array.from(values) });
 * // All of the mass moves by half the side.
 * const { cost } = gridSinkhorn(image(0.5, 0.5, 0), image(0, 0.5, 0.5), { epsilon: 0.01 });
 * console.log(cost.toFixed(6)); // 0.250000
 * ```
 */
export function gridSinkhorn(
  a: DenseMatrix,
  b: DenseMatrix,
  options: GridSinkhornOptions,
): Outcome<GridPlan, GridIterate> {
  return runEntropic(gridSinkhornSteps(a, b, options), { maxIterations: 10_000, ...options });
}

/**
 * The iteration as steps, one sweep over both images each.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* gridSinkhornSteps(
  a: DenseMatrix,
  b: DenseMatrix,
  { epsilon, tolerance = 1e-9, initial }: GridSinkhornStepsOptions,
): Steps<GridPlan, GridIterate> {
  checkImages(a, b);
  checkNumber(epsilon, 'epsilon', { above: 0 });
  checkNumber(tolerance, 'tolerance', { min: 0 });
  const side = Math.max(a.rows, a.cols, 2) - 1;
  const range = ((a.rows - 1) ** 2 + (a.cols - 1) ** 2) / side ** 2;
  const mass = total(a.values);
  const balanced = b.values.map((weight) => (weight * mass) / total(b.values));
  if (initial !== undefined) checkInitial(initial, a.values, b.values);
  const state = new GridState(a, balanced, initial);
  let iteration = 0;
  for (const stage of initial === undefined ? epsilonStages(epsilon, range) : [epsilon]) {
    const isLast = stage === epsilon;
    const floor = Number.EPSILON * Math.max(1, range / stage) * mass;
    const progress = new Progress(isLast ? tolerance : STAGE_TOLERANCE * mass, floor);
    const kernel = new GridKernel(a.rows, a.cols, stage);
    try {
      for (;;) {
        const marginalError = state.sweep(kernel, stage);
        const solution = () => state.solution(kernel, stage, b.values);
        yield { iteration: iteration++, marginalError, epsilon: stage, solution };
        const end = progress.judge(marginalError);
        if (!end) continue;
        if (!isLast) break;
        const answer = solution();
        if (end.status === 'stalled') return stalled(answer, end.reason);
        // What a sweep says of the sources is rounded as the potentials are; the plan has the last word.
        return answer.marginalError > 2 * tolerance
          ? stalled(answer, stallReason(answer.marginalError, floor))
          : converged(answer, end.reason);
      }
    } finally {
      kernel.release();
    }
  }
  throw new Error('unreachable: the last stage returns');
}

/** The potentials of both images, in units of the cost. */
class GridState {
  readonly #rows: number;
  readonly #cols: number;
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #logA: Float64Array;
  readonly #logB: Float64Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;

  constructor({ rows, cols, values }: DenseMatrix, b: Float64Array, initial?: InitialPotentials) {
    this.#rows = rows;
    this.#cols = cols;
    this.#a = values;
    this.#b = b;
    this.#logA = logarithms(values);
    this.#logB = logarithms(b);
    this.#x = initial?.source.slice() ?? new Float64Array(values.length);
    this.#y = initial?.target.slice() ?? new Float64Array(values.length);
  }

  /** Fits the sources, then the targets; returns by how much the sources were off. */
  sweep(kernel: GridKernel, epsilon: number): number {
    const rows = kernel.times(this.#y.map((value) => value / epsilon));
    const error = fitPotentials(this.#x, this.#a, this.#logA, rows, epsilon);
    const columns = kernel.transposedTimes(this.#x.map((value) => value / epsilon));
    fitPotentials(this.#y, this.#b, this.#logB, columns, epsilon);
    return error;
  }

  solution(kernel: GridKernel, epsilon: number, b: Float64Array): GridPlan {
    const u = this.#x.map((value) => value / epsilon);
    const v = this.#y.map((value) => value / epsilon);
    const sums = (log: Float64Array, others: Float64Array) =>
      log.map((value, p) => portableExp(value + others[p]));
    return {
      cost: this.#moment('row-moment', u, v, epsilon) + this.#moment('column-moment', u, v, epsilon),
      dualValue: pairing(this.#a, this.#x) + pairing(b, this.#y),
      sourcePotential: this.#x.map((value, p) => (this.#a[p] > 0 ? value : -Infinity)),
      targetPotential: this.#y.map((value, q) => (b[q] > 0 ? value : -Infinity)),
      marginalError:
        distance(sums(u, kernel.times(v)), this.#a) + distance(sums(v, kernel.transposedTimes(u)), b),
    };
  }

  /** The part of the cost along one axis: sum_pq P_pq d_pq^2. */
  #moment(kind: 'row-moment' | 'column-moment', u: Float64Array, v: Float64Array, epsilon: number): number {
    const kernel = new GridKernel(this.#rows, this.#cols, epsilon, kind);
    try {
      const logs = kernel.times(v);
      return u.reduce((sum, value, p) => sum + portableExp(value + logs[p]), 0);
    } finally {
      kernel.release();
    }
  }
}

function checkImages(a: DenseMatrix, b: DenseMatrix): void {
  checkMatrix(a, 'a');
  checkMatrix(b, 'b');
  if (a.rows !== b.rows || a.cols !== b.cols) {
    throw new InvalidInputError(`is ${b.rows} x ${b.cols}, a is ${a.rows} x ${a.cols}`, {
      argument: 'b',
      code: 'shape',
    });
  }
  checkWeights(a.values, 'a');
  checkWeights(b.values, 'b');
  checkEqualMass(a.values, b.values);
}
