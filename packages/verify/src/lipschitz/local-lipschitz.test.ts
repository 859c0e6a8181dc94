import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { crownBounds } from '../bounds/forward-bounds.ts';
import { outputBounds } from '../bounds/output-bounds.ts';
import type { Region } from '../bounds/region.ts';
import { prepareRegion, regionAround } from '../bounds/region.ts';
import { finish, RowProducts } from '../bounds/row-products.ts';
import type { AffineMap } from '../networks/affine-map.ts';
import type { Activation, DenseLayer, Network } from '../networks/network.ts';
import { denseNetwork, outputsOf, preActivations, prepareNetwork, pullBack } from '../networks/network.ts';
import { randomCenter, randomConvolutionalNetwork, randomDenseNetwork } from '../networks/random-network.ts';
import { intervalLipschitz, naiveLipschitz, recurjac } from '../testing/lipschitz-methods.ts';
import { branchAndBoundLipschitz, branchAndBoundLipschitzSteps } from './branch-and-bound-lipschitz.ts';
import { exactLipschitz } from './exact-lipschitz.ts';
import { boundJacobian } from './jacobian-bounds.ts';
import { unit } from './local-lipschitz.ts';
import { localLipschitz, localLipschitzSteps } from './propagated-lipschitz.ts';

const instanceOf = (dims: number[], radius: number, seed: number, activation: Activation = 'relu') => ({
  network: randomDenseNetwork(dims, seed, activation),
  region: regionAround(randomCenter(dims[0], seed), radius),
});

/** Ex. 2 of the specification: two hidden layers by hand. */
const byHand: Network = denseNetwork(
  [Float64Array.of(1, 1, 1, -1), Float64Array.of(1, 1, 1, -1), Float64Array.of(1, -1)],
  [new Float64Array(2), Float64Array.of(-0.5, 0), new Float64Array(1)],
);
const square: Region = { lower: Float64Array.of(-1, -1), upper: Float64Array.of(1, 1) };

/** A convolution written out as a dense matrix. */
function unrolled(map: AffineMap): { weight: Float64Array; bias: Float64Array } {
  const weight = new Float64Array(map.inputs * map.outputs);
  map.rows(0, map.outputs, weight);
  return { weight, bias: map.bias };
}

describe('the published table', () => {
  it.each([
    [[2, 8, 1], 1, 1, [11.89999, 4.18003, 4.18003, 3.75869], 5],
    [[4, 10, 10, 1], 0.3, 2, [87.834, 7.03109, 4.9922, 4.12272], 5],
    [[4, 10, 10, 1], 1, 2, [87.834, 17.9304, 17.9304, 12.9568], 4],
    [[8, 16, 16, 4], 0.1, 3, [147.1, 20.927, 16.371, 11.059], 3],
    [[64, 100, 100, 10], 0.02, 5, [1848.9, 76.67, 29.16, 18.35], 2],
    [[64, 100, 100, 10], 0.1, 5, [1848.9, 489.9, 400.8, 224.7], 1],
    [[64, 100, 100, 10], 0.02, 4, [1881.8, 94.37, 42.96, 28.4], 2],
    [[64, 128, 128, 128, 10], 0.05, 6, [35682, 6470, 4883, 1525], 0],
  ])('%j with radius %d and seed %d', (dims, radius, seed, [naive, interval, recursive, linear], digits) => {
    const instance = instanceOf(dims, radius, seed);
    expect(intervalLipschitz(instance).bound).toBeCloseTo(interval, digits);
    expect(recurjac(instance).bound).toBeCloseTo(recursive, digits);
    expect(localLipschitz(instance).bound).toBeCloseTo(linear, digits);
    expect(naiveLipschitz(instance).bound / naive).toBeCloseTo(1, 4);
  });

  it('gives exact constants and numbers of regions', () => {
    const small = exactLipschitz(instanceOf([2, 8, 1], 1, 1));
    expect(small.bound).toBeCloseTo(3.0910246597, 9);
    expect(small.regions).toBe(30);
    const [first, second] = exactLipschitz(instanceOf([3, 8, 8, 2], 0.5, 12)).perOutput;
    expect([first, second].map((x) => x.toFixed(9))).toEqual(['2.999508581', '0.984470626']);
    expect(exactLipschitz(instanceOf([3, 8, 8, 2], 0.5, 12)).regions).toBe(37);
    expect(exactLipschitz(instanceOf([4, 10, 10, 1], 0.3, 2)).bound).toBeCloseTo(3.4482384, 7);
    const five = exactLipschitz(instanceOf([2, 10, 10, 1], 0.25, 21));
    expect(five.bound).toBeCloseTo(1.688345691, 9);
    expect(five.regions).toBe(5);
  });

  it('gives the smooth table with chords and interval bounds of the pre-activations', () => {
    const rows = [
      [[4, 10, 10, 1], 0.1, 2, 2.779061, 1.708719],
      [[4, 10, 10, 1], 0.3, 2, 8.470237, 5.864901],
      [[4, 10, 10, 1], 1, 2, 17.672821, 12.70834],
      [[5, 12, 12, 12, 3], 0.1, 13, 38.717926, 9.321693],
      [[8, 16, 16, 4], 0.1, 3, 25.127466, 11.869218],
    ] as const;
    for (const [dims, radius, seed, interval, linear] of rows) {
      const instance = { ...instanceOf([...dims], radius, seed, 'tanh'), outputs: Int32Array.of(0) };
      expect(intervalLipschitz(instance, { forward: 'interval' }).bound).toBeCloseTo(interval, 5);
      expect(localLipschitz(instance, { forward: 'interval', envelope: 'chord' }).bound).toBeCloseTo(linear, 5);
    }
  });
});

