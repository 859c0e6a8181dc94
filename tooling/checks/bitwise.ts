// Tests that the same seed gives the same bits: run after run, for every number of threads, in Node and in Chromium, on
// the `simd` build.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, printedInChromium } from './browser.ts';
import { findChromium, root } from './workspace.ts';

/** Sizes of the instances that are solved. */
interface Sizes {
  /** Of transport: the points of the one side. */
  readonly rows: number;
  /** Of the assignments of experts. */
  readonly tokens: number;
  /** Of that on the digits. */
  readonly digits: number;
}

/** Prints a line for every solver: its name and a hash of all bits of its solution. */
const scriptOf = ({ rows, tokens, digits }: Sizes): string => `
  import { parseWith, Random, prepare, run } from '@infimum/core';
  import { useKernels } from '@infimum/linalg/kernels';
  import { createExpertBalancer } from '@infimum/ot';
  import { expertAssignment, plugin, transport } from '@infimum/ot/plugin';
  import { scoreStream } from './src/experts/expert-instances.ts';
  import { trainExperts } from './src/experts/expert-training.ts';

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

  /** Solves the first of the instances that a solver does not decline, on one thread and on two. */
  function solveAll(problem, instances) {
    for (const instance of instances) console.log(problem.id, hash(instance));
    for (const solver of plugin.solvers.filter((candidate) => candidate.problem.id === problem.id)) {
      const instance = instances.find((candidate) => solver.declines?.(candidate) === undefined);
      for (const threads of 'threads' in solver.options ? [1, 2] : [1]) {
        const options = threads === 1 ? {} : { threads };
        console.log(solver.id, hash(run(prepare(solver, instance, options, 7), { maxIterations: 150 })), threads);
      }
    }
  }
  const generate = (family, params) => family.generate(parseWith(family.params, params, 'params'), 5);

  const { points, assignment } = transport.families;
  solveAll(transport, [
    generate(points, { n: ${rows}, m: ${rows + 20}, epsilon: 0.003 }),
    generate(assignment, { n: ${rows}, epsilon: 0.003 }),
  ]);
  const { sigmoid, digits } = expertAssignment.families;
  solveAll(expertAssignment, [
    generate(sigmoid, { tokens: ${tokens}, experts: 12 }),
    generate(sigmoid, { tokens: ${tokens}, experts: 12, expertsPerToken: 1 }),
    await generate(digits, { tokens: ${digits}, experts: 8, epochs: 1 }),
  ]);
  const stream = { tokens: 32, batches: 20, means: Float64Array.of(-1, 0, 0.5, 1), drift: 0.1, burstShare: 0.2 };
  const balancer = createExpertBalancer({
    experts: 4, expertsPerToken: 1, update: 'proportional', schedule: 'harmonic', stepSize: 'curvature',
  });
  for (const scores of scoreStream(stream, 1)) console.log('batch', hash(balancer.route(scores)));
  const training = { experts: 4, expertsPerToken: 2, tokens: 32, steps: 20, auxiliaryWeight: 0.1 };
  console.log('training', hash(trainExperts(training, 1)));
  console.log('end');
`;

/** Tests of the bits of every solver on instances of these sizes. */
export function testBits(sizes: Sizes): void {
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
      stdin: { contents: scriptOf(sizes), resolveDir: join(root, 'packages/ot'), loader: 'js' },
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

  describe('the bits of every solver of transport and expert assignment', () => {
    it('are there', () => {
      expect(inNode.at(-1)).toBe('end');
      for (const start of ['random', 'ot/sinkhorn ', 'ot/alf-lb ', 'ot/expert-sinkhorn ', 'batch', 'training'])
        expect(inNode.some((line) => line.startsWith(start))).toBe(true);
    });

    it('are the same in the next run', () => {
      expect(runInNode()).toEqual(inNode);
    }, 60_000);

    it('do not depend on the number of threads', () => {
      const hashes = Map.groupBy(
        inNode.map((line) => line.split(' ')).filter((parts) => parts.length === 3),
        ([name]) => name,
      );
      for (const [name, lines] of hashes) expect([name, new Set(lines.map(([, hash]) => hash)).size]).toEqual([name, 1]);
    });

    it.skipIf(findChromium() === undefined)(
      'are the same in Chromium',
      async () => {
        const browser = await launchChromium();
        try {
          expect(await printedInChromium(browser, script, inNode.length)).toEqual(inNode);
        } finally {
          await browser.close();
        }
      },
      60_000,
    );
  });
}
