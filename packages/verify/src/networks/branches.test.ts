import { readFileSync } from 'node:fs';
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { outputBounds } from '../bounds/output-bounds.ts';
import type { Region } from '../bounds/region.ts';
import { regionAround } from '../bounds/region.ts';
import { branchAndBoundLipschitz } from '../lipschitz/branch-and-bound-lipschitz.ts';
import { exactLipschitz } from '../lipschitz/exact-lipschitz.ts';
import { unit } from '../lipschitz/local-lipschitz.ts';
import { localLipschitz } from '../lipschitz/propagated-lipschitz.ts';
import { verifyRobustness } from '../robustness/verify-robustness.ts';
import { intervalLipschitz, naiveLipschitz, recurjac } from '../testing/lipschitz-methods.ts';
import { behind, input, networkOf, residualPool, sum } from '../testing/residual-pool.ts';
import { activated, clipped, mapped, maxima, product, sideBySide } from './chains.ts';
import type { DenseLayer, Network } from './network.ts';
import { denseNetwork, evaluateNetwork, networkGradient, preActivations, prepareNetwork, pullBack } from './network.ts';
import { randomDenseNetwork } from './random-network.ts';
import { readOnnx } from './read-onnx.ts';

const isFull = Boolean(process.env['INFIMUM_FULL']);

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`./fixtures/${name}.onnx`, import.meta.url)));

/** Random points, and the corners of a box. */
function* pointsIn({ lower, upper }: Region, count: number, random: Random): Generator<Float64Array> {
  for (let k = 0; k < count; k++) {
    yield lower.map((low, j) => {
      const t = k % 3 === 0 ? random.integer(2) : random.uniform();
      return low + t * (upper[j] - low);
    });
  }
}

describe('branches as chains', () => {
  it('computes what the branches compute, shared layers once', () => {
    const base = activated(behind(input(3), [4], 1, 'relu'), 'relu');
    const long = activated(behind(base, [5, 4], 2, 'relu'), 'tanh');
    const network = networkOf(behind(sum(sideBySide(base, long), 4), [2], 3, 'linear'));
    const random = new Random(1);
    const [first, second, out] = [networkOf(base), networkOf(long), networkOf(behind(input(4), [2], 3, 'linear'))];
    for (let k = 0; k < 50; k++) {
      const x = random.normals(new Float64Array(3));
      const [a, b] = [evaluateNetwork(first, x), evaluateNetwork(second, x)];
      const y = evaluateNetwork(
        out,
        a.map((value, i) => value + b[i]),
      );
      evaluateNetwork(network, x).forEach((value, i) => {
        expect(value).toBeCloseTo(y[i], 12);
      });
    }
    // Three layers of the longer branch, and the output.
    expect(network.layers).toHaveLength(4);
  });

  it('keeps branches apart whose activations differ', () => {
    const a = activated(behind(input(3), [4], 1, 'relu'), 'relu');
    const b = activated(behind(input(3), [2], 2, 'relu'), 'tanh');
    const network = networkOf(sideBySide(a, b));
    const x = Float64Array.of(0.3, -0.5, 1);
    const y = [...evaluateNetwork(networkOf(a), x), ...evaluateNetwork(networkOf(b), x)];
    evaluateNetwork(network, x).forEach((value, i) => {
      expect(value).toBeCloseTo(y[i], 14);
    });
  });

  it('finds largest entries and limits exactly', () => {
    const groups = [[0, 1, 2], [3], [4, 1], [0, 1, 2, 3, 4]];
    const network = networkOf(maxima(input(5), groups, [4]));
    const limits = [
      [-0.4, 0.3],
      [-0.4, Infinity],
      [-Infinity, 0.3],
    ].map(([low, high]) => ({ low, high, network: networkOf(clipped(input(5), low, high)) }));
    for (const x of pointsIn(regionAround(new Float64Array(5), 1), 100, new Random(2))) {
      const y = evaluateNetwork(network, x);
      groups.forEach((group, i) => {
        expect(y[i]).toBeCloseTo(Math.max(...group.map((j) => x[j])), 14);
      });
      for (const { low, high, network: limited } of limits) {
        evaluateNetwork(limited, x).forEach((value, j) => {
          expect(value).toBeCloseTo(Math.min(high, Math.max(low, x[j])), 14);
        });
      }
    }
  });
});

