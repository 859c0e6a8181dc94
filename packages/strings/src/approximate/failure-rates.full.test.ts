// Long: the probabilities of the randomised methods, on inputs that are made against them.
import { describe, expect, it } from 'vitest';
import { ADVERSARIES, DELTA, failureRate, RANDOMIZED_METHODS } from '../testing/failure-rates.ts';

const RUNS = 100_000;

describe.each(RANDOMIZED_METHODS)('%s', (method) => {
  it.each(Object.keys(ADVERSARIES))(
    `misses its error less often than delta in ${RUNS} runs: %s`,
    (adversary) => {
      expect(failureRate(method, adversary, RUNS).upper).toBeLessThan(DELTA);
    },
    1_800_000,
  );
});
