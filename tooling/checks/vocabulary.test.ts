// One concept has one name in all packages. Each kind of departure is shown to be found, then none may be left.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PublicApi, PublicFunction, RecordedOption } from './public-api.ts';
import { readApis } from './public-api.ts';
import type { Vocabulary } from './vocabulary.ts';
import { isBritish, libraryApis, vocabulary, vocabularyFaults } from './vocabulary.ts';
import { makeConsumer } from './workspace.ts';

const made: Vocabulary = {
  shared: {
    stepSize: { type: 'number|value', means: 'Length of a step' },
    seed: { type: 'integer', means: 'Seed of everything random' },
  },
  retired: {
    everywhere: { lr: 'stepSize' },
    options: { bilevel: { eta: 'stepSize', alpha: { successor: 'trackerWeight', of: ['bsvrb'] } } },
    results: { bilevel: { calls: 'evaluations' } },
    parameters: { bilevel: { x0: 'initial' } },
    names: { bilevel: { bilevelMinimize: 'minimizeBilevel' } },
  },
};

function api(name: string, parts: Partial<PublicApi>): PublicApi {
  const nothing = { records: [], functions: [], optionTypes: [], names: [], root: [], exportedRecords: [], files: [] };
  return { name, ...nothing, ...parts };
}

const record = (name: string, options: Readonly<Record<string, string>>, choices: readonly string[] = []) => ({
  name,
  options: new Map(
    Object.entries(options).map(([option, type]): [string, RecordedOption] => [
      option,
      { fields: { type, description: 'Text' }, choices },
    ]),
  ),
});

const functionOf = (name: string, parts: Partial<PublicFunction>): PublicFunction => ({
  name,
  parameters: [],
  options: [],
  results: new Map(),
  ...parts,
});

const faultsOf = (...packages: PublicApi[]) => vocabularyFaults(packages, made);

/** A package with one function. */
const withFunction = (name: string, parts: Partial<PublicFunction>) => api('bilevel', { functions: [functionOf(name, parts)] });

