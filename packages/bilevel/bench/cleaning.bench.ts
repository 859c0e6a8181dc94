// Hyper-cleaning of digits: test accuracy, share of the gap that is closed, F1 of labels that are found by their weights, F1 of labels
// that the model differs from, trained with the weights, and processor time; means of some seeds with standard errors, every method with
// the same number of samples that its oracles may see: pnpm bench:package bilevel cleaning [seeds] [samples] [first seed] [methods]
//
// JAXopt's implicit differentiation runs beside it where INFIMUM_PYTHON names a Python that has it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MultiBlockProblem } from '../src/block-problems/multi-block-problem.ts';
import { blockBsa } from '../src/blocks/block-neumann.ts';
import { bsvrb } from '../src/blocks/bsvrb.ts';
import { aidCg } from '../src/implicit/aid-cg.ts';
import { itd } from '../src/implicit/itd.ts';
import { stocBio } from '../src/implicit/stocbio.ts';
import { minimizeBilevel } from '../src/minimize-bilevel.ts';
import { f1 } from '../src/models/cleaning.ts';
import { modelOf } from '../src/models/instance.ts';
import { wrongLabels } from '../src/models/problems.ts';
import type { BilevelProblem, BilevelStart } from '../src/oracles/bilevel-problem.ts';
import { hypergradient } from '../src/oracles/hypergradient.ts';
import { solveLower } from '../src/oracles/judge.ts';
import { bome } from '../src/penalty/bome.ts';
import { f2sa } from '../src/penalty/f2sa.ts';
import { pbgd } from '../src/penalty/pbgd.ts';
import { penaltyBilevel } from '../src/penalty/penalty-bilevel.ts';
import { penaltyBilevelSingleLoop } from '../src/penalty/penalty-bilevel-single-loop.ts';
import type { BilevelInstance } from '../src/plugin.ts';
import { bilevelOptimization } from '../src/plugin.ts';
import { randomSearch } from '../src/search/random-search.ts';
import { amigo } from '../src/unbounded/amigo.ts';
import { boRep } from '../src/unbounded/bo-rep.ts';
import { saba } from '../src/unbounded/saba.ts';
import { maSoba, soba } from '../src/unbounded/soba.ts';
import { ttsa } from '../src/unbounded/ttsa.ts';

const seeds = Number(process.argv[2] ?? 5);
const family = bilevelOptimization.families['cleaning'];
type Cleaning = Extract<BilevelInstance['source'], { kind: 'cleaning' }>;

/** The lower level solved for weights x at one ridge: its model, with test error and validation loss. */
function trained(source: Cleaning, x: Float64Array, y0: Float64Array) {
  const { problem, testError } = modelOf({ source, initial: { x, y: y0 } });
  const y = y0.slice();
  solveLower(problem, x, y, 1e-6, 200);
  return { y, error: testError?.(y) ?? 1, loss: problem.f?.(x, y) ?? 0 };
}

/**
 * Plain training, all weights one: with the ridge that the validation part likes best, and the largest F1 of labels that differ from a
 * plain model of any of the ridges, as only the truth could choose it.
 */
function plain(source: Cleaning, y0: Float64Array) {
  const x = new Float64Array(source.train.design.rows).fill(40);
  const tried = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3].map((ridge) => trained({ ...source, ridge }, x, y0));
  const chosen = tried.reduce((best, next) => (next.loss < best.loss ? next : best));
  const found = tried.map(({ y }) => f1(wrongLabels(source, y), source.wrong as Uint8Array));
  return { ...chosen, mostF1: Math.max(...found) };
}

