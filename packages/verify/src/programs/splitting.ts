// How domains are split: a neuron of a piecewise linear network by its sign, or the box by one of its inputs.
import type { ForwardBounds, Phases } from '../bounds/forward-bounds.ts';
import type { PreparedRegion, Region } from '../bounds/region.ts';
import { prepareRegion } from '../bounds/region.ts';
import type { PreparedNetwork } from '../networks/network.ts';
import { activationOf, isPiecewiseLinear } from '../networks/network.ts';

/** One neuron. */
export interface NeuronPlace {
  readonly layer: number;
  readonly neuron: number;
}

/** No neuron fixed. */
export function freePhases({ layers }: PreparedNetwork): Int8Array[] {
  return layers.map(({ map }) => new Int8Array(map.outputs));
}

/** Whether all hidden layers are linear on both sides of zero. */
export function isNetworkPiecewiseLinear({ layers }: PreparedNetwork): boolean {
  return layers.slice(0, -1).every(({ activation }) => isPiecewiseLinear(activation));
}

/** The neurons that may have either sign, or be at the kink. */
export function* unstableNeurons(
  { layers }: PreparedNetwork,
  { lower, upper }: ForwardBounds,
  phases: Phases,
): Generator<NeuronPlace> {
  for (let layer = 0; layer < layers.length - 1; layer++) {
    for (let neuron = 0; neuron < lower[layer].length; neuron++) {
      if (activationOf(layers[layer], neuron) === 'linear') continue;
      const isOpen = lower[layer][neuron] <= 0 && upper[layer][neuron] >= 0;
      if (isOpen && phases[layer][neuron] === 0) yield { layer, neuron };
    }
  }
}

/** The two children of a domain at a neuron. */
export function splitNeuron(phases: Phases, { layer, neuron }: NeuronPlace): Int8Array[][] {
  return [1, -1].map((sign) => {
    const child = phases.map((signs, k) => (k === layer ? signs.slice() : signs));
    child[layer][neuron] = sign;
    return child;
  });
}

/**
 * The two halves of a region at the most important input, by its width times `weights`. Undefined when no
 * interval can be halved in floating point.
 */
export function splitInput(region: Region, weights?: Float64Array): PreparedRegion[] | undefined {
  const { lower, upper, ball } = region;
  let best = -1;
  let largest = 0;
  for (let j = 0; j < lower.length; j++) {
    const middle = lower[j] / 2 + upper[j] / 2;
    if (!(middle > lower[j] && middle < upper[j])) continue;
    const size = (upper[j] - lower[j]) * (weights?.[j] ?? 1);
    if (best < 0 || size > largest) {
      best = j;
      largest = size;
    }
  }
  if (best < 0) return undefined;
  const middle = lower[best] / 2 + upper[best] / 2;
  const [low, high] = [lower.slice(), upper.slice()];
  high[best] = middle;
  low[best] = middle;
  // The ball is unchanged; its centre may lie outside of a half.
  return [prepareRegion({ lower, upper: high, ball }), prepareRegion({ lower: low, upper, ball })];
}
