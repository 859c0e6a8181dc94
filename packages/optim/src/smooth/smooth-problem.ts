// The registered problem of smooth minimisation: instances, metrics and file format of `optim/smooth`.
import type { Objective, Problem } from '@infimum/core';
import { checkChoice, checkNumber, checkVector, defineProblem } from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import { csrToDense, symmetricEigen } from '@infimum/linalg';
import { leastSquaresLoss } from '../objectives/least-squares-loss.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import type { OracleCalls, SmoothSolution } from '../smooth-minimization.ts';
import { checkObjective, relativeGradient, tolerance } from '../smooth-minimization.ts';
import { hardFunctions } from './hard-functions.ts';
import { checkCurvature } from './lipschitz-constant.ts';
import { createMetric } from './metric.ts';
import { smoothFamilies } from './smooth-families.ts';
import type { SmoothProblem } from './smooth-instance.ts';

/** Minimisation of a smooth function. */
export const smooth: Problem<SmoothProblem, SmoothSolution> = /* @__PURE__ */ smoothProblem();

function smoothProblem(): Problem<SmoothProblem, SmoothSolution> {
  return defineProblem({
    id: 'optim/smooth',
    title: 'Smooth minimisation',
    statement: String.raw`Given a smooth function $f : \mathbb{R}^d \to \mathbb{R}$ with its gradient, possibly its
Hessian, and a starting point $x_0$, find
$$\min_{x \in \mathbb{R}^d} f(x),$$
or, where $f$ is not convex, a point with $\nabla f(x) = 0$.`,
    families: smoothFamilies,
    metrics: {
      gradientNorm: {
        title: 'Gradient',
        description: '|∇f(x)|, relative to |∇f(x₀)| if that is below 1; or 10⁴ |∇f(x)| max(1, |x|) / |f(x)| if that is less.',
        unit: '',
        direction: 'minimize',
        targets: [1e-2, 1e-5, 1e-8],
        compute: ({ objective, initial }: SmoothProblem, { x }: SmoothSolution) => relativeGradient(objective, initial, x),
      },
      gap: {
        title: 'Gap',
        description: 'f(x) minus the minimum if it is known, otherwise f(x).',
        unit: '',
        direction: 'minimize',
        compute: ({ objective, minimum = 0 }: SmoothProblem, { x }: SmoothSolution) => objective.value(x) - minimum,
      },
      values: calls('Values', 'Values of f, as counted by the solver.', ({ value }) => value),
      gradients: calls('Gradients', 'Gradients, as counted by the solver.', ({ gradient }) => gradient),
      hessians: calls(
        'Hessians',
        'Hessians and Hessian products, as counted by the solver.',
        ({ hessian, hessianVector }) => hessian + hessianVector,
      ),
    },
    primaryMetric: 'gradientNorm',
    certificates: {
      minimizer: {
        title: 'Distance to the minimizer',
        statement: String.raw`For the data as given in doubles: $f$ has one minimizer $x^*$, $\lVert x - x^*\rVert_2 \le$ *distance* and
$f(x) - f(x^*) \le$ *gap*.`,
        about: 'optimum',
        figures: ['distance', 'gap'],
        cost: 'O(nd), for a matrix O(d^3)',
        always: false,
        declines: ({ source }) =>
          source?.kind === 'quadratic' || (source && 'ridge' in source && source.ridge > 0)
            ? undefined
            : 'the function is not given by data that show strong convexity',
        async prover() {
          const { certify } = await import('./smooth-prover.ts');
          const tools = { dense: csrToDense, eigen: symmetricEigen };
          return { certify: (problem) => certify(problem, tools) };
        },
        checker: () => import('./smooth-checker.ts'),
      },
      gradient: {
        title: 'Gradient',
        statement: 'For the data as given in doubles: the measure of the gradient called *gradientNorm* above.',
        about: 'answer',
        figures: ['gradientNorm'],
        cost: 'O(nd)',
        always: false,
        declines: ({ source }) =>
          source && ['quadratic', 'least-squares', 'logistic', 'softmax'].includes(source.kind)
            ? undefined
            : 'the function is not given by the data of a linear model or a quadratic form',
        prover: async () => ({ certify: () => ({}) }),
        checker: async () => ({ check: (await import('./smooth-checker.ts')).checkGradient }),
      },
    },
    unproved: 'For nonconvex functions, and for those given only as functions, no minimum is proved.',
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
        { fault: 'a start of another length', instance: { objective, initial: Float64Array.of(1) }, argument: 'initial' },
        {
          fault: 'a start that is not a number',
          instance: { objective, initial: Float64Array.of(1, Number.NaN) },
          argument: 'initial',
        },
        { fault: 'no function', instance: { objective: {} as Objective, initial }, argument: 'objective' },
        { fault: 'a Lipschitz constant of zero', instance: { objective, initial, lipschitz: 0 }, argument: 'lipschitz' },
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
        const { loss, design, targets, ridge = 0 } = readObject(json, 'instance', ['loss', 'design', 'targets', 'ridge']);
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
      certificate: 'gradient',
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
