// Functions of vectors to vectors, from expressions, with their Jacobian matrices.
import { checkFunction, checkInteger } from '@infimum/core';
import { jacobianVector, vectorJacobian } from '../derivatives/gradient.ts';
import { jacobian } from '../derivatives/jacobian.ts';
import { compile } from '../expressions/program.ts';
import type { Releasable, Tensor } from '../expressions/tensor.ts';
import { checkTensor, sizeOf, variable } from '../expressions/tensor.ts';
import { checkLength, programs } from './objective.ts';

/** A function of d numbers to m numbers, with its derivatives. */
export interface DifferentiableMap extends Releasable {
  /** Number of variables d. */
  readonly dimension: number;
  /** Number of results m. */
  readonly outputs: number;
  /** Writes F(x), m numbers. */
  value(x: Float64Array, out: Float64Array): void;
  /** Writes the Jacobian matrix J at x, m x d numbers row by row. */
  jacobian(x: Float64Array, out: Float64Array): void;
  /** Writes J v, m numbers. */
  jacobianVector(x: Float64Array, v: Float64Array, out: Float64Array): void;
  /** Writes J' w, d numbers. */
  vectorJacobian(x: Float64Array, w: Float64Array, out: Float64Array): void;
}

/**
 * The function of an expression: residuals of a model, a system of equations, the layers of a network, with Jacobian matrices
 * exact to rounding. Products with one cost a small multiple of a value, the matrix min(m, d) products.
 *
 * @param dimension - number of variables d
 * @param f - computes the results, a tensor of any shape with m entries, from the variables, a vector of length d
 * @throws {InvalidInputError} for a dimension that is no positive integer
 *
 * @example
 * ```ts
 * import { concatenate, differentiableMap, mul, slice, sin } from '@infimum/autodiff';
 *
 * const polar = differentiableMap(2, (x) => mul(slice(x, 0, 1), sin(concatenate([slice(x, 1, 1), slice(x, 1, 1)]))));
 * const rows = new Float64Array(4);
 * polar.jacobian(Float64Array.of(3, 0), rows);
 * console.log(rows.join(' ')); // 0 3 0 3
 * ```
 */
export function differentiableMap(dimension: number, f: (x: Tensor) => Tensor): DifferentiableMap {
  checkInteger(dimension, 'dimension', { min: 1 });
  checkFunction(f, 'f');
  const x = variable(dimension);
  const result = f(x);
  checkTensor(result, 'f');
  const [v, w] = [variable(dimension), variable(...result.shape)];
  const values = programs(() => compile([result], [x]));
  const matrices = programs(() => compile([jacobian(result, x)], [x]));
  const changes = programs(() => compile([jacobianVector(result, [x], [v])], [x, v]));
  const rows = programs(() => compile(vectorJacobian(result, [x], w), [x, w]));
  const outputs = sizeOf(result.shape);
  return {
    dimension,
    outputs,
    value: (at, out) => {
      checkLength(at, 'x', dimension);
      checkLength(out, 'out', outputs);
      out.set(values(1).run([at])[0]);
    },
    jacobian: (at, out) => {
      checkLength(at, 'x', dimension);
      checkLength(out, 'out', outputs * dimension);
      out.set(matrices(1).run([at])[0]);
    },
    jacobianVector: (at, along, out) => {
      checkLength(at, 'x', dimension);
      checkLength(along, 'v', dimension);
      checkLength(out, 'out', outputs);
      out.set(changes(1).run([at, along])[0]);
    },
    vectorJacobian: (at, weights, out) => {
      checkLength(at, 'x', dimension);
      checkLength(weights, 'w', outputs);
      checkLength(out, 'out', dimension);
      out.set(rows(1).run([at, weights])[0]);
    },
    release: () => {
      for (const each of [values, matrices, changes, rows]) each.release();
    },
  };
}
