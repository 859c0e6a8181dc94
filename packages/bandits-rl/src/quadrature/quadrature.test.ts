import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { polynomialRule } from './gauss-legendre.ts';
import type { QuadratureWeightsOptions } from './quadrature-weights.ts';
import { quadratureWeights } from './quadrature-weights.ts';

const even = (count: number, to: number) => Float64Array.from({ length: count }, (_, i) => (i * to) / (count - 1));
const f = (t: number) => Math.exp(-3 * t) * Math.cos(5 * t);
/** ∫ e^-3t cos 5t over [0, T]. */
const exact = (t: number) => (3 + Math.exp(-3 * t) * (5 * Math.sin(5 * t) - 3 * Math.cos(5 * t))) / 34;
const apply = (nodes: Float64Array, weights: Float64Array, g = f) => nodes.reduce((sum, t, i) => sum + weights[i] * g(t), 0);

describe('Bayesian quadrature', () => {
  it.each([
    ['matern12', 0.244918662403709, 0.489837324807418, 0.2016201893917],
    ['matern32', 0.212655138400266, 0.583579924266862, 0.0564387588808],
    ['matern52', 0.195672965596423, 0.614390063156227, 0.0233535920935],
    ['matern72', 0.187776575760599, 0.628291956568881, 0.0125039656335],
  ] as const)('has the weights of %s on three nodes, by filter and by matrix', (kernel, end, middle, error) => {
    for (const method of ['state-space', 'dense'] as const) {
      const options = { kernel, lengthScale: 1, method };
      const { weights, worstCaseError, nugget } = quadratureWeights(even(3, 1), 0, 1, options);
      [end, middle, end].forEach((expected, i) => {
        expect(weights[i]).toBeCloseTo(expected, 12);
      });
      expect(worstCaseError).toBeCloseTo(error, 11);
      expect(nugget).toBe(0);
    }
  });

  it('has the worst-case errors and the error on a damped wave that were computed with more digits', () => {
    for (const [count, error, worst] of [
      [5, -6.887e-8, 3.484e-6],
      [9, -4.79e-9, 1.9787e-7],
      [17, -2.014e-10, 9.517e-9],
      [33, -7.16e-12, undefined],
      [65, -2.4e-13, undefined],
    ] as const) {
      const nodes = even(count, 0.1);
      const { weights, worstCaseError } = quadratureWeights(nodes, 0, 0.1);
      expect(Math.abs((apply(nodes, weights) - exact(0.1)) / error - 1)).toBeLessThan(0.02);
      if (worst) expect(Math.abs(worstCaseError / worst - 1)).toBeLessThan(2e-4);
    }
  });

  it('is the trapezoidal rule for Wiener’s process', () => {
    const nodes = Float64Array.of(2, 4, 6, 8, 10);
    const bayesian = quadratureWeights(nodes, 2, 10, { kernel: 'wiener' });
    const trapezoidal = quadratureWeights(nodes, 2, 10, { rule: 'trapezoidal', kernel: 'wiener' });
    expect([...trapezoidal.weights]).toEqual([1, 2, 2, 2, 1]);
    bayesian.weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(trapezoidal.weights[i], 12);
    });
    expect(bayesian.worstCaseError).toBeCloseTo(trapezoidal.worstCaseError, 6);
  });

  it('integrates constants when asked to, by filter and by matrix', () => {
    for (const method of ['state-space', 'dense'] as const) {
      const options: QuadratureWeightsOptions = { lengthScale: 1, normalize: true, method };
      const { weights } = quadratureWeights(even(3, 1), 0, 1, options);
      expect(weights[0]).toBeCloseTo(0.184076360199, 10);
      expect(weights[1]).toBeCloseTo(0.631847279602, 10);
      const two = quadratureWeights(even(2, 0.1), 0, 0.1, { normalize: true, method }).weights;
      expect(two[0]).toBeCloseTo(0.05, 10);
    }
  });

  it('has the least worst-case error, scales with time, and is symmetric', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        fc.constantFrom('matern12', 'matern32', 'matern52', 'matern72'),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (gaps, lengthScale, kernel, by) => {
          let place = 0;
          const nodes = Float64Array.from(gaps, (gap) => {
            place += gap;
            return place;
          });
          const to = place + 0.3;
          const best = quadratureWeights(nodes, 0, to, { kernel, lengthScale });
          const other = quadratureWeights(nodes, 0, to, { kernel, lengthScale, rule: 'trapezoidal' });
          const normalized = quadratureWeights(nodes, 0, to, { kernel, lengthScale, normalize: true });
          expect(best.worstCaseError).toBeLessThanOrEqual(other.worstCaseError + 1e-7);
          expect(best.worstCaseError).toBeLessThanOrEqual(normalized.worstCaseError + 1e-7);
          expect(normalized.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(to, 8);
          const stretched = quadratureWeights(
            nodes.map((t) => t * by),
            0,
            to * by,
            { kernel, lengthScale: lengthScale * by },
          ).weights;
          const mirrored = quadratureWeights(nodes.map((t) => to - t).reverse(), 0, to, {
            kernel,
            lengthScale,
          }).weights.reverse();
          best.weights.forEach((weight, i) => {
            expect(stretched[i] / by).toBeCloseTo(weight, 7);
            expect(mirrored[i]).toBeCloseTo(weight, 7);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes ten thousand nodes, and gaps beyond any correlation', () => {
    const nodes = even(10_000, 1);
    const { weights } = quadratureWeights(nodes, 0, 1);
    expect(apply(nodes, weights)).toBeCloseTo(exact(1), 12);
    const far = quadratureWeights(Float64Array.of(0, 1e6, 2e6), 0, 2e6, { kernel: 'matern12', lengthScale: 1 });
    // Alone a node tells 2ℓ of the integral, at an end half of that.
    [1, 2, 1].forEach((expected, i) => {
      expect(far.weights[i]).toBeCloseTo(expected, 9);
    });
  });

  it('refuses nodes that do not rise', () => {
    expect(() => quadratureWeights(Float64Array.of(0, 0), 0, 1)).toThrow(/nodes: must rise/);
    expect(() => quadratureWeights(Float64Array.of(0, 2), 0, 1)).toThrow(/nodes/);
    expect(() => quadratureWeights(even(4, 1), 0, 1, { rule: 'simpson' })).toThrow(/odd/);
    expect(() => quadratureWeights(even(4, 1), 1, 0)).toThrow(/to: must be above/);
  });
});

describe('rules with nodes of their own', () => {
  it('are exact for polynomials', () => {
    for (let count = 2; count <= 12; count++) {
      for (const [rule, degree] of [
        ['gauss-legendre', 2 * count - 1],
        ['clenshaw-curtis', count - 1],
      ] as const) {
        const { nodes, weights } = polynomialRule(rule, count, -1, 3);
        const integral = apply(nodes, weights, (t) => (t / 3) ** degree);
        const truth = (3 * (1 - (-1 / 3) ** (degree + 1))) / (degree + 1);
        expect(integral).toBeCloseTo(truth, 11);
      }
    }
    const simpson = quadratureWeights(even(3, 1), 0, 1, { rule: 'simpson' }).weights;
    expect(apply(even(3, 1), simpson, (t) => t ** 3)).toBeCloseTo(0.25, 14);
  });
});
