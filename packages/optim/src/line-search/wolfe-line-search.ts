// A line search for the strong Wolfe conditions: bracket a good step, then shrink the bracket by cubic interpolation.
//
// J. Nocedal, S. Wright: Numerical optimization (2006), algorithms 3.5 and 3.6; near the minimum, where values differ by
// rounding only, slopes decide: W. Hager, H. Zhang: A new conjugate gradient method with guaranteed descent and an
// efficient line search (2005), equation 4.1.
import type { Objective } from '@infimum/core';
import { dot } from '../vectors.ts';

/** A point on the line. */
export interface LinePoint {
  /** Length of the step. */
  readonly step: number;
  /** f there. */
  readonly value: number;
  /** Derivative along the line there. */
  readonly slope: number;
}

/** Where a search starts and where it writes. */
export interface LineSearch {
  readonly objective: Objective;
  /** The point that the line starts from. */
  readonly x: Float64Array;
  /** The direction, one of descent. */
  readonly direction: Float64Array;
  /** f and the slope at the start. */
  readonly start: LinePoint;
  /** The step to try first. */
  readonly firstStep: number;
  /** Gets the point that is tried; the accepted one at the end. */
  readonly point: Float64Array;
  /** Gets the gradient there. */
  readonly gradient: Float64Array;
  /** Constants of the sufficient decrease and of the curvature; 1e-4 and 0.9 by default. */
  readonly decrease?: number;
  readonly curvature?: number;
}

const MOST_EVALUATIONS = 40;

/**
 * A step with f(x + t d) <= f(x) + c1 t s and |slope at t| <= c2 |s|, s the slope at the start. `undefined` when
 * rounding or an odd function leaves none within reach.
 */
export function wolfeLineSearch(search: LineSearch): LinePoint | undefined {
  const { start, firstStep, decrease = 1e-4, curvature = 0.9 } = search;
  const noise = 32 * Number.EPSILON * Math.abs(start.value);
  const enough = ({ step, value, slope }: LinePoint) =>
    value <= start.value + decrease * step * start.slope ||
    (value <= start.value + noise && slope <= (2 * decrease - 1) * start.slope);
  const rises = (trial: LinePoint, low: LinePoint) => trial.value > low.value + noise;
  const flat = ({ slope }: LinePoint) => Math.abs(slope) <= -curvature * start.slope;

  let low = start;
  let step = firstStep;
  let evaluations = 0;
  for (; evaluations < MOST_EVALUATIONS; evaluations++) {
    const trial = evaluate(search, step);
    if (!Number.isFinite(trial.value)) {
      // Beyond the domain: come back.
      step = low.step + (step - low.step) / 10;
      continue;
    }
    if (!enough(trial) || (evaluations > 0 && rises(trial, low))) return zoom(low, trial);
    if (flat(trial)) return trial;
    if (trial.slope >= 0) return zoom(trial, low);
    step = beyond(low, trial);
    low = trial;
  }
  return undefined;

  /** Between `low`, the best point so far, and `high` there is a good step. */
  function zoom(low: LinePoint, high: LinePoint): LinePoint | undefined {
    for (let tries = 0; evaluations < MOST_EVALUATIONS; evaluations++, tries++) {
      // A good first step lies next to the minimum, which a wide margin would keep from being hit.
      const margin = tries < 2 ? 0.005 : 0.1;
      const trial = evaluate(search, between(low, high, margin, noise));
      if (!enough(trial) || rises(trial, low)) high = trial;
      else {
        if (flat(trial)) return trial;
        if (trial.slope * (high.step - low.step) >= 0) high = low;
        low = trial;
      }
      if (Math.abs(high.step - low.step) <= 1e-15 * Math.abs(low.step)) break;
    }
    return undefined;
  }
}

function evaluate({ objective, x, direction, point, gradient }: LineSearch, step: number): LinePoint {
  for (let i = 0; i < x.length; i++) point[i] = x[i] + step * direction[i];
  const value = objective.value(point);
  if (!Number.isFinite(value)) return { step, value: Infinity, slope: Infinity };
  objective.gradient(point, gradient);
  return { step, value, slope: dot(gradient, direction) };
}

/**
 * The minimum of the cubic through two points with their slopes, kept off the ends by a share of the width. Where values
 * differ by little more than rounding, slopes alone decide.
 */
function between(a: LinePoint, b: LinePoint, margin: number, noise: number): number {
  const width = b.step - a.step;
  const inside = (share: number) => a.step + Math.min(1 - margin, Math.max(margin, share)) * width;
  if (Math.abs(b.value - a.value) <= 1000 * noise && a.slope * b.slope < 0) {
    return inside(a.slope / (a.slope - b.slope));
  }
  const d1 = a.slope + b.slope - (3 * (b.value - a.value)) / width;
  const square = d1 * d1 - a.slope * b.slope;
  const d2 = Math.sign(width) * Math.sqrt(square);
  const place = (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2); // share of the width, from b
  return inside(square >= 0 && Number.isFinite(place) ? 1 - place : 0.5);
}

/** Where the slope would be zero if it went on as between two points, but neither next to them nor far away. */
function beyond(a: LinePoint, b: LinePoint): number {
  const share = b.slope / (a.slope - b.slope);
  return b.step + (share > 0 ? Math.min(4, Math.max(0.1, share)) : 1) * (b.step - a.step);
}
