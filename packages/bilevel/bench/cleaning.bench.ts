// Hyper-cleaning of digits: test accuracy, share of the gap that is closed, F1 of labels that are found by their weights, F1 of labels
// that the model differs from, trained with the weights, processor time, means of some seeds with standard errors of F1: pnpm bench:package bilevel cleaning [seeds] [samples]
//
// JAXopt's implicit differentiation runs beside it where INFIMUM_PYTHON names a Python that has it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry, solve } from '@infimum/core';
import { f1, indexOfLargest } from '../src/models/cleaning.ts';
import { modelOf } from '../src/models/instance.ts';
import { hypergradient } from '../src/oracles/hypergradient.ts';
import { solveLower } from '../src/oracles/judge.ts';
import { type BilevelInstance, bilevelOptimisation, plugin } from '../src/plugin.ts';

const seeds = Number(process.argv[2] ?? 5);
const registry = createRegistry(plugin);
const family = bilevelOptimisation.families['cleaning'];
type Cleaning = Extract<BilevelInstance['source'], { kind: 'cleaning' }>;

/** The lower level solved for weights x at one ridge: its model, with test error and validation loss. */
function trained(source: Cleaning, x: Float64Array, y0: Float64Array) {
  const { problem, testError } = modelOf({ source, x0: x, y0 });
  const y = y0.slice();
  solveLower(problem, x, y, 1e-6, 200);
  return { y, error: testError?.(y) ?? 1, loss: problem.f?.(x, y) ?? 0 };
}

/** Plain training with the ridge that the validation part likes best; all weights one. */
function plain(source: Cleaning, y0: Float64Array) {
  const x = new Float64Array(source.train.design.rows).fill(40);
  const tried = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3].map((ridge) => trained({ ...source, ridge }, x, y0));
  return tried.reduce((best, next) => (next.loss < best.loss ? next : best));
}

/** Samples whose label the model would not give. */
function disagreement({ train, classes }: Cleaning, y: Float64Array): Uint8Array {
  const { rows, cols, values } = train.design;
  return Uint8Array.from({ length: rows }, (_, i) => {
    const scores = Float64Array.from({ length: classes }, (_, c) => {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += y[c * cols + j] * values[i * cols + j];
      return sum;
    });
    return indexOfLargest(scores) === train.labels[i] ? 0 : 1;
  });
}

/** JAXopt on the same data: Adam with as many steps as `aid-cg` makes below, ten inner steps each or the inner problem solved. */
function byJaxopt(
  { train, validation, classes, ridge }: Cleaning,
  innerSteps: number,
  innerTolerance: number,
) {
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
    innerSteps,
    innerTolerance,
    linearSteps: innerTolerance > 1e-6 ? 10 : 100,
    outerSteps: 80,
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
  const x = new Float64Array(new Uint8Array(readFileSync(`${place}.x`)).buffer);
  rmSync(folder, { recursive: true, force: true });
  return {
    x,
    seconds: (JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { seconds: number }).seconds,
  };
}

