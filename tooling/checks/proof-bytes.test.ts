// Who asks for no proof pays for none: bundles have no byte of provers, checkers and their arithmetic, and stay the same to the byte
// where these are replaced by nothing. Where a function says a reserved word its checker costs at most 2 kB compressed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

const PROOFS = /packages\/rigor\/src|-checker\.ts$|-prover\.ts$|core\/src\/certificate\.ts$/;

/** The names that a module exports, as zeros. */
function emptied(file: string): string {
  const text = readFileSync(file, 'utf8');
  const names = text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm);
  const lists = text.matchAll(/^export (?:\*|\{[^}]*\}) from .*$/gm);
  return [...Array.from(lists, ([line]) => line), ...Array.from(names, ([, name]) => `export const ${name} = 0;`)].join('\n');
}

/** Packages as their sources; of files whose path matches only the names are left. */
const sources = (empty: RegExp): Plugin => ({
  name: 'sources',
  setup(build) {
    build.onResolve({ filter: /^@infimum\// }, ({ path }) => {
      const [, name, entry = 'index'] = path.split('/');
      const file = join(root, `packages/${name}/src/${entry}.ts`);
      return existsSync(file) && name !== 'datasets' ? { path: file, sideEffects: false } : { path, external: true };
    });
    build.onLoad({ filter: empty }, ({ path }) => ({ contents: emptied(path), loader: 'ts' }));
  },
});

/** The code of a program that uses one function, and the files that it is made of. */
async function bundle(entry: string, name: string, empty = /^$/) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `import { ${name} } from '${entry}'; globalThis.used = ${name};`, resolveDir: root },
    plugins: [sources(empty)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    external: ['node:*'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return { code: outputFiles[0].text, files: used.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file) };
}

describe('the bundle of', () => {
  it.each([
    ['@infimum/autodiff', 'differentiable'],
    ['@infimum/bandits-rl/online-learning', 'logBarrierFtrl'],
    ['@infimum/bilevel', 'minimizeBilevel'],
    ['@infimum/core', 'run'],
    ['@infimum/core', 'solve'],
    ['@infimum/graphs', 'createWalk'],
    ['@infimum/linalg', 'conjugateGradient'],
    ['@infimum/linalg', 'solve'],
    ['@infimum/optim', 'lbfgs'],
    ['@infimum/optim', 'minimize'],
    ['@infimum/ot', 'sinkhorn'],
    ['@infimum/ot', 'solveTransport'],
    ['@infimum/strings', 'findWithMismatches'],
  ])('%s %s has no byte of proofs', async (entry, name) => {
    const [whole, without] = await Promise.all([bundle(entry, name), bundle(entry, name, PROOFS)]);
    expect(whole.code).toContain('globalThis.used=');
    expect(whole.code.length).toBeGreaterThan(500);
    expect(whole.files.filter((file) => PROOFS.test(file))).toEqual([]);
    expect(without.code === whole.code).toBe(true);
  });

  it('separability pays at most 2 kB compressed for its checker', async () => {
    const [whole, without] = await Promise.all([
      bundle('@infimum/learn', 'separability'),
      bundle('@infimum/learn', 'separability', /separable-classification-checker\.ts$/),
    ]);
    const [size, rest] = [whole, without].map(({ code }) => gzipSync(code, { level: 9 }).length);
    expect(size - rest).toBeGreaterThan(500);
    expect(size - rest).toBeLessThanOrEqual(2000);
  });
});
