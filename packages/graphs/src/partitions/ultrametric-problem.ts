// The registered problem of embedding an ultrametric into a space of low dimension: `graphs/ultrametric-embedding`.
import type { Iterate, Listed, Problem } from '@infimum/core';
import { asVector, checkInteger, checkObject, defineFamily, defineProblem, fault } from '@infimum/core';
import { importData, readObject, readVector } from '@infimum/core/data';
import { mulberry32 } from '@infimum/core/reference-generators';
import { averageLinkage } from './average-linkage.ts';
import { asParents, childrenOf } from './hierarchy.ts';
import type { UltrametricInstance } from './ultrametric.ts';

export type { UltrametricInstance } from './ultrametric.ts';

/** A place for every leaf. */
export interface UltrametricEmbedding {
  /** Coordinates, `dimension` a leaf, leaves in the order of the nodes. */
  readonly points: Float64Array;
}

/** The state of an embedding. */
export interface EmbeddingIterate extends Iterate<UltrametricEmbedding> {
  /** Side of the cube that is filled. */
  readonly side: number;
}

/** Leaves in the order of the nodes. */
export function leavesOf(parents: Int32Array): Int32Array {
  const { begins } = childrenOf(parents);
  return Int32Array.from(parents.keys()).filter((node) => begins[node] === begins[node + 1]);
}

/** Distances of all pairs i > j of leaves, row by row. */
export function distancesOf({ parents, labels }: UltrametricInstance): Float64Array {
  const leaves = leavesOf(parents);
  const distances = new Float64Array((leaves.length * (leaves.length - 1)) / 2);
  const mark = new Int32Array(parents.length).fill(-1);
  let at = 0;
  for (let i = 0; i < leaves.length; i++) {
    for (let node = leaves[i]; node >= 0; node = parents[node]) mark[node] = i;
    for (let j = 0; j < i; j++) {
      let node = leaves[j];
      while (mark[node] !== i) node = parents[node];
      distances[at++] = labels[node];
    }
  }
  return distances;
}

/** How much an embedding stretches and shrinks: the largest and the smallest ratio of distances. */
export function stretchOf(instance: UltrametricInstance, points: Float64Array): { expansion: number; contraction: number } {
  const wanted = distancesOf(instance);
  const { dimension } = instance;
  let [most, least, at] = [0, Infinity, 0];
  for (let i = 0; i * dimension < points.length; i++) {
    for (let j = 0; j < i; j++) {
      const label = wanted[at++];
      let sum = 0;
      for (let k = 0; k < dimension; k++) sum += ((points[i * dimension + k] - points[j * dimension + k]) / label) ** 2;
      const ratio = Math.sqrt(sum);
      most = Math.max(most, ratio);
      least = Math.min(least, ratio);
    }
  }
  if (at === 0) return { expansion: 1, contraction: 1 };
  return { expansion: Math.min(most, Number.MAX_VALUE), contraction: Math.min(1 / least, Number.MAX_VALUE) };
}

/** Points scaled so that no distance shrinks. */
export function withoutContraction(instance: UltrametricInstance, points: Float64Array): Float64Array {
  const { contraction } = stretchOf(instance, points);
  return contraction > 1 && contraction < 1e300 ? points.map((x) => x * contraction) : points;
}

/** A tree of labels in any lists of numbers. */
export type UltrametricInstanceLike = Listed<UltrametricInstance>;

/** A tree of labels in typed arrays, checked. */
export function asUltrametric(instance: UltrametricInstanceLike): UltrametricInstance {
  checkObject(instance, 'instance');
  const { dimension } = instance;
  const parents = asParents(instance.parents);
  const labels = asVector(instance.labels, 'labels', parents.length);
  checkInteger(dimension, 'dimension', { min: 1, max: 64 });
  const { begins } = childrenOf(parents);
  for (let node = 0; node < parents.length; node++) {
    const isLeaf = begins[node] === begins[node + 1];
    const problem = isLeaf
      ? labels[node] !== 0 && 'is not 0, and the node is a leaf'
      : !(labels[node] > 0)
        ? 'is not positive, and the node is not a leaf'
        : node > 0 && !(labels[node] < labels[parents[node]]) && "is not below its parent's";
    if (problem) throw fault(`${problem}, at index ${node}`, 'labels', 'out-of-range', node);
  }
  return { parents, labels, dimension };
}

