import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layout, scratch } from './layout.ts';
import { GEMM_SCRATCH } from './linalg-kernels.ts';
import { matrixPlace, placedGram, placedProduct, transposedPlace } from './matrix-places.ts';

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 210 }),
  cols: fc.integer({ min: 1, max: 20 }),
  inner: fc.integer({ min: 1, max: 20 }),
  spare: fc.integer({ min: 0, max: 3 }),
  first: fc.integer({ min: 0, max: 5 }),
  threads: fc.constantFrom(1, 2),
  alpha: fc.constantFrom(undefined, -1, 0.5),
  beta: fc.constantFrom(undefined, 1),
  isTransposed: fc.boolean(),
});

/** Small integers, so that every sum is exact, whatever its order. */
function numbers(length: number, step: number): Float64Array {
  return Float64Array.from({ length }, (_, k) => ((k * step) % 17) - 8);
}

test('a product by names is the sum of its terms, on blocks of larger arrays, transposed, and on threads', () => {
  fc.assert(
    fc.property(shapes, ({ rows, cols, inner, spare, first, threads, alpha, beta, isTransposed }) => {
      const [strideB, strideC] = [cols + spare, cols + spare];
      const strideA = (isTransposed ? rows : inner) + spare;
      const before = numbers(first + rows * strideC, 5);
      using memory = layout(
        {
          a: numbers(first + (isTransposed ? inner : rows) * strideA, 3),
          b: numbers(first + inner * strideB, 7),
          c: before,
          room: scratch(threads * GEMM_SCRATCH),
        },
        { threads },
      );
      const { workspace, a, b, c, room } = memory;
      const placeA = matrixPlace(a, strideA, first);
      placedProduct(workspace, {
        rows,
        cols,
        inner,
        a: isTransposed ? transposedPlace(placeA) : placeA,
        b: matrixPlace(b, strideB, first),
        c: matrixPlace(c, strideC, first),
        ...(alpha !== undefined && { alpha }),
        ...(beta !== undefined && { beta }),
        scratch: room,
      });
      const expected = before.slice();
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) {
          let sum = 0;
          for (let k = 0; k < inner; k++) {
            const left = isTransposed ? a[first + k * strideA + i] : a[first + i * strideA + k];
            sum += left * b[first + k * strideB + j];
          }
          const at = first + i * strideC + j;
          expected[at] = (alpha ?? 1) * sum + (beta ?? 0) * before[at] + 0;
        }
      }
      expect(c.map((value) => value + 0)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('inner products of rows by names are those of a product with the transposed matrix, below the diagonal', () => {
  fc.assert(
    fc.property(shapes, ({ rows, inner, spare, threads, alpha, beta, isTransposed }) => {
      const stride = (isTransposed ? rows : inner) + spare;
      using memory = layout(
        {
          a: numbers((isTransposed ? inner : rows) * stride, 3),
          ofProduct: numbers(rows * rows, 5),
          ofGram: numbers(rows * rows, 5),
          room: scratch(threads * GEMM_SCRATCH),
        },
        { threads },
      );
      const { workspace, ofProduct, ofGram, room } = memory;
      const place = matrixPlace(memory.a, stride);
      const a = isTransposed ? transposedPlace(place) : place;
      const factors = { ...(alpha !== undefined && { alpha }), ...(beta !== undefined && { beta }) };
      const sizes = { rows, inner, a, ...factors, scratch: room.byteOffset };
      placedProduct(workspace, { ...sizes, cols: rows, b: transposedPlace(a), c: matrixPlace(ofProduct, rows) });
      placedGram(workspace, { ...sizes, c: matrixPlace(ofGram, rows), block: 32 });
      const below = (values: Float64Array) => values.filter((_, k) => k % rows <= Math.floor(k / rows));
      expect(below(ofGram)).toEqual(below(ofProduct));
    }),
    { numRuns: 60 },
  );
});
