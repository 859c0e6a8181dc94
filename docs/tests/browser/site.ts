// The built site, served and opened in Chromium, for the browser tests.
import { existsSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { serveSite } from '../../scripts/serve.ts';

/** Where `pnpm docs:build` puts the site. */
export const dist: string = path.resolve(import.meta.dirname, '../../.vitepress/dist');

/** A running site. */
export interface Site {
  /** Without a slash at the end. */
  readonly url: string;
  readonly browser: Browser;
  /** Paths of what was asked for, by pages and workers; what browsers fetch ahead for other pages is left out. */
  readonly requested: Set<string>;
  close(): Promise<void>;
}

/** Serves the built site and starts a browser. */
export async function openSite({ isolated = true } = {}): Promise<Site> {
  if (!existsSync(dist)) throw new Error('build the site first: pnpm docs:build');
  const server = await serveSite(dist, { port: 0, isolated });
  const requested = new Set<string>();
  server.on('request', ({ url = '/', headers }) => {
    if (headers['sec-purpose'] !== 'prefetch') requested.add(url);
  });
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    browser,
    requested,
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The paths of all built pages; the API's are many and alike. The example of a page that is one file is none of them. */
export function builtPages({ api }: { api: boolean }): string[] {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) => file.endsWith('.html') && !['404.html', 'one-file.html'].includes(file) && (api || !file.startsWith('api/')),
    )
    .map((file) => `/${file.replace(/(index)?\.html$/, '')}`)
    .sort();
}

/** A page that collects what goes wrong in it. */
export async function openPage(
  { browser, url }: Site,
  pathname: string,
  { width = 1280, dark = false } = {},
): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({
    viewport: { width, height: width < 500 ? 844 : 900 },
    colorScheme: dark ? 'dark' : 'light',
    // The home page plays by itself otherwise.
    reducedMotion: 'reduce',
  });
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 400) errors.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(url + pathname, { waitUntil: 'load' });
  return { page, errors };
}
