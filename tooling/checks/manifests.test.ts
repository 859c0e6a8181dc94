// Every package can be published: npm shows what it is, where it comes from, and a README whose links lead somewhere.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { badges, originOf, publishedPackages, relativeLinks } from './manifests.ts';
import { readJson, root } from './workspace.ts';

describe('the check of READMEs', () => {
  it('finds relative links, in Markdown and in HTML, and none in code', () => {
    const readme =
      '[a](./b.md) [c](https://d) [e](#f)\n<img src="g.png">\n`[h](i)`\n```md\n[j](k)\n```\n[l]: ../m\n';
    expect(relativeLinks(readme)).toEqual(['line 1: ./b.md', 'line 2: g.png', 'line 7: ../m']);
  });

  it('finds badges', () => {
    expect(badges('![ok](https://img.shields.io/npm/v/x) [a](https://a.example)')).toEqual([
      'https://img.shields.io/npm/v/x',
    ]);
  });
});

describe.each(publishedPackages().map(({ folder }) => folder))('%s', (folder) => {
  const manifest = readJson(join(root, folder, 'package.json')) as Record<string, unknown>;
  const readme = readFileSync(join(root, folder, 'README.md'), 'utf8');

  it('says what it is, in words that are searched for', () => {
    expect(String(manifest['description']).length).toBeGreaterThan(40);
    const keywords = manifest['keywords'] as readonly string[];
    expect(keywords.length).toBeGreaterThanOrEqual(5);
    for (const keyword of keywords) expect(keyword).toMatch(/^[a-z0-9][a-z0-9-]*$/);
    expect(new Set(keywords).size).toBe(keywords.length);
    expect(manifest['license']).toBeTypeOf('string');
  });

  it('says where it comes from, as the root does', () => {
    expect(manifest).toMatchObject(originOf(folder));
  });

  it('has a README that begins with its name, with no link that breaks on npm and no badge', () => {
    expect(readme.startsWith(`# ${manifest['name']}\n`)).toBe(true);
    expect(relativeLinks(readme)).toEqual([]);
    expect(badges(readme)).toEqual([]);
  });
});

it('the guide names the versions of Node that the manifests ask for', () => {
  const guide = readFileSync(join(root, 'docs/guide/index.md'), 'utf8');
  const majors = publishedPackages()
    .filter(({ folder }) => folder.startsWith('packages/'))
    .map(({ folder }) => readJson(join(root, folder, 'package.json')) as { engines: { node: string } })
    .map(({ engines }) => Number(engines.node.replace('>=', '')));
  expect(guide).toContain(`Node ${Math.min(...majors)} and newer`);
  if (Math.max(...majors) > Math.min(...majors)) expect(guide).toContain(`some need ${Math.max(...majors)}`);
});

describe('the workflows', () => {
  it('release by changesets with provenance, and build the site', () => {
    const workflow = (name: string) => readFileSync(join(root, '.github/workflows', name), 'utf8');
    const release = workflow('release.yml');
    for (const text of [
      'changesets/action',
      'NPM_CONFIG_PROVENANCE: "true"',
      'id-token: write',
      'pnpm release',
    ]) {
      expect(release).toContain(text);
    }
    const { packageManager, scripts } = readJson(join(root, 'package.json')) as {
      packageManager: string;
      scripts: Record<string, string>;
    };
    expect(scripts['release']).toContain('changeset publish');
    for (const name of ['release.yml', 'site.yml']) {
      for (const [, script] of workflow(name).matchAll(/pnpm ([a-z:]+)$/gm)) {
        if (script !== 'install') expect(scripts).toHaveProperty(script);
      }
      expect(workflow(name)).toContain(packageManager);
    }
    expect(existsSync(join(root, '.changeset/config.json'))).toBe(true);
    expect(readJson(join(root, '.changeset/config.json'))).toMatchObject({ access: 'public' });
  });
});
