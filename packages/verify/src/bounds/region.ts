// Regions of inputs: a box, or the intersection of a box with a ball of the l1 or l2 norm.
import type { Listed, VectorLike } from '@infimum/core';
import { asVector, checkChoice, checkList, checkNumber, checkObject, fault } from '@infimum/core';
import { down, exactDot, up } from '@infimum/rigor';

/** A set of inputs. */
export interface Region {
  /** The least value of every input. */
  readonly lower: Float64Array;
  /** The greatest value of every input. */
  readonly upper: Float64Array;
  /** A ball that also contains the inputs. */
  readonly ball?: Ball;
}

/** All x with |x - center| <= radius. */
export interface Ball {
  /** The middle. */
  readonly center: Float64Array;
  /** The radius. */
  readonly radius: number;
  /** The norm in which distances are measured. */
  readonly norm: 'l1' | 'l2';
}

/** How a region around a point is made. */
export interface RegionAroundOptions {
  /** The norm of distances: `inf` (a box), `l2` or `l1`; `inf` by default. */
  readonly norm?: 'inf' | 'l2' | 'l1';
  /** The valid range of inputs, such as [0, 1] for images; none by default. */
  readonly clip?: readonly [lower: number, upper: number];
}

/**
 * All points within `radius` of `center`, cut to the range of valid inputs.
 *
 * @throws {InvalidInputError} for a center that is not finite, a negative radius, and a center outside of `clip`
 *
 * @example
 * ```ts
 * import { regionAround } from '@infimum/verify';
 *
 * const region = regionAround([0.5, 0.95], 0.1, { clip: [0, 1] });
 * console.log(region.upper.map((x) => Math.round(x * 100) / 100).join(' ')); // 0.6 1
 * ```
 */
export function regionAround(center: VectorLike, radius: number, options: RegionAroundOptions = {}): Region {
  checkObject(options, 'options');
  const { norm = 'inf', clip } = options;
  const middle = asVector(center, 'center');
  checkNumber(radius, 'radius', { min: 0 });
  checkChoice(norm, 'norm', ['inf', 'l2', 'l1']);
  if (clip !== undefined) {
    checkList(clip, 'clip');
    for (const end of [0, 1]) if (!isInfinite(clip[end])) checkNumber(clip[end], `clip[${end}]`);
  }
  const [least, most] = clip ?? [-Infinity, Infinity];
  const outside = middle.findIndex((x) => x < least || x > most);
  if (outside >= 0) {
    throw fault(`is ${middle[outside]} at index ${outside}, outside clip`, 'center', 'out-of-range', outside);
  }
  if (norm === 'inf') {
    return { lower: middle.map((x) => Math.max(least, x - radius)), upper: middle.map((x) => Math.min(most, x + radius)) };
  }
  // Rounding must not let the box cut the ball.
  const lower = middle.map((x) => Math.max(least, down(x - radius)));
  const upper = middle.map((x) => Math.min(most, up(x + radius)));
  return { lower, upper, ball: { center: middle.slice(), radius, norm } };
}

/** A region whose numbers are in any lists. */
export interface RegionLike {
  /** The least value of every input. */
  readonly lower: VectorLike;
  /** The greatest value of every input. */
  readonly upper: VectorLike;
  /** A ball that also contains the inputs. */
  readonly ball?: Listed<Ball>;
}

/**
 * A region in typed arrays, checked.
 *
 * @throws {InvalidInputError} naming the field and the index
 */
export function asRegion(region: RegionLike, dimension: number, argument = 'region'): Region {
  checkObject(region, argument);
  const lower = asVector(region.lower, `${argument}.lower`, dimension);
  const upper = asVector(region.upper, `${argument}.upper`, dimension);
  const index = lower.findIndex((low, i) => low > upper[i]);
  if (index >= 0) throw fault(`is above upper at index ${index}`, `${argument}.lower`, 'out-of-range', index);
  if (region.ball === undefined) return { lower, upper };
  checkObject(region.ball, `${argument}.ball`);
  const { radius, norm } = region.ball;
  const center = asVector(region.ball.center, `${argument}.ball.center`, dimension);
  checkNumber(radius, `${argument}.ball.radius`, { min: 0 });
  checkChoice(norm, `${argument}.ball.norm`, ['l1', 'l2']);
  const outside = center.findIndex((x, i) => x < lower[i] || x > upper[i]);
  if (outside >= 0) {
    throw fault(`is outside the box at index ${outside}`, `${argument}.ball.center`, 'out-of-range', outside);
  }
  return { lower, upper, ball: { center, radius, norm } };
}

