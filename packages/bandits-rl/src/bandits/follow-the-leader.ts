// Follow the regularised leader on the simplex: p = argmin <p, L> + regulariser(p) / eta for three regularisers.
// Each is invariant to a constant added to all losses, so the smallest is subtracted first: an offset of 1e9 must not
// cost ten digits.
import type { VectorLike } from '@infimum/core';
import { asVector, checkNumber, fault } from '@infimum/core';

/** Writes a distribution for cumulative losses. */
export type SimplexLeader = (losses: Float64Array, rate: number, out: Float64Array) => Float64Array;

/**
 * Exponential weights, p_a ∝ exp(-η L_a): the leader under the negative entropy. Time O(A), no allocation.
 *
 * @param losses - cumulative losses L, one an arm, finite
 * @param learningRate - η > 0, over the unit of the losses
 * @param out - receives p, as long as `losses`; a new array by default
 * @throws {InvalidInputError} for losses that are not finite, a rate that is not positive, and lengths that differ
 *
 * @example
 * ```ts
 * import { exponentialWeights } from '@infimum/bandits-rl/online-learning';
 *
 * const p = exponentialWeights([0, 1], Math.log(3));
 * console.log(p[0].toFixed(4), p[1].toFixed(4)); // 0.7500 0.2500
 * ```
 */
export function exponentialWeights(losses: VectorLike, learningRate: number, out?: Float64Array): Float64Array {
  const [given, p] = readLeader(losses, learningRate, out);
  return exponentialLeader(given, learningRate, p);
}

/** `exponentialWeights` without checks. */
export function exponentialLeader(losses: Float64Array, rate: number, out: Float64Array): Float64Array {
  const least = smallest(losses);
  let sum = 0;
  for (let a = 0; a < losses.length; a++) {
    out[a] = Math.exp(-rate * (losses[a] - least));
    sum += out[a];
  }
  for (let a = 0; a < losses.length; a++) out[a] /= sum;
  return out;
}

/**
 * The leader under the log-barrier: p = argmin η⟨p, L⟩ + Σ ln(1/p_a), that is p_a = 1/(η(L_a - ν)) for the ν < min L that
 * makes the sum one. Every arm keeps a probability that falls like 1/L, so no loss is ever too large for it. Newton's
 * method on t = η(min L - ν) in [1, A], which rises monotonically to the root. Time O(A) a step, at most 60.
 *
 * @param losses - cumulative losses L, one an arm, finite
 * @param learningRate - η > 0, over the unit of the losses
 * @param out - receives p, as long as `losses`; a new array by default
 * @throws {InvalidInputError} for losses that are not finite, a rate that is not positive, and lengths that differ
 *
 * Source: Adversarial MDPs with linear function approximation (Refined regret), arXiv 2301.12942.
 *
 * @example
 * ```ts
 * import { logBarrierFtrl } from '@infimum/bandits-rl/online-learning';
 *
 * const p = logBarrierFtrl(Float64Array.of(0, 1, 2), 1, new Float64Array(3));
 * console.log(Array.from(p, (value) => value.toFixed(5)).join(' ')); // 0.45161 0.31111 0.23729
 * ```
 */
export function logBarrierFtrl(losses: VectorLike, learningRate: number, out?: Float64Array): Float64Array {
  const [given, p] = readLeader(losses, learningRate, out);
  return logBarrierLeader(given, learningRate, p);
}

/** `logBarrierFtrl` without checks. */
export function logBarrierLeader(losses: Float64Array, rate: number, out: Float64Array): Float64Array {
  const arms = losses.length;
  const least = smallest(losses);
  let t = 1;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let sum = 0;
    let squares = 0;
    for (let a = 0; a < arms; a++) {
      const u = 1 / (rate * (losses[a] - least) + t);
      sum += u;
      squares += u * u;
    }
    const excess = sum - 1;
    if (excess <= 1e-15 * arms) break;
    t += excess / squares;
  }
  let sum = 0;
  for (let a = 0; a < arms; a++) {
    out[a] = 1 / (rate * (losses[a] - least) + t);
    sum += out[a];
  }
  for (let a = 0; a < arms; a++) out[a] /= sum;
  return out;
}

/**
 * The leader under Tsallis' entropy of order ½: p_a = 4 / (η(L_a - x))² for the x < min L that makes the sum one. Between
 * exponential weights and the log-barrier; optimal for adversarial and for stochastic losses at once. Newton's method from
 * the left of the root, where the sum is convex. Time O(A) a step, at most 60.
 *
 * @param losses - cumulative losses L, one an arm, finite
 * @param learningRate - η > 0, over the unit of the losses
 * @param out - receives p, as long as `losses`; a new array by default
 * @throws {InvalidInputError} for losses that are not finite, a rate that is not positive, and lengths that differ
 *
 * Source: Tsallis-INF: An Optimal Algorithm for Stochastic and Adversarial Bandits, arXiv 1807.07623.
 *
 * @example
 * ```ts
 * import { tsallisFtrl } from '@infimum/bandits-rl/online-learning';
 *
 * const p = tsallisFtrl(Float64Array.of(0, 1, 2), 1, new Float64Array(3));
 * console.log(Array.from(p, (value) => value.toFixed(5)).join(' ')); // 0.53481 0.28676 0.17842
 * ```
 */
export function tsallisFtrl(losses: VectorLike, learningRate: number, out?: Float64Array): Float64Array {
  const [given, p] = readLeader(losses, learningRate, out);
  return tsallisLeader(given, learningRate, p);
}

/** `tsallisFtrl` without checks. */
export function tsallisLeader(losses: Float64Array, rate: number, out: Float64Array): Float64Array {
  const arms = losses.length;
  const least = smallest(losses);
  // With t = η(min L - x)/2: p_a = 1/(η(L_a - min L)/2 + t)², t in [1, √A]; the sum is convex and falls in t.
  const half = rate / 2;
  let t = 1;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let sum = 0;
    let cubes = 0;
    for (let a = 0; a < arms; a++) {
      const u = 1 / (half * (losses[a] - least) + t);
      sum += u * u;
      cubes += u * u * u;
    }
    const excess = sum - 1;
    if (excess <= 1e-15 * arms) break;
    t += excess / (2 * cubes);
  }
  let sum = 0;
  for (let a = 0; a < arms; a++) {
    const u = 1 / (half * (losses[a] - least) + t);
    out[a] = u * u;
    sum += out[a];
  }
  for (let a = 0; a < arms; a++) out[a] /= sum;
  return out;
}

/** Newton's method is quadratic here and takes about ten; the cap is for losses at the ends of the range. */
const NEWTON_STEPS = 60;

function smallest(losses: Float64Array): number {
  let least = Infinity;
  for (let a = 0; a < losses.length; a++) if (losses[a] < least) least = losses[a];
  return least;
}

function readLeader(
  losses: VectorLike,
  learningRate: number,
  out: Float64Array | undefined,
): readonly [Float64Array, Float64Array] {
  const given = asVector(losses, 'losses');
  checkNumber(learningRate, 'learningRate', { above: 0 });
  if (out === undefined) return [given, new Float64Array(given.length)];
  if (out instanceof Float64Array && out.length === given.length) return [given, out];
  throw fault(`expected a Float64Array of ${given.length} entries`, 'out', 'shape');
}
