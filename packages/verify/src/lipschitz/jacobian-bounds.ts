// Bounds of the Jacobian of a network over a region: intervals, RecurJac's lines, and linear bounds propagated through
// the backward pass.
//
// Z. Shi, Y. Wang, H. Zhang, Z. Kolter, C.-J. Hsieh: Efficiently computing local Lipschitz constants of neural networks
// via bound propagation (2022), arXiv 2210.07394; H. Zhang, P. Zhang, C.-J. Hsieh: RecurJac (2019), arXiv 1810.11783.
//
// J_{n-1} = g' W_n and J_{k-1} = (J_k o s'(z_k)) W_k; J_0 is the gradient of g · f at the input. Rounding as in
// forward-bounds.ts, with the magnitudes |g|' |W_n| … |W_k|.
import type { ForwardBounds, Phases } from '../bounds/forward-bounds.ts';
import { ROUNDING, relaxRows, substituteBack } from '../bounds/forward-bounds.ts';
import type { PreparedRegion } from '../bounds/region.ts';
import { greatest, least } from '../bounds/region.ts';
import type { Lines } from '../bounds/relaxation.ts';
import { slopeRange } from '../bounds/relaxation.ts';
import type { RowProducts } from '../bounds/row-products.ts';
import type { PreparedNetwork } from '../networks/network.ts';
import { activationOf, isPiecewiseLinear } from '../networks/network.ts';
import type { LayerRange } from './jacobian-lines.ts';
import { linePlanes, mcCormickPlanes } from './jacobian-lines.ts';

/** How products of bounds are relaxed, from the loosest to the tightest. */
type JacobianMethod = 'interval' | 'recurjac' | 'linear';

/** The norm of inputs. The gradient is measured in the dual one: `inf` the sum of its magnitudes. */
export type InputNorm = 'inf' | 'l2' | 'l1';

/** The request to the backward pass. */
export interface JacobianQuestion {
  readonly method: JacobianMethod;
  /** Weights of the outputs: a unit vector, or a margin. */
  readonly selector: Float64Array;
  readonly phases?: Phases;
  /** Bound the norm of the gradient over these inputs too (1 counts, 0 does not). */
  readonly counted?: Uint8Array;
  readonly norm: InputNorm;
  /** For smooth activations: chords in J only, or the better of them and McCormick's planes. */
  readonly relaxation?: 'chord' | 'mccormick';
}

/** What is found. */
export interface JacobianAnswer {
  /** Bounds of every entry of the gradient. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Bounds of J_k, the gradient by the activations of layer k, k = 0, …. */
  readonly hidden: readonly { readonly lower: Float64Array; readonly upper: Float64Array }[];
  /** A bound of the dual norm. */
  readonly norm: number;
}

/** A computation over one region, for any number of selectors. */
interface Pass {
  readonly products: RowProducts;
  readonly region: PreparedRegion;
  readonly bounds: ForwardBounds;
  readonly question: JacobianQuestion;
  /** Bounds of J_k for k = -1, 0, …: index k + 1. */
  readonly low: Float64Array[];
  readonly high: Float64Array[];
  /** The rounding error of J_k. */
  readonly margin: Float64Array[];
  /** Alternative planes by layer, each set propagated separately. */
  readonly planes: Lines[][];
}

/** Bounds the Jacobian given bounds of the pre-activations; pauses between blocks of rows. O(n² w³). */
export function* boundJacobian(
  products: RowProducts,
  region: PreparedRegion,
  bounds: ForwardBounds,
  question: JacobianQuestion,
): Generator<void, JacobianAnswer> {
  const { layers } = products.network;
  const last = layers.length - 1;
  const top = layers[last].map.applyTransposed(question.selector);
  const pass: Pass = {
    products,
    region,
    bounds,
    question,
    low: [],
    high: [],
    margin: gradientMargins(products.network, bounds, question.selector),
    planes: [],
  };
  const { selector } = question;
  const isUnit = selector.reduce((count, g) => count + (g === 0 ? 0 : g === 1 ? 1 : 2), 0) === 1;
  pass.low[last] = top.map((value, i) => value - (isUnit ? 0 : pass.margin[last][i]));
  pass.high[last] = top.map((value, i) => value + (isUnit ? 0 : pass.margin[last][i]));
  keepSigns(pass, last, selector, selector);
  for (let k = last - 1; k >= 0; k--) {
    layPlanes(pass, k);
    intervalProduct(pass, k);
    if (question.method === 'interval') continue;
    for (let choice = 0; choice < pass.planes[k].length; choice++) yield* boundEntries(pass, k, choice);
  }
  const [lower, upper] = [pass.low[0], pass.high[0]];
  const hidden = pass.low.slice(1).map((values, k) => ({ lower: values.slice(), upper: pass.high[k + 1].slice() }));
  return { lower: lower.slice(), upper: upper.slice(), hidden, norm: boundNorm(pass) };
}

