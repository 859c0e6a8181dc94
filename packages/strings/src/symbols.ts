// Texts and patterns: accepted types, checks, and the numbered alphabet of the algorithms.
import { checkChoice, fault } from '@infimum/core';

/** An array of integer symbols. */
export type SymbolArray = Uint8Array | Uint8ClampedArray | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** A text or a pattern: a string, an array of integer symbols (Node's buffers among them), or the bytes of a buffer. */
export type Sequence = string | SymbolArray | readonly number[] | ArrayBuffer;

/** The unit of a symbol of a string. */
export type StringUnit = 'code-unit' | 'code-point';

/** A checked pair of text and pattern. */
export interface SymbolPair {
  /** The text, n symbols. */
  readonly text: SymbolArray;
  /** The pattern, m symbols, at least one. */
  readonly pattern: SymbolArray;
}

/**
 * Checks text and pattern and turns them into symbols. Typed arrays are passed on, not copied.
 *
 * @param unit - symbols of strings: UTF-16 code units (default) or Unicode code points
 * @throws {InvalidInputError} `type` unless both are strings or both are integer arrays, `empty` for an empty
 *   pattern, `unknown` for another unit
 */
export function checkPair(text: unknown, pattern: unknown, unit: StringUnit = 'code-unit'): SymbolPair {
  checkChoice(unit, 'unit', ['code-unit', 'code-point']);
  const symbols = { text: toSymbols(text, 'text', unit), pattern: toSymbols(pattern, 'pattern', unit) };
  checkKinds(text, pattern, 'pattern', 'the text');
  checkPattern(symbols.pattern);
  return symbols;
}

/**
 * Refuses a string together with an array.
 *
 * @throws {InvalidInputError} `type`
 */
export function checkKinds(first: unknown, second: unknown, argument: string, other: string): void {
  if ((typeof first === 'string') === (typeof second === 'string')) return;
  const kind = typeof first === 'string' ? 'a string' : 'an array';
  throw fault(`must be ${kind}, as ${other} is`, argument, 'type');
}

/**
 * Checks that a pattern is not empty.
 *
 * @throws {InvalidInputError} `empty`
 */
export function checkPattern(pattern: SymbolArray, argument = 'pattern'): void {
  if (pattern.length === 0) throw fault('must not be empty', argument, 'empty');
}

/**
 * The symbols of a string, an array of integers, or a buffer of bytes.
 *
 * @throws {InvalidInputError} `type`; `not-integer` with the index for a number that is not an integer of 32 bits
 */
export function toSymbols(value: unknown, argument: string, unit: StringUnit = 'code-unit'): SymbolArray {
  if (typeof value === 'string') return unit === 'code-unit' ? codeUnits(value) : codePoints(value);
  if (isSymbolArray(value)) return value;
  if (Array.isArray(value)) return integers(value, argument);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw fault('expected a string, an array of integers or a buffer of bytes', argument, 'type');
}

/**
 * A list of integers of 32 bits as a typed array: signed, unless a value says otherwise.
 *
 * @throws {InvalidInputError} `not-integer` with the index
 */
export function integers(values: ArrayLike<unknown>, argument: string): Int32Array | Uint32Array {
  let most = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value === 'number') most = Math.max(most, value);
  }
  const unsigned = !(most < 2 ** 31);
  const symbols = unsigned ? new Uint32Array(values.length) : new Int32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value === 'number') symbols[index] = value;
    if (symbols[index] === value) continue;
    throw fault(`is ${shown(value)} at index ${index}, not an integer of 32 bits`, argument, 'not-integer', index);
  }
  return symbols;
}

/** Whether a value is a typed array of integers of at most 32 bits. */
export function isSymbolArray(value: unknown): value is SymbolArray {
  // The usual one first; others by their names, which hold across realms.
  return (
    value instanceof Uint8Array ||
    (ArrayBuffer.isView(value) && INTEGER_ARRAYS.has(Object.prototype.toString.call(value).slice(8, -1)))
  );
}

const INTEGER_ARRAYS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
]);

/** UTF-16 code units, in bytes where all are below 256. */
function codeUnits(value: string): Uint8Array | Uint16Array {
  const units = new Uint16Array(value.length);
  let all = 0;
  for (let i = 0; i < value.length; i++) {
    units[i] = value.charCodeAt(i);
    all |= units[i];
  }
  return all < 256 ? new Uint8Array(units) : units;
}