/** A region as linear functions see it: a middle and half-widths that cover the box in floating point. */
export interface PreparedRegion extends Region {
  readonly middle: Float64Array;
  readonly halfWidth: Float64Array;
  /** The largest |x_j|. */
  readonly magnitude: Float64Array;
}

/** Two units in the last place. */
const OUTWARD = 1 + 2 ** -51;

export function prepareRegion(region: Region): PreparedRegion {
  const { lower, upper } = region;
  const middle = lower.map((low, j) => (low === upper[j] ? low : low / 2 + upper[j] / 2));
  const halfWidth = middle.map((m, j) => Math.max(upper[j] - m, m - lower[j]) * OUTWARD);
  const magnitude = lower.map((low, j) => Math.max(Math.abs(low), Math.abs(upper[j])));
  return { ...region, middle, halfWidth, magnitude };
}

/** The greatest value of a · x over a region, for the row of `rows` that begins at `from`; without rounding margins. */
export function greatest(region: PreparedRegion, rows: Float64Array, from: number): number {
  return extreme(region, rows, from, 1);
}

/** The least value of a · x. */
export function least(region: PreparedRegion, rows: Float64Array, from: number): number {
  return extreme(region, rows, from, -1);
}

function extreme({ middle, halfWidth, ball }: PreparedRegion, rows: Float64Array, from: number, sign: 1 | -1): number {
  const n = middle.length;
  let center = 0;
  let spread = 0;
  for (let j = 0; j < n; j++) {
    const a = rows[from + j];
    center += a * middle[j];
    spread += Math.abs(a) * halfWidth[j];
  }
  const box = center + sign * spread;
  if (!ball) return box;
  let at = 0;
  let size = 0;
  for (let j = 0; j < n; j++) {
    const a = rows[from + j];
    at += a * ball.center[j];
    size = ball.norm === 'l1' ? Math.max(size, Math.abs(a)) : Math.hypot(size, a);
  }
  const round = at + sign * size * ball.radius * OUTWARD;
  return sign > 0 ? Math.min(box, round) : Math.max(box, round);
}

/** Whether a point lies in the region, exactly: cases within rounding are decided in whole numbers. */
export function contains({ lower, upper, ball }: Region, x: Float64Array): boolean {
  for (let j = 0; j < x.length; j++) if (!(x[j] >= lower[j] && x[j] <= upper[j])) return false;
  if (!ball) return true;
  const { center, radius, norm } = ball;
  const distance = distanceTo(ball, x);
  const doubt = (x.length + 4) * 2 ** -50;
  if (distance * (1 + doubt) < radius) return true;
  if (distance > radius * (1 + doubt) + 2 ** -1000) return false;
  // |x - c|_1 - r = Σ s (x - c) - r, and |x - c|² - r² = Σ (x x - 2 x c + c c) - r r.
  const ends = norm === 'l1' ? x.map((value, j) => Math.sign(value - center[j])) : x;
  const { mantissa } =
    norm === 'l1'
      ? exactDot([...ends, ...ends.map((s) => -s), -1], [...x, ...center, radius])
      : exactDot(
          [...x, ...center, ...x, ...x, -radius],
          [...x, ...center, ...center.map((c) => -c), ...center.map((c) => -c), radius],
        );
  return mantissa <= 0n;
}

/** |x - center| in the ball's norm. */
function distanceTo({ center, norm }: Ball, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) {
    const d = Math.abs(x[j] - center[j]);
    sum = norm === 'l1' ? sum + d : Math.hypot(sum, d);
  }
  return sum;
}

/** Moves a point into the region: cut to the box, then drawn towards the ball's center, both convex. */
export function projectInto(region: Region, x: Float64Array): void {
  const { lower, upper, ball } = region;
  for (let j = 0; j < x.length; j++) x[j] = Math.min(upper[j], Math.max(lower[j], x[j]));
  if (!ball) return;
  if (contains(region, x)) return;
  const distance = distanceTo(ball, x);
  const from = x.slice();
  // A rounded share may end outside: then slightly less is used.
  for (let less = 0; less < 1; less = 2 * less || 2 ** -52) {
    const share = (ball.radius / distance) * (1 - less);
    for (let j = 0; j < x.length; j++) {
      const moved = ball.center[j] + share * (from[j] - ball.center[j]);
      x[j] = Math.min(upper[j], Math.max(lower[j], moved));
    }
    if (contains(region, x)) return;
  }
  x.set(ball.center);
}

function isInfinite(value: unknown): boolean {
  return value === Infinity || value === -Infinity;
}
