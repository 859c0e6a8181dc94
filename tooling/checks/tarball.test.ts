// A user's first minutes: install the packed packages into an empty project, run the README's example as an ES
// module, type-check it, and load the same in Chromium where there is one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printedInChromium } from './browser.ts';
import { markdownExamples, promisesOf } from './examples.ts';
import { findChromium, pack, packagesIn, publicPackages, root } from './workspace.ts';

const PACKAGES = ['@infimum/core', '@infimum/linalg', '@infimum/datasets', '@infimum/ot'];
const chromiumPath = findChromium();

const project = mkdtempSync(join(tmpdir(), 'infimum-tarball-'));
afterAll(() => rmSync(project, { recursive: true }));

/** The first example of a package's README. */
function readmeExample(folder: string): string {
  const file = join(root, folder, 'README.md');
  const [example] = markdownExamples(file, readFileSync(file, 'utf8'));
  return example.code;
}

const subjects = publicPackages().filter(({ manifest }) =>
  ['@infimum/core', '@infimum/ot'].includes(manifest.name),
);
const examples = subjects.map(({ folder, manifest }) => {
  const code = readmeExample(folder);
  return {
    name: manifest.name,
    file: `${folder.replace('/', '-')}.ts`,
    code,
    expected: promisesOf(code).map(({ text }) => text),
  };
});

beforeAll(() => {
  const tarballs = packagesIn('packages')
    .filter(({ manifest }) => PACKAGES.includes(manifest.name))
    .map((workspacePackage) => [workspacePackage.manifest.name, `file:${pack(workspacePackage, project)}`]);
  expect(tarballs.map(([name]) => name).sort()).toEqual([...PACKAGES].sort());
  const dependencies = Object.fromEntries(tarballs);
  // The packages are not on a registry under these versions: what they ask of each other are the tarballs, too.
  const manifest = {
    type: 'module',
    private: true,
    dependencies: { ...dependencies, zod: '^4' },
    overrides: dependencies,
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  for (const { file, code } of examples) writeFileSync(join(project, file), code);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}, 180_000);

describe.each(examples)("$name's example from the README", ({ file, code, expected }) => {
  it('promises some output', () => {
    expect(expected).not.toEqual([]);
  });

  it('runs as an ES module in Node', () => {
    const output = execFileSync(process.execPath, [join(project, file)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(output.trimEnd().split('\n')).toEqual(expected);
  });

  it.skipIf(chromiumPath === undefined)(
    'prints the same in Chromium',
    async () => {
      const { outputFiles } = await build({
        stdin: { contents: code, resolveDir: project, loader: 'ts' },
        bundle: true,
        write: false,
        format: 'esm',
        target: 'es2024',
      });
      expect(await printedInChromium(outputFiles[0].text, expected.length)).toEqual(expected);
    },
    60_000,
  );
});

it.each([
  ['NodeNext', 'NodeNext'],
  ['ESNext', 'Bundler'],
])(
  'the examples type-check strictly with modules %s and resolution %s, the declarations of the packages included',
  (module, moduleResolution) => {
    const config = {
      compilerOptions: {
        target: 'ES2024',
        module,
        moduleResolution,
        lib: ['ES2024', 'DOM'],
        strict: true,
        noEmit: true,
        types: [],
        skipLibCheck: false,
      },
      files: examples.map(({ file }) => file),
    };
    const path = join(project, `tsconfig.${module}.json`);
    writeFileSync(path, JSON.stringify(config));
    const tsc = join(import.meta.dirname, 'node_modules/.bin/tsc');
    let output = '';
    try {
      execFileSync(tsc, ['-p', path], { encoding: 'utf8' });
    } catch (error) {
      output = (error as { stdout: string }).stdout;
    }
    expect(output).toBe('');
  },
  60_000,
);
