// Options that functions of several subjects share.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkList, InvalidInputError } from '@infimum/core';
import type { PointMetric } from './cost-matrix.ts';
import { checkIsPotentials } from './initial-potentials.ts';

export const a = { type: 'value', check: checkIsVector, description: 'Source weights; 1/n each by default' } as const;

export const b = { type: 'value', check: checkIsVector, description: 'Target weights; 1/m each by default' } as const;

export const metric = {
  type: 'value',
  check: checkIsMetric,
  description: "Ground cost, 'squared-euclidean' by default",
} as const;

export const initial = { type: 'value', check: checkIsPotentials, description: 'Initial potentials' } as const;

export const epsilon = {
  type: 'number',
  above: 0,
  max: 1e300,
  required: true,
  unit: 'cost',
  description: 'Entropic regularisation',
} as const;

export const tolerance = { type: 'number', min: 0, default: 1e-9, description: 'l1 marginal error over the mass' } as const;

export const threads = { type: 'integer', min: 1, max: 64, default: 1, description: 'Threads; results are the same' } as const;

export const maxIterations = { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' } as const;

export const maxBytes = {
  type: 'integer',
  min: 0,
  default: 2 ** 29,
  unit: 'byte',
  description: 'Memory limit for costs and plan; beyond it, neither is stored',
} as const;

export const plan = {
  type: 'choice',
  choices: ['dense', 'none'],
  default: 'dense',
  description: "'none' returns no plan",
} as const;

export const weights = {
  type: 'value',
  check: checkIsVector,
  description: 'Weights of the averaged items, non-negative, scaled to sum to one; equal by default',
} as const;

/** Checks that a value is a vector of finite numbers; its length is checked with what it belongs to. */
export function checkIsVector(value: unknown, argument: string): asserts value is VectorLike {
  asVector(value as VectorLike, argument);
}

/** Checks that a value is a matrix of finite numbers; its shape is checked with what it belongs to. */
export function checkIsMatrix(value: unknown, argument: string): asserts value is MatrixLike {
  asMatrix(value as MatrixLike, argument);
}

/** Checks that a value is a list; what is in it is checked with what it belongs to. */
export function checkIsVectors(value: unknown, argument: string): asserts value is readonly VectorLike[] {
  checkList(value, argument);
}

/** Checks that a value is a list; what is in it is checked with what it belongs to. */
export function checkIsMatrices(value: unknown, argument: string): asserts value is readonly MatrixLike[] {
  checkList(value, argument);
}

/** A name, an exponent or a function: which of them are known is checked with the points. */
function checkIsMetric(value: unknown, argument: string): asserts value is PointMetric {
  if (['string', 'function'].includes(typeof value)) return;
  if (typeof value === 'object' && value !== null && 'minkowski' in value) return;
  throw new InvalidInputError('expected the name of a metric, { minkowski } or a function', { argument, code: 'type' });
}
