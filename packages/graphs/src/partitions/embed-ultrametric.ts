// Embedding of an ultrametric into a space of fixed dimension, by boxes with slack: subtrees get boxes so large that their
// points are far enough from those of others.
//
// Fat polygonal partitions with applications to visualization and embeddings (2010), arXiv 1009.1866; reconstructed.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { converged, defineSolver, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { symmetricEigen } from '@infimum/linalg';
import { childrenOf } from './hierarchy.ts';
import { fatPartitionsPaper } from './papers.ts';
import { slackSegment } from './slack-partition.ts';
import type {
  EmbeddingIterate,
  UltrametricEmbedding,
  UltrametricInstance,
  UltrametricInstanceLike,
} from './ultrametric-problem.ts';
import {
  asUltrametric,
  distancesOf,
  leavesOf,
  stretchOf,
  ultrametricProblem,
  withoutContraction,
} from './ultrametric-problem.ts';

const embedUltrametricOptions = {
  slack: {
    type: 'number',
    was: 'epsilon',
    above: 0,
    max: 1 / 3,
    description: 'Slack of the boxes; by default the best of 1/3, 1/5, 1/10 and 1/(1 + log of the spread)',
  },
} as const satisfies OptionSpecs;

/** Options of `embedUltrametric`. */
export type EmbedUltrametricOptions = OptionsOf<typeof embedUltrametricOptions> & LimitOptions<EmbeddingIterate>;

/** An embedding, judged. */
export interface EmbeddedUltrametric extends UltrametricEmbedding {
  /** Largest ratio of a distance to its label. */
  readonly expansion: number;
  /** Largest ratio of a label to its distance. */
  readonly contraction: number;
  /** Their product. */
  readonly distortion: number;
  /** A lower bound of the distortion of every embedding, by volumes. */
  readonly lowerBound: number;
}

/**
 * Places the leaves of a tree of labels in R^d so that no distance shrinks, and the largest stretch is near the best: within
 * a polylogarithm of the spread of the best possible. An iteration is one cube that was tried. Time O(n log n) each, and
 * O(n²) for the distortion at the end.
 *
 * @throws {InvalidInputError} for a tree, labels or options at fault
 *
 * Source: Fat polygonal partitions with applications to visualization and embeddings, arXiv 1009.1866.
 *
 * @example
 * ```ts
 * import { embedUltrametric } from '@infimum/graphs';
 *
 * // Four points at distance 1 from each other: a square is the best in the plane.
 * const star = { parents: Int32Array.of(-1, 0, 0, 0, 0), labels: Float64Array.of(1, 0, 0, 0, 0), dimension: 2 };
 * console.log(embedUltrametric(star).distortion.toFixed(4)); // 1.4142
 * ```
 */
export function embedUltrametric(
  instance: UltrametricInstanceLike,
  options: EmbedUltrametricOptions = {},
): Outcome<EmbeddedUltrametric, EmbeddingIterate> {
  const checked = asUltrametric(instance);
  const outcome = runWith(embedUltrametricOptions, options, embedUltrametricSteps(checked, options));
  const { expansion, contraction } = stretchOf(checked, outcome.points);
  return { ...outcome, expansion, contraction, distortion: expansion * contraction, lowerBound: distortionBound(checked) };
}

/** Bisections of the cube's volume. */
const BISECTIONS = 40;

