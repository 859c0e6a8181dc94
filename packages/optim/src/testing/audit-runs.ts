// Audits of registered private methods, with both kinds of neighbours, on data where a record counts as much as it may.
import { InvalidInputError } from '@infimum/core';
import type { Adjacency } from '../private/accountant.ts';
import type { PrivacyAudit } from '../private/audit.ts';
import { auditPrivacy } from '../private/audit.ts';
import type { PrivateInstance } from '../private/private-problem.ts';
import type { privateSolvers } from '../private/solvers.ts';

/** The budget of audited runs, and the kinds of neighbours. */
export const [STATED, DELTA] = [1, 1e-3];
export const adjacencies = ['replace', 'add-remove'] as const;

/** Records far away on one side of the start, or the other: their gradients have all the length that clipping leaves, wherever weights go. */
function farRecords(sides: readonly number[]): PrivateInstance {
  const values = Float64Array.from(sides.flatMap((side) => [side * 1e6, 0]));
  const points = { rows: sides.length, cols: 2, values };
  return { loss: 'huber', points, targets: new Float64Array(sides.length), bound: 1, epsilon: STATED, delta: DELTA };
}

/** The same for losses of w . x. */
function farTargets(sides: readonly number[]): PrivateInstance {
  const values = Float64Array.from(sides.flatMap(() => [1, 0]));
  const points = { rows: sides.length, cols: 2, values };
  // Where the slope of the wave is steepest.
  const targets = Float64Array.from(sides, (side) => side * (2e5 + 1.5) * Math.PI);
  return { loss: 'wave', points, targets, bound: 1, epsilon: STATED, delta: DELTA };
}

const neighbors: Readonly<Record<Adjacency, readonly [readonly number[], readonly number[]]>> = {
  replace: [
    [1, 1, 1],
    [1, 1, -1],
  ],
  'add-remove': [
    [1, 1, 1],
    [1, 1],
  ],
};

/** Short runs, all of whose weights are seen. */
const plan: Readonly<Record<string, unknown>> = {
  publicSize: 3,
  steps: 2,
  phase: 2,
  output: 'last',
  rounds: 1,
  innerLimit: 2,
  threshold: 0,
  dimension: 1,
};

/** What an audit says of a method, or the argument that it refuses the neighbours by. */
export function auditSolver(
  solver: (typeof privateSolvers)[number],
  adjacency: Adjacency,
  runs: number,
): PrivacyAudit | { readonly refused: string } {
  const own = Object.fromEntries(Object.entries(plan).filter(([name]) => name in solver.options));
  // Methods on Poisson samples have no choice: theirs is add-remove.
  if (!('adjacency' in solver.options) && adjacency === 'replace') return { refused: 'adjacency' };
  const choice = 'adjacency' in solver.options ? { adjacency } : { batchSize: 2 };
  const instanceOf = solver.id === 'optim/jl-glm' ? farTargets : farRecords;
  let seed = 0;
  const mechanism = (sides: readonly number[]): number[] => {
    const seen: number[] = [];
    const run = solver.steps(instanceOf(sides), { ...own, ...choice, seed: seed++ } as never, undefined as never);
    let turn = run.next();
    for (; !turn.done; turn = run.next()) seen.push(...turn.value.solution().w);
    return [...seen, ...turn.value.solution.w];
  };
  try {
    return auditPrivacy(mechanism, neighbors[adjacency], { runs, delta: DELTA });
  } catch (error) {
    if (error instanceof InvalidInputError && error.argument !== undefined) return { refused: error.argument };
    throw error;
  }
}
