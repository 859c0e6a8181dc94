// Starts a solver: `pnpm new:solver ot entropic/my-solver --problem ot/transport --role baseline`.
//
// Writes the algorithm's file, its test and the text of its docs page, and registers it in plugin.ts. The tests
// fail until the algorithm is written.
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';

/** What is to be made. */
export interface NewSolver {
  /** Package folder below `packages`. */
  readonly packageName: string;
  /** Name of the algorithm, as the field names it: `my-solver`. */
  readonly name: string;
  /** Folder of its subject below `src`, if it has one. */
  readonly folder?: string;
  /** Id of the problem. */
  readonly problem: string;
  readonly role: 'paper' | 'baseline';
}

/** Where a problem is defined. */
interface ProblemPlace {
  /** The exported constant. */
  readonly variable: string;
  /** What plugin.ts imports it from. */
  readonly module: string;
}

const USAGE = 'pnpm new:solver PACKAGE [FOLDER/]NAME --problem PACKAGE/PROBLEM [--role paper|baseline]';

/** Writes the files below `root` and gives their paths from there. */
export function createSolver(root: string, solver: NewSolver): string[] {
  const { packageName, name, problem, role } = solver;
  for (const part of [name, solver.folder ?? name]) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(part))
      throw new Error(`'${part}' is not of the form my-solver`);
  }
  if (!['paper', 'baseline'].includes(role)) throw new Error(`the role is paper or baseline, not '${role}'`);
  const home = `packages/${packageName}`;
  const pluginPath = `${home}/src/plugin.ts`;
  if (!existsSync(join(root, pluginPath))) throw new Error(`there is no ${pluginPath}`);
  const place = findProblem(root, packageName, problem);
  const source = `${home}/src/${pathOf(solver)}`;
  const files = new Map([
    [`${source}.ts`, solverSource(solver, place)],
    [`${source}.test.ts`, testSource(solver, place)],
    [`${home}/docs/${name}.md`, docsSource()],
  ]);
  for (const path of files.keys()) {
    if (existsSync(join(root, path))) throw new Error(`${path} exists already`);
  }
  files.set(pluginPath, register(readFileSync(join(root, pluginPath), 'utf8'), solver, place));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...files.keys()];
}

/** A solver's file below `src`, without its ending. */
const pathOf = ({ folder = '', name }: NewSolver): string => posix.join(folder, name);

/** What a solver's own file imports a module from that plugin.ts imports as `module`. */
function importedFrom({ folder = '' }: NewSolver, module: string): string {
  if (!module.startsWith('.')) return module;
  const path = posix.relative(folder, posix.normalize(module));
  return path.startsWith('.') ? path : `./${path}`;
}

/** Looks for `export const … = defineProblem({ id: '…'` in the package itself, then in the others. */
function findProblem(root: string, packageName: string, id: string): ProblemPlace {
  const others = readdirSync(join(root, 'packages')).filter((other) => other !== packageName);
  for (const owner of [packageName, ...others]) {
    const sources = join(root, 'packages', owner, 'src');
    if (!existsSync(sources)) continue;
    for (const file of globSync('**/*.ts', { cwd: sources, exclude: ['**/*.test.ts', 'generated/**'] })) {
      const variable = definedProblems(readFileSync(join(sources, file), 'utf8')).get(id);
      if (variable === undefined) continue;
      return { variable, module: owner === packageName ? `./${file}` : `@infimum/${owner}/plugin` };
    }
  }
  throw new Error(`no package defines the problem '${id}'`);
}

/** The variables of the problems that a source defines, by id. */
function definedProblems(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer && ts.isCallExpression(node.initializer)) {
      const { expression, arguments: given } = node.initializer;
      const [definition] = given;
      if (
        expression.getText() === 'defineProblem' &&
        definition &&
        ts.isObjectLiteralExpression(definition)
      ) {
        const id = propertyOf(definition, 'id');
        if (id && ts.isStringLiteralLike(id)) found.set(id.text, node.name.getText());
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return found;
}

/** Adds the imports, the definition and the entry to a plug-in's source. */
export function register(text: string, solver: NewSolver, place: ProblemPlace): string {
  const { packageName, name, role } = solver;
  const definition = `const ${camel(name)}Solver = defineSolver({
  id: '${packageName}/${name}',
  title: '${title(name)}',
  summary: 'What it does and when to use it, in one sentence.',
  problem: ${place.variable},
  role: '${role}',
  paper: { title: 'Title of the publication', year: ${new Date().getFullYear()} },
  cost: 'O(1) \\\\text{ per iteration}',
  options: z.strictObject({
    tolerance: z.number().min(0).default(1e-9).describe('Residual at which the run ends'),
  }),
  steps: (instance, options) => ${camel(name)}Steps(instance, options),
});

`;
  let edited = addToPlugin(text, definition, `${camel(name)}Solver`);
  edited = addImport(edited, `./${pathOf(solver)}.ts`, `${camel(name)}Steps`);
  // Modules that import problem and solvers from plugin.ts go round in circles; plugin.ts may define the problem.
  if (place.module !== './plugin.ts') edited = addImport(edited, place.module, place.variable);
  edited = addImport(edited, '@infimum/core', 'defineSolver');
  return addImport(edited, 'zod', 'z');
}

/** Inserts a definition before the statement with the list `solvers`, and an entry at the list's end. */
function addToPlugin(text: string, definition: string, entry: string): string {
  const source = parse(text);
  for (const statement of source.statements) {
    const list = findSolvers(statement);
    if (list === undefined) continue;
    const last = list.elements.at(-1);
    const at = last ? last.end : list.getStart() + 1;
    const start = statement.getStart(source, true);
    return (
      text.slice(0, start) + definition + text.slice(start, at) + (last ? ', ' : '') + entry + text.slice(at)
    );
  }
  throw new Error('plugin.ts has no list `solvers: [ … ]`');
}

function findSolvers(node: ts.Node): ts.ArrayLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(node)) {
    const list = propertyOf(node, 'solvers');
    if (list && ts.isArrayLiteralExpression(list)) return list;
  }
  return ts.forEachChild(node, findSolvers);
}

