// The registered problem of pruning: a trained network, and the share of its weights that must go.
import type { FloatArray, OptionSpecs, Problem, RegisteredOptions } from '@infimum/core';
import { checkFunction, checkNumber, defineFamily, defineProblem, fault } from '@infimum/core';
import { readVector } from '@infimum/core/data';
import { adam } from '../training/adam.ts';
import { checkTraining, minimizeStochastic } from '../training/training.ts';
import type { TrainingProblem } from '../training/training-instance.ts';
import { digitsModel, networkStart } from '../training/training-instances.ts';
import type { TrainingModel } from '../training/training-model.ts';
import { checkModelShapes, exclusiveOr, perceptronProblem, readPerceptron } from '../training/training-problem.ts';
import type { PrunedWeights } from './obs-prune.ts';
import { obsPrune } from './obs-prune.ts';

/** A trained network, and how much of it must go. */
export interface PruningProblem extends Pick<TrainingProblem, 'objective' | 'shapes' | 'heldOut'> {
  /** The trained parameters. */
  readonly initial: Float64Array;
  /** The share of the entries of matrices and kernels that must be 0. */
  readonly sparsity: number;
}

/** 1 for the entries of tensors with two axes and more, which may be removed; 0 for biases. */
export function matrixEntries(shapes: TrainingModel['shapes']): Uint8Array {
  return Uint8Array.from(
    shapes.flatMap((shape) => new Array(shape.reduce((size, length) => size * length, 1)).fill(shape.length > 1 ? 1 : 0)),
  );
}

/** Entries of matrices that are not 0, beyond those that may stay. */
function excess({ shapes, sparsity }: PruningProblem, x: Float64Array): number {
  const prunable = matrixEntries(shapes);
  const left = x.filter((value, i) => prunable[i] === 1 && value !== 0).length;
  return Math.max(0, left - Math.round((1 - sparsity) * prunable.filter(Boolean).length));
}

/** The parameters without the smallest of those that are too many. */
function cut(instance: PruningProblem, x: Float64Array): Float64Array {
  if (excess(instance, x) === 0) return x;
  const { shapes, sparsity } = instance;
  return obsPrune(x, () => {}, { criterion: 'magnitude', rounds: 1, sparsity, prunable: matrixEntries(shapes) }).x;
}

const digits = {
  samples: { type: 'integer', min: 10, max: 1400, default: 1400, description: 'Images to train with' },
  epochs: { type: 'integer', min: 1, max: 1000, default: 40, description: 'Epochs of Adam before pruning' },
  sparsity: { type: 'number', min: 0, below: 1, default: 0.8, description: 'Share of the weights that must be 0' },
} as const satisfies OptionSpecs;

/** A network on digits, trained, and the share of its weights that must go. */
export async function trainedDigits(
  kind: 'perceptron' | 'convolutional',
  { samples, epochs, sparsity, hidden = 32 }: RegisteredOptions<typeof digits> & { readonly hidden?: number },
  seed: number,
): Promise<PruningProblem> {
  const { objective, heldOut } = await digitsModel(kind, samples, hidden);
  const { shapes } = objective;
  const optimizer = adam(shapes, { learningRate: 3e-3 });
  const { x } = minimizeStochastic(objective, networkStart(shapes, seed), optimizer, { epochs, seed });
  return { objective, heldOut, shapes, initial: x, sparsity };
}

/** Pruning of trained networks. */
export const pruning: Problem<PruningProblem, PrunedWeights> = /* @__PURE__ */ pruningProblem();

