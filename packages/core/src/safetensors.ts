// Reading safetensors: eight bytes of length, a JSON header, and the numbers.
//
// The format: https://github.com/huggingface/safetensors
import { fault } from './errors.ts';
import { checkChoice } from './validate.ts';

/** A tensor of a file. */
export interface Tensor {
  /** Length of every axis; empty for a single number. */
  readonly shape: readonly number[];
  /** Entries in row-major order, as doubles. */
  readonly values: Float64Array;
}

/** The contents of a file. */
export interface SafetensorsFile {
  /** Tensors by name. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The header's texts. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of an entry, and how one is read; all little-endian. */
const TYPES: Readonly<Record<string, { readonly bytes: number; readonly read: (view: DataView, at: number) => number }>> = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => brainToNumber(view.getUint16(at, true)) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  I16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  I8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** A longer header, in bytes, is refused. */
const MOST_HEADER = 100_000_000;

/**
 * Numbers that are stored at any place of a file, little-endian, as doubles.
 *
 * @param bytes - where they are
 * @param type - how they are stored, by the names of safetensors
 * @throws {InvalidInputError} for a type that is not known, and bytes that are no `Uint8Array`
 *
 * @example
 * ```ts
 * import { decodeNumbers } from '@infimum/core/data';
 *
 * console.log(decodeNumbers(Uint8Array.of(0, 0x3c, 0, 0xc0), 'F16').join(' ')); // 1 -2
 * ```
 */
export function decodeNumbers(bytes: Uint8Array, type: string): Float64Array {
  if (!(bytes instanceof Uint8Array)) fail('expected a Uint8Array');
  checkChoice(type, 'type', Object.keys(TYPES));
  const { bytes: width, read } = TYPES[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(Math.floor(bytes.length / width));
  for (let k = 0; k < values.length; k++) values[k] = read(view, k * width);
  return values;
}

function fail(problem: string): never {
  throw fault(problem, 'bytes', 'type');
}

/**
 * Reads a safetensors file. Numbers of every type become doubles: F64, F32, F16, BF16 and integers. Tensors must fill the file
 * without holes and overlaps; they need not be aligned.
 *
 * @throws {InvalidInputError} naming the tensor and what is wrong with it
 *
 * @example
 * ```ts
 * import { readSafetensors } from '@infimum/core/data';
 *
 * const header = new TextEncoder().encode(JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }));
 * const file = new Uint8Array(8 + header.length + 8);
 * new DataView(file.buffer).setUint32(0, header.length, true);
 * file.set(header, 8);
 * new DataView(file.buffer).setFloat32(8 + header.length, 1.5, true);
 * console.log(readSafetensors(file).tensors.get('w')?.values.join(' ')); // 1.5 0
 * ```
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (!(bytes instanceof Uint8Array)) fail('expected a Uint8Array');
  if (bytes.length < 8) fail('is shorter than its header’s length');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MOST_HEADER)) fail(`declares a header of ${length} bytes; at most ${MOST_HEADER} are accepted`);
  const start = 8 + Number(length);
  if (start > bytes.length) fail(`ends within its header of ${length} bytes`);
  const header = parseHeader(bytes.subarray(8, start));
  const tensors = new Map<string, Tensor>();
  const pieces: { name: string; from: number; to: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = (entry ?? {}) as { dtype?: string; shape?: number[]; data_offsets?: [number, number] };
    const type = dtype !== undefined && Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
    if (!type) fail(`${name}: numbers of type ${dtype} are not supported`);
    const isShape = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0);
    if (!isShape) fail(`${name}: has no shape`);
    const isPair = Array.isArray(offsets) && offsets.length === 2 && offsets.every((o) => Number.isInteger(o) && o >= 0);
    if (!isPair) fail(`${name}: has no data_offsets`);
    const [from, to] = offsets as [number, number];
    const count = (shape as number[]).reduce((product, size) => product * size, 1);
    if (to - from !== count * type.bytes)
      fail(`${name}: ${count} numbers of ${dtype} need ${count * type.bytes} bytes, not ${to - from}`);
    if (start + to > bytes.length) fail(`${name}: ends beyond the file`);
    const values = decodeNumbers(bytes.subarray(start + from, start + to), dtype as string);
    tensors.set(name, { shape: shape as number[], values });
    pieces.push({ name, from, to });
  }
  pieces.sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of pieces) {
    if (from < end) fail(`${name}: overlaps the tensor before it`);
    if (from > end) fail(`${name}: begins ${from - end} bytes after the tensor before it ends`);
    end = to;
  }
  if (start + end !== bytes.length) fail(`has ${bytes.length - start - end} bytes after its last tensor`);
  const metadata = (header['__metadata__'] ?? {}) as Record<string, string>;
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  if (bytes.includes(0)) fail('has a header with zero bytes; padding is spaces');
  try {
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) return header;
  } catch {
    // said below
  }
  return fail('has a header that is not a JSON object');
}

/** IEEE half precision. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a single-precision number. */
function brainToNumber(bits: number): number {
  const word = new DataView(new ArrayBuffer(4));
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
