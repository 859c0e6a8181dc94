// The registered problem of private stationary points: `optim/private-stationary-point`.
import type { BadInstance, HardInstance, Problem } from '@infimum/core';
import { checkChoice, checkNumber, checkVector, defineFamily, defineProblem, InvalidInputError, Random } from '@infimum/core';
import { importData, readMatrix, readObject, readVector } from '@infimum/core/data';
import type { DenseMatrix } from '@infimum/linalg';
import type { LinkName, PrivateLoss } from './private-loss.ts';
import { distanceLoss, exactGradientNorm, huberLoss, linearLoss } from './private-loss.ts';
import type { PrivateSolution } from './private-run.ts';

/** Names of the losses. */
type LossName = LinkName | 'distance' | 'huber';

/** Records, a loss, and a budget. */
export interface PrivateInstance {
  /** The loss of a record. */
  readonly loss: LossName;
  /** Rows x_i. */
  readonly points: DenseMatrix;
  /** y_i; zeros where the loss has none. */
  readonly targets: Float64Array;
  /** A public bound of |x_i|. */
  readonly bound: number;
  /** ε. */
  readonly epsilon: number;
  /** δ. */
  readonly delta: number;
}

/** The loss as functions. */
export function lossOf({ loss, points, targets, bound }: PrivateInstance): PrivateLoss {
  if (loss === 'distance') return distanceLoss(points);
  if (loss === 'huber') return huberLoss(points);
  return linearLoss(points, targets, loss, bound);
}

const records = { type: 'integer', min: 10, max: 1_000_000, default: 2000, description: 'Records' } as const;
const dimension = { type: 'integer', min: 1, max: 10_000, default: 20, description: 'Weights' } as const;
const budget = { type: 'number', above: 0, max: 1000, default: 1, description: 'ε' } as const;

/** Points ±1/(2√d), their biases uniform: the instance of the lower bounds. */
export function signedPoints(n: number, d: number, seed: number): DenseMatrix {
  const random = new Random(seed);
  const biases = Float64Array.from({ length: d }, () => random.uniform());
  const values = Float64Array.from({ length: n * d }, (_, k) =>
    random.uniform() < biases[k % d] ? 0.5 / Math.sqrt(d) : -0.5 / Math.sqrt(d),
  );
  return { rows: n, cols: d, values };
}

/** Normal points of length about one, of a rank. */
function normalPoints(n: number, d: number, rank: number, seed: number): { points: DenseMatrix; signal: Float64Array } {
  const random = new Random(seed);
  const basis = random.normals(new Float64Array(rank * d));
  const signal = new Float64Array(n);
  const values = new Float64Array(n * d);
  const factors = new Float64Array(rank);
  for (let i = 0; i < n; i++) {
    random.normals(factors);
    signal[i] = factors[0];
    for (let r = 0; r < rank; r++) {
      for (let j = 0; j < d; j++) values[i * d + j] += (factors[r] * basis[r * d + j]) / Math.sqrt(d * rank);
    }
  }
  return { points: { rows: n, cols: d, values }, signal };
}

/** Features moved to [0, 1] by public ranges, with an intercept. */
function unitFeatures({ rows, cols, values }: DenseMatrix, most: readonly number[] | number): DenseMatrix {
  const out = new Float64Array(rows * (cols + 1));
  const size = Math.sqrt(cols + 1);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const range = typeof most === 'number' ? most : most[j];
      out[i * (cols + 1) + j] = (2 * values[i * cols + j]) / range / size - 1 / size;
    }
    out[i * (cols + 1) + cols] = 1 / size;
  }
  return { rows, cols: cols + 1, values: out };
}

/** What physicians know of the measures’ ranges, rounded: from the description of the data, not from its rows. */
const TUMOUR_RANGES = [
  30, 40, 200, 2600, 0.2, 0.4, 0.5, 0.25, 0.4, 0.1, 3, 5, 25, 550, 0.04, 0.15, 0.4, 0.06, 0.08, 0.03, 40, 50, 260, 4300, 0.25,
  1.1, 1.3, 0.3, 0.7, 0.21,
];

/** Even and odd digits, or tumours, as logistic regression. */
export async function privateData(name: 'tumours' | 'digits', epsilon: number): Promise<PrivateInstance> {
  const common = { loss: 'logistic', bound: 1, epsilon, delta: 1e-5 } as const;
  if (name === 'tumours') {
    const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
    const { features, labels } = loadBreastCancer();
    return {
      ...common,
      points: unitFeatures(features, TUMOUR_RANGES),
      targets: Float64Array.from(labels, (y) => (y > 0 ? 1 : -1)),
    };
  }
  const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
  const { images, labels } = loadDigits();
  return { ...common, points: unitFeatures(images, 16), targets: Float64Array.from(labels, (y) => (y % 2 === 0 ? 1 : -1)) };
}

