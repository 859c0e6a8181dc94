// Mirror descent on the factors of plans of low rank: gradients, steps, and the plan with exact marginals.
//
// M. Scetbon, M. Cuturi, G. Peyré: Low-rank Sinkhorn factorization (2021), arXiv 2103.04737, Algorithm 3; the step that
// adapts to the gradient after M. Scetbon, M. Cuturi (2022), arXiv 2205.12365.
import type { Random } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import type { MatrixPlace } from '@infimum/linalg/kernels';
import {
  GEMM_SCRATCH,
  layout,
  linalgKernels,
  matrixPlace,
  placedProduct,
  scratch,
  transposedPlace,
  Workspace,
} from '@infimum/linalg/kernels';
import { roundToPolytope } from '../round-to-polytope.ts';
import { total } from '../transport.ts';
import { spreadOf } from '../vectors.ts';
import type { CostFactors } from './cost-factors.ts';
import type { ProjectionAccuracy } from './low-rank-projection.ts';
import { ProjectedFactor, project, projectionSizes, SMALLEST } from './low-rank-projection.ts';

/** Largest change of a logarithm in one step of mirror descent. */
const STEP = 30;

/** In a step of mirror descent; the next projection goes on from there. */
const IN_STEP: ProjectionAccuracy = { sweeps: 30, error: 1e-4 };

/** For the answer, whose rounding costs as much as is still wrong. */
const FOR_ANSWER: ProjectionAccuracy = { sweeps: 1000, error: 1e-12 };

const LOG_SMALLEST = /* @__PURE__ */ portableLog(SMALLEST);

/** A plan P = source diag(1 / weights) target'. */
export interface LowRankPlan {
  /** Mass of every source that goes through every one of the intermediate points, n x rank. */
  readonly source: DenseMatrix;
  /** Mass of every target that comes from there, m x rank. */
  readonly target: DenseMatrix;
  /** Mass of the intermediate points: the column sums of `source` and of `target`. */
  readonly weights: Float64Array;
  /** Transport cost, the sum of plan times cost. */
  readonly cost: number;
  /** How far the plan's marginals are from the weights; rounding. */
  readonly marginalError: number;
}

/** What is minimised. */
export interface LowRankProblem {
  /** Source weights. */
  readonly a: Float64Array;
  /** Target weights, of the same total. */
  readonly b: Float64Array;
  readonly cost: CostFactors;
  readonly rank: number;
  readonly epsilon: number;
}

/** The factors Q, R and g of a plan Q diag(1/g) R', and the steps that lower its cost. */
export class MirrorDescent {
  readonly #mass: number;
  readonly #rank: number;
  readonly #epsilon: number;
  readonly #source: DescentSide;
  readonly #target: DescentSide;
  #g: Float64Array;
  #slopeG: Float64Array;
  #largest = 0;
  readonly #workspace: Workspace;

  constructor({ a, b, cost, rank, epsilon }: LowRankProblem) {
    const sides = [cost.left, cost.right].flatMap(({ rows, cols }) => sideSizes(rows, cols, rank));
    const { workspace, gemmScratch } = layout({ gemmScratch: scratch(GEMM_SCRATCH) }, { extra: { float64: sides } });
    this.#workspace = workspace;
    this.#mass = total(a);
    this.#rank = rank;
    this.#epsilon = epsilon;
    this.#source = new DescentSide(workspace, gemmScratch, a, cost.left, rank);
    this.#target = new DescentSide(workspace, gemmScratch, b, cost.right, rank);
    this.#g = new Float64Array(rank).fill(this.#mass / rank);
    this.#slopeG = new Float64Array(rank);
  }

  /** The projection of random shares. */
  start(random: Random): void {
    this.#source.draw(random);
    this.#target.draw(random);
    this.#project(this.#g);
  }

