// Random numbers of private runs: from the platform's cryptographic source, or from a seed for experiments.
import { Random } from '@infimum/core';

/** What private runs draw. */
export interface NoiseSource {
  /** Fills with standard normal numbers. */
  normals(out: Float64Array): void;
  /** A number in [0, 1). */
  uniform(): number;
}

/** Bytes that the platform gives at a time. */
const CHUNK = 65_536;

/** A source: seeded if a seed is given, cryptographic else. */
export function noiseSource(seed: number | undefined): NoiseSource {
  if (seed !== undefined) {
    const random = new Random(seed);
    return { normals: (out) => void random.normals(out), uniform: () => random.uniform() };
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
  const uniform = (): number => (word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53;
  return {
    uniform,
    normals: (out) => {
      for (let i = 0; i < out.length; i += 2) {
        const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
        const angle = 2 * Math.PI * uniform();
        out[i] = radius * Math.cos(angle);
        if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
      }
    },
  };
}
