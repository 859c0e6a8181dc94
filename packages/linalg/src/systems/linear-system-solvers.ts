// The registered solvers of `linalg/linear-system`.
import { defineSolver, type Paper, type Steps } from '@infimum/core';
import type { DenseMatrix } from '../dense/dense-matrix.ts';
import type { LinearOperator } from '../linear-operator.ts';
import { nonzeroDiagonalOf } from '../sparse/csr-diagonal.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import { conjugateGradientSteps } from './conjugate-gradient.ts';
import { gaussSeidelSteps } from './gauss-seidel.ts';
import { gmresSteps } from './gmres.ts';
import { incompleteCholesky } from './incomplete-cholesky.ts';
import { incompleteLu } from './incomplete-lu.ts';
import { jacobiSteps } from './jacobi.ts';
import { kaczmarzSteps } from './kaczmarz.ts';
import { asCsr, type LinearIterate, type LinearOptions, type LinearSolution } from './linear-system.ts';
import { type LinearSystem, linearSystem, type SystemStructure } from './linear-system-problem.ts';
import { lsqrSteps } from './lsqr.ts';
import { minresSteps } from './minres.ts';
import { sketchAndProjectSteps } from './sketch-and-project.ts';
import { successiveOverRelaxationSteps } from './successive-over-relaxation.ts';
import { ssorPreconditioner, symmetricOverRelaxationSteps } from './symmetric-over-relaxation.ts';

const papers = {
  conjugateGradient: { title: 'Methods of conjugate gradients for solving linear systems', year: 1952 },
  incomplete: {
    title:
      'An iterative solution method for linear systems of which the coefficient matrix is a symmetric M-matrix',
    year: 1977,
  },
  minres: { title: 'Solution of sparse indefinite systems of linear equations', year: 1975 },
  gmres: {
    title: 'GMRES: a generalized minimal residual algorithm for solving nonsymmetric linear systems',
    year: 1986,
  },
  lsqr: { title: 'LSQR: an algorithm for sparse linear equations and sparse least squares', year: 1982 },
  jacobi: {
    title:
      'Ueber eine neue Auflösungsart der bei der Methode der kleinsten Quadrate vorkommenden lineären Gleichungen',
    year: 1845,
  },
  seidel: {
    title:
      'Ueber ein Verfahren, die Gleichungen, auf welche die Methode der kleinsten Quadrate führt, durch successive Annäherung aufzulösen',
    year: 1874,
  },
  young: { title: 'Iterative methods for solving partial difference equations of elliptic type', year: 1954 },
  sheldon: { title: 'On the numerical solution of elliptic difference equations', year: 1955 },
  kaczmarz: {
    title: 'A randomized Kaczmarz algorithm with exponential convergence',
    arxiv: 'math/0702226',
    year: 2009,
  },
  sketch: { title: 'Randomized iterative methods for linear systems', arxiv: '1506.03296', year: 2015 },
} satisfies Record<string, Paper>;

const tolerance = {
  type: 'number',
  min: 0,
  default: 1e-10,
  description: 'Relative residual at which to stop',
} as const;
const relaxation = (fallback: number) =>
  ({
    type: 'number',
    above: 0,
    below: 2,
    default: fallback,
    description: 'Factor of every step: 1 is Gauss-Seidel',
  }) as const;
const noFurther = { tolerance } as const;

/** Says which structures a method is for. */
const only =
  (...structures: readonly SystemStructure[]) =>
  ({ structure }: LinearSystem): string | undefined =>
    structures.includes(structure)
      ? undefined
      : `is for ${structures.join(', ')} systems, not ${structure} ones`;

/** As `only`, for methods that divide by the diagonal. */
const withDiagonal =
  (...structures: readonly SystemStructure[]) =>
  (system: LinearSystem): string | undefined => {
    const reason = only(...structures)(system);
    if (reason !== undefined) return reason;
    try {
      nonzeroDiagonalOf(asCsr(system.a), 'a');
      return undefined;
    } catch {
      return 'divides by the diagonal, which has a zero';
    }
  };

