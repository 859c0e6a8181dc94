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
  /** The variable of the solver. */
  readonly solver: string;
  /** The file defines this solver alone, and is named as it is. */
  readonly alone: boolean;
}

const USAGE = 'pnpm new:solver PACKAGE [FOLDER/]NAME --problem PACKAGE/PROBLEM [--like PACKAGE/SOLVER] [--role paper|baseline]';

/** Writes the files below `root` and gives their paths from there, those that were changed last. */
export function createSolver(root: string, solver: NewSolver): string[] {
  const { packageName, name, folder, role } = solver;
  for (const part of [name, ...(folder ? [folder] : [])]) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(part)) throw new Error(`'${part}' is not of the form my-solver`);
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
  const list = listOf(sources, folder, model);
  const read = (path: string) => readFileSync(join(sources, path), 'utf8');
  files.set(`${home}/src/${list}`, listed(read(list), name));
  if (model.alone) files.set(`${home}/src/index.ts`, exported(read('index.ts'), model, solver));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...files.keys()];
}

/** The file that lists the solvers of a folder: `solvers.ts`, or the one file with a list, or the model's. */
function listOf(sources: string, folder: string, model: Model): string {
  const own = posix.join(folder, 'solvers.ts');
  if (existsSync(join(sources, own))) return own;
  const files = globSync(posix.join(folder, '*.ts'), { cwd: sources }).map((path) => path.replaceAll('\\', '/'));
  const lists = files.filter((path) => listIn(readFileSync(join(sources, path), 'utf8')) !== undefined);
  const [only] = lists;
  if (lists.length === 1) return only;
  if (lists.includes(model.path)) return model.path;
  throw new Error(`there is no src/${own} to list the solver in`);
}

/** The definition of a solver to begin from. */
export function findModel(sources: string, { packageName, problem, like }: NewSolver): Model {
  const files = globSync('**/*.ts', { cwd: sources, exclude: ['**/*.test.ts', 'generated/**'] }).map((path) => ({
    path: path.replaceAll('\\', '/'),
    text: readFileSync(join(sources, path), 'utf8'),
  }));
  const variable = files
    .flatMap(({ text }) => definitions(text, ['defineProblem']))
    .find(({ definition }) => textOf(definition, 'id') === problem)?.variable;
  if (variable === undefined) throw new Error(`${packageName} does not define the problem '${problem}'`);
  // Functions that define solvers of this problem from a literal, as `defineSolver` does.
  const makers = files.flatMap(({ text }) =>
    definitions(text, ['defineSolver']).flatMap(({ maker, definition }) =>
      maker !== undefined && nameOf(definition, 'problem') === variable ? [maker] : [],
    ),
  );
  const models = files.flatMap(({ path, text }): Model[] => {
    const all = definitions(text, ['defineSolver', ...makers]).filter(({ maker }) => maker === undefined);
    return all.flatMap(({ variable: solver, definition, call }) => {
      if (call === 'defineSolver' && nameOf(definition, 'problem') !== variable) return [];
      const [id, role] = [textOf(definition, 'id'), textOf(definition, 'role')];
      if (!id || !role || !solver) return [];
      const alone = all.length === 1 && solver === `${camel(basename(path, '.ts'))}Solver`;
      return [{ path, text, id, role, problem: variable, solver, alone }];
    });
  });
  const best = (model: Model) => (model.role === 'baseline' ? 0 : 2) + (model.alone ? 0 : 1);
  const [model] = models
    .filter(({ id }) => like === undefined || id === like)
    .sort((a, b) => best(a) - best(b) || a.text.length - b.text.length);
  if (model) return model;
  const known = models.map(({ id }) => id).join(', ') || 'none';
  throw new Error(`no ${like ?? 'solver'} of '${problem}' is defined by a literal to begin from; there is: ${known}`);
}

interface Definition {
  /** The constant that holds it. */
  readonly variable: string | undefined;
  readonly definition: ts.ObjectLiteralExpression;
  /** The function it is handed to. */
  readonly call: string;
  /** The function around it, if that takes arguments: it defines many. */
  readonly maker?: string;
}

