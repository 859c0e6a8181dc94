// Quartiles against those counted by hand.
import { describe, expect, it } from 'vitest';
import { quartileCurve, quartilesOf } from './quartiles.ts';

describe('quartilesOf', () => {
  it('are the middle and its halves', () => {
    expect(quartilesOf([5, 1, 3, 2, 4])).toEqual({ low: 2, middle: 3, high: 4 });
    expect(quartilesOf([1, 2])).toEqual({ low: 1.25, middle: 1.5, high: 1.75 });
  });

  it('take what did not arrive for later than everything', () => {
    expect(quartilesOf([1, null, 2, 3, null])).toEqual({ low: 2, middle: 3, high: Infinity });
    expect(quartilesOf([null, null, 1])).toEqual({ low: Infinity, middle: Infinity, high: Infinity });
    expect(quartilesOf([null, 1, 1, 1, 1])).toEqual({ low: 1, middle: 1, high: 1 });
  });
});

describe('quartileCurve', () => {
  it('begins where all have begun, and lets what ended stay', () => {
    const curves = [
      [
        { x: 1, y: 10 },
        { x: 4, y: 1 },
      ],
      [{ x: 2, y: 8 }],
      [
        { x: 1, y: 9 },
        { x: 3, y: 4 },
      ],
    ];
    const { points, band } = quartileCurve(curves);
    expect(points).toEqual([
      { x: 2, y: 9 },
      { x: 3, y: 8 },
      { x: 4, y: 4 },
    ]);
    expect(band[0]).toEqual({ x: 2, low: 8.5, high: 9.5 });
    expect(band[2]).toEqual({ x: 4, low: 2.5, high: 6 });
  });

  it('keeps its ends when there are too many points', () => {
    const curve = (shift: number) => Array.from({ length: 200 }, (_, i) => ({ x: i + shift, y: 200 - i }));
    const { points } = quartileCurve([curve(1), curve(1.25), curve(1.5)]);
    expect(points.length).toBeLessThanOrEqual(61);
    expect(points[0].x).toBe(1.5);
    expect(points.at(-1)).toEqual({ x: 200.5, y: 1 });
  });
});
