import { Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { uniformSymbols } from '../claims/study-instances.ts';

import { distancesByDefinition } from '../testing/study.ts';
import { coloredDistances, coloringWork, randomColors } from './coloring.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

describe('coloredDistances', () => {
  it('are the distances of the coloured sequences, never above the true ones', () => {
    const symbols = (min: number) => fc.array(fc.integer({ min, max: 7 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(symbols(-1), symbols(0), fc.integer({ min: 1, max: 5 }), fc.nat(), (t, p, colors, seed) => {
        const [text, pattern] = [Int32Array.from(t), Int32Array.from(p)];
        const colorOf = randomColors(8, colors, new Random(seed));
        const paint = (symbol: number) => (symbol < 0 ? -1 : colorOf[symbol]);
        const coarse = coloredDistances({ text, pattern }, colorOf);
        expect(coarse).toEqual(distancesByDefinition(text.map(paint), pattern.map(paint)));
        const exact = distancesByDefinition(text, pattern);
        expect(coarse.every((distance, i) => distance <= exact[i])).toBe(true);
      }),
    );
  });

  it('fall short by a share 1 / B on average', () => {
    const random = mulberry32(1);
    const text = uniformSymbols(300, 40, random);
    const pattern = uniformSymbols(200, 40, random);
    const exact = distancesByDefinition(text, pattern)[0];
    const shares = Array.from({ length: 400 }, (_, seed) => {
      const colors = randomColors(40, 4, new Random(seed));
      return coloredDistances({ text, pattern }, colors)[0] / exact;
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    // Standard deviation of one share: about 0.03; of the mean of 400: 0.0015.
    expect(Math.abs(mean - 0.75)).toBeLessThan(0.0075);
  });

  it('tells more than 255 colours apart', () => {
    const random = mulberry32(2);
    const [text, pattern] = [uniformSymbols(400, 600, random), uniformSymbols(90, 600, random)];
    const identity = Int32Array.from({ length: 600 }, (_, symbol) => symbol);
    expect(coloredDistances({ text, pattern }, identity)).toEqual(distancesByDefinition(text, pattern));
  });

  it('are charged a convolution for each colour that occurs', () => {
    const [text, pattern] = [new Int32Array(13), new Int32Array(4)];
    expect(coloringWork(text, pattern, Int32Array.of(2, 0, 2))).toBe(2 * 16 * 4);
  });
});
