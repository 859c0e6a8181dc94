// The rewards that explain comparisons best: maximum likelihood with a ridge, by Newton's method with halved steps.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import {
  asMatrix,
  checkInteger,
  checkList,
  checkNumber,
  converged,
  fault,
  resolveOptions,
  runWith,
  stalled,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { dot } from '@infimum/linalg/numerics';
import type { PreferenceLink } from './preference-link.ts';
import { linkOf } from './preference-link.ts';
import { factorInPlace, solveBackwards, solveForwards } from './small-triangular.ts';

const fitPreferencesOptions = {
  ridge: { type: 'number', min: 0, default: 1, description: 'Ridge λ: λ/2 |θ|² is added to minus the log-likelihood' },
  link: { type: 'choice', choices: ['logistic', 'probit'], default: 'logistic', description: 'Probability of a preference' },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-8,
    description: 'Largest entry of a step at which to stop, relative to 1 + the largest of θ',
  },
  maxIterations: { type: 'integer', min: 0, default: 50, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `fitPreferences`. */
export type FitPreferencesOptions = OptionsOf<typeof fitPreferencesOptions> & RunOptions<FitIterate>;

/** Rewards that explain comparisons. */
export interface PreferenceFit {
  /** θ. */
  readonly theta: Float64Array;
  /** The Hessian of minus the log-likelihood with the ridge. */
  readonly hessian: DenseMatrix;
  /** Log-likelihood of the comparisons. */
  readonly logLikelihood: number;
}

/** A step of Newton's method. */
export interface FitIterate extends Iterate<PreferenceFit> {
  /** Largest entry of the last step. */
  readonly step: number;
}

/**
 * θ = argmax Σ ln Φ(±Δ·θ) - λ/2 |θ|². If some θ explains all comparisons perfectly, there is no maximum without a ridge; the run then ends
 * `stalled` with a large θ. Time O(n d² + d³) an iteration.
 *
 * @param differences - Δ of every comparison: features of the first less those of the second, one a row
 * @param outcomes - 1 where the first was preferred, 0 where the second
 * @throws {InvalidInputError} for shapes that do not fit, outcomes other than 0 or 1, and entries that are not finite
 *
 * @example
 * ```ts
 * import { fitPreferences } from '@infimum/bandits-rl';
 *
 * // Seven wins in ten comparisons: ln(7/3) without a ridge.
 * const outcomes = [1, 1, 1, 1, 1, 1, 1, 0, 0, 0];
 * const differences = outcomes.map(() => [1]);
 * console.log(fitPreferences(differences, outcomes, { ridge: 0 }).theta[0].toFixed(6)); // 0.847298
 * ```
 */
export function fitPreferences(
  differences: MatrixLike,
  outcomes: VectorLike,
  options: FitPreferencesOptions = {},
): Outcome<PreferenceFit, FitIterate> {
  return runWith(fitPreferencesOptions, options, fitPreferencesSteps(differences, outcomes, options));
}

/** The steps of `fitPreferences`. */
export function* fitPreferencesSteps(
  differences: MatrixLike,
  outcomes: VectorLike,
  options: FitPreferencesOptions = {},
): Steps<PreferenceFit, FitIterate> {
  const { ridge, link, tolerance } = resolveOptions(fitPreferencesOptions, options);
  const { rows, cols, values } = asMatrix(differences, 'differences');
  checkList(outcomes, 'outcomes');
  const comparisons = new Comparisons(cols, ridge, linkOf(link));
  if (outcomes.length !== rows) throw fault(`expected ${rows} outcomes, got ${outcomes.length}`, 'outcomes', 'shape');
  for (let i = 0; i < rows; i++) {
    if (outcomes[i] !== 0 && outcomes[i] !== 1) {
      throw fault(`is ${outcomes[i]} at index ${i}, neither 0 nor 1`, 'outcomes', 'out-of-range', i);
    }
    comparisons.add(Float64Array.from(values.subarray(i * cols, (i + 1) * cols)), outcomes[i], String(i));
  }
  let step = Infinity;
  const solution = (): PreferenceFit => ({
    theta: comparisons.theta.slice(),
    hessian: { rows: cols, cols, values: comparisons.hessian() },
    logLikelihood: comparisons.logLikelihood(comparisons.theta),
  });
  for (let iteration = 0; ; iteration++) {
    yield { iteration, step: Math.min(step, Number.MAX_VALUE), solution };
    const size = comparisons.theta.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (step <= tolerance * (1 + size)) return converged(solution(), `the last step is at most ${tolerance}`);
    step = comparisons.newtonStep();
    if (!(step < Infinity))
      return stalled(solution(), 'the Hessian is singular: no comparison covers some direction; use a ridge');
    if (step === 0 && tolerance === 0) return stalled(solution(), 'the step is below rounding');
  }
}

/** Comparisons, the same ones counted together, and the θ that explains them. */
export class Comparisons {
  /** The estimate; each call of `fit` starts from the last. */
  readonly theta: Float64Array;
  readonly #dimension: number;
  readonly #ridge: number;
  readonly #link: PreferenceLink;
  readonly #places = new Map<string, number>();
  readonly #differences: Float64Array[] = [];
  readonly #wins: number[] = [];
  readonly #losses: number[] = [];
  readonly #hessian: Float64Array;
  readonly #step: Float64Array;
  readonly #trial: Float64Array;
  #total = 0;

  constructor(dimension: number, ridge: number, link: PreferenceLink) {
    checkInteger(dimension, 'dimension', { min: 1 });
    checkNumber(ridge, 'ridge', { min: 0 });
    this.#dimension = dimension;
    this.#ridge = ridge;
    this.#link = link;
    this.theta = new Float64Array(dimension);
    this.#hessian = new Float64Array(dimension * dimension);
    this.#step = new Float64Array(dimension);
    this.#trial = new Float64Array(dimension);
  }

  /** Comparisons, counted with repetitions. */
  get total(): number {
    return this.#total;
  }

  /** Adds a comparison; those with the same key have the same difference. */
  add(difference: Float64Array, outcome: number, key: string): void {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#differences.length;
      this.#places.set(key, place);
      this.#differences.push(difference);
      this.#wins.push(0);
      this.#losses.push(0);
    }
    if (outcome === 1) this.#wins[place]++;
    else this.#losses[place]++;
    this.#total++;
  }

  /** Every difference with how often either side won. */
  *entries(): Generator<readonly [difference: Float64Array, wins: number, losses: number]> {
    for (const [i, difference] of this.#differences.entries()) yield [difference, this.#wins[i], this.#losses[i]];
  }

  /**
   * Newton's method until steps are below 1e-8, at most 50. After one comparison more the solution is near: the last
   * factor serves again as long as steps shrink fast with it.
   */
  fit(): void {
    for (let round = 0; round < 50; round++) {
      let step = this.newtonStep();
      for (let again = 0; again < 8 && step > 1e-8 && step < 0.1; again++) {
        const next = this.#chordStep();
        if (next > step / 4) break;
        step = next;
      }
      if (!(step > 1e-8 && step < Infinity)) return;
    }
  }

  /** The log-likelihood of some θ. */
  logLikelihood(theta: Float64Array): number {
    let sum = 0;
    for (let k = 0; k < this.#differences.length; k++) {
      const x = dot(this.#differences[k], theta);
      if (this.#wins[k] > 0) sum += this.#wins[k] * this.#link.logProbability(x);
      if (this.#losses[k] > 0) sum += this.#losses[k] * this.#link.logProbability(-x);
    }
    return sum;
  }

  /** The Hessian of minus the log-likelihood with the ridge, at θ. */
  hessian(): Float64Array {
    const d = this.#dimension;
    const hessian = new Float64Array(d * d);
    this.#accumulate(hessian, this.#step.fill(0));
    for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) hessian[j * d + i] = hessian[i * d + j];
    return hessian;
  }

  /** One step of Newton's method, halved until the objective does not rise; its largest entry. Infinite if singular. */
  newtonStep(): number {
    const d = this.#dimension;
    const [hessian, step] = [this.#hessian.fill(0), this.#step.fill(0)];
    this.#accumulate(hessian, step);
    factorInPlace(hessian, d);
    for (let i = 0; i < d; i++) if (!(hessian[i * d + i] > 1e-150)) return Infinity;
    solveForwards(hessian, d, step);
    solveBackwards(hessian, d, step);
    // Steps that change no comparison by more than one are within the region where Newton's method does not overshoot.
    if (this.#largestChange(step) <= 1) return this.#advance(step);
    const before = this.#objective(this.theta);
    for (let length = 1; length > 1e-9; length /= 2) {
      let largest = 0;
      for (let i = 0; i < d; i++) {
        this.#trial[i] = this.theta[i] + length * step[i];
        largest = Math.max(largest, Math.abs(length * step[i]));
      }
      if (!(this.#objective(this.#trial) <= before + 1e-12 * Math.abs(before))) continue;
      this.theta.set(this.#trial);
      return largest;
    }
    return 0;
  }

  /** A step with the last factor of the Hessian; infinite, and not taken, where it would not be safe. */
  #chordStep(): number {
    const d = this.#dimension;
    const step = this.#step.fill(0);
    this.#accumulate(undefined, step);
    solveForwards(this.#hessian, d, step);
    solveBackwards(this.#hessian, d, step);
    return this.#largestChange(step) <= 1 ? this.#advance(step) : Infinity;
  }

  #advance(step: Float64Array): number {
    let largest = 0;
    for (let i = 0; i < step.length; i++) {
      this.theta[i] += step[i];
      largest = Math.max(largest, Math.abs(step[i]));
    }
    return largest;
  }

  #largestChange(step: Float64Array): number {
    let largest = 0;
    for (const difference of this.#differences) largest = Math.max(largest, Math.abs(dot(difference, step)));
    return largest;
  }

  #objective(theta: Float64Array): number {
    return 0.5 * this.#ridge * dot(theta, theta) - this.logLikelihood(theta);
  }

  /** Adds the lower triangle of the Hessian, where that is wanted, and the gradient of the log-likelihood less the ridge. */
  #accumulate(hessian: Float64Array | undefined, gradient: Float64Array): void {
    const d = this.#dimension;
    for (let i = 0; i < d; i++) {
      if (hessian) hessian[i * d + i] += this.#ridge;
      gradient[i] -= this.#ridge * this.theta[i];
    }
    for (let k = 0; k < this.#differences.length; k++) {
      const delta = this.#differences[k];
      const x = dot(delta, this.theta);
      const [wins, losses] = [this.#wins[k], this.#losses[k]];
      let slope = 0;
      if (wins > 0) slope += wins * this.#link.slope(x);
      if (losses > 0) slope -= losses * this.#link.slope(-x);
      for (let i = 0; i < d; i++) gradient[i] += slope * delta[i];
      if (!hessian) continue;
      let curvature = 0;
      if (wins > 0) curvature += wins * this.#link.curvature(x);
      if (losses > 0) curvature += losses * this.#link.curvature(-x);
      for (let i = 0; i < d; i++) {
        const weighted = curvature * delta[i];
        if (weighted === 0) continue;
        for (let j = 0; j <= i; j++) hessian[i * d + j] += weighted * delta[j];
      }
    }
  }
}