type PlainSteps = (
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  options: LinearOptions,
) => Steps<LinearSolution, LinearIterate>;

/** A solver with a tolerance and nothing else. */
const plainSolver = (
  id: string,
  steps: PlainSteps,
  declines: (system: LinearSystem) => string | undefined,
  texts: { title: string; summary: string; cost: string; paper: Paper },
) =>
  defineSolver({
    id: `linalg/${id}`,
    ...texts,
    problem: linearSystem,
    role: 'baseline',
    options: noFurther,
    declines,
    steps: ({ a, b }, options) => steps(a, b, options),
  });

const pcgSolver = defineSolver({
  id: 'linalg/preconditioned-conjugate-gradient',
  title: 'Preconditioned conjugate gradients',
  summary: 'Conjugate gradients in the norm of an approximate inverse: for large positive definite systems.',
  problem: linearSystem,
  role: 'baseline',
  paper: papers.incomplete,
  cost: 'O(\\operatorname{nnz}) \\text{ an iteration}',
  options: {
    tolerance,
    preconditioner: {
      type: 'choice',
      choices: ['incomplete-cholesky', 'ssor', 'jacobi'],
      default: 'incomplete-cholesky',
      description: 'Which approximation of the inverse',
    },
  },
  declines: withDiagonal('positive-definite'),
  steps: ({ a, b }, { preconditioner, tolerance }) =>
    conjugateGradientSteps(a, b, { tolerance, preconditioner: positivePreconditioner(a, preconditioner) }),
});

function positivePreconditioner(
  a: DenseMatrix | CsrMatrix,
  name: 'incomplete-cholesky' | 'ssor' | 'jacobi',
): LinearOperator | 'jacobi' {
  if (name === 'jacobi') return name;
  return name === 'ssor' ? ssorPreconditioner(a) : incompleteCholesky(a);
}

const gmresSolver = defineSolver({
  id: 'linalg/gmres',
  title: 'GMRES',
  summary: 'The smallest residual in the Krylov space, with restarts: for square systems without symmetry.',
  problem: linearSystem,
  role: 'baseline',
  paper: papers.gmres,
  cost: 'O(\\operatorname{nnz} + n\\,m) \\text{ an iteration, restarted after } m',
  options: {
    tolerance,
    restart: {
      type: 'integer',
      min: 1,
      max: 1000,
      default: 30,
      description: 'Iterations after which the space begins again',
    },
    preconditioner: {
      type: 'choice',
      choices: ['none', 'incomplete-lu'],
      default: 'none',
      description: 'Which approximation of the inverse',
    },
  },
  declines: only('positive-definite', 'symmetric', 'general'),
  steps: ({ a, b }, { preconditioner, ...options }) =>
    gmresSteps(a, b, { ...options, preconditioner: preconditioner === 'none' ? undefined : incompleteLu(a) }),
});

const sorSolver = defineSolver({
  id: 'linalg/successive-over-relaxation',
  title: 'Successive over-relaxation',
  summary: 'Gauss-Seidel sweeps with lengthened steps: of another order on grids, with the right factor.',
  problem: linearSystem,
  role: 'baseline',
  paper: papers.young,
  cost: 'O(\\operatorname{nnz}) \\text{ a sweep}',
  options: { tolerance, relaxation: relaxation(1.5) },
  declines: withDiagonal('positive-definite', 'general'),
  steps: ({ a, b }, options) => successiveOverRelaxationSteps(a, b, options),
});