describe('the check', () => {
  it('takes what keeps to the vocabulary', () => {
    const results = new Map([
      ['status', ['converged', 'stalled']],
      ['evaluations', []],
    ]);
    const parts = {
      records: [record('fOptions', { stepSize: 'number', seed: 'integer', own: 'number' })],
      functions: [functionOf('f', { parameters: ['problem', 'initial', 'options'], options: ['stepSize'], results })],
      optionTypes: [{ name: 'FOptions', specifier: '@infimum/bilevel', arity: 0, options: [], records: [] }],
      names: ['f', 'FOptions'],
      root: ['f', 'FOptions', 'Steps'],
      files: ['regularization'],
    };
    expect(faultsOf(api('bilevel', parts), api('optim', { records: [record('g', { seed: 'integer' })] }))).toEqual([]);
  });

  it('finds a retired option, in functions and in records', () => {
    expect(faultsOf(withFunction('f', { options: ['eta', 'lr'] }))).toEqual([
      "bilevel: option 'eta' is called stepSize (f)",
      "bilevel: option 'lr' is called stepSize (f)",
    ]);
    const records = [record('fOptions', { eta: 'number', lr: 'number' })];
    expect(faultsOf(api('bilevel', { records }))).toEqual([
      "bilevel: option 'eta' is called stepSize (fOptions)",
      "bilevel: option 'lr' is called stepSize (fOptions)",
    ]);
    expect(faultsOf(api('optim', { functions: [functionOf('f', { options: ['eta'] })] }))).toEqual([]);
  });

  it('finds an option that is retired in some functions, there and in their steps', () => {
    expect(faultsOf(withFunction('bsvrb', { options: ['alpha'] }))).toHaveLength(1);
    expect(faultsOf(withFunction('bsvrbSteps', { options: ['alpha'] }))).toHaveLength(1);
    expect(faultsOf(withFunction('other', { options: ['alpha'] }))).toEqual([]);
  });

  it('finds a retired result, parameter and name', () => {
    expect(faultsOf(withFunction('f', { results: new Map([['calls', []]]) }))).toEqual([
      "bilevel: result 'calls' is called evaluations (f)",
    ]);
    expect(faultsOf(withFunction('f', { parameters: ['x0'] }))).toEqual(["bilevel: parameter 'x0' is called initial (f)"]);
    expect(faultsOf(api('bilevel', { names: ['bilevelMinimize'] }))).toEqual([
      "bilevel: 'bilevelMinimize' is called minimizeBilevel",
    ]);
  });

  it('finds an option of two packages that is not shared', () => {
    const [one, other] = ['bilevel', 'optim'].map((name) => api(name, { records: [record('fOptions', { width: 'number' })] }));
    expect(faultsOf(one)).toEqual([]);
    expect(faultsOf(one, other)).toEqual([
      "bilevel: option 'width' is not shared, but optim has it too",
      "optim: option 'width' is not shared, but bilevel has it too",
    ]);
  });

  it('finds a shared option of another type', () => {
    const records = [record('fOptions', { stepSize: 'value' }), record('gOptions', { stepSize: 'boolean' })];
    expect(faultsOf(api('bilevel', { records }))).toEqual([
      "bilevel: option 'stepSize' is boolean, not number|value (gOptions)",
    ]);
  });

  it('finds British spelling wherever there are words', () => {
    const parts = {
      records: [record('fOptions', { polarisation: 'choice' }, ['normalised'])],
      functions: [functionOf('f', { parameters: ['centre'], results: new Map([['neighbours', []]]) })],
      names: ['colourBlocks'],
      files: ['labelled-table'],
    };
    expect(faultsOf(api('bilevel', parts))).toEqual([
      "bilevel: choice 'normalised' has British spelling",
      "bilevel: file 'labelled-table' has British spelling",
      "bilevel: name 'colourBlocks' has British spelling",
      "bilevel: option 'polarisation' has British spelling",
      "bilevel: parameter 'centre' has British spelling",
      "bilevel: result 'neighbours' has British spelling",
    ]);
  });

  it('finds options that begin with is or end in Min or Max', () => {
    const records = [record('fOptions', { isActive: 'boolean', sigmaMin: 'number', rateMax: 'number', issue: 'value' })];
    expect(faultsOf(api('bilevel', { records }))).toEqual([
      "bilevel: option 'isActive' begins with is",
      "bilevel: option 'rateMax' has its max at the end",
      "bilevel: option 'sigmaMin' has its min at the end",
    ]);
  });

  it('finds statuses that do not exist, a field converged, and evaluations that are one number', () => {
    const results = new Map([
      ['status', ['converged', 'solved']],
      ['converged', []],
      ['evaluations', ['number']],
    ]);
    expect(faultsOf(withFunction('f', { results }))).toEqual([
      "bilevel: result 'converged' is the status (f)",
      "bilevel: result 'evaluations' is no record (f)",
      "bilevel: status 'solved' does not exist (f)",
    ]);
  });

  it('finds a type of options that no function takes', () => {
    const optionTypes = ['FOptions', 'WalkOptions', 'SessionOptions', 'LostOptions'].map((name) => ({
      name,
      specifier: '@infimum/bilevel',
      arity: 0,
      options: [],
      records: [],
    }));
    const functions = ['f', 'createWalk', 'new Session'].map((name) => functionOf(name, {}));
    expect(faultsOf(api('bilevel', { optionTypes, functions }))).toEqual(["bilevel: type 'LostOptions' is of no function"]);
  });

  it('finds a root with steps, iterates, records or too many names', () => {
    const root = ['fSteps', 'FIterate', 'fOptions', 'Iterate'];
    expect(faultsOf(api('bilevel', { root, exportedRecords: ['fOptions'] }))).toEqual([
      "bilevel: the root exports 'FIterate'",
      "bilevel: the root exports 'fOptions'",
      "bilevel: the root exports 'fSteps'",
    ]);
    const many = Array.from({ length: 101 }, (_, i) => `name${i}`);
    expect(faultsOf(api('bilevel', { root: many }))).toEqual(['bilevel: the root exports 101 names, not 100']);
    expect(faultsOf(api('bilevel', { root: many.slice(1) }))).toEqual([]);
  });

  it('finds a parameter behind the options', () => {
    expect(faultsOf(withFunction('f', { parameters: ['x', 'options', 'y'] }))).toEqual([
      "bilevel: parameter 'y' follows the options (f)",
    ]);
    const runWith = functionOf('runWith', { parameters: ['specs', 'options', 'steps'] });
    expect(faultsOf(api('core', { functions: [runWith] }))).toEqual([]);
  });
});

