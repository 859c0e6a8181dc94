// The kernels of the language model in plain TypeScript: the steps of `egg-step.ts` on the kernels' memory.
import { clip, eggScore } from './egg-arithmetic.ts';
import type { EggKernels } from './egg-kernels.ts';
import { EGG_BANK, EggNoise, eggParameters, eggStep } from './egg-step.ts';

/** The kernels on a memory. */
export function eggReference(buffer: ArrayBufferLike): EggKernels {
  const noiseOf = (count: number, sign: number, noiseShift: number, bank: number, places: number) =>
    sign === 0
      ? undefined
      : new EggNoise(
          new Int8Array(buffer, bank, EGG_BANK + 2 ** 13),
          new Int32Array(buffer, places, count),
          sign > 0 ? 1 : -1,
          noiseShift - 4,
        );
  return {
    eggVectors(dim, layers, sign, noiseShift, weights, bank, places, out) {
      const parameters = eggParameters(dim, layers);
      const own = new Int8Array(buffer, weights);
      const noise = noiseOf(parameters.length, sign, noiseShift, bank, places);
      const vectors = [
        2,
        ...Array.from({ length: layers }, (_, l) => [3, 4, 9, 10].map((p) => p + 10 * l)).flat(),
      ];
      const target = new Int16Array(buffer, out, dim * vectors.length);
      for (const [k, p] of vectors.entries()) {
        for (let i = 0; i < dim; i++) {
          target[k * dim + i] = clip(own[parameters[p].at + i] + (noise?.vector(p, dim, i) ?? 0));
        }
      }
    },
    eggScore(dim, layers, _, sign, noiseShift, first, length, text, weights, bank, places, ...rest) {
      const states = new Int16Array(buffer, rest[2], dim * layers);
      const parameters = eggParameters(dim, layers);
      const model = { dim, layers, parameters, weights: new Int8Array(buffer, weights) };
      const noise = noiseOf(parameters.length, sign, noiseShift, bank, places);
      const own = Array.from({ length: layers }, (_, l) =>
        Int32Array.from(states.subarray(l * dim, (l + 1) * dim)),
      );
      const bytes = new Uint8Array(buffer, text, length);
      const logits = new Int16Array(buffer, rest[3] + 18 * dim, 256);
      let [total, before] = [0, first];
      for (const byte of bytes) {
        logits.set(eggStep(model, before, own, noise));
        total += eggScore(logits, byte);
        before = byte;
      }
      for (const [l, state] of own.entries()) states.set(state, l * dim);
      return total;
    },
  };
}
