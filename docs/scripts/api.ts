// Writes the API reference: TypeDoc over every entry of every public package, as plain pages that share one navigation
// and one search; and the list of names that the site's own search and its pages of packages show.
//
// Fails when a public symbol has no comment or a link leads nowhere.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Context, DeclarationReflection, ProjectReflection, Reflection } from 'typedoc';
import { Application, Comment, Converter, KindRouter, PageEvent, ReflectionKind } from 'typedoc';
import type { ApiName } from '../site/packages.ts';
import { API_FILE } from '../site/packages.ts';
import { root } from '../site/registry.ts';

/** A module of the API: the import name, and its source. */
interface Entry {
  readonly specifier: string;
  readonly source: string;
}

const docs = path.join(root, 'docs');
const output = path.join(docs, 'public/api');
const base = process.env['DOCS_BASE'] ?? '/';
const tsconfig = path.join(docs, '.vitepress/cache/api.tsconfig.json');

/** The frame of a page: the bar above it, with the lines that set its colours, and the links beside it. */
const FRAME = [
  /<script>document\.documentElement\.dataset\.theme[\s\S]*?<\/header>/,
  /<nav id="tsd-sidebar-links"[\s\S]*?<\/nav>/,
];

/** The frame's parts, for pages at the root. */
const frame: string[] = [];

/** Paths of pages follow their names: `@infimum/ot/functions/sinkhorn`. */
class EntryRouter extends KindRouter {
  protected override getIdealBaseName(reflection: Reflection): string {
    if (reflection.kindOf(ReflectionKind.Module)) return `${reflection.name}/index`;
    let module = reflection;
    while (module.parent && !module.kindOf(ReflectionKind.Module)) module = module.parent;
    const folder = this.directories.get(reflection.kind) ?? 'more';
    return `${module.name}/${folder}/${this.getUrlSafeName(reflection.name)}`;
  }
}

const entries = publicEntries();
writeTsconfig(entries);
await writeApi(entries);

/** The entries of all public packages, as their `exports` name them. */
function publicEntries(): Entry[] {
  const packages = path.join(root, 'packages');
  const all = readdirSync(packages).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(path.join(packages, folder, 'package.json'), 'utf8')) as {
      name: string;
      private?: boolean;
      exports: Record<string, string | { default: string }>;
    };
    if (manifest.private) return [];
    return Object.entries(manifest.exports).flatMap(([key, target]) => {
      if (typeof target === 'string') return [];
      const source = target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
      return [{ specifier: manifest.name + key.slice(1), source: path.join(packages, folder, source) }];
    });
  });
  // The package checks verify the targets of entries.
  return all.filter(({ source }) => existsSync(source));
}

/** A program in which packages import each other's sources, so that links lead from one to the other. */
function writeTsconfig(all: readonly Entry[]): void {
  const paths = Object.fromEntries(all.map(({ specifier, source }) => [specifier, [source]]));
  const config = {
    extends: path.join(root, 'tooling/tsconfig/base.json'),
    compilerOptions: { paths, typeRoots: [path.join(root, 'node_modules/@types')] },
    files: all.map(({ source }) => source),
  };
  rmSync(output, { recursive: true, force: true });
  mkdirSync(path.dirname(tsconfig), { recursive: true });
  writeFileSync(tsconfig, JSON.stringify(config));
}

async function writeApi(all: readonly Entry[]): Promise<void> {
  const app = await Application.bootstrap({
    tsconfig,
    entryPoints: all.map(({ source }) => source),
    entryPointStrategy: 'resolve',
    // `pnpm typecheck` has that task.
    skipErrorChecking: true,
    name: 'Infimum API',
    out: output,
    readme: 'none',
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    sort: ['kind', 'alphabetical'],
    requiredToBeDocumented: ['Class', 'Function', 'Interface', 'TypeAlias', 'Variable', 'Enum'],
    validation: { notDocumented: true, notExported: false, invalidLink: true },
    treatValidationWarningsAsErrors: true,
    logLevel: 'Warn',
    customCss: path.join(docs, 'scripts/api.css'),
    favicon: path.join(docs, 'public/mark.svg'),
    titleLink: `${base}api/`,
    navigationLinks: Object.fromEntries(
      ['Guide', 'Problems', 'Solvers', 'Packages'].map((name) => [name, `${base}${name.toLowerCase()}/`]),
    ),
    navigation: { includeGroups: true },
    hideGenerator: true,
    includeHierarchySummary: false,
    visibilityFilters: {},
    lightHighlightTheme: 'github-light-high-contrast',
    darkHighlightTheme: 'github-dark-high-contrast',
    highlightLanguages: ['ts', 'js', 'sh', 'json', 'text'],
    githubPages: false,
  });
  app.renderer.defineRouter('entry', EntryRouter);
  app.options.setValue('router', 'entry');
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => nameModules(context, all));
  const urls = new Map<object, string>();
  app.renderer.on(PageEvent.BEGIN, ({ model, url }) => urls.set(model, url));
  // A collapsible heading must not contain a link: a screen reader could reach neither.
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = withoutFrame(lighter(page.contents ?? '')).replace(/<summary\b[\s\S]*?<\/summary>/g, (summary) =>
      summary.replace(/<a\b[^>]*class="tsd-anchor-icon"[\s\S]*?<\/a>/g, ''),
    );
  });
  const project = await app.convert();
  if (!project) fail();
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) fail();
  unmarkPlainCode();
  writeFrame();
  writeNames(project, urls);
}

