// Checks of input, each of which names the argument and the first place at fault.
import type { InvalidInputError } from './errors.ts';
import { fault } from './errors.ts';

/** A typed array of floating-point numbers. */
export type FloatArray = Float64Array | Float32Array;

/** Bounds of a number; `above` and `below` are strict. */
export interface Bounds {
  /** Smallest allowed value. */
  readonly min?: number;
  /** Largest allowed value. */
  readonly max?: number;
  /** Value that must be exceeded. */
  readonly above?: number;
  /** Value that must not be reached. */
  readonly below?: number;
}

/**
 * Checks that `value` is a finite number within `bounds`.
 *
 * @throws {InvalidInputError} `type`, `not-finite` or `out-of-range`
 */
export function checkNumber(value: unknown, argument: string, bounds: Bounds = {}): asserts value is number {
  if (typeof value !== 'number') {
    throw wrongType('a number', value, argument);
  }
  if (!Number.isFinite(value)) throw fault(`must be finite, got ${value}`, argument, 'not-finite');
  checkBounds(value, argument, bounds);
}

/**
 * Checks that `value` is an integer within `bounds`.
 *
 * @throws {InvalidInputError} `type`, `not-finite`, `not-integer` or `out-of-range`
 */
export function checkInteger(value: unknown, argument: string, bounds: Bounds = {}): asserts value is number {
  checkNumber(value, argument);
  if (!Number.isInteger(value)) throw fault(`must be an integer, got ${value}`, argument, 'not-integer');
  checkBounds(value, argument, bounds);
}

/**
 * Checks that `value` is one of `choices`.
 *
 * @throws {InvalidInputError} `unknown`, listing the choices
 */
export function checkChoice<Choice extends string | number>(
  value: unknown,
  argument: string,
  choices: readonly Choice[],
): asserts value is Choice {
  if (!choices.includes(value as Choice)) {
    const list = choices.map(describeValue).join(', ');
    throw fault(`expected one of ${list}, got ${describeValue(value)}`, argument, 'unknown');
  }
}

/**
 * Checks that `values` is a typed array of finite numbers, of `length` if that is given, and not empty.
 *
 * @throws {InvalidInputError} `type`, `empty`, `shape` or `not-finite` with the index
 */
export function checkVector(values: unknown, argument: string, length?: number): asserts values is FloatArray {
  checkFloatArray(values, argument);
  checkLength(values, argument, length);
  if (values.length === 0) throw fault('must not be empty', argument, 'empty');
  checkFinite(values, argument);
}

function checkLength(list: ArrayLike<unknown>, argument: string, length: number | undefined): void {
  if (length === undefined || list.length === length) return;
  throw fault(`expected ${describeValue(length)} entries, got ${list.length}`, argument, 'shape');
}

/**
 * Checks that `out` is a typed array of `length` numbers that a function may write to; its contents do not matter.
 *
 * @throws {InvalidInputError} `type` or `shape`
 */
export function checkOutput(out: unknown, argument: string, length: number): asserts out is FloatArray {
  checkFloatArray(out, argument);
  if (out.length !== length) {
    throw fault(`expected room for ${describeValue(length)} numbers, got ${out.length}`, argument, 'shape');
  }
}

/**
 * Checks that every entry of `values` is finite.
 *
 * @throws {InvalidInputError} `not-finite` with the index
 */
export function checkFinite(values: FloatArray, argument: string): void {
  const index = firstNotFinite(values);
  if (index < 0) return;
  throw fault(`is ${values[index]} at index ${index}`, argument, 'not-finite', index);
}

