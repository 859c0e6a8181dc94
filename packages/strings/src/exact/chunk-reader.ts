// Texts that come in chunks, symbol by symbol in numbers: small ones for the symbols of the patterns, one for all others.
import { InvalidInputError } from '@infimum/core';
import {
  type NumberedSymbols,
  numberSymbols,
  type Sequence,
  type StringUnit,
  type SymbolArray,
  toSymbols,
} from '../symbols.ts';

/** Numbers in the narrowest array that holds them. */
export type NumberArray = Uint8Array | Uint16Array | Int32Array;

/** How chunks are read. */
export interface ChunkReading {
  /** What chunks must be, as patterns are. */
  readonly kind: 'string' | 'array';
  readonly unit: StringUnit;
  /** A symbol that matches every symbol, as it comes in. */
  readonly wildcard: number | undefined;
}

/** Reads chunks in the alphabet of patterns. */
export class ChunkReader {
  /** The wildcard's number. */
  readonly wildcard: number | undefined;
  readonly #reading: ChunkReading;
  readonly #symbols: NumberedSymbols;
  /** First half of a code point whose second half has not come yet. */
  #surrogate = '';

  /** @param alphabet - the symbols that are told apart, each at least once */
  constructor(alphabet: SymbolArray, reading: ChunkReading) {
    this.#reading = reading;
    this.#symbols = numberSymbols(alphabet);
    if (reading.wildcard !== undefined) {
      const known = this.#symbols.lookUp(reading.wildcard);
      this.wildcard = known >= 0 ? known : this.#symbols.alphabetSize + 1;
    }
  }

  /**
   * The symbols of a chunk in numbers, after those of `before`.
   *
   * @throws {InvalidInputError} `type` for a chunk of another kind
   */
  read(chunk: Sequence, before: NumberArray): NumberArray {
    const { kind, unit } = this.#reading;
    if ((typeof chunk === 'string') !== (kind === 'string')) {
      const wanted = kind === 'string' ? 'a string' : 'an array';
      throw new InvalidInputError(`must be ${wanted}, as the pattern is`, {
        argument: 'chunk',
        code: 'type',
      });
    }
    if (typeof chunk !== 'string' || unit === 'code-unit')
      return this.number(toSymbols(chunk, 'chunk'), before);
    const joined = this.#surrogate + chunk;
    const last = joined.charCodeAt(joined.length - 1);
    const split = last >= 0xd800 && last < 0xdc00;
    this.#surrogate = split ? joined.slice(-1) : '';
    return this.number(toSymbols(split ? joined.slice(0, -1) : joined, 'chunk', unit), before);
  }

  /** The text is complete: half a code point that was waiting for its second half is a symbol, after `before`. */
  end(before: NumberArray): NumberArray {
    const last = this.#surrogate;
    this.#surrogate = '';
    return this.number(toSymbols(last, 'chunk', this.#reading.unit), before);
  }

  /** Symbols in numbers, after those of `before`; those that are not in the alphabet share one. */
  number(symbols: SymbolArray, before: NumberArray = this.#narrow(0)): NumberArray {
    const { lookUp, alphabetSize } = this.#symbols;
    const { wildcard } = this.#reading;
    const wild = this.wildcard ?? 0;
    const numbers = this.#narrow(before.length + symbols.length);
    numbers.set(before);
    for (let i = 0, at = before.length; i < symbols.length; i++, at++) {
      const symbol = symbols[i];
      const number = symbol === wildcard ? wild : lookUp(symbol);
      numbers[at] = number < 0 ? alphabetSize : number;
    }
    return numbers;
  }

  /** An array for numbers up to the alphabet's size, which stands for foreign symbols, and one more for a wildcard. */
  #narrow(length: number): NumberArray {
    const largest = this.#symbols.alphabetSize + 1;
    if (largest < 2 ** 8) return new Uint8Array(length);
    return largest < 2 ** 16 ? new Uint16Array(length) : new Int32Array(length);
  }
}
