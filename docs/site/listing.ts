// Problems and their solvers as lists show them.
import { createMarkdownRenderer } from 'vitepress';
import { sectionsOf } from './markdown.ts';
import { registry, solverText, splitId } from './registry.ts';

/** A solver in a list. */
interface ListedSolver {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly isPaper: boolean;
  /** The sections of its text about its use, as HTML. */
  readonly whenToUse: string;
  readonly whenNot: string;
}

/** A problem in a list. */
export interface ListedProblem {
  readonly id: string;
  readonly title: string;
  readonly package: string;
  readonly families: readonly string[];
  readonly solvers: readonly ListedSolver[];
}

/** All problems, in the order of registration. */
export async function listedProblems(): Promise<ListedProblem[]> {
  const { render } = await createMarkdownRenderer('.', { math: true });
  return registry.problems.map(({ id, title, families }) => ({
    id,
    title,
    package: splitId(id).pkg,
    families: Object.values(families).map((family) => family.title),
    solvers: registry.solversOf(id).map((solver) => {
      const sections = new Map(
        sectionsOf(solverText(solver).markdown).map(({ heading, body }) => [heading, body]),
      );
      return {
        id: solver.id,
        title: solver.title,
        summary: solver.summary,
        isPaper: solver.role === 'paper',
        whenToUse: render(sections.get('When to use it') ?? ''),
        whenNot: render(sections.get('When not') ?? ''),
      };
    }),
  }));
}
