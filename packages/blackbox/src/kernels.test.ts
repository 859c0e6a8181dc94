import { Random } from '@infimum/core';
import { layout, useKernels } from '@infimum/linalg/kernels';
import { afterEach, describe, expect, it } from 'vitest';
import { blackboxKernels, exponentialTable, noiseTable } from './kernels.ts';

afterEach(() => useKernels('auto'));

const builds = ['reference', 'simd', 'relaxed-simd'] as const;

function normals(build: (typeof builds)[number], count: number, step: number, seed: number): Float64Array {
  useKernels(build);
  using memory = layout({ table: noiseTable, words: 8, out: Math.ceil(count / 16) * 16 });
  const { workspace, table, words, out } = memory;
  const kernels = workspace.kernels(blackboxKernels);
  kernels.normals(count, step, 3, 5, seed, 9, words.byteOffset, table.byteOffset, out.byteOffset);
  return out.slice(0, count);
}

describe('normals', () => {
  it('have the same bits in every build', () => {
    for (const seed of [0, 1, 77]) {
      const expected = normals('reference', 4000, 2, seed);
      expect(normals('simd', 4000, 2, seed)).toEqual(expected);
      expect(normals('relaxed-simd', 4000, 2, seed)).toEqual(expected);
    }
  });

  it('have the moments and the distribution of the normal law, and no correlation of neighbours', () => {
    const n = 400_000;
    const sample = normals('simd', n, 0, 4);
    const moment = (power: number) => sample.reduce((sum, z) => sum + z ** power, 0) / n;
    expect(Math.abs(moment(1))).toBeLessThan(3.3 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(3.3 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(3.3 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(3.3 * Math.sqrt(96 / n));
    for (const lag of [1, 2, 3, 4, 16]) {
      let sum = 0;
      for (let i = lag; i < n; i++) sum += sample[i] * sample[i - lag];
      expect(Math.abs(sum / n)).toBeLessThan(4 / Math.sqrt(n));
    }
    // Shares of the four quarters of the distribution.
    const quartile = 0.6744897501960817;
    for (const [low, high] of [
      [-Infinity, -quartile],
      [-quartile, 0],
      [0, quartile],
      [quartile, Infinity],
    ]) {
      const share = sample.reduce((sum, z) => sum + (z > low && z <= high ? 1 : 0), 0) / n;
      expect(Math.abs(share - 0.25)).toBeLessThan((3.3 * Math.sqrt(3 / 16)) / Math.sqrt(n));
    }
  });
});

it.each([false, true])('a step of consensus has the same bits in every build, widths given: %s', (hasWidths) => {
  const [count, period] = [240, 80];
  const random = new Random(3);
  const [start, middle] = [random.normals(new Float64Array(count)), random.normals(new Float64Array(20))];
  const step = (build: (typeof builds)[number]) => {
    useKernels(build);
    const center = Float64Array.from({ length: period }, (_, i) => middle[i % 20]);
    using memory = layout({ table: noiseTable, words: 8, noise: 16, particles: start, center, widths: count });
    const { workspace, table, words, noise, particles, widths } = memory;
    widths.fill(0.7);
    const { byteOffset } = memory.center;
    workspace
      .kernels(blackboxKernels)
      .consensusStep(
        ...([count, period, particles.byteOffset, byteOffset, hasWidths ? widths.byteOffset : 0] as const),
        ...([0.01, 0.5, 1.5, 7, 2, 11, 12, words.byteOffset, table.byteOffset, noise.byteOffset] as const),
      );
    return particles.slice();
  };
  const expected = step('reference');
  expect(step('simd')).toEqual(expected);
  expect(step('relaxed-simd')).toEqual(expected);
  expect(expected).not.toEqual(start);
});

it('the shared product has the same bits in every build', () => {
  const [rows, cols, members] = [6, 10, 8];
  const random = new Random(5);
  const [w, inputs] = [rows * cols, members * cols].map((n) => random.normals(new Float64Array(n)));
  const product = (build: (typeof builds)[number]) => {
    useKernels(build);
    using memory = layout({ w, inputs, out: rows * members });
    const { lowRankForward } = memory.workspace.kernels(blackboxKernels);
    lowRankForward(rows, cols, members, memory.w.byteOffset, memory.inputs.byteOffset, memory.out.byteOffset);
    return memory.out.slice();
  };
  const expected = product('reference');
  expect(product('simd')).toEqual(expected);
  expect(product('relaxed-simd')).toEqual(expected);
  let sum = 0;
  for (let b = 0; b < cols; b++) sum += w[2 * cols + b] * inputs[3 * cols + b];
  expect(expected[3 * rows + 2]).toBeCloseTo(sum, 12);
});

it.each([1, 2, 7, 20])('the mean of particles of %d numbers has the same bits in every build', (d) => {
  const count = 37;
  const random = new Random(5);
  const [places, shares] = [random.normals(new Float64Array(count * d)), random.uniforms(new Float64Array(count))];
  shares[0] = shares[9] = 0; // failures weigh nothing
  const mean = (build: (typeof builds)[number], weights: Float64Array) => {
    useKernels(build);
    using memory = layout({ particles: places, weights, out: new Float64Array(d).fill(3) });
    const { workspace, particles, out } = memory;
    const at = [particles.byteOffset, memory.weights.byteOffset, out.byteOffset] as const;
    workspace.kernels(blackboxKernels).weightedMean(count, d, ...at);
    return out.slice();
  };
  const expected = mean('reference', shares);
  const sum = shares.reduce((a, b) => a + b);
  for (let j = 0; j < d; j++) {
    const plain = shares.reduce((total, share, i) => total + (share / sum) * places[i * d + j], 0);
    expect(expected[j]).toBeCloseTo(plain, 13);
  }
  for (const build of builds) {
    expect(mean(build, shares)).toEqual(expected);
    expect(mean(build, new Float64Array(count))).toEqual(new Float64Array(d));
  }
});

describe('weights', () => {
  const heights = new Random(6).normals(new Float64Array(2000)).map((z) => Math.abs(z));
  const [least, alpha] = [Math.min(...heights), 37];
  // Failures, the ends of the exponential, and what would be more than 1.
  heights.set([Number.NaN, Infinity, -Infinity, least + 707.99 / alpha, least + 708.01 / alpha, least - 1, 1e308], 7);
  const weigh = (build: (typeof builds)[number]) => {
    useKernels(build);
    using memory = layout({ values: heights, table: exponentialTable, weights: heights.length, sums: 4 });
    const { workspace, values, table, weights, sums } = memory;
    const places = [table.byteOffset, weights.byteOffset, sums.byteOffset] as const;
    workspace.kernels(blackboxKernels).gibbsWeights(values.length, values.byteOffset, least, alpha, ...places);
    return { weights: weights.slice(), sums: sums.slice() };
  };

  it('have the same bits in every build', () => {
    const expected = weigh('reference');
    expect(weigh('simd')).toEqual(expected);
    expect(weigh('relaxed-simd')).toEqual(expected);
  });

  it('are exponentials to the last bits, and nothing for what failed', () => {
    const { weights, sums } = weigh('simd');
    const expected = [0, 0, 0, 0];
    for (const [i, height] of heights.entries()) {
      const excess = alpha * (height - least);
      const weight = excess >= 0 && excess < 708 ? Math.exp(-excess) : 0;
      expect(Math.abs(weights[i] - weight)).toBeLessThanOrEqual(2 ** -51 * weight);
      if (weight === 0) continue;
      for (const [k, term] of [weight, weight ** 2, weight * excess, weight ** 2 * excess].entries()) expected[k] += term;
    }
    for (const [k, sum] of expected.entries()) expect(Math.abs(sums[k] / sum - 1)).toBeLessThan(1e-12);
  });
});
