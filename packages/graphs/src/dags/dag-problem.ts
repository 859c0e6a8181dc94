// The registered problem of learning a directed acyclic graph from a table: `graphs/dag-learning`.
import type { Problem } from '@infimum/core';
import { checkVector, defineFamily, defineProblem, InvalidInputError, Random } from '@infimum/core';
import { importData, readMatrix, readObject } from '@infimum/core/data';
import { acyclicity } from './acyclicity.ts';
import { cpdagDistance, graphDistance, thresholdToDag, toCpdag, topologicalOrder } from './dag-graph.ts';
import type { DagInstance, DagIterate, DagSolution } from './dag-instance.ts';
import { asTable, choleskyOf, momentsOf, regularized, scoreOf } from './moments.ts';
import { consensusNetwork } from './sachs.ts';

function checkInstance({ data, truth }: DagInstance): void {
  asTable(data, 'data');
  if (truth instanceof Float64Array && truth.length === 0) return;
  checkVector(truth, 'truth', data.cols ** 2);
  if (!topologicalOrder(truth)) throw new InvalidInputError('has a cycle', { argument: 'truth', code: 'unsupported' });
}

/** Random graphs: k d edges of a random order, or each node drawing k earlier ones by their degrees. */
export function randomDag(d: number, k: number, kind: 'erdos-renyi' | 'scale-free', random: Random): Float64Array {
  const order = random.permutation(d);
  const weights = new Float64Array(d * d);
  const weigh = () => (random.uniform() < 0.5 ? -1 : 1) * (0.5 + 1.5 * random.uniform());
  if (kind === 'erdos-renyi') {
    const pairs = (d * (d - 1)) / 2;
    for (const pair of random.sample(pairs, Math.min(k * d, pairs))) {
      // The pair's row: the largest b with b(b−1)/2 ≤ pair.
      let b = Math.floor((1 + Math.sqrt(1 + 8 * pair)) / 2);
      if ((b * (b - 1)) / 2 > pair) b--;
      const a = pair - (b * (b - 1)) / 2;
      weights[order[a] * d + order[b]] = weigh();
    }
    return weights;
  }
  const ends: number[] = [0];
  for (let b = 1; b < d; b++) {
    const parents = new Set<number>();
    while (parents.size < Math.min(k, b)) parents.add(ends[random.integer(ends.length)]);
    for (const a of parents) {
      weights[order[a] * d + order[b]] = weigh();
      ends.push(a, b);
    }
    ends.push(b);
  }
  return weights;
}

/** Noise of a linear model. */
export type Noise = 'normal' | 'exponential' | 'gumbel' | 'unequal';

/** Rows of the linear model of a graph. */
export function sampleLinearModel(
  weights: Float64Array,
  rows: number,
  noise: Noise,
  random: Random,
  standardize = false,
): DagInstance['data'] {
  const d = Math.round(Math.sqrt(weights.length));
  const order = topologicalOrder(weights) as Int32Array;
  const scales = Float64Array.from({ length: d }, () => (noise === 'unequal' ? 0.5 + 1.5 * random.uniform() : 1));
  const values = new Float64Array(rows * d);
  const draw = () => {
    if (noise === 'exponential') return -Math.log1p(-random.uniform());
    if (noise === 'gumbel') return -Math.log(-Math.log(random.uniform() || 0.5));
    return random.normal();
  };
  for (let r = 0; r < rows; r++) {
    for (const j of order) {
      let sum = scales[j] * draw();
      for (let i = 0; i < d; i++) if (weights[i * d + j] !== 0) sum += weights[i * d + j] * values[r * d + i];
      values[r * d + j] = sum;
    }
  }
  if (standardize) {
    for (let j = 0; j < d; j++) {
      let [mean, squares] = [0, 0];
      for (let r = 0; r < rows; r++) mean += values[r * d + j] / rows;
      for (let r = 0; r < rows; r++) squares += (values[r * d + j] - mean) ** 2 / rows;
      for (let r = 0; r < rows; r++) values[r * d + j] = (values[r * d + j] - mean) / Math.sqrt(squares);
    }
  }
  return { rows, cols: d, values };
}

/** The least-squares score of the order of a graph, over that of no edges at all. */
export function refittedScore({ data }: DagInstance, weights: Float64Array): number {
  const moments = regularized(momentsOf(data));
  const { d, covariance } = moments;
  const order = topologicalOrder(thresholdToDag(weights)) as Int32Array;
  const factor = new Float64Array(d * d);
  choleskyOf(covariance, d, order, factor);
  let total = 0;
  for (let j = 0; j < d; j++) total += covariance[j * d + j];
  return total > 0 ? (2 * scoreOf(factor, d)) / total : 1;
}

