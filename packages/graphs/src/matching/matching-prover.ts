// Finds prices by subgradient steps.
import type { OnlineInstance } from './online-instance.ts';
import { stochasticConfigurationBound } from './stochastic-configuration-dual.ts';

/** Prices of a good bound. */
export function certify(instance: OnlineInstance): unknown {
  return { prices: Array.from(stochasticConfigurationBound(instance).beta) };
}
