// Dependencies point one way only. First the check is shown to fail, then it is held against the repository.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PackageSources } from './architecture.ts';
import { breaches, roomsOfRepository, toolingNames } from './architecture.ts';
import type { Manifest } from './workspace.ts';
import { filesBelow, packagesIn, root } from './workspace.ts';

function room(folder: string, sources: Record<string, string>, manifest: Partial<Manifest> = {}): PackageSources {
  const name = folder === 'packages/infimum' ? 'infimum' : `@infimum/${folder.split('/').at(-1)}`;
  return { folder, manifest: { name, ...manifest }, sources: new Map(Object.entries(sources)) };
}

const core = room('packages/core', { 'src/index.ts': "export { run } from './run.ts';" });
const linalg = room(
  'packages/linalg',
  { 'src/index.ts': "import { run } from '@infimum/core';" },
  { dependencies: { '@infimum/core': 'workspace:^' } },
);
const datasets = room('packages/datasets', {});
const games = room('packages/games', {});

describe('the check', () => {
  const check = (...rooms: PackageSources[]) => breaches(rooms, ['@infimum/peers']);

  it('accepts imports from lower levels', () => {
    expect(check(core, linalg, datasets)).toEqual([]);
  });

  it('finds an import upwards', () => {
    const upwards = room('packages/core', { 'src/run.ts': "import { gemv } from '@infimum/linalg/kernels';" });
    expect(check(upwards, linalg)).toEqual([
      'packages/core/src/run.ts: imports @infimum/linalg/kernels, which is not below packages/core',
      'packages/core/src/run.ts: imports @infimum/linalg/kernels, which is not among its dependencies',
    ]);
  });

  it('finds an import sideways, also when it is dynamic or of a type', () => {
    const dependencies = { '@infimum/linalg': 'workspace:^' };
    for (const text of ["await import('@infimum/linalg');", "import type { A } from '@infimum/linalg';"]) {
      const sideways = room('packages/datasets', { 'src/index.ts': text }, { dependencies });
      expect(check(core, linalg, sideways)).toEqual([
        'packages/datasets/package.json: @infimum/linalg is not below packages/datasets',
        'packages/datasets/src/index.ts: imports @infimum/linalg, which is not below packages/datasets',
      ]);
    }
  });

  it('finds a dependency upwards that no source uses, also among the devDependencies', () => {
    const dreaming = room('packages/optim', {}, { devDependencies: { '@infimum/games': 'workspace:^' } });
    expect(check(dreaming, games)).toEqual(['packages/optim/package.json: @infimum/games is not below packages/optim']);
  });

  it('lets a domain package use one that stands before it, and not the reverse', () => {
    const down = room('packages/games', { 'src/a.ts': "import '@infimum/optim';" }, { dependencies: { '@infimum/optim': '' } });
    expect(check(room('packages/optim', {}), down)).toEqual([]);
  });

  it('finds a domain package that uses another which the table does not name for it', () => {
    const dependencies = { '@infimum/games': 'workspace:^' };
    const sideways = room('packages/graphs', { 'src/a.ts': "import '@infimum/games';" }, { dependencies });
    expect(check(games, sideways)).toEqual([
      'packages/graphs/package.json: @infimum/games is not below packages/graphs',
      'packages/graphs/src/a.ts: imports @infimum/games, which is not below packages/graphs',
    ]);
  });

  it('finds folders that import each other in a circle, and not because of their tests', () => {
    const sources = {
      'src/a/one.ts': "import '../b/two.ts';",
      'src/b/two.ts': "import type { C } from '../c/three.ts';",
      'src/c/three.ts': "import '../a/other.ts'; import '../d/four.ts';",
      'src/a/other.ts': '',
      'src/d/four.ts': "import './five.ts';",
      'src/d/five.ts': '',
      'src/d/five.test.ts': "import '../a/one.ts';",
    };
    expect(check(room('packages/linalg', sources))).toEqual(['packages/linalg/src: a, b, c import each other in a circle']);
    expect(check(room('packages/linalg', { ...sources, 'src/c/three.ts': '' }))).toEqual([]);
  });

  it('finds a file of the root in a circle with a folder, and not because entries import all', () => {
    const sources = {
      'src/index.ts': "export { f } from './a/one.ts';",
      'src/helper.ts': "import type { A } from './a/two.ts';",
      'src/a/one.ts': "import '../helper.ts';",
      'src/a/two.ts': '',
    };
    expect(check(room('packages/linalg', sources))).toEqual([
      'packages/linalg/src: a, helper.ts import each other in a circle',
    ]);
    expect(check(room('packages/linalg', { ...sources, 'src/helper.ts': '' }))).toEqual([]);
  });

  it('finds folders of a subject in a circle, and subjects whose folders are in none', () => {
    const nested = {
      'src/a/one.ts': "import './inner/two.ts';",
      'src/a/inner/two.ts': "import '../three.ts';",
      'src/a/three.ts': '',
    };
    expect(check(room('packages/linalg', nested))).toEqual(['packages/linalg/src: a, a/inner import each other in a circle']);
    const crossing = {
      'src/a/one.ts': "import '../b/two.ts';",
      'src/b/two.ts': '',
      'src/b/inner/three.ts': "import '../../a/inner/four.ts';",
      'src/a/inner/four.ts': '',
    };
    expect(check(room('packages/linalg', crossing))).toEqual(['packages/linalg/src: a, b import each other in a circle']);
  });

  it('finds files that import each other in a circle, also by their types', () => {
    const sources = {
      'src/a/one.ts': "import type { B } from './two.ts';",
      'src/a/two.ts': "import { a } from './one.ts';",
      'src/a/three.ts': "import { a } from './one.ts';",
    };
    expect(check(room('packages/linalg', sources))).toEqual([
      'packages/linalg/src: a/one.ts, a/two.ts import each other in a circle',
    ]);
  });

  it('finds a folder with more than 40 files, tests left out', () => {
    const files = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`src/a/f${i}.ts`, '']).concat([['src/a/f.test.ts', '']]));
    expect(check(room('packages/linalg', files(40)))).toEqual([]);
    expect(check(room('packages/linalg', files(41)))).toEqual(['packages/linalg/src/a has 41 files, not 40']);
  });

  it('finds a relative import that leaves the package', () => {
    const leaving = room('packages/linalg', { 'src/a.ts': "import { run } from '../../core/src/run.ts';" });
    expect(check(core, leaving)).toEqual(['packages/linalg/src/a.ts: imports ../../core/src/run.ts, which leaves the package']);
  });

  it("lets kernels share linalg's, and nothing else", () => {
    const kernel = (target: string) => room('packages/ot', { 'assembly/a.ts': `import { f } from '${target}';` });
    expect(check(kernel('../../linalg/assembly/exp'))).toEqual([]);
    expect(check(kernel('../../linalg/src/exp'))).toHaveLength(1);
    const plain = room('packages/ot', { 'src/a.ts': "import { f } from '../../linalg/assembly/exp.ts';" });
    expect(check(plain)).toHaveLength(1);
  });

  it('keeps tooling out of what is shipped', () => {
    const shipped = room('packages/ot', { 'src/a.ts': "import '@infimum/peers';" }, { dependencies: { '@infimum/peers': '' } });
    expect(check(shipped)).toEqual([
      'packages/ot/package.json: @infimum/peers is tooling and must be a devDependency',
      'packages/ot/src/a.ts: imports @infimum/peers, which is tooling',
    ]);
    const tested = room(
      'packages/ot',
      { 'src/a.test.ts': "import '@infimum/peers';" },
      { devDependencies: { '@infimum/peers': '' } },
    );
    expect(check(tested)).toEqual([]);
  });

  it('does not take comments for imports', () => {
    expect(
      check(linalg, room('packages/core', { 'src/a.ts': "// import '@infimum/linalg';\n/* import '@infimum/linalg' */" })),
    ).toEqual([]);
  });

  it('lets a checker import rigor, types and other checkers, and nothing else', () => {
    const rigor = room('packages/rigor', {});
    const sound = [
      "import { dot } from '@infimum/rigor';",
      "import type { Verdict } from '@infimum/core/certificate';",
      "import type { Plane } from './plane.ts';",
      "import { rowsOf } from './rows-checker.ts';",
    ];
    const learn = (lines: readonly string[]) =>
      room(
        'packages/learn',
        { 'src/plane-checker.ts': lines.join('\n') },
        { dependencies: { '@infimum/rigor': '', '@infimum/core': '' } },
      );
    expect(check(core, rigor, learn(sound))).toEqual([]);
    const unsound = [
      "import { check } from '@infimum/core/certificate';",
      "import { type Plane, fit } from './plane.ts';",
      "export * from './plane.ts';",
      "const later = import('@infimum/rigor');",
      "import './effects.ts';",
    ];
    for (const line of unsound) {
      const complaints = check(core, rigor, learn([...sound, line]));
      expect(complaints).toHaveLength(1);
      expect(complaints[0]).toContain('packages/learn/src/plane-checker.ts: imports');
    }
  });

  it('demands a place on the map for every package', () => {
    expect(check(room('packages/misc', {}))).toEqual(['packages/misc is not on the map: give it a line']);
  });
});

const testsIn = (folder: string) => filesBelow(join(root, folder), (path) => path.endsWith('.test.ts'));

describe('the repository', () => {
  it('keeps to the map', () => {
    const here = roomsOfRepository();
    expect(breaches(here, toolingNames())).toEqual([]);
    expect(here.length).toBeGreaterThan(3);
  });

  it('runs the tests of every package that has some', () => {
    const without = packagesIn('packages', 'apps', 'tooling', '.').filter(({ folder, manifest }) => {
      const inside = folder.startsWith('./') ? folder === './docs' : true;
      return inside && manifest.scripts?.['test'] === undefined && testsIn(folder).length > 0;
    });
    expect(without.map(({ folder }) => folder)).toEqual([]);
  });
});
