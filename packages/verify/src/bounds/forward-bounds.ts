// Bounds of all pre-activations over a region: interval arithmetic, and CROWN's linear bounds propagated backwards.
//
// H. Zhang, T.-W. Weng, P.-Y. Chen, C.-J. Hsieh, L. Daniel: Efficient neural network robustness certification with
// general activation functions (2018), arXiv 1811.00866.
//
// Rounding. Every bound is a sum of products of weights, slopes of at most 1 and inputs. If M is the same sum with all
// numbers replaced by their magnitudes, and no number of it goes through more than K additions, floating-point
// arithmetic errs by at most K u M (1 + O(K u)), u = 2^-53; an underflow errs by 2^-1075 an operation, which M covers by the 2^-1022 added
// to it at every neuron. So all bounds are moved outwards by 4 K u M.
import type { Activation, PreparedNetwork } from '../networks/network.ts';
import { activationOf, activationRange, isPiecewiseLinear, isSteep } from '../networks/network.ts';
import type { PreparedRegion } from './region.ts';
import { greatest, least } from './region.ts';
import type { Lines } from './relaxation.ts';
import { emptyLines, relaxActivation } from './relaxation.ts';
import type { RowProducts } from './row-products.ts';

/** How pre-activations are bounded. */
export type ForwardMethod = 'interval' | 'crown' | 'alpha-crown';

/** For every layer the sign that its neurons are fixed to: 1, -1, or 0 for free. */
export type Phases = readonly Int8Array[];

/** lower <= z_k <= upper for every layer, the outputs last. */
export interface ForwardBounds {
  readonly lower: Float64Array[];
  readonly upper: Float64Array[];
  /** Lines around the activations of the hidden layers. */
  readonly lines: Lines[];
  /** The rounding error of a linear bound of z_k. */
  readonly margin: Float64Array[];
  /** The largest magnitudes of partial sums in z_k. */
  readonly magnitude: Float64Array[];
  /** Whether some neuron's interval is empty: no input of the region has these phases. */
  isEmpty: boolean;
}

/** 4 u. */
export const ROUNDING = 2 ** -51;

/** Bounds of all layers by interval arithmetic only, the start of the other methods. O(weights). */
export function intervalBounds(network: PreparedNetwork, region: PreparedRegion, phases?: Phases): ForwardBounds {
  const bounds = emptyBounds(network, region);
  for (let k = 0; k < network.layers.length; k++) {
    intervalLayer(network, region, bounds, k);
    closeLayer(network, bounds, k, phases);
  }
  return bounds;
}

export function emptyBounds(network: PreparedNetwork, region: PreparedRegion): ForwardBounds {
  const { layers } = network;
  const margin: Float64Array[] = [];
  const magnitude: Float64Array[] = [];
  for (let k = 0; k < layers.length; k++) setMagnitude(layers, region, { margin, magnitude, lines: [] }, k);
  const bounds = layers.map(({ map }) => new Float64Array(map.outputs));
  return {
    lower: bounds,
    upper: bounds.map((values) => values.slice()),
    lines: layers.slice(0, -1).map(({ map }) => emptyLines(map.outputs)),
    margin,
    magnitude,
    isEmpty: false,
  };
}

/** The magnitudes of sums of layer k; of steep activations by their lines, which depend on the region. */
function setMagnitude(
  layers: PreparedNetwork['layers'],
  region: PreparedRegion,
  { margin, magnitude, lines }: Pick<ForwardBounds, 'margin' | 'magnitude' | 'lines'>,
  k: number,
): void {
  const { map } = layers[k];
  const input = magnitude[k - 1]?.map((size, i) => activationMagnitude(activationOf(layers[k - 1], i), size, lines[k - 1], i));
  const sizes = map.applyAbsolute(input ?? region.magnitude);
  for (let i = 0; i < sizes.length; i++) sizes[i] += Math.abs(map.bias[i]) + 2 ** -1022;
  const terms = layers.slice(0, k + 1).reduce((sum, layer) => sum + layer.map.terms + 16, 0);
  magnitude[k] = sizes;
  margin[k] = sizes.map((size) => size * terms * ROUNDING);
}

