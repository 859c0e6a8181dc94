// Hooks into allocation for tests and the fuzzer: guard bytes between blocks, allocations that fail, bytes in use.
import { tooLarge } from '../too-large.ts';

/** What watches the bytes around the blocks of a workspace. */
export interface Guard {
  /** Whether there is room for one more. */
  readonly hasRoom: boolean;
  /** Watches the bytes `from` to `to` behind a block, its padding among them. */
  place(from: number, to: number): void;
  /** @throws {Error} if anything was written between the blocks */
  check(): void;
}

/** The state of the rehearsal; in earnest nothing is guarded and nothing fails. */
export const rehearsal = {
  /** Makes the canaries of a new workspace, if its blocks are to be guarded; programs in earnest carry none of it. */
  guard: undefined as ((buffer: ArrayBufferLike, from: number, to: number) => Guard) | undefined,
  /** Allocations until the one that fails. */
  untilFailure: Infinity,
  /** Bytes of all workspaces that were not released. */
  bytes: 0,
};

/** Throws if this is the allocation that is to fail. */
export function allow(bytes: number, argument: string): void {
  if (--rehearsal.untilFailure === 0) throw tooLarge(bytes, argument);
}

/** Guard bytes between two blocks. */
export const CANARY_BYTES = 64;
/** What a guarded workspace has more than it was asked for; when that is used up, further blocks go without. */
export const ROOM_FOR_CANARIES = 2 ** 16;