/** A star: n points at distance 1. */
export function starUltrametric(n: number, dimension: number, distance = 1): UltrametricInstance {
  const parents = new Int32Array(n + 1);
  parents[0] = -1;
  const labels = new Float64Array(n + 1);
  labels[0] = distance;
  return { parents, labels, dimension };
}

/** A hierarchically separated tree: labels 2^depth … 2, 2 to 4 children, a child is a leaf with probability 0.3. */
export function separatedTree(depth: number, dimension: number, seed: number): UltrametricInstance {
  const random = mulberry32(seed);
  const [parents, labels] = [[-1], [2 ** depth]];
  const stack = [{ node: 0, level: depth }];
  while (stack.length > 0) {
    const { node, level } = stack.pop() as { node: number; level: number };
    const count = 2 + Math.floor(random() * 3);
    for (let k = 0; k < count; k++) {
      const isLeaf = level === 1 || random() < 0.3;
      parents.push(node);
      const child = labels.push(isLeaf ? 0 : 2 ** (level - 1)) - 1;
      if (!isLeaf) stack.push({ node: child, level: level - 1 });
    }
  }
  return { parents: Int32Array.from(parents), labels: Float64Array.from(labels), dimension };
}

const dimension = { type: 'integer', min: 1, max: 16, default: 2, description: 'Dimension of the space' } as const;

