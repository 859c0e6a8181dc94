// The registered problem of composite minimisation: instances, metrics and file format of `optim/composite`.
import type { HardInstance, Problem } from '@infimum/core';
import {
  checkChoice,
  checkNumber,
  defineFamily,
  defineProblem,
  Random,
  readMatrix,
  readObject,
  readVector,
} from '@infimum/core';
import { conjugateGradient, matrixFromRows } from '@infimum/linalg';
import type { LinearModelSource, QuadraticSource, SoftmaxSource } from '../objectives/function-source.ts';
import { digitsDesign, standardizedBreastCancer } from '../objectives/real-designs.ts';
import type { BlockLoss } from './block-loss.ts';
import { blockLeastSquares, blockLogistic } from './block-margin-loss.ts';
import type { BlockQuadratic } from './block-quadratic-loss.ts';
import { blockQuadratic } from './block-quadratic-loss.ts';
import { blockSoftmax } from './block-softmax-loss.ts';
import {
  denseRegression,
  latticeEdges,
  latticePropagation,
  manyClasses,
  moonsPropagation,
  sparseClassification,
  sparseRegression,
} from './composite-instances.ts';
import type { CompositeData, CompositeSolution } from './composite-minimization.ts';
import { checkComposite, compositeSolution, separableValue, tolerance } from './composite-minimization.ts';
import { pairwiseLoss } from './pairwise-loss.ts';
import { svmDual } from './svm-dual.ts';

/** A composite function to minimise, and its least value where it is known. */
export interface CompositeProblem extends CompositeData {
  /** The least value F*, where it is known. */
  readonly minimum?: number;
  /** What the loss is made of, where that is data. */
  readonly source?: CompositeSource;
}

/** What the loss of a composite function is made of; losses are sums over the samples. */
export type CompositeSource = LinearModelSource | SoftmaxSource | QuadraticSource;

const rows = (value: number) =>
  ({ type: 'integer', min: 2, max: 100_000, default: value, description: 'Samples' }) as const;
const cols = (value: number) =>
  ({ type: 'integer', min: 1, max: 100_000, default: value, description: 'Features' }) as const;
const l1 = (value: number) =>
  ({ type: 'number', min: 0, max: 1e9, default: value, description: 'Factor of the l1 norm' }) as const;
const fraction = (value: number) =>
  ({
    type: 'number',
    above: 0,
    max: 1,
    default: value,
    description: 'Factor of the l1 norm, over the least at which zero is the answer',
  }) as const;

/** What is left of a stationarity for rounding alone: a share of that at the start, a few units in the last place of it. */
const ROUNDING = 1e-15;

/** Minimisation of a smooth function plus l1 norm or bounds. */
export const composite: Problem<CompositeProblem, CompositeSolution> = /* @__PURE__ */ compositeProblem();

