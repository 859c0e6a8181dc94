// Polygonal treemaps of d3 hierarchies: polygons, places for labels, hit tests, and layouts that stay stable when sizes change.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkList, checkNumber, checkNumbers, checkObject, checkText, fault, resolveOptions } from '@infimum/core';
import type { PartitionState } from './cut-tree.ts';
import { areaOf } from './polygon-cutter.ts';
import { checkRegion, polygonalPartition } from './polygonal-partition.ts';
import { centroidOf, clip } from './voronoi-treemap.ts';

/** The required fields of a node of `d3.hierarchy(…).sum(…)`; any object with them is accepted. */
export interface TreemapNode {
  /** Children, where there are any. */
  readonly children?: readonly TreemapNode[] | undefined;
  /** Sum of the sizes below, the node's own included. */
  readonly value?: number | undefined;
  /** The user's datum; its `name` or `id` makes the key, where it has one. */
  readonly data?: unknown;
  /** d3's id, where the hierarchy was stratified. */
  readonly id?: string | undefined;
}

/** A place on the picture. */
export type Place = readonly [x: number, y: number];

/** The largest circle inside a polygon. */
export interface LabelPlace {
  /** Its centre. */
  readonly x: number;
  /** Second coordinate of the centre. */
  readonly y: number;
  /** Its radius. */
  readonly radius: number;
}

/** The drawing of a node. */
export interface TreemapCell<Node> {
  /** The node. */
  readonly node: Node;
  /** Names from the root down, joined by `/`, or the result of `key`. */
  readonly key: string;
  /** Depth, 0 for the root. */
  readonly depth: number;
  /** Vertices in the order for which d3-polygon's area is positive; null for a node without size. */
  readonly polygon: readonly Place[] | null;
  /** The polygon for the part of an inner node's size that is none of its children's; null for others. */
  readonly own: readonly Place[] | null;
  /** The best place for a label: the centre of the largest circle inside, and its radius. */
  readonly label: LabelPlace | null;
}

/** A treemap. */
export interface PolygonTreemap<Node> {
  /** Cells of all nodes, parents before their children. */
  readonly cells: readonly TreemapCell<Node>[];
  /** The cell of each node. */
  readonly cellOf: ReadonlyMap<Node, TreemapCell<Node>>;
  /** The deepest cell at a point. */
  find(x: number, y: number): TreemapCell<Node> | undefined;
  /** The lines, for `previous`; plain data. */
  readonly state: PartitionState;
  /** Largest diam²/area. */
  readonly maxAspect: number;
}

const polygonTreemapOptions = {
  size: { type: 'value', check: checkSize, description: 'Width and height; 1 and 1 by default' },
  clip: {
    type: 'value',
    check: checkClip,
    description: 'A convex polygon to divide, a list of points; the rectangle of `size` by default',
  },
  rule: { type: 'choice', choices: ['greedy', 'widest', 'canonical'], default: 'greedy', description: 'Rule for the lines' },
  split: {
    type: 'choice',
    choices: ['count', 'size', 'weight'],
    default: 'count',
    description: 'Rule for halving lists: count and size keep the order',
  },
  padding: { type: 'number', min: 0, default: 0, description: 'Distance of a polygon from that of its parent' },
  innerValue: {
    type: 'choice',
    choices: ['leaf', 'ignore'],
    default: 'leaf',
    description: 'Treatment of an inner node’s own size: a separate polygon, or ignored',
  },
  previous: { type: 'value', check: checkPrevious, description: 'The state of the last treemap: lines keep their directions' },
  maxAspect: {
    type: 'number',
    above: 4,
    default: 16,
    description: 'Kept lines that leave a larger aspect ratio are chosen again',
  },
  key: { type: 'value', check: checkKey, description: 'Key of a node, stable between layouts; the path of names by default' },
} as const satisfies OptionSpecs;

function checkSize(value: unknown, argument: string): asserts value is readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) throw fault('expected [width, height]', argument, 'type');
  for (const side of value) checkNumber(side, argument, { above: 0 });
}

function checkClip(value: unknown, argument: string): asserts value is readonly Place[] {
  if (!Array.isArray(value) || !value.every((place) => Array.isArray(place) && place.length === 2)) {
    throw fault('expected a list of points [x, y]', argument, 'type');
  }
  checkRegion(Float64Array.from(value.flat() as number[]), argument);
}

function checkPrevious(value: unknown, argument: string): asserts value is PartitionState {
  if (typeof value === 'object' && value !== null) return;
  throw fault('expected the state of a treemap', argument, 'type');
}

function checkKey(value: unknown, argument: string): asserts value is (node: TreemapNode) => string {
  if (typeof value !== 'function') throw fault('expected a function', argument, 'type');
}

/** Options of `polygonTreemap`. */
export type PolygonTreemapOptions = OptionsOf<typeof polygonTreemapOptions>;

