// What counts as used: a package's entries are the sources behind its `exports`, its tests, kernels and benchmarks.
import { globSync } from 'node:fs';
import type { KnipConfig } from 'knip';
import { packagesIn } from './tooling/checks/workspace.ts';

// Kernels are compiled from `assembly/index.ts` and `assembly/NAME/index.ts`; tests, benchmarks and the demos' views are found by their place.
const FOUND_BY_PLACE = [
  'src/**/*.test.ts',
  'test/**/*.test.ts',
  // Executors find tasks by name.
  'test/tasks.ts',
  'assembly/{index,*/index}.ts',
  'bench/*.ts',
  'docs/*.view.ts',
];

const packages = packagesIn('packages').map(({ folder, manifest }) => {
  const sources = Object.keys(manifest.exports ?? {}).flatMap((key) =>
    key === '.' ? ['src/index.ts'] : [`src/${key.slice(2)}.ts`, `src/${key.slice(2)}/index.ts`],
  );
  const entry = [...sources, ...FOUND_BY_PLACE].filter((pattern) => globSync(pattern, { cwd: folder }).length > 0);
  return [folder, { entry, project: ['**/*.ts'] }] as const;
});

const config: KnipConfig = {
  workspaces: {
    '.': { entry: ['.ci/*.mjs'] },
    ...Object.fromEntries(packages),
    // The benchmark's tests hand these plug-ins to the command by path.
    'apps/bench': {
      entry: ['scripts/*.ts', 'src/**/*.test.ts', 'templates/*.ts', 'test/**/*.test.ts', 'test/fixtures/*.ts'],
      project: ['**/*.ts'],
    },
    // VitePress finds data loaders, page lists and the components that pages use by their place.
    docs: {
      entry: [
        '.vitepress/{config.ts,theme/index.ts}',
        '**/*.{data,paths}.ts',
        'components/*.vue',
        'scripts/*.ts',
        'tests/**/*.test.ts',
      ],
      project: ['**/*.{ts,vue}'],
    },
    // The server of npm's packages is started by its path.
    'tooling/peers': { entry: ['src/{index,**/*.test}.ts', 'npm/server.ts'], project: ['**/*.ts'] },
    // Attw is run by its path, because it is a program and no module.
    'tooling/checks': { ignoreDependencies: ['@arethetypeswrong/cli'] },
  },
  // A test makes its certificate with it, and is skipped where it is not.
  ignoreBinaries: ['openssl'],
  // AssemblyScript decorates functions, which is no TypeScript: uses of constants behind it are not seen.
  ignoreIssues: { 'packages/*/assembly/constants.ts': ['exports'] },
};

export default config;
