import { mulberry32 } from '@infimum/core';
import { expect, it } from 'vitest';

import { AndersonMixing } from './anderson-mixing.ts';

/** x -> M x + c with a symmetric contraction M, and its fixed point by a thousand plain steps. */
function affineMap(size: number, seed: number) {
  const random = mulberry32(seed);
  const draws = Float64Array.from({ length: size * size }, random);
  const matrix = draws.map((_, k) => {
    const [i, j] = [Math.floor(k / size), k % size];
    return (0.9 * (draws[i * size + j] + draws[j * size + i])) / (2 * size);
  });
  const shift = Float64Array.from({ length: size }, random);
  return (x: Float64Array) =>
    shift.map((value, i) => value + x.reduce((sum, other, j) => sum + matrix[i * size + j] * other, 0));
}

function residualOf(map: (x: Float64Array) => Float64Array, x: Float64Array): number {
  return Math.max(...map(x).map((value, i) => Math.abs(value - x[i])));
}

it('solves affine equations in as many steps as there are unknowns, and one', () => {
  for (const size of [1, 2, 4]) {
    const map = affineMap(size, size);
    const mixing = new AndersonMixing(size, size);
    let x = new Float64Array(size);
    for (let step = 0; step <= size; step++) x = mixing.next(x, map(x)).slice();
    expect(residualOf(map, x)).toBeLessThan(1e-9);
  }
});

it('with a short memory needs fewer steps than the plain iteration', () => {
  const map = affineMap(30, 7);
  const mixing = new AndersonMixing(30, 3);
  let mixed = new Float64Array(30);
  let plain = new Float64Array(30);
  for (let step = 0; step < 12; step++) {
    mixed = mixing.next(mixed, map(mixed)).slice();
    plain = map(plain);
  }
  expect(residualOf(map, mixed)).toBeLessThan(1e-3 * residualOf(map, plain));
});

it('forgets when asked to, and takes plain steps where nothing moves', () => {
  const map = affineMap(5, 3);
  const mixing = new AndersonMixing(5, 2);
  let x = new Float64Array(5);
  for (let step = 0; step < 3; step++) x = mixing.next(x, map(x)).slice();
  mixing.reset();
  expect(mixing.next(x, map(x))).toEqual(map(x));
  expect(mixing.next(x, map(x)).every(Number.isFinite)).toBe(true);
});
