// A guess of the least curvature of a quadratic function: its least eigenvalue, a little less.
import { csrToDense, symmetricEigen } from '@infimum/linalg';
import type { SmoothProblem } from './smooth-instance.ts';

/** A witness; a text where there is none. */
export function certify({ source, initial }: SmoothProblem): unknown {
  if (source?.kind !== 'quadratic' || source.matrix instanceof Float64Array) return { curvature: 0 };
  if (initial.length > 500) return 'an eigenvalue of more than 500 variables takes too long';
  const { values } = symmetricEigen('rowPointers' in source.matrix ? csrToDense(source.matrix) : source.matrix);
  const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, 0]);
  return { curvature: Math.min(0.99 * least, least - 1e-13 * most) };
}