/** Private stationary points. */
export const privateStationaryPoint: Problem<PrivateInstance, PrivateSolution> = defineProblem({
  id: 'optim/private-stationary-point',
  title: 'Private stationary points',
  statement: String.raw`Given records $x_1, \dots, x_n$, a loss $f(w; x)$ that is $L_0$-Lipschitz and $L_1$-smooth in $w$, and
$(\varepsilon, \delta)$, find by an $(\varepsilon, \delta)$-differentially private algorithm weights $w$ with small
$$\Bigl| \frac{1}{n} \sum_{i=1}^n \nabla f(w; x_i) \Bigr|.$$`,
  families: {
    mean: defineFamily({
      title: 'A robust mean',
      description: 'Points ±1/(2√d) in each coordinate, Huber loss: every method is a private mean, and the lower bound holds.',
      real: false,
      params: { n: records, d: dimension, epsilon: budget },
      suites: { quick: [{ n: 100, d: 3 }, {}], full: [{ n: 10_000 }, { n: 100_000 }] },
      generate: ({ n, d, epsilon }, seed): PrivateInstance => ({
        loss: 'huber',
        points: signedPoints(n, d, seed),
        targets: new Float64Array(n),
        bound: 0.5,
        epsilon,
        delta: 1e-6,
      }),
    }),
    median: defineFamily({
      title: 'A smooth median',
      description: 'Normal points, loss √(1 + |w - x|²) - 1: convex.',
      real: false,
      params: { n: records, d: dimension, epsilon: budget },
      suites: { quick: [{ n: 1500, d: 5 }], full: [{}, { n: 10_000 }] },
      generate: ({ n, d, epsilon }, seed): PrivateInstance => {
        const values = new Random(seed).normals(new Float64Array(n * d));
        for (let k = 0; k < values.length; k++) values[k] = values[k] / Math.sqrt(d) + 0.5 / Math.sqrt(d);
        const points = { rows: n, cols: d, values };
        return { loss: 'distance', points, targets: new Float64Array(n), bound: 1, epsilon, delta: 1e-6 };
      },
    }),
    wave: defineFamily({
      title: 'A nonconvex linear loss',
      description: 'Normal points of low rank in many dimensions, loss √(1 + r²) - 1 + (cos r - 1)/2 of the residual.',
      real: false,
      params: {
        n: records,
        d: dimension,
        rank: { type: 'integer', min: 1, max: 1000, default: 20, description: 'Rank of the points' },
        epsilon: budget,
      },
      suites: { quick: [{ n: 200, d: 30, rank: 3 }], full: [{}, { n: 4096, d: 1000 }] },
      generate: ({ n, d, rank, epsilon }, seed): PrivateInstance => {
        const { points, signal } = normalPoints(n, d, rank, seed);
        return { loss: 'wave', points, targets: signal, bound: 1, epsilon, delta: 1e-6 };
      },
    }),
    tumours: defineFamily({
      title: 'Tumours',
      description: 'Logistic regression on 569 tumours, features scaled by ranges from the description of the data.',
      real: true,
      params: { epsilon: budget },
      suites: { quick: [{}], full: [{ epsilon: 0.5 }, {}, { epsilon: 4 }] },
      generate: ({ epsilon }): Promise<PrivateInstance> => privateData('tumours', epsilon),
    }),
    digits: defineFamily({
      title: 'Even and odd digits',
      description: 'Logistic regression on 1797 images of 8 x 8 pixels.',
      real: true,
      params: { epsilon: budget },
      suites: { quick: [{}], full: [{ epsilon: 0.5 }, {}, { epsilon: 4 }] },
      generate: ({ epsilon }): Promise<PrivateInstance> => privateData('digits', epsilon),
    }),
  },
  metrics: {
    gradient: {
      title: 'Gradient',
      description:
        'Norm of the mean gradient, relative to L0: computed from the data to judge methods; private runs cannot use it.',
      unit: '',
      direction: 'minimize',
      targets: [0.3, 0.1, 0.03],
      compute: (instance: PrivateInstance, { w }: PrivateSolution) => {
        const loss = lossOf(instance);
        const size = exactGradientNorm(loss, w) / loss.lipschitz;
        return size < Number.MAX_VALUE ? size : 1e300;
      },
    },
    epsilon: {
      title: 'Spent',
      description: 'ε of the ledger.',
      unit: '',
      direction: 'minimize',
      compute: (_, { epsilon }) => epsilon,
    },
    gradients: {
      title: 'Gradients',
      description: 'Gradients of single records.',
      unit: '',
      direction: 'minimize',
      compute: (_, { gradients }) => gradients,
    },
  },
  primaryMetric: 'gradient',
  unproved: 'The gradient is only measured on the data; the ledger states the spent privacy.',
  // A private run does not tell whether it reached anything: none says `converged`, and none may.
  success: { metric: 'gradient', bound: () => 0 },
  validate: checkPrivateInstance,
  badInstances,
  hardInstances,
  instanceFile: {
    description:
      '`loss`: logistic, wave, distance or huber; `points`: rows; `targets`: a number for each, labels 1 or -1 for logistic; `bound`: a public bound of their lengths; `epsilon` and `delta`.',
    example: {
      loss: 'logistic',
      points: [
        [1, 0],
        [0, 1],
      ],
      targets: [1, -1],
      bound: 1,
      epsilon: 1,
      delta: 1e-5,
    },
    parse: (json) => {
      const fields = ['loss', 'points', 'targets', 'bound', 'epsilon', 'delta'];
      const { loss, points, targets, bound = 1, epsilon = 1, delta } = readObject(json, 'instance', fields);
      const instance = {
        loss: loss as LossName,
        points: readMatrix(points, 'points'),
        targets: readVector(targets, 'targets'),
        bound: bound as number,
        epsilon: epsilon as number,
        delta: delta as number,
      };
      checkPrivateInstance(instance);
      return instance;
    },
  },
});

