// Reading of a user's instance: JSON numbers, nested lists, matrices and `.npy` arrays become typed arrays.
import { fault } from './errors.ts';
import type { DenseLike } from './validate.ts';
import { checkInteger, checkList, checkText, describeValue } from './validate.ts';

/** The contents of a `.npy` file. */
export interface NpyArray {
  /** Length of every axis. */
  readonly shape: readonly number[];
  /** Entries in row-major order. */
  readonly values: Float64Array;
}

/**
 * Reads a JSON object with the given fields and no others.
 *
 * @throws {InvalidInputError} `type` or `unknown`
 */
export function readObject(json: unknown, argument: string, fields: readonly string[]): Record<string, unknown> {
  checkList(fields, 'fields', checkText);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw fault(`expected an object with the fields ${Array.from(fields).join(', ')}`, argument, 'type');
  }
  for (const key of Object.keys(json)) {
    if (!fields.includes(key)) {
      const known = `the fields are ${fields.join(', ')}`;
      throw fault(`is not a field; ${known}`, key, 'unknown');
    }
  }
  return json as Record<string, unknown>;
}

/**
 * Reads a list of numbers or a one-dimensional `.npy` array.
 *
 * @throws {InvalidInputError} `type` with the index, or `shape`
 */
export function readVector(json: unknown, argument: string): Float64Array {
  if (isNpyArray(json)) {
    if (json.shape.length !== 1) throw fault(`expected one axis, got shape (${json.shape.join(', ')})`, argument, 'shape');
    return json.values;
  }
  if (!Array.isArray(json)) throw fault('expected a list of numbers', argument, 'type');
  return Float64Array.from(json, (value, index) => readNumber(value, argument, index));
}

/**
 * Reads a list of rows, an object `{ rows, cols, values }` or a two-dimensional `.npy` array.
 *
 * @throws {InvalidInputError} `type` with the index, or `shape` with the row
 */
export function readMatrix(json: unknown, argument: string): DenseLike & { readonly values: Float64Array } {
  checkText(argument, 'argument');
  if (isNpyArray(json)) {
    if (json.shape.length !== 2) throw fault(`expected two axes, got shape (${json.shape.join(', ')})`, argument, 'shape');
    return { rows: json.shape[0], cols: json.shape[1], values: json.values };
  }
  if (Array.isArray(json)) return readRows(json, argument);
  const { rows, cols, values } = readObject(json, argument, ['rows', 'cols', 'values']);
  checkInteger(rows, `${argument}.rows`, { min: 0 });
  checkInteger(cols, `${argument}.cols`, { min: 0 });
  return { rows, cols, values: readVector(values, `${argument}.values`) };
}

function readRows(json: readonly unknown[], argument: string): DenseLike & { readonly values: Float64Array } {
  const rows = json.length;
  const cols = Array.isArray(json[0]) ? json[0].length : 0;
  const values = new Float64Array(rows * cols);
  for (const [i, row] of json.entries()) {
    if (!Array.isArray(row)) throw fault(`row ${i} is not a list`, argument, 'type', i);
    if (row.length !== cols) throw fault(`row ${i} has ${row.length} entries, row 0 has ${cols}`, argument, 'shape', i);
    for (let j = 0; j < cols; j++) values[i * cols + j] = readNumber(row[j], argument, i * cols + j);
  }
  return { rows, cols, values };
}

/** JSON has no NaN and no infinity; people write them as strings or null, and the error says where. */
function readNumber(value: unknown, argument: string, index: number): number {
  if (typeof value === 'number') return value;
  const isWord = typeof value === 'string' && /^(NaN|[+-]?Infinity)$/.test(value);
  const code = value === null || isWord ? 'not-finite' : 'type';
  // Words as they stand in the file.
  const written = typeof value === 'string' ? JSON.stringify(value) : describeValue(value);
  throw fault(`is ${written} at index ${index}, not a number`, argument, code, index);
}

function isNpyArray(json: unknown): json is NpyArray {
  return (
    typeof json === 'object' &&
    json !== null &&
    'shape' in json &&
    Array.isArray(json.shape) &&
    json.shape.every((length) => typeof length === 'number') &&
    (json as Partial<NpyArray>).values instanceof Float64Array
  );
}
