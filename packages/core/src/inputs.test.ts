import { describe, expect, it } from 'vitest';

import { asIndices, asMatrix, asVector } from './inputs.ts';
import type { ObjectiveLike } from './objective.ts';
import { asObjective } from './objective.ts';

describe('asVector', () => {
  it('takes a Float64Array as it is and copies any other list of numbers', () => {
    const given = Float64Array.of(1, 2);
    expect(asVector(given, 'x')).toBe(given);
    for (const list of [[1, 2], Float32Array.of(1, 2), Int32Array.of(1, 2)]) {
      expect(asVector(list, 'x')).toEqual(given);
    }
  });

  it.each([
    ['a text', 'ab', 'type', undefined],
    ['texts', ['1'], 'type', 0],
    ['a hole', Object.assign(new Array(2), [1]), 'missing', 1],
    ['nothing', [], 'shape', undefined],
    ['NaN', [1, Number.NaN], 'not-finite', 1],
    ['another length', [1, 2, 3], 'shape', undefined],
    ['big integers', BigInt64Array.of(1n, 2n), 'type', undefined],
  ])('refuses %s', (_, value, code, index) => {
    const fault = expect.objectContaining({ argument: 'x', code, ...(index !== undefined && { index }) });
    expect(() => asVector(value as never, 'x', 2)).toThrow(fault);
  });
});

describe('asIndices', () => {
  it('takes an Int32Array as it is, copies any other list, and refuses what is no whole number', () => {
    const indices = Int32Array.of(1, 2);
    expect(asIndices(indices, 'at')).toBe(indices);
    expect(asIndices([0, -3], 'at')).toEqual(Int32Array.of(0, -3));
    for (const bad of [
      [1, 0.5],
      [1, 2 ** 40],
      [1, Number.NaN],
    ])
      expect(() => asIndices(bad, 'at')).toThrow(expect.objectContaining({ argument: 'at', index: 1 }));
  });
});

describe('asMatrix', () => {
  it('takes rows, and entries of any list', () => {
    const matrix = { rows: 2, cols: 2, values: Float64Array.of(1, 2, 3, 4) };
    expect(asMatrix(matrix, 'a')).toBe(matrix);
    expect(asMatrix([[1, 2], Float32Array.of(3, 4)], 'a')).toEqual(matrix);
    expect(asMatrix({ rows: 2, cols: 2, values: [1, 2, 3, 4] }, 'a')).toEqual(matrix);
  });

  it.each([
    ['rows of different lengths', [[1, 2], [3]], 'a[1]', 'shape'],
    ['a number among the rows', [[1], 2], 'a[1]', 'type'],
    ['no rows', [], 'a', 'empty'],
    ['null', null, 'a', 'type'],
    ['too few entries', { rows: 2, cols: 2, values: [1] }, 'a', 'shape'],
  ])('refuses %s', (_, value, argument, code) => {
    expect(() => asMatrix(value as never, 'a')).toThrow(expect.objectContaining({ argument, code }));
  });
});

describe('asObjective', () => {
  const cubic = (x: Float64Array) => x[0] ** 3 + 2 * x[1];
  const gradientOf = (objective: ObjectiveLike) => {
    const out = new Float64Array(2);
    asObjective(objective, 2).gradient(Float64Array.of(2, 1), out);
    return [...out];
  };

  it('hears derivatives that return their numbers and ones that write them', () => {
    expect(gradientOf({ value: cubic, gradient: ([x]) => [3 * x * x, 2] })).toEqual([12, 2]);
    expect(gradientOf({ value: cubic, gradient: ([x], out) => out.set([3 * x * x, 2]) })).toEqual([12, 2]);
    const products = asObjective({ value: cubic, hessianVector: ([x], [v]) => [6 * x * v, 0] }, 2);
    const out = new Float64Array(2);
    products.hessianVector?.(Float64Array.of(2, 1), Float64Array.of(1, 1), out);
    expect([...out]).toEqual([12, 0]);
  });

  it('keeps methods that use this', () => {
    const scaled = {
      factor: 3,
      value: cubic,
      gradient(_: Float64Array, out: Float64Array) {
        out.fill(this.factor);
      },
    };
    expect(gradientOf(scaled)).toEqual([3, 3]);
  });

  it('differences values where there is no gradient, and says so', () => {
    const slope = gradientOf(cubic);
    expect(slope[0]).toBeCloseTo(12, 8);
    expect(slope[1]).toBeCloseTo(2, 8);
    expect(asObjective(cubic, 2).byDifferences).toBe(true);
    expect(asObjective({ value: cubic, gradient: () => [0, 0] }, 2).byDifferences).toBeUndefined();
  });

  it('asks for no value outside of the range', () => {
    const range = { lower: [0, -1], upper: [Infinity, 0] };
    const root = ([x, y]: Float64Array) => {
      if (!(x >= 0 && y >= -1 && y <= 0)) throw new Error(`asked at ${x}, ${y}`);
      return x + 2 * y;
    };
    for (const x of [
      [0, 0],
      [1e-9, -1],
      [5, -0.5],
    ]) {
      const out = new Float64Array(2);
      asObjective(root, 2, 'f', range).gradient(Float64Array.from(x), out);
      expect(out[0]).toBeCloseTo(1, 6);
      expect(out[1]).toBeCloseTo(2, 6);
    }
  });

  it.each([
    ['a number', 3, 'f'],
    ['no value', {}, 'f.value'],
    ['a gradient that is no function', { value: cubic, gradient: [1] }, 'f.gradient'],
    ['another dimension', { dimension: 3, value: cubic }, 'f.dimension'],
  ])('refuses %s', (_, value, argument) => {
    expect(() => asObjective(value as never, 2, 'f')).toThrow(expect.objectContaining({ argument }));
  });
});
