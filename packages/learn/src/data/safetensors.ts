// Reading and writing safetensors: eight bytes of length, a JSON header, and the numbers.
//
// The format: https://github.com/huggingface/safetensors
import {
  checkChoice,
  checkFunction,
  checkNumbers,
  checkObject,
  checkText,
  InvalidInputError,
} from '@infimum/core';

/** A tensor of a file. */
export interface Tensor {
  /** Length of every axis; empty for a single number. */
  readonly shape: readonly number[];
  /** Entries in row-major order, as doubles. */
  readonly values: Float64Array;
}

/** What a file holds. */
export interface SafetensorsFile {
  /** Tensors by name. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The header's texts. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of an entry, and how one is read; all little-endian. */
const TYPES: Readonly<
  Record<string, { readonly bytes: number; readonly read: (view: DataView, at: number) => number }>
> = {
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

/** Header bytes beyond which a file is not believed. */
const MOST_HEADER = 100_000_000;

function fail(problem: string): never {
  throw new InvalidInputError(problem, { argument: 'bytes', code: 'type' });
}

/**
 * Reads a safetensors file. Numbers of every type become doubles: F64, F32, F16, BF16 and integers. Tensors must fill the file
 * without holes and overlaps; they need not be aligned.
 *
 * @throws {InvalidInputError} naming the tensor and what is wrong with it
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from '@infimum/learn';
 *
 * const bytes = writeSafetensors(new Map([['w', { shape: [1, 2], values: Float64Array.of(2.5, -1) }]]), { dtype: 'F32' });
 * console.log(readSafetensors(bytes).tensors.get('w')?.values.join(' ')); // 2.5 -1
 * ```
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (!(bytes instanceof Uint8Array)) fail('expected a Uint8Array');
  if (bytes.length < 8) fail('is shorter than its header’s length');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MOST_HEADER))
    fail(`says that its header has ${length} bytes; at most ${MOST_HEADER} are believed`);
  const start = 8 + Number(length);
  if (start > bytes.length) fail(`ends before its header of ${length} bytes does`);
  const header = parseHeader(bytes.subarray(8, start));
  const tensors = new Map<string, Tensor>();
  const pieces: { name: string; from: number; to: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = (entry ?? {}) as {
      dtype?: string;
      shape?: number[];
      data_offsets?: [number, number];
    };
    const type = dtype !== undefined && Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
    if (!type) fail(`${name}: numbers of type ${dtype} are not read`);
    const isShape = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0);
    if (!isShape) fail(`${name}: has no shape`);
    const isPair =
      Array.isArray(offsets) && offsets.length === 2 && offsets.every((o) => Number.isInteger(o) && o >= 0);
    if (!isPair) fail(`${name}: has no data_offsets`);
    const [from, to] = offsets as [number, number];
    const count = (shape as number[]).reduce((product, size) => product * size, 1);
    if (to - from !== count * type.bytes)
      fail(`${name}: ${count} numbers of ${dtype} need ${count * type.bytes} bytes, not ${to - from}`);
    if (start + to > bytes.length) fail(`${name}: ends after the file does`);
    const values = new Float64Array(count);
    for (let k = 0; k < count; k++) values[k] = type.read(view, start + from + k * type.bytes);
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
  return fail('has a header that is no JSON object');
}

/**
 * Writes tensors as a safetensors file, by name; the header is padded with spaces to a multiple of eight bytes.
 *
 * @param options - `dtype`: F32 by default; `metadata`: texts for the header
 * @throws {InvalidInputError} for shapes that do not fit their values
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  options: { readonly dtype?: 'F32' | 'F64'; readonly metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array {
  checkTensors(tensors, 'tensors');
  checkObject(options, 'options');
  const { dtype = 'F32', metadata } = options;
  checkChoice(dtype, 'dtype', ['F32', 'F64']);
  if (metadata !== undefined) {
    checkObject(metadata, 'metadata');
    for (const [key, text] of Object.entries(metadata)) checkText(text, `metadata.${key}`);
  }
  const width = dtype === 'F64' ? 8 : 4;
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  let size = 0;
  for (const [name, { shape, values }] of tensors) {
    const count = shape.reduce((product, length) => product * length, 1);
    if (count !== values.length) {
      const problem = `${name}: shape ${shape.join('x')} needs ${count} values, got ${values.length}`;
      throw new InvalidInputError(problem, { argument: 'tensors', code: 'shape' });
    }
    header[name] = { dtype, shape, data_offsets: [size, size + count * width] };
    size += count * width;
  }
  let text = JSON.stringify(header);
  const encoder = new TextEncoder();
  text += ' '.repeat((8 - (encoder.encode(text).length % 8)) % 8);
  const encoded = encoder.encode(text);
  const bytes = new Uint8Array(8 + encoded.length + size);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(encoded.length), true);
  bytes.set(encoded, 8);
  let at = 8 + encoded.length;
  for (const { values } of tensors.values()) {
    for (const value of values) {
      if (dtype === 'F64') view.setFloat64(at, value, true);
      else view.setFloat32(at, value, true);
      at += width;
    }
  }
  return bytes;
}

/**
 * Reads a model that lies in several files, by its `model.safetensors.index.json`.
 *
 * @param index - the index file's text
 * @param read - gives a file's bytes by its name
 * @throws {InvalidInputError} for an index that is none, and naming tensors that are not where the index says, or that it does not
 *   name
 *
 * @example
 * ```ts
 * import { readShardedSafetensors, writeSafetensors } from '@infimum/learn';
 *
 * const files = new Map(['a', 'b'].map((name) => [`${name}.safetensors`, writeSafetensors(new Map([[name, { shape: [1], values: Float64Array.of(1) }]]))]));
 * const index = JSON.stringify({ weight_map: { a: 'a.safetensors', b: 'b.safetensors' } });
 * console.log([...readShardedSafetensors(index, (name) => files.get(name)!).tensors.keys()].join(' ')); // a b
 * ```
 */
export function readShardedSafetensors(index: string, read: (file: string) => Uint8Array): SafetensorsFile {
  const refuse = (problem: string): never => {
    throw new InvalidInputError(problem, { argument: 'index', code: 'type' });
  };
  if (typeof index !== 'string') refuse('expected the text of an index');
  checkFunction(read, 'read');
  const { weight_map: places } = parseIndex(index, refuse);
  const isMap = typeof places === 'object' && places !== null && !Array.isArray(places);
  if (!isMap) refuse('has no weight_map');
  const entries = Object.entries(places as Record<string, string>);
  const tensors = new Map<string, Tensor>();
  let metadata: Record<string, string> = {};
  for (const file of new Set(entries.map(([, name]) => name))) {
    const part = readSafetensors(read(file));
    metadata = { ...metadata, ...part.metadata };
    for (const [name, tensor] of part.tensors) {
      if (!Object.hasOwn(places as object, name)) refuse(`does not name ${name}, which is in ${file}`);
      if ((places as Record<string, string>)[name] === file) tensors.set(name, tensor);
    }
  }
  for (const [name, file] of entries)
    if (!tensors.has(name)) refuse(`says that ${name} is in ${file}, and it is not`);
  return { tensors, metadata };
}

function parseIndex(text: string, refuse: (problem: string) => never): { weight_map?: unknown } {
  try {
    const parsed = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // said below
  }
  return refuse('is no JSON object');
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

/** Checks that something maps names to tensors. */
export function checkTensors(tensors: unknown, argument: string): void {
  if (!(tensors instanceof Map)) {
    throw new InvalidInputError('expected a Map of tensors', { argument, code: 'type' });
  }
  for (const [name, tensor] of tensors) {
    checkObject(tensor, `${argument}.${name}`);
    checkNumbers((tensor as Partial<Tensor>).shape, `${argument}.${name}.shape`);
    checkNumbers((tensor as Partial<Tensor>).values, `${argument}.${name}.values`);
  }
}
