// Texts that come in chunks, symbol by symbol in numbers: small ones for the symbols of the patterns, one for all others.
import { fault } from '@infimum/core';
import type { Matching, ResolvedMatching } from '../matching.ts';
import { foldAll, foldOf, matchingOf } from '../matching.ts';
import type { NumberedSymbols, Sequence, SymbolArray } from '../symbols.ts';
import { isSigned, numberSymbols, toSymbols } from '../symbols.ts';

/** Numbers in the narrowest array that holds them. */
export type NumberArray = Uint8Array | Uint16Array | Int32Array;

/** Reads chunks in the alphabet of patterns. */
export class ChunkReader {
  /** Matches of unequal numbers. */
  readonly matching: Matching | undefined;
  readonly #isString: boolean;
  readonly #reading: ResolvedMatching;
  readonly #fold: ((symbol: number) => number) | undefined;
  readonly #symbols: NumberedSymbols;
  /** Of bytes without and with a sign. */
  readonly #tables: (Int32Array | undefined)[] = [];
  readonly #decoder = new TextDecoder();
  /** First half of a code point whose second half has not come yet. */
  #surrogate = '';

  /**
   * @param patterns - the symbols to distinguish
   * @param isString - whether chunks must be strings, as patterns are
   */
  constructor(patterns: readonly SymbolArray[], isString: boolean, reading: ResolvedMatching) {
    this.#isString = isString;
    this.#reading = reading;
    this.#fold = foldOf(isString, reading);
    const matching = matchingOf(isString, reading);
    const alphabet = new Set<number>();
    for (const pattern of patterns) for (const symbol of foldAll(pattern, this.#fold)) alphabet.add(symbol);
    for (const [symbol, members] of matching?.sets ?? []) {
      alphabet.add(symbol);
      for (const member of members) alphabet.add(member);
    }
    if (matching?.wildcard !== undefined) alphabet.add(matching.wildcard);
    const isWide = [...alphabet].some((symbol) => symbol >= 2 ** 31);
    this.#symbols = numberSymbols(isWide ? Uint32Array.from(alphabet) : Int32Array.from(alphabet));
    const { lookUp } = this.#symbols;
    this.matching = matching && {
      wildcard: matching.wildcard === undefined ? undefined : lookUp(matching.wildcard),
      sets: new Map([...matching.sets].map(([symbol, members]) => [lookUp(symbol), members.map(lookUp)])),
    };
  }

  /**
   * The symbols of a chunk in numbers, after those of `before`. Bytes in a text of strings are UTF-8.
   *
   * @throws {InvalidInputError} `type` for a chunk of another kind
   */
  read(chunk: Sequence, before: NumberArray): NumberArray {
    const { unit } = this.#reading;
    const isBytes = chunk instanceof Uint8Array || chunk instanceof ArrayBuffer;
    if (typeof chunk === 'string' ? !this.#isString : this.#isString && !isBytes) {
      throw fault(`must be ${this.#isString ? 'a string' : 'an array'}, as the pattern is`, 'chunk', 'type');
    }
    if (!this.#isString) return this.number(toSymbols(chunk, 'chunk'), before);
    const text = isBytes ? this.#decoder.decode(chunk, { stream: true }) : (chunk as string);
    if (unit === 'code-unit') return this.number(toSymbols(text, 'chunk'), before);
    const joined = this.#surrogate + text;
    const last = joined.charCodeAt(joined.length - 1);
    const split = last >= 0xd800 && last < 0xdc00;
    this.#surrogate = split ? joined.slice(-1) : '';
    return this.number(toSymbols(split ? joined.slice(0, -1) : joined, 'chunk', unit), before);
  }

  /** The text is complete: half a code point that was waiting for its second half is a symbol, after `before`. */
  end(before: NumberArray): NumberArray {
    const last = this.#surrogate + this.#decoder.decode();
    this.#surrogate = '';
    return this.number(toSymbols(last, 'chunk', this.#reading.unit), before);
  }

  /** Symbols in numbers, after those of `before`; those that are not in the alphabet share one. */
  number(symbols: SymbolArray, before: NumberArray = this.#narrow(0)): NumberArray {
    const numbers = this.#narrow(before.length + symbols.length);
    numbers.set(before);
    const place = before.length;
    const table = symbols.BYTES_PER_ELEMENT === 1 ? this.#tableOf(isSigned(symbols)) : undefined;
    if (table) for (let i = 0; i < symbols.length; i++) numbers[place + i] = table[symbols[i] & 255];
    else {
      const folded = foldAll(symbols, this.#fold);
      for (let i = 0; i < folded.length; i++) numbers[place + i] = this.#numberOf(folded[i]);
    }
    return numbers;
  }

  #numberOf(symbol: number): number {
    const number = this.#symbols.lookUp(symbol);
    return number < 0 ? this.#symbols.alphabetSize : number;
  }

  /** The numbers of all bytes. */
  #tableOf(signed: boolean): Int32Array {
    const known = this.#tables[Number(signed)];
    if (known) return known;
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const values = foldAll(signed ? new Int8Array(bytes.buffer) : bytes, this.#fold);
    const table = new Int32Array(256);
    for (let byte = 0; byte < 256; byte++) table[byte] = this.#numberOf(values[byte]);
    this.#tables[Number(signed)] = table;
    return table;
  }

  /** An array for numbers up to the alphabet's size, which stands for foreign symbols. */
  #narrow(length: number): NumberArray {
    const largest = this.#symbols.alphabetSize;
    if (largest < 2 ** 8) return new Uint8Array(length);
    return largest < 2 ** 16 ? new Uint16Array(length) : new Int32Array(length);
  }
}
