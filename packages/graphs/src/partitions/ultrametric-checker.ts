// How much an embedding stretches and shrinks the distances of an ultrametric.
import type { Verdict } from '@infimum/core/certificate';
import { divide, interval, multiply, squareRoot, U } from '@infimum/rigor';
import type { UltrametricInstance } from './ultrametric.ts';

/**
 * Encloses the largest shrinking of a distance, and its product with the largest stretching. Squares of d terms, each with four
 * roundings, are off by a share of 2 (d + 8) u at most. It needs no witness, and throws nothing.
 */
export function check(
  { parents, labels, dimension }: UltrametricInstance,
  solution: { readonly points: Float64Array },
  _w: unknown,
): Verdict {
  const { points } = solution;
  const isInner = new Uint8Array(parents.length);
  for (let node = 1; node < parents.length; node++) isInner[parents[node]] = 1;
  const leaves = Array.from(parents.keys()).filter((node) => !isInner[node]);
  if (!(points instanceof Float64Array) || points.length !== leaves.length * dimension)
    return { proved: false, reason: 'some leaf has no point' };
  const mark = new Int32Array(parents.length).fill(-1);
  let [least, most] = [Infinity, 0];
  for (let i = 0; i < leaves.length; i++) {
    for (let node = leaves[i]; node >= 0; node = parents[node]) mark[node] = i;
    for (let j = 0; j < i; j++) {
      let node = leaves[j];
      while (mark[node] !== i) node = parents[node];
      let sum = 0;
      for (let k = 0; k < dimension; k++) {
        const ratio = (points[i * dimension + k] - points[j * dimension + k]) / labels[node];
        sum += ratio * ratio;
      }
      if (!(sum > 1e-200 && sum < 1e200)) return { proved: false, reason: 'a distance is beyond the range of doubles' };
      least = Math.min(least, sum);
      most = Math.max(most, sum);
    }
  }
  const one = interval(1);
  if (leaves.length < 2) return { proved: true, figures: { contraction: one, distortion: one } };
  const factor = interval(1 - 2 * (dimension + 8) * U, 1 + 2 * (dimension + 8) * U);
  const around = (sum: number) => squareRoot(multiply(interval(sum), factor));
  const contraction = divide(one, around(least));
  return { proved: true, figures: { contraction, distortion: multiply(contraction, around(most)) } };
}
