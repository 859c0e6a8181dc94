// Potentials of two clouds, and the sums over their pairs that fit them: costs are computed where they are needed.
import type { VectorLike } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { int32, layout, runBlocks } from '@infimum/linalg/kernels';
import type { PointMetric } from '../cost-matrix.ts';
import { costMatrix } from '../cost-matrix.ts';
import { logarithms } from '../entropic/kernels/log-kernel.ts';
import { isSmooth } from '../entropic/location-gradient.ts';
import type { InitialPotentials } from '../initial-potentials.ts';
import type { LocationGradient } from '../plan-entries.ts';
import { distance, pairing } from '../plan-metrics.ts';
import type { PointClouds } from '../point-clouds.ts';
import { total } from '../transport.ts';
import { fitPotentials } from '../vectors.ts';
import { cloudLogSums, cloudPass } from './cloud-kernels.ts';
import { GaussGrid } from './gauss-grid.ts';
import type { SpatialBlocks } from './spatial-blocks.ts';
import { BLOCK, leastCost, spatialBlocks } from './spatial-blocks.ts';

/** exp(-38) is below the rounding of sums. */
const NEGLIGIBLE = 38;

/** Where an error is asked for, what is left out is this share of it for a thousand pairs. */
const SHARE_LEFT_OUT = 1e-5;

/** Tiles are first taken down to so much below the largest term; the sums of those say which of the others matter. */
const FIRST_DEPTH = 4;

/** Masses that are put together are left out where they are by so much below what is put together, as exponents. */
const SAMPLED_DEPTH = 7;

/** Multiples of it are spread evenly modulo one. */
const GOLDEN = 0.618033988749895;

/** Tiles that are listed at a time. */
const LISTED = 2 ** 18;

/** One cloud in blocks, with its weights and potentials in the order of the blocks. */
class CloudSide {
  readonly blocks: SpatialBlocks;
  readonly weights: Float64Array;
  readonly logWeights: Float64Array;
  readonly potential: Float64Array;
  /** Numbers for all places of whole blocks, those beyond the last point too. */
  readonly room: number;

