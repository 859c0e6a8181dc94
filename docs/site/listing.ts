// Solvers, in the form shown in lists.
import { registry } from './registry.ts';

/** A solver in a list. */
export interface SolverSummary {
  readonly id: string;
  readonly title: string;
  readonly problem: string;
  readonly summary: string;
  readonly isPaper: boolean;
}

/** All solvers, in the order of registration. */
export function solverSummaries(): SolverSummary[] {
  return registry.solvers.map(({ id, title, problem, summary, role }) => ({
    id,
    title,
    problem: problem.id,
    summary,
    isPaper: role === 'paper',
  }));
}
