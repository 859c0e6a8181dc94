// Each public package as somebody has it who installs it alone: the first example of its README goes through every bundler, and
// prints the same in Chromium, on the page and in a worker.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, printedInChromium } from './browser.ts';
import { BUNDLERS, bundleWith, compressed, installBundlers, projectAlone } from './bundlers.ts';
import { installPacked, readmeExamples } from './tarball.ts';
import { isForNode } from './workspace.ts';

const examples = readmeExamples().filter(({ name }) => !isForNode(name));
const tools = mkdtempSync(join(tmpdir(), 'infimum-bundlers-'));
let packed = '';
let browser: Browser;

beforeAll(async () => {
  ({ project: packed } = installPacked(examples));
  installBundlers(tools);
  browser = await launchChromium();
}, 600_000);
afterAll(async () => {
  await browser?.close();
  for (const folder of [tools, packed]) rmSync(folder, { recursive: true, force: true });
});

/** Runs a script in a worker, which sends to the page what it prints. */
const inWorker = (script: string): string => `const before = 'console.log = (...values) => postMessage(values.join(" "));';
const worker = new Worker(URL.createObjectURL(new Blob([before, ${JSON.stringify(script)}], { type: 'text/javascript' })), { type: 'module' });
worker.onmessage = ({ data }) => console.log(data);
worker.onerror = ({ message }) => console.log(message);`;

describe.each(examples)('$name, installed alone,', (example) => {
  const project = join(tools, 'projects', example.name.replace('/', '-'));
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it.each(BUNDLERS.map((bundler) => [bundler.name, bundler] as const))(
    'is bundled by %s and prints the same in Chromium',
    async (name, bundler) => {
      rmSync(project, { recursive: true, force: true });
      projectAlone(project, packed, example, bundler.beside);
      const script = bundleWith(bundler, project, tools);
      console.log(`| ${example.name} | ${name} | ${(compressed(script) / 1000).toFixed(1)} kB |`);
      const page = bundler.makesPage ? join(project, bundler.out) : undefined;
      expect(await printedInChromium(browser, script, example.expected.length, page)).toEqual(example.expected);
      if (name !== 'esbuild') return;
      expect(await printedInChromium(browser, inWorker(script), example.expected.length)).toEqual(example.expected);
    },
    120_000,
  );
});
