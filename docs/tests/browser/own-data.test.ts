// A visitor's own instance in a demo: run, refused with the command line's words, filled by a table, copied as a program.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Site } from './site.ts';
import { openPage, openSite } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const stage = '.demo .stage';
const small = '{"a": [0.5, 0.5], "b": [0.25, 0.75], "cost": [[0, 1], [1, 0]]}';

test('own data runs, is refused with its place, and becomes a program', async () => {
  const { page, errors } = await openPage(site, '/solvers/ot/network-simplex');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.click('.own summary');
  await page.fill('textarea[name=own]', small);
  await page.click('.own button:has-text("Run it")');
  await page.waitForSelector(`${stage}[data-status=ended]`, { timeout: 60_000 });

  await page.click('.program-of-run summary');
  await page.click('.program-of-run button');
  expect(await page.evaluate('navigator.clipboard.readText()')).toContain('"cost":[[0,1],[1,0]]');

  await page.fill('textarea[name=own]', small.replace('[0.5, 0.5]', '[1.5, -0.5]'));
  await page.click('.own button:has-text("Run it")');
  await page.waitForSelector(`${stage}[data-status=failed]`);
  expect(await page.textContent('.demo')).toContain('a: is negative (-0.5) at index 1');

  await page.fill('textarea[name=own]', '{"a": ');
  await page.click('.own button:has-text("Run it")');
  expect(await page.textContent('.own .complaint')).toContain('this is not JSON');

  await page.fill('textarea[name=own]', '0,2\n3,x');
  await page.click('.own button:has-text("Run it")');
  expect(await page.textContent('.own .complaint')).toBe("line 2: 'x' is not a number");
  await page.selectOption('select[name=own-field]', 'cost');
  await page.fill('textarea[name=own]', '0,2\n3,0');
  await page.click('.own button:has-text("Run it")');
  expect(await page.inputValue('textarea[name=own]')).toContain('"cost":[[0,2],[3,0]]');
  expect(errors).toEqual([]);
  await page.close();
});