describe('public cases', () => {
  it('3-10-10-3 in three norms', () => {
    const instance = instanceOf([3, 10, 10, 3], 0.3, 42);
    const digits = (values: Float64Array) => Array.from(values, (x) => x.toFixed(6));
    expect(digits(intervalLipschitz(instance).perOutput)).toEqual(['7.641334', '6.939933', '7.064793']);
    expect(digits(recurjac(instance).perOutput)).toEqual(['6.244876', '5.830211', '5.749584']);
    expect(digits(localLipschitz(instance).perOutput)).toEqual(['4.731285', '4.779258', '4.453913']);
    const exact = exactLipschitz(instance);
    expect(digits(exact.perOutput)).toEqual(['2.172321', '1.925389', '3.098339']);
    expect(exact.regions).toBe(20);
    expect(digits(exactLipschitz({ ...instance, norm: 'l2' }).perOutput)).toEqual(['1.257954', '1.126812', '1.851468']);
    expect(digits(exactLipschitz({ ...instance, norm: 'l1' }).perOutput)).toEqual(['0.887927', '0.784205', '1.419454']);
    for (const norm of ['inf', 'l2', 'l1'] as const) {
      const bounded = branchAndBoundLipschitz({ ...instance, norm });
      expect(bounded.status).toBe('converged');
      const truth = exactLipschitz({ ...instance, norm }).perOutput;
      bounded.perOutput.forEach((bound, i) => {
        expect(bound).toBeCloseTo(truth[i], 7);
      });
    }
  });

  it('a convolutional network, as convolution and written out', () => {
    const network = randomConvolutionalNetwork(
      [1, 8, 8],
      [
        [4, 3, 2, 1],
        [6, 3, 2, 1],
      ],
      [3],
      51,
    );
    const region = regionAround(randomCenter(64, 51), 0.05);
    const digits = (values: Float64Array) => Array.from(values, (x) => x.toFixed(6));
    expect(digits(localLipschitz({ network, region }).perOutput)).toEqual(['15.005887', '13.897963', '11.062288']);
    expect(digits(intervalLipschitz({ network, region }).perOutput)).toEqual(['23.164391', '21.842746', '16.556169']);
    expect(digits(recurjac({ network, region }).perOutput)).toEqual(['17.083080', '15.780215', '12.746199']);
    const dense: Network = {
      layers: prepareNetwork(network).layers.map(
        ({ map, activation }, k): DenseLayer => ({
          kind: 'dense',
          inputs: map.inputs,
          outputs: outputsOf(network.layers[k]),
          ...unrolled(map),
          activation,
        }),
      ),
    };
    expect(digits(localLipschitz({ network: dense, region }).perOutput)).toEqual(['15.005887', '13.897963', '11.062288']);
  });

  it('smooth networks are bounded no worse than by the peer', () => {
    expect(localLipschitz(instanceOf([4, 10, 10, 1], 0.1, 2, 'tanh')).bound).toBeLessThanOrEqual(1.047842);
    expect(localLipschitz(instanceOf([4, 10, 10, 1], 0.3, 2, 'tanh')).bound).toBeLessThanOrEqual(4.603067);
    // A prototype of the same chords, with other tangents of the activation, gave 1.315068 and 4.337638.
    const chords = [0.1, 0.3].map(
      (radius) => localLipschitz(instanceOf([4, 10, 10, 1], radius, 2, 'tanh'), { envelope: 'chord' }).bound,
    );
    expect(chords.map((bound) => bound.toFixed(6))).toEqual(['1.311158', '4.314842']);
  });

  it('alpha-CROWN turns 4.1227 into 3.4715', () => {
    const { bound } = localLipschitz(instanceOf([4, 10, 10, 1], 0.3, 2), { forward: 'alpha-crown' });
    expect(bound).toBeLessThan(3.4716);
    expect(bound).toBeGreaterThanOrEqual(3.4482384);
  });

  it('the toy network of the peer', () => {
    const toy = denseNetwork(
      [Float64Array.of(1, -1, 2, -1), Float64Array.of(1, -1)],
      [new Float64Array(2), new Float64Array(1)],
    );
    const box = { lower: Float64Array.of(-1, -2), upper: Float64Array.of(2, 1) };
    const range = (method: 'interval' | 'crown' | 'alpha-crown') => {
      const { lower, upper } = outputBounds(toy, box, { method });
      return [lower[0].toFixed(3), upper[0].toFixed(3)];
    };
    expect(range('interval')).toEqual(['-6.000', '4.000']);
    expect(range('crown')).toEqual(['-3.000', '3.000']);
    expect(range('alpha-crown')).toEqual(['-3.000', '2.000']);
    expect(naiveLipschitz({ network: toy, region: box }).bound).toBeCloseTo(6, 12);
    for (const method of [intervalLipschitz, recurjac, localLipschitz, branchAndBoundLipschitz, exactLipschitz]) {
      expect(method({ network: toy, region: box }).bound).toBeCloseTo(3, 9);
    }
  });
});

