// What tests and the fuzz watch and disturb in allocation: blocks between canaries, allocations that fail, bytes in use.
import { tooLarge } from '../too-large.ts';

/** The state of the rehearsal; in earnest nothing is guarded and nothing fails. */
export const rehearsal = {
  /** Whether new workspaces put canaries around their blocks. */
  guarded: false,
  /** Allocations until the one that fails. */
  untilFailure: Infinity,
  /** Bytes of all workspaces that were not released. */
  bytes: 0,
};

/** Throws if this is the allocation that is to fail. */
export function allow(bytes: number, argument: string): void {
  if (--rehearsal.untilFailure === 0) throw tooLarge(bytes, argument);
}

/** Bytes between two blocks that nobody may write to. */
export const CANARY_BYTES = 64;
/** What a guarded workspace has more than it was asked for; when that is used up, further blocks go without. */
export const ROOM_FOR_CANARIES = 2 ** 16;

/** As doubles NaN: what reads beyond its block shows it, too. */
const CANARY = 0xff;

/** The bytes around the blocks of one workspace, which must stay as they are. */
export class Canaries {
  readonly #bytes: Uint8Array;
  readonly #ranges: [number, number][] = [];

  constructor(buffer: ArrayBufferLike, from: number, to: number) {
    this.#bytes = new Uint8Array(buffer);
    this.place(from, to);
  }

  /** Whether there is room for one more. */
  get hasRoom(): boolean {
    return (this.#ranges.length + 1) * CANARY_BYTES <= ROOM_FOR_CANARIES;
  }

  /** Fills the bytes `from` to `to` behind a block, its padding among them. */
  place(from: number, to: number): void {
    this.#bytes.fill(CANARY, from, to);
    this.#ranges.push([from, to]);
  }

  /** @throws {Error} if anything was written between the blocks */
  check(): void {
    for (const [from, to] of this.#ranges) {
      const bad = this.#bytes.subarray(from, to).findIndex((byte) => byte !== CANARY);
      if (bad >= 0) throw new Error(`a kernel wrote ${bad + 1} bytes behind the block that ends at ${from}`);
    }
  }
}
