// The registered problem: instance families, metrics and the file format of `ot/transport`.
import type { Problem } from '@infimum/core';
import { checkNumber, defineFamily, defineProblem, Random } from '@infimum/core';
import { importData, readMatrix, readObject, readVector } from '@infimum/core/data';
import { costMatrix, gridPoints } from './cost-matrix.ts';
import { hardTransports } from './hard-transport.ts';
import { inkOf, loadImages } from './image-instances.ts';
import { gaussianClouds, gridMixtures, randomAssignment, randomPoints } from './instances.ts';
import { entropicCostOf, marginalErrorOf, transportCostOf } from './plan-metrics.ts';
import { roundToPolytope } from './round-to-polytope.ts';
import type { Transport, TransportPlan } from './transport.ts';
import { asTransport, total } from './transport.ts';

/** A transport problem with the default regularisation of entropic solvers. */
export interface TransportInstance extends Transport {
  /** Entropic regularisation in units of the cost. */
  readonly epsilon: number;
}

/** Marginal error of exact plans, relative to the mass: as far as weights may differ in sum. */
const EXACT = 1e-9;

/** Relative rounding of sums over a plan. */
const ROUNDING = 1e-13;

const seedless = 'The seed picks the pair.';
const epsilon = (defaultValue: number) =>
  ({ type: 'number', above: 0, default: defaultValue, description: 'Entropic regularisation, in units of the cost' }) as const;
const size = (defaultValue: number, description: string) =>
  ({ type: 'integer', min: 1, max: 20_000, default: defaultValue, description }) as const;

const assignment = /* @__PURE__ */ (() =>
  defineFamily({
    title: 'Random assignment',
    description: 'Costs uniform in [0, 1], uniform weights: instance (A) of the paper on Sinkhorn-Newton-Sparse.',
    real: false,
    params: { n: size(500, 'Points on each side'), epsilon: epsilon(1 / 1200) },
    suites: {
      quick: [{ n: 12, epsilon: 0.02 }, { n: 500 }],
      full: [100, 500, 1000, 2000, 4000].flatMap((n) => [100, 300, 1200, 5000].map((eta) => ({ n, epsilon: 1 / eta }))),
    },
    generate: ({ n, epsilon }, seed): TransportInstance => ({ ...randomAssignment(n, seed), epsilon }),
  }))();

const grid = /* @__PURE__ */ (() =>
  defineFamily({
    title: 'Mixtures on a grid',
    description: 'Two sums of three Gaussians on a square grid, squared Euclidean (l2) or Manhattan (l1) costs.',
    real: false,
    params: {
      side: { type: 'integer', min: 2, max: 100, default: 20, description: 'Grid points along a side' },
      metric: { type: 'choice', choices: ['l2', 'l1'], default: 'l2', description: 'Ground cost' },
      epsilon: epsilon(1 / 1200),
    },
    suites: {
      quick: [{ side: 10, metric: 'l1' }],
      full: [20, 28, 40, 64].flatMap((side) => [
        { side, metric: 'l2' as const },
        { side, metric: 'l1' as const },
      ]),
    },
    generate: ({ side, metric, epsilon }, seed): TransportInstance => ({ ...gridMixtures(side, seed, metric), epsilon }),
  }))();

const clouds = /* @__PURE__ */ (() =>
  defineFamily({
    title: 'Gaussian clouds',
    description: 'Samples of two planar Gaussians, squared Euclidean costs divided by the largest.',
    real: false,
    params: { n: size(500, 'Points on each side'), epsilon: epsilon(1 / 1200) },
    suites: { quick: [{ n: 60 }], full: [{ n: 200 }, { n: 500 }, { n: 1000 }, { n: 2000 }] },
    generate: ({ n, epsilon }, seed): TransportInstance => ({ ...gaussianClouds(n, seed), epsilon }),
  }))();

const points = /* @__PURE__ */ (() =>
  defineFamily({
    title: 'Random points with random weights',
    description: 'Uniform points in the unit square with uniform weights, a share of which is zero.',
    real: false,
    params: {
      n: size(200, 'Sources'),
      m: size(300, 'Targets'),
      zeros: { type: 'number', min: 0, max: 0.9, default: 0.1, description: 'Share of the weights that are zero' },
      epsilon: epsilon(1e-3),
    },
    suites: { quick: [{ n: 40, m: 60 }], full: [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6].map((epsilon) => ({ epsilon })) },
    generate: ({ n, m, zeros, epsilon }, seed): TransportInstance => ({
      ...randomPoints(n, m, 2, seed, { zeroShare: zeros }),
      epsilon,
    }),
  }))();

