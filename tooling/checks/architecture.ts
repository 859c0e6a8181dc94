// The map of the packages as a table, and its violations. As a script it prints all of them: `node tooling/checks/architecture.ts`.
import { readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './workspace.ts';
import { filesBelow, packagesIn, root } from './workspace.ts';

/** A package or an app with the texts of its sources by path inside its folder. */
export interface PackageSources {
  /** `packages/ot`. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sources: ReadonlyMap<string, string>;
}

/** The packages that a package of a field may depend on besides the foundation, by the table of the map. */
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
 * The map: the direct dependencies of each package, by folder. A package depends on the packages in its line and on nothing
 * else in the repository.
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
    .map(([name, below]): [string, string[]] => [`packages/${name}`, below.map((other) => `packages/${other}`)])
    .concat(['apps/bench', 'docs'].map((folder) => [folder, [...published, 'infimum'].map((name) => `packages/${name}`)])),
);

/** AssemblyScript has no packages: kernels share those of linalg by path, and are compiled in. */
const SHARED_KERNELS = 'packages/linalg/assembly/';

/** Every violation of the map, one line each. */
export function breaches(rooms: readonly PackageSources[], tooling: readonly string[]): string[] {
  const folders = new Map(rooms.map(({ folder, manifest }) => [manifest.name, folder]));
  return [
    ...rooms.flatMap((room) => [...manifestBreaches(room, folders, tooling), ...sourceBreaches(room, folders, tooling)]),
    ...rooms.flatMap(circles),
    ...rooms.flatMap(crowdedFolders),
  ];
}

/** The packages, apps and docs of the repository with their sources. */
export function roomsOfRepository(): PackageSources[] {
  const packages = packagesIn('packages', 'apps', '.').filter(({ folder }) => !folder.startsWith('./') || folder === './docs');
  return packages.map(({ folder, manifest }) => {
    const place = folder.replace('./', '');
    const files = ['src', 'assembly', 'bench', 'test', '.vitepress'].flatMap((part) =>
      filesBelow(join(root, place, part), (path) => /\.(ts|vue)$/.test(path) && !path.includes('/cache/')),
    );
    const sources = files.map((file) => [relative(join(root, place), file), readFileSync(file, 'utf8')] as const);
    return { folder: place, manifest, sources: new Map(sources) };
  });
}

/** The packages that are tooling: nothing that is shipped may use them. */
export const toolingNames = (): string[] => packagesIn('tooling').map(({ manifest }) => manifest.name);

/** Whether the map allows one package to depend on another. */
function mayUse(folder: string, target: string): boolean {
  return MAP[folder]?.includes(target) ?? false;
}

/** Circular imports of files, folders and subjects, including imports of types and without tests. */
function circles({ folder, sources }: PackageSources): string[] {
  const files = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    if (!path.startsWith('src/') || isTest(path)) continue;
    const targets = importsOf(text)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => posix.join(posix.dirname(path), specifier));
    files.set(path, new Set(targets.filter((target) => sources.has(target))));
  }
  // A file of the root counts alone: the entries import all folders, and folders import helpers of the root.
  const folderOf = (path: string) => (posix.dirname(path) === 'src' ? path : posix.dirname(path));
  const subjectOf = (path: string) => path.split('/').slice(0, 2).join('/');
  const lines = [(path: string) => path, folderOf, subjectOf].flatMap((placeOf) => circlesOf(files, placeOf));
  return [...new Set(lines)].map((names) => `${folder}/src: ${names} import each other in a circle`);
}

/** The circles of places that files lie in; one line a circle, names in order. */
function circlesOf(files: ReadonlyMap<string, ReadonlySet<string>>, placeOf: (path: string) => string): string[] {
  const edges = new Map<string, Set<string>>();
  for (const [path, targets] of files) {
    const from = placeOf(path);
    const others = edges.get(from) ?? new Set();
    for (const target of targets) if (placeOf(target) !== from) others.add(placeOf(target));
    edges.set(from, others);
  }
  const reach = new Map([...edges.keys()].map((start) => [start, reachable(edges, start)]));
  const found = [...reach].map(([start, places]) => [...places].filter((other) => reach.get(other)?.has(start)).sort());
  return found.filter(({ length }) => length > 1).map((places) => places.map((place) => place.slice('src/'.length)).join(', '));
}

/** Largest number of files in a folder, without tests. */
const MOST_FILES = 40;

function crowdedFolders({ folder, sources }: PackageSources): string[] {
  const counts = new Map<string, number>();
  for (const path of sources.keys()) {
    const inside = posix.dirname(path);
    if (inside.startsWith('src') && !isTest(path)) counts.set(inside, (counts.get(inside) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MOST_FILES)
    .map(([inside, count]) => `${folder}/${inside} has ${count} files, not ${MOST_FILES}`);
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

const importsOf = (text: string): string[] => ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

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

function sourceBreaches(room: PackageSources, folders: ReadonlyMap<string, string>, tooling: readonly string[]): string[] {
  const { folder, manifest, sources } = room;
  const found: string[] = [];
  for (const [path, text] of sources) {
    const shipped = path.startsWith('src/') && !isTest(path);
    if (/-(checker|formulas)\.ts$/.test(path)) found.push(...checkerBreaches(`${folder}/${path}`, text));
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

/** A checker is trusted, so it shares no code with solvers: it imports rigor, types, other checkers and texts of formulas. */
function checkerBreaches(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const found: string[] = [];
  const complain = (what: string) => found.push(`${path}: ${what}: a checker imports rigor, types and other checkers`);
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const isType = ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly : node.isTypeOnly;
      const specifier = node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : '';
      const isAllowed = specifier === '' || specifier === '@infimum/rigor' || /-(checker|formulas)\.ts$/.test(specifier);
      if (!isType && !isAllowed) complain(`imports values of ${specifier}`);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) complain('imports at run time');
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

if (process.argv[1] === import.meta.filename) {
  const found = breaches(roomsOfRepository(), toolingNames()).sort();
  console.log([...found, `${found.length} breaches`].join('\n'));
}
