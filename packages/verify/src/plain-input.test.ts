// Front doors take plain and nested lists, and answer as for typed arrays.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import {
  attackNetwork,
  branchAndBoundLipschitz,
  certifyMonotone,
  denseNetwork,
  evaluateNetwork,
  exactLipschitz,
  learnHalfspace,
  localLipschitz,
  minimizeSurrogate,
  networkGradient,
  networkMap,
  outputBounds,
  regionAround,
  testAndLearnHalfspace,
  verifyProperty,
  verifyRobustness,
  writeLipschitzProgram,
} from './index.ts';

const nested = denseNetwork(
  [
    [
      [1, -1],
      [2, 0.5],
    ],
    [[1, -1]],
  ],
  [[0, 0.1], [0.2]],
);
const typed = denseNetwork(
  [Float64Array.of(1, -1, 2, 0.5), Float64Array.of(1, -1)],
  [Float64Array.of(0, 0.1), Float64Array.of(0.2)],
);
/** The same layers in plain lists. */
const plain = {
  layers: nested.layers.map((layer) =>
    JSON.parse(JSON.stringify(layer, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value))),
  ),
};
const region = { lower: [-1, -1], upper: [1, 1] };
const box = { lower: Float64Array.of(-1, -1), upper: Float64Array.of(1, 1) };

describe('plain lists', () => {
  it('are networks, regions and cases', () => {
    expect(evaluateNetwork(plain, [0.3, 0.4])).toEqual(evaluateNetwork(typed, Float64Array.of(0.3, 0.4)));
    expect(networkGradient(plain, [0.3, 0.4], 0)).toEqual(networkGradient(typed, Float64Array.of(0.3, 0.4), 0));
    expect(outputBounds(plain, region)).toEqual(outputBounds(typed, box));
    for (const bound of [localLipschitz, branchAndBoundLipschitz, exactLipschitz])
      expect(bound({ network: plain, region, outputs: [0] }).bound).toBe(bound({ network: typed, region: box }).bound);
    expect(writeLipschitzProgram({ network: plain, region }, 0)).toBe(
      writeLipschitzProgram({ network: typed, region: box }, 0),
    );
    const question = { feature: 0, output: 0 };
    expect(certifyMonotone({ network: plain, region, ...question }).verdict).toBe(
      certifyMonotone({ network: typed, region: box, ...question }).verdict,
    );
    const unsafe = [{ region, rows: [[1]], limits: [-9] }];
    expect(verifyProperty({ network: plain, unsafe }).verdict).toBe('certified');
    expect(regionAround([0, 0], 1, { norm: 'l1' }).ball?.center).toBeInstanceOf(Float64Array);
    const two = denseNetwork(
      [
        [
          [1, 0],
          [0, 1],
        ],
      ],
      [[0, 0]],
    );
    expect(verifyRobustness({ network: two, x: [1, 0.5], radius: 0.2 }).verdict).toBe('certified');
    expect(() => outputBounds(plain, { lower: [-1, Number.NaN], upper: [1, 1] })).toThrow(
      expect.objectContaining({ argument: 'region.lower', index: 1 }),
    );
  });

  it('are surrogates and samples', () => {
    const objective = { value: (y: Float64Array) => (y[0] - 0.5) ** 2, gradient: (y: Float64Array) => [2 * (y[0] - 0.5)] };
    const instance = { map: networkMap(plain), objective, initial: [0, 0], scale: [1, 1], radius: 0.1 };
    expect(attackNetwork(instance).value).toBeLessThan(0.25);
    expect(minimizeSurrogate(instance, { maxIterations: 300 }).x).toBeInstanceOf(Float64Array);
    const random = new Random(1);
    const points = Array.from({ length: 400 }, () => [random.normal(), random.normal()]);
    const labels = points.map(([x]) => (x >= 0 ? 1 : -1));
    const sample = { points, labels, noise: 'massart', eta: 0 } as const;
    expect(learnHalfspace(sample).error).toBeLessThan(0.05);
    expect(testAndLearnHalfspace(sample).weights).toBeInstanceOf(Float64Array);
    expect(() => learnHalfspace(sample, { degree: 2 })).toThrow(expect.objectContaining({ argument: 'degree' }));
  });
});
