// The registered solvers of `optim/training`.
import { defineSolver, type OptionSpecs, type Paper, type RegisteredOptions } from '@infimum/core';
import { ggt } from '../fisher/ggt.ts';
import { mfac } from '../fisher/mfac.ts';
import { adaGrad } from './adagrad.ts';
import { adaHessian } from './adahessian.ts';
import { adam, adamW } from './adam.ts';
import { lion } from './lion.ts';
import type { ParameterShapes, StochasticOptimizer } from './optimizer.ts';
import { rmsProp } from './rmsprop.ts';
import { sgd } from './sgd.ts';
import { sophia } from './sophia.ts';
import { trainingSteps, warmingUp } from './training.ts';
import { training } from './training-problem.ts';

const learningRate = (value: number) =>
  ({ type: 'number', min: 0, max: 1e6, default: value, description: 'Factor of the steps' }) as const;
const averaging = (value: number, of: string) =>
  ({ type: 'number', min: 0, below: 1, default: value, description: `Memory of the mean of ${of}` }) as const;
const epsilon = (value: number) =>
  ({
    type: 'number',
    above: 0,
    max: 1e6,
    default: value,
    description: 'Is added to the divisor of a step',
  }) as const;
const weightDecay = (value: number) =>
  ({
    type: 'number',
    min: 0,
    max: 1e3,
    default: value,
    description: 'Pull of the parameters towards zero',
  }) as const;
const hessianEvery = (value: number) =>
  ({
    type: 'integer',
    min: 1,
    max: 1_000_000,
    default: value,
    description: 'Steps from one estimate of curvature to the next',
  }) as const;

/** The paper of AdaHessian. */
export const adaHessianPaper: Paper = {
  title: 'ADAHESSIAN: an adaptive second order optimizer for machine learning',
  arxiv: '2006.00719',
  year: 2020,
};

/** The paper of M-FAC. */
export const mfacPaper: Paper = {
  title: 'M-FAC: efficient matrix-free approximations of second-order information',
  arxiv: '2107.03356',
  year: 2021,
};

interface TrainingSolver<Specs extends OptionSpecs> {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly role: 'paper' | 'baseline';
  readonly paper: Paper;
  readonly cost?: string;
  readonly options: Specs;
  readonly create: (
    parameters: ParameterShapes,
    options: RegisteredOptions<Specs> & { seed: number },
  ) => StochasticOptimizer;
}

/** Registers an optimiser as a solver: the instance's batches and epochs, the solver's seed. */
function trainingSolver<const Specs extends OptionSpecs>({
  name,
  create,
  cost = 'O(d) \\text{ a step, and a gradient}',
  ...definition
}: TrainingSolver<Specs>) {
  return defineSolver({
    id: `optim/${name}`,
    problem: training,
    cost,
    ...definition,
    steps: ({ objective, initial, shapes, batchSize, epochs, warmUp = 0 }, options, { seed }) =>
      trainingSteps(objective, initial, create(shapes, { ...options, seed }), {
        batchSize,
        epochs,
        seed,
        ...(warmUp > 0 && { schedule: warmingUp(warmUp) }),
      }),
  });
}

