// What npm shows of a package: its manifest and its README. The root's manifest says where repository and site are; a
// script writes both into all public manifests: `node tooling/checks/manifests.ts --write`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkspacePackage } from './workspace.ts';
import { packagesIn, readJson, root } from './workspace.ts';

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
  const { homepage, repository } = readJson(join(root, 'package.json')) as {
    homepage: string;
    repository: { url: string };
  };
  const [parent, name] = folder.split('/');
  return {
    homepage: `${homepage}/${parent === 'packages' ? `packages/${name}` : 'guide/benchmarks'}`,
    repository: { type: 'git', url: repository.url, directory: folder },
  };
}

/** Links of a README that lead nowhere on npm, which has the one file alone; by line. */
export function relativeLinks(markdown: string): string[] {
  const withoutCode = markdown
    .replace(/^```[\s\S]*?^```/gm, (code) => code.replace(/[^\n]/g, ''))
    .replace(/`[^`\n]*`/g, '');
  return withoutCode.split('\n').flatMap((line, index) =>
    [...line.matchAll(/\]\(\s*<?([^)\s>]*)|\b(?:src|href)="([^"]*)"|^\s*\[[^\]]+\]:\s*(\S+)/g)]
      .map(([, inline, html, reference]) => inline ?? html ?? reference)
      .filter((target) => !/^(https?:|mailto:|#)/.test(target))
      .map((target) => `line ${index + 1}: ${target}`),
  );
}

/** Pictures that claim something, such as «build passing», which nothing here keeps true. */
export function badges(markdown: string): string[] {
  return [...markdown.matchAll(/https?:\/\/[^\s)"]*(?:shields\.io|badge)[^\s)"]*/g)].map(([url]) => url);
}

if (process.argv[1] === import.meta.filename && process.argv.includes('--write')) {
  for (const { folder } of publishedPackages()) {
    const file = join(root, folder, 'package.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, `${JSON.stringify({ ...manifest, ...originOf(folder) }, null, 2)}\n`);
  }
}
