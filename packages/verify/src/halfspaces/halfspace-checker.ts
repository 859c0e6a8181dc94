// The errors of a halfspace on the points, counted again.
import type { Verdict } from '@infimum/core/certificate';
import { dot, exactDot, up } from '@infimum/rigor';
import type { HalfspaceInstance, HalfspaceSolution } from './halfspace-samples.ts';

/** The share of points with y w . x < 0, those with w . x = 0 by half, exactly. It needs no witness, and throws nothing. */
export function check({ points, labels }: HalfspaceInstance, { weights }: HalfspaceSolution, _witness: unknown): Verdict {
  const { rows, cols, values } = points;
  const isVector = weights instanceof Float64Array && weights.length === cols && weights.every(Number.isFinite);
  if (!isVector) return { proved: false, reason: 'the weights do not have the dimension of the points' };
  let halves = 0;
  for (let i = 0; i < rows; i++) {
    const { value, radius } = dot(values, weights, cols, i * cols);
    let sign = value > radius ? 1 : value < -radius ? -1 : 0;
    if (!(Math.abs(value) > radius)) {
      const { mantissa } = exactDot(Float64Array.from(values.slice(i * cols, (i + 1) * cols)), weights);
      sign = mantissa > 0n ? 1 : mantissa < 0n ? -1 : 0;
    }
    halves += sign === 0 ? 1 : sign === labels[i] ? 0 : 2;
  }
  const share = halves / (2 * rows);
  return { proved: true, figures: { error: { lower: Math.max(0, -up(-share)), upper: up(share) } } };
}
