// Sinkhorn's iteration between images and other grids: the kernel of a cost that is a sum over the axes works on one axis
// after the other.
//
// J. Solomon, F. de Goes, G. Peyré, M. Cuturi, A. Butscher, A. Nguyen, T. Du, L. Guibas: Convolutional Wasserstein
// distances (2015).
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkInteger, fault, resolveOptions } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import { logarithms } from '../entropic/kernels/log-kernel.ts';
import { epsilonStages, STAGE_TOLERANCE } from '../entropic/state/epsilon-stages.ts';
import type { InitialPotentials } from '../initial-potentials.ts';
import { checkInitial } from '../initial-potentials.ts';
import { epsilon, initial } from '../options.ts';
import { distance, pairing } from '../plan-metrics.ts';
import { Progress, runAdvised } from '../progress.ts';
import { asMarginals, total } from '../transport.ts';
import { fitPotentials } from '../vectors.ts';
import type { GridCosts } from './grid-kernel.ts';
import { GridKernel, gridRange } from './grid-kernel.ts';

const gridSinkhornOptions = {
  epsilon,
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'l1 marginal error over the mass' },
  power: { type: 'number', min: 1, default: 2, description: 'Exponent of the cost along every axis' },
  initial,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Limit of sweeps over all stages' },
} as const satisfies OptionSpecs;

/** Options of `gridSinkhorn`. */
export type GridSinkhornOptions = OptionsOf<typeof gridSinkhornOptions> & RunOptions<GridIterate>;

/** Weights on a grid: of an image, or of a grid with any number of axes. */
export type GridWeights =
  | MatrixLike
  | {
      /** Number of points along every axis. */
      readonly shape: readonly number[];
      /** Weights, the last axis running fastest. */
      readonly values: VectorLike;
    };

/** Transport between grids, by its potentials: the plan is exp((x_p + y_q - c(p, q)) / epsilon). */
export interface GridPlan {
  /** Transport cost, the sum of plan times cost. */
  readonly cost: number;
  /** Value of the dual, the weights times the potentials; the regularised cost at the optimum. */
  readonly dualValue: number;
  /** Potentials of the points of the first grid, in their order; -Infinity where it is zero. */
  readonly sourcePotential: Float64Array;
  /** Potentials of the points of the second grid. */
  readonly targetPotential: Float64Array;
  /** How far the plan's marginals are from the weights, in the l1 norm. */
  readonly marginalError: number;
}

/** News of a sweep. */
export interface GridIterate extends Iterate<GridPlan> {
  /** l1 error of the marginals. */
  readonly marginalError: number;
  /** Regularisation of the current stage. */
  readonly epsilon: number;
}

/**
 * Entropic optimal transport between two images, or two grids of any number of axes, of one size.
 *
 * Solves the problem of `sinkhorn` with costs sum_k |p_k - q_k|^power over the axes k between points whose coordinates on
 * the longest axis run from 0 to 1, as those of `gridPoints` do: squared distances by default. In the log domain and in
 * stages of decreasing epsilon; neither costs nor plan are formed.
 *
 * @param a - weights of the sources: an image, rows x cols, or `{ shape, values }`; non-negative
 * @param b - weights of the targets, of the same size and total (relative 1e-9)
 * @param options - `epsilon` is required
 * @returns the potentials, the transport cost and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(N (sum of the shape)) exponentials a sweep on N points instead of O(N^2); O(N) memory.
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
 * // By Manhattan distances in space: from one corner of a cube to the opposite one.
 * const corner = (k: number) => ({ shape: [2, 2, 2], values: new Float64Array(8).fill(1, k, k + 1) });
 * console.log(gridSinkhorn(corner(0), corner(7), { epsilon: 0.1, power: 1 }).cost.toFixed(6)); // 3.000000
 * ```
 */
export function gridSinkhorn(a: GridWeights, b: GridWeights, options: GridSinkhornOptions): Outcome<GridPlan, GridIterate> {
  return runAdvised(gridSinkhornOptions, options, gridSinkhornSteps(a, b, options));
}

