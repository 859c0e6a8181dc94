// The gallery's applications: each runs to its end, shows what it computed, and obeys its controls.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Site } from './site.ts';
import { openPage, openSite } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** Nothing is wider than the window. */
const isNarrow = (page: Page) => page.evaluate('document.documentElement.scrollWidth <= innerWidth');

describe('colour transfer', () => {
  const done = (page: Page) => page.waitForSelector('.transfer[data-done=true]', { timeout: 60_000 });

  /** The mean colour of a canvas, and its size. */
  const meanColor = (page: Page, selector: string) =>
    page.evaluate(`(() => {
      const canvas = document.querySelectorAll('.transfer canvas')[${selector}];
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const mean = [0, 0, 0];
      for (let k = 0; k < data.length; k++) if (k % 4 < 3) mean[k % 4] += (4 * data[k]) / data.length;
      return { width: canvas.width, height: canvas.height, mean };
    })()`) as Promise<{ width: number; height: number; mean: number[] }>;

  const distance = (u: number[], v: number[]) => Math.hypot(...u.map((value, k) => value - v[k]));

  /** A PNG file of a sky over a field, with grain. */
  async function landscape(page: Page, width: number, height: number) {
    const url = (await page.evaluate(`(() => {
      const canvas = document.createElement('canvas');
      canvas.width = ${width};
      canvas.height = ${height};
      const context = canvas.getContext('2d');
      const picture = context.createImageData(canvas.width, canvas.height);
      for (let k = 0, seed = 1; k < picture.data.length; k++) {
        const share = k / picture.data.length;
        seed = (seed * 48271) % 2147483647;
        const colours = share < 0.5 ? [90, 140, 230, 255] : [70, 120, 40, 255];
        picture.data[k] = k % 4 === 3 ? 255 : colours[k % 4] * (0.6 + 0.4 * share) + (seed % 40);
      }
      context.putImageData(picture, 0, 0);
      return canvas.toDataURL('image/png');
    })()`)) as string;
    return { name: 'landscape.png', mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1], 'base64') };
  }

  /** The page's own pavilion, ten times as wide and high, as the JPEG file that a camera makes. */
  async function megapixel(page: Page) {
    const url = (await page.evaluate(`(() => {
      const photograph = document.querySelector('.transfer canvas');
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [10 * photograph.width, 10 * photograph.height];
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      context.drawImage(photograph, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL('image/jpeg', 0.95);
    })()`)) as string;
    return { name: 'pavilion.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(url.split(',')[1], 'base64') };
  }

  test('gives the photograph the mean colour of the other', async () => {
    const { page, errors } = await openPage(site, '/gallery/color-transfer');
    await done(page);
    expect(await page.textContent('[role=status]')).toContain('Converged after');
    const [content, palette, result] = await Promise.all(['0', '1', '2'].map((k) => meanColor(page, k)));
    expect([result.width, result.height]).toEqual([content.width, content.height]);
    expect(distance(content.mean, palette.mean)).toBeGreaterThan(30);
    expect(distance(result.mean, palette.mean)).toBeLessThan(distance(content.mean, palette.mean) / 4);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("transfers a visitor's megapixel at full size, says how long it took, and asks no server", async () => {
    const { page, errors } = await openPage(site, '/gallery/color-transfer');
    await done(page);
    await page.setInputFiles('input[type=file] >> nth=0', await megapixel(page));
    await page.waitForSelector('.transfer[data-done=false]');
    await done(page);
    site.requested.clear();
    const start = performance.now();
    await page.click('button.play');
    await page.waitForSelector('.transfer[data-done=false]');
    await done(page);
    const waited = (performance.now() - start) / 1000;
    const seconds = Number(await page.getAttribute('.transfer', 'data-seconds'));
    console.log(`colour transfer: 1.09 megapixels from click to picture in ${seconds.toFixed(2)} s`);
    // The page's clock runs from the click to the picture; ours has both ends of the way to the browser in it.
    expect(seconds).toBeGreaterThan(0.05);
    expect(seconds).toBeLessThan(waited);
    expect(await page.textContent('.transfer [role=status]')).toContain(`1.1 megapixels in ${seconds.toFixed(2)} seconds`);
    const [content, palette, result] = await Promise.all(['0', '1', '2'].map((k) => meanColor(page, k)));
    expect([result.width, result.height]).toEqual([1280, 850]);
    expect(distance(content.mean, palette.mean)).toBeGreaterThan(30);
    expect(distance(result.mean, palette.mean)).toBeLessThan(distance(content.mean, palette.mean) / 4);
    expect([...site.requested].filter((name) => !name.endsWith('.js'))).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('takes a dropped photograph, and says when a file is none', async () => {
    const { page } = await openPage(site, '/gallery/color-transfer');
    await done(page);
    const { buffer } = await landscape(page, 60, 40);
    await page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob('${buffer.toString('base64')}'), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }));
      document.querySelectorAll('.transfer figure')[1].dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
    })()`);
    await page.waitForSelector('.transfer[data-done=false]');
    await done(page);
    expect((await meanColor(page, '1')).width).toBe(60);
    expect(await page.locator('.transfer select >> nth=1').inputValue()).toBe('own');
    await page.setInputFiles('input[type=file] >> nth=0', {
      name: 'notes.png',
      mimeType: 'image/png',
      buffer: Buffer.from('no picture'),
    });
    await page.waitForSelector('.transfer[data-failed=true]');
    expect(await page.textContent('.transfer [role=status]')).toContain('cannot read');
    await page.close();
  });
});

describe('barycentres of four digits', () => {
  const done = (page: Page) => page.waitForSelector('.mix[data-done=true]', { timeout: 60_000 });

  /** Distance of the canvases k and l as pictures of grey, 0 where they are equal. */
  const difference = (page: Page, k: number, l: number) =>
    page.evaluate(`(() => {
      const [first, second] = [${k}, ${l}].map((index) => {
        const canvas = document.querySelectorAll('.mix canvas')[index];
        const small = new OffscreenCanvas(28, 28).getContext('2d');
        small.drawImage(canvas, 0, 0, 28, 28);
        return small.getImageData(0, 0, 28, 28).data;
      });
      return first.reduce((sum, value, at) => sum + Math.abs(value - second[at]), 0) / first.length;
    })()`) as Promise<number>;

  test('are the digit itself in its corner, and something else than the average in the middle', async () => {
    const { page, errors } = await openPage(site, '/gallery/digit-barycenters');
    await done(page);
    await page.selectOption('.mix select >> nth=6', 'removed');
    await page.waitForSelector('.mix[data-wish="2"]');
    await done(page);
    const middle = await difference(page, 4, 5);
    const before = await page.getAttribute('.mix', 'data-wish');
    const { x, y, width } = (await page.locator('.pad').boundingBox()) ?? { x: 0, y: 0, width: 0 };
    await page.mouse.click(x + 1, y + width - 2);
    await page.waitForSelector(`.mix:not([data-wish="${before}"])`);
    await done(page);
    expect(Number((await page.getAttribute('.mix', 'data-weights'))?.split(' ')[2])).toBeGreaterThan(0.95);
    const corner = await difference(page, 4, 5);
    expect(middle).toBeGreaterThan(4 * corner);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('follow the arrow keys', async () => {
    const { page } = await openPage(site, '/gallery/digit-barycenters', { width: 390 });
    await done(page);
    await page.focus('.pad');
    for (let k = 0; k < 3; k++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.waitForFunction(`document.querySelector('.mix').dataset.wish > 4`);
    await done(page);
    const weights = (await page.getAttribute('.mix', 'data-weights'))?.split(' ').map(Number) ?? [];
    expect(weights[1]).toBeCloseTo(0.65 * 0.55, 10);
    expect(await page.getAttribute('.pad', 'aria-valuetext')).toContain('36 % of 3');
    await page.close();
  });

  test('follow the pointer', async () => {
    const { page } = await openPage(site, '/gallery/digit-barycenters');
    await done(page);
    const { x, y, width } = (await page.locator('.pad').boundingBox()) ?? { x: 0, y: 0, width: 0 };
    const before = Number(await page.getAttribute('.mix', 'data-pictures'));
    const start = performance.now();
    await page.mouse.move(x + width / 2, y + width / 2);
    await page.mouse.down();
    for (let k = 0; performance.now() - start < 3000; k++) {
      await page.mouse.move(x + (width / 2) * (1 + 0.9 * Math.sin(k / 20)), y + (width / 2) * (1 + 0.9 * Math.cos(k / 20)));
    }
    const pictures = Number(await page.getAttribute('.mix', 'data-pictures')) - before;
    const seconds = (performance.now() - start) / 1000;
    await page.mouse.up();
    console.log(`barycentres of digits: ${(pictures / seconds).toFixed(1)} pictures a second while the pointer moves`);
    expect(pictures).toBeGreaterThan(1);
    await done(page);
    await page.close();
  });
});

describe('gradient flow', () => {
  const status = (page: Page, wanted: string) => page.waitForSelector(`.flow[data-status="${wanted}"]`, { timeout: 90_000 });
  const divergence = async (page: Page) => Number(await page.getAttribute('.flow', 'data-divergence'));

  test('arrives at the shape, draws it and its curve', async () => {
    const { page, errors } = await openPage(site, '/gallery/gradient-flow');
    await status(page, 'paused');
    const before = await divergence(page);
    await page.click('.flow button.play');
    await status(page, 'ended');
    expect(await divergence(page)).toBeLessThan(before / 100);
    expect(await page.textContent('.flow [role=status]')).toContain('Arrived after');
    await page.waitForSelector('.flow .curve svg');
    expect(await page.locator('.flow .curve svg path').count()).toBeGreaterThan(1);
    const colors = await page.evaluate(`(() => {
      const canvas = document.querySelector('.flow canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    })()`);
    expect(colors).toBeGreaterThan(10);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('steps, pauses and starts again, by keyboard', async () => {
    const { page } = await openPage(site, '/gallery/gradient-flow', { width: 390 });
    await status(page, 'paused');
    expect(await page.getAttribute('.flow', 'data-iteration')).toBe('0');
    await page.focus('.flow button >> text=Step');
    for (const iteration of ['1', '2']) {
      await page.keyboard.press('Enter');
      await page.waitForSelector(`.flow[data-iteration="${iteration}"]`);
    }
    await page.focus('.flow button.play');
    await page.keyboard.press('Enter');
    await page.waitForFunction(`Number(document.querySelector('.flow').dataset.iteration) > 3`);
    await page.keyboard.press('Enter');
    await status(page, 'paused');
    await page.selectOption('.flow select >> nth=1', 'Ring');
    await page.waitForSelector('.flow[data-status=paused][data-iteration="0"]');
    await page.close();
  });

  test('plays by itself only for those who like motion', async () => {
    const page = await site.browser.newPage({ reducedMotion: 'no-preference' });
    await page.goto(`${site.url}/gallery/gradient-flow`);
    await page.waitForFunction(`Number(document.querySelector('.flow').dataset.iteration) > 2`);
    await page.close();
  });
});

describe('expert routing', () => {
  const status = (page: Page, wanted: string) => page.waitForSelector(`.routing[data-status="${wanted}"]`, { timeout: 90_000 });
  const figure = async (page: Page, name: string) => Number(await page.getAttribute('.routing', `data-${name}`));

  test('runs to its end, where the balanced loads are evener, and draws them', async () => {
    const { page, errors } = await openPage(site, '/gallery/expert-routing');
    await status(page, 'paused');
    await page.click('.routing button.play');
    await status(page, 'ended');
    await page.waitForSelector('.routing .curve svg');
    expect(await figure(page, 'iteration')).toBe(400);
    expect(await figure(page, 'balanced')).toBeLessThan((await figure(page, 'greedy')) / 2);
    expect(await page.textContent('.routing [role=status]')).toContain('Ended after 400 batches');
    expect(await page.locator('.routing .curve svg path').count()).toBeGreaterThan(1);
    const colors = await page.evaluate(`(() => {
      const canvas = document.querySelector('.routing canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    })()`);
    expect(colors).toBeGreaterThan(3);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('obeys its step rule, and steps by keyboard', async () => {
    const { page } = await openPage(site, '/gallery/expert-routing', { width: 390 });
    await status(page, 'paused');
    const first = await figure(page, 'balanced');
    expect(first).toBe(await figure(page, 'greedy'));
    await page.focus('.routing button >> text=Step');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.routing[data-iteration="2"]');
    await page.selectOption('.routing select >> nth=0', 'coordinate dual, sees the batch first');
    await page.waitForSelector('.routing[data-iteration="1"]');
    expect(await figure(page, 'balanced')).toBeLessThan(first / 2);
    await page.close();
  });
});

describe.each([390, 1280])('the gallery of graphs at %i px', (width) => {
  test('walks into a treemap by keys and by clicks, and stays put when sizes change', async () => {
    const { page, errors } = await openPage(site, '/gallery/treemap', { width });
    const focus = () => page.getAttribute('.treemap', 'data-focus');
    await page.waitForSelector('.treemap[data-nodes]:not([data-nodes="0"])', { timeout: 60_000 });
    expect(await focus()).toBe('all');
    await page.selectOption('select[name=hierarchy]', 'flare');
    await page.waitForSelector('.treemap[data-nodes="252"][data-focus="flare"]');
    await page.focus('.stage');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.treemap:not([data-focus="flare"])');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.treemap[data-focus="flare"]');
    await page.locator('.stage').click({ position: { x: 40, y: 40 } });
    await page.waitForSelector('.treemap:not([data-focus="flare"])');
    await page.click('.treemap .trail button');
    await page.click('.treemap button.play');
    await page.waitForSelector('.treemap[data-moving="false"]', { timeout: 60_000 });
    expect(await page.textContent('.treemap [role=status]')).toContain('252 nodes');
    await page.setInputFiles('input[name=bundle]', {
      name: 'meta.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"inputs":{"src/a.ts":{"bytes":30},"src/b.ts":{"bytes":10}}}'),
    });
    await page.waitForSelector('.treemap[data-nodes="4"]');
    expect(await isNarrow(page)).toBe(true);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('walks to the end, the one that avoids more evenly', async () => {
    const { page, errors } = await openPage(site, '/gallery/avoiding-walk', { width });
    await page.click('.walk button.finish:not(:disabled)');
    await page.waitForSelector('.walk[data-done=true]', { timeout: 60_000 });
    const status = (await page.textContent('.walk [role=status]')) ?? '';
    const [plain, repelled] = [...status.matchAll(/([\d.]+) %/g)].map((match) => Number(match[1]));
    expect(repelled).toBeLessThan(plain / 2);
    expect(await isNarrow(page)).toBe(true);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('plays the hats game, and counts', async () => {
    const { page, errors } = await openPage(site, '/gallery/hats', { width });
    await page.click('.hats button.thousand:not(:disabled)');
    await page.waitForFunction("Number(document.querySelector('.hats').dataset.team) >= 1000");
    const rate = Number(((await page.textContent('.hats .team')) ?? '').match(/([\d.]+) %/)?.[1]);
    expect(Math.abs(rate - 35)).toBeLessThan(8);
    await page.click('.hats button.own:nth-child(3)');
    expect(await page.getAttribute('.hats', 'data-mine')).toBe('1');
    expect(await page.textContent('.hats [role=status]')).toContain('The table would have named');
    await page.click('.hats button.deal');
    await page.click('.hats button.own:nth-child(1)');
    expect(await page.getAttribute('.hats', 'data-mine')).toBe('2');
    expect(await isNarrow(page)).toBe(true);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('untangles a causal graph', async () => {
    const { page, errors } = await openPage(site, '/gallery/untangling', { width });
    await page.waitForSelector('.untangling:not([data-last="0"])', { timeout: 60_000 });
    const last = Number(await page.getAttribute('.untangling', 'data-last'));
    await page.fill('.untangling input[name=stage]', '0');
    expect(Number(await page.getAttribute('.untangling', 'data-backward'))).toBeGreaterThan(3);
    await page.fill('.untangling input[name=stage]', String(last));
    expect(await page.getAttribute('.untangling', 'data-backward')).toBe('0');
    expect(await page.textContent('.untangling [role=status]')).toContain('No swap helps any more');
    // It learns when it comes into sight.
    await page.locator('.table').scrollIntoViewIfNeeded();
    await page.waitForSelector('.table[data-edges="3"]');
    await page.fill('textarea[name=csv]', 'a,b\n1,x');
    await page.click('.table button.play');
    expect(await page.textContent('.table [role=status]')).toContain("'x' in row 1, column 'b'");
    expect(await isNarrow(page)).toBe(true);
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe.each([390, 1280])('at %i px', (width) => {
  test.each([
    ['color-transfer', '.transfer[data-done=true]'],
    ['digit-barycenters', '.mix[data-done=true]'],
    ['gradient-flow', '.flow[data-status=ended]'],
    ['expert-routing', '.routing .curve svg'],
  ])('%s does not shift what is around it', async (name, shown) => {
    const { page } = await openPage(site, `/gallery/${name}`, { width });
    await page.evaluate(`globalThis.shift = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) globalThis.shift += value;
      }).observe({ type: 'layout-shift', buffered: true });`);
    const play = page.locator('.demo button.play:not(:disabled)');
    if (name !== 'digit-barycenters') await play.click();
    await page.waitForSelector(shown, { timeout: 90_000 });
    // Below 0.1 counts as good on the web.
    expect(await page.evaluate('globalThis.shift')).toBeLessThan(0.05);
    await page.close();
  });
});

test('bounds the steepness of a network box by box', async () => {
  const { page, errors } = await openPage(site, '/gallery/lipschitz-regions', { width: 390 });
  await page.waitForSelector('.regions[data-cuts="150"]', { timeout: 60_000 });
  const read = async (name: string) => Number(await page.getAttribute('.regions', name));
  const seen = await read('data-seen');
  await page.fill('.regions input[name=cuts]', '150');
  const last = await read('data-bound');
  await page.fill('.regions input[name=cuts]', '0');
  const first = await read('data-bound');
  expect(seen).toBeLessThanOrEqual(last);
  expect(last).toBeLessThan(0.8 * first);
  expect(await page.textContent('.regions [role=status]')).toContain('1 box:');
  expect(await page.evaluate('document.documentElement.scrollWidth <= 390')).toBe(true);
  expect(errors).toEqual([]);
  await page.close();
});

test('finds the best network, and others from ten starts', async () => {
  const { page, errors } = await openPage(site, '/gallery/network-optima', { width: 390 });
  await page.waitForSelector('.optima[data-starts="10"][data-bound]', { timeout: 60_000 });
  const read = async (name: string) => Number(await page.getAttribute('.optima', name));
  const [value, bound] = [await read('data-value'), await read('data-bound')];
  expect(value - bound).toBeLessThanOrEqual(1e-6 * value);
  await page.click('.optima .starts button:nth-child(3)');
  expect(await page.textContent('.optima figure:nth-child(2) figcaption')).toContain('start 3');
  expect(await page.textContent('.optima [role=status]')).toContain('554 patterns');
  expect(await page.evaluate('document.documentElement.scrollWidth <= 390')).toBe(true);
  expect(errors).toEqual([]);
  await page.close();
});

test('lets the weights of wrong labels go to zero', async () => {
  const { page, errors } = await openPage(site, '/gallery/hyper-cleaning', { width: 390 });
  await page.waitForSelector('.cleaning[data-steps="60"]', { timeout: 90_000 });
  await page.fill('.cleaning input[name=step]', '60');
  const read = async (name: string) => Number(await page.getAttribute('.cleaning', name));
  expect(await read('data-caught')).toBeGreaterThan(0.8 * (await read('data-wrong')));
  expect(await page.textContent('.cleaning [role=status]')).toContain('After 60 of 60 steps');
  expect(await page.evaluate('document.documentElement.scrollWidth <= 390')).toBe(true);
  expect(errors).toEqual([]);
  await page.close();
});

describe('the heavy ball’s trap', () => {
  test('circles, converges and diverges as its sliders and its map say', async () => {
    const { page, errors } = await openPage(site, '/gallery/heavy-ball');
    const fate = () => page.getAttribute('.trap', 'data-fate');
    await page.waitForSelector('.trap[data-rows="81"]', { timeout: 60_000 });
    expect([await fate(), await page.getAttribute('.trap', 'data-period')]).toEqual(['circles', '3']);
    expect(await page.textContent('.trap [role=status]')).toContain('0.647, −1.802, 2.116');
    await page.fill('input[name=theta]', '1');
    expect(await fate()).toBe('converges');
    // Below the edge of the window, where fonts are tall, a click would miss it.
    await page.locator('.map').scrollIntoViewIfNeeded();
    const box = await page.locator('.map').boundingBox();
    await page.mouse.click((box?.x ?? 0) + 0.95 * (box?.width ?? 0), (box?.y ?? 0) + 0.3 * (box?.height ?? 0));
    expect(await fate()).toBe('diverges');
    expect(Number(await page.inputValue('input[name=start]'))).toBeCloseTo(10.8, 0);
    await page.click('button.play');
    await page.waitForFunction(`document.querySelector('.trap button.play').textContent.trim() === 'Pause'`);
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('a table and its proof', () => {
  test('are proved, refused after a change of either, and proved again', async () => {
    const { page, errors } = await openPage(site, '/gallery/proof');
    const verdict = (wanted: string) => page.waitForSelector(`.proofs[data-verdict="${wanted}"]`);
    await verdict('separable');
    const rows = await page.inputValue('textarea[name=rows]');
    await page.fill('textarea[name=rows]', rows.replace('2 1 -1', '2 9 -1'));
    await verdict('refused');
    expect(await page.textContent('.proofs [role=status]')).toContain('row 5 is not above the plane');
    await page.click('.proofs .find');
    await verdict('inseparable');
    const proof = await page.inputValue('textarea[name=proof]');
    await page.fill('textarea[name=proof]', proof.replace(/(\d+):(\d+)/, '$1:1$2'));
    await verdict('refused');
    await page.fill('textarea[name=proof]', proof);
    await verdict('inseparable');
    await page.selectOption('.proofs select', '0');
    await verdict('separable');
    // The square at (2, 1), dragged among the discs.
    await page.locator('.proofs .picture').scrollIntoViewIfNeeded();
    const box = await page.locator('.proofs .picture').boundingBox();
    const at = ([x, y]: readonly [number, number]) => ({
      x: (box?.x ?? 0) + ((box?.width ?? 0) * (x - 1 + 7 * 0.15)) / (7 * 1.3),
      y: (box?.y ?? 0) + (box?.height ?? 0) * (1 - (y + 5 * 0.15) / (5 * 1.3)),
    });
    await page.mouse.move(at([2, 1]).x, at([2, 1]).y);
    await page.mouse.down();
    await page.mouse.move(at([2, 4]).x, at([2, 4]).y);
    await page.mouse.up();
    await verdict('refused');
    expect(errors).toEqual([]);
    await page.close();
  });
});
