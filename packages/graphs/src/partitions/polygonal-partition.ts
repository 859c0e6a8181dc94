// Polygonal treemaps with exact areas and bounded aspect: sibling lists become binary trees of cuts, each of which divides a
// convex polygon by a line.
//
// M. de Berg, K. Onak, A. Sidiropoulos: Fat polygonal partitions with applications to visualization and embeddings (2010),
// arXiv 1009.1866.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { asVector, converged, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { ChosenCut, CutRule } from './cut-rules.ts';
import { canonicalDirection, edgeDirections, greedyCut, widestDirection } from './cut-rules.ts';
import type { CutTree, PartitionState, Split } from './cut-tree.ts';
import { cutTreeOf, LEAF, stateOf } from './cut-tree.ts';
import type { HierarchyLike, HierarchySums } from './hierarchy.ts';
import { asHierarchy, sumsOf } from './hierarchy.ts';
import { areaOf, LEAST_SHARE, Piece, PolygonCutter, squaredDiameter } from './polygon-cutter.ts';

export const polygonalPartitionOptions = {
  rule: {
    type: 'choice',
    choices: ['greedy', 'widest', 'canonical', 'canonical-random', 'random'],
    default: 'greedy',
    description:
      'Rule for the lines: the least aspect ratio of many angles; the middle of the widest gap between edge directions; the first angle of a dyadic grid far enough from all edges, or a random one; random',
  },
  split: {
    type: 'choice',
    choices: ['count', 'size', 'weight'],
    default: 'count',
    description: 'Rule for halving sibling lists: by number or by leaves, which keep the order, or by weight',
  },
  angles: { type: 'integer', min: 2, max: 3600, default: 180, description: 'Angles that the greedy rule tries' },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'Relative error of areas up to which the partition counts as exact',
  },
  region: {
    type: 'value',
    check: checkRegion,
    description: 'Vertices of a convex polygon, x and y in turn; the unit square by default',
  },
  ids: { type: 'value', check: checkIds, description: 'A name for each node, for `state` and `previous`' },
  previous: {
    type: 'value',
    check: checkState,
    description: 'The state of the last layout, whose lines keep their directions',
  },
  maxAspect: {
    type: 'number',
    above: 4,
    description: 'Kept lines that leave a larger aspect ratio are chosen again; none by default',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random rules' },
} as const satisfies OptionSpecs;

function checkIds(value: unknown, argument: string): asserts value is readonly string[] {
  if (Array.isArray(value) && value.every((id) => typeof id === 'string') && new Set(value).size === value.length) return;
  throw fault('expected a list of distinct strings, one per node', argument, 'type');
}

function checkState(value: unknown, argument: string): asserts value is PartitionState {
  if (typeof value === 'object' && value !== null) return;
  throw fault('expected the state of a layout', argument, 'type');
}

/** Checks the vertices of a convex polygon, in either direction. */
export function checkRegion(region: unknown, argument: string): asserts region is VectorLike {
  const value = asVector(region as VectorLike, argument);
  const count = value.length / 2;
  if (!Number.isInteger(count) || count < 3) throw fault('expected x and y of at least three vertices', argument, 'shape');
  const scale = value.reduce((most, entry) => Math.max(most, Math.abs(entry - value[0])), 0) || 1;
  const unit = value.map((entry, i) => (entry - value[i % 2]) / scale);
  const area = areaOf(unit, 0, count);
  if (!(Math.abs(area) > 1e-12)) throw fault('has no area', argument, 'out-of-range');
  const sign = Math.sign(area);
  let turns = 0;
  for (let i = 0; i < count; i++) {
    const [j, k] = [(i + 1) % count, (i + 2) % count];
    const [ax, ay, bx, by] = [
      unit[2 * j] - unit[2 * i],
      unit[2 * j + 1] - unit[2 * i + 1],
      unit[2 * k] - unit[2 * j],
      unit[2 * k + 1] - unit[2 * j + 1],
    ];
    turns += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
    if (sign * (ax * by - ay * bx) < -1e-12) throw fault(`is not convex at vertex ${j}`, argument, 'out-of-range', 2 * j);
  }
  if (Math.abs(Math.abs(turns) - 2 * Math.PI) > 1e-6) throw fault('goes round more than once', argument, 'out-of-range');
}

/** Options of `polygonalPartition`. */
export type PolygonalPartitionOptions = OptionsOf<typeof polygonalPartitionOptions> & LimitOptions<PartitionIterate>;

