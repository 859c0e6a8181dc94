// Robust against nominal training under attack, at sizes that take a while.
import { expect, it } from 'vitest';
import { convexReluAdmm } from './convex-relu-admm.ts';
import { robustFeatures } from './relu-families.ts';
import { type ReluNetwork, reluAccuracy } from './relu-network.ts';
import { robustRelu } from './robust-relu.ts';

it.each([0.2, 0.3])(
  'beats nominal training by ten points under attacks of %d where features can be flipped',
  (epsilon) => {
    let [robustSum, nominalSum] = [0, 0];
    const seeds = [1, 2, 3, 4];
    for (const seed of seeds) {
      const train = robustFeatures(60, epsilon, 1e-3, seed);
      const test = robustFeatures(400, epsilon, 1e-3, 1000 + seed);
      const { radii: _, ...plain } = train;
      const attacked = (network: ReluNetwork) => reluAccuracy(network, test.points, test.targets, test.radii);
      robustSum += attacked(robustRelu(train, { patternCount: 30, maxIterations: 300 })) / seeds.length;
      nominalSum +=
        attacked(convexReluAdmm(plain, { patternCount: 30, tolerance: 1e-2, maxIterations: 2000 })) /
        seeds.length;
    }
    expect(robustSum - nominalSum).toBeGreaterThan(0.1);
  },
  300_000,
);
