// The gallery's genome: patterns are found, mutated and typed, at every width.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Site } from './site.ts';
import { openPage, openSite } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test.each([390, 1280])('a mutated piece of the genome is found again, at %i px', async (width) => {
  const { page, errors } = await openPage(site, '/gallery/genome-search', { width });
  // A piece of 40 bases, two of them changed.
  await page.waitForSelector('.genome[data-best="2"]');
  expect(await page.textContent('[role=status]')).toContain('All 48,463 distances');
  expect(await page.locator('.hits li').first().locator('mark').count()).toBeGreaterThan(0);
  await page.selectOption('.genome select', '400');
  await page.waitForSelector('.genome[data-length="400"][data-best="0"]');
  await page.click('.mutate');
  await page.waitForSelector('.genome[data-best="20"]');
  await page.click('.turn');
  await page.waitForFunction(`Number(document.querySelector('.genome').dataset.best) > 200`);
  await page.click('.turn');
  await page.waitForSelector('.genome[data-best="20"]');
  // Nothing is wider than the page.
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  const colors = await page.evaluate(`(() => {
    const canvas = document.querySelector('.genome canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  })()`);
  expect(colors).toBeGreaterThan(10);
  expect(errors).toEqual([]);
  await page.close();
});

test('what is typed is cleaned and searched, and nothing is no error', async () => {
  const { page, errors } = await openPage(site, '/gallery/genome-search');
  await page.waitForSelector('.genome[data-best="2"]');
  await page.fill('.genome textarea', '1 gggcgg NNNN\nct-x');
  // The genome begins with GGGCGGCGACCT.
  await page.waitForSelector('.genome[data-length="12"][data-best="0"]');
  await page.fill('.genome input[type=range]', '0');
  expect(await page.textContent('.hits')).toContain('Position 0: 0 mismatches');
  await page.fill('.genome textarea', '');
  await page.waitForSelector('.genome[data-hits=""]');
  expect(await page.textContent('[role=status]')).toContain('Type a pattern');
  expect(errors).toEqual([]);
  await page.close();
});

test('two threads find the same distances in the demo of a solver', async () => {
  const { page, errors } = await openPage(site, '/solvers/strings/simd?speed=0&o.threads=2');
  await page.locator('.demo').first().scrollIntoViewIfNeeded();
  await page.waitForSelector('.stage[data-status="ready"]');
  await page.click('button.play');
  await page.waitForSelector('.stage[data-status="ended"]', { timeout: 60_000 });
  // The share of wrong distances.
  expect(await page.getAttribute('.stage', 'data-metric')).toBe('0');
  expect(errors).toEqual([]);
  await page.close();
});
