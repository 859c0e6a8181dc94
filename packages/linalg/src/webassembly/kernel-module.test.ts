import { bytesToText } from '@infimum/wasm-build/bytes-as-text.ts';
import { afterEach, expect, test } from 'vitest';
import { builds } from '../testing/builds.ts';
import { activeKernels, textToBytes, useKernels } from './kernel-module.ts';
import { linalgKernels } from './linalg-kernels.ts';
import { Workspace } from './workspace.ts';

afterEach(() => useKernels('auto'));

test('the fastest build is taken unless another is chosen', () => {
  expect(activeKernels()).toBe('relaxed-simd');
  for (const build of builds) {
    useKernels(build);
    expect(activeKernels()).toBe(build);
  }
});

test('all builds have the same kernels', () => {
  using workspace = new Workspace(1000);
  const names = builds.map((build) => {
    useKernels(build);
    const kernels = Object.entries(workspace.kernels(linalgKernels));
    return kernels.filter(([, value]) => typeof value === 'function').map(([name]) => name);
  });
  expect(names[0].length).toBeGreaterThan(10);
  expect(new Set(names[1])).toEqual(new Set(names[0]));
  expect(new Set(names[2])).toEqual(new Set(names[0]));
});

test('the same binary runs on unshared and on shared memory', () => {
  const results = [1, 2].map((threads) => {
    using workspace = Workspace.for({ float64: [3, 3] }, { threads });
    const x = workspace.float64From([1, 2, 3]);
    const y = workspace.float64From([4, 5, 6]);
    expect(x.buffer instanceof ArrayBuffer).toBe(threads === 1);
    return workspace.kernels(linalgKernels).dot(3, x.byteOffset, y.byteOffset);
  });
  expect(results).toEqual([32, 32]);
});

test('bytes survive as text that no string has to escape', () => {
  const bytes = Uint8Array.from({ length: 65_536 }, (_, k) => (k % 2 === 0 ? k >> 1 : k >> 9));
  const text = bytesToText(bytes);
  expect(textToBytes(text)).toEqual(bytes);
  expect(JSON.stringify(text)).toBe(`"${text}"`);
  expect(text).toMatch(/^[ -~]*$/);
});
