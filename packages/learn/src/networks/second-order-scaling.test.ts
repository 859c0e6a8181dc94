// Second-order cones of the interior-point method: what the scaling and the longest step are by definition.
import { Random } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { expect, it } from 'vitest';
import { longestConeStep, SecondOrderScaling } from './second-order-scaling.ts';

function inner(random: Random, size: number): Float64Array {
  const x = random.normals(new Float64Array(size));
  x[0] = norm(x.subarray(1)) * (1 + 10 ** (-6 * random.uniform()));
  return x;
}

it('takes a point and its multiplier to the same one, and back', () => {
  const random = new Random(1);
  for (let draw = 0; draw < 200; draw++) {
    const size = 2 + random.integer(5);
    const [s, z] = [inner(random, size), inner(random, size)];
    const scaling = new SecondOrderScaling(size);
    expect(scaling.set(s, z)).toBe(true);
    const [a, b] = [new Float64Array(size), new Float64Array(size)];
    scaling.times(z, a);
    scaling.over(s, b);
    expect(norm(a.map((value, j) => value - b[j]))).toBeLessThan(1e-8 * norm(a));
    scaling.over(a, b);
    expect(norm(b.map((value, j) => value - z[j]))).toBeLessThan(1e-8 * norm(z));
  }
});

it('refuses points outside', () => {
  const scaling = new SecondOrderScaling(3);
  expect(scaling.set(Float64Array.of(1, 1, 1), Float64Array.of(1, 0, 0))).toBe(false);
  expect(scaling.set(Float64Array.of(1, 0, 0), Float64Array.of(1, Number.NaN, 0))).toBe(false);
});

it('finds the longest step, after which a point is on the boundary', () => {
  const random = new Random(2);
  let finite = 0;
  for (let draw = 0; draw < 500; draw++) {
    const size = 2 + random.integer(5);
    const [x, move] = [inner(random, size), random.normals(new Float64Array(size))];
    const step = longestConeStep(x, move);
    const at = (length: number) => x.map((value, j) => value + length * move[j]);
    const isInside = (y: Float64Array) => y[0] >= norm(y.subarray(1));
    expect(isInside(at(0.999 * Math.min(step, 1e6)))).toBe(true);
    if (step === Infinity) continue;
    finite++;
    expect(isInside(at(1.001 * step))).toBe(false);
  }
  expect(finite).toBeGreaterThan(100);
});
