// Optimised slopes come near to the best that there are.
import { describe, expect, it } from 'vitest';
import { prepareNetwork } from '../networks/network.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import { ALPHA_SETTINGS, alphaCrownBounds } from './alpha-crown.ts';
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
});