/** A polygon for every node. */
export interface TreePartition {
  /** Vertices of all polygons, x and y in turn, counterclockwise. */
  readonly vertices: Float64Array;
  /** Where each node's vertices begin, in vertices, not numbers; none for a node without weight. */
  readonly offsets: Int32Array;
  /** The same polygons, each in its own frame, in which small ones keep their digits: vertex = origin + scale × local. */
  readonly local: Float64Array;
  /** Origins of the frames, x and y in turn. */
  readonly origins: Float64Array;
  /** Scales of the frames. */
  readonly scales: Float64Array;
}

/** What `polygonalPartition` yields. */
export interface PolygonalPartition extends TreePartition {
  /** diam²/area of each node's polygon; 0 without one. */
  readonly aspects: Float64Array;
  /** The largest of them. */
  readonly maxAspect: number;
  /** Mean over the leaves. */
  readonly meanLeafAspect: number;
  /** Largest relative error of an area. */
  readonly areaError: number;
  /** Lines drawn. */
  readonly cuts: number;
  /** The lines by id, for `previous`; empty without ids. Plain data, for JSON. */
  readonly state: PartitionState;
}

/** The state after some cuts. */
export interface PartitionIterate extends Iterate<PolygonalPartition> {
  /** Lines drawn so far. */
  readonly cuts: number;
}

/**
 * Divides a convex polygon among the nodes of a tree: every node gets a convex polygon, those of its children tile its own,
 * and all areas are proportional to the weights. With the rules `widest` and `canonical` the aspect diam²/area is bounded by
 * a polynomial of depth + log n whatever the weights; `greedy` is better in practice. Nodes without weight get no polygon.
 *
 * An iteration is 500 lines. If the run is stopped early, the rest is cut by the widest rule. Time O(n k log k) for k edges a polygon,
 * times the number of angles for `greedy`.
 *
 * With `ids` and the `state` of the last layout as `previous`, lines keep their directions and move only as much as the weights require;
 * new children are cut off first, and the space of removed ones is closed.
 *
 * @throws {InvalidInputError} for weights that are negative or all zero, a region that is not convex, options out of range
 *
 * Source: Fat polygonal partitions with applications to visualization and embeddings, arXiv 1009.1866.
 *
 * @example
 * ```ts
 * import { polygonalPartition } from '@infimum/graphs';
 *
 * // A root with two leaves, one a million times the other: no sliver.
 * const tree = { parents: Int32Array.of(-1, 0, 0), weights: Float64Array.of(0, 1 - 1e-6, 1e-6) };
 * const { aspects, areaError } = polygonalPartition(tree, { rule: 'widest' });
 * console.log(aspects[2].toFixed(3), areaError < 1e-9); // 4.000 true
 * ```
 */
export function polygonalPartition(
  tree: HierarchyLike,
  options: PolygonalPartitionOptions = {},
): Outcome<PolygonalPartition, PartitionIterate> {
  return runWith(polygonalPartitionOptions, options, polygonalPartitionSteps(tree, options));
}

/** Lines between two yields. */
const BLOCK = 500;
/** Greedy lines are more expensive. */
const GREEDY_BLOCK = 100;

/** The steps of `polygonalPartition`. */
export function* polygonalPartitionSteps(
  given: HierarchyLike,
  options: PolygonalPartitionOptions = {},
): Steps<PolygonalPartition, PartitionIterate> {
  const { rule, split, angles, tolerance, region, ids, previous, maxAspect, seed } = resolveOptions(
    polygonalPartitionOptions,
    options,
  );
  const tree = asHierarchy(given);
  if (ids && ids.length !== tree.parents.length) {
    throw fault(`expected ${tree.parents.length} names, got ${ids.length}`, 'ids', 'shape');
  }
  const sums = sumsOf(tree);
  const cuts = cutTreeOf(sums, split as Split, ids, previous);
  const random = new Random(seed);
  const layout = new Layout(sums, cuts, asVector(region ?? [0, 0, 1, 0, 1, 1, 0, 1], 'region'));
  const choose = (cutter: PolygonCutter, cut: number) =>
    chooseCut(cutter, cuts.shares[cut], cuts.rests[cut], rule as CutRule, angles, random);
  const solution = () => {
    const rest = layout.fork();
    while (rest.step((cutter) => ({ theta: widestDirection(edgeDirections(cutter)), isFirstBelow: true })));
    return rest.finish(ids);
  };
  let iteration = 0;
  yield { iteration, cuts: 0, solution };
  const block = rule === 'greedy' ? GREEDY_BLOCK : BLOCK;
  while (layout.step(choose, maxAspect)) {
    if (layout.cuts % block !== 0 || layout.cuts === layout.announced) continue;
    layout.announced = layout.cuts;
    yield { iteration: ++iteration, cuts: layout.cuts, solution };
  }
  const result = layout.finish(ids);
  return result.areaError <= tolerance
    ? converged(result, `all areas are right up to ${result.areaError.toExponential(1)}`)
    : stalled(
        result,
        `areas are wrong by up to ${result.areaError.toExponential(1)}: the range of weights is too large for floating-point numbers`,
      );
}

