// The registered problem of smooth minimisation: instances, metrics and file format of `optim/smooth`.
import type { Objective, Problem } from '@infimum/core';
import {
  checkChoice,
  checkNumber,
  checkVector,
  defineFamily,
  defineProblem,
  readMatrix,
  readObject,
  readVector,
} from '@infimum/core';
import { csrFromTriplets } from '@infimum/linalg';
import { heavyBallFamily } from './acceleration/heavy-ball-family.ts';
import { checkCurvature } from './acceleration/lipschitz-constant.ts';
import type { MetricMatrix } from './newton/metric.ts';
import { createMetric } from './newton/metric.ts';
import { newtonFamilies } from './newton/newton-families.ts';
import { CLASSICAL_NAMES, classicalFunction } from './objectives/classical-functions.ts';
import { drawnClasses } from './objectives/drawn-classes.ts';
import type {
  LinearModelSource,
  LogBarrierSource,
  LogSumExpSource,
  NamedSource,
  QuadraticSource,
  RidgeSource,
  SoftmaxSource,
} from './objectives/function-source.ts';
import { hardFunctions } from './objectives/hard-functions.ts';
import type { HessianApproximation } from './objectives/hessian-approximation.ts';
import { leastSquaresLoss } from './objectives/least-squares-loss.ts';
import { logisticLoss } from './objectives/logistic-loss.ts';
import { quadraticForm } from './objectives/quadratic-form.ts';
import { standardizedBreastCancer } from './objectives/real-designs.ts';
import { rosenbrock } from './objectives/test-functions.ts';
import type { OracleCalls, SmoothSolution } from './smooth-minimization.ts';
import { checkObjective, relativeGradient, tolerance } from './smooth-minimization.ts';

/** A smooth function to minimise, and what is known of it. */
export interface SmoothProblem {
  /** The function f. */
  readonly objective: Objective;
  /** Where methods start. */
  readonly initial: Float64Array;
  /** A Lipschitz constant L of the gradient, where one is known. */
  readonly lipschitz?: number;
  /** The constant mu of strong convexity; 0 for a convex f, absent where f is not known to be convex. */
  readonly strongConvexity?: number;
  /** The least value f*, where it is known. */
  readonly minimum?: number;
  /** A metric in which f is well conditioned, where one is known. */
  readonly metric?: MetricMatrix;
  /** Matrices that are near to the Hessian and cost less, by name. */
  readonly approximations?: Readonly<Record<string, HessianApproximation>>;
  /** What f is made of, where that is data. */
  readonly source?: SmoothSource;
}

/** What a smooth function is made of; losses are means over the samples. */
export type SmoothSource =
  | (LinearModelSource & RidgeSource)
  | (SoftmaxSource & RidgeSource)
  | QuadraticSource
  | LogSumExpSource
  | LogBarrierSource
  | NamedSource;

/** Minimisation of a smooth function. */
export const smooth: Problem<SmoothProblem, SmoothSolution> = /* @__PURE__ */ smoothProblem();

