// The entries of all packages, from their `exports`: new entries are included automatically.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A built file that users import. */
export interface Module {
  /** As users write it. */
  readonly name: string;
  readonly address: string;
  /** Of its package. */
  readonly folder: string;
}

/** Which entries. */
interface Selection {
  /** Folders of packages; all by default. */
  readonly packages?: readonly string[];
  /** Those too that are not called with hostile arguments. */
  readonly everything?: boolean;
}

export const ROOT = resolve(fileURLToPath(import.meta.url), '../../../packages');

/**
 * Entries that take no hostile arguments: plug-ins hold data, `testing` is for tests. linalg's `kernels` and `numerics` run
 * inside of loops, on memory and numbers that their callers have checked: a check in them would be paid at every step.
 */
const UNCHECKED = /plugin|testing|package\.json|kernels|numerics/;

/**
 * Functions that judge or conclude the results of others, or that loops call for single numbers: their callers have checked the
 * arguments. Validators get names from programs, and `converged` gets its arguments from solvers.
 */
const UNCHECKED_FUNCTIONS =
  /^(check[A-Z]\w*|InvalidInputError|fault|converged|stalled|exhausted|portable\w+|philox4x32|mulberry32)$/;

/** The entries of packages. */
export function modulesOf({ packages, everything = false }: Selection = {}): Module[] {
  return readdirSync(ROOT)
    .filter((folder) => !packages || packages.includes(folder))
    .flatMap((folder) => {
      const { name, exports = {} } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
      return Object.entries(exports as Record<string, { readonly default?: string }>)
        .filter(([key, entry]) => entry.default && (everything || !UNCHECKED.test(key)))
        .map(([key, entry]) => ({
          name: join(name, key),
          address: pathToFileURL(join(ROOT, folder, entry.default as string)).href,
          folder,
        }));
    });
}

/** A module and the functions in it that no entry of its package before it has. */
export interface Functions extends Module {
  readonly names: readonly string[];
}

/** All functions that take hostile arguments, each once. */
export async function functionsOf(packages?: readonly string[]): Promise<Functions[]> {
  const known = new Set<unknown>();
  const found: Functions[] = [];
  for (const module of modulesOf({ packages })) {
    const exports = (await import(module.address)) as Record<string, unknown>;
    const names = Object.keys(exports).filter((name) => {
      const value = exports[name];
      return typeof value === 'function' && !UNCHECKED_FUNCTIONS.test(name) && !known.has(value);
    });
    for (const name of names) known.add(exports[name]);
    if (names.length > 0) found.push({ ...module, names });
  }
  return found;
}
