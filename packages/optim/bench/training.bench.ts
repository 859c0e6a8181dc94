// Trains the small networks and the click model with every method, over seeds, and prints tables:
//
//   pnpm bench:package optim training [perceptron] [convolution] [clicks] [robustness] [steps] [characters] [--seeds 10]
import { cpus, loadavg } from 'node:os';
import { Random } from '@infimum/core';
import { adaGrad } from '../src/training/adagrad.ts';
import type { AdaHessianOptions } from '../src/training/adahessian.ts';
import { adaHessian } from '../src/training/adahessian.ts';
import { adam, adamW } from '../src/training/adam.ts';
import { characterModel } from '../src/training/character-model.ts';
import { lion } from '../src/training/lion.ts';
import type { ParameterShapes, StochasticOptimizer } from '../src/training/optimizer.ts';
import { rmsProp } from '../src/training/rmsprop.ts';
import { sgd } from '../src/training/sgd.ts';
import { sophia } from '../src/training/sophia.ts';
import { minimizeStochastic, warmingUp } from '../src/training/training.ts';
import type { SplitModel } from '../src/training/training-instances.ts';
import { clicksModel, digitsModel, factorStart, networkStart } from '../src/training/training-instances.ts';

type Create = (shapes: ParameterShapes, seed: number) => StochasticOptimizer;
type Row = readonly [name: string, create: Create];

const names = ['perceptron', 'convolution', 'clicks', 'robustness', 'steps', 'characters'];
const flag = process.argv.indexOf('--seeds');
const SEEDS = flag > 0 ? Number(process.argv[flag + 1]) : 10;
const asked = names.filter((name) => process.argv.includes(name));

const hessian =
  (options: AdaHessianOptions): Create =>
  (shapes, seed) =>
    adaHessian(shapes, { ...options, seed });
const adamAt = (learningRate: number): Row => [`Adam ${learningRate}`, (d) => adam(d, { learningRate })];
const sgdAt = (learningRate: number): Row => [`SGD ${learningRate}`, (d) => sgd(d, { learningRate })];
const hessianAt = (name: string, options: AdaHessianOptions): Row => [`AdaHessian ${name}`, hessian(options)];
const rows = { blocks: 'instruction' } as const;
const single = { blocks: 'reference' } as const;