const digits = /* @__PURE__ */ (() =>
  defineFamily({
    title: 'Handwritten digits',
    description: `Two real digits as distributions of ink on the pixels, as in the paper. ${seedless}`,
    real: true,
    params: {
      pixels: { type: 'choice', choices: [8, 28], default: 28, description: 'Pixels along a side' },
      metric: { type: 'choice', choices: ['l2', 'l1'], default: 'l2', description: 'Ground cost between pixels, at most 1' },
      epsilon: epsilon(1 / 1200),
    },
    suites: {
      quick: [{ pixels: 8 }],
      full: [
        { pixels: 28, metric: 'l2' },
        { pixels: 28, metric: 'l1' },
      ],
    },
    generate: async ({ pixels, metric, epsilon }, seed): Promise<TransportInstance> => {
      const images = await loadImages(pixels);
      const first = seed % images.rows;
      const second = (seed * 37 + 91) % images.rows;
      const squareGrid = gridPoints(pixels);
      const cost = costMatrix(squareGrid, squareGrid, metric === 'l2' ? 'squared-euclidean' : 'manhattan');
      return {
        a: inkOf(images.values, first, images.cols),
        b: inkOf(images.values, second, images.cols),
        cost: { ...cost, values: cost.values.map((value) => value / 2) },
        epsilon,
      };
    },
  }))();

const iris = /* @__PURE__ */ (() =>
  defineFamily({
    title: 'Iris species',
    description: 'From the flowers of one species to those of another, squared Euclidean costs between measurements.',
    real: true,
    params: {
      from: { type: 'integer', min: 0, max: 2, default: 0, description: 'Species of the sources' },
      to: { type: 'integer', min: 0, max: 2, default: 1, description: 'Species of the targets' },
      epsilon: epsilon(0.01),
    },
    suites: { quick: [{}], full: [{}, { from: 1, to: 2 }] },
    generate: async ({ from, to, epsilon }): Promise<TransportInstance> => {
      const { loadIris } = await importData(() => import('@infimum/datasets/iris'));
      const { features, labels } = loadIris();
      const flowers = (species: number) => {
        const rows = [...labels.keys()].filter((row) => labels[row] === species);
        const values = rows.flatMap((row) => Array.from(features.values.subarray(row * 4, row * 4 + 4)));
        return { rows: rows.length, cols: 4, values: Float64Array.from(values) };
      };
      const x = flowers(from);
      const y = flowers(to);
      return {
        a: new Float64Array(x.rows).fill(1 / x.rows),
        b: new Float64Array(y.rows).fill(1 / y.rows),
        cost: costMatrix(x, y, 'squared-euclidean'),
        epsilon,
      };
    },
  }))();

const colors = /* @__PURE__ */ (() =>
  defineFamily({
    title: 'Colours of two photographs',
    description: 'From the colours of one photograph to those of another: random pixels, squared RGB distances.',
    real: true,
    params: {
      n: { type: 'integer', min: 1, max: 5000, default: 400, description: 'Pixels of each photograph' },
      epsilon: epsilon(1e-3),
    },
    suites: { quick: [{ n: 60 }], full: [{ n: 1000 }, { n: 2000 }] },
    generate: async ({ n, epsilon }, seed): Promise<TransportInstance> => {
      const { loadChina } = await importData(() => import('@infimum/datasets/china'));
      const { loadFlower } = await importData(() => import('@infimum/datasets/flower'));
      const uniform = new Float64Array(n).fill(1 / n);
      const cost = costMatrix(pick(loadChina().pixels, n, seed), pick(loadFlower().pixels, n, seed), 'squared-euclidean');
      return { a: uniform, b: uniform.slice(), cost, epsilon };
    },
  }))();

/**
 * The transport problem: exact solvers minimise the cost, entropic ones the cost plus epsilon times the negative
 * entropy of the plan.
 */
