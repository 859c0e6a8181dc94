// Lower bounds of the margin in a domain: CROWN with optimised lines for every row, a linear program where the network is affine, and the
// neuron or the input to split if these do not decide.
import { ALPHA_SETTINGS, alphaRows, DOMAIN_SETTINGS } from '../bounds/alpha-crown.ts';
import type { ForwardBounds, ForwardMethod, KnownBounds } from '../bounds/forward-bounds.ts';
import { addBias, crownBounds, ROUNDING, relaxRows } from '../bounds/forward-bounds.ts';
import { forwardBounds } from '../bounds/output-bounds.ts';
import type { PreparedRegion } from '../bounds/region.ts';
import { least } from '../bounds/region.ts';
import type { RowProducts } from '../bounds/row-products.ts';
import type { PreparedNetwork } from '../networks/network.ts';
import { preActivations, pullBack } from '../networks/network.ts';
import type { Cell } from '../programs/cell.ts';
import { addRow, cellOf, checkCell, inputAt, solveInRegion } from '../programs/cell.ts';
import { provenMinimum } from '../programs/dual-simplex.ts';
import type { NeuronPlace } from '../programs/splitting.ts';
import { isNetworkPiecewiseLinear, unstableNeurons } from '../programs/splitting.ts';
import type { PropertySearch } from './witness-search.ts';
import { visit } from './witness-search.ts';

/** A part of the region with signs of neurons. */
export interface Domain {
  readonly region: PreparedRegion;
  readonly phases: Int8Array[];
  /** Proven: every input of the domain exceeds some limit by this. */
  readonly bound: number;
  readonly split: NeuronPlace | undefined;
  readonly weights: Float64Array | undefined;
  /** The bounds of its sums, for its subdomains. */
  readonly bounds?: ForwardBounds | undefined;
}

/** Bounds of a region without any sign fixed, shared by all cases of it; each method is run on demand. */
export class SharedBounds {
  readonly region: PreparedRegion;
  readonly #known = new Map<ForwardMethod, ForwardBounds>();

  constructor(region: PreparedRegion) {
    this.region = region;
  }

  /** Bounds of all layers below the outputs. */
  *by(products: RowProducts, method: ForwardMethod): Generator<void, ForwardBounds> {
    const wanted = products.network.layers.length - 1;
    const bounds = this.#known.get(method) ?? (yield* forwardBounds(products, this.region, method, undefined, wanted));
    this.#known.set(method, bounds);
    return bounds;
  }
}

/** The margin over the whole region by one method after the other, each only if the one before was not enough. */
export function* rootMargin(search: PropertySearch, shared: SharedBounds): Generator<void, number> {
  const { network, products, method } = search;
  let best = -Infinity;
  for (const stage of ['interval', 'crown', 'alpha-crown'] as const) {
    // Only lines of the margin are optimised here; those of all layers follow in the branching.
    const bounds = yield* shared.by(products, stage === 'alpha-crown' ? 'crown' : stage);
    best = Math.max(best, yield* boundMargin(search, shared.region, bounds, scoresOf(network), stage));
    if (best > 0 || stage === method) break;
  }
  return best;
}

const scoresOf = ({ layers }: PreparedNetwork): Float64Array[] =>
  layers.slice(0, -1).map(({ map }) => new Float64Array(map.outputs));

/**
 * Bounds the margin in a domain; undefined if it is empty. `shared` has the bounds of a domain without fixed signs, `parent` is the domain
 * that contains this one.
 */
export function* evaluate(
  search: PropertySearch,
  region: PreparedRegion,
  phases: Int8Array[],
  shared?: SharedBounds,
  parent?: Domain,
): Generator<void, Domain | undefined> {
  const { network, products, method, branching } = search;
  const isFixed = phases.some((signs) => signs.some((sign) => sign !== 0));
  // Optimised slopes for all layers once, at the root; below it only for the margins.
  const forward = method === 'alpha-crown' ? 'crown' : method;
  const bounds = shared
    ? yield* shared.by(products, method)
    : forward === 'crown'
      ? yield* crownBounds(products, region, phases, network.layers.length - 1, knownOf(parent))
      : yield* forwardBounds(products, region, forward, phases, network.layers.length - 1);
  if (bounds.isEmpty) return undefined;
  const scores = scoresOf(network);
  const settings = shared ? ALPHA_SETTINGS : DOMAIN_SETTINGS;
  let bound = yield* boundMargin(search, region, bounds, scores, method, settings, isFixed ? phases : undefined);
  const none = { split: undefined, weights: undefined };
  if (bound > 0) return { region, phases, bound, ...none };
  if (branching === 'inputs' || (branching === 'auto' && hasManyOpen(network, bounds, phases))) {
    visit(search, region.middle);
    return { region, phases, bound, split: undefined, weights: inputWeights(search), bounds };
  }
  const cell = cellOf(network, region, bounds, phases);
  if (isFixed && checkCell(cell).isEmpty) return undefined;
  if (cell.isAffine) bound = Math.max(bound, leafBound(search, cell, bounds));
  return { region, phases, bound, ...none, split: bestNeuron(search, bounds, phases, scores), bounds };
}

