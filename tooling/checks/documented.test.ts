// Every exported symbol of the public packages, and every member of it, has a doc comment.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceEntries, undocumented } from './documented.ts';
import { makeConsumer, publicPackages } from './workspace.ts';

describe('the check', () => {
  const folder = makeConsumer('documented');
  mkdirSync(join(folder, 'src'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('finds what has no doc comment, re-exported and nested things too, and leaves private things alone', () => {
    writeFileSync(
      join(folder, 'src/inner.ts'),
      `/** Documented. */
export interface Options {
  /** Documented. */
  readonly a: number;
  readonly b: { readonly c: number };
}
export type Row = { d: number };
/** Documented. */
export class Box {
  #secret = 1;
  /** Documented. */
  get secret(): number { return this.#secret; }
  open(): void {}
}
/** Documented. */
export function f(options: { e: number }): number { return options.e; }
export const hidden = 1;`,
    );
    const entry = join(folder, 'src/index.ts');
    writeFileSync(entry, "export { type Options, type Row, Box, f, f as g } from './inner.ts';\nexport const value = 1;");
    const names = undocumented([entry]).map((line) => line.replace(/^.*\/src\//, '').replace(' has no doc comment', ''));
    expect(names).toEqual([
      'index.ts:2: value',
      'inner.ts:13: Box.open',
      'inner.ts:5: Options.b',
      'inner.ts:5: Options.c',
      'inner.ts:7: Row',
      'inner.ts:7: Row.d',
    ]);
  });
});

describe('the packages', () => {
  const packages = publicPackages();
  let found: string[] = [];
  beforeAll(() => {
    // All in one program: each of its own would read the library's declarations again.
    found = undocumented(packages.flatMap(sourceEntries));
  }, 120_000);

  it.each(packages.map((one) => [one.manifest.name, one] as const))('%s documents all that it exports', (_, one) => {
    expect(sourceEntries(one)).not.toHaveLength(0);
    expect(found.filter((line) => line.startsWith(`${one.folder}/`))).toEqual([]);
  });

  it('leave nothing undocumented that lies elsewhere', () => expect(found).toEqual([]));
});
