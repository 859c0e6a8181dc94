// The benchmark instances against what their definitions say.
import { csrFromTriplets } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { blockCoordinateDescent } from '../blocks/block-coordinate-descent.ts';
import { labelPropagation } from '../losses/label-propagation.ts';
import { expectHarmonic } from '../testing/expect-harmonic.ts';
import { denseRegression, latticeEdges, manyClasses, sparseClassification, sparseRegression } from './composite-instances.ts';

describe('sparse designs', () => {
  it('keep 10 log(m) / m of their entries, in columns of very different scales', () => {
    const { design, targets } = sparseRegression({ rows: 500, cols: 400 }, 1);
    const share = design.values.length / (500 * 400);
    expect(share).toBeGreaterThan((0.95 * 10 * Math.log(500)) / 500);
    expect(share).toBeLessThan((1.05 * 10 * Math.log(500)) / 500);
    const largest = new Float64Array(400);
    design.values.forEach((value, k) => {
      const j = design.columnIndices[k];
      largest[j] = Math.max(largest[j], Math.abs(value));
    });
    expect(Math.max(...largest) / Math.min(...largest)).toBeGreaterThan(100);
    expect(targets).toHaveLength(500);
  });

  it('have labels of both classes, and the same ones for the same seed', () => {
    const first = sparseClassification({ rows: 50, cols: 80 }, 2);
    expect(new Set(first.targets)).toEqual(new Set([1, -1]));
    expect(sparseClassification({ rows: 50, cols: 80 }, 2)).toEqual(first);
    expect(sparseClassification({ rows: 50, cols: 80 }, 3).targets).not.toEqual(first.targets);
  });
});

describe('dense designs', () => {
  it('have normal entries, classes from 0 on, and as many weights as were asked for', () => {
    const { design, targets } = manyClasses({ rows: 60, cols: 10, classes: 5 }, 1);
    expect(new Set(targets)).toEqual(new Set([0, 1, 2, 3, 4]));
    const mean = design.values.reduce((sum, value) => sum + value / 600, 0);
    const variance = design.values.reduce((sum, value) => sum + value ** 2 / 600, 0);
    expect(Math.abs(mean)).toBeLessThan(0.2);
    expect(Math.abs(variance - 1)).toBeLessThan(0.2);
    const noise = denseRegression({ rows: 400, cols: 5, nonzeros: 0 }, 1).targets;
    expect(Math.abs(noise.reduce((sum, value) => sum + value ** 2 / 400, 0) - 1)).toBeLessThan(0.2);
  });
});

describe('graphs', () => {
  it('of lattices have two edges a node, less those of the border', () => {
    const { rowPointers, values } = latticeEdges({ rows: 4, cols: 6 }, 2);
    expect(values).toHaveLength(2 * (3 * 6 + 4 * 5));
    expect(rowPointers[1] - rowPointers[0]).toBe(2);
    expect(new Set(values)).toEqual(new Set([2]));
  });

  it('spread labels to values between them, on all nodes that can see one', () => expectHarmonic(1));

  it('leave out what no label reaches', () => {
    const edges = [
      [0, 1],
      [1, 2],
      [3, 4],
    ];
    const weights = csrFromTriplets({
      rows: 6,
      cols: 6,
      rowIndices: edges.flatMap((edge) => [...edge]),
      columnIndices: edges.flatMap(([i, j]) => [j, i]),
      values: new Float64Array(6).fill(1),
    });
    const labels = new Float64Array(6).fill(Number.NaN);
    labels[1] = 7;
    const { loss, nodes } = labelPropagation(weights, labels);
    expect(Array.from(nodes)).toEqual([0, 2]);
    expect(Array.from(blockCoordinateDescent({ loss }).x)).toEqual([7, 7]);
    const named = (argument: string) => expect.objectContaining({ argument });
    expect(() => labelPropagation(weights, new Float64Array(6))).toThrow(named('labels'));
    expect(() => labelPropagation(weights, new Float64Array(5))).toThrow(named('labels'));
    expect(() =>
      labelPropagation(
        weights,
        labels.map((label) => label * Infinity),
      ),
    ).toThrow(named('labels'));
    const negative = { ...weights, values: weights.values.map((value) => -value) };
    expect(() => labelPropagation(negative, labels)).toThrow(named('weights'));
  });
});
