import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { gaussianCloudPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { distortionByDefinition, gradientByDefinition } from '../testing/matched-distances.ts';
import { goldenDistance, goldenMatrix, goldenNumber, goldenVector } from '../testing/pot-golden.ts';
import { gromovWasserstein } from './gromov-wasserstein.ts';
import { entropicSemiRelaxedGromovWasserstein, semiRelaxedGromovWasserstein } from './semi-relaxed-gromov.ts';

describe('semi-relaxed Gromov-Wasserstein', () => {
  it('is that of POT', () => {
    const result = semiRelaxedGromovWasserstein(goldenMatrix('squareX'), goldenMatrix('squareY'), { a: goldenVector('a') });
    expect(result.status).toBe('converged');
    expect(result.distortion).toBeCloseTo(goldenNumber('semiRelaxedGromov'), 9);
  });

  it('is that of POT between directed spaces, with the Kullback-Leibler loss, fused, and from a plan', () => {
    const [a, cost] = [goldenVector('a'), goldenMatrix('cost')];
    const squares = [goldenMatrix('squareX'), goldenMatrix('squareY')] as const;
    const directed = [goldenMatrix('directedX'), goldenMatrix('directedY')] as const;
    const kernels = [goldenMatrix('kernelX'), goldenMatrix('kernelY')] as const;
    const found = [
      [semiRelaxedGromovWasserstein(...directed, { a }), 'semiRelaxedDirected'],
      [semiRelaxedGromovWasserstein(...kernels, { a, loss: 'kl' }), 'semiRelaxedKl'],
      [semiRelaxedGromovWasserstein(...squares, { a, cost, alpha: 0.4 }), 'semiRelaxedFused'],
      [semiRelaxedGromovWasserstein(...squares, { a, initial: goldenMatrix('start') }), 'semiRelaxedStarted'],
      [entropicSemiRelaxedGromovWasserstein(...squares, { a, epsilon: 1, tolerance: 1e-10 }), 'semiRelaxedEntropic'],
    ] as const;
    for (const [{ status, distortion }, name] of found) {
      expect(status).toBe('converged');
      expect(distortion).toBeCloseTo(goldenDistance(name), 7);
    }
  });

  it('has the gradient of its definition: no row would rather go elsewhere', () => {
    const spaces = [goldenMatrix('directedX'), goldenMatrix('directedY')] as const;
    const options = { loss: 'kl', cost: goldenMatrix('cost'), alpha: 0.7 } as const;
    const a = goldenVector('a');
    const { plan, distortion } = semiRelaxedGromovWasserstein(...spaces, { a, ...options });
    expect(distortion).toBeCloseTo(distortionByDefinition(...spaces, plan, options), 10);
    const gradient = gradientByDefinition(...spaces, plan, options).values;
    for (let i = 0; i < 5; i++) {
      const row = gradient.subarray(7 * i, 7 * i + 7);
      const along = row.reduce((sum, g, j) => sum + g * plan.values[7 * i + j], 0);
      expect(along).toBeLessThanOrEqual(a[i] * Math.min(...row) + 1e-7);
    }
  });

  it('keeps its plan when distances change their unit', () => {
    const { x, y } = gaussianCloudPoints(8, 3);
    const spaces = [costMatrix(x, x), costMatrix(y, y)] as const;
    const plain = semiRelaxedGromovWasserstein(...spaces);
    for (const unit of [2 ** 498, 2 ** -498]) {
      const [first, second] = spaces.map((space) => ({ ...space, values: space.values.map((d) => d * unit) }));
      expect(semiRelaxedGromovWasserstein(first, second).plan.values).toEqual(plain.plan.values);
    }
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
    const wide = { rows: 1, cols: 2, values: Float64Array.of(0, 1) };
    expect(thrownBy(() => semiRelaxedGromovWasserstein(space, wide)).argument).toBe('second');
    expect(thrownBy(() => semiRelaxedGromovWasserstein(space, space, { loss: 'kl' })).argument).toBe('second');
    expect(thrownBy(() => semiRelaxedGromovWasserstein(space, space, { initial: space })).argument).toBe('initial');
    expect(thrownBy(() => semiRelaxedGromovWasserstein(space, space, { alpha: 0.1 })).argument).toBe('alpha');
    expect(thrownBy(() => entropicSemiRelaxedGromovWasserstein(space, space, { epsilon: 0 })).argument).toBe('epsilon');
    expect(thrownBy(() => semiRelaxedGromovWasserstein(space, space, { a: Float64Array.of(1) })).argument).toBe('a');
  });
});