const methods: [string, object, object][] = [
  ['bilevel-minimize', { maxEvaluations: 25 }, {}],
  ['aid-cg', { outer: 'adam', eta: 0.15 }, { maxIterations: 80 }],
  [
    'penalty-bilevel',
    { outer: 'adam', alpha: 0.15, sigma: 0.1, innerSteps: 10, batch: 1000 },
    { maxIterations: 80 },
  ],
  [
    'penalty-bilevel-single-loop',
    { outer: 'adam', alpha: 0.02, sigma: 0.1, batch: 1000 },
    { maxIterations: 500 },
  ],
  ['stocbio', { outer: 'adam', eta: 0.15, batch: 128 }, { maxIterations: 80 }],
  ['itd', { outer: 'adam', eta: 0.15 }, { maxIterations: 40 }],
  ['bo-rep', { eta: 0.3, batch: 128 }, { maxIterations: 500 }],
  ['ma-soba', { eta: 100, batch: 128 }, { maxIterations: 500 }],
  ['amigo', { eta: 100, batch: 128 }, { maxIterations: 80 }],
  ['f2sa', { multiplier: 10, alpha: 300, batch: 1000 }, { maxIterations: 80 }],
];
const train = Number(process.argv[3] ?? 400);
const rows = new Map<string, number[][]>();
const note = (name: string, values: number[]) => rows.set(name, [...(rows.get(name) ?? []), values]);
for (let seed = 1; seed <= seeds; seed++) {
  const params = { train, validation: 200, wrong: 0.3, ridge: 0.01 };
  const instance = (await family.generate(params, seed)) as BilevelInstance;
  const source = instance.source as Cleaning;
  const wrong = source.wrong as Uint8Array;
  const dirty = plain(source, instance.y0);
  // The same samples without the wrong ones stand for clean labels.
  const kept = new Float64Array(train).map((_, i) => (wrong[i] ? -40 : 40));
  const clean = [1e-2, 3e-3, 1e-3]
    .map((ridge) => trained({ ...source, ridge }, kept, instance.y0))
    .reduce((best, next) => (next.loss < best.loss ? next : best));
  note('plain training, ridge tuned; label differs from it', [
    1 - dirty.error,
    0,
    Number.NaN,
    f1(disagreement(source, dirty.y), wrong),
    0,
  ]);
  note('training without the wrong labels', [
    1 - clean.error,
    1,
    1,
    f1(disagreement(source, clean.y), wrong),
    0,
  ]);
  const { problem } = modelOf(instance);
  const first = trained(source, instance.x0, instance.y0);
  const { gradient } = hypergradient(problem, instance.x0, first.y, { tolerance: 1e-6 });
  note('sign of the first hyper-gradient', [
    Number.NaN,
    Number.NaN,
    f1(
      gradient.map((t) => (t > 0 ? 1 : 0)),
      wrong,
    ),
    Number.NaN,
    0,
  ]);
  for (const [id, options, limits] of methods) {
    const before = process.cpuUsage();
    const { x, status, reason } = solve(registry.solver(`bilevel/${id}`), instance, {
      options,
      seed,
      ...limits,
    }) as never as {
      x: Float64Array;
      status: string;
      reason: string;
    };
    const { user, system } = process.cpuUsage(before);
    if (status === 'stalled' && seed === 1) console.log(`${id}: ${reason}`);
    const { error, y } = trained(source, x, instance.y0);
    const found = x.map((t) => (t < 0 ? 1 : 0));
    note(id, [
      1 - error,
      (dirty.error - error) / (dirty.error - clean.error),
      f1(found, wrong),
      f1(disagreement(source, y), wrong),
      (user + system) / 1e6,
    ]);
  }
  for (const [name, steps, tolerance] of [
    ['JAXopt, 10 inner steps', 10, 1e-3],
    ['JAXopt, inner problem solved', 500, 1e-8],
  ] as const) {
    const peer = byJaxopt(source, steps, tolerance);
    if (!peer) continue;
    const { error, y } = trained(source, peer.x, instance.y0);
    const found = peer.x.map((t) => (t < 0 ? 1 : 0));
    note(name, [
      1 - error,
      (dirty.error - error) / (dirty.error - clean.error),
      f1(found, wrong),
      f1(disagreement(source, y), wrong),
      peer.seconds,
    ]);
  }
}
for (const [name, values] of rows) {
  const means = values[0].map((_, k) => values.reduce((sum, row) => sum + row[k], 0) / values.length);
  const error = (k: number): string => {
    const square = values.reduce((sum, row) => sum + (row[k] - means[k]) ** 2, 0);
    return Math.sqrt(square / Math.max(1, values.length - 1) / values.length).toFixed(3);
  };
  console.log(
    `${name}: test accuracy ${means[0].toFixed(4)}, gap closed ${means[1].toFixed(2)}, F1 by weights ${means[2].toFixed(3)} ± ${error(2)}, by the model ${means[3].toFixed(3)} ± ${error(3)}, ${means[4].toFixed(2)} s`,
  );
}
