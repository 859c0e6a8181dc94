// `@infimum/linalg/testing`: for tests of what works on workspaces.
import { Canaries } from './webassembly/canaries.ts';
import { rehearsal } from './webassembly/rehearsal.ts';

/**
 * Puts canaries around every block of workspaces that are made from now on. `release()` throws if a kernel wrote to one:
 * wherever an index comes from data, this shows whether it was checked.
 */
export function guardWorkspaces(guarded: boolean): void {
  rehearsal.guard = guarded ? (buffer, from, to) => new Canaries(buffer, from, to) : undefined;
}

/**
 * Lets an allocation fail as it does where there is no memory left: the `number`-th from now on, of workspaces and of
 * arrays whose length comes from input. `Infinity` lets all succeed.
 *
 * @example
 * ```ts
 * import { Workspace } from '@infimum/linalg/kernels';
 * import { failAllocation, workspaceBytes } from '@infimum/linalg/testing';
 *
 * const before = workspaceBytes();
 * failAllocation(2);
 * try {
 *   using first = new Workspace(1000);
 *   using second = new Workspace(1000);
 *   console.log(first.threads + second.threads);
 * } catch (error) {
 *   console.log((error as Error).message); // workspace: needs 65536 bytes, more than there is room for
 * }
 * console.log(workspaceBytes() - before); // 0
 * ```
 */
export function failAllocation(number: number): void {
  rehearsal.untilFailure = number;
}

/** Whether the allocation that `failAllocation` meant has been asked for. */
export function hasAllocationFailed(): boolean {
  return rehearsal.untilFailure <= 0;
}

/** Bytes of all workspaces that were made and not released. */
export function workspaceBytes(): number {
  return rehearsal.bytes;
}