/** A line by a rule. */
function chooseCut(
  cutter: PolygonCutter,
  share: number,
  rest: number,
  rule: CutRule,
  angles: number,
  random: Random,
): ChosenCut {
  switch (rule) {
    case 'greedy':
      return greedyCut(cutter, share, rest, angles);
    case 'widest':
      return { theta: widestDirection(edgeDirections(cutter)), isFirstBelow: true };
    case 'canonical':
      return { theta: canonicalDirection(edgeDirections(cutter)), isFirstBelow: true };
    case 'canonical-random':
      return { theta: canonicalDirection(edgeDirections(cutter), random), isFirstBelow: true };
    case 'random':
      return { theta: Math.PI * random.uniform(), isFirstBelow: true };
  }
}

/** A layout task: a node, or a cut, and its polygon in the pool. */
interface Task {
  readonly part: number;
  readonly from: number;
  readonly count: number;
  readonly originX: number;
  readonly originY: number;
  readonly scale: number;
}

/** A layout under way: tasks on a stack, polygons in a pool. */
class Layout {
  cuts = 0;
  announced = 0;
  readonly #sums: HierarchySums;
  readonly #tree: CutTree;
  #pool = new Float64Array(1024);
  #used = 0;
  readonly #stack: Task[] = [];
  readonly #regions: (Task | undefined)[];
  readonly #cutter = new PolygonCutter();
  readonly #below = new Piece();
  readonly #above = new Piece();

  constructor(sums: HierarchySums, tree: CutTree, region: Float64Array | undefined) {
    this.#sums = sums;
    this.#tree = tree;
    this.#regions = new Array(sums.begins.length - 1);
    if (!region) return;
    const piece = new Piece();
    piece.originX = region[0];
    piece.originY = region[1];
    const scale = region.reduce((most, entry, i) => Math.max(most, Math.abs(entry - region[i % 2])), 0);
    const unit = region.map((entry, i) => (entry - region[i % 2]) / scale);
    const count = region.length / 2;
    const isClockwise = areaOf(unit, 0, count) < 0;
    for (let i = 0; i < count; i++) {
      const at = isClockwise ? count - 1 - i : i;
      piece.add(unit[2 * at], unit[2 * at + 1]);
    }
    piece.finish();
    this.#push(-1, piece, { part: -1, from: 0, count: 0, originX: 0, originY: 0, scale: 1 }, scale);
  }

  /** A copy of the state. */
  fork(): Layout {
    const { thetas, isFirstBelow } = this.#tree;
    const tree = { ...this.#tree, thetas: thetas.slice(), isFirstBelow: isFirstBelow.slice() };
    const copy = new Layout(this.#sums, tree, undefined);
    copy.#pool = this.#pool.slice();
    copy.#used = this.#used;
    copy.#stack.push(...this.#stack);
    this.#regions.forEach((task, i) => {
      copy.#regions[i] = task;
    });
    copy.cuts = this.cuts;
    return copy;
  }

