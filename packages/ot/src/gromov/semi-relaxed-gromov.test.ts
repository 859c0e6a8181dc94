import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { gaussianCloudPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenNumber, goldenVector } from '../testing/pot-golden.ts';
import { gromovWasserstein } from './gromov-wasserstein.ts';
import { semiRelaxedGromovWasserstein } from './semi-relaxed-gromov.ts';

describe('semi-relaxed Gromov-Wasserstein', () => {
  it('is that of POT', () => {
    const result = semiRelaxedGromovWasserstein(goldenMatrix('squareX'), goldenMatrix('squareY'), {
      a: goldenVector('a'),
    });
    expect(result.status).toBe('converged');
    expect(result.distortion).toBeCloseTo(goldenNumber('semiRelaxedGromov'), 9);
  });

  it('has the distortion of its plan, which is a plan with the weights of the first space', () => {
    const { x, y } = gaussianCloudPoints(12, 3);
    const [first, second] = [costMatrix(x, x), costMatrix(y, y)];
    const { plan, distortion, marginalError, targetWeights } = semiRelaxedGromovWasserstein(first, second);
    let sum = 0;
    for (let i = 0; i < 12; i++) {
      for (let j = 0; j < 12; j++) {
        for (let k = 0; k < 12; k++) {
          for (let l = 0; l < 12; l++) {
            const apart = first.values[i * 12 + k] - second.values[j * 12 + l];
            sum += apart * apart * plan.values[i * 12 + j] * plan.values[k * 12 + l];
          }
        }
      }
    }
    expect(distortion).toBeCloseTo(sum, 9);
    expect(marginalError).toBeLessThan(1e-12);
    expect(targetWeights.reduce((mass, weight) => mass + weight, 0)).toBeCloseTo(1, 12);
    expect(plan.values.every((mass) => mass >= -1e-15)).toBe(true);
  });

  it('finds a space in a larger one that contains it, where the balanced distance is positive', () => {
    const small = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
    const large = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 9, 1, 0, 8, 9, 8, 0) };
    expect(semiRelaxedGromovWasserstein(small, large).distortion).toBeLessThanOrEqual(
      gromovWasserstein(small, large).distortion,
    );
  });

  it('never rises', () => {
    const { x, y } = gaussianCloudPoints(20, 5);
    let before = Infinity;
    semiRelaxedGromovWasserstein(costMatrix(x, x), costMatrix(y, y), {
      onIteration: ({ distortion }) => {
        expect(distortion).toBeLessThanOrEqual(before + 1e-9 * Math.abs(distortion));
        before = distortion;
      },
    });
    expect(before).toBeLessThan(Infinity);
  });

  it('names what is wrong', () => {
    const space = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
    const skew = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 2, 0) };
    expect(thrownBy(() => semiRelaxedGromovWasserstein(space, skew)).argument).toBe('second');
    expect(
      thrownBy(() => semiRelaxedGromovWasserstein(space, space, { a: Float64Array.of(1) })).argument,
    ).toBe('a');
  });
});
