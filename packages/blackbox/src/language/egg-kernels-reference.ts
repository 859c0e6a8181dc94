// The kernels of the language model in plain TypeScript: the steps of `egg-step.ts` on the kernels' memory.
import { clip, eggScore } from './egg-arithmetic.ts';
import { EGG_BANK, EggNoise, eggParameters, eggStep } from './egg-step.ts';

/**
 * The kernels; arrays are given by their byte offsets. `sign` is that of a member, 0 for the unperturbed weights; `bank` is the noise,
 * `places` the offsets in it at which the noise of each parameter begins. `dim` is a power of 4, at least 16. Nothing is checked.
 */
export interface EggKernels {
  /** Writes the vectors of a member, 16-bit: last norm, then both norms and both biases of each layer. */
  eggVectors(
    dim: number,
    layers: number,
    sign: number,
    noiseShift: number,
    weights: number,
    bank: number,
    places: number,
    out: number,
  ): void;
  /**
   * The sum of log-probabilities of a text in sixteenths of a bit, each byte from those before it.
   *
   * @param half - the logarithm of `dim` to the base 4
   * @param before - the byte before the first; 0 begins a text
   * @param tables - `eggTables`
   * @param states - 16-bit, `layers` times `dim`; moved
   * @param scratch - 9 dim + 256 16-bit numbers; the last 256 become the logits of the last byte
   */
  eggScore(
    dim: number,
    layers: number,
    half: number,
    sign: number,
    noiseShift: number,
    before: number,
    length: number,
    text: number,
    weights: number,
    bank: number,
    places: number,
    vectors: number,
    tables: number,
    states: number,
    scratch: number,
  ): number;
}

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
      const vectors = [2, ...Array.from({ length: layers }, (_, l) => [3, 4, 9, 10].map((p) => p + 10 * l)).flat()];
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
      const own = Array.from({ length: layers }, (_, l) => Int32Array.from(states.subarray(l * dim, (l + 1) * dim)));
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
