// The registered problem of optimisation by a token that walks from node to node: `graphs/token-optimization`.
import type { Iterate, Problem } from '@infimum/core';
import { checkInteger, checkMatrix, checkNumber, checkVector, defineFamily, defineProblem, fault } from '@infimum/core';
import { importData, readMatrix, readObject, readVector } from '@infimum/core/data';
import { solveSmall } from '@infimum/linalg/numerics';
import type { Graph } from '../graph/graph.ts';
import { checkConnected, graphFromEdges } from '../graph/graph.ts';
import { graphOfShape, karateClub, lesMiserables, pathGraph, starGraph } from '../graph/sample-graphs.ts';
import type { TokenData } from './token-checker.ts';
import { asPositive } from './transitions.ts';

/** Rows of data that lie at the nodes of a graph, and a loss of them. */
export interface TokenInstance extends TokenData {
  /** Steps that the token may make. */
  readonly steps: number;
}

/** The result of the token. */
export interface TokenSolution {
  /** θ, the last iterate. */
  readonly x: Float64Array;
  /** The mean of all iterates. */
  readonly average: Float64Array;
  /** Visits of each node. */
  readonly visits: Float64Array;
  /** Moves along edges: the messages of a network. */
  readonly messages: number;
}

/** The state after some steps of the token. */
export interface TokenIterate extends Iterate<TokenSolution> {
  /** Steps of all tokens so far. */
  readonly steps: number;
  /** Length of the last change of θ. */
  readonly change: number;
}

/** The gradient of F(·, node) at θ, into `out`. */
export type LocalGradient = (theta: Float64Array, node: number, out: Float64Array) => void;

/** The gradient of an instance's loss at a node. */
export function localGradient({ graph, loss, data, labels, ridge }: TokenInstance): LocalGradient {
  const { rows, cols, values } = data;
  return (theta, node, out) => {
    if (loss === 'mean') {
      const count = Math.ceil((rows - node) / graph.nodes);
      for (let j = 0; j < cols; j++) out[j] = theta[j];
      for (let r = node; r < rows; r += graph.nodes) {
        for (let j = 0; j < cols; j++) out[j] -= values[r * cols + j] / count;
      }
      return;
    }
    for (let j = 0; j < cols; j++) out[j] = ridge * theta[j];
    const count = Math.ceil((rows - node) / graph.nodes);
    for (let r = node; r < rows; r += graph.nodes) {
      let margin = 0;
      for (let j = 0; j < cols; j++) margin += values[r * cols + j] * theta[j];
      const pull = labels[r] / (count * (1 + Math.exp(labels[r] * margin)));
      for (let j = 0; j < cols; j++) out[j] -= pull * values[r * cols + j];
    }
  };
}

/** Σ μ_i ∇F(θ, i). */
export function meanGradient(instance: TokenInstance, theta: Float64Array): Float64Array {
  const gradient = localGradient(instance);
  const own = new Float64Array(theta.length);
  const sum = new Float64Array(theta.length);
  for (let i = 0; i < instance.graph.nodes; i++) {
    gradient(theta, i, own);
    for (let j = 0; j < own.length; j++) sum[j] += instance.target[i] * own[j];
  }
  return sum;
}

/** The length of the mean gradient over the μ-mean length of the nodes' gradients at zero, which does not vanish by cancelling. */
export function relativeResidual(instance: TokenInstance, theta: Float64Array): number {
  const gradient = localGradient(instance);
  const own = new Float64Array(theta.length);
  const zero = new Float64Array(theta.length);
  let scale = 0;
  for (let i = 0; i < instance.graph.nodes; i++) {
    gradient(zero, i, own);
    scale += instance.target[i] * lengthOf(own);
  }
  const residual = lengthOf(meanGradient(instance, theta));
  // All gradients are zero at zero: so is the answer.
  if (scale === 0) return residual;
  return residual / scale;
}

/** The Euclidean length, without over- or underflow. */
function lengthOf(x: Float64Array): number {
  const most = x.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  if (!(most > 0 && most < Infinity)) return most;
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += (x[j] / most) ** 2;
  return most * Math.sqrt(sum);
}

const minimizers = new WeakMap<TokenInstance, Float64Array>();