const ssorSolver = defineSolver({
  id: 'linalg/symmetric-over-relaxation',
  title: 'Symmetric over-relaxation',
  summary: 'A sweep forwards and one backwards: a symmetric iteration, mostly used as a preconditioner.',
  problem: linearSystem,
  role: 'baseline',
  paper: papers.sheldon,
  cost: 'O(\\operatorname{nnz}) \\text{ an iteration}',
  options: { tolerance, relaxation: relaxation(1.5) },
  declines: withDiagonal('positive-definite', 'general'),
  steps: ({ a, b }, options) => symmetricOverRelaxationSteps(a, b, options),
});

const kaczmarzSolver = defineSolver({
  id: 'linalg/kaczmarz',
  title: 'Randomised Kaczmarz',
  summary:
    'Projections onto single equations, drawn by their norm: for consistent systems that come row by row.',
  problem: linearSystem,
  role: 'baseline',
  paper: papers.kaczmarz,
  cost: 'O(\\operatorname{nnz}) \\text{ for as many projections as there are rows}',
  options: { tolerance },
  steps: ({ a, b }, options, { seed }) => kaczmarzSteps(a, b, { ...options, seed }),
});

const sketchSolver = defineSolver({
  id: 'linalg/sketch-and-project',
  title: 'Sketch and project',
  summary: 'Projections onto several random equations at once, each a small dense system.',
  problem: linearSystem,
  role: 'baseline',
  paper: papers.sketch,
  cost: 'O(s^3 + s^2 \\operatorname{nnz}/m) \\text{ for a sketch of } s \\text{ of } m \\text{ rows}',
  options: {
    tolerance,
    sketchSize: {
      type: 'integer',
      min: 1,
      max: 200,
      default: 16,
      description: 'Equations in a sketch, at most as many as there are',
    },
  },
  steps: ({ a, b }, { sketchSize, tolerance }, { seed }) =>
    sketchAndProjectSteps(a, b, { tolerance, sketchSize: Math.min(sketchSize, a.rows), seed }),
});

/** All solvers of linear systems. */
export const linearSystemSolvers = [
  plainSolver('conjugate-gradient', conjugateGradientSteps, only('positive-definite'), {
    title: 'Conjugate gradients',
    summary: 'The best approximation in the Krylov space, in the norm of A: for positive definite systems.',
    cost: 'O(\\operatorname{nnz}) \\text{ an iteration, } O(\\sqrt{\\kappa}) \\text{ of them}',
    paper: papers.conjugateGradient,
  }),
  pcgSolver,
  plainSolver('minres', minresSteps, only('positive-definite', 'symmetric'), {
    title: 'MINRES',
    summary:
      'The smallest residual in the Krylov space with three vectors: for symmetric systems, also indefinite.',
    cost: 'O(\\operatorname{nnz}) \\text{ an iteration}',
    paper: papers.minres,
  }),
  gmresSolver,
  defineSolver({
    id: 'linalg/lsqr',
    title: 'LSQR',
    summary: 'Least squares by bidiagonalisation, for matrices of any shape and rank.',
    problem: linearSystem,
    role: 'baseline',
    paper: papers.lsqr,
    cost: 'O(\\operatorname{nnz}) \\text{ an iteration, } O(\\kappa) \\text{ of them}',
    options: noFurther,
    steps: ({ a, b }, options) => lsqrSteps(a, b, options),
  }),
  plainSolver('jacobi', jacobiSteps, withDiagonal('positive-definite', 'general'), {
    title: 'Jacobi',
    summary: 'Every unknown from its own equation, all at once: for dominant diagonals, and as a smoother.',
    cost: 'O(\\operatorname{nnz}) \\text{ an iteration}',
    paper: papers.jacobi,
  }),
  plainSolver('gauss-seidel', gaussSeidelSteps, withDiagonal('positive-definite', 'general'), {
    title: 'Gauss-Seidel',
    summary: 'Every unknown from its own equation, one after the other.',
    cost: 'O(\\operatorname{nnz}) \\text{ a sweep}',
    paper: papers.seidel,
  }),
  sorSolver,
  ssorSolver,
  kaczmarzSolver,
  sketchSolver,
] as const;