describe('worked examples', () => {
  it('two hidden layers by hand', () => {
    const instance = { network: byHand, region: square };
    expect(naiveLipschitz(instance).bound).toBeCloseTo(8, 10);
    expect(intervalLipschitz(instance).bound).toBeCloseTo(6, 10);
    expect(recurjac(instance).bound).toBeCloseTo(6, 10);
    expect(localLipschitz(instance).bound).toBeCloseTo(32 / 7, 10);
    const exact = exactLipschitz(instance);
    expect(exact.bound).toBeCloseTo(4, 10);
    expect(exact.regions).toBe(8);
    expect(branchAndBoundLipschitz(instance).bound).toBeCloseTo(4, 10);
  });

  it('without the programs of the cells branch and bound leaves the published gap', () => {
    const instance = instanceOf([2, 8, 1], 1, 1);
    const { bound } = branchAndBoundLipschitz(instance, { leafProgram: false });
    expect(bound).toBeCloseTo(3.09553, 5);
    expect(branchAndBoundLipschitz(instance).bound).toBeCloseTo(3.0910246597, 8);
    const two = branchAndBoundLipschitz(instanceOf([3, 8, 8, 2], 0.5, 12), { leafProgram: false }).perOutput;
    expect(two[0]).toBeCloseTo(4.077812, 5);
    expect(two[1]).toBeCloseTo(1.200371, 5);
  });

  it('tells the two meanings of exact apart at a kink', () => {
    const network = denseNetwork([Float64Array.of(1), Float64Array.of(1)], [new Float64Array(1), new Float64Array(1)]);
    const region = { lower: Float64Array.of(-1), upper: Float64Array.of(0) };
    expect(exactLipschitz({ network, region }).bound).toBeCloseTo(1, 12);
    expect(exactLipschitz({ network, region }, { cells: 'interior' }).bound).toBe(0);
  });

  it('loses no cell to thresholds when weights are 1e-10 and 1e10', () => {
    const network = denseNetwork([Float64Array.of(1e-10), Float64Array.of(1e10)], [new Float64Array(1), new Float64Array(1)]);
    const region = { lower: Float64Array.of(-1), upper: Float64Array.of(1) };
    const { bound, status } = branchAndBoundLipschitz({ network, region });
    expect(bound).toBeCloseTo(1, 12);
    expect(status).toBe('converged');
  });

  it('sums over the inputs that may move, or over all', () => {
    const network = denseNetwork([Float64Array.of(2, 3)], [new Float64Array(1)]);
    const region = { lower: Float64Array.of(0, 0), upper: Float64Array.of(1, 0) };
    expect(localLipschitz({ network, region }).bound).toBeCloseTo(5, 12);
    expect(localLipschitz({ network, region, over: 'free' }).bound).toBeCloseTo(2, 12);
  });
});