/** The steps of `embedUltrametric`. */
export function* embedUltrametricSteps(
  instance: UltrametricInstance,
  options: EmbedUltrametricOptions = {},
): Steps<UltrametricEmbedding, EmbeddingIterate> {
  const { slack } = resolveOptions(embedUltrametricOptions, options);
  asUltrametric(instance);
  const { parents, dimension } = instance;
  const scale = instance.labels[0] || 1;
  const labels = instance.labels.map((label) => label / scale);
  const tree = { ...childrenOf(parents), labels, volumes: volumesOf(parents, labels, dimension), dimension };
  const leaves = leavesOf(parents);
  let best: Float64Array | undefined;
  let bestStretch = Infinity;
  let iteration = 0;
  let side = 0;
  const fallback = () => {
    const line = new Float64Array(leaves.length * dimension);
    for (let i = 0; i < leaves.length; i++) line[i * dimension] = i * scale;
    return line;
  };
  const solution = () => ({ points: best ? best.map((x) => x * scale) : fallback() });
  const news = () => ({ iteration: iteration++, side: side * scale, solution });
  yield news();
  const positive = labels.filter((label) => label > 0);
  const spread = positive.reduce((a, b) => Math.max(a, b), 0) / positive.reduce((a, b) => Math.min(a, b), Infinity);
  const slacks =
    slack === undefined ? [1 / 3, 1 / 5, 1 / 10, Math.min(1 / 3, 1 / (1 + Math.log2(Math.max(1, spread) || 1)))] : [slack];
  for (const slack of new Set(slacks)) {
    let [low, high] = [0, 1];
    let placed = place(tree, leaves, slack, high);
    for (let round = 0; !placed && round < 200; round++) {
      [low, high] = [high, 2 * high];
      placed = place(tree, leaves, slack, high);
      side = (high * tree.volumes[0]) ** (1 / dimension);
      yield news();
    }
    if (!placed) continue;
    for (let round = 0; round < BISECTIONS && high - low > 1e-12 * high; round++) {
      const middle = (low + high) / 2;
      const trial = place(tree, leaves, slack, middle);
      if (trial) [placed, high] = [trial, middle];
      else low = middle;
      side = (high * tree.volumes[0]) ** (1 / dimension);
      if (round % 8 === 7) yield news();
    }
    const { expansion, contraction } = stretchOf({ parents, labels, dimension }, placed);
    if (!best || expansion * contraction < bestStretch) [best, bestStretch] = [placed, expansion * contraction];
    yield news();
  }
  const found = solution();
  const { contraction } = stretchOf(instance, found.points);
  return contraction <= 1 + 1e-9
    ? converged(found, `no distance shrinks, and the largest stretch is ${bestStretch.toPrecision(4)}`)
    : stalled(found, `distances shrink by ${contraction.toPrecision(4)}: labels are too far apart for floating-point numbers`);
}

/** The tree with what its nodes need. */
interface VolumeTree {
  readonly begins: Int32Array;
  readonly children: Int32Array;
  readonly labels: Float64Array;
  /** W: volume of the inner box of each node. */
  readonly volumes: Float64Array;
  readonly dimension: number;
}

/** W(v) = Σ O(u), O(u) = (W(u)^(1/d) + l(v) − l(u))^d. */
function volumesOf(parents: Int32Array, labels: Float64Array, dimension: number): Float64Array {
  const volumes = new Float64Array(parents.length);
  for (let node = parents.length - 1; node > 0; node--) {
    const parent = parents[node];
    volumes[parent] += (volumes[node] ** (1 / dimension) + labels[parent] - labels[node]) ** dimension;
  }
  return volumes;
}

/** Places all leaves in a cube of volume S·W(root); nothing where a box turns out too narrow. */
function place(
  { begins, children, labels, volumes, dimension }: VolumeTree,
  leaves: Int32Array,
  epsilon: number,
  factor: number,
): Float64Array | undefined {
  const places = new Int32Array(labels.length).fill(-1);
  leaves.forEach((leaf, i) => {
    places[leaf] = i;
  });
  const points = new Float64Array(leaves.length * dimension);
  const outer = new Float64Array(labels.length);
  const side = (factor * volumes[0]) ** (1 / dimension);
  const stack = [{ node: 0, low: new Float64Array(dimension), high: new Float64Array(dimension).fill(side) }];
  let isFeasible = true;
  while (stack.length > 0 && isFeasible) {
    const { node, low, high } = stack.pop() as (typeof stack)[number];
    const list = children.subarray(begins[node], begins[node + 1]);
    if (list.length === 0) {
      for (let k = 0; k < dimension; k++) points[places[node] * dimension + k] = (low[k] + high[k]) / 2;
      continue;
    }
    for (const child of list) outer[child] = (volumes[child] ** (1 / dimension) + labels[node] - labels[child]) ** dimension;
    slackSegment(list, outer, low, high, epsilon, (child, from, to) => {
      const margin = (labels[node] - labels[child]) / 2;
      const inside = from.map((x) => x + margin);
      const outside = to.map((x) => x - margin);
      for (let k = 0; k < dimension; k++) if (!(outside[k] - inside[k] >= -1e-13 * side)) isFeasible = false;
      if (!isFeasible) return;
      if (begins[child] < begins[child + 1]) capSides(inside, outside, factor * volumes[child]);
      stack.push({ node: child, low: inside, high: outside });
    });
  }
  return isFeasible ? points : undefined;
}

