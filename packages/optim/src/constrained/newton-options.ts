// Options that the methods for equalities share.
import type { OptionSpecs } from '@infimum/core';
import { checkVector } from '@infimum/core';

export const tolerance = {
  type: 'number',
  above: 0,
  default: 1e-8,
  description: 'Residual |(∇L, c)| at which to stop, with f and c relative to their scales',
} as const;

export const constraintPenalty = {
  type: 'number',
  was: 'eta1',
  above: 0,
  default: 1,
  description: 'Initial penalty on |c|²',
} as const;
export const stationarityPenalty = {
  type: 'number',
  was: 'eta2',
  above: 0,
  default: 0.1,
  description: 'Initial penalty on |∇L|²',
} as const;
export const shift = {
  type: 'number',
  above: 0,
  max: 1,
  default: 0.1,
  description: 'Shift of a Hessian, relative to its size, if its curvature on the null space is too small',
} as const;
export const minCurvature = {
  type: 'number',
  was: 'leastCurvature',
  above: 0,
  default: 1e-6,
  description: 'Curvature on the null space of G below which the Hessian is modified',
} as const;
export const armijo = {
  type: 'number',
  above: 0,
  below: 0.5,
  default: 0.1,
  description: 'Share of the predicted descent that a step has to achieve',
} as const;
export const penaltyGrowth = {
  type: 'number',
  was: 'nu',
  above: 1,
  default: 1.5,
  description: 'Factor for the penalties; η1 grows by its square',
} as const;
export const initialMultipliers = {
  type: 'value',
  check: checkMultipliers,
  description: 'Initial multipliers; zero by default',
} as const;
export const iterationLimit = { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' } as const;

/** Options of Newton's method with an augmented Lagrangian as merit, for all ways to solve its systems. */
export const augmentedNewtonOptions = {
  accuracyRule: {
    was: 'accuracy',
    type: 'choice',
    choices: ['practical', 'paper'],
    default: 'practical',
    description: 'Inner accuracy: |r| <= kappa |b| with kappa reduced when a step does not descend, or the bound of the paper',
  },
  superlinear: {
    type: 'boolean',
    default: true,
    description: 'Increase the accuracy as the residual falls, for superlinear convergence',
  },
  constraintPenalty,
  stationarityPenalty,
  initialAccuracy: {
    type: 'number',
    was: 'delta',
    above: 0,
    max: 1,
    default: 0.1,
    description: 'Initial accuracy for the bound of the paper',
  },
  shift,
  minCurvature,
  armijo,
  penaltyGrowth,
  singularity: {
    type: 'number',
    min: 0,
    max: 1,
    default: 1e-10,
    description: 'Smallest eigenvalue of GG’, relative to the largest, below which the Jacobian counts as singular',
  },
  meritHessian: {
    type: 'choice',
    choices: ['lagrangian', 'objective'],
    default: 'lagrangian',
    description: 'The Hessian in the gradient of the merit; the authors’ program uses that of f only',
  },
  scaling: {
    type: 'choice',
    choices: ['start', 'none'],
    default: 'start',
    description: 'Whether to divide f and every equality by the size of its derivative at the start',
  },
  tolerance,
  initialMultipliers,
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

function checkMultipliers(value: unknown, argument: string): asserts value is Float64Array {
  checkVector(value, argument);
}
