// The docs site: what VitePress makes of the guide, the registry and the API.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitepress';
import { COLOUR_FILE, colorSheet, withSharedColors } from '../site/code-colors.ts';
import { filesForTools } from '../site/for-tools.ts';
import { GLYPH_FILE, glyphSheet, shareGlyphs } from '../site/glyphs.ts';
import { isolationHeaders } from '../site/headers.ts';
import { problemChunks } from '../site/problem-chunks.ts';
import { searchSections } from '../site/search.ts';
import { indexOptions, searchOptions } from '../site/search-options.ts';
import { serverBuild } from '../site/server-build.ts';
import { sidebar } from '../site/sidebar.ts';
import { solverChunks } from '../site/solver-chunks.ts';

const docs = path.resolve(import.meta.dirname, '..');
const base = process.env['DOCS_BASE'] ?? '/';

/** Files of what all pages share, known when the pages are rendered: type and contents by name. */
const sharedFiles = new Map([
  [GLYPH_FILE, { type: 'image/svg+xml', contents: glyphSheet }],
  [COLOUR_FILE, { type: 'text/css', contents: colorSheet }],
]);

export default defineConfig({
  title: 'Infimum',
  description: 'Research-grade optimisation and numerical algorithms for TypeScript, each running live.',
  lang: 'en-GB',
  base,
  cleanUrls: true,
  srcExclude: ['data/**'],
  lastUpdated: false,
  // Without transitions, dark or not is set twice at the start, each time with a layout of the whole page.
  appearance: { disableTransition: false },
  // What all pages share is loaded once, not written into each; and lists of links fetch nothing ahead.
  metaChunk: true,
  router: { prefetchLinks: false },
  // Nothing of a build waits; one page after the other, the search index comes out the same.
  buildConcurrency: 1,
  // TypeDoc writes these pages, and the browser tests follow the links to them.
  ignoreDeadLinks: [/^\/api\//],
  head: [
    ['link', { rel: 'icon', href: `${base}mark.svg`, type: 'image/svg+xml' }],
    ['link', { rel: 'stylesheet', href: `${base}${COLOUR_FILE}` }],
  ],
  markdown: {
    math: true,
    config: (markdown) => shareGlyphs(markdown, base),
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    codeTransformers: [
      {
        // The highlighter gives up a line after half a second by the clock: a busy machine would build another site.
        preprocess(_, options) {
          options.tokenizeTimeLimit = 0;
        },
        postprocess: withSharedColors,
      },
    ],
  },
  buildEnd({ outDir }) {
    for (const [name, { contents }] of sharedFiles) writeFileSync(path.join(outDir, name), contents());
    for (const [name, text] of filesForTools()) {
      mkdirSync(path.dirname(path.join(outDir, name)), { recursive: true });
      writeFileSync(path.join(outDir, name), text);
    }
  },
  transformPageData(page) {
    if (page.params?.['summary']) page.description = page.params['summary'];
  },
  themeConfig: {
    logo: '/mark.svg',
    nav: [
      { text: 'Problems', link: '/problems/', activeMatch: '/problems/' },
      { text: 'Guide', link: '/guide/', activeMatch: '/guide/' },
      { text: 'Solvers', link: '/solvers/', activeMatch: '/solvers/' },
      { text: 'Packages', link: '/packages/', activeMatch: '/packages/' },
      { text: 'Results', link: '/results' },
      { text: 'Papers', link: '/papers' },
      { text: 'Gallery', link: '/gallery/', activeMatch: '/gallery/' },
      { text: 'API', link: '/api/', target: '_self' },
    ],
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: { miniSearch: { _splitIntoSections: searchSections(docs), options: indexOptions, searchOptions } },
    },
    docFooter: { prev: false, next: false },
  },
  // Attributes that name files, but for `use`: formulas refer to a file that is written when all are rendered.
  vue: {
    template: {
      transformAssetUrls: { img: ['src'], image: ['xlink:href', 'href'], source: ['src'], video: ['src', 'poster'] },
    },
  },
  vite: {
    plugins: [
      solverChunks(),
      serverBuild(),
      {
        // Vite's own option leaves out the pages, which VitePress answers for.
        name: 'cross-origin-isolation',
        configureServer({ middlewares }) {
          middlewares.use((request, response, next) => {
            for (const [name, value] of Object.entries(isolationHeaders)) response.setHeader(name, value);
            const shared = sharedFiles.get((request.url ?? '').slice(base.length));
            if (shared) {
              response.setHeader('Content-Type', shared.type).end(shared.contents());
              return;
            }
            // The API's pages are files whose ending the links leave out.
            if (/^\/api\/[^?#]*\/$/.test(request.url ?? '')) request.url += 'index.html';
            else if (/^\/api\/[^?#.]+$/.test(request.url ?? '')) request.url += '.html';
            next();
          });
        },
      },
    ],
    worker: { format: 'es', plugins: () => [problemChunks()] },
    build: {
      target: 'es2022',
      // The search index, which is loaded when somebody searches, is the one large file.
      chunkSizeWarningLimit: 2000,
      rollupOptions: {
        onwarn(warning, warn) {
          // Zod mentions annotations in its comments, which Rollup takes for misplaced ones.
          if (warning.code !== 'INVALID_ANNOTATION') warn(warning);
        },
      },
    },
    // Vite 5's esbuild does not know the target of the packages' own tsconfigs; a string keeps it from reading them.
    esbuild: { tsconfigRaw: JSON.stringify({ compilerOptions: { target: 'ES2022', verbatimModuleSyntax: true } }) },
  },
});
