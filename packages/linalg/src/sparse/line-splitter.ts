// Cuts a stream of bytes into lines, holding at most a chunk and a line.
import { checkList, fault } from '@infimum/core';

const NEWLINE = 10;

/** Cuts chunks into lines and hands on each of them. */
export class LineSplitter {
  readonly #encoder = new TextEncoder();
  readonly #read: (bytes: Uint8Array, start: number, end: number) => void;
  #rest = new Uint8Array(0);
  #line = 0;

  /** @param read - takes the bytes `start` <= k < `end`: a line without its end */
  constructor(read: (bytes: Uint8Array, start: number, end: number) => void) {
    this.#read = read;
  }

  /** The number of the line that is being read, from 1. */
  get line(): number {
    return this.#line;
  }

  push(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === 'string' ? this.#encoder.encode(chunk) : chunk;
    if (!(bytes instanceof Uint8Array)) throw fault('expected chunks of text or bytes', 'chunks', 'type');
    checkList(bytes, 'chunks');
    let start = 0;
    const first = bytes.indexOf(NEWLINE);
    if (first >= 0 && this.#rest.length > 0) {
      const joined = joinedBytes(this.#rest, bytes.subarray(0, first));
      this.#rest = new Uint8Array(0);
      this.#handOn(joined, 0, joined.length);
      start = first + 1;
    }
    for (let end = bytes.indexOf(NEWLINE, start); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#handOn(bytes, start, end);
      start = end + 1;
    }
    if (start < bytes.length) this.#rest = joinedBytes(this.#rest, bytes.subarray(start));
  }

  /** Hands on what is left after the last line's end. */
  end(): void {
    if (this.#rest.length > 0) this.#handOn(this.#rest, 0, this.#rest.length);
    this.#rest = new Uint8Array(0);
  }

  #handOn(bytes: Uint8Array, start: number, end: number): void {
    this.#line++;
    this.#read(bytes, start, end);
  }
}

/** One array after the other. */
function joinedBytes(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}
