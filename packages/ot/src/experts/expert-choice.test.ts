import { run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { expertChoiceSteps } from './expert-choice.ts';
import { moeInstance } from './expert-instances.ts';

describe('expert choice', () => {
  it('is balanced and leaves as many tokens without an expert as the reference', () => {
    for (const [T, E, K, seed, without] of [
      [512, 16, 2, 1, 70],
      [512, 16, 1, 2, 174],
      [2048, 64, 6, 3, 4],
    ]) {
      const { loads, tokenPointers } = run(
        expertChoiceSteps({ scores: moeInstance(T, E, seed), expertsPerToken: K }),
      );
      expect(loads.every((load) => load === (T * K) / E)).toBe(true);
      let none = 0;
      for (let i = 0; i < T; i++) if (tokenPointers[i + 1] === tokenPointers[i]) none++;
      expect(none).toBe(without);
    }
  });
});
