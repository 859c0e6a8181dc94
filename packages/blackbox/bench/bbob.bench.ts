// Data profiles on BBOB beside pycma, COBYQA, CBXpy and Nevergrad, and evaluations on the unimodal functions: pnpm bench:package blackbox bbob [profiles | unimodal] [--dimensions=5,20,40] [--instances=3] [--runs=15] [--budget=200] [--functions=1,8,15] [--peers=pycma,cobyqa]
//
// BLACKBOX_PYTHON names a Python with tooling/peers/requirements-blackbox.txt; without it ours run alone. Both sides minimise the same
// functions, ours by `bbob`, theirs by COCO's own code, and end at 1e-8 above the least value or at the budget times d.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { Random } from '@infimum/core';
import { bbob } from '../src/bbob/bbob.ts';
import type { BlackBox } from '../src/continuous/black-box.ts';
import { cbo } from '../src/continuous/cbo.ts';
import { cmaEs } from '../src/continuous/cma-es.ts';
import { differentialEvolution } from '../src/continuous/differential-evolution.ts';
import { openEs } from '../src/continuous/open-es.ts';
import { particleSwarm } from '../src/continuous/particle-swarm.ts';

interface Run {
  readonly solver: string;
  readonly function: number;
  readonly d: number;
  readonly instance: number;
  /** Evaluations at which each target was reached; null if never. */
  readonly hits: readonly (number | null)[];
  readonly evaluations: number;
}

type Solve = (box: BlackBox, seed: number, maxEvaluations: number) => unknown;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dimensions: { type: 'string', default: '5,20,40' },
    instances: { type: 'string', default: '3' },
    runs: { type: 'string', default: '15' },
    budget: { type: 'string', default: '200' },
    functions: { type: 'string', default: Array.from({ length: 24 }, (_, i) => i + 1).join() },
    peers: {
      type: 'string',
      default: 'pycma,cobyqa,cbxpy,nevergrad OnePlusOne,nevergrad PSO,nevergrad TwoPointsDE,nevergrad NGOpt',
    },
  },
});
const dimensions = values.dimensions.split(',').map(Number);
const targets = Array.from({ length: 51 }, (_, k) => 10 ** (2 - k / 5));
const boxed = (box: BlackBox): BlackBox => ({
  ...box,
  lower: new Float64Array(box.dimension).fill(-5),
  upper: new Float64Array(box.dimension).fill(5),
});

if (positionals[0] !== 'unimodal') await profiles();
if (positionals[0] !== 'profiles') await unimodal();

