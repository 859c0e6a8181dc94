// Examples of docstrings and Markdown: found, type-checked, run, and compared with their comments.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesBelow, fromRoot, publicPackages, root } from './workspace.ts';

/** One fenced block of TypeScript. */
export interface Example {
  /** File from the repository's root. */
  readonly file: string;
  /** Line of the block's first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** The expected output in the comment after a `console.log`. */
export interface Promised {
  /** Line inside the example, from 0. */
  readonly line: number;
  readonly text: string;
}

/** What happened when examples ran: printed lines by the line of the call, or the error. */
export interface RunResult {
  readonly printed: Readonly<Record<string, readonly string[]>>;
  readonly error?: string;
}

/** The examples of all public packages, the root's README, the guide and the site's programs. */
export function collectExamples(): Example[] {
  const sources = publicPackages().flatMap(({ folder }) =>
    filesBelow(join(root, folder, 'src'), (path) => path.endsWith('.ts') && !path.endsWith('.test.ts')),
  );
  const pages = [
    join(root, 'README.md'),
    ...publicPackages().map(({ folder }) => join(root, folder, 'README.md')),
    ...['docs/guide', 'docs/gallery', 'docs/data'].flatMap((folder) =>
      filesBelow(join(root, folder), (path) => path.endsWith('.md')),
    ),
  ];
  return [
    ...sources.flatMap((path) => docstringExamples(fromRoot(path), readFileSync(path, 'utf8'))),
    ...pages.flatMap((path) => markdownExamples(fromRoot(path), readIfThere(path))),
  ];
}

/** The fenced blocks behind `@example` tags. */
export function docstringExamples(file: string, text: string): Example[] {
  const examples: Example[] = [];
  for (const comment of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const firstLine = text.slice(0, comment.index).split('\n').length;
    const lines = comment[0].split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
    const start = lines.findIndex((line) => line.trimEnd().startsWith('@example'));
    if (start >= 0) examples.push(...fences(file, lines.slice(start), firstLine + start));
  }
  return examples;
}

/** The fenced blocks of a page that import from this library. */
export function markdownExamples(file: string, text: string): Example[] {
  return fences(file, text.split('\n'), 1).filter(({ code }) => /from '(@infimum\/|infimum')/.test(code));
}

function fences(file: string, lines: readonly string[], firstLine: number): Example[] {
  const examples: Example[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (!/^```(ts|typescript)\s*$/.test(lines[i])) continue;
    const end = lines.findIndex((line, j) => j > i && line.startsWith('```'));
    if (end < 0) throw new Error(`${file}:${firstLine + i}: the fence is never closed`);
    examples.push({ file, line: firstLine + i + 1, code: lines.slice(i + 1, end).join('\n') });
    i = end;
  }
  return examples;
}

/** The `console.log` statements of an example, and the comments behind them. */
export function promisesOf(code: string): Promised[] {
  const promises: Promised[] = [];
  visitLogs(code, (call, source) => {
    let statement: ts.Node = call;
    while (!ts.isStatement(statement)) statement = statement.parent;
    const [comment] = ts.getTrailingCommentRanges(code, statement.end) ?? [];
    if (comment === undefined) return;
    const text = code.slice(comment.pos, comment.end).replace(/^\/\/ ?/, '');
    promises.push({ line: lineOf(source, call), text });
  });
  return promises;
}

/** The code with every `console.log` replaced by a call that also reports its line. */
export function instrument(code: string): string {
  let instrumented = code;
  const calls: [ts.CallExpression, number][] = [];
  visitLogs(code, (call, source) => calls.push([call, lineOf(source, call)]));
  for (const [call, line] of calls.reverse()) {
    const { expression } = call;
    instrumented =
      instrumented.slice(0, expression.getStart()) + `globalThis.printAt(${line})` + instrumented.slice(expression.end);
  }
  return instrumented;
}

function visitLogs(code: string, onLog: (call: ts.CallExpression, source: ts.SourceFile) => void): void {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'console.log') onLog(node, source);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart()).line;
}

/** Runs examples one after the other in one process of Node, in a folder where the packages resolve. */
export function runExamples(examples: readonly Example[], folder: string): RunResult[] {
  for (const [index, { code }] of examples.entries()) {
    writeFileSync(join(folder, `run-${index}.ts`), instrument(code));
  }
  const results = join(folder, 'results.json');
  writeFileSync(
    join(folder, 'runner.ts'),
    `import { writeFileSync } from 'node:fs';
import { format } from 'node:util';
const results = [];
for (let index = 0; index < ${examples.length}; index++) {
  const printed = {};
  globalThis.printAt = (line) => (...values) => (printed[line] ??= []).push(format(...values));
  const result = { printed };
  results.push(result);
  try {
    await import(\`./run-\${index}.ts\`);
  } catch (error) {
    result.error = String(error instanceof Error ? error.stack : error);
  }
}
writeFileSync(${JSON.stringify(results)}, JSON.stringify(results));
process.exit();
`,
  );
  execFileSync(process.execPath, [join(folder, 'runner.ts')], { cwd: folder, stdio: 'inherit', timeout: 240_000 });
  return JSON.parse(readFileSync(results, 'utf8')) as RunResult[];
}

/** What is wrong with the run of an example, one line each, with file and line. */
export function complaints({ file, line, code }: Example, { printed, error }: RunResult): string[] {
  if (error !== undefined) return [`${file}:${line}: ${error}`];
  return promisesOf(code).flatMap((promised) => {
    const actual = printed[promised.line]?.join('\n');
    if (actual === promised.text) return [];
    const what = actual === undefined ? 'nothing is printed' : `prints '${actual}'`;
    return [`${file}:${line + promised.line}: ${what}, the comment says '${promised.text}'`];
  });
}

/** Type-checks examples together; the errors by the index of the example. */
export function typeErrors(examples: readonly Example[], folder: string): string[][] {
  const files = examples.map(({ code }, index) => {
    writeFileSync(join(folder, `check-${index}.ts`), code);
    return `check-${index}.ts`;
  });
  const config = {
    extends: join(root, 'tooling/tsconfig/base.json'),
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    files,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  // The native compiler, in a tenth of the time that the one with a programming interface takes.
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const errors = examples.map((): string[] => []);
  const found = [...stdout.matchAll(/^check-(\d+)\.ts\((\d+),\d+\): error \w+: (.*(?:\n .*)*)/gm)];
  for (const [, index, line, text] of found) {
    const { file, line: first } = examples[Number(index)];
    errors[Number(index)].push(`${file}:${first + Number(line) - 1}: ${text}`);
  }
  // An error outside the examples is one of the packages or of the check.
  if ((status === 0) !== (stdout === '') || /^(?!check-\d+\.ts\(| )./m.test(stdout)) throw new Error(stdout);
  return errors;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