/** JAXopt on the same data: Adam with as many steps as `aid-cg` makes below, ten inner steps each or the inner problem solved. */
function byJaxopt({ train, validation, classes, ridge, trust }: Cleaning, innerSteps: number, innerTolerance: number) {
  const python = process.env['INFIMUM_PYTHON'];
  if (!python) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), 'infimum-cleaning-'));
  const place = path.join(folder, 'data');
  const write = (name: string, values: Float64Array | Int32Array) =>
    writeFileSync(place + name, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  write('.train', Float64Array.from(train.design.values));
  write('.labels', Int32Array.from(train.labels));
  write('.held', Float64Array.from(validation.design.values));
  write('.heldlabels', Int32Array.from(validation.labels));
  const input = JSON.stringify({
    place,
    rows: train.design.rows,
    held: validation.design.rows,
    classes,
    ridge,
    trust,
    innerSteps,
    innerTolerance,
    linearSteps: innerTolerance > 1e-6 ? 10 : 100,
    outerSteps: 115,
    eta: 0.15,
  });
  const env = {
    ...process.env,
    XLA_FLAGS: '--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1',
    OMP_NUM_THREADS: '1',
  };
  const script = fileURLToPath(new URL('cleaning_jaxopt.py', import.meta.url));
  const { stdout, stderr, status } = spawnSync(python, [script], { input, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const xs = new Float64Array(new Uint8Array(readFileSync(`${place}.x`)).buffer);
  rmSync(folder, { recursive: true, force: true });
  const { seconds } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { seconds: number[] };
  const size = train.design.rows;
  return seconds.map((at, k): WayPoint => ({ x: xs.slice(k * size, (k + 1) * size), seconds: at }));
}

/** Where a method was after so many seconds. */
interface WayPoint {
  readonly x: Float64Array;
  readonly seconds: number;
}

/** The x of `minimizeBilevel` after each of its hyper-gradients. */
function wayOfOurs(problem: BilevelProblem, initial: BilevelStart): WayPoint[] {
  const way: WayPoint[] = [];
  let seen = 0;
  const before = process.cpuUsage();
  minimizeBilevel(problem, initial, {
    maxEvaluations: 60,
    onIteration: (iterate) => {
      if (iterate.lowerSolves === seen) return;
      seen = iterate.lowerSolves;
      const { user, system } = process.cpuUsage(before);
      way.push({ x: iterate.solution().x, seconds: (user + system) / 1e6 });
    },
  });
  return way;
}

/** Seconds until the true hyper-objective has come down by all but some shares of what there is to gain, by way. */
function secondsToErrors(source: Cleaning, initial: BilevelInstance['initial'], ways: Map<string, WayPoint[]>) {
  const start = trained(source, initial.x, initial.y).loss;
  const objectives = new Map(Array.from(ways, ([name, way]) => [name, way.map(({ x }) => trained(source, x, initial.y).loss)]));
  const least = Math.min(...Array.from(objectives.values()).flat());
  for (const [name, way] of ways) {
    const values = objectives.get(name) ?? [];
    const texts = [1e-1, 1e-2, 1e-3].map((share) => {
      const at = values.findIndex((value) => value - least <= share * (start - least));
      return `${share}: ${at < 0 ? 'never' : `${way[at].seconds.toFixed(3)} s`}`;
    });
    console.log(`seconds to an error of the hyper-objective, ${name}: ${texts.join(', ')}`);
  }
}

/** The 0.975 quantile of Student's t with so many degrees of freedom (A. Hill, Algorithm 396, 1970: four terms about the normal one). */
function student95(freedom: number): number {
  const z = 1.959963984540054;
  const [a, b] = [(z ** 3 + z) / 4, (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96];
  const c = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + a / freedom + b / freedom ** 2 + c / freedom ** 3;
}

/** Samples that oracles may see, the same for every method: a gradient or product of one sample is one. */
const BUDGET = 1e6;

/** A problem whose oracles count the samples they see, and what stops a run that has spent its budget. */
function metered(problem: BilevelProblem) {
  const stop = new AbortController();
  let spent = 0;
  const count = (samples: number | undefined, indices: Int32Array | undefined) => {
    spent += indices?.length ?? samples ?? 1;
    if (spent >= BUDGET) stop.abort();
  };
  const { samplesF, samplesG, hvpGyy, jvpGxy, f, g } = problem;
  const counted: BilevelProblem = {
    ...problem,
    f: (x, y, indices) => {
      count(samplesF, indices);
      return f?.(x, y, indices) ?? 0;
    },
    g: (x, y, indices) => {
      count(samplesG, indices);
      return g?.(x, y, indices) ?? 0;
    },
    gradFy: (x, y, out, indices) => {
      count(samplesF, indices);
      problem.gradFy(x, y, out, indices);
    },
    gradGx: (x, y, out, indices) => {
      count(samplesG, indices);
      problem.gradGx(x, y, out, indices);
    },
    gradGy: (x, y, out, indices) => {
      count(samplesG, indices);
      problem.gradGy(x, y, out, indices);
    },
    hvpGyy: (x, y, v, out, indices) => {
      count(samplesG, indices);
      hvpGyy?.(x, y, v, out, indices);
    },
    jvpGxy: (x, y, v, out, indices) => {
      count(samplesG, indices);
      jvpGxy?.(x, y, v, out, indices);
    },
  };
  return { problem: counted, signal: stop.signal, spent: () => spent };
}

/** The problem as a single block, for methods that are made for many. */
function oneBlock(problem: BilevelProblem): MultiBlockProblem {
  const { dimX, dimY, samplesF = 0, samplesG = 0 } = problem;
  const row = new Float64Array(dimX);
  const added = (weight: number, out: Float64Array) => {
    for (let k = 0; k < dimX; k++) out[k] += weight * row[k];
  };
  return {
    blocks: 1,
    dimX,
    dimY,
    samplesF: () => samplesF,
    samplesG: () => samplesG,
    gradGy: (_, x, y, out, indices) => problem.gradGy(x, y, out, indices),
    gradFy: (_, x, y, out, indices) => problem.gradFy(x, y, out, indices),
    hvpGyy: (_, x, y, v, out, indices) => problem.hvpGyy?.(x, y, v, out, indices),
    addJvpGxy: (_, x, y, v, weight, out, indices) => {
      problem.jvpGxy?.(x, y, v, row, indices);
      added(weight, out);
    },
    addGradFx: (_, x, y, weight, out, indices) => {
      problem.gradFx(x, y, row, indices);
      added(weight, out);
    },
  };
}

type Method = (
  problem: BilevelProblem,
  initial: BilevelInstance['initial'],
  run: { signal: AbortSignal; seed: number },
) => { readonly x: Float64Array; readonly status: string; readonly reason: string };
const exact = { optimizer: 'adam', tolerance: 0, maxIterations: 1e6 } as const;
const sampled = { batchSize: 128, tolerance: 0, maxIterations: 1e6 } as const;

/** All methods for one lower level, with steps that were set by hand on seeds 1001 and 1002. */
const methods: [string, Method][] = [
  ['minimizeBilevel', (p, start, { signal }) => minimizeBilevel(p, start, { signal })],
  [
    'penaltyBilevel',
    (p, start, run) =>
      penaltyBilevel(p, start, { ...run, ...exact, stepSize: 0.05, sigma: 0.05, lowerSteps: 5, batchSize: 1000 }),
  ],
  [
    'penaltyBilevelSingleLoop',
    (p, start, run) => penaltyBilevelSingleLoop(p, start, { ...run, ...exact, stepSize: 0.03, sigma: 0.05, batchSize: 1000 }),
  ],
  ['boRep', (p, start, run) => boRep(p, start, { ...run, ...sampled, stepSize: 0.3 })],
  [
    'bsvrb',
    (p, { x }, run) =>
      bsvrb(oneBlock(p), x, { ...run, ...sampled, stepSize: 100, hypergradientWeight: 0.1, blocksPerIteration: 1 }),
  ],
  ['aidCg', (p, start, { signal }) => aidCg(p, start, { signal, ...exact, stepSize: 0.15 })],
  ['itd', (p, start, { signal }) => itd(p, start, { signal, ...exact, stepSize: 0.3 })],
  ['stocBio', (p, start, run) => stocBio(p, start, { ...run, ...sampled, stepSize: 200, neumannTerms: 20 })],
  ['ttsa', (p, start, run) => ttsa(p, start, { ...run, ...sampled, stepSize: 3000 })],
  ['soba', (p, start, run) => soba(p, start, { ...run, ...sampled, stepSize: 100 })],
  ['maSoba', (p, start, run) => maSoba(p, start, { ...run, ...sampled, stepSize: 100 })],
  ['amigo', (p, start, run) => amigo(p, start, { ...run, ...sampled, stepSize: 100 })],
  ['f2sa', (p, start, run) => f2sa(p, start, { ...run, ...sampled, penalty: 10, stepSize: 300, batchSize: 1000 })],
  ['bome', (p, start, run) => bome(p, start, { ...run, ...sampled, stepSize: 0.1, batchSize: 1000 })],
  ['pbgd', (p, start, run) => pbgd(p, start, { ...run, tolerance: 0, maxIterations: 1e6 })],
  ['blockBsa', (p, { x }, run) => blockBsa(oneBlock(p), x, { ...run, ...sampled, stepSize: 100, blocksPerIteration: 1 })],
  ['randomSearch', (p, start, run) => randomSearch(p, start, { ...run, lower: -5, upper: 5, points: 100_000 })],
  ['saba', (p, start, run) => saba(p, start, { ...run, ...sampled, stepSize: 30 })],
];
const train = Number(process.argv[3] ?? 400);
const firstSeed = Number(process.argv[4] ?? 1);
const only = process.argv[5]?.split(',');
const rows = new Map<string, number[][]>();
const note = (name: string, values: number[]) => {
  rows.set(name, [...(rows.get(name) ?? []), values]);
  console.error(`${name}: ${values.map((value) => value.toFixed(4)).join(', ')}`);
};
for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
  const params = { train, validation: 200, wrong: 0.3, ridge: 0.01 };
  const instance = (await family.generate(params, seed)) as BilevelInstance;
  const source: Cleaning = { ...(instance.source as Cleaning), trust: 0.05 };
  const wrong = source.wrong as Uint8Array;
  const dirty = plain(source, instance.initial.y);
  // The same samples without the wrong ones stand for clean labels.
  const kept = new Float64Array(train).map((_, i) => (wrong[i] ? -40 : 40));
  const plainF1 = f1(wrongLabels(source, dirty.y), wrong);
  const clean = [1e-2, 3e-3, 1e-3]
    .map((ridge) => trained({ ...source, ridge }, kept, instance.initial.y))
    .reduce((best, next) => (next.loss < best.loss ? next : best));
  note('plain training, ridge tuned; label differs from it', [
    1 - dirty.error,
    0,
    Number.NaN,
    plainF1,
    0,
    Number.NaN,
    0,
    plainF1 - dirty.mostF1,
  ]);
  note('training without the wrong labels', [
    1 - clean.error,
    1,
    1,
    f1(wrongLabels(source, clean.y), wrong),
    0,
    Number.NaN,
    f1(wrongLabels(source, clean.y), wrong) - plainF1,
    f1(wrongLabels(source, clean.y), wrong) - dirty.mostF1,
  ]);
  const { problem } = modelOf({ ...instance, source });
  const first = trained(instance.source as Cleaning, instance.initial.x, instance.initial.y);
  const { gradient } = hypergradient(modelOf(instance).problem, instance.initial.x, first.y, { tolerance: 1e-6 });
  note('sign of the first hyper-gradient', [
    Number.NaN,
    Number.NaN,
    f1(
      gradient.map((t) => (t > 0 ? 1 : 0)),
      wrong,
    ),
    Number.NaN,
    0,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
  const scores = (error: number, found: ArrayLike<number>, y: Float64Array, seconds: number): number[] => {
    const byModel = f1(wrongLabels(source, y), wrong);
    return [
      1 - error,
      (dirty.error - error) / (dirty.error - clean.error),
      f1(found, wrong),
      byModel,
      seconds,
      f1(found, wrong) - plainF1,
      byModel - plainF1,
      byModel - dirty.mostF1,
    ];
  };
  for (const [name, method] of methods) {
    if (only && !only.includes(name)) continue;
    const meter = metered(problem);
    const before = process.cpuUsage();
    const { x, status, reason } = method(meter.problem, instance.initial, { signal: meter.signal, seed });
    const { user, system } = process.cpuUsage(before);
    if (status !== 'aborted') console.log(`seed ${seed}, ${name}: ${status} after ${meter.spent()} samples, ${reason}`);
    const { error, y } = trained(source, x, instance.initial.y);
    const found = x.map((t) => (t < 0 ? 1 : 0));
    note(name, scores(error, found, y, (user + system) / 1e6));
  }
  const ways = new Map<string, WayPoint[]>();
  for (const [name, steps, tolerance] of [
    ['JAXopt, 10 inner steps', 10, 1e-3],
    ['JAXopt, inner problem solved', 500, 1e-8],
  ] as const) {
    const way = byJaxopt(source, steps, tolerance);
    const end = way?.at(-1);
    if (!way || !end) continue;
    ways.set(name, way);
    const { error, y } = trained(source, end.x, instance.initial.y);
    const found = end.x.map((t) => (t < 0 ? 1 : 0));
    note(name, scores(error, found, y, end.seconds));
  }
  if (ways.size > 0) {
    ways.set('minimizeBilevel', wayOfOurs(problem, instance.initial));
    secondsToErrors(source, instance.initial, ways);
  }
}
for (const [name, values] of rows) {
  const means = values[0].map((_, k) => values.reduce((sum, row) => sum + row[k], 0) / values.length);
  const error = (k: number): number => {
    const square = values.reduce((sum, row) => sum + (row[k] - means[k]) ** 2, 0);
    return Math.sqrt(square / Math.max(1, values.length - 1) / values.length);
  };
  const about = (k: number): string => `${means[k].toFixed(3)} ± ${error(k).toFixed(3)}`;
  // Half of the interval that holds the mean of as many differences with 95 %.
  const paired = (k: number): string =>
    `${means[k] > 0 ? '+' : ''}${means[k].toFixed(3)} [${[-1, 1].map((sign) => (means[k] + sign * student95(values.length - 1) * error(k)).toFixed(3)).join(', ')}]`;
  console.log(
    `${name}: test accuracy ${means[0].toFixed(4)}, gap closed ${means[1].toFixed(2)} (least ${Math.min(...values.map((row) => row[1])).toFixed(2)}), F1 by weights ${about(2)}, above plain ${paired(5)}, F1 by the model ${about(3)}, above plain ${paired(6)}, above plain of any ridge ${paired(7)}, better on ${values.filter((row) => row[6] > 0).length} of ${values.length} seeds, ${means[4].toFixed(2)} s`,
  );
}
