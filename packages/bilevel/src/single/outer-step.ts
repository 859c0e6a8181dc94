// The step of the upper variables along a direction: plain, or by Adam, which finds the scale of every coordinate by itself.
// (D. Kingma, J. Ba: Adam: A method for stochastic optimization, 2015.)
import { largestMagnitude, norm } from '@infimum/linalg/numerics';
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

function adam(size: number): (direction: Float64Array) => Float64Array {
  const [mean, square, out] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  let [meanDecay, squareDecay, largest] = [1, 1, 0];
  return (direction) => {
    meanDecay *= 0.9;
    squareDecay *= 0.999;
    largest = Math.max(largest, largestMagnitude(direction));
    if (largest === 0) return direction;
    for (let i = 0; i < size; i++) {
      // In units of the largest entry so far, so that squares neither over- nor underflow.
      const d = direction[i] / largest;
      mean[i] = 0.9 * mean[i] + 0.1 * d;
      square[i] = 0.999 * square[i] + 0.001 * d * d;
      out[i] = mean[i] / (1 - meanDecay) / (Math.sqrt(square[i] / (1 - squareDecay)) + 1e-8);
    }
    return out;
  };
}
