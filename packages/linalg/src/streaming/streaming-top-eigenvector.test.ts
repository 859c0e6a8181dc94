import { Random } from '@infimum/core';
import fc from 'fast-check';
import { Matrix, SingularValueDecomposition as PeerSvd } from 'ml-matrix';
import { describe, expect, it, vi } from 'vitest';
import { denseMatrix, matrixFromRows, transpose } from '../dense/dense-matrix.ts';
import { qr } from '../dense/householder-qr.ts';
import { matmul } from '../dense/matmul.ts';
import { csrFromDense } from '../sparse/csr-matrix.ts';
import { correlation, exact } from '../testing/eigenvectors.ts';
import { largestDifference, randomMatrix } from '../testing/matrices.ts';
import { blockEnds } from './block-schedule.ts';
import { heavyStream, lightStream } from './streaming-instances.ts';
import { STREAMING_METHODS } from './streaming-options.ts';
import { streamingTopEigenvector, streamingTopEigenvectorSteps } from './streaming-top-eigenvector.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('worked examples', () => {
  it('makes one power step on light rows', () => {
    const answer = streamingTopEigenvector(
      matrixFromRows([
        [1, 1],
        [1, -1],
        [2, 0],
      ]),
      { blocks: 1, heavyFactor: 0.1, initial: new Float64Array([1, 0]) },
    );
    expect(answer.heavyRows).toBe(0);
    expect(answer.lightEigenvalue).toBeCloseTo(6, 14);
    expect(Array.from(answer.vector)).toEqual([1, 0]);
  });

  it('updates exponentially and linearly', () => {
    const after = (update: 'exp' | 'linear') => {
      const initial = new Float64Array([Math.SQRT1_2, Math.SQRT1_2]);
      return streamingTopEigenvector(matrixFromRows([[1, 0]]), { method: 'oja-ladder', update, stepSizes: [Math.LN2], initial })
        .vector;
    };
    const [exponential, linear] = [after('exp'), after('linear')];
    expect(exponential[0] / exponential[1]).toBeCloseTo(2, 14);
    expect(linear[0] / linear[1]).toBeCloseTo(1 + Math.LN2, 14);
  });

  it('combines a heavy row with the light part', () => {
    // One block of light rows whose power step is 1 times (0.6, 0.8), and the heavy row (2, 0).
    const light = [0.6, 0.8];
    const { vector, eigenvalue, heavyRows } = streamingTopEigenvector(matrixFromRows([[2, 0], light]), {
      blocks: 1,
      heavyFactor: 1, // a row is heavy from 5 / 2 on
      initial: Float64Array.from(light),
    });
    expect(heavyRows).toBe(1);
    // The step is scaled by n / (rows of the block) = 2 / 2.
    expect(eigenvalue).toBeCloseTo(4.4209373, 7);
    expect(largestDifference(vector, [0.9920376, 0.1259418])).toBeLessThan(1e-7);
  });

  it('shrinks a sketch of one direction', () => {
    const rows = matrixFromRows([
      [2, 0],
      [0, 1],
    ]);
    const { vector, eigenvalue } = streamingTopEigenvector(rows, { method: 'frequent-directions', sketchSize: 1 });
    expect(eigenvalue).toBeCloseTo(3, 14);
    expect(Array.from(vector)).toEqual([1, 0]);
  });
});

describe('invariances', () => {
  const rows = heavyStream({ n: 1500, d: 20, R: 6, h: 3 }, 5);

  it.each(['block-power', 'oja-ladder', 'oja', 'krasulina', 'block-oja'] as const)('%s turns with the rows', (method) => {
    const rotation = qr(randomMatrix(20, 20, 9)).q;
    const start = new Random(1).sphere(new Float64Array(20));
    const turned = matmul(denseMatrix(1, 20, start), rotation).values;
    const plain = streamingTopEigenvector(rows, { method, initial: start }).vector;
    const rotated = streamingTopEigenvector(matmul(rows, rotation), { method, initial: turned }).vector;
    const back = matmul(denseMatrix(1, 20, rotated), transpose(rotation)).values;
    expect(1 - correlation(plain, back)).toBeLessThan(1e-11);
  });

  it.each(STREAMING_METHODS)('%s does not see scale or sign', (method) => {
    const { vector, singularValue } = streamingTopEigenvector(rows, { method, seed: 3 });
    for (const factor of [-1, 2 ** 20, 2 ** -300, 2 ** 400]) {
      const values = rows.values.map((value) => factor * value);
      const scaled = streamingTopEigenvector({ ...rows, values }, { method, seed: 3 });
      expect(largestDifference(scaled.vector, vector)).toBeLessThan(1e-9);
      expect(scaled.singularValue / Math.abs(factor) / singularValue).toBeCloseTo(1, 9);
    }
    const flipped = { ...rows, values: rows.values.map((value, k) => (Math.floor(k / 20) % 3 === 0 ? -value : value)) };
    expect(largestDifference(streamingTopEigenvector(flipped, { method, seed: 3 }).vector, vector)).toBeLessThan(1e-9);
  });

  it.each(STREAMING_METHODS)('%s gives the same for sparse, dense and single rows', (method) => {
    const { vector, heavyRows } = streamingTopEigenvector(rows, { method, seed: 3 });
    const sparse = streamingTopEigenvector(csrFromDense(rows), { method, seed: 3 });
    expect(sparse.heavyRows).toBe(heavyRows);
    expect(largestDifference(sparse.vector, vector)).toBeLessThan(1e-9);
    const one = Array.from({ length: rows.rows }, (_, i) => rows.values.subarray(i * 20, (i + 1) * 20));
    const single = streamingTopEigenvector(one, { method, seed: 3, rows: rows.rows });
    expect(largestDifference(single.vector, vector)).toBeLessThan(1e-9);
  });
});

