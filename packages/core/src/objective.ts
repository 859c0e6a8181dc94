// Objectives: the values and derivatives that optimisation methods may request, and checks of derivatives by finite differences.
import { fault } from './errors.ts';
import type { VectorLike } from './inputs.ts';
import { checkFunction, checkInteger, checkObject, checkVector } from './validate.ts';

/**
 * A function f from R^d to R with derivatives. Methods with `out` write the result there and do not keep the array; inputs
 * are never written to.
 *
 * @example
 * ```ts
 * import { gradientError, type Objective } from '@infimum/core';
 *
 * const bowl: Objective = {
 *   dimension: 2,
 *   value: ([x, y]) => x * x + 3 * y * y,
 *   gradient: ([x, y], out) => out.set([2 * x, 6 * y]),
 * };
 * console.log(gradientError(bowl, Float64Array.of(1, 2)) < 1e-8); // true
 * ```
 */
export interface Objective {
  /** Number of variables d. */
  readonly dimension: number;
  /** f(x); infinite where f is not defined. */
  value(x: Float64Array): number;
  /** Writes the gradient of f at x, d numbers. */
  gradient(x: Float64Array, out: Float64Array): void;
  /** Writes the product of the Hessian at x with v, d numbers. */
  hessianVector?(x: Float64Array, v: Float64Array, out: Float64Array): void;
  /** Writes the Hessian at x, d x d numbers row by row. */
  hessian?(x: Float64Array, out: Float64Array): void;
  /**
   * Factors H(x) + s I for an s >= 0 that makes it positive definite (0 if H(x) is). Returns a function that writes the solution
   * of (H(x) + s I) y = r, or `undefined` if that is too expensive or H is not finite. For Hessians that are cheap to factor.
   */
  factorHessian?(x: Float64Array): ((r: Float64Array, y: Float64Array) => void) | undefined;
  /** Whether all derivatives are differences of values: a gradient costs 2 d values then, a product twice that. */
  readonly byDifferences?: boolean;
}

/**
 * A mean of functions, f(x) = (1/n) sum_i f_i(x), as training and other stochastic methods see it. `indices` choose the
 * terms of a batch, repetitions count; without them all terms are meant.
 */
export interface FiniteSum extends Objective {
  /** Number of terms n. */
  readonly terms: number;
  /** The mean of the chosen terms at x. */
  value(x: Float64Array, indices?: Int32Array): number;
  /** Writes the mean of the chosen terms' gradients. */
  gradient(x: Float64Array, out: Float64Array, indices?: Int32Array): void;
  /** Writes the product of the mean of the chosen terms' Hessians with v. */
  hessianVector?(x: Float64Array, v: Float64Array, out: Float64Array, indices?: Int32Array): void;
}

/** A derivative, which writes its numbers to `out` or returns them. */
export type Derivative<Given extends unknown[]> = (...given: [...Given, out: Float64Array]) => VectorLike | void;

/** A function of d variables: alone, or with derivatives. */
export type ObjectiveLike =
  | ((x: Float64Array) => number)
  | {
      /** Number of variables; that of the starting point where it is left out. */
      readonly dimension?: number;
      /** f(x); infinite where f is not defined. */
      value(x: Float64Array): number;
      /** The gradient at x, d numbers; differences of values stand in for it. */
      readonly gradient?: Derivative<[x: Float64Array]>;
      /** The product of the Hessian at x with v, d numbers. */
      readonly hessianVector?: Derivative<[x: Float64Array, v: Float64Array]>;
      /** The Hessian at x, d x d numbers row by row. */
      readonly hessian?: Derivative<[x: Float64Array]>;
      /** As `factorHessian` of `Objective`. */
      readonly factorHessian?: Objective['factorHessian'];
      /** Whether all derivatives are differences of values. */
      readonly byDifferences?: boolean;
    };

/** A box in which a function may be asked. */
export interface Range {
  /** Smallest values, of all variables or of each. */
  readonly lower?: ArrayLike<number> | undefined;
  /** Largest values. */
  readonly upper?: ArrayLike<number> | undefined;
}

/**
 * The objective in the form that methods use: derivatives that return arrays are made to write to `out`. Without a gradient, central
 * differences within the range stand in, 2 d values each, which `byDifferences` says.
 *
 * @param dimension - number of variables, that of the starting point
 * @param range - the box outside of which f is not asked
 * @throws {InvalidInputError} `type` for an argument that is no function, `shape` for an objective of another dimension
 *
 * @example
 * ```ts
 * import { asObjective } from '@infimum/core';
 *
 * const slope = new Float64Array(2);
 * asObjective(([x, y]) => x * x + 3 * y, 2).gradient(Float64Array.of(1, 0), slope);
 * console.log(slope.map((entry) => Math.round(1e6 * entry) / 1e6).join(' ')); // 2 3
 * ```
 */
export function asObjective(value: ObjectiveLike, dimension: number, argument = 'objective', range: Range = {}): Objective {
  const read = readObjective(value, dimension, argument);
  const { gradient } = read;
  if (gradient) return { ...read, gradient };
  return { ...read, gradient: (x, out) => differenceGradient(read.value, x, out, range), byDifferences: true };
}

/**
 * As `asObjective`, but without a gradient where none is given: for methods with differences of their own.
 *
 * @throws {InvalidInputError} `type` for an argument that is no function, `shape` for an objective of another dimension
 *
 * @example
 * ```ts
 * import { readObjective } from '@infimum/core';
 *
 * console.log(readObjective(([x, y]) => x * y, 2).gradient); // undefined
 * ```
 */