describe('bounds of networks with branches', () => {
  it('a residual sum of nothing changes no bound', () => {
    // y = W2 relu(W1 x) and y = W2 relu(W1 x) + 0 x have the same bounds.
    const plain = randomDenseNetwork([3, 8, 8, 2], 4);
    const region = regionAround(Float64Array.of(0.2, 0.5, 0.7), 0.3);
    const zero = mapped(input(3), [{ entries: [] }, { entries: [] }], [2]);
    const network = networkOf(sum(sideBySide({ layers: plain.layers, shape: [2] }, zero), 2));
    expect(network.layers.length).toBeGreaterThan(1);
    for (const method of [intervalLipschitz, recurjac, localLipschitz, exactLipschitz]) {
      const [a, b] = [method({ network: plain, region }), method({ network, region })];
      a.perOutput.forEach((bound, i) => {
        expect(b.perOutput[i]).toBeCloseTo(bound, 9);
      });
    }
  });

  it.each(['torch-residual', 'torch-branches', 'torch-dense', 'keras-branches', 'keras-image'])(
    '%s: no value and no gradient lies outside, and the order holds',
    (name) => {
      const { network, shape } = readOnnx(fixture(name));
      const random = new Random(3);
      const center = random.normals(new Float64Array(product(shape)));
      const region = regionAround(center, 0.05);
      const { lower, upper } = outputBounds(network, region);
      const [linear, recursive, interval, naive] = [localLipschitz, recurjac, intervalLipschitz, naiveLipschitz].map(
        (method) => method({ network, region }).perOutput,
      );
      linear.forEach((bound, i) => {
        expect(bound).toBeLessThanOrEqual(recursive[i] * (1 + 1e-9));
        expect(recursive[i]).toBeLessThanOrEqual(interval[i] * (1 + 1e-9));
        expect(interval[i]).toBeLessThanOrEqual(naive[i] * (1 + 1e-9));
      });
      const prepared = prepareNetwork(network);
      let outside = 0;
      for (const x of pointsIn(region, isFull ? 150 : 60, random)) {
        const values = preActivations(prepared, x);
        values[values.length - 1].forEach((y, i) => {
          if (!(y >= lower[i] - 1e-12 && y <= upper[i] + 1e-12)) outside++;
          const gradient = pullBack(prepared, values, unit(prepared.outputs, i));
          const size = gradient.reduce((total, g) => total + Math.abs(g), 0);
          if (!(size <= linear[i] + 1e-12)) outside++;
        });
      }
      expect(outside).toBe(0);
    },
  );

  it('branch and bound is exact with residual sums and pools', () => {
    for (let seed = 1; seed <= (isFull ? 6 : 3); seed++) {
      const network = residualPool(seed);
      const region = regionAround(Float64Array.of(0.5, 0.5, 0.5), 0.25);
      const exact = exactLipschitz({ network, region });
      const bounded = branchAndBoundLipschitz({ network, region });
      expect(bounded.status).toBe('converged');
      bounded.perOutput.forEach((bound, i) => {
        expect(bound).toBeCloseTo(exact.perOutput[i], 7);
      });
      expect(localLipschitz({ network, region }).bound).toBeGreaterThanOrEqual(exact.bound * (1 - 1e-9));
      // Brute force on a grid finds nothing above, and comes near.
      let most = 0;
      for (const x of pointsIn(region, 600, new Random(seed))) {
        for (let i = 0; i < 2; i++) {
          most = Math.max(
            most,
            networkGradient(network, x, i).reduce((total, g) => total + Math.abs(g), 0),
          );
        }
      }
      expect(most).toBeLessThanOrEqual(exact.bound * (1 + 1e-9));
      expect(most).toBeGreaterThan(0.6 * exact.bound);
    }
  });

  it('robustness of residual networks is decided', () => {
    const { network, shape } = readOnnx(fixture('torch-residual'));
    const x = new Random(7).normals(new Float64Array(product(shape)));
    const small = verifyRobustness({ network, x, radius: 0.001 });
    expect(small.verdict).toBe('certified');
    const large = verifyRobustness({ network, x, radius: 2 });
    expect(large.verdict).toBe('falsified');
    expect(large.witnessMargin).toBeLessThanOrEqual(0);
  });
});

describe('sparse layers', () => {
  it('give the bounds of the dense layer with the same weights', () => {
    const dense = randomDenseNetwork([3, 6, 6, 1], 8);
    const sparse: Network = {
      layers: (dense.layers as DenseLayer[]).map(({ inputs, outputs, weight, bias, activation }) => ({
        kind: 'sparse',
        inputs,
        outputs,
        starts: Int32Array.from({ length: outputs + 1 }, (_, i) => i * inputs),
        columns: Int32Array.from({ length: outputs * inputs }, (_, at) => at % inputs),
        weight,
        bias,
        activation,
      })),
    };
    const region = regionAround(Float64Array.of(0.5, 0.5, 0.5), 0.4);
    for (const method of [intervalLipschitz, recurjac, localLipschitz, exactLipschitz, naiveLipschitz]) {
      expect(method({ network: sparse, region }).bound).toBeCloseTo(method({ network: dense, region }).bound, 10);
    }
  });

  it('are checked', () => {
    const layer = {
      kind: 'sparse' as const,
      inputs: 2,
      outputs: 1,
      starts: Int32Array.of(0, 1),
      columns: Int32Array.of(1),
      weight: Float64Array.of(3),
      bias: Float64Array.of(1),
      activation: 'linear' as const,
    };
    expect(evaluateNetwork({ layers: [layer] }, Float64Array.of(5, 2))[0]).toBe(7);
    const wrong = { columns: Int32Array.of(2), starts: Int32Array.of(0, 2), carried: new Uint8Array(2) };
    for (const [field, value] of Object.entries(wrong)) {
      expect(() => evaluateNetwork({ layers: [{ ...layer, [field]: value }] }, new Float64Array(2))).toThrow(
        expect.objectContaining({ name: 'InvalidInputError' }),
      );
    }
    expect(() => evaluateNetwork(denseNetwork([Float64Array.of(1)], [new Float64Array(1)]), new Float64Array(2))).toThrow();
  });
});
