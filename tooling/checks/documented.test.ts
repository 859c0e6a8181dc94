// Every exported symbol of the public packages, and every member of it, has a doc comment.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
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
    writeFileSync(
      entry,
      "export { type Options, type Row, Box, f, f as g } from './inner.ts';\nexport const value = 1;",
    );
    const names = undocumented([entry]).map((line) =>
      line.replace(/^.*\/src\//, '').replace(' has no doc comment', ''),
    );
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

describe.each(
  publicPackages().map((workspacePackage) => [workspacePackage.manifest.name, workspacePackage] as const),
)('%s', (_, workspacePackage) => {
  it('documents all that it exports', () => {
    const entries = sourceEntries(workspacePackage);
    expect(entries).not.toHaveLength(0);
    expect(undocumented(entries)).toEqual([]);
  }, 60_000);
});
