// Puts faults into checkers, one at a time, and says which of them the tests of their package see:
//
//   node tooling/certificates/mutants.ts [part of a path …]
//
// A radius that is dropped, `up` for `down` and the other way round, `<=` for `<`, a test of numbers that accepts everything. The
// texts of files stay as they are: a fault is put in while the tests load them.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Writable } from 'node:stream';
import { startVitest } from 'vitest/node';

const root = join(import.meta.dirname, '../..');

/** What Vitest says of failing tests is not read. */
const silent = new Writable({ write: (_, __, done) => done() });

/** A fault: what is found in a line, and what stands there instead. */
const FAULTS: readonly (readonly [name: string, from: RegExp, to: string])[] = [
  ['no radius', /\bradiusOfSum\(/g, '0 * radiusOfSum('],
  ['no radius', /\bup\((?=.*[rR]adi|.*spread)/g, '0 * up('],
  ['down for up', /\bup\(/g, 'ownDown('],
  ['up for down', /\bdown\(/g, 'ownUp('],
  ['<= for <', / < /g, ' <= '],
  ['>= for >', / > /g, ' >= '],
];

/** The ends of intervals under names that every file may use. */
const OWN = "import { down as ownDown, up as ownUp } from '@infimum/rigor';\n";

/** Faults of a kind in a file, at most: the first and the last place. */
const PLACES = 2;

interface Fault {
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly text: string;
  readonly mutated: string;
}

/** The faults of a file: loops, types and comments are left alone. */
function faultsOf(file: string): Fault[] {
  const text = readFileSync(file, 'utf8');
  return FAULTS.flatMap(([name, from, to]) => {
    const places = [...text.matchAll(from)].map(({ index, 0: found }) => ({ index, found }));
    const real = places.filter(({ index }) => {
      const start = text.lastIndexOf('\n', index) + 1;
      const line = text.slice(start, text.indexOf('\n', index));
      return !/^\s*(\*|\/\/|\/\*|for \(|import|export function|function)/.test(line) && !/for \(/.test(line);
    });
    const chosen = real.length > PLACES ? [real[0], ...real.slice(1 - PLACES)] : real;
    return chosen.map(({ index, found }) => {
      const start = text.lastIndexOf('\n', index) + 1;
      const mutated = OWN + text.slice(0, index) + to + text.slice(index + found.length);
      return { file, name, line: text.slice(0, index).split('\n').length, text: text.slice(start, text.indexOf('\n', index)).trim(), mutated };
    });
  });
}

/** Tests of the package that have to do with proofs. */
function testsOf(file: string): string[] {
  const folder = file.slice(0, file.indexOf('/src/'));
  const named = /proof|certificate|stabilizing|separable-classification|checker/;
  const all = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' });
  return all.filter((path) => path.endsWith('.test.ts') && !path.includes('full') && named.test(path)).map((path) => join(folder, 'src', path));
}

/** Whether a test of the package fails. */
async function isSeen({ file, mutated }: Fault, tests: readonly string[]): Promise<boolean> {
  if (tests.length === 0) return false;
  const folder = file.slice(0, file.indexOf('/src/'));
  const plugin = {
    name: 'fault',
    enforce: 'pre' as const,
    load: (id: string) => (id.split('?')[0] === file ? mutated : undefined),
  };
  const vitest = await startVitest(
    'test',
    [...tests],
    { root: folder, config: false, watch: false, bail: 1, reporters: [], fsModuleCache: false, testTimeout: 60_000, maxWorkers: 1, isolate: false },
    { plugins: [plugin] },
    { stdout: silent, stderr: silent },
  );
  const failed = vitest.state.getCountOfFailedTests() > 0 || vitest.state.getUnhandledErrors().length > 0 || process.exitCode === 1;
  await vitest.close();
  process.exitCode = 0;
  return failed;
}

const parts = process.argv.slice(2);
const files = readdirSync(join(root, 'packages'))
  .flatMap((name) => readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' }).map((path) => `${name}/src/${path}`))
  .filter((path) => path.endsWith('-checker.ts'))
  .filter((path) => parts.length === 0 || parts.some((part) => path.includes(part)))
  .map((path) => join(root, 'packages', path));
let [all, seen] = [0, 0];
for (const file of files) {
  const tests = testsOf(file);
  const faults = faultsOf(file);
  if (faults.length === 0) continue;
  if (await isSeen({ ...faults[0], mutated: readFileSync(file, 'utf8') }, tests)) throw new Error(`${file}: tests fail without a fault`);
  for (const fault of faults) {
    all++;
    const isFound = await isSeen(fault, tests);
    if (isFound) seen++;
    console.log(`${isFound ? 'seen  ' : 'MISSED'} ${relative(join(root, 'packages'), file)}:${fault.line} ${fault.name}: ${fault.text}`);
  }
}
console.log(`${seen} of ${all} faults are seen`);
