import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../index.ts';
import {
  add,
  constant,
  cos,
  differentiable,
  exp,
  gather,
  inner,
  logSumExp,
  matmul,
  mul,
  narrow,
  reshape,
  slice,
  softmax,
  square,
  sub,
  sum,
} from '../index.ts';
import { sparseDifferentiable } from '../sparse.ts';

const steps = (x: Tensor, start: number, count: number, stride = 1) =>
  gather(x, constant(Float64Array.from({ length: count }, (_, k) => start + stride * k)));

const rosenbrock = (n: number) => (x: Tensor) => {
  const [from, to] = [narrow(x, 0, 0, n - 1), narrow(x, 0, 1, n - 1)];
  return sum(add(mul(100, square(sub(to, square(from)))), square(sub(1, from))));
};

/** A. Conn, N. Gould, P. Toint: chained Wood function, of pairs that overlap. */
const wood = (n: number) => (x: Tensor) => {
  const count = n / 2 - 1;
  const [a, b, c, d] = [0, 1, 2, 3].map((start) => steps(x, start, count, 2));
  const parts = [
    mul(100, square(sub(square(a), b))),
    square(sub(a, 1)),
    mul(90, square(sub(square(c), d))),
    square(sub(c, 1)),
    mul(10, square(sub(add(b, d), 2))),
    mul(0.1, square(sub(b, d))),
  ];
  return sum(parts.reduce((total, part) => add(total, part)));
};

const drawn = (n: number, seed = 1) => new Random(seed).normals(new Float64Array(n));

/** Compares all entries with those by single products, for a small n. */
function expectDense(f: (x: Tensor) => Tensor, n: number): ReturnType<typeof sparseDifferentiable> {
  const [dense, sparse] = [differentiable(n, f), sparseDifferentiable(n, f)];
  const [wanted, found] = [0, 1].map(() => new Float64Array(n * n));
  const x = drawn(n);
  dense.hessian(x, wanted);
  sparse.hessian(x, found);
  const scale = wanted.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  for (let k = 0; k < n * n; k++) expect(Math.abs(found[k] - wanted[k])).toBeLessThanOrEqual(1e-14 * scale);
  return sparse;
}

