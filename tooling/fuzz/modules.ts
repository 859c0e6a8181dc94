// The entries of all packages, from their `exports`: new ones take part by themselves.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A built file that users import. */
export interface Module {
  /** As users write it. */
  readonly name: string;
  readonly address: string;
}

const ROOT = resolve(fileURLToPath(import.meta.url), '../../../packages');

/**
 * The entries of these packages, or of all, but for plug-ins and test helpers, and for what runs inside of loops on memory
 * that its callers have checked: linalg's `kernels` and `numerics`.
 */
export function modulesOf(packages?: readonly string[]): Module[] {
  return readdirSync(ROOT)
    .filter((folder) => !packages || packages.includes(folder))
    .flatMap((folder) => {
      const { name, exports = {} } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
      return Object.entries(exports as Record<string, { readonly default?: string }>)
        .filter(([key, entry]) => !/plugin|testing|package\.json|kernels|numerics/.test(key) && entry.default)
        .map(([key, entry]) => ({
          name: join(name, key),
          address: pathToFileURL(join(ROOT, folder, entry.default as string)).href,
        }));
    });
}
