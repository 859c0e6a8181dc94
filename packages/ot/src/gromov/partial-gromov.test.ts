import type { DenseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { gaussianCloudPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { distortionByDefinition, gradientByDefinition } from '../testing/matched-distances.ts';
import { partialOracle } from '../testing/partial-program.ts';
import { goldenDistance, goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { gromovWasserstein } from './gromov-wasserstein.ts';
import { entropicPartialGromovWasserstein, partialGromovWasserstein } from './partial-gromov.ts';

const first = goldenMatrix('squareX');
const second = goldenMatrix('squareY');
const directed = [goldenMatrix('directedX'), goldenMatrix('directedY')] as const;
const kernels = [goldenMatrix('kernelX'), goldenMatrix('kernelY')] as const;
const [a, b, heavy] = [goldenVector('a'), goldenVector('b'), goldenVector('heavy')];
const cost = goldenMatrix('cost');
const mass = 0.6;

describe('exact', () => {
  it('finds the plans of POT', () => {
    const plain = partialGromovWasserstein(first, second, { a, b, mass });
    expect(plain.status).toBe('converged');
    expect(plain.distortion).toBeCloseTo(goldenDistance('partialGromov'), 9);
    goldenMatrix('partialGromov', 0).values.forEach((share, k) => {
      expect(plain.plan.values[k]).toBeCloseTo(share, 7);
    });
    const found = [
      [partialGromovWasserstein(...directed, { a, b: heavy, mass }), 'partialGromovDirected'],
      [partialGromovWasserstein(...kernels, { a, b, mass, loss: 'kl' }), 'partialGromovKl'],
      [partialGromovWasserstein(first, second, { a, b, mass, cost, alpha: 0.4 }), 'partialGromovFused'],
    ] as const;
    for (const [{ status, distortion }, name] of found) {
      expect(status).toBe('converged');
      expect(distortion).toBeCloseTo(goldenDistance(name), 8);
    }
  });

  it.each([
    ['square', 'symmetric', first, second, undefined, 1],
    ['square', 'directed', ...directed, undefined, 1],
    ['kl', 'symmetric', ...kernels, undefined, 1],
    ['kl', 'directed', ...directed, cost, 0.3],
  ] as const)('%s, %s: no linear program beats its plan', async (loss, _, x, y, between, alpha) => {
    const oracle = await partialOracle();
    const fused = between ? { cost: between, alpha } : {};
    const { plan, distortion, marginalError, ...result } = partialGromovWasserstein(x, y, {
      a,
      b: heavy,
      mass,
      loss,
      ...fused,
    });
    expect(result.status).toBe('converged');
    expect(result.mass).toBeCloseTo(mass, 12);
    expect(marginalError).toBeLessThan(1e-12);
    expect(distortion).toBeCloseTo(distortionByDefinition(x, y, plan, { loss, ...fused }), 10);
    const gradient = gradientByDefinition(x, y, plan, { loss, ...fused });
    const along = gradient.values.reduce((sum, g, k) => sum + g * plan.values[k], 0);
    expect(along).toBeLessThanOrEqual(oracle({ a, b: heavy, cost: gradient }, mass) + 1e-7);
  });

  it('never rises, from any start, and goes on from where it is put', () => {
    const { x, y } = gaussianCloudPoints(15, 5);
    const spaces = [costMatrix(x, x), costMatrix(y, y)] as const;
    let before = Infinity;
    const found = partialGromovWasserstein(...spaces, {
      mass: 0.7,
      onIteration: ({ distortion }) => {
        expect(distortion).toBeLessThanOrEqual(before + 1e-9 * Math.abs(distortion));
        before = distortion;
      },
    });
    expect(before).toBeLessThan(Infinity);
    const again = partialGromovWasserstein(...spaces, { mass: 0.7, initial: found.plan });
    expect(again.iterations).toBe(0);
    expect(again.distortion).toBeCloseTo(found.distortion, 9);
  });

  it('leaves outliers out', () => {
    const line = (...points: number[]) => {
      const cloud = { rows: points.length, cols: 1, values: Float64Array.from(points) };
      return costMatrix(cloud, cloud, 'euclidean');
    };
    // The documented example of POT.
    const spaces = [line(1, 2, 100, 200), line(3, 2, 98, 199)] as const;
    const quarter = partialGromovWasserstein(...spaces, { mass: 0.25 });
    expect(Array.from(quarter.plan.values)).toEqual(Array.from({ length: 16 }, (_, k) => (k === 10 ? 0.25 : 0)));
    // A hint is enough for three points of either line to find each other; 40 and 90 stay out.
    const hint = { rows: 4, cols: 4, values: new Float64Array(16).fill(0.01) };
    for (const k of [0, 5, 10]) hint.values[k] += 0.59 / 3;
    const found = partialGromovWasserstein(line(0, 1, 3, 40), line(43, 42, 40, 90), { mass: 0.75, initial: hint });
    expect(found.status).toBe('converged');
    expect(Array.from(found.plan.values, (share) => +share.toFixed(12))).toEqual(
      Array.from({ length: 16 }, (_, k) => ([0, 5, 10].includes(k) ? 0.25 : 0)),
    );
  });

  it('with all the mass is the balanced matching', () => {
    const partial = partialGromovWasserstein(first, second, { a, b, mass: 1 });
    expect(partial.distortion).toBeCloseTo(gromovWasserstein(first, second, { a, b }).distortion, 7);
  });

  it('keeps its plan when distances or masses change their unit', () => {
    const plain = partialGromovWasserstein(first, second, { a, b, mass });
    const times = ({ values, ...shape }: DenseMatrix, unit: number) => ({
      ...shape,
      values: values.map((value) => unit * value),
    });
    for (const unit of [2 ** 498, 2 ** -498]) {
      const far = partialGromovWasserstein(times(first, unit), times(second, unit), { a, b, mass });
      expect(far.status).toBe('converged');
      expect(far.plan.values).toEqual(plain.plan.values);
      const heavy = partialGromovWasserstein(first, second, {
        a: a.map((weight) => unit * weight),
        b: b.map((weight) => unit * weight),
        mass: unit * mass,
      });
      expect(heavy.status).toBe('converged');
      heavy.plan.values.forEach((share, k) => {
        expect(share / unit).toBeCloseTo(plain.plan.values[k], 12);
      });
    }
  });
});

describe('entropic', () => {
  it('finds the plan of POT', () => {
    const { plan, status } = entropicPartialGromovWasserstein(first, second, { a, b, mass, epsilon: 5 });
    expect(status).toBe('converged');
    goldenMatrix('partialGromovEntropic').values.forEach((share, k) => {
      expect(plan.values[k]).toBeCloseTo(share, 6);
    });
  });

  it('tends to a stationary point of the exact problem as epsilon vanishes', async () => {
    const oracle = await partialOracle();
    const { plan, status } = entropicPartialGromovWasserstein(first, second, { a, b, mass, epsilon: 0.5 });
    expect(status).toBe('converged');
    const gradient = gradientByDefinition(first, second, plan);
    const along = gradient.values.reduce((sum, g, k) => sum + g * plan.values[k], 0);
    expect(along - oracle({ a, b, cost: gradient }, mass)).toBeLessThan(0.5 * Math.log(35));
  });

  it('leaves a start that is stationary where it is', () => {
    const options = { a, b, mass, epsilon: 5 };
    const found = entropicPartialGromovWasserstein(first, second, options);
    const again = entropicPartialGromovWasserstein(first, second, { ...options, initial: found.plan });
    expect(again.iterations).toBeLessThan(found.iterations);
    expect(again.distortion).toBeCloseTo(found.distortion, 8);
  });
});

it.each([
  ['first', () => partialGromovWasserstein({ ...cost, values: cost.values }, second, { mass })],
  ['second', () => partialGromovWasserstein(first, cost, { mass })],
  ['a', () => partialGromovWasserstein(first, second, { a: b, mass })],
  ['b', () => partialGromovWasserstein(first, second, { b: b.map((w) => -w), mass })],
  ['mass', () => partialGromovWasserstein(first, second, { a, b, mass: 1.1 })],
  ['mass', () => partialGromovWasserstein(first, second, { a, b, mass: 0 })],
  ['mass', () => partialGromovWasserstein(first, second, { a, b } as never)],
  ['alpha', () => partialGromovWasserstein(first, second, { mass, alpha: 0.5 })],
  ['cost', () => partialGromovWasserstein(first, second, { mass, cost: first })],
  ['loss', () => partialGromovWasserstein(first, second, { mass, loss: 'l1' as never })],
  ['second', () => partialGromovWasserstein(first, second, { mass, loss: 'kl' })],
  ['initial', () => partialGromovWasserstein(first, second, { mass, initial: first })],
  ['initial', () => partialGromovWasserstein(first, second, { mass, initial: { ...cost, values: cost.values.map(() => 1) } })],
  ['epsilon', () => entropicPartialGromovWasserstein(first, second, { mass, epsilon: 0 })],
  ['mass', () => entropicPartialGromovWasserstein(first, second, { mass: 2, epsilon: 1 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
