import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costMatrix } from '../../cost-matrix.ts';
import { gaussianClouds, randomAssignment, randomPoints } from '../../instances.ts';

import type { Transport } from '../../transport.ts';
import { spreadOf } from '../../vectors.ts';
import { andersonSinkhorn } from '../anderson-sinkhorn.ts';
import type { CoarseIterate } from './coarse-stages.ts';
import { coarseStages, needsCoarseStages } from './coarse-stages.ts';
import { EntropicState } from './entropic-state.ts';

/** Runs the stages; the state goes to `look` and is released. */
function staged<Result>(
  problem: Transport,
  epsilon: number,
  look: (state: EntropicState, iterates: readonly CoarseIterate[], isSlow: boolean) => Result,
): Result {
  const state = new EntropicState(problem, epsilon);
  try {
    const iterates: CoarseIterate[] = [];
    const stages = coarseStages(state, state.problem.range / state.epsilon);
    let step = stages.next();
    for (; !step.done; step = stages.next()) iterates.push(step.value);
    return look(state, iterates, step.value);
  } finally {
    state.release();
  }
}

/** Groups of places on a line with so much of the mass of either side in the first. */
function groups(n: number, [left, right]: readonly [number, number]): Transport {
  const weights = (share: number) => Float64Array.from({ length: n }, (_, i) => ((i % 2 === 0 ? share : 1 - share) * 2) / n);
  const values = Float64Array.from({ length: n }, (_, i) => (i % 2) + 0.05 * Math.sin(i));
  const places = { rows: n, cols: 1, values };
  return { a: weights(left), b: weights(right), cost: costMatrix(places, places) };
}

const ratios = (iterates: readonly CoarseIterate[], state: EntropicState) => [
  ...new Set(iterates.map(({ epsilon }) => epsilon / state.epsilon)),
];

describe('stages of larger epsilons', () => {
  it('leave the kernel of their potentials at the epsilon that is asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom(0.02, 0.005, 0.0012),
        (n, m, seed, share) => {
          const problem = randomPoints(n, m, 2, seed);
          staged(problem, share * spreadOf(problem.cost.values), (state) => {
            const { x, y, cost, epsilon } = state;
            state.plan.forEach((mass, k) => {
              const exponent = (x[Math.floor(k / m)] + y[k % m] - cost[k]) / epsilon;
              // Products of rounded exponentials, and zero where they would underflow.
              if (exponent < -665) expect(mass).toBeLessThan(1e-285);
              else expect(Math.abs(Math.log(mass) - exponent)).toBeLessThan(1e-10);
            });
            expect([...state.rowScaling, ...state.columnScaling].every((scaling) => scaling === 1)).toBe(true);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are one at eight epsilons, two beyond 600 epsilons, and each ends with little of the mass wrong', () => {
    const problem = gaussianClouds(120, 3);
    const range = spreadOf(problem.cost.values);
    staged(problem, 0.004 * range, (state, iterates, isSlow) => {
      expect(ratios(iterates, state)).toEqual([8]);
      expect(iterates.at(-1)?.marginalError).toBeLessThan(0.01);
      expect(isSlow).toBe(false);
    });
    staged(problem, 0.001 * range, (state, iterates) => {
      expect(ratios(iterates, state)).toEqual([16, 4]);
      for (const ratio of [16, 4]) {
        const last = iterates.findLast(({ epsilon }) => epsilon === ratio * state.epsilon);
        expect(last?.marginalError).toBeLessThan(0.01);
      }
    });
  });

  it('are two, the second thorough, where parts of the plan exchange mass', () => {
    staged(groups(60, [0.7, 0.3]), 1 / 400, (state, iterates, isSlow) => {
      expect(isSlow).toBe(true);
      expect(ratios(iterates, state)).toEqual([8, 4]);
      expect(iterates.at(-1)?.marginalError).toBeLessThan(1e-3);
    });
    staged(groups(60, [0.7, 0.7]), 1 / 400, (_, __, isSlow) => expect(isSlow).toBe(false));
  });

  it('end after a number of sweeps whatever the error is', () => {
    // Two costs of a thousand epsilons between which nothing moves.
    const stuck = groups(40, [0.9, 0.1]);
    staged({ ...stuck, cost: { ...stuck.cost, values: stuck.cost.values.map((c) => c ** 4) } }, 1e-3, (state, iterates) => {
      expect(iterates.length).toBeLessThanOrEqual(82);
      expect(state.plan.every((mass) => mass >= 0 && mass < Infinity)).toBe(true);
    });
  });

  it('pay from sixty epsilons for few entries, from 150 for many', () => {
    expect([59, 61].map((span) => needsCoarseStages(10_000, span))).toEqual([false, true]);
    expect([149, 151].map((span) => needsCoarseStages(1_000_000, span))).toEqual([false, true]);
  });

  it('show the plan of their own epsilon on the way, and are not changed by it', () => {
    const problem = randomAssignment(20, 4);
    const { a, b, cost } = problem;
    const epsilon = 0.01 * spreadOf(cost.values);
    const look = (asked: boolean) => {
      const state = new EntropicState(problem, epsilon);
      try {
        const stages = coarseStages(state, 100);
        for (let step = stages.next(); !step.done; step = stages.next()) if (asked) step.value.solution();
        return state.plan.slice();
      } finally {
        state.release();
      }
    };
    expect(look(true)).toEqual(look(false));
    staged(problem, epsilon, (state, iterates) => {
      expect(iterates[0].epsilon).toBe(8 * state.epsilon);
      const first = andersonSinkhorn(a, b, cost, { epsilon: 8 * epsilon, maxIterations: 0 });
      expect(iterates[0].marginalError).toBeCloseTo(first.marginalError, 12);
    });
  });
});
