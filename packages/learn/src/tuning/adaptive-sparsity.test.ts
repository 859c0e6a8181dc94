// Layers share what is kept: to the entry, within their bounds, as training and files have it.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../index.ts';
import {
  createSnellAdapter,
  fineTune,
  fineTuneTransformer,
  mergeSnell,
  randomVisionTransformer,
  readVisionTransformer,
  visionTransformerTensors,
} from '../tuning.ts';
import { keptCounts } from './adaptive-sparsity.ts';

describe('keptCounts', () => {
  it('keeps the share of all to the entry, each layer within its bounds, and more where scores are larger', () => {
    const random = new Random(3);
    for (let draw = 0; draw < 300; draw++) {
      const sizes = Array.from({ length: 1 + random.integer(6) }, () => 40 + random.integer(3000));
      const scores = sizes.map(() => (random.uniform() < 0.2 ? 0 : 10 ** (-8 * random.uniform())));
      const share = random.uniform() ** 2 * 0.97 + 0.02;
      const counts = keptCounts(scores, sizes, share);
      const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
      expect(sum(counts)).toBe(Math.round(share * sum(sizes)));
      counts.forEach((count, l) => {
        expect(count).toBeGreaterThanOrEqual(0.1 * share * sizes[l]);
        expect(count).toBeLessThanOrEqual(Math.min(sizes[l], 3 * share * sizes[l] + 1));
      });
    }
    const [less, more] = keptCounts([1, 2], [1000, 1000], 0.3);
    expect([less, more]).toEqual([200, 400]);
    expect(keptCounts([0, 0, 0], [10, 10, 10], 1)).toEqual([10, 10, 10]);
  });
});

it('an adapter contributes the mean of |K G|, and keeps other shares from pass to pass', () => {
  const adapter = createSnellAdapter(6, 5, { rank: 4, sparsity: 0, scale: 1, seed: 2 });
  const merged = adapter.toDense().values;
  const gradient = new Random(1).normals(new Float64Array(30));
  const mean = Array.from(merged).reduce((sum, value, k) => sum + Math.abs(value * gradient[k]) / 30, 0);
  expect(adapter.importance(gradient)).toBeCloseTo(mean, 14);
  for (const kept of [29, 12, 1]) {
    adapter.sparsity = (30 - kept - 0.5) / 29;
    expect(adapter.mergeInto(new Float64Array(30)).kept).toBe(kept);
  }
});

const random = new Random(9);
const images = { rows: 60, cols: 16, values: random.normals(new Float64Array(960)) };
const classes = Uint8Array.from({ length: 60 }, (_, k) => (images.values[16 * k] > 0 ? 1 : 0));

it('training ends with the share that was asked for, shared unevenly', () => {
  const shapes = [16, 12, 10, 2];
  const layers = shapes
    .slice(1)
    .map((cols, l) => ({
      weights: { rows: shapes[l], cols, values: random.normals(new Float64Array(shapes[l] * cols)).map((t) => t / 4) },
      bias: new Float64Array(cols),
    }));
  const instance = { layers, train: { points: images, classes }, test: { points: images, classes } };
  const tuned = fineTune(instance, { adaptive: true, sparsity: 0.8, rank: 4, steps: 60, learningRate: 0.02 });
  const changed = tuned.layers
    .slice(0, 2)
    .map(({ weights }, l) => Array.from(weights.values).filter((value, k) => value !== layers[l].weights.values[k]).length);
  expect(changed[0] + changed[1]).toBe(Math.round(0.2 * (16 * 12 + 12 * 10)));
  expect(Math.abs(changed[0] / (16 * 12) - changed[1] / (12 * 10))).toBeGreaterThan(0.01);
  const even = fineTune(instance, { sparsity: 0.8, rank: 4, steps: 60, learningRate: 0.02 });
  expect(tuned.loss).toBeLessThan(2 * even.loss + 0.1);
});

it('files hold what every layer keeps', () => {
  const model = randomVisionTransformer({ imageSize: [4, 4], patchSize: 2, width: 8, blocks: 1, heads: 2, classes: 2 });
  const options = { adaptive: true, sparsity: 0.7, rank: 4, steps: 20, learningRate: 0.02 };
  const tuned = fineTuneTransformer(model, { points: images, classes }, options);
  const file = readSafetensors(writeSafetensors(tuned.adapters, { dtype: 'F64', metadata: tuned.adapterMetadata }));
  const merged = readVisionTransformer(mergeSnell(visionTransformerTensors(model), file), { heads: 2 });
  const [own, read] = [tuned.model, merged].map(({ blocks }) => Array.from(blocks[0].up.weights.values));
  expect(read.length).toBe(own.length);
  read.forEach((value, k) => {
    expect(value).toBeCloseTo(own[k], 12);
  });
});
