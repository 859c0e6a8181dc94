// Runs scripts in Chromium, each on a page of its own.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { findChromium } from './workspace.ts';

/** Starts the Chromium of this machine. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

/** Serves a page with the script, or a folder with a page, and gives what it prints, up to so many lines, errors included. */
export async function printedInChromium(browser: Browser, script: string, lines: number, folder?: string): Promise<string[]> {
  const server = createServer((request, response) => {
    if (folder !== undefined && request.url !== '/favicon.ico') {
      const file = join(folder, request.url === '/' ? 'index.html' : (request.url ?? ''));
      response.writeHead(200, { 'content-type': file.endsWith('.js') ? 'text/javascript' : 'text/html' });
      response.end(readFileSync(file));
      return;
    }
    const isScript = request.url === '/example.js';
    response.writeHead(request.url === '/favicon.ico' ? 204 : 200, {
      'content-type': isScript ? 'text/javascript' : 'text/html',
    });
    response.end(isScript ? script : '<!doctype html><script type="module" src="/example.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  try {
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
    await page.close();
    server.close();
  }
}
