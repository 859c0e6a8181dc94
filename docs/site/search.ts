// The local search reads files; this gives it the pages that are generated and have none, and less of the API's many.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { GeneratedPage } from './markdown.ts';
import { generatedPages } from './pages.ts';

/** One entry of the search index, as VitePress's index takes it. */
export interface SearchSection {
  readonly anchor: string;
  readonly titles: string[];
  readonly text: string;
}

/** The sections of a page that is generated or of the API; nothing for a page that is written. */
export function searchSections(directory: string): (file: string) => SearchSection[] {
  const pages = generatedPages();
  return (file) => {
    const name = path.relative(directory, file).replaceAll(path.sep, '/');
    if (name.startsWith('api/')) return [openingOf(readFileSync(file, 'utf8'))];
    const page = pages.get(name.replace(/\.md$/, ''));
    // VitePress splits a page itself where this gives nothing, which its types do not say.
    return (page && sectionsOf(page)) as SearchSection[];
  };
}

/** A page of the API by its title and first paragraph: with all parameters the index would be megabytes. */
export function openingOf(markdown: string): SearchSection {
  const [title = '', ...paragraphs] = markdown.replace(/```[\s\S]*?```/g, '').split(/\n\s*\n/);
  const opening = paragraphs.find((paragraph) => /^[^#|\s]/.test(paragraph)) ?? '';
  return { anchor: '', titles: [plain(title.replace(/^#+\s*/, '')).trim()], text: plain(opening) };
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
