import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colouredDistances, randomColours } from './coarse-distances.ts';
import { mulberry32 } from './testing/oracle.ts';
import { distancesByDefinition, uniformSymbols } from './testing/study.ts';

describe('colouredDistances', () => {
  it('are the distances of the coloured sequences, never above the true ones', () => {
    const symbols = (min: number) => fc.array(fc.integer({ min, max: 7 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(
        symbols(-1),
        symbols(0),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        (t, p, colours, seed) => {
          const [text, pattern] = [Int32Array.from(t), Int32Array.from(p)];
          const colourOf = randomColours(8, colours, new Random(seed));
          const paint = (symbol: number) => (symbol < 0 ? -1 : colourOf[symbol]);
          const coarse = colouredDistances(text, pattern, colourOf, { colouring: 0 });
          expect(coarse).toEqual(distancesByDefinition(text.map(paint), pattern.map(paint)));
          const exact = distancesByDefinition(text, pattern);
          expect(coarse.every((distance, i) => distance <= exact[i])).toBe(true);
        },
      ),
    );
  });

  it('fall short by a share 1 / B on average', () => {
    const random = mulberry32(1);
    const text = uniformSymbols(300, 40, random);
    const pattern = uniformSymbols(200, 40, random);
    const exact = distancesByDefinition(text, pattern)[0];
    const operations = { colouring: 0 };
    const shares = Array.from({ length: 400 }, (_, seed) => {
      const colours = randomColours(40, 4, new Random(seed));
      return colouredDistances(text, pattern, colours, operations)[0] / exact;
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    // Standard deviation of one share: about 0.03; of the mean of 400: 0.0015.
    expect(Math.abs(mean - 0.75)).toBeLessThan(0.0075);
    expect(operations.colouring).toBeGreaterThan(0);
  });
});
