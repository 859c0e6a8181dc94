// Adapters against worked examples and finite differences, memory and ranks by counts, tuning against what it merges.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { fineTune } from './fine-tune.ts';
import type { MergeKernel } from './kernelized-merge.ts';
import { mergeRow } from './kernelized-merge.ts';
import { createSnellAdapter } from './snell-adapter.ts';
import { bestRankError, fitSparseMatrix, numericalRank, sparseTarget } from './sparse-fit.ts';
import type { SparseMode } from './sparsify.ts';
import { magnitudeQuantile, sparseSlope, sparseValue } from './sparsify.ts';
import type { TuningInstance } from './tuned-network.ts';
import { crossEntropy, predictClasses } from './tuned-network.ts';
import { tuningClaims } from './tuning-claims.ts';
import { syntheticTransfer } from './tuning-families.ts';

describe('the worked example', () => {
  const adapter = createSnellAdapter(2, 3, { rank: 4, heads: 2, sparsity: 0 });
  adapter.parameters[0].set([0, 0, 3, 4, 1, 0, 0, 0]);
  adapter.parameters[1].set([0, 0, 0, 1, 6, 8, 1, 1, 2, 0, 0, 0]);
  const merged = [-0.1, 0, 0.9, 0.35857864, 0.22426407, 0.5];

  it('merges by distances', () => {
    const out = new Float64Array(6);
    adapter.mergeInto(out);
    out.forEach((value, k) => {
      expect(value).toBeCloseTo(merged[k], 8);
    });
  });

  it('has the gradients of the sum', () => {
    const [ofA, ofB] = adapter.parameters.map(({ length }) => new Float64Array(length));
    adapter.backward(new Float64Array(6).fill(1), ofA, ofB);
    const expectedA = [-0.06, -0.18, 0.07071068, 0.07071068, 0, 0.1, 0.17071068, 0.07071068];
    const expectedB = [-0.06, -0.08, -0.07071068, 0.02928932, 0.12, 0.16, -0.07071068, -0.17071068, -0.2, 0, 0.1, 0];
    for (const [k, value] of expectedA.entries()) expect(ofA[k]).toBeCloseTo(value, 8);
    for (const [k, value] of expectedB.entries()) expect(ofB[k]).toBeCloseTo(value, 8);
  });

  it('is made sparse at the median', () => {
    const tau = magnitudeQuantile(Float64Array.from(merged), 0.5);
    expect(tau).toBeCloseTo(0.29142136, 7);
    const soft = merged.map((value) => sparseValue('soft', value, tau));
    expect(soft).toEqual([
      0,
      0,
      expect.closeTo(0.60857864, 7),
      expect.closeTo(0.06715729, 7),
      0,
      expect.closeTo(0.20857864, 7),
    ]);
    const reference = merged.map((value) => sparseValue('reference', value, tau));
    expect(reference).toEqual([0, 0, expect.closeTo(0.81, 7), expect.closeTo(0.12857864, 7), 0, 0.25]);
    expect(magnitudeQuantile(Float64Array.from(merged), 0.9)).toBeCloseTo(0.7, 8);
  });
});

it('quantiles are those of sorted magnitudes', () => {
  const random = new Random(3);
  for (let trial = 0; trial < 100; trial++) {
    const values = random.normals(new Float64Array(1 + random.integer(40)));
    if (trial % 3 === 0) for (let k = 0; k < values.length; k++) values[k] = Math.round(values[k]);
    const s = trial % 5 === 0 ? 0 : random.uniform() * 0.999;
    const sorted = values.map(Math.abs).sort();
    const place = s * (sorted.length - 1);
    const low = sorted[Math.floor(place)];
    const high = sorted[Math.min(sorted.length - 1, Math.floor(place) + 1)];
    const quantile = magnitudeQuantile(values, s);
    expect(quantile).toBeCloseTo(low + (place - Math.floor(place)) * (high - low), 12);
    for (const guess of [quantile, 1.03 * quantile, 0.97 * quantile, 1e-9, 1e9])
      expect(magnitudeQuantile(values, s, new Float64Array(values.length), guess)).toBe(quantile);
  }
});

