// The code version of a measurement: for each solver a hash of its own file and of its imports from the same folder. Layout, comments and
// texts do not count.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './registry.ts';
import { sourceOf } from './source.ts';

const known = new Map<string, string>();

/** The current hash of a solver's code. */
export function solverHash(id: string): string {
  const hash = known.get(id) ?? hashOf(ownFiles(sourceOf(id).file).map((file) => readFileSync(path.join(root, file), 'utf8')));
  known.set(id, hash);
  return hash;
}

/** A solver's file, and those of its folder that it imports, directly or indirectly. */
export function ownFiles(file: string, below = root, found = new Set<string>()): string[] {
  found.add(file);
  const text = readFileSync(path.join(below, file), 'utf8');
  for (const [, name] of text.matchAll(/from '(\.\/[\w-]+\.ts)'/g)) {
    const imported = path.join(path.dirname(file), name);
    const isOwn = !/(solvers|problem)\.ts$/.test(imported) && existsSync(path.join(below, imported));
    if (isOwn && !found.has(imported)) ownFiles(imported, below, found);
  }
  return [...found].sort();
}

/** Of the code only, independent of layout and comments. */
export function hashOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(withoutLayout(text)).update('\n');
  return hash.digest('hex').slice(0, 12);
}

/** Without comments, texts of more than one word, blanks, and commas at the end of a list. */
function withoutLayout(text: string): string {
  return text
    .replace(/('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted = '') =>
      quoted.includes(' ') && !quoted.startsWith('`') ? "''" : quoted,
    )
    .replace(/\s+/g, '')
    .replace(/,(?=[)\]}])/g, '');
}
