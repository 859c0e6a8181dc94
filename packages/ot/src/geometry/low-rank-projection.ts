// The projection onto the factors of plans of low rank, in the Kullback-Leibler sense.
//
// M. Scetbon, M. Cuturi, G. Peyré: Low-rank Sinkhorn factorization (2021), arXiv 2103.04737, Algorithm 2.
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { Workspace } from '@infimum/linalg/kernels';
import { transportKernels } from '../kernels.ts';
import { total } from '../transport.ts';

/** How far a projection goes: sweeps of Dykstra's iteration, and the error of the rows at which it ends. */
export interface ProjectionAccuracy {
  readonly sweeps: number;
  readonly error: number;
}

/** Least weight of an intermediate point, as a share of the mass over the rank. */
const LEAST_SHARE = 1e-8;

/** Stands for entries that underflow, so that every row and column keeps a sum. */
export const SMALLEST = 1e-100;

/** Lengths of the arrays that a factor keeps in its workspace. */
export function projectionSizes(rows: number, rank: number): number[] {
  return [rows * rank, rows, rank, rows, rows, rank];
}

/** One factor within the projection, u_i K_ik v_k, in WebAssembly memory. */
export class ProjectedFactor {
  /** K, which may have any multiples on its rows. */
  readonly kernel: Float64Array;
  /** u. */
  readonly u: Float64Array;
  /** v; kept from projection to projection, because a start whose columns are scaled has the same projection. */
  readonly v: Float64Array;
  readonly #workspace: Workspace;
  readonly #weights: Float64Array;
  readonly #rowSums: Float64Array;
  readonly #columnSums: Float64Array;

  /**
   * @param workspace - memory with room for `projectionSizes`
   * @param weights - what the rows must add up to
   */
  constructor(workspace: Workspace, weights: Float64Array, rank: number) {
    const rows = weights.length;
    this.#workspace = workspace;
    this.kernel = workspace.float64(rows * rank);
    this.u = workspace.float64(rows);
    this.v = workspace.float64(rank).fill(1);
    this.#weights = workspace.float64From(weights);
    this.#rowSums = workspace.float64(rows);
    this.#columnSums = workspace.float64(rank);
  }

  /** Scales the rows to the weights, and adds up the columns K'u; returns by how much the rows were off. */
  fitRows(): number {
    const weights = this.#weights;
    const rowSums = this.#rowSums;
    this.#columnSums.fill(0);
    this.#workspace
      .kernels(transportKernels)
      .scalingSweep(
        0,
        weights.length,
        this.v.length,
        this.kernel.byteOffset,
        weights.byteOffset,
        this.v.byteOffset,
        this.u.byteOffset,
        rowSums.byteOffset,
        this.#columnSums.byteOffset,
      );
    let error = 0;
    for (let i = 0; i < weights.length; i++) error += Math.abs(rowSums[i] - weights[i]);
    return error;
  }

  /** Sum of a column of the factor. */
  columnSum(k: number): number {
    return this.v[k] * this.#columnSums[k];
  }

  /** Scales the columns to `g`. */
  fitColumns(g: Float64Array): void {
    for (let k = 0; k < g.length; k++) this.v[k] = g[k] / this.#columnSums[k];
  }

  /** Moves the geometric mean of v into u, so that it cannot diverge. */
  normalize(): void {
    let sum = 0;
    for (const value of this.v) sum += portableLog(value);
    const mean = portableExp(sum / this.v.length);
    for (let k = 0; k < this.v.length; k++) this.v[k] /= mean;
    for (let i = 0; i < this.u.length; i++) this.u[i] *= mean;
  }

  /** Writes the factor. */
  writeTo(out: Float64Array): void {
    const { kernel, u, v } = this;
    for (let i = 0, at = 0; i < u.length; i++) {
      for (let k = 0; k < v.length; k++, at++) out[at] = u[i] * kernel[at] * v[k];
    }
  }
}

/**
 * Projects two factors and the weights `start` of the intermediate points by Dykstra's iteration; returns the weights.
 *
 * The constraints are affine but for the floor of the weights, which alone needs Dykstra's correction. A start whose
 * columns are scaled by v, w and whose weights by 1 / (v w) has the same projection: so the scalings that the factors have
 * are where this begins.
 */
export function project(
  left: ProjectedFactor,
  right: ProjectedFactor,
  start: Float64Array,
  mass: number,
  { sweeps, error: allowed }: ProjectionAccuracy,
): Float64Array {
  const rank = start.length;
  const least = (LEAST_SHARE * mass) / rank;
  const g = start.map((weight, k) => Math.max(SMALLEST, weight) / (left.v[k] * right.v[k]));
  const scale = mass / total(g);
  for (let k = 0; k < rank; k++) g[k] *= scale;
  const correction = new Float64Array(rank).fill(1);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const error = left.fitRows() + right.fitRows();
    if (sweep > 0 && error <= allowed * mass) break;
    for (let k = 0; k < rank; k++) {
      const corrected = g[k] * correction[k];
      const floored = Math.max(least, corrected);
      correction[k] = corrected / floored;
      // The geometric mean of both column sums and of the weights.
      g[k] = Math.cbrt(floored) * Math.cbrt(left.columnSum(k)) * Math.cbrt(right.columnSum(k));
    }
    left.fitColumns(g);
    right.fitColumns(g);
  }
  left.normalize();
  right.normalize();
  return g;
}
