import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { describe, expect, it } from 'vitest';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import { knownFunctions, randomQuadratic } from '../testing/convex-functions.ts';
import { nonlinearConjugateGradient, nonlinearConjugateGradientOptions } from './nonlinear-conjugate-gradient.ts';

const argument = (name: string) => expect.objectContaining({ argument: name });

describe.each(nonlinearConjugateGradientOptions.conjugation.choices)('conjugate gradients by %s', (conjugation) => {
  it('minimises strongly convex functions', () => {
    for (const { name, objective, initial, minimizer } of knownFunctions) {
      const { x, status } = nonlinearConjugateGradient(objective, initial, { conjugation, tolerance: 1e-9 });
      expect([name, status]).toEqual([name, 'converged']);
      expect(norm(x.map((value, i) => value - minimizer[i]))).toBeLessThan(1e-6);
    }
  });

  it('follows the valley of Rosenbrock', () => {
    const { x, status, evaluations } = nonlinearConjugateGradient(rosenbrock(2), Float64Array.of(-1.2, 1), {
      conjugation,
      tolerance: 1e-9,
    });
    expect(status).toBe('converged');
    x.forEach((value) => {
      expect(value).toBeCloseTo(1, 6);
    });
    expect(evaluations.gradient).toBeLessThan(150);
    expect(evaluations.value).toBe(evaluations.gradient);
  });

  it('needs about as many steps on a quadratic as there are eigenvalues', async () => {
    const eigenvalues = Float64Array.of(1, 1, 1, 30, 30, 200, 200);
    const { iterations } = nonlinearConjugateGradient(quadraticForm(eigenvalues), new Random(2).normals(new Float64Array(7)), {
      conjugation,
    });
    expect(iterations).toBeLessThan(10);
    const chain = await smooth.families['chain'].generate({ n: 200 }, 0);
    const whole = nonlinearConjugateGradient(chain.objective, chain.initial, { conjugation });
    expect(whole.iterations).toBeLessThanOrEqual(202);
    expect(whole.evaluations.gradient).toBeLessThanOrEqual(2 * whole.iterations + 2);
  });

  it('never rises', () => {
    const values: number[] = [];
    const { objective, initial } = randomQuadratic(8);
    nonlinearConjugateGradient(objective, initial, {
      conjugation,
      tolerance: 1e-6,
      onIteration: (iterate) => void values.push(iterate.solution().value),
    });
    expect(values.length).toBeGreaterThan(3);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });
});

describe('conjugate gradients', () => {
  it('say so when they cannot go on', () => {
    const endless: Objective = { dimension: 1, value: ([x]) => x, gradient: (_, out) => out.fill(1) };
    expect(nonlinearConjugateGradient(endless, Float64Array.of(0)).status).toBe('stalled');
    const nowhere: Objective = { dimension: 1, value: () => Infinity, gradient: (_, out) => out.fill(1) };
    expect(nonlinearConjugateGradient(nowhere, Float64Array.of(0)).reason).toMatch(/not finite/);
    const limited = nonlinearConjugateGradient(rosenbrock(), Float64Array.of(-2, 2), { maxIterations: 3 });
    expect(limited.status).toBe('iteration-limit');
  });

  it('refuse what does not fit', () => {
    const start = Float64Array.of(1, 1);
    expect(() => nonlinearConjugateGradient(rosenbrock(), Float64Array.of(1))).toThrow(argument('initial'));
    expect(() => nonlinearConjugateGradient({} as Objective, start)).toThrow(argument('objective'));
    expect(() => nonlinearConjugateGradient(rosenbrock(), start, { tolerance: -1 })).toThrow(argument('tolerance'));
    const conjugation = 'none' as 'dai-yuan';
    expect(() => nonlinearConjugateGradient(rosenbrock(), start, { conjugation })).toThrow(argument('conjugation'));
  });
});
