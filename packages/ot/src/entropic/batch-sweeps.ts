// The sweeps of `sinkhornBatch`: the arrays of one problem in WebAssembly memory, loaded with one problem after the other.
//
// B. Schmitzer: Stabilized sparse scaling algorithms for entropy regularized transport problems (2019),
// arXiv 1610.06519.
import { portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import type { Layout } from '@infimum/linalg/kernels';
import { int32, layout, runBlocks, scratch } from '@infimum/linalg/kernels';
import { logSumExpColumns, logSumExpRows, transportKernels } from '../kernels.ts';
import type { MatrixBatch } from '../matrix-batch.ts';
import { distance } from '../plan-metrics.ts';
import { Progress } from '../progress.ts';
import { hasWeight, total } from '../transport.ts';
import { fitPotentials } from '../vectors.ts';
import { ABSORB_EVERY, isLarge, isPositiveFinite } from './state/sinkhorn-scaling.ts';

/** The answers of all problems; those of problems that were not reached are plans without mass. */
export interface TransportBatchSolution {
  /** The plans, count x n x m; absent if they were not wanted. */
  readonly plans?: MatrixBatch;
  /** Transport costs, the sums of plan times cost, length count. */
  readonly costs: Float64Array;
  /** Values of the dual, a'x + b'y: the regularised costs at the optimum; length count. */
  readonly dualValues: Float64Array;
  /** Dual potentials of the sources, count x n, in units of the cost; -Infinity where the weight is zero. */
  readonly sourcePotentials: DenseMatrix;
  /** Dual potentials of the targets, count x m, likewise. */
  readonly targetPotentials: DenseMatrix;
  /** l1 errors of the marginals, length count. */
  readonly marginalErrors: Float64Array;
  /** Sweeps that each problem took, length count; 0 for problems that were not reached. */
  readonly sweeps: Int32Array;
}

/** Transport problems of one shape. */
export interface TransportBatch {
  /** Source weights, count x n, a row a problem; 1/n each by default. */
  readonly a?: DenseMatrix;
  /** Target weights, count x m, each row of the same total as that of `a`; 1/m each by default. */
  readonly b?: DenseMatrix;
  /** Costs, count x n x m, finite. */
  readonly cost: MatrixBatch;
}

type PlannedSide = Layout<{ readonly side: ReturnType<typeof sidePlans> }>['side'];

/** What belongs to one side of a problem: the sources, or the targets. */
interface Side {
  /** Places of the points with mass. */
  readonly support: Int32Array;
  readonly weights: Float64Array;
  readonly logWeights: Float64Array;
  /** Potential of the reduced costs, and what the reduction took away. */
  readonly potential: Float64Array;
  readonly offsets: Float64Array;
  readonly scaling: Float64Array;
  readonly sums: Float64Array;
}

/**
 * The problem that is loaded: its points with mass, its costs less row and column minima, and Sinkhorn's scalings of the
 * kernel exp((x_i + y_j - C_ij) / epsilon).
 */
export class BatchSweeps {
  readonly #problems: TransportBatch;
  readonly #epsilon: number;
  readonly #memory;
  readonly #transport;
  readonly #wholeSource: Side;
  readonly #wholeTarget: Side;
  readonly #progress: Progress;
  #source: Side;
  #target: Side;
  #isSolved = false;
  /** Mass of the problem that is loaded, by which its weights have been divided. */
  #mass = 1;

  /** @param problems - checked before */
  constructor(problems: TransportBatch, epsilon: number, tolerance: number) {
    const { rows, cols } = problems.cost;
    const longer = Math.max(rows, cols);
    this.#memory = layout({
      cost: rows * cols,
      kernel: rows * cols,
      logSums: longer,
      columnScratch: scratch(longer),
      source: sidePlans(rows),
      target: sidePlans(cols),
    });
    const { workspace, source, target } = this.#memory;
    this.#problems = problems;
    this.#epsilon = epsilon;
    this.#transport = workspace.kernels(transportKernels);
    this.#wholeSource = this.#source = sideOf(source);
    this.#wholeTarget = this.#target = sideOf(target);
    this.#progress = new Progress(tolerance, 0);
  }

  /** Whether the last problem has reached the tolerance. */
  get isSolved(): boolean {
    return this.#isSolved;
  }

  /** Loads problem k; O(nm). */
  load(k: number): void {
    const { a, b } = this.#problems;
    this.#source = this.#loadSide(this.#wholeSource, this.#source, a, k);
    this.#target = this.#loadSide(this.#wholeTarget, this.#target, b, k);
    this.#mass = total(this.#source.weights);
    normalize(this.#source);
    normalize(this.#target);
    this.#loadCost(k);
  }

  /** Sweeps until the marginals fit, rounding holds them, or the limit is reached; returns the number of sweeps. */
  fit(maxSweeps: number): number {
    this.#isSolved = false;
    this.#build();
    for (let sweep = 1; ; sweep++) {
      let error = this.#sweep();
      if (!this.#isUsable()) {
        error = this.#logDomainSweep();
        this.#build();
      } else if (sweep % ABSORB_EVERY === 0 || this.#isExtreme()) {
        this.#absorb();
        this.#build();
      }
      // Before the first sweep the columns did not fit, so that its error is not that of a plan.
      const verdict = sweep > 1 ? this.#progress.verdict(error) : undefined;
      this.#isSolved = verdict === 'converged';
      if (verdict !== undefined || sweep === maxSweeps) return sweep;
    }
  }

  /** Writes the answer of problem k to its place; O(nm). */
  write(k: number, answers: TransportBatchSolution): void {
    const { weights: a, support: sources, scaling: u, potential: x, offsets: xOffsets, sums } = this.#source;
    const { weights: b, support: targets, scaling: v, potential: y, offsets: yOffsets } = this.#target;
    const { cost, a: givenA, b: givenB } = this.#problems;
    const { rows, cols } = cost;
    const epsilon = this.#epsilon;
    const plans = answers.plans?.values;
    let moved = 0;
    let error = 0;
    this.#target.sums.fill(0);
    for (let i = 0, at = 0; i < a.length; i++) {
      const row = (k * rows + sources[i]) * cols;
      let sum = 0;
      for (let j = 0; j < b.length; j++, at++) {
        const mass = u[i] * this.#memory.kernel[at] * v[j] * this.#mass;
        sum += mass;
        this.#target.sums[j] += mass;
        moved += mass * cost.values[row + targets[j]];
        if (plans) plans[row + targets[j]] = mass;
      }
      sums[i] = sum;
    }
    answers.sourcePotentials.values.fill(-Infinity, k * rows, (k + 1) * rows);
    answers.targetPotentials.values.fill(-Infinity, k * cols, (k + 1) * cols);
    let dual = 0;
    for (let i = 0; i < a.length; i++) {
      const potential = x[i] + epsilon * portableLog(u[i] * this.#mass) + xOffsets[i];
      const weight = givenA ? givenA.values[k * rows + sources[i]] : 1 / rows;
      answers.sourcePotentials.values[k * rows + sources[i]] = potential;
      dual += weight * potential;
      error += Math.abs(weight - sums[i]);
    }
    for (let j = 0; j < b.length; j++) {
      const potential = y[j] + epsilon * portableLog(v[j]) + yOffsets[j];
      const weight = givenB ? givenB.values[k * cols + targets[j]] : 1 / cols;
      answers.targetPotentials.values[k * cols + targets[j]] = potential;
      dual += weight * potential;
      error += Math.abs(weight - this.#target.sums[j]);
    }
    answers.costs[k] = moved;
    answers.dualValues[k] = dual;
    answers.marginalErrors[k] = error;
  }

  /** Hands the memory on. */
  release(): void {
    this.#memory.workspace.release();
  }

  /** Gathers the weights of one side; its views are made anew only where the number of points with mass changes. */
  #loadSide(whole: Side, before: Side, given: DenseMatrix | undefined, k: number): Side {
    const { length } = whole.weights;
    const mass = given ? total(given.values.subarray(k * length, (k + 1) * length)) : 1;
    let count = 0;
    for (let i = 0; i < length; i++) {
      const weight = given ? given.values[k * length + i] : 1 / length;
      if (!hasWeight(weight, mass)) continue;
      whole.weights[count] = weight;
      whole.support[count++] = i;
    }
    const side = count === before.weights.length ? before : partOf(whole, count);
    side.potential.fill(0);
    return side;
  }

  /** Gathers the costs of problem k and takes the minima of rows and columns away. */
  #loadCost(k: number): void {
    const { rows, cols, values } = this.#problems.cost;
    const { support: sources, sums: rowMinima } = this.#source;
    const { support: targets, sums: columnMinima } = this.#target;
    const [n, m] = [sources.length, targets.length];
    for (let i = 0, at = 0; i < n; i++) {
      const row = (k * rows + sources[i]) * cols;
      for (let j = 0; j < m; j++, at++) this.#memory.cost[at] = values[row + targets[j]];
    }
    columnMinima.fill(Infinity);
    const { byteOffset } = this.#memory.cost;
    this.#transport.reduceRows(0, n, m, byteOffset, rowMinima.byteOffset, columnMinima.byteOffset);
    const range = this.#transport.reduceColumns(0, n, m, byteOffset, columnMinima.byteOffset);
    this.#source.offsets.set(rowMinima);
    this.#target.offsets.set(columnMinima);
    // The rounding of (x + y - C) / epsilon, relative to the mass.
    const floor = Number.EPSILON * Math.max(1, range / this.#epsilon);
    this.#progress.restart(floor);
  }

  /** The kernel of the potentials; scalings begin at one. */
  #build(): void {
    const { potential: x, sums: rowSums } = this.#source;
    const { potential: y, sums: columnSums } = this.#target;
    const { cost, kernel } = this.#memory;
    // By position: names would cost as much as the sweeps of a small problem.
    this.#transport.gibbs(
      0,
      x.length,
      y.length,
      cost.byteOffset,
      x.byteOffset,
      y.byteOffset,
      1 / this.#epsilon,
      kernel.byteOffset,
      rowSums.byteOffset,
      columnSums.byteOffset,
    );
    this.#source.scaling.fill(1);
    this.#target.scaling.fill(1);
  }

  /** One sweep in one pass over the kernel; returns the l1 error of the rows before it. */
  #sweep(): number {
    const { weights: a, scaling: u, sums: rowSums } = this.#source;
    const { weights: b, scaling: v, sums: columnSums } = this.#target;
    columnSums.fill(0);
    this.#transport.scalingSweep(
      0,
      a.length,
      b.length,
      this.#memory.kernel.byteOffset,
      a.byteOffset,
      v.byteOffset,
      u.byteOffset,
      rowSums.byteOffset,
      columnSums.byteOffset,
    );
    for (let j = 0; j < v.length; j++) v[j] = b[j] / columnSums[j];
    return distance(rowSums, a);
  }

  /** A sweep from the absorbed potentials that nothing can underflow; returns the l1 error of the rows before it. */
  #logDomainSweep(): number {
    const { potential: x } = this.#source;
    const { potential: y } = this.#target;
    const [n, m, scale] = [x.length, y.length, 1 / this.#epsilon];
    const { workspace, cost: matrix, logSums: out, columnScratch } = this.#memory;
    const ofRows = { cols: m, scale, shift: y, matrix, out };
    runBlocks(workspace, logSumExpRows, { items: n, block: n }, ofRows);
    const error = this.#fitSide(this.#source);
    const ofColumns = { rows: n, cols: m, scale, shift: x, matrix, out, scratch: columnScratch };
    runBlocks(workspace, logSumExpColumns, { items: m, block: m }, ofColumns);
    this.#fitSide(this.#target);
    return error;
  }

  #fitSide({ potential, weights, logWeights }: Side): number {
    return fitPotentials(potential, weights, logWeights, this.#memory.logSums, this.#epsilon);
  }

  /** Whether no sum has vanished or overflown. */
  #isUsable(): boolean {
    return this.#source.scaling.every(isPositiveFinite) && this.#target.scaling.every(isPositiveFinite);
  }

  /** Whether a scaling has left the range in which products keep their accuracy. */
  #isExtreme(): boolean {
    return this.#source.scaling.some(isLarge) || this.#target.scaling.some(isLarge);
  }

  /** Moves the scalings into the potentials. */
  #absorb(): void {
    for (const { potential, scaling } of [this.#source, this.#target]) {
      for (let i = 0; i < potential.length; i++) potential[i] += this.#epsilon * portableLog(scaling[i]);
    }
  }
}

function sidePlans(length: number) {
  return [int32(length), length, length, length, length, length, length] as const;
}

function sideOf([support, weights, logWeights, potential, offsets, scaling, sums]: PlannedSide): Side {
  return { support, weights, logWeights, potential, offsets, scaling, sums };
}

/** The first `count` places of a side. */
function partOf(side: Side, count: number): Side {
  return {
    support: side.support.subarray(0, count),
    weights: side.weights.subarray(0, count),
    logWeights: side.logWeights.subarray(0, count),
    potential: side.potential.subarray(0, count),
    offsets: side.offsets.subarray(0, count),
    scaling: side.scaling.subarray(0, count),
    sums: side.sums.subarray(0, count),
  };
}

/** Divides the weights of a side by their sum. */
function normalize({ weights, logWeights }: Side): void {
  const mass = total(weights);
  for (let i = 0; i < weights.length; i++) {
    weights[i] /= mass;
    logWeights[i] = portableLog(weights[i]);
  }
}
