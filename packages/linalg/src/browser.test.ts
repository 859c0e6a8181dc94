// The built package in Chromium: it loads, has the same bits as here, and its threads work where they can.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as kernels from './kernels.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const PACKAGES = fileURLToPath(new URL('../..', import.meta.url));
const isBuilt = existsSync(join(PACKAGES, 'linalg/dist/kernels.js')) && existsSync(join(PACKAGES, 'core/dist/index.js'));

/** Results of some kernels on the `simd` build, as text. Runs here and in the browser, so it uses its argument only. */
function results({ Workspace, linalgKernels, useKernels }: typeof kernels, threads: number): string[] {
  useKernels('simd');
  const n = 150;
  const workspace = Workspace.for({ float64: [n * n, n, n, n, n] }, { threads });
  const m = workspace.float64(n * n);
  for (let k = 0; k < n * n; k++) m[k] = ((k * 7919) % 10007) / 10007;
  const g = workspace.float64From(m.subarray(0, n));
  const [y, rows, columns] = [n, n, n].map((length) => workspace.float64(length));
  const partition = { items: n, block: 8 };
  workspace.parallel(linalgKernels, 'gemv', partition, (from, to) => {
    return [from, to, n, m.byteOffset, g.byteOffset, y.byteOffset];
  });
  workspace.parallel(linalgKernels, 'logSumExpRows', partition, (from, to) => {
    return [from, to, n, 30, g.byteOffset, m.byteOffset, rows.byteOffset];
  });
  workspace.parallel(linalgKernels, 'exp', { items: n, block: 8 }, (from, to) => {
    return [to - from, g.byteOffset + 8 * from, columns.byteOffset + 8 * from];
  });
  const text = [y, rows, columns].map((array) => Array.from(array).join(' '));
  workspace.release();
  useKernels('auto');
  return text;
}

/** How many of 200 blocks other threads ran, at best of some attempts. */
function sharedBlocks({ Workspace, linalgKernels }: typeof kernels): number {
  const n = 400;
  const workspace = Workspace.for({ float64: [n * n, n, n] }, { threads: 2 });
  const [m, g, out] = [n * n, n, n].map((length) => workspace.float64(length).byteOffset);
  let most = 0;
  for (let attempt = 0; attempt < 50; attempt++) {
    let byCaller = -1; // the caller asks for its arguments once more than it uses them
    workspace.parallel(linalgKernels, 'logSumExpRows', { items: n, block: 2 }, (from, to, thread) => {
      if (thread === 0) byCaller++;
      return [from, to, n, 1, g, m, out];
    });
    most = Math.max(most, 200 - byCaller);
  }
  return most;
}

const WORKER = `
  import * as kernels from '/linalg/dist/kernels.js';
  ${results}
  ${sharedBlocks}
  await kernels.startThreads(2);
  postMessage({ results: results(kernels, 2), sharedBlocks: sharedBlocks(kernels) });
`;

const PAGE = `<!doctype html>
<script type="module">
  const report = (value) => fetch('/report', { method: 'POST', body: JSON.stringify(value) });
  addEventListener('error', ({ message }) => report({ error: message }));
  addEventListener('unhandledrejection', ({ reason }) => report({ error: String(reason) }));
  const kernels = await import('/linalg/dist/kernels.js');
  ${results}
  const worker = new Worker('/worker.js', { type: 'module' });
  worker.onerror = ({ message }) => report({ error: message });
  worker.onmessage = ({ data }) => report({
    isolated: crossOriginIsolated,
    build: kernels.activeKernels(),
    unshared: results(kernels, 1),
    shared: results(kernels, 2),
    inWorker: data.results,
    sharedBlocks: data.sharedBlocks,
  });
</script>`;

interface Report {
  readonly error?: string;
  readonly isolated: boolean;
  readonly build: string;
  readonly unshared: string[];
  readonly shared: string[];
  readonly inWorker: string[];
  readonly sharedBlocks: number;
}

test.skipIf(!existsSync(CHROMIUM) || !isBuilt)(
  'Chromium has the same bits, on every thread',
  async () => {
    const expected = results(kernels, 1);
    const { sharedBlocks, ...report } = await inChromium();
    expect(report).toEqual({ isolated: true, build: 'relaxed-simd', unshared: expected, shared: expected, inWorker: expected });
    expect(sharedBlocks).toBeGreaterThan(0);
  },
  60_000,
);

/** Opens the page and waits for what it reports. */
async function inChromium(): Promise<Report> {
  const { promise, resolve } = Promise.withResolvers<Report>();
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') resolve(JSON.parse(await bodyOf(request)));
    await serve(request.url ?? '/', response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
  const browser = spawn(CHROMIUM, [...flags, `http://127.0.0.1:${port}/`], { stdio: 'ignore' });
  try {
    return await promise;
  } finally {
    browser.kill();
    await new Promise((exited) => browser.once('exit', exited));
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

async function serve(url: string, response: ServerResponse): Promise<void> {
  // What a page must say to share memory between threads.
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('Content-Type', url.endsWith('.js') ? 'text/javascript' : 'text/html');
  if (url === '/worker.js') response.end(WORKER);
  else if (url.endsWith('.js')) response.end(await script(url));
  else response.end(PAGE);
}

/** A module of a package, with its dependencies by address, as a bundler would have them. */
async function script(url: string): Promise<string> {
  const source = await readFile(join(PACKAGES, url), 'utf8');
  return source.replace(/from '@infimum\/core'/g, "from '/core/dist/index.js'");
}