/** 4 K u times the magnitudes |g|' |W_n| … |W_{k+1}|, index k + 1; smooth planes run through z as well. */
export function gradientMargins({ layers }: PreparedNetwork, { magnitude }: ForwardBounds, g: Float64Array): Float64Array[] {
  const found: Float64Array[] = [];
  let row: Float64Array = g.map(Math.abs);
  let terms = 0;
  let reach = 2;
  for (let k = layers.length - 1; k >= 0; k--) {
    const { map, activation } = layers[k];
    if (k < layers.length - 1 && !isPiecewiseLinear(activation)) {
      reach += 2 + magnitude[k].reduce((most, size) => Math.max(most, size), 0);
    }
    row = map.applyAbsoluteTransposed(row);
    for (let i = 0; i < row.length; i++) row[i] += 2 ** -1022;
    // Lines at most halve their magnitudes.
    terms += 2 * map.terms + 32;
    found[k] = row.map((size) => size * terms * reach * ROUNDING * 2 ** (layers.length - 1 - k));
  }
  return found;
}

function rangeOf({ products, bounds, question }: Pass, k: number): LayerRange {
  const { activation, slope, carried } = products.network.layers[k];
  return { activation, slope, carried, lower: bounds.lower[k], upper: bounds.upper[k], phases: question.phases?.[k] };
}

function layPlanes(pass: Pass, k: number): void {
  const range = rangeOf(pass, k);
  const [low, high] = [pass.low[k + 1], pass.high[k + 1]];
  const { method } = pass.question;
  pass.planes[k] = [linePlanes(range, low, high, method === 'recurjac')];
  if (method !== 'linear' || pass.question.relaxation === 'chord') return;
  const isSmooth = pass.products.network.layers.slice(0, -1).some((l) => !isPiecewiseLinear(l.activation));
  if (!isSmooth) return;
  for (const corners of ['best', 'mirrored', 'least-slope', 'least-gradient'] as const) {
    pass.planes[k].push(isPiecewiseLinear(range.activation) ? pass.planes[k][0] : mcCormickPlanes(range, low, high, corners));
  }
}

/** The interval of J_{k-1} from that of J_k. */
function intervalProduct(pass: Pass, k: number): void {
  const { low, high, margin, products } = pass;
  const range = rangeOf(pass, k);
  const { slope, lower, upper, phases } = range;
  const { map } = products.network.layers[k];
  const middle = new Float64Array(map.outputs);
  const half = new Float64Array(map.outputs);
  const leasts = new Float64Array(map.outputs);
  const mosts = new Float64Array(map.outputs);
  for (let i = 0; i < middle.length; i++) {
    const [p, q] = slopeRange(activationOf(range, i), slope, lower[i], upper[i], phases?.[i] ?? 0);
    const [L, U] = [low[k + 1][i], high[k + 1][i]];
    const least = Math.min(p * L, q * L);
    const most = Math.max(p * U, q * U);
    leasts[i] = least;
    mosts[i] = most;
    middle[i] = least / 2 + most / 2;
    half[i] = Math.max(most - middle[i], middle[i] - least);
  }
  const center = map.applyTransposed(middle);
  const spread = map.applyAbsoluteTransposed(half);
  low[k] = center.map((c, i) => finite(c - spread[i] - margin[k][i], -Infinity));
  high[k] = center.map((c, i) => finite(c + spread[i] + margin[k][i], Infinity));
  keepSigns(pass, k, leasts, mosts);
}

/** A sum without negative terms is not negative, in spite of rounding: its signs are counted in whole numbers. */
function keepSigns({ products, low, high }: Pass, k: number, least: Float64Array, most: Float64Array): void {
  const { signs } = products.network.layers[k];
  const isNegative = least.map((value) => (value < 0 ? 1 : 0));
  const isPositive = most.map((value) => (value > 0 ? 1 : 0));
  const either = signs.applyAbsoluteTransposed(isNegative.map((count, i) => count + isPositive[i]));
  const difference = signs.applyTransposed(isNegative.map((count, i) => count - isPositive[i]));
  for (let j = 0; j < either.length; j++) {
    if (either[j] + difference[j] === 0) low[k][j] = Math.max(0, low[k][j]);
    if (either[j] - difference[j] === 0) high[k][j] = Math.min(0, high[k][j]);
  }
}

const finite = (bound: number, otherwise: number): number => (Number.isNaN(bound) ? otherwise : bound);

