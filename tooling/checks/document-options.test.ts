// What editors show of an option is written into the declarations from its record, wherever the options' type is used.
import { describe, expect, it } from 'vitest';
import { documentOptions } from '../tsup/document-options.ts';

const RECORD = `/**
 * Options of f.
 */
declare const fOptions: {
    /** A comment of the source. */
    readonly stepSize: {
        readonly type: 'number';
        readonly above: 0;
        readonly max: 1;
        readonly default: 0.1;
        readonly unit: 's';
        readonly description: 'Length of a step, the gradient\\'s factor';
        readonly was: readonly ['eta', 'lr'];
    };
    readonly memory: {
        readonly type: "integer";
        readonly required: true;
        readonly description: "Pairs */ kept";
    };
};
`;

/** One record with one option, of the given fields. */
const record = (name: string, ...fields: string[]) =>
  `declare const ${name}: {\n    readonly option: {\n${fields
    .map((field) => `        readonly ${field};\n`)
    .join('')}        readonly description: 'Text';\n    };\n};\n`;

function documentedText(text: string, others: Readonly<Record<string, string>> = {}): string | undefined {
  return documentOptions(new Map(Object.entries({ 'folder/f': text, ...others }))).get('folder/f');
}

/** The member that such a record becomes. */
const member = (...fields: string[]): string | undefined =>
  documentedText(`${record('fOptions', ...fields)}export type FOptions = OptionsOf<typeof fOptions>;\n`);

const STEP =
  "    /** Length of a step, the gradient's factor (s, above 0, at most 1, default 0.1). */\n    readonly stepSize?: number | undefined;\n";
const MEMORY = '    /** Pairs * / kept (required). */\n    readonly memory: number;\n';

