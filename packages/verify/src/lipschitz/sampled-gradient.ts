// A lower bound of the Lipschitz constant: the largest gradient found by sampling and sign-gradient moves.
import { Random } from '@infimum/core';
import { emptyBounds } from '../bounds/forward-bounds.ts';
import { contains, prepareRegion, projectInto } from '../bounds/region.ts';
import { isExact } from '../networks/exact-values.ts';
import type { PreparedNetwork } from '../networks/network.ts';
import { activationOf, isPiecewiseLinear, preActivations, pullBack } from '../networks/network.ts';
import { dualNorm, gradientMargins } from './jacobian-bounds.ts';
import type { PreparedLipschitz } from './local-lipschitz.ts';
import { unit } from './local-lipschitz.ts';

/**
 * A lower bound of the Lipschitz constant near x, proven: the norm of the gradient there, less a bound of the rounding error. 0 if a neuron
 * that depends on the inputs is at its kink up to rounding: the formula's value there need not be the slope of any side.
 */
export function provenSlope(prepared: PreparedLipschitz, x: Float64Array, selector: Float64Array): number {
  return provenSlopes(prepared, x, [selector])[0];
}

/** The same for several combinations of outputs. */
function provenSlopes(
  { network, norm, counted }: PreparedLipschitz,
  x: Float64Array,
  selectors: readonly Float64Array[],
): number[] {
  const bounds = emptyBounds(network, prepareRegion({ lower: x, upper: x }));
  const values = preActivations(network, x);
  if (!isInsideCell(network, values, bounds.margin)) return selectors.map(() => 0);
  // Slopes of smooth activations are right to 1e-12.
  const share = isExact(network) ? 0 : network.layers.length * 1e-11;
  return selectors.map((selector) => {
    const [margin] = gradientMargins(network, bounds, selector);
    const gradient = pullBack(network, values, selector).map((g, j) => Math.max(0, Math.abs(g) - margin[j]));
    const size = dualNorm(gradient, norm, counted) * (1 - share - (gradient.length + 8) * 2 ** -51);
    return Number.isFinite(size) ? size : 0;
  });
}

/** Whether all sums that depend on the inputs are away from kinks by more than rounding. */
function isInsideCell(
  { layers, inputs }: PreparedNetwork,
  values: readonly Float64Array[],
  margin: readonly Float64Array[],
): boolean {
  // 1 for numbers that change with the inputs near x.
  let moves = new Float64Array(inputs).fill(1);
  for (let k = 0; k < layers.length - 1; k++) {
    const { activation, signs } = layers[k];
    const counts = signs.applyAbsolute(moves);
    moves = new Float64Array(counts.length);
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] === 0) continue;
      moves[i] = 1;
      if (!isPiecewiseLinear(activation) || activationOf(layers[k], i) === 'linear') continue;
      if (!(Math.abs(values[k][i]) > margin[k][i])) return false;
      if (activation === 'relu' && values[k][i] < 0) moves[i] = 0;
    }
  }
  return true;
}

/** The largest norm found, by output, and its point. */
export interface SampledGradient {
  readonly norms: Float64Array;
  readonly points: Float64Array[];
}

/**
 * Evaluates gradients at `count` points of the region: uniform ones, the middle, and steps along the signs of the best
 * gradients, whose cells tend to be steeper further out. Deterministic; every norm is a proven lower bound. Pauses after each point.
 */
export function* sampleGradients(prepared: PreparedLipschitz, count: number, seed = 1): Generator<undefined, SampledGradient> {
  const { network, region, outputs } = prepared;
  const random = new Random(seed);
  const norms = new Float64Array(outputs.length).fill(-1);
  const points = outputs.map(() => region.middle.slice());
  const selectors = outputs.map((output) => unit(network.outputs, output));
  const visit = (x: Float64Array) => {
    if (!contains(region, x)) return;
    provenSlopes(prepared, x, selectors).forEach((size, k) => {
      if (!(size > norms[k])) return;
      norms[k] = size;
      points[k] = x.slice();
    });
  };
  const middle = region.middle.slice();
  projectInto(region, middle);
  visit(middle);
  const x = new Float64Array(middle.length);
  for (let sample = 1; sample < count; sample++) {
    const near = sample % 2 === 0 ? points[(sample / 2) % points.length] : undefined;
    // Corners, inner points, and neighbours of the best, in turn.
    const reach = near ? 0.5 ** (1 + (sample % 7)) : 1;
    for (let j = 0; j < x.length; j++) {
      const side = 2 * random.uniform() - 1;
      const move = sample % 3 === 0 ? Math.sign(side) : side;
      x[j] = (near ? near[j] : region.middle[j]) + reach * move * region.halfWidth[j];
    }
    projectInto(region, x);
    yield;
    visit(x);
  }
  return { norms: norms.map((size) => Math.max(0, size)), points };
}
