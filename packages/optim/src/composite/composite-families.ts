// The instance families of `optim/composite`.
import type { Problem } from '@infimum/core';
import { defineFamily, Random } from '@infimum/core';
import { conjugateGradient } from '@infimum/linalg';
import type { BlockLoss } from '../losses/block-loss.ts';
import { blockLeastSquares, blockLogistic } from '../losses/block-margin-loss.ts';
import type { BlockQuadratic } from '../losses/block-quadratic-loss.ts';
import { blockSoftmax } from '../losses/block-softmax-loss.ts';
import { pairwiseLoss } from '../losses/pairwise-loss.ts';
import { svmDual } from '../losses/svm-dual.ts';
import { digitsDesign, standardizedBreastCancer } from '../objectives/real-designs.ts';
import type { CompositeProblem } from './composite-instance.ts';
import {
  denseRegression,
  latticeEdges,
  latticePropagation,
  manyClasses,
  moonsPropagation,
  sparseClassification,
  sparseRegression,
} from './composite-instances.ts';

const rows = (value: number) => ({ type: 'integer', min: 2, max: 100_000, default: value, description: 'Samples' }) as const;
const cols = (value: number) => ({ type: 'integer', min: 1, max: 100_000, default: value, description: 'Features' }) as const;
const l1 = (value: number) =>
  ({ type: 'number', min: 0, max: 1e9, default: value, description: 'Factor of the l1 norm' }) as const;
const fraction = (value: number) =>
  ({
    type: 'number',
    above: 0,
    max: 1,
    default: value,
    description: 'Factor of the l1 norm, relative to the smallest one for which zero is the answer',
  }) as const;

/** All families, by name. */
export const compositeFamilies: Problem<CompositeProblem, object>['families'] = /* @__PURE__ */ (() => ({
  'sparse-least-squares': defineFamily({
    title: 'Sparse least squares',
    description:
      'Entries N(1, 1), columns times 10 N(0, 1), a share 10 log(m) / m of them kept; a tenth of the weights nonzero. More columns than rows: the minimum is zero.',
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
      return { loss: blockLeastSquares(design, targets), source: { kind: 'least-squares', design, targets } };
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
      bound: { type: 'number', above: 0, max: 1e6, default: 0.5, description: 'Largest size of a weight' },
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
      nonzeros: { type: 'integer', min: 0, max: 100_000, default: 12, description: 'Nonzero weights' },
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
      'The sparse design, labels by the sign of a sparse linear function, a tenth of them flipped. Without l1, the classes are separable.',
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
    description: 'Random nodes of a square lattice have labels 10 N(0, 1); the others smooth between them, with weights 1e5.',
    real: false,
    params: {
      side: { type: 'integer', min: 2, max: 2000, default: 12, description: 'Nodes per side' },
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
    description: 'Points of two noisy half moons, joined with their five nearest neighbours; some have labels 1 and -1.',
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
      side: { type: 'integer', min: 2, max: 2000, default: 10, description: 'Nodes per side' },
      weight: { type: 'number', above: 0, max: 1e6, default: 2, description: 'Weight of the edges' },
    },
    suites: { quick: [{}], full: [{ side: 60 }] },
    generate: ({ side, weight }, seed) => {
      const size = side * side;
      const targets = new Random(seed).normals(new Float64Array(size)).map((value) => 3 * value);
      const weights = latticeEdges({ rows: side, cols: side }, weight);
      return { loss: pairwiseLoss({ weights, anchors: new Float64Array(size).fill(0.3), targets }), lower: 0 };
    },
  }),
  tumours: defineFamily({
    title: 'Sparse logistic regression, tumours',
    description: 'Benign or malignant from 30 standardised measurements of 569 tumours and an intercept, with an l1 norm.',
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
    title: 'Support vectors of tumours',
    description:
      'The dual of the support vector machine: a weight from 0 to C for every tumour, benign or malignant by 30 standardised measurements and an intercept.',
    real: true,
    params: {
      samples: { type: 'integer', min: 2, max: 569, default: 60, description: 'Number of tumours' },
      penalty: { type: 'number', above: 0, max: 1e6, default: 1, description: 'C, the penalty for a tumour on the wrong side' },
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
      const features = { rows: samples, cols: design.cols, values: design.values.slice(0, samples * design.cols) };
      const loss = svmDual(features, labels.slice(0, samples), gamma > 0 ? { gamma } : {});
      return { loss, lower: 0, upper: penalty };
    },
  }),
  digits: defineFamily({
    title: 'Ten digits',
    description: 'Handwritten digits of 64 pixels by softmax regression, with an l1 norm.',
    real: true,
    params: {
      samples: { type: 'integer', min: 10, max: 1797, default: 40, description: 'Number of digits' },
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
}))();

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
