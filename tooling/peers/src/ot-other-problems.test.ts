// POT's peers of the other problems of transport, where `pnpm peers:install` has made them.
import { describe, expect, it } from 'vitest';
import { installed, peersOfTests } from './installed-peers.ts';

describe.runIf(installed)('POT', () => {
  const peers = peersOfTests();
  const solve = async (id: string, instance: object) => {
    const result = await peers().solve(id, instance, {}, { seconds: 60 });
    if (!result.solution) throw new Error(`${id}: ${result.reason}`);
    return result.solution;
  };
  const values = (matrix: unknown) => (matrix as { values: Float64Array }).values;

  // Two points at distance 1, and the same with more mass: the only plan without distortion keeps the pairs.
  it('pot/gromov-wasserstein keeps the distances of a space, whatever its mass', async () => {
    const first = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 3, 1, 0, 2, 3, 2, 0) };
    const a = new Float64Array(3).fill(2 / 3);
    const solution = await solve('pot/gromov-wasserstein', { first, second: first, a, b: a, epsilon: 0.01 });
    expect(solution['distortion']).toBeLessThan(1e-9);
    expect(solution['marginalError']).toBeLessThan(1e-9);
    expect(values(solution['plan']).reduce((sum, value) => sum + value)).toBeCloseTo(2, 9);
  });

  it('pot/entropic-gromov-wasserstein has the marginals', async () => {
    const first = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 3, 1, 0, 2, 3, 2, 0) };
    const a = new Float64Array(3).fill(1 / 3);
    const instance = { first, second: first, a, b: a, epsilon: 0.5 };
    expect((await solve('pot/entropic-gromov-wasserstein', instance))['marginalError']).toBeLessThan(1e-6);
  });

  // One source and one target of mass 1 at cost c: epsilon log p + rho 2 log p + c = 0, so p = exp(-c / (epsilon + 2 rho)).
  it.each([
    ['pot/sinkhorn-unbalanced', 0.5],
    ['pot/sinkhorn-unbalanced-translation-invariant', 0.5],
    ['pot/mm-unbalanced', 0],
    ['pot/lbfgsb-unbalanced', 0],
  ] as const)('%s moves the mass that one pair of points asks for', async (id, epsilon) => {
    const one = Float64Array.of(1);
    const instance = { a: one, b: one, cost: { rows: 1, cols: 1, values: one }, marginalPenalty: 2, epsilon };
    expect((await solve(id, instance))['mass']).toBeCloseTo(Math.exp(-1 / (epsilon + 4)), 4);
  });

  it('refuses scaling without an entropy', async () => {
    const one = Float64Array.of(1);
    const instance = { a: one, b: one, cost: { rows: 1, cols: 1, values: one }, marginalPenalty: 2, epsilon: 0 };
    const { solution, reason } = await peers().solve('pot/sinkhorn-unbalanced', instance, {}, { seconds: 60 });
    expect(solution).toBeUndefined();
    expect(reason).toContain('epsilon > 0');
  });

  // Debiased, the barycentre of an image with itself is that image.
  it.each(['pot/barycenter', 'pot/barycenter-log', 'pot/convolutional-barycenter', 'pot/convolutional-barycenter-log'])(
    '%s finds an image between itself and itself',
    async (id) => {
      const image = [1, 2, 3, 2, 4, 3, 1, 2, 6];
      const instance = {
        histograms: { rows: 2, cols: 9, values: Float64Array.from([...image, ...image]) },
        rows: 3,
        cols: 3,
        epsilon: 0.1,
        debiased: true,
      };
      const barycenter = (await solve(id, instance))['barycenter'] as Float64Array;
      for (const [k, ink] of image.entries()) expect(barycenter[k]).toBeCloseTo(ink / 24, 3);
    },
  );
});