/** The magnitudes that the two terms of a line around s(z) add up to, for |z| up to `size`. */
function activationMagnitude(activation: Activation, size: number, lines: Lines | undefined, i: number): number {
  if (activation === 'linear') return size;
  if (!isSteep(activation)) return isPiecewiseLinear(activation) ? 2 * size : 4 * size + 2;
  if (!lines) return size;
  const { lowerSlope, lowerIntercept, upperSlope, upperIntercept } = lines;
  const [slope, constant] = [
    [lowerSlope, upperSlope],
    [lowerIntercept, upperIntercept],
  ].map((pair) => Math.max(...pair.map((values) => Math.abs(values[i]))));
  return slope * size + constant;
}

/** Sets the bounds of layer k to those of interval arithmetic over the activations of layer k - 1. */
export function intervalLayer({ layers }: PreparedNetwork, region: PreparedRegion, bounds: ForwardBounds, k: number): void {
  const { map } = layers[k];
  if (layers.slice(0, k).some(({ activation }) => isSteep(activation))) setMagnitude(layers, region, bounds, k);
  const { lower, upper, margin } = bounds;
  const middle = new Float64Array(map.inputs);
  const half = new Float64Array(map.inputs);
  if (k === 0) {
    middle.set(region.middle);
    half.set(region.halfWidth);
  } else {
    const { slope } = layers[k - 1];
    for (let i = 0; i < middle.length; i++) {
      const activation = activationOf(layers[k - 1], i);
      const [low, high] = activationRange(activation, slope, lower[k - 1][i], upper[k - 1][i]);
      middle[i] = low / 2 + high / 2;
      half[i] = Math.max(high - middle[i], middle[i] - low);
    }
  }
  const center = map.apply(middle);
  const spread = map.applyAbsolute(half);
  for (let i = 0; i < center.length; i++) {
    const at = center[i] + map.bias[i];
    lower[k][i] = finiteOr(at - spread[i] - margin[k][i], -Infinity);
    upper[k][i] = finiteOr(at + spread[i] + margin[k][i], Infinity);
  }
}

/** A NaN (infinity minus infinity) is not a valid bound. */
export function finiteOr(bound: number, otherwise: number): number {
  return Number.isNaN(bound) ? otherwise : bound;
}

/** Cuts the intervals of layer k to its phases and lays the lines. */
export function closeLayer({ layers }: PreparedNetwork, bounds: ForwardBounds, k: number, phases?: Phases): void {
  const { lower, upper, lines } = bounds;
  const { slope } = layers[k];
  const signs = phases?.[k];
  for (let i = 0; i < lower[k].length; i++) {
    const phase = signs?.[i] ?? 0;
    if (phase > 0) lower[k][i] = Math.max(0, lower[k][i]);
    if (phase < 0) upper[k][i] = Math.min(0, upper[k][i]);
    if (lower[k][i] > upper[k][i]) bounds.isEmpty = true;
    if (k === layers.length - 1) continue;
    relaxActivation(lines[k], i, activationOf(layers[k], i), slope, lower[k][i], upper[k][i], phase);
  }
}

/**
 * Bounds of all layers by CROWN, each cut with those of interval arithmetic. O(n² w³) for n layers of width w; pauses
 * between blocks of rows. Bounds of a larger domain are reused: its layers below `sameBelow` unchanged.
 */
export function* crownBounds(
  products: RowProducts,
  region: PreparedRegion,
  phases?: Phases,
  layersWanted = products.network.layers.length,
  known?: KnownBounds,
): Generator<void, ForwardBounds> {
  const { network } = products;
  const bounds = known ? copyOf(known) : emptyBounds(network, region);
  for (let k = Math.max(0, (known?.sameBelow ?? 0) - 1); k < layersWanted; k++) {
    const [low, high] = [bounds.lower[k].slice(), bounds.upper[k].slice()];
    if (!known || k >= known.sameBelow) {
      intervalLayer(network, region, bounds, k);
      if (k > 0 || region.ball) yield* crownLayer(products, region, bounds, k);
    }
    if (known) {
      low.forEach((end, i) => {
        bounds.lower[k][i] = Math.max(end, bounds.lower[k][i]);
      });
      high.forEach((end, i) => {
        bounds.upper[k][i] = Math.min(end, bounds.upper[k][i]);
      });
    }
    closeLayer(network, bounds, k, phases);
    if (bounds.isEmpty) break;
  }
  return bounds;
}

/** Bounds of a domain that contains this one; below a layer, sums have the same bounds here. */
export interface KnownBounds {
  readonly bounds: ForwardBounds;
  readonly sameBelow: number;
}

