// The step of the upper variables along a direction: plain, or by Adam, which adapts to the scale of every coordinate.
// (D. Kingma, J. Ba: Adam: A method for stochastic optimization, 2015.)
import { AdamMoments, largestMagnitude, norm } from '@infimum/linalg/numerics';
import type { ConvexSet } from '@infimum/optim/proximal';

/** Moves x against a direction; gives the length of the projected direction. */
export type OuterStep = (x: Float64Array, direction: Float64Array, length: number) => number;

/** x <- P(x − length · direction), or the same with Adam's direction. */
export function outerStep(rule: string, size: number, set: ConvexSet | undefined): OuterStep {
  const moved = new Float64Array(size);
  const scaled = rule === 'adam' ? adam(size) : undefined;
  return (x, direction, length) => {
    const along = scaled ? scaled(direction) : direction;
    if (!set) {
      for (let i = 0; i < size; i++) x[i] -= length * along[i];
      return norm(direction);
    }
    for (let i = 0; i < size; i++) moved[i] = x[i] - length * along[i];
    set.project(moved, moved);
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const d = x[i] - moved[i];
      squares += d * d;
      x[i] = moved[i];
    }
    return Math.sqrt(squares) / length;
  };
}

/** Adam's direction, in units of the largest entry so far, so that squares neither over- nor underflow. */
function adam(size: number): (direction: Float64Array) => Float64Array {
  const [moments, out] = [new AdamMoments(size), new Float64Array(size)];
  let largest = 0;
  return (direction) => {
    largest = Math.max(largest, largestMagnitude(direction));
    for (let i = 0; i < size; i++) out[i] = largest > 0 ? direction[i] / largest : 0;
    return moments.direction(out, out);
  };
}
