// What a plan between groups of neighbours says of the potentials: where masses of whole neighbourhoods are wrong, sweeps take
// many rounds to move them, a Newton step between neighbourhoods takes one.
import type { GroupedPlan } from './cloud-state.ts';
import { GROUP } from './spatial-blocks.ts';

/** Steps of conjugate gradients, and the residual at which they end. */
const MOST_STEPS = 200;
const RESIDUAL = 0.03;

/** A plan between groups, and to which group of targets each point belongs. */
export class CoarseCorrection {
  readonly #plan: GroupedPlan;
  readonly #groupOf: Int32Array;
  readonly #rowSums: Float64Array;
  readonly #columnSums: Float64Array;

  /**
   * @param plan - masses between groups
   * @param columns - how many groups of targets there are
   * @param groupOf - the group of every target
   */
  constructor(plan: GroupedPlan, columns: number, groupOf: Int32Array) {
    this.#plan = plan;
    this.#groupOf = groupOf;
    this.#rowSums = new Float64Array(GROUP * (plan.pointers.length - 1));
    this.#columnSums = new Float64Array(columns);
    this.#eachRow((i, j, at) => {
      for (let k = 0; k < GROUP; k++) {
        this.#rowSums[i] += plan.values[at + k];
        this.#columnSums[j + k] += plan.values[at + k];
      }
    });
  }

  /** Adds to potentials, which a sweep has moved, what the missing masses of all targets call for beyond that sweep. */
  addTo(potential: Float64Array, missing: Float64Array, epsilon: number): void {
    const sums = new Float64Array(this.#columnSums.length);
    for (let j = 0; j < missing.length; j++) sums[this.#groupOf[j]] += missing[j];
    const step = this.#solve(sums);
    for (let j = 0; j < potential.length; j++) {
      const group = this.#groupOf[j];
      const mass = this.#columnSums[group];
      if (mass > 0) potential[j] += epsilon * (step[group] - sums[group] / mass);
    }
  }

  /** Conjugate gradients for (D - P' R^-1 P) z = r, preconditioned by the diagonal D; constants are in the kernel. */
  #solve(given: Float64Array): Float64Array {
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
      const image = this.#apply(direction);
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

  #apply(vector: Float64Array): Float64Array {
    const { values } = this.#plan;
    const means = new Float64Array(this.#rowSums.length);
    this.#eachRow((i, j, at) => {
      for (let k = 0; k < GROUP; k++) means[i] += values[at + k] * vector[j + k];
    });
    for (let i = 0; i < means.length; i++) means[i] = this.#rowSums[i] > 0 ? means[i] / this.#rowSums[i] : 0;
    const out = vector.map((value, j) => value * this.#columnSums[j]);
    this.#eachRow((i, j, at) => {
      for (let k = 0; k < GROUP; k++) out[j + k] -= values[at + k] * means[i];
    });
    return out;
  }

  /** Calls for every row of every tile: its group of sources, the first of its eight groups of targets, and where they begin. */
  #eachRow(visit: (i: number, j: number, at: number) => void): void {
    const { pointers, tiles } = this.#plan;
    for (let block = 0; block + 1 < pointers.length; block++) {
      for (let tile = pointers[block]; tile < pointers[block + 1]; tile++) {
        for (let row = 0; row < GROUP; row++) visit(block * GROUP + row, tiles[tile] * GROUP, (tile * GROUP + row) * GROUP);
      }
    }
  }
}