function codePoints(value: string): Uint32Array {
  const points = new Uint32Array(value.length);
  let count = 0;
  for (const character of value) points[count++] = character.codePointAt(0) as number;
  return points.slice(0, count);
}

/** The pattern's alphabet, numbered, and both sequences written in it. */
export interface CompactPair {
  /** Number of different symbols of the pattern. */
  readonly alphabetSize: number;
  /** Numbers 0 … alphabetSize-1 of the text's symbols, -1 for those that the pattern does not have. */
  readonly text: Int32Array;
  /** Numbers of the pattern's symbols, in the order of their first occurrence. */
  readonly pattern: Int32Array;
  /** How often each symbol occurs in the text. */
  readonly textCounts: Int32Array;
  /** How often each symbol occurs in the pattern. */
  readonly patternCounts: Int32Array;
}

/**
 * Numbers the pattern's symbols; only they can match. Time O(n + m).
 *
 * @param numbered - the pattern, where it has been numbered already
 */
export function compact(pair: SymbolPair, numbered: NumberedPair = numberPair(pair)): CompactPair {
  const { alphabetSize, pattern, numberText } = numbered;
  const text = numberText(0, pair.text.length, new Int32Array(pair.text.length));
  return {
    alphabetSize,
    text,
    pattern,
    textCounts: countNumbers(text, alphabetSize),
    patternCounts: countNumbers(pattern, alphabetSize),
  };
}

/** A pattern in numbers, and what numbers a text piece by piece. */
export interface NumberedPair extends Pick<CompactPair, 'alphabetSize' | 'pattern'> {
  /** Whether symbols are found by hashing, because a table would be too large. */
  readonly isHashed: boolean;
  /** Writes the numbers of the text's symbols `from` ≤ i < `to` to the start of `out`. */
  readonly numberText: (from: number, to: number, out: Int32Array) => Int32Array;
}

/** Numbers the pattern's symbols, and the text's when asked to. Time O(m). */
export function numberPair({ text, pattern }: SymbolPair): NumberedPair {
  // One type of array keeps the loops below fast for any type of the caller.
  const mixed = isMixed({ text, pattern });
  const { alphabetSize, numbers, isHashed, lookUp, numberAll } = numberSymbols(mixed ? pattern : new Int32Array(pattern));
  const numberText = (from: number, to: number, out: Int32Array): Int32Array => {
    if (mixed) for (let i = from; i < to; i++) out[i - from] = lookUp(text[i]);
    else {
      out.set(text.subarray(from, to));
      numberAll(out.subarray(0, to - from));
    }
    return out;
  };
  return { alphabetSize, pattern: numbers, isHashed, numberText };
}

/** Whether large unsigned symbols may meet negative ones, so that two different symbols may have the same 32 bits. */
function isMixed({ text, pattern }: SymbolPair): boolean {
  return isSigned(text) !== isSigned(pattern) && Math.max(text.BYTES_PER_ELEMENT, pattern.BYTES_PER_ELEMENT) === 4;
}

/** Both sequences in arrays of one type, which keeps loops over them fast for any type of the caller; equal symbols stay equal. */
export function ofOneType(pair: SymbolPair): Record<'text' | 'pattern', Int32Array> {
  if (isMixed(pair)) return compact(pair);
  return { text: new Int32Array(pair.text), pattern: new Int32Array(pair.pattern) };
}

/** Whether an array's integers may be negative. */
export function isSigned(symbols: SymbolArray): boolean {
  return symbols instanceof Int32Array || symbols instanceof Int16Array || symbols instanceof Int8Array;
}

function countNumbers(numbers: Int32Array, alphabetSize: number): Int32Array {
  // Foreign symbols, -1, are counted in front.
  const counts = new Int32Array(alphabetSize + 1);
  for (let i = 0; i < numbers.length; i++) counts[numbers[i] + 1]++;
  return counts.subarray(1);
}

/** The symbols of a pattern by number. */
export interface NumberedSymbols {
  /** Whether symbols are found by hashing. */
  readonly isHashed: boolean;
  /** Number of different symbols. */
  readonly alphabetSize: number;
  /** The pattern's symbols, numbered in the order of their first occurrence. */
  readonly numbers: Int32Array;
  /** The number of a symbol, -1 if it is none of them. */
  readonly lookUp: (symbol: number) => number;
  /** Replaces symbols by their numbers, in place. */
  readonly numberAll: (symbols: Int32Array) => Int32Array;
}

