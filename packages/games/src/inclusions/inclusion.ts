// Monotone inclusions of finite sums: the problem, the counting of evaluations, and the common part of methods.
import type { Iterate, OptionSpecs, VectorLike } from '@infimum/core';
import { asVector, checkFunction, checkInteger, checkNumber, checkObject, fault, Random } from '@infimum/core';
import { distance, norm } from '@infimum/linalg/numerics';

/** F = (1/n) sum_i F_i, each from R^d to R^d. */
export interface FiniteSumOperator {
  /** Components n. */
  readonly terms: number;
  /** Variables d. */
  readonly dimension: number;
  /**
   * L: for cocoercive sums E|F_i(u) - F_i(v)|² <= L (F(u) - F(v)) . (u - v), for monotone ones E|F_i(u) - F_i(v)|² <= L² |u - v|²,
   * i drawn uniformly. Estimated where it is absent.
   */
  readonly lipschitz?: number;
  /** The Lipschitz constant of F itself, for methods that see the whole sum. */
  readonly meanLipschitz?: number;
  /** out <- F_i(u). */
  component(i: number, u: Float64Array, out: Float64Array): void;
  /** out <- F(u); by a loop over the components where it is absent. */
  full?(u: Float64Array, out: Float64Array): void;
}

/** out <- (I + eta G)^-1 z for a maximally monotone G: a projection, or a proximal map. It may write in place. */
export type Resolvent = (z: Float64Array, eta: number, out: Float64Array) => void;

/** Find u with 0 in F(u) + G(u). */
export interface MonotoneInclusion {
  /** F. */
  readonly operator: FiniteSumOperator;
  /** Where methods start, d numbers. */
  readonly initial: VectorLike;
  /** The resolvent of G; without it G is zero. */
  readonly resolvent?: Resolvent;
  /** Whether F is cocoercive and not only monotone. */
  readonly cocoercive?: boolean;
  /** F(u) = M u + q as data, for proofs; methods do not read it. */
  readonly affine?: {
    /** M, d x d, row by row. */
    readonly matrix: Float64Array;
    /** q, d numbers. */
    readonly offset: Float64Array;
    /** Where G keeps the first so many variables, and all others, on a simplex each; else G is zero. */
    readonly simplices?: readonly [number, number];
  };
}

/** The solution of a method. */
export interface InclusionSolution {
  /** The point u. */
  readonly x: Float64Array;
  /** |F(u) + g| for an element g of G(u), computed with all components. */
  readonly residual: number;
  /** Evaluations of one component at one point, including those for reported residuals. */
  readonly evaluations: {
    /** Calls of components; a call of `full` counts n. */
    readonly value: number;
  };
}

/** One iteration. */
export interface InclusionIterate extends Iterate<InclusionSolution> {
  /** |F(u) + g| as last computed. */
  readonly residual: number;
  /** Evaluations of components so far, over n. */
  readonly epochs: number;
}

/** The options that all methods share. */
export const inclusionOptions = {
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Residual at which to stop, relative to its initial value' },
  absoluteTolerance: {
    type: 'number',
    min: 0,
    default: 0,
    description: 'Absolute residual at which to stop, in the units of F',
  },
  stepSize: {
    type: 'number',
    above: 0,
    description: 'Step size eta; from the Lipschitz constant, or its estimate, by default',
  },
  maxEpochs: { type: 'number', above: 0, default: 10_000, description: 'Maximum evaluations of components over n' },
} as const satisfies OptionSpecs;

export const seed = { type: 'integer', min: 0, default: 0, description: 'Seed of the components' } as const;

/**
 * Checks an inclusion.
 *
 * @returns where methods start
 *
 * @throws {InvalidInputError} naming `operator`, `initial` or `resolvent`
 */
export function checkInclusion(problem: MonotoneInclusion): Float64Array {
  checkObject(problem, 'problem');
  const { operator, initial, resolvent } = problem;
  if (typeof operator !== 'object' || operator === null || typeof operator.component !== 'function') {
    throw fault('expected an object with terms, dimension and component(i, u, out)', 'operator', 'type');
  }
  checkInteger(operator.terms, 'operator.terms', { min: 1 });
  if (operator.full !== undefined) checkFunction(operator.full, 'operator.full');
  if (operator.terms > MOST_TERMS) {
    const problem = `a pass over ${operator.terms} terms cannot be interrupted; the maximum is ${MOST_TERMS}`;
    throw fault(problem, 'operator.terms', 'too-large');
  }
  checkInteger(operator.dimension, 'operator.dimension', { min: 1 });
  for (const name of ['lipschitz', 'meanLipschitz'] as const) {
    if (operator[name] !== undefined) checkNumber(operator[name], `operator.${name}`, { above: 0 });
  }
  if (resolvent !== undefined) checkFunction(resolvent, 'resolvent');
  return asVector(initial, 'initial', operator.dimension);
}

