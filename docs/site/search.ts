// The local search reads files; this gives it the pages that are generated and have none.
import path from 'node:path';
import type { GeneratedPage } from './markdown.ts';
import { generatedPages } from './pages.ts';
import { AFTER_WORDS } from './search-options.ts';

/** One entry of the search index, as VitePress's index takes it. */
export interface SearchSection {
  readonly anchor: string;
  readonly titles: string[];
  readonly text: string;
}

/** Sections of figures and code, in which nobody looks for words. */
const NOT_FOUND = new Set(['Measured', 'Use it', 'Verdict']);

/** The sections of a page that is generated; nothing for a page that is written. */
export function searchSections(directory: string): (file: string) => SearchSection[] {
  const pages = generatedPages();
  return (file) => {
    const name = path.relative(directory, file).replaceAll(path.sep, '/');
    const page = pages.get(name.replace(/\.md$/, ''));
    // VitePress splits a page itself where this gives nothing, which its types do not say.
    return (page && sectionsOf(page)) as SearchSection[];
  };
}

function sectionsOf({ title, lead, sections, words = '', found = [] }: GeneratedPage): SearchSection[] {
  const searched = sections.filter(({ heading }) => !NOT_FOUND.has(heading) && !heading.startsWith('Names'));
  return [
    { anchor: '', titles: [title], text: words + AFTER_WORDS + plain(lead) },
    ...searched.map(({ heading, body }) => ({
      anchor: heading.toLowerCase().replaceAll(' ', '-'),
      titles: [title, heading],
      text: plain(body),
    })),
    ...found.map(({ anchor, title: name, text }) => ({ anchor, titles: [title, name], text: plain(text) })),
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
