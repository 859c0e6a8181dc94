import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload } from './payload.ts';

const there = (value: unknown) => decodePayload(encodePayload(value, 'x', 1e6), 'x', 1e6);

describe('a payload', () => {
  it('comes back as it was, typed arrays and numbers bit for bit', () => {
    const leaf = fc.oneof(
      fc.double(),
      fc.constantFrom(-0, Number.NaN, Infinity, -Infinity, 5e-324, undefined, null, true),
      fc.string({ unit: 'binary' }),
      fc.float64Array(),
      fc.float32Array(),
      fc.int32Array(),
      fc.uint32Array(),
      fc.int16Array(),
      fc.uint16Array(),
      fc.int8Array(),
      fc.uint8Array(),
    );
    const name = fc.oneof(fc.string(), fc.constantFrom('$', 'data')).filter((key) => key !== '__proto__');
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(name, tie('any'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (original) => {
        expect(there(original)).toStrictEqual(original);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the payload of a part of a buffer, and gives arrays that own theirs', () => {
    const part = new Float64Array([1, 2, 3, 4]).subarray(1, 3);
    const copy = there(part) as Float64Array;
    expect([...copy]).toEqual([2, 3]);
    expect(copy.buffer.byteLength).toBe(16);
  });

  it.each([
    ['a function', { f: [() => 1] }, 'x.f[0]'],
    ['a map', { m: new Map() }, 'x.m'],
    ['a date', [new Date(0)], 'x[0]'],
    ['a bigint', 1n, 'x'],
    ['a symbol', Symbol('s'), 'x'],
    ['a prototype', JSON.parse('{"a": {"__proto__": 1}}'), 'x.a'],
  ])('refuses %s and says where', (_, value, argument) => {
    expect(() => encodePayload(value, 'x', 1e6)).toThrow(expect.objectContaining({ argument, code: 'type' }));
  });

  it('refuses what is too large or too deep, in both directions', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    const tooLarge = expect.objectContaining({ code: 'too-large' });
    expect(() => encodePayload(circle, 'x', 1e6)).toThrow(tooLarge);
    expect(() => encodePayload('ä'.repeat(50), 'x', 101)).toThrow(tooLarge);
    expect(encodePayload('ä'.repeat(50), 'x', 102)).toHaveLength(52);
    expect(() => decodePayload('"ää"', 'x', 5)).toThrow(tooLarge);
    expect(() => decodePayload(`${'['.repeat(200)}${']'.repeat(200)}`, 'x', 1e6)).toThrow(tooLarge);
  });

  it.each([
    ['no text', 17],
    ['no JSON', '{'],
    ['an unknown mark', '{"$":"function","data":"1"}'],
    ['a mark of every object', '{"$":"constructor","data":"1"}'],
    ['a number that is none', '{"$":"number","data":"toString"}'],
    ['an array of half a number', '{"$":"f64","data":"AAAA"}'],
    ['an array that is no base64', '{"$":"u8","data":"*"}'],
    ['a prototype', '{"__proto__":{"a":1}}'],
  ])('refuses a text with %s', (_, text) => {
    expect(() => decodePayload(text, 'x', 1e6)).toThrow(expect.objectContaining({ code: 'type' }));
  });
});