  constructor(points: DenseMatrix, weights: Float64Array) {
    this.blocks = spatialBlocks(points);
    this.weights = this.inBlocks(weights);
    this.logWeights = logarithms(this.weights);
    this.potential = new Float64Array(weights.length);
    this.room = BLOCK * this.blocks.count;
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

  /** The points, block after block, one coordinate of a block after the other. */
  coordinates(): Float64Array {
    const { rows, cols, values } = this.blocks.points;
    const out = new Float64Array(this.room * cols);
    for (let place = 0; place < rows; place++) {
      const block = Math.floor(place / BLOCK);
      for (let k = 0; k < cols; k++) out[(block * cols + k) * BLOCK + (place % BLOCK)] = values[place * cols + k];
    }
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

/** Sums over the pairs of a plan, in the order of the blocks. */
interface PlanSums {
  readonly cost: number;
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  /** sum_j w_ij y_j, n x d, and sum_i w_ij x_i, m x d. */
  readonly targets: Float64Array;
  readonly sources: Float64Array;
}

/** Memory for what the kernels read and write. */
function cloudArrays(x: CloudSide, y: CloudSide, isFused: boolean, threads: number) {
  const room = isFused ? Math.max(x.room, y.room) : 0;
  const { cols } = x.blocks.points;
  const [sources, targets] = [x, y].map((side) => (isFused ? side.coordinates() : 0));
  const listed = Math.max(x.blocks.count, y.blocks.count, Math.min(LISTED, x.blocks.count * y.blocks.count));
  const vectors = { shift: room, own: room, maxima: room, sums: room, rows: (2 + cols) * room, columns: (1 + cols) * room };
  const lists = { pointers: int32(room / BLOCK + 1), tiles: int32(isFused ? listed : 0) };
  return layout({ x: sources, y: targets, ...vectors, ...lists, scratch: BLOCK * threads }, { threads });
}

/** Potentials of two clouds. */
export class CloudState {
  readonly x: CloudSide;
  readonly y: CloudSide;
  /** Whether a cloud is moved to itself: both potentials are one then. */
  readonly isSelf: boolean;
  readonly #metric: PointMetric;
  /** The metric from y to x; only a function may tell the two apart. */
  readonly #reverse: PointMetric;
  readonly #arrays: ReturnType<typeof cloudArrays>;
  readonly #depth: number;
  readonly #tolerance: number;
  /** Sums by a grid at one epsilon; null where there is none. */
  #grid: GaussGrid | null | undefined;
  #gridEpsilon = 0;
  #isExact = false;

  constructor({ x, y, a, b, metric }: PointClouds, threads: number, tolerance: number) {
    this.x = new CloudSide(x, a);
    const balance = total(a) / total(b);
    this.isSelf = isSmooth(metric) && x.values === y.values && a.every((weight, i) => weight === b[i]);
    this.y = this.isSelf
      ? this.x
      : new CloudSide(
          y,
          b.map((weight) => weight * balance),
        );
    this.#metric = metric;
    this.#reverse = typeof metric === 'function' ? (u, v) => metric(v, u) : metric;
    this.#tolerance = tolerance;
    this.#depth = Math.min(NEGLIGIBLE, -portableLog(SHARE_LEFT_OUT * Math.max(tolerance, 1e-300)));
    this.#arrays = cloudArrays(this.x, this.y, isSmooth(metric), threads);
  }

  /** Takes over potentials. */
  begin({ source, target }: InitialPotentials): void {
    this.x.potential.set(this.x.inBlocks(source));
    this.y.potential.set(this.y.inBlocks(target));
  }

  /** Whether sums come from a grid, at a price that does not depend on the pairs. */
  get hasGrid(): boolean {
    return Boolean(this.#grid);
  }

  /** From now on sums leave out nothing that could be seen in them. */
  beExact(): void {
    this.#isExact = true;
  }

  /** Takes over the potentials of coarse clouds: sources are fitted to the coarse targets, targets to the sources then. */
  prolong({ x, a, metric }: PointClouds, coarse: PointClouds, { targetPotential }: PointCloudPlan, epsilon: number): void {
    const between = new CloudState({ x, a, y: coarse.y, b: coarse.b, metric }, 1, this.#tolerance);
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
    const sums = this.#logSums(true, epsilon);
    return fitPotentials(x.potential, x.weights, x.logWeights, sums, epsilon);
  }

  /** Fits the columns; returns by how much they were off before. */
  updateTarget(epsilon: number): number {
    const { y } = this;
    const sums = this.#logSums(false, epsilon);
    return fitPotentials(y.potential, y.weights, y.logWeights, sums, epsilon);
  }

  /** For a cloud and itself: the mean of its potential and the one that fits; returns by how much both marginals were off. */
  updateBoth(epsilon: number): number {
    const { potential } = this.x;
    const before = potential.slice();
    const error = this.updateSource(epsilon);
    for (let i = 0; i < before.length; i++) potential[i] = (potential[i] + before[i]) / 2;
    return 2 * error;
  }

  /** a'x + b'y. */
  dualValue(): number {
    const { x, y } = this;
    return pairing(x.weights, x.potential) + pairing(y.weights, y.potential);
  }

  /** One pass over all pairs that matter. */
  solution(epsilon: number): PointCloudPlan {
    const { x, y } = this;
    const { cols } = x.blocks.points;
    const isEuclidean = this.#metric === 'euclidean';
    const sums = isSmooth(this.#metric) ? this.#pass(epsilon, false) : this.#plainPass(epsilon);
    const projection = sums.targets.map((value, k) => {
      const mass = sums.rows[Math.floor(k / cols)];
      return mass > 0 ? value / mass : x.blocks.points.values[k];
    });
    const pulled = isEuclidean ? this.#pass(epsilon, true) : sums;
    const pull = (side: CloudSide, masses: Float64Array, others: Float64Array) =>
      side.matrix(
        side.blocks.points.values.map((value, k) => (isEuclidean ? 1 : 2) * (value * masses[Math.floor(k / cols)] - others[k])),
      );
    const locations = (): LocationGradient => ({
      x: pull(x, pulled.rows, pulled.targets),
      y: pull(y, pulled.columns, pulled.sources),
    });
    return {
      cost: sums.cost,
      dualValue: this.dualValue(),
      sourcePotential: x.potentials(),
      targetPotential: y.potentials(),
      projection: x.matrix(projection),
      ...(isSmooth(this.#metric) && { locations: locations() }),
      marginalError: distance(sums.rows, x.weights) + distance(sums.columns, y.weights),
    };
  }

  release(): void {
    this.#arrays.workspace.release();
  }

  /** log sum_j exp((potential_j - c(p_i, q_j)) / epsilon) for all i of one side. */
  #logSums(isFirst: boolean, epsilon: number): Float64Array {
    const [p, q] = isFirst ? [this.x, this.y] : [this.y, this.x];
    const shift = q.potential.map((value) => value / epsilon);
    if (!isSmooth(this.#metric)) return this.#plainSums(p, q, isFirst ? this.#metric : this.#reverse, shift, epsilon);
    if (this.#metric === 'squared-euclidean' && !this.#isExact) {
      if (this.#grid === undefined || this.#gridEpsilon !== epsilon) {
        this.#grid = GaussGrid.for(this.x.blocks.points, this.y.blocks.points, epsilon, this.#tolerance) ?? null;
        this.#gridEpsilon = epsilon;
      }
      const sums = this.#grid?.logSums(
        isFirst,
        shift,
        p.potential.map((value) => value / epsilon),
      );
      if (sums) return sums;
      this.#grid = null;
    }
    const arrays = this.#arrays;
    arrays.shift.fill(-Infinity).set(shift);
    arrays.maxima.fill(-Infinity);
    arrays.sums.fill(0);
    const { cols } = p.blocks.points;
    const reach = (this.#isExact ? NEGLIGIBLE : this.#depth) + portableLog(q.weights.length);
    const given = {
      d: cols,
      root: Number(this.#metric === 'euclidean'),
      x: isFirst || this.isSelf ? arrays.x : arrays.y,
      y: isFirst && !this.isSelf ? arrays.y : arrays.x,
      shift: arrays.shift,
      scale: 1 / epsilon,
      reach,
      pointers: arrays.pointers,
      tiles: arrays.tiles,
      maxima: arrays.maxima,
      sums: arrays.sums,
      scratch: (_: number, thread: number) => arrays.scratch.byteOffset + 8 * BLOCK * thread,
    };
    const largest = q.largestPotentials(epsilon);
    const out = new Float64Array(p.weights.length);
    this.#eachChunk(p, q, epsilon, (from, to, bounds) => {
      const least = new Float64Array(to - from);
      const width = q.blocks.count;
      for (let i = from; i < to; i++) {
        let top = -Infinity;
        for (let j = 0, k = (i - from) * width; j < width; j++, k++) {
          bounds[k] += largest[j];
          top = Math.max(top, bounds[k]);
        }
        least[i - from] = top - FIRST_DEPTH;
      }
      const run = () => {
        const at = (array: Float64Array | Int32Array, stride: number) => array.byteOffset + from * stride;
        runBlocks(
          arrays.workspace,
          cloudLogSums,
          { items: to - from, block: 1 },
          {
            ...given,
            x: at(given.x, 8 * BLOCK * cols),
            maxima: at(arrays.maxima, 8 * BLOCK),
            sums: at(arrays.sums, 8 * BLOCK),
          },
        );
      };
      this.#list(to - from, width, (i, j) => bounds[i * width + j] >= least[i]);
      run();
      const read = () => {
        for (let i = from * BLOCK; i < Math.min(to * BLOCK, out.length); i++) {
          out[i] = arrays.maxima[i] + portableLog(arrays.sums[i]);
        }
      };
      read();
      const enough = least.map((_, i) => {
        let low = Infinity;
        for (let k = (from + i) * BLOCK; k < Math.min((from + i + 1) * BLOCK, out.length); k++) low = Math.min(low, out[k]);
        return low - reach;
      });
      this.#list(to - from, width, (i, j) => bounds[i * width + j] < least[i] && bounds[i * width + j] >= enough[i]);
      run();
      read();
    });
    return out;
  }

  /** Blocks of p, some at a time, with the least cost over epsilon of each to the blocks of q, negated. */
  #eachChunk(
    p: CloudSide,
    q: CloudSide,
    epsilon: number,
    visit: (from: number, to: number, bounds: Float64Array) => void,
  ): void {
    const [count, width] = [p.blocks.count, q.blocks.count];
    const most = Math.max(1, Math.floor(LISTED / width));
    const bounds = new Float64Array(Math.min(most, count) * width);
    for (let from = 0; from < count; from += most) {
      const to = Math.min(count, from + most);
      for (let i = from, k = 0; i < to; i++) {
        for (let j = 0; j < width; j++, k++) bounds[k] = -leastCost(p.blocks, i, q.blocks, j, this.#metric) / epsilon;
      }
      visit(from, to, bounds);
    }
  }

  /** Lists the tiles of a chunk that are wanted; returns their number. */
  #list(rows: number, width: number, isWanted: (i: number, j: number) => boolean): number {
    const { pointers, tiles } = this.#arrays;
    let count = 0;
    for (let i = 0; i < rows; i++) {
      pointers[i] = count;
      for (let j = 0; j < width; j++) if (isWanted(i, j)) tiles[count++] = j;
    }
    pointers[rows] = count;
    return count;
  }

  /** Sums over the plan, or over masses divided by their costs. */
  #pass(epsilon: number, isInverse: boolean): PlanSums {
    const { x, y, isSelf } = this;
    const { cols } = x.blocks.points;
    const arrays = this.#arrays;
    arrays.rows.fill(0);
    arrays.columns.fill(0);
    const far = portableLog(total(x.weights)) - NEGLIGIBLE - portableLog(x.weights.length * y.weights.length);
    const run = (isWanted: (i: number, j: number) => boolean) => {
      this.#eachListed(epsilon, far, isWanted, (given, from, to) => {
        const { columns } = arrays;
        const rows = arrays.rows.byteOffset + from * BLOCK * 8;
        const strides = { rowStride: 8 * x.room, columnStride: 8 * y.room, inverse: Number(isInverse) };
        const partition = { items: to - from, block: to - from };
        runBlocks(arrays.workspace, cloudPass, partition, { ...given, rows, columns, ...strides });
      });
    };
    const costs = () => epsilon * total(arrays.rows.subarray(x.room, 2 * x.room));
    let cost = 0;
    if (isSelf) {
      // Pairs of different blocks are summed once, and count for both.
      run((i, j) => i === j);
      cost = -costs();
      arrays.columns.fill(0);
      run((i, j) => j > i);
      cost += 2 * costs();
      for (let k = 0; k < (1 + cols) * x.room; k++) arrays.rows[k < x.room ? k : k + x.room] += arrays.columns[k];
    } else {
      run(() => true);
      cost = costs();
    }
    const moments = (side: CloudSide, from: Float64Array, first: number) =>
      Float64Array.from({ length: side.weights.length * cols }, (_, k) => {
        return from[(first + (k % cols)) * side.room + Math.floor(k / cols)];
      });
    const rows = arrays.rows.slice(0, x.weights.length);
    const targets = moments(x, arrays.rows, 2);
    if (isSelf) return { cost, rows, columns: rows, targets, sources: targets };
    return { cost, rows, columns: arrays.columns.slice(0, y.weights.length), targets, sources: moments(y, arrays.columns, 1) };
  }

  /** The tiles of the plan that matter and are wanted, some blocks at a time, as what the kernels are given. */
  #eachListed(
    epsilon: number,
    far: number,
    isWanted: (i: number, j: number) => boolean,
    visit: (given: ReturnType<CloudState['given']>, from: number, to: number, count: number) => void,
  ): void {
    const { x, y } = this;
    const arrays = this.#arrays;
    arrays.shift.fill(-Infinity).set(y.potential.map((value) => value / epsilon));
    arrays.own.fill(-Infinity).set(x.potential.map((value) => value / epsilon));
    const [largestX, largestY] = [x.largestPotentials(epsilon), y.largestPotentials(epsilon)];
    this.#eachChunk(x, y, epsilon, (from, to, bounds) => {
      const width = y.blocks.count;
      const count = this.#list(to - from, width, (i, j) => {
        return isWanted(from + i, j) && largestX[from + i] + largestY[j] + bounds[i * width + j] >= far;
      });
      visit(this.given(epsilon, far, from), from, to, count);
    });
  }

  /** What kernels over the listed tiles are given. */
  given(epsilon: number, far: number, from: number) {
    const { shift, own, pointers, tiles, scratch, ...arrays } = this.#arrays;
    const { cols } = this.x.blocks.points;
    return {
      d: cols,
      root: Number(this.#metric === 'euclidean'),
      x: arrays.x.byteOffset + from * BLOCK * 8 * cols,
      y: this.isSelf ? arrays.x : arrays.y,
      shift,
      scale: 1 / epsilon,
      far,
      own: own.byteOffset + from * BLOCK * 8,
      pointers,
      tiles,
      scratch,
    };
  }

  /**
   * The plan by few of its entries, at most `perRow` and one more a row: where masses are smaller they are put together with
   * those of their neighbors. Nothing where there are too many pairs, or the metric has no kernel.
   */
  sampledPlan(epsilon: number, perRow: number, mostTiles: number): CsrMatrix | undefined {
    if (!isSmooth(this.#metric)) return undefined;
    const { x, y } = this;
    const { cols: d } = x.blocks.points;
    const [rows, cols] = [x.weights.length, y.weights.length];
    const unit = total(x.weights) / (perRow * rows);
    const far = portableLog(unit) - SAMPLED_DEPTH;
    const [starts, ends] = [x.blocks.points.values, y.blocks.points.values];
    const shift = y.potential.map((value) => value / epsilon);
    const rowPointers = new Int32Array(rows + 1);
    const columnIndices = new Int32Array(rows * (perRow + 2));
    const values = new Float64Array(columnIndices.length);
    let kept = 0;
    const [point, row] = [new Float64Array(d), new Float64Array(BLOCK)];
    const isPlain = this.#metric === 'euclidean';
    let listed = 0;
    const visit = (_: unknown, from: number, to: number, count: number) => {
      listed += count;
      if (listed > mostTiles) return;
      const { pointers, tiles } = this.#arrays;
      for (let i = from * BLOCK; i < Math.min(rows, to * BLOCK); i++) {
        const own = x.potential[i] / epsilon;
        const block = Math.floor(i / BLOCK) - from;
        for (let k = 0; k < d; k++) point[k] = starts[i * d + k];
        // What is pooled begins elsewhere in every row, so that no column is always the one that is left out.
        let pooled = (((i * GOLDEN) % 1) - 0.5) * unit;
        for (let tile = pointers[block]; tile < pointers[block + 1]; tile++) {
          const [first, last] = [tiles[tile] * BLOCK, Math.min(cols, (tiles[tile] + 1) * BLOCK)];
          exponents(point, ends, first, last, 1 / epsilon, isPlain, own, shift, row);
          for (let j = first; j < last; j++) {
            const exponent = row[j - first];
            if (!(exponent > far)) continue;
            pooled += portableExp(Math.min(exponent, 0));
            if (pooled < unit) continue;
            columnIndices[kept] = j;
            values[kept++] = pooled;
            pooled = 0;
          }
        }
        rowPointers[i + 1] = kept;
      }
    };
    this.#eachListed(epsilon, far, () => listed <= mostTiles, visit);
    if (listed > mostTiles) return undefined;
    return { rows, cols, rowPointers, columnIndices, values };
  }

  /** As `#logSums`, for costs that only `costMatrix` knows. */
  #plainSums(p: CloudSide, q: CloudSide, metric: PointMetric, shift: Float64Array, epsilon: number): Float64Array {
    const out = new Float64Array(p.weights.length).fill(-Infinity);
    const largest = q.largestPotentials(epsilon);
    const negligible = NEGLIGIBLE + portableLog(q.weights.length);
    for (let i = 0; i < p.blocks.count; i++) {
      const bounds = Array.from(largest, (value, j) => value - leastCost(p.blocks, i, q.blocks, j, metric) / epsilon);
      let least = -Infinity;
      for (const j of [...bounds.keys()].sort((j, k) => bounds[k] - bounds[j])) {
        if (bounds[j] < least - negligible) break;
        const { rows, cols, values } = tileOf(p, i, q, j, metric);
        least = Infinity;
        for (let row = 0, at = i * BLOCK; row < rows; row++, at++) {
          let top = out[at];
          for (let k = 0; k < cols; k++) top = Math.max(top, shift[j * BLOCK + k] - values[row * cols + k] / epsilon);
          if (top > -Infinity) {
            let sum = portableExp(out[at] - top);
            for (let k = 0; k < cols; k++) sum += portableExp(shift[j * BLOCK + k] - values[row * cols + k] / epsilon - top);
            out[at] = top + portableLog(sum);
          }
          least = Math.min(least, out[at]);
        }
      }
    }
    return out;
  }

  /** As `#pass`, for costs that only `costMatrix` knows. */
  #plainPass(epsilon: number): PlanSums {
    const { x, y } = this;
    const { cols: d, values: ends } = y.blocks.points;
    const rows = new Float64Array(x.weights.length);
    const columns = new Float64Array(y.weights.length);
    const targets = new Float64Array(rows.length * d);
    let cost = 0;
    for (let i = 0; i < x.blocks.count; i++) {
      for (let j = 0; j < y.blocks.count; j++) {
        const tile = tileOf(x, i, y, j, this.#metric);
        tile.values.forEach((value, k) => {
          const [from, to] = [i * BLOCK + Math.floor(k / tile.cols), j * BLOCK + (k % tile.cols)];
          const mass = portableExp(Math.min(708, (x.potential[from] + y.potential[to] - value) / epsilon));
          if (mass === 0) return;
          cost += mass * value;
          rows[from] += mass;
          columns[to] += mass;
          for (let c = 0; c < d; c++) targets[from * d + c] += mass * ends[to * d + c];
        });
      }
    }
    return { cost, rows, columns, targets, sources: new Float64Array(0) };
  }
}

/** Logarithms of the masses from a point to some others. */
function exponents(
  point: Float64Array,
  ends: Float64Array,
  first: number,
  last: number,
  scale: number,
  isPlain: boolean,
  own: number,
  shift: Float64Array,
  out: Float64Array,
): void {
  const d = point.length;
  for (let j = first, at = first * d; j < last; j++) {
    let squares = 0;
    for (let k = 0; k < d; k++, at++) {
      const gap = point[k] - ends[at];
      squares += gap * gap;
    }
    out[j - first] = own + shift[j] - scale * (isPlain ? Math.sqrt(squares) : squares);
  }
}

/** The costs between two blocks. */
function tileOf(p: CloudSide, i: number, q: CloudSide, j: number, metric: PointMetric): DenseMatrix {
  const part = ({ rows, cols, values }: DenseMatrix, from: number) => {
    const to = Math.min(from + BLOCK, rows);
    return { rows: to - from, cols, values: values.subarray(from * cols, to * cols) };
  };
  return costMatrix(part(p.blocks.points, i * BLOCK), part(q.blocks.points, j * BLOCK), metric);
}
