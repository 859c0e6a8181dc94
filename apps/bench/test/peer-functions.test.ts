// The functions that peers write anew are those of the instances: their values and gradients, at points that they find.
import type { AnyProblem } from '@infimum/core';
import { createRegistry, parseWith } from '@infimum/core';
import { startPeers } from '@infimum/peers';
import { plugins } from 'infimum';
import { afterAll, describe, expect, it } from 'vitest';

const peers = await startPeers();
afterAll(async () => {
  if (peers.present) await peers.process.close();
});

const registry = createRegistry(...plugins);

/** What a peer finds on the first quick instance of a family, by the problem's own metrics; undefined if it declines. */
async function metricsOf(problem: AnyProblem, family: string, solver: string, options: object) {
  if (!peers.present) throw new Error(peers.reason);
  const { params, suites, generate } = problem.families[family];
  const instance = await generate(parseWith(params, suites.quick[0], 'params'), 1);
  const plain = problem.plainData?.(instance);
  if (!plain) return undefined;
  const functions = problem.plainFunctions?.(instance) ?? {};
  const limits = { seconds: 50, functions };
  const { status, reason, solution } = await peers.process.solve(solver, plain, options, limits);
  expect([status, reason]).not.toEqual(['failed', reason]);
  if (!solution) return undefined;
  const metrics = Object.fromEntries(
    Object.entries(problem.metrics).map(([name, { compute }]) => [name, compute(instance, solution)]),
  );
  return { instance, status, solution, metrics };
}

describe.runIf(peers.present)('peers minimise our functions', () => {
  const smooth = registry.problem('optim/smooth');
  const composite = registry.problem('optim/composite');

  it.each(Object.keys(smooth.families))('optim/smooth, %s', async (family) => {
    const ids = ['l-bfgs-b', 'newton-cg', 'trust-exact'].map((method) => `scipy/minimize-${method}`);
    for (const id of ids) {
      const found = await metricsOf(smooth, family, id, { tolerance: 1e-4, maxIterations: 3000 });
      if (!found) continue;
      const { instance, status, solution, metrics } = found;
      const { objective } = instance as { objective: { value(x: Float64Array): number } };
      const value = objective.value(solution['x'] as Float64Array);
      expect(Math.abs((solution['value'] as number) - value)).toBeLessThan(1e-9 * (1 + Math.abs(value)));
      // Where f is infinite, the line search of L-BFGS-B gives up.
      if (family !== 'barrier' || !id.endsWith('l-bfgs-b')) expect([id, status]).toEqual([id, 'converged']);
      if (status !== 'converged') continue;
      expect(metrics['gradientNorm']).toBeLessThan(1.01e-4);
      expect(metrics['gradients']).toBeGreaterThan(0);
      // Wrong second derivatives would leave steps of Newton's method as slow as others.
      if (id.endsWith('trust-exact')) expect(metrics['hessians']).toBeLessThan(40);
    }
  });

  it.each([
    'sparse-least-squares',
    'non-negative',
    'nnls',
    'box',
    'lasso',
    'sparse-logistic',
    'softmax',
    'lattice',
    'moons',
    'tumours',
    'digits',
  ])('optim/composite, %s', async (family) => {
    const found = await metricsOf(composite, family, 'scipy/minimize-bounded', { tolerance: 1e-5 });
    expect(found?.metrics['stationarity']).toBeLessThan(1e-4);
  });
});

describe.runIf(peers.present)('peers ask for the values of our functions', () => {
  const has = (id: string) => peers.present && peers.process.list().some((peer) => peer.id === id);

  it.for([
    'pycma/cma-es',
    'cbxpy/cbo',
    'evosax/cma-es',
    'nevergrad/two-points-de',
    'nevergrad/one-plus-one',
    'scipy/differential-evolution',
    'scipy/nelder-mead',
  ])('%s meets the target of a sphere', async (id, test) => {
    test.skip(!has(id), 'its package is not installed');
    const problem = registry.problem('blackbox/continuous');
    const { params, generate } = problem.families['shifted'];
    const instance = (await generate(parseWith(params, { function: 'sphere', d: 2 }, 'params'), 1)) as {
      target: number;
      value(x: Float64Array): number;
    };
    if (!peers.present) throw new Error(peers.reason);
    const plain = problem.plainData?.(instance) as object;
    const functions = problem.plainFunctions?.(instance) ?? {};
    const { status, solution, path = [] } = await peers.process.solve(id, plain, {}, { seconds: 50, functions });
    expect(status).toBe('converged');
    const value = instance.value(solution?.['x'] as Float64Array);
    expect(value).toBe(solution?.['value']);
    expect(value).toBeLessThanOrEqual(instance.target);
    const { value: count } = Object(solution?.['evaluations']) as { readonly value: number };
    expect(count).toBeGreaterThan(5);
    const values = path.map((sample) => sample.solution['value'] as number);
    expect(values.length).toBeGreaterThan(1);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  it.each([
    ['optim/constrained', ''],
    ['optim/equality-constrained', '-equalities'],
  ])('SciPy on %s: our functions, and multipliers that fit', async (id, suffix) => {
    const problem = registry.problem(id);
    for (const family of Object.keys(problem.families)) {
      for (const method of ['slsqp', 'trust-constr']) {
        const found = await metricsOf(problem, family, `scipy/minimize-${method}${suffix}`, { tolerance: 1e-8 });
        if (!found) throw new Error(`${method} declined ${family}`);
        expect([family, method, found.status]).toEqual([family, method, 'converged']);
        expect([family, method, found.metrics['residual'] < 0.02]).toEqual([family, method, true]);
      }
    }
  });
});
