// Every template and every view in Chromium: it opens without complaint, fits a phone, and is accessible.
// Half as long as the text that the package's own `source` is.
import axe from 'axe-core/axe.min.js?raw';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registry } from '../../site/registry.ts';
import type { Site } from './site.ts';
import { builtPages, openPage, openSite } from './site.ts';

const GENERATED = /^\/(problems|solvers|packages)\/./;

/** All written pages, and of the generated ones a page of each kind: a problem with each view, and a few of the others. */
const pages = [
  ...builtPages({ api: false }).filter((pathname) => !GENERATED.test(pathname)),
  ...registry.problems.map(({ id }) => `/problems/${id}`),
  '/solvers/ot/sinkhorn-newton-sparse',
  '/solvers/ot/sinkhorn',
  '/packages/ot',
  '/packages/core',
  '/api/',
  '/api/@infimum/ot/',
  '/api/@infimum/ot/functions/sinkhorn',
  '/api/@infimum/core/interfaces/RunOptions',
];

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** What axe calls serious or worse, in the colours of a scheme. What it found in order stays in the page: it is megabytes. */
function complaints(page: Page, rules?: readonly string[]): Promise<string[]> {
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
  return page.evaluate(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes[0].html))`);
}

// Two at a time: each page is a process of the browser's own, and nothing here counts frames.
test.concurrent.each(pages)(
  '%s opens without an error, is accessible in light and dark, and fits a phone',
  async (pathname) => {
    const { page, errors } = await openPage(site, pathname);
    await page.waitForSelector('h1');
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    // The API's navigation, twenty thousand elements, is the same on all its pages: axe sees it on the first.
    if (pathname !== '/api/') await page.evaluate(`document.querySelector('#tsd-nav-container')?.remove()`);
    await page.evaluate(axe);
    expect(await complaints(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    if (!pathname.startsWith('/api/')) await page.waitForSelector('html.dark');
    // Of what axe looks at, the scheme changes the colours alone.
    expect(await complaints(page, ['color-contrast'])).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(errors).toEqual([]);
    await page.close();
  },
  240_000,
);

test('the tree shows where one is, unfolds other problems, and leads to their solvers', async () => {
  const { page, errors } = await openPage(site, '/solvers/ot/sinkhorn');
  await page.waitForSelector('.tree [aria-current=page]');
  expect(await page.getAttribute('.tree [aria-current=page]', 'href')).toBe('/solvers/ot/sinkhorn');
  const solvers = await page.locator('.tree .solver').count();
  expect(solvers).toBe(registry.solversOf('ot/transport').length);
  await page.click('.tree button[aria-label="Problems of @infimum/strings"]');
  const { title } = registry.problem('strings/k-mismatch');
  await page.click(`.tree button[aria-label="Solvers of ${title}"]`);
  const [solver] = registry.solversOf('strings/k-mismatch');
  await page.click(`.tree a[href="/solvers/${solver.id}"]`);
  await page.waitForSelector(`h1 >> text=${solver.title}`);
  expect(errors).toEqual([]);
  await page.close();
});

test('the search finds a function of the API, and links of pages lead into the API', async () => {
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
  await page.fill('#localsearch-input', 'sinkhornNewtonSparse');
  await page.waitForSelector('.VPLocalSearchBox a[href*="/packages/ot#name-sinkhornnewtonsparse"]');
  await page.goto(`${site.url}/solvers/ot/sinkhorn`);
  await page.click('main a[href^="/api/@infimum/ot/functions/"]');
  await page.waitForURL('**/api/@infimum/ot/functions/**');
  await page.waitForSelector('h1 >> text=sinkhorn');
  // A script writes the bar with these.
  const links = await page
    .locator('header a[href^="/"]')
    .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute('href') ?? ''));
  expect(links.length).toBeGreaterThan(4);
  const built = new Set(builtPages({ api: true }));
  expect(links.filter((link) => !built.has(link))).toEqual([]);
  expect(errors).toEqual([]);
  await page.close();
});

test('nothing is fetched for links that nobody clicked', async () => {
  site.requested.clear();
  const { page } = await openPage(site, '/solvers/');
  await page.evaluate('document.querySelectorAll("details").forEach((details) => { details.open = true; })');
  await page.waitForTimeout(500);
  const fetched = [...site.requested].filter((file) => /\/solvers_(?!index\.)[^/]+\.md\./.test(file));
  expect(fetched).toEqual([]);
  await page.close();
});
