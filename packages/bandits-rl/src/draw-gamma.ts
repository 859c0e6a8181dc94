// Gamma, Beta and Dirichlet numbers, for instances and posteriors.
import type { Random } from '@infimum/core';

/** A number of the Gamma distribution (G. Marsaglia, W. Tsang, 2000); small shapes by a boost. */
export function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const z = random.normal();
    const v = (1 + z / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Fills `out` with a point of the simplex, of the symmetric Dirichlet distribution with this concentration. */
export function drawDirichlet(random: Random, concentration: number, out: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = drawGamma(random, concentration);
    sum += out[i];
  }
  // Small concentrations may underflow everywhere: then one corner.
  if (!(sum > 0)) {
    out.fill(0);
    out[random.integer(out.length)] = 1;
    return out;
  }
  for (let i = 0; i < out.length; i++) out[i] /= sum;
  return out;
}