describe('several components', () => {
  it.each(['block-power', 'oja', 'block-oja', 'frequent-directions', 'incremental-pca', 'covariance'] as const)(
    '%s finds the subspace of ml-matrix',
    (method) => {
      const base = randomMatrix(4000, 12, 4);
      for (let i = 0; i < 4000; i++) {
        base.values[i * 12] *= 8;
        base.values[i * 12 + 1] *= 5;
        base.values[i * 12 + 2] *= 3;
      }
      const { vectors, estimatedGap } = streamingTopEigenvector(base, { method, components: 2 });
      const peer = new PeerSvd(Matrix.from1DArray(4000, 12, Array.from(base.values))).rightSingularVectors;
      let shared = 0; // |V_k' U_k|_F², 2 when the subspaces agree
      for (let c = 0; c < 2; c++) {
        for (let k = 0; k < 2; k++) {
          const column = Float64Array.from(peer.getColumn(k));
          shared += correlation(vectors.values.subarray(c * 12, (c + 1) * 12), column);
        }
      }
      expect(shared).toBeGreaterThan(1.97);
      expect(shared).toBeLessThanOrEqual(2 + 1e-9);
      expect(estimatedGap).toBeGreaterThan(1.5);
    },
  );

  it('warns of a gap that is no gap', () => {
    const { warnings } = streamingTopEigenvector(randomMatrix(3000, 8, 1), { components: 2 });
    expect(warnings.join()).toContain('the gap is about');
  });
});

describe('frequent directions', () => {
  it('never exceeds the matrix, and loses at most |A|_F² / (l + 1)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 60 }), fc.nat(1e6), (l, n, seed) => {
        const rows = randomMatrix(n, 7, seed);
        const peer = new PeerSvd(Matrix.from1DArray(n, 7, Array.from(rows.values)), { autoTranspose: true });
        const truth = peer.diagonal[0] ** 2;
        const { eigenvalue } = streamingTopEigenvector(rows, { method: 'frequent-directions', sketchSize: l });
        const total = rows.values.reduce((sum, value) => sum + value * value, 0);
        expect(eigenvalue).toBeLessThanOrEqual(truth * (1 + 1e-12));
        expect(eigenvalue).toBeGreaterThanOrEqual(truth - total / (l + 1) - 1e-9);
      }),
    );
  });
});

describe('the exact reference', () => {
  it('is the singular value decomposition of ml-matrix, dense and iterated', () => {
    for (const [n, d] of [
      [60, 9],
      [40, 200],
    ]) {
      const rows = randomMatrix(n, d, 2);
      for (let i = 0; i < n; i++) rows.values[i * d] *= 3;
      const { vector, eigenvalue } = streamingTopEigenvector(rows, { method: 'covariance' });
      const peer = new PeerSvd(Matrix.from1DArray(n, d, Array.from(rows.values)), { autoTranspose: true });
      expect(eigenvalue / peer.diagonal[0] ** 2).toBeCloseTo(1, 10);
      expect(correlation(vector, Float64Array.from(peer.rightSingularVectors.getColumn(0)))).toBeCloseTo(1, 10);
    }
  });
});

describe('block schedules', () => {
  it('end with the stream, and double or are equal', () => {
    expect(blockEnds('geometric', 1024, 10, 2)).toEqual([128, 256, 512, 1024]);
    expect(blockEnds(4, 10, 10, 2)).toEqual([3, 5, 8, 10]);
    expect(blockEnds('halves', 1024, 10, 2)).toEqual([171, 341, 512, 1024]);
    // ceil(3 ln 100 / ln 4) + 1
    expect(blockEnds('theory', 1100, 100, 4)).toHaveLength(11);
    expect(blockEnds('geometric', 1, 10, 2)).toEqual([1]);
  });

  it('samples light rows by their norm without bias', () => {
    const rows = lightStream({ n: 20_000, d: 20, R: 8 }, 6);
    const { vector } = streamingTopEigenvector(rows, { oversampling: 4000 });
    expect(correlation(vector, exact(rows))).toBeGreaterThan(0.99);
  });

  it('reports rows as they come', () => {
    const seen: number[] = [];
    for (const { rowsSeen } of streamingTopEigenvectorSteps(randomMatrix(130, 3, 1))) seen.push(rowsSeen);
    expect(seen.slice(0, 3)).toEqual([0, 3, 6]);
    expect(seen.at(-1)).toBe(130);
  });
});
