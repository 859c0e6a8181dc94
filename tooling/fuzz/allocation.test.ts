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
  for (const { generate, params, suites } of Object.values(solver.problem.families)) {
    for (const setting of [...suites.quick, ...(suites.full ?? [])]) {
      const instance = await generate(parseWith(params, setting, 'params'), 1);
      if (solver.declines?.(instance) === undefined) return instance;
    }
  }
  throw new Error(`${solver.id} takes no instance of any family`);
}

function solve(solver: AnySolver, instance: unknown): void {
  run(prepare(solver, instance, {}, 1), { maxIterations: 3, maxSeconds: 0.5 }, ...answererOf(solver, instance));
}

describe('an allocation that fails', () => {
  it.each(createInfimumRegistry().solvers.map((solver) => [solver.id, solver] as const))(
    'is said by %s, which frees what it took',
    async (_, solver) => {
      const instance = await instanceFor(solver);
      const atFirst = workspaceBytes();
      solve(solver, instance);
      const before = workspaceBytes();
      // Optimisers have no end of their own: what they hold goes with them.
      const isGarbage = before > atFirst;
      for (let number = 1; number <= MOST; number++) {
        failAllocation(number);
        let said = 'needs 0 bytes';
        try {
          solve(solver, instance);
        } catch (error) {
          if (!(error instanceof InvalidInputError) || error.code !== 'too-large') throw error;
          said = error.message;
        }
        expect(said).toMatch(/needs \d+ bytes/);
        const hasFailed = hasAllocationFailed();
        failAllocation(Infinity);
        if (!isGarbage) expect(workspaceBytes()).toBe(before);
        if (!hasFailed) return;
      }
    },
  );
});
