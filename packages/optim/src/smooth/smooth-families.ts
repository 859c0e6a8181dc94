// The instance families of `optim/smooth`.
import type { Problem } from '@infimum/core';
import { defineFamily } from '@infimum/core';
import { csrFromTriplets } from '@infimum/linalg';
import { CLASSICAL_NAMES, classicalFunction } from '../objectives/classical-functions.ts';
import { drawnClasses } from '../objectives/drawn-classes.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { standardizedBreastCancer } from '../objectives/real-designs.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { heavyBallFamily } from './heavy-ball-family.ts';
import { newtonFamilies } from './newton-families.ts';
import type { SmoothProblem } from './smooth-instance.ts';

/** All families, by name. */
export const smoothFamilies: Problem<SmoothProblem, object>['families'] = /* @__PURE__ */ (() => ({
  quadratic: defineFamily({
    title: 'Diagonal quadratic',
    description: 'Logarithmically spaced eigenvalues from 1 to the condition number; from (1, …, 1).',
    real: false,
    params: {
      n: { type: 'integer', min: 1, max: 1_000_000, default: 100, description: 'Variables' },
      condition: { type: 'number', min: 1, max: 1e12, default: 100, description: 'Largest over smallest eigenvalue' },
    },
    suites: { quick: [{}, { condition: 10_000 }], full: [{ n: 10_000, condition: 1e6 }] },
    generate: ({ n, condition }) => {
      const matrix = Float64Array.from({ length: n }, (_, i) => condition ** (n > 1 ? i / (n - 1) : 0));
      return {
        objective: quadraticForm(matrix),
        initial: new Float64Array(n).fill(1),
        lipschitz: n > 1 ? condition : 1,
        strongConvexity: 1,
        minimum: 0,
        source: { kind: 'quadratic', matrix },
      };
    },
  }),
  chain: defineFamily({
    title: 'Nesterov’s chain',
    description: 'f = x’Ax/2 - x₁/4 with A = tridiag(-1, 2, -1)/4: convex, and hard for every method that uses only gradients.',
    real: false,
    params: { n: { type: 'integer', min: 1, max: 1_000_000, default: 200, description: 'Variables' } },
    suites: { quick: [{}], full: [{ n: 10_000 }] },
    generate: ({ n }) => nesterovChain(n),
  }),
  logistic: defineFamily({
    title: 'Logistic regression, tumours',
    description:
      'Benign or malignant from 30 standardised measurements of 569 tumours and an intercept; mean loss and a ridge.',
    real: true,
    params: { ridge: { type: 'number', above: 0, max: 1e3, default: 1e-3, description: 'Factor of |x|²/2' } },
    suites: { quick: [{}], full: [{}, { ridge: 1e-6 }] },
    generate: async ({ ridge }) => {
      const { design, labels, largestEigenvalue } = await standardizedBreastCancer();
      const objective = logisticLoss(design, labels, { ridge });
      return {
        objective,
        approximations: { fisher: objective.fisher },
        initial: new Float64Array(design.cols),
        lipschitz: largestEigenvalue / (4 * design.rows) + ridge,
        strongConvexity: ridge,
        source: { kind: 'logistic', design, targets: labels, ridge },
      };
    },
  }),
  'drawn-logistic': defineFamily({
    title: 'Logistic regression, synthetic',
    description: 'Entries N(0, 1), dense or a few per row, and labels drawn from a logistic model; mean loss and a ridge.',
    real: false,
    params: {
      rows: { type: 'integer', min: 2, max: 1_000_000, default: 60, description: 'Samples' },
      cols: { type: 'integer', min: 1, max: 1_000_000, default: 8, description: 'Features' },
      entries: { type: 'integer', min: 0, max: 1000, default: 0, description: 'Entries per row; 0 for all' },
      ridge: { type: 'number', above: 0, max: 1e3, default: 1e-3, description: 'Factor of |x|²/2' },
    },
    suites: {
      quick: [{}],
      full: [
        { rows: 5000, cols: 200 },
        { rows: 100_000, cols: 1_000_000, entries: 20, ridge: 1e-6 },
      ],
    },
    generate: ({ ridge, ...sizes }, seed) => {
      const { design, labels } = drawnClasses(sizes, seed);
      return {
        objective: logisticLoss(design, labels, { ridge }),
        initial: new Float64Array(sizes.cols),
        strongConvexity: ridge,
        source: { kind: 'logistic', design, targets: labels, ridge },
      };
    },
  }),
  rosenbrock: defineFamily({
    title: 'Rosenbrock’s valley',
    description: 'A curved valley, not convex; from (-2, 2, 1, 1, …).',
    real: false,
    params: { n: { type: 'integer', min: 2, max: 100_000, default: 2, description: 'Variables' } },
    suites: { quick: [{}], full: [{}, { n: 100 }] },
    generate: ({ n }) => ({
      objective: rosenbrock(n),
      initial: Float64Array.from({ length: n }, (_, i) => [-2, 2][i] ?? 1),
      minimum: 0,
      source: { kind: 'rosenbrock' },
    }),
  }),
  classical: defineFamily({
    title: 'Classical test functions',
    description: 'Functions of two to four variables with known minima, from their usual starts.',
    real: false,
    params: { name: { type: 'choice', choices: CLASSICAL_NAMES, default: 'beale', description: 'Function' } },
    suites: { quick: [{ name: 'wood' }], full: CLASSICAL_NAMES.map((name) => ({ name })) },
    generate: ({ name }) => {
      const { objective, initial, minimum } = classicalFunction(name);
      return { objective, initial, minimum };
    },
  }),
  'heavy-ball': heavyBallFamily,
  ...newtonFamilies,
}))();

/** A = tridiag(-1, 2, -1)/4, b = e_1/4: the minimum is -n / (8 (n + 1)), at x_i = 1 - i / (n + 1). */
function nesterovChain(n: number): SmoothProblem {
  const [rowIndices, columnIndices, values]: number[][] = [[], [], []];
  for (let i = 0; i < n; i++) {
    for (let j = Math.max(0, i - 1); j <= Math.min(n - 1, i + 1); j++) {
      rowIndices.push(i);
      columnIndices.push(j);
      values.push(i === j ? 0.5 : -0.25);
    }
  }
  const b = new Float64Array(n);
  b[0] = 0.25;
  const matrix = csrFromTriplets({ rows: n, cols: n, rowIndices, columnIndices, values });
  return {
    objective: quadraticForm(matrix, b),
    initial: new Float64Array(n),
    lipschitz: 1,
    strongConvexity: 0,
    minimum: -n / (8 * (n + 1)),
    source: { kind: 'quadratic', matrix, linear: b },
  };
}