/** What a source defines by calls of `define…({ … })`: as constants, or in functions that constants are made by. */
function definitions(text: string, calls: readonly string[]): Definition[] {
  const source = parse(text);
  const found: Definition[] = [];
  const madeBy = new Map<string, string>();
  const visit = (node: ts.Node, variable?: string, around?: ts.FunctionDeclaration): void => {
    if (ts.isCallExpression(node)) {
      const [given] = node.arguments;
      const call = node.expression.getText();
      if (variable !== undefined) madeBy.set(call, variable);
      if (calls.includes(call) && given && ts.isObjectLiteralExpression(given)) {
        const maker = around && around.parameters.length > 0 ? around.name?.getText() : undefined;
        const holder = around?.name ? `${around.name.getText()}()` : variable;
        found.push({ variable: holder, definition: given, call, ...(maker !== undefined && { maker }) });
        return;
      }
    }
    if (ts.isObjectLiteralExpression(node)) return;
    const name = ts.isVariableDeclaration(node) && !around ? node.name.getText() : variable;
    ts.forEachChild(node, (child) => visit(child, name, ts.isFunctionDeclaration(node) ? node : around));
  };
  visit(source);
  return found.map((definition) => {
    const { variable } = definition;
    return variable?.endsWith('()') ? { ...definition, variable: madeBy.get(variable.slice(0, -2)) } : definition;
  });
}

/** Of a file with several solvers, one with what it stands on. */
function excerpt(text: string, { path, solver }: Model): string {
  const source = parse(text);
  const declared = new Map<string, ts.Statement>();
  for (const statement of source.statements) {
    for (const name of namesOf(statement)) declared.set(name, statement);
  }
  const [kept, fromModel] = [new Set<ts.Statement>(), new Set<string>()];
  const used = new Set<string>();
  const keep = (statement: ts.Statement): void => {
    if (kept.has(statement)) return;
    kept.add(statement);
    const visit = (node: ts.Node): void => {
      if (isReference(node)) {
        used.add(node.text);
        const other = declared.get(node.text);
        if (other && other !== statement) {
          if (isExported(other)) fromModel.add(node.text);
          else keep(other);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(statement);
  };
  const statement = declared.get(solver);
  if (statement) keep(statement);
  const imports = source.statements.filter(ts.isImportDeclaration).flatMap((line) => importOf(line, used) ?? []);
  if (fromModel.size > 0) imports.push(`import { ${[...fromModel].join(', ')} } from './${basename(path)}';`);
  const body = source.statements
    .filter((candidate) => kept.has(candidate))
    .map((candidate) => {
      const written = candidate.getFullText().trim();
      return candidate === statement && !isExported(candidate) ? written.replace(/^(?=const )/m, 'export ') : written;
    });
  return `${imports.join('\n')}\n\n${body.join('\n\n')}\n`;
}

/** A name that refers to a declaration, and not to a property. */
function isReference(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node)) return false;
  const { parent } = node;
  const names = ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyAccessExpression(parent);
  return !(names && parent.name === node);
}

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** What a statement declares. */
function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((part) => ('name' in part ? part.name.getText() : [])),
    );
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement);
  return isNamed && statement.name ? [statement.name.text] : [];
}

/** An import with the names alone that are used. */
function importOf(line: ts.ImportDeclaration, used: ReadonlySet<string>): string | undefined {
  const bindings = line.importClause?.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings)) return line.getText();
  const names = bindings.elements.filter(({ name }) => used.has(name.text)).map((name) => name.getText());
  if (names.length === 0) return undefined;
  const type = line.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type ' : '';
  return `import ${type}{ ${names.join(', ')} } from ${line.moduleSpecifier.getText()};`;
}

function propertyOf(literal: ts.ObjectLiteralExpression, name: string): ts.ObjectLiteralElementLike | undefined {
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
  const placeholders: Readonly<Record<string, string>> = {
    id: `'${solver.packageName}/${solver.name}'`,
    title: `'${title(solver.name)}'`,
    summary: "'What it does and when to use it, in one sentence.'",
    role: `'${solver.role}'`,
    paper: `{ title: 'Title of the paper', year: ${new Date().getFullYear()} }`,
  };
  let { text } = model;
  for (const property of definitionOf(model).properties.toReversed()) {
    const name = property.name?.getText();
    const placeholder = name === undefined ? undefined : placeholders[name];
    if (placeholder === undefined) continue;
    text = `${text.slice(0, property.getStart())}${name}: ${placeholder}${text.slice(property.end)}`;
  }
  text = model.alone ? withoutUnusedImports(text) : excerpt(text, model);
  // Relative imports, from the new folder.
  text = text.replaceAll(/from '(\.[^']*)'/g, (_, module: string) => {
    const path = posix.relative(solver.folder, posix.join(dirname(model.path), module));
    return `from '${path.startsWith('.') ? path : `./${path}`}'`;
  });
  const header = `// ${title(solver.name)}: what it does, in one line.\n//\n// Authors: Title of the paper (year), arXiv identifier.\n`;
  return rename(header + text.replace(/^(\/\/.*\n)+/, ''), model, solver.name);
}

