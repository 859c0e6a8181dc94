import { run } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { emd } from '../exact/network-simplex.ts';
import { gaussianClouds, randomAssignment } from '../instances.ts';
import type { ExactChoice } from './assignment-or-simplex.ts';
import { assignmentOrSimplexSteps, disorderOf } from './assignment-or-simplex.ts';

const n = 240;
const uniform = new Float64Array(n).fill(1 / n);

/** Clouds between which paths grow long, with random costs in the rows that are looked at. */
function misleading(seed: number) {
  const random = mulberry32(seed);
  const { cost } = gaussianClouds(n, seed);
  const values = cost.values.map((value, k) => (Math.floor(k / n) % 15 === 7 ? random() : value));
  return { a: uniform, b: uniform, cost: { ...cost, values } };
}

describe('the exact method for equal weights', () => {
  it.each([
    ['the network simplex for clouds', gaussianClouds(n, 3), 'emd'],
    ['assignment for random costs', randomAssignment(n, 3), 'linearAssignment'],
  ] as const)('is %s, and exact', (_, problem, method) => {
    const choice: ExactChoice = { method: 'emd', why: '' };
    const { status, cost, marginalError } = run(assignmentOrSimplexSteps(problem, choice));
    expect([choice.method, status]).toEqual([method, 'converged']);
    expect(cost).toBeCloseTo(emd(problem.a, problem.b, problem.cost).cost, 12);
    expect(marginalError).toBeLessThan(1e-12);
  });

  it('changes to the network simplex where paths grow long, with iterations that rise', () => {
    let changed = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const problem = misleading(seed);
      const choice: ExactChoice = { method: 'emd', why: '' };
      const seen: number[] = [];
      const outcome = run(assignmentOrSimplexSteps(problem, choice), { onIteration: ({ iteration }) => seen.push(iteration) });
      expect(seen).toEqual(seen.map((_, k) => k));
      expect(outcome.cost).toBeCloseTo(emd(problem.a, problem.b, problem.cost).cost, 12);
      if (choice.why.includes('many or long')) changed++;
    }
    expect(changed).toBeGreaterThan(0);
  });

  it('looks at how little rows say of each other', () => {
    expect(disorderOf(randomAssignment(n, 5).cost)).toBeGreaterThan(0.3);
    expect(disorderOf(gaussianClouds(n, 5).cost)).toBeLessThan(0.03);
    expect(disorderOf({ rows: 1, cols: 1, values: new Float64Array(1) })).toBe(1);
  });
});