function firstNotFinite(values: FloatArray): number {
  return areFinite(values) ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

/** Whether all are finite: the sum of v - v is then 0, otherwise NaN; four sums, so that additions can overlap. */
export function areFinite(values: FloatArray): boolean {
  const { length } = values;
  const whole = length - (length % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < whole; i += 4) {
    s0 += values[i] - values[i];
    s1 += values[i + 1] - values[i + 1];
    s2 += values[i + 2] - values[i + 2];
    s3 += values[i + 3] - values[i + 3];
  }
  for (let i = whole; i < length; i++) s0 += values[i] - values[i];
  return s0 + s1 + s2 + s3 === 0;
}

/**
 * Checks that every entry of `values` is at least zero.
 *
 * @throws {InvalidInputError} `negative` with the index
 */
export function checkNonNegative(values: FloatArray, argument: string): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] < 0) throw fault(`is negative (${values[i]}) at index ${i}`, argument, 'negative', i);
  }
}

/**
 * Checks that `value` is an object with fields to read.
 *
 * @throws {InvalidInputError} `type`
 */
export function checkObject(value: unknown, argument: string): asserts value is object {
  if (typeof value !== 'object' || value === null) {
    throw wrongType('an object', value, argument);
  }
}

/**
 * Checks that `value` is a function.
 *
 * @throws {InvalidInputError} `type`
 */
export function checkFunction(value: unknown, argument: string): asserts value is (...given: never[]) => unknown {
  if (typeof value !== 'function') {
    throw wrongType('a function', value, argument);
  }
}

/**
 * Checks that `value` is an object in which each of these fields is a function.
 *
 * @throws {InvalidInputError} `type`, naming the field
 */
export function checkMethods(value: unknown, argument: string, names: readonly string[]): asserts value is object {
  checkObject(value, argument);
  for (const name of names) checkFunction((value as Record<string, unknown>)[name], `${argument}.${name}`);
}

/**
 * Checks that `value` is an array or a typed array, and its entries by `checkEntry`, such as `checkText`, if that is given.
 *
 * @throws {InvalidInputError} `type`, naming the entry at fault, or `missing` with the index of a hole
 */
export function checkList(
  value: unknown,
  argument: string,
  checkEntry?: (entry: unknown, argument: string) => void,
): asserts value is ArrayLike<unknown> {
  // Nothing can be read from detached arrays, and their methods throw; old engines cannot detect them.
  const isTyped = ArrayBuffer.isView(value) && !(value instanceof DataView);
  const isDetached = isTyped && (value.buffer as { readonly detached?: boolean }).detached === true;
  if (isTyped && !isDetached) return;
  if (Array.isArray(value)) {
    // Methods such as `map` skip holes, and later code finds undefined.
    for (let i = 0; i < value.length; i++) {
      if (i in value) continue;
      throw fault(`has no number at index ${i}`, argument, 'missing', i);
    }
    if (checkEntry) for (let i = 0; i < value.length; i++) checkEntry(value[i], `${argument}[${i}]`);
    return;
  }
  throw wrongType('an array', value, argument);
}

/**
 * Checks that `value` is an array or a typed array of numbers, which need not be finite, of `length` if that is given.
 *
 * @throws {InvalidInputError} `type` with the index where there is one, `missing` or `shape`
 */
export function checkNumbers(value: unknown, argument: string, length?: number): asserts value is ArrayLike<number> {
  checkList(value, argument);
  checkLength(value, argument, length);
  if (ArrayBuffer.isView(value)) {
    if (typeof value[0] !== 'bigint') return;
    throw wrongType('numbers', value, argument);
  }
  // A value that is not a number would fail only later, in comparisons and sums.
  for (let i = 0; i < value.length; i++) {
    if (typeof value[i] === 'number') continue;
    throw fault(`expected a number at index ${i}, got ${describeValue(value[i])}`, argument, 'type', i);
  }
}

/**
 * Checks that `value` can be iterated over, now or as it arrives.
 *
 * @throws {InvalidInputError} `type`
 */
export function checkIterable(value: unknown, argument: string): asserts value is Iterable<unknown> | AsyncIterable<unknown> {
  if (ArrayBuffer.isView(value)) {
    checkList(value, argument);
    return;
  }
  const { [Symbol.iterator]: now, [Symbol.asyncIterator]: later } = Object(value);
  if (typeof now === 'function' || typeof later === 'function') return;
  throw wrongType('something to iterate over', value, argument);
}

