// The kernels of the integer language model and how they are called. Integers only: every build gives the same result.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/egg-kernels.ts';
import type { EggKernels } from './egg-kernels-reference.ts';
import { eggReference } from './egg-kernels-reference.ts';

/** The kernels of the language model, for `workspace.kernels(eggKernels)`. */
export const eggKernels: KernelModule<EggKernels> = /* @__PURE__ */ defineKernels<EggKernels>({
  simd,
  relaxedSimd,
  reference: eggReference,
});
