import { describe, expect, it } from 'vitest';
import { decodeNumbers, readSafetensors } from './safetensors.ts';

/** A file from a header's text and data. */
function file(header: string, data: readonly number[]): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const header = (offsets: string, shape = '[1]', dtype = 'F32') =>
  `{"w":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;

describe('readSafetensors', () => {
  it('reads what is not aligned', () => {
    const text = header('[0,4]');
    expect(text.length % 8).toBe(6);
    expect(readSafetensors(file(text, [0, 0, 0x20, 0x40])).tensors.get('w')).toEqual({
      shape: [1],
      values: Float64Array.of(2.5),
    });
  });

  it('reads half precision of both kinds, exactly', () => {
    const half = (bits: number) =>
      readSafetensors(file(header('[0,2]', '[1]', 'F16'), [bits & 255, bits >> 8])).tensors.get('w')?.values[0];
    expect(half(0x3c00)).toBe(1);
    expect(half(0xc000)).toBe(-2);
    expect(half(0x0001)).toBe(2 ** -24);
    expect(half(0x7bff)).toBe(65504);
    expect(half(0x3555)).toBe(0.333251953125);
    expect(half(0xfc00)).toBe(-Infinity);
    expect(half(0x7e00)).toBe(Number.NaN);
    const brain = (bits: number) =>
      readSafetensors(file(header('[0,2]', '[1]', 'BF16'), [bits & 255, bits >> 8])).tensors.get('w')?.values[0];
    expect(brain(0x3f80)).toBe(1);
    expect(brain(0x4049)).toBe(3.140625);
  });

  it('reads stored numbers of every type, and refuses others', () => {
    const stored = {
      F64: Float64Array.of(1, 0, 127),
      F32: Float32Array.of(1, 0, 127),
      I64: BigInt64Array.of(1n, 0n, 127n),
      I32: Int32Array.of(1, 0, 127),
      I16: Int16Array.of(1, 0, 127),
      I8: Int8Array.of(1, 0, 127),
      U8: Uint8Array.of(1, 0, 127),
      BOOL: Uint8Array.of(1, 0, 127),
    };
    for (const [type, { buffer }] of Object.entries(stored)) {
      expect(Array.from(decodeNumbers(new Uint8Array(buffer), type))).toEqual([1, 0, 127]);
    }
    expect(() => decodeNumbers(new Uint8Array(4), 'toString')).toThrow(expect.objectContaining({ argument: 'type' }));
    expect(() => decodeNumbers([] as never, 'F32')).toThrow(expect.objectContaining({ argument: 'bytes' }));
  });

  it.each([
    ['a hole', header('[4,8]'), [0, 0, 0, 0, 0, 0, 0, 0], 'begins 4 bytes after'],
    ['bytes that are left', header('[0,4]'), [0, 0, 0, 0, 0], '1 bytes after'],
    ['bytes that are missing', header('[0,4]'), [0, 0], 'ends beyond the file'],
    ['a wrong size', header('[0,8]'), [0, 0, 0, 0, 0, 0, 0, 0], 'need 4 bytes'],
    ['padding by zeros', `${header('[0,4]')}\0`, [0, 0, 0, 0], 'zero bytes'],
    ['an unknown type', header('[0,4]', '[1]', 'F8_E4M3'), [0, 0, 0, 0], 'not supported'],
    ['no JSON', 'hello', [], 'not a JSON'],
    [
      'an overlap',
      '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
      [0, 0, 0],
      'overlaps',
    ],
  ])('refuses %s', (_, text, data, complaint) => {
    expect(() => readSafetensors(file(text, data as number[]))).toThrow(complaint);
  });

  it('does not believe a length', () => {
    const bytes = new Uint8Array(16);
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 60n, true);
    expect(() => readSafetensors(bytes)).toThrow('at most');
    expect(() => readSafetensors(new Uint8Array(3))).toThrow('shorter');
  });
});
