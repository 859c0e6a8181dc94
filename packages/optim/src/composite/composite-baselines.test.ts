// The methods that block coordinate descent is measured against: they must find what it finds.
import { Random, run } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { csrFromDense, matrixFromRows } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approx } from '../blocks/approx.ts';
import { blockCoordinateDescent } from '../blocks/block-coordinate-descent.ts';
import { cyclicCoordinateDescent } from '../blocks/cyclic-coordinate-descent.ts';
import { quadraticCholeskySteps } from '../blocks/quadratic-cholesky.ts';
import { quadraticConjugateGradientSteps } from '../blocks/quadratic-conjugate-gradient.ts';
import { lassoWorkingSet } from '../lasso/lasso-working-set.ts';
import { blockLeastSquares, blockLogistic } from '../losses/block-margin-loss.ts';
import { blockQuadratic } from '../losses/block-quadratic-loss.ts';
import { blockSoftmax } from '../losses/block-softmax-loss.ts';
import { denseRegression, latticePropagation, sparseRegression } from './composite-instances.ts';
import type { CompositeData, CompositeIterate } from './composite-minimization.ts';
import { fista } from './fista.ts';
import { proximalGradient } from './proximal-gradient.ts';
import { compositeLbfgsSteps, compositeNewtonCgSteps } from './smooth-composite.ts';

const { design, targets } = denseRegression({ rows: 50, cols: 30, nonzeros: 8 }, 3);
const squares = blockLeastSquares(design, targets);
const logistic = blockLogistic(
  design,
  targets.map((value) => (value < 0 ? -1 : 1)),
);
const softmax = blockSoftmax(
  design,
  Int32Array.from(targets, (value) => (value < 0 ? 0 : value < 1 ? 1 : 2)),
);
const { loss: lattice } = latticePropagation(6, 5, 1);

const problems: Record<string, CompositeData> = {
  lasso: { loss: squares, l1: 12 / 50 },
  'non-negative least squares': { loss: squares, lower: 0 },
  'least squares in a box': { loss: squares, lower: -0.2, upper: 0.3 },
  'least squares from elsewhere': { loss: squares, l1: 3 / 50, initial: new Float64Array(30).fill(1) },
  'l1 logistic regression': { loss: logistic, l1: 3 / 50 },
  'l1 softmax regression': { loss: softmax, l1: 2 / 50 },
  lattice: { loss: lattice },
  'non-negative lattice': { loss: lattice, lower: 0, l1: 1 },
};

describe.each(Object.entries(problems))('%s', (name, data) => {
  const best = blockCoordinateDescent(data, { blockSize: 10, tolerance: 1e-10 });
  const isBest = ({ status, value, reason, x }: { status: string; value: number; reason: string; x: Float64Array }) => {
    expect(status, reason).toBe('converged');
    const share = data.loss === lattice ? 1 : 1 / 50; // of a mean
    expect(value - best.value).toBeLessThan(1e-7 * (share + Math.abs(best.value)));
    expect(best.value - value).toBeLessThan(1e-7 * (share + Math.abs(best.value)));
    for (const value of x) {
      expect(value).toBeGreaterThanOrEqual(data.lower ?? -Infinity);
      expect(value).toBeLessThanOrEqual(data.upper ?? Infinity);
    }
  };

  it('is solved by full gradients, plain and accelerated', () => {
    isBest(proximalGradient(data, { tolerance: 1e-7 }));
    isBest(fista(data, { tolerance: 1e-7 }));
    isBest(fista(data, { tolerance: 1e-5, restart: false }));
  });

  it('is solved by accelerated random coordinates, where they can be taken', () => {
    if (name === 'l1 softmax regression') {
      expect(() => approx(data)).toThrow(expect.objectContaining({ argument: 'loss', code: 'unsupported' }));
      return;
    }
    isBest(approx(data, { tolerance: 1e-6, seed: 1 }));
    const plain = approx(data, { tolerance: 1e-4, restart: false, maxIterations: 3000 });
    const share = data.loss === lattice ? 1 : 1 / 50; // of a mean
    expect(plain.value - best.value).toBeLessThan(1e-4 * (share + Math.abs(best.value)));
  });

  it('is solved by cyclic descent with covariance updates, where it is least squares', () => {
    if (data.loss === squares) isBest(cyclicCoordinateDescent(data, { tolerance: 1e-8 }));
    else
      expect(() => cyclicCoordinateDescent(data)).toThrow(expect.objectContaining({ argument: 'loss', code: 'unsupported' }));
  });
});

