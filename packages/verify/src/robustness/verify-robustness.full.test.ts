import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { highsSolver } from '../testing/highs-solver.ts';
import { leastMargin, verifiedInstance } from '../testing/margin-program.ts';

describe('complete verification at length', () => {
  it('decides two hundred instances as a mixed integer program does', async () => {
    const solveProgram = await highsSolver();
    const random = new Random(12);
    const seen = { certified: 0, falsified: 0 };
    for (let trial = 0; trial < 200; trial++) {
      const instance = verifiedInstance(random, 1000 + trial, { sizes: [4, 8, 7, 3], radius: 0.6 });
      const truth = leastMargin(instance, solveProgram) > 0 ? 'certified' : 'falsified';
      expect([trial, instance.answer.verdict]).toEqual([trial, truth]);
      seen[truth]++;
    }
    expect(seen.certified).toBeGreaterThan(40);
    expect(seen.falsified).toBeGreaterThan(40);
  }, 600_000);
});
