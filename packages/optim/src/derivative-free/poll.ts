// Polls around the point where a search ends, for lower values and kinks.
import type { Random } from '@infimum/core';
import { dot, norm } from '@infimum/linalg/numerics';
import type { Bounds } from '../bounds.ts';
import { clip } from '../bounds.ts';

/** x + move, within the bounds. */
export function moved(x: Float64Array, move: Float64Array, bounds: Bounds): Float64Array {
  const to = x.map((entry, i) => entry + move[i]);
  clip(bounds, to);
  return to;
}

/** Distances of polls over the size of x: far enough to see valleys, near enough to see kinks. */
const FAR = 0.1;
const [NEAR, NEARER] = [1e-3, 1e-3 / 32];

/** Second differences that grow this much between the two distances belong to a kink; those of smooth functions stay. */
const KINK = 10;

/** Second differences that grow this much from afar, or beside those along coordinates, are looked at from nearer. */
const SUSPECT = 1.5;

/** The best point so far. */
interface Polled {
  readonly best: Float64Array;
  readonly value: number;
  /** Differences of values that tell nothing; rounding by default. */
  readonly noise?: number;
}

/** What is around a point. */
type Neighborhood =
  | { readonly kind: 'lower'; readonly x: Float64Array; readonly value: number; readonly distance: number }
  | { readonly kind: 'kink' | 'smooth' };

/** Searches for lower values along the coordinates, at their own scales, and along random directions, and detects kinks. */
export function poll(
  f: (x: Float64Array) => number,
  bounds: Bounds,
  { best, value, noise = 4 * Number.EPSILON * Math.abs(value) }: Polled,
  firstRadius: number,
  random: Random,
): Neighborhood {
  const n = best.length;
  const size = Math.max(norm(best), firstRadius);
  const coordinates = Array.from(best, (entry, i) => ({
    direction: new Float64Array(n).with(i, 1),
    unit: Math.max(Math.abs(entry), firstRadius),
    distances: [FAR, NEAR, NEARER],
  }));
  const drawn = orthonormal(n, random).map((direction) => ({ direction, unit: size, distances: [NEAR, NEARER] }));
  let hasKink = false;
  let trace = 0; // of second derivatives along the coordinates: none along a direction is larger where f is smooth and convex
  for (const { direction, unit, distances } of [...coordinates, ...drawn]) {
    const rises: number[] = []; // second differences
    for (const distance of distances) {
      // The nearest points are for what grows more than second derivatives do.
      if (distance === NEARER) {
        const [far, near] = distances.length === 3 ? rises : [trace * unit * unit, rises[0]];
        if (distances.length === 3) trace += near / (unit * unit);
        if (near <= SUSPECT * far) break;
      }
      const [ahead, behind] = [1, -1].map((sign) => {
        const step = sign * distance * unit;
        const x = moved(
          best,
          direction.map((entry) => step * entry),
          bounds,
        );
        return {
          x,
          value: x.some((entry, i) => entry !== best[i]) ? f(x) : value,
          isInside: x.every((entry, i) => Math.abs(entry - best[i] - step * direction[i]) <= 1e-9 * Math.abs(step)),
        };
      });
      for (const side of [ahead, behind]) {
        if (side.value < value - noise) return { kind: 'lower', x: side.x, value: side.value, distance: distance * unit };
      }
      const rise = ahead.isInside && behind.isInside ? ahead.value - value + (behind.value - value) : 0;
      // The minimum of the parabola through the three values, where it promises more than rounding.
      const drop = ahead.value - behind.value;
      const gain = rise > 0 ? (drop * drop) / (8 * rise) : 0;
      if (gain > 1e-6 * rise && gain > 1e3 * noise) {
        const share = (-distance * unit * drop) / (2 * rise);
        const x = moved(
          best,
          direction.map((entry) => share * entry),
          bounds,
        );
        const there = f(x);
        if (there < value - noise) return { kind: 'lower', x, value: there, distance: Math.abs(share) };
      }
      rises.push(rise > 100 * noise ? rise / distance ** 2 : 0);
    }
    const [wide, narrow] = rises.slice(-2);
    if (rises.length === distances.length && wide > 0 && narrow > KINK * wide) hasKink = true;
  }
  return { kind: hasKink ? 'kink' : 'smooth' };
}

/** Drawn orthonormal vectors, as many as entries. */
function orthonormal(n: number, random: Random): Float64Array[] {
  const basis: Float64Array[] = [];
  while (basis.length < n) {
    const v = random.normals(new Float64Array(n));
    for (const other of basis) {
      const share = dot(other, v);
      for (let i = 0; i < n; i++) v[i] -= share * other[i];
    }
    const length = norm(v);
    if (length > 1e-6) basis.push(v.map((entry) => entry / length));
  }
  return basis;
}

/** Directions a variable that are drawn at a kink. */
const MANY = 100;

/** A lower value along one of many random directions, at decreasing distances; undefined where there is none. */
export function lowerAround(
  f: (x: Float64Array) => number,
  bounds: Bounds,
  { best, value, noise = 4 * Number.EPSILON * Math.abs(value) }: Polled,
  random: Random,
): { readonly x: Float64Array; readonly value: number; readonly distance: number } | undefined {
  const n = best.length;
  const size = norm(best) || 1;
  for (let k = 0; k < MANY * n; k++) {
    const direction = random.normals(new Float64Array(n));
    const step = ((k % 2 === 0 ? NEAR : NEARER) * size) / norm(direction);
    const x = moved(
      best,
      direction.map((entry) => step * entry),
      bounds,
    );
    const there = f(x);
    if (there < value - noise) return { x, value: there, distance: step };
  }
  return undefined;
}
