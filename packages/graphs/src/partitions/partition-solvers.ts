// The solvers of `graphs/tree-partition`: polygons by every rule, boxes with slack, and the common treemaps.
import type { OptionSpecs, Paper, Steps } from '@infimum/core';
import { converged, defineSolver, Random, resolveOptions, stalled } from '@infimum/core';
import type { CutRule } from './cut-rules.ts';
import { sumsOf } from './hierarchy.ts';
import { fatPartitionsPaper } from './papers.ts';
import { areaOf, Piece } from './polygon-cutter.ts';
import type { PolygonalPartitionOptions, TreePartition } from './polygonal-partition.ts';
import { measurePartition, polygonalPartitionOptions, polygonalPartitionSteps } from './polygonal-partition.ts';
import type { Rectangle, Tiling } from './rectangle-treemaps.ts';
import { binary, rectangleTreemap, sliceAndDice, squarify, strip } from './rectangle-treemaps.ts';
import { slackPartition, slackPartitionOptions } from './slack-partition.ts';
import type { TreePartitionInstance, TreePartitionIterate } from './tree-partition-problem.ts';
import { treePartitionProblem } from './tree-partition-problem.ts';
import { voronoiCells } from './voronoi-treemap.ts';

const { split, tolerance, angles, seed } = polygonalPartitionOptions;
const ruleOptions = { split, tolerance } as const satisfies OptionSpecs;
const greedyOptions = { ...ruleOptions, angles } as const satisfies OptionSpecs;
const randomOptions = { ...ruleOptions, seed } as const satisfies OptionSpecs;

function polygonSolver<Specs extends OptionSpecs>(rule: CutRule, title: string, summary: string, cost: string, options: Specs) {
  return defineSolver({
    id: `graphs/polygon-${rule}`,
    title,
    summary,
    problem: treePartitionProblem,
    role: rule === 'random' ? 'baseline' : 'paper',
    paper: fatPartitionsPaper,
    cost,
    options,
    steps: ({ region, ...tree }, given) =>
      polygonalPartitionSteps(tree, { ...(given as PolygonalPartitionOptions), region, rule }),
  });
}

/** The polygons of all nodes, from lists of coordinates. */
function partitionOf(polygons: readonly (readonly number[] | undefined)[]): TreePartition {
  const offsets = new Int32Array(polygons.length + 1);
  polygons.forEach((polygon, i) => {
    offsets[i + 1] = offsets[i] + (polygon ? polygon.length / 2 : 0);
  });
  const vertices = new Float64Array(2 * offsets[polygons.length]);
  const local = new Float64Array(vertices.length);
  const origins = new Float64Array(2 * polygons.length);
  const scales = new Float64Array(polygons.length).fill(1);
  polygons.forEach((polygon, i) => {
    if (!polygon) return;
    const [x, y] = polygon;
    const scale = polygon.reduce((most, entry, k) => Math.max(most, Math.abs(entry - (k % 2 === 0 ? x : y))), 0) || 1;
    origins[2 * i] = x;
    origins[2 * i + 1] = y;
    scales[i] = scale;
    polygon.forEach((entry, k) => {
      vertices[2 * offsets[i] + k] = entry;
      local[2 * offsets[i] + k] = (entry - (k % 2 === 0 ? x : y)) / scale;
    });
  });
  return { vertices, offsets, local, origins, scales };
}

function cornersOf({ x0, y0, x1, y1 }: Rectangle): number[] {
  return [x0, y0, x1, y0, x1, y1, x0, y1];
}

/** The box of a region that is a rectangle along the axes. */
function boxOf(region: Float64Array): Rectangle | undefined {
  const [xs, ys] = [0, 1].map((axis) => [...new Set(region.filter((_, i) => i % 2 === axis))].sort((a, b) => a - b));
  if (region.length !== 8 || xs.length !== 2 || ys.length !== 2) return undefined;
  return { x0: xs[0], y0: ys[0], x1: xs[1], y1: ys[1] };
}

const needsRectangle = ({ region }: TreePartitionInstance) =>
  boxOf(region) ? undefined : 'the region is not an axis-parallel rectangle';

