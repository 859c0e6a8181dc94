// Restarts: linear convergence without knowing mu.

import { norm } from '@infimum/linalg/numerics';
import { describe, expect, it } from 'vitest';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { knownFunctions } from '../testing/convex-functions.ts';
import type { GradientIterate } from './gradient-method.ts';
import { nesterovConvex } from './nesterov-convex.ts';
import { ogm } from './ogm.ts';

describe('Nesterov’s method with restarts', () => {
  const n = 100;
  const objective = quadraticForm(Float64Array.from({ length: n }, (_, i) => 1e4 ** (i / (n - 1))));
  const run = (options: object) =>
    nesterovConvex(objective, new Float64Array(n).fill(1), { lipschitz: 1e4, maxIterations: 20_000, ...options });

  it('is linearly convergent without knowing mu', () => {
    const initialNorm = 1e4 * norm(Float64Array.from({ length: n }, (_, i) => 1e4 ** (i / (n - 1) - 1)));
    // The accuracy that the bounds of iterations are for; a run goes on to its own test.
    const iterationsTo = (restart: 'gradient' | 'function' | 'none') => {
      const norms: number[] = [];
      const found = run({ restart, onIteration: ({ gradientNorm }: GradientIterate) => norms.push(gradientNorm) });
      return { found, reached: norms.findIndex((value) => value <= 1e-8 * (1 + initialNorm)) };
    };
    const byGradient = iterationsTo('gradient');
    expect(byGradient.reached).toBeGreaterThan(0);
    expect(byGradient.reached).toBeLessThan(4000);
    const byValue = iterationsTo('function');
    expect(byValue.reached).toBeGreaterThan(0);
    expect(byValue.reached).toBeLessThan(4000);
    expect(byValue.found.evaluations.value).toBe(byValue.found.iterations + 1);
    // Linear convergence: the four digits and more that the run's own test asks beyond cost their share of iterations.
    for (const { found, reached } of [byGradient, byValue]) {
      expect(found.status).toBe('converged');
      const share = Math.log(initialNorm / 1e-8) / -Math.log(1e-8);
      expect(found.iterations).toBeLessThan(1.25 * share * reached);
    }
    expect(iterationsTo('none').reached).toSatisfy((k: number) => k < 0 || k > 10_000);
  });

  it('falls from restart to restart as the rules say', () => {
    let last = Infinity;
    let rises = 0;
    run({
      restart: 'function',
      maxIterations: 2000,
      onIteration: ({ output }: GradientIterate) => {
        const value = objective.value(output());
        if (value > last) rises++;
        last = value;
      },
    });
    expect(rises).toBeLessThan(40);
    expect(last).toBeLessThan(1e-3);
  });
});

describe('the optimised method with restarts', () => {
  it('is linearly convergent without knowing mu', () => {
    for (const { name, objective, initial, lipschitz, minimizer } of knownFunctions) {
      const { x, status, iterations } = ogm(objective, initial, { lipschitz, restart: 'gradient', tolerance: 1e-9 });
      expect([name, status]).toEqual([name, 'converged']);
      expect(iterations).toBeLessThan(1000);
      expect(norm(x.map((value, i) => value - minimizer[i]))).toBeLessThan(1e-5);
    }
    const plain = ogm(knownFunctions[0].objective, knownFunctions[0].initial, {
      lipschitz: knownFunctions[0].lipschitz,
      restart: 'none',
      tolerance: 1e-9,
    });
    expect(plain.status).toBe('iteration-limit');
  });

  it('refuses another rule', () => {
    const options = { restart: 'function' as 'none' };
    expect(() => ogm(quadraticForm(Float64Array.of(1)), Float64Array.of(1), options)).toThrow(
      expect.objectContaining({ argument: 'restart' }),
    );
  });
});
