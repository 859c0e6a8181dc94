// A line search for the strong Wolfe conditions: bracket a good step, then shrink the bracket by cubic interpolation.
//
// J. Nocedal, S. Wright: Numerical optimization (2006), algorithms 3.5 and 3.6; near the minimum, where values differ by
// rounding only, slopes decide: W. Hager, H. Zhang: A new conjugate gradient method with guaranteed descent and an
// efficient line search (2005), equation 4.1.

/** A point on the line; methods may add what they know of it. */
export interface LinePoint {
  /** Length of the step. */
  readonly step: number;
  /** f there. */
  readonly value: number;
  /** Derivative along the line there. */
  readonly slope: number;
}

/** Where a search starts, and how it sees the function. */
export interface LineSearch<P extends LinePoint> {
  /** f and its slope at a step; a value or slope that is not finite means a point outside the domain. */
  readonly evaluate: (step: number) => P;
  /** f and the slope at the start, which must be negative. */
  readonly start: LinePoint;
  /** The step to try first. */
  readonly firstStep: number;
  /** The constant of the sufficient decrease, 0 to 1/2; 1e-4 by default. */
  readonly decrease?: number;
  /** The constant of the curvature, `decrease` to 1; 0.9 by default. */
  readonly curvature?: number;
  /** By how much values may differ from rounding alone; 32 units in the last place of the first value by default. */
  readonly noise?: number;
}

const MOST_EVALUATIONS = 40;

/**
 * A step t with f(t) <= f(0) + c1 t s and |slope at t| <= c2 |s|, s the slope at the start. At most 40 evaluations.
 *
 * @returns what `evaluate` returned for the step, in its last call; `undefined` when rounding or an odd function leaves none
 *   within reach
 *
 * @example
 * ```ts
 * import { wolfeLineSearch } from '@infimum/linalg/numerics';
 *
 * const evaluate = (step: number) => ({ step, value: (step - 3) ** 2, slope: 2 * (step - 3) });
 * const found = wolfeLineSearch({ evaluate, start: evaluate(0), firstStep: 1, curvature: 0.1 });
 * console.log(found?.step.toFixed(6)); // 3.000000
 * ```
 */
export function wolfeLineSearch<P extends LinePoint>(search: LineSearch<P>): P | undefined {
  const trials = wolfeTrials<P>(search);
  let trial = trials.next();
  while (!trial.done) trial = trials.next(search.evaluate(trial.value));
  return trial.value;
}

/**
 * `wolfeLineSearch` for points that take long: yields the steps to try, is sent their points, and returns the last one or nothing.
 *
 * @example
 * ```ts
 * import { wolfeTrials } from '@infimum/linalg/numerics';
 *
 * const trials = wolfeTrials({ start: { step: 0, value: 9, slope: -6 }, firstStep: 1, curvature: 0.1 });
 * let trial = trials.next();
 * while (!trial.done) {
 *   const step = trial.value; // pause here
 *   trial = trials.next({ step, value: (step - 3) ** 2, slope: 2 * (step - 3) });
 * }
 * console.log(trial.value?.step.toFixed(6)); // 3.000000
 * ```
 */
export function* wolfeTrials<P extends LinePoint>(
  search: Omit<LineSearch<P>, 'evaluate'>,
): Generator<number, P | undefined, P> {
  const { start, firstStep, decrease = 1e-4, curvature = 0.9 } = search;
  const noise = search.noise ?? 32 * Number.EPSILON * Math.abs(start.value);
  if (!(start.slope < 0)) return undefined;
  const inDomain = ({ value, slope }: LinePoint) => Number.isFinite(value) && Number.isFinite(slope);
  const enough = ({ step, value, slope }: LinePoint) =>
    value <= start.value + decrease * step * start.slope ||
    (value <= start.value + noise && slope <= (2 * decrease - 1) * start.slope);
  const rises = (trial: LinePoint, low: LinePoint) => trial.value > low.value + noise;
  const flat = ({ slope }: LinePoint) => Math.abs(slope) <= -curvature * start.slope;

  let low: LinePoint = start;
  let step = firstStep;
  let evaluations = 0;
  for (; evaluations < MOST_EVALUATIONS; evaluations++) {
    const trial = yield step;
    if (!inDomain(trial)) {
      // Beyond the domain: come back.
      step = low.step + (step - low.step) / 10;
      continue;
    }
    if (!enough(trial) || (evaluations > 0 && rises(trial, low))) return yield* zoom(low, trial);
    if (flat(trial)) return trial;
    if (trial.slope >= 0) return yield* zoom(trial, low);
    step = beyond(low, trial);
    low = trial;
  }
  return undefined;

  /** Between `low`, the best point so far, and `high` there is a good step. */
  function* zoom(low: LinePoint, high: LinePoint): Generator<number, P | undefined, P> {
    for (let tries = 0; evaluations < MOST_EVALUATIONS; evaluations++, tries++) {
      // A good first step lies next to the minimum, which a wide margin would keep from being hit.
      const margin = tries < 2 ? 0.005 : 0.1;
      const trial = yield between(low, high, margin, noise);
      if (!inDomain(trial)) high = { ...trial, value: Infinity, slope: Infinity };
      else if (!enough(trial) || rises(trial, low)) high = trial;
      else {
        if (flat(trial)) return trial;
        if (trial.slope >= 0 === high.step > low.step) high = low;
        low = trial;
      }
      if (Math.abs(high.step - low.step) <= 1e-15 * Math.abs(low.step)) break;
    }
    return undefined;
  }
}

/**
 * The minimum of the cubic through two points with their slopes, kept off the ends by a share of the width. Where values
 * differ by little more than rounding, slopes alone decide.
 */
function between(a: LinePoint, b: LinePoint, margin: number, noise: number): number {
  const width = b.step - a.step;
  const inside = (share: number) => a.step + Math.min(1 - margin, Math.max(margin, share)) * width;
  if (Math.abs(b.value - a.value) <= 1000 * noise && a.slope < 0 !== b.slope < 0) {
    return inside(a.slope / (a.slope - b.slope));
  }
  // Slopes over the larger of the two, so that their products neither over- nor underflow.
  const size = Math.max(Math.abs(a.slope), Math.abs(b.slope));
  const [left, right] = [a.slope / size, b.slope / size];
  const d1 = left + right - (3 * ((b.value - a.value) / size)) / width;
  const square = d1 * d1 - left * right;
  const d2 = Math.sign(width) * Math.sqrt(square);
  const place = (right + d2 - d1) / (right - left + 2 * d2); // share of the width, from b
  return inside(square >= 0 && Number.isFinite(place) ? 1 - place : 0.5);
}

/**
 * Where the slope would be zero if it went on as between two points, but neither next to them nor far away; far where it grows
 * steeper, as along a concave stretch, so that steps grow geometrically.
 */
function beyond(a: LinePoint, b: LinePoint): number {
  const share = b.slope / (a.slope - b.slope);
  return b.step + (share > 0 ? Math.min(4, Math.max(0.1, share)) : 4) * (b.step - a.step);
}