/** θ*, by the closed form or by Newton's method with the whole gradient; cached. */
export function tokenMinimizer(instance: TokenInstance): Float64Array {
  const known = minimizers.get(instance);
  if (known) return known;
  const size = instance.data.cols;
  let theta = new Float64Array(size);
  if (instance.loss === 'mean') theta = meanGradient(instance, theta).map((entry) => -entry) as typeof theta;
  else {
    for (let round = 0; round < 60; round++) {
      const gradient = meanGradient(instance, theta);
      if (!(lengthOf(gradient) > 1e-13)) break;
      if (!solveSmall(logisticHessian(instance, theta), size, gradient)) break;
      for (let j = 0; j < size; j++) theta[j] -= gradient[j];
    }
  }
  minimizers.set(instance, theta);
  return theta;
}

function logisticHessian({ graph, target, data, ridge }: TokenInstance, theta: Float64Array): Float64Array {
  const { rows, cols, values } = data;
  const hessian = new Float64Array(cols * cols);
  for (let r = 0; r < rows; r++) {
    const node = r % graph.nodes;
    let margin = 0;
    for (let j = 0; j < cols; j++) margin += values[r * cols + j] * theta[j];
    const chance = 1 / (1 + Math.exp(-margin));
    const weight = (target[node] * chance * (1 - chance)) / Math.ceil((rows - node) / graph.nodes);
    for (let i = 0; i < cols; i++) {
      for (let j = 0; j < cols; j++) hessian[i * cols + j] += weight * values[r * cols + i] * values[r * cols + j];
    }
  }
  for (let j = 0; j < cols; j++) hessian[j * cols + j] += ridge;
  return hessian;
}

/** Checks an instance; errors name the field. */
function validate(instance: TokenInstance): void {
  const { graph, target, loss, data, labels, ridge, steps } = instance;
  checkConnected(graph);
  asPositive(target, 'target', graph.nodes);
  const total = target.reduce((a, b) => a + b, 0);
  if (!(Math.abs(total - 1) <= 1e-9)) throw fault(`sums to ${total}, not to 1`, 'target', 'mass');
  if (loss !== 'mean' && loss !== 'logistic') throw fault("expected 'mean' or 'logistic'", 'loss', 'unknown');
  checkMatrix(data, 'data');
  if (data.rows < graph.nodes) {
    throw fault(`has ${data.rows} rows for ${graph.nodes} nodes: each node needs one`, 'data', 'shape');
  }
  checkNumber(ridge, 'ridge', { min: 0 });
  if (loss === 'logistic') {
    checkVector(labels, 'labels', data.rows);
    const index = labels.findIndex((label) => label !== 1 && label !== -1);
    if (index >= 0) throw fault(`is ${labels[index]} at index ${index}, not -1 or 1`, 'labels', 'out-of-range', index);
    if (!(ridge > 0)) throw fault('must be positive here', 'ridge', 'out-of-range');
  }
  checkInteger(steps, 'steps', { min: 1 });
}

/** An instance of means: node i holds the numbers of row i. */
function meanInstance(graph: Graph, values: Float64Array, steps: number): TokenInstance {
  const { nodes } = graph;
  return {
    graph,
    target: new Float64Array(nodes).fill(1 / nodes),
    loss: 'mean',
    data: { rows: nodes, cols: values.length / nodes, values },
    labels: new Float64Array(0),
    ridge: 0,
    steps,
  };
}

/** The numbers i − (n−1)/2 at the nodes, whose mean is zero. */
function ranks(nodes: number): Float64Array {
  return Float64Array.from({ length: nodes }, (_, i) => i - (nodes - 1) / 2);
}

const steps = { type: 'integer', min: 1, default: 20_000, description: 'Steps of the token' } as const;

/** Optimisation by a walking token. */
export const tokenProblem: Problem<TokenInstance, TokenSolution, TokenIterate> = /* @__PURE__ */ defineProblem<
  TokenInstance,
  TokenSolution,
  string,
  TokenIterate
