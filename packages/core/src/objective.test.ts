import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from './errors.ts';
import type { Objective } from './objective.ts';
import { gradientError, hessianVectorError } from './objective.ts';

/** f(x) = sum_i w_i (exp(x_i) + x_i x_{i+1}), with an error in the derivatives on demand. */
function sample(weights: readonly number[], fault = 0): Objective {
  const d = weights.length;
  return {
    dimension: d,
    value: (x) => weights.reduce((sum, w, i) => sum + w * (Math.exp(x[i]) + x[i] * (x[i + 1] ?? 0)), 0),
    gradient: (x, out) => {
      for (let i = 0; i < d; i++) {
        out[i] = weights[i] * (Math.exp(x[i]) + (x[i + 1] ?? 0)) + (i > 0 ? weights[i - 1] * x[i - 1] : 0);
      }
      out[0] += fault;
    },
    hessianVector: (x, v, out) => {
      for (let i = 0; i < d; i++) {
        out[i] = weights[i] * (Math.exp(x[i]) * v[i] + (v[i + 1] ?? 0)) + (i > 0 ? weights[i - 1] * v[i - 1] : 0);
      }
      out[0] += fault;
    },
  };
}

const numbers = (length: number) =>
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: length, maxLength: length });

describe('checks by differences', () => {
  it('accept right derivatives and tell wrong ones', () => {
    fc.assert(
      fc.property(numbers(4), numbers(4), (x, v) => {
        const at = Float64Array.from(x);
        const along = Float64Array.from(v, (value) => value + 3);
        expect(gradientError(sample([1, 2, 3, 4]), at)).toBeLessThan(1e-8);
        expect(hessianVectorError(sample([1, 2, 3, 4]), at, along)).toBeLessThan(1e-7);
        expect(gradientError(sample([1, 2, 3, 4], 0.1), at)).toBeGreaterThan(1e-4);
        expect(hessianVectorError(sample([1, 2, 3, 4], 0.1), at, along)).toBeGreaterThan(1e-4);
      }),
    );
  });

  it('are zero for a constant and for no direction', () => {
    const constant: Objective = { dimension: 1, value: () => 7, gradient: (_, out) => out.fill(0) };
    expect(gradientError(constant, Float64Array.of(1))).toBe(0);
    expect(hessianVectorError(sample([1, 1]), Float64Array.of(1, 2), new Float64Array(2))).toBe(0);
  });

  it('take no NaN for a success', () => {
    const broken: Objective = { ...sample([1, 1]), gradient: (_, out) => out.fill(Number.NaN) };
    expect(gradientError(broken, Float64Array.of(1, 2))).toBeNaN();
  });

  it('name the argument at fault', () => {
    expect(() => gradientError(sample([1, 1]), Float64Array.of(1))).toThrow(InvalidInputError);
    const { hessianVector: _, ...first } = sample([1]);
    expect(() => hessianVectorError(first, Float64Array.of(1), Float64Array.of(1))).toThrow(/hessianVector/);
  });
});
