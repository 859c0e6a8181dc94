// Reads the numbers of a line of text from its bytes, much faster than from strings.

/** Reads the numbers of a line, which are set apart by space, or by one other byte as well. */
export class Scanner {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #separator: number;
  #position: number;

  constructor(bytes: Uint8Array, start: number, end: number, separator = -1) {
    this.#bytes = bytes;
    this.#separator = separator;
    this.#position = start;
    this.#end = end;
  }

  /** Whether nothing but space is left. */
  done(): boolean {
    while (this.#position < this.#end && isSpace(this.#bytes[this.#position])) this.#position++;
    return this.#position === this.#end;
  }

  /** Goes past a separator, if there is one next; whether there was. */
  separator(): boolean {
    if (this.done() || this.#bytes[this.#position] !== this.#separator) return false;
    this.#position++;
    return true;
  }

  /** The next number; NaN if the next word is none, or there is none. */
  number(): number {
    if (this.done()) return Number.NaN;
    const bytes = this.#bytes;
    const start = this.#position;
    let position = start;
    let mantissa = 0;
    let digits = 0;
    let scale = 0;
    const negative = bytes[position] === MINUS;
    if (negative || bytes[position] === PLUS) position++;
    for (; isDigit(bytes[position]) && position < this.#end; position++) {
      mantissa = 10 * mantissa + bytes[position] - ZERO;
      digits++;
    }
    if (bytes[position] === POINT && position < this.#end) {
      for (position++; isDigit(bytes[position]) && position < this.#end; position++) {
        mantissa = 10 * mantissa + bytes[position] - ZERO;
        digits++;
        scale++;
      }
    }
    // Up to 15 digits over a power of ten up to 22 round once, so that this is what `Number` gives, and faster.
    if (digits > 0 && digits <= 15 && scale <= 22 && (position === this.#end || this.#isEnd(bytes[position]))) {
      this.#position = position;
      const value = scale === 0 ? mantissa : mantissa / POWERS_OF_TEN[scale];
      return negative ? -value : value;
    }
    while (position < this.#end && !this.#isEnd(bytes[position])) position++;
    this.#position = position;
    const word = textOf(bytes, start, position);
    return NUMBER.test(word) ? Number(word.replace(/[dD]/, 'e')) : (SPECIAL.get(word.toLowerCase()) ?? Number.NaN);
  }

  /** Whether a number ends before this byte. */
  #isEnd(byte: number): boolean {
    return isSpace(byte) || byte === this.#separator;
  }
}

const ZERO = 48;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const POWERS_OF_TEN = /* @__PURE__ */ Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$/;
/** What other programs write for numbers that are not finite; they are refused by name. */
const SPECIAL = new Map([
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['-infinity', -Infinity],
]);

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte < ZERO + 10;
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}

/** The text of some bytes. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder().decode(bytes.subarray(start, end));
}
