// The kernels of optimisers' steps and how they are called; what is said here holds for all builds.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/training-kernels.ts';
import { stepReference } from './step-kernels-reference.ts';

/**
 * The kernels: vectors are given by their byte offsets on the workspace's memory. All builds give the same bits. Nothing is
 * checked: that is the caller's part.
 */
export interface StepKernels {
  /**
   * A step of Adam on n parameters: g <- gradient + pull x, the running means m of g and v of g², and
   * x <- shrink x - rate m scale1 / (sqrt(v scale2) + epsilon), without a step where the divisor is 0.
   */
  adam(
    n: number,
    x: number,
    gradient: number,
    mean: number,
    square: number,
    beta1: number,
    beta2: number,
    pull: number,
    shrink: number,
    rate: number,
    scale1: number,
    scale2: number,
    epsilon: number,
  ): void;
  /**
   * A step of AdaHessian on n parameters: m <- beta1 m + fresh g, v <- memory v + (1 - memory) diagonal², and
   * x <- shrink x - rate m / (c^k + epsilon) - pull x with c = sqrt(v scale2) + minCurvature, without a step where the
   * divisor is 0; k is 1, 1/2 or 0 for `power` 2, 1 or 0.
   */
  adaHessian(
    n: number,
    power: number,
    x: number,
    gradient: number,
    mean: number,
    square: number,
    diagonal: number,
    beta1: number,
    fresh: number,
    memory: number,
    rate: number,
    scale2: number,
    minCurvature: number,
    epsilon: number,
    shrink: number,
    pull: number,
  ): void;
  /**
   * values <- the mean of their moduli over each of `runs` runs of `length` entries, one after the other, but at most `most`.
   *
   * @returns 1 if all sums are finite, else 0
   */
  averageRuns(runs: number, length: number, most: number, values: number): number;
  /** As `averageRuns` with runs of one entry, n of them. */
  moduli(n: number, most: number, values: number): number;
  /** out_k <- 1 where bit k of the words of 32 bits is set, else -1; n of them, the lowest bits first. */
  signs(n: number, words: number, out: number): void;
}

/** The kernels of optimisers' steps, for `workspace.kernels(stepKernels)`. */
export const stepKernels: KernelModule<StepKernels> = /* @__PURE__ */ defineKernels<StepKernels>({
  simd,
  relaxedSimd,
  reference: stepReference,
});
