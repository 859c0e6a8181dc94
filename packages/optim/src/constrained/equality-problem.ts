// The registered problem of minimisation under equalities: `optim/equality-constrained`.
import type { BadInstance, HardInstance, Problem } from '@infimum/core';
import { defineFamily, defineProblem } from '@infimum/core';
import { importData, readMatrix, readObject, readVector } from '@infimum/core/data';
import type { DenseMatrix } from '@infimum/linalg';
import { inverse, minimumNormSolution } from '@infimum/linalg';
import { norm } from '@infimum/linalg/numerics';
import { derivativesOf } from './constrained-problem.ts';
import { testPrograms } from './cutest.ts';
import { normalRows } from './data-programs.ts';
import type { EqualitySolution } from './equality-program.ts';
import { bounded, kktResidual, pointOf, scaledMultipliers, scaledProgram, scalesAt } from './equality-program.ts';
import type { ConstrainedLogistic, EqualityInstance, NamedEqualities } from './equality-source.ts';
import { checkEqualityInstance, startOf } from './equality-source.ts';
import { programOf } from './formula-program.ts';

/** Columns moved to [-1, 1]; constant columns become 0. */
function unitColumns({ rows, cols, values }: DenseMatrix): DenseMatrix {
  const scaled = new Float64Array(values.length);
  for (let j = 0; j < cols; j++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < rows; i++) {
      low = Math.min(low, values[i * cols + j]);
      high = Math.max(high, values[i * cols + j]);
    }
    for (let i = 0; i < rows; i++) {
      scaled[i * cols + j] = high > low ? (2 * (values[i * cols + j] - low)) / (high - low) - 1 : 0;
    }
  }
  return { rows, cols, values: scaled };
}

/** Ten rows that the weights of length one can meet: draws with |A⁺b| > 1 are thrown away. */
function feasibleRows(count: number, n: number, seed: number): Pick<ConstrainedLogistic, 'matrix' | 'rightSide'> {
  for (let k = 0; ; k++) {
    const drawn = normalRows(count, n, seed + 1000 * k);
    if (norm(minimumNormSolution(drawn.matrix, drawn.rightSide).x) <= 1) return drawn;
  }
}

/** Tumours, as the paper's experiments with logistic regression are set up. */
export async function tumourInstance(rows: number, seed: number): Promise<ConstrainedLogistic> {
  const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
  const { features, labels } = loadBreastCancer();
  return {
    kind: 'logistic',
    points: unitColumns(features),
    labels: Int8Array.from(labels, (label) => (label > 0 ? 1 : -1)),
    ...feasibleRows(rows, features.cols, seed),
    unitLength: true,
  };
}

const rowsParam = { type: 'integer', min: 1, max: 20, default: 10, description: 'Linear equalities' } as const;

