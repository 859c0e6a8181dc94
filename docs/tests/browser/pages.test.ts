// Every page: it opens without complaint, fits a phone, is accessible, and its links lead somewhere.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registry } from '../../site/registry.ts';
import { builtPages, dist, openPage, openSite, type Site } from './site.ts';

const pages = builtPages({ api: false });
/** One page of each kind that TypeDoc writes. */
const apiPages = [
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

test('the site has a page for every problem and solver', () => {
  for (const { id } of registry.solvers) expect(pages).toContain(`/solvers/${id}`);
  for (const { id } of registry.problems) expect(pages).toContain(`/problems/${id}`);
});

test.each([...pages, ...apiPages])(
  '%s opens without an error, is accessible in light and dark, and fits a phone',
  async (pathname) => {
    const { page, errors } = await openPage(site, pathname);
    await page.waitForSelector('h1');
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    await page.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForSelector(colorScheme === 'dark' ? 'html.dark' : 'html:not(.dark)');
      const found = (await page.evaluate('axe.run(document)')) as {
        violations: { id: string; impact: string; nodes: { html: string }[] }[];
      };
      const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(errors).toEqual([]);
    await page.close();
  },
);

test('every internal link leads to a page and, where it names one, to an anchor', () => {
  const targets = new Map(
    builtPages({ api: true }).map((pathname) => {
      const file = pathname.endsWith('/') ? `${pathname}index.html` : `${pathname}.html`;
      return [pathname, readFileSync(path.join(dist, file), 'utf8')];
    }),
  );
  const broken = new Set<string>();
  for (const [pathname, html] of targets) {
    for (const [, href] of html.matchAll(/<a\b[^>]*\bhref="([^"]+)"/g)) {
      const link = new URL(href.replaceAll('&amp;', '&'), `http://site${pathname}`);
      if (link.host !== 'site') continue;
      const target = targets.get(decodeURIComponent(link.pathname));
      const anchor = decodeURIComponent(link.hash.slice(1));
      const isAnchor = anchor === '' || anchor === 'VPContent' || target?.includes(`id="${anchor}"`);
      if (!target || !isAnchor) broken.add(`${pathname} → ${href}`);
    }
  }
  expect([...broken]).toEqual([]);
});