>({
  id: 'graphs/token-optimization',
  title: 'Optimisation by a walking token',
  statement: `A token walks on a connected graph whose node $i$ holds a function $F(\\cdot, i)$, and updates $\\theta$ with the gradient of the current node. Find
$$\\theta^* = \\arg\\min_\\theta \\sum_i \\mu_i F(\\theta, i)$$
within a number of steps.`,
  families: {
    path: /* @__PURE__ */ defineFamily({
      title: 'Path or star with ranks',
      description: 'Node i has the number i − (n−1)/2; a small graph that mixes slowly.',
      real: false,
      params: {
        n: { type: 'integer', min: 2, max: 10_000, default: 20, description: 'Nodes' },
        shape: {
          type: 'choice',
          choices: ['path', 'star', 'preferential', 'geometric', 'grid'],
          default: 'path',
          description: 'Graph',
        },
        steps,
      },
      suites: {
        quick: [
          { n: 5, steps: 400 },
          { n: 20, shape: 'geometric' },
        ],
        full: [
          { n: 889, shape: 'preferential', steps: 200_000 },
          { n: 10_000, shape: 'grid', steps: 1_000_000 },
        ],
      },
      generate: ({ n, shape, steps }, seed) => {
        const graph = graphOfShape(shape, n, seed);
        return meanInstance(graph, ranks(graph.nodes), steps);
      },
    }),
    karate: /* @__PURE__ */ defineFamily({
      title: 'Karate club',
      description: "The ranks of the members of Zachary's karate club, on its friendships.",
      real: true,
      params: { steps },
      suites: { quick: [{ steps: 400 }, { steps: 20_000 }], full: [{ steps: 100_000 }] },
      generate: ({ steps }) => meanInstance(karateClub(), ranks(34), steps),
    }),
    'breast-cancer': /* @__PURE__ */ defineFamily({
      title: 'Breast cancer on Les Miserables',
      description:
        'Logistic regression with ridge on the 569 biopsies (scaled columns), divided among the 77 characters of Les Miserables, who pass the token to those they meet.',
      real: true,
      params: { ridge: { type: 'number', above: 0, default: 1, description: 'κ' }, steps },
      suites: { quick: [{ steps: 400 }, { steps: 20_000 }], full: [{ steps: 200_000 }] },
      generate: async ({ ridge, steps }) => {
        const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
        const { rows, cols } = loadBreastCancer().features;
        const values = Float64Array.from(loadBreastCancer().features.values);
        for (let j = 0; j < cols; j++) {
          let [sum, squares] = [0, 0];
          for (let i = 0; i < rows; i++) sum += values[i * cols + j];
          for (let i = 0; i < rows; i++) squares += (values[i * cols + j] - sum / rows) ** 2;
          // Rows of length about one.
          const scale = Math.sqrt((squares / rows) * cols);
          for (let i = 0; i < rows; i++) values[i * cols + j] = (values[i * cols + j] - sum / rows) / scale;
        }
        const graph = lesMiserables();
        return {
          graph,
          target: new Float64Array(graph.nodes).fill(1 / graph.nodes),
          loss: 'logistic' as const,
          data: { rows, cols, values },
          labels: Float64Array.from(loadBreastCancer().labels, (label) => (label ? 1 : -1)),
          ridge,
          steps,
        };
      },
    }),
  },
  metrics: {
    distance: {
      title: 'Squared distance',
      description: '|θ − θ*|² over 1 + |θ*|².',
      unit: '',
      direction: 'minimize',
      targets: [1, 0.1, 0.01],
      compute: (instance: TokenInstance, { x }: TokenSolution) => {
        const best = tokenMinimizer(instance);
        const [length, distance] = [lengthOf(best), lengthOf(x.map((entry, j) => entry - best[j]))];
        return (distance / Math.max(1, length)) ** 2;
      },
    },
    residual: {
      title: 'Residual',
      description: 'Norm of the mean gradient, relative to the mean norm of the gradients at zero.',
      unit: '',
      direction: 'minimize',
      compute: (instance: TokenInstance, { x }: TokenSolution) => relativeResidual(instance, x),
    },
    messages: {
      title: 'Messages',
      description: 'Moves along edges.',
      unit: '',
      direction: 'minimize',
      compute: (_: TokenInstance, { messages }: TokenSolution) => messages,
    },
  },
  primaryMetric: 'distance',
  certificates: {
    minimizer: {
      title: 'Distance to the minimizer',
      statement: String.raw`For the data as given in doubles: $\lVert \theta - \theta^*\rVert_2 \le$ *distance*, and the norm of the mean
  gradient over the mean norm of the gradients at zero is *residual*.`,
      about: 'optimum',
      figures: ['distance', 'residual'],
      cost: 'O(nd), intervals',
      always: false,
      prover: async () => ({ certify: () => ({}) }),
      checker: () => import('./token-checker.ts'),
    },
  },
  success: { metric: 'residual', certificate: 'minimizer', bound: (_, { options }) => options['tolerance'] as number },
  instanceFile: {
    description:
      '`edges`: pairs of nodes. `data`: one row per sample, row r at node r modulo the number of nodes. `loss`: `mean` or `logistic`, then with `labels` (−1, 1) and `ridge`. `target`: weights of the nodes, uniform by default. `steps`.',
    example: {
      edges: [
        [0, 1],
        [1, 2],
      ],
      loss: 'mean',
      data: [[1], [2], [6]],
      steps: 1000,
    },
    parse: (json) => {
      const fields = readObject(json, 'instance', ['edges', 'data', 'loss', 'labels', 'ridge', 'target', 'steps']);
      const edges = readMatrix(fields['edges'], 'edges');
      const nodes = 1 + edges.values.reduce((a, b) => Math.max(a, b), 0);
      const graph = graphFromEdges(nodes, edges.values);
      const instance: TokenInstance = {
        graph,
        target:
          fields['target'] === undefined ? new Float64Array(nodes).fill(1 / nodes) : readVector(fields['target'], 'target'),
        loss: fields['loss'] as 'mean',
        data: readMatrix(fields['data'], 'data'),
        labels: fields['labels'] === undefined ? new Float64Array(0) : readVector(fields['labels'], 'labels'),
        ridge: (fields['ridge'] ?? 0) as number,
        steps: fields['steps'] as number,
      };
      validate(instance);
      return instance;
    },
  },
  validate,
  badInstances: () => {
    const good = meanInstance(pathGraph(3), ranks(3), 10);
    const bad = (fault: string, argument: string, change: object) => ({ fault, argument, instance: { ...good, ...change } });
    return [
      bad('a graph in two parts', 'graph', { graph: graphFromEdges(3, [[0, 1]]) }),
      bad('a target of zero', 'target', { target: Float64Array.of(0.5, 0.5, 0) }),
      bad('a target of another sum', 'target', { target: Float64Array.of(1, 1, 1) }),
      bad('an unknown loss', 'loss', { loss: 'hinge' as 'mean' }),
      bad('NaN in the data', 'data', { data: { rows: 3, cols: 1, values: Float64Array.of(1, Number.NaN, 2) } }),
      bad('too few rows', 'data', { data: { rows: 2, cols: 1, values: Float64Array.of(1, 2) } }),
      bad('a label of zero', 'labels', { loss: 'logistic', ridge: 1, labels: Float64Array.of(1, 0, 1) }),
      bad('logistic regression without ridge', 'ridge', { loss: 'logistic', labels: Float64Array.of(1, 1, 1) }),
      bad('no steps', 'steps', { steps: 0 }),
    ];
  },
  hardInstances: () => [
    {
      hardness: 'huge numbers',
      instance: meanInstance(
        pathGraph(4),
        ranks(4).map((x) => x * 1e150),
        300,
      ),
    },
    {
      hardness: 'tiny numbers',
      instance: meanInstance(
        pathGraph(4),
        ranks(4).map((x) => x * 1e-150),
        300,
      ),
    },
    {
      hardness: 'denormal numbers',
      instance: meanInstance(
        pathGraph(4),
        ranks(4).map((x) => x * 1e-320),
        300,
      ),
    },
    { hardness: 'nothing but zeros', instance: meanInstance(starGraph(3), new Float64Array(4), 300) },
    { hardness: 'equal numbers', instance: meanInstance(starGraph(3), new Float64Array(4).fill(7), 300) },
    { hardness: 'a single node', instance: meanInstance(graphFromEdges(1, []), Float64Array.of(3), 300) },
    { hardness: 'two nodes, a periodic chain', instance: meanInstance(pathGraph(2), Float64Array.of(1, 5), 300) },
    {
      hardness: 'a node with a tiny weight',
      instance: { ...meanInstance(pathGraph(3), ranks(3), 300), target: Float64Array.of(0.5, 1e-200, 0.5) },
    },
    {
      hardness: 'gradients that overflow',
      instance: {
        ...meanInstance(pathGraph(3), Float64Array.of(1e200, -1e200, 1e200), 300),
        loss: 'logistic' as const,
        ridge: 1e-3,
        labels: Float64Array.of(1, 1, -1),
      },
    },
  ],
});
