// The sources of the site: the registry of all packages, and their texts.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AnyProblem, AnySolver, Registry } from '@infimum/core';
import { createInfimumRegistry } from 'infimum';

/** The repository's root. */
export const root: string = path.resolve(import.meta.dirname, '../..');

/** Every problem, solver and claim. */
export const registry: Registry = createInfimumRegistry();

/** The two halves of an id. */
export function splitId(id: string): { readonly pkg: string; readonly name: string } {
  const [pkg, name] = id.split('/');
  return { pkg, name };
}

/** The hand-written text about a solver or a problem. */
export interface Text {
  /** The Markdown without the notes. */
  readonly markdown: string;
  /** The notes in it: `<!-- source: file.ts -->`, `<!-- opening: {"family": "points"} -->`. */
  readonly notes: Readonly<Record<string, string>>;
}

/** Sections that every solver's text has. */
const SECTIONS = ['## Idea', '## When to use it', '## When not'];

/** Sentences of the template that `pnpm new:solver` writes: a text that still has one is unfinished. */
export const PLACEHOLDERS: readonly string[] = [
  'What the algorithm does and why it works, in our own words.',
  'The instances on which it is the right choice.',
  'The instances on which another solver is better, and which.',
];

/** The path of a solver's text, from the repository's root. */
function solverTextPath(id: string): string {
  const { pkg, name } = splitId(id);
  return `packages/${pkg}/docs/${name}.md`;
}

/**
 * The text of a solver.
 *
 * @throws {Error} naming the file, and the section that is missing or unchanged from the template
 */
export function solverText({ id }: Pick<AnySolver, 'id'>): Text {
  const file = solverTextPath(id);
  const text = readText(file);
  if (!text) throw new Error(`${id} has no text: write ${file} with the sections ${SECTIONS.join(', ')}`);
  checkText(file, text.markdown);
  return text;
}

/** Refuses a text that lacks a section, or still contains the generator's text. */
export function checkText(file: string, markdown: string): void {
  const missing = SECTIONS.filter((section) => !markdown.includes(`${section}\n`));
  if (missing.length > 0) throw new Error(`${file} lacks the section ${missing.join(', ')}`);
  const placeholder = PLACEHOLDERS.find((sentence) => markdown.includes(sentence));
  if (placeholder) throw new Error(`${file} still has the template's «${placeholder}»: write its own words`);
}

/** The text of a problem, if there is one. */
export function problemText({ id }: Pick<AnyProblem, 'id'>): Text | undefined {
  const { pkg, name } = splitId(id);
  return readText(`packages/${pkg}/docs/problems/${name}.md`);
}

function readText(file: string): Text | undefined {
  const absolute = path.join(root, file);
  if (!existsSync(absolute)) return undefined;
  const content = readFileSync(absolute, 'utf8');
  const note = /^<!-- (\w+): (.+) -->\n/gm;
  const notes = Object.fromEntries([...content.matchAll(note)].map(([, key, value]) => [key, value]));
  return { markdown: content.replace(note, '').trim(), notes };
}
