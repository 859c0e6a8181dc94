// Sinkhorn's iteration between point clouds, without ever storing the costs.
//
// Costs are computed a tile at a time, wherever they are needed, and forgotten: memory is O(n + m) however many pairs
// there are. Tiles are pairs of blocks of neighbours, of which the boxes about them tell which matter. The sweeps are those of
// the log domain, in stages of decreasing epsilon, with Anderson's extrapolation.
//
// J. Feydy: Geometric data analysis, beyond convolutions (2020), chapter 3, for the idea of symbolic cost matrices.

import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import type { Workspace } from '@infimum/linalg/kernels';
import { layout, runBlocks } from '@infimum/linalg/kernels';
import { AndersonMixing } from '@infimum/linalg/numerics';
import type { PointMetric } from '../cost-matrix.ts';
import { costMatrix } from '../cost-matrix.ts';
import { logarithms } from '../entropic/kernels/log-kernel.ts';
import { epsilonStages, STAGE_TOLERANCE } from '../entropic/state/epsilon-stages.ts';
import type { EntropicPlan } from '../entropic/state/normalized-problem.ts';
import type { MethodChoice } from '../entropic/sweeps-or-newton.ts';
import { sweepsOrNewton } from '../entropic/sweeps-or-newton.ts';
import { isSmooth, locationGradient } from '../entropic/transport-gradient.ts';
import type { InitialPotentials } from '../initial-potentials.ts';
import { checkInitial } from '../initial-potentials.ts';
import { gibbs, logSumExpRows } from '../kernels.ts';
import { a, b, epsilon, initial, maxBytes, metric } from '../options.ts';
import type { LocationGradient } from '../plan-entries.ts';
import { forEachEntry } from '../plan-entries.ts';
import { distance, pairing } from '../plan-metrics.ts';
import type { PointClouds } from '../point-clouds.ts';
import { asPointClouds, costBound } from '../point-clouds.ts';
import { Progress, runAdvised } from '../progress.ts';
import { total } from '../transport.ts';
import { addSquares, fitPotentials } from '../vectors.ts';
import type { SpatialBlocks } from './spatial-blocks.ts';
import { BLOCK, coarsened, leastCost, spatialBlocks } from './spatial-blocks.ts';

const pointCloudSinkhornOptions = {
  epsilon,
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'l1 marginal error over the mass' },
  a,
  b,
  metric,
  initial,
  threads: { type: 'integer', min: 1, max: 64, default: 1, description: 'Threads; results are the same' },
  maxBytes,
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Limit of sweeps over all stages' },
} as const satisfies OptionSpecs;

