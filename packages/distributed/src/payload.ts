// Payloads as text: JSON that keeps typed arrays and numbers bit for bit, and that can be read from untrusted senders without
// running code. Unknown values are refused.
import type { InvalidInputError } from '@infimum/core';
import { checkText, fault } from '@infimum/core';

/** Characters of a payload unless the user says otherwise: 16 MB. */
export const DEFAULT_MAX_BYTES = 16_000_000;

/** Levels of lists and records within each other. */
const DEEPEST = 100;

/** The key that marks values that JSON does not have; a user's record with this key is wrapped. */
const MARK = '$';

const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
  i16: Int16Array,
  u16: Uint16Array,
  i8: Int8Array,
  u8: Uint8Array,
} as const;

type Kind = keyof typeof ARRAYS;

const NUMBERS: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

/**
 * A value as text of at most `maxBytes` characters.
 *
 * Knows null, undefined, booleans, numbers (all of them, NaN and -0 too), strings, lists, plain records and typed arrays.
 *
 * @throws {InvalidInputError} `type` for anything else, naming its place; `too-large`
 */
export function encodePayload(value: unknown, argument: string, maxBytes: number): string {
  const text = JSON.stringify(encode(value, argument, 0));
  checkSize(text, argument, maxBytes);
  return text;
}

/**
 * Decodes a text from an untrusted sender.
 *
 * @throws {InvalidInputError} `too-large` before anything is read; `type` for what `encodePayload` does not write
 */
export function decodePayload(text: unknown, argument: string, maxBytes: number): unknown {
  checkText(text, argument);
  checkSize(text, argument, maxBytes);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw fault('is not JSON', argument, 'type');
  }
  return decode(json, argument, 0);
}

function checkSize(text: string, argument: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return;
  throw fault(`has ${bytes} bytes, and the limit is ${maxBytes}`, argument, 'too-large');
}

function encode(value: unknown, place: string, depth: number): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value === undefined) return { [MARK]: 'undefined' };
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { [MARK]: 'number', data: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (typeof value !== 'object') throw fault(`is a ${typeof value}`, place, 'type');
  if (depth >= DEEPEST) throw tooDeep(place);
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => encode(item, `${place}[${index}]`, depth + 1));
  }
  const kind = kindOf(value);
  if (kind) {
    const { buffer, byteOffset, byteLength } = value as Float64Array;
    return { [MARK]: kind, data: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw fault('is neither a plain record nor a list nor a typed array', place, 'type');
  }
  const fields: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (key === '__proto__') throw fault('has a field __proto__', place, 'type');
    fields[key] = encode(field, `${place}.${key}`, depth + 1);
  }
  return Object.hasOwn(fields, MARK) ? { [MARK]: 'record', data: fields } : fields;
}

function decode(value: unknown, place: string, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) throw tooDeep(place);
  if (Array.isArray(value)) return value.map((item, index) => decode(item, `${place}[${index}]`, depth + 1));
  const { [MARK]: mark, data } = value as { readonly [MARK]?: unknown; readonly data?: unknown };
  if (mark === undefined) return decodeFields(value, place, depth);
  if (mark === 'undefined') return undefined;
  if (mark === 'record' && typeof data === 'object' && data !== null) return decodeFields(data, place, depth);
  if (mark === 'number' && typeof data === 'string' && Object.hasOwn(NUMBERS, data)) return NUMBERS[data];
  if (typeof mark === 'string' && Object.hasOwn(ARRAYS, mark) && typeof data === 'string') {
    return decodeArray(mark as Kind, data, place);
  }
  throw fault('is marked as nothing that is known', place, 'type');
}

function decodeFields(value: object, place: string, depth: number): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (key === '__proto__') throw fault('has a field __proto__', place, 'type');
    fields[key] = decode(field, `${place}.${key}`, depth + 1);
  }
  return fields;
}

function decodeArray(kind: Kind, data: string, place: string): unknown {
  const bytes = Buffer.from(data, 'base64');
  const Type = ARRAYS[kind];
  if (bytes.toString('base64') !== data || bytes.length % Type.BYTES_PER_ELEMENT !== 0) {
    throw fault('is no typed array', place, 'type');
  }
  // A separate buffer, so that the elements are aligned.
  return new Type(new Uint8Array(bytes).buffer);
}

function kindOf(value: object): Kind | undefined {
  return (Object.keys(ARRAYS) as Kind[]).find((kind) => value instanceof ARRAYS[kind]);
}

function tooDeep(argument: string): InvalidInputError {
  return fault(`has more than ${DEEPEST} lists and records within each other`, argument, 'too-large');
}
