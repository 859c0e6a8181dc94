// The registered solvers of `linalg/linear-system`, apart from the functions: the problem has data, which bundles of a function
// must not carry.
import type { OptionSpecs } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import type { LinearOperator } from '../linear-operator.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { bicgstabSteps } from './bicgstab.ts';
import { conjugateGradientSteps } from './conjugate-gradient.ts';
import { gaussSeidelOptions, gaussSeidelSteps } from './gauss-seidel.ts';
import { gmresSteps, restart } from './gmres.ts';
import { incompleteLu } from './incomplete-lu.ts';
import { incompleteLuThreshold } from './incomplete-lu-threshold.ts';
import { jacobiOptions, jacobiSteps } from './jacobi.ts';
import { kaczmarzOptions, kaczmarzSteps } from './kaczmarz.ts';
import { tolerance } from './linear-system.ts';
import { linearSystem, only, withDiagonal } from './linear-system-problem.ts';
import { lsmrSteps } from './lsmr.ts';
import { lsqrSteps } from './lsqr.ts';
import { minresSteps } from './minres.ts';
import { preconditionedConjugateGradientSolver } from './preconditioned-conjugate-gradient.ts';
import { relaxationOptions } from './relaxation-sweep.ts';
import { sketchAndProjectOptions, sketchAndProjectSteps } from './sketch-and-project.ts';
import { successiveOverRelaxationSteps } from './successive-over-relaxation.ts';
import { symmetricOverRelaxationSteps } from './symmetric-over-relaxation.ts';

const conjugateGradientSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/conjugate-gradient',
  title: 'Conjugate gradients',
  summary: 'The best approximation in the Krylov space, in the norm of A: for positive definite systems.',
  problem: linearSystem,
  role: 'baseline',
  paper: { title: 'Methods of conjugate gradients for solving linear systems', year: 1952 },
  cost: 'O(\\operatorname{nnz}) \\text{ an iteration, } O(\\sqrt{\\kappa}) \\text{ of them}',
  options: { tolerance },
  declines: /* @__PURE__ */ only('positive-definite'),
  steps: ({ a, b }, options) => conjugateGradientSteps(a, b, options),
});

const minresSolverOptions = {
  tolerance,
  preconditioner: {
    type: 'choice',
    choices: ['none', 'absolute-diagonal'],
    default: 'none',
    description:
      'Which approximation of the inverse; it has to be positive definite also where the system is not',
  },
} as const satisfies OptionSpecs;

const minresSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/minres',
  title: 'MINRES',
  summary:
    'The smallest residual in the Krylov space with three vectors: for symmetric systems, also indefinite.',
  problem: linearSystem,
  role: 'baseline',
  paper: { title: 'Solution of sparse indefinite systems of linear equations', year: 1975 },
  cost: 'O(\\operatorname{nnz}) \\text{ an iteration}',
  options: minresSolverOptions,
  declines: /* @__PURE__ */ only('positive-definite', 'symmetric'),
  steps: ({ a, b }, { tolerance, preconditioner }) =>
    minresSteps(a, b, {
      tolerance,
      preconditioner: preconditioner === 'absolute-diagonal' ? 'jacobi' : undefined,
    }),
});

const gmresSolverOptions = {
  tolerance,
  restart,
  preconditioner: {
    type: 'choice',
    choices: ['none', 'incomplete-lu', 'incomplete-lu-threshold'],
    default: 'none',
    description: 'Which approximation of the inverse',
  },
} as const satisfies OptionSpecs;

const gmresSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/gmres',
  title: 'GMRES',
  summary: 'The smallest residual in the Krylov space, with restarts: for square systems without symmetry.',
  problem: linearSystem,
  role: 'baseline',
  paper: {
    title: 'GMRES: a generalized minimal residual algorithm for solving nonsymmetric linear systems',
    year: 1986,
  },
  cost: 'O(\\operatorname{nnz} + n\\,m) \\text{ an iteration, restarted after } m',
  options: gmresSolverOptions,
  declines: /* @__PURE__ */ only('positive-definite', 'symmetric', 'general'),
  steps: ({ a, b }, { preconditioner, ...options }) =>
    gmresSteps(a, b, { ...options, preconditioner: inverseOf(a, preconditioner) }),
});

const bicgstabSolverOptions = {
  tolerance,
  preconditioner: {
    type: 'choice',
    choices: ['none', 'incomplete-lu', 'incomplete-lu-threshold'],
    default: 'none',
    description: 'Which approximation of the inverse',
  },
} as const satisfies OptionSpecs;

const bicgstabSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/bicgstab',
  title: 'BiCGSTAB',
  summary:
    'Stabilised biconjugate gradients: square systems without symmetry in the memory of a few vectors.',
  problem: linearSystem,
  role: 'baseline',
  paper: {
    title:
      'Bi-CGSTAB: a fast and smoothly converging variant of Bi-CG for the solution of nonsymmetric linear systems',
    year: 1992,
  },
  cost: 'O(\\operatorname{nnz}) \\text{ an iteration}',
  options: bicgstabSolverOptions,
  declines: /* @__PURE__ */ only('positive-definite', 'symmetric', 'general'),
  steps: ({ a, b }, { preconditioner, tolerance }) =>
    bicgstabSteps(a, b, { tolerance, preconditioner: inverseOf(a, preconditioner) }),
});

const lsqrSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/lsqr',
  title: 'LSQR',
  summary: 'Least squares by bidiagonalisation, for matrices of any shape and rank.',
  problem: linearSystem,
  role: 'baseline',
  paper: { title: 'LSQR: an algorithm for sparse linear equations and sparse least squares', year: 1982 },
  cost: 'O(\\operatorname{nnz}) \\text{ an iteration, } O(\\kappa) \\text{ of them}',
  options: { tolerance },
  steps: ({ a, b }, options) => lsqrSteps(a, b, options),
});

const lsmrSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/lsmr',
  title: 'LSMR',
  summary: 'Least squares whose gradient falls in every iteration, so that it may be stopped early.',
  problem: linearSystem,
  role: 'baseline',
  paper: {
    title: 'LSMR: an iterative algorithm for sparse least-squares problems',
    arxiv: '1006.0758',
    year: 2011,
  },
  cost: 'O(\\operatorname{nnz}) \\text{ an iteration, } O(\\kappa) \\text{ of them}',
  options: { tolerance },
  steps: ({ a, b }, options) => lsmrSteps(a, b, options),
});

const jacobiSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/jacobi',
  title: 'Jacobi',
  summary: 'Every unknown from its own equation, all at once: for dominant diagonals, and as a smoother.',
  problem: linearSystem,
  role: 'baseline',
  paper: {
    title:
      'Ueber eine neue Auflösungsart der bei der Methode der kleinsten Quadrate vorkommenden lineären Gleichungen',
    year: 1845,
  },
  cost: 'O(\\operatorname{nnz}) \\text{ an iteration}',
  options: jacobiOptions,
  declines: /* @__PURE__ */ withDiagonal('positive-definite', 'general'),
  steps: ({ a, b }, options) => jacobiSteps(a, b, options),
});

const gaussSeidelSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/gauss-seidel',
  title: 'Gauss-Seidel',
  summary: 'Every unknown from its own equation, one after the other.',
  problem: linearSystem,
  role: 'baseline',
  paper: {
    title:
      'Ueber ein Verfahren, die Gleichungen, auf welche die Methode der kleinsten Quadrate führt, durch successive Annäherung aufzulösen',
    year: 1874,
  },
  cost: 'O(\\operatorname{nnz}) \\text{ a sweep}',
  options: gaussSeidelOptions,
  declines: /* @__PURE__ */ withDiagonal('positive-definite', 'general'),
  steps: ({ a, b }, options) => gaussSeidelSteps(a, b, options),
});

const successiveOverRelaxationSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/successive-over-relaxation',
  title: 'Successive over-relaxation',
  summary: 'Gauss-Seidel sweeps with lengthened steps: of another order on grids, with the right factor.',
  problem: linearSystem,
  role: 'baseline',
  paper: { title: 'Iterative methods for solving partial difference equations of elliptic type', year: 1954 },
  cost: 'O(\\operatorname{nnz}) \\text{ a sweep}',
  options: relaxationOptions,
  declines: /* @__PURE__ */ withDiagonal('positive-definite', 'general'),
  steps: ({ a, b }, options) => successiveOverRelaxationSteps(a, b, options),
});

const symmetricOverRelaxationSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/symmetric-over-relaxation',
  title: 'Symmetric over-relaxation',
  summary: 'A sweep forwards and one backwards: a symmetric iteration, mostly used as a preconditioner.',
  problem: linearSystem,
  role: 'baseline',
  paper: { title: 'On the numerical solution of elliptic difference equations', year: 1955 },
  cost: 'O(\\operatorname{nnz}) \\text{ an iteration}',
  options: relaxationOptions,
  declines: /* @__PURE__ */ withDiagonal('positive-definite', 'general'),
  steps: ({ a, b }, options) => symmetricOverRelaxationSteps(a, b, options),
});

const kaczmarzSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/kaczmarz',
  title: 'Randomised Kaczmarz',
  summary:
    'Projections onto single equations, drawn by their norm: for consistent systems that come row by row.',
  problem: linearSystem,
  role: 'baseline',
  paper: {
    title: 'A randomized Kaczmarz algorithm with exponential convergence',
    arxiv: 'math/0702226',
    year: 2009,
  },
  cost: 'O(\\operatorname{nnz}) \\text{ for as many projections as there are rows}',
  options: kaczmarzOptions,
  steps: ({ a, b }, options) => kaczmarzSteps(a, b, options),
});

const sketchAndProjectSolver = /* @__PURE__ */ defineSolver({
  id: 'linalg/sketch-and-project',
  title: 'Sketch and project',
  summary: 'Projections onto several random equations at once, each a small dense system.',
  problem: linearSystem,
  role: 'baseline',
  paper: { title: 'Randomized iterative methods for linear systems', arxiv: '1506.03296', year: 2015 },
  cost: 'O(s^3 + s^2 \\operatorname{nnz}/m) \\text{ for a sketch of } s \\text{ of } m \\text{ rows}',
  options: sketchAndProjectOptions,
  steps: ({ a, b }, options) => sketchAndProjectSteps(a, b, options),
});

/** The preconditioner of a name. */
function inverseOf(a: DenseMatrix | CsrMatrix, name: string | undefined): LinearOperator | undefined {
  if (name === 'incomplete-lu') return incompleteLu(a);
  return name === 'incomplete-lu-threshold' ? incompleteLuThreshold(a) : undefined;
}

/** All solvers of linear systems. */
export const linearSystemSolvers = [
  conjugateGradientSolver,
  preconditionedConjugateGradientSolver,
  minresSolver,
  gmresSolver,
  bicgstabSolver,
  lsqrSolver,
  lsmrSolver,
  jacobiSolver,
  gaussSeidelSolver,
  successiveOverRelaxationSolver,
  symmetricOverRelaxationSolver,
  kaczmarzSolver,
  sketchAndProjectSolver,
] as const;
