import { useKernels, Workspace } from '@infimum/linalg/kernels';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { transportKernels } from './kernels.ts';

afterEach(() => useKernels('auto'));

const builds = ['reference', 'simd', 'relaxed-simd'] as const;
const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 21 }), fc.integer({ min: 0, max: 9999 }));
const noise = (length: number, salt: number, scale: number) =>
  Float64Array.from({ length }, (_, k) => scale * Math.sin(12.9898 * (k + 1) + salt));

describe.each(builds)('the %s build', (build) => {
  it('computes plans and marginals like a plain loop', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0.1, max: 1100, noNaN: true }), ([n, m, salt], scale) => {
        useKernels(build);
        using workspace = Workspace.for({ float64: [n * m, n, m, n * m, n, m] });
        const cost = workspace.float64From(noise(n * m, salt, 1).map((value) => value + 1));
        const x = workspace.float64From(noise(n, salt + 1, 0.3));
        const y = workspace.float64From(noise(m, salt + 2, 0.3));
        const plan = workspace.float64(n * m);
        const rowSums = workspace.float64(n);
        const columnSums = workspace.float64(m);
        const { gibbs } = workspace.kernels(transportKernels);
        const at = (view: Float64Array) => view.byteOffset;
        gibbs(0, n, m, at(cost), at(x), at(y), scale, at(plan), at(rowSums), at(columnSums));
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < m; j++) {
            const exponent = scale * (x[i] + y[j] - cost[i * m + j]);
            const expected = exponent < -700 ? 0 : Math.exp(Math.min(708, exponent));
            expect(Math.abs(plan[i * m + j] - expected)).toBeLessThanOrEqual(1e-15 * expected * Math.max(1, scale));
            sum += plan[i * m + j];
          }
          expect(Math.abs(rowSums[i] - sum)).toBeLessThanOrEqual(1e-14 * sum);
        }
        for (let j = 0; j < m; j++) {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += plan[i * m + j];
          expect(Math.abs(columnSums[j] - sum)).toBeLessThanOrEqual(1e-14 * sum);
        }
      }),
    );
  });

  it('sweeps scalings like a plain loop', () => {
    fc.assert(
      fc.property(sizes, ([n, m, salt]) => {
        useKernels(build);
        using workspace = Workspace.for({ float64: [n * m, n, m, n, n, m] });
        const kernel = workspace.float64From(noise(n * m, salt, 0.5).map((value) => value + 0.6));
        const a = workspace.float64From(noise(n, salt + 1, 0.5).map((value) => value + 0.6));
        const v = workspace.float64From(noise(m, salt + 2, 0.5).map((value) => value + 0.6));
        const u = workspace.float64From(noise(n, salt + 3, 0.5).map((value) => value + 0.6));
        const rowSums = workspace.float64(n);
        const columnSums = workspace.float64(m);
        const old = u.slice();
        const { scalingSweep } = workspace.kernels(transportKernels);
        const at = (view: Float64Array) => view.byteOffset;
        scalingSweep(0, n, m, at(kernel), at(a), at(v), at(u), at(rowSums), at(columnSums));
        const expectedSums = new Float64Array(m);
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < m; j++) sum += kernel[i * m + j] * v[j];
          expect(rowSums[i]).toBeCloseTo(old[i] * sum, 12);
          expect(u[i] * sum).toBeCloseTo(a[i], 12);
          for (let j = 0; j < m; j++) expectedSums[j] += (a[i] / sum) * kernel[i * m + j];
        }
        for (let j = 0; j < m; j++) expect(columnSums[j]).toBeCloseTo(expectedSums[j], 11);
      }),
    );
  });

  it.each(['scaledUpdate', 'quotientUpdate'] as const)('multiplies like a plain loop, %s', (name) => {
    fc.assert(
      fc.property(sizes, ([n, m, salt]) => {
        useKernels(build);
        using workspace = Workspace.for({ float64: [n * m, n * m, n, m, n, m, 2] });
        // Zeros among the masses, and some so small that they vanish.
        const before = noise(n * m, salt, 1).map((value) => (value > 0.9 ? 2e-290 : Math.max(0, value)));
        const plan = workspace.float64From(before);
        const factors = workspace.float64From(noise(n * m, salt + 1, 0.5).map((value) => value + 0.5));
        const r = workspace.float64From(noise(n, salt + 2, 0.5).map((value) => value + 0.6));
        const c = workspace.float64From(noise(m, salt + 3, 0.5).map((value) => value + 0.6));
        const rowSums = workspace.float64(n);
        const columnSums = workspace.float64(m);
        const extremes = workspace.float64(2);
        const at = (view: Float64Array) => view.byteOffset;
        const update = workspace.kernels(transportKernels)[name];
        update(0, n, m, at(plan), at(factors), at(r), at(c), at(rowSums), at(columnSums), at(extremes));
        const expected = before.map((mass, k) => {
          const [i, j] = [Math.floor(k / m), k % m];
          const next = mass * factors[k] * (name === 'scaledUpdate' ? r[i] * c[j] : 1 / (r[i] + c[j]));
          return next < 1e-290 ? 0 : next;
        });
        const sums = { rows: new Float64Array(n), columns: new Float64Array(m) };
        expected.forEach((mass, k) => {
          if (mass > 1e-280 || mass === 0) expect(Math.abs(plan[k] - mass)).toBeLessThanOrEqual(1e-15 * mass);
          sums.rows[Math.floor(k / m)] += mass;
          sums.columns[k % m] += mass;
        });
        for (let i = 0; i < n; i++) expect(rowSums[i]).toBeCloseTo(sums.rows[i], 13);
        for (let j = 0; j < m; j++) expect(columnSums[j]).toBeCloseTo(sums.columns[j], 13);
        expect(extremes[0]).toBe(Math.max(...before));
        expect(extremes[1]).toBeCloseTo(Math.max(...expected.map((mass, k) => Math.abs(mass - before[k]))), 14);
      }),
    );
  });

  it('adds up plans like a plain loop', () => {
    fc.assert(
      fc.property(sizes, ([n, m, salt]) => {
        useKernels(build);
        using workspace = Workspace.for({ float64: [n * m, n, m, n, m] });
        const kernel = workspace.float64From(noise(n * m, salt, 0.5).map((value) => value + 0.5));
        const u = workspace.float64From(noise(n, salt + 2, 0.5).map((value) => value + 0.6));
        const v = workspace.float64From(noise(m, salt + 3, 0.5).map((value) => value + 0.6));
        const rowSums = workspace.float64(n);
        const columnSums = workspace.float64(m);
        const { planSums } = workspace.kernels(transportKernels);
        const at = (view: Float64Array) => view.byteOffset;
        planSums(0, n, m, at(kernel), at(u), at(v), at(rowSums), at(columnSums));
        const plan = kernel.map((value, k) => u[Math.floor(k / m)] * value * v[k % m]);
        for (let i = 0; i < n; i++) {
          const row = plan.subarray(i * m, (i + 1) * m);
          expect(rowSums[i]).toBeCloseTo(
            row.reduce((sum, mass) => sum + mass, 0),
            12,
          );
        }
        for (let j = 0; j < m; j++) {
          const column = plan.filter((_, k) => k % m === j);
          expect(columnSums[j]).toBeCloseTo(
            column.reduce((sum, mass) => sum + mass, 0),
            12,
          );
        }
      }),
    );
  });

  it('sharpens plans like a plain loop, to zero where they would underflow', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 4 }), ([n, m, salt], squarings) => {
        useKernels(build);
        using workspace = Workspace.for({ float64: [n * m, m, 1] });
        const before = noise(n * m, salt, 1).map((value) => (value > 0.8 ? 1e-60 : Math.abs(value)));
        const kernel = workspace.float64From(before);
        const u = noise(n, salt + 2, 0.5).map((value) => value + 0.6);
        const v = workspace.float64From(noise(m, salt + 3, 0.5).map((value) => value + 0.6));
        const { sharpen } = workspace.kernels(transportKernels);
        for (let i = 0; i < n; i++) sharpen(m, kernel.byteOffset + 8 * i * m, u[i], v.byteOffset, squarings);
        kernel.forEach((power, k) => {
          const mass = u[Math.floor(k / m)] * before[k] * v[k % m];
          const whole = mass ** (2 ** squarings);
          const expected = whole < 1e-289 ? 0 : whole;
          expect(Math.abs(power - expected)).toBeLessThanOrEqual(1e-14 * expected);
        });
      }),
    );
  });

  it('reduces costs to rows and columns whose minimum is zero', () => {
    fc.assert(
      fc.property(sizes, ([n, m, salt]) => {
        useKernels(build);
        using workspace = Workspace.for({ float64: [n * m, n, m] });
        const before = noise(n * m, salt, 3);
        const matrix = workspace.float64From(before);
        const ofRows = workspace.float64(n);
        const ofColumns = workspace.float64(m).fill(Infinity);
        const { reduceRows, reduceColumns } = workspace.kernels(transportKernels);
        reduceRows(0, n, m, matrix.byteOffset, ofRows.byteOffset, ofColumns.byteOffset);
        const largest = reduceColumns(0, n, m, matrix.byteOffset, ofColumns.byteOffset);
        expect(largest).toBe(Math.max(...matrix));
        matrix.forEach((value, k) => {
          const [i, j] = [Math.floor(k / m), k % m];
          expect(value).toBe(before[k] - ofRows[i] - ofColumns[j]);
        });
        for (let i = 0; i < n; i++) {
          expect(ofRows[i]).toBe(Math.min(...before.subarray(i * m, (i + 1) * m)));
          expect(Math.min(...matrix.subarray(i * m, (i + 1) * m))).toBe(0);
        }
        for (let j = 0; j < m; j++) expect(Math.min(...matrix.filter((_, k) => k % m === j))).toBe(0);
      }),
    );
  });
});
