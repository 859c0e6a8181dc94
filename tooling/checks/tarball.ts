// A user's project: every public package installed from what would be published, with the example of its README. Versions
// are those of the next release; nothing is published. As a script it prints the versions: `node tooling/checks/tarball.ts`.
import type { ExecFileSyncOptions } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { markdownExamples, promisesOf } from './examples.ts';
import type { Manifest, WorkspacePackage } from './workspace.ts';
import { pack, packagesIn, publicPackages, readJson, root } from './workspace.ts';

/** A package of the next release. */
export interface Released {
  readonly name: string;
  readonly version: string;
  /** What its changelog says of this version; undefined if it has none. */
  readonly entry: string | undefined;
}

/** The workspace as the next release has it: a copy of what is published, in which changesets set versions and changelogs. */
function releaseCopy(packages: readonly WorkspacePackage[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'infimum-release-'));
  for (const name of ['.changeset', 'package.json', 'pnpm-workspace.yaml']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  const folders = new Map([
    ...packagesIn('tooling').map(({ folder, manifest }) => [manifest.name, join(root, folder)] as const),
    ...packages.map(({ folder, manifest }) => [manifest.name, join(copy, folder)] as const),
  ]);
  for (const { folder, manifest } of packages) {
    const { files = [] } = readJson(join(root, folder, 'package.json')) as { files?: readonly string[] };
    for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', ...files]) {
      const from = join(root, folder, name);
      if (existsSync(from)) cpSync(from, join(copy, folder, name), { recursive: true });
    }
    // Packing asks the installed packages for their versions, tooling too.
    const { dependencies, devDependencies, peerDependencies } = manifest;
    for (const name of Object.keys({ ...devDependencies, ...peerDependencies, ...dependencies })) {
      const target = folders.get(name);
      const path = join(copy, folder, 'node_modules', name);
      if (target === undefined) continue;
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(target, path);
    }
  }
  const quiet: ExecFileSyncOptions = { cwd: copy, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('git', ['init', '--quiet'], quiet);
  execFileSync(join(root, 'node_modules/.bin/changeset'), ['version'], quiet);
  return copy;
}

/** What a copy releases. */
function releasedIn(copy: string, packages: readonly WorkspacePackage[]): Released[] {
  return packages.map(({ folder, manifest: { name } }) => {
    const { version } = readJson(join(copy, folder, 'package.json')) as Manifest & { readonly version: string };
    const path = join(copy, folder, 'CHANGELOG.md');
    const changelog = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const [, entry] = changelog.split(`\n## ${version}\n`);
    return { name, version, entry: entry?.split(/^## /m)[0].trim() };
  });
}

/** The first example of a package's README. */
export interface ReadmeExample {
  readonly name: string;
  readonly file: string;
  readonly code: string;
  /** The lines that it prints. */
  readonly expected: readonly string[];
}

/** The example of every public package. */
export function readmeExamples(): ReadmeExample[] {
  return publicPackages().map(({ folder, manifest }) => {
    const path = join(root, folder, 'README.md');
    const [example] = markdownExamples(path, readFileSync(path, 'utf8'));
    if (example === undefined) throw new Error(`${folder}/README.md has no example`);
    return {
      name: manifest.name,
      file: `${folder.replace('/', '-')}.ts`,
      code: example.code,
      expected: promisesOf(example.code).map(({ text }) => text),
    };
  });
}

/** All that is released: the libraries and the benchmark. */
const releasedPackages = (): WorkspacePackage[] => [...publicPackages(), ...packagesIn('apps')];

/** Makes a project with the packed packages, the benchmark and the examples; gives its folder, and what is released. */
export function installPacked(examples: readonly ReadmeExample[]): {
  readonly project: string;
  readonly released: readonly Released[];
} {
  const project = mkdtempSync(join(tmpdir(), 'infimum-tarball-'));
  const tarballs = join(project, 'tarballs');
  mkdirSync(tarballs);
  const packages = releasedPackages();
  const copy = releaseCopy(packages);
  const released = releasedIn(copy, packages);
  const dependencies = Object.fromEntries(packages.map((one) => [one.manifest.name, `file:${pack(one, tarballs, copy)}`]));
  rmSync(copy, { recursive: true });
  // The packages are not on a registry under these versions: what they ask of each other are the tarballs, too.
  const manifest = { type: 'module', private: true, dependencies, overrides: dependencies };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  for (const { file, code } of examples) writeFileSync(join(project, file), code);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { project, released };
}

if (process.argv[1] === import.meta.filename) {
  const packages = releasedPackages();
  const copy = releaseCopy(packages);
  for (const { name, version, entry } of releasedIn(copy, packages)) {
    console.log(`${name} ${version}, ${entry?.split('\n').length ?? 0} lines in its changelog`);
  }
  rmSync(copy, { recursive: true });
}
