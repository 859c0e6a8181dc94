// What the package is made of: little, of trusted operations only, and of nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '..');
const sources = readdirSync(join(folder, 'src')).map(
  (name) => [name, readFileSync(join(folder, 'src', name), 'utf8')] as const,
);

/** Text without comments. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/ \/\/ .*$/gm, '');
}

/** What ECMAScript does not specify to the last bit, what compiles to something else, and what depends on the machine. */
const banned = /Math\.(?!abs\b|max\b|min\b|floor\b|clz32\b)\w+|\*\*|WebAssembly|\bDate\b|performance|process\b|Math\[/;

describe('the sources', () => {
  it.each(sources)('%s compute with what is specified to the last bit', (_, text) => {
    expect(banned.exec(codeOf(text))?.[0]).toBeUndefined();
  });

  it.each(['Math.exp(x)', 'x ** 2', 'Math.hypot(x)', "Math['sqrt']", 'Math.fround(x)'])('would not pass with %s', (code) => {
    expect(banned.test(codeOf(`const y = ${code};`))).toBe(true);
  });

  it('have 700 lines of code at most, without what exports them', () => {
    const lines = sources
      .filter(([name]) => name !== 'index.ts')
      .flatMap(([, text]) => codeOf(text).split('\n'))
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThan(300);
    expect(lines.length).toBeLessThanOrEqual(700);
  });

  it('import one another and nothing else', () => {
    for (const [, text] of sources) {
      for (const [, specifier] of codeOf(text).matchAll(/\bfrom '([^']*)'|\bimport\(/g)) {
        expect(specifier).toMatch(/^\.\/\w+\.ts$/);
      }
    }
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(manifest.peerDependencies ?? {}).toEqual({});
  });
});