/** The iteration as steps, one sweep over both grids each. */
export function* gridSinkhornSteps(
  sources: GridWeights,
  targets: GridWeights,
  options: GridSinkhornOptions,
): Steps<GridPlan, GridIterate> {
  const { shape, a, b } = asGrids(sources, targets);
  const { epsilon, tolerance, power, initial } = resolveOptions(gridSinkhornOptions, options);
  const costs = { shape, power };
  const range = gridRange(costs);
  const [mass, other] = [total(a), total(b)];
  const balanced = b.map((weight) => (weight * mass) / other);
  if (initial !== undefined) checkInitial(initial, a, b);
  const state = new GridState(costs, a, balanced, initial);
  let iteration = 0;
  for (const stage of initial === undefined ? epsilonStages(epsilon, range) : [epsilon]) {
    const isLast = stage === epsilon;
    const floor = Number.EPSILON * Math.max(1, range / stage);
    const progress = new Progress(isLast ? tolerance : STAGE_TOLERANCE, floor);
    const kernel = new GridKernel(costs, stage);
    try {
      for (;;) {
        const marginalError = state.sweep(kernel, stage);
        const solution = () => state.solution(kernel, stage, b);
        yield { iteration: iteration++, marginalError, epsilon: stage, solution };
        // What a sweep says of the sources is rounded as the potentials are; the plan has the last word.
        if (isLast) {
          const end = progress.conclude(marginalError / mass, mass, solution);
          if (end) return end;
        } else if (progress.verdict(marginalError / mass)) break;
      }
    } finally {
      kernel.release();
    }
  }
  throw new Error('unreachable: the last stage returns');
}

/** The potentials of both grids, in units of the cost. */
class GridState {
  readonly #costs: GridCosts;
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #logA: Float64Array;
  readonly #logB: Float64Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;

  constructor(costs: GridCosts, a: Float64Array, b: Float64Array, initial?: InitialPotentials) {
    this.#costs = costs;
    this.#a = a;
    this.#b = b;
    this.#logA = logarithms(a);
    this.#logB = logarithms(b);
    this.#x = Float64Array.from(initial?.source ?? new Float64Array(a.length));
    this.#y = Float64Array.from(initial?.target ?? new Float64Array(a.length));
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
    const sums = (log: Float64Array, others: Float64Array) => log.map((value, p) => portableExp(value + others[p]));
    return {
      cost: this.#costs.shape.reduce((sum, _, axis) => sum + this.#moment(axis, u, v, epsilon), 0),
      dualValue: pairing(this.#a, this.#x) + pairing(b, this.#y),
      sourcePotential: this.#x.map((value, p) => (this.#a[p] > 0 ? value : -Infinity)),
      targetPotential: this.#y.map((value, q) => (b[q] > 0 ? value : -Infinity)),
      marginalError: distance(sums(u, kernel.times(v)), this.#a) + distance(sums(v, kernel.transposedTimes(u)), b),
    };
  }

  /** The part of the cost along one axis: sum_pq P_pq |p_k - q_k|^power. */
  #moment(axis: number, u: Float64Array, v: Float64Array, epsilon: number): number {
    const kernel = new GridKernel(this.#costs, epsilon, axis);
    try {
      const logs = kernel.times(v);
      return u.reduce((sum, value, p) => sum + portableExp(value + logs[p]), 0);
    } finally {
      kernel.release();
    }
  }
}

/** The weights of both grids, checked, and their shape. */
function asGrids(sources: GridWeights, targets: GridWeights) {
  const [first, second] = [asGrid(sources, 'a'), asGrid(targets, 'b')];
  const { shape } = first;
  if (shape.length !== second.shape.length || shape.some((count, k) => count !== second.shape[k])) {
    throw fault(`is ${second.shape.join(' x ')}, a is ${shape.join(' x ')}`, 'b', 'shape');
  }
  const points = first.values.length;
  return { shape, ...asMarginals({ a: first.values, b: second.values }, points, points) };
}

function asGrid(weights: GridWeights, argument: string) {
  if (typeof weights !== 'object' || weights === null || !('shape' in weights)) {
    const { rows, cols, values } = asMatrix(weights, argument);
    return { shape: [rows, cols], values };
  }
  const { shape, values } = weights;
  if (!Array.isArray(shape) || shape.length === 0) throw fault('must list at least one axis', `${argument}.shape`, 'shape');
  shape.forEach((count: number, k) => {
    checkInteger(count, `${argument}.shape[${k}]`, { min: 1 });
  });
  const points = shape.reduce((product: number, count: number) => product * count, 1);
  return { shape: shape as readonly number[], values: asVector(values, `${argument}.values`, points) };
}
