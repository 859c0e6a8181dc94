// The table of the specification and the theorems' bounds at full size.
import { describe, expect, it } from 'vitest';
import { boundFailures } from '../testing/bound-failures.ts';
import { learnersTable } from './sparse-claims.ts';

describe('Hedge’s episodes in the game of Shapley', () => {
  it.each([
    [100, 100, 0.094, 0.322, 100],
    [1000, 20, 0.013, 0.354, 400],
    [1000, 100, 0.015, 0.413, 60],
    [1000, 400, 0.016, 0.397, 20],
  ])(
    '%i episodes of %i steps: Markov deviations gain %f, those that learn %f',
    (episodes, horizon, markov, aggregator, samples) => {
      const found = learnersTable(episodes, horizon, samples, 1);
      console.log(
        `T ${episodes} H ${horizon}: ${found.markov.toFixed(3)} ${found.aggregator.toFixed(3)} KL ${found.divergence.toFixed(2)}`,
      );
      expect(Math.abs(found.markov - markov)).toBeLessThan(0.05);
      expect(Math.abs(found.aggregator - aggregator)).toBeLessThan(0.05);
      expect(found.divergence).toBeLessThanOrEqual(Math.log(episodes));
    },
    300_000,
  );
});

it('of a hundred random mixtures every one gives an equilibrium within the bound', () => {
  expect(boundFailures(100, 16, 50).failures).toBe(0);
}, 300_000);