/** Numbers the symbols of a pattern: by a table where they span at most 2^16 values, otherwise by hashing. */
export function numberSymbols(pattern: SymbolArray): NumberedSymbols {
  // Two types of array at most keep the loops below fast for any type of the caller.
  const symbols = pattern instanceof Int32Array ? pattern : new Float64Array(pattern);
  let least = Infinity;
  let largest = -Infinity;
  for (let j = 0; j < symbols.length; j++) {
    const symbol = symbols[j];
    if (symbol < least) least = symbol;
    if (symbol > largest) largest = symbol;
  }
  const span = Math.max(0, largest - least + 1);
  return span <= 65536 ? numberByTable(symbols, least, span) : numberByHash(symbols);
}

function numberByTable(pattern: Int32Array | Float64Array, least: number, span: number): NumberedSymbols {
  const table = new Int32Array(span).fill(-1);
  const numbers = new Int32Array(pattern.length);
  let alphabetSize = 0;
  for (let j = 0; j < pattern.length; j++) {
    const place = pattern[j] - least;
    if (table[place] < 0) table[place] = alphabetSize++;
    numbers[j] = table[place];
  }
  const lookUp = (symbol: number): number => {
    const place = symbol - least;
    return place >= 0 && place < span ? table[place] : -1;
  };
  const numberAll = (symbols: Int32Array): Int32Array => {
    for (let i = 0; i < symbols.length; i++) {
      const place = symbols[i] - least;
      symbols[i] = place >= 0 && place < span ? table[place] : -1;
    }
    return symbols;
  };
  return { alphabetSize, numbers, isHashed: false, lookUp, numberAll };
}

/**
 * Open addressing with linear probing at a load of at most one half, and of one eighth where the slots stay in the caches:
 * most symbols of a text are not in the pattern, and then one look is enough.
 */
function numberByHash(pattern: Int32Array | Float64Array): NumberedSymbols {
  const room = pattern.length <= 4096 ? 8 : 2;
  const bits = Math.ceil(Math.log2(room * pattern.length + 1));
  const mask = 2 ** bits - 1;
  const keys = new Float64Array(mask + 1);
  const slots = new Int32Array(mask + 1).fill(-1);
  const slotOf = (symbol: number): number => {
    // Multiplicative hashing (Knuth): the high bits of a product with 2^32 / golden ratio.
    let slot = Math.imul(symbol, 0x9e3779b1) >>> (32 - bits);
    while (slots[slot] >= 0 && keys[slot] !== symbol) slot = (slot + 1) & mask;
    return slot;
  };
  const numbers = new Int32Array(pattern.length);
  let alphabetSize = 0;
  for (let j = 0; j < pattern.length; j++) {
    const slot = slotOf(pattern[j]);
    if (slots[slot] < 0) {
      keys[slot] = pattern[j];
      slots[slot] = alphabetSize++;
    }
    numbers[j] = slots[slot];
  }
  const lookUp = (symbol: number): number => slots[slotOf(symbol)];
  const numberAll = (symbols: Int32Array): Int32Array => {
    for (let i = 0; i < symbols.length; i++) symbols[i] = slots[slotOf(symbols[i])];
    return symbols;
  };
  return { alphabetSize, numbers, isHashed: true, lookUp, numberAll };
}

/** Positions grouped by symbol, each group ascending: group c is `positions[start[c]]` … `positions[start[c+1]-1]`. */
export interface PositionLists {
  readonly start: Int32Array;
  readonly positions: Int32Array;
}

/** Groups the positions `from` ≤ i < `to` of numbered symbols, relative to `from`, by a counting sort. */
export function positionLists(numbers: Int32Array, alphabetSize: number, from = 0, to = numbers.length): PositionLists {
  const start = new Int32Array(alphabetSize + 1);
  for (let i = from; i < to; i++) if (numbers[i] >= 0) start[numbers[i] + 1]++;
  for (let c = 0; c < alphabetSize; c++) start[c + 1] += start[c];
  const next = start.slice(0, alphabetSize);
  const positions = new Int32Array(start[alphabetSize]);
  for (let i = from; i < to; i++) if (numbers[i] >= 0) positions[next[numbers[i]]++] = i - from;
  return { start, positions };
}

/** Symbols, bigints and other values that are not numbers, as shown in errors. */
function shown(value: unknown): string {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : `a ${typeof value}`;
}
