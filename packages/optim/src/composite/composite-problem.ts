// The registered problem of composite minimisation: instances, metrics and file format of `optim/composite`.
import type { Problem } from '@infimum/core';
import { checkChoice, checkNumber, defineProblem } from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import { csrToDense, matrixFromRows, symmetricEigen } from '@infimum/linalg';
import type { BlockLoss } from '../losses/block-loss.ts';
import { blockLeastSquares, blockLogistic } from '../losses/block-margin-loss.ts';
import { blockQuadratic } from '../losses/block-quadratic-loss.ts';
import { compositeFamilies } from './composite-families.ts';
import { hardComposites } from './composite-hard.ts';
import type { CompositeProblem } from './composite-instance.ts';
import type { CompositeSolution } from './composite-minimization.ts';
import { checkComposite, compositeSolution, separableValue, tolerance } from './composite-minimization.ts';

/** What is left of a stationarity for rounding alone: a share of that at the start, a few units in the last place of it. */
const ROUNDING = 1e-15;

/** Minimisation of a smooth function plus l1 norm or bounds. */
export const composite: Problem<CompositeProblem, CompositeSolution> = /* @__PURE__ */ compositeProblem();

function compositeProblem(): Problem<CompositeProblem, CompositeSolution> {
  return defineProblem({
    id: 'optim/composite',
    title: 'Composite minimisation',
    statement: String.raw`Given a smooth convex $f$, known by a loss that block methods can follow through changes of few
coordinates, a factor $\lambda \ge 0$ and bounds $l \le u$, find
$$\min_{l \le x \le u} F(x) = f(x) + \lambda \lVert x \rVert_1.$$`,
    families: compositeFamilies,
    metrics: {
      stationarity: {
        title: 'Stationarity',
        description: 'The largest component of the least subgradient of F, relative to that at the start.',
        unit: '',
        direction: 'minimize',
        targets: [1e-2, 1e-4, 1e-6],
        compute: (problem: CompositeProblem, { x }: CompositeSolution) => {
          const checked = checkComposite(problem);
          const start = compositeSolution(checked, checked.start).stationarity;
          return compositeSolution(checked, x).stationarity / (start || 1);
        },
      },
      gap: {
        title: 'Gap',
        description: 'F(x) minus the minimum if it is known, otherwise F(x).',
        unit: '',
        direction: 'minimize',
        compute: (problem: CompositeProblem, { x }: CompositeSolution) => {
          const { loss, term } = checkComposite(problem);
          return loss.value(x) + separableValue(term, x) - (problem.minimum ?? 0);
        },
      },
    },
    primaryMetric: 'stationarity',
    certificates: {
      gap: {
        title: 'Duality gap',
        statement: String.raw`For the data as given in doubles: $x$ is within the bounds, and no $z$ within them has $F(z) < F(x) -$ *gap*; the
least value is *optimum*. For unbounded coordinates it covers $\lvert z_j\rvert \le 1024 \max_i \lvert x_i\rvert$.`,
        about: 'optimum',
        figures: ['gap', 'optimum'],
        cost: 'O(nd), for a quadratic form O(d^3)',
        always: false,
        declines: ({ source }) => (source ? undefined : 'the loss is not given as data'),
        async prover() {
          const { certify } = await import('./composite-prover.ts');
          const tools = { dense: csrToDense, eigen: symmetricEigen };
          return { certify: (problem, solution) => certify(problem, solution, tools) };
        },
        checker: () => import('./composite-checker.ts'),
      },
    },
    unproved: 'For losses given only as functions, nothing is proved.',
    plainData: ({ source, initial, l1, lower, upper }) => source && { ...source, initial, l1, lower, upper },
    validate: (problem) => {
      checkComposite(problem);
      if (problem.minimum !== undefined) checkNumber(problem.minimum, 'minimum');
    },
    badInstances: () => {
      const loss = blockQuadratic(
        matrixFromRows([
          [2, 1],
          [1, 3],
        ]),
        Float64Array.of(1, 2),
      );
      return [
        { fault: 'no loss', instance: { loss: {} as BlockLoss }, argument: 'loss' },
        { fault: 'a negative l1', instance: { loss, l1: -1 }, argument: 'l1' },
        { fault: 'an infinite l1', instance: { loss, l1: Infinity }, argument: 'l1' },
        { fault: 'bounds that cross', instance: { loss, lower: 1, upper: 0 }, argument: 'lower' },
        { fault: 'a bound that is not a number', instance: { loss, upper: Number.NaN }, argument: 'upper' },
        { fault: 'a start of another length', instance: { loss, initial: Float64Array.of(1) }, argument: 'initial' },
        { fault: 'a minimum that is no number', instance: { loss, minimum: Number.NaN }, argument: 'minimum' },
      ];
    },
    instanceFile: {
      description:
        'A JSON object with the `loss` (`least-squares` or `logistic`, means over the samples), the `design` (a list of rows, or the path of a two-dimensional `.npy` file), the `targets` (numbers, or labels 1 and -1), and any of `l1`, `lower` and `upper`. Methods start at zero.',
      example: {
        loss: 'least-squares',
        design: [
          [1, 0, 1],
          [0, 1, 1],
          [1, 1, 0],
        ],
        targets: [3, 0.5, 2.5],
        l1: 0.25,
      },
      parse: (json) => {
        const fields = readObject(json, 'instance', ['loss', 'design', 'targets', 'l1', 'lower', 'upper']);
        const { loss, design, targets, l1, lower, upper } = fields;
        checkChoice(loss, 'loss', ['least-squares', 'logistic'] as const);
        const numbers = Object.entries({ l1, lower, upper }).filter(([, value]) => value !== undefined);
        for (const [name, value] of numbers) checkNumber(value, name);
        const make = loss === 'logistic' ? blockLogistic : blockLeastSquares;
        const [matrix, right] = [readMatrix(design, 'design'), readVector(targets, 'targets')];
        return {
          loss: make(matrix, right),
          source: { kind: loss, design: matrix, targets: right },
          ...(Object.fromEntries(numbers) as { l1?: number; lower?: number; upper?: number }),
        };
      },
    },
    hardInstances: () => hardComposites(),
    success: {
      metric: 'stationarity',
      // The dual gap bounds the value and not the subgradient.
      bound: (_, { variant, options }) =>
        variant === 'dual gap' ? undefined : Number(options['tolerance'] ?? tolerance.default) * (1 + 1e-6) + ROUNDING,
    },
  });
}
