// The registered problem of averages over the nodes of a graph by walking on it: `graphs/graph-sampling`.
import type { Iterate, Problem } from '@infimum/core';
import { checkInteger, checkVector, defineFamily, defineProblem, fault, Random } from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import type { Graph } from '../graph/graph.ts';
import { checkConnected, graphFromEdges } from '../graph/graph.ts';
import { cycleGraph, graphOfShape, karateClub, lesMiserables, pathGraph, starGraph } from '../graph/sample-graphs.ts';
import { asPositive } from './transitions.ts';

/** A number at every node. */
export interface SamplingInstance {
  /** Connected. */
  readonly graph: Graph;
  /** The numbers whose mean is wanted. */
  readonly values: Float64Array;
  /** The weight of each node, of sum 1. */
  readonly target: Float64Array;
  /** Steps that all walkers may make together. */
  readonly steps: number;
}

/** An average with its error estimate. */
export interface SampledMean {
  /** The estimate of Σ μ_i f(i). */
  readonly mean: number;
  /** Standard error, from the spread of independent walkers; 0 where there is one. */
  readonly standardError: number;
  /** Half of the 95 % interval, by the t distribution. */
  readonly halfWidth: number;
  /** Estimates of the walkers. */
  readonly walkers: Float64Array;
  /** The estimate of μ that the walkers found, of sum 1: their visits, reweighted. */
  readonly visited: Float64Array;
}

/** The state after some steps. */
export interface SamplingIterate extends Iterate<SampledMean> {
  /** Steps of all walkers so far. */
  readonly steps: number;
}

/** Σ μ_i f(i). */
export function trueMean({ values, target }: SamplingInstance): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += target[i] * values[i];
  return mean;
}

function validate({ graph, values, target, steps }: SamplingInstance): void {
  checkConnected(graph);
  checkVector(values, 'values', graph.nodes);
  asPositive(target, 'target', graph.nodes);
  const total = target.reduce((a, b) => a + b, 0);
  if (!(Math.abs(total - 1) <= 1e-9)) throw fault(`sums to ${total}, not to 1`, 'target', 'mass');
  checkInteger(steps, 'steps', { min: 1 });
}

function uniformInstance(graph: Graph, values: Float64Array, steps: number): SamplingInstance {
  return { graph, values, target: new Float64Array(graph.nodes).fill(1 / graph.nodes), steps };
}

function valuesOf(graph: Graph, kind: string | number, seed: number): Float64Array {
  if (kind === 'degree') {
    return Float64Array.from({ length: graph.nodes }, (_, i) => graph.rowPointers[i + 1] - graph.rowPointers[i]);
  }
  return new Random(seed).split(1).normals(new Float64Array(graph.nodes));
}

const steps = { type: 'integer', min: 1, default: 10_000, description: 'Total steps of all walkers' } as const;
const valueKind = {
  type: 'choice',
  choices: ['normal', 'degree'],
  default: 'normal',
  description: 'Averaged quantity: independent normal numbers, or degrees',
} as const;

