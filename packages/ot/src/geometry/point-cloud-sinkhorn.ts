// Sinkhorn's iteration between point clouds, without ever storing the costs.
//
// Costs are computed a tile at a time, wherever they are needed, and forgotten: memory is O(n + m) however many pairs
// there are. The sweeps are those of the log domain, in stages of decreasing epsilon.
//
// J. Feydy: Geometric data analysis, beyond convolutions (2020), chapter 3, for the idea of symbolic cost matrices.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { portableExp, portableLog, resolveOptions } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { Workspace } from '@infimum/linalg/kernels';
import { layout, runBlocks } from '@infimum/linalg/kernels';
import type { PointMetric } from '../cost-matrix.ts';
import { costMatrix } from '../cost-matrix.ts';
import { logarithms } from '../entropic/kernels/log-kernel.ts';
import { epsilonStages, STAGE_TOLERANCE } from '../entropic/state/epsilon-stages.ts';
import type { InitialPotentials } from '../initial-potentials.ts';
import { checkInitial } from '../initial-potentials.ts';
import { gibbs, logSumExpRows } from '../kernels.ts';
import { a, b, epsilon, initial, metric } from '../options.ts';
import { distance, pairing } from '../plan-metrics.ts';
import { asPointClouds, costBound } from '../point-clouds.ts';
import { Progress, runAdvised } from '../progress.ts';
import { total } from '../transport.ts';
import { addSquares, fitPotentials } from '../vectors.ts';

export const pointCloudSinkhornOptions = {
  epsilon,
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'l1 marginal error over the mass' },
  a,
  b,
  metric,
  initial,
  threads: { type: 'integer', min: 1, max: 64, default: 1, description: 'Threads; results are the same' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Limit of sweeps over all stages' },
} as const satisfies OptionSpecs;

/** Options of `pointCloudSinkhorn`. */
export type PointCloudSinkhornOptions = OptionsOf<typeof pointCloudSinkhornOptions> &
  RunOptions<PointCloudIterate>;

