// The Riccati equation by Schur vectors, as a solver of control problems whose matrices are known.
//
// A. Laub: A Schur method for solving algebraic Riccati equations (IEEE Transactions on Automatic Control 24, 1979).
import type { OptionSpecs, Steps } from '@infimum/core';
import { converged, defineSolver, InvalidInputError, stalled } from '@infimum/core';
import { solveCare } from '../regulators/riccati.ts';
import type { ControlInstance, ControlIterate, ControlSolution } from './control-instance.ts';
import { controlProblem, hamiltonJacobiResidual } from './control-problem.ts';
import { weightsOf } from './monomials.ts';

const riccatiOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'Relative residual of the Hamilton-Jacobi equation that counts as solved',
  },
} as const satisfies OptionSpecs;

export const riccatiSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/riccati-schur',
  title: 'Riccati equation by Schur vectors',
  summary: 'The optimum of a known linear system with quadratic costs, in one decomposition.',
  problem: controlProblem,
  role: 'baseline',
  paper: { title: 'A Schur method for solving algebraic Riccati equations', year: 1979 },
  cost: 'O(n^3)',
  options: riccatiOptions,
  declines: ({ linear }) => (linear ? undefined : 'the system is not linear'),
  steps: (instance, { tolerance = riccatiOptions.tolerance.default }) => riccatiSteps(instance, tolerance),
});

function* riccatiSteps(instance: ControlInstance, tolerance: number): Steps<ControlSolution, ControlIterate> {
  const { linear, initialWeights } = instance;
  if (!linear) throw new InvalidInputError('is not linear', { argument: 'system', code: 'unsupported' });
  const { a, b, q, r } = linear;
  yield { iteration: 0, change: 1, solution: () => ({ weights: initialWeights.slice() }) };
  const solution = { weights: weightsOf(solveCare(a, b, q, r)) };
  const residual = hamiltonJacobiResidual(instance, solution.weights);
  if (residual <= tolerance) return converged(solution, `the residual is ${residual.toExponential(1)}`);
  return stalled(solution, `rounding limits the residual to ${residual.toExponential(1)}`);
}
