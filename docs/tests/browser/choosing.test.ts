// Ten tasks from the home page: in at most three clicks there is a program, which is copied as it stands.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BRANCHES } from '../../data/choices.ts';
import { codeOf } from '../../site/choosing.ts';
import type { Site } from './site.ts';
import { openPage, openSite } from './site.ts';

const TASKS = [
  ['the distance of two images', 'histograms', 'image-distance'],
  ['a sparse system of 1e5', 'systems', 'sparse-system'],
  ['lasso', 'table', 'lasso'],
  ['a search with k mismatches', 'text', 'mismatches'],
  ['a bimatrix game', 'game', 'bimatrix'],
  ['a linear program', 'systems', 'linear-program'],
  ['a curve to fit', 'table', 'curve'],
  ['tuning by eighty evaluations', 'values', 'few-evaluations'],
  ['a treemap', 'graph', 'treemap'],
  ['a bandit', 'decisions', 'bandit'],
] as const;

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test.each(TASKS)('%s: home, branch, question, copy', async (_, branchId, choiceId) => {
  const { page, errors } = await openPage(site, '/');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const choice = BRANCHES.find(({ id }) => id === branchId)?.choices.find(({ id }) => id === choiceId);
  if (!choice) throw new Error(`there is no ${branchId}/${choiceId}`);
  await page.click(`a[href="/guide/choosing#${branchId}"]`);
  await page.click(`.map button:has-text("${choice.say}")`);
  await page.click('.map .program button >> visible=true');
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(codeOf(choice).code);
  expect(new URL(page.url()).hash).toBe(`#${branchId}/${choiceId}`);
  // The browser's button leads back to the questions.
  await page.goBack();
  await expect.poll(() => new URL(page.url()).hash).toBe(`#${branchId}`);
  await expect.poll(() => page.locator('.map .answer:visible').count()).toBe(0);
  expect(errors).toEqual([]);
  await page.close();
});

test('all answers are in the page without scripts', async () => {
  const page = await site.browser.newPage({ javaScriptEnabled: false });
  await page.goto(`${site.url}/guide/choosing`);
  const all = BRANCHES.flatMap(({ choices }) => choices);
  expect(await page.locator('.map .answer:visible').count()).toBe(all.length);
  for (const { use } of all) expect(await page.locator(`.map .take:has-text("${use}")`).count()).toBeGreaterThan(0);
  await page.close();
});
