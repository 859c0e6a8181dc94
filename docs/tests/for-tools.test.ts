// The site for programs: one Markdown file a page, without elements, and an index of all.
import { expect, test } from 'vitest';
import { BRANCHES } from '../data/choices.ts';
import { filesForTools } from '../site/for-tools.ts';
import { generatedPages } from '../site/pages.ts';

const files = filesForTools();

test('each page is there as Markdown, without elements of the site', () => {
  for (const name of generatedPages().keys()) expect([name, files.has(`${name}.md`)]).toEqual([name, true]);
  for (const [name, text] of files) {
    if (name === 'llms.txt') continue;
    const prose = text.replace(/^```[\s\S]*?^```|`[^`\n]*`/gm, '');
    expect([name, text.startsWith('# ')]).toEqual([name, true]);
    expect([name, /<\/?(div|LiveDemo|span|script|p|dl|details|RunnableExample)\b/.exec(prose)?.[0]]).toEqual([name, undefined]);
  }
});

test('the index leads to every page, and links of pages to files that are there', () => {
  const index = files.get('llms.txt') ?? '';
  const named = [...index.matchAll(/^- \[.+\]\(https:\/\/[^)]*?\/infimum\/([^)]+)\)/gm)].map(([, file]) => file);
  expect(new Set(named)).toEqual(new Set([...files.keys()].filter((name) => !['llms.txt', 'gallery.md'].includes(name))));
  for (const text of files.values()) {
    for (const [, target] of text.matchAll(/\]\(\/([^)]*\.md)\)/g)) expect(files.has(target)).toBe(true);
  }
});

test('all answers of the map are in one file, with their programs', () => {
  const text = files.get('guide/choosing.md') ?? '';
  for (const { use, say } of BRANCHES.flatMap(({ choices }) => choices)) {
    expect(text).toContain(`### ${say}\n\nUse [\`${use}\`]`);
  }
  expect(text.match(/^```ts$/gm)?.length).toBe(BRANCHES.flatMap(({ choices }) => choices).length);
});
