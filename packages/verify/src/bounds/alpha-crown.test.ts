// Optimised slopes come near to the best that there are.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { preActivations, prepareNetwork } from '../networks/network.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import { freePhases, unstableNeurons } from '../programs/splitting.ts';
import { ALPHA_SETTINGS, alphaCrownBounds, alphaRows, DOMAIN_SETTINGS } from './alpha-crown.ts';
import { crownBounds, ROUNDING } from './forward-bounds.ts';
import { prepareRegion, regionAround } from './region.ts';
import { finish, RowProducts } from './row-products.ts';

/** Sum of the widths of all output bounds. */
function widthOf(dims: readonly number[], seed: number, settings: typeof ALPHA_SETTINGS): number {
  const network = prepareNetwork(randomDenseNetwork(dims, seed));
  const region = prepareRegion(regionAround(randomCenter(dims[0], seed), 0.4));
  const products = new RowProducts(network);
  const { lower, upper } = finish(alphaCrownBounds(products, region, settings));
  products.release();
  const last = lower.length - 1;
  return upper[last].reduce((sum, high, i) => sum + high - lower[last][i], 0);
}

describe('alpha-CROWN', () => {
  it('is within 0.1 % of what a thousand steps of falling length reach, on average', () => {
    for (const dims of [
      [2, 16, 3],
      [3, 10, 10, 3],
      [4, 10, 10, 1],
    ]) {
      let [own, best] = [0, 0];
      for (let seed = 1; seed <= 10; seed++) {
        own += widthOf(dims, seed, ALPHA_SETTINGS);
        best += widthOf(dims, seed, { steps: 1000, rate: 0.2, decay: 0.995 });
      }
      expect(own / best).toBeLessThan(1.001);
    }
  });

  it('counts signs that are given: never above an input that has them, and better than without them', () => {
    const random = new Random(5);
    let [sum, plain, checked] = [0, 0, 0];
    for (let seed = 1; seed <= 20; seed++) {
      const network = prepareNetwork(randomDenseNetwork([3, 10, 10, 1], seed));
      const region = prepareRegion(regionAround(randomCenter(3, seed), 0.6));
      const products = new RowProducts(network);
      const phases = freePhases(network);
      const free = finish(crownBounds(products, region));
      const x = random.uniforms(new Float64Array(3)).map((u, j) => region.lower[j] + u * (region.upper[j] - region.lower[j]));
      const at = preActivations(network, x);
      for (const { layer, neuron } of unstableNeurons(network, free, phases))
        if (random.uniform() < 0.3) phases[layer][neuron] = at[layer][neuron] >= 0 ? 1 : -1;
      const { lines, magnitude, margin } = finish(crownBounds(products, region, phases));
      const { map } = network.layers[2];
      const bound = (signs?: Parameters<typeof alphaRows>[8]) =>
        finish(alphaRows(products, region, lines, 1, map.dense as Float64Array, map.bias, 0, DOMAIN_SETTINGS, signs))[0];
      const withSigns = bound({ phases, magnitude, share: 100 * ROUNDING });
      sum += withSigns;
      plain += bound();
      for (let k = 0; k < 2000; k++) {
        const point = k === 0 ? x : random.uniforms(new Float64Array(3)).map((u, j) => region.lower[j] + 1.2 * u);
        const sums = preActivations(network, point);
        if (!phases.every((list, j) => list.every((sign, i) => sign * sums[j][i] >= 0))) continue;
        if (!point.every((value, j) => value <= region.upper[j])) continue;
        checked++;
        expect(withSigns).toBeLessThanOrEqual(sums[2][0] + margin[2][0]);
      }
      products.release();
    }
    expect(checked).toBeGreaterThan(100);
    expect(sum).toBeGreaterThan(plain + 1);
  });
});
