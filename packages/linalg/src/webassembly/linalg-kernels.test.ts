import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builds, describeBuilds } from '../testing/builds.ts';
import { exactDot } from '../testing/exact.ts';
import { useKernels } from './kernel-module.ts';
import type { LinalgKernels } from './linalg-kernels.ts';
import { GEMM_SCRATCH, linalgKernels } from './linalg-kernels.ts';
import { Workspace } from './workspace.ts';

// Sizes around every group that a kernel handles at once: pairs, fours, sixes, eights, and a chunk of 1024.
const size = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(31, 64, 101));
const seed = fc.nat(1_000_000);

function normals(length: number, seed: number): Float64Array {
  return new Random(seed).normals(new Float64Array(length));
}

/** Calls the kernels on copies of the arrays, given by offset, and returns the arrays afterwards. */
function call(
  arrays: readonly ArrayLike<number>[],
  use: (kernels: LinalgKernels, ...offsets: number[]) => void,
): Float64Array[] {
  using workspace = Workspace.for({ float64: arrays.map(({ length }) => length) });
  const copies = arrays.map((array) => workspace.float64From(array));
  use(workspace.kernels(linalgKernels), ...copies.map(({ byteOffset }) => byteOffset));
  return copies.map((copy) => copy.slice());
}

const zeros = (length: number): number[] => new Array<number>(length).fill(0);

/** The largest |x_i - y_i|, scaled by what an exact sum of terms of the given size may differ by. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let apart = 0;
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] !== expected[i]) apart = Math.max(apart, Math.abs(actual[i] - expected[i]));
  }
  expect(apart).toBeLessThanOrEqual(tolerance);
}

/** |x| . |y| times a bound of the relative error of n operations. */
function dotTolerance(x: Float64Array, y: Float64Array): number {
  return (x.length + 2) * Number.EPSILON * x.reduce((sum, value, i) => sum + Math.abs(value * y[i]), 0);
}

const column = (matrix: Float64Array, cols: number, j: number): Float64Array =>
  Float64Array.from({ length: matrix.length / cols }, (_, i) => matrix[i * cols + j]);

describeBuilds('vectors', () => {
  test('dot is the exact inner product up to rounding', () => {
    fc.assert(
      fc.property(size, seed, (n, seed) => {
        const [x, y] = [normals(n, seed), normals(n, seed + 1)];
        let result = 0;
        call([x, y], ({ dot }, x, y) => {
          result = dot(n, x, y);
        });
        expectClose([result], [exactDot(x, y)], dotTolerance(x, y));
      }),
    );
  });

  test('axpy and scal do to every entry what they say', () => {
    fc.assert(
      fc.property(size, seed, fc.double({ min: -10, max: 10, noNaN: true }), (n, seed, alpha) => {
        const [x, y] = [normals(n, seed), normals(n, seed + 1)];
        const [, sum] = call([x, y], ({ axpy }, x, y) => axpy(n, alpha, x, y));
        expectClose(
          sum,
          y.map((value, i) => value + alpha * x[i]),
          1e-14,
        );
        const [scaled] = call([x], ({ scal }, x) => scal(n, alpha, x));
        expectClose(
          scaled,
          x.map((value) => alpha * value),
          0,
        );
      }),
    );
  });

  test.each([1e-320, 1e-200, 1e-160, 1e-140, 1, 1e150, 1e200, 1e307])('nrm2 keeps its accuracy at %f', (factor) => {
    for (const n of [1, 2, 7, 8, 65]) {
      const whole = Float64Array.from({ length: n }, (_, i) => i + 1);
      const exactNorm = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 6);
      const x = whole.map((value) => value * factor);
      if (!Number.isFinite(exactNorm * factor)) continue;
      let norm = 0;
      call([x], ({ nrm2 }, x) => {
        norm = nrm2(n, x);
      });
      // Denormal entries have few digits of their own.
      const tolerance = factor < 1e-300 ? 1e-3 : 1e-15 * n;
      expect(Math.abs(norm / factor / exactNorm - 1)).toBeLessThanOrEqual(tolerance);
    }
  });

  test('nrm2 of nothing, zeros, Infinity and NaN', () => {
    const norm = (values: number[]): number => {
      let result = -1;
      call([values], ({ nrm2 }, x) => {
        result = nrm2(values.length, x);
      });
      return result;
    };
    expect(norm([])).toBe(0);
    expect(norm([0, -0, 0])).toBe(0);
    expect(norm([1, -Infinity, 2])).toBe(Infinity);
    expect(norm([1, Number.NaN, 2])).toBeNaN();
    expect(norm([3e-200, 4e-200])).toBe(5e-200);
  });
});

