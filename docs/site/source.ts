// The source file of a solver, and the example of its docstring.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, solverText, splitId } from './registry.ts';

/** The repository on the web; links to sources are left out while there is none. */
export const repository: string | undefined = process.env['DOCS_REPOSITORY'];

/** A solver's source file and its docstring's example. */
export interface SolverSource {
  /** From the repository's root. */
  readonly file: string;
  /** Code of the first `@example`; undefined if the file has none. */
  readonly example?: string;
  /** The function that the example imports. */
  readonly imported?: { readonly name: string; readonly from: string };
}

/**
 * The source of a solver: the file that a note in its text names (`<!-- source: file.ts -->`), or the file that is
 * named as the solver. It may lie in a folder of `src`.
 *
 * @throws {Error} if there is neither
 */
export function sourceOf(id: string): SolverSource {
  const { pkg, name } = splitId(id);
  const { source = `${name}.ts` } = solverText({ id }).notes;
  const file = filesOf(pkg).find((candidate) => candidate.endsWith(`/${source}`));
  if (file === undefined) {
    throw new Error(`${id} has no ${source} in packages/${pkg}/src: name it in its text, <!-- source: file.ts -->`);
  }
  const example = exampleIn(readFileSync(path.join(root, file), 'utf8'));
  // Examples may draw their data with functions of other packages first.
  const imports = [...(example ?? '').matchAll(/import \{ (\w+).*\} from '(@infimum\/[^']+)'/g)];
  const [, imported, from] = imports.find(([, , name]) => name === `@infimum/${pkg}`) ?? imports[0] ?? [];
  return { file, example, ...(imported && { imported: { name: imported, from } }) };
}

const files = new Map<string, readonly string[]>();

/** The sources of a package, looked for once. */
function filesOf(pkg: string): readonly string[] {
  const found = files.get(pkg) ?? globSync(`packages/${pkg}/src/**/*.ts`, { cwd: root }).sort();
  files.set(pkg, found);
  return found;
}

/** The example of a function's documentation, and the file that it stands in. */
export interface ExampleOf {
  /** From the repository's root. */
  readonly file: string;
  readonly code: string;
}

/** The first `@example` of an exported function of a package; undefined if there is no such function or example. */
export function exampleOf(pkg: string, name: string): ExampleOf | undefined {
  const declaration = new RegExp(`^export (?:async )?function\\*? ${name}\\b`, 'm');
  for (const file of filesOf(pkg)) {
    const text = sourceText(file);
    const at = text.search(declaration);
    const comment = at < 0 ? '' : text.slice(text.lastIndexOf('/**', at), at);
    const code = comment.trimEnd().endsWith('*/') ? exampleIn(comment) : undefined;
    if (code) return { file, code };
  }
  return undefined;
}

const texts = new Map<string, string>();

/** A source's text, read once. */
function sourceText(file: string): string {
  const text = texts.get(file) ?? readFileSync(path.join(root, file), 'utf8');
  texts.set(file, text);
  return text;
}

function exampleIn(code: string): string | undefined {
  const fence = /@example\s*\n \* ```ts\n([\s\S]*?) \* ```/.exec(code)?.[1];
  return fence?.replace(/^ \* ?/gm, '').trim();
}