/** Minimisation under equalities. */
export const equalityConstrained: Problem<EqualityInstance, EqualitySolution> = defineProblem({
  id: 'optim/equality-constrained',
  title: 'Minimisation under equalities',
  statement: String.raw`Given smooth $f : \mathbb{R}^n \to \mathbb{R}$ and $c : \mathbb{R}^n \to \mathbb{R}^m$, $m \le n$, neither
convex, find $x$ and $\lambda$ with
$$\nabla f(x) + G(x)^\top \lambda = 0, \quad c(x) = 0,$$
$G$ the Jacobian of $c$: a stationary point of $\min f$ subject to $c = 0$.`,
  families: {
    cutest: defineFamily({
      title: 'CUTEst problems',
      description: 'Small problems of Hock and Schittkowski, Boggs and Tolle and others, and square systems.',
      real: false,
      params: {
        name: {
          type: 'choice',
          choices: [...Object.keys(testPrograms), 'MANCINONE'],
          default: 'HS7',
          description: 'The problem',
        },
      },
      suites: {
        quick: [{ name: 'HS28' }, {}, { name: 'HS77' }, { name: 'HS78' }],
        full: [...Object.keys(testPrograms), 'MANCINONE'].map((name) => ({ name })),
      },
      generate: ({ name }): EqualityInstance => ({ kind: 'named', name: name as NamedEqualities['name'] }),
    }),
    grid: defineFamily({
      title: 'Control on a grid',
      description: 'A Poisson equation whose right-hand side has to bring its solution close to a target.',
      real: false,
      params: { side: { type: 'integer', min: 1, max: 16, default: 4, description: 'Points per side' } },
      suites: { quick: [{ side: 2 }, {}], full: [{ side: 3 }, { side: 6 }, { side: 8 }] },
      generate: ({ side }): EqualityInstance => ({ kind: 'grid', side }),
    }),
    tumours: defineFamily({
      title: 'Tumours',
      description: 'Logistic regression on 569 tumours, with weights of length one under random linear equalities.',
      real: true,
      params: { rows: rowsParam },
      suites: { quick: [{ rows: 3 }], full: [{}] },
      generate: ({ rows }, seed): Promise<EqualityInstance> => tumourInstance(rows, seed),
    }),
    digits: defineFamily({
      title: 'Even and odd digits',
      description: 'The same for 8 x 8 images of digits, even against odd.',
      real: true,
      params: { rows: rowsParam },
      suites: { quick: [{ rows: 2 }], full: [{}] },
      generate: async ({ rows }, seed): Promise<EqualityInstance> => {
        const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
        const { images, labels } = loadDigits();
        return {
          kind: 'logistic',
          points: unitColumns(images),
          labels: Int8Array.from(labels, (label) => (label % 2 === 0 ? 1 : -1)),
          ...feasibleRows(rows, images.cols, seed),
          unitLength: true,
        };
      },
    }),
  },
  metrics: {
    residual: {
      title: 'Residual',
      description: 'Norm of (∇f + G’λ, c), with f and every equality divided by the size of its derivative at the start.',
      unit: '',
      direction: 'minimize',
      targets: [1e-2, 1e-4, 1e-8],
      compute: (instance: EqualityInstance, { x, multipliers }: EqualitySolution) => {
        const { program, initial } = startOf(instance);
        const scales = scalesAt(program, initial);
        const residual = kktResidual(scaledProgram(program, scales), x, scaledMultipliers(multipliers, scales));
        return bounded(residual);
      },
    },
    violation: {
      title: 'Violation',
      description: 'Largest |c_j|, divided as in the residual.',
      unit: '',
      direction: 'minimize',
      compute: (instance, { x }) => {
        const { program, initial } = startOf(instance);
        const { constraints } = pointOf(scaledProgram(program, scalesAt(program, initial)), x);
        const most = constraints.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
        return bounded(most);
      },
    },
    value: {
      title: 'Objective',
      description: 'f(x).',
      unit: '',
      direction: 'minimize',
      compute: (instance, { x }) => {
        const value = startOf(instance).program.value(x);
        return Number.isFinite(value) ? value : Number.MAX_VALUE;
      },
    },
    steps: {
      title: 'Outer steps',
      description: 'Steps of the outer method, as it counted.',
      unit: '',
      direction: 'minimize',
      compute: (_, { outerIterations }) => outerIterations,
    },
  },
  primaryMetric: 'residual',
  certificates: {
    stationary: {
      title: 'Distance to a stationary point',
      statement: String.raw`For the formulas with their numbers as doubles, not scaled: there are $x^*$ and $\lambda$ with $\nabla f(x^*) +
G(x^*)^\top \lambda = 0$ and $c(x^*) = 0$ exactly, and $\lvert x^*_i - x_i\rvert \le$ *distance* for all $i$.`,
      about: 'optimum',
      figures: ['distance'],
      cost: 'O(n^3), intervals',
      always: false,
      declines: (instance) => {
        if (instance.kind === 'logistic') return 'a loss on data has too many terms for Hessians in intervals';
        const isLarge = instance.kind === 'grid' ? instance.side > 4 : instance.name === 'MANCINONE';
        return isLarge ? 'Hessians of more than 40 variables take too long in intervals' : undefined;
      },
      async prover() {
        const { certifyEqualities } = await import('./constrained-prover.ts');
        const tools = { invert: inverse, program: programOf };
        return { certify: (instance, solution) => certifyEqualities(instance, solution, tools) };
      },
      checker: () => import('./equality-checker.ts'),
    },
  },
  unproved: 'For a loss on data, stationarity is only measured.',
  success: {
    metric: 'residual',
    bound: (_, { options }) => (options['scaling'] === 'none' ? undefined : Number(options['tolerance'] ?? 1e-8) * (1 + 1e-6)),
  },
  plainData: (instance) => {
    const { program, initial } = startOf(instance);
    const zeros = new Float64Array(program.equalities);
    return { initial, low: zeros, high: zeros, variables: program.variables };
  },
  plainFunctions: (instance) => {
    const { program } = startOf(instance);
    const constraints = (x: Float64Array, out: Float64Array) => program.constraints(x, out);
    return { value: (x) => program.value(x), ...derivativesOf(program, program.equalities, constraints) };
  },
  validate: checkEqualityInstance,
  badInstances,
  hardInstances,
  instanceFile: {
    description:
      '`points`: rows; `labels`: 1 or -1 for each; `matrix` and `rightSide`: the linear equalities of the weights; `unitLength`: whether their length is one, false by default.',
    example: {
      points: [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      labels: [1, -1, 1],
      matrix: [[1, 1]],
      rightSide: [0.5],
    },
    parse: (json) => {
      const fields = ['points', 'labels', 'matrix', 'rightSide', 'unitLength'];
      const { points, labels, matrix, rightSide, unitLength = false } = readObject(json, 'instance', fields);
      const instance: EqualityInstance = {
        kind: 'logistic',
        points: readMatrix(points, 'points'),
        labels: Int8Array.from(readVector(labels, 'labels')),
        matrix: readMatrix(matrix, 'matrix'),
        rightSide: readVector(rightSide, 'rightSide'),
        unitLength: unitLength as boolean,
      };
      checkEqualityInstance(instance);
      return instance;
    },
  },
});

function badInstances(): BadInstance<EqualityInstance>[] {
  const bad = (fault: string, argument: string, instance: object) => ({
    fault,
    argument,
    instance: instance as EqualityInstance,
  });
  const logistic = {
    kind: 'logistic',
    points: { rows: 1, cols: 2, values: Float64Array.of(1, 2) },
    labels: Int8Array.of(1),
    matrix: { rows: 1, cols: 2, values: Float64Array.of(1, 1) },
    rightSide: Float64Array.of(1),
    unitLength: false,
  };
  return [
    bad('an unknown kind', 'kind', { kind: 'other' }),
    bad('an unknown name', 'name', { kind: 'named', name: 'HS999' }),
    bad('a scale 0', 'equalityScale', { kind: 'named', name: 'HS7', equalityScale: 0 }),
    bad('a grid without points', 'side', { kind: 'grid', side: 0 }),
    bad('NaN', 'points', { ...logistic, points: { rows: 1, cols: 2, values: Float64Array.of(1, Number.NaN) } }),
    bad('a label 0', 'labels', { ...logistic, labels: Int8Array.of(0) }),
    bad('too many equalities', 'matrix', { ...logistic, matrix: { rows: 3, cols: 2, values: new Float64Array(6) } }),
    bad('a right-hand side of another length', 'rightSide', { ...logistic, rightSide: new Float64Array(2) }),
  ];
}

function hardInstances(): HardInstance<EqualityInstance>[] {
  const named = (hardness: string, name: NamedEqualities['name'], objectiveScale = 1, equalityScale = 1) => ({
    hardness,
    instance: { kind: 'named', name, objectiveScale, equalityScale } as const,
  });
  return [
    named('an objective of size 1e150', 'HS7', 1e-150),
    named('an objective of size 1e-150', 'HS7', 1e150),
    named('equalities of size 1e150', 'HS7', 1, 1e-150),
    named('equalities of size 1e-8', 'HS7', 1, 1e8),
    named('both, opposite', 'HS40', 1e150, 1e-150),
    named('a denormal objective', 'HS28', 1e300),
    named('no feasible point', 'INFEASIBLE'),
    named('a singular Jacobian at the start', 'HS61'),
    named('a singular Jacobian at the root', 'PRICE4NE'),
    named('a logarithm of negative numbers half-way', 'DOMAIN'),
    named('a flat start', 'FLAT'),
    named('the Maratos effect', 'MARATOS'),
  ];
}
