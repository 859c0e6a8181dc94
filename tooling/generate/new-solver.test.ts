// The generator, on a small package: what it writes passes types, linter and contract, but for the texts that a person
// has to write.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry } from '@infimum/core';
import { checkSolver } from '@infimum/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewSolver } from './new-solver.ts';
import { createSolver, listed } from './new-solver.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = join(import.meta.dirname, '.copy');

const PACKAGE: Readonly<Record<string, string>> = {
  'src/index.ts': "export { heronsMethod, type HeronsMethodOptions } from './newton/herons-method.ts';\n",
  'src/plugin.ts': `import type { Plugin } from '@infimum/core';
import { newtonSolvers } from './newton/solvers.ts';
import { roots } from './roots.ts';

export const plugin: Plugin = { name: '@infimum/demo', problems: [roots], solvers: newtonSolvers };
`,
  'src/roots.ts': `import { checkNumber, defineFamily, defineProblem } from '@infimum/core';

export const roots = defineProblem<{ a: number }, { root: number }, 'error'>({
  id: 'demo/roots',
  title: 'Square roots',
  statement: 'Find $x$ with $x^2 = a$.',
  families: {
    small: defineFamily({
      title: 'Small numbers',
      description: 'The number is the parameter.',
      real: false,
      params: { a: { type: 'number', min: 0, default: 2, description: 'The number' } },
      suites: { quick: [{}], full: [{}] },
      generate: ({ a }) => ({ a }),
    }),
  },
  metrics: {
    error: {
      title: 'Error',
      description: 'Deviation of the square.',
      unit: '',
      direction: 'minimize',
      compute: ({ a }, { root }) => Math.abs(root * root - a),
    },
  },
  primaryMetric: 'error',
  validate: ({ a }) => checkNumber(a, 'a', { min: 0 }),
  badInstances: () => [{ fault: 'negative', instance: { a: -1 }, argument: 'a' }],
});
`,
  'src/start.ts': `/** Where all methods start. */
export const heronsMethodStart = (a: number): number => a + 1;
`,
  'src/newton/solvers.ts': `// The solvers of roots by tangents.
import { heronsMethodSolver } from './herons-method.ts';

/** All of them. */
export const newtonSolvers = [heronsMethodSolver];
`,
  'src/newton/herons-method.ts': `// Heron's method.
//
// Heron: Metrica (60).
import {
  converged,
  defineSolver,
  type Iterate,
  type OptionSpecs,
  type OptionsOf,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
} from '@infimum/core';
import { roots } from '../roots.ts';
import { heronsMethodStart } from '../start.ts';

/** Options of \`heronsMethod\`. */
export const heronsMethodOptions = {
  tolerance: { type: 'number', min: 0, default: 1e-12, description: 'Error at which to stop' },
} as const satisfies OptionSpecs;

/** What callers give. */
export type HeronsMethodOptions = OptionsOf<typeof heronsMethodOptions>;

/** The square root of a number. */
export function heronsMethod(a: number, options: HeronsMethodOptions & RunOptions = {}) {
  return run(heronsMethodSteps({ a }, options), runOptionsOf(heronsMethodOptions, options));
}

function* heronsMethodSteps(
  { a }: { a: number },
  options: HeronsMethodOptions = {},
): Steps<{ root: number }, Iterate<{ root: number }>> {
  const { tolerance } = resolveOptions(heronsMethodOptions, options);
  let root = heronsMethodStart(a);
  for (let iteration = 0; ; iteration++) {
    const found = root;
    yield { iteration, solution: () => ({ root: found }) };
    if (Math.abs(root * root - a) <= tolerance * a) return converged({ root }, 'the error is small');
    root = (root + a / root) / 2;
  }
}

/** As registered. */
export const heronsMethodSolver = /* @__PURE__ */ defineSolver({
  id: 'demo/herons-method',
  title: 'Heron',
  summary: 'Halves the sum of a guess and its counterpart.',
  problem: roots,
  role: 'baseline',
  paper: { title: 'Metrica', year: 60 },
  cost: 'O(1) \\\\text{ an iteration}',
  options: heronsMethodOptions,
  steps: (instance, options) => heronsMethodSteps(instance, options),
});
`,
};

