// Every package can be published: npm shows what it is, where it comes from, and a README whose links lead somewhere.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  badges,
  browserFileOf,
  dependencyFaults,
  lengthFaults,
  originOf,
  publishedPackages,
  readmeFaults,
  relativeLinks,
} from './manifests.ts';
import type { Manifest } from './workspace.ts';
import { readJson, root } from './workspace.ts';

describe('the check of READMEs', () => {
  it('finds relative links, in Markdown and in HTML, and none in code', () => {
    const readme = '[a](./b.md) [c](https://d) [e](#f)\n<img src="g.png">\n`[h](i)`\n```md\n[j](k)\n```\n[l]: ../m\n';
    expect(relativeLinks(readme)).toEqual(['line 1: ./b.md', 'line 2: g.png', 'line 7: ../m']);
  });

  it('finds badges', () => {
    expect(badges('![ok](https://img.shields.io/npm/v/x) [a](https://a.example)')).toEqual(['https://img.shields.io/npm/v/x']);
  });
});

describe('the check of lengths and dependencies', () => {
  const manifest = {
    name: '@infimum/f',
    dependencies: { '@infimum/core': '', highs: '' },
    peerDependencies: { '@infimum/datasets': '' },
  };
  const readme = (...lines: string[]) => `# @infimum/f\n\n## Dependencies\n\n${lines.join('\n')}\n\n## Figures\n\n- \`zod\`\n`;

  it('takes 150 lines and finds one more', () => {
    expect(lengthFaults('line\n'.repeat(150))).toEqual([]);
    expect(lengthFaults('line\n'.repeat(151))).toEqual(['has 151 lines, not 150']);
    expect(lengthFaults('line\n'.repeat(81), 80)).toEqual(['has 81 lines, not 80']);
  });

  it('takes a line with a reason for each dependency', () => {
    const lines = ['- `@infimum/core`, `highs`: the protocol and linear programs.', '- `@infimum/datasets`: real data.'];
    expect(dependencyFaults(readme(...lines), manifest)).toEqual([]);
    expect(dependencyFaults(readme('None.'), { name: '@infimum/f' })).toEqual([]);
  });

  it('finds what is not named, what is named and no dependency, and what has no reason', () => {
    expect(
      dependencyFaults(readme('- `@infimum/core`: its protocol.', '- `zod`: old schemas.', '- `highs`'), manifest),
    ).toEqual(['does not name the dependency @infimum/datasets', 'names zod, no dependency', 'does not say what highs is for']);
    expect(dependencyFaults(readme('Some.'), { name: '@infimum/f' })).toEqual(['does not say that there are no dependencies']);
    expect(dependencyFaults('# @infimum/f\n', manifest)).toEqual(['has no section «## Dependencies»']);
  });
});

it('READMEs are short and name what the packages stand on', () => {
  expect(readmeFaults()).toEqual([]);
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

  it('names the one file that pages load, where a page can load it', () => {
    const file = browserFileOf(manifest as unknown as Manifest);
    const { exports = {}, jsdelivr, unpkg } = manifest as Record<string, Record<string, unknown> | undefined>;
    expect([exports['./browser'], jsdelivr, unpkg]).toEqual([file, file, file]);
    expect(file === undefined).toBe(folder === 'packages/distributed' || folder === 'apps/bench');
  });

  it('has a README that begins with its name, with no link that breaks on npm and no badge', () => {
    expect(readme.startsWith(`# ${manifest['name']}\n`)).toBe(true);
    expect(relativeLinks(readme)).toEqual([]);
    expect(badges(readme)).toEqual([]);
  });
});

it('all packages ask for the version of Node that the guide names', () => {
  const engines = publishedPackages()
    .filter(({ folder }) => folder.startsWith('packages/'))
    .map(({ folder }) => (readJson(join(root, folder, 'package.json')) as { engines: { node: string } }).engines.node);
  const [, version] = /Node (\d+) and newer/.exec(readFileSync(join(root, 'docs/guide/index.md'), 'utf8')) ?? [];
  expect(new Set(engines)).toEqual(new Set([`>=${version}`]));
  // Those who change the library start with what package managers are for.
  const { engines: own } = readJson(join(root, 'package.json')) as { engines: { node: string } };
  for (const page of ['README.md', 'CONTRIBUTING.md']) {
    expect(readFileSync(join(root, page), 'utf8')).toContain(`You need Node ${own.node.replace('>=', '')} or newer`);
  }
});

describe('the workflows', () => {
  it('release by changesets with provenance, and build the site', () => {
    const workflow = (name: string) => readFileSync(join(root, '.github/workflows', name), 'utf8');
    const release = workflow('release.yml');
    for (const text of ['changesets/action', 'NPM_CONFIG_PROVENANCE: "true"', 'id-token: write', 'pnpm release']) {
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
