import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { crownBounds } from '../bounds/forward-bounds.ts';
import { prepareRegion, regionAround } from '../bounds/region.ts';
import { finish, RowProducts } from '../bounds/row-products.ts';
import { preActivations, prepareNetwork, pullBack } from '../networks/network.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import { boundJacobian } from './jacobian-bounds.ts';
import { countTightness } from './lipschitz-claims.ts';
import { unit } from './local-lipschitz.ts';

describe('soundness at length', () => {
  it('keeps the order of tightness on a thousand networks', () => {
    const { disorders, exact, networks } = countTightness(1000);
    expect(networks).toBe(1000);
    expect(disorders).toBe(0);
    expect(exact).toBe(1000);
  }, 600_000);

  it('is not violated by a million gradients', () => {
    const random = new Random(3);
    let points = 0;
    for (let trial = 0; points < 1_000_000; trial++) {
      const activation = (['relu', 'leaky-relu', 'tanh', 'sigmoid', 'softplus'] as const)[trial % 5];
      const dims = [2 + random.integer(4), 4 + random.integer(8), 4 + random.integer(8), 1];
      const network = prepareNetwork(randomDenseNetwork(dims, trial, activation));
      const region = prepareRegion(regionAround(randomCenter(dims[0], trial), random.uniform()));
      const products = new RowProducts(network);
      const forward = finish(crownBounds(products, region));
      const selector = unit(1, 0);
      const answer = finish(boundJacobian(products, region, forward, { method: 'linear', selector, norm: 'inf' }));
      products.release();
      const x = new Float64Array(dims[0]);
      let violations = 0;
      for (let sample = 0; sample < 5000; sample++, points++) {
        for (let j = 0; j < x.length; j++) {
          const side = 2 * random.uniform() - 1;
          x[j] = region.middle[j] + region.halfWidth[j] * (sample % 3 === 0 ? Math.sign(side) : side);
        }
        const gradient = pullBack(network, preActivations(network, x), selector);
        const size = gradient.reduce((sum, g) => sum + Math.abs(g), 0);
        // What evaluating the gradient itself rounds.
        const slack = 1e-13 * (1 + size);
        if (!(size <= answer.norm + slack)) violations++;
        if (!gradient.every((g, j) => g >= answer.lower[j] - slack && g <= answer.upper[j] + slack)) violations++;
      }
      expect(violations).toBe(0);
    }
  }, 600_000);
});
