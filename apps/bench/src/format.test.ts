import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber, formatRatio, formatSeconds, formatTable, formatTarget, wrap } from './format.ts';

describe('numbers', () => {
  it.each([
    [0, '0'],
    [12, '12'],
    [0.0123456, '0.01235'],
    [1.5e-7, '1.50e-7'],
    [12345678, '1.23e+7'],
    [null, '–'],
  ])('formats %s as %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it.each([
    [2e-6, '2.00 µs'],
    [0.0123, '12.3 ms'],
    [0.99951, '1.00 s'],
    [99.9, '99.9 s'],
    [125, '2 min 5 s'],
    [null, '–'],
  ])('formats %s seconds as %s', (value, text) => expect(formatSeconds(value)).toBe(text));

  it('formats targets', () => {
    expect([0.01, 0.001, 1e-4, 1e-6, 0.5, 1000, 1e6].map(formatTarget)).toEqual([
      '0.01',
      '1e-3',
      '1e-4',
      '1e-6',
      '0.5',
      '1e3',
      '1e6',
    ]);
  });

  it('formats ratios', () => {
    expect([1.234, 56.78, 1234.5].map(formatRatio)).toEqual(['x 1.23', 'x 56.8', 'x 1235']);
  });
});

describe('formatTable', () => {
  const head = ['name', 'first', 'second', 'third'];
  const rows = [['a', '1', '22', '333']];

  it('stands in one block where it fits', () => {
    expect(formatTable(head, rows, 80)).toBe('name  first  second  third\na         1      22    333');
  });

  it('continues below where it does not, with the first column again', () => {
    expect(formatTable(head, rows, 20)).toBe('name  first  second\na         1      22\n\nname  third\na       333');
  });

  it('keeps the last columns together if it can', () => {
    expect(formatTable(head, rows, 20, 2)).toBe('name  first\na         1\n\nname  second  third\na         22    333');
  });

  it('loses no column at any width', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 4 }), (width, together) => {
        const text = formatTable(head, rows, width, together);
        for (const entry of [...head, ...rows[0]]) expect(text).toContain(entry);
      }),
    );
  });
});

describe('formatTable with long names', () => {
  it('gives them lines of their own, so that nothing is wider than the terminal', () => {
    const head = ['solver and instance', 'verdict', 'seconds'];
    const name = 'ot/sinkhorn-newton-sparse on a family (with = 1, many = 2, parameters = 3, of = 4, all = 5, kinds = 6)';
    const text = formatTable(
      head,
      [
        [name, 'worse', '1.23 s'],
        ['short', 'better', '2 s'],
      ],
      80,
    );
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(name);
    expect(text).toMatch(/better {2}.* 2 s/);
  });
});

describe('wrap', () => {
  it('breaks between words, keeps the indentation of the first line and gives its own to the others', () => {
    expect(wrap('  one two three\nfour', 11, '    ')).toBe('  one two\n    three\n    four');
  });

  it('keeps every word and the width where the words allow it', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1 }), (words) => {
        const text = wrap(words.join(' '), 20);
        expect(text.split(/\s+/)).toEqual(words);
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(20);
      }),
    );
  });
});
