// Block coordinate descent: worked examples, the published tables, theorems, and answers found by other means.
import { InvalidInputError, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { cholesky, gram, matrixFromRows, solveCholesky, symmetricEigen, transpose } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { activeSetComplexity } from '../composite/active-set-complexity.ts';
import { denseRegression, latticeEdges, latticePropagation } from '../composite/composite-instances.ts';
import type { CompositeData } from '../composite/composite-minimization.ts';
import type { BlockLoss } from '../losses/block-loss.ts';
import { blockLeastSquares, blockLogistic } from '../losses/block-margin-loss.ts';
import { blockQuadratic } from '../losses/block-quadratic-loss.ts';
import { blockSoftmax } from '../losses/block-softmax-loss.ts';
import { pairwiseLoss } from '../losses/pairwise-loss.ts';
import { separableTerm } from '../losses/separable-term.ts';
import { expectDescent } from '../testing/expect-descent.ts';
import { valuesAt } from '../testing/values-at.ts';
import type { BlockCoordinateDescentOptions } from './block-coordinate-descent.ts';
import { blockCoordinateDescent } from './block-coordinate-descent.ts';
import { partition } from './block-partitions.ts';
import type { SelectionRule } from './selection/block-selection.ts';
import { createSelector } from './selection/block-selection.ts';
import type { BlockContext } from './state/block-context.ts';
import { BlockConstants } from './state/block-context.ts';
import type { UpdateRule } from './updates/block-update.ts';
import { cubicStep } from './updates/block-update-cubic.ts';

const unsupported = (argument: string) => expect.objectContaining({ argument, code: 'unsupported' });

describe('worked examples', () => {
  const small = blockQuadratic(
    matrixFromRows([
      [4, 1],
      [1, 3],
    ]),
    Float64Array.of(1, 2),
  );

  it('take the second coordinate first, then the first', () => {
    for (const select of ['gs', 'gsd'] as const) {
      const points: number[][] = [];
      blockCoordinateDescent(
        { loss: small },
        {
          blockSize: 1,
          select,
          maxIterations: 2,
          onIteration: (iterate) => points.push([...iterate.solution().x, iterate.value]),
        },
      );
      expect(points[1][0]).toBe(0);
      expect(points[1][1]).toBeCloseTo(2 / 3, 14);
      expect(points[1][2]).toBeCloseTo(-2 / 3, 14);
      expect(points[2][0]).toBeCloseTo(1 / 12, 14);
      expect(points[2][2]).toBeCloseTo(-0.680556, 6);
    }
    const { x, value } = blockCoordinateDescent({ loss: small }, { blockSize: 1, tolerance: 1e-12 });
    expect(x[0]).toBeCloseTo(1 / 11, 10);
    expect(x[1]).toBeCloseTo(7 / 11, 10);
    expect(value).toBeCloseTo(-0.681818, 6);
  });

  it('differ between the largest gradient and the largest gain', () => {
    const loss = blockQuadratic(
      matrixFromRows([
        [100, 0],
        [0, 1],
      ]),
      Float64Array.of(10, 3),
    );
    const first = (options: BlockCoordinateDescentOptions) => valuesAt({ loss }, { ...options, blockSize: 1 }, [1])[0];
    expect(first({ select: 'gs' })).toBeCloseTo(-0.5, 14);
    for (const select of ['gsl', 'gsq'] as const) expect(first({ partition: 'order', select })).toBeCloseTo(-4.5, 14);
  });

  it('solve a lasso of one variable', () => {
    const loss = blockLeastSquares(matrixFromRows([[2]]), Float64Array.of(3));
    for (const update of ['prox', 'exact', 'two-metric'] as const) {
      expect(blockCoordinateDescent({ loss, l1: 1 }, { update }).x[0]).toBeCloseTo(1.25, 12);
      expect(blockCoordinateDescent({ loss, l1: 7 }, { update }).x[0]).toBe(0);
    }
  });

  it('take the cubic step, also in many dimensions', () => {
    expect(cubicStep(Float64Array.of(1), Float64Array.of(-1), 2)[0]).toBeCloseTo(0.6180339887, 10);
    const random = new Random(1);
    for (let trial = 0; trial < 20; trial++) {
      const n = 1 + random.integer(6);
      const root: DenseMatrix = { rows: n, cols: n, values: random.normals(new Float64Array(n * n)) };
      const hessian = gram(root).values;
      const gradient = random.normals(new Float64Array(n));
      const m = 10 * random.uniform();
      const d = cubicStep(hessian, gradient, m);
      const length = Math.hypot(...d);
      for (let i = 0; i < n; i++) {
        let residual = gradient[i] + (m / 2) * length * d[i];
        for (let j = 0; j < n; j++) residual += hessian[i * n + j] * d[j];
        expect(residual).toBeCloseTo(0, 8);
      }
    }
  });

  it('give the direction of Newton on a chain', () => {
    const weights = latticeEdges({ rows: 3, cols: 1 }, 1);
    const loss = pairwiseLoss({ weights, anchors: Float64Array.of(1, 1, 1), targets: Float64Array.of(3, 0, 0) });
    const { x } = blockCoordinateDescent({ loss }, { select: 'tree-partition', update: 'message', maxIterations: 1 });
    const scale = x[2] / 0.375; // the step
    expect(x[0]).toBeCloseTo(1.875 * scale, 12);
    expect(x[1]).toBeCloseTo(0.75 * scale, 12);
    expect(scale).toBeCloseTo(1, 14);
  });
});

describe('the published tables', () => {
  it('of the lasso: exact blocks at least as large as the support end at once', () => {
    const { design: dense, targets: numbers } = denseRegression({ rows: 300, cols: 200, nonzeros: 14 }, 1);
    const data = { loss: blockLeastSquares(dense, numbers), l1: 60 / 300 };
    const iterations = (blockSize: number, update: UpdateRule) => {
      const outcome = blockCoordinateDescent(data, { blockSize, update, tolerance: 1e-9 });
      expect(outcome.status).toBe('converged');
      return outcome.iterations;
    };
    expect(iterations(20, 'exact')).toBeLessThanOrEqual(4);
    expect(iterations(20, 'two-metric')).toBeLessThanOrEqual(6);
    expect(iterations(5, 'exact')).toBeLessThan(iterations(5, 'prox'));
    expect(iterations(20, 'prox')).toBeGreaterThan(4 * iterations(20, 'exact'));
  });
});

const random = new Random(11);
const dense = denseRegression({ rows: 30, cols: 12, nonzeros: 6 }, 2);
const signs = dense.targets.map((value) => (value < 0 ? -1 : 1));
const smoothing = pairwiseLoss({
  weights: latticeEdges({ rows: 4, cols: 5 }, 2),
  anchors: new Float64Array(20).fill(0.3),
  targets: random.normals(new Float64Array(20)).map((value) => 4 * value),
});
const lossesByName: Record<string, BlockLoss> = {
  'least squares': blockLeastSquares(dense.design, dense.targets),
  logistic: blockLogistic(dense.design, signs),
  softmax: blockSoftmax(
    dense.design,
    Int32Array.from(dense.targets, (value) => (value < -1 ? 0 : value < 1 ? 1 : 2)),
  ),
  lattice: latticePropagation(5, 4, 3).loss,
  smoothing,
};
const losses = Object.entries(lossesByName);

describe.each(losses)('on %s', (name, loss) => {
  const updates = ['lipschitz', 'backtracking', 'matrix', 'newton', 'cubic', 'prox', 'two-metric', 'exact'] as const;

  it.each(updates)('%s never raises F', (update) => {
    for (const blockSize of [1, 3, loss.dimension]) expectDescent({ loss }, { update, blockSize, select: 'gs' });
    expectDescent({ loss }, { update, blockSize: 4, partition: 'average', select: 'cyclic' });
  });

  it.each(['prox', 'two-metric', 'exact'] as const)('%s never raises F with l1 and bounds', (update) => {
    for (const g of [{ l1: 0.7 }, { lower: -0.1, upper: 0.2 }, { l1: 0.3, lower: 0 }]) {
      for (const blockSize of [1, 4, loss.dimension]) expectDescent({ loss, ...g }, { update, blockSize });
    }
  });

  it('comes to the same minimum with every rule', () => {
    const data = { loss, l1: 0.5 };
    const best = blockCoordinateDescent(data, { blockSize: 4, tolerance: 1e-9 });
    expect(best.status).toBe('converged');
    const rules: SelectionRule[] = ['random', 'cyclic', 'lipschitz', 'gs-q', 'gsd-q', 'gs-s', 'gs-r'];
    for (const select of rules) {
      for (const partition of ['variable', 'order'] as const) {
        const outcome = blockCoordinateDescent(data, { select, partition, blockSize: 3, tolerance: 1e-7 });
        expect(outcome.status, `${select} ${partition}: ${outcome.reason}`).toBe('converged');
        expect(Math.abs(outcome.value - best.value)).toBeLessThan(1e-6 * (1 + Math.abs(best.value)));
      }
    }
    const fixed = blockCoordinateDescent(data, { select: 'gsl-q', partition: 'sort', blockSize: 3, update: 'prox' });
    expect(Math.abs(fixed.value - best.value)).toBeLessThan(1e-5 * (1 + Math.abs(best.value)));
  });

  it('promises with H_b at least what L_b, and this at least what the largest gradient does', () => {
    const blocks = partition('order', loss, 3, random);
    const constants = new BlockConstants(loss, blocks.length);
    for (let trial = 0; trial < 10; trial++) {
      const state = loss.start(random.normals(new Float64Array(loss.dimension)));
      const context: BlockContext = { loss, state, term: separableTerm({}), constants, random };
      const bounds = blocks.map((block, key) => {
        const gradient = Float64Array.from(block, (i) => state.gradient[i]);
        const solved = gradient.slice();
        constants.solve({ block, key }, solved);
        const square = gradient.reduce((sum, value) => sum + value * value, 0);
        return {
          matrix: solved.reduce((sum, value, k) => sum + value * gradient[k], 0),
          lipschitz: square / constants.lipschitz({ block, key }),
        };
      });
      const chosen = (select: SelectionRule) =>
        createSelector(context, { select, blockSize: 3, diagonal: 'lipschitz', blocks })().key;
      const [gs, gsl, gsq] = [chosen('gs'), chosen('gsl'), chosen('gsq')];
      expect(bounds[gsq].matrix).toBeGreaterThanOrEqual(bounds[gsl].matrix * (1 - 1e-12));
      expect(bounds[gsl].lipschitz).toBeGreaterThanOrEqual(bounds[gs].lipschitz * (1 - 1e-12));
      for (const { matrix, lipschitz } of bounds) expect(matrix).toBeGreaterThanOrEqual(lipschitz * (1 - 1e-9));
      // The step with H_b makes the decrease that is promised.
      const before = state.value;
      const d = Float64Array.from(blocks[gsq], (i) => -state.gradient[i]);
      constants.solve({ block: blocks[gsq], key: gsq }, d);
      state.aim(blocks[gsq], d);
      state.move(1);
      expect(state.value).toBeLessThanOrEqual(before - bounds[gsq].matrix / 2 + 1e-10 * (1 + Math.abs(before)));
    }
  });

  if (name !== 'lattice' && name !== 'smoothing') return;

  it('passes messages with l1 and bounds without raising F, and to the minimum', () => {
    for (const g of [{}, { l1: 0.4 }, { lower: -0.5, upper: 1 }, { l1: 0.2, lower: 0 }]) {
      const data = { loss, ...g };
      const best = blockCoordinateDescent(data, { blockSize: 6, update: 'exact', select: 'gsd-q', tolerance: 1e-10 });
      for (const select of ['forest-gs', 'forest-gsl', 'forest-random', 'tree-partition', 'red-black'] as const) {
        expectDescent(data, { select, update: 'message' });
        const outcome = blockCoordinateDescent(data, { select, update: 'message', tolerance: 1e-8 });
        expect(outcome.status, `${select}: ${outcome.reason}`).toBe('converged');
        expect(outcome.value).toBeCloseTo(best.value, 7 - Math.round(Math.log10(1 + Math.abs(best.value))));
      }
    }
  });
});

describe('rates', () => {
  it('are at least those of the largest gain over strong convexity in the norm of H', () => {
    const { loss } = latticePropagation(6, 5, 1);
    const blocks = partition('order', loss, 3, random);
    const n = loss.dimension;
    // With blocks fixed, max_b g_b' H_b^-1 g_b >= g' B^-1 g / (number of blocks), B the block diagonal of H.
    const m = new Float64Array(n * n);
    loss.start(new Float64Array(n)).hessian(
      Int32Array.from({ length: n }, (_, i) => i),
      m,
    );
    const b = m.map((value, k) =>
      blocks.some((block) => block.includes(Math.floor(k / n)) && block.includes(k % n)) ? value : 0,
    );
    const factor = cholesky({ rows: n, cols: n, values: b });
    const half = transpose(solveLower(factor, { rows: n, cols: n, values: m }));
    const { values } = symmetricEigen(solveLower(factor, half));
    const rate = 1 - values[0] / blocks.length;
    const x = solveCholesky(cholesky({ rows: n, cols: n, values: m }), loss.linear);
    const least = loss.value(x);
    let last = Number.NaN;
    blockCoordinateDescent(
      { loss },
      {
        blocks,
        select: 'gsq',
        update: 'matrix',
        maxIterations: 40,
        onIteration: ({ value }) => {
          if (!Number.isNaN(last)) expect(value - least).toBeLessThanOrEqual(rate * (last - least) + 1e-9 * Math.abs(least));
          last = value;
        },
      },
    );
  });

  it('are superlinear once the support is found: l1 logistic regression', () => {
    const { design, targets } = denseRegression({ rows: 200, cols: 50, nonzeros: 8 }, 5);
    const data = {
      loss: blockLogistic(
        design,
        targets.map((value) => (value < 0 ? -1 : 1)),
      ),
      l1: 8 / 200,
    };
    const options: BlockCoordinateDescentOptions = { blockSize: 20, update: 'two-metric', select: 'gsd-q' };
    const { x: best, activeSet } = blockCoordinateDescent(data, { ...options, tolerance: 1e-14, maxIterations: 60 });
    expect(50 - activeSet.length).toBeLessThanOrEqual(20);
    const errors: number[] = [];
    blockCoordinateDescent(data, {
      ...options,
      tolerance: 0,
      maxIterations: 8,
      onIteration: (iterate) => {
        errors.push(Math.hypot(...iterate.solution().x.map((value, i) => value - best[i])));
      },
    });
    // Newton doubles the digits: the last errors before rounding fall at least as fast as their power 1.5.
    const quick = errors.findIndex((error) => error < 0.05);
    expect(errors[quick + 1]).toBeLessThan(errors[quick] ** 1.5);
    expect(errors[errors.length - 1]).toBeLessThan(1e-12);
    const complexity = activeSetComplexity(data, best);
    expect(complexity.observed).toBeGreaterThan(0);
    expect(complexity.observed).toBeLessThanOrEqual(complexity.bound);
  });
});

describe('what does not fit', () => {
  const loss = lossesByName['least squares'];
  const attempt = (data: CompositeData, options: BlockCoordinateDescentOptions) => () =>
    blockCoordinateDescent(data, { ...options, maxIterations: 1 });

  it('is refused with its name', () => {
    expect(attempt({ loss, l1: -1 }, {})).toThrow(expect.objectContaining({ argument: 'l1' }));
    expect(attempt({ loss, lower: 1, upper: 0 }, {})).toThrow(expect.objectContaining({ argument: 'lower' }));
    expect(attempt({ loss, upper: Number.NaN }, {})).toThrow(expect.objectContaining({ argument: 'upper' }));
    expect(attempt({ loss, initial: new Float64Array(3) }, {})).toThrow(expect.objectContaining({ argument: 'initial' }));
    expect(attempt({ loss: {} as BlockLoss }, {})).toThrow(expect.objectContaining({ argument: 'loss' }));
    expect(attempt({ loss }, { blockSize: 0 })).toThrow(expect.objectContaining({ argument: 'blockSize' }));
    expect(attempt({ loss }, { select: 'best' as SelectionRule })).toThrow(expect.objectContaining({ argument: 'select' }));
    expect(attempt({ loss }, { blocks: [Int32Array.of(0, 1)] })).toThrow(expect.objectContaining({ argument: 'blocks' }));
    const twice = [Int32Array.from({ length: 12 }, (_, i) => i), Int32Array.of(0)];
    expect(attempt({ loss }, { blocks: twice })).toThrow(InvalidInputError);
    expect(attempt({ loss }, { tolerance: -1 })).toThrow(expect.objectContaining({ argument: 'tolerance' }));
  });

  it('is refused as a combination', () => {
    expect(attempt({ loss, l1: 1 }, { select: 'gs' })).toThrow(unsupported('select'));
    expect(attempt({ loss }, { select: 'gsl' })).toThrow(unsupported('select'));
    expect(attempt({ loss }, { select: 'forest-gs' })).toThrow(unsupported('select'));
    expect(attempt({ loss }, { select: 'red-black' })).toThrow(unsupported('select'));
    expect(attempt({ loss, lower: 0 }, { update: 'newton' })).toThrow(unsupported('update'));
    expect(attempt({ loss }, { update: 'message' })).toThrow(unsupported('update'));
    const { loss: lattice } = latticePropagation(5, 4, 3);
    expect(attempt({ loss: lattice }, { update: 'message' })).toThrow(unsupported('update'));
    const all = Int32Array.from({ length: lattice.dimension }, (_, i) => i);
    expect(attempt({ loss: lattice }, { update: 'message', blocks: [all], select: 'cyclic' })).toThrow(
      expect.objectContaining({ argument: 'update', code: 'unsupported', index: 0 }),
    );
  });
});

/** L^-1 A, by forward substitution. */
function solveLower(factor: DenseMatrix, a: DenseMatrix): DenseMatrix {
  const n = factor.rows;
  const values = a.values.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = values[i * n + j];
      for (let k = 0; k < i; k++) sum -= factor.values[i * n + k] * values[k * n + j];
      values[i * n + j] = sum / factor.values[i * n + i];
    }
  }
  return { rows: n, cols: n, values };
}
