// Fields of forms and tables against the schemas that they come from.
import { jsonSchemaOf, parseWith } from '@infimum/core';
import { describe, expect, test } from 'vitest';
import { registry } from '../site/registry.ts';
import type { SchemaField } from '../site/schema-fields.ts';
import { fieldsOf, parseField, rangeOf } from '../site/schema-fields.ts';

const schema = {
  properties: {
    count: { type: 'integer', minimum: 1, maximum: 20, default: 5, description: 'How many' },
    any: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
    length: { type: 'number', exclusiveMinimum: 0, unit: 'cost' },
    kind: { type: 'string', enum: ['a', 'b'], default: 'a' },
    pixels: { type: 'number', enum: [8, 28] },
    flag: { type: 'boolean', default: false },
  },
};
const fields = Object.fromEntries(fieldsOf(schema).map((field) => [field.name, field])) as Record<string, SchemaField>;

describe('fields', () => {
  test('have kind, default, unit and range', () => {
    expect(fields['count']).toMatchObject({ kind: 'integer', default: 5, description: 'How many' });
    expect(fields['length']).toMatchObject({ kind: 'number', unit: 'cost' });
    expect(fields['length'].default).toBeUndefined();
    expect(Object.values(fields).map(rangeOf)).toEqual(['integer ≥ 1, ≤ 20', 'integer', '> 0', 'a, b', '8, 28', 'true, false']);
  });

  test('read what a visitor writes', () => {
    expect(parseField(fields['count'], '7')).toBe(7);
    expect(parseField(fields['length'], '1e-3')).toBe(0.001);
    expect(parseField(fields['length'], '')).toBeUndefined();
    expect(parseField(fields['pixels'], '28')).toBe(28);
    expect(parseField(fields['flag'], 'true')).toBe(true);
    expect(parseField(fields['flag'], 'false')).toBe(false);
    expect(parseField(fields['length'], '  ')).toBeUndefined();
  });

  test('keep what they cannot be, which the schema then refuses', () => {
    for (const [name, text] of [
      ['length', 'abc'],
      ['count', 'Infinity'],
      ['kind', 'c'],
      ['flag', 'yes'],
      ['pixels', '9'],
    ]) {
      expect(parseField(fields[name], text)).toBe(text);
    }
    const { options } = registry.solver('ot/sinkhorn');
    const tolerance = fieldsOf(jsonSchemaOf(options)).find(({ name }) => name === 'tolerance') as SchemaField;
    const abc = parseField(tolerance, 'abc');
    expect(() => parseWith(options, { tolerance: abc }, 'options')).toThrow(/tolerance/);
  });

  test.each(registry.solvers.map((solver) => [solver.id, solver.options] as const))(
    'the defaults of %s are those of its schema',
    (_, options) => {
      const defaults = fieldsOf(jsonSchemaOf(options)).flatMap(({ name, default: value }) =>
        value === undefined ? [] : [[name, value]],
      );
      expect(parseWith(options, {}, 'options')).toMatchObject(Object.fromEntries(defaults));
    },
  );
});
