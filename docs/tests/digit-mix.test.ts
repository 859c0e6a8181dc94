// Mixing at the corners of a square.
import { expect, test } from 'vitest';
import { average, cornerWeights, normalized } from '../components/digit-mix.ts';

test('weights are shares, whole at the corners, equal in the middle, and their mean place is the place', () => {
  expect([...cornerWeights(0, 0)]).toEqual([1, 0, 0, 0]);
  expect([...cornerWeights(1, 0)]).toEqual([0, 1, 0, 0]);
  expect([...cornerWeights(0, 1)]).toEqual([0, 0, 1, 0]);
  expect([...cornerWeights(1, 1)]).toEqual([0, 0, 0, 1]);
  expect([...cornerWeights(0.5, 0.5)]).toEqual([0.25, 0.25, 0.25, 0.25]);
  const [, topRight, bottomLeft, bottomRight] = cornerWeights(0.3, 0.8);
  expect(topRight + bottomRight).toBeCloseTo(0.3, 14);
  expect(bottomLeft + bottomRight).toBeCloseTo(0.8, 14);
});

test('images are divided by their ink, and averaged pixel by pixel', () => {
  expect([...normalized(Float64Array.of(0, 1, 3))]).toEqual([0, 0.25, 0.75]);
  const images = [Float64Array.of(1, 0), Float64Array.of(0, 1), Float64Array.of(0.5, 0.5)];
  expect([...average(images, Float64Array.of(0.5, 0.25, 0.25))]).toEqual([0.625, 0.375]);
});