  /** C R diag(1/g), C'Q diag(1/g) and -(diag Q'C R) / g^2; returns the cost; O((n + m) d rank). */
  slopes(): number {
    const g = this.#g;
    const [source, target] = [this.#source, this.#target];
    source.setMoment(g);
    target.setMoment(g);
    source.setSlope(target.moment);
    target.setSlope(source.moment);
    const through = source.through();
    this.#slopeG = through.map((value, k) => -value / g[k]);
    this.#largest = Math.max(source.spread(), target.spread(), spreadOf(this.#slopeG));
    return total(through);
  }

  /**
   * The mirror step, factors times exp(-step (gradient + epsilon log factors)), projected; `slopes` comes first.
   *
   * @returns the symmetric Kullback-Leibler divergence from the factors before, per unit of mass and square of the step
   */
  step(): number {
    const step = this.#largest > 0 ? STEP / this.#largest : 0;
    const share = 1 - step * this.#epsilon;
    const before = this.#g;
    this.#source.descend(step, share);
    this.#target.descend(step, share);
    const logs = before.map((weight, k) => share * portableLog(weight) - step * this.#slopeG[k]);
    const most = logs.reduce((high, value) => Math.max(high, value), -Infinity);
    this.#project(logs.map((value) => portableExp(value - most)));
    let divergence = this.#source.divergence() + this.#target.divergence();
    for (let k = 0; k < this.#rank; k++) {
      divergence += (this.#g[k] - before[k]) * portableLog(this.#g[k] / before[k]);
    }
    return divergence / (this.#mass * STEP * STEP);
  }

  /** The plan with exact marginals `a` and `b`: both factors are projected closely and rounded to the same weights. */
  solution(a: Float64Array, b: Float64Array): LowRankPlan {
    const sizes = [a, b].flatMap(({ length }) => projectionSizes(length, this.#rank));
    using workspace = Workspace.for({ float64: sizes });
    const left = this.#source.copy(workspace);
    const right = this.#target.copy(workspace);
    const g = project(left, right, this.#g, this.#mass, FOR_ANSWER);
    const factor = this.#mass / total(g);
    const weights = g.map((weight) => weight * factor);
    const source = roundToPolytope(this.#source.matrix(left), a, weights);
    const target = roundToPolytope(this.#target.matrix(right), b, weights);
    const cost = this.#costOf(source, target, weights);
    return { source, target, weights, cost, marginalError: marginalErrorOf(source, target, weights, a, b) };
  }

  /** Hands the memory on. */
  release(): void {
    this.#workspace.release();
  }

  #project(start: Float64Array): void {
    this.#g = project(this.#source.projected, this.#target.projected, start, this.#mass, IN_STEP);
    this.#source.take();
    this.#target.take();
  }

  /** sum_k (left'Q)_k . (right'R)_k / g_k. */
  #costOf(source: DenseMatrix, target: DenseMatrix, weights: Float64Array): number {
    const left = this.#source.momentOf(source.values).slice();
    const right = this.#target.momentOf(target.values);
    return left.reduce((sum, value, k) => sum + (value * right[k]) / weights[k % this.#rank], 0);
  }
}

/** Lengths of the arrays of one side. */
function sideSizes(rows: number, dimension: number, rank: number): number[] {
  const entries = new Array<number>(7).fill(rows * rank);
  return [...projectionSizes(rows, rank), rows * dimension, dimension * rank, dimension * rank, ...entries];
}

/** One factor, its logarithms and its slope, in WebAssembly memory. */
class DescentSide {
  readonly projected: ProjectedFactor;
  /** The cost's factor times this one over g, d x rank. */
  readonly moment: Float64Array;
  readonly #workspace: Workspace;
  readonly #gemmScratch: Float64Array;
  readonly #rows: number;
  readonly #rank: number;
  readonly #dimension: number;
  readonly #weights: Float64Array;
  readonly #cost: Float64Array;
  readonly #momentOfOther: Float64Array;
  readonly #other: Float64Array;
  readonly #values: Float64Array;
  readonly #logs: Float64Array;
  readonly #valuesBefore: Float64Array;
  readonly #logsBefore: Float64Array;
  readonly #kernelLogs: Float64Array;
  readonly #slope: Float64Array;

  constructor(workspace: Workspace, gemmScratch: Float64Array, weights: Float64Array, cost: DenseMatrix, rank: number) {
    const entries = weights.length * rank;
    this.projected = new ProjectedFactor(workspace, weights, rank);
    this.#workspace = workspace;
    this.#gemmScratch = gemmScratch;
    this.#rows = weights.length;
    this.#rank = rank;
    this.#dimension = cost.cols;
    this.#weights = weights;
    this.#cost = workspace.float64From(cost.values);
    this.moment = workspace.float64(cost.cols * rank);
    this.#momentOfOther = workspace.float64(cost.cols * rank);
    this.#other = workspace.float64(entries);
    this.#values = workspace.float64(entries);
    this.#logs = workspace.float64(entries);
    this.#valuesBefore = workspace.float64(entries);
    this.#logsBefore = workspace.float64(entries);
    this.#kernelLogs = workspace.float64(entries);
    this.#slope = workspace.float64(entries);
  }

  /** A random kernel for the projection. */
  draw(random: Random): void {
    const { kernel } = this.projected;
    for (let k = 0; k < kernel.length; k++) {
      kernel[k] = Math.abs(random.normal()) + 0.01;
      this.#kernelLogs[k] = portableLog(kernel[k]);
    }
  }

  /** Takes over what was projected; log (u_i K_ik v_k) is a sum. */
  take(): void {
    const { u, v } = this.projected;
    this.#valuesBefore.set(this.#values);
    this.#logsBefore.set(this.#logs);
    this.projected.writeTo(this.#values);
    const logV = v.map(portableLog);
    for (let i = 0, at = 0; i < this.#rows; i++) {
      // Rows without weight are empty; their logarithms do not matter.
      const logU = u[i] > 0 ? portableLog(u[i]) : 0;
      for (let k = 0; k < this.#rank; k++, at++) this.#logs[at] = logU + this.#kernelLogs[at] + logV[k];
    }
  }

  /** Sets `moment` to cost' factor diag(1/g). */
  setMoment(g: Float64Array): void {
    this.#multiplyTransposed(this.#values, this.moment);
    for (let k = 0; k < this.moment.length; k++) this.moment[k] /= g[k % this.#rank];
  }

  /** cost' factor of any factor of this side; valid until the next call. */
  momentOf(values: Float64Array): Float64Array {
    this.#other.set(values);
    return this.#multiplyTransposed(this.#other, this.#momentOfOther);
  }

  /** The gradient with respect to this factor: cost times the other side's moment. */
  setSlope(moment: Float64Array): void {
    this.#multiply(this.#rows, this.#dimension, matrixPlace(this.#cost, this.#dimension), moment, this.#slope);
  }

  /** sum_i factor_ik slope_ik. */
  through(): Float64Array {
    const sums = new Float64Array(this.#rank);
    for (let i = 0, at = 0; i < this.#rows; i++) {
      for (let k = 0; k < this.#rank; k++, at++) sums[k] += this.#values[at] * this.#slope[at];
    }
    return sums;
  }

  /** Largest difference of slopes within a row: what is the same in a whole row, the projection takes out. */
  spread(): number {
    let most = 0;
    for (let i = 0; i < this.#rows; i++) {
      most = Math.max(most, spreadOf(this.#slope, i * this.#rank, (i + 1) * this.#rank));
    }
    return most;
  }

  /** Sets the kernel of the projection to exp(share log factor - step slope), every row up to a multiple. */
  descend(step: number, share: number): void {
    const [rank, logs, slope, moved] = [this.#rank, this.#logs, this.#slope, this.#kernelLogs];
    for (let from = 0; from < moved.length; from += rank) {
      let most = -Infinity;
      for (let k = from; k < from + rank; k++) {
        const log = share * logs[k] - step * slope[k];
        moved[k] = log;
        if (log > most) most = log;
      }
      for (let k = from; k < from + rank; k++) {
        moved[k] = Math.max(LOG_SMALLEST, moved[k] - most);
      }
    }
    this.#workspace.kernels(linalgKernels).exp(moved.length, moved.byteOffset, this.projected.kernel.byteOffset);
  }

  /** KL(new | old) + KL(old | new). */
  divergence(): number {
    let sum = 0;
    for (let i = 0, at = 0; i < this.#rows; i++) {
      if (this.#weights[i] === 0) {
        at += this.#rank;
        continue;
      }
      for (let k = 0; k < this.#rank; k++, at++) {
        sum += (this.#values[at] - this.#valuesBefore[at]) * (this.#logs[at] - this.#logsBefore[at]);
      }
    }
    return sum;
  }

  /** The factor as the start of a projection of its own. */
  copy(workspace: Workspace): ProjectedFactor {
    const copy = new ProjectedFactor(workspace, this.#weights, this.#rank);
    copy.kernel.set(this.#values);
    for (let i = 0; i < this.#rows; i++) {
      // Any sum but zero will do where there is no weight.
      if (this.#weights[i] === 0) copy.kernel.fill(1, i * this.#rank, (i + 1) * this.#rank);
    }
    return copy;
  }

  /** A projected factor as a matrix. */
  matrix(projected: ProjectedFactor): DenseMatrix {
    const values = new Float64Array(this.#rows * this.#rank);
    projected.writeTo(values);
    return { rows: this.#rows, cols: this.#rank, values };
  }

  /** out = cost' values. */
  #multiplyTransposed(values: Float64Array, out: Float64Array): Float64Array {
    const cost = matrixPlace(this.#cost, this.#dimension);
    this.#multiply(this.#dimension, this.#rows, transposedPlace(cost), values, out);
    return out;
  }

  /** out = A B with A of so many rows and columns, and B with `rank` columns. */
  #multiply(rows: number, inner: number, a: MatrixPlace, b: Float64Array, out: Float64Array): void {
    const cols = this.#rank;
    placedProduct(this.#workspace, {
      rows,
      cols,
      inner,
      a,
      b: matrixPlace(b, cols),
      c: matrixPlace(out, cols),
      scratch: this.#gemmScratch,
    });
  }
}

/** From P 1 = Q diag(1/g) R'1 and P'1 = R diag(1/g) Q'1. */
function marginalErrorOf(q: DenseMatrix, r: DenseMatrix, g: Float64Array, a: Float64Array, b: Float64Array): number {
  const columnSums = ({ cols, values }: DenseMatrix) => {
    const sums = new Float64Array(cols);
    for (let k = 0; k < values.length; k++) sums[k % cols] += values[k];
    return sums;
  };
  const side = ({ cols, values }: DenseMatrix, other: Float64Array, weights: Float64Array) => {
    const missing = weights.slice();
    for (let k = 0; k < values.length; k++) {
      missing[Math.floor(k / cols)] -= (values[k] * other[k % cols]) / g[k % cols];
    }
    return missing.reduce((sum, value) => sum + Math.abs(value), 0);
  };
  return side(q, columnSums(r), a) + side(r, columnSums(q), b);
}