console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}, ${SEEDS} seeds`);
const tables: Record<string, () => Promise<void>> = { perceptron, convolution, clicks, robustness, steps, characters };
for (const name of asked.length > 0 ? asked : names) await tables[name]();

/** The digits' perceptron: batch 64, 20 epochs. */
async function perceptron(): Promise<void> {
  const model = await digitsModel('perceptron', 1400);
  await table('Digits, perceptron: 20 epochs', model, { batchSize: 64, epochs: 20 }, networkStart, [
    sgdAt(0.1),
    sgdAt(0.3),
    adamAt(1e-3),
    adamAt(3e-3),
    adamAt(1e-2),
    adamAt(3e-2),
    ['AdamW 0.01', (d) => adamW(d, { learningRate: 1e-2 })],
    ['RMSProp 0.003', (d) => rmsProp(d, { learningRate: 3e-3 })],
    ['RMSProp 0.01', (d) => rmsProp(d, { learningRate: 1e-2 })],
    ['AdaGrad 0.03', (d) => adaGrad(d, { learningRate: 0.03 })],
    ['AdaGrad 0.1', (d) => adaGrad(d, { learningRate: 0.1 })],
    ['Lion 0.001', (d) => lion(d, { learningRate: 1e-3 })],
    ['Lion 0.003', (d) => lion(d, { learningRate: 3e-3 })],
    ['Sophia 0.003', (d, seed) => sophia(d, { learningRate: 3e-3, seed })],
    ['Sophia 0.01', (d, seed) => sophia(d, { learningRate: 1e-2, seed })],
    hessianAt('block 1, 0.05', { ...single, learningRate: 0.05 }),
    hessianAt('block 1, 0.15', single),
    hessianAt('block 1, 0.5', { ...single, learningRate: 0.5 }),
    hessianAt('rows, 0.05', { ...rows, learningRate: 0.05 }),
    hessianAt('rows, 0.15', rows),
    hessianAt('rows, 0.5', { ...rows, learningRate: 0.5 }),
    hessianAt('rows, 4 samples', { ...rows, samples: 4 }),
    hessianAt('rows, 4 samples, signed', { ...rows, samples: 4, estimator: 'signed' }),
    hessianAt('rows, every 2', { ...rows, hessianEvery: 2 }),
    hessianAt('rows, every 3', { ...rows, hessianEvery: 3 }),
    hessianAt('rows, every 5', { ...rows, hessianEvery: 5 }),
    hessianAt('rows, power 0.75', { ...rows, hessianPower: 0.75 }),
    hessianAt('rows, power 0.5', { ...rows, hessianPower: 0.5 }),
  ]);
}

/** The digits' convolutional network: batch 64, 20 epochs. */
async function convolution(): Promise<void> {
  const model = await digitsModel('convolutional', 1400);
  await table('Digits, convolution: 20 epochs', model, { batchSize: 64, epochs: 20 }, networkStart, [
    adamAt(1e-3),
    adamAt(3e-3),
    adamAt(1e-2),
    adamAt(3e-2),
    hessianAt('block 1, 0.15', { blocks: 1 }),
    hessianAt('reference, 0.15', single),
    hessianAt('instruction, 0.05', { ...rows, learningRate: 0.05 }),
    hessianAt('instruction, 0.15', rows),
    hessianAt('instruction, 0.5', { ...rows, learningRate: 0.5 }),
  ]);
}

/** The click model: batch 256, 4 epochs. */
async function clicks(): Promise<void> {
  const adaGradAt = (learningRate: number): Row => [`AdaGrad ${learningRate}`, (d) => adaGrad(d, { learningRate })];
  await table('Clicks: 4 epochs, log-loss', clicksModel(30_000), { batchSize: 256, epochs: 4 }, factorStart, [
    adaGradAt(0.03),
    adaGradAt(0.1),
    adaGradAt(0.3),
    adamAt(1e-3),
    adamAt(3e-3),
    adamAt(1e-2),
    sgdAt(1),
    ['SGD 10, no momentum', (d) => sgd(d, { learningRate: 10, momentum: 0 })],
    hessianAt('rows, 0.01', { ...rows, learningRate: 0.01 }),
    hessianAt('rows, 0.03', { ...rows, learningRate: 0.03 }),
    hessianAt('rows, 0.04', { ...rows, learningRate: 0.04 }),
    hessianAt('rows, 0.05', { ...rows, learningRate: 0.05 }),
    hessianAt('rows, 0.15', rows),
    hessianAt('block 1, 0.03', { ...single, learningRate: 0.03 }),
  ]);
}

/** The model of language: batch 32, 2000 steps of which 200 to warm up. Perplexities are exp(loss) a character. */
async function characters(): Promise<void> {
  const { objective, heldOut } = await characterModel(4928);
  const { shapes } = objective;
  const adamWAt = (learningRate: number): Row => [`AdamW ${learningRate}`, (d) => adamW(d, { learningRate })];
  const runsAt = (learningRate: number): Row => hessianAt(`runs of 32, ${learningRate}`, { blocks: 32, learningRate });
  console.log(`\nCharacters: 2000 steps, ${SEEDS} seeds\n`);
  console.log('| method | training loss | test loss | test perplexity | ms a step |');
  console.log('| --- | ---: | ---: | ---: | ---: |');
  for (const [name, create] of [1e-3, 3e-3, 1e-2].map(adamWAt).concat([0.05, 0.15, 0.5].map(runsAt))) {
    const [losses, testLosses]: number[][] = [[], []];
    const start = process.cpuUsage();
    for (let seed = 0; seed < SEEDS; seed++) {
      const budget = { batchSize: 32, epochs: 13, maxIterations: 2000, seed, schedule: warmingUp(200) };
      const initial = networkStart(shapes, seed);
      const { x, value } = minimizeStochastic(objective, initial, create(shapes, seed), budget);
      losses.push(value);
      testLosses.push(heldOut.value(x));
    }
    const time = processorTime(start) / SEEDS / 2000;
    const cells = [losses, testLosses, testLosses.map(Math.exp)].map(
      (values) => `${short(mean(values), 4)} ± ${short(standardError(values), 1)}`,
    );
    console.log(`| ${name} | ${cells.join(' | ')} | ${time.toFixed(0)} |`);
  }
}

/** How much the final loss of the perceptron depends on what is chosen. */
async function robustness(): Promise<void> {
  const model = await digitsModel('perceptron', 1400);
  const budget = { batchSize: 64, epochs: 20 };
  const spread = (title: string, choices: readonly Row[]) => {
    const losses = choices.map(([, create]) => mean(train(model, budget, networkStart, create).losses));
    const [least, most] = [Math.min(...losses), Math.max(...losses)];
    const list = choices.map(([name], k) => `${name}: ${short(losses[k])}`).join(', ');
    console.log(`| ${title} | ${list} | ${(most / least).toFixed(1)} |`);
  };
  console.log('\n| what is varied | training loss | largest / least |\n| --- | --- | ---: |');
  const thirds = (best: number) => [best / 3, best, 3 * best];
  const near = (create: (learningRate: number) => Create, best: number): Row[] =>
    thirds(best).map((rate) => [short(rate), create(rate)]);
  spread(
    'SGD, rate',
    near((learningRate) => (d) => sgd(d, { learningRate }), 0.3),
  );
  spread(
    'Adam, rate',
    near((learningRate) => (d) => adam(d, { learningRate }), 1e-2),
  );
  spread(
    'AdaHessian, rate',
    near((learningRate) => hessian({ ...rows, learningRate }), 0.15),
  );
  spread(
    'AdaHessian, blocks',
    [1, 4, 8, 16, 32].map((blocks) => [String(blocks), hessian({ blocks })]),
  );
  spread(
    'AdaHessian, steps between estimates',
    [1, 2, 3, 5].map((hessianEvery) => [String(hessianEvery), hessian({ ...rows, hessianEvery })]),
  );
}

/** Processor time of the optimisers alone, in nanoseconds a parameter and step, and of a whole step in gradients. */
async function steps(): Promise<void> {
  const sizes = [1e4, 1e5, 1e6, 1e7];
  console.log(`\n| ns a parameter and step | ${sizes.map((d) => `d = ${d}`).join(' | ')} |`);
  console.log(`| --- | ${sizes.map(() => '---:').join(' | ')} |`);
  const methods: readonly Row[] = [
    ['SGD', (d) => sgd(d)],
    ['Adam', (d) => adam(d)],
    ['AdaHessian, block 1', (d) => adaHessian(d, { blocks: 1 })],
    ['AdaHessian, blocks of 10', (d) => adaHessian(d, { blocks: 10 })],
    ['AdaHessian, block 1, every 5', (d) => adaHessian(d, { blocks: 1, hessianEvery: 5 })],
  ];
  for (const [name, create] of methods)
    console.log(`| ${name} | ${sizes.map((d) => stepTime(create, d).toFixed(1)).join(' | ')} |`);

  const { objective } = await digitsModel('perceptron', 1400);
  const x = networkStart(objective.shapes, 1);
  const batch = Int32Array.from({ length: 64 }, (_, i) => i);
  const gradient = new Float64Array(x.length);
  const seconds = (create: Create | undefined): number => {
    const optimizer = create?.(objective.shapes, 0);
    if (optimizer) optimizer.learningRate = 0;
    let best = Infinity;
    for (let round = 0; round < 8; round++) {
      const start = process.cpuUsage();
      for (let step = 0; step < 100; step++) {
        objective.evaluate(x, gradient, batch);
        optimizer?.step(x, gradient, objective.productThere);
      }
      best = Math.min(best, processorTime(start));
    }
    return best;
  };
  const one = seconds(undefined);
  const ratio = (create: Create) => (seconds(create) / one).toFixed(2);
  console.log(`\nA step of the perceptron, in gradients: Adam ${ratio((d) => adam(d))}, AdaHessian`);
  for (const hessianEvery of [1, 2, 3, 5]) console.log(`  every ${hessianEvery}: ${ratio(hessian({ ...rows, hessianEvery }))}`);
}

function stepTime(create: Create, d: number): number {
  const optimizer = create(d, 0);
  const [x, g] = [new Float64Array(d), new Random(1).uniforms(new Float64Array(d))];
  const nothing = () => undefined;
  const count = Math.max(5, Math.round(2e7 / d));
  let best = Infinity;
  for (let round = 0; round < 4; round++) {
    const start = process.cpuUsage();
    for (let step = 0; step < count; step++) optimizer.step(x, g, nothing);
    best = Math.min(best, processorTime(start) / count);
  }
  return (1e6 * best) / d;
}

/** Milliseconds of processor time: others may use the machine at the same time. */
function processorTime(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

interface Budget {
  readonly batchSize: number;
  readonly epochs: number;
}
type Start = (shapes: SplitModel['objective']['shapes'], seed: number) => Float64Array;

function train({ objective, heldOut }: SplitModel, budget: Budget, start: Start, create: Create) {
  const losses: number[] = [];
  const testLosses: number[] = [];
  const accuracies: number[] = [];
  for (let seed = 0; seed < SEEDS; seed++) {
    const { shapes } = objective;
    const options = { ...budget, seed };
    const { x, value } = minimizeStochastic(objective, start(shapes, seed), create(shapes, seed), options);
    losses.push(value);
    testLosses.push(heldOut.value(x));
    accuracies.push(heldOut.accuracy(x));
  }
  return { losses, testLosses, accuracies };
}

async function table(title: string, model: SplitModel, budget: Budget, start: Start, methods: readonly Row[]): Promise<void> {
  console.log(`\n${title}\n\n| method | training loss | test loss | test accuracy |`);
  console.log('| --- | ---: | ---: | ---: |');
  for (const [name, create] of methods) {
    const found = train(model, budget, start, create);
    const cells = [found.losses, found.testLosses, found.accuracies].map(
      (values) => `${short(mean(values), 4)} ± ${short(standardError(values), 1)}`,
    );
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardError(values: readonly number[]): number {
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

function short(value: number, digits = 3): string {
  return String(Number(value.toPrecision(digits)));
}
