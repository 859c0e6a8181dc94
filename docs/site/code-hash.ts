// What code a measurement was made with: a hash of each package's sources, tests left out.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './registry.ts';

const known = new Map<string, string>();

/** The hash of a package's sources as they are now. */
export function codeHash(pkg: string): string {
  const hash = known.get(pkg) ?? hashOf(pkg);
  known.set(pkg, hash);
  return hash;
}

function hashOf(pkg: string): string {
  const files = globSync(`packages/${pkg}/src/**/*.ts`, { cwd: root })
    .filter((file) => !file.endsWith('.test.ts') && !file.includes('/generated/'))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(path.join(root, file)));
  return hash.digest('hex').slice(0, 12);
}
