// Reading of NumPy's `.npy` files, versions 1 to 3: little-endian floats and integers, either order of axes.
import path from 'node:path';
import { readArrayFile, readTextFile } from './files.ts';
import { isJsonObject } from './json.ts';
import { UsageError } from './usage-error.ts';

/** The contents of a `.npy` file, in row-major order. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/**
 * Reads an array.
 *
 * @param source - the file's name, the beginning of every message
 * @throws {UsageError} when it is no such file, cut off, or of a type that is not read
 */
export function parseNpy(bytes: Uint8Array, source: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || !MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new UsageError(`${source} is not a .npy file: it does not begin with \\x93NUMPY`);
  }
  if (bytes[6] < 1 || bytes[6] > 3) {
    throw new UsageError(`${source} is a .npy file of version ${bytes[6]}.${bytes[7]}; versions 1 to 3 are read`);
  }
  const headerLength = bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = (bytes[6] === 1 ? 10 : 12) + headerLength;
  if (start > bytes.length) throw new UsageError(`${source} is damaged: it ends within its header`);
  const header = new TextDecoder('latin1').decode(bytes.subarray(start - headerLength, start));
  const { type, fortranOrder, shape } = parseHeader(header, source);
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (!read) {
    throw new UsageError(
      `${source} holds '${type}'; little-endian ${Object.keys(READERS).join(', ')} are read: save array.astype('<f8')`,
    );
  }
  const count = shape.reduce((product, length) => product * length, 1);
  const size = Number(type.slice(2));
  if (bytes.length - start !== count * size) {
    throw new UsageError(
      `${source} is damaged: shape (${shape.join(', ')}) needs ${count * size} bytes, it holds ${bytes.length - start}`,
    );
  }
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, start + i * size);
  return { shape, values: fortranOrder ? rowMajor(values, shape) : values };
}

/**
 * Replaces every string that ends in `.npy` by the array in that file, and one that ends in `.mtx` by the text of that
 * file; paths are relative to `folder`.
 */
export function readNpyReferences(json: unknown, folder: string): unknown {
  if (typeof json === 'string' && json.endsWith('.mtx')) {
    return readTextFile(path.resolve(folder, json), json);
  }
  if (typeof json === 'string' && json.endsWith('.npy')) return readNpy(path.resolve(folder, json), json);
  if (Array.isArray(json)) return json.map((item) => readNpyReferences(item, folder));
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, readNpyReferences(item, folder)]));
}

const MAGIC = [0x93, ...Buffer.from('NUMPY')];

const READERS: Readonly<Record<string, (view: DataView, offset: number) => number>> = {
  '<f8': (view, offset) => view.getFloat64(offset, true),
  '<f4': (view, offset) => view.getFloat32(offset, true),
  '<i4': (view, offset) => view.getInt32(offset, true),
  '<i8': (view, offset) => Number(view.getBigInt64(offset, true)),
};

function readNpy(file: string, name: string): NpyArray {
  return parseNpy(readArrayFile(file, name), name);
}

/** The header is a Python dictionary: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } */
function parseHeader(header: string, source: string) {
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === undefined || order === undefined || shape === undefined) {
    throw new UsageError(`${source} has a header that is not understood: ${header.trim().slice(0, 100)}`);
  }
  const lengths = shape.split(',').flatMap((part) => (part.trim() ? [Number(part)] : []));
  return { type, fortranOrder: order === 'True', shape: lengths };
}

/** Reorders column-major entries: the first index runs fastest there, the last one here. */
function rowMajor(values: Float64Array, shape: readonly number[]): Float64Array {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1));
  const index = shape.map(() => 0);
  return values.map(() => {
    const value = values[index.reduce((offset, i, axis) => offset + i * strides[axis], 0)];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
    return value;
  });
}
