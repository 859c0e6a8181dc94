import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMatrix, readObject, readVector } from './instance-file.ts';

function fault(read: () => unknown): [argument: string, code: string, index?: number] {
  try {
    read();
  } catch (error) {
    const { argument, code, index } = error as { argument: string; code: string; index?: number };
    return index === undefined ? [argument, code] : [argument, code, index];
  }
  throw new Error('nothing was thrown');
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
/** JSON writes -0 as 0. */
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('readObject', () => {
  it('gives an object with known fields and names a field that is unknown', () => {
    expect(readObject({ a: 1 }, 'instance', ['a', 'b'])).toEqual({ a: 1 });
    expect(fault(() => readObject({ a: 1, c: 2 }, 'instance', ['a', 'b']))).toEqual(['c', 'unknown']);
    for (const other of [null, [], 'text', 3]) {
      expect(fault(() => readObject(other, 'instance', ['a']))).toEqual(['instance', 'type']);
    }
  });
});

describe('readVector', () => {
  it('reads what was written as JSON', () => {
    fc.assert(
      fc.property(fc.array(finite), (values) => {
        const read = readVector(throughJson(values), 'a');
        expect([...read]).toEqual(values.map((value) => value + 0));
      }),
    );
  });

  it('reads a .npy array of one axis', () => {
    const values = Float64Array.of(1, 2);
    expect(readVector({ shape: [2], values }, 'a')).toBe(values);
    expect(fault(() => readVector({ shape: [1, 2], values }, 'a'))).toEqual(['a', 'shape']);
  });

  it('names the first entry that is no number, and tells what JSON cannot write from other things', () => {
    expect(fault(() => readVector([1, null], 'a'))).toEqual(['a', 'not-finite', 1]);
    expect(fault(() => readVector([1, 2, 'NaN'], 'a'))).toEqual(['a', 'not-finite', 2]);
    expect(fault(() => readVector(['-Infinity'], 'a'))).toEqual(['a', 'not-finite', 0]);
    expect(fault(() => readVector([1, '2'], 'a'))).toEqual(['a', 'type', 1]);
    expect(fault(() => readVector([[1]], 'a'))).toEqual(['a', 'type', 0]);
  });

  it('rejects what is no list, also when it pretends to be a .npy array', () => {
    for (const other of [undefined, 5, 'a.npy', { shape: [1], values: [1] }, { shape: null, values: null }]) {
      expect(fault(() => readVector(other, 'a'))).toEqual(['a', 'type']);
    }
  });
});

describe('readMatrix', () => {
  it('reads a list of rows, an object and a .npy array alike', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(finite),
        (rows, cols, stream) => {
          const values = Float64Array.from(stream.take(rows * cols), (value) => value + 0);
          const nested = Array.from({ length: rows }, (_, i) => [...values.subarray(i * cols, (i + 1) * cols)]);
          const expected = { rows, cols, values };
          expect(readMatrix(throughJson(nested), 'cost')).toEqual(expected);
          expect(readMatrix(throughJson({ rows, cols, values: [...values] }), 'cost')).toEqual(expected);
          expect(readMatrix({ shape: [rows, cols], values }, 'cost')).toEqual(expected);
        },
      ),
    );
  });

  it('names the row or the entry at fault', () => {
    expect(fault(() => readMatrix([[1, 2], [3]], 'cost'))).toEqual(['cost', 'shape', 1]);
    expect(fault(() => readMatrix([[1, 2], 3], 'cost'))).toEqual(['cost', 'type', 1]);
    expect(
      fault(() =>
        readMatrix(
          [
            [1, 2],
            [3, null],
          ],
          'cost',
        ),
      ),
    ).toEqual(['cost', 'not-finite', 3]);
  });

  it('names the field at fault', () => {
    const values = [1, 2];
    expect(fault(() => readMatrix({ cols: 2, values }, 'cost'))).toEqual(['cost.rows', 'type']);
    expect(fault(() => readMatrix({ rows: '1', cols: 2, values }, 'cost'))).toEqual(['cost.rows', 'type']);
    expect(fault(() => readMatrix({ rows: 1, cols: 2 }, 'cost'))).toEqual(['cost.values', 'type']);
    expect(fault(() => readMatrix({ rows: 1, columns: 2, values }, 'cost'))).toEqual(['columns', 'unknown']);
    expect(fault(() => readMatrix({ shape: [2], values: Float64Array.of(1, 2) }, 'cost'))).toEqual(['cost', 'shape']);
    expect(fault(() => readMatrix(3, 'cost'))).toEqual(['cost', 'type']);
  });
});
