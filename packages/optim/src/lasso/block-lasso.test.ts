import type { DenseMatrix } from '@infimum/linalg';
import { cholesky, gram, matrixFromRows, solveCholesky } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockCoordinateDescentOptions } from '../blocks/block-coordinate-descent.ts';
import { blockCoordinateDescent } from '../blocks/block-coordinate-descent.ts';
import { activeSetComplexity } from '../composite/active-set-complexity.ts';
import { denseRegression } from '../composite/composite-instances.ts';
import { blockLeastSquares } from '../losses/block-margin-loss.ts';
import { expectDescent } from '../testing/expect-descent.ts';

describe('the lasso', () => {
  it('is what trying all supports and signs finds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 1e6 }), (cols, seed) => {
        const { design, targets } = denseRegression({ rows: 8, cols, nonzeros: 3 }, seed);
        const l1 = 2;
        const data = { loss: blockLeastSquares(design, targets), l1: l1 / 8 };
        const best = bruteForceLasso(design, targets, l1);
        for (const [update, blockSize] of [
          ['exact', 2],
          ['prox', 1],
          ['two-metric', 6],
        ] as const) {
          const { x } = blockCoordinateDescent(data, { update, blockSize, tolerance: 1e-11 });
          x.forEach((value, i) => {
            expect(value).toBeCloseTo(best[i], 6);
          });
        }
      }),
      { numRuns: 25 },
    );
  });

  it('ends in the conditions of optimality, to the last bit at the kinks', () => {
    const { design, targets } = denseRegression({ rows: 40, cols: 80, nonzeros: 8 }, 4);
    const loss = blockLeastSquares(design, targets);
    for (const g of [{ l1: 15 / 40 }, { l1: 5 / 40, lower: 0 }, { lower: 0, upper: 0.5 }]) {
      const { x, activeSet, stationarity } = blockCoordinateDescent({ loss, ...g }, { blockSize: 20, tolerance: 1e-10 });
      const gradient = new Float64Array(80);
      loss.gradient(x, gradient);
      const { l1 = 0, lower = -Infinity, upper = Infinity } = g as { l1?: number; lower?: number; upper?: number };
      const scale = (1e-7 * (1 + stationarity)) / 40;
      x.forEach((value, i) => {
        const slope = gradient[i] + l1 * Math.sign(value);
        if (!activeSet.includes(i)) expect(Math.abs(slope)).toBeLessThan(scale);
        else if (value === lower) expect(gradient[i] + l1).toBeGreaterThan(-scale);
        else if (value === upper) expect(slope).toBeLessThan(scale);
        else {
          expect(value).toBe(0);
          expect(Math.abs(gradient[i])).toBeLessThan(l1 + scale);
        }
      });
    }
  });

  it('finds its active set within the bound', () => {
    for (const seed of [1, 2, 3, 4]) {
      const { design, targets } = denseRegression({ rows: 60, cols: 20, nonzeros: 5 }, seed);
      const data = { loss: blockLeastSquares(design, targets), l1: 12 / 60 };
      const { x } = blockCoordinateDescent(data, { blockSize: 20, tolerance: 1e-14 });
      const { margin, bound, observed } = activeSetComplexity(data, x);
      expect(margin).toBeGreaterThan(0);
      expect(observed).toBeLessThanOrEqual(bound);
    }
    const loss = blockLeastSquares(matrixFromRows([[1]]), Float64Array.of(1));
    expect(activeSetComplexity({ loss, l1: 1 }, Float64Array.of(0)).bound).toBe(Infinity);
  });

  it('treats coordinates near a kink as active when it is told to', () => {
    const { design, targets } = denseRegression({ rows: 40, cols: 30, nonzeros: 6 }, 7);
    const data = { loss: blockLeastSquares(design, targets), l1: 6 / 40 };
    const best = blockCoordinateDescent(data, { blockSize: 30, tolerance: 1e-10 });
    for (const activeTolerance of [1e-4, 0.1]) {
      expectDescent(data, { blockSize: 30, update: 'two-metric', activeTolerance });
      const { status, value } = blockCoordinateDescent(data, {
        blockSize: 30,
        update: 'two-metric',
        activeTolerance,
        tolerance: 1e-8,
      });
      expect(status).toBe('converged');
      expect(40 * value).toBeCloseTo(40 * best.value, 8);
    }
  });

  it('takes Newton steps on the support when it is told to accelerate', () => {
    const { design, targets } = denseRegression({ rows: 80, cols: 60, nonzeros: 20 }, 6);
    const data = { loss: blockLeastSquares(design, targets), l1: 5 / 80 };
    const options: BlockCoordinateDescentOptions = { blockSize: 2, update: 'prox', tolerance: 1e-10 };
    const plain = blockCoordinateDescent(data, options);
    const quick = blockCoordinateDescent(data, { ...options, accelerate: true });
    expect(quick.status).toBe('converged');
    expect(80 * quick.value).toBeCloseTo(80 * plain.value, 8);
    expect(quick.iterations).toBeLessThan(plain.iterations / 2);
  });
});

/** Solves the equations of every support with every choice of signs and keeps the best answer that has these signs. */
function bruteForceLasso(design: DenseMatrix, targets: Float64Array, l1: number): Float64Array {
  const n = design.cols;
  const products = gram(design).values;
  const right = Float64Array.from({ length: n }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < design.rows; i++) sum += design.values[i * n + j] * targets[i];
    return sum;
  });
  const value = (x: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += l1 * Math.abs(x[i]) - right[i] * x[i];
      for (let j = 0; j < n; j++) sum += (x[i] * products[i * n + j] * x[j]) / 2;
    }
    return sum;
  };
  let best = new Float64Array(n);
  for (let code = 0; code < 3 ** n; code++) {
    const pattern = Array.from({ length: n }, (_, i) => (Math.floor(code / 3 ** i) % 3) - 1);
    const support = [...pattern.keys()].filter((i) => pattern[i] !== 0);
    const size = support.length;
    if (size === 0) continue;
    const matrix = new Float64Array(size * size);
    support.forEach((i, a) => {
      support.forEach((j, b) => {
        matrix[a * size + b] = products[i * n + j];
      });
    });
    const factor = cholesky({ rows: size, cols: size, values: matrix });
    const solved = solveCholesky(
      factor,
      Float64Array.from(support, (i) => right[i] - l1 * pattern[i]),
    );
    if (support.some((i, a) => Math.sign(solved[a]) !== pattern[i])) continue;
    const x = new Float64Array(n);
    support.forEach((i, a) => {
      x[i] = solved[a];
    });
    if (value(x) < value(best)) best = x;
  }
  return best;
}
