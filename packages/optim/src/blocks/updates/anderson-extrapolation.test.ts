// Extrapolation where its answer is known: steps of a linear map in a few dimensions.
import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { csrFromDense } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { lassoWorkingSet } from '../../lasso/lasso-working-set.ts';
import { Extrapolation } from './anderson-extrapolation.ts';

describe('Anderson extrapolation', () => {
  it('comes near to what a linear map tends to, with the image of it', () => {
    const random = new Random(4);
    const factors = [0.9, 0.7, 0.5, 0.3];
    const n = 5;
    const fixed = random.normals(new Float64Array(n));
    const x = new Float64Array(n + 1).fill(9);
    const image = new Float64Array(2);
    // An affine function of x on the active coordinates, which are all but the first.
    const imageOf = () => {
      image[0] = 1 + x.subarray(1).reduce((sum, value) => sum + value, 0);
      image[1] = 2 * x[1] - 3;
    };
    const active = Int32Array.from({ length: n }, (_, i) => i + 1);
    const extrapolation = new Extrapolation();
    let taken = false;
    for (let step = 0; step < 6; step++) {
      for (let i = 0; i < n; i++) x[i + 1] = fixed[i] + (factors[i] ?? 0.1) * (x[i + 1] - fixed[i]);
      imageOf();
      taken = extrapolation.follow(x, image, active, () => true);
      expect(taken).toBe(step === 5);
    }
    fixed.forEach((value, i) => {
      // The plain steps would leave 0.9^6 = 0.53 of the distance along the slowest axis.
      expect(Math.abs(x[i + 1] - value)).toBeLessThan(0.53 * Math.abs(9 - value));
    });
    expect(x[0]).toBe(9);
    const found = image.slice();
    imageOf();
    expect(found[0]).toBeCloseTo(image[0], 10);
    expect(found[1]).toBeCloseTo(image[1], 10);
  });

  it('leaves everything as it is where the comparison says no', () => {
    const extrapolation = new Extrapolation();
    const random = new Random(2);
    const x = new Float64Array(12);
    const all = Int32Array.from({ length: 12 }, (_, i) => i);
    for (let step = 0; step < 20; step++) {
      random.normals(x);
      const image = x.slice();
      const before = x.slice();
      expect(extrapolation.follow(x, image, all, () => false)).toBe(false);
      expect(x).toEqual(before);
      expect(image).toEqual(before);
    }
  });
});

describe('the lasso on columns that are nearly the same', () => {
  it('closes its gap, dense and sparse', () => {
    const random = new Random(6);
    const [rows, cols] = [60, 200];
    const values = new Float64Array(rows * cols);
    for (let i = 0; i < rows; i++) {
      const common = random.normal();
      for (let j = 0; j < cols; j++) values[i * cols + j] = common + 0.05 * random.normal();
    }
    const design: DenseMatrix = { rows, cols, values };
    const targets = random.normals(new Float64Array(rows)).map((value, i) => value + 5 * values[i * cols + 3]);
    for (const a of [design, csrFromDense(design)]) {
      const { status, dualGap } = lassoWorkingSet({ design: a, targets, l1: 0.2 }, { tolerance: 1e-9 });
      expect(status).toBe('converged');
      expect(dualGap).toBeLessThan(1e-9 * targets.reduce((sum, value) => sum + value * value, 0));
    }
  });
});
