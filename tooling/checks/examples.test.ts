// Every example of the documentation compiles, runs and prints what it says.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Example, RunResult } from './examples.ts';
import {
  collectExamples,
  complaints,
  docstringExamples,
  instrument,
  markdownExamples,
  promisesOf,
  runExamples,
  typeErrors,
} from './examples.ts';
import { makeConsumer } from './workspace.ts';

describe('the check of examples', () => {
  const docstring = [
    '/** Not an example: `a`. */',
    '/**',
    ' * Adds.',
    ' *',
    ' * @example',
    ' * ```ts',
    " * console.log('a', 1); // a 1",
    ' * ```',
    ' */',
    'export const add = 1;',
  ].join('\n');

  it('finds the blocks of docstrings with their lines', () => {
    expect(docstringExamples('a.ts', docstring)).toEqual([{ file: 'a.ts', line: 7, code: "console.log('a', 1); // a 1" }]);
  });

  it('finds the blocks of a page that import from the library, and refuses an open fence', () => {
    const page = "# A\n\n```ts\nimport { run } from '@infimum/core';\n```\n\n```sh\nnpm i\n```\n\n```ts\nconst a = 1;\n```\n";
    expect(markdownExamples('a.md', page)).toEqual([{ file: 'a.md', line: 4, code: "import { run } from '@infimum/core';" }]);
    expect(() => markdownExamples('a.md', '```ts\nconst a = 1;')).toThrow('a.md:1: the fence is never closed');
  });

  it('reads what a statement promises, over several lines too, and not what a text contains', () => {
    const code = "console.log(1); // 1\nconsole.log(\n  2,\n); // 2\nconst text = 'console.log(3); // 3';\nconsole.log(text);";
    expect(promisesOf(code)).toEqual([
      { line: 0, text: '1' },
      { line: 1, text: '2' },
    ]);
    expect(instrument(code)).toBe(
      code.replaceAll(
        /console\.log(?=\((1|\n|text))/g,
        (_, __, at) => `globalThis.printAt(${code.slice(0, at).split('\n').length - 1})`,
      ),
    );
  });

  it('complains with file and line about a wrong comment, a line that never runs, an error and a wrong type', () => {
    const codes = [
      'console.log(1 + 1); // 3',
      'if (Date.now() < 0) {\n  console.log(1); // 1\n}',
      "\nthrow new Error('out of order');",
      "import { run } from '@infimum/core';\nrun(1);",
      "for (const i of [1, 2]) console.log('line', i);\nconsole.log([1, 2], { a: 'b' }); // [ 1, 2 ] { a: 'b' }",
    ];
    const examples = codes.map((code, i) => ({ file: `e${i}.ts`, line: 10, code }));
    const folder = makeConsumer('self-test');
    const results = runExamples(examples, folder);
    const found = examples.map((example, i) => complaints(example, results[i]));
    expect(found[0]).toEqual(["e0.ts:10: prints '2', the comment says '3'"]);
    expect(found[1]).toEqual(["e1.ts:11: nothing is printed, the comment says '1'"]);
    expect(found[2][0]).toMatch(/^e2\.ts:10: Error: out of order/);
    expect(found[4]).toEqual([]);
    const errors = typeErrors(examples, folder);
    expect(errors.map(({ length }) => length)).toEqual([0, 0, 0, 1, 0]);
    expect(errors[3][0]).toMatch(/^e3\.ts:11: .*not assignable/);
  }, 60_000);
});

describe('the examples', () => {
  const examples = collectExamples();
  let results: RunResult[] = [];
  let errors: string[][] = [];
  beforeAll(() => {
    const folder = makeConsumer('all');
    errors = typeErrors(examples, folder);
    results = runExamples(examples, folder);
  }, 300_000);

  it.each(examples.map((example, index): [string, Example, number] => [`${example.file}:${example.line}`, example, index]))(
    '%s compiles, runs and prints what it says',
    (_, example, index) => {
      expect([...errors[index], ...complaints(example, results[index])]).toEqual([]);
      if (example.file.endsWith('.ts')) {
        expect(promisesOf(example.code), 'an example shows something: a console.log with its output').not.toHaveLength(0);
      }
    },
  );
});