  /** Lays out one node or draws one line, a kept one where its pieces are good enough; returns whether there was a task. */
  step(choose: (cutter: PolygonCutter, cut: number) => ChosenCut, maxAspect = Infinity): boolean {
    const task = this.#stack.pop();
    if (!task) return false;
    if (task.part < 0) {
      const node = ~task.part;
      this.#regions[node] = task;
      const root = this.#tree.roots[node];
      if (root !== LEAF) this.#stack.push({ ...task, part: root });
      return true;
    }
    const cutter = this.#cutter;
    const { thetas, isFirstBelow, first, second } = this.#tree;
    cutter.load(this.#pool, task.from, task.count);
    const cut = task.part;
    const isKept = !Number.isNaN(thetas[cut]);
    if (!isKept || this.#draw(cut, { theta: thetas[cut], isFirstBelow: isFirstBelow[cut] }) > maxAspect) {
      this.#draw(cut, choose(cutter, cut));
    }
    this.cuts++;
    const [a, b] = isFirstBelow[cut] ? [this.#below, this.#above] : [this.#above, this.#below];
    this.#push(second[cut], b, task);
    this.#push(first[cut], a, task);
    return true;
  }

  /** Draws the line of a cut; the larger diam²/area of its two pieces. */
  #draw(cut: number, { theta, isFirstBelow }: ChosenCut): number {
    const [cutter, below, above] = [this.#cutter, this.#below, this.#above];
    this.#tree.thetas[cut] = theta;
    this.#tree.isFirstBelow[cut] = isFirstBelow;
    const first = Math.max(this.#tree.shares[cut], LEAST_SHARE);
    const second = Math.max(this.#tree.rests[cut], LEAST_SHARE);
    const [share, rest] = isFirstBelow ? [first, second] : [second, first];
    cutter.line(theta, share, rest);
    cutter.pieces(below, above);
    return Math.max(below.scale ** 2 / share, above.scale ** 2 / rest) / cutter.area;
  }

  #push(part: number, piece: Piece, frame: Task, unit = 1): void {
    const { points } = piece;
    if (this.#used + points.length > this.#pool.length) {
      const larger = new Float64Array(2 * this.#pool.length + points.length);
      larger.set(this.#pool);
      this.#pool = larger;
    }
    this.#pool.set(points, this.#used);
    this.#stack.push({
      part,
      from: this.#used,
      count: points.length / 2,
      originX: frame.originX + frame.scale * piece.originX,
      originY: frame.originY + frame.scale * piece.originY,
      scale: frame.scale * piece.scale * unit,
    });
    this.#used += points.length;
  }

  /** The polygons of all nodes, measured. */
  finish(ids: readonly string[] | undefined): PolygonalPartition {
    const nodes = this.#regions.length;
    const offsets = new Int32Array(nodes + 1);
    for (let i = 0; i < nodes; i++) offsets[i + 1] = offsets[i] + (this.#regions[i]?.count ?? 0);
    const local = new Float64Array(2 * offsets[nodes]);
    const vertices = new Float64Array(2 * offsets[nodes]);
    const origins = new Float64Array(2 * nodes);
    const scales = new Float64Array(nodes).fill(1);
    this.#regions.forEach((task, node) => {
      if (!task) return;
      const start = 2 * offsets[node];
      origins[2 * node] = task.originX;
      origins[2 * node + 1] = task.originY;
      scales[node] = task.scale;
      for (let k = 0; k < 2 * task.count; k++) {
        local[start + k] = this.#pool[task.from + k];
        vertices[start + k] = (k % 2 === 0 ? task.originX : task.originY) + task.scale * local[start + k];
      }
    });
    const partition = { vertices, offsets, local, origins, scales };
    return {
      ...partition,
      ...measurePartition(this.#sums, partition),
      cuts: this.cuts,
      state: ids ? stateOf(this.#tree, ids) : {},
    };
  }
}

/** Aspects and the largest error of an area, in the frames of the nodes. */
export function measurePartition(
  { begins, totals }: HierarchySums,
  { offsets, local, scales }: TreePartition,
): Pick<PolygonalPartition, 'aspects' | 'maxAspect' | 'meanLeafAspect' | 'areaError'> {
  const nodes = totals.length;
  const aspects = new Float64Array(nodes);
  let [maxAspect, sum, leaves, areaError] = [0, 0, 0, 0];
  const whole = areaOf(local, 0, offsets[1]);
  for (let node = 0; node < nodes; node++) {
    const count = offsets[node + 1] - offsets[node];
    if (!(totals[node] > 0)) continue;
    if (count < 3) {
      areaError = Math.max(areaError, 1);
      continue;
    }
    const area = areaOf(local, 2 * offsets[node], count);
    const aspect = squaredDiameter(local, 2 * offsets[node], count) / area;
    aspects[node] = aspect > 0 && aspect < Infinity ? aspect : Number.MAX_VALUE;
    maxAspect = Math.max(maxAspect, aspects[node]);
    if (begins[node] === begins[node + 1]) {
      sum += aspects[node];
      leaves++;
    }
    // By roots: squares of small scales would underflow.
    const root = (scales[node] / scales[0]) * Math.sqrt(Math.max(0, area) / whole);
    const wanted = Math.sqrt(totals[node] / totals[0]);
    const error = Math.abs((root / wanted) ** 2 - 1);
    areaError = Math.max(areaError, Number.isFinite(error) ? error : Number.MAX_VALUE);
  }
  return { aspects, maxAspect, meanLeafAspect: leaves > 0 ? Math.min(sum / leaves, Number.MAX_VALUE) : 0, areaError };
}
