// A map of all colours from a few known ones: tabulated once on a grid, then interpolated for every pixel of a photograph.
import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';

/** Grid points a channel. */
const SIDE = 33;
const NODES = SIDE ** 3;

/** Pixels as a canvas gives them: red, green, blue and opacity from 0 to 255. */
export type Pixels = Uint8ClampedArray<ArrayBuffer>;

/** A vector for every point of the grid, blue running fastest. */
export type ColorTable = Float32Array;

/**
 * Colours of random pixels, a row each, from 0 to 1; pixels that are half transparent or more are ignored.
 *
 * @throws {Error} if hardly any pixel is opaque
 */
export function sampleColors(pixels: Pixels, count: number, seed: number): DenseMatrix {
  const random = new Random(seed);
  const values: number[] = [];
  for (let draw = 0; draw < 50 * count && values.length < 3 * count; draw++) {
    const at = 4 * random.integer(pixels.length / 4);
    if (pixels[at + 3] < 128) continue;
    for (let channel = 0; channel < 3; channel++) values.push(pixels[at + channel] / 255);
  }
  if (values.length === 0) throw new Error('The picture has hardly a pixel that is not transparent.');
  return { rows: values.length / 3, cols: 3, values: Float64Array.from(values) };
}

/** The nearest of the sampled colours at every point of the grid. */
export function nearestSamples({ rows, values }: DenseMatrix): Int32Array {
  const nearest = new Int32Array(NODES);
  for (let node = 0; node < NODES; node++) {
    const red = Math.floor(node / SIDE ** 2) / (SIDE - 1);
    const green = (Math.floor(node / SIDE) % SIDE) / (SIDE - 1);
    const blue = (node % SIDE) / (SIDE - 1);
    let least = Infinity;
    for (let i = 0, at = 0; i < rows; i++, at += 3) {
      const distance = (red - values[at]) ** 2 + (green - values[at + 1]) ** 2 + (blue - values[at + 2]) ** 2;
      if (distance >= least) continue;
      least = distance;
      nearest[node] = i;
    }
  }
  return nearest;
}

/** How every point of the grid moves: as its nearest sampled colour does. */
export function displacements(nearest: Int32Array, from: DenseMatrix, to: DenseMatrix): ColorTable {
  const moves = from.values.map((value, k) => to.values[k] - value);
  return Float32Array.from({ length: 3 * NODES }, (_, k) => moves[3 * nearest[Math.floor(k / 3)] + (k % 3)]);
}

/**
 * Every pixel c moved to c + d(c), with d between the points of the grid by trilinear interpolation.
 *
 * A pixel costs eight look-ups, however many colours were sampled.
 */
export function recolored(pixels: Pixels, table: ColorTable): Pixels {
  const out = new Uint8ClampedArray(pixels.length);
  for (let at = 0; at < pixels.length; at += 4) {
    const [red, green, blue] = [pixels[at], pixels[at + 1], pixels[at + 2]];
    const corner = 3 * ((CELL[red] * SIDE + CELL[green]) * SIDE + CELL[blue]);
    const [u, v, w] = [SHARE[red], SHARE[green], SHARE[blue]];
    for (let channel = 0; channel < 3; channel++) {
      const k = corner + channel;
      const near = between(along(table, k, w), along(table, k + GREEN, w), v);
      const far = between(along(table, k + RED, w), along(table, k + RED + GREEN, w), v);
      out[at + channel] = pixels[at + channel] + 255 * between(near, far, u);
    }
    out[at + 3] = pixels[at + 3];
  }
  return out;
}

/** Steps in a table from one point of the grid to its neighbours. */
const BLUE = 3;
const GREEN = SIDE * BLUE;
const RED = SIDE * GREEN;

/** For every value of a channel: the cell of the grid that it lies in, and how far along. */
const CELL = Int32Array.from({ length: 256 }, (_, value) => Math.min(Math.floor((value * (SIDE - 1)) / 255), SIDE - 2));
const SHARE = Float64Array.from({ length: 256 }, (_, value) => (value * (SIDE - 1)) / 255 - CELL[value]);

function along(table: ColorTable, at: number, share: number): number {
  return between(table[at], table[at + BLUE], share);
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
