// The generator of packages, on a copy of the places that list them: each gets its line, and the function that it writes runs.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPackage } from './new-package.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'infimum-new-package-'));
const PLACES = [
  'LICENSE',
  'README.md',
  'docs/package.json',
  'docs/guide/architecture.md',
  'packages/games/package.json',
  'packages/infimum/README.md',
  'packages/infimum/package.json',
  'packages/infimum/src/index.ts',
  'packages/rigor/tsconfig.json',
  'packages/rigor/tsup.config.ts',
  'tooling/checks/architecture.ts',
];
let written: readonly string[] = [];
const read = (path: string) => readFileSync(join(copy, path), 'utf8');

beforeAll(() => {
  for (const path of PLACES) cpSync(join(root, path), join(copy, path));
  written = createPackage(copy, 'plane-geometry', 'Convex hulls and triangles');
});
afterAll(() => rmSync(copy, { recursive: true }));

describe('a new package', () => {
  it('has its folder and a line in all eight places', () => {
    expect(written.filter((path) => !path.startsWith('packages/plane-geometry/')).sort()).toEqual([
      '.changeset/plane-geometry.md',
      'README.md',
      'docs/guide/architecture.md',
      'docs/package.json',
      'packages/infimum/README.md',
      'packages/infimum/package.json',
      'packages/infimum/src/index.ts',
      'tooling/checks/architecture.ts',
    ]);
    for (const path of written) expect(existsSync(join(copy, path))).toBe(true);
    expect(read('tooling/checks/architecture.ts')).toContain("\n  'plane-geometry': [],\n};");
    expect(read('packages/infimum/src/index.ts')).toMatch(
      /import \{ plugin as planeGeometry \}[\s\S]*\n {2}planeGeometry,\n\];/,
    );
    expect(JSON.parse(read('docs/package.json'))).toMatchObject({ dependencies: { '@infimum/plane-geometry': 'workspace:*' } });
    expect(read('README.md')).toContain(
      '| [`@infimum/plane-geometry`](packages/plane-geometry) | convex hulls and triangles |',
    );
  });

  it('has a function that computes what it says', async () => {
    const path = join(copy, 'packages/plane-geometry/src/square-root.ts');
    // The copy has no packages: the check of the argument is that of core.
    expect(read('packages/plane-geometry/src/square-root.ts')).toContain("from '@infimum/core'");
    cpSync(path, join(import.meta.dirname, '.square-root.tmp.ts'));
    try {
      const { squareRoot } = await import(pathToFileURL(join(import.meta.dirname, '.square-root.tmp.ts')).href);
      for (const a of [0, 1e-300, 2, 9, 1e300]) expect(Math.abs(squareRoot(a) ** 2 - a)).toBeLessThanOrEqual(1e-15 * a);
      expect(() => squareRoot(-1)).toThrow('a:');
    } finally {
      rmSync(join(import.meta.dirname, '.square-root.tmp.ts'));
    }
  });

  it.each([
    ['Geometry', 'Convex hulls and triangles', 'is not of the form'],
    ['geometry', 'hulls', 'the description is a phrase'],
    ['games', 'Convex hulls and triangles', 'packages/games exists already'],
  ])('is refused: %s, %s', (name, description, message) => {
    expect(() => createPackage(copy, name, description)).toThrow(message);
  });
});