describe('British spelling', () => {
  it.each([
    'optimisation',
    'minimiser',
    'polarise',
    'quantised',
    'standardises',
    'summariser',
    'normalised',
    'analyseRows',
    'LearntDag',
    'modelled',
    'neighbourhood',
  ])('is found in %s', (name) => expect(isBritish(name)).toBe(true));

  it.each(['noise', 'otherwise', 'pairwise', 'precise', 'promised', 'raises', 'revised', 'basis', 'contour', 'hour'])(
    'is not seen in %s',
    (name) => expect(isBritish(name)).toBe(false),
  );
});

describe('what packages say', () => {
  const folder = makeConsumer('vocabulary');
  mkdirSync(join(folder, 'src'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read from their sources', () => {
    const source = (name: string, text: string) => {
      const path = join(folder, 'src', name);
      writeFileSync(path, text);
      return path;
    };
    const inner = source(
      'find-root.ts',
      `import type { OptionSpecs, OptionsOf, Outcome, RunOptions } from '@infimum/core';
const shared = { rule: { type: 'choice', choices: ['a', 'b-c'], description: 'Rule' } } as const satisfies OptionSpecs;
const findRootOptions = {
  ...shared,
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Where to stop' },
} as const satisfies OptionSpecs;
export type FindRootOptions = OptionsOf<typeof findRootOptions> & RunOptions;
export interface Root { readonly x: number; readonly kind: 'simple' | 'double' }
export declare function findRoot(f: (x: number) => number, options?: FindRootOptions): Outcome<Root>;
export declare function findRoots(f: (x: number) => number): Promise<Root>;
export declare class Session { constructor(initial: number, options: FindRootOptions); }
`,
    );
    const index = source('index.ts', "export { findRoot, type FindRootOptions, Session } from './find-root.ts';");
    const roots = source('roots.ts', "export { findRoots } from './find-root.ts';");
    const files = [inner, index, roots];
    const [read] = readApis([{ name: 'made', specifier: '@made/made', entries: [index, roots], files }]);
    const run = ['status', 'reason', 'iterations', 'seconds', 'trace'];
    expect(read).toMatchObject({
      names: ['findRoot', 'FindRootOptions', 'Session', 'findRoots'],
      root: ['findRoot', 'FindRootOptions', 'Session'],
      files: ['find-root', 'index', 'roots'],
      optionTypes: [{ name: 'FindRootOptions', specifier: '@made/made' }],
    });
    expect(read.functions.map(({ results, ...rest }) => ({ ...rest, results: [...results.keys()] }))).toMatchObject([
      { name: 'findRoot', parameters: ['f', 'options'], results: ['x', 'kind', ...run] },
      { name: 'new Session', parameters: ['initial', 'options'], results: [] },
      { name: 'findRoots', parameters: ['f'], options: [], results: ['x', 'kind'] },
    ]);
    expect(read.functions[0].options).toEqual(expect.arrayContaining(['tolerance', 'rule']));
    expect(read.functions[0].options).not.toContain('trace');
    expect(read.functions[0].results.get('kind')).toEqual(['simple', 'double']);
    const [{ records }] = read.optionTypes;
    expect(records.map(({ name }) => name)).toEqual(['findRootOptions']);
    expect(Object.fromEntries(records[0].options)).toEqual({
      rule: { fields: { type: 'choice', description: 'Rule' }, choices: ['a', 'b-c'] },
      tolerance: { fields: { type: 'number', min: 0, default: 1e-6, description: 'Where to stop' }, choices: [] },
    });
  });
});

describe('the vocabulary', () => {
  it('has no name that is both shared and retired', () => {
    const { shared, retired } = vocabulary;
    expect(Object.keys(retired.everywhere).filter((name) => Object.hasOwn(shared, name))).toEqual([]);
    expect(Object.values(shared).filter(({ means }) => means.length < 10)).toEqual([]);
  });

  it('is kept by all packages', () => {
    const apis = libraryApis();
    // The check has seen them.
    expect(apis.flatMap(({ records }) => records).length).toBeGreaterThan(300);
    expect(vocabularyFaults(apis, vocabulary)).toEqual([]);
  });
});