/** AdaHessian, M-FAC and the methods that they are measured against. */
export const trainingSolvers = [
  trainingSolver({
    name: 'adahessian',
    title: 'AdaHessian',
    summary:
      'Adam with an estimate of the Hessian’s diagonal, from one product a step, in place of squared gradients.',
    role: 'paper',
    paper: adaHessianPaper,
    cost: 'O(d) \\text{ a step, a gradient, and a product with the Hessian every } h \\text{ steps}',
    options: {
      learningRate: learningRate(0.15),
      beta1: averaging(0.9, 'gradients'),
      beta2: averaging(0.999, 'squared diagonals'),
      epsilon: epsilon(1e-4),
      hessianPower: {
        type: 'number',
        min: 0,
        max: 1,
        default: 1,
        description: 'Power of the curvature; 0 is momentum alone',
      },
      weightDecay: weightDecay(0),
      decayOrder: {
        type: 'choice',
        choices: ['with-step', 'before-step'],
        default: 'with-step',
        description: 'Decay as part of the step, or before it',
      },
      hessianEvery: hessianEvery(1),
      samples: { type: 'integer', min: 1, max: 1000, default: 1, description: 'Products in an estimate' },
      estimator: {
        type: 'choice',
        choices: ['absolute', 'signed'],
        default: 'absolute',
        description: '|Hz|, robust, or zHz, free of bias',
      },
      blocks: {
        type: 'choice',
        choices: ['reference', 'instruction'],
        orInteger: { min: 1 },
        default: 'instruction',
        description: 'Parameters that share an estimate: kernels, also rows, or runs of so many',
      },
      minCurvature: { type: 'number', min: 0, default: 0, description: 'Is added to the curvature' },
    },
    create: adaHessian,
  }),
  trainingSolver({
    name: 'mfac',
    title: 'M-FAC',
    summary:
      'Natural gradient steps: the inverse of the empirical Fisher matrix of the latest gradients, never formed.',
    role: 'paper',
    paper: mfacPaper,
    cost: 'O(m d + m^2) \\text{ a step, and a gradient}',
    options: {
      learningRate: learningRate(1e-3),
      window: {
        type: 'integer',
        min: 1,
        max: 100_000,
        default: 256,
        description: 'Gradients that are kept, m',
      },
      damping: {
        type: 'number',
        above: 0,
        max: 1e6,
        default: 1e-5,
        description: 'Is added to the Fisher matrix’s diagonal',
      },
      momentum: averaging(0, 'steps'),
      weightDecay: weightDecay(0),
      engine: {
        type: 'choice',
        choices: ['cholesky', 'lu'],
        default: 'cholesky',
        description: 'Rank-two changes of a factor, or the paper’s factorisation a step',
      },
      precision: {
        type: 'choice',
        choices: ['float64', 'float32'],
        default: 'float64',
        description: 'How gradients are stored',
      },
    },
    create: (parameters, { seed: _, ...options }) => mfac(parameters, options),
  }),
  trainingSolver({
    name: 'ggt',
    title: 'GGT',
    summary:
      'Steps with the inverse root of the matrix of the latest gradients: AdaGrad with the whole matrix.',
    role: 'baseline',
    paper: { title: 'Efficient full-matrix adaptive regularization', arxiv: '1806.02958', year: 2018 },
    cost: 'O(m d + m^3) \\text{ a step, and a gradient}',
    options: {
      learningRate: learningRate(0.3),
      window: {
        type: 'integer',
        min: 1,
        max: 10_000,
        default: 32,
        description: 'Gradients that are kept, m',
      },
      beta2: {
        type: 'number',
        above: 0,
        max: 1,
        default: 0.97,
        description: 'What an older gradient counts less, for a step',
      },
      epsilon: epsilon(1e-4),
      momentum: averaging(0.9, 'steps'),
    },
    create: (parameters, { seed: _, ...options }) => ggt(parameters, options),
  }),
  trainingSolver({
    name: 'sgd',
    title: 'Gradient descent with momentum',
    summary: 'Steps along a running sum of gradients: cheapest, and good when its rate is tuned.',
    role: 'baseline',
    paper: { title: 'Some methods of speeding up the convergence of iteration methods', year: 1964 },
    options: {
      learningRate: learningRate(0.1),
      momentum: averaging(0.9, 'steps'),
      weightDecay: weightDecay(0),
    },
    create: sgd,
  }),
  trainingSolver({
    name: 'adam',
    title: 'Adam',
    summary: 'Steps scaled by running means of gradients and of their squares: the usual first choice.',
    role: 'baseline',
    paper: { title: 'Adam: a method for stochastic optimization', arxiv: '1412.6980', year: 2014 },
    options: {
      learningRate: learningRate(1e-2),
      beta1: averaging(0.9, 'gradients'),
      beta2: averaging(0.999, 'squares'),
      epsilon: epsilon(1e-8),
      weightDecay: weightDecay(0),
    },
    create: adam,
  }),
  trainingSolver({
    name: 'adamw',
    title: 'AdamW',
    summary: 'Adam whose weight decay is not scaled with the gradients.',
    role: 'baseline',
    paper: { title: 'Decoupled weight decay regularization', arxiv: '1711.05101', year: 2017 },
    options: {
      learningRate: learningRate(1e-2),
      beta1: averaging(0.9, 'gradients'),
      beta2: averaging(0.999, 'squares'),
      epsilon: epsilon(1e-8),
      weightDecay: weightDecay(0.01),
    },
    create: adamW,
  }),
  trainingSolver({
    name: 'rmsprop',
    title: 'RMSProp',
    summary: 'Gradients over the root of their mean square.',
    role: 'baseline',
    paper: { title: 'Neural networks for machine learning, lecture 6.5', year: 2012 },
    options: {
      learningRate: learningRate(1e-2),
      beta2: averaging(0.99, 'squares'),
      epsilon: epsilon(1e-8),
    },
    create: rmsProp,
  }),
  trainingSolver({
    name: 'adagrad',
    title: 'AdaGrad',
    summary: 'Gradients over the root of the sum of all squares: good for features that are rarely seen.',
    role: 'baseline',
    paper: {
      title: 'Adaptive subgradient methods for online learning and stochastic optimization',
      year: 2011,
    },
    options: { learningRate: learningRate(0.1), epsilon: epsilon(1e-10) },
    create: adaGrad,
  }),
  trainingSolver({
    name: 'lion',
    title: 'Lion',
    summary: 'Steps of one size, by the sign of a running mean.',
    role: 'baseline',
    paper: { title: 'Symbolic discovery of optimization algorithms', arxiv: '2302.06675', year: 2023 },
    options: {
      learningRate: learningRate(3e-3),
      beta1: averaging(0.9, 'gradients, in the step'),
      beta2: averaging(0.99, 'gradients'),
      weightDecay: weightDecay(0),
    },
    create: lion,
  }),
  trainingSolver({
    name: 'sophia',
    title: 'Sophia',
    summary: 'Newton steps with the Hessian’s diagonal, estimated every ten steps and clipped one by one.',
    role: 'baseline',
    paper: {
      title: 'Sophia: a scalable stochastic second-order optimizer for language model pre-training',
      arxiv: '2305.14342',
      year: 2023,
    },
    cost: 'O(d) \\text{ a step, a gradient, and a product with the Hessian every ten steps}',
    options: {
      learningRate: learningRate(1e-2),
      beta1: averaging(0.965, 'gradients'),
      beta2: averaging(0.99, 'diagonals'),
      curvatureFactor: {
        type: 'number',
        min: 0,
        default: 0.01,
        description: 'Factor of the curvature before clipping',
      },
      weightDecay: weightDecay(0),
      hessianEvery: hessianEvery(10),
    },
    create: sophia,
  }),
];