/** A file without the names that it imports and does not use, now that its paper is a placeholder. */
function withoutUnusedImports(text: string): string {
  const source = parse(text);
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (isReference(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement)) visit(statement);
  }
  for (const line of source.statements.filter(ts.isImportDeclaration).toReversed()) {
    text = text.slice(0, line.getStart()) + (importOf(line, used) ?? '') + text.slice(line.end);
  }
  return text;
}

/** The literal that defines the model. */
function definitionOf({ text, id }: Model): ts.ObjectLiteralExpression {
  const literals: ts.ObjectLiteralExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node) && textOf(node, 'id') === id) literals.push(node);
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return literals[0];
}

/** Gives everything that is named after the model the new name, but for what is imported. */
function rename(text: string, model: Model, name: string): string {
  const old = basename(model.path, '.ts');
  const imported = importedNames(text);
  const pairs = model.alone
    ? [
        [`${camel(old)}(?=[A-Z]|\\b)`, camel(name)],
        [`${pascal(old)}(?=[A-Z]|\\b)`, pascal(name)],
      ]
    : [[`${model.solver}\\b`, `${camel(name)}Solver`]];
  return pairs.reduce(
    (changed, [from, to]) =>
      changed.replaceAll(new RegExp(`from '[^']*'|\\b${from}(\\w*)`, 'g'), (found: string, rest: string | undefined) =>
        found.startsWith('from ') || imported.has(found) ? found : `${to}${rest}`,
      ),
    text,
  );
}

/** Names that a file imports. */
function importedNames(text: string): Set<string> {
  const names = parse(text)
    .statements.filter(ts.isImportDeclaration)
    .flatMap(({ importClause }) => {
      const bindings = importClause?.namedBindings;
      return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
    });
  return new Set(names);
}

/** A folder's list with the new solver as its last entry. */
export function listed(text: string, name: string): string {
  const entry = `${camel(name)}Solver`;
  const list = listIn(text);
  if (!list) throw new Error('solvers.ts has no list `…Solvers = [ … ]`');
  const last = list.elements.at(-1);
  const at = last ? last.end : list.getStart() + 1;
  const edited = `${text.slice(0, at)}${last ? ', ' : ''}${entry}${text.slice(at)}`;
  return addStatement(edited, `import { ${entry} } from './${name}.ts';`);
}

/** The list of solvers in a source. */
function listIn(text: string): ts.ArrayLiteralExpression | undefined {
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
  return lists[0];
}

/** The package's index with what it exports of the model, of the new solver. */
function exported(text: string, model: Model, { folder, name }: NewSolver): string {
  const module = `./${posix.join(folder, name)}.ts`;
  const statement = parse(text).statements.find(
    (candidate) => ts.isExportDeclaration(candidate) && candidate.moduleSpecifier?.getText().slice(1, -1) === `./${model.path}`,
  );
  if (!statement) return text;
  const names = (/\{([\s\S]*)\}/.exec(statement.getText())?.[1] ?? '').split(',').map((part) => part.trim());
  // Exports that are not named after the model do not belong to it.
  const own = names.filter((part) => part && rename(part, model, name) !== part);
  if (own.length === 0) return text;
  const copy = `export { ${rename(own.join(', '), model, name)} } from '${module}';`;
  return `${text.trimEnd()}\n${copy}\n`;
}

function addStatement(text: string, statement: string): string {
  const imports = parse(text).statements.filter(ts.isImportDeclaration);
  const at = imports.at(-1)?.end ?? /^(\/\/.*\n)*/.exec(text)?.[0].length ?? 0;
  return `${text.slice(0, at)}\n${statement}${text.slice(at)}`;
}

const parse = (text: string): ts.SourceFile => ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);

const camel = (name: string): string => name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
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
  const sign = direction === 'minimize' ? 1 : -1;
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
    options: { problem: { type: 'string' }, like: { type: 'string' }, role: { type: 'string', default: 'baseline' } },
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
  console.log(`${files.join('\n')}\n\nNow write the algorithm, its texts, its test and its page, and format them:`);
  console.log(`pnpm exec biome check --write packages/${packageName} && pnpm contract ${packageName}/${name}`);
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
