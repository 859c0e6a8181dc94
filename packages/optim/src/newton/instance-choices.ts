// Options of registered second-order methods that are names here and matrices in the functions; the instance supplies the
// matrices.
import { fault } from '@infimum/core';
import type { MetricMatrix } from '../smooth/metric.ts';
import type { SmoothProblem } from '../smooth/smooth-instance.ts';
import type { HessianChoice } from './shifted-system.ts';

export const namedMetric = {
  type: 'choice',
  choices: ['instance', 'identity'],
  default: 'instance',
  description: 'Metric: the instance’s own if it has one, or Euclidean',
} as const;

export const namedHessian = {
  type: 'choice',
  choices: ['exact', 'gauss-newton', 'fisher', 'none'],
  default: 'exact',
  description: 'Matrix used as the Hessian; approximations only if the instance has them',
} as const;

/** Names with what they mean for an instance. */
export function chosenFor<Names extends { readonly metric?: string | undefined; readonly hessian?: string | undefined }>(
  { metric = 'identity', approximations = {} }: SmoothProblem,
  { metric: metricName = 'instance', hessian: name = 'exact', ...options }: Names,
): Omit<Names, 'metric' | 'hessian'> & { readonly metric: MetricMatrix; readonly hessian: HessianChoice } {
  const chosenMetric = metricName === 'instance' ? metric : 'identity';
  if (name === 'exact' || name === 'none') return { ...options, metric: chosenMetric, hessian: name };
  const found = approximations[name];
  if (found) return { ...options, metric: chosenMetric, hessian: found };
  const known = Object.keys(approximations).join(', ') || 'none';
  throw fault(`the instance has no approximation '${name}', only ${known}`, 'hessian', 'unsupported');
}

/** Why a method that needs second derivatives declines an instance. */
export function needsCurvature({ objective }: SmoothProblem): string | undefined {
  return objective.hessian || objective.hessianVector ? undefined : 'the function has neither a Hessian nor Hessian products';
}
