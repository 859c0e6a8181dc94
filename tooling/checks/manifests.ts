// The manifest and README of a package, as npm shows them. The root's manifest says where repository and site are; a
// script writes both into all public manifests: `node tooling/checks/manifests.ts --write`; without the flag it prints what is
// wrong with the READMEs.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest, WorkspacePackage } from './workspace.ts';
import { isForNode, packagesIn, readJson, root } from './workspace.ts';

/** The fields that say where a package comes from. */
export interface Origin {
  readonly homepage: string;
  readonly repository: { readonly type: 'git'; readonly url: string; readonly directory: string };
}

/** All that is published: the libraries and the benchmark. */
export function publishedPackages(): WorkspacePackage[] {
  return packagesIn('packages', 'apps').filter(({ manifest }) => !manifest.private);
}

/** Where a package comes from, by the root's manifest. */
export function originOf(folder: string): Origin {
  const { homepage, repository } = readJson(join(root, 'package.json')) as { homepage: string; repository: { url: string } };
  const [parent, name] = folder.split('/');
  return {
    homepage: `${homepage}/${parent === 'packages' ? `packages/${name}` : 'guide/benchmarks'}`,
    repository: { type: 'git', url: repository.url, directory: folder },
  };
}

/** The URL of a package as one file for pages; a package without dependencies is loaded as it is. Undefined for packages for Node only. */
export function browserFileOf({ name, exports, dependencies }: Manifest): string | undefined {
  if (isForNode(name) || exports?.['.'] === undefined) return undefined;
  return dependencies === undefined ? './dist/index.js' : './dist/browser/index.js';
}

/** The fields by which pages and the servers of packages find that file. */
function withBrowserFile(manifest: Record<string, unknown>): Record<string, unknown> {
  const { exports, ...others } = manifest as Record<string, unknown> & { exports?: Record<string, unknown> };
  const file = browserFileOf(manifest as unknown as Manifest);
  if (file === undefined) return manifest;
  const { './package.json': last, './browser': _, ...entries } = exports ?? {};
  const fields = { jsdelivr: file, unpkg: file, exports: { ...entries, './browser': file, './package.json': last } };
  return Object.fromEntries(
    Object.keys(manifest).flatMap((key) => (key === 'exports' ? Object.entries(fields) : [[key, others[key]]])),
  );
}

/** Links of a README that do not work on npm, which has only this file; by line. */
export function relativeLinks(markdown: string): string[] {
  const withoutCode = markdown.replace(/^```[\s\S]*?^```/gm, (code) => code.replace(/[^\n]/g, '')).replace(/`[^`\n]*`/g, '');
  return withoutCode.split('\n').flatMap((line, index) =>
    [...line.matchAll(/\]\(\s*<?([^)\s>]*)|\b(?:src|href)="([^"]*)"|^\s*\[[^\]]+\]:\s*(\S+)/g)]
      .map(([, inline, html, reference]) => inline ?? html ?? reference)
      .filter((target) => !/^(https?:|mailto:|#)/.test(target))
      .map((target) => `line ${index + 1}: ${target}`),
  );
}

/** Badges with claims, such as ‘build passing’, which are not kept up to date here. */
export function badges(markdown: string): string[] {
  return [...markdown.matchAll(/https?:\/\/[^\s)"]*(?:shields\.io|badge)[^\s)"]*/g)].map(([url]) => url);
}

/** Largest number of lines of a README, which should be short; fewer for the root. */
const MOST_LINES = 150;
const MOST_LINES_OF_ROOT = 80;

/** What is too long, one line or none. */
export function lengthFaults(markdown: string, most = MOST_LINES): string[] {
  const lines = markdown.trimEnd().split('\n').length;
  return lines > most ? [`has ${lines} lines, not ${most}`] : [];
}

/**
 * Errors in the section ‘Dependencies’: it must have a line `- \`name\`: reason.` for each runtime dependency, peers
 * included, and for nothing else; without any it says ‘None.’.
 */
export function dependencyFaults(markdown: string, manifest: Manifest): string[] {
  const section = /^## Dependencies\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(markdown)?.[1];
  if (section === undefined) return ['has no section «## Dependencies»'];
  const needed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const lines = [...section.matchAll(/^- (`[^`]+`(?:, `[^`]+`)*)(?:: (.*))?/gm)];
  const named = lines.flatMap(([, names, reason]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => ({ name, hasReason: /\w+ \w+/.test(reason ?? '') })),
  );
  return [
    ...needed.filter((name) => !named.some((one) => one.name === name)).map((name) => `does not name the dependency ${name}`),
    ...named.filter(({ name }) => !needed.includes(name)).map(({ name }) => `names ${name}, no dependency`),
    ...named.filter(({ hasReason }) => !hasReason).map(({ name }) => `does not say what ${name} is for`),
    ...(needed.length === 0 && !/^None\.$/m.test(section) ? ['does not say that there are no dependencies'] : []),
  ];
}

/** What is wrong with the READMEs, one line each. */
export function readmeFaults(): string[] {
  const read = (folder: string) => {
    const path = join(root, folder, 'README.md');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  return [
    ...lengthFaults(read('.'), MOST_LINES_OF_ROOT).map((fault) => `README.md ${fault}`),
    ...publishedPackages().flatMap(({ folder, manifest }) =>
      [...lengthFaults(read(folder)), ...dependencyFaults(read(folder), manifest)].map(
        (fault) => `${folder}/README.md ${fault}`,
      ),
    ),
  ];
}

if (process.argv[1] === import.meta.filename) {
  const isWriting = process.argv.includes('--write');
  for (const { folder } of isWriting ? publishedPackages() : []) {
    const file = join(root, folder, 'package.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, `${JSON.stringify(withBrowserFile({ ...manifest, ...originOf(folder) }), null, 2)}\n`);
  }
  if (!isWriting) {
    const faults = readmeFaults();
    console.log([...faults, `${faults.length} faults`].join('\n'));
  }
}
