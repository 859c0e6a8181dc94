// Gallagher's Gaussian peaks: f21 with 101 and f22 with 21 of them.
import { bbobRotation, bbobUniforms } from './random-numbers.ts';
import { boundaryPenalty, multiply, oscillated } from './transformations.ts';

/** The numbers of the indices 0 … n-1 in the order of their random keys. */
function orderOf(keys: Float64Array): number[] {
  return [...keys.keys()].sort((i, j) => keys[i] - keys[j]);
}

/** The function, less its least value, and its minimizer. */
export function gallagher(d: number, seed: number, isMany: boolean) {
  const peaks = isMany ? 101 : 21;
  const [width, half] = isMany ? [10, 5] : [9.8, 4.9];
  const rotation = bbobRotation(d, seed);
  const ranks = orderOf(bbobUniforms(new Float64Array(peaks - 1), seed));
  const conditions = Float64Array.from({ length: peaks }, (_, i) =>
    i === 0 ? (isMany ? Math.sqrt(1000) : 1000) : 1000 ** (ranks[i - 1] / (peaks - 2)),
  );
  const heights = Float64Array.from({ length: peaks }, (_, i) => (i === 0 ? 10 : ((i - 1) / (peaks - 2)) * (9.1 - 1.1) + 1.1));
  const scales = new Float64Array(peaks * d);
  for (let i = 0; i < peaks; i++) {
    const order = orderOf(bbobUniforms(new Float64Array(d), seed + 1000 * i));
    for (let j = 0; j < d; j++) scales[i * d + j] = conditions[i] ** (order[j] / (d - 1) - 0.5);
  }
  const places = bbobUniforms(new Float64Array(d * peaks), seed).map((uniform) => width * uniform - half);
  const minimizer = places.slice(0, d).map((place) => 0.8 * place);
  places.set(minimizer);
  const centers = new Float64Array(d * peaks);
  for (let i = 0; i < peaks; i++) {
    multiply(rotation, places.subarray(i * d, (i + 1) * d), centers.subarray(i * d, (i + 1) * d));
  }
  const z = new Float64Array(d);
  const value = (x: Float64Array) => {
    multiply(rotation, x, z);
    let highest = 0;
    for (let i = 0; i < peaks; i++) {
      let distance = 0;
      for (let j = 0; j < d; j++) distance += scales[i * d + j] * (z[j] - centers[i * d + j]) ** 2;
      highest = Math.max(highest, heights[i] * Math.exp((-0.5 / d) * distance));
    }
    return oscillated(10 - highest) ** 2 + boundaryPenalty(x);
  };
  return { value, minimizer };
}
