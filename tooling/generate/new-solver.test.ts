// The generator, on a copy of a package: what it writes type-checks, passes the linter and is registered.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSolver, type NewSolver, register } from './new-solver.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = join(import.meta.dirname, '.copy');

const mine: NewSolver = { packageName: 'ot', name: 'my-solver', problem: 'ot/transport', role: 'baseline' };

afterAll(() => rmSync(copy, { recursive: true, force: true }));
beforeAll(() => {
  rmSync(copy, { recursive: true, force: true });
  for (const name of ['core', 'ot']) {
    const [from, to] = [join(root, 'packages', name), join(copy, 'packages', name)];
    mkdirSync(to, { recursive: true });
    for (const entry of readdirSync(from)) {
      if (entry === 'src' || entry === 'docs')
        cpSync(join(from, entry), join(to, entry), { recursive: true });
      else symlinkSync(join(from, entry), join(to, entry));
    }
  }
  mkdirSync(join(copy, 'packages/mine/src'), { recursive: true });
  symlinkSync(join(root, 'packages/ot/node_modules'), join(copy, 'packages/mine/node_modules'));
  writeFileSync(
    join(copy, 'packages/mine/src/plugin.ts'),
    "import type { Plugin } from '@infimum/core';\n\n/** Mine. */\nexport const plugin: Plugin = { name: '@infimum/mine', solvers: [] };\n",
  );
});

/** Runs a tool of the repository; gives its output when it fails. */
function failureOf(tool: string, ...options: string[]): string {
  try {
    execFileSync(join(root, 'node_modules/.bin', tool), options, {
      cwd: copy,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return '';
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}

describe('createSolver', () => {
  let files: string[] = [];
  beforeAll(() => {
    files = createSolver(copy, mine);
  });

  it('writes the algorithm, its test, its page and the entry in plugin.ts', () => {
    expect(files).toEqual([
      'packages/ot/src/my-solver.ts',
      'packages/ot/src/my-solver.test.ts',
      'packages/ot/docs/my-solver.md',
      'packages/ot/src/plugin.ts',
    ]);
    expect(readFileSync(join(copy, 'packages/ot/src/plugin.ts'), 'utf8')).toMatch(
      /solvers: \[[^\]]*\bmySolverSolver,?\s*\]/,
    );
  });

  it('passes type checker and linter after formatting', () => {
    const written = files.filter((path) => path.endsWith('.ts')).map((path) => join(copy, path));
    const biome = ['--config-path', root, '--vcs-enabled=false'];
    expect(failureOf('biome', 'check', '--write', ...biome, ...written)).toBe('');
    const config = {
      extends: join(root, 'tooling/tsconfig/base.json'),
      compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
      files: written,
    };
    writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(config));
    expect(failureOf('tsc', '-p', join(copy, 'tsconfig.json'))).toBe('');
  }, 60_000);

  it('writes into the folder of a subject, and finds problems in such folders', () => {
    const inFolder: NewSolver = {
      ...mine,
      name: 'my-gromov',
      folder: 'gromov',
      problem: 'ot/gromov-wasserstein',
    };
    const written = createSolver(copy, inFolder);
    expect(written[0]).toBe('packages/ot/src/gromov/my-gromov.ts');
    const config = {
      extends: join(root, 'tooling/tsconfig/base.json'),
      compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
      files: written.filter((path) => path.endsWith('.ts')).map((path) => join(copy, path)),
    };
    writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(config));
    expect(failureOf('tsc', '-p', join(copy, 'tsconfig.json'))).toBe('');
  }, 60_000);

  it('starts a solver for the problem of another package', () => {
    const foreign: NewSolver = { packageName: 'mine', name: 'other', problem: 'ot/transport', role: 'paper' };
    const written = createSolver(copy, foreign)
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(copy, path));
    expect(readFileSync(join(copy, 'packages/mine/src/plugin.ts'), 'utf8')).toContain(
      "from '@infimum/ot/plugin'",
    );
    const config = {
      extends: join(root, 'tooling/tsconfig/base.json'),
      compilerOptions: {
        typeRoots: [join(root, 'node_modules/@types')],
        paths: { '@infimum/ot/plugin': [join(root, 'packages/ot/src/plugin.ts')] },
      },
      files: written,
    };
    writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(config));
    expect(failureOf('tsc', '-p', join(copy, 'tsconfig.json'))).toBe('');
  }, 60_000);

  it('overwrites nothing and refuses what it does not understand, before it writes', () => {
    expect(() => createSolver(copy, mine)).toThrow('packages/ot/src/my-solver.ts exists already');
    expect(() => createSolver(copy, { ...mine, name: 'My_Solver' })).toThrow(
      "'My_Solver' is not of the form my-solver",
    );
    expect(() => createSolver(copy, { ...mine, name: 'b', folder: '..' })).toThrow("'..' is not of the form");
    expect(() => createSolver(copy, { ...mine, name: 'b', packageName: 'none' })).toThrow(
      'there is no packages/none/src/plugin.ts',
    );
    expect(() => createSolver(copy, { ...mine, name: 'b', problem: 'ot/none' })).toThrow(
      "no package defines the problem 'ot/none'",
    );
    expect(() => createSolver(copy, { ...mine, name: 'b', role: 'classic' as never })).toThrow(
      "not 'classic'",
    );
    expect(existsSync(join(copy, 'packages/ot/src/b.ts'))).toBe(false);
  });
});

describe('register', () => {
  const place = { variable: 'transport', module: './transport.ts' };
  const solver: NewSolver = { ...mine, name: 'fast' };

  it('extends imports that are there and adds those that are not', () => {
    const text =
      "import type { Plugin } from '@infimum/core';\nimport { transport } from './transport.ts';\n\nexport const plugin: Plugin = { name: 'x', solvers: [a] };\n";
    const edited = register(text, solver, place);
    expect(edited).toContain("import { defineSolver } from '@infimum/core';");
    expect(edited).toContain("import { z } from 'zod';");
    expect(edited.match(/transport\.ts'/g)).toHaveLength(1);
    expect(edited).toContain('solvers: [a, fastSolver]');
    expect(edited.indexOf('const fastSolver')).toBeLessThan(edited.indexOf('export const plugin'));
  });

  it('copes with an empty list, a trailing comma, and a doc comment above the plug-in', () => {
    const entry = (list: string) => {
      const edited = register(
        `/** Mine. */\nexport const plugin = { name: 'x', solvers: ${list} };\n`,
        solver,
        place,
      );
      expect(edited).toMatch(/\}\);\n\n\/\*\* Mine\. \*\/\nexport const plugin/);
      return /solvers: (\[[\s\S]*?\])/.exec(edited)?.[1];
    };
    expect(entry('[]')).toBe('[fastSolver]');
    expect(entry('[\n  a,\n]')).toBe('[\n  a, fastSolver,\n]');
    expect(entry('[...others]')).toBe('[...others, fastSolver]');
  });

  it('says so when there is no list of solvers', () => {
    expect(() => register("export const plugin = { name: 'x' };", solver, place)).toThrow(
      'no list `solvers: [ … ]`',
    );
  });
});
