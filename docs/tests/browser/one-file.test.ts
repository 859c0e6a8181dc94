// The page that is one HTML file: it takes the package's file from where packages are served, here from this repository.
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Site } from './site.ts';
import { openSite } from './site.ts';

const packages = path.resolve(import.meta.dirname, '../../../packages');

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test.each([1280, 390])('draws who delivers to whom, and anew for one café more, at %d px', async (width) => {
  const page = await site.browser.newPage({ viewport: { width, height: 844 } });
  const asked: string[] = [];
  await page.route('https://cdn.jsdelivr.net/npm/@infimum/**', async (route) => {
    const [, file = ''] = /npm\/@infimum\/(.*)$/.exec(route.request().url()) ?? [];
    asked.push(file);
    // Pages with the site's headers take from elsewhere what says that they may.
    const headers = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };
    await route.fulfill({ path: path.join(packages, file), contentType: 'text/javascript', headers });
  });
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(`${site.url}/one-file.html`);
  await page.waitForSelector('svg path');
  const cost = () => page.textContent('#cost');
  const before = await cost();
  expect(before).toMatch(/^Mean squared distance: \d+\.\d$/);
  expect(await page.locator('svg circle').count()).toBe(11);
  await page.locator('svg').click({ position: { x: 40, y: 40 } });
  expect(await page.locator('svg circle').count()).toBe(12);
  expect(await cost()).not.toBe(before);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect([asked, errors]).toEqual([['ot/dist/browser/index.js'], []]);
  await page.close();
});