describeBuilds('dense matrix times vector', () => {
  test('is the exact product up to rounding', () => {
    fc.assert(
      fc.property(size, size, seed, (rows, cols, seed) => {
        const a = normals(rows * cols, seed);
        const x = normals(cols, seed + 1);
        const z = normals(rows, seed + 2);
        const [, , y] = call([a, x, zeros(rows)], ({ gemv }, a, x, y) => gemv(0, rows, cols, a, x, y));
        for (let i = 0; i < rows; i++) {
          const row = a.subarray(i * cols, (i + 1) * cols);
          expectClose([y[i]], [exactDot(row, x)], dotTolerance(row, x));
        }
        const [, , w] = call([a, z, zeros(cols)], ({ gemvTransposed }, a, z, w) =>
          gemvTransposed(0, cols, rows, cols, a, z, w),
        );
        for (let j = 0; j < cols; j++) {
          const entries = column(a, cols, j);
          expectClose([w[j]], [exactDot(entries, z)], dotTolerance(entries, z));
        }
      }),
      { numRuns: 30 },
    );
  });
});

describeBuilds('matrix products', () => {
  // Beyond one tile, one block of rows (96), of the inner dimension (256) and of columns (512).
  const shapes = [
    [0, 3, 2],
    [3, 0, 2],
    [2, 3, 0],
    [1, 1, 1],
    [4, 4, 4],
    [5, 7, 6],
    [13, 2, 9],
    [99, 3, 5],
    [7, 5, 259],
    [6, 515, 3],
    [101, 66, 258],
  ];

  test.each(shapes)('gemm of %i x %i with inner dimension %i', (rows, cols, inner) => {
    for (const [aTransposed, bTransposed, alpha, beta] of [
      [false, false, 1, 0],
      [true, false, -0.5, 1],
      [false, true, 2, 0.25],
      [true, true, 1, -1],
    ] as const) {
      const a = normals(rows * inner, 1);
      const b = normals(inner * cols, 2);
      const c = normals(rows * cols, 3);
      const [aRow, aCol] = aTransposed ? [1, rows] : [inner, 1];
      const [bRow, bCol] = bTransposed ? [1, inner] : [cols, 1];
      const [, , product] = call([a, b, c, zeros(GEMM_SCRATCH)], ({ gemm }, a, b, c, scratch) =>
        gemm(0, rows, cols, inner, alpha, a, aRow, aCol, b, bRow, bCol, beta, c, cols, scratch),
      );
      const expected = c.map((value, place) => {
        const [i, j] = [Math.floor(place / cols), place % cols];
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += a[i * aRow + k * aCol] * b[k * bRow + j * bCol];
        return alpha * sum + beta * value;
      });
      expectClose(product, expected, 1e-13 * Math.sqrt(inner + 1));
    }
  });

  test.each(shapes.map(([rows, , inner]) => [rows, inner]))('syrk of size %i with inner dimension %i', (n, inner) => {
    for (const transposed of [false, true]) {
      const a = normals(n * inner, 1);
      const c = normals(n * n, 2);
      const [aRow, aCol] = transposed ? [1, n] : [inner, 1];
      const [, result] = call([a, c, zeros(GEMM_SCRATCH)], ({ syrk }, a, c, scratch) =>
        syrk(0, n, inner, 2, a, aRow, aCol, -1, c, n, scratch),
      );
      const expected = c.map((value, place) => {
        const [i, j] = [Math.floor(place / n), place % n];
        if (j > i) return value;
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += a[i * aRow + k * aCol] * a[j * aRow + k * aCol];
        return 2 * sum - value;
      });
      expectClose(result, expected, 1e-13 * Math.sqrt(inner + 1));
    }
  });

  test('gemm with beta = 0 does not read what was there', () => {
    const [, , c] = call([[2], [3], [Number.NaN], zeros(GEMM_SCRATCH)], ({ gemm }, a, b, c, scratch) =>
      gemm(0, 1, 1, 1, 1, a, 1, 1, b, 1, 1, 0, c, 1, scratch),
    );
    expect(c[0]).toBe(6);
  });
});