function pruningProblem(): Problem<PruningProblem, PrunedWeights> {
  return defineProblem<PruningProblem, PrunedWeights, 'loss' | 'accuracy' | 'excess'>({
    id: 'optim/pruning',
    title: 'Pruning of networks',
    statement: String.raw`Given the loss $f$ of a network, trained parameters $w$, and a share $s$, find
$$\min_x f(x) \quad \text{with at least the share } s \text{ of the entries of its matrices equal to } 0,$$
from gradients of single samples, without training again.`,
    families: {
      'digits-mlp': defineFamily({
        title: 'Digits, perceptron',
        description: 'A network with tanh units, trained by Adam on handwritten digits of 8 x 8 pixels.',
        real: true,
        params: { ...digits, hidden: { type: 'integer', min: 1, max: 1000, default: 32, description: 'Units of the layer' } },
        suites: {
          quick: [{ samples: 100, epochs: 10, hidden: 4, sparsity: 0.5 }, { hidden: 16 }],
          full: [{ sparsity: 0.5 }, {}, { sparsity: 0.9 }, { hidden: 64, sparsity: 0.95 }],
        },
        generate: (params, seed) => trainedDigits('perceptron', params, seed),
      }),
      'digits-cnn': defineFamily({
        title: 'Digits, convolution',
        description: 'Eight 3 x 3 kernels, tanh, 2 x 2 means and a dense layer, trained by Adam on the same digits.',
        real: true,
        params: digits,
        suites: { quick: [{ samples: 100, epochs: 10 }], full: [{}] },
        generate: (params, seed) => trainedDigits('convolutional', params, seed),
      }),
    },
    metrics: {
      loss: {
        title: 'Loss',
        description: 'The mean loss of the returned weights; if too many are left, the smallest are removed first.',
        unit: '',
        direction: 'minimize',
        targets: [1, 0.3, 0.1],
        compute: (instance, { x }) => Math.min(Number.MAX_VALUE, instance.objective.value(cut(instance, x))),
      },
      accuracy: {
        title: 'Test accuracy',
        description: 'The share of held-out data that these weights classify correctly; 1 without held-out data.',
        unit: '',
        direction: 'maximize',
        compute: (instance, { x }) => instance.heldOut?.accuracy?.(cut(instance, x)) ?? 1,
      },
      excess: {
        title: 'Excess weights',
        description: 'Number of nonzero matrix entries beyond what the sparsity allows.',
        unit: '',
        direction: 'minimize',
        compute: (instance, { x }) => excess(instance, x),
      },
    },
    primaryMetric: 'loss',
    unproved: 'The sparsity is counted; that no other choice of weights has a smaller loss is not proved.',
    success: { metric: 'excess', bound: () => 0 },
    validate: ({ objective, shapes, initial, sparsity }) => {
      checkTraining(objective, initial, { batchSize: 1, epochs: 1 });
      checkFunction(objective.sampleGradients, 'objective.sampleGradients');
      checkModelShapes(shapes, objective.dimension);
      const prunable = matrixEntries(shapes);
      const weights = initial.filter((_, i) => prunable[i] === 1);
      if (weights.length === 0) throw fault('have no matrix', 'shapes', 'shape');
      const min = weights.filter((weight) => weight === 0).length / weights.length;
      checkNumber(sparsity, 'sparsity', { min, below: 1 });
    },
    badInstances: () => {
      const good = tinyProblem();
      const bad = (fault: string, argument: string, change: object) => ({ fault, argument, instance: { ...good, ...change } });
      return [
        bad('weights of another length', 'initial', { initial: new Float64Array(1) }),
        bad('weights that are not numbers', 'initial', { initial: good.initial.map(() => Number.NaN) }),
        bad('no function', 'objective', { objective: {} as TrainingModel }),
        bad('no gradients of samples', 'objective.sampleGradients', { objective: { ...good.objective, sampleGradients: 1 } }),
        bad('shapes of another size', 'shapes', { shapes: [[3]] }),
        bad('nothing to remove', 'shapes', { shapes: [[12]] }),
        bad('a sparsity of 1', 'sparsity', { sparsity: 1 }),
        bad('a sparsity below that of the start', 'sparsity', { initial: new Float64Array(12), sparsity: 0.5 }),
      ];
    },
    instanceFile: {
      description:
        'A JSON object with `features` (a list of rows, or the path of a two-dimensional `.npy` file) and `labels` (classes from 0), the trained `weights` of a perceptron with `hidden` units (32), layer by layer, weights before biases, the `sparsity` (0.5), and how many of the last rows are held out (`heldOut`, 0).',
      example: { ...exclusiveOr, hidden: 2, weights: [4, 4, 4, 4, -2, -6, -4, 4, 4, -4, 3, -3], sparsity: 0.25 },
      parse: (json) => {
        const { fields, problem } = readPerceptron(json, ['weights', 'sparsity']);
        const { weights, sparsity = 0.5 } = fields;
        return { ...problem, initial: readVector(weights, 'weights'), sparsity: sparsity as number };
      },
    },
    hardInstances: () => {
      const good = tinyProblem();
      let calls = 0;
      const sampleGradients = (_: Float64Array, out: FloatArray) => void out.fill(calls++ ? Number.NaN : 1);
      return [
        { hardness: 'features of 1e150', instance: tinyProblem(1e150) },
        { hardness: 'features of 1e-150', instance: tinyProblem(1e-150) },
        { hardness: 'features that are all zero', instance: tinyProblem(0) },
        { hardness: 'gradients that become NaN', instance: { ...good, objective: { ...good.objective, sampleGradients } } },
        { hardness: 'weights of 1e300', instance: { ...good, initial: good.initial.map((w) => 1e300 * w) } },
        { hardness: 'weights of 1e-300', instance: { ...good, initial: good.initial.map((w) => 1e-300 * w) } },
        { hardness: 'weights that are all the same', instance: { ...good, initial: new Float64Array(12).fill(1) } },
        { hardness: 'a single weight', instance: { ...good, initial: new Float64Array(12).fill(1, 0, 1), sparsity: 0.99 } },
        { hardness: 'nothing to do', instance: { ...good, sparsity: 0 } },
      ];
    },
  });
}

/** Exclusive or, by two units. */
function tinyProblem(scale = 1): PruningProblem {
  const features = { rows: 4, cols: 2, values: Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1).map((entry) => scale * entry) };
  const labels = Uint8Array.of(0, 1, 1, 0);
  const settings = { labels, hidden: 2, batchSize: 1, epochs: 1, heldOut: 0 };
  return { ...perceptronProblem(features, settings), sparsity: 0.5 };
}
