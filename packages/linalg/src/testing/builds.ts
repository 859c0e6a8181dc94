// For tests that run every build of the kernels.
import { afterAll, beforeAll, describe } from 'vitest';
import type { KernelBuild } from '../webassembly/kernel-module.ts';
import { useKernels } from '../webassembly/kernel-module.ts';

export const builds: readonly KernelBuild[] = ['relaxed-simd', 'simd', 'reference'];

/** Runs the tests once in each build. */
export function describeBuilds(name: string, tests: (build: KernelBuild) => void): void {
  describe.each(builds)(`${name} (%s)`, (build) => {
    beforeAll(() => useKernels(build));
    afterAll(() => useKernels('auto'));
    tests(build);
  });
}
