// A small part of `pnpm fuzz` with fixed seeds: every solver, and every exported function.
import { fuzzSolver } from '@infimum/core/testing';
import { guardWorkspaces } from '@infimum/linalg/testing';
import { createInfimumRegistry } from 'infimum';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callFunctions } from './calls.ts';
import { modulesOf } from './modules.ts';

/** Entries whose functions have all been closed against hostile calls; `pnpm fuzz --calls` tells what others still let through. */
const CLOSED = [
  '@infimum/ot',
  '@infimum/ot/assignment',
  '@infimum/ot/barycenters',
  '@infimum/ot/geometry',
  '@infimum/ot/gromov',
  '@infimum/ot/maps',
  '@infimum/ot/one-dimension',
  '@infimum/ot/unbalanced',
];

beforeAll(() => guardWorkspaces(true));
afterAll(() => guardWorkspaces(false));

describe('mutated instances and options', () => {
  it.each(createInfimumRegistry().solvers.map((solver) => [solver.id, solver] as const))(
    '%s',
    async (_, solver) => {
      const { failures } = await fuzzSolver(solver, { seed: 3, count: 20, maxSeconds: 0.02 });
      expect(failures).toEqual([]);
    },
  );
});

describe('hostile calls', () => {
  it.each(modulesOf().filter(({ name }) => CLOSED.includes(name)))('of $name', async ({ address }) => {
    const { failures } = await callFunctions(address, { seed: 3, first: 0, count: 500, maxSeconds: 0.05 });
    expect(failures).toEqual([]);
  });
});