export function readObjective(
  value: ObjectiveLike,
  dimension: number,
  argument = 'objective',
): Omit<Objective, 'gradient'> & Partial<Pick<Objective, 'gradient'>> {
  const given = typeof value === 'function' ? { value } : value;
  checkObject(given, argument);
  checkFunction(given.value, typeof value === 'function' ? argument : `${argument}.value`);
  const {
    gradient,
    hessianVector,
    hessian,
    factorHessian,
    byDifferences,
  }: Exclude<ObjectiveLike, (x: Float64Array) => number> = given;
  if (given.dimension !== undefined) {
    checkInteger(given.dimension, `${argument}.dimension`, { min: 1 });
    if (given.dimension !== dimension) {
      throw fault(`has ${given.dimension} variables, the starting point ${dimension}`, `${argument}.dimension`, 'shape');
    }
  }
  for (const [name, f] of Object.entries({ gradient, hessianVector, hessian, factorHessian })) {
    if (f !== undefined) checkFunction(f, `${argument}.${name}`);
  }
  return {
    dimension,
    value: (x) => given.value(x),
    ...(gradient && { gradient: (x, out) => writeTo(out, gradient.call(given, x, out), `${argument}.gradient`) }),
    ...(hessianVector && {
      hessianVector: (x, v, out) => writeTo(out, hessianVector.call(given, x, v, out), `${argument}.hessianVector`),
    }),
    ...(hessian && { hessian: (x, out) => writeTo(out, hessian.call(given, x, out), `${argument}.hessian`) }),
    ...(factorHessian && { factorHessian: (x) => factorHessian.call(given, x) }),
    ...(byDifferences && { byDifferences: true }),
  };
}

function writeTo(out: Float64Array, returned: VectorLike | void, argument: string): void {
  if (!returned || returned === out) return;
  if (returned.length !== out.length) {
    throw fault(`must write ${out.length} numbers into out, or return them; it returned ${returned.length}`, argument, 'shape');
  }
  out.set(returned);
}

/** The step at which truncation and rounding of a central difference are about equal. */
function differenceStep(x: number): number {
  return Math.cbrt(Number.EPSILON) * Math.max(1, Math.abs(x));
}

/** Writes the gradient by central differences, one-sided at the ends of the range; f is never evaluated outside it. */
function differenceGradient(f: (x: Float64Array) => number, x: Float64Array, out: Float64Array, { lower, upper }: Range): void {
  const moved = x.slice();
  for (let i = 0; i < x.length; i++) {
    const step = differenceStep(x[i]);
    const [low, high] = [Math.max(x[i] - step, lower?.[i] ?? -Infinity), Math.min(x[i] + step, upper?.[i] ?? Infinity)];
    moved[i] = high;
    const above = f(moved);
    moved[i] = low;
    out[i] = (above - f(moved)) / (high - low);
    moved[i] = x[i];
  }
}

/**
 * How far the gradient g at x is from central differences d of the values: the largest deviation, relative to the largest
 * component where that exceeds 1, |g - d|_inf / max(1, |g|_inf, |d|_inf). About 1e-9 for a right gradient of a smooth
 * function of moderate size. Costs 2 d values.
 *
 * @throws {InvalidInputError} for an x of another length than the dimension, or with entries that are not finite
 */
export function gradientError(objective: Objective, x: Float64Array): number {
  checkObject(objective, 'objective');
  checkFunction(objective.gradient, 'objective.gradient');
  checkFunction(objective.value, 'objective.value');
  checkVector(x, 'x', objective.dimension);
  const gradient = new Float64Array(x.length);
  objective.gradient(x, gradient);
  const differences = new Float64Array(x.length);
  const moved = x.slice();
  for (let i = 0; i < x.length; i++) {
    const step = differenceStep(x[i]);
    moved[i] = x[i] + step;
    const above = objective.value(moved);
    moved[i] = x[i] - step;
    differences[i] = (above - objective.value(moved)) / (2 * step);
    moved[i] = x[i];
  }
  return relativeDeviation(gradient, differences);
}

/**
 * How far `hessianVector` at x is from central differences of the gradients along v, as `gradientError` measures.
 *
 * @throws {InvalidInputError} for an objective without `hessianVector`, and for vectors of another length
 */
export function hessianVectorError(objective: Objective, x: Float64Array, v: Float64Array): number {
  checkObject(objective, 'objective');
  checkFunction(objective.gradient, 'objective.gradient');
  checkVector(x, 'x', objective.dimension);
  checkVector(v, 'v', objective.dimension);
  if (!objective.hessianVector) throw fault('has no hessianVector to check', 'objective', 'unsupported');
  checkFunction(objective.hessianVector, 'objective.hessianVector');
  const product = new Float64Array(x.length);
  objective.hessianVector(x, v, product);
  const size = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const length = v.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (length === 0) return relativeDeviation(product, v);
  const step = differenceStep(size) / length;
  const [above, below] = [1, -1].map((sign) => {
    const gradient = new Float64Array(x.length);
    objective.gradient(
      x.map((value, i) => value + sign * step * v[i]),
      gradient,
    );
    return gradient;
  });
  return relativeDeviation(
    product,
    above.map((value, i) => (value - below[i]) / (2 * step)),
  );
}

function relativeDeviation(a: Float64Array, b: Float64Array): number {
  let [deviation, size] = [0, 1];
  for (let i = 0; i < a.length; i++) {
    deviation = Math.max(deviation, Math.abs(a[i] - b[i]));
    size = Math.max(size, Math.abs(a[i]), Math.abs(b[i]));
  }
  // Math.max propagates NaN, so a gradient with NaN does not pass.
  return deviation / size;
}
