// Sample paths of diffusions: by Euler's and Milstein's schemes, and exactly where the transitions are known.
import type { Random } from '@infimum/core';
import {
  allocateVector,
  checkFunction,
  checkInteger,
  checkMethods,
  checkNumber,
  checkNumbers,
  checkObject,
  checkVector,
} from '@infimum/core';

/** dX = b(t, X) dt + σ(t, X) dW, with independent noise in every coordinate. */
export interface Diffusion {
  /** b into out. */
  drift(t: number, x: Float64Array, out: Float64Array): void;
  /** The diagonal of σ into out. */
  deviation(t: number, x: Float64Array, out: Float64Array): void;
  /** ∂σ_i/∂x_i into out, for Milstein's scheme. */
  deviationSlope?(t: number, x: Float64Array, out: Float64Array): void;
}

/**
 * A path on an even mesh, a row a time, the start first. Milstein's scheme, of strong order 1, is used where the slope of the
 * deviation is given, else Euler's.
 *
 * @param diffusion - drift and deviation
 * @param initial - X_0
 * @param duration - T
 * @param steps - number of steps
 * @param random - the source of the noise
 *
 * @example
 * ```ts
 * import { type Diffusion, simulateDiffusion } from '@infimum/bandits-rl/policy-evaluation';
 * import { Random } from '@infimum/core';
 *
 * const still: Diffusion = { drift: (_t, x, out) => { out[0] = -x[0]; }, deviation: (_t, _x, out) => { out[0] = 0; } };
 * const path = simulateDiffusion(still, Float64Array.of(1), 1, 1000, new Random(1));
 * console.log(path[1000].toFixed(3)); // 0.368
 * ```
 */
export function simulateDiffusion(
  diffusion: Diffusion,
  initial: Float64Array,
  duration: number,
  steps: number,
  random: Random,
): Float64Array {
  checkMethods(diffusion, 'diffusion', ['drift', 'deviation']);
  if (diffusion.deviationSlope !== undefined) checkFunction(diffusion.deviationSlope, 'diffusion.deviationSlope');
  checkVector(initial, 'initial');
  checkNumber(duration, 'duration', { above: 0 });
  checkInteger(steps, 'steps', { min: 1 });
  checkMethods(random, 'random', ['normal']);
  const n = initial.length;
  const path = allocateVector((steps + 1) * n, 'steps');
  path.set(initial);
  const x = initial.slice();
  const [drift, deviation, slope] = [0, 1, 2].map(() => new Float64Array(n));
  const h = duration / steps;
  const root = Math.sqrt(h);
  for (let k = 0; k < steps; k++) {
    diffusion.drift(k * h, x, drift);
    diffusion.deviation(k * h, x, deviation);
    diffusion.deviationSlope?.(k * h, x, slope);
    for (let i = 0; i < n; i++) {
      const noise = root * random.normal();
      x[i] += h * drift[i] + deviation[i] * noise + (deviation[i] * slope[i] * (noise * noise - h)) / 2;
    }
    path.set(x, (k + 1) * n);
  }
  return path;
}

/** Exact samples of dX = -a X dt + s dW at given times, begun in its stationary law. */
export function ornsteinUhlenbeckPath(a: number, s: number, times: Float64Array, random: Random): Float64Array {
  checkNumbers(times, 'times');
  checkObject(random, 'random');
  checkFunction(random.normal, 'random.normal');
  checkNumber(a, 'a', { above: 0 });
  checkNumber(s, 's');
  const deviation = s / Math.sqrt(2 * a);
  const path = new Float64Array(times.length);
  path[0] = deviation * random.normal();
  for (let i = 1; i < times.length; i++) {
    const decay = Math.exp(-a * (times[i] - times[i - 1]));
    path[i] = decay * path[i - 1] + deviation * Math.sqrt(1 - decay * decay) * random.normal();
  }
  return path;
}

/** Exact samples of dX = μ X dt + σ X dW at given times. */
export function geometricPath(initial: number, mu: number, sigma: number, times: Float64Array, random: Random): Float64Array {
  checkNumbers(times, 'times');
  checkObject(random, 'random');
  checkFunction(random.normal, 'random.normal');
  for (const [name, value] of Object.entries({ initial, mu, sigma })) checkNumber(value, name);
  const path = new Float64Array(times.length);
  path[0] = initial;
  for (let i = 1; i < times.length; i++) {
    const h = times[i] - times[i - 1];
    path[i] = path[i - 1] * Math.exp((mu - (sigma * sigma) / 2) * h + sigma * Math.sqrt(h) * random.normal());
  }
  return path;
}
