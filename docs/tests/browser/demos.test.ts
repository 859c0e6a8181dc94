// Demos: each problem's runs to its end and draws; they obey their form and keep their settings in the URL. That the
// demo of every solver starts is tested without a browser.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paperRows } from '../../site/papers.ts';
import { registry } from '../../site/registry.ts';
import type { Site } from './site.ts';
import { dist, openPage, openSite } from './site.ts';

/** An instance that every solver finishes within seconds. */
const SMALL = 'family=clouds&p.n=30&p.epsilon=0.1&speed=0';

/** A solver that goes from its start to zero error at once. */
const EXACT = 'ot/network-simplex';

/** A size that takes seconds to make, and longer to start on. */
const LARGE = 6000;

let site: Site;
let plain: Site;
beforeAll(async () => {
  site = await openSite();
  plain = await openSite({ isolated: false });
});
afterAll(() => Promise.all([site.close(), plain.close()]));

const status = (page: Page, wanted: string) => page.waitForSelector(`.stage[data-status="${wanted}"]`, { timeout: 60_000 });
const attribute = (page: Page, name: string) => page.getAttribute('.stage', `data-${name}`);

/** Plays a demo to its end and gives its last iteration and metric. */
async function playToEnd(page: Page): Promise<{ iteration: number; metric: number }> {
  await page.locator('.demo').first().scrollIntoViewIfNeeded();
  await status(page, 'ready');
  await page.click('button.play');
  await status(page, 'ended');
  return { iteration: Number(await attribute(page, 'iteration')), metric: Number(await attribute(page, 'metric')) };
}

