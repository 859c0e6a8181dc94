import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { cholesky, gram, solveCholesky } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastSquaresLoss } from '../objectives/least-squares-loss.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import type { BarzilaiBorweinOptions } from './barzilai-borwein.ts';
import { barzilaiBorwein } from './barzilai-borwein.ts';

/** The norms of the gradients, and the values, of a run. */
function traceOf(objective: Objective, initial: Float64Array, options: BarzilaiBorweinOptions) {
  const norms: number[] = [];
  const values: number[] = [];
  const outcome = barzilaiBorwein(objective, initial, {
    ...options,
    onIteration: (iterate) => {
      norms.push(iterate.gradientNorm);
      values.push(iterate.solution().value);
    },
  });
  return { ...outcome, norms, values };
}

/** The method on a diagonal quadratic, by its components: g_i <- (1 - t lambda_i) g_i, t a mean of 1/lambda by g. */
function recurrence(eigenvalues: readonly number[], start: readonly number[], isLong: boolean, count: number) {
  const mean = (g: readonly number[], power: number) =>
    g.reduce((sum, value, i) => sum + eigenvalues[i] ** power * value * value, 0);
  let g = start.map((value, i) => value * eigenvalues[i]);
  let t = Math.min(1, 1 / Math.hypot(...g));
  const norms = [Math.hypot(...g)];
  while (norms.length < count) {
    const next = g.map((value, i) => (1 - t * eigenvalues[i]) * value);
    t = isLong ? mean(g, 0) / mean(g, 1) : mean(g, 1) / mean(g, 2);
    g = next;
    norms.push(Math.hypot(...g));
  }
  return norms;
}

