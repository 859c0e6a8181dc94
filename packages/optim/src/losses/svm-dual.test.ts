// The dual of the support vector machine against trying all faces of the box, and against the primal problem.
import { Random } from '@infimum/core';
import { cholesky, solveCholesky } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockCoordinateDescent } from '../blocks/block-coordinate-descent.ts';
import { standardizedBreastCancer } from '../objectives/real-designs.ts';
import { svmDual } from './svm-dual.ts';

/** The least value over all faces: every variable at 0, at C, or free. */
function bruteForce(q: (i: number, j: number) => number, size: number, upper: number): number {
  let least = 0;
  for (let code = 0; code < 3 ** size; code++) {
    const states = Array.from({ length: size }, (_, i) => Math.floor(code / 3 ** i) % 3);
    const alpha = Float64Array.from(states, (state) => (state === 1 ? upper : 0));
    const free = [...states.keys()].filter((i) => states[i] === 2);
    if (free.length > 0) {
      const values = Float64Array.from(free.flatMap((i) => free.map((j) => q(i, j))));
      const right = Float64Array.from(free, (i) => 1 - alpha.reduce((sum, a, j) => sum + q(i, j) * a, 0));
      const solved = solveCholesky(cholesky({ rows: free.length, cols: free.length, values }), right);
      if (solved.some((value) => value < 0 || value > upper)) continue;
      free.forEach((i, k) => {
        alpha[i] = solved[k];
      });
    }
    let value = 0;
    for (let i = 0; i < size; i++) {
      value -= alpha[i];
      for (let j = 0; j < size; j++) value += (alpha[i] * q(i, j) * alpha[j]) / 2;
    }
    least = Math.min(least, value);
  }
  return least;
}

describe('the dual of the support vector machine', () => {
  it('has the minimum that trying all faces of the box finds, with both kernels', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(1e6), fc.boolean(), (size, seed, isGaussian) => {
        const random = new Random(seed);
        const [cols, upper] = [size + 1, 0.2 + random.uniform()];
        const values = random.normals(new Float64Array(size * cols));
        const labels = Float64Array.from({ length: size }, () => (random.uniform() < 0.5 ? -1 : 1));
        const row = (i: number) => values.subarray(i * cols, (i + 1) * cols);
        const q = (i: number, j: number) => {
          const product = row(i).reduce((sum, value, k) => sum + value * row(j)[k], 0);
          const distance = row(i).reduce((sum, value, k) => sum + (value - row(j)[k]) ** 2, 0);
          return labels[i] * labels[j] * (isGaussian ? Math.exp(-0.5 * distance) : product);
        };
        const loss = svmDual({ rows: size, cols, values }, labels, isGaussian ? { gamma: 0.5 } : {});
        const options = { blockSize: 2, tolerance: 1e-10 };
        const { x, value } = blockCoordinateDescent({ loss, lower: 0, upper }, options);
        for (const alpha of x) expect(alpha >= 0 && alpha <= upper).toBe(true);
        expect(value).toBeCloseTo(bruteForce(q, size, upper), 8);
      }),
      { numRuns: 40 },
    );
  });

  it('closes the gap to the primal problem on tumours, with support vectors where margins are small', async () => {
    const { design, labels } = await standardizedBreastCancer();
    const upper = 1;
    const loss = svmDual(design, labels);
    const found = blockCoordinateDescent({ loss, lower: 0, upper }, { blockSize: 20, tolerance: 1e-9, accelerate: true });
    expect(found.status).toBe('converged');
    const w = new Float64Array(design.cols);
    found.x.forEach((alpha, i) => {
      for (let j = 0; j < w.length; j++) w[j] += alpha * labels[i] * design.values[i * design.cols + j];
    });
    let primal = w.reduce((sum, value) => sum + (value * value) / 2, 0);
    let wrong = 0;
    found.x.forEach((alpha, i) => {
      let score = 0;
      for (let j = 0; j < w.length; j++) score += w[j] * design.values[i * design.cols + j];
      const margin = labels[i] * score;
      primal += upper * Math.max(0, 1 - margin);
      if (margin <= 0) wrong++;
      if (alpha === 0) expect(margin).toBeGreaterThan(1 - 1e-6);
      else if (alpha === upper) expect(margin).toBeLessThan(1 + 1e-6);
      else expect(margin).toBeCloseTo(1, 6);
    });
    expect(Math.abs(primal + found.value)).toBeLessThan(1e-6 * primal);
    expect(wrong).toBeLessThan(0.03 * labels.length);
  });

  it('refuses what does not fit', () => {
    const features = { rows: 2, cols: 1, values: Float64Array.of(1, 0) };
    const named = (argument: string) => expect.objectContaining({ argument });
    expect(() => svmDual(features, Float64Array.of(1, -1))).toThrow(named('features'));
    expect(() => svmDual(features, Float64Array.of(1, 0), { gamma: 1 })).toThrow(named('labels'));
    expect(() => svmDual(features, Float64Array.of(1))).toThrow(named('labels'));
    expect(() => svmDual(features, Float64Array.of(1, -1), { gamma: 0 })).toThrow(named('gamma'));
    expect(svmDual(features, Float64Array.of(1, -1), { gamma: 1 }).dimension).toBe(2);
  });
});