/** Averages over a graph. */
export const samplingProblem: Problem<SamplingInstance, SampledMean, SamplingIterate> = /* @__PURE__ */ defineProblem({
  id: 'graphs/graph-sampling',
  title: 'Averages over a graph by walking on it',
  statement: `The nodes of a connected graph hold numbers $f(i)$ that are seen only by visiting them. Estimate
$$\\sum_i \\mu_i f(i)$$
within a number of steps along edges, with an error estimate.`,
  families: {
    synthetic: /* @__PURE__ */ defineFamily({
      title: 'Lattices and random graphs',
      description: 'A path, grid, geometric graph or preferential attachment graph.',
      real: false,
      params: {
        n: { type: 'integer', min: 4, max: 100_000, default: 300, description: 'Nodes' },
        shape: {
          type: 'choice',
          choices: ['path', 'grid', 'geometric', 'preferential'],
          default: 'preferential',
          description: 'Graph',
        },
        values: valueKind,
        steps,
      },
      suites: {
        quick: [{ n: 8, shape: 'path', steps: 500 }, { n: 300 }],
        full: [
          { n: 100_000, steps: 1_000_000 },
          { n: 2000, values: 'degree' },
          { n: 900, shape: 'grid', steps: 100_000 },
        ],
      },
      generate: ({ n, shape, values, steps }, seed) => {
        const graph = graphOfShape(shape, n, seed);
        return uniformInstance(graph, valuesOf(graph, values, seed), steps);
      },
    }),
    social: /* @__PURE__ */ defineFamily({
      title: 'Social networks',
      description: "Zachary's karate club, or the characters of Les Miserables.",
      real: true,
      params: {
        network: { type: 'choice', choices: ['karate', 'les-miserables'], default: 'karate', description: 'Which' },
        values: valueKind,
        steps,
      },
      suites: {
        quick: [{ steps: 500 }, { network: 'les-miserables' }],
        full: [{ steps: 100_000 }, { network: 'les-miserables', values: 'degree' }],
      },
      generate: ({ network, values, steps }, seed) => {
        const graph = network === 'karate' ? karateClub() : lesMiserables();
        return uniformInstance(graph, valuesOf(graph, values, seed), steps);
      },
    }),
  },
  metrics: {
    error: {
      title: 'Error',
      description: 'Error of the estimated mean, relative to the standard deviation of the numbers.',
      unit: '',
      direction: 'minimize',
      targets: [0.1, 0.03, 0.01],
      compute: (instance: SamplingInstance, { mean }: SampledMean) => {
        const truth = trueMean(instance);
        const most = instance.values.reduce((a, b) => Math.max(a, Math.abs(b - truth)), 0);
        if (most === 0) return Math.abs(mean - truth) / Math.max(Math.abs(truth), Number.MIN_VALUE);
        let squares = 0;
        for (let i = 0; i < instance.values.length; i++) {
          squares += instance.target[i] * ((instance.values[i] - truth) / most) ** 2;
        }
        return squares === 0 ? Math.abs(mean - truth) / most : Math.abs(mean - truth) / most / Math.sqrt(squares);
      },
    },
    variation: {
      title: 'Total variation',
      description: 'Total variation distance between the reweighted visits and the target.',
      unit: '',
      direction: 'minimize',
      compute: ({ target }: SamplingInstance, { visited }: SampledMean) =>
        target.reduce((sum, mass, i) => sum + Math.abs(visited[i] - mass) / 2, 0),
    },
  },
  primaryMetric: 'error',
  unproved: 'The error of a mean over a random walk is random, so one run proves nothing.',
  instanceFile: {
    description:
      '`edges`: pairs of nodes. `values`: one number per node. `target`: weights of the nodes, uniform by default. `steps`.',
    example: {
      edges: [
        [0, 1],
        [1, 2],
      ],
      values: [1, 2, 6],
      steps: 1000,
    },
    parse: (json) => {
      const fields = readObject(json, 'instance', ['edges', 'values', 'target', 'steps']);
      const values = readVector(fields['values'], 'values');
      const nodes = values.length;
      const graph = graphFromEdges(nodes, readMatrix(fields['edges'], 'edges').values);
      const target =
        fields['target'] === undefined ? new Float64Array(nodes).fill(1 / nodes) : readVector(fields['target'], 'target');
      const instance = { graph, values, target, steps: fields['steps'] as number };
      validate(instance);
      return instance;
    },
  },
  validate,
  badInstances: () => {
    const good = uniformInstance(pathGraph(3), Float64Array.of(1, 2, 3), 10);
    const bad = (fault: string, argument: string, change: object) => ({ fault, argument, instance: { ...good, ...change } });
    return [
      bad('a graph in two parts', 'graph', { graph: graphFromEdges(3, [[0, 1]]) }),
      bad('an infinite value', 'values', { values: Float64Array.of(1, Infinity, 2) }),
      bad('a missing value', 'values', { values: Float64Array.of(1, 2) }),
      bad('a negative target', 'target', { target: Float64Array.of(0.5, 1, -0.5) }),
      bad('a target of another sum', 'target', { target: Float64Array.of(1, 1, 1) }),
      bad('half a step', 'steps', { steps: 0.5 }),
      bad('an edge in one direction only', 'graph.columnIndices', {
        graph: { nodes: 3, rowPointers: Int32Array.of(0, 1, 2, 2), columnIndices: Int32Array.of(1, 2) },
      }),
    ];
  },
  hardInstances: () => [
    { hardness: 'huge values', instance: uniformInstance(pathGraph(4), Float64Array.of(1e150, -1e150, 3e150, 2e150), 200) },
    {
      hardness: 'values near the largest number',
      instance: uniformInstance(pathGraph(3), Float64Array.of(1.5e308, 1.5e308, 1.5e308), 200),
    },
    { hardness: 'denormal values', instance: uniformInstance(pathGraph(4), Float64Array.of(5e-324, 1e-320, 0, 0), 200) },
    { hardness: 'equal values', instance: uniformInstance(starGraph(4), new Float64Array(5).fill(3), 200) },
    { hardness: 'a single node', instance: uniformInstance(graphFromEdges(1, []), Float64Array.of(2), 20) },
    { hardness: 'a periodic cycle', instance: uniformInstance(cycleGraph(4), Float64Array.of(1, 0, 1, 0), 200) },
    {
      hardness: 'a target of very different masses',
      instance: {
        ...uniformInstance(pathGraph(3), Float64Array.of(1, 2, 3), 200),
        target: Float64Array.of(1 - 1e-150, 1e-150, 1e-300),
      },
    },
  ],
});
