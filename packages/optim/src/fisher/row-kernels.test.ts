// Rows in 32 bits: all builds against plain sums, and the stores against each other.
import { Random } from '@infimum/core';
import type { KernelBuild } from '@infimum/linalg/kernels';
import { useKernels, Workspace } from '@infimum/linalg/kernels';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { inverseFisher } from './inverse-fisher.ts';
import { rowKernels } from './row-kernels.ts';
import { rowStore } from './row-store.ts';

const builds: readonly KernelBuild[] = ['reference', 'simd', 'relaxed-simd'];

afterEach(() => useKernels('auto'));

describe.each(builds)('rows in 32 bits, build %s', (build) => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 21 }),
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 0, max: 3 }),
    fc.nat(1000),
  );

  it('have the products of plain sums', () => {
    useKernels(build);
    fc.assert(
      fc.property(sizes, ([m, d, gap, seed]) => {
        const [stride, tiles] = [d + gap, 8 * Math.ceil(m / 8)];
        const random = new Random(seed);
        using workspace = Workspace.for({ float32: [m * stride, 128 * tiles], float64: [d, m, d, m, tiles * tiles] });
        const rows = random.normals(workspace.float32(m * stride));
        const panel = workspace.float32(128 * tiles);
        const x = random.normals(workspace.float64(d));
        const factors = random.normals(workspace.float64(m));
        const combined = random.normals(workspace.float64(d));
        const [dots, gram] = [workspace.float64(m), workspace.float64(tiles * tiles)];
        const kernels = workspace.kernels(rowKernels);
        const before = combined.slice();
        const from = Math.min(2, m - 1);
        kernels.dots32(from, m, d, rows.byteOffset, stride, x.byteOffset, dots.byteOffset);
        kernels.combine32(m, d, rows.byteOffset, stride, factors.byteOffset, combined.byteOffset);
        kernels.gram32(m, d, rows.byteOffset, stride, gram.byteOffset, panel.byteOffset);
        const entry = (i: number, k: number) => rows[i * stride + k];
        const [dotErrors, gramErrors, combinedErrors] = [[0], [0], [0]];
        for (let i = 0; i < m; i++) {
          let dot = 0;
          for (let k = 0; k < d; k++) dot += entry(i, k) * x[k];
          dotErrors.push(Math.abs(dots[i] - (i < from ? 0 : dot)));
          for (let j = 0; j <= i; j++) {
            let product = 0;
            for (let k = 0; k < d; k++) product += entry(i, k) * entry(j, k);
            gramErrors.push(Math.abs(gram[i * tiles + j] - product));
          }
        }
        for (let k = 0; k < d; k++) {
          let sum = before[k];
          for (let i = 0; i < m; i++) sum += factors[i] * entry(i, k);
          combinedErrors.push(Math.abs(combined[k] - sum));
        }
        expect(Math.max(...dotErrors)).toBeLessThan(0.5e-10);
        expect(Math.max(...gramErrors)).toBeLessThan(1e-6 * (d + 10));
        expect(Math.max(...combinedErrors)).toBeLessThan(0.5e-10);
      }),
      { numRuns: 60 },
    );
  });
});

describe('stores of rows', () => {
  it.each(['float64', 'float32'] as const)('with and without a memory of their own are the same, in %s', (precision) => {
    // From 2^18 entries on they have one: a store of all columns, beside one for each third of them.
    const [m, d] = [37, 9001];
    const random = new Random(6);
    const whole = rowStore(m, d, precision);
    random.normals(whole.rows as Float64Array);
    const pieces = [0, 3000, 6000].map((from) => {
      const width = from < 6000 ? 3000 : d - from;
      const store = rowStore(m, width, precision);
      for (let i = 0; i < m; i++) store.rows.set(whole.rows.subarray(i * d + from, i * d + from + width), i * width);
      return { store, from, width };
    });
    const [x, out] = [random.normals(new Float64Array(d)), random.normals(new Float64Array(d))];
    const factors = random.normals(new Float64Array(m));
    const all = { at: 0, width: d, from: 0 };
    const [dots, parts, other] = [new Float64Array(m), new Float64Array(m), out.slice()];
    const gram = new Float64Array(m * m);
    whole.dots(all, 3, m, x, dots);
    whole.combine(all, 3, m, factors, out);
    for (const { store, from, width } of pieces) {
      const sums = new Float64Array(m);
      store.dots({ at: 0, width, from }, 3, m, x, sums);
      store.combine({ at: 0, width, from }, 3, m, factors, other);
      sums.forEach((sum, i) => {
        parts[i] += sum;
      });
      store.gram().forEach((product, k) => {
        gram[k] += product;
      });
    }
    const apart = (a: Float64Array, b: Float64Array) => Math.max(...a.map((value, k) => Math.abs(value - b[k])));
    expect(apart(dots, parts)).toBeLessThan(0.5e-9);
    expect(apart(out, other)).toBeLessThan(0.5e-11);
    const tolerance = precision === 'float64' ? 1e-9 : 1e-2;
    expect(apart(whole.gram(), gram)).toBeLessThan(tolerance);
  });
});

describe('the inverse of a sum of squares of many long gradients', () => {
  const [m, d] = [20, 14_000];
  const gradients = { rows: m, cols: d, values: new Random(7).normals(new Float32Array(m * d)) };
  const x = new Random(8).normals(new Float64Array(d));

  /** How far F (F^-1 x) is from x, by plain products. */
  const residual = (y: Float64Array, damping: number) => {
    const back = y.map((value) => damping * value);
    for (let i = 0; i < m; i++) {
      const row = gradients.values.subarray(i * d, (i + 1) * d);
      let dot = 0;
      for (let k = 0; k < d; k++) dot += row[k] * y[k];
      for (let k = 0; k < d; k++) back[k] += (dot / m) * row[k];
    }
    return Math.hypot(...back.map((value, k) => value - x[k])) / Math.hypot(...x);
  };

  it.each([
    ['by the recursion, in pages of eight', {}, 1e-9],
    ['by the recursion, in pages of five', { pages: 4 }, 1e-9],
    ['by Cholesky', { factorization: 'cholesky' }, 1e-9],
    // The inner products are off by 1e-7 of the squared lengths, and the residual by what that is to m damping.
    ['by Cholesky in 32 bits', { factorization: 'cholesky', precision: 'float32' }, 1e-4],
  ] as const)('multiplied with it gives back the vector: %s', (_, options, tolerance) => {
    const y = new Float64Array(d);
    inverseFisher(gradients, { damping: 1, ...options }).multiply(x, y);
    expect(residual(y, 1)).toBeLessThan(tolerance);
  });

  it('names what is not finite, and what its squares do to it', () => {
    const spoiled = (value: number) => {
      const values = gradients.values.slice();
      values[d + 5] = value;
      return () => inverseFisher({ ...gradients, values }, { factorization: 'cholesky', precision: 'float32' });
    };
    expect(spoiled(Number.NaN)).toThrow(expect.objectContaining({ argument: 'gradients', index: d + 5 }));
    expect(spoiled(Infinity)).toThrow(expect.objectContaining({ argument: 'gradients', index: d + 5 }));
    expect(spoiled(1e30)).toThrow(expect.objectContaining({ argument: 'gradients', index: d }));
    expect(() => inverseFisher(gradients, { precision: 'float32' })).toThrow(
      expect.objectContaining({ argument: 'precision' }),
    );
  });
});