describe('long work is shown on the way', () => {
  const random = new Random(3);
  const tall = { rows: 300, cols: 400, values: random.normals(new Float64Array(120_000)) };
  const loss = blockLeastSquares(tall, random.normals(new Float64Array(300)));

  it('while columns are multiplied by each other, before any coordinate has moved', () => {
    // 400²/2 products of 300 numbers are more than are done between two pauses.
    const ended = cyclicCoordinateDescent({ loss }, { maxIterations: 1 });
    expect([ended.status, Math.max(...ended.x)]).toEqual(['iteration-limit', 0]);
    const few = cyclicCoordinateDescent({ loss, l1: 0.05 }, { maxIterations: 1 });
    expect(Math.max(...few.x)).toBeGreaterThan(0);
  });

  it('within a sweep, at the point where it began', () => {
    const values: number[] = [];
    const onIteration = ({ value, solution }: CompositeIterate) => {
      expect(loss.value(solution().x)).toBeCloseTo(value, 10);
      values.push(value);
    };
    cyclicCoordinateDescent({ loss }, { maxIterations: 8, onIteration });
    expect(new Set(values).size).toBeLessThan(values.length - 2);
  });

  it('before the largest curvature is estimated', () => {
    for (const method of [proximalGradient, fista]) {
      let products = 0;
      const boundMultiply: typeof loss.boundMultiply = (v, out) => {
        products++;
        loss.boundMultiply(v, out);
      };
      method({ loss: { ...loss, boundMultiply } }, { maxIterations: 0 });
      expect(products).toBe(0);
    }
  });

  it('between the trials of a step on many variables', () => {
    // The quadratic bound holds at none of the points that are tried.
    const size = 50_000;
    let trials = 0;
    const many = { ...loss, dimension: size, coordinateLipschitz: new Float64Array(size).fill(1) };
    const steep = {
      ...many,
      value: () => trials++,
      gradient: (_: Float64Array, out: Float64Array) => void out.fill(1e-9),
      boundMultiply: (v: Float64Array, out: Float64Array) => void out.set(v),
    };
    for (const method of [proximalGradient, fista]) {
      trials = 0;
      const seen: number[] = [];
      method({ loss: steep }, { maxIterations: 9, onIteration: () => seen.push(trials) });
      expect(seen.at(-1)).toBeGreaterThan(5);
      expect(Math.max(...seen.slice(1).map((count, k) => count - seen[k]))).toBeLessThan(5);
    }
  });

  it('while a lattice is eliminated', () => {
    const data = { loss: latticePropagation(80, 100, 1).loss };
    const ended = run(quadraticCholeskySteps(data), { maxIterations: 1 });
    expect([ended.status, Math.max(...ended.x)]).toEqual(['iteration-limit', 0]);
    const { status, iterations } = run(quadraticCholeskySteps(data));
    expect(status).toBe('converged');
    expect(iterations).toBeGreaterThan(1);
  });
});

describe('extreme data', () => {
  const scaled = (size: number) =>
    matrixFromRows([
      [size, 2 * size],
      [size, -size],
      [0, size],
    ]);
  const three = Float64Array.of(1, 2, 3);

  it.each([0, 5e-324, 1e-160, 1e-10, 1e10, 1e140])('of size %s ends with a usable answer', (size) => {
    const data = { loss: blockLeastSquares(scaled(size), three), l1: 0.1 / 3 };
    const limits = { maxIterations: 200 };
    const outcomes = [
      blockCoordinateDescent(data, limits),
      blockCoordinateDescent({ loss: data.loss }, limits),
      blockCoordinateDescent({ ...data, lower: 0 }, { ...limits, update: 'two-metric' }),
      blockCoordinateDescent({ loss: blockLogistic(scaled(size), Float64Array.of(1, -1, 1)) }, { ...limits, update: 'cubic' }),
      fista(data, limits),
      proximalGradient(data, limits),
      approx(data, limits),
      cyclicCoordinateDescent(data, limits),
      lassoWorkingSet({ design: scaled(size), targets: three, l1: 0.1 / 3 }, limits),
      lassoWorkingSet({ design: csrFromDense(scaled(size)), targets: three, l1: 0.1 / 3 }, limits),
    ];
    for (const { x, value, stationarity } of outcomes) {
      expect(x.every(Number.isFinite)).toBe(true);
      expect(value).toBeLessThanOrEqual(7 / 3);
      expect(Number.isFinite(stationarity)).toBe(true);
    }
    const working = outcomes.slice(-2);
    for (const { status } of working) expect(status).not.toBe('iteration-limit');
  });

  it('whose squares overflow are refused', () => {
    const complaint = expect.objectContaining({ argument: 'design', index: 0 });
    expect(() => blockLeastSquares(scaled(1e200), three)).toThrow(complaint);
    expect(() => blockLogistic(scaled(1e200), Float64Array.of(1, -1, 1))).toThrow(complaint);
    expect(() => blockSoftmax(scaled(1e200), [0, 1, 2])).toThrow(complaint);
    const { status } = lassoWorkingSet({ design: scaled(1e200), targets: three, l1: 1 }, { maxIterations: 50 });
    expect(status).toBe('stalled');
  });
});

