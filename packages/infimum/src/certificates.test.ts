// What is said of proofs: every problem says what can be proved of its answers or why nothing can, and no checker is misled.
import { checkCertificates } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { createInfimumRegistry } from './index.ts';

const { problems, solvers } = createInfimumRegistry();
const kindsOf = (problem: (typeof problems)[number]) => Object.keys(problem.certificates ?? {});

describe('problems', () => {
  it('say what can be proved, or in one sentence what cannot', () => {
    expect(problems.filter((problem) => kindsOf(problem).length === 0 && !problem.unproved).map(({ id }) => id)).toEqual([]);
    for (const { id, unproved } of problems) {
      if (unproved !== undefined) expect(unproved, id).toMatch(/^[A-Z].{20,220}[^.]\.$/);
    }
    expect(problems.length).toBeGreaterThanOrEqual(48);
  });
});

describe('certificates of', () => {
  const certified = problems.filter((problem) => kindsOf(problem).length > 0);
  it.each(certified.map((problem) => [problem.id, problem] as const))(
    '%s prove nothing false, whatever is changed in them',
    async (id, problem) => {
      const own = solvers.filter((solver) => solver.problem === problem);
      const counts = await checkCertificates(problem, own);
      for (const [kind, { proved, mutants }] of Object.entries(counts)) {
        expect(proved, `${id} ${kind}`).toBeGreaterThan(0);
        expect(mutants).toBe(200);
      }
    },
    120_000,
  );
});