export const transport: Problem<TransportInstance, TransportPlan> = /* @__PURE__ */ (() =>
  defineProblem<TransportInstance, TransportPlan>({
    id: 'ot/transport',
    title: 'Optimal transport',
    statement: String.raw`Given weights $a \in \mathbb{R}^n_{\ge 0}$ and $b \in \mathbb{R}^m_{\ge 0}$ of equal mass and
costs $C \in \mathbb{R}^{n \times m}$, find a plan that moves $a$ onto $b$ at the least cost:
$$\min_{P \ge 0}\ \langle C, P\rangle \quad \text{subject to}\quad P\mathbf 1 = a,\ P^\top \mathbf 1 = b.$$
Entropic solvers add $\varepsilon \sum_{ij} P_{ij} \log P_{ij}$ to the objective: their plans are spread out and cost
a little more.`,
    families: { assignment, grid, clouds, points, digits, iris, colors },
    metrics: {
      marginalError: {
        title: 'Marginal error',
        description: 'Sum of the absolute differences between the marginals of the plan and the weights.',
        unit: '',
        direction: 'minimize',
        targets: [1e-3, 1e-6, 1e-9],
        compute: ({ a, b }, { plan }) => marginalErrorOf(plan, a, b),
      },
      transportCost: {
        title: 'Transport cost',
        description: 'Sum of plan times cost; too small if marginals are violated.',
        unit: 'cost',
        direction: 'minimize',
        compute: ({ cost }, { plan }) => transportCostOf(plan, cost),
      },
      feasibleCost: {
        title: 'Cost after rounding',
        description: 'Transport cost of the plan rounded to exact marginals: comparable between exact and entropic solvers.',
        unit: 'cost',
        direction: 'minimize',
        compute: ({ a, b, cost }, { plan }) => transportCostOf(roundToPolytope(plan, a, b), cost),
      },
      entropicCost: {
        title: 'Entropic cost',
        description:
          'Transport cost plus epsilon times sum P log P, with the epsilon of the solution, or else of the instance.',
        unit: 'cost',
        direction: 'minimize',
        compute: (instance, { plan, epsilon = instance.epsilon }) => entropicCostOf(plan, instance.cost, epsilon),
      },
    },
    primaryMetric: 'marginalError',
    certificates: {
      gap: {
        title: 'Gap among plans of its marginals',
        statement: String.raw`For the doubles as they are: $P \ge 0$, and with $r = P\mathbf 1$, $c = P^\top\mathbf 1$ no $Q \ge 0$ with
$Q\mathbf 1 = r$, $Q^\top\mathbf 1 = c$ has $\langle C, Q\rangle < \langle C, P\rangle -$ *gap*; the least such value is *optimum*, and
$\lVert r - a\rVert_1 + \lVert c - b\rVert_1$ is *marginalError*. For entropic plans, the linear cost is compared.`,
        about: 'optimum',
        figures: ['gap', 'optimum', 'marginalError'],
        cost: 'O(nm)',
        always: false,
        prover: () => import('./transport-prover.ts'),
        checker: () => import('./transport-checker.ts'),
      },
      entropic: {
        title: 'Entropic gap',
        statement: String.raw`With $r$, $c$ as above, $\varepsilon$ that of the solution and $F(Q) = \langle C, Q\rangle + \varepsilon \sum Q_{ij} \log
Q_{ij}$: no $Q \ge 0$ with these marginals has $F(Q) < F(P) -$ *entropicGap*.`,
        about: 'optimum',
        figures: ['entropicGap'],
        cost: 'O(nm), one exponential per entry',
        always: false,
        declines({ cost }, { epsilon }) {
          if (epsilon === undefined) return 'the plan is not entropic';
          const isLost = cost.values.some((entry) => Math.abs(entry) * Number.EPSILON > epsilon);
          return isLost ? 'epsilon is below the rounding error of a cost' : undefined;
        },
        prover: async () => ({
          certify: (_, { sourcePotential, targetPotential }) => ({
            source: sourcePotential.slice(),
            target: targetPotential.slice(),
          }),
        }),
        checker: () => import('./entropic-transport-checker.ts'),
      },
    },
    validate(instance) {
      asTransport(instance);
      checkNumber(instance.epsilon, 'epsilon', { above: 0 });
    },
    badInstances: () => {
      const good: TransportInstance = {
        a: Float64Array.of(0.5, 0.5),
        b: Float64Array.of(0.25, 0.25, 0.5),
        cost: { rows: 2, cols: 3, values: Float64Array.of(0, 1, 2, 1, 0, 1) },
        epsilon: 0.1,
      };
      const costs = (...values: number[]) => ({ ...good.cost, values: Float64Array.of(...values) });
      const empty = new Float64Array(0);
      return [
        { fault: 'NaN in a weight', instance: { ...good, a: Float64Array.of(Number.NaN, 1) }, argument: 'a' },
        { fault: 'a negative weight', instance: { ...good, b: Float64Array.of(-0.5, 1, 0.5) }, argument: 'b' },
        { fault: 'masses that differ', instance: { ...good, b: Float64Array.of(0.25, 0.25, 0.25) }, argument: 'b' },
        { fault: 'no mass at all', instance: { ...good, a: Float64Array.of(0, 0) }, argument: 'a' },
        { fault: 'too many weights', instance: { ...good, a: Float64Array.of(0.5, 0.25, 0.25) }, argument: 'a' },
        { fault: 'infinite cost', instance: { ...good, cost: costs(0, 1, Infinity, 1, 0, 1) }, argument: 'cost' },
        { fault: 'NaN in the cost', instance: { ...good, cost: costs(0, 1, 2, 1, Number.NaN, 1) }, argument: 'cost' },
        { fault: 'a missing cost', instance: { ...good, cost: costs(0, 1, 2, 1, 0) }, argument: 'cost' },
        { fault: 'no rows', instance: { ...good, a: empty, cost: { rows: 0, cols: 3, values: empty } }, argument: 'cost' },
        { fault: 'epsilon zero', instance: { ...good, epsilon: 0 }, argument: 'epsilon' },
      ];
    },
    hardInstances: hardTransports,
    // Rounding of the masses of a plan and of their sums is not the solver's fault.
    success: {
      metric: 'marginalError',
      certificate: 'gap',
      bound: ({ a, b }, { options }) => {
        const { tolerance = EXACT } = options;
        return (1.001 * Number(tolerance) + ROUNDING) * total(a) + a.length * b.length * Number.MIN_VALUE;
      },
    },
    instanceFile: {
      description: `A JSON object with \`a\` and \`b\`, lists of weights of equal sum; \`cost\`, a list of rows, an object
\`{ rows, cols, values }\` or the path of a \`.npy\` file; and optionally \`epsilon\`, the entropic regularisation in
units of the cost (by default a hundredth of the range of the costs). Without \`a\` or \`b\`, weights are uniform.`,
      example: {
        a: [0.5, 0.5],
        b: [0.25, 0.75],
        cost: [
          [0, 1],
          [1, 0],
        ],
        epsilon: 0.1,
      },
      parse(json) {
        const fields = readObject(json, 'instance', ['a', 'b', 'cost', 'epsilon']);
        const cost = readMatrix(fields['cost'], 'cost');
        const weights = (field: 'a' | 'b', length: number) =>
          fields[field] === undefined ? new Float64Array(length).fill(1 / length) : readVector(fields[field], field);
        const a = weights('a', cost.rows);
        const b = weights('b', cost.cols);
        asTransport({ a, b, cost });
        return { a, b, cost, epsilon: readEpsilon(fields['epsilon'], cost.values) };
      },
    },
  }))();

function readEpsilon(value: unknown, costs: Float64Array): number {
  if (value === undefined) {
    const [least, largest] = costs.reduce(([low, high], c) => [Math.min(low, c), Math.max(high, c)], [Infinity, -Infinity]);
    return largest > least ? (largest - least) / 100 : 1;
  }
  checkNumber(value, 'epsilon', { above: 0 });
  return value;
}

/** Random rows of a cloud of colours, scaled to [0, 1]. */
function pick(pixels: { rows: number; cols: number; values: Float64Array }, count: number, seed: number) {
  const chosen = new Random(seed).sample(pixels.rows, count);
  const values = new Float64Array(count * pixels.cols);
  chosen.forEach((row, i) => {
    for (let c = 0; c < pixels.cols; c++) values[i * pixels.cols + c] = pixels.values[row * pixels.cols + c] / 255;
  });
  return { rows: count, cols: pixels.cols, values };
}
