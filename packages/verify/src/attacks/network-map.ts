// A network as a map for optimisation.
import type { NetworkLike } from '../networks/network.ts';
import { asNetwork, preActivations, prepareNetwork, pullBack } from '../networks/network.ts';
import type { SimulationMap } from './network-surrogate.ts';

/**
 * The map of a network, with its products with the transposed Jacobian. Time O(weights) an evaluation or product.
 *
 * @param network - the network
 * @throws {InvalidInputError} for a network that does not fit together
 *
 * @example
 * ```ts
 * import { denseNetwork, networkMap } from '@infimum/verify';
 *
 * const map = networkMap(denseNetwork([[2, 3]], [[1]]));
 * console.log(map.evaluate(Float64Array.of(1, 1))[0], map.pullBack?.(Float64Array.of(1, 1), Float64Array.of(1)).join(' ')); // 6 2 3
 * ```
 */
export function networkMap(network: NetworkLike): SimulationMap {
  const prepared = prepareNetwork(asNetwork(network));
  const last = prepared.layers.length - 1;
  return {
    inputs: prepared.inputs,
    outputs: prepared.outputs,
    evaluate: (x) => preActivations(prepared, x)[last],
    pullBack: (x, u) => pullBack(prepared, preActivations(prepared, x), u),
  };
}
