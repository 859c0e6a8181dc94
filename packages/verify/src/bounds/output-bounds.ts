// Bounds of a network's outputs over a region, as one function.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { NetworkLike } from '../networks/network.ts';
import { asNetwork, prepareNetwork } from '../networks/network.ts';
import { ALPHA_SETTINGS, alphaCrownBounds } from './alpha-crown.ts';
import type { ForwardBounds, ForwardMethod, Phases } from './forward-bounds.ts';
import { crownBounds, intervalBounds } from './forward-bounds.ts';
import type { PreparedRegion, RegionLike } from './region.ts';
import { asRegion, prepareRegion } from './region.ts';
import { finish, RowProducts } from './row-products.ts';

const outputBoundsOptions = {
  method: {
    type: 'choice',
    choices: ['interval', 'crown', 'alpha-crown'],
    default: 'crown',
    description: 'Interval arithmetic, lines propagated backwards, or the same with optimised lines',
  },
} as const satisfies OptionSpecs;

/** Options of `outputBounds`. */
export type OutputBoundsOptions = OptionsOf<typeof outputBoundsOptions>;

/** Bounds, a number a neuron. */
export interface NeuronBounds {
  /** The least values. */
  readonly lower: Float64Array;
  /** The greatest values. */
  readonly upper: Float64Array;
}

/** Bounds of the outputs over a region. */
export interface OutputBounds extends NeuronBounds {
  /** Bounds of the pre-activations of every hidden layer. */
  readonly hidden: readonly NeuronBounds[];
}

/**
 * Bounds of every output of a network for all inputs of a region: l <= f(x) <= u. They hold in real arithmetic, with all rounding errors of
 * the computation included; a program that evaluates the network in single precision may leave the interval by its own rounding errors.
 *
 * O(weights) for `interval`, O(n² w³) for n dense layers of width w with `crown`, two hundred times that with `alpha-crown`.
 *
 * @param network - the network
 * @param region - the inputs
 * @throws {InvalidInputError} for networks and regions that do not fit
 *
 * @example
 * ```ts
 * import { denseNetwork, outputBounds } from '@infimum/verify';
 *
 * const network = denseNetwork([[1, -1, 2, -1], [1, -1]], [[0, 0], [0]]);
 * const { lower, upper } = outputBounds(network, { lower: [-1, -2], upper: [2, 1] });
 * console.log(lower[0].toFixed(6), upper[0].toFixed(6)); // -3.000000 3.000000
 * ```
 */
export function outputBounds(network: NetworkLike, region: RegionLike, options: OutputBoundsOptions = {}): OutputBounds {
  const { method } = resolveOptions(outputBoundsOptions, options);
  const prepared = prepareNetwork(asNetwork(network));
  const inputs = prepareRegion(asRegion(region, prepared.inputs));
  const products = new RowProducts(prepared);
  try {
    const { lower, upper } = finish(forwardBounds(products, inputs, method));
    const last = lower.length - 1;
    const hidden = lower.slice(0, last).map((values, k) => ({ lower: values, upper: upper[k] }));
    return { lower: lower[last], upper: upper[last], hidden };
  } finally {
    products.release();
  }
}

/** Bounds of the first layers by any method; all layers by default. */
export function* forwardBounds(
  products: RowProducts,
  region: PreparedRegion,
  method: ForwardMethod,
  phases?: Phases,
  layersWanted?: number,
): Generator<void, ForwardBounds> {
  if (method === 'interval') return intervalBounds(products.network, region, phases);
  if (method === 'crown') return yield* crownBounds(products, region, phases, layersWanted);
  return yield* alphaCrownBounds(products, region, ALPHA_SETTINGS, phases, layersWanted);
}
