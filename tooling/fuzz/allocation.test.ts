// Where there is no memory left: whichever allocation fails, a solver says so and gives back what it took.
import type { AnySolver } from '@infimum/core';
import { answererOf, InvalidInputError, parseWith, prepare, run } from '@infimum/core';
import { failAllocation, hasAllocationFailed, workspaceBytes } from '@infimum/linalg/testing';
import { createInfimumRegistry } from 'infimum';
import { afterEach, describe, expect, it } from 'vitest';

/** Allocations of a solver beyond these are repetitions. */
const MOST = 12;

afterEach(() => failAllocation(Infinity));

/** The first instance that a solver takes. */
async function instanceFor(solver: AnySolver): Promise<unknown> {
  for (const family of Object.values(solver.problem.families)) {
    const instance = await family.generate(parseWith(family.params, family.suites.quick[0], 'params'), 1);
    if (solver.declines?.(instance) === undefined) return instance;
  }
  return undefined;
}

function solve(solver: AnySolver, instance: unknown): void {
  run(
    prepare(solver, instance, {}, 1),
    { maxIterations: 3, maxSeconds: 0.5 },
    ...answererOf(solver, instance),
  );
}

describe('an allocation that fails', () => {
  it.each(createInfimumRegistry().solvers.map((solver) => [solver.id, solver] as const))(
    'is said by %s, which frees what it took',
    async (_, solver) => {
      const instance = await instanceFor(solver);
      if (instance === undefined) return;
      const atFirst = workspaceBytes();
      solve(solver, instance);
      const before = workspaceBytes();
      // Optimisers have no end of their own: what they hold goes with them.
      const isGarbage = before > atFirst;
      for (let number = 1; number <= MOST; number++) {
        failAllocation(number);
        try {
          solve(solver, instance);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
          const { code, message } = error as InvalidInputError;
          expect(code).toBe('too-large');
          expect(message).toMatch(/needs \d+ bytes/);
        }
        const hasFailed = hasAllocationFailed();
        failAllocation(Infinity);
        if (!isGarbage) expect(workspaceBytes()).toBe(before);
        if (!hasFailed) return;
      }
    },
  );
});