/** Learning of DAGs. */
export const dagProblem: Problem<DagInstance, DagSolution, DagIterate> = /* @__PURE__ */ defineProblem({
  id: 'graphs/dag-learning',
  title: 'Learning a directed acyclic graph',
  statement: `Given samples of a linear model $x_j = \\sum_i W_{ij} x_i + e_j$ whose graph has no cycle, find $W$:
$$\\min_W \\frac{1}{2n} \\lVert X - XW \\rVert_F^2 \\quad \\text{subject to } W \\text{ being acyclic.}$$`,
  families: {
    linear: /* @__PURE__ */ defineFamily({
      title: 'Linear models',
      description:
        'Random graphs with k edges per node, weights ±U[0.5, 2]; noise of equal or unequal variances; raw or standardised columns.',
      real: false,
      params: {
        d: { type: 'integer', min: 1, max: 500, default: 10, description: 'Variables' },
        k: { type: 'integer', min: 1, max: 20, default: 2, description: 'Edges per variable' },
        n: { type: 'integer', min: 2, max: 1_000_000, default: 1000, description: 'Samples' },
        kind: { type: 'choice', choices: ['erdos-renyi', 'scale-free'], default: 'erdos-renyi', description: 'Graph' },
        noise: {
          type: 'choice',
          choices: ['normal', 'exponential', 'gumbel', 'unequal'],
          default: 'normal',
          description: 'Noise; unequal: normal with variances U[0.5, 2]²',
        },
        standardize: {
          type: 'boolean',
          default: false,
          description: 'Scale all columns to variance 1, which removes the information used by least squares',
        },
      },
      suites: {
        quick: [{ d: 4, k: 1, n: 200 }, { d: 10 }],
        full: [{ d: 20, k: 4 }, { d: 50 }, { d: 100 }, { d: 20, noise: 'unequal' }, { d: 10, standardize: true }],
      },
      generate: ({ d, k, n, kind, noise, standardize }, seed) => {
        const random = new Random(seed);
        const truth = randomDag(d, k, kind as 'erdos-renyi', random);
        return { data: sampleLinearModel(truth, n, noise as Noise, random, standardize), truth };
      },
    }),
    sachs: /* @__PURE__ */ defineFamily({
      title: 'Sachs network, simulated',
      description:
        'Semi-synthetic: 853 rows of a linear model on the 17 consensus edges among 11 proteins (K. Sachs et al. 2005); the measurements themselves may not be redistributed.',
      real: false,
      params: { n: { type: 'integer', min: 2, max: 100_000, default: 853, description: 'Samples' } },
      suites: { quick: [{ n: 100 }], full: [{}] },
      generate: ({ n }, seed) => {
        const random = new Random(seed);
        const truth = consensusNetwork(random);
        return { data: sampleLinearModel(truth, n, 'normal', random), truth };
      },
    }),
    'breast-cancer': /* @__PURE__ */ defineFamily({
      title: 'Breast cancer',
      description: 'The first columns of the 569 biopsies, standardised: real, with no known graph; scores only.',
      real: true,
      params: { d: { type: 'integer', min: 2, max: 30, default: 10, description: 'Columns' } },
      suites: { quick: [{ d: 4 }], full: [{ d: 10 }, { d: 30 }] },
      generate: async ({ d }) => {
        const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
        const { rows, cols, values: all } = loadBreastCancer().features;
        const values = new Float64Array(rows * d);
        for (let j = 0; j < d; j++) {
          let [mean, squares] = [0, 0];
          for (let r = 0; r < rows; r++) mean += all[r * cols + j] / rows;
          for (let r = 0; r < rows; r++) squares += (all[r * cols + j] - mean) ** 2 / rows;
          for (let r = 0; r < rows; r++) values[r * d + j] = (all[r * cols + j] - mean) / Math.sqrt(squares);
        }
        return { data: { rows, cols: d, values }, truth: new Float64Array(0) };
      },
    }),
  },
  metrics: {
    score: {
      title: 'Refitted score',
      description: 'Least squares of the graph’s order, refitted, relative to the empty graph: comparable between methods.',
      unit: '',
      direction: 'minimize',
      compute: (instance: DagInstance, { weights }: DagSolution) => refittedScore(instance, weights),
    },
    shd: {
      title: 'Structural Hamming distance',
      description: 'Missing, extra or reversed edges; 0 if the true graph is unknown.',
      unit: 'edges',
      direction: 'minimize',
      compute: ({ truth }: DagInstance, { weights }: DagSolution) =>
        truth.length > 0 ? graphDistance(truth, thresholdToDag(weights)).shd : 0,
    },
    classDistance: {
      title: 'Distance of the classes',
      description:
        'Pairs whose edge differs between the completed partially directed graphs: reversals that no data can detect do not count.',
      unit: 'pairs',
      direction: 'minimize',
      compute: ({ truth }: DagInstance, { weights }: DagSolution) =>
        truth.length > 0 ? cpdagDistance(toCpdag(truth), toCpdag(thresholdToDag(weights))) : 0,
    },
    cycles: {
      title: 'Cycles',
      description: 'tr exp(W∘W) − d, capped at 10^300: exactly 0 for a graph without cycles.',
      unit: '',
      direction: 'minimize',
      compute: (_: DagInstance, { weights }: DagSolution) =>
        topologicalOrder(weights) ? 0 : Math.min(acyclicity(weights).value || Number.MIN_VALUE, 1e300),
    },
  },
  primaryMetric: 'score',
  success: { metric: 'cycles', certificate: 'acyclic', bound: () => 0 },
  certificates: {
    acyclic: {
      title: 'No cycle',
      statement: String.raw`The graph of the nonzero weights has no cycle: *cycles*, $\operatorname{tr} \exp(W \circ W) - d$, is 0.
That no other graph has a lower score is not claimed.`,
      about: 'answer',
      figures: ['cycles'],
      cost: 'O(d^2)',
      always: true,
      prover: async () => ({
        certify(_, { weights }) {
          const order = topologicalOrder(weights);
          return order ? { order: Array.from(order) } : 'the graph has a cycle';
        },
      }),
      checker: () => import('./dag-checker.ts'),
    },
  },
  instanceFile: {
    description:
      '`data`: one row per sample, one column per variable. `truth`: W of the true model, one row per cause, if it is known.',
    example: {
      data: [
        [1, 2],
        [2, 4.1],
        [0, 0.2],
        [-1, -2.2],
      ],
      truth: [
        [0, 2],
        [0, 0],
      ],
    },
    parse: (json) => {
      const fields = readObject(json, 'instance', ['data', 'truth']);
      const instance = {
        data: readMatrix(fields['data'], 'data'),
        truth: fields['truth'] === undefined ? new Float64Array(0) : readMatrix(fields['truth'], 'truth').values,
      };
      checkInstance(instance);
      return instance;
    },
  },
  validate: checkInstance,
  badInstances: () => {
    const good = { data: { rows: 3, cols: 2, values: Float64Array.of(1, 2, 3, 4, 5, 7) }, truth: new Float64Array(0) };
    const bad = (fault: string, argument: string, change: object) => ({ fault, argument, instance: { ...good, ...change } });
    return [
      bad('NaN in the table', 'data', { data: { rows: 2, cols: 2, values: Float64Array.of(1, Number.NaN, 2, 3) } }),
      bad('one row', 'data', { data: { rows: 1, cols: 2, values: Float64Array.of(1, 2) } }),
      bad('a true graph of another size', 'truth', { truth: new Float64Array(9) }),
      bad('a true graph with a cycle', 'truth', { truth: Float64Array.of(0, 1, 1, 0) }),
    ];
  },
  hardInstances: () => {
    const table = (cols: number, ...values: number[]) => ({
      data: { rows: values.length / cols, cols, values: Float64Array.from(values) },
      truth: new Float64Array(0),
    });
    const plain = [1, 2, 0, 2, 3.5, 1, 0, 0.4, -1, -1, -2.2, 3, 2, 1, 1];
    return [
      { hardness: 'huge numbers', instance: table(3, ...plain.map((x) => x * 1e150)) },
      { hardness: 'tiny numbers', instance: table(3, ...plain.map((x) => x * 1e-150)) },
      { hardness: 'denormal numbers', instance: table(3, ...plain.map((x) => x * 1e-320)) },
      { hardness: 'constant columns', instance: table(3, ...plain.map((x, i) => (i % 3 === 1 ? 5 : x))) },
      { hardness: 'nothing but zeros', instance: table(2, 0, 0, 0, 0, 0, 0) },
      { hardness: 'equal columns', instance: table(2, 1, 1, 2, 2, 4, 4, -3, -3) },
      { hardness: 'fewer rows than columns', instance: table(4, 1, 2, 3, 4, 2, 1, 0, 5) },
      { hardness: 'one column', instance: table(1, 1, 2, 3) },
      {
        hardness: 'columns of very different scale',
        instance: table(3, ...plain.map((x, i) => (i % 3 === 0 ? x * 1e-8 : i % 3 === 1 ? x * 1e8 : x))),
      },
    ];
  },
});