/** The vertices of a polygon the other way round if they go clockwise. */
function counterclockwise(points: number[]): number[] {
  if (!(areaOf(points, 0, points.length / 2) < 0)) return points;
  return points.map((_, i) => points[points.length - 2 - 2 * (i >> 1) + (i % 2)]);
}

/** A layout in one step; before it, every node has the whole region. */
function* atOnce(
  instance: TreePartitionInstance,
  layout: () => TreePartition,
  isExact = true,
): Steps<TreePartition, TreePartitionIterate> {
  const sums = sumsOf(instance);
  const whole = counterclockwise(Array.from(instance.region));
  yield { iteration: 0, solution: () => partitionOf(Array.from(sums.totals, (total) => (total > 0 ? whole : undefined))) };
  const partition = layout();
  yield { iteration: 1, solution: layout };
  if (!isExact) return converged(partition, 'every child has its share up to the slack');
  const { areaError } = measurePartition(sums, partition);
  return areaError <= 1e-9
    ? converged(partition, `all areas are right up to ${areaError.toExponential(1)}`)
    : stalled(partition, `areas are wrong by up to ${areaError.toExponential(1)}`);
}

const slackOptions = { slack: slackPartitionOptions.slack } as const satisfies OptionSpecs;

const slackRectangles = /* @__PURE__ */ defineSolver({
  id: 'graphs/slack-rectangles',
  title: 'Rectangles with slack',
  summary: 'Rectangles with side ratios within 1/ε; in return, areas may be off by a factor of 1 − ε per level.',
  problem: treePartitionProblem,
  variant: 'slack',
  role: 'paper',
  paper: fatPartitionsPaper,
  cost: 'O(n \\log n)',
  options: slackOptions,
  declines: needsRectangle,
  steps: (instance, { slack }) => atOnce(instance, () => slackBoxes(instance, slack), false),
});

function slackBoxes(instance: TreePartitionInstance, slack: number | undefined): TreePartition {
  const { x0, y0, x1, y1 } = boxOf(instance.region) as Rectangle;
  const box = Float64Array.of(x0, y0, x1, y1);
  const { lower, upper } = slackPartition(instance, slack === undefined ? { box } : { slack, box });
  const corners = (i: number) => cornersOf({ x0: lower[2 * i], y0: lower[2 * i + 1], x1: upper[2 * i], y1: upper[2 * i + 1] });
  return partitionOf(Array.from(sumsOf(instance).totals, (total, i) => (total > 0 ? corners(i) : undefined)));
}

function rectangles(instance: TreePartitionInstance, tiling: Tiling): TreePartition {
  const boxes = rectangleTreemap(sumsOf(instance), boxOf(instance.region) as Rectangle, tiling);
  return partitionOf(boxes.map((box) => box && cornersOf(box)));
}

function rectangleSolver(name: string, title: string, summary: string, paper: Paper, tiling: Tiling) {
  return defineSolver({
    id: `graphs/${name}`,
    title,
    summary,
    problem: treePartitionProblem,
    role: 'baseline',
    paper,
    cost: 'O(n \\log n)',
    options: {},
    declines: needsRectangle,
    steps: (instance) => atOnce(instance, () => rectangles(instance, tiling)),
  });
}

const squarifiedOptions = {
  ratio: { type: 'number', min: 1, default: 1.618033988749895, description: 'Target aspect ratio; 1 for squares' },
} as const satisfies OptionSpecs;

const squarified = /* @__PURE__ */ defineSolver({
  id: 'graphs/squarified',
  title: 'Squarified',
  summary: 'Rows of siblings that grow while aspect ratios improve, as in d3: good for even weights, unbounded for others.',
  problem: treePartitionProblem,
  role: 'baseline',
  paper: { title: 'Squarified treemaps', year: 2000 },
  cost: 'O(n)',
  options: squarifiedOptions,
  declines: needsRectangle,
  steps: (instance, given) =>
    atOnce(instance, () => rectangles(instance, squarify(resolveOptions(squarifiedOptions, given).ratio))),
});

const voronoiOptions = {
  rounds: { type: 'integer', min: 1, max: 1000, default: 50, description: 'Rounds of a power diagram' },
  tolerance: {
    type: 'number',
    was: 'accuracy',
    above: 0,
    default: 0.01,
    description: 'Share of misassigned area at which a diagram is good enough',
  },
  seed,
} as const satisfies OptionSpecs;

