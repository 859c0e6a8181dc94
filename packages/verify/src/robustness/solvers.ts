// The solvers of `verify/robustness`: bounds alone from the cheapest to the tightest, and complete verification.
import type { OptionSpecs } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import { robustnessProblem } from './robustness-problem.ts';
import type { PropertyInstance } from './verify-property.ts';
import { verifyPropertyOptions, verifyPropertySteps } from './verify-property.ts';

const attackOptions = {
  attacks: {
    type: 'integer',
    min: 0,
    max: 1000,
    default: 10,
    description: 'Starts of the search for a witness by gradients before anything is bounded',
  },
  seed: {
    type: 'integer',
    min: 0,
    default: 0,
    description: 'Seed of the starts of the search for a witness',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Interval arithmetic alone. */
const intervalVerifierSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/interval-verifier',
  title: 'Interval arithmetic',
  summary: 'Bounds every number by an interval: certifies tiny regions at the price of two evaluations.',
  problem: robustnessProblem,
  role: 'baseline',
  paper: {
    title: 'On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust Models',
    arxiv: '1810.12715',
    year: 2018,
  },
  cost: 'O(\\text{weights})',
  options: attackOptions,
  steps: (instance: PropertyInstance, options) =>
    verifyPropertySteps(instance, { ...options, method: 'interval', branching: 'none' }),
});

/** CROWN alone. */
const crownVerifierSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/crown-verifier',
  title: 'CROWN',
  summary: 'Bounds margins by lines through the activations, propagated backwards.',
  problem: robustnessProblem,
  role: 'baseline',
  paper: {
    title: 'Efficient Neural Network Robustness Certification with General Activation Functions',
    arxiv: '1811.00866',
    year: 2018,
  },
  cost: 'O(n^2 w^3)',
  options: attackOptions,
  steps: (instance: PropertyInstance, options) =>
    verifyPropertySteps(instance, { ...options, method: 'crown', branching: 'none' }),
});

/** alpha-CROWN alone. */
const alphaCrownVerifierSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/alpha-crown-verifier',
  title: 'alpha-CROWN',
  summary: 'CROWN whose lower lines are turned by Adam until every bound is best.',
  problem: robustnessProblem,
  role: 'baseline',
  paper: {
    title:
      'Fast and Complete: Enabling Complete Verification with Rapid and Massively Parallel Incomplete Verifiers',
    arxiv: '2011.13824',
    year: 2020,
  },
  cost: 'O(40 \\, n^2 w^3)',
  options: attackOptions,
  steps: (instance: PropertyInstance, options) =>
    verifyPropertySteps(instance, { ...options, method: 'alpha-crown', branching: 'none' }),
});

/** Branch and bound. */
const branchAndBoundVerifierSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/branch-and-bound-verifier',
  title: 'Complete verification',
  summary: 'Splits ReLUs by their signs, with linear programs at the leaves, until certified or falsified.',
  problem: robustnessProblem,
  role: 'baseline',
  paper: {
    title: 'Branch and Bound for Piecewise Linear Neural Network Verification',
    arxiv: '1909.06588',
    year: 2019,
  },
  cost: 'O(2^k n^2 w^3) \\text{ for } k \\text{ unstable neurons}',
  options: verifyPropertyOptions,
  steps: (instance: PropertyInstance, options) => verifyPropertySteps(instance, options),
});

/** From the loosest to the complete one. */
export const robustnessSolvers = [
  intervalVerifierSolver,
  crownVerifierSolver,
  alphaCrownVerifierSolver,
  branchAndBoundVerifierSolver,
];
