// Plans that are not asked for: everything else is what it is with them, to the last bits of sums.
import { InvalidInputError } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { solveTransport } from '../solve-transport.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { randomHistograms } from '../testing/random-histograms.ts';
import { acceleratedSinkhorn } from './accelerated-sinkhorn.ts';
import { andersonSinkhorn } from './anderson-sinkhorn.ts';
import { dualLbfgs } from './dual-lbfgs.ts';
import { epsilonScaling } from './epsilon-scaling.ts';
import { greenkhorn } from './greenkhorn.ts';
import { overrelaxedSinkhorn } from './overrelaxed-sinkhorn.ts';
import { sinkhorn } from './sinkhorn.ts';
import { sinkhornNewtonDense } from './sinkhorn-newton-dense.ts';
import { sinkhornNewtonShift } from './sinkhorn-newton-shift.ts';
import { sinkhornNewtonSparse } from './sinkhorn-newton-sparse.ts';
import { stochasticTransport } from './stochastic-transport.ts';

const solvers = {
  acceleratedSinkhorn,
  andersonSinkhorn,
  dualLbfgs,
  epsilonScaling,
  greenkhorn,
  overrelaxedSinkhorn,
  sinkhorn,
  sinkhornNewtonDense,
  sinkhornNewtonShift,
  sinkhornNewtonSparse,
  stochasticTransport,
};

/** Two Gaussians, one of which has weights that no tolerance notices. */
const n = 60;
const bell = (mean: number, deviation: number) => {
  const weights = Float64Array.from({ length: n }, (_, i) => Math.exp(-(((i - mean) / deviation) ** 2) / 2));
  const mass = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / mass);
};
const a = bell(15, 4);
const b = bell(40, 9);
const cost = {
  rows: n,
  cols: n,
  values: Float64Array.from({ length: n * n }, (_, k) => ((Math.floor(k / n) - (k % n)) / n) ** 2),
};

describe("plan: 'none'", () => {
  it.each(Object.entries(solvers))('%s answers as with a plan, but for it', (_, solver) => {
    for (const weights of [b, new Float64Array(n).fill(1 / n)]) {
      const solve = solver as typeof sinkhorn;
      const options = { epsilon: 0.05, maxIterations: 300 };
      const { plan, ...expected } = solve(a, weights, cost, options);
      const answer = solve(a, weights, cost, { ...options, plan: 'none' });
      expect(answer).not.toHaveProperty('plan');
      expect(plan.values).toHaveLength(n * n);
      for (const key of ['sourcePotential', 'targetPotential', 'regularizedCost', 'dualValue'] as const) {
        expect(answer[key]).toEqual(expected[key]);
      }
      expect(Object.keys(answer).sort()).toEqual(Object.keys(expected).sort());
      expect(Math.abs(answer.cost - expected.cost)).toBeLessThan(1e-12 * expected.cost);
      expect(answer.marginalError).toBe(expected.marginalError);
      expect([answer.status, answer.iterations]).toEqual([expected.status, expected.iterations]);
    }
  });

  it.each(Object.entries(solvers))('%s refuses other forms by name', (_, solver) => {
    const options = { epsilon: 0.05, plan: 'sparse' as 'none' };
    const refused = () => (solver as typeof sinkhorn)(a, b, cost, options);
    expect(refused).toThrow(InvalidInputError);
    expect(refused).toThrow(/plan/);
  });

  it('and the types say so', () => {
    const options = { epsilon: 0.05, maxIterations: 3 };
    const values: { readonly cost: number; readonly plan?: never } = sinkhorn(a, b, cost, { ...options, plan: 'none' });
    expect(values.plan).toBeUndefined();
    const form = n > 1 ? 'dense' : 'none';
    const either = sinkhorn(a, b, cost, { ...options, plan: form as 'dense' | 'none' });
    expect('plan' in either && either.plan.rows).toBe(n);
    // @ts-expect-error no such option
    expect(() => sinkhorn(a, b, cost, { ...options, epsilom: 1 })).toThrow(InvalidInputError);
  });

  it('solveTransport makes none either, and says the same of random histograms', () => {
    for (let k = 0; k < quickOrFull(10, 20); k++) {
      const { epsilon, ...problem } = randomHistograms(k);
      const { plan: _, ...expected } = solveTransport(problem.a, problem.b, problem.cost, { epsilon, plan: 'dense' });
      const answer = solveTransport(problem.a, problem.b, problem.cost, { epsilon, plan: 'none' });
      expect(answer).not.toHaveProperty('plan');
      expect(answer.status).toBe(expected.status);
      expect(answer.sourcePotential).toEqual(expected.sourcePotential);
      expect(Math.abs(answer.cost - expected.cost)).toBeLessThanOrEqual(1e-12 * expected.cost);
    }
  });
});
