// Instances of `blackbox/continuous`: COCO's functions, shifted and rotated classics, the canyon, and classifiers of real data.
import type { Family } from '@infimum/core';
import { checkChoice, checkInteger, checkNumber, checkNumbers, checkObject, defineFamily, Random } from '@infimum/core';
import { importData } from '@infimum/core/data';
import type { DenseMatrix } from '@infimum/linalg';
import { bbob } from '../bbob/bbob.ts';
import { bbobRotation } from '../bbob/random-numbers.ts';
import type { BlackBox } from './black-box.ts';
import type { TestFunction } from './test-functions.ts';
import { grandCanyon, testFunctions } from './test-functions.ts';

/** How a test function is transformed. */
interface ShiftOptions {
  readonly rotated?: boolean;
  readonly factor?: number;
  readonly accuracy?: number;
  readonly seed?: number;
}

/** A test function moved to a minimiser that alternates between 1.3 and -0.7, on request rotated, times a factor. */
export function shiftedFunction(name: TestFunction, d: number, options: ShiftOptions = {}): BlackBox {
  checkChoice(name, 'name', Object.keys(testFunctions) as TestFunction[]);
  checkInteger(d, 'd', { min: 1, max: 2 ** 20 });
  checkObject(options, 'options');
  const { rotated = false, factor = 1, accuracy = 1e-4, seed = 0 } = options;
  checkNumber(factor, 'options.factor');
  checkNumber(accuracy, 'options.accuracy');
  checkInteger(seed, 'options.seed', { min: 0 });

  const rotation = rotated ? bbobRotation(d, seed + 1) : undefined;
  const minimizer = Float64Array.from({ length: d }, (_, j) => (j % 2 === 0 ? 1.3 : -0.7));
  const value = (x: Float64Array) => {
    const moved = x.map((entry, j) => entry - minimizer[j]);
    if (!rotation) return factor * testFunctions[name](moved);
    const z = new Float64Array(d);
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) z[i] += rotation[i * d + j] * moved[j];
    return factor * testFunctions[name](z);
  };
  return {
    dimension: d,
    value,
    lower: new Float64Array(d).fill(-3),
    upper: new Float64Array(d).fill(3),
    optimum: 0,
    target: factor * accuracy,
  };
}

/** A function of COCO's suite from a random start in [-4, 4]^d, to 1e-8 above its least value. */
export function bbobBlackBox(number: number, d: number, instance: number, seed: number): BlackBox {
  const { value, optimum } = bbob(number, d, instance);
  return {
    dimension: d,
    value,
    initial: new Random(seed).uniforms(new Float64Array(d)).map((u) => 8 * u - 4),
    scale: new Float64Array(d).fill(2),
    optimum,
    target: optimum + 1e-8,
  };
}

/** The canyon from (8, 8). */
export function canyonBlackBox(): BlackBox {
  return {
    dimension: 2,
    value: grandCanyon,
    initial: Float64Array.of(8, 8),
    scale: Float64Array.of(0.5, 0.5),
    optimum: 0,
    target: 0.05,
  };
}

/** The mean cross-entropy of a linear classifier with weights (classes x features) and biases (classes). */
export function softmaxBlackBox(rows: Float64Array, labels: Uint8Array, features: number, classes: number): BlackBox {
  checkNumbers(rows, 'rows');
  checkNumbers(labels, 'labels');
  checkInteger(features, 'features', { min: 1, max: 2 ** 20 });
  checkInteger(classes, 'classes', { min: 1, max: 2 ** 20 });
  const d = classes * (features + 1);
  const scores = new Float64Array(classes);
  const value = (weights: Float64Array) => {
    let loss = 0;
    for (let i = 0; i < labels.length; i++) {
      for (let c = 0; c < classes; c++) {
        let score = weights[classes * features + c];
        for (let j = 0; j < features; j++) score += weights[c * features + j] * rows[i * features + j];
        scores[c] = score;
      }
      const largest = scores.reduce((high, score) => Math.max(high, score), -Infinity);
      let sum = 0;
      for (const score of scores) sum += Math.exp(score - largest);
      loss += largest + Math.log(sum) - scores[labels[i]];
    }
    return loss / labels.length;
  };
  return { dimension: d, value, optimum: 0 };
}