/** Bounds the time between two iterations to seconds. */
const MOST_TERMS = 1e7;

/** An operator that counts every evaluation of a component. */
export class CountedOperator {
  evaluations = 0;
  readonly terms: number;
  readonly dimension: number;
  readonly #operator: FiniteSumOperator;
  readonly #scratch: Float64Array;

  constructor(operator: FiniteSumOperator) {
    this.#operator = operator;
    this.terms = operator.terms;
    this.dimension = operator.dimension;
    this.#scratch = new Float64Array(operator.dimension);
  }

  get epochs(): number {
    return this.evaluations / this.terms;
  }

  /** out <- F_i(u). */
  component(i: number, u: Float64Array, out: Float64Array): void {
    this.evaluations++;
    this.#operator.component(i, u, out);
    this.#keep(u, out);
  }

  /** out <- F(u), n evaluations. */
  full(u: Float64Array, out: Float64Array): void {
    if (this.#operator.full) {
      this.evaluations += this.terms;
      this.#operator.full(u, out);
      this.#keep(u, out);
      return;
    }
    out.fill(0);
    for (let i = 0; i < this.terms; i++) {
      this.component(i, u, this.#scratch);
      for (let j = 0; j < out.length; j++) out[j] += this.#scratch[j] / this.terms;
    }
  }

  #keep(u: Float64Array, out: Float64Array): void {
    if (u.length === this.dimension && out.length === this.dimension) return;
    throw fault('has detached one of its input arrays', 'operator', 'unsupported');
  }
}

/** G's resolvent, the identity where there is none. */
export function resolventOf({ resolvent }: MonotoneInclusion): Resolvent {
  return resolvent ?? ((z, _, out) => void out.set(z));
}

/**
 * The natural residual |u - J(u - eta F(u))| / eta: 0 exactly at solutions, at most |F(u) + g| for every g of G(u); the rounding error of a
 * short step is added. Without G it is |F(u)|.
 *
 * @param value - F(u)
 */
export function naturalResidual({ resolvent }: MonotoneInclusion, u: Float64Array, value: Float64Array, eta: number): number {
  if (!resolvent) return norm(value);
  const point = u.map((entry, j) => entry - eta * value[j]);
  resolvent(point, eta, point);
  const moved = distance(u, point);
  const lost = moved === 0 && norm(value) === 0 ? 0 : Number.EPSILON * norm(u);
  return (moved + lost) / eta;
}

/**
 * Lipschitz constants of an operator from ten pairs of points near the start: for cocoercive sums max E|dF_i|² / (dF . du), else
 * max sqrt(E|dF_i|²) / |du|; and of the mean max |dF| / |du|. Costs 20 n evaluations, which count, unless `wanted` is known.
 */
export function estimateLipschitz(
  { operator, initial, cocoercive = false }: MonotoneInclusion,
  counted: CountedOperator,
  seed: number,
  wanted: readonly ('lipschitz' | 'meanLipschitz')[],
): { readonly average: number; readonly mean: number } {
  const { lipschitz = Number.NaN, meanLipschitz = Number.NaN } = operator;
  if (wanted.every((name) => operator[name])) return { average: lipschitz, mean: meanLipschitz };
  const { terms, dimension } = operator;
  const random = new Random(seed).split(9);
  const size = norm(Float64Array.from(initial)) || 1;
  const [first, second, at, other, sum] = Array.from({ length: 5 }, () => new Float64Array(dimension));
  let [average, mean] = [0, 0];
  for (let pair = 0; pair < 10; pair++) {
    for (let j = 0; j < dimension; j++) {
      first[j] = initial[j] + size * (2 * random.uniform() - 1);
      second[j] = first[j] + size * 1e-3 * (2 * random.uniform() - 1);
    }
    sum.fill(0);
    let square = 0;
    for (let i = 0; i < terms; i++) {
      counted.component(i, first, at);
      counted.component(i, second, other);
      for (let j = 0; j < dimension; j++) {
        const change = at[j] - other[j];
        square += (change * change) / terms;
        sum[j] += change / terms;
      }
    }
    const moved = distance(first, second);
    let along = 0;
    for (let j = 0; j < dimension; j++) along += sum[j] * (first[j] - second[j]);
    mean = Math.max(mean, norm(sum) / moved);
    const ratio = cocoercive && along > 0 ? square / along : Math.sqrt(square) / moved;
    average = Math.max(average, ratio);
  }
  return {
    average: operator.lipschitz ?? (average > 0 ? 1.5 * average : 1),
    mean: operator.meanLipschitz ?? (mean > 0 ? 1.5 * mean : 1),
  };
}
