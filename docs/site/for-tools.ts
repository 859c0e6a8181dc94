// The site for programs that read: `llms.txt` with a line a page, and each page as one Markdown file beside its HTML.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { choiceMap } from './choosing.ts';
import { pageMarkdown } from './markdown.ts';
import { listedPackages } from './packages.ts';
import { generatedPages } from './pages.ts';
import { registry, root } from './registry.ts';

/** The address of the site; links in `llms.txt` are absolute. */
const { homepage } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { homepage: string };

/** Parts of pages for browsers only: charts, whose figures are in tables too, scripts, and elements around text. */
const ELEMENTS =
  /<p class="chart-title">.*<\/p>|<ul class="ranked">.*<\/ul>|<(script|style)\b[\s\S]*?<\/\1>|<\/?[A-Za-z][\w-]*(\s[^<>]*)?\/?>|<!--[\s\S]*?-->/g;

/** Markdown without elements and anchors, its code left alone; links lead to Markdown where there is some. */
function readable(markdown: string, paths: ReadonlySet<string>): string {
  const text = markdown
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .split(/(^```[\s\S]*?^```|`[^`\n]*`)/m)
    .map((part, k) => (k % 2 === 1 ? part : part.replace(ELEMENTS, '').replace(/ \{[#:][^}]*\}/g, '')))
    .join('')
    .replace(/\]\((\/[^)#\s]*)(#[^)\s]*)?\)/g, (link, target: string) => {
      const page = target.replace(/^\/|\/$/g, '');
      return paths.has(page) ? `](/${page}.md)` : link;
    });
  return `${text.replace(/\n{3,}/g, '\n\n').trim()}\n`;
}

/** The pages written by hand, by path, without those that consist of components only. */
function writtenPages(): Map<string, string> {
  const docs = path.join(root, 'docs');
  const files = globSync(['guide/**/*.md', 'gallery/*.md'], { cwd: docs }).sort();
  return new Map(files.map((file) => [file.replace(/(\/index)?\.md$/, ''), readFileSync(path.join(docs, file), 'utf8')]));
}

/** ‘Choosing’ with all answers and their programs. */
function choosing(): string {
  const branches = choiceMap().map(({ have, choices }) => {
    const answers = choices.map(
      ({ say, use, api, install, why, code, problem, measured }) =>
        `### ${say}\n\nUse [\`${use}\`](${api}): \`npm install ${install}\`. ${why}\n\n\`\`\`ts\n${code}\n\`\`\`\n\n[All solvers](/problems/${problem}). ${measured}`,
    );
    return [`## I have: ${have}`, ...answers].join('\n\n');
  });
  return ['# Choosing a solver', ...branches].join('\n\n');
}

/** Files by path from the site's root, `llms.txt` among them. */
export function filesForTools(): ReadonlyMap<string, string> {
  const pages = new Map([
    ...writtenPages(),
    ...[...generatedPages()].map(([name, page]) => [name, pageMarkdown(page)] as const),
    ['guide/choosing', choosing()] as const,
  ]);
  const paths = new Set(pages.keys());
  const files = [...pages].map(([name, text]) => [`${name}.md`, readable(text, paths)] as const);
  return new Map([...files, ['llms.txt', index(new Map(files))]]);
}

/** https://llmstxt.org: a description, and links with a sentence each. */
function index(files: ReadonlyMap<string, string>): string {
  const line = (file: string, note?: string) => {
    const text = files.get(file) ?? '';
    const [, title = file] = /^# (.*)$/m.exec(text) ?? [];
    return `- [${title.replaceAll('`', '')}](${homepage}/${file})${note ? `: ${note}` : ''}`;
  };
  const below = (prefix: string) => [...files.keys()].filter((file) => file.startsWith(prefix)).map((file) => line(file));
  return `# Infimum

> Optimisation and numerical algorithms for TypeScript, as small packages that run in Node and in browsers: optimal transport, smooth, constrained and black-box optimisation, linear algebra, learning, games, bandits and control, strings, graphs, certificates.

A solver is a function: data first, options last; plain lists, nested rows and typed arrays go in, typed arrays come out, with a \`status\` and a \`reason\`. Options have the same names in all packages (\`tolerance\`, \`maxIterations\`, \`maxSeconds\`, \`seed\`, \`signal\`, \`onIteration\`). Bad input throws \`InvalidInputError\`. Each page of the site is also available as Markdown at its address plus \`.md\`.

## Start here

${line('guide/choosing.md', 'from what you have and what you want to know to one function, with a complete program')}
${line('guide.md', 'installation, conventions of all functions, statuses, errors')}
${line('guide/not-here.md', 'subjects that are not included, and alternatives')}

## Packages

${listedPackages()
  .map(({ folder, description }) => line(`packages/${folder}.md`, description))
  .join('\n')}

## Guide

${below('guide/')
  .filter((entry) => !/choosing\.md|not-here\.md/.test(entry))
  .join('\n')}

## Problems

${registry.problems.map(({ id }) => line(`problems/${id}.md`)).join('\n')}

## Solvers

${registry.solvers.map(({ id, summary }) => line(`solvers/${id}.md`, summary)).join('\n')}

## Optional

${below('gallery/').join('\n')}
`;
}
