// alpha-CROWN: CROWN with the lower lines of unstable neurons optimised, separately for every bounded number.
//
// K. Xu, H. Zhang, S. Wang, Y. Wang, S. Jana, X. Lin, C.-J. Hsieh: Fast and complete: enabling complete verification with
// rapid and massively parallel incomplete verifiers (2020), arXiv 2011.13824.
import type { PreparedNetwork } from '../networks/network.ts';
import type { ForwardBounds, Phases } from './forward-bounds.ts';
import { addBias, closeLayer, crownLayer, emptyBounds, finiteOr, intervalLayer, relaxRows } from './forward-bounds.ts';
import type { PreparedRegion } from './region.ts';
import { greatest, least } from './region.ts';
import type { Lines } from './relaxation.ts';
import type { RowProducts } from './row-products.ts';

/** How slopes are optimised. */
export interface AlphaSettings {
  /** Steps of Adam. */
  readonly steps: number;
  /** Length of the first step. */
  readonly rate: number;
  /** The decay factor of the length at every step. */
  readonly decay: number;
}

/** Multiplications between two pauses. */
const BLOCK = 2e6;

/** As many steps as published, longer at first: bounds of random networks come nearer to the optimum than with 0.1 and 0.98. */
export const ALPHA_SETTINGS: AlphaSettings = { steps: 100, rate: 0.25, decay: 0.97 };

/** In the domains of branch and bound: splits gain more than further steps. */
export const DOMAIN_SETTINGS: AlphaSettings = { steps: 20, rate: 0.5, decay: 0.98 };

/** Bounds of the first `layersWanted` layers; all of them by default. As `crownBounds`, times twice the steps. */
export function* alphaCrownBounds(
  products: RowProducts,
  region: PreparedRegion,
  settings: AlphaSettings = ALPHA_SETTINGS,
  phases?: Phases,
  layersWanted = products.network.layers.length,
): Generator<void, ForwardBounds> {
  const { network } = products;
  const bounds = emptyBounds(network, region);
  for (let k = 0; k < layersWanted; k++) {
    intervalLayer(network, region, bounds, k);
    if (k > 0 || region.ball) yield* crownLayer(products, region, bounds, k);
    if (k > 0) yield* alphaLayer(products, region, bounds, k, settings, k === network.layers.length - 1);
    closeLayer(network, bounds, k, phases);
    if (bounds.isEmpty) break;
  }
  return bounds;
}

/** Cuts the bounds of the neurons of layer k that are not known to be stable. */
function* alphaLayer(
  products: RowProducts,
  region: PreparedRegion,
  { lower, upper, lines, margin }: ForwardBounds,
  k: number,
  settings: AlphaSettings,
  isLast: boolean,
): Generator<void, void> {
  const { map } = products.network.layers[k];
  const half = Math.floor(products.capacity / 2);
  const wanted = Array.from(lower[k].keys()).filter((i) => isLast || (lower[k][i] <= 0 && upper[k][i] >= 0));
  for (let from = 0; from < wanted.length; from += half) {
    const some = wanted.slice(from, from + half);
    const rows = new Float64Array(some.length * map.inputs);
    for (const [r, i] of some.entries()) {
      map.rows(i, i + 1, rows.subarray(r * map.inputs, (r + 1) * map.inputs));
    }
    const constants = Float64Array.from(some, (i) => map.bias[i]);
    const both = new Float64Array(2 * rows.length);
    both.set(rows);
    both.set(rows, rows.length);
    const twice = Float64Array.from([...constants, ...constants]);
    const best = yield* alphaRows(products, region, lines, k - 1, both, twice, some.length, settings);
    for (const [r, i] of some.entries()) {
      upper[k][i] = Math.min(upper[k][i], finiteOr(best[r] + margin[k][i], Infinity));
      lower[k][i] = Math.max(lower[k][i], finiteOr(best[some.length + r] - margin[k][i], -Infinity));
    }
  }
}

/**
 * The best bounds found of rows that are linear in the activations of layer `top`: the first `uppers` from above, the
 * others from below; where signs of neurons are given, they count as beta-CROWN has it. The gradient of a bound by the slope of a lower line is the coefficient that uses it times the
 * pre-activation at the input where the bound is taken, with every activation on its line: one product forward.
 */