/** The share of targets 1e2 … 1e-8 of all functions and instances that is reached, against evaluations a variable. */
async function profiles(): Promise<void> {
  const functions = values.functions.split(',').map(Number);
  const instances = Array.from({ length: Number(values.instances) }, (_, i) => i + 1);
  const budget = Number(values.budget);
  const own: Readonly<Record<string, Solve>> = {
    cmaEs: (box, seed, maxEvaluations) => cmaEs(box, { seed, maxEvaluations }),
    cbo: (box, seed, maxEvaluations) => cbo(boxed(box), { seed, maxEvaluations }),
    particleSwarm: (box, seed, maxEvaluations) => particleSwarm(boxed(box), { seed, maxEvaluations }),
    differentialEvolution: (box, seed, maxEvaluations) =>
      differentialEvolution(boxed(box), { seed, maxEvaluations, population: 30 }),
    openEs: (box, seed, maxEvaluations) => openEs(box, { seed, maxEvaluations }),
  };
  const theirs = values.peers.split(',');
  const grid = [2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((ratio) => ratio <= budget);
  for (const d of dimensions) {
    const peers = peerRuns(theirs, functions, [d], instances, [1], budget);
    const runs = [...ownRuns(own, functions, [d], instances, [1], budget), ...(await peers)];
    console.log(`\nd = ${d}: share of 51 targets, ${functions.length} functions, ${instances.length} instances, one run each`);
    console.log(`| evaluations / d | ${grid.join(' | ')} |`);
    for (const solver of new Set(runs.map((run) => run.solver))) {
      const hits = runs.filter((run) => run.solver === solver).flatMap((run) => run.hits);
      const share = (ratio: number) => hits.filter((hit) => hit !== null && hit <= ratio * d).length / hits.length;
      console.log(`| ${solver} | ${grid.map((ratio) => share(ratio).toFixed(3)).join(' | ')} |`);
    }
  }
}

/** Mean evaluations to 1e-8 over pycma's on the unimodal functions, with the interval of the ratio of means. */
async function unimodal(): Promise<void> {
  const functions = [1, 2, 8, 10, 11, 12, 13, 14];
  const seeds = Array.from({ length: Number(values.runs) }, (_, i) => i + 1);
  const own = { cmaEs: (box: BlackBox, seed: number, maxEvaluations: number) => cmaEs(box, { seed, maxEvaluations }) };
  for (const d of dimensions) {
    const peers = peerRuns(['pycma'], functions, [d], [1], seeds, 10_000);
    const runs = [...ownRuns(own, functions, [d], [1], seeds, 10_000), ...(await peers)];
    const ratios: number[] = [];
    for (const number of functions) {
      const [a, b] = ['cmaEs', 'pycma'].map((solver) => {
        const counts = runs
          .filter((run) => run.solver === solver && run.function === number)
          .map((run) => run.hits[50])
          .filter((hit) => hit !== null);
        const mean = counts.reduce((sum, hit) => sum + hit / counts.length, 0);
        const variance = counts.reduce((sum, hit) => sum + (hit - mean) ** 2, 0) / Math.max(1, counts.length - 1);
        return { solved: counts.length, mean, error: Math.sqrt(variance / Math.max(1, counts.length)) / mean };
      });
      const ratio = a.mean / b.mean;
      if (number !== 8) ratios.push(ratio);
      const width = 1.96 * ratio * Math.hypot(a.error, b.error);
      console.log(
        `d = ${d}, f${number}: cmaEs ${a.mean.toFixed(0)} (${a.solved}), pycma ${b.mean.toFixed(0)} (${b.solved}) of ${seeds.length}, ratio ${ratio.toFixed(3)} ± ${width.toFixed(3)}`,
      );
    }
    const middle = [...ratios].sort((x, y) => x - y)[ratios.length >> 1];
    console.log(`d = ${d}: median ratio over f1, f2, f10 to f14: ${middle.toFixed(3)}`);
  }
}

function ownRuns(
  solvers: Readonly<Record<string, Solve>>,
  functions: readonly number[],
  sizes: readonly number[],
  instances: readonly number[],
  seeds: readonly number[],
  budget: number,
): Run[] {
  const runs: Run[] = [];
  for (const d of sizes) {
    for (const number of functions) {
      for (const instance of instances) {
        const { value, optimum } = bbob(number, d, instance);
        for (const seed of seeds) {
          for (const [solver, solve] of Object.entries(solvers)) {
            const hits = new Array<number | null>(targets.length).fill(null);
            let evaluations = 0;
            let reached = 0;
            const watched = (x: Float64Array) => {
              evaluations++;
              const f = value(x);
              while (reached < targets.length && f <= optimum + targets[reached]) hits[reached++] = evaluations;
              return f;
            };
            const random = new Random(1000 * seed + instance, 7);
            const box: BlackBox = {
              dimension: d,
              value: watched,
              initial: random.uniforms(new Float64Array(d)).map((u) => 8 * u - 4),
              scale: new Float64Array(d).fill(2),
              target: optimum + 1e-8,
            };
            solve(box, 1000 * seed + instance, budget * d);
            runs.push({ solver, function: number, d, instance, hits, evaluations });
          }
        }
      }
    }
  }
  return runs;
}

/** A process for each solver. */
async function peerRuns(
  solvers: readonly string[],
  functions: readonly number[],
  sizes: readonly number[],
  instances: readonly number[],
  seeds: readonly number[],
  budget: number,
): Promise<Run[]> {
  const python = process.env['BLACKBOX_PYTHON'];
  if (python === undefined) return [];
  const optima = Object.fromEntries(
    functions.flatMap((number) =>
      sizes.flatMap((d) => instances.map((instance) => [`${number} ${d} ${instance}`, bbob(number, d, instance).optimum])),
    ),
  );
  const shared = { functions, dimensions: sizes, instances, seeds, budget, targets, optima };
  const script = fileURLToPath(new URL('bbob_peers.py', import.meta.url));
  const settings = { maxBuffer: 2 ** 30, env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } };
  const outputs = await Promise.all(
    solvers.map((solver) => promisify(execFile)(python, [script, JSON.stringify({ ...shared, solvers: [solver] })], settings)),
  );
  return outputs.flatMap(({ stdout }) =>
    stdout
      .trim()
      .split('\n')
      .map((line): Run => JSON.parse(line)),
  );
}