/** A sign changes only the layers above its own, halving a box changes all. */
const knownOf = (parent?: Domain): KnownBounds | undefined =>
  parent?.bounds && { bounds: parent.bounds, sameBelow: parent.split ? parent.split.layer + 1 : 0 };

/** Boxes with at most this many inputs are halved, until at most this many neurons have both signs; then neurons are split. */
const FEW_INPUTS = 8;
const FEW_NEURONS = 12;

function hasManyOpen(network: PreparedNetwork, bounds: ForwardBounds, phases: Int8Array[]): boolean {
  if (!isNetworkPiecewiseLinear(network)) return true;
  if (network.inputs > FEW_INPUTS) return false;
  return Array.from(unstableNeurons(network, bounds, phases)).length > FEW_NEURONS;
}

/** A lower bound of max over rows of C y - d: the largest of the rows' bounds. Scores measure the looseness of the relaxation. */
function* boundMargin(
  { network, products, rows, limits }: PropertySearch,
  region: PreparedRegion,
  bounds: ForwardBounds,
  scores: readonly Float64Array[],
  method: ForwardMethod,
  settings = ALPHA_SETTINGS,
  phases?: Int8Array[],
): Generator<void, number> {
  const { layers, inputs } = network;
  const last = layers.length - 1;
  const { map } = layers[last];
  const terms = layers.reduce((sum, layer) => sum + layer.map.terms + 16, 0);
  let best = -Infinity;
  for (const [r, row] of rows.entries()) {
    const size = row.reduce((sum, c, i) => sum + Math.abs(c) * bounds.magnitude[last][i], Math.abs(limits[r]));
    const slack = size * (terms + row.length) * ROUNDING;
    const start = map.applyTransposed(row);
    const constants = Float64Array.of(row.reduce((sum, c, i) => sum + c * map.bias[i], -limits[r]));
    products.rows.set(start);
    let value = constants[0];
    const gathered = Float64Array.of(value);
    for (let j = last - 1; j >= 0; j--) {
      for (let i = 0; i < layers[j].map.outputs; i++) {
        const a = products.rows[i];
        if (a < 0) scores[j][i] = Math.max(scores[j][i], -a * bounds.lines[j].upperIntercept[i]);
      }
      relaxRows(products.rows, layers[j].map.outputs, 0, 1, bounds.lines[j], gathered);
      addBias(products.rows, layers[j].map.bias, 1, gathered);
      products.backward(j, 1);
    }
    value = gathered[0] + least(region, products.rows, 0);
    if (method === 'alpha-crown' && !(value - slack > 0) && inputs > 0 && last > 0) {
      const signs = phases && { phases, magnitude: bounds.magnitude, share: (terms + row.length) * ROUNDING };
      const [found] = yield* alphaRows(products, region, bounds.lines, last - 1, start, constants, 0, settings, signs);
      value = Math.max(value, found);
    }
    value -= slack;
    if (value > best) best = value;
  }
  yield;
  return best;
}

/** The cell's rows, and of every condition t >= C y - d with a last variable t, divided by its range. */
function marginRows({ region, inequalities, slopes, constants }: Cell, rows: readonly Float64Array[], limits: Float64Array) {
  const n = region.middle.length;
  const { offsets, errors, scales } = inequalities;
  const program = {
    rows: inequalities.rows.map((row) => [...row, 0]),
    offsets: offsets.slice(),
    errors: errors.slice(),
    scales: scales.slice(),
  };
  const margins = rows.map((row, r) => {
    const slope = Array.from({ length: n }, (_, j) => row.reduce((sum, c, i) => sum + c * slopes[i * n + j], 0));
    const constant = row.reduce((sum, c, i) => sum + c * constants[i], -limits[r]);
    return { slope, constant, range: slope.reduce((sum, a) => sum + Math.abs(a), Math.abs(constant)) };
  });
  return { program, margins };
}