describe('conjugate gradients', () => {
  it('solve the lattice, and only what is smooth and quadratic', () => {
    const best = blockCoordinateDescent({ loss: lattice }, { select: 'forest-gs', update: 'message', tolerance: 1e-10 });
    const { value, status } = run(quadraticConjugateGradientSteps({ loss: lattice }, { tolerance: 1e-12 }));
    expect(status).toBe('converged');
    expect(value).toBeCloseTo(best.value, 4);
    for (const data of [{ loss: lattice, l1: 1 }, { loss: squares }]) {
      expect(() => run(quadraticConjugateGradientSteps(data))).toThrow(expect.objectContaining({ argument: 'loss' }));
    }
  });
});

describe('the direct solution of quadratics', () => {
  it('is there after one iteration, and only of what is smooth and quadratic', () => {
    const direct = run(quadraticCholeskySteps({ loss: lattice }));
    const iterative = run(quadraticConjugateGradientSteps({ loss: lattice }, { tolerance: 1e-12 }));
    expect(direct.status).toBe('converged');
    expect(direct.iterations).toBe(1);
    direct.x.forEach((value, i) => {
      expect(value).toBeCloseTo(iterative.x[i], 8);
    });
    for (const data of [{ loss: lattice, lower: 0 }, { loss: squares }])
      expect(() => run(quadraticCholeskySteps(data))).toThrow(expect.objectContaining({ argument: 'loss' }));
    const indefinite = blockQuadratic(
      matrixFromRows([
        [1, 2],
        [2, 1],
      ]),
      Float64Array.of(1, 1),
    );
    expect(run(quadraticCholeskySteps({ loss: indefinite })).status).toBe('stalled');
  });
});

