// Options that functions of several subjects share.
import type { OptionSpec } from '@infimum/core';
import { checkVector, InvalidInputError } from '@infimum/core';
import type { PointMetric } from './cost-matrix.ts';
import { checkIsPotentials } from './initial-potentials.ts';

/** Weights of the sources. */
export const a = {
  type: 'value',
  check: checkIsVector,
  description: 'Weights of the sources, length n, non-negative; 1/n each by default',
} as const satisfies OptionSpec;

/** Weights of the targets. */
export const b = {
  type: 'value',
  check: checkIsVector,
  description: 'Weights of the targets, length m, of the same total as a; 1/m each by default',
} as const satisfies OptionSpec;

/** What moving between two points costs. */
export const metric = {
  type: 'value',
  check: checkIsMetric,
  description: "Ground cost, 'squared-euclidean' by default",
} as const satisfies OptionSpec;

/** Where to begin. */
export const initial = {
  type: 'value',
  check: checkIsPotentials,
  description: 'Potentials to start from, -Infinity where a weight is zero; none by default',
} as const satisfies OptionSpec;

/** Shares of several things. */
export const weights = {
  type: 'value',
  check: checkIsVector,
  description:
    'Weights of the things that are averaged, non-negative, scaled to sum to one; equal by default',
} as const satisfies OptionSpec;

/** Checks that a value is a vector of finite numbers; its length is checked with what it belongs to. */
export function checkIsVector(value: unknown, argument: string): asserts value is Float64Array {
  checkVector(value, argument);
}

/** A name, an exponent or a function: which of them are known is checked with the points. */
function checkIsMetric(value: unknown, argument: string): asserts value is PointMetric {
  if (['string', 'function'].includes(typeof value)) return;
  if (typeof value === 'object' && value !== null && 'minkowski' in value) return;
  throw new InvalidInputError('expected the name of a metric, { minkowski } or a function', {
    argument,
    code: 'type',
  });
}
