// The search: its index as the site builds it of the generated pages, asked what people type.
import MiniSearch from 'minisearch';
import { describe, expect, test } from 'vitest';
import { guideWords } from '../data/words.ts';
import { generatedPages } from '../site/pages.ts';
import { problemText, registry } from '../site/registry.ts';
import { searchSections } from '../site/search.ts';
import { indexOptions, searchOptions } from '../site/search-options.ts';
import { QUERIES } from './search-queries.ts';

const index = new MiniSearch(indexOptions as ConstructorParameters<typeof MiniSearch>[0]);
const sections = searchSections('/docs');
const pages = generatedPages();
const written = ['guide/choosing', ...Object.keys(guideWords).map((file) => file.replace(/\.md$/, ''))];
for (const page of [...pages.keys(), ...written]) {
  for (const { anchor, titles, text } of sections(`/docs/${page}.md`)) {
    const id = `/${page.replace(/(?<=\/)index$/, '')}${anchor && `#${anchor}`}`;
    index.add({ id, title: titles.at(-1), titles: titles.slice(0, -1), text });
  }
}

describe('the search', () => {
  test('knows at least 155 queries, each of a page that is there', () => {
    expect(QUERIES.length).toBeGreaterThanOrEqual(155);
    expect(new Set(QUERIES.map(([query]) => query)).size).toBe(QUERIES.length);
    const known = [...pages.keys(), ...written].map((page) => `/${page.replace(/(?<=\/)index$/, '')}`);
    for (const [, page] of QUERIES) expect(known).toContain(page.replace(/#.*/, ''));
  });

  // Names of functions are known when the site is built: the test in the browser asks for them too.
  test.each(QUERIES.filter(([, page]) => !page.includes('#name-')))('%s leads to %s', (query, page) => {
    const found = index.search(query, searchOptions).slice(0, 3);
    expect(found.map(({ id }) => id)).toContain(page);
  });

  test.each(registry.problems)('$id has other names, and comes before the API by its title', (problem) => {
    expect(problemText(problem)?.notes['words']).toBeDefined();
    const found = index.search(problem.title, searchOptions).map(({ id }) => String(id));
    const own = found.indexOf(`/problems/${problem.id}`);
    expect(own).toBeGreaterThanOrEqual(0);
    const api = found.findIndex((id) => id.startsWith('/packages/'));
    if (api >= 0) expect(own).toBeLessThan(api);
  });
});
