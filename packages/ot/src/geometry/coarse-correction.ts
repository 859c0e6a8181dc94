// Corrections of the potentials by a plan: where masses of whole neighbourhoods are wrong, sweeps need many iterations, but a
// Newton step only one, even if it uses few entries of the plan.
import type { CsrMatrix } from '@infimum/linalg';

/** Steps of conjugate gradients, and the residual at which they end. */
const MOST_STEPS = 200;
const RESIDUAL = 0.03;

/** How far a step may move a potential, over epsilon: masses are exponentials of it. */
const FARTHEST = 2;

/** Share of the targets that may be held back so before a step is no linear map any more. */
const FEW = 0.01;

/** A plan, and to which of its columns each target belongs. */
export class CoarseCorrection {
  readonly #plan: CsrMatrix;
  readonly #groupOf: Int32Array;
  readonly #rowSums: Float64Array;
  readonly #columnSums: Float64Array;

  constructor(plan: CsrMatrix, groupOf: Int32Array) {
    this.#plan = plan;
    this.#groupOf = groupOf;
    this.#rowSums = new Float64Array(plan.rows);
    this.#columnSums = new Float64Array(plan.cols);
    const { rowPointers, columnIndices, values } = plan;
    for (let i = 0; i < plan.rows; i++) {
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        this.#rowSums[i] += values[k];
        this.#columnSums[columnIndices[k]] += values[k];
      }
    }
  }

  /**
   * Adds to potentials, which a sweep has moved, what the missing masses of all targets call for beyond that sweep; returns
   * whether much of that was held back.
   *
   * @param damping - added to the system, as a share of its diagonal: weak bonds are not believed beyond it
   */
  addTo(potential: Float64Array, missing: Float64Array, epsilon: number, damping: number): boolean {
    const sums = new Float64Array(this.#columnSums.length);
    for (let j = 0; j < missing.length; j++) sums[this.#groupOf[j]] += missing[j];
    const step = this.#solve(sums, damping).map((value, group) => {
      const mass = (1 + damping) * this.#columnSums[group];
      return mass > 0 ? value - sums[group] / mass : 0;
    });
    let heldBack = 0;
    for (let j = 0; j < potential.length; j++) {
      const wanted = step[this.#groupOf[j]];
      if (Math.abs(wanted) > FARTHEST) heldBack++;
      potential[j] += epsilon * Math.max(-FARTHEST, Math.min(FARTHEST, wanted));
    }
    return heldBack > FEW * potential.length;
  }

  /** Conjugate gradients for ((1 + damping) D - P' R^-1 P) z = r, preconditioned by the diagonal D. */
  #solve(given: Float64Array, damping: number): Float64Array {
    const masses = this.#columnSums;
    const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
    const mean = total(given) / total(masses);
    const z = new Float64Array(given.length);
    const residual = given.map((value, j) => (masses[j] > 0 ? value - mean * masses[j] : 0));
    const scaled = () => residual.map((value, j) => (masses[j] > 0 ? value / masses[j] : 0));
    const product = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, j) => sum + value * v[j], 0);
    const direction = scaled();
    let square = product(residual, direction);
    const enough = RESIDUAL ** 2 * square;
    for (let count = 0; count < MOST_STEPS && square > enough; count++) {
      const image = this.#apply(direction, damping);
      const length = square / product(direction, image);
      for (let j = 0; j < z.length; j++) {
        z[j] += length * direction[j];
        residual[j] -= length * image[j];
      }
      const next = scaled();
      const ratio = product(residual, next) / square;
      square *= ratio;
      for (let j = 0; j < z.length; j++) direction[j] = next[j] + ratio * direction[j];
    }
    return z;
  }

  #apply(vector: Float64Array, damping: number): Float64Array {
    const { rows, rowPointers, columnIndices, values } = this.#plan;
    const out = vector.map((value, j) => (1 + damping) * value * this.#columnSums[j]);
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum += values[k] * vector[columnIndices[k]];
      if (!(this.#rowSums[i] > 0)) continue;
      const mean = sum / this.#rowSums[i];
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) out[columnIndices[k]] -= values[k] * mean;
    }
    return out;
  }
}
