// Five tasks from the home page: in at most three clicks there is a program, which is copied as it stands.
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
  await page.click('.map .program button');
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(codeOf(choice).code);
  expect(new URL(page.url()).hash).toBe(`#${branchId}/${choiceId}`);
  expect(errors).toEqual([]);
  await page.close();
});
