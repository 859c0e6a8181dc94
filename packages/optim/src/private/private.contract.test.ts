import { describe, expect, it } from 'vitest';
import { adjacencies, auditSolver, STATED } from '../testing/audit-runs.ts';
import { bySuite } from '../testing/by-suite.ts';
import { describeContract } from '../testing/contract.ts';
import { privateSolvers } from './solvers.ts';

describeContract('optim/private-stationary-point');

/** What methods refuse: their batches are blocks of records by place, or Poisson samples. */
const refusals: Readonly<Record<string, string>> = {
  'optim/private-spider-tree': 'add-remove',
  'optim/recursive-regularization': 'add-remove',
  'optim/dp-sgd': 'replace',
};

describe.each(privateSolvers.map((solver) => ({ id: solver.id, solver })))('an audit of $id', ({ id, solver }) => {
  // Each run of dpSgd calibrates its noise anew.
  const runs = id === 'optim/dp-sgd' ? bySuite(100, 5000) : bySuite(1000, 50_000);
  it.each(adjacencies)(
    'does not refute it, with neighbours by %s',
    (adjacency) => {
      const found = auditSolver(solver, adjacency, runs);
      if ('refused' in found) {
        expect([refusals[id], found.refused]).toEqual([adjacency, expect.stringMatching(/adjacency|publicSize/)]);
        return;
      }
      expect(refusals[id]).not.toBe(adjacency);
      expect(found.epsilon).toBeLessThanOrEqual(STATED);
    },
    600_000,
  );
});