/**
 * Checks that `value` is a text.
 *
 * @throws {InvalidInputError} `type`
 */
export function checkText(value: unknown, argument: string): asserts value is string {
  if (typeof value === 'string') return;
  throw wrongType('a text', value, argument);
}

/** What a workspace can hold. */
const MOST_BYTES = 2 ** 32;

/**
 * An array of `length` zeros, for sizes that depend on data.
 *
 * @throws {InvalidInputError} `too-large` with the number of bytes where there is no room, or as `checkInteger`
 *
 * @example
 * ```ts
 * import { allocateVector } from '@infimum/core';
 *
 * console.log(allocateVector(3, 'size').join(' ')); // 0 0 0
 * ```
 */
export function allocateVector(length: number, argument: string): Float64Array {
  checkInteger(length, argument, { min: 0 });
  try {
    // Systems grant more memory than they have, until it is used.
    if (8 * length <= MOST_BYTES) return new Float64Array(length);
  } catch {}
  throw fault(`needs ${8 * length} bytes, more than there is room for`, argument, 'too-large');
}

/** What a row-major matrix looks like to the checks; `DenseMatrix` of `@infimum/linalg` is one. */
export interface DenseLike {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Entries, row by row. */
  readonly values: FloatArray;
}

/**
 * Checks that `matrix` has a row-major shape that fits its values, all of them finite, and is not empty.
 *
 * @throws {InvalidInputError} `type`, `shape`, `empty` or `not-finite` with the index into `values`
 */
export function checkMatrix(matrix: unknown, argument: string): asserts matrix is DenseLike {
  if (typeof matrix !== 'object' || matrix === null) {
    throw wrongType('a matrix { rows, cols, values }', matrix, argument);
  }
  const { rows, cols, values } = matrix as Partial<DenseLike>;
  checkInteger(rows, `${argument}.rows`, { min: 0 });
  checkInteger(cols, `${argument}.cols`, { min: 0 });
  checkFloatArray(values, `${argument}.values`);
  if (rows === 0 || cols === 0) throw fault(`must not be empty, got ${rows}x${cols}`, argument, 'empty');
  if (values.length !== rows * cols) {
    throw fault(`shape ${rows}x${cols} needs ${rows * cols} values, got ${values.length}`, argument, 'shape');
  }
  const bad = firstNotFinite(values);
  if (bad >= 0) {
    const place = `row ${Math.floor(bad / cols)}, column ${bad % cols} (index ${bad})`;
    throw fault(`is ${values[bad]} at ${place}`, argument, 'not-finite', bad);
  }
}

function checkFloatArray(values: unknown, argument: string): asserts values is FloatArray {
  if (!(values instanceof Float64Array) && !(values instanceof Float32Array)) {
    throw wrongType('a Float64Array or Float32Array', values, argument);
  }
}

function checkBounds(value: number, argument: string, bounds: Bounds): void {
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = bounds;
  const problem = !(value > above)
    ? `greater than ${above}`
    : !(value >= min)
      ? `at least ${min}`
      : !(value < below)
        ? `less than ${below}`
        : !(value <= max)
          ? `at most ${max}`
          : undefined;
  if (problem) throw fault(`must be ${problem}, got ${value}`, argument, 'out-of-range');
}

/** The error for a value of another kind than `expected`. */
export function wrongType(expected: string, value: unknown, argument: string): InvalidInputError {
  return fault(`expected ${expected}, got ${describeValue(value)}`, argument, 'type');
}

/**
 * A value as error messages show it: texts in quotes, objects by their class. It never throws.
 *
 * @example
 * ```ts
 * import { describeValue } from '@infimum/core';
 *
 * console.log(describeValue('ab'), describeValue(new Map()), describeValue(null)); // 'ab' Map null
 * ```
 */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value ? classNameOf(value) : String(value);
}

function classNameOf(value: object): string {
  try {
    const name: unknown = value.constructor?.name;
    return typeof name === 'string' && name ? name : 'an object';
  } catch {
    return 'an object'; // fields that cannot be read
  }
}