/** How many colours the picture has: an empty one has one. */
function colorsOf(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('.picture canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  })()`);
}

/** Bytes of compressed JavaScript that pages and workers asked for since the requests were last cleared. */
function compressedScripts(): number {
  return [...site.requested]
    .filter((file) => file.endsWith('.js'))
    .map((file) => gzipSync(readFileSync(path.join(dist, decodeURI(file)))).length)
    .reduce((sum, size) => sum + size);
}

/** One solver of every problem: its view, its form and its worker's module are those of all its solvers. */
const problems = registry.problems.flatMap(({ id }) => registry.solversOf(id).slice(0, 1));

test.each(problems.map(({ id, problem }) => [problem.id, id]))(
  'the demo of %s loads little, runs with %s to its end, and draws the solution and the curve',
  async (problem, id) => {
    site.requested.clear();
    const { page, errors } = await openPage(site, `/solvers/${id}?${problem === 'ot/transport' ? SMALL : 'speed=0'}`);
    await page.locator('.demo').first().scrollIntoViewIfNeeded();
    await status(page, 'ready');
    expect(compressedScripts()).toBeLessThan(250_000);
    const { metric } = await playToEnd(page);
    expect(Number.isFinite(metric)).toBe(true);
    // The picture follows a frame after the state.
    if (await page.locator('.picture canvas').count())
      await expect.poll(() => colorsOf(page), { timeout: 10_000 }).toBeGreaterThan(10);
    await page.waitForFunction(`[...document.querySelectorAll('.curve svg path')].some((path) =>
      /^M[-\\d.]+,[-\\d.]+[LZ]/.test(path.getAttribute('d')))`);
    expect(await page.textContent('[role=status]')).toMatch(/(converged \(measured\)|stalled|iteration-limit) after/);
    expect(errors).toEqual([]);
    await page.close();
  },
);

describe('a demo', () => {
  test('gives another result for other options, and for another seed', async () => {
    const { page } = await openPage(site, `/solvers/ot/sinkhorn?${SMALL}`);
    const first = await playToEnd(page);
    await page.fill('fieldset:nth-of-type(2) input >> nth=1', '0.001');
    await page.press('fieldset:nth-of-type(2) input >> nth=1', 'Enter');
    const second = await playToEnd(page);
    expect(second.iteration).toBeLessThan(first.iteration);
    expect(second.metric).toBeGreaterThan(first.metric);
    await page.fill('input[name=seed]', '2');
    await page.press('input[name=seed]', 'Enter');
    const third = await playToEnd(page);
    expect(third.metric).not.toBe(second.metric);
    await page.close();
  });

  test('can be shared: the URL brings the same run back', async () => {
    const { page } = await openPage(site, `/solvers/ot/sinkhorn?${SMALL}`);
    await page.fill('fieldset:nth-of-type(2) input >> nth=1', '0.001');
    await page.press('fieldset:nth-of-type(2) input >> nth=1', 'Enter');
    const first = await playToEnd(page);
    expect(page.url()).toContain('o.tolerance=0.001');
    const other = await openPage(site, page.url().slice(site.url.length));
    expect(await playToEnd(other.page)).toEqual(first);
    await page.close();
    await other.page.close();
  });

  test('takes no settings until it has read the address, which would undo them', async () => {
    const page = await site.browser.newPage();
    // Scripts that come late leave time to type before them.
    await page.route('**/*.js', async (route) => {
      await new Promise((resume) => setTimeout(resume, 500));
      await route.continue();
    });
    await page.goto(`${site.url}/solvers/ot/sinkhorn?${SMALL}`, { waitUntil: 'commit' });
    await page.fill('fieldset:nth-of-type(2) input >> nth=1', '0.001');
    await page.press('fieldset:nth-of-type(2) input >> nth=1', 'Enter');
    await expect.poll(() => page.url()).toContain('o.tolerance=0.001');
    expect(page.url()).toContain('p.n=30');
    await page.close();
  });

  test('runs what was asked for last, however quickly the wishes change', async () => {
    const { page } = await openPage(site, `/solvers/ot/sinkhorn?${SMALL}`);
    await status(page, 'ready');
    await page.evaluate(`(async () => {
      const choice = document.querySelector('select[name=family]');
      const seed = document.querySelector('input[name=seed]');
      const change = (element, value) => {
        element.value = value;
        element.dispatchEvent(new Event('change'));
        return new Promise((resume) => setTimeout(resume));
      };
      // The digits load their data first, so that the answer for them comes last.
      await change(choice, 'digits');
      await change(choice, 'iris');
      for (const value of ['5', '6', '7']) await change(seed, value);
    })()`);
    const afterOneStep = async (of: Page) => {
      await of.click('.controls button >> text=Step');
      await of.waitForSelector('.stage[data-iteration="1"]');
      return attribute(of, 'metric');
    };
    await status(page, 'ready');
    const quick = await afterOneStep(page);
    expect(page.url()).toContain('family=iris&seed=7');
    const { page: calm } = await openPage(site, page.url().slice(site.url.length));
    await status(calm, 'ready');
    expect(await afterOneStep(calm)).toBe(quick);
    await page.close();
    await calm.close();
  });

  test('compares two solvers on one instance', async () => {
    const { page } = await openPage(site, `/solvers/ot/sinkhorn?${SMALL}`);
    await page.selectOption('select[name=rival]', 'ot/sinkhorn-newton-sparse');
    await playToEnd(page);
    expect(await page.locator('.lane canvas').count()).toBe(2);
    expect(await page.textContent('[role=status]')).toMatch(/Sinkhorn converged.*Sinkhorn-Newton-Sparse converged/);
    await page.waitForSelector('.curve svg text >> text=Sinkhorn-Newton-Sparse');
    await page.close();
  });

  test('steps one iterate at a time, and starts again', async () => {
    const { page } = await openPage(site, `/solvers/ot/sinkhorn?${SMALL}`);
    await status(page, 'ready');
    expect(await attribute(page, 'iteration')).toBe('0');
    for (const iteration of ['1', '2', '3']) {
      await page.click('.controls button >> text=Step');
      await page.waitForSelector(`.stage[data-iteration="${iteration}"]`);
    }
    await page.click('.controls button >> text=Reset');
    await page.waitForSelector('.stage[data-iteration="0"]');
    await page.close();
  });

  test('has a proof checked in the browser, and says what the next run has measured', async () => {
    const { page, errors } = await openPage(site, '/solvers/learn/max-margin?speed=0');
    await playToEnd(page);
    expect(await page.textContent('[role=status]')).toContain('converged (measured) after');
    await page.click('button.prove');
    await page.waitForSelector('.proof');
    await expect.poll(() => page.textContent('.proof')).toMatch(/proved: errors = 0, fewestErrors = 0 \(separable or not; /);
    expect(await page.textContent('[role=status]')).toContain('converged, errors = 0, fewestErrors = 0, proved, after');
    await page.click('.proof a');
    await page.waitForURL('**/problems/learn/separable-classification#what-can-be-proved');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('works by keyboard alone', async () => {
    const { page } = await openPage(site, `/solvers/ot/sinkhorn?${SMALL}`);
    await status(page, 'ready');
    await page.focus('button.play');
    await page.keyboard.press('Enter');
    await status(page, 'ended');
    await page.close();
  });

  test('says which option was refused', async () => {
    const { page } = await openPage(site, `/solvers/ot/sinkhorn?${SMALL}&o.tolerance=-1`);
    await page.locator('.demo').first().scrollIntoViewIfNeeded();
    await status(page, 'failed');
    expect(await page.textContent('[role=status]')).toContain('tolerance');
    expect(await page.locator('[aria-invalid=true]').count()).toBe(1);
    await page.close();
  });

  test('refuses what is no number, instead of taking the default', async () => {
    const { page } = await openPage(site, `/solvers/ot/sinkhorn?${SMALL}`);
    await status(page, 'ready');
    await page.fill('fieldset:nth-of-type(2) input >> nth=1', 'abc');
    await page.press('fieldset:nth-of-type(2) input >> nth=1', 'Enter');
    await status(page, 'failed');
    expect(await page.textContent('[role=status]')).toContain('tolerance');
    expect(await page.inputValue('[aria-invalid=true]')).toBe('abc');
    await page.fill('[aria-invalid=true]', '0.001');
    await page.press('[aria-invalid=true]', 'Enter');
    await status(page, 'ready');
    await page.close();
  });

  test('draws an exact solver beside an iterative one', async () => {
    const { page, errors } = await openPage(site, `/solvers/ot/sinkhorn?${SMALL}&rival=${EXACT}&metric=marginalError`);
    await playToEnd(page);
    await page.waitForFunction(`document.querySelectorAll('.curve svg circle').length === 2`);
    const outside = `[...document.querySelectorAll('.curve svg path, .curve svg circle')].filter((mark) =>
      /NaN|Infinity/.test((mark.getAttribute('d') ?? '') + mark.getAttribute('cy'))).length`;
    expect(await page.evaluate(outside)).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('can be cancelled while it makes a large instance, and the next one does not wait for it', async () => {
    const { page, errors } = await openPage(site, `/solvers/ot/sinkhorn?family=clouds&p.n=${LARGE}`);
    await page.locator('.demo').first().scrollIntoViewIfNeeded();
    await status(page, 'loading');
    await page.click('button.play >> text=Cancel');
    await status(page, 'idle');
    expect(await page.textContent('[role=status]')).toContain('Cancelled');
    await page.click('button.play');
    await status(page, 'loading');
    const start = Date.now();
    await page.fill('[id$=-n]', '30');
    await page.press('[id$=-n]', 'Enter');
    await status(page, 'ready');
    // It does not wait for the large one.
    expect(Date.now() - start).toBeLessThan(10_000);
    expect(await attribute(page, 'iteration')).toBe('0');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('works without cross-origin isolation', async () => {
    const { page, errors } = await openPage(plain, `/solvers/ot/sinkhorn-newton-sparse?${SMALL}`);
    expect(await page.evaluate('crossOriginIsolated')).toBe(false);
    expect((await playToEnd(page)).metric).toBeLessThan(1e-8);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('is under 250 kB of compressed JavaScript before it starts, its package included', async () => {
    site.requested.clear();
    const { page } = await openPage(site, '/solvers/ot/sinkhorn-newton-sparse');
    await status(page, 'ready');
    await page.waitForSelector('.picture canvas');
    const bytes = compressedScripts();
    await page.click('button.play');
    await page.waitForSelector('.curve svg');
    const kilobytes = (size: number) => `${(size / 1000).toFixed(0)} kB`;
    console.log(`compressed JavaScript: ${kilobytes(bytes)} before, ${kilobytes(compressedScripts())} after the start`);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(250_000);
    await page.close();
  });

  test.each([390, 1280])('does not shift what is around it, at %i px', async (width) => {
    const { page } = await openPage(site, '/solvers/ot/sinkhorn-newton-sparse', { width });
    await page.evaluate(`globalThis.shift = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) globalThis.shift += value;
      }).observe({ type: 'layout-shift', buffered: true });`);
    await page.locator('.demo').first().scrollIntoViewIfNeeded();
    await status(page, 'ready');
    await page.click('.controls button >> text=Step');
    await page.waitForSelector('.curve svg');
    // Below 0.1 counts as good on the web.
    expect(await page.evaluate('globalThis.shift')).toBeLessThan(0.05);
    await page.close();
  });

  test('holds its frames while it steps a 200 x 200 problem', async () => {
    const { page } = await openPage(
      site,
      '/solvers/ot/sinkhorn-log?family=clouds&p.n=200&p.epsilon=0.001&o.tolerance=0&speed=60',
    );
    await status(page, 'ready');
    await page.click('button.play');
    await page.waitForTimeout(500);
    const before = Number(await attribute(page, 'frames'));
    const seconds = (await page.evaluate(`new Promise((resolve) => {
      const start = performance.now();
      setTimeout(() => resolve((performance.now() - start) / 1000), 4000);
    })`)) as number;
    const frames = Number(await attribute(page, 'frames')) - before;
    console.log(`200 x 200 transport: ${(frames / seconds).toFixed(1)} pictures a second`);
    expect(frames).toBeGreaterThan(0);
    await page.close();
  });
});

test.each([390, 1280])('the example of a solver runs, can be changed, and stops, at %i px', async (width) => {
  const { page, errors } = await openPage(site, '/solvers/ot/sinkhorn', { width });
  const output = () => page.textContent('.example .output');
  await page.click('.example .run');
  await page.waitForSelector('.example[data-state=ended]');
  expect(await output()).toBe('converged 0.268941');
  await page.click('.example button >> text=Edit');
  await page.fill(
    '.example textarea',
    "import { sinkhorn } from '@infimum/ot';\nconsole.log(typeof sinkhorn as string);\nfor (;;) {}",
  );
  await page.press('.example textarea', 'Control+Enter');
  await page.waitForSelector('.example .output');
  expect(await output()).toBe('function');
  await page.click('.example button >> text=Stop');
  await page.fill('.example textarea', "import { sinkhorn } from '@infimum/ot';\nsinkhorn([1], [2], [[0]]);");
  await page.click('.example .run');
  await page.waitForSelector('.example[data-state=failed]');
  expect(await output()).toContain('InvalidInputError');
  await page.click('.example button >> text=Reset');
  expect(await page.locator('.example textarea').count()).toBe(0);
  expect(errors).toEqual([]);
  await page.close();
});

describe('the gallery and the guide', () => {
  test('a digit becomes itself for nothing, and another for something', async () => {
    const { page, errors } = await openPage(site, '/gallery/digits');
    await page.waitForFunction(`Number(document.querySelector('.morph').dataset.cost) > 0`);
    await page.selectOption('.morph select >> nth=1', '3');
    await page.waitForFunction(`document.querySelector('.morph').dataset.cost === '0'`);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('the stepper hands out iterates until it has converged', async () => {
    const { page } = await openPage(site, '/guide/iteration-protocol');
    for (let k = 0; k < 7; k++) await page.click('text=steps.next()');
    expect(await page.getAttribute('.stepper', 'data-rows')).toBe('6');
    expect(await page.getAttribute('.stepper', 'data-conclusion')).toContain('converged');
    await page.close();
  });

  test('the home page plays by itself for those who like motion', async () => {
    const page = await site.browser.newPage({ reducedMotion: 'no-preference' });
    await page.goto(site.url);
    await page.waitForFunction(`Number(document.querySelector('.stage').dataset.iteration) > 3`);
    await page.close();
  });

  test('papers can be searched and sorted', async () => {
    const { page } = await openPage(site, '/papers');
    await page.fill('input[type=search]', 'bilevel');
    const found = paperRows().filter(({ title }) => /bilevel/i.test(title));
    expect(await page.locator('.papers tbody tr').count()).toBe(found.length);
    await page.click('th button >> nth=1');
    expect(await page.getAttribute('th >> nth=1', 'aria-sort')).toBe('ascending');
    await page.close();
  });
});
