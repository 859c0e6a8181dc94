// Examples that run on their pages: every solver's compiles and imports what is there, and values look as in a console.
import { readFileSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runExample, shown } from '../demo/run-example.ts';
import { registry } from '../site/registry.ts';
import { exampleOf, sourceOf } from '../site/source.ts';

/** As the page's worker answers. */
const load = (name: string): Promise<object> => {
  const [, pkg, entry = 'index'] = name.split('/');
  return name.startsWith('@infimum/')
    ? import(`../../packages/${pkg}/dist/${entry}.js`).catch(() => import(`../../packages/${pkg}/dist/${entry}/index.js`))
    : Promise.reject(new Error(`${name} is not there`));
};

/** What the page's worker can import. */
const entries = Array.from(
  readFileSync(new URL('../demo/example.worker.ts', import.meta.url), 'utf8').matchAll(/'(\.\.\/\.\.\/packages\/.*)'/g),
  ([, pattern]) => pattern,
);

async function printed(code: string): Promise<string[]> {
  const lines: string[] = [];
  await runExample(code, load, (line) => lines.push(line));
  return lines;
}

describe('an example', () => {
  test('runs with its types, its imports and its waits', async () => {
    const code = `import { dot as product } from '@infimum/linalg/numerics';
const x: Float64Array = Float64Array.of(1, 2);
const later = await Promise.resolve(product(x, x));
console.log(later, x, 'text', { a: [1, 'b'] });`;
    expect(await printed(code)).toEqual(["5 Float64Array(2) [ 1, 2 ] text { a: [ 1, 'b' ] }"]);
  });

  test('prints what its comments promise', async () => {
    const { code } = exampleOf('ot', 'wasserstein1d') as { code: string };
    const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
    expect(promised.length).toBeGreaterThan(0);
    expect(await printed(code)).toEqual(promised);
  });

  test('says what it threw, and that other packages cannot be imported', async () => {
    await expect(printed('throw new RangeError("here");')).rejects.toThrow('here');
    await expect(printed("import fs from 'nowhere'; console.log(fs);")).rejects.toThrow('nowhere');
  });

  test('of every solver imports what its package exports', async () => {
    const missing: string[] = [];
    for (const { id } of registry.solvers) {
      const { example } = sourceOf(id);
      if (!example) continue;
      // Up to the first statement that is no import: whether all of it runs is tested where examples are.
      for (const [, names, from] of example.matchAll(/^import \{([^}]+)\} from '([^']+)';/gm)) {
        const [, pkg, entry = 'index'] = from.split('/');
        const files = ['', '/index'].map((end) => `../../packages/${pkg}/dist/${entry}${end}.js`);
        expect(
          files.some((file) => entries.some((pattern) => matchesGlob(file, pattern))),
          `${id}: ${from}`,
        ).toBe(true);
        const exported = (await load(from)) as Record<string, unknown>;
        for (const name of names.split(',').map((part) => part.trim().replace(/ as .*/, '')))
          if (name && !name.startsWith('type ')) missing.push(...(exported[name] === undefined ? [`${id}: ${name}`] : []));
      }
      const compiled = runExample(
        `if (1 > 0) { console.log('compiled'); return; }\n${example}`.replace(/^import .*$/gm, ''),
        load,
        () => {},
      );
      await expect(compiled, id).resolves.toBeUndefined();
    }
    expect(missing).toEqual([]);
  });
});

test('values look as in a console', () => {
  expect(shown(new Map([['a', -0]]))).toBe("Map(1) { 'a' => -0 }");
  expect(shown(new Set([1n]))).toBe('Set(1) { 1n }');
  expect(shown([])).toBe('[]');
  expect(shown({})).toBe('{}');
  expect(shown([undefined, null, Number.NaN, true])).toBe('[ undefined, null, NaN, true ]');
  expect(shown(new Float64Array(200))).toMatch(/^Float64Array\(200\) \[ 0, .*… 100 more \]$/);
  expect(shown(new TypeError('no'))).toBe('TypeError: no');
  expect(shown(shown)).toBe('[Function: shown]');
});
