// Objectives from expressions, and from plain functions.
import type { Objective } from '@infimum/core';
import { allocateVector, checkFunction, checkInteger, fault } from '@infimum/core';
import { gradients, mixedProduct, vectorJacobian } from '../derivatives/gradient.ts';
import type { Program } from '../expressions/program.ts';
import { compile, compileParts } from '../expressions/program.ts';
import type { Releasable, Tensor } from '../expressions/tensor.ts';
import { checkTensor, describeShape, variable } from '../expressions/tensor.ts';

/** An objective with derivatives of second order. */
export type Differentiable = Required<Omit<Objective, 'byDifferences' | 'factorHessian'>> & Releasable;

/**
 * The objective of an expression: value, gradient, products with the Hessian and the Hessian, all exact to rounding.
 *
 * The expression is built once, at the first call of each kind. A gradient costs a small multiple of a value, a product with
 * the Hessian a small multiple of a gradient, the Hessian d products.
 *
 * @param dimension - number of variables d
 * @param f - computes the value, of shape `[]`, from the variables, a vector of length d
 * @throws {InvalidInputError} for a dimension that is no positive integer, and when f does not return a number
 *
 * @example
 * ```ts
 * import { add, differentiable, mul, slice, square, sub, sum } from '@infimum/autodiff';
 *
 * const rosenbrock = differentiable(2, (v) => {
 *   const [x, y] = [slice(v, 0, 1), slice(v, 1, 1)];
 *   return sum(add(square(sub(1, x)), mul(100, square(sub(y, square(x))))));
 * });
 * const gradient = new Float64Array(2);
 * rosenbrock.gradient(Float64Array.of(-2, 2), gradient);
 * console.log(rosenbrock.value(Float64Array.of(-2, 2)), gradient.join(' ')); // 409 -1606 -400
 * ```
 */
export function differentiable(dimension: number, f: (x: Tensor) => Tensor): Differentiable {
  checkInteger(dimension, 'dimension', { min: 1 });
  checkFunction(f, 'f');
  const [x, v] = [variable(dimension), variable(dimension)];
  const value = f(x);
  checkTensor(value, 'f');
  if (value.shape.length > 0)
    throw fault(`must return a number, returns the shape ${describeShape(value.shape)}`, 'f', 'shape');
  const values = programs(() => compile([value], [x]));
  const slopes = programs(() => compile(gradients(value, [x]), [x]));
  const products = programs(() => compile(mixedProduct(value, [x], x, v), [x, v]));
  const columns = programs(() => {
    const [gradient] = gradients(value, [x]);
    const product = vectorJacobian(gradient, [x], v);
    return compileParts({ outputs: [gradient], variables: [x] }, { outputs: product, variables: [v] });
  });
  return {
    dimension,
    value: (at) => {
      checkLength(at, 'x', dimension);
      return values(1).run([at])[0][0];
    },
    gradient: (at, out) => {
      checkLength(at, 'x', dimension);
      checkLength(out, 'out', dimension);
      out.set(slopes(1).run([at])[0]);
    },
    hessianVector: (at, along, out) => {
      checkLength(at, 'x', dimension);
      checkLength(along, 'v', dimension);
      checkLength(out, 'out', dimension);
      out.set(products(1).run([at, along])[0]);
    },
    hessian: (at, out) => {
      checkLength(at, 'x', dimension);
      checkLength(out, 'out', dimension * dimension);
      const unit = new Float64Array(dimension);
      const program = columns(1);
      // Parts that do not depend on the direction are computed once.
      program.run([at]);
      for (let j = 0; j < dimension; j++) {
        unit[j] = 1;
        // Symmetric, so that a column is a row.
        out.set(program.proceed([unit])[0], j * dimension);
        unit[j] = 0;
      }
    },
    release: () => {
      for (const each of [values, slopes, products, columns]) each.release();
    },
  };
}

/**
 * Checks that an array has so many entries.
 *
 * @throws {InvalidInputError} `shape`
 */
