import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { cholesky, gram, solveCholesky } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastSquaresLoss } from '../objectives/least-squares-loss.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { standardizedBreastCancer } from '../objectives/real-designs.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { lbfgs } from './lbfgs.ts';

describe('L-BFGS', () => {
  it('solves least squares as the normal equations do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const random = new Random(seed);
        const design = { rows: 12, cols: 5, values: random.normals(new Float64Array(60)) };
        const targets = random.normals(new Float64Array(12));
        const { x, status } = lbfgs(leastSquaresLoss(design, targets), new Float64Array(5), { tolerance: 1e-12 });
        const right = new Float64Array(5);
        targets.forEach((target, i) => {
          for (let j = 0; j < 5; j++) right[j] += target * design.values[i * 5 + j];
        });
        const exact = solveCholesky(cholesky(gram(design)), right);
        expect(['converged', 'stalled']).toContain(status);
        x.forEach((value, j) => {
          expect(value).toBeCloseTo(exact[j], 7);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('finds the minimum of the logistic loss of tumours, as SciPy does', async () => {
    const { design, labels } = await standardizedBreastCancer();
    const loss = logisticLoss(design, labels, { ridge: 1e-3 });
    const { value, status, evaluations } = lbfgs(loss, new Float64Array(31), { tolerance: 1e-10 });
    expect(status).toBe('converged');
    // The least value that a reference of gradient-normalised smoothness gives for this very instance.
    expect(value).toBeCloseTo(0.0598294718818, 12);
    expect(evaluations.gradient).toBeLessThan(150);
  });

  it('follows the valley of Rosenbrock in few gradients', () => {
    const { x, status, evaluations } = lbfgs(rosenbrock(10), new Float64Array(10).fill(-1.2), { tolerance: 1e-10 });
    expect(status).toBe('converged');
    x.forEach((value) => {
      expect(value).toBeCloseTo(1, 6);
    });
    expect(evaluations.gradient).toBeLessThan(150);
    expect(evaluations.value).toBe(evaluations.gradient);
  });

  it('ends a quadratic of d variables after about d iterations, and never rises', () => {
    const values: number[] = [];
    const { status, iterations } = lbfgs(quadraticForm(Float64Array.of(1, 3, 10, 40)), Float64Array.of(1, 1, 1, 1), {
      onIteration: (iterate) => void values.push(iterate.solution().value),
    });
    expect(status).toBe('converged');
    expect(iterations).toBeLessThan(20);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  it('starts at the minimum, and comes back from outside of the domain', () => {
    const barrier: Objective = {
      dimension: 1,
      value: ([x]) => (x < 1 ? x * x - Math.log(1 - x) : Infinity),
      gradient: ([x], out) => out.set([2 * x + 1 / (1 - x)]),
    };
    expect(lbfgs(quadraticForm(Float64Array.of(1)), new Float64Array(1)).iterations).toBe(0);
    const { x, status } = lbfgs(barrier, Float64Array.of(0.999));
    expect(status).toBe('converged');
    // 2x + 1/(1 - x) = 0
    expect(x[0]).toBeCloseTo((1 - Math.sqrt(3)) / 2, 7);
  });

  it('says so when it cannot go on', () => {
    const endless: Objective = { dimension: 1, value: ([x]) => x, gradient: (_, out) => out.fill(1) };
    expect(lbfgs(endless, Float64Array.of(0)).status).toBe('stalled');
    const nowhere: Objective = { dimension: 1, value: () => Infinity, gradient: (_, out) => out.fill(1) };
    expect(lbfgs(nowhere, Float64Array.of(0)).reason).toMatch(/not finite/);
    expect(lbfgs(rosenbrock(), Float64Array.of(-2, 2), { maxIterations: 3 }).status).toBe('iteration-limit');
  });

  it('refuses what does not fit', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => lbfgs(rosenbrock(), Float64Array.of(1))).toThrow(argument('initial'));
    expect(() => lbfgs(rosenbrock(), Float64Array.of(1, 2), { memory: 0 })).toThrow(argument('memory'));
    expect(() => lbfgs(rosenbrock(), Float64Array.of(1, 2), { tolerance: -1 })).toThrow(argument('tolerance'));
    expect(() => lbfgs({} as Objective, Float64Array.of(1, 2))).toThrow(argument('objective'));
  });
});
