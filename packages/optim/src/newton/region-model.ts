// The exact minimum of a quadratic model in a ball, in the coordinates of its eigenvectors.
//
// A. R. Conn, N. I. M. Gould, P. L. Toint: Trust region methods (2000), algorithm 7.3.

const ROOT_TOLERANCE = 1e-10;
const MOST_ROOT_STEPS = 100;

/**
 * Minimises slope . y + sum_k values_k y_k² / 2 over |y| <= radius; the multiplier lambda of the constraint.
 *
 * |y(lambda)| with y_k = -slope_k / (values_k + lambda) falls beyond lambda = - the least value; 1/|y| is nearly linear
 * there, so that Newton's method on it, kept in a bracket, takes a few steps.
 */
export function minimizeModel(values: Float64Array, slope: Float64Array, radius: number, y: Float64Array): number {
  const least = values[0];
  if (least > 0 && stepAt(0) <= radius) return 0;
  let low = Math.max(0, -least);
  let high = low + norm(slope) / radius + Number.EPSILON * Math.abs(least);
  let lambda = (low + high) / 2;
  for (let iteration = 0; iteration < MOST_ROOT_STEPS; iteration++) {
    const length = stepAt(lambda);
    if (Math.abs(length - radius) <= ROOT_TOLERANCE * radius) return lambda;
    if (length > radius) low = lambda;
    else high = lambda;
    let bend = 0; // sum of y_k² / (values_k + lambda)
    for (let k = 0; k < y.length; k++) bend += (y[k] * y[k]) / (values[k] + lambda);
    const next = lambda + ((length * length) / bend) * ((length - radius) / radius);
    lambda = next > low && next < high ? next : (low + high) / 2;
    if (high - low <= Number.EPSILON * high) break;
  }
  fillRegion();
  return lambda;

  /** y <- y(lambda); its length. */
  function stepAt(shift: number): number {
    for (let k = 0; k < y.length; k++) y[k] = slope[k] === 0 ? 0 : -slope[k] / (values[k] + shift);
    return norm(y);
  }

  /** The hard case: the slope has no part along the least eigenvalue, which takes the step to the boundary. */
  function fillRegion(): void {
    const rest = norm(y);
    if (rest < radius) y[0] += (slope[0] > 0 ? -1 : 1) * Math.sqrt(radius * radius - rest * rest);
  }
}

import { norm } from '@infimum/linalg/numerics';
