// The guides for movers: every line of ours in their tables stands in a program of the page, and the check of examples
// runs those.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { markdownExamples } from '../../tooling/checks/examples.ts';
import { root } from '../site/registry.ts';

const FOLDER = 'docs/guide/from';
const files = globSync(`${FOLDER}/*.md`, { cwd: root }).filter((file) => !file.endsWith('index.md'));

/** Without what formatting may change. */
const squeezed = (code: string) => code.replaceAll(/\s+/g, '');

describe('the guides for movers', () => {
  test('are there for eight packages, and listed', () => {
    const index = readFileSync(path.join(root, FOLDER, 'index.md'), 'utf8');
    expect(files.length).toBe(8);
    for (const file of files) expect(index).toContain(`/guide/from/${path.basename(file, '.md')})`);
  });

  test.each(files)('%s: every line of ours is in a program that runs', (file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const programs = squeezed(
      markdownExamples(file, text)
        .map(({ code }) => code)
        .join('\n'),
    );
    const rows = text.split('\n').filter((line) => /^\| `/.test(line));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      const [, , ours, difference] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
      expect(ours).toMatch(/^`.+`$/);
      expect(programs).toContain(squeezed(ours.slice(1, -1)));
      expect(difference.length).toBeGreaterThan(5);
    }
  });
});
