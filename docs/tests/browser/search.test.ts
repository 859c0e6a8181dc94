// The search box of the built site, asked what people type.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUERIES } from '../search-queries.ts';
import type { Site } from './site.ts';
import { openPage, openSite } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('each of the queries has its page among the first three', async () => {
  const { page, errors } = await openPage(site, '/');
  // The keys do nothing before the page is alive.
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Control+k');
        return page.locator('#localsearch-input').count();
      },
      { timeout: 30_000, interval: 500 },
    )
    .toBe(1);
  const missed: string[] = [];
  for (const [query, wanted] of QUERIES) {
    await page.fill('#localsearch-input', query);
    const firstThree = () =>
      page.evaluate<string[]>(
        `Array.from(document.querySelectorAll('.VPLocalSearchBox a.result'), (a) => a.getAttribute('href')).slice(0, 3)`,
      );
    try {
      await expect.poll(firstThree, { timeout: 10_000, interval: 100 }).toContain(wanted);
    } catch {
      missed.push(`${query}: ${await firstThree()}`);
    }
  }
  expect(missed).toEqual([]);
  expect(errors).toEqual([]);
  await page.close();
}, 180_000);
