// Every problem with its solvers as a separate module, for the demos' worker: a package's whole plug-in carries the solvers of its
// other problems and all claims, which would be most of the code loaded before a demo starts.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyProblem, AnySolver } from '@infimum/core';
import { registry, root, splitId } from './registry.ts';

/** A plug-in for Vite. */
interface ProblemChunksPlugin {
  readonly name: string;
  resolveId(id: string): string | undefined;
  load(id: string): string | Promise<string> | undefined;
}

/** The registry exports of a module: solvers, singly or in lists, or a problem. */
interface Registered {
  readonly file: string;
  readonly name: string;
  readonly value: unknown;
}

const NAME = 'virtual:problems';

/** Answers for `virtual:problems` and `virtual:problems/<problem>`. */
export function problemChunks(): ProblemChunksPlugin {
  return {
    name: 'problem-chunks',
    resolveId: (id) => (id === NAME || id.startsWith(`${NAME}/`) ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${NAME}`) return loaders();
      return id.startsWith(`\0${NAME}/`) ? problemModule(id.slice(NAME.length + 2)) : undefined;
    },
  };
}

function loaders(): string {
  const entries = registry.problems.map(
    ({ id }) => `  ${JSON.stringify(id)}: () => import(${JSON.stringify(`${NAME}/${id}`)}),\n`,
  );
  return `export const problems = {\n${entries.join('')}};`;
}

/**
 * Imports only the parts of the package's plug-in for this problem.
 *
 * @throws {Error} if the modules that the plug-in imports do not make the problem and all its solvers
 */
async function problemModule(id: string): Promise<string> {
  const registered = await registeredBy(splitId(id).pkg);
  const problem = registered.find(({ value }) => isProblem(value) && value.id === id);
  const lists = registered.filter(({ value }) => solversIn(value).some((solver) => solver.problem.id === id));
  const found = new Set(lists.flatMap(({ value }) => solversIn(value).map((solver) => solver.id)));
  const missing = registry.solversOf(id).find((solver) => !found.has(solver.id));
  if (!problem || missing) throw new Error(`${missing?.id ?? id} is not in what its package's plugin.ts imports`);
  const imports = [problem, ...lists].map(
    ({ file, name }, k) => `import { ${name} as part${k} } from ${JSON.stringify(file)};\n`,
  );
  const parts = lists.map((_, k) => `part${k + 1}`);
  return `${imports.join('')}export const problem = part0;\nexport const solvers = [${parts.join(', ')}].flat();\n`;
}

const packages = new Map<string, Promise<readonly Registered[]>>();

/** The exports that a package's `plugin.ts` imports, read once. */
function registeredBy(pkg: string): Promise<readonly Registered[]> {
  const found = packages.get(pkg) ?? readRegistered(path.join(root, 'packages', pkg, 'src'));
  packages.set(pkg, found);
  return found;
}

async function readRegistered(folder: string): Promise<Registered[]> {
  const text = readFileSync(path.join(folder, 'plugin.ts'), 'utf8');
  const registered: Registered[] = [];
  for (const [, names, relative] of text.matchAll(/^import \{([^}]+)\} from '(\.[^']+)';/gm)) {
    const file = path.join(folder, relative);
    const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    for (const name of names.split(',').map((part) => part.trim()))
      if (name) registered.push({ file, name, value: exported[name] });
  }
  return registered;
}

function isProblem(value: unknown): value is AnyProblem {
  return typeof value === 'object' && value !== null && 'families' in value;
}

function solversIn(value: unknown): AnySolver[] {
  const listed = (Array.isArray(value) ? value : [value]) as unknown[];
  return listed.filter((entry): entry is AnySolver => typeof entry === 'object' && entry !== null && 'problem' in entry);
}
