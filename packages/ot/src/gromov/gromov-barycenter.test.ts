import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { gaussianCloudPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { distortionByDefinition } from '../testing/matched-distances.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { gromovBarycenter } from './gromov-barycenter.ts';

const squares = [goldenMatrix('squareX'), goldenMatrix('squareY')];
const kernels = [goldenMatrix('kernelX'), goldenMatrix('kernelY')];
const directed = [goldenMatrix('directedX'), goldenMatrix('directedY')];
const points = [goldenMatrix('x'), goldenMatrix('y')];
const spaceWeights = [goldenVector('a'), goldenVector('b')];
const pointWeights = goldenVector('middle');
const middle = goldenMatrix('middlePoints');
const initial = costMatrix(middle, middle);
const weights = Float64Array.of(0.4, 0.6);
const likeness = { ...initial, values: initial.values.map((d) => Math.exp(-d / 4)) };
const common = { spaceWeights, pointWeights, weights };

function expectMatrix({ values }: DenseMatrix, expected: DenseMatrix, digits: number) {
  expected.values.forEach((value, k) => {
    expect(values[k]).toBeCloseTo(value, digits);
  });
}

describe('barycentres of spaces', () => {
  it('are those of POT', () => {
    const square = gromovBarycenter(squares, 4, { ...common, initial });
    expect(square.status).toBe('converged');
    expectMatrix(square.distances, goldenMatrix('gromovBarycenter'), 5);
    const kl = gromovBarycenter(kernels, 4, { ...common, loss: 'kl', initial: likeness });
    expect(kl.status).toBe('converged');
    expectMatrix(kl.distances, goldenMatrix('gromovBarycenterKl'), 5);
    const one = gromovBarycenter(directed, 4, { ...common, initial });
    expect(one.status).toBe('converged');
    expectMatrix(one.distances, goldenMatrix('gromovBarycenterDirected'), 5);
    const fused = gromovBarycenter(squares, 4, { ...common, features: points, alpha: 0.3, initial, initialFeatures: middle });
    expect(fused.status).toBe('converged');
    expectMatrix(fused.features as DenseMatrix, goldenMatrix('gromovBarycenterFused', 0), 5);
    expectMatrix(fused.distances, goldenMatrix('gromovBarycenterFused', 1), 5);
  });

  it.each([
    ['square', squares, undefined],
    ['kl', kernels, undefined],
    ['square', directed, points],
  ] as const)(
    '%s: the objective is that of the definition, never rises, and no other space is nearer by these plans',
    (loss, spaces, features) => {
      let before = Infinity;
      const fused = features ? { features, alpha: 0.6 } : {};
      const found = gromovBarycenter(spaces, 4, {
        ...common,
        ...fused,
        loss,
        seed: 3,
        onIteration: ({ regularizedCost }) => {
          expect(regularizedCost).toBeLessThanOrEqual(before + 1e-9 * Math.abs(before < Infinity ? before : 0));
          before = regularizedCost;
        },
      });
      expect(found.status).toBe('converged');
      const objectiveOf = (distances: DenseMatrix, ofPoints: DenseMatrix | undefined) =>
        found.plans.reduce((sum, plan, k) => {
          const between = features && ofPoints ? { cost: costMatrix(ofPoints, features[k]), alpha: 0.6 } : {};
          return sum + weights[k] * distortionByDefinition(distances, spaces[k], plan, { loss, ...between });
        }, 0);
      expect(objectiveOf(found.distances, found.features)).toBeCloseTo(found.regularizedCost, 9);
      const random = new Random(5);
      for (let trial = 0; trial < 20; trial++) {
        const moved = (matrix: DenseMatrix) => ({
          ...matrix,
          values: matrix.values.map((value) => Math.abs(value + 0.01 * (random.uniform() - 0.5))),
        });
        const other = objectiveOf(moved(found.distances), found.features);
        expect(other).toBeGreaterThanOrEqual(found.regularizedCost - 1e-9);
      }
    },
  );

  it('of copies of one space are that space', () => {
    const { x } = gaussianCloudPoints(6, 4);
    const space = costMatrix(x, x, 'euclidean');
    const order = [3, 0, 5, 1, 4, 2];
    const permuted = { ...space, values: Float64Array.from(order.flatMap((i) => order.map((j) => space.values[6 * i + j]))) };
    const near = { ...space, values: space.values.map((d) => 1.1 * d) };
    const { distances, regularizedCost, status } = gromovBarycenter([space, permuted], 6, { initial: near });
    expect(status).toBe('converged');
    expect(regularizedCost).toBeCloseTo(0, 9);
    expectMatrix(distances, space, 7);
  });

  it('come from any start, entropic too, and the same for the same seed', () => {
    const options = { ...common, seed: 7 };
    const [one, other] = [gromovBarycenter(squares, 4, options), gromovBarycenter(squares, 4, options)];
    expect(one.distances.values).toEqual(other.distances.values);
    const smooth = gromovBarycenter(squares, 4, { ...common, initial, epsilon: 1 });
    expect(smooth.status).toBe('converged');
    expect(smooth.plans[0].values.every((mass) => mass > 0)).toBe(true);
    expect(gromovBarycenter([squares[0]], 1).distances.values.length).toBe(1);
  });

  it('know no unit', () => {
    const plain = gromovBarycenter(squares, 4, { ...common, seed: 2 });
    for (const unit of [2 ** 498, 2 ** -498]) {
      const far = squares.map((space) => ({ ...space, values: space.values.map((d) => unit * d) }));
      const found = gromovBarycenter(far, 4, { ...common, seed: 2 });
      expect(found.status).toBe('converged');
      found.distances.values.forEach((d, k) => {
        expect(d / unit).toBeCloseTo(plain.distances.values[k], 9);
      });
    }
  });
});

it.each([
  ['spaces', () => gromovBarycenter([], 3)],
  ['spaces[1]', () => gromovBarycenter([squares[0], { rows: 1, cols: 2, values: Float64Array.of(0, 1) }], 3)],
  ['spaces[0]', () => gromovBarycenter(squares, 3, { loss: 'kl' })],
  ['size', () => gromovBarycenter(squares, 0)],
  ['size', () => gromovBarycenter(squares, 1e9)],
  ['spaceWeights', () => gromovBarycenter(squares, 3, { spaceWeights: [spaceWeights[0]] })],
  ['spaceWeights[1]', () => gromovBarycenter(squares, 3, { spaceWeights: [spaceWeights[0], spaceWeights[0]] })],
  ['pointWeights', () => gromovBarycenter(squares, 2, { pointWeights: Float64Array.of(1, 0) })],
  ['b', () => gromovBarycenter(squares, 2, { pointWeights: Float64Array.of(1, 1) })],
  ['weights', () => gromovBarycenter(squares, 2, { weights: Float64Array.of(1) })],
  ['alpha', () => gromovBarycenter(squares, 2, { alpha: 0.5 })],
  ['features', () => gromovBarycenter(squares, 2, { features: [points[0]] })],
  ['features[1]', () => gromovBarycenter(squares, 2, { features: [points[0], points[0]] })],
  ['initial', () => gromovBarycenter(squares, 2, { initial })],
  [
    'initial',
    () => gromovBarycenter(kernels, 4, { loss: 'kl', initial: { ...initial, values: initial.values.map((d) => -d) } }),
  ],
  ['initialFeatures', () => gromovBarycenter(squares, 3, { features: points, initialFeatures: middle })],
  ['epsilon', () => gromovBarycenter(squares, 2, { epsilon: 0 })],
  ['options', () => gromovBarycenter(squares, 2, null as never)],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
