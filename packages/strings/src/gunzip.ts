// Decompression of gzip as it streams in: one member or many, as bgzip and `cat a.gz b.gz` write them, which the platform's streams refuse.
// A truncated or damaged file is reported as invalid input.
//
// P. Deutsch: DEFLATE compressed data format specification 1.3 (RFC 1951) and GZIP file format specification 4.3 (RFC 1952).
import type { InvalidInputError } from '@infimum/core';
import { fault } from '@infimum/core';

/** The largest distance of a back reference, in bytes. */
const WINDOW = 2 ** 15;
/** Bytes that are given at a time. */
const PIECE = 2 ** 16;

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193,
  12289, 16385, 24577,
];
const DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A code: how many symbols have each length, and the symbols in order; and all codes of up to nine bits in a table. */
interface Huffman {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
  /** Symbol times 16 plus length at the next nine bits; 0 where the code is longer. */
  readonly fast: Uint16Array;
}

const FAST_BITS = 9;

function huffman(lengths: Uint8Array): Huffman {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length]++;
  counts[0] = 0;
  const offsets = new Uint16Array(17);
  let room = 1;
  for (let length = 1; length < 16; length++) {
    offsets[length + 1] = offsets[length] + counts[length];
    room = 2 * room - counts[length];
    if (room < 0) throw damaged('a code has too many symbols');
  }
  const symbols = new Uint16Array(offsets[16]);
  const fast = new Uint16Array(2 ** FAST_BITS);
  const next = new Uint16Array(16);
  for (let length = 1, code = 0; length < 16; length++) {
    code = (code + counts[length - 1]) << 1;
    next[length] = code;
  }
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol];
    if (length === 0) continue;
    symbols[offsets[length]++] = symbol;
    const code = next[length]++;
    if (length > FAST_BITS) continue;
    let reversed = 0;
    for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
    for (let k = reversed; k < 2 ** FAST_BITS; k += 2 ** length) fast[k] = 16 * symbol + length;
  }
  return { counts, symbols, fast };
}

const fixedLiterals = /* @__PURE__ */ Uint8Array.from({ length: 288 }, (_, k) => (k < 144 ? 8 : k < 256 ? 9 : k < 280 ? 7 : 8));

const crcTable = /* @__PURE__ */ Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function damaged(problem: string): InvalidInputError {
  return fault(`the gzip data are damaged: ${problem}`, 'chunks', 'unsupported');
}

/** Signals that a step needs more bytes than have arrived. */
const MORE = Symbol('more');

/** The bits that have arrived; reading beyond throws `MORE`, after which the step is repeated from its start. */
class Bits {
  #bytes: Uint8Array = new Uint8Array(0);
  #place = 0;
  #buffer = 0;
  #count = 0;

  append(chunk: Uint8Array): void {
    const rest = this.#bytes.subarray(this.#place);
    this.#bytes = new Uint8Array(rest.length + chunk.length);
    this.#bytes.set(rest);
    this.#bytes.set(chunk, rest.length);
    this.#place = 0;
  }

  get isEmpty(): boolean {
    return this.#place === this.#bytes.length && this.#count < 8;
  }

  /** Whether a symbol with all its bits is there whatever it is. */
  get isRich(): boolean {
    return this.#bytes.length - this.#place >= 8;
  }

