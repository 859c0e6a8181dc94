// The registered problem of dividing a polygon among the nodes of a tree: `graphs/tree-partition`.
import type { Iterate, Problem } from '@infimum/core';
import { defineFamily, defineProblem } from '@infimum/core';
import { importData, readObject, readVector } from '@infimum/core/data';
import { mulberry32 } from '@infimum/core/reference-generators';
import { flareNodes } from '../fixtures/flare.ts';
import type { Hierarchy } from './hierarchy.ts';
import { asHierarchy, sumsOf } from './hierarchy.ts';
import type { TreePartition } from './polygonal-partition.ts';
import { checkRegion, measurePartition } from './polygonal-partition.ts';

/** A tree with weights at its leaves, and the polygon that is divided. */
export interface TreePartitionInstance extends Hierarchy {
  /** Vertices of a convex polygon, x and y in turn. */
  readonly region: Float64Array;
}

/** The state of a partition. */
export type TreePartitionIterate = Iterate<TreePartition>;

/** The unit square. */
const UNIT_SQUARE = [0, 0, 1, 0, 1, 1, 0, 1];

const measured = new WeakMap<TreePartition, ReturnType<typeof measurePartition>>();

function measure(instance: TreePartitionInstance, solution: TreePartition) {
  const known = measured.get(solution);
  if (known) return known;
  const result = measurePartition(sumsOf(instance), solution);
  measured.set(solution, result);
  return result;
}

/** Weights of a leaf. */
const WEIGHTS: Readonly<Record<string, (random: () => number) => number>> = {
  uniform: (random) => 0.1 + random(),
  pareto: (random) => (1 - random()) ** (-1 / 0.9),
  exp2: (random) => 2 ** (-20 * random()),
  exp10: (random) => 2 ** (-10 * random()),
  exp40: (random) => 2 ** (-40 * random()),
};

/** A random tree: each inner node has 2 … fan children, a child is a leaf with probability 0.3 or at the depth. */
export function randomTree(depth: number, fan: number, kind: string, seed: number): Hierarchy {
  const random = mulberry32(seed);
  const parents: number[] = [];
  const weights: number[] = [];
  const add = (parent: number, level: number): void => {
    parents.push(parent);
    const node = weights.push(0) - 1;
    if (level === 0) {
      weights[node] = WEIGHTS[kind](random);
      return;
    }
    const count = 2 + Math.floor(random() * (fan - 1));
    for (let k = 0; k < count; k++) add(node, random() < 0.3 ? 0 : level - 1);
  };
  add(-1, depth);
  return { parents: Int32Array.from(parents), weights: Float64Array.from(weights) };
}

/** A root with n leaves. */
export function flatTree(n: number, kind: string, seed: number): Hierarchy {
  const random = mulberry32(seed);
  const weights = new Float64Array(n + 1);
  for (let i = 1; i <= n; i++) weights[i] = WEIGHTS[kind](random);
  const parents = new Int32Array(n + 1);
  parents[0] = -1;
  return { parents, weights };
}

/** A path with a leaf at every node, which has a quarter of the weight that is left. */
export function caterpillar(depth: number): Hierarchy {
  const parents = [-1];
  const weights = [0];
  let spine = 0;
  for (let level = 0, rest = 1; level < depth; level++, rest *= 0.75) {
    parents.push(spine, spine);
    weights.push(0.25 * rest, level === depth - 1 ? 0.75 * rest : 0);
    spine = weights.length - 1;
  }
  return { parents: Int32Array.from(parents), weights: Float64Array.from(weights) };
}

/** The classes of the Flare library by package, with their sizes. */
export function flare(): Hierarchy & { readonly names: readonly string[] } {
  const rows = flareNodes.split(',').map((row) => row.split(' '));
  return {
    parents: Int32Array.from(rows, ([, parent]) => (parent === '' ? -1 : Number(parent))),
    weights: Float64Array.from(rows, ([, , size]) => Number(size)),
    names: rows.map(([name]) => name),
  };
}

function inSquare(tree: Hierarchy, region: readonly number[] = UNIT_SQUARE): TreePartitionInstance {
  return { parents: tree.parents, weights: tree.weights, region: Float64Array.from(region) };
}

const weightKind = {
  type: 'choice',
  choices: ['uniform', 'pareto', 'exp2', 'exp10', 'exp40'],
  default: 'exp2',
  description: 'Weights: uniform in [0.1, 1.1], Pareto with exponent 0.9, or 2^(−20R), 2^(−10R), 2^(−40R) for uniform R',
} as const;

