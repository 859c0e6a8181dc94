// The weights with which several distributions are mixed.
import type { VectorLike } from '@infimum/core';
import { asVector, checkNonNegative, fault } from '@infimum/core';
import { total } from '../transport.ts';

/**
 * Weights scaled to sum to one; equal if there are none.
 *
 * @throws {InvalidInputError} naming `weights`
 */
export function mixingWeights(given: VectorLike | undefined, count: number): Float64Array {
  if (given === undefined) return new Float64Array(count).fill(1 / count);
  const weights = asVector(given, 'weights', count);
  checkNonNegative(weights, 'weights');
  const sum = total(weights);
  if (!(sum > 0 && sum < Infinity)) throw fault(`sum to ${sum}`, 'weights', 'mass');
  return weights.map((weight) => weight / sum);
}
