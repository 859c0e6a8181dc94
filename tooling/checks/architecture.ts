// The map of the packages as a table, and what breaks it.
import { posix } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './workspace.ts';

/** A package or an app with the texts of its sources by path inside its folder. */
export interface Room {
  /** `packages/ot`. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * The levels of the map, the foundation first. A package depends on packages of lower levels only, so there
 * are no cycles. Packages of one level do not know each other.
 */
export const LEVELS: readonly (readonly string[])[] = [
  ['packages/core'],
  ['packages/linalg', 'packages/datasets'],
  ['packages/autodiff'],
  ['packages/ot'],
  ['packages/optim'],
  ['packages/blackbox'],
  ['packages/bilevel'],
  ['packages/learn'],
  ['packages/games'],
  ['packages/bandits-rl'],
  ['packages/strings'],
  ['packages/graphs'],
  ['packages/verify'],
  ['packages/distributed'],
  ['packages/infimum'],
  ['apps/bench', 'docs'],
];

/** AssemblyScript has no packages: kernels share those of linalg by path, and are compiled in. */
const SHARED_KERNELS = 'packages/linalg/assembly/';

/** Every breach of the map, one line each. */
export function breaches(rooms: readonly Room[], tooling: readonly string[]): string[] {
  const folders = new Map(rooms.map(({ folder, manifest }) => [manifest.name, folder]));
  return rooms.flatMap((room) => [
    ...manifestBreaches(room, folders, tooling),
    ...sourceBreaches(room, folders, tooling),
  ]);
}

function levelOf(folder: string): number {
  return LEVELS.findIndex((level) => level.includes(folder));
}

function manifestBreaches(
  { folder, manifest }: Room,
  folders: ReadonlyMap<string, string>,
  tooling: readonly string[],
): string[] {
  if (levelOf(folder) < 0) return [`${folder} is not on the map: give it a level`];
  const shipped = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const found = shipped
    .filter((name) => tooling.includes(name))
    .map((name) => `${folder}/package.json: ${name} is tooling and must be a devDependency`);
  for (const name of [...shipped, ...Object.keys(manifest.devDependencies ?? {})]) {
    const target = folders.get(name);
    if (target && levelOf(target) >= levelOf(folder)) {
      found.push(`${folder}/package.json: ${name} is not below ${folder}`);
    }
  }
  return found;
}

function sourceBreaches(
  room: Room,
  folders: ReadonlyMap<string, string>,
  tooling: readonly string[],
): string[] {
  const { folder, manifest, sources } = room;
  const found: string[] = [];
  for (const [path, text] of sources) {
    const shipped = /^src\//.test(path) && !/\.test\.tsx?$/.test(path);
    for (const { fileName: specifier } of ts.preProcessFile(text, true, true).importedFiles) {
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
      if (levelOf(target) >= levelOf(folder)) complain(`which is not below ${folder}`);
      if (shipped && !(name in { ...manifest.dependencies, ...manifest.peerDependencies })) {
        complain('which is not among its dependencies');
      }
    }
  }
  return found;
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
