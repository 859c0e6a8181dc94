// The same seed gives the same bits: run after run, for every number of threads, in Node and in Chromium, on the
// `simd` build.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printedInChromium } from './browser.ts';
import { findChromium, root } from './workspace.ts';

/** Prints a line for every solver: its name and a hash of all bits of its solution. */
const SCRIPT = `
  import { Random, prepare, run } from '@infimum/core';
  import { useKernels } from '@infimum/linalg/kernels';
  import { plugin, transport } from '@infimum/ot/plugin';

  const bits = (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  function* arraysOf(value) {
    if (ArrayBuffer.isView(value)) yield value;
    else if (typeof value === 'number') yield Float64Array.of(value);
    else if (typeof value === 'object' && value !== null) for (const field of Object.values(value)) yield* arraysOf(field);
  }
  function hash({ seconds, ...outcome }) {
    let state = 2166136261;
    for (const array of arraysOf(outcome)) for (const byte of bits(array)) state = Math.imul(state ^ byte, 16777619);
    return (state >>> 0).toString(16);
  }

  useKernels('simd');
  const random = new Random(2024);
  const normals = random.normals(new Float64Array(1000));
  console.log('random', hash({ normals, order: random.permutation(100) }));
  const { points, assignment } = transport.families;
  const instances = [
    points.generate(points.params.parse({ n: 150, m: 170, epsilon: 0.003 }), 5),
    assignment.generate(assignment.params.parse({ n: 120, epsilon: 0.003 }), 5),
  ];
  for (const solver of plugin.solvers.filter(({ problem }) => problem.id === transport.id)) {
    const instance = instances.find((candidate) => solver.declines?.(candidate) === undefined);
    for (const threads of 'threads' in solver.options.parse({}) ? [1, 2] : [1]) {
      const options = threads === 1 ? {} : { threads };
      console.log(solver.id, hash(run(prepare(solver, instance, options, 7), { maxIterations: 150 })), threads);
    }
  }
  console.log('end');
`;

const folder = mkdtempSync(join(tmpdir(), 'infimum-bitwise-'));
let script = '';
let inNode: string[] = [];

function runInNode(): string[] {
  const file = join(folder, 'script.mjs');
  writeFileSync(file, script);
  return execFileSync(process.execPath, [file], { encoding: 'utf8' }).trimEnd().split('\n');
}

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: join(root, 'packages/ot'), loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    logLevel: 'error',
  });
  script = outputFiles[0].text;
  inNode = runInNode();
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the bits of every transport solver', () => {
  it('are there', () => {
    expect(inNode.at(-1)).toBe('end');
    expect(inNode.length).toBeGreaterThan(7);
  });

  it('are the same in the next run', () => {
    expect(runInNode()).toEqual(inNode);
  });

  it('do not depend on the number of threads', () => {
    const hashes = Map.groupBy(
      inNode.map((line) => line.split(' ')).filter(([name]) => name.includes('/')),
      ([name]) => name,
    );
    for (const [name, lines] of hashes)
      expect([name, new Set(lines.map(([, hash]) => hash)).size]).toEqual([name, 1]);
  });

  it.skipIf(findChromium() === undefined)(
    'are the same in Chromium',
    async () => {
      expect(await printedInChromium(script, inNode.length)).toEqual(inNode);
    },
    60_000,
  );
});
