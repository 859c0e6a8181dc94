import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { emd } from '../exact/network-simplex.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenNumber, goldenVector } from '../testing/pot-golden.ts';
import type { GaussianMixture } from './gaussian-mixture.ts';
import { gaussianMixtureTransport } from './gaussian-mixture.ts';
import type { Gaussian } from './gaussian-transport.ts';
import { buresWasserstein } from './gaussian-transport.ts';

const x: Gaussian = { mean: goldenVector('meanX'), covariance: goldenMatrix('covarianceX') };
const y: Gaussian = { mean: goldenVector('meanY'), covariance: goldenMatrix('covarianceY') };
const moved = ({ mean, covariance }: Gaussian, by: number): Gaussian => ({ mean: mean.map((value) => value + by), covariance });
const onLine = (mean: number, variance: number): Gaussian => ({
  mean: Float64Array.of(mean),
  covariance: { rows: 1, cols: 1, values: Float64Array.of(variance) },
});

describe('transport between mixtures of Gaussians', () => {
  it('is that of POT', () => {
    const first = { components: [x, moved(y, 1)], weights: Float64Array.of(0.3, 0.7) };
    const second = { components: [moved(x, -1), y, moved(y, 2)], weights: Float64Array.of(0.2, 0.5, 0.3) };
    const { status, cost, distance } = gaussianMixtureTransport(first, second);
    expect(status).toBe('converged');
    expect(cost).toBeCloseTo(goldenNumber('mixture'), 9);
    expect(distance ** 2).toBeCloseTo(cost, 12);
  });

  it('of one component each is that of Gaussians', () => {
    const single = (component: Gaussian) => ({ components: [component], weights: Float64Array.of(1) });
    expect(gaussianMixtureTransport(single(x), single(y)).distance).toBeCloseTo(buresWasserstein(x, y), 12);
  });

  it('of points is transport between points', () => {
    const random = mulberry32(4);
    const cloud = (n: number): GaussianMixture => ({
      components: Array.from({ length: n }, () => onLine(random(), 0)),
      weights: new Float64Array(n).fill(1 / n),
    });
    const [first, second] = [cloud(5), cloud(8)];
    const points = ({ components }: GaussianMixture) => ({
      rows: components.length,
      cols: 1,
      values: Float64Array.from(components, ({ mean }) => mean[0]),
    });
    const exact = emd(first.weights, second.weights, costMatrix(points(first), points(second)));
    expect(gaussianMixtureTransport(first, second).cost).toBeCloseTo(exact.cost, 12);
  });

  it('is between the Wasserstein distance and its bound, and a metric, on the line', () => {
    const random = mulberry32(9);
    const mixture = (): GaussianMixture => ({
      components: Array.from({ length: 3 }, () => onLine(4 * random(), random())),
      weights: new Float64Array(3).fill(1 / 3),
    });
    for (let trial = 0; trial < 20; trial++) {
      const [p, q, r] = [mixture(), mixture(), mixture()];
      const distance = (u: GaussianMixture, v: GaussianMixture) => gaussianMixtureTransport(u, v).distance;
      expect(distance(p, p)).toBeCloseTo(0, 6);
      expect(distance(p, q)).toBeCloseTo(distance(q, p), 12);
      expect(distance(p, r)).toBeLessThanOrEqual(distance(p, q) + distance(q, r) + 1e-12);
      // W_2 is at least the distance of the means.
      const mean = ({ components }: GaussianMixture) => components.reduce((sum, g) => sum + g.mean[0] / 3, 0);
      expect(distance(p, q)).toBeGreaterThanOrEqual(Math.abs(mean(p) - mean(q)) - 1e-12);
    }
  });

  it('names what is wrong', () => {
    const fine = { components: [x], weights: Float64Array.of(1) };
    const none = { components: [], weights: new Float64Array(0) };
    expect(thrownBy(() => gaussianMixtureTransport(none, fine)).argument).toBe('first');
    expect(thrownBy(() => gaussianMixtureTransport(fine, undefined as never)).argument).toBe('second');
    const light = { components: [y], weights: Float64Array.of(0.5) };
    expect(thrownBy(() => gaussianMixtureTransport(fine, light)).argument).toBe('second.weights');
    const flat = { components: [onLine(0, 1)], weights: Float64Array.of(1) };
    expect(thrownBy(() => gaussianMixtureTransport(fine, flat)).argument).toBe('second.components[0].mean');
    const broken = { components: [null as never], weights: Float64Array.of(1) };
    expect(thrownBy(() => gaussianMixtureTransport(broken, fine)).argument).toBe('first.components[0]');
  });
});
