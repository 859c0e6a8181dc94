// Starts a solver: `pnpm new:solver optim line-search/barzilai-borwein --problem optim/smooth`.
//
// The template of a problem is a solver that solves it: the shortest baseline of the package, or the one that `--like`
// names. Its file is copied under the new name, so that what is written passes types and contract at once, but for the
// texts, which the contract and the site refuse until they are written. What is left is the algorithm.
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';

/** What is to be made. */
export interface NewSolver {
  /** Package folder below `packages`. */
  readonly packageName: string;
  /** Folder of its subject below `src`; empty in a package without folders. */
  readonly folder: string;
  /** Name of the algorithm, as the field names it: `my-solver`. */
  readonly name: string;
  /** Id of the problem. */
  readonly problem: string;
  /** Id of the solver to begin from; the shortest baseline of the problem by default. */
  readonly like?: string;
  readonly role: 'paper' | 'baseline';
}

/** A solver's file that can be copied. */
interface Model {
  /** Path below `src`. */
  readonly path: string;
  readonly id: string;
  readonly role: string;
  readonly text: string;
  /** The variable of its problem. */
  readonly problem: string;
}

const USAGE =
  'pnpm new:solver PACKAGE [FOLDER/]NAME --problem PACKAGE/PROBLEM [--like PACKAGE/SOLVER] [--role paper|baseline]';

/** Writes the files below `root` and gives their paths from there, those that were changed last. */
export function createSolver(root: string, solver: NewSolver): string[] {
  const { packageName, name, folder, role } = solver;
  for (const part of [name, ...(folder ? [folder] : [])]) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(part))
      throw new Error(`'${part}' is not of the form my-solver`);
  }
  if (!['paper', 'baseline'].includes(role)) throw new Error(`the role is paper or baseline, not '${role}'`);
  const home = `packages/${packageName}`;
  const sources = join(root, home, 'src');
  if (!existsSync(sources)) throw new Error(`there is no ${home}/src`);
  const model = findModel(sources, solver);
  const source = posix.join(folder, name);
  const files = new Map([
    [`${home}/src/${source}.ts`, renamed(model, solver)],
    [`${home}/src/${source}.test.ts`, testSource(solver, model)],
    [`${home}/docs/${name}.md`, docsSource()],
  ]);
  for (const path of files.keys()) {
    if (existsSync(join(root, path))) throw new Error(`${path} exists already`);
  }
  const list = posix.join(folder, 'solvers.ts');
  if (!existsSync(join(sources, list)))
    throw new Error(`there is no ${home}/src/${list} to list the solver in`);
  const read = (path: string) => readFileSync(join(sources, path), 'utf8');
  files.set(`${home}/src/${list}`, listed(read(list), name));
  files.set(`${home}/src/index.ts`, exported(read('index.ts'), model, solver));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...files.keys()];
}

/** The file that defines the solver to begin from. */
function findModel(sources: string, { packageName, problem, like }: NewSolver): Model {
  const files = globSync('**/*.ts', { cwd: sources, exclude: ['**/*.test.ts', 'generated/**'] }).map(
    (path) => ({
      path: path.replaceAll('\\', '/'),
      text: readFileSync(join(sources, path), 'utf8'),
    }),
  );
  const variable = files
    .flatMap(({ text }) => definitions(text, 'defineProblem'))
    .find(({ definition }) => textOf(definition, 'id') === problem)?.variable;
  if (variable === undefined) throw new Error(`${packageName} does not define the problem '${problem}'`);
  const models = files.flatMap(({ path, text }): Model[] => {
    const [first, ...more] = definitions(text, 'defineSolver');
    if (!first || more.length > 0 || nameOf(first.definition, 'problem') !== variable) return [];
    const [id, role] = [textOf(first.definition, 'id'), textOf(first.definition, 'role')];
    return id && role ? [{ path, text, id, role, problem: variable }] : [];
  });
  const [model] = models
    .filter(({ id, role }) => (like ? id === like : role === 'baseline'))
    .sort((a, b) => a.text.length - b.text.length);
  if (model) return model;
  const known = models.map(({ id }) => id).join(', ') || 'none';
  throw new Error(
    `no ${like ?? 'baseline'} of '${problem}' has a file of its own to begin from; there is: ${known}`,
  );
}

interface Definition {
  readonly variable: string;
  readonly definition: ts.ObjectLiteralExpression;
}

