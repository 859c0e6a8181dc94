import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from './frames.ts';
import { encodeFrame, FrameReader } from './frames.ts';

describe('FrameReader', () => {
  it('gives back any messages, in whatever pieces they arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.json()), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (texts, sizes) => {
        const messages = [...texts.map((text) => JSON.parse(text)), 'one\u2028two\n\ud800'];
        const bytes = Buffer.concat(messages.flatMap((message, k) => encodeFrame(message, Buffer.alloc(k, k))));
        const reader = new FrameReader();
        const received: Frame[] = [];
        for (let start = 0, piece = 0; start < bytes.length; piece++) {
          const end = start + sizes[piece % sizes.length];
          received.push(...reader.push(bytes.subarray(start, end)));
          start = end;
        }
        expect(received.map(({ message }) => message)).toEqual(messages);
        expect(received.map(({ blob }) => [...blob])).toEqual(messages.map((_, k) => new Array(k).fill(k & 255)));
      }),
    );
  });

  it.each([
    ['text', Buffer.from('Hi\n'), 'bytes that are no message'],
    ['text after a message', Buffer.concat([...encodeFrame(1), Buffer.from('x')]), 'bytes that are no message'],
    ['an endless message', Buffer.from('IBF2\xff\xff\xff\xff\0\0\0\0', 'latin1'), 'a message of 4294967295 bytes'],
    ['an endless solution', Buffer.from('IBF2\x01\0\0\0\xff\xff\xff\xff', 'latin1'), 'a solution of 4294967295 bytes'],
    ['a message that is not JSON', Buffer.from('IBF2\x01\0\0\0\0\0\0\0{', 'latin1'), 'not JSON'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => [...new FrameReader().push(bytes)]).toThrow(message);
  });
});