export function checkLength(values: ArrayLike<number>, argument: string, length: number): void {
  if (values?.length === length) return;
  throw fault(`expected ${length} entries, got ${values?.length}`, argument, 'shape');
}

/** Programs by batch size, each made at its first use. */
export interface Programs<Kind extends Program> {
  (samples: number): Kind;
  /** Releases all of them; requesting one is an error from then on. */
  release(): void;
}

/** Number of batch sizes for which programs are kept; the least recently used one is dropped. */
const MOST_SIZES = 8;

/** Programs that are made by `make`. */
export function programs<Kind extends Program>(make: (samples: number) => Kind): Programs<Kind> {
  const made = new Map<number, Kind>();
  let isReleased = false;
  const find = (samples: number): Kind => {
    if (isReleased) throw new Error('the objective has been released');
    const program = made.get(samples) ?? make(samples);
    // A map remembers the order in which entries were set.
    made.delete(samples);
    made.set(samples, program);
    if (made.size > MOST_SIZES) {
      const [oldest, evicted] = made.entries().next().value as [number, Kind];
      made.delete(oldest);
      evicted.release();
    }
    return program;
  };
  return Object.assign(find, {
    release: () => {
      isReleased = true;
      for (const program of made.values()) program.release();
      made.clear();
    },
  });
}

/**
 * The objective of a plain function, with missing derivatives by central differences: a gradient costs 2 d values, a
 * product with the Hessian two gradients. Good to about half of the digits; expressions are exact, and faster.
 *
 * @param dimension - number of variables d
 * @param value - f
 * @param gradient - writes the gradient of f, if there is one
 * @throws {InvalidInputError} for a dimension that is no positive integer
 *
 * @example
 * ```ts
 * import { fromFunction } from '@infimum/autodiff';
 *
 * const f = fromFunction(1, ([x]) => x ** 3);
 * const slope = new Float64Array(1);
 * f.gradient(Float64Array.of(2), slope);
 * console.log(slope[0].toFixed(6)); // 12.000000
 * ```
 */
export function fromFunction(
  dimension: number,
  value: (x: Float64Array) => number,
  gradient?: (x: Float64Array, out: Float64Array) => void,
): Objective & Required<Pick<Objective, 'hessianVector'>> {
  checkInteger(dimension, 'dimension', { min: 1 });
  checkFunction(value, 'value');
  if (gradient !== undefined) checkFunction(gradient, 'gradient');
  const [moved, above, below] = [0, 1, 2].map(() => allocateVector(dimension, 'dimension'));
  const slope =
    gradient ??
    ((x: Float64Array, out: Float64Array) => {
      const place = x.slice();
      for (let i = 0; i < dimension; i++) {
        const step = STEP * Math.max(1, Math.abs(x[i]));
        place[i] = x[i] + step;
        const up = value(place);
        place[i] = x[i] - step;
        out[i] = (up - value(place)) / (2 * step);
        place[i] = x[i];
      }
    });
  return {
    dimension,
    value,
    gradient: slope,
    ...(gradient === undefined && { byDifferences: true }),
    hessianVector: (x, v, out) => {
      const [size, length] = [x, v].map((vector) => vector.reduce((most, t) => Math.max(most, Math.abs(t)), 0));
      if (length === 0) return void out.fill(0);
      // Differences of differences need larger steps.
      const step = ((gradient ? STEP : STEP ** 0.75) * Math.max(1, size)) / length;
      for (let i = 0; i < dimension; i++) moved[i] = x[i] + step * v[i];
      slope(moved, above);
      for (let i = 0; i < dimension; i++) moved[i] = x[i] - step * v[i];
      slope(moved, below);
      for (let i = 0; i < dimension; i++) out[i] = (above[i] - below[i]) / (2 * step);
    },
  };
}

/** Where truncation and rounding of a central difference are about equal. */
const STEP = Math.cbrt(Number.EPSILON);
