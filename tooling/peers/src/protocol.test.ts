import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerMessage } from './protocol.ts';
import { encodeMessage, MessageDecoder } from './protocol.ts';

const typedArray = fc.oneof(
  fc.float64Array(),
  fc.float32Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.uint16Array(),
  fc.uint8Array(),
  fc.int8Array(),
);
const leaf = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), typedArray);
const key = fc.string().filter((name) => !name.startsWith('$') && name !== '__proto__');
const message = fc.dictionary(
  key.filter((name) => name !== 'arrays'),
  fc.oneof(leaf, fc.array(leaf), fc.dictionary(key, leaf, { noNullPrototype: true })),
  { noNullPrototype: true },
);

describe('encodeMessage', () => {
  it('writes a line of JSON and the little-endian bytes of the arrays', () => {
    const whole = Buffer.concat(encodeMessage({ id: 7, x: new Float64Array([1]), n: new Uint16Array([258]) }));
    const line =
      '{"id":7,"x":{"$array":0},"n":{"$array":1},"arrays":[{"type":"float64","length":1},{"type":"uint16","length":1}]}\n';
    expect(whole.subarray(0, line.length).toString()).toBe(line);
    expect([...whole.subarray(line.length)]).toEqual([0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 2, 1]);
  });

  it('writes only the part of a buffer that an array shows', () => {
    const part = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    expect([...encodeMessage({ part })[1]]).toEqual([2, 3]);
  });

  it('spells the numbers that JSON has not', () => {
    const [line] = encodeMessage({ values: [NaN, Infinity, -Infinity] });
    expect(JSON.parse(Buffer.from(line).toString()).values).toEqual([
      { $number: 'NaN' },
      { $number: 'Infinity' },
      { $number: '-Infinity' },
    ]);
  });

  it.each([
    ['a function', () => 0],
    ['a class instance', new Map()],
    ['an array type that does not travel', new BigInt64Array(1)],
  ])('rejects %s and names its place', (_, value) => {
    expect(() => encodeMessage({ instance: { list: [0, value] } })).toThrow(
      new TypeError('message.instance.list[1]: a value of this kind cannot be sent to a peer'),
    );
  });
});

describe('MessageDecoder', () => {
  it('gives back what was encoded, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 40 }), (sent, size) => {
        const stream = Buffer.concat(sent.flatMap(encodeMessage));
        const received: PeerMessage[] = [];
        const decoder = new MessageDecoder((arrived) => received.push(arrived));
        for (let start = 0; start < stream.length; start += size) decoder.push(stream.subarray(start, start + size));
        // JSON writes -0 as 0.
        const expected = sent.map((value) => withoutNegativeZero(value));
        expect(received).toEqual(expected);
      }),
    );
  });

  it('tells of a header before its arrays are there', () => {
    const events: string[] = [];
    const decoder = new MessageDecoder(
      () => events.push('message'),
      () => events.push('header'),
    );
    const [line, bytes] = encodeMessage({ x: new Float64Array(3) });
    decoder.push(line);
    expect(events).toEqual(['header']);
    decoder.push(bytes);
    expect(events).toEqual(['header', 'message']);
  });

  it('rejects a line that is not JSON', () => {
    expect(() => new MessageDecoder(() => {}).push(Buffer.from('hello\n'))).toThrow(SyntaxError);
  });
});

function withoutNegativeZero(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(withoutNegativeZero);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutNegativeZero(item)]));
}
