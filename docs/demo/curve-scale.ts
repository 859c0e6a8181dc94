// The vertical axis of a curve: logarithmic for wide ranges of values, with a floor on which zeros are drawn.

/** How to draw the values of a metric. */
export type CurveScale =
  | { readonly isLog: false; readonly domain: readonly [low: number, high: number] }
  | {
      readonly isLog: true;
      readonly domain: readonly [low: number, high: number];
      /** Where zeros are drawn: the lowest value of the axis. */
      readonly floor: number;
      readonly hasZeros: boolean;
      readonly ticks: readonly number[];
    };

/** Values that span more than this factor get a logarithmic axis. */
const LOG_RANGE = 30;

/** The decades between the least positive value and the floor. */
const FLOOR_DECADES = 1;

/** The scale of values, of which there is at least one; values that are not finite are ignored. */
export function curveScale(all: readonly number[]): CurveScale {
  const values = all.filter(Number.isFinite);
  const positive = values.filter((value) => value > 0);
  const [least, most] = [Math.min(...positive), Math.max(...positive)];
  // An exact solver reaches zero at once: on a linear axis the other curves would look flat.
  const hasZeros = values.includes(0) && positive.length > 1;
  if (values.some((value) => value < 0) || !(most > LOG_RANGE * least)) {
    return { isLog: false, domain: spread(values) };
  }
  const floor = hasZeros ? 10 ** (Math.floor(Math.log10(least)) - FLOOR_DECADES) : least;
  // Values near the smallest number have no room below.
  if (floor === 0) return { isLog: false, domain: spread(values) };
  const ticks = [...(hasZeros ? [floor] : []), ...powersOfTen(least, most)];
  return { isLog: true, domain: [floor, most], floor, hasZeros, ticks };
}

/** The range of values, opened where they are all the same. */
function spread(values: readonly number[]): [low: number, high: number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low < high) return [low, high];
  const margin = Math.abs(low) / 2 || 1;
  return [low - margin, high + margin];
}

/** At most six powers of ten between two values. */
function powersOfTen(low: number, high: number): number[] {
  const least = Math.ceil(Math.log10(low));
  const most = Math.floor(Math.log10(high));
  const step = Math.ceil((most - least + 1) / 6);
  const count = Math.floor((most - least) / step) + 1;
  return Array.from({ length: count }, (_, k) => 10 ** (most - k * step));
}