/** Adds a name to the import of a module, or an import. */
function addImport(text: string, module: string, name: string): string {
  const imports = parse(text).statements.filter(ts.isImportDeclaration);
  for (const { moduleSpecifier, importClause } of imports) {
    const bindings = importClause?.namedBindings;
    if ((moduleSpecifier as ts.StringLiteral).text !== module || importClause?.phaseModifier !== undefined)
      continue;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    if (bindings.elements.some((element) => element.name.text === name)) return text;
    const at = bindings.elements.at(-1)?.end ?? bindings.getStart() + 1;
    return `${text.slice(0, at)}, ${name}${text.slice(at)}`;
  }
  const at = imports.at(-1)?.end ?? 0;
  return `${text.slice(0, at)}\nimport { ${name} } from '${module}';${text.slice(at)}`;
}

function propertyOf(literal: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const property = literal.properties.find((candidate) => candidate.name?.getText() === name);
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}

const parse = (text: string): ts.SourceFile =>
  ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);

const camel = (name: string): string =>
  name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const pascal = (name: string): string => camel(`-${name}`);
const title = (name: string): string => {
  const words = name.replaceAll('-', ' ');
  return words[0].toUpperCase() + words.slice(1);
};

function solverSource(solver: NewSolver, { variable, module }: ProblemPlace): string {
  const { name, problem } = solver;
  return `// ${title(name)}: what it does, in one line.
//
// Authors: Title of the publication (year), arXiv identifier.
import { converged, type Iterate, type Steps } from '@infimum/core';
import type { ${variable} } from '${importedFrom(solver, module)}';

type Instance = Parameters<typeof ${variable}.validate>[0];
type Solution = Parameters<(typeof ${variable}.metrics)[string]['compute']>[1];

/** Options of \`${camel(name)}Steps\`. */
export interface ${pascal(name)}Options {
  /** Residual at which the run ends; at least 0. */
  readonly tolerance: number;
}

/** One iteration. */
export interface ${pascal(name)}Iterate extends Iterate<Solution> {
  /** How far the iterate is from a solution. */
  readonly residual: number;
}

/** ${title(name)} on a valid instance of \`${problem}\`. */
export function* ${camel(name)}Steps(
  instance: Instance,
  { tolerance }: ${pascal(name)}Options,
): Steps<Solution, ${pascal(name)}Iterate> {
  let state = start(instance);
  for (let iteration = 0; ; iteration++) {
    const { residual } = state;
    const solution = () => solutionOf(state);
    yield { iteration, residual, solution };
    if (residual <= tolerance) return converged(solution(), \`the residual is at most \${tolerance}\`);
    state = improve(instance, state);
  }
}

/** What the algorithm keeps from one iteration to the next. */
interface State {
  readonly residual: number;
}

function start(_instance: Instance): State {
  throw new Error('write the starting point of ${name}');
}

function improve(_instance: Instance, _state: State): State {
  throw new Error('write the iteration of ${name}');
}

/** The solution as it stands, in arrays of its own. */
function solutionOf(_state: State): Solution {
  throw new Error('write the solution of ${name}');
}
`;
}

function testSource(solver: NewSolver, { variable, module }: ProblemPlace): string {
  const { packageName, name } = solver;
  const foreign = module.startsWith('@');
  const imports = foreign ? `import { plugin as problems, ${variable} } from '${module}';\n` : '';
  const own =
    foreign || module === './plugin.ts'
      ? ''
      : `import { ${variable} } from '${importedFrom(solver, module)}';\n`;
  const fromPlugin = module === './plugin.ts' ? `plugin, ${variable}` : 'plugin';
  return `import { createRegistry, solve } from '@infimum/core';
${imports}import { expect, it } from 'vitest';
import { ${fromPlugin} } from '${importedFrom(solver, './plugin.ts')}';
${own}
const solver = createRegistry(${foreign ? 'problems, ' : ''}plugin).solver('${packageName}/${name}');

it('improves on its starting point in every family', async () => {
  for (const family of Object.values(${variable}.families)) {
    const instance = await family.generate(family.params.parse(family.suites.quick[0]), 1);
    const { compute, direction } = solver.problem.metrics[solver.problem.primaryMetric];
    const [first, last] = [0, undefined].map((maxIterations) =>
      compute(instance, solve(solver, instance, { maxIterations })),
    );
    expect(direction === 'minimise' ? last : -last).toBeLessThan(direction === 'minimise' ? first : -first);
  }
});
`;
}

function docsSource(): string {
  return `## Idea

What the algorithm does and why it works, in our own words.

## When to use it

The instances on which it is the right choice.

## When not

The instances on which another solver is better, and which.

## Pseudo-code

\`\`\`text
start
repeat:
    improve
\`\`\`
`;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { problem: { type: 'string' }, role: { type: 'string', default: 'baseline' } },
  });
  const [packageName, path = ''] = positionals;
  const [name, folder, ...further] = path.split('/').reverse();
  if (positionals.length !== 2 || further.length > 0 || values.problem === undefined)
    throw new Error(`usage: ${USAGE}`);
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const files = createSolver(root, {
    packageName,
    name,
    folder,
    problem: values.problem,
    role: values.role as NewSolver['role'],
  });
  console.log(
    `${files.join('\n')}\n\nNow write the algorithm, its test and its page; \`pnpm format\` orders the imports.`,
  );
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