/** The constants that a source defines by a call of `define…({ … })`. */
function definitions(text: string, call: string): Definition[] {
  const found: Definition[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer && ts.isCallExpression(node.initializer)) {
      const { expression, arguments: given } = node.initializer;
      if (expression.getText() === call && given[0] && ts.isObjectLiteralExpression(given[0])) {
        found.push({ variable: node.name.getText(), definition: given[0] });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return found;
}

function propertyOf(
  literal: ts.ObjectLiteralExpression,
  name: string,
): ts.ObjectLiteralElementLike | undefined {
  return literal.properties.find((candidate) => candidate.name?.getText() === name);
}

function textOf(literal: ts.ObjectLiteralExpression, name: string): string | undefined {
  const property = propertyOf(literal, name);
  const value = property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
  return value && ts.isStringLiteralLike(value) ? value.text : undefined;
}

/** The variable that a property refers to, in either notation. */
function nameOf(literal: ts.ObjectLiteralExpression, name: string): string | undefined {
  const property = propertyOf(literal, name);
  if (property && ts.isShorthandPropertyAssignment(property)) return name;
  return property && ts.isPropertyAssignment(property) ? property.initializer.getText() : undefined;
}

/** The model's text under the new name, with placeholders where a person must write. */
function renamed(model: Model, solver: NewSolver): string {
  const [{ definition }] = definitions(model.text, 'defineSolver');
  const placeholders: Readonly<Record<string, string>> = {
    id: `'${solver.packageName}/${solver.name}'`,
    title: `'${title(solver.name)}'`,
    summary: "'What it does and when to use it, in one sentence.'",
    role: `'${solver.role}'`,
    paper: `{ title: 'Title of the paper', year: ${new Date().getFullYear()} }`,
  };
  let text = model.text;
  const properties = definition.properties.filter(ts.isPropertyAssignment);
  for (const property of properties.toReversed()) {
    const placeholder = placeholders[property.name.getText()];
    if (placeholder === undefined) continue;
    const { initializer } = property;
    text = text.slice(0, initializer.getStart()) + placeholder + text.slice(initializer.end);
  }
  // Relative imports, from the new folder.
  text = text.replaceAll(/from '(\.[^']*)'/g, (_, module: string) => {
    const path = posix.relative(solver.folder, posix.join(dirname(model.path), module));
    return `from '${path.startsWith('.') ? path : `./${path}`}'`;
  });
  const header = `// ${title(solver.name)}: what it does, in one line.\n//\n// Authors: Title of the paper (year), arXiv identifier.\n`;
  return rename(header + text.replace(/^(\/\/.*\n)+/, ''), model, solver.name);
}

/** Gives everything that is named after the model the new name. */
function rename(text: string, model: Model, name: string): string {
  const old = basename(model.path, '.ts');
  const [lower, upper] = [
    new RegExp(`\\b${camel(old)}(?=[A-Z]|\\b)`, 'g'),
    new RegExp(`\\b${pascal(old)}(?=[A-Z]|\\b)`, 'g'),
  ];
  return text.replaceAll(lower, camel(name)).replaceAll(upper, pascal(name));
}

/** A folder's list with the new solver as its last entry. */
export function listed(text: string, name: string): string {
  const entry = `${camel(name)}Solver`;
  const lists: ts.ArrayLiteralExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && /solvers$/i.test(node.name.getText())) {
      const value = node.initializer;
      const inner = value && ts.isAsExpression(value) ? value.expression : value;
      if (inner && ts.isArrayLiteralExpression(inner)) lists.push(inner);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  const [list] = lists;
  if (!list) throw new Error('solvers.ts has no list `…Solvers = [ … ]`');
  const last = list.elements.at(-1);
  const at = last ? last.end : list.getStart() + 1;
  const edited = `${text.slice(0, at)}${last ? ', ' : ''}${entry}${text.slice(at)}`;
  return addStatement(edited, `import { ${entry} } from './${name}.ts';`);
}

/** The package's index with what it exports of the model, of the new solver. */
function exported(text: string, model: Model, { folder, name }: NewSolver): string {
  const module = `./${posix.join(folder, name)}.ts`;
  const statement = parse(text).statements.find(
    (candidate) =>
      ts.isExportDeclaration(candidate) &&
      candidate.moduleSpecifier?.getText().slice(1, -1) === `./${model.path}`,
  );
  if (!statement) return text;
  const copy = rename(statement.getText().replace(`./${model.path}`, module), model, name);
  return `${text.trimEnd()}\n${copy}\n`;
}

function addStatement(text: string, statement: string): string {
  const imports = parse(text).statements.filter(ts.isImportDeclaration);
  const at = imports.at(-1)?.end ?? /^(\/\/.*\n)*/.exec(text)?.[0].length ?? 0;
  return `${text.slice(0, at)}\n${statement}${text.slice(at)}`;
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

function testSource({ packageName, name, folder }: NewSolver, { problem }: Model): string {
  const plugin = posix.relative(folder, 'plugin.ts');
  return `import { createRegistry, parseWith, solve } from '@infimum/core';
import { expect, it } from 'vitest';
import { plugin } from '${plugin.startsWith('.') ? plugin : `./${plugin}`}';

// Replace this by an oracle that shares no code with the algorithm: a closed form, an exact solver, a theorem.
it('improves on its starting point in every family that it takes', async () => {
  const solver = createRegistry(plugin).solver('${packageName}/${name}');
  const { families, metrics, primaryMetric } = solver.problem;
  const { compute, direction } = metrics[primaryMetric];
  const sign = direction === 'minimise' ? 1 : -1;
  for (const family of Object.values(families)) {
    const params = parseWith(family.params, family.suites.quick[0], '${problem}');
    const instance = await family.generate(params, 1);
    if (solver.declines?.(instance) !== undefined) continue;
    const [first, last] = [0, 200].map((maxIterations) => compute(instance, solve(solver, instance, { maxIterations })));
    expect(sign * last).toBeLessThanOrEqual(sign * first);
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
`;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      problem: { type: 'string' },
      like: { type: 'string' },
      role: { type: 'string', default: 'baseline' },
    },
  });
  const [packageName, path = ''] = positionals;
  const [name, folder = '', ...further] = path.split('/').reverse();
  if (positionals.length !== 2 || further.length > 0 || values.problem === undefined) {
    throw new Error(`usage: ${USAGE}`);
  }
  const files = createSolver(fileURLToPath(new URL('../..', import.meta.url)), {
    packageName,
    name,
    folder,
    problem: values.problem,
    like: values.like,
    role: values.role as NewSolver['role'],
  });
  console.log(
    `${files.join('\n')}\n\nNow write the algorithm, its texts, its test and its page, and format them:`,
  );
  console.log(`pnpm format && pnpm exec vitest run packages/${packageName} -t ${packageName}/${name}`);
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
