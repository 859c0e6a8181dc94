import { readSafetensors } from '@infimum/core/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePeftLora } from '../tuning/adapter-files.ts';
import { writeSafetensors } from './safetensors.ts';

describe('writeSafetensors', () => {
  it('writes what is read back, bit for bit', () => {
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
  expect(() => mergePeftLora(new Map([['q.weight', weight]]), adapter('k'), 1)).toThrow('k.weight is not in the base');
  expect(() => mergePeftLora(new Map([['q.weight', weight]]), new Map(), 1)).toThrow('no LoRA weights');
  expect(mergePeftLora(new Map([['q.weight', weight]]), adapter('q'), 2).get('q.weight')?.values[0]).toBe(2);
});
