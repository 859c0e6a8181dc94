// Conjugate gradients with a preconditioner that the registered solver makes itself.
//
// J. Meijerink, H. van der Vorst: An iterative solution method for linear systems of which the coefficient matrix is a
// symmetric M-matrix (1977).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import type { LinearOperator } from '../linear-operator.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { conjugateGradientSteps } from './conjugate-gradient.ts';
import { incompleteCholesky } from './incomplete-cholesky.ts';
import { tolerance } from './linear-system.ts';
import { linearSystem, withDiagonal } from './linear-system-problem.ts';
import { ssorPreconditioner } from './symmetric-over-relaxation.ts';

const preconditionedOptions = {
  tolerance,
  preconditioner: {
    type: 'choice',
    choices: ['incomplete-cholesky', 'ssor', 'jacobi'],
    default: 'incomplete-cholesky',
    description: 'Which approximation of the inverse',
  },
} as const satisfies OptionSpecs;

export const preconditionedConjugateGradientSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/preconditioned-conjugate-gradient',
  title: 'Preconditioned conjugate gradients',
  summary: 'Conjugate gradients in the norm of an approximate inverse: for large positive definite systems.',
  problem: linearSystem,
  role: 'baseline',
  paper: {
    title:
      'An iterative solution method for linear systems of which the coefficient matrix is a symmetric M-matrix',
    year: 1977,
  },
  cost: 'O(\\operatorname{nnz}) \\text{ an iteration}',
  options: preconditionedOptions,
  declines: /* @__PURE__ */ withDiagonal('positive-definite'),
  steps: ({ a, b }, { preconditioner = 'incomplete-cholesky', tolerance }) =>
    conjugateGradientSteps(a, b, { tolerance, preconditioner: positivePreconditioner(a, preconditioner) }),
});

function positivePreconditioner(
  a: DenseMatrix | CsrMatrix,
  name: 'incomplete-cholesky' | 'ssor' | 'jacobi',
): LinearOperator | 'jacobi' {
  if (name === 'jacobi') return name;
  return name === 'ssor' ? ssorPreconditioner(a) : incompleteCholesky(a);
}
