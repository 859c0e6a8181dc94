// All generated pages: their parameters and contents for VitePress, their sections for the search.
import { demoDataOf } from './demo-data.ts';
import type { GeneratedPage } from './markdown.ts';
import { pageMarkdown } from './markdown.ts';
import { listedPackages, packagePage } from './packages.ts';
import { problemPage } from './problem-page.ts';
import { registry, splitId } from './registry.ts';
import { solverPage } from './solver-page.ts';

/** A page in the form of VitePress's dynamic routes. */
export interface RoutedPage {
  readonly params: Readonly<Record<string, unknown>>;
  readonly content: string;
}

/** The routes below `/solvers/`. */
export function solverRoutes(): Promise<RoutedPage[]> {
  const routes = registry.solvers.map(async (solver) => ({
    params: { ...splitId(solver.id), problem: solver.problem.id, summary: solver.summary, demo: await demoDataOf(solver) },
    content: pageMarkdown(solverPage(solver)),
  }));
  return Promise.all(routes);
}

/** The routes below `/problems/`. */
export function problemRoutes(): Promise<RoutedPage[]> {
  const routes = registry.problems.map(async (problem) => {
    const [solver] = registry.solversOf(problem.id);
    const summary = `${problem.title}: statement, instances, metrics and solvers`;
    const demo = solver && { demo: await demoDataOf(solver) };
    return { params: { ...splitId(problem.id), summary, ...demo }, content: pageMarkdown(problemPage(problem)) };
  });
  return Promise.all(routes);
}

/** The routes below `/packages/`. */
export function packageRoutes(): RoutedPage[] {
  return listedPackages().map((listed) => ({
    params: { pkg: listed.folder, summary: listed.description },
    content: pageMarkdown(packagePage(listed)),
  }));
}

/** The generated pages by path from the site's root, without extension. */
export function generatedPages(): ReadonlyMap<string, GeneratedPage> {
  return new Map([
    ...registry.solvers.map((solver) => [`solvers/${solver.id}`, solverPage(solver)] as const),
    ...registry.problems.map((problem) => [`problems/${problem.id}`, problemPage(problem)] as const),
    ...listedPackages().map((listed) => [`packages/${listed.folder}`, packagePage(listed)] as const),
  ]);
}
