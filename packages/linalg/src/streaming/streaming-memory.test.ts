import { Random } from '@infimum/core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { countNumbers } from '../testing/count-numbers.ts';
import { batchCapacity } from './streaming-method.ts';
import type { StreamedEigenvectors, StreamingTopEigenvectorOptions } from './streaming-options.ts';
import { STREAMING_METHODS } from './streaming-options.ts';
import { createStreamingTopEigenvector } from './streaming-top-eigenvector.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

interface Case {
  /** How many short rows come, and how many long ones among them. */
  readonly rows: number;
  readonly heavy: number;
  readonly d: number;
  readonly options: StreamingTopEigenvectorOptions;
}

interface Measured {
  readonly answer: StreamedEigenvectors;
  /** Numbers that were alive at the end at most: retained by then or allocated for the answer, beside the buffer. */
  readonly numbers: number;
}

/** The rows of a stream. They are windows of one array, so that they are nobody's memory. */
function rowsOf({ rows, heavy, d }: Case): (take: (row: Float64Array) => void) => void {
  const noise = new Random(1).normals(new Float64Array(d + 997));
  const long = new Random(2).sphere(new Float64Array(d)).map((value) => value * 20 * Math.sqrt(d));
  const random = new Random(3);
  const places = new Set<number>();
  while (places.size < heavy) places.add(Math.floor(random.uniform() * rows));
  return (take) => {
    for (let i = 0; i < rows; i++) {
      const shift = (i * 613) % 997;
      take(noise.subarray(shift, shift + d));
      if (places.has(i)) take(long);
    }
  };
}

/** Streams all cases, and counts what is allocated beside the input buffers. They share the collections, which take long. */
async function measureAll(cases: readonly Case[]): Promise<(one: Case) => Measured> {
  const sources = cases.map(rowsOf);
  const measured = await countNumbers(async (count) => {
    const streams = cases.map(({ d, options }, k) => {
      const { components = 1 } = options;
      const [first, before] = [count.arrays, count.onWorkspaces];
      const stream = createStreamingTopEigenvector({ ...options, dimension: d });
      const state = count.onWorkspaces - before - batchCapacity(d, components) * (d + components + 1);
      sources[k]((row) => stream.push(row));
      stream.estimate(); // what waits in the buffer has been taken when the answer is asked for
      return { stream, state, first, last: count.arrays };
    });
    const retained = await count.retained();
    return streams.map(({ stream, state, first, last }) => {
      const before = count.allocated + count.onWorkspaces;
      const answer = stream.finish();
      const held = retained.slice(first, last).reduce((sum, length) => sum + length, 0);
      return { answer, numbers: state + held + count.allocated + count.onWorkspaces - before };
    });
  });
  return (one) => measured[cases.indexOf(one)];
}

describe('the block power method', () => {
  const known = [0, 5, 40].map((heavy) =>
    [20_000, 80_000].map((rows) => ({ rows, heavy, d: 200, options: { rows: rows + heavy } })),
  );
  const unknown = [10_000, 40_000].map((rows) => ({ rows, heavy: 3, d: 100, options: { maxHeavy: 20 } }));
  const single: Case = { ...known[2][0], options: { rows: 20_040, storedPrecision: 32 } };
  const three: Case = { rows: 20_000, heavy: 4, d: 200, options: { rows: 20_004, components: 3 } };
  let measured: (one: Case) => Measured;
  beforeAll(async () => {
    measured = await measureAll([...known.flat(), ...unknown, single, three]);
  });

  it.each(known.map((pair) => [pair[0].heavy, pair] as const))(
    'stays within (h + 8) d numbers for %i heavy rows, however many rows come',
    (h, pair) => {
      const d = 200;
      const found = pair.map(measured);
      for (const { answer, numbers } of found) {
        expect(answer.heavyRows).toBe(h);
        expect(answer.overflow).toBe(false);
        expect(numbers).toBeGreaterThan((h + 4) * d - 1);
        expect(numbers).toBeLessThanOrEqual((h + 8) * d);
        expect(answer.floatsStored).toBeGreaterThanOrEqual(numbers);
        expect(answer.floatsStored).toBeLessThanOrEqual((h + 8) * d);
      }
      expect(found[1].numbers).toBe(found[0].numbers);
    },
  );

  it('holds as many rows as it may at first when nobody knows how many will come, and no more later', () => {
    const d = 100;
    for (const { answer, numbers } of unknown.map(measured)) {
      expect(answer.heavyRows).toBe(3);
      expect(numbers).toBe((20 + 7) * d);
      expect(answer.floatsStored).toBe((20 + 7) * d);
    }
  });

  it('needs half of the memory for rows in single precision', () => {
    expect(measured(single).answer.bitsStored).toBe(32 * 40 * 200 + 64 * 7 * 200);
  });

  it('takes seven vectors for each that is wanted, beside the heavy rows', () => {
    const { answer, numbers } = measured(three);
    expect(numbers).toBeLessThanOrEqual((4 + 3 * 8) * 200);
    expect(answer.floatsStored).toBeGreaterThanOrEqual(numbers);
  });
});

describe('numbers stored', () => {
  const cases = STREAMING_METHODS.filter((method) => method !== 'block-power').map((method) =>
    [120, 300].map((d): Case => ({ rows: 2000, heavy: 2, d, options: { method, rows: 2002 } })),
  );
  let measured: (one: Case) => Measured;
  beforeAll(async () => {
    measured = await measureAll(cases.flat());
  });

  it.each(cases.map((pair) => [pair[0].options.method, pair] as const))('%s says what it holds', (_, pair) => {
    for (const one of pair) {
      const { answer, numbers } = measured(one);
      expect(answer.floatsStored).toBeGreaterThanOrEqual(numbers);
      // Some methods do not use all of the buffer.
      expect(answer.floatsStored).toBeLessThan(1.3 * numbers + batchCapacity(one.d, 1));
    }
  });
});