const voronoiTreemap = /* @__PURE__ */ defineSolver({
  id: 'graphs/voronoi-treemap',
  title: 'Voronoi treemap',
  summary: 'Power diagrams driven towards the areas: round cells, areas only roughly right.',
  problem: treePartitionProblem,
  variant: 'approximate',
  role: 'baseline',
  paper: { title: 'Computing Voronoi treemaps: faster, simpler, and resolution-independent', year: 2012 },
  cost: 'O(m^2) \\text{ per round and list of } m',
  options: voronoiOptions,
  declines: (instance) => {
    const { begins } = sumsOf(instance);
    for (let i = 0; i + 1 < begins.length; i++) if (begins[i + 1] - begins[i] > 300) return 'a list has more than 300 children';
    return undefined;
  },
  *steps(instance, given) {
    const { rounds, tolerance, seed } = resolveOptions(voronoiOptions, given);
    const random = new Random(seed);
    const { begins, children, totals } = sumsOf(instance);
    const piece = new Piece();
    // In a frame of about 1, where squares neither over- nor underflow.
    const { region } = instance;
    const scale = region.reduce((most, entry, i) => Math.max(most, Math.abs(entry - region[i % 2])), 0);
    for (let i = 0; i < region.length; i += 2) piece.add((region[i] - region[0]) / scale, (region[i + 1] - region[1]) / scale);
    const points = counterclockwise([...piece.points]);
    const polygons: (readonly number[] | undefined)[] = Array.from(totals, (total) => (total > 0 ? points : undefined));
    const solution = () => partitionOf(polygons.map((polygon) => polygon?.map((x, i) => region[i % 2] + scale * x)));
    let iteration = 0;
    for (let node = 0; node < totals.length; node++) {
      const list = children.subarray(begins[node], begins[node + 1]).filter((child) => totals[child] > 0);
      if (list.length === 0) continue;
      yield { iteration: iteration++, solution };
      const cells = voronoiCells(
        polygons[node] as readonly number[],
        Array.from(list, (child) => totals[child]),
        rounds,
        tolerance,
        random,
      );
      list.forEach((child, i) => {
        polygons[child] = cells[i].length >= 6 ? cells[i] : polygons[node];
      });
    }
    yield { iteration, solution };
    return stalled(solution(), 'all lists have their diagrams, with the areas reached');
  },
});

/** The solvers of `graphs/tree-partition`. */
export const partitionSolvers = [
  polygonSolver(
    'greedy',
    'Polygons, greedy',
    'Each line is the best of many angles: the most compact polygons in practice.',
    'O(n K k^2) \\text{ for } K \\text{ angles}',
    greedyOptions,
  ),
  polygonSolver(
    'widest',
    'Polygons, widest gap',
    'Each line is parallel to the middle of the widest gap between edge directions: a proved bound, and fast.',
    'O(n k \\log k)',
    ruleOptions,
  ),
  polygonSolver(
    'canonical',
    'Polygons, canonical angles',
    'Each line has the first angle of a dyadic grid that is far enough from all edges: a proved bound.',
    'O(n k 2^j)',
    ruleOptions,
  ),
  polygonSolver(
    'canonical-random',
    'Polygons, random canonical angles',
    'Each line has a random angle of the dyadic grid among those far enough from all edges.',
    'O(n k 2^j)',
    randomOptions,
  ),
  polygonSolver(
    'random',
    'Polygons, random lines',
    'Each line has a random direction: shows the value of the rules.',
    'O(n k)',
    randomOptions,
  ),
  slackRectangles,
  squarified,
  rectangleSolver(
    'slice-and-dice',
    'Slice and dice',
    'Alternating rows and columns: keeps the order, makes slivers.',
    { title: 'Tree visualization with tree-maps: 2-d space-filling approach', year: 1992 },
    sliceAndDice,
  ),
  rectangleSolver(
    'strip-treemap',
    'Strip',
    'Strips in list order, filled while their aspect ratios improve.',
    { title: 'Ordered and quantum treemaps', year: 2002 },
    strip,
  ),
  rectangleSolver(
    'binary-treemap',
    'Binary',
    'Halves of nearly equal weight along the longer side.',
    { title: 'D3: data-driven documents', year: 2011 },
    binary,
  ),
  voronoiTreemap,
];
