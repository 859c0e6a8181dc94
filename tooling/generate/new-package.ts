// Starts a package for a new field: `pnpm new:package geometry "Convex hulls and what stands on them"`. It writes the folder and a line
// in every place that lists packages; what it writes passes the checks, and has one function that shows how the others are written.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Writes the package below `root`, gives the paths of what is new and of what was changed. */
export function createPackage(root: string, name: string, description: string): string[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw new Error(`'${name}' is not of the form my-field`);
  if (!/^[A-Z].{9,}[^.]$/.test(description))
    throw new Error('the description is a phrase of ten letters or more, without a full stop');
  if (existsSync(join(root, 'packages', name))) throw new Error(`packages/${name} exists already`);
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const files = new Map([...newFiles(name, description, read), ...listings(name, description, read)]);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...files.keys()];
}

/** Where the build leaves the package as one file for pages. */
const BROWSER_FILE = './dist/browser/index.js';

type Read = (path: string) => string;

/** The folder: the shape of its manifest and its configuration are those of the package of games. */
function newFiles(name: string, description: string, read: Read): [string, string][] {
  const home = `packages/${name}`;
  const model = JSON.parse(read('packages/games/package.json')) as Record<string, unknown>;
  const entry = (file: string) => ({ types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` });
  const { dependencies, devDependencies, scripts } = model as Record<string, Record<string, string>>;
  const kept = (all: Record<string, string>, names: readonly string[]) =>
    Object.fromEntries(names.map((one) => [one, all[one]] as const));
  const manifest = {
    name: `@infimum/${name}`,
    version: '0.0.0',
    description: `${description}.`,
    keywords: [name, 'algorithm', 'typescript'],
    homepage: `https://infimum.github.io/infimum/${home}`,
    repository: { ...(model['repository'] as object), directory: home },
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: model['engines'],
    files: ['dist'],
    jsdelivr: BROWSER_FILE,
    unpkg: BROWSER_FILE,
    exports: {
      '.': entry('index'),
      './plugin': entry('plugin'),
      './browser': BROWSER_FILE,
      './package.json': './package.json',
    },
    scripts: kept(scripts, ['build', 'typecheck', 'test', 'publishable']),
    dependencies: kept(dependencies, ['@infimum/core']),
    devDependencies: kept(devDependencies, ['@infimum/tsup-config', 'tsup', 'typescript', 'vitest']),
  };
  return [
    [`${home}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`],
    [`${home}/LICENSE`, read('LICENSE')],
    [`${home}/tsconfig.json`, read('packages/rigor/tsconfig.json')],
    [
      `${home}/tsup.config.ts`,
      read('packages/rigor/tsup.config.ts').replace("['src/index.ts']", "['src/index.ts', 'src/plugin.ts']"),
    ],
    [`${home}/README.md`, readme(name, description)],
    [`${home}/src/index.ts`, `// \`@infimum/${name}\`: what users call.\nexport { squareRoot } from './square-root.ts';\n`],
    [`${home}/src/plugin.ts`, plugin(name, description)],
    [`${home}/src/square-root.ts`, source(name)],
    [`${home}/src/square-root.test.ts`, TEST],
    [`.changeset/${name}.md`, `---\n"@infimum/${name}": minor\n---\n\nFirst release: ${description.toLowerCase()}.\n`],
  ];
}

/** The places that list packages, with the new one. */
function listings(name: string, description: string, read: Read): [string, string][] {
  const variable = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const withDependency = (path: string, range: string) => {
    const manifest = JSON.parse(read(path)) as { dependencies: Record<string, string> };
    manifest.dependencies[`@infimum/${name}`] = range;
    const sorted = Object.entries(manifest.dependencies).sort(([a], [b]) => (a < b ? -1 : 1));
    return `${JSON.stringify({ ...manifest, dependencies: Object.fromEntries(sorted) }, undefined, 2)}\n`;
  };
  const key = name === variable ? name : `'${name}'`;
  return [
    [
      'tooling/checks/architecture.ts',
      insertedIn(read('tooling/checks/architecture.ts'), /(const FIELDS[\s\S]*?)(\n\};)/, `\n  ${key}: [],`),
    ],
    ['packages/infimum/package.json', withDependency('packages/infimum/package.json', 'workspace:^')],
    ['docs/package.json', withDependency('docs/package.json', 'workspace:*')],
    [
      'packages/infimum/src/index.ts',
      insertedIn(
        insertedIn(
          read('packages/infimum/src/index.ts'),
          /([\s\S]*from '@infimum\/\w[\w-]*\/plugin';)(\n)/,
          `\nimport { plugin as ${variable} } from '@infimum/${name}/plugin';`,
        ),
        /(plugins: readonly Plugin\[\] = \[[\s\S]*?)(\n\];)/,
        `\n  ${variable},`,
      ),
    ],
    [
      'packages/infimum/README.md',
      insertedIn(
        insertedIn(
          read('packages/infimum/README.md'),
          /(\n\| `@infimum\/bandits-rl` [^\n]*)(\n)/,
          `\n| \`@infimum/${name}\` | ${description.toLowerCase()} |`,
        ),
        /(## Dependencies[\s\S]*?\n- `@infimum\/core`[^\n]*)(\n)/,
        `\n- \`@infimum/${name}\`: the plug-in for ${description.toLowerCase()}.`,
      ),
    ],
    [
      'README.md',
      insertedIn(
        read('README.md'),
        /(\n\| \[`@infimum\/bilevel`\][^\n]*)(\n)/,
        `\n| [\`@infimum/${name}\`](packages/${name}) | ${description.toLowerCase()} |`,
      ),
    ],
    ['docs/guide/architecture.md', insertedIn(read('docs/guide/architecture.md'), /(\nverify,)(\n)/, `\n${name},`)],
  ];
}

/**
 * A text with a line between two groups.
 *
 * @throws {Error} if the place is not there
 */
function insertedIn(text: string, place: RegExp, line: string): string {
  if (!place.test(text)) throw new Error(`the list that ${place} finds has changed: change the generator, too`);
  return text.replace(place, (_, before: string, after: string) => `${before}${line}${after}`);
}

const readme = (name: string, description: string): string => `# @infimum/${name}

${description}.

\`\`\`sh
npm install @infimum/${name}
\`\`\`

## Square roots

\`\`\`ts
import { squareRoot } from '@infimum/${name}';

console.log(squareRoot(2).toFixed(6)); // 1.414214
\`\`\`

## What it has

| for | functions |
| --- | --- |
| square roots | \`squareRoot\` |

## Dependencies

- \`@infimum/core\`: checks of arguments, problems, solvers, the plug-in.
`;

const plugin = (name: string, description: string): string => `// The entry for the registry: problems, solvers and claims.
import type { Plugin } from '@infimum/core';

/** ${description}. */
export const plugin: Plugin = { name: '@infimum/${name}', problems: [], solvers: [] };
`;

const source = (name: string): string => `// Square roots by Heron's method.
import { checkNumber } from '@infimum/core';

/**
 * The square root of a, by x ← (x + a/x)/2 from above until x does not fall any more. O(log log a) steps from a good start.
 *
 * @param a - at least 0
 * @returns the root, to the last digit or the one before
 * @throws {InvalidInputError} naming \`a\` if it is negative or no number
 *
 * @example
 * \`\`\`ts
 * import { squareRoot } from '@infimum/${name}';
 *
 * console.log(squareRoot(9)); // 3
 * \`\`\`
 */
export function squareRoot(a: number): number {
  checkNumber(a, 'a', { min: 0 });
  let x = Math.max(a, 1);
  for (;;) {
    const next = (x + a / x) / 2;
    if (!(next < x)) return x;
    x = next;
  }
}
`;

const TEST = `import { describe, expect, it } from 'vitest';
import { squareRoot } from './square-root.ts';

describe('squareRoot', () => {
  it.each([0, 1e-300, 0.25, 2, 9, 1e300])('of %d has that square, up to rounding', (a) => {
    expect(Math.abs(squareRoot(a) ** 2 - a)).toBeLessThanOrEqual(4 * Number.EPSILON * a);
  });

  it('refuses negative numbers by name', () => {
    expect(() => squareRoot(-1)).toThrow('a:');
  });
});
`;

if (import.meta.main) {
  try {
    const [name = '', description = ''] = process.argv.slice(2);
    const files = createPackage(fileURLToPath(new URL('../..', import.meta.url)), name, description);
    console.log(`${files.join('\n')}\n\nNow link it, format, and check it:`);
    console.log(
      `pnpm install && pnpm format && pnpm exec turbo run build typecheck test publishable --filter=@infimum/${name}`,
    );
  } catch (error) {
    console.error(`${(error as Error).message}\nusage: pnpm new:package NAME "What it is for"`);
    process.exitCode = 2;
  }
}
