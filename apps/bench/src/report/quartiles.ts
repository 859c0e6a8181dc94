// What several seeds say together: the median, and the middle half around it. A seed that did not get there counts as
// later than all others.
import { quantile } from '../statistics.ts';
import type { BandPoint, Point } from './data.ts';

/** The least number of seeds of which quartiles are taken; fewer are shown one by one. */
export const LEAST_SEEDS = 3;

/** Points of a curve of quartiles at most: as many as a run has samples. */
const CURVE_POINTS = 60;

/** The quartiles of some values; Infinity where too many are missing. */
export interface Quartiles {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** The quartiles, where null lies above everything. */
export function quartilesOf(values: readonly (number | null)[]): Quartiles {
  const known = values.map((value) => value ?? Infinity);
  return { low: quantile(known, 0.25), middle: quantile(known, 0.5), high: quantile(known, 0.75) };
}

/**
 * The quartiles of curves at every x: from where all have begun, each curve staying at its last point. `points` is the
 * median.
 */
export function quartileCurve(curves: readonly (readonly Point[])[]): {
  readonly points: readonly Point[];
  readonly band: readonly BandPoint[];
} {
  const begin = Math.max(...curves.map(([first]) => first.x));
  const places = [...new Set(curves.flatMap((curve) => curve.map(({ x }) => x)))]
    .filter((x) => x >= begin)
    .sort((a, b) => a - b);
  const every = Math.ceil(places.length / CURVE_POINTS);
  const shown = places.filter((_, i) => i % every === 0 || i === places.length - 1);
  const found = shown.map((x) => {
    const heights = curves.map((curve) => curve.findLast((point) => point.x <= x)?.y ?? Infinity);
    return { x, ...quartilesOf(heights) };
  });
  return {
    points: found.map(({ x, middle }) => ({ x, y: middle })),
    band: found.map(({ x, low, high }) => ({ x, low, high })),
  };
}