/** The suffix of the key of an inner node's own part. */
const OWN = '/*own*/';

/**
 * A treemap of convex polygons with exact areas for a d3 hierarchy: `polygonTreemap(d3.hierarchy(data).sum((d) => d.size))`.
 * Nodes are not changed; `cellOf` has the polygon of each. With the `state` of the last one as `previous`, cells move only as much as the
 * changes of sizes require.
 *
 * Sizes of zero get no polygon. For an animation, interpolate the sizes and lay out each frame with the same `previous`:
 * areas are exact in between.
 *
 * @throws {InvalidInputError} for values that are negative or not finite or all zero, keys that are not unique, options out
 *   of range
 *
 * Source: Fat polygonal partitions with applications to visualization and embeddings, arXiv 1009.1866.
 *
 * @example
 * ```ts
 * import { polygonTreemap } from '@infimum/graphs';
 *
 * // `d3.hierarchy({…}).sum((d) => d.size)` has this shape.
 * const root = { data: { name: 'src' }, value: 4, children: [{ data: { name: 'a' }, value: 1 }, { data: { name: 'b' }, value: 3 }] };
 * const map = polygonTreemap(root, { size: [400, 300] });
 * console.log(map.cells.map(({ key }) => key).join(' ')); // src src/a src/b
 * console.log(map.find(200, 150)?.node === root.children[1]); // true
 * ```
 */
export function polygonTreemap<Node extends TreemapNode>(
  root: Node,
  options: PolygonTreemapOptions = {},
): PolygonTreemap<Node> {
  checkObject(root, 'root');
  checkObject(options, 'options');

  const {
    size = [1, 1],
    clip: outline,
    rule,
    split,
    padding,
    innerValue,
    previous,
    maxAspect,
    key,
  } = resolveOptions(polygonTreemapOptions, options);
  const flat = flatten(root, innerValue === 'leaf', key as ((node: TreemapNode) => string) | undefined);
  const corners: readonly Place[] = outline ?? [
    [0, 0],
    [size[0], 0],
    [size[0], size[1]],
    [0, size[1]],
  ];
  const {
    vertices,
    offsets,
    state,
    maxAspect: worst,
  } = polygonalPartition(flat, {
    region: Float64Array.from(corners.flat()),
    rule: rule as 'greedy',
    split: split as 'count',
    ids: flat.ids,
    ...(previous && { previous, maxAspect }),
  });
  const drawn = (at: number, depth: number): ArrayLike<number> | undefined => {
    const points = vertices.subarray(2 * offsets[at], 2 * offsets[at + 1]);
    if (points.length < 6) return undefined;
    return padding > 0 && depth > 0 ? eroded(points, padding * depth) : points;
  };
  const cells: Cell<Node>[] = [];
  const cellOf = new Map<Node, Cell<Node>>();
  flat.nodes.forEach((node, at) => {
    if (node === undefined) return;
    const depth = flat.depths[at];
    const points = drawn(at, depth);
    const own = flat.owns[at] < 0 ? undefined : drawn(flat.owns[at], depth + 1);
    const cell = new Cell(node, flat.ids[at], depth, points, own ? placesOf(own) : null);
    cells.push(cell);
    cellOf.set(node, cell);
  });
  return {
    cells,
    cellOf,
    state,
    maxAspect: worst,
    find(x, y) {
      let found = cells[0].contains(x, y) ? cells[0] : undefined;
      for (let next = found; next; ) {
        next = next.node.children?.map((child) => cellOf.get(child as Node)).find((cell) => cell?.contains(x, y));
        if (next) found = next;
      }
      return found;
    },
  };
}

/** A cell whose label position is computed on demand. */
class Cell<Node> implements TreemapCell<Node> {
  readonly node: Node;
  readonly key: string;
  readonly depth: number;
  readonly polygon: readonly Place[] | null;
  readonly own: readonly Place[] | null;
  readonly #points: ArrayLike<number> | undefined;
  #label: LabelPlace | undefined;

  constructor(node: Node, key: string, depth: number, points: ArrayLike<number> | undefined, own: readonly Place[] | null) {
    this.node = node;
    this.key = key;
    this.depth = depth;
    this.own = own;
    this.#points = points;
    this.polygon = points ? placesOf(points) : null;
  }