export function* alphaRows(
  products: RowProducts,
  region: PreparedRegion,
  lines: readonly Lines[],
  top: number,
  start: Float64Array,
  startConstants: Float64Array,
  uppers: number,
  { steps, rate, decay }: AlphaSettings,
  signs?: Signs,
): Generator<void, Float64Array> {
  const { network } = products;
  const { layers, inputs } = network;
  const count = startConstants.length;
  const betas = signs && new SignMultipliers(signs, count, uppers);
  const alphas: Float64Array[] = [];
  const moments: Float64Array[] = [];
  const squares: Float64Array[] = [];
  const coefficients: Float64Array[] = [];
  const free = lines.slice(0, top + 1).map((line, j) => freeNeurons(network, line, j));
  for (let j = 0; j <= top; j++) {
    const width = layers[j].map.outputs;
    alphas[j] = new Float64Array(count * width);
    for (let r = 0; r < count; r++) alphas[j].set(lines[j].lowerSlope, r * width);
    moments[j] = new Float64Array(count * width);
    squares[j] = new Float64Array(count * width);
  }
  let work = 0;
  const stepWork = 2 * count * layers.slice(0, top + 1).reduce((so, { map }) => so + map.inputs * map.outputs, 0);
  const best = Float64Array.from({ length: count }, (_, r) => (r < uppers ? Infinity : -Infinity));
  for (let step = 0; step <= steps; step++) {
    const constants = startConstants.slice();
    products.rows.set(start);
    for (let j = top; j >= 0; j--) {
      const { map } = layers[j];
      coefficients[j] = products.rows.slice(0, count * map.outputs);
      relaxRows(products.rows, map.outputs, uppers, count, lines[j], constants, alphas[j]);
      betas?.pull(products.rows, coefficients[j], j, map.outputs);
      addBias(products.rows, map.bias, count, constants);
      products.backward(j, count);
    }
    for (let r = 0; r < count; r++) {
      const reach = r < uppers ? greatest : least;
      const bound = constants[r] + reach(region, products.rows, r * inputs) - (betas?.slackOf(r) ?? 0);
      if (Number.isNaN(bound)) continue;
      best[r] = r < uppers ? Math.min(best[r], bound) : Math.max(best[r], bound);
    }
    if (step === steps) break;
    work += stepWork;
    takeExtremes(products.rows, count, uppers, region);
    for (let j = 0; j <= top; j++) {
      const { map } = layers[j];
      products.forward(j, count);
      betas?.move(products.rows, map.bias, j, rate * decay ** step, step);
      moveAlphas({
        values: products.rows,
        bias: map.bias,
        coefficients: coefficients[j],
        alphas: alphas[j],
        moment: moments[j],
        square: squares[j],
        line: lines[j],
        free: free[j],
        least: layers[j].slope,
        uppers,
        count,
        step,
        length: rate * decay ** step,
      });
    }
    if (work < BLOCK) continue;
    work = 0;
    yield;
  }
  return best;
}

/** Neurons whose signs are given, and the magnitudes of their sums. */
export interface Signs {
  readonly phases: Phases;
  /** The largest magnitudes of the sums, by layer. */
  readonly magnitude: readonly Float64Array[];
  /** The rounding error, as a share of the magnitudes. */
  readonly share: number;
}

/**
 * beta-CROWN: where z_i >= 0 is given, a bound from below stays one with -beta_i z_i added for any beta_i >= 0, and becomes
 * better where the input at which it is taken has the wrong sign.
 *
 * S. Wang and others: Beta-CROWN (2021), arXiv 2103.06624.
 */
