// The map of the packages as a table, and what breaks it.
import { posix } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './workspace.ts';

/** A package or an app with the texts of its sources by path inside its folder. */
export interface PackageSources {
  /** `packages/ot`. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sources: ReadonlyMap<string, string>;
}

/** What a package of a field may stand on besides the foundation, as the map's table says. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  ot: [],
  optim: [],
  strings: [],
  'bandits-rl': ['optim'],
  games: ['optim'],
  graphs: ['optim'],
  verify: ['optim'],
  bilevel: ['optim'],
  learn: ['optim'],
  blackbox: ['optim', 'bandits-rl'],
};

const domain = Object.keys(FIELDS);
const foundation = ['rigor', 'core', 'linalg', 'datasets', 'autodiff'];
const published = [...foundation, ...domain, 'distributed'];

/**
 * The map: what stands directly above what, each package by its folder. A package depends on those that its line
 * names and on nothing else of the repository.
 */
const MAP: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    rigor: [],
    core: [],
    linalg: ['rigor', 'core'],
    datasets: ['core'],
    autodiff: ['core', 'linalg', 'datasets'],
    ...Object.fromEntries(domain.map((field) => [field, [...foundation, ...FIELDS[field]]])),
    distributed: [...foundation, ...domain],
    infimum: published,
  })
    .map(([name, below]): [string, string[]] => [
      `packages/${name}`,
      below.map((other) => `packages/${other}`),
    ])
    .concat(
      ['apps/bench', 'docs'].map((folder) => [
        folder,
        [...published, 'infimum'].map((name) => `packages/${name}`),
      ]),
    ),
);

/** AssemblyScript has no packages: kernels share those of linalg by path, and are compiled in. */
const SHARED_KERNELS = 'packages/linalg/assembly/';

/** Every breach of the map, one line each. */
export function breaches(rooms: readonly PackageSources[], tooling: readonly string[]): string[] {
  const folders = new Map(rooms.map(({ folder, manifest }) => [manifest.name, folder]));
  return [
    ...rooms.flatMap((room) => [
      ...manifestBreaches(room, folders, tooling),
      ...sourceBreaches(room, folders, tooling),
    ]),
    ...rooms.flatMap(folderCycles).map((cycle) => `${cycle} import each other in a circle`),
  ];
}

/** Whether the map lets one package stand on another. */
function mayUse(folder: string, target: string): boolean {
  return MAP[folder]?.includes(target) ?? false;
}

/** The folders below `src` that import each other in a circle, tests left out; one line a circle, names in order. */
function folderCycles({ folder, sources }: PackageSources): string[] {
  const edges = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    const from = /^src\/([^/]+)\//.exec(path)?.[1];
    if (from === undefined || isTest(path)) continue;
    if (!edges.has(from)) edges.set(from, new Set());
    for (const specifier of importsOf(text)) {
      const to = /^src\/([^/]+)\//.exec(posix.join(posix.dirname(path), specifier))?.[1];
      if (specifier.startsWith('.') && to !== undefined && to !== from) edges.get(from)?.add(to);
    }
  }
  const reach = new Map([...edges.keys()].map((start) => [start, reachable(edges, start)]));
  const circles = [...reach].map(([start, found]) =>
    [...found].filter((other) => reach.get(other)?.has(start)).sort(),
  );
  const lines = circles.filter(({ length }) => length > 1).map((names) => names.join(', '));
  return [...new Set(lines)].map((names) => `${folder}/src: ${names}`);
}

function reachable(edges: ReadonlyMap<string, ReadonlySet<string>>, start: string): Set<string> {
  const found = new Set<string>();
  const waiting = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const to of edges.get(next) ?? []) {
      if (!found.has(to)) waiting.push(to);
      found.add(to);
    }
  }
  return found;
}

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

const importsOf = (text: string): string[] =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

function manifestBreaches(
  { folder, manifest }: PackageSources,
  folders: ReadonlyMap<string, string>,
  tooling: readonly string[],
): string[] {
  if (MAP[folder] === undefined) return [`${folder} is not on the map: give it a line`];
  const shipped = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const found = shipped
    .filter((name) => tooling.includes(name))
    .map((name) => `${folder}/package.json: ${name} is tooling and must be a devDependency`);
  for (const name of [...shipped, ...Object.keys(manifest.devDependencies ?? {})]) {
    const target = folders.get(name);
    if (target && !mayUse(folder, target)) {
      found.push(`${folder}/package.json: ${name} is not below ${folder}`);
    }
  }
  return found;
}

function sourceBreaches(
  room: PackageSources,
  folders: ReadonlyMap<string, string>,
  tooling: readonly string[],
): string[] {
  const { folder, manifest, sources } = room;
  const found: string[] = [];
  for (const [path, text] of sources) {
    const shipped = path.startsWith('src/') && !isTest(path);
    if (path.endsWith('-checker.ts')) found.push(...checkerBreaches(`${folder}/${path}`, text));
    for (const specifier of importsOf(text)) {
      const complain = (problem: string) => found.push(`${folder}/${path}: imports ${specifier}, ${problem}`);
      if (specifier.startsWith('.')) {
        const target = posix.join(folder, posix.dirname(path), specifier);
        const shared = path.startsWith('assembly/') && target.startsWith(SHARED_KERNELS);
        if (!target.startsWith(`${folder}/`) && !shared) complain('which leaves the package');
        continue;
      }
      const name = packageName(specifier);
      if (tooling.includes(name) && shipped && folder.startsWith('packages/')) complain('which is tooling');
      const target = folders.get(name);
      if (target === undefined || target === folder) continue;
      if (!mayUse(folder, target)) complain(`which is not below ${folder}`);
      if (shipped && !(name in { ...manifest.dependencies, ...manifest.peerDependencies })) {
        complain('which is not among its dependencies');
      }
    }
  }
  return found;
}

/** A checker is believed, so it shares no code with what finds answers: it imports rigor, types and other checkers. */
function checkerBreaches(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const found: string[] = [];
  const complain = (what: string) =>
    found.push(`${path}: ${what}: a checker imports rigor, types and other checkers`);
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const isType = ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly : node.isTypeOnly;
      const specifier =
        node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : '';
      const isAllowed =
        specifier === '' || specifier === '@infimum/rigor' || specifier.endsWith('-checker.ts');
      if (!isType && !isAllowed) complain(`imports values of ${specifier}`);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      complain('imports at run time');
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