const mine: NewSolver = { packageName: 'demo', folder: 'newton', name: 'my-solver', problem: 'demo/roots', role: 'paper' };

const home = join(copy, 'packages/demo');
const read = (path: string) => readFileSync(join(home, path), 'utf8');

afterAll(() => rmSync(copy, { recursive: true, force: true }));
beforeAll(() => {
  rmSync(copy, { recursive: true, force: true });
  for (const [path, text] of Object.entries(PACKAGE)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  symlinkSync(join(import.meta.dirname, 'node_modules'), join(home, 'node_modules'));
});

/** Runs a tool of the repository; gives its output when it fails. */
function failureOf(tool: string, ...options: string[]): string {
  try {
    execFileSync(join(root, 'node_modules/.bin', tool), options, { cwd: copy, encoding: 'utf8', stdio: 'pipe' });
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

  it('writes the algorithm, its test and its page, lists it and exports it', () => {
    expect(files.map((path) => path.replace('packages/demo/', ''))).toEqual([
      'src/newton/my-solver.ts',
      'src/newton/my-solver.test.ts',
      'docs/my-solver.md',
      'src/newton/solvers.ts',
      'src/index.ts',
    ]);
    expect(read('src/newton/solvers.ts')).toContain('[heronsMethodSolver, mySolverSolver]');
    expect(read('src/index.ts')).toContain("export { mySolver, type MySolverOptions } from './newton/my-solver.ts';");
    // What is imported keeps its name.
    const text = read('src/newton/my-solver.ts');
    expect(text).toContain("import { heronsMethodStart } from '../start.ts';");
    expect(text.replaceAll('heronsMethodStart', '')).not.toMatch(/heron/i);
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

  it('keeps the contract, but for the texts', async () => {
    const { plugin } = await import(join(home, 'src/plugin.ts'));
    const solver = createRegistry(plugin).solver('demo/my-solver');
    expect(solver.role).toBe('paper');
    const error = await checkSolver(solver as Parameters<typeof checkSolver>[0]).catch((thrown) => thrown);
    expect([...error.failures.keys()]).toEqual(['has a title, a summary, a paper and a cost of its own']);
  });

  it('overwrites nothing and refuses what it does not understand, before it writes', () => {
    const attempt = (changes: object) => () => createSolver(copy, { ...mine, name: 'b', ...changes } as NewSolver);
    expect(attempt({ name: 'my-solver' })).toThrow('packages/demo/src/newton/my-solver.ts exists already');
    expect(attempt({ name: 'My_Solver' })).toThrow("'My_Solver' is not of the form my-solver");
    expect(attempt({ folder: '..' })).toThrow("'..' is not of the form");
    expect(attempt({ packageName: 'none' })).toThrow('there is no packages/none/src');
    expect(attempt({ problem: 'demo/none' })).toThrow("demo does not define the problem 'demo/none'");
    expect(attempt({ like: 'demo/none' })).toThrow('there is: demo/herons-method');
    expect(attempt({ role: 'classic' })).toThrow("not 'classic'");
    expect(attempt({ folder: 'elsewhere' })).toThrow('no src/elsewhere/solvers.ts');
    expect(existsSync(join(home, 'src/newton/b.ts'))).toBe(false);
  });
});

describe('listed', () => {
  it('copes with an empty list, a trailing comma and a list of lists', () => {
    const entry = (list: string) => /= (\[[\s\S]*?\])/.exec(listed(`export const mySolvers = ${list};\n`, 'fast'))?.[1];
    expect(entry('[]')).toBe('[fastSolver]');
    expect(entry('[\n  a,\n]')).toBe('[\n  a, fastSolver,\n]');
    expect(entry('[...others] as const')).toBe('[...others, fastSolver]');
  });

  it('says so when there is no list of solvers', () => {
    expect(() => listed('export const plugin = 1;', 'fast')).toThrow('no list `…Solvers = [ … ]`');
  });
});