function smoothProblem(): Problem<SmoothProblem, SmoothSolution> {
  return defineProblem({
    id: 'optim/smooth',
    title: 'Smooth minimisation',
    statement: String.raw`Given a smooth function $f : \mathbb{R}^d \to \mathbb{R}$ with its gradient, and perhaps its
Hessian, and a starting point $x_0$, find
$$\min_{x \in \mathbb{R}^d} f(x),$$
or, where $f$ is not convex, a point with $\nabla f(x) = 0$.`,
    families: {
      quadratic: defineFamily({
        title: 'Diagonal quadratic',
        description:
          'Eigenvalues spaced evenly in the logarithm from 1 to the condition number; from (1, …, 1).',
        real: false,
        params: {
          n: { type: 'integer', min: 1, max: 1_000_000, default: 100, description: 'Variables' },
          condition: {
            type: 'number',
            min: 1,
            max: 1e12,
            default: 100,
            description: 'Largest over smallest eigenvalue',
          },
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
        description:
          'f = x’Ax/2 - x₁/4 with A = tridiag(-1, 2, -1)/4: convex, and hard for every method that sees gradients only.',
        real: false,
        params: { n: { type: 'integer', min: 1, max: 1_000_000, default: 200, description: 'Variables' } },
        suites: { quick: [{}], full: [{ n: 10_000 }] },
        generate: ({ n }) => nesterovChain(n),
      }),
      logistic: defineFamily({
        title: 'Logistic regression, tumours',
        description:
          'Benign or malign from 30 standardised measures of 569 tumours and an intercept; mean loss and a ridge.',
        real: true,
        params: {
          ridge: { type: 'number', above: 0, max: 1e3, default: 1e-3, description: 'Factor of |x|²/2' },
        },
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
        title: 'Logistic regression, drawn',
        description:
          'Entries N(0, 1), all of them or a few in each row, and labels that a logistic model draws; mean loss and a ridge.',
        real: false,
        params: {
          rows: { type: 'integer', min: 2, max: 1_000_000, default: 60, description: 'Samples' },
          cols: { type: 'integer', min: 1, max: 1_000_000, default: 8, description: 'Features' },
          entries: {
            type: 'integer',
            min: 0,
            max: 1000,
            default: 0,
            description: 'Entries of a row; 0 for all of them',
          },
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
        params: {
          name: { type: 'choice', choices: CLASSICAL_NAMES, default: 'beale', description: 'Function' },
        },
        suites: { quick: [{ name: 'wood' }], full: CLASSICAL_NAMES.map((name) => ({ name })) },
        generate: ({ name }) => {
          const { objective, initial, minimum } = classicalFunction(name);
          return { objective, initial, minimum };
        },
      }),
      'heavy-ball': heavyBallFamily,
      ...newtonFamilies,
    },
    metrics: {
      gradientNorm: {
        title: 'Gradient',
        description:
          '|∇f(x)|, over |∇f(x₀)| where that is below 1; or 10⁴ |∇f(x)| max(1, |x|) over |f(x)| where that is less.',
        unit: '',
        direction: 'minimize',
        targets: [1e-2, 1e-5, 1e-8],
        compute: ({ objective, initial }: SmoothProblem, { x }: SmoothSolution) =>
          relativeGradient(objective, initial, x),
      },
      gap: {
        title: 'Gap',
        description: 'f(x) less the least value where it is known, and f(x) itself where it is not.',
        unit: '',
        direction: 'minimize',
        compute: ({ objective, minimum = 0 }: SmoothProblem, { x }: SmoothSolution) =>
          objective.value(x) - minimum,
      },
      values: calls('Values', 'Values of f, as the solver counted them.', ({ value }) => value),
      gradients: calls('Gradients', 'Gradients, as the solver counted them.', ({ gradient }) => gradient),
      hessians: calls(
        'Hessians',
        'Hessians and products with them, as the solver counted them.',
        ({ hessian, hessianVector }) => hessian + hessianVector,
      ),
    },
    primaryMetric: 'gradientNorm',
    plainData: ({ source, initial }) => source && { ...source, initial },
    validate: ({ objective, initial, lipschitz, strongConvexity, minimum, metric }) => {
      checkObjective(objective);
      checkVector(initial, 'initial', objective.dimension);
      if (minimum !== undefined) checkNumber(minimum, 'minimum');
      checkCurvature({ lipschitz, strongConvexity });
      if (metric !== undefined) createMetric(metric, objective.dimension)[Symbol.dispose]();
    },
    badInstances: () => {
      const objective = quadraticForm(Float64Array.of(1, 2));
      const initial = Float64Array.of(1, 1);
      return [
        {
          fault: 'a start of another length',
          instance: { objective, initial: Float64Array.of(1) },
          argument: 'initial',
        },
        {
          fault: 'a start that is no number',
          instance: { objective, initial: Float64Array.of(1, Number.NaN) },
          argument: 'initial',
        },
        { fault: 'no function', instance: { objective: {} as Objective, initial }, argument: 'objective' },
        {
          fault: 'a Lipschitz constant of zero',
          instance: { objective, initial, lipschitz: 0 },
          argument: 'lipschitz',
        },
        {
          fault: 'a metric that is not positive definite',
          instance: { objective, initial, metric: Float64Array.of(1, 0) },
          argument: 'metric',
        },
        {
          fault: 'more strong convexity than curvature',
          instance: { objective, initial, lipschitz: 1, strongConvexity: 2 },
          argument: 'strongConvexity',
        },
      ];
    },
    instanceFile: {
      description:
        'A JSON object with the `loss` (`least-squares` or `logistic`), the `design` (a list of rows, or the path of a two-dimensional `.npy` file), the `targets` (numbers, or labels 1 and -1), and a `ridge`. Methods start at zero.',
      example: { loss: 'logistic', design: [[1], [2], [-1]], targets: [1, 1, -1], ridge: 0.1 },
      parse: (json) => {
        const {
          loss,
          design,
          targets,
          ridge = 0,
        } = readObject(json, 'instance', ['loss', 'design', 'targets', 'ridge']);
        checkChoice(loss, 'loss', ['least-squares', 'logistic'] as const);
        checkNumber(ridge, 'ridge', { min: 0 });
        const matrix = readMatrix(design, 'design');
        const make = loss === 'logistic' ? logisticLoss : leastSquaresLoss;
        const numbers = readVector(targets, 'targets');
        return {
          objective: make(matrix, numbers, { ridge }),
          initial: new Float64Array(matrix.cols),
          source: { kind: loss, design: matrix, targets: numbers, ridge },
        };
      },
    },
    hardInstances: () => hardFunctions(),
    success: {
      metric: 'gradientNorm',
      // In a metric of its own an instance is judged by the solver: the gradient's dual norm is another number.
      bound: ({ metric }, { options }) =>
        metric !== undefined && options['metric'] === 'instance'
          ? undefined
          : Number(options['tolerance'] ?? tolerance.default) * (1 + 1e-6),
    },
  });
}

/** A metric that counts calls of the function. */
function calls(title: string, description: string, count: (calls: OracleCalls) => number) {
  const compute = (_: SmoothProblem, { evaluations }: SmoothSolution) => count(evaluations);
  return { title, description, unit: '', direction: 'minimize', compute } as const;
}

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