describe('declarations', () => {
  it.each([
    ['OptionsOf<typeof fOptions>', `{\n${STEP}${MEMORY}}`],
    ['OptionsOf<typeof fOptions> & RunOptions<I>', `{\n${STEP}${MEMORY}} & RunOptions<I>`],
    ["Pick<OptionsOf<typeof fOptions>, 'memory'>", `{\n${MEMORY}}`],
    ["Omit<OptionsOf<typeof fOptions>, 'memory' | 'other'>", `{\n${STEP}}`],
    ['Partial<OptionsOf<typeof fOptions>>', `{\n${STEP}${MEMORY.replace('memory: number', 'memory?: number | undefined')}}`],
    ["OptionsOf<typeof fOptions>['stepSize']", 'number | undefined'],
    ["OptionsOf<typeof fOptions>['memory']", 'number'],
  ])('have %s written out, and no record any more', (use, written) => {
    const text = documentedText(`import { type A } from './a.ts';\n${RECORD}export type FOptions = ${use};\n`);
    expect(text).toBe(`import { type A } from './a.ts';\nexport type FOptions = ${written};\n`);
  });

  it('keep a record that is exported and used by another file, and other constants', () => {
    const exported = RECORD.replace('declare', 'export declare');
    const others = 'declare const size: {\n    readonly width: 1;\n};\nexport type Size = typeof size;\n';
    const user = "import { fOptions } from './folder/f.ts';\nexport type Specs = typeof fOptions;\n";
    const files = documentOptions(new Map(Object.entries({ 'folder/f': exported + others, user })));
    expect(files.get('folder/f')).toBe(exported + others);
    expect(files.get('user')).toBe(user);
  });

  it('have the options of a record of another file, whose import goes with its last use', () => {
    const user = "import { type B, fOptions } from '../folder/f.ts';\nexport type FOptions = OptionsOf<typeof fOptions>;\n";
    const source = RECORD.replace('declare', 'export declare');
    const files = documentOptions(new Map(Object.entries({ 'folder/f': source, 'other/user': user })));
    expect(files.get('other/user')).toBe(
      `import { type B } from '../folder/f.ts';\nexport type FOptions = {\n${STEP}${MEMORY}};\n`,
    );
    expect(files.get('folder/f')).toBe('');
  });

  it('join what spreads leave apart', () => {
    const [first, second] = [record('fOptions', "type: 'number'"), record('g', "type: 'boolean'")];
    const spread = `${first.slice(0, -3)}} & {${second.slice(second.indexOf('\n')).replace('option', 'other')}`;
    expect(documentedText(`${spread}export type FOptions = OptionsOf<typeof fOptions>;\n`)).toContain(
      '    readonly option?: number | undefined;\n    /** Text. */\n    readonly other?: boolean | undefined;\n',
    );
  });

  it.each([
    [["type: 'choice'", "choices: readonly ['a-b', 'c']", "default: 'c'"], "(default 'c')", "'a-b' | 'c'"],
    [["type: 'choice'", 'choices: readonly [1, 2]', 'default: 1'], '(default 1)', '1 | 2'],
    [["type: 'integer'", 'min: -1', 'below: 1e9', 'default: number'], '(at least -1, below 1e9)', 'number'],
    [["type: 'boolean'", 'default: false'], '(default false)', 'boolean'],
  ])('say range and default of %j', (fields, notes, type) => {
    const shown = `    /** Text ${notes}. */\n    readonly option?: ${type} | undefined;\n`;
    expect(member(...fields)).toBe(`export type FOptions = {\n${shown}};\n`);
  });

  it('say which integers may stand for a choice', () => {
    const fields = ["type: 'choice'", "choices: readonly ['all']"];
    const orInteger = 'orInteger: {\n            readonly min: 1;\n            readonly max: 9;\n        }';
    expect(member(...fields, orInteger)).toBe(
      "export type FOptions = {\n    /** Text (or an integer, at least 1, at most 9). */\n    readonly option?: 'all' | number | undefined;\n};\n",
    );
  });

  describe('have what a check asserts', () => {
    const asserting = (type: string) => `(value: unknown, argument: string) => asserts value is ${type}`;

    it('written out, functions in parentheses', () => {
      expect(member("type: 'value'", `check: ${asserting('() => void')}`)).toContain(
        'readonly option?: (() => void) | undefined;',
      );
    });

    it('of a function of the same file and of another, whose names come along', () => {
      const source = `${record('fOptions', "type: 'value'", 'check: typeof import("../checks.ts").checkStart')}${record(
        'gOptions',
        "type: 'value'",
        'check: typeof checkHere',
      )}declare function checkHere(value: unknown, argument: string): asserts value is Here;
interface Here {}
export type Options = OptionsOf<typeof fOptions> & OptionsOf<typeof gOptions>;
`;
      const checks = `import type { Vector } from '@infimum/core';
import { type Far } from './far/far.ts';
export declare function checkStart(value: unknown, argument: string): asserts value is Vector | Far | Own | Float64Array;
export interface Own {}
`;
      const far = 'export interface Far {}\n';
      expect(
        documentedText(source, { checks, 'far/far': far }),
      ).toBe(`declare function checkHere(value: unknown, argument: string): asserts value is Here;
interface Here {}
export type Options = {
    /** Text. */
    readonly option?: import("@infimum/core").Vector | import("../far/far.ts").Far | import("../checks.ts").Own | Float64Array | undefined;
} & {
    /** Text. */
    readonly option?: Here | undefined;
};
`);
    });

    it('through the record where its type has a name that is not exported, or another package’s check', () => {
      const checks = 'interface Own {}\nexport declare const checkStart: (value: unknown) => asserts value is Own;\n';
      for (const check of ['typeof import("../checks.ts").checkStart', 'typeof checkVector']) {
        const source = `import { checkVector } from '@infimum/core';\n${record('fOptions', "type: 'value'", `check: ${check}`)}`;
        expect(documentedText(`${source}export type F = OptionsOf<typeof fOptions>;\n`, { checks })).toBe(
          `${source}export type F = {\n    /** Text. */\n    readonly option?: OptionsOf<typeof fOptions>['option'] | undefined;\n};\n`,
        );
      }
    });
  });
});
