// What users' bundlers see: no built file imports a chunk of its package for nothing, of which bundlers warn, or carries
// what nothing needs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packagesIn, root } from './workspace.ts';

/** An import of a chunk without a name. */
const BARE = /^\s*import\s*['"]\.[^'"]*['"]/m;

it('finds imports of nothing', () => {
  expect(BARE.test("import { a } from './b.js';\nimport './chunk-A.js';")).toBe(true);
  expect(BARE.test('import"./chunk-A.js";')).toBe(true);
  expect(BARE.test("import { a } from './b.js';\nimport 'node:fs';\nexport * from './c.js';")).toBe(false);
});

const built = packagesIn('packages')
  .map(({ folder }) => join(root, folder, 'dist'))
  .filter((dist) => existsSync(dist))
  .flatMap((dist) =>
    readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .map((file) => join(dist, file)),
  );

it('no built file imports a chunk for nothing', () => {
  expect(built.length).toBeGreaterThan(0);
  expect(built.filter((file) => BARE.test(readFileSync(file, 'utf8')))).toEqual([]);
});

it('no built file carries the compiler’s own helpers of disposal', () => {
  expect(built.filter((file) => readFileSync(file, 'utf8').includes('SuppressedError'))).toEqual([]);
});