const names = Object.keys(testFunctions) as TestFunction[];

/** Families by name. */
export const continuousFamilies: Readonly<Record<string, Family<BlackBox>>> = {
  bbob: defineFamily({
    title: 'COCO’s BBOB suite',
    description: 'Exactly the 24 noiseless functions of COCO; start in [-4, 4]^d, target 1e-8 above the minimum.',
    real: false,
    params: {
      function: { type: 'integer', min: 1, max: 24, default: 8, description: 'Number of the function' },
      d: { type: 'integer', min: 2, max: 1000, default: 5, description: 'Variables' },
      instance: { type: 'integer', min: 1, max: 1000, default: 1, description: 'Number of the instance' },
    },
    suites: {
      quick: [
        { function: 1, d: 2 },
        { function: 8, d: 5 },
        { function: 10, d: 5 },
        { function: 15, d: 5 },
      ],
      full: Array.from({ length: 24 }, (_, i) => [5, 20].map((d) => ({ function: i + 1, d }))).flat(),
    },
    generate: ({ function: number, d, instance }, seed) => bbobBlackBox(number, d, instance, seed),
  }),
  shifted: defineFamily({
    title: 'Shifted classics',
    description:
      'Ackley, Rastrigin and others in [-3, 3]^d, with minimiser neither at 0 nor in the middle; optionally rotated and scaled.',
    real: false,
    params: {
      function: { type: 'choice', choices: names, default: 'ackley', description: 'Name of the function' },
      d: { type: 'integer', min: 1, max: 1000, default: 20, description: 'Variables' },
      rotated: { type: 'boolean', default: false, description: 'Whether to rotate coordinates' },
      factor: { type: 'number', above: 0, default: 1, description: 'Factor for the values' },
      accuracy: { type: 'number', above: 0, default: 1e-4, description: 'Target above 0, times the factor' },
    },
    suites: {
      quick: [
        { function: 'sphere', d: 2, accuracy: 0.01 },
        { function: 'ackley', d: 20, accuracy: 0.01 },
        { function: 'rastrigin', d: 5 },
      ],
      full: names.flatMap((name) => [2, 10, 20].map((d) => ({ function: name, d }))),
    },
    generate: ({ function: name, d, ...rest }, seed) => shiftedFunction(name as TestFunction, d, { ...rest, seed }),
  }),
  canyon: defineFamily({
    title: 'Grand canyon',
    description: 'A winding valley with barriers from (8, 8) to 0, in which gradient descent gets stuck at 3.86.',
    real: false,
    params: {},
    suites: { quick: [{}], full: [{}] },
    generate: () => canyonBlackBox(),
  }),
  iris: defineFamily({
    title: 'Iris classifier',
    description: 'The cross-entropy of a linear classifier with 15 weights on standardised measurements of 150 irises.',
    real: true,
    params: { target: { type: 'number', min: 0, default: 0.1, description: 'Loss at which to stop' } },
    suites: { quick: [{}], full: [{}, { target: 0.06 }] },
    generate: async ({ target }) => {
      const { loadIris } = await importData(() => import('@infimum/datasets/iris'));
      const { features, labels } = loadIris();
      return { ...standardisedClassifier(features, labels), target };
    },
  }),
};

function standardisedClassifier(table: DenseMatrix, labels: Uint8Array): BlackBox {
  const { rows, cols, values } = table;
  const standardized = values.slice();
  for (let j = 0; j < cols; j++) {
    let [mean, square] = [0, 0];
    for (let i = 0; i < rows; i++) mean += values[i * cols + j] / rows;
    for (let i = 0; i < rows; i++) square += (values[i * cols + j] - mean) ** 2 / rows;
    for (let i = 0; i < rows; i++) standardized[i * cols + j] = (values[i * cols + j] - mean) / Math.sqrt(square);
  }
  return softmaxBlackBox(standardized, labels, cols, labels.reduce((most, label) => Math.max(most, label), 0) + 1);
}
