// The ranking of search results. The functions are written into the pages as text, so each must be self-contained.
import type { Options, SearchOptions } from 'minisearch';

/** The separator between a page's search words and its text in the index. */
export const AFTER_WORDS = ' ¶ ';

/** An entry before it is indexed. */
interface Entry {
  readonly id: string;
  readonly title: string;
  readonly titles: readonly string[];
  readonly text: string;
}

/** Besides titles and text, there are search words: the names used by other people and packages. */
export const indexOptions: Partial<Options<Entry>> = {
  fields: ['title', 'words', 'titles', 'text'],
  storeFields: ['title', 'titles'],
  extractField(entry, field) {
    const [words, text] = entry.text?.includes(' ¶ ') ? entry.text.split(' ¶ ') : ['', entry.text];
    if (field === 'words') return words;
    if (field === 'text') return text ?? '';
    return String(entry[field as keyof Entry] ?? '');
  },
  // Names are also found by their parts: linearProgram by `linear`.
  tokenize(text) {
    const words = text.split(/[\n\r\p{Z}\p{P}\p{S}]+/u).filter(Boolean);
    return words.flatMap((word) => {
      const parts = word.split(/(?<=[a-z0-9])(?=[A-Z])/);
      return parts.length > 1 ? [word, ...parts] : [word];
    });
  },
  processTerm(term) {
    const word = term.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
    if (/^(a|an|and|as|at|by|for|from|how|i|in|is|it|of|on|or|that|the|to|two|what|which|with|my|do)$/.test(word)) return null;
    // One spelling of British and American words, and of plurals.
    return word
      .replace(/(is|iz)(e|es|ed|er|ers|ing|ation)$/, 'is')
      .replace(/mming$/, 'm')
      .replace(/our$/, 'or')
      .replace(/re$/, 'er')
      .replace(/(?<=[a-z]{3})(?<![su])s$/, '');
  },
};

/** Problems first, then packages and subjects that are not covered, guides and solvers; API names last, unless one is typed exactly. */
export const searchOptions: SearchOptions = {
  fuzzy: 0.15,
  prefix: (term) => term.length > 2,
  boost: { title: 4, words: 4, titles: 1, text: 1 },
  weights: { fuzzy: 0.2, prefix: 0.2 },
  boostDocument(id, term, stored) {
    const isSection = String(id).includes('#');
    // `term` is a name of several words, typed whole or found by its beginning.
    if (String(id).endsWith(`#name-${term}`) && /[a-z][A-Z]/.test(String(stored?.title))) return 1.7;
    if (/\/problems\//.test(id)) return isSection ? 0.8 : 3;
    if (/\/solvers\//.test(id)) return isSection ? 0.5 : 1.6;
    if (/\/packages\//.test(id)) return isSection ? 0.4 : 3;
    if (/\/not-here/.test(id)) return 2.7;
    if (/\/choosing#/.test(id)) return 1.9;
    return isSection ? 1 : 1.5;
  },
};
