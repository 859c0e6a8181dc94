// A user's first minutes: install the packed packages into an empty project, run the README's example as an ES
// module, type-check it, and load the same in Chromium where there is one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** Serves a page with the script and gives what it prints, errors included. */
async function printedInChromium(script: string, lines: number): Promise<string[]> {
  const server = createServer((request, response) => {
    const isScript = request.url === '/example.js';
    response.writeHead(request.url === '/favicon.ico' ? 204 : 200, {
      'content-type': isScript ? 'text/javascript' : 'text/html',
    });
    response.end(isScript ? script : '<!doctype html><script type="module" src="/example.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage();
    const printed: string[] = [];
    const finished = new Promise<void>((resolve) => {
      const note = (line: string) => {
        printed.push(line);
        if (printed.length >= lines) resolve();
      };
      page.on('console', (message) => note(message.text()));
      page.on('pageerror', (error) => note(String(error)));
      setTimeout(resolve, 20_000);
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await finished;
    return printed;
  } finally {
    await browser.close();
    server.close();
  }
}
