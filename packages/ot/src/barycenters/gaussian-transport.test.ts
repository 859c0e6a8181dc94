import type { DenseMatrix } from '@infimum/linalg';
import { matmul } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenNumber, goldenVector, goldenVectorAt } from '../testing/pot-golden.ts';
import type { Gaussian } from './gaussian-transport.ts';
import { buresWasserstein, gaussianBarycenter, gaussianMap } from './gaussian-transport.ts';

const x: Gaussian = { mean: goldenVector('meanX'), covariance: goldenMatrix('covarianceX') };
const y: Gaussian = { mean: goldenVector('meanY'), covariance: goldenMatrix('covarianceY') };
const diagonal = (...variances: number[]): DenseMatrix => {
  const size = variances.length;
  const values = new Float64Array(size * size);
  variances.forEach((variance, k) => {
    values[k * size + k] = variance;
  });
  return { rows: size, cols: size, values };
};
const centered = (...variances: number[]): Gaussian => ({
  mean: new Float64Array(variances.length),
  covariance: diagonal(...variances),
});

function expectClose(actual: Float64Array, expected: Float64Array, digits = 9) {
  actual.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], digits);
  });
}

describe('distance', () => {
  it('is that of POT, and symmetric', () => {
    expect(buresWasserstein(x, y)).toBeCloseTo(goldenNumber('bures'), 10);
    expect(buresWasserstein(y, x)).toBeCloseTo(goldenNumber('bures'), 10);
  });

  it('of commuting covariances is that of the standard deviations', () => {
    expect(buresWasserstein(centered(1, 4, 0), centered(9, 4, 16))).toBeCloseTo(Math.sqrt(4 + 0 + 16), 12);
  });
});

describe('map', () => {
  it('is that of POT', () => {
    const { linear, offset } = gaussianMap(x, y);
    expectClose(linear.values, goldenMatrix('buresMap', 0).values);
    // POT's offset is a row.
    expectClose(offset, Float64Array.from(goldenMatrix('buresMap', 1).values));
  });

  it('pushes one Gaussian onto the other: A S A = T', () => {
    const { linear, offset } = gaussianMap(x, y);
    expectClose(matmul(matmul(linear, x.covariance), linear).values, y.covariance.values);
    const image = matmul(linear, { rows: 3, cols: 1, values: x.mean }).values.map((v, k) => v + offset[k]);
    expectClose(image, y.mean);
  });
});

describe('barycentre', () => {
  const result = gaussianBarycenter([x, y], { weights: Float64Array.of(0.3, 0.7) });

  it('is that of POT', () => {
    expect(result.status).toBe('converged');
    expectClose(result.mean, goldenVectorAt('buresBarycenter', 0));
    expectClose(result.covariance.values, goldenMatrix('buresBarycenter', 1).values, 7);
  });

  it('of two lies on the geodesic between them', () => {
    const whole = buresWasserstein(x, y);
    expect(buresWasserstein(result, x)).toBeCloseTo(0.7 * whole, 7);
    expect(buresWasserstein(result, y)).toBeCloseTo(0.3 * whole, 7);
  });

  it('of commuting covariances averages standard deviations', () => {
    const { covariance } = gaussianBarycenter([centered(1, 25), centered(9, 1)]);
    expectClose(covariance.values, diagonal(4, 9).values);
  });
});

it.each([
  ['first.covariance', () => buresWasserstein({ ...x, covariance: diagonal(1, 2) }, y)],
  ['first.covariance', () => buresWasserstein(centered(1, -1, 1), y)],
  ['second.mean', () => buresWasserstein(x, { ...y, mean: Float64Array.of(1) })],
  [
    'second.covariance',
    () =>
      buresWasserstein(centered(1, 1), {
        mean: new Float64Array(2),
        covariance: { rows: 2, cols: 2, values: Float64Array.of(1, 0.5, 0, 1) },
      }),
  ],
  ['first.covariance', () => gaussianMap(centered(1, 0, 1), y)],
  ['gaussians', () => gaussianBarycenter([])],
  ['gaussians[1].covariance', () => gaussianBarycenter([x, centered(1, 0, 1)])],
  ['weights', () => gaussianBarycenter([x, y], { weights: Float64Array.of(0, 0) })],
  ['weights', () => gaussianBarycenter([x, y], { weights: Float64Array.of(1) })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
