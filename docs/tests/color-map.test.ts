// The table of colours against what can be said without it: affine maps, brute force, and the sampled colours themselves.
import { Random } from '@infimum/core';
import { describe, expect, test } from 'vitest';
import type { Pixels } from '../components/color-map.ts';
import { displacements, nearestSamples, recolored, sampleColors } from '../components/color-map.ts';

const SIDE = 33;

function randomPixels(count: number, seed: number): Pixels {
  const random = new Random(seed);
  return Uint8ClampedArray.from({ length: 4 * count }, () => random.integer(256));
}

/** A table of d(red, green, blue), colours from 0 to 1. */
function tableOf(d: (red: number, green: number, blue: number) => number[]): Float32Array {
  const table: number[] = [];
  for (let i = 0; i < SIDE; i++)
    for (let j = 0; j < SIDE; j++)
      for (let k = 0; k < SIDE; k++) table.push(...d(i / (SIDE - 1), j / (SIDE - 1), k / (SIDE - 1)));
  return Float32Array.from(table);
}

describe('recolored', () => {
  test('leaves pixels as they are where nothing moves', () => {
    const pixels = randomPixels(500, 1);
    expect(
      recolored(
        pixels,
        tableOf(() => [0, 0, 0]),
      ),
    ).toEqual(pixels);
  });

  test('is exact for an affine map, which trilinear interpolation reproduces', () => {
    const pixels = randomPixels(500, 2);
    const to = ([r, g, b]: number[]) => [0.1 + 0.5 * r + 0.2 * g + 0.1 * b, 0.8 - 0.4 * g - 0.3 * r, 0.05 + 0.3 * r + 0.6 * b];
    const table = tableOf((r, g, b) => to([r, g, b]).map((value, k) => value - [r, g, b][k]));
    const result = recolored(pixels, table);
    for (let at = 0; at < pixels.length; at += 4) {
      const wanted = to(Array.from(pixels.subarray(at, at + 3), (value) => value / 255));
      for (let k = 0; k < 3; k++) expect(Math.abs(result[at + k] - 255 * wanted[k])).toBeLessThan(0.51);
      expect(result[at + 3]).toBe(pixels[at + 3]);
    }
  });

  test('is exact for products of channels at the corners of the cube, and clamps beyond it', () => {
    const corners = Uint8ClampedArray.of(0, 0, 0, 9, 255, 255, 255, 8, 255, 0, 255, 7);
    const table = tableOf((r, g, b) => [r * g * b, -1, b]);
    expect([...recolored(corners, table)]).toEqual([0, 0, 0, 9, 255, 0, 255, 8, 255, 0, 255, 7]);
  });
});

describe('the table', () => {
  test('moves every point of the grid as its nearest sample', () => {
    const from = sampleColors(randomPixels(4000, 3), 40, 4);
    const to = sampleColors(randomPixels(4000, 5), 40, 6);
    expect([from.rows, to.rows]).toEqual([40, 40]);
    const table = displacements(nearestSamples(from), from, to);
    const rows = Array.from({ length: from.rows }, (_, i) => ({
      x: from.values.slice(3 * i, 3 * i + 3),
      y: to.values.slice(3 * i, 3 * i + 3),
    }));
    for (let node = 0; node < SIDE ** 3; node += 97) {
      const color = [Math.floor(node / SIDE ** 2), Math.floor(node / SIDE) % SIDE, node % SIDE];
      const distance = ({ x }: { x: Float64Array }) => Math.hypot(...color.map((level, k) => level / (SIDE - 1) - x[k]));
      const { x, y } = rows.toSorted((first, second) => distance(first) - distance(second))[0];
      for (let k = 0; k < 3; k++) expect(table[3 * node + k]).toBeCloseTo(y[k] - x[k], 6);
    }
  });

  test('sends a photograph of one colour to the colour that its only sample is sent to', () => {
    const pixels = Uint8ClampedArray.from({ length: 400 }, (_, k) => [200, 40, 90, 255][k % 4]);
    const from = sampleColors(pixels, 1, 1);
    const to = { rows: 1, cols: 3, values: Float64Array.of(0.2, 0.4, 0.6) };
    const result = recolored(pixels, displacements(nearestSamples(from), from, to));
    expect([...result.subarray(0, 4)]).toEqual([51, 102, 153, 255]);
  });
});

describe('sampled colours', () => {
  test('are colours of opaque pixels', () => {
    const pixels = Uint8ClampedArray.from({ length: 4000 }, (_, k) =>
      k % 8 < 4 ? [10, 20, 30, 0][k % 4] : [51, 102, 153, 255][k % 4],
    );
    const { rows, values } = sampleColors(pixels, 30, 7);
    expect(rows).toBe(30);
    expect(Array.from(values)).toEqual(Array.from({ length: 90 }, (_, k) => [0.2, 0.4, 0.6][k % 3]));
  });

  test('of a picture that shows nothing are refused', () => {
    expect(() => sampleColors(new Uint8ClampedArray(400), 5, 1)).toThrow(/transparent/);
  });
});
