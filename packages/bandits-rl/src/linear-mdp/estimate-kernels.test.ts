import { Random } from '@infimum/core';
import type { KernelBuild } from '@infimum/linalg/kernels';
import { layout, useKernels } from '@infimum/linalg/kernels';
import { afterAll, describe, expect, it } from 'vitest';
import { estimateKernels, PAIRS_TOGETHER } from './estimate-kernels.ts';

const BUILDS: readonly KernelBuild[] = ['relaxed-simd', 'simd', 'reference'];

/** What the kernels make of random features, weights and a metric in one build. */
function computed(build: KernelBuild, pairs: number, d: number, played: number) {
  useKernels(build);
  const random = new Random(pairs * d);
  const features = Float64Array.from({ length: pairs * d }, () => random.normal());
  const weights = Float64Array.from({ length: pairs }, (_, p) => (p % 3 === 1 ? 0 : random.uniform()));
  const metric = Float64Array.from({ length: d * d }, () => random.normal());
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) metric[i * d + j] = metric[j * d + i];
  using memory = layout({
    features,
    weights,
    metric,
    covariance: d * d,
    images: pairs * d,
    gains: pairs,
    norms: pairs,
    means: pairs,
  });
  const { covarianceOf, metricProducts, negativeMeans } = memory.workspace.kernels(estimateKernels);
  const { covariance, images, gains, norms, means } = memory;
  const [f, w, m] = [memory.features, memory.weights, memory.metric].map(({ byteOffset }) => byteOffset);
  covarianceOf(pairs, d, f, w, covariance.byteOffset);
  metricProducts(pairs, d, f, m, played, images.byteOffset, gains.byteOffset, norms.byteOffset);
  negativeMeans(pairs, d, f, images.byteOffset, w, means.byteOffset);
  const results = { covariance, images, gains, norms, means };
  const found = Object.fromEntries(Object.entries(results).map(([name, array]) => [name, [...array]]));
  return { features, weights, metric, found };
}

describe('kernels of policy optimisation', () => {
  afterAll(() => useKernels('auto'));

  it.each([
    [PAIRS_TOGETHER, 1, 0],
    [3 * PAIRS_TOGETHER, 4, 17],
    [2 * PAIRS_TOGETHER, 7, 3],
  ])('compute sums over %i pairs of %i coordinates as they are defined', (pairs, d, played) => {
    const { features, weights, metric, found } = computed('simd', pairs, d, played);
    const feature = (p: number) => Array.from({ length: d }, (_, k) => features[k * pairs + p]);
    const inMetric = (p: number, q: number) =>
      feature(p).reduce((sum, a, i) => sum + feature(q).reduce((row, b, j) => row + a * metric[i * d + j] * b, 0), 0);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) {
        const sum = weights.reduce((total, w, p) => total + w * feature(p)[i] * feature(p)[j], 0);
        expect(found['covariance'][i * d + j]).toBeCloseTo(sum, 12);
      }
    }
    for (let p = 0; p < pairs; p++) {
      expect(found['gains'][p]).toBeCloseTo(inMetric(p, played), 12);
      expect(found['norms'][p]).toBeCloseTo(inMetric(p, p), 12);
      const mean = weights.reduce((sum, w, q) => sum + w * Math.min(0, inMetric(p, q)), 0);
      expect(found['means'][p]).toBeCloseTo(mean, 11);
    }
    for (const build of BUILDS) expect(computed(build, pairs, d, played).found).toEqual(found);
  });
});