/** log sum exp of the terms, by the largest one and a compensated sum. */
function logSumExp(terms: readonly number[]): number {
  const largest = Math.max(...terms);
  if (largest === -Infinity) return largest;
  let sum = 0;
  let lost = 0;
  for (const term of terms) {
    const value = Math.exp(term - largest);
    const next = sum + value;
    lost += sum >= value ? sum - next + value : value - next + sum;
    sum = next;
  }
  return largest + Math.log(sum + lost);
}

describeBuilds('log-sum-exp', () => {
  const shape = fc.tuple(
    fc.oneof({ arbitrary: size, weight: 4 }, fc.constantFrom(1023, 2051)),
    fc.integer({ min: 0, max: 18 }),
  );
  const scales = fc.constantFrom(1e-3, 1, 30, 1e3, 1e6);

  test('over rows and columns, for every scale, with dropped entries', () => {
    fc.assert(
      fc.property(shape, fc.boolean(), scales, seed, fc.constantFrom(0, 0.2, 0.9, 1), (shape, wide, scale, seed, drop) => {
        const [rows, cols] = wide ? [shape[1], shape[0]] : shape;
        const random = new Random(seed);
        const m = random.uniforms(new Float64Array(rows * cols));
        const shift = (length: number): Float64Array =>
          random.normals(new Float64Array(length)).map((value) => (random.uniform() < drop ? -Infinity : value));
        const [f, g] = [shift(rows), shift(cols)];
        const [, , byRow] = call([m, g, zeros(rows)], ({ logSumExpRows }, m, g, out) =>
          logSumExpRows(0, rows, cols, scale, g, m, out),
        );
        const [, , byColumn] = call([m, f, zeros(cols), zeros(cols)], ({ logSumExpColumns }, m, f, out, sums) =>
          logSumExpColumns(0, cols, rows, cols, scale, f, m, out, sums),
        );
        const tolerance = 1e-14 + 10 * scale * Number.EPSILON;
        const term = (shift: number, entry: number): number => scale * (shift - entry);
        const rowTruth = Array.from({ length: rows }, (_, i) =>
          logSumExp(Array.from(g, (shift, j) => term(shift, m[i * cols + j]))),
        );
        expectClose(byRow, rowTruth, tolerance);
        const columnTruth = Array.from({ length: cols }, (_, j) =>
          logSumExp(Array.from(f, (shift, i) => term(shift, m[i * cols + j]))),
        );
        expectClose(byColumn, columnTruth, tolerance);
      }),
      { numRuns: 40 },
    );
  });

  test('plain, over rows and columns, up to the largest numbers', () => {
    fc.assert(
      fc.property(shape, fc.boolean(), fc.constantFrom(1, 100, 1e300), seed, (shape, wide, factor, seed) => {
        const [rows, cols] = wide ? [shape[1], shape[0]] : shape;
        const m = normals(rows * cols, seed).map((value) => factor * value);
        const [, byRow] = call([m, zeros(rows)], ({ plainLogSumExpRows }, m, out) => plainLogSumExpRows(0, rows, cols, m, out));
        const [, byColumn] = call([m, zeros(cols), zeros(cols)], ({ plainLogSumExpColumns }, m, out, sums) =>
          plainLogSumExpColumns(0, cols, rows, cols, m, out, sums),
        );
        const rowTruth = Array.from({ length: rows }, (_, i) => logSumExp(Array.from(m.subarray(i * cols, (i + 1) * cols))));
        expectClose(byRow, rowTruth, 1e-14 + 10 * factor * Number.EPSILON);
        const columnTruth = Array.from({ length: cols }, (_, j) => logSumExp(Array.from(column(m, cols, j))));
        expectClose(byColumn, columnTruth, 1e-14 + 10 * factor * Number.EPSILON);
      }),
      { numRuns: 40 },
    );
  });

  test('forbidden pairs (an infinite cost) vanish', () => {
    const m = [Infinity, 1, Infinity, Infinity];
    const [, , rows] = call([m, [0, 0], [0, 0]], ({ logSumExpRows }, m, g, out) => logSumExpRows(0, 2, 2, 1, g, m, out));
    expect(Array.from(rows)).toEqual([-1, -Infinity]);
  });

  test('terms at the edge of what is skipped do not move the sum by more than rounding does', () => {
    // n - 1 terms of 2^-k each and then one of 1, so that none is lost in being added to a larger one: the sum
    // is 1 + (n - 1) 2^-k, but for the rounding of the last additions.
    const n = 1024;
    for (let k = 50; k <= 75; k++) {
      const terms = new Float64Array(n).fill(-k * Math.LN2);
      terms[n - 1] = 0;
      const truth = Math.log1p((n - 1) * 2 ** -k);
      const [, byRow] = call([terms, [0]], ({ plainLogSumExpRows }, m, out) => plainLogSumExpRows(0, 1, n, m, out));
      expect(Math.abs(byRow[0] - truth)).toBeLessThanOrEqual(3 * 2 ** -52);
      const [, byColumn] = call([terms, [0], [0]], ({ plainLogSumExpColumns }, m, out, sums) =>
        plainLogSumExpColumns(0, 1, n, 1, m, out, sums),
      );
      expect(Math.abs(byColumn[0] - truth)).toBeLessThanOrEqual(3 * 2 ** -52);
    }
  });

  test('NaN does not vanish', () => {
    for (let place = 0; place < 11; place++) {
      const m = new Float64Array(11).fill(1);
      m[place] = Number.NaN;
      const [, byRow] = call([m, [0]], ({ plainLogSumExpRows }, m, out) => plainLogSumExpRows(0, 1, 11, m, out));
      expect(byRow[0]).toBeNaN();
    }
  });
});