/**
 * A page without the parts that two thousand pages repeat: pictures of anchors, which the style sheet draws, and of kinds, which headings
 * say in words; a switch of colours of its own, since the site's holds here too; the long name of every colon's style, colours of blanks,
 * and metadata without content.
 */
function lighter(html: string): string {
  return html
    .replace(/(class="tsd-anchor-icon">)<svg\b[\s\S]*?<\/svg>/g, '$1')
    .replace(/<svg class="tsd-kind-icon"[\s\S]*?<\/svg>/g, '')
    .replace(/<meta (http-equiv="x-ua-compatible"|name="description")[^>]*>/g, '')
    .replace(/<span class="hl-\d+">(\s*)<\/span>/g, '$1')
    .replace(/<span class="tsd-signature-symbol">([^<]*)<\/span>/g, '<i>$1</i>')
    .replace(/<span class="tsd-signature-type">([^<]*)<\/span>/g, '<em>$1</em>')
    .replace(/<div class="tsd-navigation settings">[\s\S]*?<\/details><\/div>/, '')
    .replace(
      'localStorage.getItem("tsd-theme") || "os"',
      '/dark|light/.exec(localStorage.getItem("vitepress-theme-appearance"))?.[0] ?? "os"',
    );
}

/** A page whose frame is written by the shared script. */
function withoutFrame(html: string): string {
  const [, way = ''] = /data-base="(?:\.\/)?([^"]*)"/.exec(html) ?? [];
  return FRAME.reduce(
    (left, part, k) =>
      left.replace(part, (own) => {
        const atRoot = own.replaceAll(`href="${way}assets/`, 'href="assets/');
        frame[k] ??= atRoot;
        if (frame[k] !== atRoot) throw new Error(`the frame of a page differs from that of others:\n${own}`);
        return k === 0 ? `<script src="${way}assets/frame.js"></script>` : `<script>frame(${k})</script>`;
      }),
    html,
  );
}

/** The script that writes the frame. */
function writeFrame(): void {
  if (frame.length !== FRAME.length) throw new Error('pages have no frame that is known here');
  const [, lines, bar] = /^<script>([\s\S]*?)<\/script>([\s\S]*)$/.exec(frame[0]) ?? [];
  const parts = [bar, ...frame.slice(1)];
  const script = `const frames = ${JSON.stringify(parts)};
function frame(k) {
  const way = document.documentElement.dataset.base;
  document.currentScript.outerHTML = frames[k].replaceAll('href="assets/', 'href="' + way + 'assets/');
}
${lines}
frame(0);
`;
  writeFileSync(path.join(output, 'assets/frame.js'), script);
}

/** Takes the marks off code that has the colour of plain text, and gives all code that colour. */
function unmarkPlainCode(): void {
  const colors = readFileSync(path.join(output, 'assets/highlight.css'), 'utf8');
  const [, plain] = /--light-hl-(\d+): #0E1116;/.exec(colors) ?? [];
  if (plain === undefined) throw new Error('highlight.css names no colour of plain text; see what the theme calls it');
  const style = path.join(output, 'assets/custom.css');
  writeFileSync(style, `${readFileSync(style, 'utf8')}\npre > code { color: var(--hl-${plain}); }\n`);
  const mark = new RegExp(`<span class="hl-${plain}">([^<]*)</span>`, 'g');
  for (const file of readdirSync(output, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.html')) continue;
    const page = path.join(output, file);
    writeFileSync(page, readFileSync(page, 'utf8').replace(mark, '$1'));
  }
}

/** Modules are named by their import paths. */
function nameModules(context: Context, all: readonly Entry[]): void {
  for (const module of context.project.children ?? []) {
    const file = context.getSymbolFromReflection(module)?.declarations?.[0].getSourceFile().fileName;
    module.name = all.find(({ source }) => source === file)?.specifier ?? module.name;
  }
}

/** The public names with a line each, for the search. */
function writeNames({ children = [] }: ProjectReflection, urls: ReadonlyMap<object, string>): void {
  const names = children.flatMap((module) =>
    (module.children ?? [])
      // A name that another entry defines is listed there.
      .filter(({ kind }) => kind !== ReflectionKind.Reference)
      .map(
        (child): ApiName => ({
          name: child.name,
          kind: ReflectionKind.singularString(child.kind).toLowerCase(),
          entry: module.name,
          summary: firstSentence(child),
          link: `/api/${urls.get(child)?.replace(/\.html$/, '')}`,
        }),
      ),
  );
  mkdirSync(path.dirname(path.join(root, API_FILE)), { recursive: true });
  writeFileSync(path.join(root, API_FILE), JSON.stringify(names));
}

function firstSentence({ comment, signatures }: DeclarationReflection): string {
  const parts = (comment ?? signatures?.[0]?.comment)?.summary ?? [];
  const text = Comment.combineDisplayParts(parts).replace(/\s+/g, ' ');
  return /^.*?[.:](?=\s|$)/.exec(text)?.[0] ?? text;
}

function fail(): never {
  console.error('the API reference is incomplete; see the messages above');
  process.exit(1);
}
