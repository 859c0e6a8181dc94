import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePeftLora } from '../tuning/adapter-files.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

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
      readSafetensors(file(header('[0,2]', '[1]', 'F16'), [bits & 255, bits >> 8])).tensors.get('w')
        ?.values[0];
    expect(half(0x3c00)).toBe(1);
    expect(half(0xc000)).toBe(-2);
    expect(half(0x0001)).toBe(2 ** -24);
    expect(half(0x7bff)).toBe(65504);
    const brain = (bits: number) =>
      readSafetensors(file(header('[0,2]', '[1]', 'BF16'), [bits & 255, bits >> 8])).tensors.get('w')
        ?.values[0];
    expect(brain(0x3f80)).toBe(1);
    expect(brain(0x4049)).toBe(3.140625);
  });

  it.each([
    ['a hole', header('[4,8]'), [0, 0, 0, 0, 0, 0, 0, 0], 'begins 4 bytes after'],
    ['bytes that are left', header('[0,4]'), [0, 0, 0, 0, 0], '1 bytes after'],
    ['bytes that are missing', header('[0,4]'), [0, 0], 'ends after the file'],
    ['a wrong size', header('[0,8]'), [0, 0, 0, 0, 0, 0, 0, 0], 'need 4 bytes'],
    ['padding by zeros', `${header('[0,4]')}\0`, [0, 0, 0, 0], 'zero bytes'],
    ['an unknown type', header('[0,4]', '[1]', 'F8_E4M3'), [0, 0, 0, 0], 'not read'],
    ['no JSON', 'hello', [], 'no JSON'],
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

  it('reads back what was written, bit for bit', () => {
    const value = fc.double({ noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 12 }), fc.string(), (values, note) => {
        const tensors = new Map([['x', { shape: [values.length], values: Float64Array.from(values) }]]);
        const bytes = writeSafetensors(tensors, { dtype: 'F64', metadata: { note } });
        const read = readSafetensors(bytes);
        expect(read.tensors.get('x')?.values).toEqual(Float64Array.from(values));
        expect(read.metadata['note']).toBe(note);
      }),
    );
  });
});

it('refuses adapters that match nothing', () => {
  const weight = { shape: [2, 2], values: new Float64Array(4) };
  const adapter = (path: string) =>
    new Map([
      [`base_model.model.${path}.lora_A.weight`, { shape: [1, 2], values: Float64Array.of(1, 1) }],
      [`base_model.model.${path}.lora_B.weight`, { shape: [2, 1], values: Float64Array.of(1, 1) }],
    ]);
  expect(() => mergePeftLora(new Map([['q.weight', weight]]), adapter('k'), 1)).toThrow(
    'k.weight is not in the base',
  );
  expect(() => mergePeftLora(new Map([['q.weight', weight]]), new Map(), 1)).toThrow('no LoRA weights');
  expect(mergePeftLora(new Map([['q.weight', weight]]), adapter('q'), 2).get('q.weight')?.values[0]).toBe(2);
});
