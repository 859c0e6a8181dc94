import { Random } from '@infimum/core';
import { describe, expect, it, vi } from 'vitest';
import { countNumbers } from '../testing/count-numbers.ts';
import { batchCapacity } from './streaming-method.ts';
import { STREAMING_METHODS, type StreamedEigenvectors, type StreamingOptions } from './streaming-options.ts';
import { createStreamingTopEigenvector } from './streaming-top-eigenvector.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

interface Measured {
  readonly answer: StreamedEigenvectors;
  /** Numbers that were alive at the end at most: retained by then or allocated for the answer, beside the buffer. */
  readonly numbers: number;
}

/** Sends `rows` short rows and `heavy` long ones among them, and counts what is allocated beside the input buffer. */
function measure(
  { rows, heavy, d }: { rows: number; heavy: number; d: number },
  options: StreamingOptions,
): Promise<Measured> {
  // Rows are windows of one array, so that they are nobody's memory.
  const noise = new Random(1).normals(new Float64Array(d + 997));
  const long = new Random(2).sphere(new Float64Array(d)).map((value) => value * 20 * Math.sqrt(d));
  const random = new Random(3);
  const places = new Set<number>();
  while (places.size < heavy) places.add(Math.floor(random.uniform() * rows));
  return countNumbers(async (count) => {
    const { components = 1 } = options;
    const stream = createStreamingTopEigenvector({ ...options, dimension: d });
    const buffer = batchCapacity(d, components) * (d + components + 1);
    const state = count.onWorkspaces - buffer;
    for (let i = 0; i < rows; i++) {
      const shift = (i * 613) % 997;
      stream.push(noise.subarray(shift, shift + d));
      if (places.has(i)) stream.push(long);
    }
    stream.estimate(); // what waits in the buffer has been taken when the answer is asked for
    const retained = await count.retained();
    const before = count.allocated + count.onWorkspaces;
    const answer = stream.finish();
    return { answer, numbers: state + retained + count.allocated + count.onWorkspaces - before };
  });
}

describe('the block power method', () => {
  it.each([0, 5, 40])(
    'stays within (h + 8) d numbers for %i heavy rows, however many rows come',
    async (h) => {
      const d = 200;
      const found: number[] = [];
      for (const rows of [20_000, 80_000]) {
        const { answer, numbers } = await measure({ rows, heavy: h, d }, { rows: rows + h });
        expect(answer.heavyRows).toBe(h);
        expect(answer.overflow).toBe(false);
        expect(numbers).toBeGreaterThan((h + 4) * d - 1);
        expect(numbers).toBeLessThanOrEqual((h + 8) * d);
        expect(answer.floatsStored).toBeGreaterThanOrEqual(numbers);
        expect(answer.floatsStored).toBeLessThanOrEqual((h + 8) * d);
        found.push(numbers);
      }
      expect(found[1]).toBe(found[0]);
    },
  );

  it('holds as many rows as it may at first when nobody knows how many will come, and no more later', async () => {
    const d = 100;
    for (const rows of [10_000, 40_000]) {
      const { answer, numbers } = await measure({ rows, heavy: 3, d }, { maxHeavy: 20 });
      expect(answer.heavyRows).toBe(3);
      expect(numbers).toBe((20 + 7) * d);
      expect(answer.floatsStored).toBe((20 + 7) * d);
    }
  });

  it('needs half of the memory for rows in single precision', async () => {
    const { answer } = await measure(
      { rows: 20_000, heavy: 40, d: 200 },
      { rows: 20_040, storedPrecision: 32 },
    );
    expect(answer.bitsStored).toBe(32 * 40 * 200 + 64 * 7 * 200);
  });

  it('takes seven vectors for each that is wanted, beside the heavy rows', async () => {
    const { answer, numbers } = await measure(
      { rows: 20_000, heavy: 4, d: 200 },
      { rows: 20_004, components: 3 },
    );
    expect(numbers).toBeLessThanOrEqual((4 + 3 * 8) * 200);
    expect(answer.floatsStored).toBeGreaterThanOrEqual(numbers);
  });
});

describe('numbers stored', () => {
  it.each(STREAMING_METHODS.filter((method) => method !== 'block-power'))(
    '%s says what it holds',
    async (method) => {
      for (const d of [120, 300]) {
        const { answer, numbers } = await measure({ rows: 2000, heavy: 2, d }, { method, rows: 2002 });
        expect(answer.floatsStored).toBeGreaterThanOrEqual(numbers);
        // Some methods do not use all of the buffer.
        expect(answer.floatsStored).toBeLessThan(1.3 * numbers + batchCapacity(d, 1));
      }
    },
  );
});