  get label(): LabelPlace | null {
    if (!this.#points) return null;
    this.#label ??= labelPlace(this.#points);
    return this.#label;
  }

  contains(x: number, y: number): boolean {
    return this.#points !== undefined && contains(this.#points, x, y);
  }
}

/** The path of a polygon for SVG's `d`, or nothing for no polygon. */
export function polygonPath(polygon: readonly Place[] | null): string {
  if (polygon === null) return '';
  checkList(polygon, 'polygon');
  for (let k = 0; k < polygon.length; k++) checkNumbers(polygon[k], `polygon[${k}]`);
  return `M${Array.from(polygon, ([x, y]) => `${x},${y}`).join('L')}Z`;
}

/** A hierarchy of nodes as arrays; an inner node's own size becomes a leaf without a node. */
function flatten<Node extends TreemapNode>(root: Node, withOwn: boolean, keyOf: ((node: TreemapNode) => string) | undefined) {
  const nodes: (Node | undefined)[] = [];
  const [parents, weights, depths, owns]: number[][] = [[], [], [], []];
  const ids: string[] = [];
  const add = (node: Node | undefined, parent: number, weight: number, depth: number, id: string) => {
    nodes.push(node);
    parents.push(parent);
    weights.push(weight);
    depths.push(depth);
    owns.push(-1);
    return ids.push(id) - 1;
  };
  const stack: { node: Node; parent: number }[] = [{ node: root, parent: -1 }];
  while (stack.length > 0) {
    const { node, parent } = stack.pop() as { node: Node; parent: number };
    checkObject(node, parent < 0 ? 'root' : `a child of '${ids[parent]}'`);
    const name = nameOf(node);
    const id = keyOf ? keyOf(node) : parent < 0 ? name : (node.id ?? `${ids[parent]}/${name}`);
    checkText(id, keyOf ? 'key()' : 'the id of a node');
    const value = node.value ?? 0;
    checkNumber(value, `value of '${id}'`, { min: 0 });
    const children = node.children ?? [];
    checkList(children, `children of '${id}'`);
    for (const [k, child] of children.entries()) {
      checkObject(child, `children[${k}] of '${id}'`);
      // Sums of values that are not numbers would be strings, or fail.
      if (child.value !== undefined && child.value !== null) {
        checkNumber(child.value, `value of children[${k}] of '${id}'`, { min: 0 });
      }
    }
    const at = add(node, parent, children.length > 0 ? 0 : value, parent < 0 ? 0 : depths[parent] + 1, id);
    if (children.length === 0) continue;
    const below = children.reduce((sum, child) => sum + (child.value ?? 0), 0);
    const rest = value - below;
    // Sums of sizes are rounded: a remainder of the size of rounding counts as zero.
    if (withOwn && rest > 1e-9 * value) owns[at] = add(undefined, at, rest, depths[at] + 1, `${id}${OWN}`);
    for (const child of [...children].reverse()) stack.push({ node: child as Node, parent: at });
  }
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw fault(`names two nodes '${id}'`, 'key', 'unknown');
    seen.add(id);
  }
  return { parents: Int32Array.from(parents), weights: Float64Array.from(weights), nodes, ids, depths, owns };
}

function nameOf({ id, data }: TreemapNode): string {
  const { name, id: own } = (data ?? {}) as { name?: unknown; id?: unknown };
  const found = id ?? name ?? own ?? '';
  if (typeof found === 'number') return String(found);
  checkText(found, 'the name of a node');
  return found;
}

/** d3-polygon's area is positive for the opposite direction of ours. */
function placesOf(points: ArrayLike<number>): Place[] {
  const places: Place[] = [];
  for (let k = points.length - 2; k >= 0; k -= 2) places.push([points[k], points[k + 1]]);
  return places;
}

/** The part of a convex polygon that is at least a distance away from its edges; nothing where there is none. */
function eroded(points: ArrayLike<number>, distance: number): ArrayLike<number> | undefined {
  let inside = points;
  for (let i = 0; i < points.length && inside.length >= 6; i += 2) {
    const j = (i + 2) % points.length;
    const [x, y] = [points[j] - points[i], points[j + 1] - points[i + 1]];
    const length = Math.hypot(x, y) || 1;
    // The inside lies to the left of an edge.
    inside = clip(inside, y / length, -x / length, (y * points[i] - x * points[i + 1]) / length - distance);
  }
  return inside.length >= 6 ? inside : undefined;
}

/** The centre of a largest circle inside, by bisection on its radius. */
function labelPlace(points: ArrayLike<number>): LabelPlace {
  const area = areaOf(points, 0, points.length / 2);
  let [x, y] = centroidOf(points, area);
  let [low, high] = [0, Math.sqrt(area / Math.PI)];
  for (let round = 0; round < 20; round++) {
    const middle = (low + high) / 2;
    const inside = eroded(points, middle);
    if (!inside) high = middle;
    else {
      low = middle;
      const size = areaOf(inside, 0, inside.length / 2);
      if (size > 0) [x, y] = centroidOf(inside, size);
    }
  }
  return { x, y, radius: low };
}

function contains(points: ArrayLike<number>, x: number, y: number): boolean {
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length;
    if ((points[j] - points[i]) * (y - points[i + 1]) - (points[j + 1] - points[i + 1]) * (x - points[i]) < 0) return false;
  }
  return true;
}
