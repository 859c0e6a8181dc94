import { InvalidInputError } from '@infimum/core';
import { afterEach, expect, test } from 'vitest';
import { failAllocation, guardWorkspaces, hasAllocationFailed, workspaceBytes } from '../testing.ts';
import { linalgKernels } from './linalg-kernels.ts';
import { Workspace } from './workspace.ts';

afterEach(() => {
  guardWorkspaces(false);
  failAllocation(Infinity);
});

test('a kernel that writes behind its block is found when the workspace is released', () => {
  guardWorkspaces(true);
  const workspace = new Workspace(1000);
  const x = workspace.float64(10);
  workspace.kernels(linalgKernels).scal(10, 2, x.byteOffset);
  expect(() => workspace.kernels(linalgKernels).scal(11, 2, x.byteOffset)).not.toThrow();
  new Float64Array(x.buffer, x.byteOffset, 11)[10] = 1;
  expect(() => workspace.release()).toThrow(/past the block/);
});

test('well-behaved kernels leave the canaries alone, and the sizes hold', () => {
  guardWorkspaces(true);
  for (let length = 0; length < 40; length++) {
    using workspace = Workspace.for({ float64: [length, length], int32: [length] });
    const [x, y] = [workspace.float64(length), workspace.float64(length)];
    workspace.int32(length);
    workspace.kernels(linalgKernels).axpy(length, 2, x.byteOffset, y.byteOffset);
  }
});

test('the allocation that is to fail does so as where there is no room, and nothing stays taken', () => {
  const before = workspaceBytes();
  failAllocation(2);
  expect(() => {
    using first = new Workspace(1000);
    using second = new Workspace(1e6);
    return [first, second];
  }).toThrow(InvalidInputError);
  expect(hasAllocationFailed()).toBe(true);
  failAllocation(Infinity);
  expect(workspaceBytes()).toBe(before);
});