/** Shortens the longest sides of a box, about its centre, until it has a volume; without it clusters become needles. */
function capSides(low: Float64Array, high: Float64Array, volume: number): void {
  const sides = low.map((from, k) => Math.max(0, high[k] - from));
  const volumeAt = (cap: number) => sides.reduce((product, side) => product * Math.min(side, cap), 1);
  let top = sides.reduce((a, b) => Math.max(a, b), 0);
  if (!(volumeAt(top) > volume)) return;
  let bottom = 0;
  for (let round = 0; round < 60; round++) {
    const cap = (bottom + top) / 2;
    if (volumeAt(cap) > volume) top = cap;
    else bottom = cap;
  }
  for (let k = 0; k < low.length; k++) {
    const [center, half] = [(low[k] + high[k]) / 2, Math.min(sides[k], top) / 2];
    [low[k], high[k]] = [center - half, center + half];
  }
}

/**
 * A lower bound of the distortion of every embedding: balls of half the labels about the points are disjoint, and by the inequalities
 * of Brunn and Minkowski and of the isodiametric problem the points of a node need a diameter.
 */
export function distortionBound(instance: UltrametricInstanceLike): number {
  const { parents, labels, dimension } = asUltrametric(instance);
  const scale = labels[0] || 1;
  const ball = ballVolume(dimension);
  const areas = new Float64Array(parents.length);
  const { begins } = childrenOf(parents);
  let bound = 1;
  for (let node = parents.length - 1; node >= 0; node--) {
    const own = labels[node] / scale;
    if (begins[node] < begins[node + 1]) bound = Math.max(bound, (2 * (areas[node] / ball) ** (1 / dimension)) / own - 1);
    if (node === 0) break;
    areas[parents[node]] +=
      (areas[node] ** (1 / dimension) + (ball ** (1 / dimension) * (labels[parents[node]] / scale - own)) / 2) ** dimension;
  }
  return bound;
}

/** Volume of the unit ball: V_d = V_{d−2} 2π/d. */
function ballVolume(dimension: number): number {
  return dimension === 0 ? 1 : dimension === 1 ? 2 : (ballVolume(dimension - 2) * 2 * Math.PI) / dimension;
}

const embedUltrametricSolver = /* @__PURE__ */ defineSolver({
  id: 'graphs/ultrametric-boxes',
  title: 'Ultrametric by boxes',
  summary: 'Boxes with slack for all subtrees, each large enough to keep its points apart from all others.',
  problem: ultrametricProblem,
  role: 'paper',
  paper: fatPartitionsPaper,
  cost: 'O(n \\log n) \\text{ per cube tried}',
  options: embedUltrametricOptions,
  steps: (instance, options) => embedUltrametricSteps(instance, options),
});

function* atOnce(instance: UltrametricInstance, start: () => Float64Array): Steps<UltrametricEmbedding, EmbeddingIterate> {
  const first = new Float64Array(leavesOf(instance.parents).length * instance.dimension);
  const line = first.map((_, at) =>
    at % instance.dimension === 0 ? (at / instance.dimension) * (instance.labels[0] || 1) : 0,
  );
  yield { iteration: 0, side: 0, solution: () => ({ points: line.slice() }) };
  const points = withoutContraction(instance, start());
  yield { iteration: 1, side: 0, solution: () => ({ points: points.slice() }) };
  const { contraction } = stretchOf(instance, points);
  return contraction <= 1 + 1e-9
    ? converged({ points }, 'no distance shrinks')
    : stalled({ points }, `distances shrink by ${contraction.toPrecision(4)}: points coincide, or labels are too far apart`);
}

