import { expect, test } from 'vitest';
import { blockKernel, runBlocks } from './block-kernel.ts';
import { bytes, float32, int32, layout, scratch } from './layout.ts';
import { linalgKernels } from './linalg-kernels.ts';

test('a layout has arrays of their lengths and types, zero or copied, apart and aligned, and no room for more', () => {
  const given = { weights: Float64Array.of(1, 2, 3), places: Int32Array.of(4, 5), small: Float32Array.of(0.5) };
  for (let round = 0; round < 3; round++) {
    const { workspace, ...arrays } = layout(
      { ...given, x: 5, empty: 0, counts: int32(7), room: scratch(9) },
      { extra: { float64: [11], int32: [2] } },
    );
    expect(Object.entries(arrays).map(([name, { length }]) => `${name} ${length}`)).toEqual([
      'weights 3',
      'places 2',
      'small 1',
      'x 5',
      'empty 0',
      'counts 7',
      'room 9',
    ]);
    expect(Array.from(arrays.weights)).toEqual([1, 2, 3]);
    expect(Array.from(arrays.places)).toEqual([4, 5]);
    expect(Array.from(arrays.small)).toEqual([0.5]);
    expect(arrays.x.every((value) => value === 0) && arrays.counts.every((value) => value === 0)).toBe(true);
    expect(arrays.counts).toBeInstanceOf(Int32Array);
    const all = [...Object.values(arrays), workspace.float64(11), workspace.int32(2)];
    all.forEach((array, k) => void array.fill(k + 1));
    all.forEach((array, k) => {
      expect(array.byteOffset % 64).toBe(0);
      expect(array.every((value: number) => value === k + 1)).toBe(true);
    });
    workspace.release();
  }
});

test('a list of plans becomes a list of arrays, and bytes are bytes', () => {
  for (let round = 0; round < 3; round++) {
    using memory = layout({ text: bytes(13), rooms: [3, Int32Array.of(7, 8), bytes(5), float32(2)], none: [] });
    const [zeros, copied, small, singles] = memory.rooms;
    const all = [memory.text, zeros, copied, small, singles];
    expect(all.map((array) => array.constructor.name)).toEqual([
      'Uint8Array',
      'Float64Array',
      'Int32Array',
      'Uint8Array',
      'Float32Array',
    ]);
    expect(all.map((array) => Array.from(array))).toEqual([new Array(13).fill(0), [0, 0, 0], [7, 8], [0, 0, 0, 0, 0], [0, 0]]);
    expect(memory.none).toEqual([]);
    all.forEach((array, k) => void array.fill(k + 1));
    all.forEach((array, k) => {
      expect(array.byteOffset % 64).toBe(0);
      expect(array.every((value: number) => value === k + 1)).toBe(true);
    });
  }
});

test('a kernel takes its arguments by name, in any order, and what depends on the block by a function', () => {
  const gemv = blockKernel(linalgKernels, 'gemv', ['cols', 'matrix', 'x', 'y']);
  const [rows, cols] = [37, 11];
  for (const threads of [1, 2]) {
    const values = Float64Array.from({ length: rows * cols }, (_, k) => Math.sin(k));
    const vector = Float64Array.from({ length: cols }, (_, k) => k - 5);
    const { workspace, matrix, x, y } = layout({ y: rows, x: vector, matrix: values }, { threads });
    const seen = new Set<number>();
    const out = (from: number) => {
      seen.add(from);
      return y.byteOffset;
    };
    runBlocks(workspace, gemv, { items: rows, block: 8 }, { y: out, x, matrix, cols });
    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 8, 16, 24, 32]);
    for (let i = 0; i < rows; i++) {
      const sum = vector.reduce((total, value, j) => total + value * values[i * cols + j], 0);
      expect(y[i]).toBeCloseTo(sum, 12);
    }
    workspace.release();
  }
});
