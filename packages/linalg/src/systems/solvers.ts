// The registered solvers of `linalg/linear-system`, apart from the functions: the problem has data, which bundles of a function
// must not carry.
import type { OptionSpecs, Paper, RegisteredOptions, Steps } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import type { LinearOperator } from '../linear-operator.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { bicgstabSteps } from './bicgstab.ts';
import { conjugateGradientSteps } from './conjugate-gradient.ts';
import { gaussSeidelOptions, gaussSeidelSteps } from './gauss-seidel.ts';
import { gmresSteps, restart } from './gmres.ts';
import { incompleteCholesky } from './incomplete-cholesky.ts';
import { incompleteLu } from './incomplete-lu.ts';
import { incompleteLuThreshold } from './incomplete-lu-threshold.ts';
import { jacobiOptions, jacobiSteps } from './jacobi.ts';
import { kaczmarzOptions, kaczmarzSteps } from './kaczmarz.ts';
import type { LinearIterate, LinearSolution, LinearSystem } from './linear-system.ts';
import { tolerance } from './linear-system.ts';
import { linearSystem, only, withDiagonal } from './linear-system-problem.ts';
import { lsmrSteps } from './lsmr.ts';
import { lsqrSteps } from './lsqr.ts';
import { minresSteps } from './minres.ts';
import { relaxationOptions } from './relaxation-sweep.ts';
import { sketchAndProjectOptions, sketchAndProjectSteps } from './sketch-and-project.ts';
import { successiveOverRelaxationSteps } from './successive-over-relaxation.ts';
import { ssorPreconditioner, symmetricOverRelaxationSteps } from './symmetric-over-relaxation.ts';

/** A registered method: what it is, its options, its steps, and which systems it declines. */
function baseline<const Options extends OptionSpecs>(
  texts: {
    readonly id: `linalg/${string}`;
    readonly title: string;
    readonly summary: string;
    readonly paper: Paper;
    readonly cost: string;
  },
  options: Options,
  steps: (
    a: DenseMatrix | CsrMatrix,
    b: Float64Array,
    options: RegisteredOptions<Options>,
  ) => Steps<LinearSolution, LinearIterate>,
  declines?: (instance: LinearSystem) => string | undefined,
) {
  return defineSolver({
    ...texts,
    problem: linearSystem,
    role: 'baseline',
    options,
    ...(declines && { declines }),
    steps: ({ a, b }, chosen) => steps(a, b, chosen),
  });
}

const AN_ITERATION = 'O(\\operatorname{nnz}) \\text{ per iteration}';
const A_SWEEP = 'O(\\operatorname{nnz}) \\text{ per sweep}';
const WITH_CONDITION = 'O(\\operatorname{nnz}) \\text{ per iteration, } O(\\kappa) \\text{ of them}';

const anySquare = /* @__PURE__ */ only('positive-definite', 'symmetric', 'general');
const relaxable = /* @__PURE__ */ withDiagonal('positive-definite', 'general');

const incomplete = {
  type: 'choice',
  choices: ['none', 'incomplete-lu', 'incomplete-lu-threshold'],
  default: 'none',
  description: 'Which approximation of the inverse',
} as const;

/** The preconditioner of a name. */
function inverseOf(a: DenseMatrix | CsrMatrix, name: string | undefined): LinearOperator | undefined {
  if (name === 'incomplete-lu') return incompleteLu(a);
  return name === 'incomplete-lu-threshold' ? incompleteLuThreshold(a) : undefined;
}

function positiveInverseOf(a: DenseMatrix | CsrMatrix, name: string | undefined): LinearOperator | 'jacobi' {
  if (name === 'jacobi') return name;
  return name === 'ssor' ? ssorPreconditioner(a) : incompleteCholesky(a);
}