/** A sparse matrix with sorted rows, and the same dense. */
function sparse(rows: number, cols: number, density: number, seed: number) {
  const random = new Random(seed);
  const dense = new Float64Array(rows * cols).map(() => (random.uniform() < density ? random.normal() : 0));
  const pointers = [0];
  const indices: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) if (dense[i * cols + j] !== 0) indices.push(i * cols + j);
    pointers.push(indices.length);
  }
  return {
    dense,
    pointers: Int32Array.from(pointers),
    indices: Int32Array.from(indices, (place) => place % cols),
    values: Float64Array.from(indices, (place) => dense[place]),
  };
}

/** The product of a sparse matrix, over the ranges between the cuts. */
function sparseProduct(
  { pointers, indices, values }: ReturnType<typeof sparse>,
  x: Float64Array,
  rows: number,
  cuts: number[],
) {
  using workspace = Workspace.for({ float64: [values.length, x.length, rows], int32: [rows + 1, indices.length] });
  const [p, c] = [pointers, indices].map((array) => workspace.int32From(array).byteOffset);
  const [v, at] = [values, x].map((array) => workspace.float64From(array).byteOffset);
  const y = workspace.float64(rows);
  const { csrGemv } = workspace.kernels(linalgKernels);
  for (const [from, to] of ranges(cuts, rows)) csrGemv(from, to, p, c, v, at, y.byteOffset);
  return y.slice();
}

