// Random numbers of private runs, from the platform's cryptographic source or from a seed for experiments, and the discrete Gaussian
// law, drawn exactly: of whole numbers and coins alone, none of which rounds.
//
// C. Canonne, G. Kamath, T. Steinke: The discrete Gaussian for differential privacy (2020, arXiv 2004.00010), algorithms 1 to 3.
import { fault, Random } from '@infimum/core';

/** What private runs draw. */
export interface NoiseSource {
  /** A whole number in [0, 2^32). */
  word(): number;
  /** A multiple of 2^-53 in [0, 1). */
  uniform(): number;
}

/** Bytes that the platform gives at a time. */
const CHUNK = 65_536;

/** A source: seeded if a seed is given, otherwise cryptographic. */
export function noiseSource(seed: number | undefined): NoiseSource {
  if (seed !== undefined) {
    const random = new Random(seed);
    return { word: () => random.uint32(), uniform: () => random.uniform() };
  }
  const words = new Uint32Array(CHUNK / 4);
  let place = words.length;
  const word = (): number => {
    if (place === words.length) {
      crypto.getRandomValues(words);
      place = 0;
    }
    return words[place++];
  };
  return { word, uniform: () => (word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53 };
}

/** A grid that sums are taken on and noise is drawn on: whole numbers in units of the clip over `steps`. */
export interface NoiseGrid {
  /** The noise has the deviation 2^power. */
  readonly power: number;
  /** The clip in units: what one record adds has at most this length, whose square is exact in a double. */
  readonly steps: number;
}

/** Units of the clip, at most 2^26: squares stay below 2^53. And the largest deviation 2^46: 64 deviations stay below it too. */
const [CLIP_POWER, NOISE_POWER, LEAST_STEPS] = [26, 46, 1024];

/**
 * The finest grid on which noise of a power of two is at least `sigma` times the sensitivity, `factor` clips and `rounding` units.
 *
 * @throws {InvalidInputError} naming `epsilon` where the noise leaves no grid
 */
export function noiseGrid(sigma: number, factor: number, rounding = 0): NoiseGrid {
  const power = Math.min(NOISE_POWER, Math.floor(CLIP_POWER + Math.log2(sigma * factor)));
  const steps = Math.floor(((2 ** power / sigma - rounding) / factor) * (1 - 1e-15));
  if (power >= 8 && steps >= LEAST_STEPS) return { power, steps: Math.min(steps, 2 ** CLIP_POWER) };
  throw fault(`needs noise of ${sigma} sensitivities, for which there is no grid`, 'epsilon', 'out-of-range');
}

/**
 * Draws whole numbers x with probabilities in proportion to e^(-x²/2s²), s = 2^power, 8 to 46: discrete Laplace numbers, accepted with
 * the probability e^(-(|x| - s)²/2s²). All coins have rational probabilities; an alternating series of them gives e^-γ.
 */
export function discreteGaussian({ word, uniform }: NoiseSource, power: number): () => number {
  const [scale, shift] = [2 ** power, 2 ** (53 - power)];
  // Bernoulli(a / s): 53 bits against those of a, the later ones only where the first 32 decide nothing.
  let [above, first, rest] = [0, 0, 0];
  const compareWith = (numerator: number): void => {
    above = numerator * shift;
    first = Math.floor(above / 2 ** 21);
    rest = above - first * 2 ** 21;
  };
  const fraction = (): boolean => {
    const drawn = word();
    return drawn === first ? word() >>> 11 < rest : drawn < first;
  };
  const certain = (): boolean => true;
  const half = (): boolean => word() < 2 ** 31;
  const halfSquare = (): boolean => fraction() && fraction() && half();
  /** Bernoulli(e^-γ) of coins with the probability γ <= 1: whether the first k with a failure of Bernoulli(γ / k) is odd. */
  const survives = (coin: () => boolean): boolean => {
    for (let k = 1; ; k++) if (!(oneIn(k, word) && coin())) return k % 2 === 1;
  };
  const times = (count: number, coin: () => boolean): boolean => {
    for (let k = 0; k < count; k++) if (!survives(coin)) return false;
    return true;
  };
  return () => {
    for (;;) {
      const low = Math.floor(uniform() * scale);
      compareWith(low);
      if (!survives(fraction)) continue;
      let high = 0;
      while (survives(certain)) high++;
      const isNegative = half();
      if (isNegative && low === 0 && high === 0) continue;
      // (|x| - s) / s = m + f, or 1 - f where |x| < s: e^(-(m + f)²/2) in factors.
      const m = Math.max(0, high - 1);
      if (high === 0) compareWith(scale - low);
      if (!(times(m * m, half) && times(m, fraction) && survives(halfSquare))) continue;
      const size = low + high * scale;
      return isNegative ? -size : size;
    }
  };
}

/** Bernoulli(1 / k). */
function oneIn(k: number, word: () => number): boolean {
  if (k === 1) return true;
  const share = Math.floor(2 ** 32 / k);
  for (;;) {
    const drawn = word();
    if (drawn < share * k) return drawn < share;
  }
}