/** Division of a polygon among a tree. */
export const treePartitionProblem: Problem<TreePartitionInstance, TreePartition, TreePartitionIterate> =
  /* @__PURE__ */ defineProblem<TreePartitionInstance, TreePartition, string, TreePartitionIterate>({
    id: 'graphs/tree-partition',
    title: 'Partition of a polygon by a tree',
    statement: `Divide a convex polygon $P$ among the nodes of a rooted tree with weights: every node gets a convex region, tiled by those of its children, and
$$\\operatorname{area} R(v) = \\frac{w(v)}{w(\\text{root})} \\operatorname{area} P ,$$
so that no region is a sliver: the largest aspect $\\operatorname{diam}(R)^2 / \\operatorname{area}(R)$ is small.`,
    families: {
      random: /* @__PURE__ */ defineFamily({
        title: 'Random trees',
        description: 'Inner nodes have 2 to fan children; a child is a leaf with probability 0.3, or at the depth.',
        real: false,
        params: {
          depth: { type: 'integer', min: 0, max: 30, default: 6, description: 'Depth' },
          fan: { type: 'integer', min: 2, max: 100, default: 4, description: 'Most children' },
          weights: weightKind,
        },
        suites: {
          quick: [
            { depth: 2, fan: 3 },
            { depth: 6, fan: 4 },
          ],
          full: [
            { depth: 6, fan: 4, weights: 'uniform' },
            { depth: 3, fan: 10, weights: 'pareto' },
            { depth: 10, fan: 3, weights: 'pareto' },
            { depth: 10, fan: 3 },
          ],
        },
        generate: ({ depth, fan, weights }, seed) => inSquare(randomTree(depth, fan, weights, seed)),
      }),
      flat: /* @__PURE__ */ defineFamily({
        title: 'Flat trees and caterpillars',
        description: 'A root with n leaves, or a path with a leaf at each node that has a quarter of the remaining weight.',
        real: false,
        params: {
          n: { type: 'integer', min: 1, max: 1_000_000, default: 1000, description: 'Leaves' },
          weights: weightKind,
          shape: { type: 'choice', choices: ['flat', 'caterpillar'], default: 'flat', description: 'Shape' },
        },
        suites: {
          quick: [{ n: 6 }, { n: 100 }],
          full: [{}, { n: 100_000, weights: 'uniform' }, { n: 128, shape: 'caterpillar' }],
        },
        generate: ({ n, weights, shape }, seed) => inSquare(shape === 'flat' ? flatTree(n, weights, seed) : caterpillar(n)),
      }),
      flare: /* @__PURE__ */ defineFamily({
        title: 'Flare',
        description:
          'The 220 classes of the Flare visualisation library in their packages, by size; or the 569 tumours of the breast-cancer data by area under their diagnosis.',
        real: true,
        params: { data: { type: 'choice', choices: ['flare', 'breast-cancer'], default: 'flare', description: 'Which' } },
        suites: { quick: [{}], full: [{}, { data: 'breast-cancer' }] },
        generate: async ({ data }) => {
          if (data === 'flare') return inSquare(flare());
          const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
          const { features, labels } = loadBreastCancer();
          const parents = Int32Array.from([-1, 0, 0, ...Array.from(labels, (label) => 1 + label)]);
          const areas = Array.from(labels, (_, i) => features.values[i * features.cols + 3]);
          return inSquare({ parents, weights: Float64Array.from([0, 0, 0, ...areas]) });
        },
      }),
    },
    metrics: {
      maxAspect: {
        title: 'Largest aspect',
        description: 'Largest diam²/area of a region; 2 for a square.',
        unit: '',
        direction: 'minimize',
        targets: [100, 21, 10],
        compute: (instance: TreePartitionInstance, solution: TreePartition) => measure(instance, solution).maxAspect,
      },
      meanLeafAspect: {
        title: 'Mean aspect',
        description: 'Mean of diam²/area over the leaves.',
        unit: '',
        direction: 'minimize',
        compute: (instance: TreePartitionInstance, solution: TreePartition) => measure(instance, solution).meanLeafAspect,
      },
      areaError: {
        title: 'Area error',
        description: 'Largest relative error of an area.',
        unit: '',
        direction: 'minimize',
        compute: (instance: TreePartitionInstance, solution: TreePartition) => measure(instance, solution).areaError,
      },
    },
    primaryMetric: 'maxAspect',
    certificates: {
      areas: {
        title: 'Areas',
        statement: `For the given doubles of the weights, local polygons and scales: *areaError* is the largest relative error of the area of
    a region, which is that of its polygon times the square of its scale over the root’s.`,
        about: 'answer',
        figures: ['areaError'],
        cost: 'O(n), intervals',
        always: false,
        prover: async () => ({ certify: () => ({}) }),
        checker: () => import('./tree-partition-checker.ts'),
      },
    },
    unproved: 'It is not proved that regions tile their parents, or that no partition has smaller aspect ratios.',
    success: {
      metric: 'areaError',
      certificate: 'areas',
      bound: (_, { variant, options }) =>
        variant === undefined ? ((options['tolerance'] as number | undefined) ?? 1e-9) : undefined,
    },
    instanceFile: {
      description:
        '`parents`: of each node, −1 for the root, parents first. `weights`: of the leaves, 0 elsewhere. `region`: x and y of the vertices of a convex polygon in turn, the unit square by default.',
      example: { parents: [-1, 0, 0, 1, 1], weights: [0, 0, 5, 1, 2] },
      parse: (json) => {
        const fields = readObject(json, 'instance', ['parents', 'weights', 'region']);
        const instance = {
          parents: Int32Array.from(readVector(fields['parents'], 'parents')),
          weights: readVector(fields['weights'], 'weights'),
          region: fields['region'] === undefined ? Float64Array.from(UNIT_SQUARE) : readVector(fields['region'], 'region'),
        };
        asHierarchy(instance);
        checkRegion(instance.region, 'region');
        return instance;
      },
    },
    validate(instance) {
      asHierarchy(instance);
      checkRegion(instance.region, 'region');
    },
    badInstances: () => {
      const good = inSquare({ parents: Int32Array.of(-1, 0, 0), weights: Float64Array.of(0, 1, 2) });
      const bad = (fault: string, argument: string, change: object) => ({ fault, argument, instance: { ...good, ...change } });
      return [
        bad('a negative weight', 'weights', { weights: Float64Array.of(0, -1, 2) }),
        bad('a weight that is NaN', 'weights', { weights: Float64Array.of(0, Number.NaN, 2) }),
        bad('no weight at all', 'weights', { weights: new Float64Array(3) }),
        bad('a missing weight', 'weights', { weights: Float64Array.of(0, 1) }),
        bad('a parent that comes later', 'parents', { parents: Int32Array.of(-1, 2, 0) }),
        bad('a region that is not convex', 'region', { region: Float64Array.of(0, 0, 4, 0, 1, 1, 0, 4) }),
        bad('a region without area', 'region', { region: Float64Array.of(0, 0, 1, 1, 2, 2) }),
        bad('a star that goes round twice', 'region', {
          region: Float64Array.from({ length: 10 }, (_, i) =>
            (i % 2 === 0 ? Math.cos : Math.sin)((4 * Math.PI * (i >> 1)) / 5),
          ),
        }),
      ];
    },
    hardInstances: () => {
      const flat = (...weights: number[]) =>
        inSquare({ parents: Int32Array.from([-1, ...weights.map(() => 0)]), weights: Float64Array.from([0, ...weights]) });
      const large = UNIT_SQUARE.map((x) => x * 1e150);
      return [
        { hardness: 'huge weights', instance: flat(1e300, 2e300, 1e299, 1e308) },
        { hardness: 'denormal weights', instance: flat(5e-324, 1e-320, 1e-322) },
        { hardness: 'weights far apart', instance: flat(1, 1e-300, 1e-12, 1e150) },
        { hardness: 'weights beyond the range of numbers', instance: flat(1e300, 1e-300, 1) },
        { hardness: 'zeros among the weights', instance: flat(1, 0, 0, 2) },
        { hardness: 'equal weights', instance: flat(...new Array(16).fill(1)) },
        { hardness: 'a single leaf', instance: inSquare({ parents: Int32Array.of(-1), weights: Float64Array.of(3) }) },
        {
          hardness: 'a chain',
          instance: inSquare({
            parents: Int32Array.from({ length: 500 }, (_, i) => i - 1),
            weights: new Float64Array(500).fill(1),
          }),
        },
        { hardness: 'rapidly decreasing weights', instance: inSquare(caterpillar(300)) },
        { hardness: 'a huge region', instance: inSquare(randomTree(2, 3, 'exp2', 1), large) },
        {
          hardness: 'a tiny region',
          instance: inSquare(
            randomTree(2, 3, 'exp2', 1),
            UNIT_SQUARE.map((x) => x * 1e-150),
          ),
        },
        { hardness: 'a thin region', instance: inSquare(randomTree(2, 3, 'exp2', 1), [0, 0, 1, 0, 1, 1e-6, 0, 1e-6]) },
      ];
    },
  });
