// What mixed integer programs of HiGHS say: together, since the solver takes longer to compile than to solve them.
import { Random } from '@infimum/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { regionAround } from '../bounds/region.ts';
import { branchAndBoundLipschitz } from '../lipschitz/branch-and-bound-lipschitz.ts';
import { writeLipschitzProgram } from '../lipschitz/lipschitz-program.ts';
import { evaluateNetwork } from '../networks/network.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import type { ProgramSolver } from '../testing/highs-solver.ts';
import { highsSolver } from '../testing/highs-solver.ts';
import { leastMargin, verifiedInstance } from '../testing/margin-program.ts';
import { residualPool } from '../testing/residual-pool.ts';

const isFull = Boolean(process.env['INFIMUM_FULL']);

let solveProgram: ProgramSolver;

beforeAll(async () => {
  solveProgram = await highsSolver();
});

describe('branchAndBoundLipschitz', () => {
  it.each([
    [[2, 8, 1], 1, 1],
    [[4, 10, 10, 1], 0.3, 2],
    [isFull ? [3, 8, 8, 2] : [3, 6, 6, 2], 0.5, 12],
    [[2, 10, 10, 1], 0.25, 21],
  ])('finds what the program finds: layers of %j, radius %f', (dims, radius, seed) => {
    const network = randomDenseNetwork(dims, seed);
    const instance = { network, region: regionAround(randomCenter(dims[0], seed), radius) };
    branchAndBoundLipschitz(instance).perOutput.forEach((bound, output) => {
      const { status, value } = solveProgram(writeLipschitzProgram(instance, output));
      expect(status).toBe('Optimal');
      expect(bound).toBeCloseTo(value, 5);
    });
  });

  it.each([1, 2])('finds what the program finds with residual sums and pools, seed %i', (seed) => {
    const instance = { network: residualPool(seed), region: regionAround(Float64Array.of(0.5, 0.5, 0.5), 0.25) };
    branchAndBoundLipschitz(instance).perOutput.forEach((bound, output) => {
      expect(solveProgram(writeLipschitzProgram(instance, output)).value).toBeCloseTo(bound, 5);
    });
  });
});

describe('verifyRobustness', () => {
  it('decides small instances as a mixed integer program does', () => {
    const random = new Random(11);
    const seen = { certified: 0, falsified: 0 };
    for (let trial = 0; trial < (isFull ? 40 : 20); trial++) {
      const instance = verifiedInstance(random, 100 + trial, { sizes: [3, 6, 5, 2], radius: 0.5 });
      const { network, x, radius, label, answer } = instance;
      expect(answer.status).toBe('converged');
      if (answer.verdict === 'falsified') {
        // A point of the box with another label is a proof that no program can add to.
        const witness = answer.witness as Float64Array;
        expect(witness.every((value, j) => Math.abs(value - x[j]) <= radius * (1 + 1e-12))).toBe(true);
        const others = [...evaluateNetwork(network, witness)];
        const [own] = others.splice(label, 1);
        expect(Math.max(...others)).toBeGreaterThanOrEqual(own);
        seen.falsified++;
        continue;
      }
      const least = leastMargin(instance, solveProgram);
      expect(answer.verdict).toBe('certified');
      expect(least).toBeGreaterThan(0);
      expect(answer.bound).toBeLessThanOrEqual(least + 1e-6);
      seen.certified++;
    }
    expect(seen.certified).toBeGreaterThan(5);
    expect(seen.falsified).toBeGreaterThan(5);
  }, 60_000);
});