describe('Barzilai-Borwein', () => {
  it('solves least squares as the normal equations do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom('long', 'short', 'alternating'), (seed, stepRule) => {
        const random = new Random(seed);
        const design = { rows: 12, cols: 5, values: random.normals(new Float64Array(60)) };
        const targets = random.normals(new Float64Array(12));
        const { x, status } = barzilaiBorwein(leastSquaresLoss(design, targets), new Float64Array(5), {
          tolerance: 1e-10,
          stepRule,
        });
        const right = new Float64Array(5);
        targets.forEach((target, i) => {
          for (let j = 0; j < 5; j++) right[j] += target * design.values[i * 5 + j];
        });
        const exact = solveCholesky(cholesky(gram(design)), right);
        expect(status).toBe('converged');
        x.forEach((value, j) => {
          expect(value).toBeCloseTo(exact[j], 6);
        });
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['long', true],
    ['short', false],
  ] as const)('takes %s steps as the recurrence of the components says', (stepRule, isLong) => {
    const eigenvalues = [1, 2.5, 7, 20];
    const start = [1, -2, 0.5, 3];
    const { norms } = traceOf(quadraticForm(Float64Array.from(eigenvalues)), Float64Array.from(start), {
      stepRule,
      window: 1000,
      maxIterations: 11,
    });
    const expected = recurrence(eigenvalues, start, isLong, norms.length);
    expect(norms).toHaveLength(12);
    norms.forEach((value, k) => {
      expect(Math.abs(value / expected[k] - 1)).toBeLessThan(1e-8);
    });
  });

  it('ends after two steps where the Hessian is a multiple of the identity, as for one variable', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('long', 'short', 'alternating'),
        (curvature, start, stepRule) => {
          const bowl = quadraticForm(new Float64Array(start.length).fill(curvature));
          const { status, iterations } = barzilaiBorwein(bowl, Float64Array.from(start), { stepRule });
          expect(status).toBe('converged');
          expect(iterations).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  it('converges R-superlinearly for two variables', () => {
    for (const condition of [3, 10, 100, 1000]) {
      const { norms, status } = traceOf(quadraticForm(Float64Array.of(1, condition)), Float64Array.of(1, 1), {
        tolerance: 1e-13,
        window: 1000,
      });
      expect(status).toBe('converged');
      // The root of the error falls, where it would stay for a linear rate.
      const root = (k: number) => (norms[k] / norms[0]) ** (1 / k);
      const last = norms.length - 1;
      expect(root(last)).toBeLessThan(0.75 * root(Math.ceil(last / 2)));
    }
  });

  it('takes far fewer iterations than steepest descent may on a quadratic of many variables', () => {
    const condition = 1e4;
    const bowl = quadraticForm(Float64Array.from({ length: 100 }, (_, i) => condition ** (i / 99)));
    for (const stepRule of ['long', 'short', 'alternating'] as const) {
      const { status, iterations } = barzilaiBorwein(bowl, new Float64Array(100).fill(1), { stepRule });
      expect(status).toBe('converged');
      // Exact line searches contract |g| by (K - 1)/(K + 1): about K/2 ln(1e12) iterations at worst.
      expect(iterations).toBeLessThan(((condition / 2) * Math.log(1e12)) / 50);
    }
  });

  it('exceeds no value of its window, and does not rise at all with a window of one', () => {
    const bowl = quadraticForm(Float64Array.from({ length: 30 }, (_, i) => 1000 ** (i / 29)));
    for (const window of [1, 5, 10]) {
      const { values, status } = traceOf(bowl, new Float64Array(30).fill(1), { window });
      expect(status).toBe('converged');
      const beyond = values.filter((value, k) => k > 0 && !(value <= Math.max(...values.slice(Math.max(0, k - window), k))));
      expect(beyond).toEqual([]);
      const rises = values.filter((value, k) => k > 0 && value > values[k - 1]).length;
      if (window === 1) expect(rises).toBe(0);
      else expect(rises).toBeGreaterThan(0);
    }
  });

  it('follows the valley of Rosenbrock, and comes back from outside of the domain', () => {
    const barrier: Objective = {
      dimension: 1,
      value: ([x]) => (x < 1 ? x * x - Math.log(1 - x) : Infinity),
      gradient: ([x], out) => out.set([2 * x + 1 / (1 - x)]),
    };
    for (const stepRule of ['long', 'short', 'alternating'] as const) {
      const { x, status } = barzilaiBorwein(rosenbrock(10), new Float64Array(10).fill(-1.2), { stepRule });
      expect(status).toBe('converged');
      x.forEach((value) => {
        expect(value).toBeCloseTo(1, 5);
      });
      const inside = barzilaiBorwein(barrier, Float64Array.of(0.999), { stepRule });
      expect(inside.status).toBe('converged');
      // 2x + 1/(1 - x) = 0
      expect(inside.x[0]).toBeCloseTo((1 - Math.sqrt(3)) / 2, 7);
    }
  });

  it('does the same at every scale', () => {
    for (const scale of [1e-150, 1, 1e150]) {
      const { status, x, iterations } = barzilaiBorwein(
        quadraticForm(Float64Array.of(scale, 8 * scale), Float64Array.of(scale, 16 * scale)),
        new Float64Array(2),
      );
      expect(status).toBe('converged');
      expect(iterations).toBeLessThan(40);
      expect(x[0]).toBeCloseTo(1, 6);
      expect(x[1]).toBeCloseTo(2, 6);
    }
  });

  it('says so when it cannot go on', () => {
    const endless: Objective = { dimension: 1, value: ([x]) => x, gradient: (_, out) => out.fill(1) };
    expect(barzilaiBorwein(endless, Float64Array.of(0)).status).toBe('stalled');
    const wrong: Objective = { dimension: 1, value: ([x]) => x * x, gradient: ([x], out) => out.fill(-x) };
    expect(barzilaiBorwein(wrong, Float64Array.of(1)).reason).toMatch(/no step along the gradient/);
    const nowhere: Objective = { dimension: 1, value: () => Infinity, gradient: (_, out) => out.fill(1) };
    expect(barzilaiBorwein(nowhere, Float64Array.of(0)).reason).toMatch(/not finite/);
    expect(barzilaiBorwein(rosenbrock(), Float64Array.of(-2, 2), { maxIterations: 3 }).status).toBe('iteration-limit');
    expect(barzilaiBorwein(quadraticForm(Float64Array.of(1)), new Float64Array(1)).iterations).toBe(0);
  });

  it('refuses what does not fit', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => barzilaiBorwein(rosenbrock(), Float64Array.of(1))).toThrow(argument('initial'));
    expect(() => barzilaiBorwein(rosenbrock(), Float64Array.of(1, 2), { window: 0 })).toThrow(argument('window'));
    expect(() => barzilaiBorwein(rosenbrock(), Float64Array.of(1, 2), { stepRule: 'wide' as 'long' })).toThrow(
      argument('stepRule'),
    );
    expect(() => barzilaiBorwein({} as Objective, Float64Array.of(1, 2))).toThrow(argument('objective'));
  });
});
