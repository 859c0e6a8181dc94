import fc from 'fast-check';
import { expect, it } from 'vitest';
import { turnOf } from './turns.ts';

it('is the angle of the point over 2 pi', () => {
  const coordinate = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(coordinate, coordinate, (x, y) => {
      const angle = Math.atan2(y, x) / (2 * Math.PI);
      // The origin has no angle, whatever the signs of its zeros are.
      const expected = x === 0 && y === 0 ? 0 : y < 0 ? angle + 1 : Math.abs(angle);
      expect(Math.abs(turnOf(x, y) - expected)).toBeLessThan(2.3e-16);
    }),
    { numRuns: 5000 },
  );
});

it('has the eighths of a turn where they are, and 0 at the origin', () => {
  const eighths = [
    [1, 0],
    [1, 1],
    [0, 1],
    [-1, 1],
    [-1, 0],
    [-1, -1],
    [0, -1],
    [1, -1],
  ];
  expect(eighths.map(([x, y]) => turnOf(x, y))).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875]);
  expect(turnOf(0, 0)).toBe(0);
});