function compositeProblem(): Problem<CompositeProblem, CompositeSolution> {
  return defineProblem({
    id: 'optim/composite',
    title: 'Composite minimisation',
    statement: String.raw`Given a smooth convex $f$, known by a loss that block methods can follow through changes of few
coordinates, a factor $\lambda \ge 0$ and bounds $l \le u$, find
$$\min_{l \le x \le u} F(x) = f(x) + \lambda \lVert x \rVert_1.$$`,
    families: {
      'sparse-least-squares': defineFamily({
        title: 'Sparse least squares',
        description:
          'Entries N(1, 1), columns times 10 N(0, 1), 10 log(m) / m of them kept; a tenth of the weights not zero. More columns than rows: the minimum is zero.',
        real: false,
        params: { rows: rows(40), cols: cols(120) },
        suites: {
          quick: [{}],
          full: [
            { rows: 200, cols: 2000 },
            { rows: 1000, cols: 10_000 },
          ],
        },
        generate: ({ rows, cols }, seed) => {
          const { design, targets } = sparseRegression({ rows, cols }, seed);
          return {
            loss: blockLeastSquares(design, targets),
            source: { kind: 'least-squares', design, targets },
          };
        },
      }),
      'non-negative': defineFamily({
        title: 'Non-negative sparse least squares',
        description: 'The same with x at least 0 and an l1 norm.',
        real: false,
        params: { rows: rows(40), cols: cols(100), fraction: fraction(0.1) },
        suites: { quick: [{}], full: [{ rows: 1000, cols: 10_000 }] },
        generate: ({ rows, cols, fraction }, seed) => {
          const { design, targets } = sparseRegression({ rows, cols }, seed);
          const loss = blockLeastSquares(design, targets);
          const source = { kind: 'least-squares', design, targets } as const;
          return { loss, lower: 0, l1: fraction * largestSlope(loss), source };
        },
      }),
      nnls: defineFamily({
        title: 'Non-negative least squares',
        description: 'A dense design N(0, 1), some weights N(0, 1), noise N(0, 1), x at least 0.',
        real: false,
        params: { rows: rows(50), cols: cols(30) },
        suites: { quick: [{}], full: [{ rows: 1000, cols: 500 }] },
        generate: ({ rows, cols }, seed) => {
          const { design, targets } = denseRegression({ rows, cols, nonzeros: cols }, seed);
          const source = { kind: 'least-squares', design, targets } as const;
          return { loss: blockLeastSquares(design, targets), lower: 0, source };
        },
      }),
      box: defineFamily({
        title: 'Least squares in a box',
        description: 'The same with every x from minus a bound to the bound.',
        real: false,
        params: {
          rows: rows(50),
          cols: cols(30),
          bound: {
            type: 'number',
            above: 0,
            max: 1e6,
            default: 0.5,
            description: 'Largest size of a weight',
          },
        },
        suites: { quick: [{}], full: [{ rows: 1000, cols: 500 }] },
        generate: ({ rows, cols, bound }, seed) => {
          const { design, targets } = denseRegression({ rows, cols, nonzeros: cols }, seed);
          const source = { kind: 'least-squares', design, targets } as const;
          return { loss: blockLeastSquares(design, targets), lower: -bound, upper: bound, source };
        },
      }),
      lasso: defineFamily({
        title: 'Lasso',
        description: 'A dense design N(0, 1), some weights N(0, 1), noise N(0, 1), and an l1 norm.',
        real: false,
        params: {
          rows: rows(60),
          cols: cols(120),
          nonzeros: {
            type: 'integer',
            min: 0,
            max: 100_000,
            default: 12,
            description: 'Weights that are not zero',
          },
          fraction: fraction(0.1),
        },
        suites: {
          quick: [{}],
          full: [
            { rows: 300, cols: 200, nonzeros: 14 },
            { rows: 1000, cols: 2000, nonzeros: 50 },
          ],
        },
        generate: ({ fraction, ...sizes }, seed) => {
          const { design, targets } = denseRegression(sizes, seed);
          const loss = blockLeastSquares(design, targets);
          const source = { kind: 'least-squares', design, targets } as const;
          return { loss, l1: fraction * largestSlope(loss), source };
        },
      }),
      'sparse-logistic': defineFamily({
        title: 'Sparse logistic regression',
        description:
          'The sparse design, labels by the sign of a sparse linear function, a tenth of them flipped. Without l1 the classes are separable.',
        real: false,
        params: { rows: rows(30), cols: cols(60), l1: l1(1 / 3) },
        suites: {
          quick: [{}],
          full: [
            { rows: 1000, cols: 10_000, l1: 0 },
            { rows: 1000, cols: 2000, l1: 0.01 },
          ],
        },
        generate: ({ rows, cols, l1 }, seed) => {
          const { design, targets } = sparseClassification({ rows, cols }, seed);
          return { loss: blockLogistic(design, targets), l1, source: { kind: 'logistic', design, targets } };
        },
      }),
      softmax: defineFamily({
        title: 'Many classes',
        description: 'A dense design N(0, 1), weights N(0, 1), the class of the largest noisy score.',
        real: false,
        params: {
          rows: rows(40),
          cols: cols(8),
          classes: { type: 'integer', min: 2, max: 1000, default: 4, description: 'Classes' },
          l1: l1(0.025),
        },
        suites: {
          quick: [{}],
          full: [
            { rows: 1000, cols: 1000, classes: 50, l1: 0 },
            { rows: 300, cols: 30, classes: 10, l1: 1 / 300 },
          ],
        },
        generate: ({ l1, ...sizes }, seed) => {
          const { design, targets } = manyClasses(sizes, seed);
          const { classes } = sizes;
          const source = { kind: 'softmax', design, targets, classes } as const;
          return { loss: blockSoftmax(design, targets, classes), l1, source };
        },
      }),
      lattice: defineFamily({
        title: 'Labels on a lattice',
        description:
          'Random nodes of a square lattice have labels 10 N(0, 1); the others smooth between them, with weights 1e5.',
        real: false,
        params: {
          side: { type: 'integer', min: 2, max: 2000, default: 12, description: 'Nodes of a side' },
          labeled: { type: 'integer', min: 1, max: 1_000_000, default: 12, description: 'Nodes with labels' },
        },
        suites: {
          quick: [{}],
          full: [
            { side: 50, labeled: 100 },
            { side: 300, labeled: 1000 },
          ],
        },
        generate: ({ side, labeled }, seed) => smoothed(latticePropagation(side, labeled, seed).loss),
      }),
      moons: defineFamily({
        title: 'Labels on two moons',
        description:
          'Points of two noisy half moons, joined with their five nearest neighbours; some have labels 1 and -1.',
        real: false,
        params: {
          points: { type: 'integer', min: 10, max: 20_000, default: 150, description: 'Points' },
          labeled: { type: 'integer', min: 1, max: 20_000, default: 15, description: 'Points with labels' },
        },
        suites: { quick: [{}], full: [{ points: 2000, labeled: 100 }] },
        generate: ({ points, labeled }, seed) => smoothed(moonsPropagation(points, labeled, seed).loss),
      }),
      smoothing: defineFamily({
        title: 'Robust smoothing on a lattice',
        description: 'log cosh of the differences of neighbours, and a pull to noisy values; x at least 0.',
        real: false,
        params: {
          side: { type: 'integer', min: 2, max: 2000, default: 10, description: 'Nodes of a side' },
          weight: { type: 'number', above: 0, max: 1e6, default: 2, description: 'Weight of the edges' },
        },
        suites: { quick: [{}], full: [{ side: 60 }] },
        generate: ({ side, weight }, seed) => {
          const size = side * side;
          const targets = new Random(seed).normals(new Float64Array(size)).map((value) => 3 * value);
          const weights = latticeEdges({ rows: side, cols: side }, weight);
          return {
            loss: pairwiseLoss({ weights, anchors: new Float64Array(size).fill(0.3), targets }),
            lower: 0,
          };
        },
      }),
      tumours: defineFamily({
        title: 'Sparse logistic regression, tumours',
        description:
          'Benign or malign from 30 standardised measures of 569 tumours and an intercept, with an l1 norm.',
        real: true,
        params: { fraction: fraction(0.5) },
        suites: { quick: [{}], full: [{ fraction: 0.1 }, { fraction: 0.01 }] },
        generate: async ({ fraction }) => {
          const { design, labels } = await standardizedBreastCancer();
          const loss = blockLogistic(design, labels);
          const source = { kind: 'logistic', design, targets: labels } as const;
          return { loss, l1: fraction * largestSlope(loss), source };
        },
      }),
      svm: defineFamily({
        title: 'Support vectors among tumours',
        description:
          'The dual of the support vector machine: a weight from 0 to C for every tumour, benign or malign by 30 standardised measures and an intercept.',
        real: true,
        params: {
          samples: { type: 'integer', min: 2, max: 569, default: 60, description: 'Tumours, the first ones' },
          penalty: {
            type: 'number',
            above: 0,
            max: 1e6,
            default: 1,
            description: 'C, the price of a tumour on the wrong side',
          },
          gamma: {
            type: 'number',
            min: 0,
            max: 1e3,
            default: 0,
            description: 'The Gaussian kernel exp(-gamma |u - v|²); 0 is the linear one',
          },
        },
        suites: { quick: [{}], full: [{ samples: 569 }, { samples: 569, gamma: 0.03 }] },
        generate: async ({ samples, penalty, gamma }) => {
          const { design, labels } = await standardizedBreastCancer();
          const features = {
            rows: samples,
            cols: design.cols,
            values: design.values.slice(0, samples * design.cols),
          };
          const loss = svmDual(features, labels.slice(0, samples), gamma > 0 ? { gamma } : {});
          return { loss, lower: 0, upper: penalty };
        },
      }),
      digits: defineFamily({
        title: 'Ten digits',
        description: 'Handwritten digits of 64 pixels by softmax regression, with an l1 norm.',
        real: true,
        params: {
          samples: {
            type: 'integer',
            min: 10,
            max: 1797,
            default: 40,
            description: 'Digits, the first ones',
          },
          fraction: fraction(0.4),
        },
        suites: { quick: [{}], full: [{ samples: 1797, fraction: 0.01 }] },
        generate: async ({ samples, fraction }) => {
          const { design, labels } = await digitsDesign(samples);
          const loss = blockSoftmax(design, labels, 10);
          const source = { kind: 'softmax', design, targets: labels, classes: 10 } as const;
          return { loss, l1: fraction * largestSlope(loss), source };
        },
      }),
    },
    metrics: {
      stationarity: {
        title: 'Stationarity',
        description: 'The largest component of the least subgradient of F, over that at the start.',
        unit: '',
        direction: 'minimize',
        targets: [1e-2, 1e-4, 1e-6],
        compute: (problem: CompositeProblem, { x }: CompositeSolution) => {
          const checked = checkComposite(problem);
          const start = compositeSolution(checked, checked.start).stationarity;
          return compositeSolution(checked, x).stationarity / (start || 1);
        },
      },
      gap: {
        title: 'Gap',
        description: 'F(x) less the least value where it is known, and F(x) itself where it is not.',
        unit: '',
        direction: 'minimize',
        compute: (problem: CompositeProblem, { x }: CompositeSolution) => {
          const { loss, term } = checkComposite(problem);
          return loss.value(x) + separableValue(term, x) - (problem.minimum ?? 0);
        },
      },
    },
    primaryMetric: 'stationarity',
    plainData: ({ source, initial, l1, lower, upper }) => source && { ...source, initial, l1, lower, upper },
    validate: (problem) => {
      checkComposite(problem);
      if (problem.minimum !== undefined) checkNumber(problem.minimum, 'minimum');
    },
    badInstances: () => {
      const loss = blockQuadratic(
        matrixFromRows([
          [2, 1],
          [1, 3],
        ]),
        Float64Array.of(1, 2),
      );
      return [
        { fault: 'no loss', instance: { loss: {} as BlockLoss }, argument: 'loss' },
        { fault: 'a negative l1', instance: { loss, l1: -1 }, argument: 'l1' },
        { fault: 'an infinite l1', instance: { loss, l1: Infinity }, argument: 'l1' },
        { fault: 'bounds that cross', instance: { loss, lower: 1, upper: 0 }, argument: 'lower' },
        { fault: 'a bound that is no number', instance: { loss, upper: Number.NaN }, argument: 'upper' },
        {
          fault: 'a start of another length',
          instance: { loss, initial: Float64Array.of(1) },
          argument: 'initial',
        },
        {
          fault: 'a minimum that is no number',
          instance: { loss, minimum: Number.NaN },
          argument: 'minimum',
        },
      ];
    },
    instanceFile: {
      description:
        'A JSON object with the `loss` (`least-squares` or `logistic`, means over the samples), the `design` (a list of rows, or the path of a two-dimensional `.npy` file), the `targets` (numbers, or labels 1 and -1), and any of `l1`, `lower` and `upper`. Methods start at zero.',
      example: {
        loss: 'least-squares',
        design: [
          [1, 0, 1],
          [0, 1, 1],
          [1, 1, 0],
        ],
        targets: [3, 0.5, 2.5],
        l1: 0.25,
      },
      parse: (json) => {
        const fields = readObject(json, 'instance', ['loss', 'design', 'targets', 'l1', 'lower', 'upper']);
        const { loss, design, targets, l1, lower, upper } = fields;
        checkChoice(loss, 'loss', ['least-squares', 'logistic'] as const);
        const numbers = Object.entries({ l1, lower, upper }).filter(([, value]) => value !== undefined);
        for (const [name, value] of numbers) checkNumber(value, name);
        const make = loss === 'logistic' ? blockLogistic : blockLeastSquares;
        const [matrix, right] = [readMatrix(design, 'design'), readVector(targets, 'targets')];
        return {
          loss: make(matrix, right),
          source: { kind: loss, design: matrix, targets: right },
          ...(Object.fromEntries(numbers) as { l1?: number; lower?: number; upper?: number }),
        };
      },
    },
    hardInstances: () => hardComposites(),
    success: {
      metric: 'stationarity',
      // The dual gap bounds the value and not the subgradient.
      bound: (_, { variant, options }) =>
        variant === 'dual gap'
          ? undefined
          : Number(options['tolerance'] ?? tolerance.default) * (1 + 1e-6) + ROUNDING,
    },
  });
}

