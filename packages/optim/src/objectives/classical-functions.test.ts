// The classical functions: values at the starts as the literature lists them, minima by their definition, derivatives by
// differences.
import { gradientError, hessianVectorError, InvalidInputError, Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { trustRegionNewton } from '../newton/trust-region-newton.ts';
import type { ClassicalName } from './classical-functions.ts';
import { CLASSICAL_NAMES, classicalFunction } from './classical-functions.ts';

/** Values at the starts, computed by hand or listed by Moré, Garbow and Hillstrom. */
const AT_START: Record<ClassicalName, number> = {
  beale: 14.203125,
  booth: 74,
  'brown-badly-scaled': (1 - 1e6) ** 2 + (1 - 2e-6) ** 2 + 1,
  'dixon-price': 5,
  'freudenstein-roth': 400.5,
  himmelblau: 170,
  matyas: 8.5,
  'powell-singular': 215,
  rastrigin: 20 + 0.05 - 10 * (Math.cos(0.4 * Math.PI) + Math.cos(0.2 * Math.PI)),
  'styblinski-tang': -20,
  trid: 3,
  wood: 19192,
};

/** Where Newton's method goes from the usual start, if not to the least value. */
const LOCAL: Partial<Record<ClassicalName, number>> = { 'freudenstein-roth': 48.98425367924004 };

describe.each(CLASSICAL_NAMES)('%s', (name) => {
  const { objective, initial, minimizer, minimum } = classicalFunction(name);

  it('has the value that is known at the usual start', () => {
    expect(objective.value(initial) / AT_START[name]).toBeCloseTo(1, 12);
  });

  it('has its least value where it is said to be, and none below it nearby', () => {
    const scale = 1 + Math.abs(objective.value(initial));
    expect(Math.abs(objective.value(minimizer) - minimum)).toBeLessThan(1e-14 * scale);
    const gradient = new Float64Array(objective.dimension);
    objective.gradient(minimizer, gradient);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-8);
    const random = new Random(7);
    for (let k = 0; k < 200; k++) {
      const size = 10 ** (k % 5) * 1e-4;
      const at = minimizer.map((value) => value + size * random.normal());
      expect(objective.value(at)).toBeGreaterThanOrEqual(minimum - 1e-12);
    }
  });

  it('has the derivatives that differences find', () => {
    const random = new Random(5);
    for (let k = 0; k < 20; k++) {
      const x = initial.map((value) => value + random.normal());
      const v = initial.map(() => random.normal());
      expect(gradientError(objective, x)).toBeLessThan(1e-5);
      expect(hessianVectorError(objective, x, v)).toBeLessThan(1e-5);
    }
  });

  it('is brought to a minimum by Newton’s method', () => {
    const { value } = trustRegionNewton(objective, initial, { tolerance: 1e-14, maxIterations: 2000 });
    expect(Math.abs(value - (LOCAL[name] ?? minimum))).toBeLessThan(1e-8);
  });
});

it('refuses names that it does not know', () => {
  expect(() => classicalFunction('banana' as ClassicalName)).toThrow(InvalidInputError);
});