/** Layers that may change are copied. */
function copyOf({ bounds, sameBelow }: KnownBounds): ForwardBounds {
  const fresh = (lists: readonly Float64Array[]) => lists.map((list, k) => (k < sameBelow - 1 ? list : list.slice()));
  const lines = bounds.lines.map((line, k) => (k < sameBelow - 1 ? line : emptyLines(line.lowerSlope.length)));
  const { lower, upper, margin, magnitude } = bounds;
  const own = { lower: fresh(lower), upper: fresh(upper), margin: margin.slice(), magnitude: magnitude.slice() };
  return { ...own, lines, isEmpty: false };
}

/** Cuts the bounds of layer k with CROWN's, given those of the layers before it. */
export function* crownLayer(
  products: RowProducts,
  region: PreparedRegion,
  { lower, upper, lines, margin }: ForwardBounds,
  k: number,
): Generator<void, void> {
  const { network } = products;
  const { map } = network.layers[k];
  const half = Math.floor(products.capacity / 2);
  for (let from = 0; from < map.outputs; from += half) {
    const count = Math.min(half, map.outputs - from);
    const { rows } = products;
    map.rows(from, from + count, rows);
    rows.copyWithin(count * map.inputs, 0, count * map.inputs);
    const constants = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) constants[i] = constants[count + i] = map.bias[from + i];
    substituteBack(products, lines, k - 1, count, count, constants);
    for (let i = 0; i < count; i++) {
      const most = greatest(region, products.rows, i * network.inputs) + constants[i];
      const fewest = least(region, products.rows, (count + i) * network.inputs) + constants[count + i];
      const slack = margin[k][from + i];
      upper[k][from + i] = Math.min(upper[k][from + i], finiteOr(most + slack, Infinity));
      lower[k][from + i] = Math.max(lower[k][from + i], finiteOr(fewest - slack, -Infinity));
    }
    yield;
  }
}

/**
 * Rows that are linear in the activations of layer j become linear in the inputs: `uppers` rows bounded from above,
 * then `lowers` rows from below. Constants gather in `constants`. `extra[j]`, where given, holds further coefficients on
 * z_j for the same rows.
 */
export function substituteBack(
  products: RowProducts,
  lines: readonly Lines[],
  j: number,
  uppers: number,
  lowers: number,
  constants: Float64Array,
  extra?: readonly (Float64Array | undefined)[],
): void {
  const { layers } = products.network;
  const count = uppers + lowers;
  for (; j >= 0; j--) {
    const { map } = layers[j];
    relaxRows(products.rows, map.outputs, uppers, count, lines[j], constants);
    const more = extra?.[j];
    const { rows } = products;
    if (more) for (let i = 0; i < count * map.outputs; i++) rows[i] += more[i];
    addBias(rows, map.bias, count, constants);
    products.backward(j, count);
  }
}

export function addBias(rows: Float64Array, bias: Float64Array, count: number, constants: Float64Array): void {
  const width = bias.length;
  for (let r = 0, at = 0; r < count; r++) {
    let sum = 0;
    for (let i = 0; i < width; i++, at++) sum += rows[at] * bias[i];
    constants[r] += sum;
  }
}

/**
 * Coefficients on s(z) become coefficients on z and a constant: each uses the line on the bounded side. `slopes` are
 * lower slopes of every row's own; coefficients of planes on a further variable are returned.
 */
export function relaxRows(
  rows: Float64Array,
  width: number,
  uppers: number,
  count: number,
  { lowerSlope, lowerIntercept, upperSlope, upperIntercept, lowerZ, upperZ }: Lines,
  constants: Float64Array,
  slopes?: Float64Array,
): Float64Array | undefined {
  const onZ = upperZ && new Float64Array(count * width);
  for (let r = 0, at = 0; r < count; r++) {
    const isUpper = r < uppers;
    let sum = 0;
    for (let i = 0; i < width; i++, at++) {
      const a = rows[at];
      if (a === 0) continue;
      if (a > 0 === isUpper) {
        sum += a * upperIntercept[i];
        rows[at] = a * upperSlope[i];
        if (onZ) onZ[at] = a * upperZ[i];
      } else {
        sum += a * lowerIntercept[i];
        rows[at] = a * (slopes ? slopes[at] : lowerSlope[i]);
        if (onZ && lowerZ) onZ[at] = a * lowerZ[i];
      }
    }
    constants[r] += sum;
  }
  return onZ;
}