/** The largest component of the gradient at zero: with an l1 of this size zero is the answer. */
function largestSlope(loss: BlockLoss): number {
  const gradient = new Float64Array(loss.dimension);
  loss.gradient(gradient.slice(), gradient);
  return gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
}

/** A quadratic with its least value. */
function smoothed(loss: BlockQuadratic): CompositeProblem {
  const { x } = conjugateGradient(loss.graph, loss.linear, { tolerance: 1e-13, preconditioner: 'jacobi' });
  const source = { kind: 'quadratic', matrix: loss.graph, linear: loss.linear } as const;
  return { loss, minimum: loss.value(x), source };
}

/** Composite functions on which methods are tempted to lie. */
function* hardComposites(): Iterable<HardInstance<CompositeProblem>> {
  const quadratic = (a: number, b: number, c: number, linear: readonly [number, number]) =>
    blockQuadratic(
      matrixFromRows([
        [a, b],
        [b, c],
      ]),
      Float64Array.from(linear),
    );
  for (const scale of [1e-150, 1e150]) {
    yield {
      hardness: `a quadratic times ${scale}`,
      instance: { loss: quadratic(2 * scale, scale, 3 * scale, [scale, 2 * scale]) },
    };
    yield {
      hardness: `a quadratic with l1 times ${scale}`,
      instance: { loss: quadratic(2 * scale, scale, 3 * scale, [scale, 2 * scale]), l1: scale / 2 },
    };
    yield {
      hardness: `targets times ${scale}`,
      instance: {
        loss: blockLeastSquares(
          matrixFromRows([
            [1, 2],
            [3, 5],
            [1, 1],
          ]),
          Float64Array.of(scale, -scale, 2 * scale),
        ),
        l1: scale / 30,
      },
    };
  }
  yield { hardness: 'an indefinite quadratic', instance: { loss: quadratic(1, 3, 1, [1, 2]) } };
  yield {
    hardness: 'a singular quadratic without a minimum',
    instance: { loss: quadratic(1, 1, 1, [1, 2]) },
  };
  yield { hardness: 'a singular quadratic', instance: { loss: quadratic(1, 1, 1, [1, 1]) } };
  yield {
    hardness: 'a column of zeros',
    instance: {
      loss: blockLeastSquares(
        matrixFromRows([
          [0, 1],
          [0, 2],
        ]),
        Float64Array.of(1, 3),
      ),
    },
  };
  yield {
    hardness: 'a denormal curvature',
    instance: { loss: quadratic(1e-310, 0, 1e-310, [1e-310, 1e-310]) },
  };
  yield {
    hardness: 'columns that are the same',
    instance: {
      loss: blockLeastSquares(
        matrixFromRows([
          [1, 1],
          [2, 2],
        ]),
        Float64Array.of(1, 3),
      ),
      l1: 0.05,
    },
  };
  yield {
    hardness: 'bounds that leave a single point',
    instance: { loss: quadratic(2, 1, 3, [1, 2]), lower: 1, upper: 1 },
  };
  yield {
    hardness: 'a start at 1e300',
    instance: { loss: quadratic(2, 1, 3, [1, 2]), initial: Float64Array.of(1e300, -1e300) },
  };
}
