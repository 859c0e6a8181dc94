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

describe('parseJson, by the grammar', () => {
  it.each([
    ['[1, 01]', 'unexpected "1" at line 1, column 6'],
    ['[1.]', 'unexpected "]" at line 1, column 4'],
    ['[1e+]', 'unexpected "]" at line 1, column 5'],
    ['[-]', 'unexpected "]" at line 1, column 3'],
    ['[trve]', 'unexpected "v" at line 1, column 4'],
    ['["\\x"]', 'unexpected "x" at line 1, column 4'],
    ['["\\u12g4"]', 'unexpected "g" at line 1, column 7'],
    ['["a\nb"]', 'unexpected "\\n" at line 1, column 4'],
    ['[1,]', 'unexpected "]" at line 1, column 4'],
    ['{"a": 1,}', 'unexpected "}" at line 1, column 9'],
    ['{"a" 1}', 'unexpected "1" at line 1, column 6'],
    ['[1}', 'unexpected "}" at line 1, column 3'],
    ['\n\n x', 'unexpected "x" at line 3, column 2'],
  ])('finds the fault in %j', (text, message) => {
    expect(() => parseJson(text, 'file')).toThrow(`file is not JSON: ${message}`);
  });

  it('reads what is right and says of every beginning of it that it only ends too early', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, pick) => {
        expect(parseJson(text, 'x')).toEqual(JSON.parse(text));
        const beginning = text.slice(0, pick % text.length);
        try {
          JSON.parse(beginning);
        } catch {
          expect(() => parseJson(beginning, 'x')).toThrow('unexpected end');
        }
      }),
    );
  });

  it('finds a fault at the end of a large file', () => {
    const text = `[${'[1.5, "a\\n"],\n'.repeat(2e5)}?]`;
    expect(() => parseJson(text, 'x')).toThrow('unexpected "?" at line 200001, column 1');
  });

  it('refuses what is too deep for those who walk through it', () => {
    expect(() => parseJson('['.repeat(1e6), 'x')).toThrow('x nests lists and objects more than 200 deep');
    expect(() => parseJson('{"a":'.repeat(300), 'x')).toThrow('more than 200');
    expect(parseJson(`["${'['.repeat(1000)}"]`, 'x')).toHaveLength(1);
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(canonicalJson({ b: [{ y: 1, x: 2 }], a: null })).toBe('{"a":null,"b":[{"x":2,"y":1}]}');
  });
});
