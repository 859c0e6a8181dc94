// Potentials of exact problems as the limit of entropic ones, and the tiny epsilons that begin there.
import { describe, expect, it } from 'vitest';
import { emd } from '../../exact/network-simplex.ts';
import { gaussianClouds, randomAssignment } from '../../instances.ts';
import { solveTransport } from '../../solve-transport.ts';
import { doubledMarginalError } from '../../testing/random-histograms.ts';
import type { Transport } from '../../transport.ts';
import { sinkhornNewtonSparse } from '../sinkhorn-newton-sparse.ts';
import { EntropicState } from './entropic-state.ts';
import { startFromExact } from './exact-start.ts';

/** The problem of POT's `test_sinkhorn_stabilization`: bells of a hundred places, squared distances up to 9801. */
const n = 100;
const bell = (mean: number) => {
  const weights = Float64Array.from({ length: n }, (_, i) => Math.exp(-((i - mean) ** 2) / 200));
  const mass = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / mass);
};
const values = Float64Array.from({ length: n * n }, (_, k) => (Math.floor(k / n) - (k % n)) ** 2);
const bells: Transport = { a: bell(30), b: bell(40), cost: { rows: n, cols: n, values } };

describe('startFromExact', () => {
  const started = (problem: Transport, epsilon: number, look: (state: EntropicState) => void) => {
    const state = new EntropicState(problem, epsilon, { tolerance: 1e-9 });
    try {
      for (const _ of startFromExact(state, state.epsilon));
      look(state);
    } finally {
      state.release();
    }
  };

  it('makes the exact plan, where epsilon is next to nothing', () => {
    const exact = emd(bells.a, bells.b, bells.cost);
    started(bells, 1e-5, (state) => {
      expect(state.evaluate(state.epsilon)).toBeLessThan(1e-5);
      expect(state.solution(state.epsilon).cost / exact.cost).toBeCloseTo(1, 6);
    });
  });

  it('leaves finite potentials where the exact plan falls apart', () => {
    started(randomAssignment(20, 1), 1e-4, ({ x, y }) => {
      expect([...x, ...y].every(Number.isFinite)).toBe(true);
    });
  });
});

describe("POT's tests of stabilisation", () => {
  // 1e-5 of the costs and of their range; POT's own end at their limit there.
  it.each([1e-5, 1e-5 * 9801, 1e-3, 1e-8])('converge truly at epsilon %s', (epsilon) => {
    const exact = emd(bells.a, bells.b, bells.cost).cost;
    for (const solved of [
      solveTransport(bells.a, bells.b, bells.cost, { epsilon, plan: 'dense' }),
      sinkhornNewtonSparse(bells.a, bells.b, bells.cost, { epsilon }),
    ]) {
      expect(solved.status).toBe('converged');
      expect(doubledMarginalError(bells, solved.plan)).toBeLessThan(1.01e-9);
      expect(solved.iterations).toBeLessThan(200);
      // The entropy of a plan of these weights is below 2 log n.
      expect(solved.cost - exact).toBeGreaterThan(-1e-6);
      expect(solved.cost - exact).toBeLessThan(2 * Math.log(n) * epsilon + 1e-6);
    }
  });

  it('and so do clouds at a hundred-millionth of their costs', () => {
    const problem = gaussianClouds(60, 3);
    const solved = solveTransport(problem.a, problem.b, problem.cost, { epsilon: 1e-7, plan: 'dense' });
    expect(solved.status).toBe('converged');
    expect(doubledMarginalError(problem, solved.plan)).toBeLessThan(1.01e-9);
  });
});
