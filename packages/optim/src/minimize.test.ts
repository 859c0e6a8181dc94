// The front door: it takes what fits, says so, and finds what the methods find.
import type { Tensor } from '@infimum/autodiff';
import { add, differentiable, exp, fromFunction, mul, narrow, square, sub, sum } from '@infimum/autodiff';
import { sparseDifferentiable } from '@infimum/autodiff/sparse';
import type { Objective } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { nonlinearConstraints } from './constrained/constraint-sets.ts';
import { programOf } from './constrained/formula-program.ts';
import { lbfgs } from './line-search/lbfgs.ts';
import { minimize } from './minimize.ts';
import { logisticLoss } from './objectives/logistic-loss.ts';
import { quadraticForm } from './objectives/quadratic-form.ts';
import { standardizedBreastCancer } from './objectives/real-designs.ts';
import { rosenbrock } from './objectives/test-functions.ts';
import { hockSchittkowski } from './testing/hock-schittkowski.ts';

describe('minimize', () => {
  it.each([
    ['trust-region-newton', rosenbrock(2), /a Hessian of 2 x 2 is cheap/],
    ['newton-cg', rosenbrock(300), /products with the Hessian/],
    ['lbfgs', withoutHessian(rosenbrock(4)), /gradients only/],
    ['lbfgs', withoutHessian(rosenbrock(201)), /gradients only/],
    ['lbfgs', { ...withoutHessian(quadraticForm(new Float64Array(300).fill(2))), hessian: () => {} }, /expensive to factor/],
  ] as const)('takes %s', (method, objective, why) => {
    const start = new Float64Array(objective.dimension).fill(0.5);
    const outcome = minimize(objective, start);
    expect(outcome).toMatchObject({ method, status: 'converged' });
    expect(outcome.reason).toMatch(why);
    expect(outcome.value).toBeLessThan(1e-10);
  });

  it('factors the sparse Hessian of an expression, and leaves dense ones to products', () => {
    // A membrane with a condition number of 1e4, and a valley that Newton's method follows through indefinite places.
    const chain = (n: number) => (x: Tensor) => {
      const slopes = sub(narrow(x, 0, 1, n - 1), narrow(x, 0, 0, n - 1));
      return add(sum(square(mul(100, slopes))), sum(sub(exp(x), mul(3, x))));
    };
    const valley = (n: number) => (x: Tensor) => {
      const [from, to] = [narrow(x, 0, 0, n - 1), narrow(x, 0, 1, n - 1)];
      return add(sum(mul(100, square(sub(to, square(from))))), sum(square(sub(1, x))));
    };
    const found = minimize(
      sparseDifferentiable(20_000, chain(20_000)),
      new Float64Array(20_000).map((_, i) => Math.sin(i)),
    );
    expect(found).toMatchObject({ method: 'newton-cg', status: 'converged' });
    expect(found.x.every((each) => Math.abs(each - Math.log(3)) < 1e-8)).toBe(true);
    for (const f of [chain(300), valley(300)]) {
      const start = Float64Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
      const [sparse, plain] = [sparseDifferentiable, differentiable].map((make) => minimize(make(300, f), start));
      for (const each of [sparse, plain]) expect(each).toMatchObject({ method: 'newton-cg', status: 'converged' });
      expect(sparse.reason).toMatch(/and factors of it/);
      expect(plain.reason).not.toMatch(/factors/);
      expect(plain.evaluations.hessian).toBe(0);
      expect(sparse.evaluations.hessian).toBeGreaterThan(0);
      expect(sparse.evaluations.hessianVector).toBeLessThan(plain.evaluations.hessianVector / 5);
    }
    const dense = minimize(
      sparseDifferentiable(300, (x) => add(square(sum(x)), sum(exp(x)))),
      new Float64Array(300),
    );
    expect(dense).toMatchObject({ method: 'newton-cg', status: 'converged' });
    expect(dense.reason).not.toMatch(/factors/);
  });

  it('finds the same minimum by every method', async () => {
    const { design, labels } = await standardizedBreastCancer();
    const loss = logisticLoss(design, labels, { ridge: 1e-3 });
    for (const method of ['lbfgs', 'newton-cg', 'trust-region-newton'] as const) {
      const outcome = minimize(loss, new Float64Array(design.cols), { method, tolerance: 1e-9 });
      expect(outcome.method).toBe(method);
      expect(outcome.reason).toMatch(/as requested/);
      expect(outcome.value).toBeCloseTo(0.0598294718818, 11);
    }
  });

  it('hands limits on, and does what the method alone does', () => {
    const plain = withoutHessian(rosenbrock());
    const start = Float64Array.of(-1.2, 1);
    expect(minimize(plain, start, { maxIterations: 3 }).status).toBe('iteration-limit');
    expect(minimize(plain, start).x).toEqual(lbfgs(plain, start).x);
  });

  it('takes no products that are differences of differences of values', () => {
    for (const [dimension, method] of [
      [4, 'quadratic-models'],
      [60, 'lbfgs'],
    ] as const) {
      let values = 0;
      const chain = fromFunction(dimension, (x) => {
        values++;
        let total = 0;
        for (let i = 0; i + 1 < dimension; i++) total += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2;
        return total;
      });
      const start = Float64Array.from({ length: dimension }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
      const found = minimize(chain, start);
      expect(found).toMatchObject({ method, status: 'converged' });
      expect(found.reason).toMatch(/values only/);
      expect(found.value).toBeLessThan(1e-10);
      // Newton-CG takes 341 617.
      expect(values).toBeLessThan(100_000);
    }
  });

  it('says which part of the test ended it, and lets each be set', () => {
    const start = Float64Array.of(-1.2, 1);
    for (const method of ['lbfgs', 'newton-cg', 'trust-region-newton'] as const) {
      const early = minimize(rosenbrock(), start, { method, gradientTolerance: 5 });
      expect(early.status).toBe('converged');
      expect(early.reason).toMatch(/at most 5.0e\+0, gradientTolerance/);
      expect(early.gradientNorm).toBeLessThanOrEqual(5);
      expect(early.gradientNorm).toBeGreaterThan(1e-6);
      const raised = { ...rosenbrock(), value: (x: Float64Array) => rosenbrock().value(x) + 1e12 };
      const { status, reason } = minimize(raised, start, { method, tolerance: 0, valueTolerance: 1e-8 });
      expect(status).toBe('converged');
      expect(reason).toMatch(/the relative change of the value along the gradient is below 1.0e-8/);
    }
    const boxed = minimize(rosenbrock(), start, { upper: 2, gradientTolerance: 5 });
    expect(boxed.reason).toMatch(/gradientTolerance/);
    expect(() => minimize({ dimension: 1, value: ([x]) => x * x }, Float64Array.of(1), { gradientTolerance: 1 })).toThrow(
      expect.objectContaining({ argument: 'gradientTolerance', code: 'unsupported' }),
    );
  });

  it('takes values alone, and bounds', () => {
    const bowl = (dimension: number) => ({
      dimension,
      value: (x: Float64Array) => x.reduce((sum, entry, i) => sum + (entry - i) ** 2, 0),
    });
    const few = minimize(bowl(3), Float64Array.of(5, 5, 5));
    expect(few).toMatchObject({ method: 'quadratic-models', status: 'converged' });
    expect(few.x.map((entry) => Math.round(entry) + 0)).toEqual(Float64Array.of(0, 1, 2));
    const many = minimize(bowl(20), new Float64Array(20).fill(3));
    expect(many.method).toBe('lbfgs');
    expect(many.value).toBeLessThan(1e-10);
    expect(many.evaluations.gradient).toBeLessThan(20);
    const boxed = minimize(bowl(20), new Float64Array(20), { upper: 4 });
    expect(boxed.method).toBe('lbfgsb');
    expect(boxed.x[19]).toBe(4);
    for (const [objective, method] of [
      [rosenbrock(), 'projected-trust-region'],
      [withoutHessian(rosenbrock()), 'lbfgsb'],
    ] as const) {
      const found = minimize(objective, Float64Array.of(-1.2, 1), { upper: Float64Array.of(0.5, Infinity) });
      expect(found).toMatchObject({ method, status: 'converged' });
      expect(found.x[0]).toBe(0.5);
      expect(found.x[1]).toBeCloseTo(0.25, 6);
    }
    expect(() => minimize(rosenbrock(), Float64Array.of(1, 2), { method: 'lbfgs', lower: 0 })).toThrow(
      expect.objectContaining({ argument: 'method', code: 'unsupported' }),
    );
  });

  it.each(['2', '3', '78', '88'])('asks no value twice on problem %s, whichever method takes over', (name) => {
    const { start } = hockSchittkowski[name];
    const { value, values, constraints: count, lower, upper, low, high } = programOf(hockSchittkowski[name]);
    const asked: string[] = [];
    const f = (x: Float64Array) => {
      asked.push(x.join());
      return value(x);
    };
    const constraints = nonlinearConstraints({ count, value: values }, { lower: low, upper: high });
    const found = count === 0 ? minimize(f, start, { lower, upper }) : minimize(f, start, { lower, upper, constraints });
    expect(found.status).toBe('converged');
    expect(found.evaluations.value).toBe(asked.length);
    const again = asked.filter((point, k) => asked.slice(Math.max(0, k - 32), k).includes(point));
    expect(again).toEqual([]);
  });

  it('refuses what does not fit', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const method = 'simplex' as 'lbfgs';
    expect(() => minimize(rosenbrock(), Float64Array.of(1))).toThrow(argument('initial'));
    expect(() => minimize(rosenbrock(), Float64Array.of(1, 2), { method })).toThrow(argument('method'));
  });
});

function withoutHessian({ dimension, value, gradient }: Objective): Objective {
  return { dimension, value, gradient };
}
