// Every page of the built site without a browser: links, headings, text and weight. A page more costs milliseconds.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { registry } from '../../site/registry.ts';
import { builtPages, dist } from './site.ts';

/** The pages by path from the site's root. */
const html = new Map(
  builtPages({ api: true }).map((pathname) => {
    const file = pathname.endsWith('/') ? `${pathname}index.html` : `${pathname}.html`;
    return [pathname, readFileSync(path.join(dist, file), 'utf8')];
  }),
);
const own = [...html].filter(([pathname]) => !pathname.startsWith('/api/'));

/** The text of a page beside its navigation, as it is read. */
function textOf(page: string): string {
  // The home page has no `main`.
  const [, body = ''] = /id="VPContent"[^>]*>([\s\S]*)<\/body>/.exec(page) ?? [];
  return body.replace(/<(script|style|svg|pre|code|mjx-container)\b[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, '\n');
}

test('the site has a page for every problem and solver', () => {
  for (const { id, title } of registry.solvers) expect(html.get(`/solvers/${id}`), id).toContain(title);
  for (const { id } of registry.problems) expect(html.has(`/problems/${id}`), id).toBe(true);
});

describe.each(own)('%s', (_, page) => {
  test('has one title, levels of headings without gaps, a description, and names for its pictures', () => {
    const levels = [...page.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    const content = levels.slice(levels.indexOf(1));
    content.forEach((level, k) => {
      if (k > 0) expect(level - content[k - 1]).toBeLessThanOrEqual(1);
    });
    expect(page).toMatch(/<title>[^<]+<\/title>/);
    expect(page).toMatch(/<meta name="description" content="[^"]+"/);
    for (const [image] of page.matchAll(/<img\b[^>]*>/g)) expect(image).toMatch(/\salt\b/);
  });

  test('has no text that a program wrote by mistake', () => {
    const text = textOf(page);
    expect(text.trim().length).toBeGreaterThan(100);
    expect(text).not.toMatch(/\[object Object\]|^\s*(undefined|NaN|null)\s*$|\{\{|undefined,|, undefined/m);
  });
});

test('every internal link leads to a page and, where it names one, to an anchor', () => {
  const anchors = new Map<string, Set<string>>();
  const anchorsOf = (pathname: string, page: string) => {
    const known = anchors.get(pathname) ?? new Set([...page.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id));
    anchors.set(pathname, known);
    return known;
  };
  const broken = new Set<string>();
  let count = 0;
  for (const [pathname, page] of html) {
    const file = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    for (const [, href] of page.matchAll(/<a\b[^>]*\bhref="([^"]+)"/g)) {
      const link = new URL(href.replaceAll('&amp;', '&'), `http://site${file}`);
      if (link.host !== 'site') continue;
      count++;
      const wanted = decodeURIComponent(link.pathname).replace(/(?<=\/)index\.html$|\.html$/, '');
      const target = html.get(wanted);
      const anchor = decodeURIComponent(link.hash.slice(1)).replaceAll('&', '&amp;');
      const isAnchor = anchor === '' || anchor === 'VPContent' || (target && anchorsOf(wanted, target).has(anchor));
      // The example of a page that is one file is no page of the site.
      const isFile = wanted === '/one-file' && link.pathname === '/one-file.html';
      if (!isFile && (!target || !isAnchor)) broken.add(`${pathname} → ${href}`);
    }
  }
  expect([...broken]).toEqual([]);
  expect(count).toBeGreaterThan(10_000);
});

test('formulas find their letters in the file that all share', () => {
  const sheet = readFileSync(path.join(dist, 'glyphs.svg'), 'utf8');
  const drawn = new Set([...sheet.matchAll(/<path id="([^"]+)" d="M/g)].map(([, id]) => id));
  const missing = new Set<string>();
  let count = 0;
  for (const [, page] of own) {
    expect(page).not.toContain('<path data-c=');
    for (const [, id] of page.matchAll(/<use href="[^"]*glyphs\.svg#([^"]+)"/g)) {
      count++;
      if (!drawn.has(id)) missing.add(id);
    }
  }
  expect([...missing]).toEqual([]);
  expect(count).toBeGreaterThan(1000);
});

test('code finds its colours in the file that all share', () => {
  const sheet = readFileSync(path.join(dist, 'code.css'), 'utf8');
  const named = new Set([...sheet.matchAll(/^\.(\w+)\{--shiki-light:/gm)].map(([, name]) => name));
  const missing = new Set<string>();
  let count = 0;
  for (const [, page] of own) {
    expect(page).not.toContain('style="--shiki-light');
    for (const [block] of page.matchAll(/<pre class="shiki[\s\S]*?<\/pre>/g)) {
      for (const [, name] of block.matchAll(/<span class="(\w+)">/g)) {
        count++;
        if (!named.has(name)) missing.add(name);
      }
    }
  }
  expect([...missing]).toEqual([]);
  expect(count).toBeGreaterThan(1000);
});

test('every problem has a thumbnail of bounded size, and most of them move', () => {
  let moving = 0;
  for (const { id } of registry.problems) {
    const svg = readFileSync(path.join(dist, 'thumbnails', `${id}.svg`), 'utf8');
    expect(svg, id).toMatch(/^<svg [^>]*viewBox="0 0 480 \d+"/);
    expect(svg, id).not.toMatch(/NaN|undefined/);
    expect(svg.length, id).toBeLessThan(250_000);
    if ((svg.match(/<g>/g)?.length ?? 0) > 1) moving++;
  }
  expect(moving).toBeGreaterThan(registry.problems.length / 3);
});

test('the site weighs at most 70 MB and 22 kB a page, and no page carries what all share', () => {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((file) => path.join(dist, file));
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  console.log(`${(bytes / 1e6).toFixed(1)} MB in ${html.size} pages`);
  expect(bytes).toBeLessThan(70e6);
  expect(bytes / html.size).toBeLessThan(22e3);
  for (const [, page] of own) expect(page).not.toContain('__VP_SITE_DATA__');
});
