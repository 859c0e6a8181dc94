// How the search weighs what it finds. The functions are written into the pages as text, so each stands by itself.
import type { Options, SearchOptions } from 'minisearch';

/** Between the words that a page is looked for by and its text, in what the index gets. */
export const AFTER_WORDS = ' ¶ ';

/** An entry before it is indexed. */
interface Entry {
  readonly id: string;
  readonly title: string;
  readonly titles: readonly string[];
  readonly text: string;
}

/** Beside titles and text there are words: the names that other people and packages use. */
export const indexOptions: Partial<Options<Entry>> = {
  fields: ['title', 'words', 'titles', 'text'],
  storeFields: ['title', 'titles'],
  extractField(entry, field) {
    const [words, text] = entry.text?.includes(' ¶ ') ? entry.text.split(' ¶ ') : ['', entry.text];
    if (field === 'words') return words;
    if (field === 'text') return text ?? '';
    return String(entry[field as keyof Entry] ?? '');
  },
  processTerm(term) {
    const word = term.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
    if (/^(a|an|and|as|at|by|for|from|how|i|in|is|it|of|on|or|that|the|to|two|what|which|with|my|do)$/.test(word)) return null;
    // One spelling of British and American words, and of plurals.
    return word
      .replace(/(is|iz)(e|es|ed|er|ers|ing|ation)$/, 'is')
      .replace(/our$/, 'or')
      .replace(/re$/, 'er')
      .replace(/(?<=[a-z]{3})(?<![su])s$/, '');
  },
};

/** Problems first, then guides and solvers, the API's names last. */
export const searchOptions: SearchOptions = {
  fuzzy: 0.15,
  prefix: true,
  boost: { title: 4, words: 4, titles: 1, text: 1 },
  weights: { fuzzy: 0.2, prefix: 0.3 },
  boostDocument(id) {
    const isSection = String(id).includes('#');
    if (/\/problems\//.test(id)) return isSection ? 0.8 : 3;
    if (/\/solvers\//.test(id)) return isSection ? 0.5 : 1.6;
    if (/\/packages\//.test(id)) return isSection ? 0.4 : 1;
    return 1;
  },
};
