import type { DenseLike } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { clopperPearson } from '../testing/confidence.ts';

import { inFull } from '../testing/tiers.ts';
import { equalityProduct } from './equality-product.ts';
import { approximateExactTriangleCounts, fredmanDifferences } from './exact-triangle.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

function matrix(rows: number, cols: number, values: ArrayLike<number>): DenseLike {
  return { rows, cols, values: Float64Array.from(values) };
}

function countsByDefinition(a: DenseLike, b: DenseLike, c: DenseLike): Float64Array {
  return Float64Array.from({ length: a.rows * b.cols }, (_, t) => {
    const [i, j] = [Math.floor(t / b.cols), t % b.cols];
    let count = 0;
    for (let k = 0; k < a.cols; k++) {
      if (a.values[i * a.cols + k] + b.values[k * b.cols + j] === c.values[t]) count++;
    }
    return count;
  });
}

/** Runs; without a failure, 17 say that a probability is below 0.2. */
const SEEDS = inFull(20, 100);

/** Random entries; every eighth row has a pair for which all or half of the indices are witnesses. */
function plantedInstance(n: number, inner: number, seed: number) {
  const random = mulberry32(seed);
  const draw = (size: number, bound: number) => Float64Array.from({ length: size }, () => Math.floor(random() * bound));
  const a = draw(n * inner, 40);
  const b = draw(inner * n, 40);
  const c = draw(n * n, 80);
  for (let i = 0; i < n; i += 8) {
    for (let k = 0; k < inner; k += i % 16 === 0 ? 1 : 2) a[i * inner + k] = 100 - b[k * n + i];
    c[i * n + i] = 100;
  }
  return [matrix(n, inner, a), matrix(inner, n, b), matrix(n, n, c)] as const;
}

describe('approximateExactTriangleCounts', () => {
  const a = matrix(2, 2, [0, 1, 2, 3]);
  const b = matrix(2, 2, [5, 4, 4, 3]);
  const c = matrix(2, 2, [5, 4, 7, 7]);

  it('gives the worked example, and Fredman differences that do not mention c', () => {
    const { counts, samples, decided } = approximateExactTriangleCounts(a, b, c, 4);
    expect(counts.values).toEqual(Float64Array.of(2, 2, 2, 0));
    expect(samples).toBe(2);
    expect(decided).toBe(3);
    const { left, right } = fredmanDifferences(a, b, 0);
    expect(left.values).toEqual(Float64Array.of(0, 1, 0, 1));
    expect(right.values).toEqual(Float64Array.of(0, 0, 1, 1));
    expect(equalityProduct(left, right).counts.values).toEqual(Float64Array.of(2, 2, 2, 2));
  });

  it('is exact when every index is sampled, with empty places too', () => {
    const shape = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)).map((sizes) => sizes.map((size) => size + 1));
    const instance = shape.chain(([n1, n2, n3]) => {
      const entry = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -2, max: 2 }) }, fc.constant(NaN));
      const entries = (rows: number, cols: number) =>
        fc.array(entry, { minLength: rows * cols, maxLength: rows * cols }).map((values) => matrix(rows, cols, values));
      return fc.tuple(entries(n1, n2), entries(n2, n3), entries(n1, n3));
    });
    fc.assert(
      fc.property(instance, fc.nat(), ([left, right, target], seed) => {
        const { counts } = approximateExactTriangleCounts(left, right, target, 10, { seed });
        expect(counts.values).toEqual(countsByDefinition(left, right, target));
      }),
    );
  });

  it(`is within n2 / kappa for all pairs and never above, over ${SEEDS} seeds`, () => {
    const inner = 80;
    const kappa = 4;
    const delta = 0.2;
    const instance = plantedInstance(24, inner, 7);
    const exact = countsByDefinition(...instance);
    let failures = 0;
    let missed = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const { counts, samples } = approximateExactTriangleCounts(...instance, kappa, { seed, delta });
      expect(samples).toBeLessThan(inner);
      expect(counts.values.every((count, t) => count === 0 || count === exact[t])).toBe(true);
      const worst = Math.max(...counts.values.map((count, t) => exact[t] - count));
      if (worst > 0) missed++;
      if (worst > inner / kappa) failures++;
    }
    // The sample does leave poor pairs out; rich ones it misses less often than the bound allows.
    expect(missed).toBeGreaterThan(0);
    expect(clopperPearson(failures, SEEDS, 0.95).upper).toBeLessThanOrEqual(delta);
  });

  it(`estimates both ways from a sampled inner index, within n2 / kappa, over ${SEEDS} seeds`, () => {
    const inner = 256;
    const kappa = 3;
    const delta = 0.2;
    const instance = plantedInstance(24, inner, 11);
    const exact = countsByDefinition(...instance);
    let failures = 0;
    let above = 0;
    let below = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const { counts } = approximateExactTriangleCounts(...instance, kappa, { seed, delta, sampleInner: true });
      const errors = counts.values.map((count, t) => count - exact[t]);
      above = Math.max(above, ...errors);
      below = Math.min(below, ...errors);
      if (errors.some((error) => Math.abs(error) > inner / kappa)) failures++;
    }
    expect(above).toBeGreaterThan(0);
    expect(below).toBeLessThan(0);
    expect(clopperPearson(failures, SEEDS, 0.95).upper).toBeLessThanOrEqual(delta);
  });

  it('gives the same bits for the same seed, and counts what it does', () => {
    const instance = plantedInstance(32, 32, 3);
    const first = approximateExactTriangleCounts(...instance, 2, { seed: 5, delta: 0.5 });
    expect(approximateExactTriangleCounts(...instance, 2, { seed: 5, delta: 0.5 })).toEqual(first);
    const { checks, equalityProducts, lightPairs, multiplyAdds } = first.operations;
    expect(equalityProducts).toBeLessThanOrEqual(first.samples);
    expect(checks).toBeLessThanOrEqual(first.samples * 32 * 32);
    expect(checks).toBeGreaterThanOrEqual(32 * 32);
    // Light pairs of one equality product are at most n1·n2·n3 / √n1.
    expect(lightPairs).toBeLessThanOrEqual((equalityProducts * 32 ** 3) / Math.sqrt(32));
    expect(multiplyAdds % (32 * 32)).toBe(0);
  });

  it.each([
    ['shapes of the factors', [a, matrix(1, 2, [1, 2]), c], 'b', 'shape'],
    ['the shape of the targets', [a, b, matrix(1, 2, [1, 2])], 'c', 'shape'],
    ['fractions', [a, matrix(2, 2, [1, 0.5, 0, 0]), c], 'b', 'not-integer'],
    ['huge entries', [a, b, matrix(2, 2, [1, 2 ** 52, 0, 0])], 'c', 'out-of-range'],
    ['infinite entries', [matrix(2, 2, [1, -Infinity, 0, 0]), b, c], 'a', 'not-finite'],
  ] as const)('rejects %s', (_, [left, right, target], argument, code) => {
    const call = () => approximateExactTriangleCounts(left, right, target, 2);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument, code }));
  });

  it('rejects parameters out of range', () => {
    expect(() => approximateExactTriangleCounts(a, b, c, 0)).toThrow(/^kappa/);
    expect(() => approximateExactTriangleCounts(a, b, c, NaN)).toThrow(/^kappa/);
    expect(() => approximateExactTriangleCounts(a, b, c, 2, { delta: 0 })).toThrow(/^delta/);
    expect(() => approximateExactTriangleCounts(a, b, c, 2, { seed: 0.5 })).toThrow(/^seed/);
  });
});
