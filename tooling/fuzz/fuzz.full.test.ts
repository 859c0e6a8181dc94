// A small part of `pnpm fuzz` with fixed seeds: every solver, and every exported function.
import { fuzzSolver } from '@infimum/core/testing';
import { guardWorkspaces } from '@infimum/linalg/testing';
import { createInfimumRegistry } from 'infimum';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callFunctions } from './calls.ts';
import { functionsOf } from './modules.ts';

beforeAll(() => guardWorkspaces(true));
afterAll(() => guardWorkspaces(false));

describe('mutated instances and options', () => {
  it.each(createInfimumRegistry().solvers.map((solver) => [solver.id, solver] as const))('%s', async (_, solver) => {
    const { failures } = await fuzzSolver(solver, { seed: 3, count: 20, maxSeconds: 0.02 });
    expect(failures).toEqual([]);
  });
});

const modules = await functionsOf();

describe('hostile calls', () => {
  it.each(modules)('of $name', async ({ address, names }) => {
    const settings = { names, seed: 3, first: 0, count: 5 * names.length, maxSeconds: 0.05 };
    const { failures } = await callFunctions(address, settings);
    expect(failures).toEqual([]);
  });
});
