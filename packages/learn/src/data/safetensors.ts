// Writes safetensors files, and reads models that are split into several files.
//
// The format: https://github.com/huggingface/safetensors
import { checkChoice, checkFunction, checkNumbers, checkObject, checkText, fault } from '@infimum/core';
import type { SafetensorsFile, Tensor } from '@infimum/core/data';
import { readSafetensors } from '@infimum/core/data';

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
      throw fault(`${name}: shape ${shape.join('x')} needs ${count} values, got ${values.length}`, 'tensors', 'shape');
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
 * Reads a model that is split into several files, by its `model.safetensors.index.json`.
 *
 * @param index - the index file's text
 * @param read - returns a file's bytes by its name
 * @throws {InvalidInputError} for an invalid index, and naming tensors that are not where the index says, or that it does not list
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
    throw fault(problem, 'index', 'type');
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
  for (const [name, file] of entries) if (!tensors.has(name)) refuse(`lists ${name} in ${file}, which does not contain it`);
  return { tensors, metadata };
}

function parseIndex(text: string, refuse: (problem: string) => never): { weight_map?: unknown } {
  try {
    const parsed = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // said below
  }
  return refuse('is not a JSON object');
}

/** Checks that something maps names to tensors. */
export function checkTensors(tensors: unknown, argument: string): void {
  if (!(tensors instanceof Map)) throw fault('expected a Map of tensors', argument, 'type');
  for (const [name, tensor] of tensors) {
    checkObject(tensor, `${argument}.${name}`);
    checkNumbers((tensor as Partial<Tensor>).shape, `${argument}.${name}.shape`);
    checkNumbers((tensor as Partial<Tensor>).values, `${argument}.${name}.values`);
  }
}
