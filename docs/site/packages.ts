// Packages, in the form shown on the site: their problems and public names. New packages appear automatically.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageWords } from '../data/words.ts';
import type { GeneratedPage } from './markdown.ts';
import { escapeText, partsOf } from './markdown.ts';
import { registry, root, splitId } from './registry.ts';

/** A problem in a list. */
interface ListedProblem {
  readonly id: string;
  readonly title: string;
  readonly families: readonly string[];
  /** How many solvers it has. */
  readonly solvers: number;
}

/** A package in a list. */
export interface ListedPackage {
  /** Its folder: the first half of the ids. */
  readonly folder: string;
  /** The name under which it is installed. */
  readonly name: string;
  readonly description: string;
  readonly problems: readonly ListedProblem[];
}

/** A public name of a package. */
export interface ApiName {
  readonly name: string;
  /** `function`, `interface`, … */
  readonly kind: string;
  /** The entry from which it is imported. */
  readonly entry: string;
  /** The first sentence of its docstring. */
  readonly summary: string;
  /** Its API page. */
  readonly link: string;
}

/** The file in which the API script writes the names, from the repository's root. */
export const API_FILE = 'docs/.vitepress/cache/api-names.json';

/** All packages that can be installed: those with problems first, in the order of registration. */
export function listedPackages(): ListedPackage[] {
  const folders = [
    ...new Set([...registry.problems.map(({ id }) => splitId(id).pkg), ...readdirSync(path.join(root, 'packages'))]),
  ];
  return folders.flatMap((folder) => {
    const manifest = path.join(root, 'packages', folder, 'package.json');
    if (!existsSync(manifest)) return [];
    const {
      name,
      description = '',
      private: isPrivate,
    } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string; description?: string; private?: boolean };
    return isPrivate ? [] : [{ folder, name, description, problems: problemsIn(folder) }];
  });
}

function problemsIn(folder: string): ListedProblem[] {
  return registry.problems
    .filter(({ id }) => splitId(id).pkg === folder)
    .map(({ id, title, families }) => ({
      id,
      title,
      families: Object.values(families).map((family) => family.title),
      solvers: registry.solversOf(id).length,
    }));
}

/** The public names of all packages; none if the API was not written yet. */
function apiNames(): readonly ApiName[] {
  const file = path.join(root, API_FILE);
  read ??= existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ApiName[]) : [];
  return read;
}

/** The names, read once. */
let read: readonly ApiName[] | undefined;

/** The API page of a function: that of the first entry that exports it. */
export function apiLinkOf({ name, from }: { readonly name: string; readonly from: string }): string {
  return functionLink(from.split('/').slice(0, 2).join('/'), name) ?? `/api/${from}/functions/${name}`;
}

/** The same of a package's function, if it has one of that name. */
export function functionLink(pkg: string, name: string): string | undefined {
  return apiNames().find((api) => api.name === name && api.kind === 'function' && isOf(api, pkg))?.link;
}

const isOf = ({ entry }: ApiName, pkg: string): boolean => entry === pkg || entry.startsWith(`${pkg}/`);

/** Entries whose names are not sorted by subject. */
const BY_ENTRY = ['checkers', 'kernels', 'plugin', 'steps', 'testing'];

/** The page of a package: its README, then its functions by subject, then its types. */
export function packagePage({ folder, name, description, problems }: ListedPackage): GeneratedPage {
  const names = apiNames().filter((api) => isOf(api, name));
  const anchors = new Map(names.map((name) => [anchorOf(name), name]));
  const { sections } = partsOf(readFileSync(path.join(root, 'packages', folder, 'README.md'), 'utf8').replace(/^# .*\n/, ''));
  const subjects = subjectsOf(folder);
  const subjectOf = ({ name: own, entry }: ApiName) => {
    const last = entry.slice(name.length + 1);
    return BY_ENTRY.includes(last) ? `\`${entry}\`` : (subjects.get(own) ?? 'general').replaceAll('-', ' ');
  };
  const isType = ({ kind }: ApiName) => kind === 'interface' || kind === 'type alias';
  const listOf = (some: readonly ApiName[]) =>
    some.map((candidate) => nameLine(candidate, anchors.get(anchorOf(candidate)) === candidate)).join('\n');
  const groups = [
    ...Map.groupBy(
      names.filter((one) => !isType(one)),
      subjectOf,
    ),
  ].sort(([a], [b]) => Number(a.startsWith('`')) - Number(b.startsWith('`')) || a.localeCompare(b));
  const values = groups.map(([subject, some]) => `### ${subject[0].toUpperCase()}${subject.slice(1)}\n\n${listOf(some)}`);
  const entries = [...new Set(names.map(({ entry }) => entry))];
  const imported = entries.map((entry) => `[\`${entry}\`](/api/${entry}/)`).join(', ');
  return {
    title: name,
    words: packageWords[folder],
    lead: `<p class="summary">${escapeText(description)}</p>\n\n\`\`\`sh\nnpm install ${name}\n\`\`\`${guideTo(folder)}`,
    sections: [
      ...sections,
      ...(problems.length > 0 ? [{ heading: 'Problems', body: problems.map(problemLine).join('\n') }] : []),
      ...(values.length > 0
        ? [{ heading: 'Functions by subject', body: [`Entries and their exports: ${imported}.`, ...values].join('\n\n') }]
        : []),
      ...(names.some(isType) ? [{ heading: 'Types', body: listOf(names.filter(isType)) }] : []),
    ],
    found: [...anchors].map(([anchor, { name: title, summary }]) => ({ anchor, title, text: summary })),
  };
}

/** A line that leads to the guide of the field, where there is one. */
const guideTo = (folder: string): string =>
  existsSync(path.join(root, 'docs/guide/fields', `${folder}.md`))
    ? `\n\n[The field in one page](/guide/fields/${folder}): what decides the method, and what goes wrong.`
    : '';

/** The folder in which a package's names are declared: its subject. */
function subjectsOf(folder: string): ReadonlyMap<string, string> {
  const source = path.join(root, 'packages', folder, 'src');
  const subjects = new Map<string, string>();
  for (const file of globSync('*/*.ts', {
    cwd: source,
    exclude: ['**/*.test.ts', 'generated/**', 'fixtures/**', 'testing/**'],
  })) {
    const text = readFileSync(path.join(source, file), 'utf8');
    for (const [, name] of text.matchAll(/^export (?:async )?(?:function\*?|class|const) (\w+)/gm)) {
      subjects.set(name, path.dirname(file));
    }
  }
  return subjects;
}

const anchorOf = ({ name }: ApiName): string => `name-${name.toLowerCase()}`;

function problemLine({ id, title, families, solvers }: ListedProblem): string {
  const many = `${solvers} ${solvers === 1 ? 'solver' : 'solvers'}`;
  return `- [${title}](/problems/${id}): ${many}; instances: ${families.map(escapeText).join(', ')}`;
}

function nameLine(name: ApiName, hasAnchor: boolean): string {
  const anchor = hasAnchor ? `<span id="${anchorOf(name)}"></span>` : '';
  return `- ${anchor}[\`${name.name}\`](${name.link}), ${name.kind}. ${inMarkdown(name.summary)}`;
}

/** A docstring's sentence: links by their words, and nothing that HTML or Vue would read outside of code. */
function inMarkdown(summary: string): string {
  return summary
    .replace(/\{@link\w*\s+(?:[^}|]*\|\s*)?([^}]*)\}/g, '`$1`')
    .split('`')
    .map((part, k) => (k % 2 === 0 ? escapeText(part) : part))
    .join('`');
}