/** Transport between clouds, by its potentials: the plan is exp((x_i + y_j - c(x_i, y_j)) / epsilon). */
export interface PointCloudPlan {
  /** Transport cost, the sum of plan times cost. */
  readonly cost: number;
  /** Value of the dual, a'x + b'y; the regularised cost at the optimum. */
  readonly dualValue: number;
  /** Potentials of the sources, length n; -Infinity where the weight is zero. */
  readonly sourcePotential: Float64Array;
  /** Potentials of the targets, length m. */
  readonly targetPotential: Float64Array;
  /** Where every source goes on average, n x d: the barycentric projection; where the weight is zero, the source. */
  readonly projection: DenseMatrix;
  /** How far the plan's marginals are from the weights, in the l1 norm. */
  readonly marginalError: number;
}

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
 * Solves the problem of `sinkhorn` for costs c(x_i, y_j) that are never stored. Sweeps run in the log domain, in stages
 * from a fiftieth of the clouds' diameter down to `epsilon`, each halved. The plan is given by its potentials; cost
 * and barycentric projection come with it.
 *
 * @param sources - points x, n x d
 * @param targets - points y, m x d
 * @param options - `epsilon` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (d + exponential)) a half sweep; O((n + m) d) memory and one tile.
 *
 * @example
 * ```ts
 * import { pointCloudSinkhorn } from '@infimum/ot';
 *
 * const { status, cost } = pointCloudSinkhorn([[0], [1]], [[2], [3]], { epsilon: 0.05 });
 * console.log(status, cost.toFixed(6)); // converged 4.000000
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
  const { epsilon, tolerance, threads, initial } = settings;
  const { x, y, a, b, metric } = asPointClouds(sources, targets, settings);
  if (initial !== undefined) checkInitial(initial, a, b);
  const state = new PointCloudState(x, y, a, b, metric, threads);
  try {
    let iteration = 0;
    const range = costBound(x, y, metric);
    const mass = total(a);
    if (initial !== undefined) state.begin(initial);
    for (const stage of initial === undefined ? epsilonStages(epsilon, range) : [epsilon]) {
      const solution = () => state.solution(stage);
      const isLast = stage === epsilon;
      const floor = Number.EPSILON * Math.max(1, range / stage);
      const progress = new Progress(isLast ? tolerance : STAGE_TOLERANCE, floor);
      for (;;) {
        // The columns fit after an update of y, so the rows' error is the whole error.
        const marginalError = state.updateSource(stage);
        state.updateTarget(stage);
        yield { iteration: iteration++, marginalError, epsilon: stage, solution };
        if (isLast) {
          const end = progress.conclude(marginalError / mass, mass, solution);
          if (end) return end;
        } else if (progress.verdict(marginalError / mass)) break;
      }
    }
    throw new Error('unreachable: the last stage returns');
  } finally {
    state.release();
  }
}

/** A tile: 512 kB, in the second-level cache. */
const TILE_ROWS = 64;
const TILE_COLUMNS = 1024;

/** Rows of a tile that a thread takes at a time. */
const ROWS_PER_BLOCK = 16;

/** Potentials of the clouds, and one tile of costs. */
class PointCloudState {
  readonly #x: DenseMatrix;
  readonly #y: DenseMatrix;
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #logA: Float64Array;
  readonly #logB: Float64Array;
  readonly #metric: PointMetric;
  /** The metric from y to x; only a function may tell the two apart. */
  readonly #reverse: PointMetric;
  readonly #workspace: Workspace;
  readonly #tile: Float64Array;
  readonly #plan: Float64Array;
  readonly #rowValues: Float64Array;
  readonly #rowSums: Float64Array;
  readonly #columnValues: Float64Array;
  readonly #columnSums: Float64Array;
  readonly #sourcePotential: Float64Array;
  readonly #targetPotential: Float64Array;

  constructor(
    x: DenseMatrix,
    y: DenseMatrix,
    a: Float64Array,
    b: Float64Array,
    metric: PointMetric,
    threads: number,
  ) {
    this.#x = x;
    this.#y = y;
    this.#a = a;
    const balance = total(a) / total(b);
    this.#b = b.map((weight) => weight * balance);
    this.#logA = logarithms(a);
    this.#logB = logarithms(this.#b);
    this.#metric = metric;
    this.#reverse = typeof metric === 'function' ? (u, v) => metric(v, u) : metric;
    const { workspace, ...arrays } = layout(
      {
        tile: TILE_ROWS * TILE_COLUMNS,
        plan: TILE_ROWS * TILE_COLUMNS,
        rowValues: TILE_ROWS,
        rowSums: TILE_ROWS,
        columnValues: TILE_COLUMNS,
        columnSums: TILE_COLUMNS,
      },
      { threads },
    );
    this.#workspace = workspace;
    this.#tile = arrays.tile;
    this.#plan = arrays.plan;
    this.#rowValues = arrays.rowValues;
    this.#rowSums = arrays.rowSums;
    this.#columnValues = arrays.columnValues;
    this.#columnSums = arrays.columnSums;
    this.#sourcePotential = new Float64Array(a.length);
    this.#targetPotential = new Float64Array(b.length);
  }

  /** Takes over potentials. */
  begin({ source, target }: InitialPotentials): void {
    this.#sourcePotential.set(source);
    this.#targetPotential.set(target);
  }

  /** Fits the rows; returns by how much they were off before. */
  updateSource(epsilon: number): number {
    const sums = this.#logSums(this.#x, this.#y, this.#targetPotential, epsilon);
    return fitPotentials(this.#sourcePotential, this.#a, this.#logA, sums, epsilon);
  }

  /** Fits the columns. */
  updateTarget(epsilon: number): void {
    const sums = this.#logSums(this.#y, this.#x, this.#sourcePotential, epsilon);
    fitPotentials(this.#targetPotential, this.#b, this.#logB, sums, epsilon);
  }

  /** One pass over all pairs; O(nm d). */
  solution(epsilon: number): PointCloudPlan {
    const [x, y, dimension] = [this.#x, this.#y, this.#x.cols];
    const rowSums = new Float64Array(x.rows);
    const columnSums = new Float64Array(y.rows);
    const projection = new Float64Array(x.values.length);
    let cost = 0;
    this.#eachTile(x, y, (rows, fromRow, columns, fromColumn) => {
      this.#gibbs(rows, fromRow, columns, fromColumn, epsilon);
      for (let j = 0; j < columns; j++) columnSums[fromColumn + j] += this.#columnSums[j];
      for (let i = 0, k = 0; i < rows; i++) {
        rowSums[fromRow + i] += this.#rowSums[i];
        for (let j = 0; j < columns; j++, k++) {
          const mass = this.#plan[k];
          if (mass === 0) continue;
          cost += mass * this.#tile[k];
          for (let c = 0; c < dimension; c++) {
            projection[(fromRow + i) * dimension + c] += mass * y.values[(fromColumn + j) * dimension + c];
          }
        }
      }
    });
    for (let k = 0; k < projection.length; k++) {
      const sum = rowSums[Math.floor(k / dimension)];
      projection[k] = sum > 0 ? projection[k] / sum : x.values[k];
    }
    return {
      cost,
      dualValue: pairing(this.#a, this.#sourcePotential) + pairing(this.#b, this.#targetPotential),
      sourcePotential: this.#sourcePotential.map((value, i) => (this.#a[i] > 0 ? value : -Infinity)),
      targetPotential: this.#targetPotential.map((value, j) => (this.#b[j] > 0 ? value : -Infinity)),
      projection: { rows: x.rows, cols: dimension, values: projection },
      marginalError: distance(rowSums, this.#a) + distance(columnSums, this.#b),
    };
  }

  release(): void {
    this.#workspace.release();
  }

  /** log sum_j exp((potential_j - c(p_i, q_j)) / epsilon) for all i, added up tile by tile in order. */
  #logSums(p: DenseMatrix, q: DenseMatrix, potential: Float64Array, epsilon: number): Float64Array {
    const sums = new Float64Array(p.rows).fill(-Infinity);
    this.#eachTile(p, q, (rows, fromRow, columns, fromColumn) => {
      this.#columnValues.set(potential.subarray(fromColumn, fromColumn + columns));
      runBlocks(
        this.#workspace,
        logSumExpRows,
        { items: rows, block: ROWS_PER_BLOCK },
        {
          cols: columns,
          scale: 1 / epsilon,
          shift: this.#columnValues,
          matrix: this.#tile,
          out: this.#rowSums,
        },
      );
      for (let i = 0; i < rows; i++) sums[fromRow + i] = logAdd(sums[fromRow + i], this.#rowSums[i]);
    });
    return sums;
  }

  /** The plan on the current tile, its row sums and column sums. */
  #gibbs(rows: number, fromRow: number, columns: number, fromColumn: number, epsilon: number): void {
    this.#rowValues.set(this.#sourcePotential.subarray(fromRow, fromRow + rows));
    this.#columnValues.set(this.#targetPotential.subarray(fromColumn, fromColumn + columns));
    this.#columnSums.fill(0);
    runBlocks(
      this.#workspace,
      gibbs,
      { items: rows, block: rows },
      {
        cols: columns,
        cost: this.#tile,
        x: this.#rowValues,
        y: this.#columnValues,
        scale: 1 / epsilon,
        plan: this.#plan,
        rowSums: this.#rowSums,
        columnSums: this.#columnSums,
      },
    );
  }

  /** Computes the costs of every tile in turn and calls back. */
  #eachTile(
    p: DenseMatrix,
    q: DenseMatrix,
    visit: (rows: number, fromRow: number, columns: number, fromColumn: number) => void,
  ): void {
    for (let fromRow = 0; fromRow < p.rows; fromRow += TILE_ROWS) {
      const left = part(p, fromRow, TILE_ROWS);
      for (let fromColumn = 0; fromColumn < q.rows; fromColumn += TILE_COLUMNS) {
        const right = part(q, fromColumn, TILE_COLUMNS);
        if (this.#metric === 'squared-euclidean') fillSquares(this.#tile, left, right);
        else this.#tile.set(costMatrix(left, right, p === this.#y ? this.#reverse : this.#metric).values);
        visit(left.rows, fromRow, right.rows, fromColumn);
      }
    }
  }
}

/** Squared Euclidean costs, a coordinate at a time, so that the inner loop runs along rows. */
function fillSquares(tile: Float64Array, p: DenseMatrix, q: DenseMatrix): void {
  const [rows, columns, dimension] = [p.rows, q.rows, p.cols];
  const coordinates = new Float64Array(columns);
  for (let k = 0; k < dimension; k++) {
    for (let j = 0; j < columns; j++) coordinates[j] = q.values[j * dimension + k];
    for (let i = 0, at = 0; i < rows; i++, at += columns) {
      const coordinate = p.values[i * dimension + k];
      addSquares(tile, at, coordinate, coordinates, 0, columns, k === 0);
    }
  }
}

function part({ rows, cols, values }: DenseMatrix, from: number, most: number): DenseMatrix {
  const to = Math.min(from + most, rows);
  return { rows: to - from, cols, values: values.subarray(from * cols, to * cols) };
}

/** log(exp(u) + exp(v)). */
function logAdd(u: number, v: number): number {
  const larger = Math.max(u, v);
  return larger === -Infinity ? larger : larger + portableLog(1 + portableExp(Math.min(u, v) - larger));
}
