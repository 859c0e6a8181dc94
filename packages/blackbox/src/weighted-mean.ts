// The weighted mean of the consensus point, as a running mean, which does not overflow.

/** The weighted mean of particles. */
export function weightedMean(particles: Float64Array, weights: Float64Array, out: Float64Array): Float64Array {
  const d = out.length;
  let sum = 0;
  out.fill(0);
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i];
    if (weight === 0) continue;
    sum += weight;
    const [rate, at] = [weight / sum, i * d];
    for (let j = 0; j < d; j++) out[j] += (particles[at + j] - out[j]) * rate;
  }
  return out;
}