/** Cuts the bounds of J_{k-1} with those of linear propagation through one set of planes. */
function* boundEntries(pass: Pass, k: number, choice: number): Generator<void, void> {
  const { products, low, high, margin } = pass;
  const { map } = products.network.layers[k];
  const half = Math.floor(products.capacity / 2);
  for (let from = 0; from < map.inputs; from += half) {
    const count = Math.min(half, map.inputs - from);
    map.columns(from, from + count, products.rows);
    products.rows.copyWithin(count * map.outputs, 0, count * map.outputs);
    const values = propagate(pass, k, choice, count, count);
    for (let i = 0; i < count; i++) {
      const slack = margin[k][from + i];
      high[k][from + i] = Math.min(high[k][from + i], finite(values[i] + slack, Infinity));
      low[k][from + i] = Math.max(low[k][from + i], finite(values[count + i] - slack, -Infinity));
    }
    yield;
  }
}

/** The extreme values of rows that are linear in Y_k = J_k o s'(z_k). */
function propagate(pass: Pass, k: number, choice: number, uppers: number, lowers: number): Float64Array {
  const { products, bounds, region, low, high } = pass;
  const { layers, inputs } = products.network;
  const count = uppers + lowers;
  const constants = new Float64Array(count);
  const last = layers.length - 1;
  const extra: (Float64Array | undefined)[] = [];
  for (let j = k; ; j++) {
    const planes = pass.planes[j][Math.min(choice, pass.planes[j].length - 1)];
    extra[j] = relaxRows(products.rows, layers[j].map.outputs, uppers, count, planes, constants);
    if (j === last - 1) break;
    products.forward(j + 1, count);
  }
  // J_{n-1} is constant, except for rounding.
  const { rows } = products;
  const width = layers[last].map.inputs;
  for (let r = 0, at = 0; r < count; r++) {
    const isUpper = r < uppers;
    let sum = 0;
    for (let i = 0; i < width; i++, at++) {
      const a = rows[at];
      if (a === 0) continue;
      sum += a * (a > 0 === isUpper ? high[last][i] : low[last][i]);
    }
    constants[r] += sum;
  }
  if (!extra.some((values) => values !== undefined)) return constants;
  // Coefficients on z are propagated through the forward pass to the inputs.
  const top = extra.length - 1;
  products.rows.fill(0, 0, count * layers[top].map.outputs);
  substituteBack(products, bounds.lines, top, uppers, lowers, constants, extra);
  for (let r = 0; r < count; r++) {
    const at = r * inputs;
    constants[r] += r < uppers ? greatest(region, products.rows, at) : least(region, products.rows, at);
  }
  return constants;
}

/** A bound of the dual norm of the gradient over the counted inputs. */
function boundNorm(pass: Pass): number {
  const { products, question, margin } = pass;
  const [low, high] = [pass.low[0], pass.high[0]];
  const { counted, norm, method } = question;
  const largest = low.map((l, j) => (counted?.[j] === 0 ? 0 : Math.max(Math.abs(l), Math.abs(high[j]))));
  if (norm === 'l1') return largest.reduce((most, size) => Math.max(most, size), 0);
  if (norm === 'l2') return euclidean(largest) * (1 + largest.length * ROUNDING);
  const sum = largest.reduce((so, size) => so + size, 0) * (1 + largest.length * ROUNDING);
  if (method === 'interval' || products.network.layers.length === 1) return sum;
  let best = sum;
  for (let choice = 0; choice < pass.planes[0].length; choice++) {
    // |t| <= its chord where both signs occur; RecurJac uses the larger end.
    const { map } = products.network.layers[0];
    const row = new Float64Array(low.length);
    let constant = 0;
    let slack = 0;
    for (let j = 0; j < row.length; j++) {
      if (counted?.[j] === 0) continue;
      const [L, U] = [low[j], high[j]];
      slack += 2 * margin[0][j] + (Math.abs(L) + Math.abs(U)) * low.length * ROUNDING;
      if (L >= 0) row[j] = 1;
      else if (U <= 0) row[j] = -1;
      else if (method === 'recurjac') constant += largest[j];
      else {
        const slope = Math.min(1, Math.max(-1, (U + L) / (U - L)));
        row[j] = slope;
        constant += Math.max(U - slope * U, -L - slope * L);
      }
    }
    products.rows.set(map.apply(row));
    const value = propagate(pass, 0, choice, 1, 0)[0] + constant + slack;
    if (value < best) best = value;
  }
  return best;
}

/** The Euclidean norm without overflow. */
export function euclidean(values: Float64Array): number {
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (scale === 0 || scale === Infinity) return scale;
  return scale * Math.sqrt(values.reduce((sum, value) => sum + (value / scale) ** 2, 0));
}

/** The dual norm of a gradient over the counted inputs. */
export function dualNorm(gradient: Float64Array, norm: InputNorm, counted?: Uint8Array): number {
  const sizes = gradient.map((value, j) => (counted?.[j] === 0 ? 0 : Math.abs(value)));
  if (norm === 'l2') return euclidean(sizes);
  return norm === 'l1' ? sizes.reduce((most, size) => Math.max(most, size), 0) : sizes.reduce((sum, size) => sum + size, 0);
}