/** Embedding of ultrametrics. */
export const ultrametricProblem: Problem<UltrametricInstance, UltrametricEmbedding, EmbeddingIterate> =
  /* @__PURE__ */ defineProblem({
    id: 'graphs/ultrametric-embedding',
    title: 'Embedding of an ultrametric',
    statement: `The leaves of a tree have the label of their lowest common ancestor as distance. Find points $x_i \\in \\mathbb R^d$ for fixed $d$ with the least distortion
$$\\max_{i,j} \\frac{|x_i - x_j|}{\\delta_{ij}} \\cdot \\max_{i,j} \\frac{\\delta_{ij}}{|x_i - x_j|}.$$`,
    families: {
      separated: /* @__PURE__ */ defineFamily({
        title: 'Separated trees',
        description: 'Labels 2^depth … 2, two to four children, a child is a leaf with probability 0.3.',
        real: false,
        params: { depth: { type: 'integer', min: 1, max: 10, default: 4, description: 'Depth' }, dimension },
        suites: {
          quick: [{ depth: 2 }, { depth: 5 }],
          full: [{ depth: 8 }, { depth: 6, dimension: 3 }, { depth: 6, dimension: 1 }],
        },
        generate: ({ depth, dimension: d }, seed) => separatedTree(depth, d, seed),
      }),
      star: /* @__PURE__ */ defineFamily({
        title: 'Stars',
        description: 'n points at distance 1 from each other, which do not fit in the space.',
        real: false,
        params: { n: { type: 'integer', min: 2, max: 2000, default: 100, description: 'Points' }, dimension },
        suites: { quick: [{ n: 9 }, {}], full: [{ n: 1000 }, { n: 400, dimension: 3 }] },
        generate: ({ n, dimension: d }) => starUltrametric(n, d),
      }),
      iris: /* @__PURE__ */ defineFamily({
        title: 'Iris',
        description: 'The 150 irises under average linkage: the height of the join is the distance.',
        real: true,
        params: {
          n: {
            type: 'integer',
            min: 3,
            max: 150,
            default: 150,
            description: 'Number of flowers, evenly spread over the table',
          },
          dimension,
        },
        suites: { quick: [{ n: 12 }, {}], full: [{}, { dimension: 3 }] },
        generate: async ({ n, dimension: d }) => {
          const { loadIris } = await importData(() => import('@infimum/datasets/iris'));
          const { cols, values } = loadIris().features;
          const chosen = Float64Array.from(
            { length: n * cols },
            (_, at) => values[Math.floor((Math.floor(at / cols) * 150) / n) * cols + (at % cols)],
          );
          return averageLinkage({ rows: n, cols, values: chosen }, d);
        },
      }),
    },
    metrics: {
      distortion: {
        title: 'Distortion',
        description: 'Largest stretching times largest shrinking.',
        unit: '',
        direction: 'minimize',
        compute: (instance: UltrametricInstance, { points }: UltrametricEmbedding) => {
          const { expansion, contraction } = stretchOf(instance, points);
          return Math.min(expansion * contraction, Number.MAX_VALUE);
        },
      },
      contraction: {
        title: 'Contraction',
        description: 'Largest shrinking of a distance.',
        unit: '',
        direction: 'minimize',
        compute: (instance: UltrametricInstance, { points }: UltrametricEmbedding) => stretchOf(instance, points).contraction,
      },
    },
    primaryMetric: 'distortion',
    certificates: {
      stretch: {
        title: 'Stretching and shrinking',
        statement:
          'For the given doubles of the labels and points: *contraction* is the largest shrinking of a distance, *distortion* its product with the largest stretching.',
        about: 'answer',
        figures: ['contraction', 'distortion'],
        cost: 'O(n^2)',
        always: false,
        prover: async () => ({ certify: () => ({}) }),
        checker: () => import('./ultrametric-checker.ts'),
      },
    },
    unproved: 'It is not proved that no embedding has less distortion.',
    success: { metric: 'contraction', certificate: 'stretch', bound: () => 1 + 1e-9 },
    instanceFile: {
      description:
        '`parents`: of each node, −1 for the root, parents first. `labels`: 0 at leaves, falling towards them. `dimension`.',
      example: { parents: [-1, 0, 0, 1, 1], labels: [4, 1, 0, 0, 0], dimension: 2 },
      parse: (json) => {
        const fields = readObject(json, 'instance', ['parents', 'labels', 'dimension']);
        const instance = {
          parents: Int32Array.from(readVector(fields['parents'], 'parents')),
          labels: readVector(fields['labels'], 'labels'),
          dimension: (fields['dimension'] ?? 2) as number,
        };
        return asUltrametric(instance);
      },
    },
    validate: (instance) => void asUltrametric(instance),
    badInstances: () => {
      const good = { parents: Int32Array.of(-1, 0, 0, 1, 1), labels: Float64Array.of(4, 1, 0, 0, 0), dimension: 2 };
      const bad = (fault: string, argument: string, change: object) => ({ fault, argument, instance: { ...good, ...change } });
      return [
        bad('a leaf with a label', 'labels', { labels: Float64Array.of(4, 1, 1, 0, 0) }),
        bad('a label that rises', 'labels', { labels: Float64Array.of(4, 5, 0, 0, 0) }),
        bad('a label that is NaN', 'labels', { labels: Float64Array.of(4, Number.NaN, 0, 0, 0) }),
        bad('a parent after its child', 'parents', { parents: Int32Array.of(-1, 2, 0, 1, 1) }),
        bad('no dimension', 'dimension', { dimension: 0 }),
      ];
    },
    hardInstances: () => [
      { hardness: 'huge distances', instance: starUltrametric(4, 2, 1e150) },
      { hardness: 'tiny distances', instance: starUltrametric(4, 2, 1e-150) },
      { hardness: 'denormal distances', instance: starUltrametric(4, 2, 1e-320) },
      { hardness: 'a single point', instance: { parents: Int32Array.of(-1), labels: Float64Array.of(0), dimension: 2 } },
      { hardness: 'two points', instance: starUltrametric(2, 3) },
      {
        hardness: 'scales far apart',
        instance: { parents: Int32Array.of(-1, 0, 0, 1, 1), labels: Float64Array.of(1e12, 1e-12, 0, 0, 0), dimension: 2 },
      },
      {
        hardness: 'labels that hardly decrease',
        instance: { parents: Int32Array.of(-1, 0, 0, 1, 1), labels: Float64Array.of(1, 1 - 1e-15, 0, 0, 0), dimension: 2 },
      },
    ],
  });
