import { InvalidInputError } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPair, compact, numberSymbols, positionLists, toSymbols } from './symbols.ts';

describe('checkPair', () => {
  it('takes lists of numbers, buffers and the bytes of an ArrayBuffer', () => {
    expect(checkPair([1, -2], [3]).text).toEqual(Int32Array.of(1, -2));
    expect(checkPair([2 ** 32 - 1], Uint8Array.of(3)).text).toEqual(Uint32Array.of(2 ** 32 - 1));
    expect(checkPair(Buffer.from('ab'), Uint8Array.of(98).buffer).pattern).toEqual(Uint8Array.of(98));
    for (const bad of [
      [0, 1.5],
      [0, Number.NaN],
      [0, '1'],
      [0, 2 ** 32],
    ]) {
      const fault = expect.objectContaining({ argument: 'text', code: 'not-integer', index: 1 });
      expect(() => checkPair(bad, [1])).toThrow(fault);
    }
  });

  it('takes code units, in bytes where they fit', () => {
    expect(checkPair('né', 'n').text).toEqual(Uint8Array.of(110, 233));
    expect(toSymbols('😀', 'text')).toEqual(Uint16Array.of(0xd83d, 0xde00));
    expect(toSymbols('😀a', 'text', 'code-point')).toEqual(Uint32Array.of(0x1f600, 97));
  });

  it.each([
    ['a mixed pair', 'abc', Uint8Array.of(1), 'pattern', 'type'],
    ['an empty pattern', 'abc', '', 'pattern', 'empty'],
    ['floats', Float64Array.of(1), Uint8Array.of(1), 'text', 'type'],
    ['half floats', Uint8Array.of(1), new Float32Array(1), 'pattern', 'type'],
    ['big integers', new BigInt64Array(1), Uint8Array.of(1), 'text', 'type'],
    ['a list of half numbers', [1, 2.5], [1], 'text', 'not-integer'],
    ['nothing', undefined, 'a', 'text', 'type'],
  ])('rejects %s', (_, text, pattern, argument, code) => {
    const check = () => checkPair(text, pattern);
    expect(check).toThrow(InvalidInputError);
    expect(check).toThrow(expect.objectContaining({ argument, code }));
  });
});

describe('compact', () => {
  const symbols = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer()), { minLength: 1, maxLength: 30 });

  it('keeps equalities, whether symbols are few or spread over 32 bits', () => {
    fc.assert(
      fc.property(symbols, symbols, (t, p) => {
        const { text, pattern, alphabetSize } = compact({ text: Int32Array.from(t), pattern: Int32Array.from(p) });
        expect(alphabetSize).toBe(new Set(p).size);
        t.forEach((a, i) => {
          if (!p.includes(a)) expect(text[i]).toBe(-1);
          else
            p.forEach((b, j) => {
              expect(text[i] === pattern[j]).toBe(a === b);
            });
        });
      }),
    );
  });

  it('keeps large unsigned symbols apart from negative ones', () => {
    const pair = { text: Uint32Array.of(0xffffffff, 5), pattern: Int32Array.of(-1, 5) };
    expect([...compact(pair).text]).toEqual([-1, 1]);
  });

  it('tells large unsigned symbols from small negative ones', () => {
    const { lookUp } = numberSymbols(Uint32Array.of(0xffffffff, 0));
    expect([lookUp(0xffffffff), lookUp(0), lookUp(-1)]).toEqual([0, 1, -1]);
  });
});

describe('positionLists', () => {
  it('groups positions by symbol, ascending', () => {
    const { start, positions } = positionLists(Int32Array.of(1, 0, -1, 1, 0), 2);
    expect([...start]).toEqual([0, 2, 4]);
    expect([...positions]).toEqual([1, 4, 0, 3]);
  });
});
