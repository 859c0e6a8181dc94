// All tests: from the root those of the workspace, a project a package; in a package's folder its own, with a report
// in JSON beside them. `*.full.test.ts`, long statistics and big sizes, run if INFIMUM_FULL is set.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { packagesIn } from './tooling/checks/workspace.ts';

const root = dirname(fileURLToPath(import.meta.url));
const inPackage = process.cwd() !== root;
const left = process.env['INFIMUM_FULL'] ? [] : ['**/*.full.test.ts'];
const tested = packagesIn('packages', 'apps', '.', 'tooling');

/** What is run before the tests of a package. */
function setupFilesOf(folder: string): string[] {
  const dependencies = tested.find((one) => join(root, one.folder) === folder)?.manifest.devDependencies;
  return dependencies?.['fast-check'] ? [join(root, 'tooling/checks/drawn-cases.ts')] : [];
}

/** Packages whose tests keep to themselves what they change, so that files may share a process: it starts and compiles once. */
const SHARING = new Set(
  [
    'autodiff',
    'bandits-rl',
    'bench',
    'bilevel',
    'blackbox',
    'checks',
    'core',
    'distributed',
    'docs',
    'fuzz',
    'games',
    'graphs',
    'learn',
    'linalg',
    'optim',
    'ot',
    'peers',
    'rigor',
    'strings',
    'verify',
  ].map((name) => `@infimum/${name}`),
);

/** What differs between the packages. */
function settingsOf(folder: string) {
  const name = tested.find((one) => join(root, one.folder) === folder)?.manifest.name ?? '';
  return { setupFiles: setupFilesOf(folder), isolate: !SHARING.has(name) };
}

export default defineConfig({
  test: {
    // Tests in Chromium have a configuration of their own.
    exclude: ['**/node_modules/**', '**/dist/**', '**/browser/**', ...left],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The tests of two packages run side by side.
    maxWorkers: '50%',
    reporters: inPackage ? ['default', ['json', { outputFile: join(process.cwd(), '.test/report.json') }]] : ['default'],
    ...(inPackage
      ? settingsOf(process.cwd())
      : {
          projects: tested
            .filter(({ manifest }) => manifest.scripts?.['test'] !== undefined)
            .map(({ folder, manifest }) => ({
              extends: true as const,
              root: join(root, folder),
              test: { name: manifest.name, ...settingsOf(join(root, folder)) },
            })),
        }),
  },
});