/** All solvers of linear systems. */
export const linearSystemSolvers = [
  baseline(
    {
      id: 'linalg/conjugate-gradient',
      title: 'Conjugate gradients',
      summary: 'The best approximation in the Krylov space, in the norm of A: for positive definite systems.',
      paper: { title: 'Methods of conjugate gradients for solving linear systems', year: 1952 },
      cost: 'O(\\operatorname{nnz}) \\text{ per iteration, } O(\\sqrt{\\kappa}) \\text{ of them}',
    },
    { tolerance },
    conjugateGradientSteps,
    only('positive-definite'),
  ),
  baseline(
    {
      id: 'linalg/preconditioned-conjugate-gradient',
      title: 'Preconditioned conjugate gradients',
      summary: 'Conjugate gradients in the norm of an approximate inverse: for large positive definite systems.',
      paper: {
        title: 'An iterative solution method for linear systems of which the coefficient matrix is a symmetric M-matrix',
        year: 1977,
      },
      cost: AN_ITERATION,
    },
    {
      tolerance,
      preconditioner: {
        type: 'choice',
        choices: ['incomplete-cholesky', 'ssor', 'jacobi'],
        default: 'incomplete-cholesky',
        description: 'Which approximation of the inverse',
      },
    },
    (a, b, { tolerance, preconditioner }) =>
      conjugateGradientSteps(a, b, { tolerance, preconditioner: positiveInverseOf(a, preconditioner) }),
    withDiagonal('positive-definite'),
  ),
  baseline(
    {
      id: 'linalg/minres',
      title: 'MINRES',
      summary: 'The smallest residual in the Krylov space with three vectors: for symmetric systems, also indefinite ones.',
      paper: { title: 'Solution of sparse indefinite systems of linear equations', year: 1975 },
      cost: AN_ITERATION,
    },
    {
      tolerance,
      preconditioner: {
        type: 'choice',
        choices: ['none', 'absolute-diagonal'],
        default: 'none',
        description: 'Which approximation of the inverse; it has to be positive definite even if the system is not',
      },
    },
    (a, b, { tolerance, preconditioner }) =>
      minresSteps(a, b, { tolerance, preconditioner: preconditioner === 'absolute-diagonal' ? 'jacobi' : undefined }),
    only('positive-definite', 'symmetric'),
  ),
  baseline(
    {
      id: 'linalg/gmres',
      title: 'GMRES',
      summary: 'The smallest residual in the Krylov space, with restarts: for square systems without symmetry.',
      paper: { title: 'GMRES: a generalized minimal residual algorithm for solving nonsymmetric linear systems', year: 1986 },
      cost: 'O(\\operatorname{nnz} + n\\,m) \\text{ per iteration, restarted after } m',
    },
    { tolerance, restart, preconditioner: incomplete },
    (a, b, { preconditioner, ...options }) => gmresSteps(a, b, { ...options, preconditioner: inverseOf(a, preconditioner) }),
    anySquare,
  ),
  baseline(
    {
      id: 'linalg/bicgstab',
      title: 'BiCGSTAB',
      summary: 'Stabilized biconjugate gradients: square nonsymmetric systems with the memory of a few vectors.',
      paper: {
        title: 'Bi-CGSTAB: a fast and smoothly converging variant of Bi-CG for the solution of nonsymmetric linear systems',
        year: 1992,
      },
      cost: AN_ITERATION,
    },
    { tolerance, preconditioner: incomplete },
    (a, b, { tolerance, preconditioner }) => bicgstabSteps(a, b, { tolerance, preconditioner: inverseOf(a, preconditioner) }),
    anySquare,
  ),
  baseline(
    {
      id: 'linalg/lsqr',
      title: 'LSQR',
      summary: 'Least squares by bidiagonalization, for matrices of any shape and rank.',
      paper: { title: 'LSQR: an algorithm for sparse linear equations and sparse least squares', year: 1982 },
      cost: WITH_CONDITION,
    },
    { tolerance },
    lsqrSteps,
  ),
  baseline(
    {
      id: 'linalg/lsmr',
      title: 'LSMR',
      summary: 'Least squares with a gradient that falls in every iteration, so it can be stopped early.',
      paper: { title: 'LSMR: an iterative algorithm for sparse least-squares problems', arxiv: '1006.0758', year: 2011 },
      cost: WITH_CONDITION,
    },
    { tolerance },
    lsmrSteps,
  ),
  baseline(
    {
      id: 'linalg/jacobi',
      title: 'Jacobi',
      summary: 'Every unknown from its own equation, all at once: for dominant diagonals, and as a smoother.',
      paper: {
        title: 'Ueber eine neue Auflösungsart der bei der Methode der kleinsten Quadrate vorkommenden lineären Gleichungen',
        year: 1845,
      },
      cost: AN_ITERATION,
    },
    jacobiOptions,
    jacobiSteps,
    relaxable,
  ),
  baseline(
    {
      id: 'linalg/gauss-seidel',
      title: 'Gauss-Seidel',
      summary: 'Every unknown from its own equation, one after the other.',
      paper: {
        title:
          'Ueber ein Verfahren, die Gleichungen, auf welche die Methode der kleinsten Quadrate führt, durch successive Annäherung aufzulösen',
        year: 1874,
      },
      cost: A_SWEEP,
    },
    gaussSeidelOptions,
    gaussSeidelSteps,
    relaxable,
  ),
  baseline(
    {
      id: 'linalg/successive-over-relaxation',
      title: 'Successive over-relaxation',
      summary: 'Gauss-Seidel sweeps with extended steps: with the right factor, an order faster on grids.',
      paper: { title: 'Iterative methods for solving partial difference equations of elliptic type', year: 1954 },
      cost: A_SWEEP,
    },
    relaxationOptions,
    successiveOverRelaxationSteps,
    relaxable,
  ),
  baseline(
    {
      id: 'linalg/symmetric-over-relaxation',
      title: 'Symmetric over-relaxation',
      summary: 'A sweep forwards and one backwards: a symmetric iteration, mostly used as a preconditioner.',
      paper: { title: 'On the numerical solution of elliptic difference equations', year: 1955 },
      cost: AN_ITERATION,
    },
    relaxationOptions,
    symmetricOverRelaxationSteps,
    relaxable,
  ),
  baseline(
    {
      id: 'linalg/kaczmarz',
      title: 'Randomized Kaczmarz',
      summary: 'Projections onto single equations, sampled by norm: for consistent systems that arrive row by row.',
      paper: { title: 'A randomized Kaczmarz algorithm with exponential convergence', arxiv: 'math/0702226', year: 2009 },
      cost: 'O(\\operatorname{nnz}) \\text{ for as many projections as there are rows}',
    },
    kaczmarzOptions,
    kaczmarzSteps,
  ),
  baseline(
    {
      id: 'linalg/sketch-and-project',
      title: 'Sketch and project',
      summary: 'Projections onto several random equations at once, each a small dense system.',
      paper: { title: 'Randomized iterative methods for linear systems', arxiv: '1506.03296', year: 2015 },
      cost: 'O(s^3 + s^2 \\operatorname{nnz}/m) \\text{ for a sketch of } s \\text{ of } m \\text{ rows}',
    },
    sketchAndProjectOptions,
    sketchAndProjectSteps,
  ),
] as const;
