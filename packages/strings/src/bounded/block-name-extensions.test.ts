import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distancesByDefinition } from '../testing/study.ts';
import { BlockNameExtensions } from './block-name-extensions.ts';
import { kangarooDistance } from './common-extensions.ts';

describe('BlockNameExtensions', () => {
  const symbols = (min: number) => fc.array(fc.integer({ min, max: 2 }), { minLength: 1, maxLength: 60 });

  it('measures how far two places agree; -1 in the text agrees with nothing', () => {
    fc.assert(
      fc.property(symbols(-1), symbols(0), (text, pattern) => {
        const extensions = new BlockNameExtensions(Int32Array.from(text), Int32Array.from(pattern));
        for (let i = 0; i <= text.length; i++) {
          for (let j = 0; j <= pattern.length; j++) {
            let length = 0;
            while (j + length < pattern.length && text[i + length] === pattern[j + length]) length++;
            expect(extensions.at(i, j)).toBe(length);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives bounded distances with at most k + 1 extensions', () => {
    fc.assert(
      fc.property(symbols(-1), symbols(0), fc.nat(8), (text, pattern, k) => {
        const extensions = new BlockNameExtensions(Int32Array.from(text), Int32Array.from(pattern));
        distancesByDefinition(text, pattern).forEach((exact, i) => {
          const { distance, jumps } = kangarooDistance(extensions, pattern.length, i, k);
          expect(distance).toBe(Math.min(exact, k + 1));
          expect(jumps).toBeLessThanOrEqual(k + 1);
        });
      }),
    );
  });
});
