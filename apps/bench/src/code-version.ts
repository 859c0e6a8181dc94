// What a result depends on, as a hash: the built code of the packages and plug-ins involved, and Node.
import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadedPlugin } from './plugins.ts';

/** Gives the code version of anything that the plug-ins define. */
export interface CodeVersions {
  /** Version for a solver on the instances of a problem. */
  of(problem: string, solver: string): string;
  /** Version for a peer on the instances of a problem; `peer` names the package and its version. */
  ofPeer(problem: string, peer: string): string;
  /** Version of everything together. */
  readonly all: string;
}

/** Hashes the code once; results under another version are not used again. */
export function codeVersions(plugins: readonly LoadedPlugin[]): CodeVersions {
  const runner = digest((hash) => {
    hash.update(process.version);
    for (const name of ['cell.js', 'judge.js', 'watchdog.js']) hash.update(readFileSync(new URL(name, import.meta.url)));
  });
  const byId = new Map<string, string>();
  for (const { plugin, files } of plugins) {
    const version = digest((hash) => (files ? hashFiles(hash, files) : hashPackage(hash, plugin.name)));
    for (const { id } of [...(plugin.problems ?? []), ...(plugin.solvers ?? [])]) byId.set(id, version);
  }
  const combine = (...parts: readonly string[]) => digest((hash) => hash.update(parts.join()));
  return {
    of: (problem, solver) => combine(runner, byId.get(problem) ?? '', byId.get(solver) ?? ''),
    ofPeer: (problem, peer) => combine(runner, byId.get(problem) ?? '', peer, peersVersion()),
    all: combine(runner, ...byId.values()),
  };
}

function digest(update: (hash: Hash) => void): string {
  const hash = createHash('sha256');
  update(hash);
  return hash.digest('hex').slice(0, 12);
}

function hashFiles(hash: Hash, files: readonly string[]): void {
  for (const file of [...files].sort()) hash.update(readFileSync(file));
}

/** The built code of a package and of those of the library that it depends on. */
function hashPackage(hash: Hash, name: string): void {
  const umbrella = fileURLToPath(import.meta.resolve('infimum/package.json'));
  const manifests = new Set<string>();
  collect(umbrella, name);
  for (const manifest of [...manifests].sort()) hashFolder(hash, path.join(path.dirname(manifest), 'dist'));

  function collect(from: string, dependency: string): void {
    const manifest = locate(from, dependency) ?? umbrella;
    if (manifests.has(manifest)) return;
    manifests.add(manifest);
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
    for (const other of Object.keys(dependencies)) {
      if (other.startsWith('@infimum/')) collect(manifest, other);
    }
  }
}

/** Undefined for a plug-in that is not named like its package; then the whole umbrella counts. */
function locate(from: string, dependency: string): string | undefined {
  try {
    return createRequire(from).resolve(`${dependency}/package.json`);
  } catch {
    return undefined;
  }
}

function hashFolder(hash: Hash, folder: string, pattern = /\.(js|wasm|json|bin)$/): void {
  // Without types every entry would be looked up once more.
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map(({ parentPath, name }) => path.join(parentPath, name));
  for (const file of files.sort()) hash.update(path.relative(folder, file)).update(readFileSync(file));
}

/** The code that talks to the peers; but for those of plug-ins, they exist in the library's repository only. */
function peersVersion(): string {
  const manifest = locate(fileURLToPath(import.meta.url), '@infimum/peers');
  if (manifest === undefined) return '';
  const folder = path.dirname(manifest);
  return digest((hash) => {
    hashFolder(hash, path.join(folder, 'dist'));
    hashFolder(hash, path.join(folder, 'peers'), /\.py$/);
    hashFolder(hash, path.join(folder, 'npm'), /\.ts$/);
  });
}
