// Candidates: projected gradient descent on the smoothed ramp, at ever smaller widths.
import type { Random } from '@infimum/core';
import { Band, bandGradient } from './band.ts';
import type { Sample } from './halfspace-samples.ts';
import { chowVector, normalize } from './halfspace-samples.ts';

/** Steps of a level, and of the last one. */
const LEVEL_STEPS = 60;
const POLISH_STEPS = 200;

/** |G| / p at which a level ends. */
const STATIONARY = 0.01;

/** Chow's vector and random ones. */
export function startVectors(sample: Sample, restarts: number, random: Random): Float64Array[] {
  const starts = [chowVector(sample)];
  for (let k = 0; k < restarts; k++) starts.push(random.sphere(new Float64Array(sample.dimension)));
  return starts;
}

/**
 * Descends in place from every candidate at width s, w <- w - s G on the sphere; those that meet an earlier one, or its
 * opposite, are dropped. Candidates without a point in their band stay where they are. Pauses after every step.
 */
export function* descend(
  sample: Sample,
  candidates: Float64Array[],
  s: number,
  isLast = false,
): Generator<void, Float64Array[]> {
  const kept: Float64Array[] = [];
  const band = new Band(sample);
  for (const w of candidates) {
    for (let step = 0; step < (isLast ? POLISH_STEPS : LEVEL_STEPS); step++) {
      const { gradient, mass } = bandGradient(band, w, s);
      yield;
      if (!(mass > 0) || Math.hypot(...gradient) <= STATIONARY * mass) break;
      for (let j = 0; j < w.length; j++) w[j] -= s * gradient[j];
      normalize(w);
    }
    const isNew = kept.every((other) => {
      const cosine = other.reduce((sum, x, j) => sum + x * w[j], 0);
      return 1 - Math.abs(cosine) > 1e-6;
    });
    if (isNew) kept.push(w);
  }
  return kept;
}