describe('adapters', () => {
  const kernels: MergeKernel[] = ['distance', 'manhattan', 'linear', 'sigmoid', 'polynomial', 'rbf', 'mixed'];
  const modes: SparseMode[] = ['soft', 'reference', 'hard', 'shrink'];

  it.each(kernels.flatMap((kernel) => modes.map((mode) => [kernel, mode] as const)))(
    'with the kernel %s and mode %s have the gradients of differences, tau and multipliers frozen',
    (kernel, thresholding) => {
      const [rows, cols] = [5, 4];
      const adapter = createSnellAdapter(rows, cols, { rank: 4, kernel, thresholding, sparsity: 0.5, seed: 3 });
      const [a, b] = adapter.parameters;
      const random = new Random(5);
      for (const part of [a, b]) for (let k = 0; k < part.length; k++) part[k] = random.normal();
      const upstream = random.normals(new Float64Array(rows * cols));
      const shape = { rows, cols, heads: 2, width: 2, kernel, scale: 0.1 };
      const merged = () => {
        const out = new Float64Array(rows * cols);
        for (let i = 0; i < rows; i++) mergeRow(shape, a, b, i, out, i * cols);
        return out;
      };
      const base = merged();
      const tau = magnitudeQuantile(base, 0.5);
      const slopes = base.map((value) => sparseSlope(thresholding, value, tau));
      // The sparse value moves with K by the slope at the base: tau and multipliers are constants.
      const value = () => merged().reduce((sum, entry, k) => sum + upstream[k] * slopes[k] * entry, 0);
      const [ofA, ofB] = [new Float64Array(a.length), new Float64Array(b.length)];
      adapter.backward(upstream, ofA, ofB);
      for (const [part, gradient] of [
        [a, ofA],
        [b, ofB],
      ]) {
        for (let k = 0; k < part.length; k++) {
          const old = part[k];
          part[k] = old + 1e-6;
          const above = value();
          part[k] = old - 1e-6;
          const below = value();
          part[k] = old;
          expect(gradient[k]).toBeCloseTo((above - below) / 2e-6, 5);
        }
      }
    },
  );

  it('have the same gradients from K that is kept, which costs n m numbers', () => {
    const random = new Random(6);
    const upstream = random.normals(new Float64Array(20));
    const [anew, kept] = [true, false].map((recompute) => {
      const adapter = createSnellAdapter(5, 4, { rank: 4, sparsity: 0.5, seed: 3, recompute });
      const [a, b] = adapter.parameters;
      const { tau } = adapter.mergeInto(new Float64Array(20));
      const [ofA, ofB] = [new Float64Array(a.length), new Float64Array(b.length)];
      adapter.backward(upstream, ofA, ofB, tau);
      return { ofA, ofB, numbers: adapter.trainingNumbers() };
    });
    expect(kept.ofA).toEqual(anew.ofA);
    expect(kept.ofB).toEqual(anew.ofB);
    expect(kept.numbers - anew.numbers).toBe(20);
  });

  it('keep exactly n m - 1 - floor(s (n m - 1)) entries, and apply tile by tile what they merge', () => {
    const random = new Random(8);
    for (const sparsity of [0, 0.3, 0.5, 0.9, 0.97]) {
      const adapter = createSnellAdapter(12, 9, { rank: 4, sparsity, seed: 2 });
      for (const part of adapter.parameters) for (let k = 0; k < part.length; k++) part[k] = random.normal();
      const out = new Float64Array(12 * 9);
      const { kept } = adapter.mergeInto(out);
      expect(kept).toBe(sparsity === 0 ? 108 : 107 - Math.floor(sparsity * 107));
      const x = random.normals(new Float64Array(3 * 12));
      const y = new Float64Array(3 * 9);
      adapter.apply(x, 3, y);
      for (let t = 0; t < 3; t++) {
        for (let j = 0; j < 9; j++) {
          let sum = 0;
          for (let i = 0; i < 12; i++) sum += x[t * 12 + i] * out[i * 9 + j];
          expect(y[t * 9 + j]).toBeCloseTo(sum, 10);
        }
      }
      expect(adapter.toCsr().values.length).toBe(kept);
    }
  });

  it('do not change when their space is turned and moved, and swap with their matrices', () => {
    const shape = { rows: 3, cols: 3, heads: 1, width: 2, kernel: 'distance', scale: 1 } as const;
    const random = new Random(4);
    const [a, b] = [random.normals(new Float64Array(6)), random.normals(new Float64Array(6))];
    const turned = (values: Float64Array) => {
      const out = new Float64Array(6);
      for (let i = 0; i < 3; i++) {
        out[2 * i] = 0.6 * values[2 * i] - 0.8 * values[2 * i + 1] + 5;
        out[2 * i + 1] = 0.8 * values[2 * i] + 0.6 * values[2 * i + 1] - 2;
      }
      return out;
    };
    const merge = (left: Float64Array, right: Float64Array) => {
      const out = new Float64Array(9);
      for (let i = 0; i < 3; i++) mergeRow(shape, left, right, i, out, 3 * i);
      return out;
    };
    const [first, moved, swapped] = [merge(a, b), merge(turned(a), turned(b)), merge(b, a)];
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        expect(moved[3 * i + j]).toBeCloseTo(first[3 * i + j], 12);
        expect(swapped[3 * j + i]).toBeCloseTo(first[3 * i + j], 12);
      }
    }
  });

  it('have a rank far above that of their thin matrices, and with the linear kernel not', () => {
    expect(numericalRank(createSnellAdapter(40, 40, { rank: 4, sparsity: 0 }).toDense())).toBeGreaterThan(12);
    const lora = createSnellAdapter(40, 40, { rank: 4, heads: 1, kernel: 'linear', sparsity: 0 });
    expect(numericalRank(lora.toDense())).toBeLessThanOrEqual(4);
    const random = new Random(1);
    random.normals(lora.parameters[1]);
    expect(numericalRank(lora.toDense())).toBe(4);
  });

  it('start at nothing when they are told to', () => {
    const { values } = createSnellAdapter(6, 5, { exactZeroStart: true, sparsity: 0 }).toDense();
    expect(values.every((value) => value === 0)).toBe(true);
  });

  it('refuse ranks that heads do not divide', () => {
    expect(() => createSnellAdapter(4, 4, { rank: 5 })).toThrow('multiple of the 2 heads');
  });
});

