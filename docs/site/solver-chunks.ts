// The solvers and families of every problem as a separate module, which navigation and demos load on demand: a page that contained the
// other solvers would grow with every solver, and all pages together with the square.
import { demoFamiliesOf, demoSolversOf } from './demo-data.ts';
import { registry } from './registry.ts';

/** A plug-in for Vite. */
interface SolverChunksPlugin {
  readonly name: string;
  resolveId(id: string): string | undefined;
  load(id: string): string | undefined;
}

const NAME = 'virtual:solvers';

/** Answers for `virtual:solvers` and `virtual:solvers/<problem>`. */
export function solverChunks(): SolverChunksPlugin {
  return {
    name: 'solver-chunks',
    resolveId: (id) => (id === NAME || id.startsWith(`${NAME}/`) ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${NAME}`) return loaders();
      if (!id.startsWith(`\0${NAME}/`)) return undefined;
      const problem = registry.problem(id.slice(NAME.length + 2));
      const parts = { solvers: demoSolversOf(problem.id), families: demoFamiliesOf(problem) };
      return `export const { solvers, families } = JSON.parse(${JSON.stringify(JSON.stringify(parts))});`;
    },
  };
}

function loaders(): string {
  const entries = registry.problems.map(
    ({ id }) => `  ${JSON.stringify(id)}: () => import(${JSON.stringify(`${NAME}/${id}`)}),\n`,
  );
  return `export const solvers = {\n${entries.join('')}};`;
}
