// The local search reads files; this gives it the pages that are generated and have none.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BRANCHES } from '../data/choices.ts';
import { choosingWords, guideWords } from '../data/words.ts';
import type { GeneratedPage } from './markdown.ts';
import { partsOf } from './markdown.ts';
import { generatedPages } from './pages.ts';
import { problemText, root } from './registry.ts';
import { AFTER_WORDS } from './search-options.ts';

/** One entry of the search index, as VitePress's index takes it. */
export interface SearchSection {
  readonly anchor: string;
  readonly titles: string[];
  readonly text: string;
}

/** Sections of figures and code, which are not searched. */
const NOT_FOUND = new Set(['Measured', 'Use it', 'Verdict', 'Functions by subject', 'Types', 'Dependencies']);

/** The sections of a page that is generated; nothing for a page that is written. */
export function searchSections(directory: string): (file: string) => SearchSection[] {
  const pages = generatedPages();
  return (file) => {
    const name = path.relative(directory, file).replaceAll(path.sep, '/');
    if (name === 'guide/choosing.md') return choosingSections();
    const page = pages.get(name.replace(/\.md$/, '')) ?? writtenPage(name);
    // VitePress splits a page itself if this returns nothing, which its types do not allow.
    return (page && sectionsOf(page)) as SearchSection[];
  };
}

/** A page of the guide with search words that do not occur in it. */
function writtenPage(name: string): GeneratedPage | undefined {
  const words = guideWords[name];
  if (words === undefined) return undefined;
  const [, title = '', text = ''] = /^# (.*)\n([\s\S]*)/m.exec(readFileSync(path.join(root, 'docs', name), 'utf8')) ?? [];
  return { title, words, ...partsOf(text) };
}

/** The anchor of a heading, as VitePress makes it. */
const slugOf = (heading: string): string =>
  heading
    .replace(/[\s~`!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+/g, '-')
    .replace(/^-|-$/g, '')
    .replace(/^(\d)/, '_$1')
    .toLowerCase();

function sectionsOf({ title, lead, sections, words = '', found = [] }: GeneratedPage): SearchSection[] {
  const searched = sections.filter(({ heading }) => !NOT_FOUND.has(heading));
  return [
    { anchor: '', titles: [title], text: words + AFTER_WORDS + plain(lead) },
    ...searched.map(({ heading, body }) => ({ anchor: slugOf(heading), titles: [title, heading], text: plain(body) })),
    ...found.map(({ anchor, title: name, text }) => ({ anchor, titles: [title, name], text: plain(text) })),
  ];
}

/** The answers of the map, by the sentences that ask for them. */
function choosingSections(): SearchSection[] {
  const title = 'Choosing a solver';
  return [
    { anchor: '', titles: [title], text: choosingWords + AFTER_WORDS },
    ...BRANCHES.flatMap(({ id, have, choices }) =>
      choices.map(({ id: choice, say, use, why, problem, words = '' }) => ({
        anchor: `${id}/${choice}`,
        titles: [title, say],
        text: `${words}${AFTER_WORDS}${problemText({ id: problem })?.notes['words'] ?? ''} ${have} ${use} ${why}`,
      })),
    ),
  ];
}

/** Markdown without markup. */
function plain(markdown: string): string {
  return markdown
    .replace(/<[^>]+>/g, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[|*`#$\\]/g, ' ')
    .replace(/\s+/g, ' ');
}
