import { describe, expect, it, vi } from 'vitest';
import { denseMatrix, matrixFromRows } from '../dense/dense-matrix.ts';
import type { DenseMatrix } from '../matrices.ts';
import { correlation, exact } from '../testing/eigenvectors.ts';
import { largestDifference, randomMatrix } from '../testing/matrices.ts';
import { heavyStream, lightStream } from './streaming-instances.ts';
import type { StreamingIterate, StreamingTopEigenvectorOptions } from './streaming-options.ts';
import { STREAMING_METHODS } from './streaming-options.ts';
import {
  createStreamingTopEigenvector,
  streamingTopEigenvector,
  streamingTopEigenvectorAsync,
} from './streaming-top-eigenvector.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('streams over time', () => {
  async function* chunks(rows: DenseMatrix, size: number) {
    for (let i = 0; i < rows.rows; i += size) {
      await Promise.resolve();
      const count = Math.min(size, rows.rows - i);
      yield denseMatrix(count, rows.cols, rows.values.slice(i * rows.cols, (i + count) * rows.cols));
    }
  }

  it.each(STREAMING_METHODS)('%s gives the same bits as the whole matrix, in chunks of any size', async (method) => {
    const rows = lightStream({ n: 3000, d: 16, R: 5 }, 2);
    const whole = streamingTopEigenvector(rows, { rows: 3000, method });
    for (const size of [1, 7, 1000]) {
      const answer = await streamingTopEigenvectorAsync(chunks(rows, size), { rows: 3000, method });
      expect(answer.rowsSeen).toBe(3000);
      expect(Array.from(answer.vector)).toEqual(Array.from(whole.vector));
      expect(answer.eigenvalue).toBe(whole.eigenvalue);
    }
  });

  it.each(STREAMING_METHODS)('%s ends with the same bits if it is asked between the steps', async (method) => {
    const rows = lightStream({ n: 3000, d: 16, R: 5 }, 2);
    const onIteration = ({ solution }: StreamingIterate) => void solution();
    const whole = streamingTopEigenvector(rows, { method });
    const asked = streamingTopEigenvector(rows, { method, onIteration });
    const inChunks = { rows: 3000, method, onIteration };
    for (const { vector } of [asked, await streamingTopEigenvectorAsync(chunks(rows, 70), inChunks)]) {
      expect(Array.from(vector)).toEqual(Array.from(whole.vector));
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
  it.each(STREAMING_METHODS)('%s takes rows of norm 1e-150, 1e150, denormal and mixed', (method) => {
    for (const size of [1e-150, 1e150, 1e-310, 1e300]) {
      const rows = matrixFromRows([
        [3 * size, 0],
        [0, size],
        [3 * size, 0],
      ]);
      const { vector, singularValue } = streamingTopEigenvector(rows, { method, seed: 2, stepSize: 3 });
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

  it.each(STREAMING_METHODS)('%s answers for zero, empty and single rows', (method) => {
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
    expect(() => stream.push(Float64Array.of(1))).toThrow(expect.objectContaining({ argument: 'row', code: 'shape' }));
    expect(() => stream.push(Float64Array.of(1, Number.NaN))).toThrow(/row 1 is NaN at index 1/);
    expect(() => stream.push(Float64Array.of(Infinity, 0))).toThrow(/row 1 is Infinity at index 0/);
    expect(() => stream.push({ indices: Int32Array.of(2), values: Float64Array.of(1) })).toThrow(
      expect.objectContaining({ code: 'out-of-range', index: 0 }),
    );
    for (let k = 0; k < 3; k++) stream.push(Float64Array.of(1, 2));
    const { warnings, rowsSeen } = stream.finish();
    expect(rowsSeen).toBe(4);
    expect(warnings.join()).toContain('4 rows have arrived, but 2 were announced');
    expect(() => stream.push(Float64Array.of(1, 2))).toThrow(expect.objectContaining({ code: 'unsupported' }));
    const rejects = (options: StreamingTopEigenvectorOptions, argument: string) =>
      expect(() => createStreamingTopEigenvector({ dimension: 3, ...options })).toThrow(expect.objectContaining({ argument }));
    rejects({ method: 'magic' as 'oja' }, 'method');
    rejects({ components: 4 }, 'components');
    rejects({ components: 2, method: 'krasulina' }, 'components');
    rejects({ blocks: 0 }, 'blocks');
    rejects({ heavyFactor: 0 }, 'heavyFactor');
    rejects({ maxHeavy: -1 }, 'maxHeavy');
    rejects({ stepSizes: [], method: 'oja-ladder' }, 'stepSizes');
    rejects({ stepSizes: [-1], method: 'oja-ladder' }, 'stepSizes');
    rejects({ initial: new Float64Array(3) }, 'initial');
    rejects({ sketchSize: 0, method: 'frequent-directions' }, 'sketchSize');
    rejects({ storedPrecision: 16 as 32 }, 'storedPrecision');
    expect(() => streamingTopEigenvector([{ indices: Int32Array.of(0), values: Float64Array.of(1) }])).toThrow(
      expect.objectContaining({ argument: 'dimension' }),
    );
  });

  it('of matrices is named by its place among the values, and the rows before it are taken', () => {
    const values = Float64Array.from({ length: 600 }, (_, k) => 1 + (k % 7));
    values[451] = Number.NaN;
    const stream = createStreamingTopEigenvector({ dimension: 3, method: 'oja' });
    expect(() => stream.pushMatrix({ rows: 200, cols: 3, values })).toThrow(
      expect.objectContaining({ argument: 'rows.values', code: 'not-finite', index: 451 }),
    );
    expect(stream.estimate().rowsSeen).toBe(150);
    expect(() => stream.pushMatrix({ rows: 3, cols: 3, values })).toThrow(
      expect.objectContaining({ argument: 'rows.values', code: 'shape' }),
    );
    expect(stream.finish().rowsSeen).toBe(150);
  });

  it('is no reason to look at a matrix twice: as many reads of its values as a bare loop', () => {
    // Rows that need no second look: whatever reads the values goes through `set` of the batch or through an index.
    const matrix = randomMatrix(300, 20, 3);
    let reads = 0;
    const values = new Proxy(matrix.values, {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
        const value = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const stream = createStreamingTopEigenvector({ dimension: 20, method: 'oja' });
    stream.pushMatrix({ ...matrix, values });
    expect(reads).toBe(0); // the batch copies them whole
    expect(stream.finish().rowsSeen).toBe(300);
  });

  it('says when no rate grew', () => {
    const answer = streamingTopEigenvector(randomMatrix(20, 40, 1), { method: 'oja-ladder', stepSizes: [1e-6] });
    expect([answer.failed, answer.status]).toEqual(['no-growth', 'stalled']);
  });
});

describe('memory', () => {
  it('says that a heavy row was given up', () => {
    const { overflow, warnings } = streamingTopEigenvector(heavyStream({ n: 5000, d: 50, R: 8, h: 5 }, 1), { maxHeavy: 2 });
    expect(overflow).toBe(true);
    expect(warnings.join()).toContain('maxHeavy');
  });
});
