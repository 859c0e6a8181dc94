// Paths: the repository's root, its packages, and a folder in which all public packages resolve.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The fields of a `package.json` that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | { readonly default: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** Its folder, from the root: `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The packages of the workspace below the given folders, in alphabetical order. */
export function packagesIn(...parents: readonly string[]): WorkspacePackage[] {
  const folders = parents.flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`));
  return folders
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
    .map((folder) => ({ folder, manifest: readJson(join(root, folder, 'package.json')) as Manifest }));
}

/** The packages that are published as libraries. */
export function publicPackages(): WorkspacePackage[] {
  return packagesIn('packages').filter(({ manifest }) => !manifest.private);
}

/** Packages that need a server or a disk; all others load in browsers too. */
const FOR_NODE: readonly string[] = ['@infimum/distributed'];

/** Whether a package is for Node only. */
export function isForNode(name: string): boolean {
  return FOR_NODE.includes(name);
}

/** A package's entries: what is imported, and the built file behind it. */
export function entriesOf({ folder, manifest }: WorkspacePackage): { specifier: string; file: string }[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([key, target]) =>
    typeof target === 'string' ? [] : [{ specifier: manifest.name + key.slice(1), file: join(root, folder, target.default) }],
  );
}

/** All files below a folder that `accept` takes, as absolute paths in alphabetical order. */
export function filesBelow(folder: string, accept: (path: string) => boolean): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !relative(folder, path).includes('node_modules') && accept(path))
    .sort();
}

/** A path as reports show it. */
export const fromRoot = (path: string): string => relative(root, path);

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * Makes an empty folder in which every public package resolves, and what they depend on.
 *
 * It must not lie below a `node_modules`: Node strips no types there.
 */
export function makeConsumer(name: string): string {
  const folder = join(root, 'tooling/checks/.examples', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  for (const workspacePackage of publicPackages()) {
    link(folder, workspacePackage.manifest.name, join(root, workspacePackage.folder));
    for (const dependency of Object.keys(workspacePackage.manifest.dependencies ?? {})) {
      link(folder, dependency, join(root, workspacePackage.folder, 'node_modules', dependency));
    }
  }
  // What a page names beside our own.
  link(folder, 'highs', join(root, 'packages/ot/node_modules/highs'));
  return folder;
}

function link(folder: string, name: string, target: string): void {
  const path = join(folder, 'node_modules', name);
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** Packs a package as it would be published, from the repository or a copy; gives the path of the tarball. */
export function pack({ folder, manifest }: WorkspacePackage, destination: string, from = root): string {
  const path = join(destination, `${manifest.name.replace('@', '').replace('/', '-')}.tgz`);
  execFileSync('pnpm', ['pack', '--out', path], { cwd: join(from, folder), stdio: ['ignore', 'ignore', 'inherit'] });
  return path;
}

/** The Chromium of this machine, or that of the variable CHROMIUM; undefined if there is none. */
export function findChromium(): string | undefined {
  const places = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return [process.env['CHROMIUM'], ...places.map((name) => `/usr/bin/${name}`)].find(
    (path) => path !== undefined && existsSync(path),
  );
}
