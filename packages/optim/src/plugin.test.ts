import { createRegistry } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugin.ts';
import { smooth } from './smooth-problem.ts';

const registry = createRegistry(plugin);

describe.each(registry.problems.map((problem) => [problem.id, problem] as const))('%s', (_, problem) => {
  it('keeps its contract', () => checkProblem(problem), 120_000);
});

describe.each(registry.solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  it('keeps its contract', () => checkSolver(solver), 120_000);
});

describe('optim/smooth', () => {
  it('knows the minimum of the chain', async () => {
    const { objective, minimum } = await smooth.families['chain'].generate({ n: 200 }, 0);
    const x = Float64Array.from({ length: 200 }, (_, i) => 1 - (i + 1) / 201);
    expect(objective.value(x)).toBeCloseTo(minimum as number, 14);
  });

  it('reads losses from files', () => {
    const { instanceFile } = smooth;
    const read = instanceFile?.parse(instanceFile.example);
    expect(read?.objective.value(read.initial)).toBeCloseTo(Math.LN2, 14);
    const wrong = { ...(instanceFile?.example as object), targets: [1, 2, -1] };
    expect(() => instanceFile?.parse(wrong)).toThrow(expect.objectContaining({ argument: 'labels' }));
  });
});