it('fits sparse targets with far less error than any matrix of that rank', () => {
  const target = sparseTarget(64, 64, 0.05, 2);
  const fit = fitSparseMatrix(target, { rank: 8, seed: 1 });
  expect(fit.error / bestRankError(target, 8)).toBeLessThan(0.62);
  expect(fit.rank).toBeGreaterThan(40);
});

describe('tuning', () => {
  const instance = syntheticTransfer(40, 3);
  const methods = ['snell', 'kernelized-lora', 'lora', 'adapter', 'bitfit', 'ssf', 'gps', 'full', 'linear-probe'] as const;

  it.each(methods)('by %s lowers the loss and gives plain layers', (method) => {
    const { layers, loss, status, reason } = fineTune(instance, { method, steps: 200, seed: 2, learningRate: 0.01 });
    expect(status).toBe('iteration-limit');
    expect(reason).toContain('200 steps');
    const start = fineTune(instance, { method, steps: 200, seed: 2, maxIterations: 0 });
    expect(loss).toBeLessThan(0.8 * start.loss);
    expect(crossEntropy(layers, instance.train)).toBeCloseTo(loss, 12);
    expect(predictClasses(layers, instance.test.points).length).toBe(60);
  });

  it('trains as many numbers as it says', () => {
    // Layers 8 x 10 and a head 10 x 3, which is always trained.
    const trained = Object.fromEntries(
      methods.map((method) => [method, fineTune(instance, { method, maxIterations: 0 }).trained]),
    );
    const head = 33;
    expect(trained).toEqual({
      snell: head + 8 * 18,
      'kernelized-lora': head + 8 * 18,
      lora: head + 8 * 18,
      adapter: head + 2 * 8 * 10 + 8 + 10,
      bitfit: head + 10,
      ssf: head + 20,
      gps: head + 90,
      full: head + 90,
      'linear-probe': head,
    });
  });

  it('chosen weights are those of the largest gradients, magnitudes or sensitivities, and no others move', () => {
    const wide = syntheticTransfer(40, 5);
    const [layer] = wide.layers;
    const { rows, cols } = layer.weights;
    // Twelve inputs, of which the last four see nothing: no gradient reaches their weights, which are the largest.
    const values = Float64Array.from({ length: 12 * cols }, (_, k) => (k < rows * cols ? layer.weights.values[k] : 9));
    const pad = ({ points, classes }: TuningInstance['train']) => ({
      points: {
        rows: points.rows,
        cols: 12,
        values: Float64Array.from({ length: 12 * points.rows }, (_, at) =>
          at % 12 < 8 ? points.values[8 * Math.floor(at / 12) + (at % 12)] : 0,
        ),
      },
      classes,
    });
    const instance: TuningInstance = {
      layers: [{ ...layer, weights: { rows: 12, cols, values } }, ...wide.layers.slice(1)],
      train: pad(wide.train),
      test: pad(wide.test),
    };
    const movedOf = (chosenBy: 'gradient' | 'magnitude' | 'sensitivity') => {
      const tuned = fineTune(instance, { method: 'gps', chosenBy, steps: 20, seed: 2 });
      return Array.from(tuned.layers[0].weights.values, (value, k) => value !== values[k]);
    };
    const [byGradient, byMagnitude, bySensitivity] = (['gradient', 'magnitude', 'sensitivity'] as const).map(movedOf);
    const largest = (k: number) => {
      const column = Array.from({ length: 12 }, (_, i) => Math.abs(values[i * cols + (k % cols)])).sort((a, b) => b - a);
      return Math.abs(values[k]) >= column[7];
    };
    byMagnitude.forEach((moved, k) => {
      if (moved) expect(largest(k)).toBe(true);
    });
    for (const moved of [byGradient, bySensitivity]) {
      expect(moved.slice(8 * cols).some(Boolean)).toBe(false);
      expect(moved.filter(Boolean).length).toBeGreaterThan(0);
      expect(moved.filter(Boolean).length).toBeLessThanOrEqual(8 * cols);
    }
    // With four of eight chosen inputs blind, at most half as many move by magnitude.
    expect(byMagnitude.filter(Boolean).length).toBeLessThanOrEqual(4 * cols);
    expect(byMagnitude.filter(Boolean).length).toBeGreaterThan(0);
  });

  it('says so when the loss leaves the numbers', () => {
    const { status, layers } = fineTune(instance, { method: 'full', learningRate: 1e200, steps: 50 });
    expect(status).toBe('stalled');
    for (const { weights } of layers) expect(weights.values.every(Number.isFinite)).toBe(true);
  });

  it('by adapters moves nothing else, goes on with those that are there, and leaves them to other methods', () => {
    const { layers, loss } = fineTune(instance, { method: 'adapter', steps: 60, seed: 2 });
    expect(layers[0]).toMatchObject(instance.layers[0]);
    const again = { ...instance, layers };
    const further = fineTune(again, { method: 'adapter', steps: 60, seed: 3 });
    expect(further.layers[0].adapter).not.toEqual(layers[0].adapter);
    expect(further.loss).toBeLessThan(loss);
    for (const method of ['lora', 'gps', 'linear-probe'] as const) {
      const other = fineTune(again, { method, steps: 60, seed: 3 });
      expect(other.layers[0].adapter).toEqual(layers[0].adapter);
      expect(other.loss).toBeLessThan(fineTune(again, { method, maxIterations: 0, seed: 3 }).loss);
    }
  });
});

it('claims of memory compute, and count the scratch of SNELL, which LoRA does without', async () => {
  const [, memory, sparse] = tuningClaims;
  const [overLora, underSparse] = [await memory.run({}), await sparse.run({})];
  expect(overLora.figures['numbers held over LoRA']).toBeGreaterThan(1);
  expect(underSparse.figures['times less than sparse tuning']).toBeGreaterThan(1);
  for (const found of [overLora, underSparse]) expect(found.null?.verdict).toBe('not reproduced');
});
