import { Random } from '@infimum/core';
import fc from 'fast-check';
import { Matrix, SingularValueDecomposition as PeerSvd } from 'ml-matrix';
import { describe, expect, it, vi } from 'vitest';
import { blockEnds } from './block-schedule.ts';
import { csrFromDense } from './csr-matrix.ts';
import { type DenseMatrix, denseMatrix, matrixFromRows, transpose } from './dense-matrix.ts';
import { qr } from './householder-qr.ts';
import { matmul } from './matmul.ts';
import {
  hardStream,
  heavyStream,
  lightStream,
  lowerBoundStream,
  mixedStream,
  sortedStream,
} from './streaming-instances.ts';
import type { StreamingMethod, StreamingOptions } from './streaming-options.ts';
import {
  createStreamingTopEigenvector,
  streamingTopEigenvector,
  streamingTopEigenvectorAsync,
  streamingTopEigenvectorSteps,
} from './streaming-top-eigenvector.ts';
import { largestDifference, randomMatrix } from './testing/matrices.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const methods: readonly StreamingMethod[] = [
  'block-power',
  'oja-ladder',
  'oja',
  'krasulina',
  'block-oja',
  'frequent-directions',
  'incremental-pca',
  'row-sampling',
  'uniform-sampling',
  'longest-row',
  'covariance',
];

/** Squared correlation of two unit vectors. */
function correlation(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, j) => sum + value * y[j], 0) ** 2;
}

/** The top eigenvector of A'A by plain power iteration, which shares no code with what is tested. */
function exact({ rows, cols, values }: DenseMatrix): Float64Array {
  let vector = Float64Array.from({ length: cols }, (_, j) => 1 + ((7 * j) % 11) / 11);
  for (let iteration = 0; iteration < 2000; iteration++) {
    const next = new Float64Array(cols);
    for (let i = 0; i < rows; i++) {
      const at = i * cols;
      let product = 0;
      for (let j = 0; j < cols; j++) product += values[at + j] * vector[j];
      for (let j = 0; j < cols; j++) next[j] += product * values[at + j];
    }
    const norm = Math.hypot(...next);
    for (let j = 0; j < cols; j++) next[j] /= norm;
    const change = next.reduce((most, value, j) => Math.max(most, Math.abs(value - vector[j])), 0);
    vector = next;
    if (change < 1e-12) return vector;
  }
  throw new Error('the power iteration does not converge: the gap is too small');
}

function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[values.length >> 1];
}

