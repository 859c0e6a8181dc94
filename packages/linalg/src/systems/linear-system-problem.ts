// The registered problem of linear systems: instances, metrics and file format of `linalg/linear-system`.
import type { Problem } from '@infimum/core';
import { checkChoice, checkMatrix, checkVector, defineFamily, defineProblem, fault, Random } from '@infimum/core';
import { readObject, readVector } from '@infimum/core/data';
import { checkCsr } from '../check-compressed.ts';
import { isSparse } from '../inputs.ts';
import type { CsrMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { norm } from '../numerics/vectors.ts';
import { diagonalOf } from '../sparse/csr-diagonal.ts';
import { transposeCsr } from '../sparse/csr-transpose.ts';
import { decodedMatrix } from '../sparse/fixture-matrix.ts';
import { convectionDiffusion, fivePointLaplacian, helmholtz } from '../sparse/grid-stencils.ts';
import { MATRIX_FORMS, readAnyMatrix } from '../sparse/matrix-instance.ts';
import { hardSystems } from './hard-systems.ts';
import type { LinearSolution, LinearSystem, SystemStructure } from './linear-system.ts';
import { safeScale, scaleOf, toCsr } from './linear-system.ts';
import { pageRankSystem, smoothingSystem, sparseDesign } from './linear-system-instances.ts';
import { lsqr } from './lsqr.ts';

const STRUCTURES: readonly SystemStructure[] = ['positive-definite', 'symmetric', 'general', 'least-squares'];

const side = (points: number) =>
  ({ type: 'integer', min: 2, max: 2000, default: points, description: 'Inner points per side of the grid' }) as const;

/** Restricts a method to some structures. */
export function only(...structures: readonly SystemStructure[]): (system: LinearSystem) => string | undefined {
  return ({ structure }) =>
    structures.includes(structure) ? undefined : `is for ${structures.join(', ')} systems, not ${structure} ones`;
}

/** As `only`, for methods that divide by the diagonal. */
export function withDiagonal(...structures: readonly SystemStructure[]): (system: LinearSystem) => string | undefined {
  return (system) => {
    const reason = only(...structures)(system);
    if (reason !== undefined) return reason;
    const a = toCsr(system.a);
    return diagonalOf(a).every((value) => value !== 0) ? undefined : 'divides by the diagonal, which has a zero';
  };
}

/** Rows of the largest matrix whose systems are proved: a plain product of n³. */
const MOST_PROVED = 1000;

const design = {
  rows: { type: 'integer', min: 1, max: 1_000_000, default: 200, description: 'Equations' },
  entries: { type: 'integer', min: 1, max: 100, default: 5, description: 'Entries per row' },
} as const;

/** Linear systems and least squares. */
export const linearSystem: Problem<LinearSystem, LinearSolution> = /* @__PURE__ */ defineProblem({
  id: 'linalg/linear-system',
  title: 'Linear system',
  statement: `Given a matrix $A$ and a vector $b$, find $x$ with
$$Ax = b,$$
or, if there is no solution, the $x$ that minimises $\\lVert Ax - b \\rVert_2$. Both are characterised by the gradient
$A^\\top (b - Ax) = 0$.`,
  families: {
    laplacian: /* @__PURE__ */ defineFamily({
      title: 'Five-point Laplacian',
      description: 'The Poisson equation on a square: symmetric positive definite, of condition about (side / 2)².',
      real: false,
      params: { side: /* @__PURE__ */ side(12) },
      suites: { quick: [{}, { side: 40 }], full: [{ side: 100 }, { side: 300 }] },
      generate: ({ side }, seed) => ({
        a: fivePointLaplacian(side),
        b: normals(side * side, seed),
        structure: 'positive-definite' as const,
      }),
    }),
    convection: /* @__PURE__ */ defineFamily({
      title: 'Convection and diffusion',
      description: 'Diffusion with a west wind, upwind differences: not symmetric.',
      real: false,
      params: {
        side: /* @__PURE__ */ side(12),
        wind: { type: 'number', min: 0, max: 1e6, default: 20, description: 'Strength of the wind' },
      },
      suites: { quick: [{}], full: [{ side: 100 }, { side: 100, wind: 1000 }] },
      generate: ({ side, wind }, seed) => ({
        a: convectionDiffusion(side, wind),
        b: normals(side * side, seed),
        structure: 'general' as const,
      }),
    }),
    indefinite: /* @__PURE__ */ defineFamily({
      title: 'Shifted Laplacian',
      description: 'The Laplacian minus a multiple of the identity: waves, with eigenvalues on both sides of zero.',
      real: false,
      params: {
        side: /* @__PURE__ */ side(12),
        shift: { type: 'number', min: 0, max: 8, default: 0.3, description: 'Shift of the diagonal' },
      },
      suites: { quick: [{}], full: [{ side: 60 }] },
      generate: ({ side, shift }, seed) => ({
        a: helmholtz(side, shift),
        b: normals(side * side, seed),
        structure: 'symmetric' as const,
      }),
    }),
    leastSquares: /* @__PURE__ */ defineFamily({
      title: 'Sparse least squares',
      description: 'A tall sparse matrix with normal entries and a right-hand side outside of its range.',
      real: false,
      params: { ...design, cols: { type: 'integer', min: 1, max: 100_000, default: 60, description: 'Unknowns' } },
      suites: { quick: [{}], full: [{ rows: 100_000, cols: 20_000 }] },
      generate: ({ rows, cols, entries }, seed) => ({
        a: sparseDesign(rows, cols, entries, seed),
        b: normals(rows, seed),
        structure: 'least-squares' as const,
      }),
    }),
    consistent: /* @__PURE__ */ defineFamily({
      title: 'Consistent equations',
      description: 'A tall sparse matrix and a right-hand side that some x solves exactly.',
      real: false,
      params: { ...design, cols: { type: 'integer', min: 1, max: 100_000, default: 40, description: 'Unknowns' } },
      suites: { quick: [{}], full: [{ rows: 100_000, cols: 20_000 }] },
      generate: ({ rows, cols, entries }, seed) => {
        const a = sparseDesign(rows, cols, entries, seed);
        return { a, b: matvec(a, normals(cols, seed)), structure: 'least-squares' as const };
      },
    }),
    smoothing: /* @__PURE__ */ defineFamily({
      title: 'Smoothing over flights',
      description:
        'Random values of 305 United States airports, smoothed over the flights of 2008: the Laplacian of a real network, whose degrees differ by a factor of a hundred thousand.',
      real: true,
      params: { strength: { type: 'number', min: 0, max: 1e6, default: 1, description: 'Strength of the smoothing' } },
      suites: { quick: [{}], full: [{ strength: 10 }, { strength: 1000 }] },
      generate: async ({ strength }, seed) => {
        const graph = decodedMatrix(await import('../fixtures/airports.ts'));
        return { a: smoothingSystem(graph, strength), b: normals(graph.rows, seed), structure: 'positive-definite' as const };
      },
    }),
    flights: /* @__PURE__ */ defineFamily({
      title: 'PageRank of airports',
      description: 'The linear system of the PageRank of 305 airports of the United States, linked by the flights of 2008.',
      real: true,
      params: { damping: { type: 'number', min: 0, below: 1, default: 0.85, description: 'Probability of taking a flight' } },
      suites: { quick: [{}], full: [{}, { damping: 0.99 }] },
      generate: async ({ damping }) => ({
        ...pageRankSystem(decodedMatrix(await import('../fixtures/airports.ts')), damping),
        structure: 'general' as const,
      }),
    }),
  },
  metrics: {
    gradient: {
      title: 'Gradient',
      description: "|A'(b - A x)| / (|A|_F |b|): zero at the solution of a system and of least squares.",
      unit: '',
      direction: 'minimize',
      targets: [1e-2, 1e-6, 1e-10],
      compute: (instance: LinearSystem, { x }: LinearSolution) => {
        const { a, residual } = scaledResidual(instance, x);
        return norm(matvec(transposeCsr(a), residual)) / (norm(a.values) || 1);
      },
    },
    residual: {
      title: 'Residual',
      description: '|b - A x| / |b|; for least squares it need not vanish.',
      unit: '',
      direction: 'minimize',
      compute: (instance: LinearSystem, { x }: LinearSolution) => norm(scaledResidual(instance, x).residual),
    },
  },
  primaryMetric: 'gradient',
  certificates: {
    solution: {
      title: 'Distance to the solution',
      statement: String.raw`For the doubles of $A$ and $b$ as they are: $A$ is regular, and the only $x^*$ with $A x^* = b$ has
$\lvert x^*_i - x_i \rvert \le$ *error* for all $i$.`,
      about: 'optimum',
      figures: ['error'],
      cost: 'O(n^3)',
      always: false,
      declines: ({ a, structure }) => {
        if (structure === 'least-squares' || a.rows !== a.cols) return 'least squares have a separate certificate';
        if (a.values.every((entry) => entry === 0)) return 'the matrix is zero: no solution is unique';
        return a.rows > MOST_PROVED ? `an inverse of more than ${MOST_PROVED} rows takes too long` : undefined;
      },
      prover: () => import('./linear-system-prover.ts'),
      checker: () => import('./linear-system-checker.ts'),
    },
    leastSquares: {
      title: 'Distance to the minimizer',
      statement: String.raw`For the doubles of $A$ and $b$ as they are: $\lVert Ax - b\rVert_2$ has one minimizer $x^*$, and
$\lVert x^* - x\rVert_2 \le$ *error*.`,
      about: 'optimum',
      figures: ['error'],
      cost: 'O(n m^2)',
      always: false,
      declines: ({ a, structure }) => {
        if (structure !== 'least-squares') return 'the system is square';
        if (a.values.every((entry) => entry === 0)) return 'the matrix is zero: every point is a minimizer';
        return a.cols > MOST_PROVED ? `eigenvalues of more than ${MOST_PROVED} columns take too long` : undefined;
      },
      prover: () => import('./least-squares-prover.ts'),
      checker: () => import('./gradient-checker.ts'),
    },
    gradient: {
      title: 'Gradient',
      statement: String.raw`For the given doubles of $A$, $b$ and $x$: $\lVert A^\top (b - Ax)\rVert_2$ over
$\lVert A\rVert_F \lVert b\rVert_2$ is *gradient*.`,
      about: 'answer',
      figures: ['gradient'],
      cost: 'O(nm)',
      always: false,
      prover: async () => ({ certify: () => ({}) }),
      checker: async () => ({ check: (await import('./gradient-checker.ts')).checkGradient }),
    },
  },
  validate({ a, b, structure }) {
    if (typeof a === 'object' && a !== null && isSparse(a)) checkCsr(a, 'a');
    else checkMatrix(a, 'a');
    checkVector(b, 'b', a.rows);
    checkChoice(structure, 'structure', STRUCTURES);
    if (structure === 'least-squares') return;
    if (a.rows !== a.cols) throw fault(`must be square, got ${a.rows}x${a.cols}`, 'a', 'shape');
    if (structure !== 'general') checkSymmetric(toCsr(a));
  },
  badInstances: () => {
    const a = { rows: 2, cols: 2, values: Float64Array.of(2, 1, 1, 2) };
    const b = Float64Array.of(1, 2);
    const structure = 'positive-definite' as const;
    return [
      { fault: 'a right-hand side that is too short', instance: { a, b: b.slice(1), structure }, argument: 'b' },
      { fault: 'a value that is not a number', instance: { a, b: Float64Array.of(1, Number.NaN), structure }, argument: 'b' },
      {
        fault: 'an infinite entry',
        instance: { a: { ...a, values: Float64Array.of(2, 1, 1, Infinity) }, b, structure },
        argument: 'a',
      },
      {
        fault: 'a matrix that is not symmetric',
        instance: { a: { ...a, values: Float64Array.of(2, 1, 0, 2) }, b, structure },
        argument: 'a',
      },
      {
        fault: 'a wide matrix',
        instance: { a: { rows: 2, cols: 3, values: new Float64Array(6) }, b, structure },
        argument: 'a',
      },
      { fault: 'an unknown structure', instance: { a, b, structure: 'magic' as 'general' }, argument: 'structure' },
    ];
  },
  hardInstances: () => hardSystems(),
  success: {
    metric: 'gradient',
    certificate: 'gradient',
    // |A'r| <= |A|_F |r|, and for least squares |A'r| <= tolerance |A|_F |r| with |r| <= |b| up to rounding.
    bound: (_, { options }) => 1.01 * Number(options['tolerance']) + 1e-14,
  },
  reference: ({ a, b }) => lsqr(a, b, { tolerance: 1e-14, maxIterations: 100_000 }),
  instanceFile: {
    description: `A JSON object with the matrix \`a\` (${MATRIX_FORMS}), the right-hand side \`b\` (by default the one whose solution is all ones), and the \`structure\`: \`positive-definite\`, \`symmetric\`, \`general\` or \`least-squares\`.`,
    example: {
      a: [
        [4, 1],
        [1, 3],
      ],
      b: [6, 7],
      structure: 'positive-definite',
    },
    parse: (json) => {
      const { a, b, structure } = readObject(json, 'instance', ['a', 'b', 'structure']);
      checkChoice(structure, 'structure', STRUCTURES);
      const matrix = readAnyMatrix(a, 'a');
      // Collections of matrices come without right-hand sides.
      const right = b === undefined ? matvec(matrix, new Float64Array(matrix.cols).fill(1)) : readVector(b, 'b');
      return { a: matrix, b: right, structure };
    },
  },
});

function normals(length: number, seed: number): Float64Array {
  return new Random(seed).normals(new Float64Array(length));
}

/** A over its scale and (b - A x) over |b|, for entries and unknowns of any size. */
function scaledResidual({ a, b }: LinearSystem, x: Float64Array): { a: CsrMatrix; residual: Float64Array } {
  const sparse = toCsr(a);
  const [scale, size] = [safeScale(sparse.values), safeScale(b)];
  const matrix = scale === 1 ? sparse : { ...sparse, values: sparse.values.map((value) => value / scale) };
  // x in the units of the scaled system: multiplied in an order that neither over- nor underflows on the way.
  const unknowns = scale === 1 && size === 1 ? x : x.map((value) => timesRatio(value, scale, size));
  const target = b.map((value) => value / size);
  const length = scaleOf(target);
  return { a: matrix, residual: matvec(matrix, unknowns).map((value, i) => (target[i] - value) / length) };
}

function timesRatio(value: number, numerator: number, denominator: number): number {
  return Math.abs(value) > 1 === numerator > 1 ? (value / denominator) * numerator : (value * numerator) / denominator;
}

function checkSymmetric(a: CsrMatrix): void {
  const mirrored = transposeCsr(a);
  const bad = a.values.findIndex(
    (value, k) => value !== mirrored.values[k] || a.columnIndices[k] !== mirrored.columnIndices[k],
  );
  if (bad < 0 && a.rowPointers.every((pointer, i) => pointer === mirrored.rowPointers[i])) return;
  throw fault('is not symmetric', 'a', 'out-of-range', Math.max(0, bad));
}