/** The proven margin in a cell where the network is affine: a linear program; its solution is a candidate for a witness. */
function leafBound(search: PropertySearch, cell: Cell, bounds: ForwardBounds): number {
  const { rows, limits, network } = search;
  const { region } = cell;
  const n = region.middle.length;
  const { program, margins } = marginRows(cell, rows, limits);
  // Margins are measured in the largest range of a row, so that t lies between -1 and 1.
  const scale = Math.max(...margins.map(({ range }) => range));
  if (!(scale > 0 && Number.isFinite(scale))) return scale === 0 ? 0 : -Infinity;
  const margin = bounds.margin[network.layers.length - 1];
  margins.forEach(({ slope, constant }, r) => {
    const error = rows[r].reduce((sum, c, i) => sum + Math.abs(c) * margin[i], 0) * 2;
    addRow(program, [...slope.map((a) => -a), scale], constant, error);
  });
  const cost = new Float64Array(n + 1);
  cost[n] = 1;
  const { program: solved, answer, errors } = solveInRegion(program, cost, region);
  if (answer.status !== 'infeasible') visit(search, inputAt(region, answer.x));
  const zero = new Float64Array(n + 1);
  // An infeasible cell is proven by its own multipliers.
  if (provenMinimum({ ...solved, cost: zero }, answer.multipliers, errors) > 0) return Infinity;
  return provenMinimum(solved, answer.multipliers, errors) * scale;
}

/** Multipliers of signs and weights of conditions that prove a margin in an affine cell, or that a cell is empty. */
export function leafMultipliers(
  cell: Cell,
  rows: readonly Float64Array[],
  limits: Float64Array,
  phases: readonly Int8Array[],
): { conditions: number[]; multipliers: number[][] } | undefined {
  const { region, inequalities, isAffine } = cell;
  const n = region.middle.length;
  const count = inequalities.rows.length;
  const { program, margins } = marginRows(cell, isAffine ? rows : [], limits);
  for (const { slope, constant, range } of margins) addRow(program, [...slope.map((a) => -a), range || 1], constant, 0);
  const cost = new Float64Array(n + 1);
  cost[n] = isAffine ? 1 : 0;
  const { multipliers: y } = solveInRegion(program, cost, { ...region, ball: undefined } as PreparedRegion).answer;
  const weightOf = (at: number) => y[at] / program.scales[at];
  let at = 0;
  const multipliers = phases
    .slice(0, -1)
    .map((signs) => Array.from(signs, (sign) => (sign === 0 || at >= count ? 0 : weightOf(at++))));
  const conditions = rows.map((_, r) => (isAffine ? weightOf(count + r) : 0));
  const largest = Math.max(...conditions, ...multipliers.flat());
  if (!(largest > 0 && largest < Infinity)) return undefined;
  return {
    conditions: conditions.map((w) => w / largest),
    multipliers: multipliers.map((list) => list.map((w) => w / largest)),
  };
}

/** The unstable neuron whose upper line loosens the margin most; the widest one if none does. */
function bestNeuron(
  { network }: PropertySearch,
  bounds: ForwardBounds,
  phases: Int8Array[],
  scores: readonly Float64Array[],
): NeuronPlace | undefined {
  let best: NeuronPlace | undefined;
  let largest = -1;
  for (const place of unstableNeurons(network, bounds, phases)) {
    const { layer, neuron } = place;
    const width = Math.min(bounds.upper[layer][neuron], -bounds.lower[layer][neuron]);
    const score = scores[layer][neuron] + 1e-6 * Math.max(0, width);
    if (score > largest) {
      largest = score;
      best = place;
    }
  }
  return best;
}

/** Inputs by the gradient of the first row in the middle of the region. */
function inputWeights({ network, region, rows }: PropertySearch): Float64Array {
  const gradient = pullBack(network, preActivations(network, region.middle), rows[0]);
  const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
  return gradient.map((g) => Math.abs(g) + 0.1 * largest + Number.MIN_VALUE);
}
