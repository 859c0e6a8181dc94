// The local search reads files; this gives it the pages that are generated and have none.
import path from 'node:path';
import type { GeneratedPage } from './markdown.ts';
import { generatedPages } from './pages.ts';

/** One entry of the search index, as VitePress's index takes it. */
export interface SearchSection {
  readonly anchor: string;
  readonly titles: string[];
  readonly text: string;
}

/** The sections of a generated page; nothing for a page that is a file. */
export function searchSections(directory: string): (file: string) => SearchSection[] {
  const pages = generatedPages();
  return (file) => {
    const page = pages.get(path.relative(directory, file).replace(/\.md$/, ''));
    // VitePress splits a page itself where this gives nothing, which its types do not say.
    return (page && sectionsOf(page)) as SearchSection[];
  };
}

function sectionsOf({ title, lead, sections }: GeneratedPage): SearchSection[] {
  return [
    { anchor: '', titles: [title], text: plain(lead) },
    ...sections.map(({ heading, body }) => ({
      anchor: heading.toLowerCase().replaceAll(' ', '-'),
      titles: [title, heading],
      text: plain(body),
    })),
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
