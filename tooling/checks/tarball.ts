// A user's project: every public package installed from what would be published, with the example of its README.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownExamples, promisesOf } from './examples.ts';
import { pack, packagesIn, publicPackages, root } from './workspace.ts';

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

/** Makes a project with the packed packages, the benchmark and the examples; gives its folder. */
export function installPacked(examples: readonly ReadmeExample[]): string {
  const project = mkdtempSync(join(tmpdir(), 'infimum-tarball-'));
  const tarballs = join(project, 'tarballs');
  mkdirSync(tarballs);
  const dependencies = Object.fromEntries(
    [...publicPackages(), ...packagesIn('apps')].map((one) => [
      one.manifest.name,
      `file:${pack(one, tarballs)}`,
    ]),
  );
  // The packages are not on a registry under these versions: what they ask of each other are the tarballs, too.
  const manifest = { type: 'module', private: true, dependencies, overrides: dependencies };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  for (const { file, code } of examples) writeFileSync(join(project, file), code);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return project;
}
