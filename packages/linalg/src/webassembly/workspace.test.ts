import { InvalidInputError } from '@infimum/core';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { linalgKernels } from './linalg-kernels.ts';
import { Workspace } from './workspace.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** Workspaces that no memory of an earlier test is handed to: those of an instance of the module that nobody else has. */
function fresh(name: string): Promise<typeof import('./workspace.ts')> {
  return import(/* @vite-ignore */ `./workspace.ts?${name}`);
}

test('arrays are as long as asked, zero, aligned to cache lines, and apart', () => {
  const lengths = fc.array(fc.nat(300), { maxLength: 8 });
  fc.assert(
    fc.property(lengths, lengths, lengths, (float64, float32, int32) => {
      using workspace = Workspace.for({ float64, float32, int32 });
      const arrays = [
        ...float64.map((length) => workspace.float64(length)),
        ...float32.map((length) => workspace.float32(length)),
        ...int32.map((length) => workspace.int32(length)),
      ];
      expect(arrays.map(({ length }) => length)).toEqual([...float64, ...float32, ...int32]);
      arrays.forEach((array, index) => {
        expect(array.every((value) => value === 0)).toBe(true);
        expect(array.byteOffset % 64).toBe(0);
        array.fill(index + 1);
      });
      arrays.forEach((array, index) => {
        expect(array.every((value) => value === index + 1)).toBe(true);
      });
    }),
  );
});

test('copies hold what was copied', () => {
  using workspace = new Workspace(1000);
  expect(workspace.float64From([1.5, 2]).join()).toBe('1.5,2');
  expect(workspace.float32From(new Float32Array([0.5])).join()).toBe('0.5');
  expect(workspace.int32From([7, -8]).join()).toBe('7,-8');
});

test('a full workspace says how much is needed', async () => {
  const { Workspace } = await fresh('full');
  using workspace = new Workspace(1000);
  expect(() => workspace.float64(1e6)).toThrow(/the workspace has 65536 bytes, but 8000\d+ are needed/);
});

test('a released workspace cannot be used', () => {
  const workspace = new Workspace(1000);
  workspace.release();
  workspace.release();
  expect(() => workspace.float64(1)).toThrow('the workspace has been released');
  expect(() => workspace.kernels(linalgKernels)).toThrow('the workspace has been released');
});

test('threads out of range are named', () => {
  for (const threads of [0, 1.5, 65, Number.NaN]) {
    expect(() => new Workspace(1000, { threads })).toThrow(InvalidInputError);
  }
});

test('thousands of solves live on the same few memories', async () => {
  const { Workspace } = await fresh('few');
  const buffers = new Set<ArrayBufferLike>();
  for (let solve = 0; solve < 5000; solve++) {
    using workspace = new Workspace(50_000 + (solve % 7) * 1000);
    const x = workspace.float64(100);
    workspace.kernels(linalgKernels).scal(100, 2, x.byteOffset);
    buffers.add(x.buffer);
  }
  expect(buffers.size).toBeLessThanOrEqual(2);
});

test('solves that are abandoned without release are garbage', () => {
  // Each memory reserves gigabytes of addresses: without collection this would run out of them.
  for (let solve = 0; solve < (process.env['INFIMUM_FULL'] ? 20_000 : 15_000); solve++) {
    const x = new Workspace(1000, { threads: 1 + (solve % 2) }).float64(10);
    x[0] = solve;
  }
  expect(process.memoryUsage().rss).toBeLessThan(2e9);
});
