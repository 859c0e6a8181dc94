// The progress of a method: the best point so far, and whether the run ends.
import type { Conclusion } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import type { CountedOperator, InclusionIterate, InclusionSolution } from './inclusion.ts';

/** When a method ends. */
export interface Limits {
  readonly tolerance: number;
  readonly absoluteTolerance: number;
  readonly maxEpochs: number;
}

/** Residual beyond which a method counts as diverged, over the one at the start. */
const DIVERGED = 1e3;

/** The residuals of a method, its best point, and its end. */
export class Progress {
  /** The last residual. */
  residual: number;
  readonly #counted: CountedOperator;
  readonly #limits: Limits;
  readonly #first: number;
  readonly #best: Float64Array;
  #least: number;

  /**
   * @param u - the start of the method
   * @param residual - the residual at the start
   */
  constructor(counted: CountedOperator, u: Float64Array, residual: number, limits: Limits) {
    this.#counted = counted;
    this.#limits = limits;
    this.#best = u.slice();
    this.#first = residual;
    this.#least = residual;
    this.residual = residual;
  }

  /** The residual below which the method ends. */
  get goal(): number {
    return Math.max(this.#limits.tolerance * this.#first, this.#limits.absoluteTolerance);
  }

  /** Records a point and its residual. */
  see(u: Float64Array, residual: number): void {
    this.residual = residual;
    if (!(residual <= this.#least)) return;
    this.#least = residual;
    this.#best.set(u);
  }

  /** The iterate that the method reports. */
  iterate(iteration: number): InclusionIterate {
    return { iteration, residual: this.residual, epochs: this.#counted.epochs, solution: () => this.#solution() };
  }

  /**
   * How the method ended, if it has.
   *
   * @param cause - the reason to report if the residual has grown a thousandfold
   */
  end(cause: string): Conclusion<InclusionSolution> | undefined {
    const { tolerance, absoluteTolerance, maxEpochs } = this.#limits;
    const { residual } = this;
    const first = this.#first;
    // An infinite residual at the start gives no scale.
    if ((first < Infinity && residual <= tolerance * first) || residual <= absoluteTolerance) {
      return converged(
        this.#solution(),
        `the residual is ${residual.toExponential(2)}, ${(residual / first || 0).toExponential(1)} of that at the start`,
      );
    }
    if (this.#counted.epochs >= maxEpochs) {
      return stalled(this.#solution(), `maxEpochs = ${maxEpochs} passes over the components were made`);
    }
    if (Number.isNaN(residual)) {
      const problem = 'F is NaN at an iterate: a component has returned it, or numbers have overflowed';
      return stalled(this.#solution(), problem);
    }
    if (!(residual <= DIVERGED * Math.max(first, Number.MIN_VALUE) || residual === 0)) {
      return stalled(this.#solution(), `the residual has grown a thousandfold: ${cause}`);
    }
    return undefined;
  }

  #solution(): InclusionSolution {
    return { x: this.#best.slice(), residual: this.#least, evaluations: { value: this.#counted.evaluations } };
  }
}
