// The reference for the tests of the study algorithms: definitions.
import { bruteForce } from './oracle.ts';

/** Hamming distances by definition. */
export function distancesByDefinition(text: ArrayLike<number>, pattern: ArrayLike<number>): Int32Array {
  return Int32Array.from(bruteForce(text, pattern));
}

/** How often each sum of two indices arises, weighted, by definition. */
export function sumsByDefinition(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const counts = new Float64Array(x.length + y.length - 1);
  for (let a = 0; a < x.length; a++) {
    if (x[a] === 0) continue;
    for (let b = 0; b < y.length; b++) counts[a + b] += x[a] * y[b];
  }
  return counts;
}