function checkPrivateInstance(instance: PrivateInstance): void {
  if (typeof instance !== 'object' || instance === null) {
    throw new InvalidInputError('expected { loss, points, … }', { argument: 'instance', code: 'type' });
  }
  checkChoice(instance.loss, 'loss', ['logistic', 'wave', 'distance', 'huber'] as const);
  const { loss, points, targets, bound } = instance;
  const name = loss === 'logistic' ? 'logistic' : 'wave';
  linearLoss(points, targets, name, bound);
  if (points.rows < 1 || points.cols < 1) {
    throw new InvalidInputError('needs a row and a column', { argument: 'points', code: 'shape' });
  }
  checkVector(targets, 'targets', points.rows);
  checkNumber(bound, 'bound', { min: 1e-100, max: 1e100 });
  checkNumber(instance.epsilon, 'epsilon', { min: 1e-3, max: 1e3 });
  checkNumber(instance.delta, 'delta', { min: 1e-100, max: 0.5 });
}

const tiny: PrivateInstance = {
  loss: 'logistic',
  points: { rows: 4, cols: 2, values: Float64Array.of(0.5, 0, 0, 0.5, -0.5, 0, 0, -0.5) },
  targets: Float64Array.of(1, 1, -1, -1),
  bound: 1,
  epsilon: 1,
  delta: 1e-3,
};

function badInstances(): BadInstance<PrivateInstance>[] {
  const bad = (fault: string, argument: string, change: object) => ({
    fault,
    argument,
    instance: { ...tiny, ...change } as PrivateInstance,
  });
  return [
    bad('an unknown loss', 'loss', { loss: 'hinge' }),
    bad('NaN', 'points', { points: { rows: 1, cols: 1, values: Float64Array.of(Number.NaN) }, targets: Float64Array.of(1) }),
    bad('a label 0', 'targets', { targets: Float64Array.of(1, 0, 1, 1) }),
    bad('a bound 0', 'bound', { bound: 0 }),
    bad('epsilon 0', 'epsilon', { epsilon: 0 }),
    bad('delta 1', 'delta', { delta: 1 }),
    bad('no records', 'points', { points: { rows: 0, cols: 1, values: new Float64Array(0) }, targets: new Float64Array(0) }),
  ];
}

function hardInstances(): HardInstance<PrivateInstance>[] {
  const scaled = (factor: number, loss: LossName = 'logistic') => ({
    ...tiny,
    loss,
    points: { ...tiny.points, values: tiny.points.values.map((value) => value * factor) },
  });
  return [
    { hardness: 'records far above their bound', instance: scaled(1e150) },
    { hardness: 'records far below it', instance: scaled(1e-150) },
    { hardness: 'denormal records', instance: scaled(1e-310) },
    { hardness: 'points far from the start', instance: scaled(1e300, 'distance') },
    { hardness: 'distances that overflow', instance: scaled(1e160, 'huber') },
    {
      hardness: 'one record',
      instance: { ...tiny, points: { rows: 1, cols: 2, values: Float64Array.of(1, 0) }, targets: Float64Array.of(1) },
    },
    { hardness: 'a budget of almost nothing', instance: { ...tiny, epsilon: 1e-3, delta: 1e-50 } },
    { hardness: 'records of zeros', instance: scaled(0) },
  ];
}
