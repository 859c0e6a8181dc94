// Robust against nominal training under attack, over eight seeds, at sizes that take a while.
import { expect, it } from 'vitest';
import { convexReluAdmm } from './convex-relu-admm.ts';
import { robustFeatures } from './relu-families.ts';
import type { ReluNetwork } from './relu-network.ts';
import { reluAccuracy } from './relu-network.ts';
import { robustRelu } from './robust-relu.ts';

/** Mean shares that are right under 40 steps of attack. */
function attacked(epsilon: number): { readonly robust: number; readonly nominal: number } {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  let [robust, nominal] = [0, 0];
  for (const seed of seeds) {
    const train = robustFeatures(60, epsilon, 1e-3, seed);
    const test = robustFeatures(400, epsilon, 1e-3, 1000 + seed);
    const { radii: _, ...plain } = train;
    const share = (network: ReluNetwork) => reluAccuracy(network, test.points, test.targets, test.radii) / seeds.length;
    robust += share(robustRelu(train, { patternCount: 30, maxIterations: 300 }));
    nominal += share(convexReluAdmm(plain, { patternCount: 30, tolerance: 1e-2, maxIterations: 2000 }));
  }
  return { robust, nominal };
}

it.each([0.2, 0.3])(
  'beats nominal training by ten points under attacks of %d where features can be flipped',
  (epsilon) => {
    const { robust, nominal } = attacked(epsilon);
    console.log(`radius ${epsilon}: robust ${robust.toFixed(3)}, nominal ${nominal.toFixed(3)}`);
    expect(robust - nominal).toBeGreaterThan(0.1);
  },
  300_000,
);

it('ties with it under attacks of 0.1: within a point', () => {
  const { robust, nominal } = attacked(0.1);
  console.log(`radius 0.1: robust ${robust.toFixed(3)}, nominal ${nominal.toFixed(3)}`);
  expect(Math.abs(robust - nominal)).toBeLessThanOrEqual(0.01);
}, 300_000);