/** Median over seeds of the squared correlation with the exact answer, for several settings on the same streams. */
function medians<Name extends string>(
  make: (seed: number) => DenseMatrix,
  settings: Record<Name, StreamingOptions>,
  seeds = [1, 2, 3, 4, 5],
): Record<Name, number> {
  const found = Object.fromEntries(Object.keys(settings).map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (const seed of seeds) {
    const rows = make(seed);
    const truth = exact(rows);
    for (const name of Object.keys(settings) as Name[]) {
      found[name].push(correlation(truth, streamingTopEigenvector(rows, { seed, ...settings[name] }).vector));
    }
  }
  return Object.fromEntries(Object.keys(found).map((name) => [name, median(found[name as Name])])) as Record<
    Name,
    number
  >;
}

describe('worked examples', () => {
  it('makes one power step on light rows', () => {
    const answer = streamingTopEigenvector(
      matrixFromRows([
        [1, 1],
        [1, -1],
        [2, 0],
      ]),
      {
        blocks: 1,
        heavyFactor: 0.1,
        initialVectors: new Float64Array([1, 0]),
      },
    );
    expect(answer.heavyRows).toBe(0);
    expect(answer.lightEigenvalue).toBeCloseTo(6, 14);
    expect(Array.from(answer.vector)).toEqual([1, 0]);
  });

  it('updates exponentially and linearly', () => {
    const after = (update: 'exp' | 'linear') => {
      const initialVectors = new Float64Array([Math.SQRT1_2, Math.SQRT1_2]);
      return streamingTopEigenvector(matrixFromRows([[1, 0]]), {
        method: 'oja-ladder',
        update,
        rates: [Math.LN2],
        initialVectors,
      }).vector;
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
      initialVectors: Float64Array.from(light),
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
    const { vector, eigenvalue } = streamingTopEigenvector(rows, {
      method: 'frequent-directions',
      sketchSize: 1,
    });
    expect(eigenvalue).toBeCloseTo(3, 14);
    expect(Array.from(vector)).toEqual([1, 0]);
  });
});

describe('the hard instance', () => {
  it('is what its closed form says, for linear Oja at any rate, in any order', () => {
    for (const [d, R, seed] of [
      [100, 3, 1],
      [100, 6, 2],
      [300, 4, 3],
    ]) {
      const n = 40 * (d - 1); // every axis has as many rows
      const rows = hardStream({ n, d, R }, seed);
      for (const rate of [0.25, 1, 4, 16]) {
        const start = new Random(seed).normals(new Float64Array(d));
        const { vector } = streamingTopEigenvector(rows, {
          method: 'oja-ladder',
          rates: [rate],
          initialVectors: start,
        });
        const heavy = (start[0] * (1 + rate) ** R) ** 2;
        const other = ((1 + (rate * (d - 1)) / n) ** (n / (d - 1))) ** 2;
        const rest = start.subarray(1).reduce((sum, value) => sum + value * value, 0);
        expect(vector[0] ** 2).toBeCloseTo(heavy / (heavy + other * rest), 12);
      }
    }
  });

  it('defeats every fixed rate when R is below ln d / ln ln d, but not exponential steps or heavy rows', () => {
    const [d, starts] = [100, 41];
    const best = (R: number): number[] =>
      Array.from({ length: starts }, (_, seed) => {
        const z = new Random(seed).normals(new Float64Array(d));
        const rest = z.subarray(1).reduce((sum, value) => sum + value * value, 0);
        let most = 0;
        for (let rate = 0.05; rate < 64; rate *= 1.1) {
          const n = 40 * (d - 1);
          const gain = (z[0] * (1 + rate) ** R) ** 2;
          const other = (1 + (rate * (d - 1)) / n) ** ((2 * n) / (d - 1));
          most = Math.max(most, gain / (gain + other * rest));
        }
        return most;
      });
    expect(median(best(2))).toBeLessThan(0.05);
    expect(median(best(3))).toBeLessThan(0.2);
    expect(median(best(7))).toBeGreaterThan(0.99);
  });

  it.each([100, 300])(
    'is no trouble for heavy rows and exponential steps, at d = %i and R from 2 to 8',
    (d) => {
      for (const R of [2, 3, 4, 6, 8]) {
        for (const seed of [1, 2, 3]) {
          const rows = hardStream({ n: 40 * d, d, R }, seed);
          for (const options of [{}, { method: 'oja-ladder', update: 'exp' }] as StreamingOptions[]) {
            const { vector, heavyRows } = streamingTopEigenvector(rows, { seed, ...options });
            // The first axis has R times the mass of the others: it is the answer.
            expect(vector[0] ** 2).toBeGreaterThan(0.999);
            expect(heavyRows).toBe(options.method ? 0 : R);
          }
        }
      }
    },
    180_000,
  );
});

describe('the tables of the specification', () => {
  it('finds the top eigenvector of light rows, best with geometric blocks', () => {
    for (const R of [4, 14, 16, 56]) {
      const found = medians(
        (seed) => lightStream({ n: 20_000, d: 100, R }, seed),
        {
          geometric: {},
          halves: { blocks: 'halves' },
          equal: { blocks: 8 },
          theory: { blocks: 'theory' },
          ladder: { method: 'oja-ladder' },
          exponential: { method: 'oja-ladder', update: 'exp' },
          sketch: { method: 'frequent-directions' },
        },
        R === 4 || R === 16 ? [1, 2, 3] : [1],
      );
      expect(found.geometric).toBeGreaterThan(0.999);
      expect(found.halves).toBeGreaterThan(0.997);
      expect(found.theory).toBeGreaterThan(0.98);
      for (const other of [found.equal, found.theory, found.ladder, found.exponential]) {
        expect(found.geometric).toBeGreaterThan(other);
        expect(found.halves).toBeGreaterThan(other);
      }
      if (R === 4) expect(found.sketch).toBeLessThan(0.5);
      else expect(found.sketch).toBeGreaterThan(0.9995);
    }
  }, 180_000);

  it('does so for longer rows', () => {
    for (const R of [13.2, 16]) {
      const found = medians(
        (seed) => lightStream({ n: 40_000, d: 400, R }, seed),
        {
          geometric: {},
          halves: { blocks: 'halves' },
          equal: { blocks: 8 },
          ladder: { method: 'oja-ladder' },
        },
        [1],
      );
      expect(found.geometric).toBeGreaterThan(0.999);
      expect(found.halves).toBeGreaterThan(0.999);
      expect(found.geometric).toBeGreaterThan(found.equal);
      expect(found.equal).toBeGreaterThan(found.ladder);
    }
  }, 180_000);

  it('finds it in light rows with one vector of memory, in samples as far as they go', () => {
    for (const R of [16, 64]) {
      const found = medians(
        (seed) => lightStream({ n: 20_000, d: 100, R }, seed),
        {
          oja: { method: 'oja' },
          krasulina: { method: 'krasulina' },
          batches: { method: 'block-oja' },
          pca: { method: 'incremental-pca' },
          few: { method: 'row-sampling' },
          many: { method: 'row-sampling', sketchSize: 500 },
          uniform: { method: 'uniform-sampling', sketchSize: 500 },
        },
        [1, 2, 3],
      );
      for (const online of [found.oja, found.krasulina, found.batches]) expect(online).toBeGreaterThan(0.997);
      expect(found.pca).toBeGreaterThan(0.9999);
      expect(found.many).toBeGreaterThan(found.few);
      expect(Math.min(found.many, found.uniform)).toBeGreaterThan(0.98);
    }
  }, 180_000);

  it('finds it in heavy rows, where linear Oja does not', () => {
    for (const h of [1, 5]) {
      const found = medians(
        (seed) => heavyStream({ n: 20_000, d: 100, R: 8, h }, seed),
        {
          block: {},
          ladder: { method: 'oja-ladder' },
          exponential: { method: 'oja-ladder', update: 'exp' },
          weighted: { method: 'row-sampling', sketchSize: 500 },
          uniform: { method: 'uniform-sampling', sketchSize: 500 },
          longest: { method: 'longest-row' },
        },
        [1, 2, 3],
      );
      expect(found.block).toBeGreaterThan(0.999);
      if (h === 1) expect(found.ladder).toBeLessThan(0.9);
      expect(found.exponential).toBeGreaterThan(0.95);
      // A sample by norm has the heavy rows, a uniform one has not, and the longest row is the answer.
      expect(found.weighted).toBeGreaterThan(0.99);
      expect(found.uniform).toBeLessThan(0.2);
      expect(found.longest).toBeGreaterThan(0.999);
    }
  }, 180_000);

  it('gains from combination as R grows, faster than the maximum does', () => {
    const loss = { combine: [] as number[], max: [] as number[] };
    const gaps = [12, 50, 203];
    for (const R of gaps) {
      const found = medians(
        (seed) => mixedStream({ n: 40_000, d: 100, R, h: 3 }, seed),
        {
          combine: { blocks: 8 },
          max: { blocks: 8, finish: 'max' },
        },
        [1, 2, 3],
      );
      expect(found.combine).toBeGreaterThan(found.max);
      loss.combine.push(1 - found.combine);
      loss.max.push(1 - found.max);
    }
    const slope = (losses: number[]) => Math.log(losses[2] / losses[0]) / Math.log(gaps[2] / gaps[0]);
    expect(Math.abs(slope(loss.max) + 1)).toBeLessThan(0.35);
    expect(slope(loss.combine)).toBeLessThan(-1);
  }, 180_000);

  it('needs ln² d for a ladder in any order, and a factor of ln d less in random order', () => {
    const rates = Array.from({ length: 13 }, (_, k) => 2 ** (k - 6));
    const ladder = {
      linear: { method: 'oja-ladder', rates },
      exponential: { method: 'oja-ladder', update: 'exp', rates },
    } satisfies Record<string, StreamingOptions>;
    for (const d of [30, 100]) {
      const [wide, narrow] = [Math.ceil(Math.log(d) ** 2), Math.ceil(Math.log(d))];
      for (const order of ['descending', 'ascending'] as const) {
        const found = medians((seed) => sortedStream({ n: 4000, d, R: wide, order }, seed), ladder);
        expect(Math.min(found.linear, found.exponential)).toBeGreaterThanOrEqual(0.95);
      }
      const scaled = (seed: number): DenseMatrix => {
        const rows = lightStream({ n: 4000, d, R: narrow }, seed);
        return { ...rows, values: rows.values.map((value) => value / Math.sqrt(4000)) };
      };
      const random = medians(scaled, ladder);
      const sorted = medians(
        (seed) => sortedStream({ n: 4000, d, R: narrow, order: 'descending' }, seed),
        ladder,
      );
      expect(Math.min(random.linear, random.exponential)).toBeGreaterThanOrEqual(0.9);
      expect(sorted.linear).toBeLessThan(random.linear);
      expect(sorted.exponential).toBeLessThan(random.exponential);
    }
  }, 180_000);

  it('fails with equal blocks when the rows are sorted, where a ladder does not', () => {
    const found = medians((seed) => sortedStream({ n: 4000, d: 30, R: 12, order: 'descending' }, seed), {
      equal: { blocks: 'theory' },
      ladder: { method: 'oja-ladder' },
      exponential: { method: 'oja-ladder', update: 'exp' },
    });
    expect(found.equal).toBeLessThan(0.1);
    expect(found.ladder).toBeGreaterThan(0.9);
    expect(found.exponential).toBeGreaterThan(0.85);
  });

  it('leaves 1/R² of the lower bound when only h/R rows are stored', () => {
    for (const R of [8, 16, 32]) {
      const make = (seed: number) => lowerBoundStream({ d: 400, h: 64, R }, seed);
      const found = medians(make, { all: {}, few: { maxHeavy: 64 / R } }, [...Array(15).keys()]);
      expect(R * R * (1 - found.all)).toBeLessThan(0.01);
      expect(R * R * (1 - found.few)).toBeGreaterThan(0.2);
      expect(R * R * (1 - found.few)).toBeLessThan(0.7);
    }
  }, 180_000);

  it('stores heavy rows in single precision at no loss', () => {
    for (const R of [2, 8]) {
      const rows = heavyStream({ n: 5000, d: 50, R, h: 4 }, 3);
      const [double, single] = [64, 32].map((storedPrecision) =>
        streamingTopEigenvector(rows, { storedPrecision: storedPrecision as 64 | 32 }),
      );
      const truth = exact(rows);
      expect(Math.abs(correlation(truth, double.vector) - correlation(truth, single.vector))).toBeLessThan(
        1e-6,
      );
      expect(double.bitsStored - single.bitsStored).toBe(32 * 4 * 50);
    }
  });
});

describe('memory', () => {
  it('says that a heavy row was given up', () => {
    const { overflow, warnings } = streamingTopEigenvector(heavyStream({ n: 5000, d: 50, R: 8, h: 5 }, 1), {
      maxHeavy: 2,
    });
    expect(overflow).toBe(true);
    expect(warnings.join()).toContain('maxHeavy');
  });
});

describe('invariances', () => {
  const rows = heavyStream({ n: 1500, d: 20, R: 6, h: 3 }, 5);

  it.each(['block-power', 'oja-ladder', 'oja', 'krasulina', 'block-oja'] as const)(
    '%s turns with the rows',
    (method) => {
      const rotation = qr(randomMatrix(20, 20, 9)).q;
      const start = new Random(1).sphere(new Float64Array(20));
      const turned = matmul(denseMatrix(1, 20, start), rotation).values;
      const plain = streamingTopEigenvector(rows, { method, initialVectors: start }).vector;
      const rotated = streamingTopEigenvector(matmul(rows, rotation), {
        method,
        initialVectors: turned,
      }).vector;
      const back = matmul(denseMatrix(1, 20, rotated), transpose(rotation)).values;
      expect(1 - correlation(plain, back)).toBeLessThan(1e-11);
    },
  );

  it.each(methods)('%s does not see scale or sign', (method) => {
    const { vector, singularValue } = streamingTopEigenvector(rows, { method, seed: 3 });
    for (const factor of [-1, 2 ** 20, 2 ** -300, 2 ** 400]) {
      const values = rows.values.map((value) => factor * value);
      const scaled = streamingTopEigenvector({ ...rows, values }, { method, seed: 3 });
      expect(largestDifference(scaled.vector, vector)).toBeLessThan(1e-9);
      expect(scaled.singularValue / Math.abs(factor) / singularValue).toBeCloseTo(1, 9);
    }
    const flipped = {
      ...rows,
      values: rows.values.map((value, k) => (Math.floor(k / 20) % 3 === 0 ? -value : value)),
    };
    expect(
      largestDifference(streamingTopEigenvector(flipped, { method, seed: 3 }).vector, vector),
    ).toBeLessThan(1e-9);
  });

  it.each(methods)('%s gives the same for sparse, dense and single rows', (method) => {
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
  it.each([
    'block-power',
    'oja',
    'block-oja',
    'frequent-directions',
    'incremental-pca',
    'covariance',
  ] as const)('%s finds the subspace of ml-matrix', (method) => {
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
  });

  it('warns of a gap that is no gap', () => {
    const { warnings } = streamingTopEigenvector(randomMatrix(3000, 8, 1), { components: 2 });
    expect(warnings.join()).toContain('the gap is about');
  });
});

describe('frequent directions', () => {
  it('never exceeds the matrix, and loses at most |A|_F² / (l + 1)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(1e6),
        (l, n, seed) => {
          const rows = randomMatrix(n, 7, seed);
          const peer = new PeerSvd(Matrix.from1DArray(n, 7, Array.from(rows.values)), {
            autoTranspose: true,
          });
          const truth = peer.diagonal[0] ** 2;
          const { eigenvalue } = streamingTopEigenvector(rows, {
            method: 'frequent-directions',
            sketchSize: l,
          });
          const total = rows.values.reduce((sum, value) => sum + value * value, 0);
          expect(eigenvalue).toBeLessThanOrEqual(truth * (1 + 1e-12));
          expect(eigenvalue).toBeGreaterThanOrEqual(truth - total / (l + 1) - 1e-9);
        },
      ),
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
      expect(correlation(vector, Float64Array.from(peer.rightSingularVectors.getColumn(0)))).toBeCloseTo(
        1,
        10,
      );
    }
  });
});

describe('streams over time', () => {
  async function* chunks(rows: DenseMatrix, size: number) {
    for (let i = 0; i < rows.rows; i += size) {
      await Promise.resolve();
      const count = Math.min(size, rows.rows - i);
      yield denseMatrix(count, rows.cols, rows.values.slice(i * rows.cols, (i + count) * rows.cols));
    }
  }

  it.each(methods)('%s gives the same bits as the whole matrix, in chunks of any size', async (method) => {
    const rows = lightStream({ n: 3000, d: 16, R: 5 }, 2);
    const whole = streamingTopEigenvector(rows, { rows: 3000, method });
    for (const size of [1, 7, 1000]) {
      const answer = await streamingTopEigenvectorAsync(chunks(rows, size), { rows: 3000, method });
      expect(answer.rowsSeen).toBe(3000);
      expect(Array.from(answer.vector)).toEqual(Array.from(whole.vector));
      expect(answer.eigenvalue).toBe(whole.eigenvalue);
    }
  });

  it('needs no number of rows in advance', async () => {
    const rows = lightStream({ n: 40_000, d: 30, R: 5 }, 4);
    const answer = await streamingTopEigenvectorAsync(chunks(rows, 100));
    expect(correlation(answer.vector, exact(rows))).toBeGreaterThan(0.998);
  });

  it('ends at an abort while it waits, with what it has', async () => {
    const controller = new AbortController();
    async function* endless() {
      yield Float64Array.of(3, 4);
      setTimeout(() => controller.abort(), 5);
      await new Promise(() => {});
    }
    const answer = await streamingTopEigenvectorAsync(endless(), { signal: controller.signal });
    expect(answer.status).toBe('aborted');
    expect(largestDifference(answer.vector, [0.6, 0.8])).toBeLessThan(1e-12);
  });
});

describe('ill-behaved rows', () => {
  it.each(methods)('%s takes rows of norm 1e-150, 1e150, denormal and mixed', (method) => {
    for (const size of [1e-150, 1e150, 1e-310, 1e300]) {
      const rows = matrixFromRows([
        [3 * size, 0],
        [0, size],
        [3 * size, 0],
      ]);
      const { vector, singularValue } = streamingTopEigenvector(rows, { method, seed: 2, learningRate: 3 });
      expect(vector.every(Number.isFinite)).toBe(true);
      expect(Number.isFinite(singularValue)).toBe(true);
    }
    const growing = matrixFromRows([
      [1e-200, 1],
      [1e100, 0],
      [1e200, 1e200],
    ]);
    const { vector } = streamingTopEigenvector(growing, { method, seed: 2 });
    expect(vector.every(Number.isFinite)).toBe(true);
    if (method === 'block-power' || method === 'covariance' || method === 'longest-row') {
      expect(largestDifference(vector, [Math.SQRT1_2, Math.SQRT1_2])).toBeLessThan(1e-9);
    }
  });

  it.each(methods)('%s answers for zero, empty and single rows', (method) => {
    const zero = streamingTopEigenvector(denseMatrix(3, 2), { method });
    expect(zero.failed).toBe('zero-stream');
    expect(Array.from(zero.vector)).toEqual([1, 0]);
    const empty = createStreamingTopEigenvector({ dimension: 2, method }).finish();
    expect(empty.failed).toBe('zero-stream');
    const single = streamingTopEigenvector(matrixFromRows([[-5]]), { method });
    expect(Array.from(single.vector)).toEqual([1]);
  });

  it('names what is wrong', () => {
    const stream = createStreamingTopEigenvector({ dimension: 2, rows: 2 });
    stream.push(Float64Array.of(1, 2));
    expect(() => stream.push(Float64Array.of(1))).toThrow(
      expect.objectContaining({ argument: 'row', code: 'shape' }),
    );
    expect(() => stream.push(Float64Array.of(1, Number.NaN))).toThrow(/row 1 is NaN at index 1/);
    expect(() => stream.push(Float64Array.of(Infinity, 0))).toThrow(/row 1 is Infinity at index 0/);
    expect(() => stream.push({ indices: Int32Array.of(2), values: Float64Array.of(1) })).toThrow(
      expect.objectContaining({ code: 'out-of-range', index: 0 }),
    );
    for (let k = 0; k < 3; k++) stream.push(Float64Array.of(1, 2));
    const { warnings, rowsSeen } = stream.finish();
    expect(rowsSeen).toBe(4);
    expect(warnings.join()).toContain('4 rows have come, 2 were announced');
    expect(() => stream.push(Float64Array.of(1, 2))).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
    const rejects = (options: StreamingOptions, argument: string) =>
      expect(() => createStreamingTopEigenvector({ dimension: 3, ...options })).toThrow(
        expect.objectContaining({ argument }),
      );
    rejects({ method: 'magic' as 'oja' }, 'method');
    rejects({ components: 4 }, 'components');
    rejects({ components: 2, method: 'krasulina' }, 'components');
    rejects({ blocks: 0 }, 'blocks');
    rejects({ heavyFactor: 0 }, 'heavyFactor');
    rejects({ maxHeavy: -1 }, 'maxHeavy');
    rejects({ rates: [], method: 'oja-ladder' }, 'rates');
    rejects({ rates: [-1], method: 'oja-ladder' }, 'rates');
    rejects({ initialVectors: new Float64Array(3) }, 'initialVectors');
    rejects({ sketchSize: 0, method: 'frequent-directions' }, 'sketchSize');
    rejects({ storedPrecision: 16 as 32 }, 'storedPrecision');
    expect(() =>
      streamingTopEigenvector([{ indices: Int32Array.of(0), values: Float64Array.of(1) }]),
    ).toThrow(expect.objectContaining({ argument: 'dimension' }));
  });

  it('says when no rate grew', () => {
    const answer = streamingTopEigenvector(randomMatrix(20, 40, 1), { method: 'oja-ladder', rates: [1e-6] });
    expect([answer.failed, answer.status]).toEqual(['no-growth', 'stalled']);
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