describe('sparseDifferentiable', () => {
  it('takes at most four products for chains of any length', () => {
    expect(expectDense(rosenbrock(30), 30).hessianProducts).toBe(3);
    expect(expectDense(wood(30), 30).hessianProducts).toBeLessThanOrEqual(4);
    const n = 100_000;
    const x = drawn(n);
    const chain = sparseDifferentiable(n, rosenbrock(n));
    // A gradient's work and one product for each colour: at most five gradients.
    expect(1 + (chain.hessianProducts ?? Infinity)).toBeLessThanOrEqual(5);
    const { rowPointers, columnIndices, values } = chain.sparseHessian?.(x) ?? expect.fail('is dense');
    expect(values.length).toBe(3 * n - 2);
    for (let i = 0; i < n; i++) {
      const row = [
        -400 * (x[i - 1] ?? 0),
        (i > 0 ? 200 : 0) + (i < n - 1 ? 1200 * x[i] ** 2 - 400 * x[i + 1] + 2 : 0),
        -400 * x[i],
      ];
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const wanted = row[columnIndices[k] - i + 1];
        if (!(Math.abs(values[k] - wanted) <= 1e-11 * Math.max(1, Math.abs(wanted)))) expect.fail(`row ${i}: ${values[k]}`);
      }
    }
    const second = sparseDifferentiable(n, wood(n));
    expect(1 + (second.hessianProducts ?? Infinity)).toBeLessThanOrEqual(5);
    const [v, product, wanted] = [drawn(n, 2), new Float64Array(n), new Float64Array(n)];
    const hessian = second.sparseHessian?.(x) ?? expect.fail('is dense');
    for (let i = 0; i < n; i++) {
      for (let k = hessian.rowPointers[i]; k < hessian.rowPointers[i + 1]; k++)
        product[i] += hessian.values[k] * v[hessian.columnIndices[k]];
    }
    second.hessianVector(x, v, wanted);
    for (let i = 0; i < n; i++)
      if (!(Math.abs(product[i] - wanted[i]) <= 1e-9 * (1 + Math.abs(wanted[i])))) expect.fail(`row ${i}`);
  });

  it('finds the pattern of drawn partially separable functions, and nothing more', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed);
      const [n, terms, size] = [40, 25, 3];
      const places = Array.from({ length: terms * size }, () => Math.floor(n * random.uniform()));
      const f = (x: Tensor) => {
        const table = reshape(gather(x, constant(places)), [terms, size]);
        return sum(seed % 2 ? logSumExp(table) : exp(mul(0.3, cos(sum(table, 1)))));
      };
      const { values, rowPointers, columnIndices } = expectDense(f, n).sparseHessian?.(drawn(n)) ?? expect.fail('is dense');
      const pairs = new Set(Array.from({ length: n }, (_, i) => i * n + i));
      for (let t = 0; t < terms; t++) {
        const row = places.slice(t * size, (t + 1) * size);
        for (const i of row) for (const j of row) pairs.add(i * n + j);
      }
      const found = Array.from(values.keys()).map(
        (k) => rowPointers.findLastIndex((start) => start <= k) * n + columnIndices[k],
      );
      expect(found).toEqual([...pairs].sort((a, b) => a - b));
    }
  });

  it('has no factors where they are too dear, or where a shift would be beyond the largest number', () => {
    const n = 20_000;
    const random = new Random(1);
    const [from, to] = [1, 2].map(() => constant(Float64Array.from({ length: 2 * n }, () => Math.floor(n * random.uniform()))));
    const web = sparseDifferentiable(n, (x) => sum(add(square(sub(gather(x, from), gather(x, to))), square(gather(x, to)))));
    expect(web.hessianProducts).toBeLessThan(64);
    expect(web.factorHessian?.(drawn(n))).toBeUndefined();
    const saddle = sparseDifferentiable(2, (x) => sum(mul(1.5e308, mul(narrow(x, 0, 0, 1), narrow(x, 0, 1, 1)))));
    expect(saddle.factorHessian?.(new Float64Array(2))).toBeUndefined();
  });

  it('gives a variable that goes with all others a product of its own', () => {
    const arrow = (n: number) => (x: Tensor) => {
      const [hub, others] = [slice(x, 0, 1), slice(x, 1, n - 1)];
      return add(sum(mul(hub, square(others))), sum(add(exp(mul(0.1, others)), square(mul(others, exp(hub))))));
    };
    expect(expectDense(arrow(80), 80).hessianProducts).toBe(2);
    const large = sparseDifferentiable(20_000, arrow(20_000));
    expect(large.hessianProducts).toBe(2);
    expect(large.sparseHessian?.(drawn(20_000)).values.length).toBe(3 * 20_000 - 2);
  });

  it('knows bands, blocks of matrices and rows', () => {
    const band = (n: number, width: number) => (x: Tensor) =>
      Array.from({ length: width }, (_, k) => inner(slice(x, 0, n - k - 1), exp(slice(x, k + 1, n - k - 1)))).reduce(add);
    expect(expectDense(band(100, 5), 100).hessianProducts).toBeLessThanOrEqual(11);
    const blocks = (x: Tensor) => {
      const rows = reshape(x, [30, 4]);
      return sum(square(matmul(softmax(matmul(rows, constant(drawn(16), [4, 4]))), constant(drawn(8), [4, 2]))));
    };
    expect(expectDense(blocks, 120).hessianProducts).toBe(4);
    const stacks = (x: Tensor) => {
      const matrices = reshape(x, [20, 2, 3]);
      return sum(exp(mul(0.1, matmul(matrices, reshape(x, [20, 3, 2])))));
    };
    expect(expectDense(stacks, 120).hessianProducts).toBe(6);
  });

  it('leaves dense functions to products', () => {
    const n = 1000;
    const walls = [
      (x: Tensor) => square(sum(x)),
      (x: Tensor) => logSumExp(x),
      (x: Tensor) => logSumExp(matmul(constant(drawn(200 * n), [200, n]), x)),
      // Every step widens what an entry depends on.
      (x: Tensor) => {
        let y = x;
        for (let k = 1; k <= 40; k++) y = cos(add(narrow(y, 0, 0, n - k), narrow(y, 0, 1, n - k)));
        return sum(y);
      },
    ];
    for (const f of walls) {
      const objective = sparseDifferentiable(n, f);
      expect(objective.sparseHessian).toBeUndefined();
      expect(objective.factorHessian).toBeUndefined();
      const out = new Float64Array(n);
      objective.hessianVector(drawn(n), drawn(n, 2), out);
      expect(out.every(Number.isFinite)).toBe(true);
    }
  });

  it('factors a Hessian that is shifted as far as it must be', () => {
    const n = 300;
    const [r, y, back] = [drawn(n, 3), new Float64Array(n), new Float64Array(n)];
    for (const [f, isConvex] of [
      [(x: Tensor) => add(sum(exp(x)), sum(square(sub(narrow(x, 0, 1, n - 1), narrow(x, 0, 0, n - 1))))), true],
      [(x: Tensor) => inner(narrow(x, 0, 0, n - 1), narrow(x, 0, 1, n - 1)), false],
    ] as const) {
      const objective = sparseDifferentiable(n, f);
      objective.factorHessian?.(drawn(n))?.(r, y);
      objective.hessianVector(drawn(n), y, back);
      const shifts = r.map((each, i) => (each - back[i]) / y[i]);
      const shift = shifts[0];
      for (let i = 0; i < n; i++) expect(Math.abs((shifts[i] - shift) * y[i])).toBeLessThan(1e-9);
      expect(isConvex ? Math.abs(shift) < 1e-6 : shift > 2).toBe(true); // eigenvalues of the second: 2 cos(k pi / (n + 1))
      objective.release();
      expect(() => objective.sparseHessian?.(r)).toThrow('released');
    }
    const broken = sparseDifferentiable(2, (x) => sum(exp(exp(x))));
    expect(broken.factorHessian?.(Float64Array.of(1, 9))).toBeUndefined();
  });

  it('names the argument at fault', () => {
    expect(() => sparseDifferentiable(0, (x) => sum(x))).toThrow('dimension');
    expect(() => sparseDifferentiable(2, (x) => x)).toThrow('f');
    expect(() => sparseDifferentiable(2, (x) => sum(square(x))).sparseHessian?.(new Float64Array(3))).toThrow('x');
  });
});
