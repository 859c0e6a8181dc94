// The kernels of this package.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from './generated/kernels.ts';
import { stringReference } from './kernels-reference.ts';
import type { StringKernels } from './string-kernels.ts';

/** The kernels of this package, for `workspace.kernels(stringKernels)`. */
export const stringKernels: KernelModule<StringKernels> = /* @__PURE__ */ defineKernels<StringKernels>({
  simd,
  relaxedSimd,
  reference: stringReference,
});
