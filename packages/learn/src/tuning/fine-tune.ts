// Tuning a trained network: SNELL, and the methods with which it is compared.
//
// S. Shen, J. Sun, X. Ji, Q. Huang, S. Wang: Expanding sparse tuning for low memory usage (2024), arXiv 2411.01800.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Paper, Steps } from '@infimum/core';
import { checkObject, defineSolver, exhausted, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { fineTuneOptions, layerSettings } from './fine-tune-options.ts';
import { snellPaper } from './papers.ts';
import type { TuningMethod } from './tunable-linear.ts';
import { copyLayer, numbersOfLayer } from './tunable-linear.ts';
import type { LabeledLike, TuningInstance } from './tuned-network.ts';
import { asLabeled, chosenRows, crossEntropy, TunedNetwork } from './tuned-network.ts';
import type { TuningIterate, TuningSolution } from './tuning-problem.ts';
import { checkTuning, sparseTuning } from './tuning-problem.ts';

/** Options of `fineTune`. */
export type FineTuneOptions = OptionsOf<typeof fineTuneOptions>;

/**
 * Tunes a trained perceptron on a few examples of a new task, with a new head. `snell` trains two thin matrices a layer, merged
 * by a distance kernel to an update of full rank of which only the largest entries are kept; the others are LoRA and its
 * kernelised form, bottleneck adapters, biases, scales and shifts, the inputs with the largest gradients, everything, and the head
 * alone.
 *
 * Training ends with its steps (`iteration-limit`); `stalled` where the loss is no longer a number. The solution has plain
 * layers: updates are merged. Only the adapters y + gelu(y D + d) U + u of `adapter` cannot be; the layers carry them.
 *
 * @param instance - `layers`, `train`, `test`
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * @example
 * ```ts
 * import { fineTune, predictClasses } from '@infimum/learn';
 *
 * // A network of two inputs that knows which is larger, and a task in which they have changed places.
 * const eye = { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, 1) };
 * const layers = [{ weights: eye, bias: new Float64Array(2) }, { weights: eye, bias: new Float64Array(2) }];
 * const points = [[1, 0], [0, 1], [2, 1], [1, 2]];
 * const examples = { points, classes: [1, 0, 1, 0] };
 * const tuned = fineTune({ layers, train: examples, test: examples }, { rank: 2, sparsity: 0.5, seed: 1 });
 * console.log(predictClasses(tuned.layers, points).join(' ')); // 1 0 1 0
 * ```
 */
export function fineTune(
  instance: Pick<TuningInstance, 'layers'> & { readonly train: LabeledLike; readonly test: LabeledLike },
  options: FineTuneOptions & LimitOptions<TuningIterate> = {},
): Outcome<TuningSolution, TuningIterate> {
  checkObject(instance, 'instance');
  const { layers, train, test } = instance;
  const given = { layers, train: asLabeled(train, 'train'), test: asLabeled(test, 'test') };
  return runWith(fineTuneOptions, options, fineTuneSteps(given, options));
}

/** The steps of `fineTune`. */
export function* fineTuneSteps(instance: TuningInstance, options: FineTuneOptions = {}): Steps<TuningSolution, TuningIterate> {
  const settings = resolveOptions(fineTuneOptions, options);
  const { method, learningRate, weightDecay, batchSize, steps, seed } = settings;
  checkTuning(instance);
  const { layers, train } = instance;
  const network = new TunedNetwork(layers, method, layerSettings(settings), seed, train);
  const random = new Random(seed).split(7);
  const size = Math.min(batchSize, train.points.rows);
  // The last layers with a finite loss: the returned model is always usable.
  let kept = network.layers();
  let loss = crossEntropy(kept, train);
  const solution = (): TuningSolution => ({
    layers: kept.map(copyLayer),
    loss: Number.isFinite(loss) ? crossEntropyOf(kept, instance) : Number.MAX_VALUE,
    trained: network.trained,
  });
  for (let step = 0; ; step++) {
    yield { iteration: step, loss, solution };
    if (step >= steps) return exhausted(solution(), `all ${steps} steps of training are done`);
    const rows = Int32Array.from({ length: size }, () => random.integer(train.points.rows));
    const rate = learningRate * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
    loss = network.step(chosenRows(train, rows), rate, weightDecay);
    const next = network.layers();
    const isUsable = next.flatMap(numbersOfLayer).every((numbers) => numbers.every(Number.isFinite));
    if (!Number.isFinite(loss) || !isUsable)
      return stalled(solution(), `the loss is ${loss} at step ${step + 1}: shorten the steps`);
    kept = next;
  }
}

function crossEntropyOf(layers: TuningSolution['layers'], { train }: TuningInstance): number {
  const value = crossEntropy(layers, train);
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

/** A method as a separate solver. */
function tuningSolver(method: TuningMethod, title: string, summary: string, source: Paper | [string, string, number]) {
  return defineSolver({
    id: `learn/${method}`,
    title,
    summary,
    role: Array.isArray(source) ? 'baseline' : 'paper',
    paper: Array.isArray(source) ? { title: source[0], arxiv: source[1], year: source[2] } : source,
    problem: sparseTuning,
    cost: 'O(nm) \\text{ per example, and } O(nm r) \\text{ per step for the thin matrices}',
    options: tuningSolverOptions,
    steps: (instance, options) => fineTuneSteps(instance, { ...options, method }),
  });
}

const tuningSolverOptions = {
  rank: fineTuneOptions.rank,
  sparsity: fineTuneOptions.sparsity,
  thresholding: fineTuneOptions.thresholding,
  kernel: fineTuneOptions.kernel,
  chosenBy: fineTuneOptions.chosenBy,
  learningRate: fineTuneOptions.learningRate,
  weightDecay: fineTuneOptions.weightDecay,
  batchSize: fineTuneOptions.batchSize,
  steps: fineTuneOptions.steps,
  seed: fineTuneOptions.seed,
} as const satisfies OptionSpecs;

/** The solvers of `learn/sparse-tuning`. */
export const tuningSolvers = /* @__PURE__ */ (() => [
  tuningSolver(
    'snell',
    'SNELL',
    'A sparse full-rank update from two thin matrices per layer, with the memory of LoRA.',
    snellPaper,
  ),
  tuningSolver(
    'kernelized-lora',
    'Kernelised LoRA',
    'SNELL without sparsity: a distance kernel instead of LoRA’s product.',
    snellPaper,
  ),
  tuningSolver('lora', 'LoRA', 'The product of two thin matrices per layer.', [
    'LoRA: low-rank adaptation of large language models',
    '2106.09685',
    2021,
  ]),
  tuningSolver(
    'adapter',
    'Bottleneck adapters',
    'A small bottleneck network after every layer, with a skip connection: initially the identity.',
    ['Parameter-efficient transfer learning for NLP', '1902.00751', 2019],
  ),
  tuningSolver('bitfit', 'BitFit', 'Biases alone.', [
    'BitFit: simple parameter-efficient fine-tuning for transformer-based masked language-models',
    '2106.10199',
    2021,
  ]),
  tuningSolver('ssf', 'Scales and shifts', 'A factor and a shift for every unit.', [
    'Scaling and shifting your features',
    '2210.08823',
    2022,
  ]),
  tuningSolver(
    'gps',
    'Gradient-based parameter selection',
    'The eight inputs of every unit with the largest initial gradients, or by another criterion.',
    ['Gradient-based parameter selection for efficient fine-tuning', '2312.10136', 2023],
  ),
  tuningSolver('full', 'Full tuning', 'All weights, with memory for three numbers each.', [
    'Decoupled weight decay regularization',
    '1711.05101',
    2019,
  ]),
  tuningSolver('linear-probe', 'Linear probe', 'Only the head.', [
    'Understanding intermediate layers using linear classifier probes',
    '1610.01644',
    2016,
  ]),
])();
