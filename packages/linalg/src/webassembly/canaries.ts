// Guard bytes between blocks, for tests and the fuzzer.
import type { Guard } from './rehearsal.ts';
import { CANARY_BYTES, ROOM_FOR_CANARIES } from './rehearsal.ts';

/**
 * Values of the guard bytes, for one workspace after the other. As doubles NaN, which reveals reads beyond a block, but does not
 * change when a kernel adds to it or multiplies it; and 0.00048, which such kernels change.
 */
const FILLINGS = [0xff, 0x3f];

let made = 0;

/** The bytes around the blocks of one workspace, which must stay as they are. */
export class Canaries implements Guard {
  readonly #bytes: Uint8Array;
  readonly #filling = FILLINGS[made++ % FILLINGS.length];
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
    this.#bytes.fill(this.#filling, from, to);
    this.#ranges.push([from, to]);
  }

  /** @throws {Error} if anything was written between the blocks */
  check(): void {
    for (const [from, to] of this.#ranges) {
      const bad = this.#bytes.subarray(from, to).findIndex((byte) => byte !== this.#filling);
      if (bad >= 0) throw new Error(`a kernel wrote ${bad + 1} bytes past the block that ends at ${from}`);
    }
  }
}