describe('theorems', () => {
  it('keeps the order of tightness on many networks, and every sampled gradient within its bounds', () => {
    const random = new Random(5);
    for (let trial = 0; trial < (process.env['INFIMUM_FULL'] ? 150 : 63); trial++) {
      const dims = [
        1 + random.integer(5),
        ...Array.from({ length: 1 + random.integer(3) }, () => 1 + random.integer(10)),
        1 + random.integer(3),
      ];
      const smooth = trial % 3 === 2;
      const activation = smooth
        ? (['tanh', 'sigmoid', 'softplus'] as const)[trial % 9 < 3 ? 0 : trial % 9 < 6 ? 1 : 2]
        : trial % 3 === 1
          ? 'leaky-relu'
          : 'relu';
      const instance = instanceOf(dims, random.uniform(), trial, activation);
      const [linear, recursive, interval, naive] = [localLipschitz, recurjac, intervalLipschitz, naiveLipschitz].map(
        (method) => method(instance).bound,
      );
      expect(linear).toBeLessThanOrEqual(recursive * (1 + 1e-9));
      expect(recursive).toBeLessThanOrEqual(interval * (1 + 1e-9));
      expect(interval).toBeLessThanOrEqual(naive * (1 + 1e-9));
      const network = prepareNetwork(instance.network);
      const region = prepareRegion(instance.region);
      const products = new RowProducts(network);
      const forward = finish(crownBounds(products, region));
      const question = { method: 'linear' as const, selector: unit(network.outputs, 0), norm: 'inf' as const };
      const { lower, upper } = finish(boundJacobian(products, region, forward, question));
      products.release();
      let outside = 0;
      for (let sample = 0; sample < 100; sample++) {
        const x = region.middle.map(
          (m, j) => m + region.halfWidth[j] * (sample < 30 ? Math.sign(random.uniform() - 0.5) : 2 * random.uniform() - 1),
        );
        const values = preActivations(network, x);
        values.forEach((z, k) => {
          z.forEach((value, i) => {
            if (!(value >= forward.lower[k][i] - 1e-12 && value <= forward.upper[k][i] + 1e-12)) outside++;
          });
        });
        const gradient = pullBack(network, values, question.selector);
        if (!gradient.every((g, j) => g >= lower[j] - 1e-12 && g <= upper[j] + 1e-12)) outside++;
      }
      expect(outside).toBe(0);
    }
  });

  it('equals the gradient exactly where all neurons are stable', () => {
    for (const activation of ['relu', 'tanh', 'softplus'] as const) {
      const instance = instanceOf([5, 12, 12, 2], 0, 7, activation);
      const network = prepareNetwork(instance.network);
      const values = preActivations(network, instance.region.lower);
      for (const method of [intervalLipschitz, recurjac, localLipschitz]) {
        method(instance).perOutput.forEach((bound, i) => {
          const gradient = pullBack(network, values, unit(2, i));
          expect(bound).toBeCloseTo(
            gradient.reduce((sum, g) => sum + Math.abs(g), 0),
            8,
          );
        });
      }
    }
  });

  it('is unchanged when neurons are permuted, and scales with the last layer', () => {
    const { network, region } = instanceOf([4, 8, 8, 1], 0.3, 9);
    const layers = network.layers as DenseLayer[];
    const order = new Random(3).permutation(8);
    const first = {
      ...layers[0],
      weight: layers[0].weight.map((_, at) => layers[0].weight[order[Math.floor(at / 4)] * 4 + (at % 4)]),
      bias: layers[0].bias.map((_, i) => layers[0].bias[order[i]]),
    };
    const second = {
      ...layers[1],
      weight: layers[1].weight.map((_, at) => layers[1].weight[Math.floor(at / 8) * 8 + order[at % 8]]),
    };
    const bound = localLipschitz({ network, region }).bound;
    expect(localLipschitz({ network: { layers: [first, second, layers[2]] }, region }).bound).toBeCloseTo(bound, 9);
    const scaled = { ...layers[2], weight: layers[2].weight.map((w) => -3 * w) };
    expect(localLipschitz({ network: { layers: [layers[0], layers[1], scaled] }, region }).bound).toBeCloseTo(3 * bound, 8);
  });

  it('branch and bound equals enumeration, at any scale', () => {
    for (const [dims, radius, seed] of [
      [[2, 8, 1], 1, 1],
      [[4, 10, 10, 1], 0.3, 2],
      [[3, 8, 8, 2], 0.5, 12],
      [[2, 10, 10, 1], 0.25, 21],
    ] as const) {
      const instance = instanceOf([...dims], radius, seed);
      const exact = exactLipschitz(instance).perOutput;
      const found = branchAndBoundLipschitz(instance);
      expect(found.status).toBe('converged');
      found.perOutput.forEach((bound, output) => {
        expect(bound).toBeCloseTo(exact[output], 7);
      });
      for (const scale of [1e-10, 1e10]) {
        const layers = (instance.network.layers as DenseLayer[]).map((layer, k) => {
          const factor = k === 0 ? scale : k === 1 ? 1 / scale : 1;
          // f is unchanged: a scales, and so must the biases in between.
          const biasFactor = k === 0 ? scale : 1;
          return { ...layer, weight: layer.weight.map((w) => w * factor), bias: layer.bias.map((b) => b * biasFactor) };
        });
        const again = branchAndBoundLipschitz({ ...instance, network: { layers } });
        expect(again.status).toBe('converged');
        again.perOutput.forEach((bound, i) => {
          expect(bound / exact[i]).toBeCloseTo(1, 7);
        });
      }
    }
  });

  it('halves boxes of smooth networks until the bound meets a gradient', () => {
    const instance = instanceOf([2, 6, 1], 0.3, 4, 'tanh');
    const { bound, lowerBound } = branchAndBoundLipschitz(instance, { tolerance: 1e-3 });
    expect(bound).toBeGreaterThanOrEqual(lowerBound);
    expect(bound).toBeLessThan(lowerBound * 1.0011);
  });
});

it('answers before the first gradient was taken, and between any two', () => {
  const network = randomDenseNetwork([3, 8, 8, 2], 5);
  const region = regionAround([0, 0, 0], 0.5);
  for (const [steps, samples] of [
    [branchAndBoundLipschitzSteps, 200],
    [localLipschitzSteps, 20],
  ] as const) {
    const lowerBounds: number[] = [];
    for (const { solution } of steps({ network, region })) if (lowerBounds.push(solution().lowerBound) > samples) break;
    expect(lowerBounds.slice(0, samples)).toEqual(new Array(samples).fill(0));
    expect(lowerBounds[samples]).toBeGreaterThan(0);
  }
});
