// The registered problem of tuning a trained network on few examples: `learn/sparse-tuning`.
import type { BadInstance, HardInstance, Iterate, Problem } from '@infimum/core';
import { checkMatrix, checkVector, defineProblem, fault } from '@infimum/core';
import { checkBottleneck } from './bottleneck.ts';
import type { Layer } from './tunable-linear.ts';
import type { Labeled, TuningInstance } from './tuned-network.ts';
import { crossEntropy, predictClasses } from './tuned-network.ts';
import { syntheticTransfer, tuningFamilies } from './tuning-families.ts';

/** A tuned network: plain layers, merged, some with adapters where adapters were tuned. */
export interface TuningSolution {
  /** The layers, to be used as they are. */
  readonly layers: readonly Layer[];
  /** The mean cross-entropy on the examples. */
  readonly loss: number;
  /** Numbers that were trained. */
  readonly trained: number;
}

/** One step. */
export interface TuningIterate extends Iterate<TuningSolution> {
  /** The mean cross-entropy of the last batch. */
  readonly loss: number;
}

/** Checks layers that fit each other. */
function checkLayers(layers: readonly Layer[]): void {
  if (!Array.isArray(layers) || layers.length === 0) throw fault('expected a list of layers', 'layers', 'type');
  // Not by forEach, which skips holes.
  for (const [l, layer] of (layers as readonly Layer[]).entries()) {
    const argument = `layers[${l}]`;
    checkMatrix(layer?.weights, `${argument}.weights`);
    checkVector(layer.bias, `${argument}.bias`, layer.weights.cols);
    checkBottleneck(layer.adapter, `${argument}.adapter`, layer.weights.cols);
    if (l > 0 && layer.weights.rows !== layers[l - 1].weights.cols) {
      const problem = `has ${layer.weights.rows} inputs, but the previous layer has ${layers[l - 1].weights.cols} outputs`;
      throw fault(problem, `${argument}.weights`, 'shape');
    }
  }
}

function checkLabeled(data: Labeled, argument: string, layers: readonly Layer[]): void {
  checkMatrix(data?.points, `${argument}.points`);
  const { points, classes } = data;
  if (points.cols !== layers[0].weights.rows) {
    throw fault(`expected ${layers[0].weights.rows} columns, got ${points.cols}`, `${argument}.points`, 'shape');
  }
  if (!(classes instanceof Uint8Array) || classes.length !== points.rows) {
    throw fault(`expected a Uint8Array of ${points.rows} classes`, `${argument}.classes`, 'shape');
  }
  const outputs = layers[layers.length - 1].weights.cols;
  const index = classes.findIndex((label) => label >= outputs);
  if (index >= 0) {
    const problem = `is ${classes[index]} at index ${index}; the head has ${outputs} classes`;
    throw fault(problem, `${argument}.classes`, 'out-of-range', index);
  }
}

/** Checks an instance. */
export function checkTuning(instance: TuningInstance): void {
  if (typeof instance !== 'object' || instance === null) throw fault('expected { layers, train, test }', 'instance', 'type');
  checkLayers(instance.layers);
  checkLabeled(instance.train, 'train', instance.layers);
  checkLabeled(instance.test, 'test', instance.layers);
}

/** Tuning of a trained network. */
export const sparseTuning: Problem<TuningInstance, TuningSolution> = defineProblem({
  id: 'learn/sparse-tuning',
  title: 'Sparse tuning',
  statement: String.raw`Given a network with trained weights $W_0$ and a few examples of a new task, find an update $\Delta W$ with few trained
parameters and a new head that minimise the cross-entropy of $x \mapsto x (W_0 + \Delta W) + b$ on the new task.`,
  families: tuningFamilies,
  metrics: {
    error: {
      title: 'Error',
      description: 'Share of misclassified test examples.',
      unit: '',
      direction: 'minimize',
      compute: ({ test }: TuningInstance, { layers }: TuningSolution) => {
        const predicted = predictClasses(layers, test.points);
        return predicted.reduce((wrong, label, t) => wrong + (label === test.classes[t] ? 0 : 1), 0) / predicted.length;
      },
    },
    trainLoss: {
      title: 'Training loss',
      description: 'Mean cross-entropy on the examples.',
      unit: '',
      direction: 'minimize',
      compute: ({ train }, { layers }) => Math.min(crossEntropy(layers, train), Number.MAX_VALUE),
    },
    trained: {
      title: 'Trained numbers',
      description: 'Trained parameters, including the head, as counted by the solver.',
      unit: '',
      direction: 'minimize',
      compute: (_, { trained }) => trained,
    },
  },
  primaryMetric: 'error',
  unproved: 'Errors on held-out samples are only counted, and prove nothing about other samples.',
  validate: checkTuning,
  badInstances,
  hardInstances,
});

function badInstances(): BadInstance<TuningInstance>[] {
  const good = syntheticTransfer(4, 1);
  const bad = (fault: string, argument: string, change: Partial<TuningInstance>) => ({
    fault,
    argument,
    instance: { ...good, ...change },
  });
  return [
    bad('no layers', 'layers', { layers: [] }),
    bad('layers that do not fit', 'layers[1].weights', { layers: [good.layers[0], good.layers[0]] }),
    bad('examples of another width', 'train.points', {
      train: { points: { rows: 1, cols: 2, values: new Float64Array(2) }, classes: new Uint8Array(1) },
    }),
    bad('an invalid class', 'train.classes', { train: { ...good.train, classes: new Uint8Array(4).fill(9) } }),
    bad('too few classes', 'test.classes', { test: { ...good.test, classes: new Uint8Array(1) } }),
  ];
}

function hardInstances(): HardInstance<TuningInstance>[] {
  const base = syntheticTransfer(6, 2);
  const scaledBy = (factor: number): TuningInstance => ({
    ...base,
    layers: base.layers.map(({ weights, bias }) => ({
      weights: { ...weights, values: weights.values.map((value) => value * factor) },
      bias,
    })),
  });
  return [
    { hardness: 'weights of size 1e100', instance: scaledBy(1e100) },
    { hardness: 'weights of zeros', instance: scaledBy(0) },
    {
      hardness: 'one example',
      instance: { ...base, train: { points: { rows: 1, cols: 8, values: new Float64Array(8) }, classes: new Uint8Array(1) } },
    },
  ];
}
