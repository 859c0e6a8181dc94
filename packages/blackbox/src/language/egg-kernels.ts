// The kernels of the integer language model and how they are called. Whole numbers only: every build gives the same.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/egg-kernels.ts';
import { eggReference } from './egg-kernels-reference.ts';

/**
 * The kernels; arrays are given by their byte offsets. `sign` is that of a member, 0 for the unperturbed weights; `bank` is the noise,
 * `places` where in it the noise of each parameter begins. `dim` is a power of 4, at least 16. Nothing is checked.
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

/** The kernels of the language model, for `workspace.kernels(eggKernels)`. */
export const eggKernels: KernelModule<EggKernels> = /* @__PURE__ */ defineKernels<EggKernels>({
  simd,
  relaxedSimd,
  reference: eggReference,
});
