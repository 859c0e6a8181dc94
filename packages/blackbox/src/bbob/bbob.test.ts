import { expect, it } from 'vitest';
import { bbob } from './bbob.ts';
import values from './bbob-values.json' with { type: 'json' };

/** Functions that the rounding of a product changes by more: cosines of 1e5 (f19), saw teeth of width 2^-32 (f23). */
const TOLERANCES: Readonly<Record<number, number>> = { 18: 1e-11, 19: 1e-9, 23: 1e-11 };

const point = (d: number, k: number) =>
  Float64Array.from({ length: d }, (_, j) => ((7 * j + 3 + 5 * k) % 11) / 2 - 2.5 + (k === 2 ? 3.5 : 0));

it.each(values as [number, number, number, number, number, number][])(
  'f%i in dimension %i, instance %i, has the values of cocoex',
  (number, d, instance, ...expected) => {
    const { value, minimizer, optimum } = bbob(number, d, instance);
    expected.forEach((target, k) => {
      const error = Math.abs(value(point(d, k)) - target) / Math.max(1, Math.abs(target));
      expect(error).toBeLessThan(TOLERANCES[number] ?? 1e-12);
    });
    expect(Math.abs(value(minimizer) - optimum)).toBeLessThan(1e-8);
  },
);

it('has the published values of instance 1 in dimension 5', () => {
  const at = Float64Array.from({ length: 5 }, (_, j) => ((7 * j + 3) % 11) / 2 - 2.5);
  const cases: [number, number, number][] = [
    [3, -377.2186312798, -462.09],
    [8, 21965.3988628748, 149.15],
    [10, 338864.797756998, -54.94],
    [14, 29.0281982563, -52.35],
    [17, 38.1112861707, -16.94],
    [24, 202.5301117097, 102.61],
  ];
  for (const [number, target, least] of cases) {
    const { value, optimum } = bbob(number, 5, 1);
    expect(value(at)).toBeCloseTo(target, 6);
    expect(optimum).toBe(least);
  }
});

it('refuses what is no function of the suite', () => {
  expect(() => bbob(25, 5)).toThrow('number');
  expect(() => bbob(1, 1)).toThrow('d');
  expect(() => bbob(1, 2).value(new Float64Array(3))).toThrow('x');
});