  /** The current position, for a later return. */
  mark(): readonly [number, number, number] {
    return [this.#place, this.#buffer, this.#count];
  }

  reset([place, buffer, count]: readonly [number, number, number]): void {
    [this.#place, this.#buffer, this.#count] = [place, buffer, count];
  }

  #fill(count: number): void {
    while (this.#count < count) {
      if (this.#place === this.#bytes.length) throw MORE;
      this.#buffer |= this.#bytes[this.#place++] << this.#count;
      this.#count += 8;
    }
  }

  /** The next bits, the lowest first; at most 16. */
  take(count: number): number {
    this.#fill(count);
    const value = this.#buffer & (2 ** count - 1);
    this.#buffer >>>= count;
    this.#count -= count;
    return value;
  }

  /** Drops the rest of a byte. */
  align(): void {
    this.#buffer >>>= this.#count % 8;
    this.#count -= this.#count % 8;
  }

  symbol({ counts, symbols, fast }: Huffman): number {
    while (this.#count < 15 && this.#place < this.#bytes.length) {
      this.#buffer |= this.#bytes[this.#place++] << this.#count;
      this.#count += 8;
    }
    const entry = fast[this.#buffer & (2 ** FAST_BITS - 1)];
    const length = entry & 15;
    if (length > 0 && length <= this.#count) {
      this.#buffer >>>= length;
      this.#count -= length;
      return entry >> 4;
    }
    let [code, first, index] = [0, 0, 0];
    for (let bits = 1; bits < 16; bits++) {
      code |= this.take(1);
      const count = counts[bits];
      if (code - first < count) return symbols[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw damaged('a code that no symbol has');
  }
}

/** The bytes that gzip members hold, one after the other. */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const bits = new Bits();
  const work = members(bits);
  let step = work.next();
  for await (const chunk of chunks) {
    bits.append(chunk);
    for (step = work.next(); !step.done && step.value !== MORE; step = work.next()) yield step.value;
    if (step.done) return;
  }
  if (!bits.isEmpty || !step.done) {
    const next = work.next('end');
    if (!next.done) throw damaged('they end too early');
  }
}

type Piece = Uint8Array | typeof MORE;

/** Members until the data end; yields pieces, and `MORE` where it has to wait. */
function* members(bits: Bits): Generator<Piece, void, 'end' | undefined> {
  for (let member = 0; ; member++) {
    while (bits.isEmpty) if ((yield MORE) === 'end') return;
    // Some writers pad with zeros.
    const start = bits.mark();
    if (member > 0) {
      if (bits.take(8) === 0) continue;
      bits.reset(start);
    }
    yield* step(bits, () => readHeader(bits));
    yield* body(bits);
  }
}

/** A step that is repeated whenever more bytes have arrived, until they are enough. */
function* step<Result>(bits: Bits, take: () => Result): Generator<Piece, Result, 'end' | undefined> {
  for (;;) {
    const mark = bits.mark();
    try {
      return take();
    } catch (error) {
      if (error !== MORE) throw error;
      bits.reset(mark);
    }
    if ((yield MORE) === 'end') throw damaged('they end too early');
  }
}

function readHeader(bits: Bits): void {
  if (bits.take(8) !== 0x1f || bits.take(8) !== 0x8b) throw damaged('a member is followed by something else than a member');
  if (bits.take(8) !== 8) throw damaged('the compression method is unknown');
  const flags = bits.take(8);
  for (let k = 0; k < 6; k++) bits.take(8);
  if (flags & 4) for (let length = bits.take(16); length > 0; length--) bits.take(8);
  for (const flag of [8, 16]) if (flags & flag) while (bits.take(8) !== 0);
  if (flags & 2) bits.take(16);
}

/** The window and what has been written since the last piece; with the checksum. */
class Output {
  readonly #bytes = new Uint8Array(WINDOW + PIECE + 258);
  #from = WINDOW;
  #to = WINDOW;
  #crc = -1;
  length = 0;

  get isFull(): boolean {
    return this.#to >= WINDOW + PIECE;
  }

  byte(value: number): void {
    this.#bytes[this.#to++] = value;
  }

  copy(distance: number, length: number): void {
    if (distance > this.length + this.#to - this.#from) throw damaged('a reference before the beginning');
    const bytes = this.#bytes;
    for (let k = 0, to = this.#to; k < length; k++, to++) bytes[to] = bytes[to - distance];
    this.#to += length;
  }

  /** What was written since; the window stays. */
  piece(): Uint8Array {
    const piece = this.#bytes.slice(this.#from, this.#to);
    let crc = this.#crc;
    for (let k = 0; k < piece.length; k++) crc = (crc >>> 8) ^ crcTable[(crc ^ piece[k]) & 255];
    this.#crc = crc;
    this.length += piece.length;
    this.#bytes.copyWithin(0, this.#to - WINDOW, this.#to);
    this.#from = this.#to = WINDOW;
    return piece;
  }

  get checksum(): number {
    return ~this.#crc >>> 0;
  }
}

function* body(bits: Bits): Generator<Piece, void, 'end' | undefined> {
  const output = new Output();
  for (let isLast = false; !isLast; ) {
    const [last, method] = yield* step(bits, () => [bits.take(1), bits.take(2)]);
    isLast = last === 1;
    if (method === 0) yield* stored(bits, output);
    else if (method === 3) throw damaged('an invalid block type');
    else {
      const codes =
        method === 1
          ? { literals: huffman(fixedLiterals), distances: huffman(new Uint8Array(30).fill(5)) }
          : yield* step(bits, () => readCodes(bits));
      while (yield* step(bits, () => inflate(bits, output, codes))) if (output.isFull) yield output.piece();
    }
  }
  yield output.piece();
  const [checksum, length] = yield* step(bits, () => {
    bits.align();
    const word = () => bits.take(16) + 2 ** 16 * bits.take(16);
    return [word(), word()];
  });
  if (checksum !== output.checksum) throw damaged('the checksum does not match');
  if (length !== output.length % 2 ** 32) throw damaged('the length does not match');
}

function* stored(bits: Bits, output: Output): Generator<Piece, void, 'end' | undefined> {
  const [length, complement] = yield* step(bits, () => {
    bits.align();
    return [bits.take(16), bits.take(16)];
  });
  if ((length ^ complement) !== 0xffff) throw damaged('a stored block without its length');
  for (let k = 0; k < length; k++) {
    output.byte(yield* step(bits, () => bits.take(8)));
    if (output.isFull) yield output.piece();
  }
}

interface Codes {
  readonly literals: Huffman;
  readonly distances: Huffman;
}

function readCodes(bits: Bits): Codes {
  const [literals, distances, order] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4];
  const lengths = new Uint8Array(19);
  for (let k = 0; k < order; k++) lengths[CODE_ORDER[k]] = bits.take(3);
  const code = huffman(lengths);
  const all = new Uint8Array(literals + distances);
  for (let k = 0; k < all.length; ) {
    const symbol = bits.symbol(code);
    if (symbol < 16) {
      all[k++] = symbol;
      continue;
    }
    if (symbol === 16 && k === 0) throw damaged('a repetition of nothing');
    const value = symbol === 16 ? all[k - 1] : 0;
    const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (k + times > all.length) throw damaged('more lengths than symbols');
    all.fill(value, k, k + times);
    k += times;
  }
  return { literals: huffman(all.subarray(0, literals)), distances: huffman(all.subarray(literals)) };
}

/** Symbols until the piece is full or the block ends; false at its end. Symbols that are not whole are left. */
function inflate(bits: Bits, output: Output, { literals, distances }: Codes): boolean {
  let taken = 0;
  while (!output.isFull) {
    const mark = bits.isRich ? undefined : bits.mark();
    try {
      const symbol = bits.symbol(literals);
      if (symbol < 256) output.byte(symbol);
      else if (symbol === 256) return false;
      else {
        if (symbol > 285) throw damaged('an invalid length');
        const length = LENGTH_BASE[symbol - 257] + bits.take(LENGTH_BITS[symbol - 257]);
        const place = bits.symbol(distances);
        if (place > 29) throw damaged('an invalid distance');
        output.copy(DISTANCE_BASE[place] + bits.take(DISTANCE_BITS[place]), length);
      }
      taken++;
    } catch (error) {
      if (error !== MORE || taken === 0 || !mark) throw error;
      bits.reset(mark);
      return true;
    }
  }
  return true;
}
