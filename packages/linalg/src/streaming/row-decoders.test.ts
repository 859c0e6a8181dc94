import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { DenseMatrix } from '../matrices.ts';
import { randomMatrix } from '../testing/matrices.ts';
import { rowsFromFloat64, rowsFromText } from './row-decoders.ts';
import { lightStream } from './streaming-instances.ts';
import { streamingTopEigenvector, streamingTopEigenvectorAsync } from './streaming-top-eigenvector.ts';

// Work that takes a second may take ten on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** Bytes in pieces of the given lengths, over and over, as a web stream. */
function pieces(bytes: Uint8Array, lengths: readonly number[]): ReadableStream<Uint8Array> {
  let [from, turn] = [0, 0];
  return new ReadableStream({
    pull(controller) {
      const to = Math.min(bytes.length, from + lengths[turn++ % lengths.length]);
      if (to > from) controller.enqueue(bytes.slice(from, to));
      from = to;
      if (from === bytes.length) controller.close();
    },
  });
}

async function gathered(matrices: AsyncIterable<DenseMatrix>): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const { rows: count, cols, values } of matrices) {
    expect(values.length).toBe(count * cols);
    for (let i = 0; i < count; i++) rows.push(Array.from(values.subarray(i * cols, (i + 1) * cols)));
  }
  return rows;
}

const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
const rowsOf = ({ rows, cols, values }: DenseMatrix): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * cols, (i + 1) * cols)));

test('rows of text and of doubles are what was written, wherever the bytes are cut', async () => {
  const shape = fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 6 }), fc.nat(1e6));
  await fc.assert(
    fc.asyncProperty(shape, lengths, fc.constantFrom(',', ';', ' ', '\t'), async ([n, d, seed], cuts, separator) => {
      const matrix = randomMatrix(n, d, seed);
      const expected = rowsOf(matrix);
      const text = expected.map((row) => row.join(separator)).join('\r\n');
      const written = new TextEncoder().encode(`names\n${text}\n\n`);
      const read = rowsFromText(pieces(written, cuts), { separator, hasHeader: true });
      expect(await gathered(read)).toEqual(expected);
      const bytes = new Uint8Array(matrix.values.buffer);
      expect(await gathered(rowsFromFloat64(pieces(bytes, cuts), d))).toEqual(expected);
    }),
  );
});

test('a stream from a file has the bits of the whole matrix, and is read in parts', async () => {
  const rows = lightStream({ n: 30_000, d: 10, R: 6 }, 1);
  const whole = streamingTopEigenvector(rows, { rows: rows.rows });
  const folder = mkdtempSync(join(tmpdir(), 'infimum-rows-'));
  try {
    const [doubles, text] = [join(folder, 'rows.bin'), join(folder, 'rows.csv')];
    writeFileSync(doubles, new Uint8Array(rows.values.buffer));
    writeFileSync(
      text,
      rowsOf(rows)
        .map((row) => row.join())
        .join('\n'),
    );
    for (const decoded of [() => rowsFromFloat64(createReadStream(doubles), 10), () => rowsFromText(createReadStream(text))]) {
      const answer = await streamingTopEigenvectorAsync(decoded(), { rows: rows.rows });
      expect(answer.vector).toEqual(whole.vector);
      expect(answer.floatsStored).toBe(whole.floatsStored);
      let [most, parts] = [0, 0];
      for await (const { values } of decoded()) {
        most = Math.max(most, values.length);
        parts++;
      }
      // Of text, as many more as the last chunk of the file brings.
      expect(most).toBeLessThan(8192 + 65_536 / 8);
      expect(parts).toBeGreaterThan(20);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('faults are named', async () => {
  const text = (lines: string) => gathered(rowsFromText([lines]));
  await expect(text('1,2\n3\n')).rejects.toMatchObject({ argument: 'chunks', code: 'shape', index: 2 });
  await expect(text('1,2\n3,x\n')).rejects.toThrow(/line 2 has an entry that is not a finite number/);
  await expect(text('1,,2\n')).rejects.toMatchObject({ code: 'type', index: 1 });
  await expect(text('1,2,\n')).rejects.toMatchObject({ code: 'type', index: 1 });
  await expect(text('1,inf\n')).rejects.toMatchObject({ code: 'not-finite', index: 1 });
  await expect(gathered(rowsFromText(['1'], { separator: '::' }))).rejects.toMatchObject({ argument: 'separator' });
  await expect(gathered(rowsFromFloat64([new Uint8Array(25)], 2))).rejects.toThrow(/9 of the 16 bytes of row 1/);
  await expect(gathered(rowsFromFloat64([], 0))).rejects.toMatchObject({ argument: 'dimension' });
  expect(await gathered(rowsFromFloat64([], 3))).toEqual([]);
});
