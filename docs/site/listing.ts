// Solvers as lists show them.
import { createMarkdownRenderer } from 'vitepress';
import { partsOf } from './markdown.ts';
import { registry, solverText } from './registry.ts';

/** A solver in a list. */
export interface SolverSummary {
  readonly id: string;
  readonly title: string;
  readonly problem: string;
  readonly summary: string;
  readonly isPaper: boolean;
}

/** A solver with the sections of its text about its use, as HTML. */
interface SolverChoice {
  readonly id: string;
  readonly title: string;
  readonly whenToUse: string;
  readonly whenNot: string;
}

/** A problem with the solvers to choose from. */
export interface ProblemChoice {
  readonly id: string;
  readonly title: string;
  readonly solvers: readonly SolverChoice[];
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

/** All problems, in the order of registration. */
export async function choices(): Promise<ProblemChoice[]> {
  const { render } = await createMarkdownRenderer('.', { math: true });
  return registry.problems.map(({ id, title }) => ({
    id,
    title,
    solvers: registry.solversOf(id).map((solver) => {
      const { sections } = partsOf(solverText(solver).markdown);
      const section = (wanted: string) =>
        render(sections.find(({ heading }) => heading === wanted)?.body ?? '');
      return {
        id: solver.id,
        title: solver.title,
        whenToUse: section('When to use it'),
        whenNot: section('When not'),
      };
    }),
  }));
}
