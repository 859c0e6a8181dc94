// The published tables of block coordinate descent: sparse least squares and the lattice.
import { conjugateGradient } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { latticePropagation, sparseRegression } from '../composite/composite-instances.ts';
import { blockLeastSquares } from '../losses/block-margin-loss.ts';
import { valuesAt } from '../testing/values-at.ts';
import type { BlockCoordinateDescentOptions } from './block-coordinate-descent.ts';

describe('the published tables', () => {
  const withinFactorThree = (found: number, published: number) => {
    const ratio = Math.log10(found) / Math.log10(published);
    expect(ratio, `${found} beside ${published}`).toBeGreaterThan(1 / 3);
    expect(ratio, `${found} beside ${published}`).toBeLessThan(3);
  };
  const { design, targets } = sparseRegression({ rows: 200, cols: 2000 }, 1);
  const loss = blockLeastSquares(design, targets);
  const start = loss.value(new Float64Array(2000));
  const rows: [string, BlockCoordinateDescentOptions, number[], number[]][] = [
    ['random', { select: 'random' }, [2.3e-1, 6.7e-3], [7.9e-2, 1.9e-5]],
    ['cyclic', { select: 'cyclic' }, [2.1e-1, 2.8e-3], [6.1e-2, 5.1e-6]],
    ['gs', { select: 'gs' }, [4.6e-3, 5.1e-7], [1.1e-3, 1.9e-9]],
    ['gsd', { select: 'gsd' }, [7.9e-4, 1.2e-11], [4.3e-7, 2.4e-24]],
    ['gsd of row sums', { select: 'gsd', diagonal: 'row-sums' }, [1.5e-3, 1.8e-9], [4.2e-5, 1.6e-14]],
    ['fixed cyclic', { partition: 'sort', select: 'cyclic' }, [1.2e-1, 2.5e-5], [8.5e-2, 2.3e-6]],
    ['fixed gs', { partition: 'sort', select: 'gs' }, [2.5e-2, 3.5e-5], [1.6e-2, 4.2e-6]],
    ['fixed gsl', { partition: 'sort', select: 'gsl' }, [3e-3, 1.2e-9], [4.5e-4, 5.2e-15]],
  ];
  it.each(rows)('of sparse least squares: %s', (_, options, withLipschitz, withMatrix) => {
    for (const [update, published] of [
      ['lipschitz', withLipschitz],
      ['matrix', withMatrix],
    ] as const) {
      const found = valuesAt({ loss }, { ...options, update }, [100, 500]);
      found.forEach((value, k) => {
        withinFactorThree(value / start, published[k]);
      });
    }
  });

  it('of the lattice: trees before red and black before small blocks', () => {
    const { loss: lattice } = latticePropagation(50, 100, 1);
    const least = lattice.value(conjugateGradient(lattice.graph, lattice.linear, { tolerance: 1e-12 }).x);
    const rest = (options: BlockCoordinateDescentOptions) =>
      valuesAt({ loss: lattice }, options, [20, 60]).map((value) => (value - least) / -least);
    const small = rest({ select: 'gs', update: 'matrix', blockSize: 13 });
    const redBlack = rest({ select: 'red-black', update: 'message' });
    const random = rest({ select: 'forest-random', update: 'message' });
    const trees = rest({ select: 'tree-partition', update: 'message' });
    const greedy = rest({ select: 'forest-gs', update: 'message' });
    const published = [
      [4.1e-1, 2.5e-1],
      [4.4e-2, 6.2e-3],
      [2.6e-2, 2.3e-3],
      [1.4e-2, 6.3e-4],
      [1.25e-2, 5.4e-4],
    ];
    [small, redBlack, random, trees, greedy].forEach((found, k) => {
      found.forEach((value, at) => {
        withinFactorThree(value, published[k][at]);
      });
    });
    for (const at of [0, 1]) {
      expect(greedy[at]).toBeLessThan(random[at]);
      expect(random[at]).toBeLessThan(redBlack[at]);
      expect(trees[at]).toBeLessThan(redBlack[at]);
      expect(redBlack[at]).toBeLessThan(small[at]);
    }
  });

  it('of the lattice: greedy forests reach 1e-4 in about 100 iterations', () => {
    const { loss: lattice } = latticePropagation(50, 100, 1);
    const least = lattice.value(conjugateGradient(lattice.graph, lattice.linear, { tolerance: 1e-12 }).x);
    const options: BlockCoordinateDescentOptions = { select: 'forest-gs', update: 'message' };
    const [value] = valuesAt({ loss: lattice }, options, [120]);
    expect((value - least) / -least).toBeLessThan(1e-4);
  });
});