const lineEmbedding = /* @__PURE__ */ defineSolver({
  id: 'graphs/ultrametric-line',
  title: 'On a line',
  summary: 'The leaves in order on a line, each at the required distance from the one before.',
  problem: ultrametricProblem,
  role: 'baseline',
  paper: { title: 'Approximation algorithms for embedding general metrics into trees', year: 2007 },
  cost: 'O(n^2)',
  options: {},
  steps: (instance) =>
    atOnce(instance, () => {
      const { parents, labels, dimension } = instance;
      const leaves = leavesOf(parents);
      const points = new Float64Array(leaves.length * dimension);
      for (let i = 1; i < leaves.length; i++) {
        const seen = new Set<number>();
        for (let node = leaves[i]; node >= 0; node = parents[node]) seen.add(node);
        let common = leaves[i - 1];
        while (!seen.has(common)) common = parents[common];
        points[i * dimension] = points[(i - 1) * dimension] + labels[common];
      }
      return points;
    }),
});

const scalingEmbedding = /* @__PURE__ */ defineSolver({
  id: 'graphs/classical-scaling',
  title: 'Classical scaling',
  summary: 'The leading eigenvectors of the doubly centred squared distances, scaled so that no distance shrinks.',
  problem: ultrametricProblem,
  role: 'baseline',
  paper: { title: 'Multidimensional scaling: I. Theory and method', year: 1952 },
  cost: 'O(n^3)',
  options: {},
  declines: ({ parents }) =>
    leavesOf(parents).length > 600 ? 'its eigenvectors would take too long for more than 600 points' : undefined,
  steps: (instance) =>
    atOnce(instance, () => {
      const size = leavesOf(instance.parents).length;
      const { dimension } = instance;
      const scale = instance.labels[0] || 1;
      const distances = distancesOf(instance);
      const squares = new Float64Array(size * size);
      let at = 0;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < i; j++) squares[i * size + j] = squares[j * size + i] = (distances[at++] / scale) ** 2;
      }
      const means = Float64Array.from(
        { length: size },
        (_, i) => squares.subarray(i * size, (i + 1) * size).reduce((a, b) => a + b, 0) / size,
      );
      const mean = means.reduce((a, b) => a + b, 0) / size;
      const centered = squares.map((value, k) => -(value - means[Math.floor(k / size)] - means[k % size] + mean) / 2);
      const { values, vectors } = symmetricEigen({ rows: size, cols: size, values: centered });
      const points = new Float64Array(size * dimension);
      for (let k = 0; k < Math.min(dimension, size); k++) {
        const column = size - 1 - k;
        const root = Math.sqrt(Math.max(0, values[column]));
        for (let i = 0; i < size; i++) points[i * dimension + k] = scale * root * vectors.values[i * size + column];
      }
      return points;
    }),
});

const randomOptions = {
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the points' },
} as const satisfies OptionSpecs;

const randomEmbedding = /* @__PURE__ */ defineSolver({
  id: 'graphs/random-placement',
  title: 'At random',
  summary: 'Uniformly random points in a cube, scaled so that no distance shrinks.',
  problem: ultrametricProblem,
  role: 'baseline',
  paper: { title: 'Folklore', year: 1900 },
  cost: 'O(n^2)',
  options: randomOptions,
  steps: (instance, given) => {
    const { seed } = resolveOptions(randomOptions, given);
    const count = leavesOf(instance.parents).length * instance.dimension;
    return atOnce(
      instance,
      () => new Random(seed).uniforms(new Float64Array(count)).map((x) => x * (instance.labels[0] || 1)) as Float64Array,
    );
  },
});

/** The solvers of `graphs/ultrametric-embedding`. */
export const ultrametricSolvers = [embedUltrametricSolver, lineEmbedding, scalingEmbedding, randomEmbedding];