/** The ranges between sorted cuts. */
function ranges(cuts: readonly number[], size: number): [number, number][] {
  const edges = [0, ...cuts.filter((cut) => cut <= size).sort((a, b) => a - b), size];
  return edges.slice(1).map((to, k) => [edges[k], to]);
}

describeBuilds('sparse matrix times vector', () => {
  test('is the exact product up to rounding', () => {
    fc.assert(
      fc.property(size, size, seed, fc.constantFrom(0, 0.1, 0.5, 1), (rows, cols, seed, density) => {
        const matrix = sparse(rows, cols, density, seed);
        const x = normals(cols, seed + 1);
        const y = sparseProduct(matrix, x, rows, []);
        for (let i = 0; i < rows; i++) {
          const row = matrix.dense.subarray(i * cols, (i + 1) * cols);
          expectClose([y[i]], [exactDot(row, x)], dotTolerance(row, x));
        }
      }),
      { numRuns: 30 },
    );
  });
});

describeBuilds('any split of the range', () => {
  const cuts = fc.array(fc.nat(101), { maxLength: 5 });

  test('gives the same bits', () => {
    fc.assert(
      fc.property(size, size, seed, cuts, cuts, (rows, cols, seed, rowCuts, columnCuts) => {
        const m = normals(rows * cols, seed);
        const [f, g] = [normals(rows, seed + 1), normals(cols, seed + 2)];
        const inner = Math.min(cols, 5);
        const results = (rowRanges: [number, number][], columnRanges: [number, number][]) => {
          const [, , , y, w, r, s, , c] = call(
            [m, f, g, ...[rows, cols, rows, cols, cols, rows * rows, GEMM_SCRATCH].map(zeros)],
            (kernels, m, f, g, y, w, r, s, sums, c, scratch) => {
              for (const [from, to] of rowRanges) {
                kernels.gemv(from, to, cols, m, g, y);
                kernels.logSumExpRows(from, to, cols, 10, g, m, r);
                kernels.syrk(from, to, inner, 1, m, cols, 1, 0, c, rows, scratch);
              }
              for (const [from, to] of columnRanges) {
                kernels.gemvTransposed(from, to, rows, cols, m, f, w);
                kernels.logSumExpColumns(from, to, rows, cols, 10, f, m, s, sums);
              }
            },
          );
          return [y, w, r, s, c];
        };
        const whole = results([[0, rows]], [[0, cols]]);
        expect(results(ranges(rowCuts, rows), ranges(columnCuts, cols))).toEqual(whole);

        const matrix = sparse(rows, cols, 0.3, seed);
        expect(sparseProduct(matrix, g, rows, rowCuts)).toEqual(sparseProduct(matrix, g, rows, []));
      }),
      { numRuns: 40 },
    );
  });
});

describe('small triangular kernels', () => {
  test('factor and substitute alike in all builds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 9 }), seed, (n, rows, seed) => {
        const root = normals(n * n, seed);
        const a = Float64Array.from({ length: n * n }, (_, place) => {
          const [i, j] = [Math.floor(place / n), place % n];
          return exactDot(root.subarray(i * n, (i + 1) * n), root.subarray(j * n, (j + 1) * n)) + (i === j ? n : 0);
        });
        const b = normals(rows * n, seed + 1);
        const results = builds.map((build) => {
          useKernels(build);
          let pivot = 0;
          const result = call([a, b], ({ choleskyBlock, solveLowerRows }, a, b) => {
            pivot = choleskyBlock(n, a, n);
            solveLowerRows(0, rows, n, a, n, b, n);
          });
          expect(pivot).toBe(-1);
          return result;
        });
        useKernels('auto');
        for (const [factor, solution] of results) {
          expectClose(factor, results[2][0], 1e-11);
          expectClose(solution, results[2][1], 1e-11);
        }
      }),
      { numRuns: 30 },
    );
  });
});