class SignMultipliers {
  /** One a row and a sign: the multiplier, its moments, and the size of the row's coefficients in the layer. */
  readonly #all: {
    r: number;
    layer: number;
    neuron: number;
    sign: number;
    value: number;
    moment: number;
    square: number;
    size: number;
  }[] = [];
  readonly #signs: Signs;
  readonly #uppers: number;

  constructor(signs: Signs, count: number, uppers: number) {
    [this.#signs, this.#uppers] = [signs, uppers];
    signs.phases.slice(0, -1).forEach((list, layer) => {
      list.forEach((sign, neuron) => {
        for (let r = 0; sign !== 0 && r < count; r++)
          this.#all.push({ r, layer, neuron, sign, value: 0, moment: 0, square: 0, size: 0 });
      });
    });
  }

  /** Adds the multipliers to the coefficients on the sums of a layer, `width` a row. */
  pull(rows: Float64Array, coefficients: Float64Array, layer: number, width: number): void {
    for (const one of this.#all) {
      if (one.layer !== layer) continue;
      rows[one.r * width + one.neuron] += one.sign * (one.r < this.#uppers ? one.value : -one.value);
      const own = coefficients.subarray(one.r * width, (one.r + 1) * width);
      one.size = own.reduce((size, a) => Math.max(size, Math.abs(a)), 0);
    }
  }

  /** The rounding error of the multipliers in the bound of a row, with the sign of the safe side. */
  slackOf(r: number): number {
    const { magnitude, share } = this.#signs;
    const sum = this.#all.reduce((so, one) => so + (one.r === r ? one.value * magnitude[one.layer][one.neuron] : 0), 0);
    return (r < this.#uppers ? -1 : 1) * sum * share;
  }

  /** A step of Adam by the sums at the inputs where the bounds are taken. */
  move(sums: Float64Array, bias: Float64Array, layer: number, length: number, step: number): void {
    for (const one of this.#all) {
      if (one.layer !== layer) continue;
      const gradient = -one.sign * (sums[one.r * bias.length + one.neuron] + bias[one.neuron]);
      one.moment = 0.9 * one.moment + 0.1 * gradient;
      one.square = 0.999 * one.square + 0.001 * gradient * gradient;
      const way = one.moment / (1 - 0.9 ** (step + 1)) / Math.sqrt(one.square / (1 - 0.999 ** (step + 1)));
      if (Number.isFinite(way)) one.value = Math.max(0, one.value + length * one.size * way);
    }
  }
}

/** Neurons whose lower line may turn about the origin: the unstable ones of a piecewise linear layer. */
function freeNeurons({ layers }: PreparedNetwork, line: Lines, j: number): Uint8Array {
  const { activation } = layers[j];
  const turns = activation === 'relu' || activation === 'leaky-relu';
  return Uint8Array.from(line.upperIntercept, (intercept) => (turns && intercept > 0 ? 1 : 0));
}

/** Every row becomes the input at which its bound over the region is taken. */
function takeExtremes(rows: Float64Array, count: number, uppers: number, region: PreparedRegion): void {
  const { lower, upper, ball } = region;
  const n = lower.length;
  for (let r = 0; r < count; r++) {
    const sign = r < uppers ? 1 : -1;
    const row = rows.subarray(r * n, (r + 1) * n);
    if (ball?.norm === 'l2') {
      const size = Math.hypot(...row) || 1;
      for (let j = 0; j < n; j++) row[j] = ball.center[j] + (sign * ball.radius * row[j]) / size;
    } else if (ball) {
      const largest = row.reduce((at, a, j) => (Math.abs(a) > Math.abs(row[at]) ? j : at), 0);
      const direction = Math.sign(row[largest]);
      row.set(ball.center);
      row[largest] += sign * direction * ball.radius;
    } else for (let j = 0; j < n; j++) row[j] = sign * row[j] >= 0 ? upper[j] : lower[j];
  }
}

interface AlphaMove {
  readonly values: Float64Array;
  readonly bias: Float64Array;
  readonly coefficients: Float64Array;
  readonly alphas: Float64Array;
  readonly moment: Float64Array;
  readonly square: Float64Array;
  readonly line: Lines;
  readonly free: Uint8Array;
  readonly least: number;
  readonly uppers: number;
  readonly count: number;
  readonly step: number;
  readonly length: number;
}

/** One step of Adam on the slopes of a layer; pre-activations in `values` become activations on their lines. */
function moveAlphas(move: AlphaMove): void {
  const { values, bias, coefficients, alphas, moment, square, line, free, least, uppers, count, step } = move;
  const width = bias.length;
  const [first, second] = [1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)];
  for (let r = 0, at = 0; r < count; r++) {
    const isUpper = r < uppers;
    for (let i = 0; i < width; i++, at++) {
      const z = values[at] + bias[i];
      const a = coefficients[at];
      const isAbove = a !== 0 && a > 0 === isUpper;
      values[at] = isAbove ? line.upperSlope[i] * z + line.upperIntercept[i] : alphas[at] * z + line.lowerIntercept[i];
      if (isAbove || a === 0 || free[i] === 0) continue;
      const gradient = isUpper ? -a * z : a * z;
      moment[at] = 0.9 * moment[at] + 0.1 * gradient;
      square[at] = 0.999 * square[at] + 0.001 * gradient * gradient;
      const size = Math.sqrt(square[at] / second);
      if (!(size > 0 && Number.isFinite(size))) continue;
      alphas[at] = Math.min(1, Math.max(least, alphas[at] + (move.length * moment[at]) / first / size));
    }
  }
}
