// Searches for units that would help a two-layer network: the constraints of its dual, |nu . S (X u)_+| <= beta, that are violated most.
import type { Random } from '@infimum/core';
import { dot, norm, rowDot } from '@infimum/linalg/numerics';
import type { ReluProgram } from './convex-program.ts';

/** A direction |u| = 1, and the height nu . S (X u)_+ of the sign times it. */
export interface FoundUnit {
  readonly u: Float64Array;
  readonly sign: 1 | -1;
  readonly height: number;
}

/**
 * Local maxima of sign nu . S (X u)_+ over |u| = 1, the highest first: ascents from given and from random directions. Measured: higher
 * ones may exist. O(n d) a step.
 *
 * @param data - the rows of the data, of which `patches` belong to a sample
 * @param starts - how many random directions, with either sign by turns
 */
export function searchUnits(
  data: Pick<ReluProgram, 'rows' | 'cols' | 'patches' | 'x'>,
  nu: Float64Array,
  random: Random,
  starts: number,
  from: readonly (readonly [Float64Array, 1 | -1])[] = [],
): FoundUnit[] {
  const found: FoundUnit[] = [];
  for (let k = 0; k < from.length + starts; k++) {
    const [start, sign] = from[k] ?? [random.normals(new Float64Array(data.cols)), k % 2 === 0 ? 1 : -1];
    const one = ascend(data, nu, sign, start);
    if (!found.some((other) => other.sign === sign && dot(other.u, one.u) > 1 - 1e-9)) found.push(one);
  }
  return found.sort((a, b) => b.height - a.height);
}

/** Steps of an ascent; most end after tens. */
const MOST_STEPS = 300;

/**
 * Ascends from one direction. On a pattern the height is linear, and its slope is the best direction; at a pattern's border it may bend
 * downwards, where steps of adapted length continue to the border itself.
 */
function ascend(
  { rows, cols, patches, x }: Parameters<typeof searchUnits>[0],
  nu: Float64Array,
  sign: 1 | -1,
  start: Float64Array,
): FoundUnit {
  let u = unitOf(start);
  let best = { height: -Infinity, u, slope: u };
  let length = Infinity;
  for (let step = 0; step < MOST_STEPS && length > 1e-7; step++) {
    const slope = new Float64Array(cols);
    let height = 0;
    for (let k = 0; k < rows; k++) {
      const along = rowDot(x, k * cols, u, 0, cols);
      if (!(along > 0)) continue;
      const weight = (sign * nu[Math.floor(k / patches)]) / patches;
      height += weight * along;
      for (let j = 0; j < cols; j++) slope[j] += weight * x[k * cols + j];
    }
    if (height > best.height) {
      length *= best.height > 0 && height < best.height * (1 + 1e-10) ? 0.5 : 2;
      best = { height, u, slope };
    } else {
      length = Math.min(length, 4) / 4;
    }
    if (!(norm(best.slope) > 0)) break;
    const along = unitOf(best.slope);
    u = length > 8 ? along : unitOf(along.map((entry, j) => best.u[j] + length * entry));
  }
  return { u: best.u, sign, height: best.height };
}

function unitOf(v: Float64Array): Float64Array {
  const length = norm(v) || 1;
  return v.map((entry) => entry / length);
}