/** Options of `pointCloudSinkhorn`. */
export type PointCloudSinkhornOptions = OptionsOf<typeof pointCloudSinkhornOptions> & RunOptions<PointCloudIterate>;

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
  /** Gradient of the regularised cost in the points, for squared and plain Euclidean distances. */
  readonly locations?: LocationGradient;
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
 * from a fiftieth of the clouds' diameter down to `epsilon`, each halved, with Anderson's extrapolation. The plan is given by
 * its potentials; cost, barycentric projection and gradient in the points come with it.
 *
 * @param sources - points x, n x d
 * @param targets - points y, m x d
 * @param options - `epsilon` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm (d + exponential)) a half sweep, less where epsilon is small and the dimension low: pairs whose masses are below
 * the rounding of all sums are left out by blocks. O((n + m) d) memory and one tile.
 *
 * @example
 * ```ts
 * import { pointCloudSinkhorn } from '@infimum/ot';
 *
 * const { status, cost } = pointCloudSinkhorn([[0], [1]], [[2], [3]], { epsilon: 0.05 });
 * console.log(status, cost.toFixed(4)); // converged 4.0000
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
  const clouds = asPointClouds(sources, targets, settings);
  const { initial, maxBytes } = settings;
  if (initial !== undefined) checkInitial(initial, clouds.a, clouds.b);
  const isStored = BYTES_PER_PAIR * clouds.a.length * clouds.b.length <= maxBytes;
  return yield* isStored ? storedSteps(clouds, settings) : tiledSteps(clouds, settings, 0);
}

/** Bytes of a cost and of an entry of the plan. */
export const BYTES_PER_PAIR = 16;

/** What the methods take. */
interface CloudSettings {
  readonly epsilon: number;
  readonly tolerance: number;
  readonly threads: number;
  readonly initial?: InitialPotentials | undefined;
}

/** Clouds whose costs may be stored: sweeps or Newton steps on those. */
function* storedSteps(clouds: PointClouds, settings: CloudSettings): Steps<PointCloudPlan, PointCloudIterate> {
  const { x, y, a, b, metric } = clouds;
  const problem = { a, b, cost: costMatrix(x, y, metric) };
  const { epsilon, tolerance, threads, initial } = settings;
  const choice: MethodChoice = { method: 'andersonSinkhorn', seen: '' };
  const steps = sweepsOrNewton(problem, { epsilon, tolerance, threads, initial }, choice);
  const described = ({ plan, regularizedCost: _, epsilon: __, ...known }: EntropicPlan): PointCloudPlan => ({
    ...known,
    projection: projectionOf(plan, clouds),
    ...(isSmooth(metric) && { locations: locationGradient(plan, x, y, metric) }),
  });
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return { ...step.value, solution: described(step.value.solution) };
      const { solution, iteration, marginalError } = step.value;
      yield { iteration, marginalError, epsilon, solution: () => described(solution()) };
    }
  } finally {
    steps.return(undefined as never);
  }
}

function projectionOf(plan: DenseMatrix, { x, y }: PointClouds): DenseMatrix {
  const values = new Float64Array(x.values.length);
  const sums = new Float64Array(x.rows);
  forEachEntry(plan, (i, j, mass) => {
    sums[i] += mass;
    addTo(values, i, mass, y.values, j, x.cols);
  });
  return { ...x, values: values.map((value, k) => meanOr(value, sums[Math.floor(k / x.cols)], x.values[k])) };
}

function meanOr(sum: number, mass: number, otherwise: number): number {
  return mass > 0 ? sum / mass : otherwise;
}

/** Points of a coarse cloud stand for so many; clouds of fewer points are not made coarser, nor more often. */
const COARSENING = 8;
const FEW_POINTS = 1000;
const MOST_LEVELS = 3;

/** Clouds without stored costs: stages of falling epsilon on coarse clouds, where the metric has means, then on these. */
function* tiledSteps(
  clouds: PointClouds,
  { epsilon, tolerance, threads, initial }: CloudSettings,
  level: number,
): Steps<PointCloudPlan, PointCloudIterate> {
  const state = new PointCloudState(clouds, threads);
  try {
    let iteration = 0;
    const { x, y, a, b, metric } = clouds;
    const range = costBound(x, y, metric);
    const mass = total(a);
    if (initial !== undefined) state.begin(initial);
    const hasMeans = typeof metric !== 'function' && metric !== 'cosine';
    const isCoarse = hasMeans && Math.min(a.length, b.length) > FEW_POINTS && level < MOST_LEVELS;
    if (initial === undefined && isCoarse) {
      const [from, to] = [coarsened(x, a, COARSENING), coarsened(y, b, COARSENING)];
      const coarse = { x: from.points, y: to.points, a: from.weights, b: to.weights, metric };
      const steps = tiledSteps(coarse, { epsilon, tolerance: COARSE_TOLERANCE, threads }, level + 1);
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) {
          state.prolong(clouds, coarse, step.value.solution, epsilon, threads);
          break;
        }
        const { epsilon: stage, solution } = step.value;
        const prolonged = () => {
          state.prolong(clouds, coarse, solution(), stage, threads);
          return state.solution(stage);
        };
        yield { ...step.value, iteration: iteration++, solution: prolonged };
      }
    }
    const mixing = new AndersonMixing(b.length, MEMORY);
    const isStaged = initial === undefined && !isCoarse;
    for (const stage of isStaged ? epsilonStages(epsilon, range) : [epsilon]) {
      const solution = () => state.solution(stage);
      const isLast = stage === epsilon;
      const floor = Number.EPSILON * Math.max(1, range / stage);
      const progress = new Progress(isLast ? tolerance : STAGE_TOLERANCE, floor);
      const sweeps = new MixedSweeps(state, stage, mixing);
      for (;;) {
        const marginalError = sweeps.sweep();
        yield { iteration: iteration++, marginalError, epsilon: stage, solution };
        if (isLast) {
          const end = progress.conclude(marginalError / mass, mass, solution);
          if (end) return end;
        } else if (progress.verdict(marginalError / mass)) break;
        sweeps.extrapolate(marginalError / mass);
      }
    }
    throw new Error('unreachable: the last stage returns');
  } finally {
    state.release();
  }
}

/** Marginal error of coarse clouds, beside which the errors of their means matter. */
const COARSE_TOLERANCE = 1e-3;

/** Sweeps that an extrapolation looks back on; where more of the mass is wrong, old ones lead astray. */
const MEMORY = 10;
const FAR_ERROR = 1e-4;
const FAR_MEMORY = 5;

/** Share of the dual value that rounding may take away. */
const ROUNDING = 1e-13;

/** Sinkhorn's sweeps at one epsilon with Anderson's extrapolation of the target potentials; the dual says when that leads astray. */
class MixedSweeps {
  readonly #state: PointCloudState;
  readonly #epsilon: number;
  readonly #mixing: AndersonMixing;
  readonly #point: Float64Array;
  readonly #image: Float64Array;
  #dual = -Infinity;
  #isMixed = false;

  constructor(state: PointCloudState, epsilon: number, mixing: AndersonMixing) {
    this.#state = state;
    this.#epsilon = epsilon;
    this.#mixing = mixing;
    mixing.reset();
    this.#point = new Float64Array(state.y.potential.length);
    this.#image = new Float64Array(state.y.potential.length);
  }

  /** Fits rows, then columns; returns by how much the columns were off when the rows fitted. */
  sweep(): number {
    const { y } = this.#state;
    this.#state.updateSource(this.#epsilon);
    let dual = this.#state.dualValue();
    if (this.#isMixed && !(dual >= this.#dual - ROUNDING * Math.abs(this.#dual))) {
      y.potential.set(this.#image);
      this.#state.updateSource(this.#epsilon);
      dual = this.#state.dualValue();
    }
    this.#dual = dual;
    this.#point.set(y.potential);
    const error = this.#state.updateTarget(this.#epsilon);
    this.#image.set(y.potential);
    return error;
  }

  /** Goes on from a combination of the last sweeps. */
  extrapolate(error: number): void {
    const { potential } = this.#state.y;
    const finite = (values: Float64Array) => values.map((value) => (value === -Infinity ? 0 : value / this.#epsilon));
    const memory = error > FAR_ERROR ? FAR_MEMORY : undefined;
    const mixed = this.#mixing.next(finite(this.#point), finite(this.#image), memory);
    for (let j = 0; j < mixed.length; j++) {
      if (potential[j] > -Infinity) potential[j] = this.#epsilon * mixed[j];
    }
    this.#isMixed = true;
  }
}

/** Rows of a tile that a thread takes at a time. */
const ROWS_PER_BLOCK = 32;

/** exp(-38) is below the rounding of sums. */
const NEGLIGIBLE = 38;

/** One cloud in blocks, with its weights and potentials in the order of the blocks. */
class CloudSide {
  readonly blocks: SpatialBlocks;
  readonly weights: Float64Array;
  readonly logWeights: Float64Array;
  readonly potential: Float64Array;

  constructor(points: DenseMatrix, weights: Float64Array) {
    this.blocks = spatialBlocks(points);
    this.weights = this.inBlocks(weights);
    this.logWeights = logarithms(this.weights);
    this.potential = new Float64Array(weights.length);
  }

  /** Numbers of the points in the order of the blocks. */
  inBlocks(values: VectorLike): Float64Array {
    return Float64Array.from(this.blocks.order, (i) => values[i]);
  }

  /** Numbers of the blocks, `width` for every point, in the order of the points. */
  inOrder(values: Float64Array, width = 1): Float64Array {
    const out = new Float64Array(values.length);
    this.blocks.order.forEach((i, place) => {
      for (let k = 0; k < width; k++) out[i * width + k] = values[place * width + k];
    });
    return out;
  }

  /** The largest potential of every block over epsilon. */
  largestPotentials(epsilon: number): Float64Array {
    const largest = new Float64Array(this.blocks.count).fill(-Infinity);
    this.potential.forEach((value, place) => {
      const block = Math.floor(place / BLOCK);
      largest[block] = Math.max(largest[block], value / epsilon);
    });
    return largest;
  }

  /** Rows of the blocks as a matrix in the order of the points. */
  matrix(values: Float64Array): DenseMatrix {
    const { rows, cols } = this.blocks.points;
    return { rows, cols, values: this.inOrder(values, cols) };
  }

  /** The potentials in the order of the points, -Infinity where there is no weight. */
  potentials(): Float64Array {
    return this.inOrder(this.potential.map((value, place) => (this.weights[place] > 0 ? value : -Infinity)));
  }
}

/** Potentials of the clouds, and one tile of costs. */
class PointCloudState {
  readonly x: CloudSide;
  readonly y: CloudSide;
  readonly #metric: PointMetric;
  /** The metric from y to x; only a function may tell the two apart. */
  readonly #reverse: PointMetric;
  readonly #workspace: Workspace;
  readonly #arrays;

  constructor({ x, y, a, b, metric }: PointClouds, threads: number) {
    this.x = new CloudSide(x, a);
    const balance = total(a) / total(b);
    this.y = new CloudSide(
      y,
      b.map((weight) => weight * balance),
    );
    this.#metric = metric;
    this.#reverse = typeof metric === 'function' ? (u, v) => metric(v, u) : metric;
    const { workspace, ...arrays } = layout(
      { tile: BLOCK * BLOCK, plan: BLOCK * BLOCK, rowValues: BLOCK, rowSums: BLOCK, columnValues: BLOCK, columnSums: BLOCK },
      { threads },
    );
    this.#workspace = workspace;
    this.#arrays = arrays;
  }

  /** Takes over potentials. */
  begin({ source, target }: InitialPotentials): void {
    this.x.potential.set(this.x.inBlocks(source));
    this.y.potential.set(this.y.inBlocks(target));
  }

  /** Takes over the potentials of coarse clouds: sources are fitted to the coarse targets, targets to the sources then. */
  prolong(
    { x, a, metric }: PointClouds,
    coarse: PointClouds,
    { targetPotential }: PointCloudPlan,
    epsilon: number,
    threads: number,
  ): void {
    const between = new PointCloudState({ x, a, y: coarse.y, b: coarse.b, metric }, threads);
    try {
      between.y.potential.set(between.y.inBlocks(targetPotential));
      between.updateSource(epsilon);
      this.x.potential.set(between.x.potential);
    } finally {
      between.release();
    }
    this.updateTarget(epsilon);
  }

  /** Fits the rows; returns by how much they were off before. */
  updateSource(epsilon: number): number {
    const { x } = this;
    const sums = this.#logSums(x, this.y, this.#metric, epsilon);
    return fitPotentials(x.potential, x.weights, x.logWeights, sums, epsilon);
  }

  /** Fits the columns; returns by how much they were off before. */
  updateTarget(epsilon: number): number {
    const { y } = this;
    const sums = this.#logSums(y, this.x, this.#reverse, epsilon);
    return fitPotentials(y.potential, y.weights, y.logWeights, sums, epsilon);
  }

  /** a'x + b'y. */
  dualValue(): number {
    const { x, y } = this;
    return pairing(x.weights, x.potential) + pairing(y.weights, y.potential);
  }

  /** One pass over all pairs that matter. */
  solution(epsilon: number): PointCloudPlan {
    const { x, y } = this;
    const dimension = x.blocks.points.cols;
    const isEuclidean = this.#metric === 'euclidean';
    const [moved, pulled] = [new PairSums(x, y, dimension), isEuclidean && new PairSums(x, y, dimension)];
    const negligible = portableLog(total(x.weights)) - NEGLIGIBLE - portableLog(x.weights.length * y.weights.length);
    const largest = y.largestPotentials(epsilon);
    const { tile, plan } = this.#arrays;
    let cost = 0;
    x.largestPotentials(epsilon).forEach((potential, i) => {
      for (let j = 0; j < y.blocks.count; j++) {
        const bound = potential + largest[j] - leastCost(x.blocks, i, y.blocks, j, this.#metric) / epsilon;
        if (bound < negligible) continue;
        const [rows, columns] = this.#fillTile(x, i, y, j, this.#metric);
        this.#gibbs(i * BLOCK, rows, j * BLOCK, columns, epsilon);
        for (let k = 0; k < rows * columns; k++) cost += plan[k] * tile[k];
        moved.add(plan, i * BLOCK, rows, j * BLOCK, columns);
        if (!pulled) continue;
        // The gradient of a distance is the difference over it; points that coincide pull nowhere.
        for (let k = 0; k < rows * columns; k++) plan[k] = tile[k] > 0 ? plan[k] / tile[k] : 0;
        pulled.add(plan, i * BLOCK, rows, j * BLOCK, columns);
      }
    });
    const projection = moved.targets.map((value, k) =>
      meanOr(value, moved.rows[Math.floor(k / dimension)], x.blocks.points.values[k]),
    );
    return {
      cost,
      dualValue: this.dualValue(),
      sourcePotential: x.potentials(),
      targetPotential: y.potentials(),
      projection: x.matrix(projection),
      ...(isSmooth(this.#metric) && { locations: (pulled || moved).pulls(isEuclidean ? 1 : 2) }),
      marginalError: distance(moved.rows, x.weights) + distance(moved.columns, y.weights),
    };
  }

  release(): void {
    this.#workspace.release();
  }

  /**
   * log sum_j exp((potential_j - c(p_i, q_j)) / epsilon) for all i. Tiles come in the order of the largest term that they
   * may have, until that is negligible beside the sums of all rows of the block.
   */
  #logSums(p: CloudSide, q: CloudSide, metric: PointMetric, epsilon: number): Float64Array {
    const sums = new Float64Array(p.weights.length).fill(-Infinity);
    const largest = q.largestPotentials(epsilon);
    const negligible = NEGLIGIBLE + portableLog(q.weights.length);
    const bounds = new Float64Array(q.blocks.count);
    const tiles = Int32Array.from({ length: q.blocks.count }, (_, j) => j);
    const { tile, columnValues, rowSums } = this.#arrays;
    for (let i = 0; i < p.blocks.count; i++) {
      for (let j = 0; j < bounds.length; j++) {
        bounds[j] = largest[j] - leastCost(p.blocks, i, q.blocks, j, metric) / epsilon;
      }
      tiles.sort((j, k) => bounds[k] - bounds[j] || j - k);
      let least = -Infinity;
      for (const j of tiles) {
        if (bounds[j] < least - negligible) break;
        const [rows, cols] = this.#fillTile(p, i, q, j, metric);
        columnValues.set(q.potential.subarray(j * BLOCK, j * BLOCK + cols));
        const values = { cols, scale: 1 / epsilon, shift: columnValues, matrix: tile, out: rowSums };
        runBlocks(this.#workspace, logSumExpRows, { items: rows, block: ROWS_PER_BLOCK }, values);
        least = Infinity;
        for (let row = 0, at = i * BLOCK; row < rows; row++, at++) {
          sums[at] = logAdd(sums[at], rowSums[row]);
          least = Math.min(least, sums[at]);
        }
      }
    }
    return sums;
  }

  /** The plan on the current tile, its row sums and column sums. */
  #gibbs(fromRow: number, rows: number, fromColumn: number, cols: number, epsilon: number): void {
    const { tile, plan, rowValues, columnValues, rowSums, columnSums } = this.#arrays;
    rowValues.set(this.x.potential.subarray(fromRow, fromRow + rows));
    columnValues.set(this.y.potential.subarray(fromColumn, fromColumn + cols));
    columnSums.fill(0);
    const values = { cols, cost: tile, x: rowValues, y: columnValues, scale: 1 / epsilon, plan, rowSums, columnSums };
    runBlocks(this.#workspace, gibbs, { items: rows, block: rows }, values);
  }

  /** Writes the costs between two blocks; returns how many rows and columns there are. */
  #fillTile(p: CloudSide, i: number, q: CloudSide, j: number, metric: PointMetric): [rows: number, columns: number] {
    const left = part(p.blocks.points, i * BLOCK, BLOCK);
    const right = part(q.blocks.points, j * BLOCK, BLOCK);
    if (metric === 'squared-euclidean') fillSquares(this.#arrays.tile, left, right);
    else this.#arrays.tile.set(costMatrix(left, right, metric).values);
    return [left.rows, right.rows];
  }
}

/** Sums of masses of pairs, and of the points at their other ends. */
class PairSums {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  /** sum_j w_ij y_j. */
  readonly targets: Float64Array;
  /** sum_i w_ij x_i. */
  readonly #sources: Float64Array;
  readonly #x: CloudSide;
  readonly #y: CloudSide;
  readonly #dimension: number;
  /** Coordinates of a block of targets, one after the other, and sums of the sources in the same order. */
  readonly #coordinates: Float64Array;
  readonly #sums: Float64Array;

  constructor(x: CloudSide, y: CloudSide, dimension: number) {
    this.rows = new Float64Array(x.weights.length);
    this.columns = new Float64Array(y.weights.length);
    this.targets = new Float64Array(x.weights.length * dimension);
    this.#sources = new Float64Array(y.weights.length * dimension);
    this.#x = x;
    this.#y = y;
    this.#dimension = dimension;
    this.#coordinates = new Float64Array(BLOCK * dimension);
    this.#sums = new Float64Array(BLOCK * dimension);
  }

  /** Adds the masses of a tile, row by row. */
  add(masses: Float64Array, fromRow: number, rows: number, fromColumn: number, columns: number): void {
    const [dimension, coordinates, sums] = [this.#dimension, this.#coordinates, this.#sums.fill(0)];
    const { values: from } = this.#x.blocks.points;
    const { values: to } = this.#y.blocks.points;
    for (let j = 0; j < columns; j++) {
      for (let c = 0; c < dimension; c++) coordinates[c * columns + j] = to[(fromColumn + j) * dimension + c];
    }
    for (let row = 0; row < rows; row++) {
      const [i, start] = [fromRow + row, row * columns];
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        sum += masses[start + j];
        this.columns[fromColumn + j] += masses[start + j];
      }
      this.rows[i] += sum;
      if (sum === 0) continue;
      for (let c = 0; c < dimension; c++) {
        const coordinate = from[i * dimension + c];
        let target = 0;
        for (let j = 0, at = c * columns; j < columns; j++, at++) {
          target += masses[start + j] * coordinates[at];
          sums[at] += masses[start + j] * coordinate;
        }
        this.targets[i * dimension + c] += target;
      }
    }
    for (let j = 0; j < columns; j++) {
      for (let c = 0; c < dimension; c++) this.#sources[(fromColumn + j) * dimension + c] += sums[c * columns + j];
    }
  }

  /** factor sum_j w_ij (x_i - y_j) for the sources, factor sum_i w_ij (y_j - x_i) for the targets. */
  pulls(factor: number): LocationGradient {
    const along = (side: CloudSide, sums: Float64Array, others: Float64Array) =>
      side.matrix(
        side.blocks.points.values.map((value, k) => factor * (value * sums[Math.floor(k / this.#dimension)] - others[k])),
      );
    return { x: along(this.#x, this.rows, this.targets), y: along(this.#y, this.columns, this.#sources) };
  }
}

/** Adds a multiple of a row of one matrix to a row of another. */
function addTo(out: Float64Array, i: number, factor: number, values: Float64Array, j: number, width: number): void {
  for (let k = 0; k < width; k++) out[i * width + k] += factor * values[j * width + k];
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
