// A package as one file that a page loads without a bundler: all exports of its main entry, with their dependencies.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

/** Where a manifest has the file under `exports`; a package that stands on nothing names its main entry there. */
const FILE = 'dist/browser/index.js';

/** Writes the file of the package in the working directory, from what was built, if its manifest names it. */
export async function writeBrowserFile(): Promise<void> {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports?: Record<string, unknown> };
  if (exports?.['./browser'] !== `./${FILE}`) return;
  await build({
    entryPoints: ['dist/index.js'],
    outfile: FILE,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    legalComments: 'none',
    logLevel: 'error',
  });
  writeFileSync(FILE.replace(/\.js$/, '.d.ts'), "export * from '../index.js';\n");
}
