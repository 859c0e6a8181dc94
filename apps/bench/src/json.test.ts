import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, parseJson } from './json.ts';

describe('parseJson', () => {
  it.each([
    ['{"a": }', 'unexpected "}" at line 1, column 7'],
    ['{\n  "a": 1,\n  b: 2\n}', 'unexpected "b" at line 3, column 3'],
    ['[1, 2', 'unexpected end at line 1, column 6'],
    ['', 'unexpected end at line 1, column 1'],
    ['[1, NaN]', 'unexpected "N" at line 1, column 5'],
    ["{'a': 1}", 'unexpected "\'" at line 1, column 2'],
    ['{"a": 1} x', 'unexpected "x" at line 1, column 10'],
    ['"open', 'unexpected end at line 1, column 6'],
  ])('tells the place of the fault in %j', (text, message) => {
    expect(() => parseJson(text, 'file')).toThrow(`file is not JSON: ${message}`);
  });

  it('finds a foreign character wherever it is put between the tokens', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.nat(), (numbers, pick) => {
        const parts = numbers.map(String);
        const index = pick % parts.length;
        const before = `[${parts
          .slice(0, index)
          .map((part) => `${part},`)
          .join('')}`;
        const text = `${before}@${parts.slice(index).join(',')}]`;
        expect(() => parseJson(text, 'x')).toThrow(`unexpected "@" at line 1, column ${before.length + 1}`);
      }),
    );
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(canonicalJson({ b: [{ y: 1, x: 2 }], a: null })).toBe('{"a":null,"b":[{"x":2,"y":1}]}');
  });
});
