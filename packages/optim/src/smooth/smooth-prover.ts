// A guess of the least curvature of a quadratic function: slightly less than its least eigenvalue.
import type { csrToDense, symmetricEigen } from '@infimum/linalg';
import type { QuadraticSource } from '../objectives/function-source.ts';
import type { SmoothProblem } from './smooth-instance.ts';

/** What solvers have too: given, as bundlers treat differently what is imported where a proof is asked for. */
export interface MatrixTools {
  readonly dense: typeof csrToDense;
  readonly eigen: typeof symmetricEigen;
}

/** A guess; a text for matrices that are too large. */
export function curvatureOf({ matrix }: QuadraticSource, { dense, eigen }: MatrixTools): unknown {
  if (matrix instanceof Float64Array) return { curvature: 0 };
  if (matrix.rows > 500) return 'an eigenvalue of more than 500 variables takes too long';
  const { values } = eigen('rowPointers' in matrix ? dense(matrix) : matrix);
  const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, 0]);
  return { curvature: Math.min(0.99 * least, least - 1e-13 * most) };
}

/** A witness; a text where there is none. */
export function certify({ source }: SmoothProblem, tools: MatrixTools): unknown {
  return source?.kind === 'quadratic' ? curvatureOf(source, tools) : {};
}
