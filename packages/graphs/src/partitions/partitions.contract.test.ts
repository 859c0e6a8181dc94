import { createRegistry } from '@infimum/core';
import { problemChecks, solverChecks } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { ultrametricSolvers } from './embed-ultrametric.ts';
import { partitionClaims } from './partition-claims.ts';
import { partitionSolvers } from './partition-solvers.ts';
import { treePartitionProblem } from './tree-partition-problem.ts';
import { ultrametricProblem } from './ultrametric-problem.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
const registry = createRegistry({
  name: 'partitions',
  problems: [treePartitionProblem, ultrametricProblem],
  solvers: [...partitionSolvers, ...ultrametricSolvers],
});

describe('graphs/tree-partition', () => {
  it.each(problemChecks(treePartitionProblem))('$name', ({ run }) => run());
});

describe('graphs/ultrametric-embedding', () => {
  it.each(problemChecks(ultrametricProblem))('$name', ({ run }) => run());
});

describe.each(registry.solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  it.each(solverChecks(solver, { families }))('$name', ({ run }) => run());
});

it('the claims come out in a small version', async () => {
  for (const { measure, bars } of partitionClaims) {
    const trial = await measure?.(1, {});
    expect(bars?.length).toBeGreaterThan(0);
    for (const { figure, atMost = Infinity, atLeast = -Infinity } of bars ?? []) {
      expect(trial?.ours[figure]).toBeLessThanOrEqual(atMost);
      expect(trial?.ours[figure]).toBeGreaterThanOrEqual(atLeast);
    }
  }
});