describe('methods for smooth functions', () => {
  it.each([
    ['L-BFGS', compositeLbfgsSteps],
    ['Newton-CG', compositeNewtonCgSteps],
  ])('%s finds the minimum of losses without l1 and bounds, and takes no others', (_, steps) => {
    for (const loss of [squares, softmax, lattice]) {
      // Softmax regression without a penalty has no minimum when classes are separable: a few digits are enough there.
      const tolerance = loss === softmax ? 1e-3 : 1e-8;
      const best = blockCoordinateDescent({ loss }, { blockSize: 10, tolerance, update: 'newton' });
      const found = run(steps({ loss }, { tolerance }));
      expect(found.status, found.reason).toBe('converged');
      const start = blockCoordinateDescent({ loss }, { maxIterations: 0 });
      expect(found.stationarity).toBeLessThanOrEqual(tolerance * start.stationarity * (1 + 1e-9));
      const terms = loss === squares ? 50 : 1;
      if (loss !== softmax) expect(terms * found.value).toBeCloseTo(terms * best.value, 5);
    }
    expect(() => run(steps({ loss: squares, l1: 1 }))).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});

describe('acceleration', () => {
  it('falls at least as fast as the theorem of FISTA says', () => {
    const data = problems['lasso'];
    const best = blockCoordinateDescent(data, { blockSize: 20, tolerance: 1e-13 });
    const distance = best.x.reduce((sum, value) => sum + value * value, 0);
    const lipschitz = 200 / 50; // more than |A|² / 50 for 50 x 30 normal entries, and so twice it bounds every L that is tried
    fista(data, {
      restart: false,
      maxIterations: 60,
      onIteration: ({ iteration, value }) => {
        if (iteration > 0)
          expect(value - best.value).toBeLessThanOrEqual((2 * 2 * lipschitz * distance) / (iteration + 1) ** 2);
      },
    });
  });
});

describe('lassoWorkingSet', () => {
  const dualGap = ({ rows, cols, values }: DenseMatrix, b: Float64Array, l1: number, x: Float64Array) => {
    const r = b.slice();
    for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) r[i] -= values[i * cols + j] * x[j];
    let most = l1;
    for (let j = 0; j < cols; j++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += values[i * cols + j] * r[i];
      most = Math.max(most, Math.abs(sum));
    }
    const theta = r.map((value) => value / most);
    const primal = r.reduce((sum, v) => sum + (v * v) / 2, 0) + l1 * x.reduce((sum, v) => sum + Math.abs(v), 0);
    const dual = b.reduce((sum, v, i) => sum + (v * v) / 2 - (l1 * theta[i] - v) ** 2 / 2, 0);
    return primal - dual;
  };

  it('closes the dual gap on random problems, dense and sparse alike', () => {
    fc.assert(
      fc.property(
        fc.record({
          rows: fc.integer({ min: 1, max: 20 }),
          cols: fc.integer({ min: 1, max: 60 }),
          size: fc.integer({ min: 1, max: 30 }),
          seed: fc.integer({ min: 0, max: 1e6 }),
          fraction: fc.double({ min: 0.01, max: 1.2, noNaN: true }),
        }),
        ({ rows, cols, size, seed, fraction }) => {
          const data = denseRegression({ rows, cols, nonzeros: 5 }, seed);
          const loss = blockLeastSquares(data.design, data.targets);
          const gradient = new Float64Array(cols);
          loss.gradient(new Float64Array(cols), gradient);
          const l1 = fraction * gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          const half = data.targets.reduce((sum, value) => sum + (value * value) / 2, 0);
          for (const given of [data.design, csrFromDense(data.design)]) {
            const outcome = lassoWorkingSet(
              { design: given, targets: data.targets, l1 },
              { tolerance: 1e-8, workingSetSize: size },
            );
            expect(outcome.status, outcome.reason).toBe('converged');
            const gap = dualGap(data.design, data.targets, rows * l1, outcome.x);
            expect(gap).toBeLessThan(1.01e-8 * half + 1e-12 * (1 + half));
            // The gap is that of the best dual point so far, the last or an earlier one.
            expect(rows * outcome.dualGap).toBeLessThanOrEqual(gap + 1e-12 * (1 + half));
          }
          if (fraction > 1) expect(lassoWorkingSet({ ...data, l1 }).x.every((value) => value === 0)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(['dense', 'sparse'])('finds what block coordinate descent finds, with far fewer columns: %s', (kind) => {
    const { design: wide, targets: b } = denseRegression({ rows: 100, cols: 1000, nonzeros: 10 }, 2);
    const loss = blockLeastSquares(wide, b);
    const best = blockCoordinateDescent({ loss, l1: 30 / 100 }, { blockSize: 40, tolerance: 1e-9 });
    let largest = 0;
    let screened = 0;
    const { x, iterations } = lassoWorkingSet(
      { design: kind === 'dense' ? wide : csrFromDense(wide), targets: b, l1: 30 / 100 },
      {
        tolerance: 1e-12,
        workingSetSize: 5,
        onIteration: (iterate) => {
          largest = Math.max(largest, iterate.workingSetSize);
          screened = iterate.screened;
        },
      },
    );
    x.forEach((value, j) => {
      expect(value).toBeCloseTo(best.x[j], 7);
    });
    expect(largest).toBeLessThan(200);
    expect(iterations).toBeLessThan(8);
    if (kind === 'sparse') expect(screened).toBeGreaterThan(0);
  });

  it('screens only columns that are zero at the minimum', () => {
    const { design: sparse, targets: b } = sparseRegression({ rows: 60, cols: 300 }, 3);
    const loss = blockLeastSquares(sparse, b);
    const gradient = new Float64Array(300);
    loss.gradient(new Float64Array(300), gradient);
    const l1 = 0.05 * Math.max(...gradient.map(Math.abs));
    const { x, status } = lassoWorkingSet({ design: sparse, targets: b, l1 }, { tolerance: 1e-10, workingSetSize: 10 });
    const best = blockCoordinateDescent({ loss, l1 }, { blockSize: 60, tolerance: 1e-10 });
    expect(status).toBe('converged');
    x.forEach((value, j) => {
      expect(Math.abs(value - best.x[j])).toBeLessThan(1e-5 * (1 + Math.abs(value)));
    });
  });

  it('refuses what does not fit', () => {
    const data = { design: matrixFromRows([[1, 2]]), targets: Float64Array.of(1), l1: 1 };
    const named = (argument: string) => expect.objectContaining({ argument });
    expect(() => lassoWorkingSet({ ...data, l1: 0 })).toThrow(named('l1'));
    expect(() => lassoWorkingSet({ ...data, targets: Float64Array.of(1, 2) })).toThrow(named('targets'));
    expect(() => lassoWorkingSet({ ...data, design: matrixFromRows([[1, Number.NaN]]) })).toThrow(named('design'));
    expect(() => lassoWorkingSet(data, { workingSetSize: 0 })).toThrow(named('workingSetSize'));
    expect(lassoWorkingSet({ ...data, targets: Float64Array.of(0) }).status).toBe('converged');
  });
});
