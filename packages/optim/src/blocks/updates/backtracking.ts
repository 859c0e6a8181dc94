// Back-tracking from a full step, by interpolation.
//
// J. Nocedal, S. Wright: Numerical optimization (2006), section 3.5.

const DECREASE = 1e-4;
const SMALLEST_STEP = 1e-10;

/**
 * A step t, 1 or less, with value(t) <= start + 1e-4 t slope, by quadratic and then cubic interpolation within a tenth and a
 * half of the last step; 0 when there is none above 1e-10. Of changes below rounding the step of 1 is taken.
 */
export function backtrack(valueAt: (step: number) => number, start: number, slope: number): number {
  if (!(slope < 0)) return 0;
  const noise = 2 * Number.EPSILON * Math.abs(start);
  let step = 1;
  let value = valueAt(step);
  let [lastStep, lastValue] = [0, start];
  while (!(value <= start + DECREASE * step * slope + noise)) {
    if (step < SMALLEST_STEP) return 0;
    const next = Number.isFinite(value)
      ? lastStep === 0
        ? (-slope * step * step) / (2 * (value - start - slope * step))
        : cubicMinimum(start, slope, lastStep, lastValue, step, value)
      : 0;
    [lastStep, lastValue] = [step, value];
    // A next step that is NaN becomes half of the last one.
    step = next <= step / 2 ? Math.max(next, step / 10) : step / 2;
    value = valueAt(step);
  }
  return step;
}

/** The minimum of the cubic through (0, start) with a slope and two more points. */
function cubicMinimum(start: number, slope: number, a: number, valueA: number, b: number, valueB: number): number {
  const restA = (valueA - start - slope * a) / (a * a);
  const restB = (valueB - start - slope * b) / (b * b);
  const cubic = (restB - restA) / (b - a);
  const square = restA - cubic * a;
  if (cubic === 0) return -slope / (2 * square);
  return (-square + Math.sqrt(square * square - 3 * cubic * slope)) / (3 * cubic);
}
