import { Random } from '@infimum/core';
import { expect, it } from 'vitest';
import { inverseTransform, realTransform } from './fourier.ts';

it.each([2, 4, 8, 64, 256])('transforms %d numbers as the sum says, and back', (n) => {
  const values = new Random(n).normals(new Float64Array(n));
  const { real, imaginary } = realTransform(values);
  expect(real).toHaveLength(n / 2 + 1);
  for (let k = 0; k <= n / 2; k++) {
    let [re, im] = [0, 0];
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n;
      re += values[j] * Math.cos(angle);
      im += values[j] * Math.sin(angle);
    }
    expect(Math.abs(real[k] - re)).toBeLessThan(1e-12 * n);
    expect(Math.abs(imaginary[k] - im)).toBeLessThan(1e-12 * n);
  }
  inverseTransform({ real, imaginary }).forEach((value, j) => {
    expect(Math.abs(value - values[j])).toBeLessThan(1e-13 * n);
  });
});

it('convolves beyond what is transformed level by level', () => {
  const n = 1 << 15;
  const [one, other] = [new Float64Array(n), new Float64Array(n)];
  one.set([1, 2, 3], 7);
  other.set([5, -1], n - 9);
  const [a, b] = [realTransform(one), realTransform(other)];
  const product = {
    real: a.real.map((re, k) => re * b.real[k] - a.imaginary[k] * b.imaginary[k]),
    imaginary: a.real.map((re, k) => re * b.imaginary[k] + a.imaginary[k] * b.real[k]),
  };
  const expected = new Float64Array(n);
  // 7 + n - 9 and three further, modulo n.
  [5, 9, 13, -3].forEach((value, k) => {
    expected[(n - 2 + k) % n] = value;
  });
  let worst = 0;
  inverseTransform(product).forEach((value, k) => {
    worst = Math.max(worst, Math.abs(value - expected[k]));
  });
  expect(worst).toBeLessThan(1e-12);
});
