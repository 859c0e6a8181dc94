import { mulberry32 } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { gaussianClouds, randomAssignment } from '../instances.ts';
import type { Transport } from '../transport.ts';
import { spreadOf } from '../vectors.ts';
import { andersonSinkhorn } from './anderson-sinkhorn.ts';
import { EntropicState } from './entropic-state.ts';
import { isTooSmall, sweepsOfSample } from './sample-trial.ts';

function onState<Result>(
  problem: Transport,
  share: number,
  look: (state: EntropicState, epsilon: number) => Result,
): Result {
  const epsilon = share * spreadOf(problem.cost.values);
  const state = new EntropicState(problem, epsilon);
  try {
    return look(state, epsilon);
  } finally {
    state.release();
  }
}

describe('sweepsOfSample', () => {
  it('foretells the sweeps of the whole between clouds', () => {
    for (const seed of [1, 2, 3]) {
      const problem = gaussianClouds(500, seed);
      for (const share of [0.03, 0.01, 0.003]) {
        onState(problem, share, (state, epsilon) => {
          const { a, b, cost } = problem;
          const { iterations } = andersonSinkhorn(a, b, cost, { epsilon, tolerance: 1e-5 });
          const foretold = sweepsOfSample(state, 200) as number;
          expect(foretold).toBeGreaterThan(iterations / 2);
          expect(foretold).toBeLessThan(2 * iterations + 2);
        });
      }
    }
  });

  it('is given up after the sweeps that it may take', () => {
    onState(gaussianClouds(300, 1), 0.01, (state) => {
      const sweeps = sweepsOfSample(state, 200) as number;
      expect(sweepsOfSample(state, sweeps)).toBe(sweeps);
      expect(sweepsOfSample(state, sweeps - 2)).toBe(Infinity);
    });
  });

  it('does not speak for random costs, where a row of the sample reaches hardly any target', () => {
    onState(randomAssignment(1000, 1), 0.003, (state) => {
      expect(sweepsOfSample(state, 48)).toBeUndefined();
    });
  });

  it('does not speak for masses that lie between its places', () => {
    const { b, cost } = gaussianClouds(640, 1);
    // The sample has every tenth place, from the fifth on.
    const random = mulberry32(1);
    const a = Float64Array.from({ length: 640 }, (_, i) => (i % 10 === 0 ? random() : 1e-9));
    const mass = a.reduce((sum, weight) => sum + weight, 0);
    onState({ a: a.map((weight) => weight / mass), b, cost }, 0.01, (state) => {
      expect(state.n).toBe(640);
      expect(sweepsOfSample(state, 48)).toBeUndefined();
    });
  });

  it('is not drawn from a problem that is hardly larger', () => {
    onState(gaussianClouds(100, 1), 0.01, (state) => expect(isTooSmall(state)).toBe(true));
    onState(gaussianClouds(400, 1), 0.01, (state) => expect(isTooSmall(state)).toBe(false));
  });
});
