// A user's first minutes: install the packed packages into an empty project, run the example of every README as an ES
// module, type-check it, and load the same in Chromium where there is one.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BRANCHES } from '../../docs/data/choices.ts';
import { codeOf } from '../../docs/site/choosing.ts';
import { launchChromium, printedInChromium } from './browser.ts';
import { projectAlone } from './bundlers.ts';
import { ownNode, printedIn } from './runtimes.ts';
import type { Released } from './tarball.ts';
import { installPacked, readmeExamples } from './tarball.ts';
import type { Manifest } from './workspace.ts';
import { findChromium, isForNode, readJson, root } from './workspace.ts';

const chromiumPath = findChromium();
const examples = readmeExamples();
let project = '';
let released: readonly Released[] = [];

beforeAll(() => {
  ({ project, released } = installPacked(examples));
}, 180_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

it('is installed under the versions of the next release, of which changelogs tell', () => {
  expect(released.length).toBeGreaterThan(examples.length);
  for (const { name, version, entry } of released) {
    expect(version).toMatch(/^(0\.[1-9]|[1-9]\d*\.)/);
    expect([name, entry]).toEqual([name, expect.stringMatching(/\w/)]);
    expect(readJson(join(project, 'node_modules', name, 'package.json'))).toMatchObject({ name, version });
  }
  const core = released.find(({ name }) => name === '@infimum/core');
  const asked = readJson(join(project, 'node_modules/@infimum/ot/package.json'));
  expect(asked).toMatchObject({ dependencies: { '@infimum/core': `^${core?.version}` } });
});

it('what is installed brings no schema library', () => {
  expect(existsSync(join(project, 'node_modules/@infimum/core'))).toBe(true);
  expect(existsSync(join(project, 'node_modules/zod'))).toBe(false);
});

describe('the benchmark', () => {
  it("runs the guide's plug-in against the library in an empty folder, without the repository", () => {
    const manual = readFileSync(join(root, 'docs/guide/benchmarks.md'), 'utf8');
    const source = /```ts\n(\/\/ mine\.ts[\s\S]*?)```/.exec(manual)?.[1] ?? '';
    writeFileSync(join(project, 'mine.ts'), source);
    const race = ['--problem', 'ot/transport', '--family', 'points', '--solvers', 'mine/product,ot/sinkhorn'];
    const size = ['--params', '{"n": 8, "m": 9, "epsilon": 0.1}', '--budget', '1', '--json'];
    const output = execFileSync('npx', ['infimum-bench', 'run', '--plugin', './mine.ts', ...race, ...size], {
      cwd: project,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      // The one Node that the command is for, before whatever else is installed.
      env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` },
    });
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ solver, status }) => [solver, status])).toEqual([
      ['ot/sinkhorn', 'converged'],
      ['mine/product', 'converged'],
    ]);
    expect(existsSync(join(project, 'bench-report.html'))).toBe(true);
  }, 120_000);
});

/** One for all examples. */
let browser: Browser | undefined;
beforeAll(async () => {
  if (chromiumPath) browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

describe.each(examples)("$name's example from the README", (example) => {
  const { name, file, code, expected } = example;
  it('promises some output', () => {
    expect(expected).not.toEqual([]);
  });

  it('runs as an ES module in Node', () => {
    expect(printedIn(ownNode, file, project)).toEqual(expected);
  });

  it.skipIf(chromiumPath === undefined || isForNode(name))(
    'prints the same in Chromium, bundled where nothing else is installed',
    async () => {
      const alone = mkdtempSync(join(tmpdir(), 'infimum-alone-'));
      projectAlone(alone, project, example);
      const { outputFiles } = await build({
        stdin: { contents: code, resolveDir: alone, loader: 'ts' },
        bundle: true,
        write: false,
        format: 'esm',
        target: 'es2024',
      });
      rmSync(alone, { recursive: true });
      const printed = await printedInChromium(browser as Browser, outputFiles[0].text, expected.length);
      expect(printed).toEqual(expected);
    },
    60_000,
  );
});

describe.skipIf(chromiumPath === undefined)('a page that is one HTML file', () => {
  const modules = (specifier: string) => {
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    const manifest = readJson(join(project, 'node_modules', name, 'package.json')) as Manifest & { readonly unpkg: string };
    const entry = specifier === name ? manifest.unpkg : manifest.exports?.[`.${specifier.slice(name.length)}`];
    return [specifier, `/${join('node_modules', name, typeof entry === 'object' ? entry.default : String(entry))}`];
  };

  it.each(examples.filter(({ name }) => !isForNode(name)))(
    "loads $name without a bundler, and prints what the README's example does",
    async ({ name, code, expected }) => {
      const imported = [...code.matchAll(/from '([^']+)'/g)].map(([, one]) => one);
      const map = `{ "imports": ${JSON.stringify(Object.fromEntries([name, ...imported].map(modules)))} }`;
      const folder = mkdtempSync(join(tmpdir(), 'infimum-page-'));
      symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
      const script = `await import('${name}');\n${stripTypeScriptTypes(code)}`;
      writeFileSync(
        join(folder, 'index.html'),
        `<!doctype html><script type="importmap">${map}</script><script type="module">${script}</script>`,
      );
      const printed = await printedInChromium(browser as Browser, '', expected.length, folder);
      rmSync(folder, { recursive: true });
      expect(printed).toEqual(expected);
    },
    60_000,
  );
});

// The compiler in JavaScript, and the native one.
it.each([
  ['NodeNext', 'NodeNext', 'tooling/checks'],
  ['ESNext', 'Bundler', '.'],
])(
  'the examples type-check strictly with modules %s and resolution %s, the declarations of the packages included',
  (module, moduleResolution, compilerOf) => {
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
        // The compiler's own declarations are its makers' affair.
        skipDefaultLibCheck: true,
      },
      files: examples.map(({ file }) => file),
    };
    const path = join(project, `tsconfig.${module}.json`);
    writeFileSync(path, JSON.stringify(config));
    const tsc = join(root, compilerOf, 'node_modules/.bin/tsc');
    let output = '';
    try {
      execFileSync(tsc, ['-p', path], { encoding: 'utf8' });
    } catch (error) {
      output = (error as { stdout: string }).stdout;
    }
    expect(output).toBe('');
  },
);

// What people paste their first program into; its options are stricter than those above.
it.each([
  ['as it is', []],
  ['with modules of node16', ['--module', 'node16']],
  ['with resolution of bundlers', ['--module', 'esnext', '--moduleResolution', 'bundler']],
])('the examples and the programs of «Choosing a solver» type-check under `tsc --init`, %s', (_, options) => {
  const folder = join(project, 'pasted');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const tsc = join(root, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['--init'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const { file, code } of examples) writeFileSync(join(folder, file), code);
  for (const choice of BRANCHES.flatMap(({ choices }) => choices)) {
    writeFileSync(join(folder, `${choice.id}.ts`), codeOf(choice).code);
  }
  const { stdout } = spawnSync(tsc, ['-p', folder, '--noEmit', ...options], { encoding: 'utf8' });
  expect(stdout).toBe('');
});
