// The guides of the fields: a picture that the library made, links to all problems, and functions that are there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { listedPackages } from '../site/packages.ts';
import { registry, root } from '../site/registry.ts';

const folder = path.join(root, 'docs/guide/fields');
const guides = readdirSync(folder)
  .filter((file) => file !== 'index.md')
  .map((file) => file.replace('.md', ''));
const textOf = (name: string) => readFileSync(path.join(folder, `${name}.md`), 'utf8');

/** Everything that packages export, options of functions left out. */
const exported = new Set<string>();
beforeAll(async () => {
  for (const { folder } of listedPackages()) {
    const manifest = JSON.parse(readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, { readonly default?: string }>>;
    };
    for (const [key, { default: file }] of Object.entries(manifest.exports)) {
      if (!file || key === './testing') continue;
      for (const name of Object.keys(await import(path.join(root, 'packages', folder, file)))) exported.add(name);
    }
  }
}, 120_000);

/** Named in tables, and no functions. */
const OPTIONS = new Set(['epsilon']);

test('each field has its guide, which the index names', () => {
  const fields = listedPackages().filter(({ problems }) => problems.length > 0);
  for (const { folder } of fields) expect(guides).toContain(folder);
  for (const name of guides) expect(textOf('index')).toContain(`(/guide/fields/${name})`);
});

describe.each(guides)('%s', (name) => {
  const text = textOf(name);

  test('has a picture that is made when the site is built, with words for it', () => {
    const [, kind, file, words] =
      /<img class="picture" src="\/(thumbnails|posters)\/([^"]+)" alt="([^"]{10,})"/.exec(text) ?? [];
    const isThere =
      kind === 'posters'
        ? existsSync(path.join(root, 'docs/public/posters', file))
        : registry.problems.some(({ id }) => file === `${id}.svg`);
    expect([isThere, words]).toEqual([true, expect.stringMatching(/\w/)]);
  });

  test('is a page long, and leads to all problems of the field', () => {
    const words = text.split(/\s+/).length;
    expect(words).toBeGreaterThan(250);
    expect(words).toBeLessThan(900);
    for (const { id } of registry.problems.filter(({ id }) => id.startsWith(`${name}/`))) {
      expect(text).toContain(`(/problems/${id})`);
    }
  });

  test('names functions that are exported', () => {
    const cells = text.split('\n').filter((line) => /^\| /.test(line));
    const names = cells.flatMap((line) => [...line.matchAll(/`([a-zA-Z]\w*)`/g)].map(([, one]) => one));
    expect(names.length).toBeGreaterThan(4);
    expect(names.filter((one) => !exported.has(one) && !OPTIONS.has(one))).toEqual([]);
  });
});
