// The kernels of policy optimisation, and the same in plain TypeScript.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/estimates-kernels.ts';

/**
 * The kernels; arrays are given by their byte offsets, and nothing is checked. `pairs` is a multiple of `PAIRS_TOGETHER`; coordinate
 * k of the features of pair p is number k `pairs` + p, and so are images. Missing pairs at the end are zero.
 */
export interface EstimateKernels {
  /** out_ij = Σ_p w_p φ_i(p) φ_j(p) on and below the diagonal, d x d. */
  covarianceOf(pairs: number, d: number, features: number, weights: number, out: number): void;
  /** Images M φ(p), gains φ(p)' M φ(played) and norms φ(p)' M φ(p) in the symmetric metric M. */
  metricProducts(
    pairs: number,
    d: number,
    features: number,
    metric: number,
    played: number,
    images: number,
    gains: number,
    norms: number,
  ): void;
  /** out_p = Σ_q w_q min(0, φ(p)' M φ(q)) from the images; pairs of weight 0 are left out. */
  negativeMeans(pairs: number, d: number, features: number, images: number, weights: number, out: number): void;
}

/** Pairs that the kernels take together. */
export const PAIRS_TOGETHER = 8;

/** The kernels of policy optimisation; all builds give the same bits. */
export const estimateKernels: KernelModule<EstimateKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });

function reference(buffer: ArrayBufferLike): EstimateKernels {
  const memory = new Float64Array(buffer);
  return {
    covarianceOf(pairs, d, features, weights, out) {
      const [f, w] = [features / 8, weights / 8];
      const sums = new Float64Array(4);
      for (let i = 0; i < d; i++) {
        for (let j = 0; j <= i; j++) {
          sums.fill(0);
          for (let p = 0; p < pairs; p++) {
            sums[p % 4] += memory[w + p] * memory[f + i * pairs + p] * memory[f + j * pairs + p];
          }
          memory[out / 8 + i * d + j] = sums[0] + sums[2] + (sums[1] + sums[3]);
        }
      }
    },
    metricProducts(pairs, d, features, metric, played, images, gains, norms) {
      const [f, z] = [features / 8, images / 8];
      for (let k = 0; k < d; k++) {
        for (let p = 0; p < pairs; p++) {
          let sum = 0;
          for (let j = 0; j < d; j++) sum += memory[metric / 8 + k * d + j] * memory[f + j * pairs + p];
          memory[z + k * pairs + p] = sum;
        }
      }
      for (let p = 0; p < pairs; p++) {
        let [gain, norm] = [0, 0];
        for (let k = 0; k < d; k++) {
          gain += memory[z + k * pairs + played] * memory[f + k * pairs + p];
          norm += memory[f + k * pairs + p] * memory[z + k * pairs + p];
        }
        memory[gains / 8 + p] = gain;
        memory[norms / 8 + p] = norm;
      }
    },
    negativeMeans(pairs, d, features, images, weights, out) {
      const [f, z] = [features / 8, images / 8];
      for (let p = 0; p < pairs; p++) {
        let mean = 0;
        for (let q = 0; q < pairs; q++) {
          const weight = memory[weights / 8 + q];
          if (weight === 0) continue;
          let gain = memory[z + q] * memory[f + p];
          for (let k = 1; k < d; k++) gain += memory[z + k * pairs + q] * memory[f + k * pairs + p];
          mean += weight * Math.min(0, gain);
        }
        memory[out / 8 + p] = mean;
      }
    },
  };
}
