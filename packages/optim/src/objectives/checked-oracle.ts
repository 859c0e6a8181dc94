// Refuses invalid arguments of an objective's functions, before they lead to NaN or, worse, to a wrong number.
import type { FiniteSum, Objective } from '@infimum/core';
import { fault } from '@infimum/core';

/** The same objective, whose functions refuse points, directions and results of another length, and terms out of range. */
export function checkedOracle<O extends Objective | FiniteSum>(oracle: O): O {
  const { dimension, terms, value, gradient, hessianVector, hessian } = oracle as FiniteSum;
  const check = (x: Float64Array, indices: Int32Array | undefined) => {
    checkLength(x, 'x', dimension);
    if (indices !== undefined) checkTerms(indices, terms);
  };
  return {
    ...oracle,
    value: (x: Float64Array, indices?: Int32Array) => {
      check(x, indices);
      return value(x, indices);
    },
    gradient: (x: Float64Array, out: Float64Array, indices?: Int32Array) => {
      check(x, indices);
      checkLength(out, 'out', dimension);
      gradient(x, out, indices);
    },
    ...(hessianVector && {
      hessianVector: (x: Float64Array, v: Float64Array, out: Float64Array, indices?: Int32Array) => {
        check(x, indices);
        checkLength(v, 'v', dimension);
        checkLength(out, 'out', dimension);
        hessianVector(x, v, out, indices);
      },
    }),
    ...(hessian && {
      hessian: (x: Float64Array, out: Float64Array) => {
        check(x, undefined);
        checkLength(out, 'out', dimension * dimension);
        hessian(x, out);
      },
    }),
  };
}

/**
 * Checks the length of an argument.
 *
 * @throws {InvalidInputError} naming it
 */
export function checkLength(array: Float64Array, argument: string, length: number): void {
  if (array?.length === length) return;
  throw fault(`expected ${length} entries, got ${array?.length}`, argument, 'shape');
}

/**
 * Checks a batch: terms from 0 to `terms` - 1, at least one of them.
 *
 * @throws {InvalidInputError} naming `indices` and the first index at fault
 */
export function checkTerms(indices: Int32Array, terms: number): void {
  if (indices.length === 0) throw fault('must name at least one term', 'indices', 'empty');
  for (let k = 0; k < indices.length; k++) {
    if (indices[k] >= 0 && indices[k] < terms && Number.isInteger(indices[k])) continue;
    throw fault(`must be from 0 to ${terms - 1}, is ${indices[k]} at index ${k}`, 'indices', 'out-of-range', k);
  }
}
