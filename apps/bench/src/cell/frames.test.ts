import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader } from './frames.ts';

describe('FrameReader', () => {
  it('gives back any messages, in whatever pieces they arrive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.json()),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (texts, sizes) => {
          const messages = [...texts.map((text) => JSON.parse(text)), 'one\u2028two\n\ud800'];
          const bytes = Buffer.concat(messages.map(encodeFrame));
          const reader = new FrameReader();
          const received: unknown[] = [];
          for (let start = 0, piece = 0; start < bytes.length; piece++) {
            const end = start + sizes[piece % sizes.length];
            received.push(...reader.push(bytes.subarray(start, end)));
            start = end;
          }
          expect(received).toEqual(messages);
        },
      ),
    );
  });

  it.each([
    ['text', Buffer.from('Hi\n'), 'bytes that are no message'],
    ['text after a message', Buffer.concat([encodeFrame(1), Buffer.from('x')]), 'bytes that are no message'],
    ['an endless message', Buffer.from('IBF1\xff\xff\xff\xff', 'latin1'), 'a message of 4294967295 bytes'],
    ['a message that is not JSON', Buffer.from('IBF1\x01\x00\x00\x00{', 'latin1'), 'not JSON'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => [...new FrameReader().push(bytes)]).toThrow(message);
  });
});
