// The solvers of `verify/robustness`: bounds alone from the cheapest to the tightest, and complete verification.
import type { OptionSpecs, Paper } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import { robustnessProblem } from './robustness-problem.ts';
import type { PropertyInstance } from './verify-property.ts';
import { verifyPropertyOptions, verifyPropertySteps } from './verify-property.ts';

const { attacks, seed, maxIterations } = verifyPropertyOptions;
const boundOptions = { attacks, seed, maxIterations } as const satisfies OptionSpecs;

function boundSolver(method: 'interval' | 'crown' | 'alpha-crown', title: string, summary: string, paper: Paper, cost: string) {
  return defineSolver({
    id: `verify/${method}-verifier`,
    title,
    summary,
    problem: robustnessProblem,
    role: 'baseline',
    paper,
    cost,
    options: boundOptions,
    steps: (instance: PropertyInstance, options) => verifyPropertySteps(instance, { ...options, method, branching: 'none' }),
  });
}

const branchAndBoundVerifierSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/branch-and-bound-verifier',
  title: 'Complete verification',
  summary: 'Splits ReLUs by their signs, with linear programs at the leaves, until certified or falsified.',
  problem: robustnessProblem,
  role: 'baseline',
  paper: { title: 'Branch and Bound for Piecewise Linear Neural Network Verification', arxiv: '1909.06588', year: 2019 },
  cost: 'O(2^k n^2 w^3) \\text{ for } k \\text{ unstable neurons}',
  options: verifyPropertyOptions,
  steps: (instance: PropertyInstance, options) => verifyPropertySteps(instance, options),
});

/** From the loosest to the complete one. */
export const robustnessSolvers = [
  boundSolver(
    'interval',
    'Interval arithmetic',
    'Bounds every number by an interval: certifies tiny regions for the cost of two evaluations.',
    {
      title: 'On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust Models',
      arxiv: '1810.12715',
      year: 2018,
    },
    'O(\\text{weights})',
  ),
  boundSolver(
    'crown',
    'CROWN',
    'Bounds margins by lines through the activations, propagated backwards.',
    {
      title: 'Efficient Neural Network Robustness Certification with General Activation Functions',
      arxiv: '1811.00866',
      year: 2018,
    },
    'O(n^2 w^3)',
  ),
  boundSolver(
    'alpha-crown',
    'alpha-CROWN',
    'CROWN with lower lines optimised by Adam.',
    {
      title: 'Fast and Complete: Enabling Complete Verification with Rapid and Massively Parallel Incomplete Verifiers',
      arxiv: '2011.13824',
      year: 2020,
    },
    'O(40 \\, n^2 w^3)',
  ),
  branchAndBoundVerifierSolver,
];
