// Whether races say the truth on a machine that is not quiet: a solver against itself, and against one with a tenth more work,
// beside two busy loops. Prints a line a race and the counts; about ten minutes of processor time, beside the loops'.
//
//   node apps/bench/scripts/race-truth.ts [races, 20] [blocks, 10] [busy loops, 2]
//
// The file is the plug-in of its solvers, too.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Plugin } from '@infimum/core';
import { converged, defineFamily, defineProblem, defineSolver } from '@infimum/core';
import { ProcessCleaner } from '../src/cell/cleaner.ts';
import { JudgePool } from '../src/cell/judges.ts';
import type { Cell } from '../src/cell/messages.ts';
import { planCells } from '../src/plan.ts';
import { filesOf, loadPlugins } from '../src/plugins.ts';
import type { Outcome, Side } from '../src/versus.ts';
import { judgePairs, pairUp, runBlocks } from '../src/versus.ts';

/** Steps of the recursion; about 45 ms of a processor. */
const WORK = 24_000_000;

const problem = defineProblem<{ readonly start: number }, { readonly value: number }>({
  id: 'truth/recursion',
  title: 'Recursion',
  statement: 'Follow $x \\mapsto 3.7 x (1 - x)$.',
  families: {
    only: defineFamily({
      real: false,
      title: 'One start a seed',
      description: 'The start depends on the seed alone.',
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: (_, seed) => ({ start: (seed % 89) / 100 + 0.1 }),
    }),
  },
  metrics: {
    distance: {
      title: 'Distance',
      description: 'From the unit interval, where the recursion stays',
      unit: '',
      direction: 'minimize',
      compute: (_, { value }) => Math.max(0, -value, value - 1),
    },
  },
  primaryMetric: 'distance',
  validate: () => {},
  badInstances: () => [],
});

const solver = (name: string, steps: number) =>
  defineSolver({
    id: `truth/${name}`,
    title: name,
    summary: `${steps} steps.`,
    problem,
    role: 'baseline',
    paper: { title: 'None', year: 2026 },
    cost: 'O(1)',
    options: {},
    *steps({ start }) {
      let value = start;
      yield { iteration: 0, solution: () => ({ value: start }) };
      for (let step = 0; step < steps; step++) value = 3.7 * value * (1 - value);
      return converged({ value }, 'all steps were made');
    },
  });

/** Ends when this process is gone. */
const LOOP = 'for (const parent = process.ppid; process.ppid === parent; ) for (let i = 0; i < 1e8; i++);';

export const plugin: Plugin = {
  name: 'truth',
  problems: [problem],
  solvers: [solver('once', WORK), solver('again', WORK), solver('slower', 1.1 * WORK)],
};

// The file loads itself as a plug-in, so it must not wait here.
if (import.meta.main) void main();

async function main(): Promise<void> {
  const [races = 20, blocks = 10, loops = 2] = process.argv.slice(2).map(Number);
  const loaded = await loadPlugins([fileURLToPath(import.meta.url)]);
  const { registry } = loaded;
  const programs = fileURLToPath(new URL('../dist', import.meta.url));
  const cleaner = new ProcessCleaner();
  const launch = { memory: 4096, signal: new AbortController().signal, cleaner, programs };
  const judges = new JudgePool(launch);
  const settings = { ...launch, judges, files: (cell: Cell) => filesOf(loaded, cell) };
  const side = (id: string): Side => {
    const request = { suite: 'quick' as const, problem: problem.id, solvers: [id], seeds: [1], budget: 1 };
    // Nothing is stored, so no version is needed.
    const versions = { of: () => '', ofPeer: () => '', all: '' };
    return { name: id, programs, cells: planCells(request, { registry, peers: [], versions }) };
  };
  const [once, again, slower] = ['truth/once', 'truth/again', 'truth/slower'].map(side);
  const race = async (other: Side, seed: number): Promise<Outcome> => {
    const sides = [once, other] as const;
    const results = await runBlocks(sides, { blocks, settings, seed, onBlock: () => {} });
    return judgePairs(pairUp(sides, results, registry))[0];
  };
  const busy = Array.from({ length: loops }, () => spawn(process.execPath, ['-e', LOOP], { stdio: 'ignore' }));
  let [alarms, found] = [0, 0];
  try {
    for (let seed = 0; seed < races; seed++) {
      const [equal, unequal] = [await race(again, 2 * seed), await race(slower, 2 * seed + 1)];
      if (equal.verdict !== 'level') alarms++;
      if (unequal.verdict.startsWith('A')) found++;
      for (const { verdict, cpu, wall, probability } of [equal, unequal]) {
        const ratios = [cpu, wall].map((one) => Math.exp(one?.center ?? Number.NaN).toFixed(3));
        console.log(
          `${seed} ${verdict}; B / A ${ratios[0]} of the processor, ${ratios[1]} by the clock; p ${probability.toFixed(4)}`,
        );
      }
    }
  } finally {
    for (const loop of busy) loop.kill();
    await judges.close();
    cleaner.close();
  }
  console.log(`false alarms: ${alarms} of ${races}; a tenth more found: ${found} of ${races}`);
}
