// Pictures of the gallery's pieces, taken from the built site in Chromium: `node scripts/posters.ts`. They are committed, since a build
// has no browser.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { gallery } from '../site/sidebar.ts';
import { serveSite } from './serve.ts';

/** Pixels across. */
const WIDTH = 480;

const docs = path.resolve(import.meta.dirname, '..');
const folder = path.join(docs, 'public/posters');
mkdirSync(folder, { recursive: true });
const server = await serveSite(path.join(docs, '.vitepress/dist'), { port: 0, isolated: true });
const { port } = server.address() as AddressInfo;
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
for (const { link = '' } of gallery.flatMap(({ items = [] }) => items)) {
  const name = path.basename(link);
  if (name === 'gallery') continue;
  const page = await browser.newPage({ viewport: { width: WIDTH + 48, height: 900 }, reducedMotion: 'no-preference' });
  await page.goto(`http://localhost:${port}${link}`);
  const canvas = page.locator('.vp-doc canvas, .vp-doc .demo svg').first();
  await canvas.scrollIntoViewIfNeeded({ timeout: 20_000 });
  const play = page.locator('.vp-doc button.play').first();
  if ((await play.count()) > 0 && (await play.textContent())?.includes('Play')) await play.click();
  await page.waitForTimeout(6000);
  const picture = await canvas.screenshot({ type: 'jpeg', quality: 70 });
  writeFileSync(path.join(folder, `${name}.jpg`), picture);
  console.log(`${name}: ${(picture.length / 1000).toFixed(0)} kB`);
  await page.close();
}
await browser.close();
server.closeAllConnections();
server.close();
