// Threshold factorisations, preconditioned MINRES, damped least squares, and matrices that are given by functions.
import type { AnySolver } from '@infimum/core';
import { Random, solve } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { blockMatrix, scaleMatrix } from '../dense/arithmetic.ts';
import { denseMatrix, identity } from '../dense/dense-matrix.ts';
import { leastSquares } from '../dense/householder-qr.ts';
import { lu, solveLu } from '../dense/lu.ts';
import { matvec } from '../matvec.ts';
import { csrFromDense, csrToDense } from '../sparse/csr-matrix.ts';
import { transposeCsr } from '../sparse/csr-transpose.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { bicgstab } from './bicgstab.ts';
import { gmres } from './gmres.ts';
import { incompleteCholesky } from './incomplete-cholesky.ts';
import { incompleteLu } from './incomplete-lu.ts';
import { incompleteLuThreshold } from './incomplete-lu-threshold.ts';
import { lsmr } from './lsmr.ts';
import { lsqr } from './lsqr.ts';
import { minres } from './minres.ts';
import { linearSystemSolvers } from './solvers.ts';

const largestDifference = (x: Float64Array, y: Float64Array): number =>
  x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i])), 0);

/** The Laplacian with convection, and a shift that makes rows dominant. */
function convection(side: number) {
  const a = fivePointLaplacian(side);
  const values = a.values.slice();
  for (let i = 0; i < a.rows; i++) {
    for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) {
      if (a.columnIndices[k] === i + 1) values[k] += 0.9;
      if (a.columnIndices[k] === i - 1) values[k] -= 0.9;
    }
  }
  return { ...a, values };
}

describe('ILUT', () => {
  it('is the inverse where nothing is dropped', () => {
    const n = 30;
    const random = new Random(4);
    const dense = denseMatrix(n, n, random.normals(new Float64Array(n * n)));
    for (let i = 0; i < n; i++) dense.values[i * n + i] += 20;
    const b = random.normals(new Float64Array(n));
    const out = new Float64Array(n);
    incompleteLuThreshold(dense, { dropTolerance: 0, fill: n })(b, out);
    expect(largestDifference(out, solveLu(lu(dense), b))).toBeLessThan(1e-14);
  });

  it('saves iterations over ILU(0), the more the less is dropped', () => {
    const a = convection(24);
    const b = new Float64Array(a.rows).fill(1);
    const iterations = (preconditioner: ReturnType<typeof incompleteLu> | undefined): number => {
      const { status, iterations } = bicgstab(a, b, { preconditioner });
      expect(status).toBe('converged');
      return iterations;
    };
    const counts = [
      iterations(undefined),
      iterations(incompleteLu(a)),
      iterations(incompleteLuThreshold(a, { dropTolerance: 1e-2, fill: 5 })),
      iterations(incompleteLuThreshold(a, { dropTolerance: 1e-4, fill: 20 })),
    ];
    expect(counts).toEqual(counts.toSorted((x, y) => y - x));
    expect(counts[3]).toBeLessThan(counts[1] / 2);
    const restarted = gmres(a, b, { preconditioner: incompleteLuThreshold(a) });
    expect(restarted.status).toBe('converged');
  });

  it('keeps as many entries as it may: rows of A and `fill` more', () => {
    // A dense last row of U cannot appear when only the pattern of A is allowed: a tridiagonal matrix stays as it is.
    const a = csrFromDense(
      denseMatrix(
        6,
        6,
        Float64Array.from({ length: 36 }, (_, k) => {
          const [i, j] = [Math.floor(k / 6), k % 6];
          return i === j ? 4 : Math.abs(i - j) === 1 ? 1 : 0;
        }),
      ),
    );
    const [exact, found] = [new Float64Array(6), new Float64Array(6)];
    incompleteLu(a)(Float64Array.of(1, 2, 3, 4, 5, 6), exact);
    incompleteLuThreshold(a, { dropTolerance: 0, fill: 0 })(Float64Array.of(1, 2, 3, 4, 5, 6), found);
    expect(largestDifference(exact, found)).toBeLessThan(1e-15);
  });

  it('names the row without a pivot', () => {
    expect(() => incompleteLuThreshold(denseMatrix(2, 2, Float64Array.of(0, 1, 1, 0)))).toThrow(
      expect.objectContaining({ argument: 'a', code: 'out-of-range', index: 0 }),
    );
  });
});

describe('the registered solvers', () => {
  it('take the preconditioners by name, each with fewer iterations than without', () => {
    const a = convection(20);
    const instance = { a, b: new Float64Array(a.rows).fill(1), structure: 'general' } as const;
    for (const id of ['linalg/gmres', 'linalg/bicgstab']) {
      const solver = linearSystemSolvers.find((one) => one.id === id) as AnySolver;
      const iterations = ['none', 'incomplete-lu', 'incomplete-lu-threshold'].map((preconditioner) => {
        const outcome = solve(solver, instance, { options: { preconditioner } });
        expect(outcome.status).toBe('converged');
        return outcome.iterations;
      });
      expect(iterations[1]).toBeLessThan(iterations[0]);
      expect(iterations[2]).toBeLessThan(iterations[1]);
    }
  });
});

describe('MINRES with a preconditioner', () => {
  it('solves definite systems in fewer iterations, to the Euclidean norm that was asked for', () => {
    const a = fivePointLaplacian(30);
    const b = new Random(1).normals(new Float64Array(a.rows));
    const plain = minres(a, b, { tolerance: 1e-9 });
    const quick = minres(a, b, { tolerance: 1e-9, preconditioner: incompleteCholesky(a) });
    expect([plain.status, quick.status]).toEqual(['converged', 'converged']);
    expect(quick.iterations).toBeLessThan(plain.iterations / 2);
    const residual = matvec(a, quick.x).map((value, i) => b[i] - value);
    const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
    expect(norm(residual)).toBeLessThanOrEqual(1e-9 * norm(b) * (1 + 1e-6));
    expect(quick.relativeResidual).toBeCloseTo(norm(residual) / norm(b), 12);
  });

  it('solves indefinite systems of unlike scales by the magnitudes of their diagonal', () => {
    const n = 60;
    const random = new Random(8);
    const dense = denseMatrix(n, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const value = 0.1 * random.normal() * 10 ** ((i % 5) + (j % 5) - 4);
        dense.values[i * n + j] = dense.values[j * n + i] = value;
      }
      dense.values[i * n + i] = (i % 2 === 0 ? 3 : -3) * 10 ** (2 * (i % 5) - 4);
    }
    const b = random.normals(new Float64Array(n));
    const plain = minres(dense, b, { tolerance: 1e-10, maxIterations: 5000 });
    const { x, status, iterations } = minres(dense, b, { tolerance: 1e-10, preconditioner: 'jacobi' });
    expect(status).toBe('converged');
    expect(iterations).toBeLessThan(plain.iterations);
    const expected = solveLu(lu(dense), b);
    const size = Math.max(...expected.map(Math.abs));
    expect(largestDifference(x, expected)).toBeLessThan(1e-6 * size);
  });

  it('takes systems of any scale, and says when M is not definite', () => {
    const a = fivePointLaplacian(8);
    const b = new Float64Array(64).fill(1);
    for (const scale of [1e-200, 1e200]) {
      const scaled = { ...a, values: a.values.map((value) => value * scale) };
      const preconditioner = incompleteCholesky(scaled);
      expect(
        minres(
          scaled,
          b.map((value) => value * scale),
          { preconditioner },
        ).status,
      ).toBe('converged');
      expect(minres(scaled, b, { preconditioner: 'jacobi' }).status).toBe('converged');
    }
    const negative = (x: Float64Array, out: Float64Array) => {
      for (let i = 0; i < x.length; i++) out[i] = -x[i];
    };
    expect(minres(a, b, { preconditioner: negative }).status).toBe('stalled');
    expect(() => minres(a, b, { preconditioner: 3 as never })).toThrow(expect.objectContaining({ argument: 'preconditioner' }));
    expect(() => minres((x, out) => out.set(x), b, { preconditioner: 'jacobi' })).toThrow(
      expect.objectContaining({ argument: 'preconditioner', code: 'unsupported' }),
    );
  });
});

describe('least squares', () => {
  const random = new Random(5);
  const a = denseMatrix(20, 7, random.normals(new Float64Array(140)));
  const b = random.normals(new Float64Array(20));

  it('with damping are those of the matrix with λ I below it', () => {
    for (const lambda of [1e-3, 0.5, 30]) {
      const below = blockMatrix([[a], [scaleMatrix(identity(7), lambda)]]);
      const expected = leastSquares(below, Float64Array.of(...b, 0, 0, 0, 0, 0, 0, 0));
      for (const solver of [lsqr, lsmr]) {
        const { x, status } = solver(a, b, { damping: lambda, tolerance: 1e-13 });
        expect(status).toBe('converged');
        expect(largestDifference(x, expected)).toBeLessThan(1e-10);
      }
      const scaled = scaleMatrix(a, 1e150);
      const { x } = lsqr(scaled, b, { damping: lambda * 1e90, tolerance: 1e-13 });
      expect(x.every(Number.isFinite)).toBe(true);
    }
  });

  it('take a matrix as two functions', () => {
    const sparse = csrFromDense(a);
    const turned = transposeCsr(sparse);
    const map = {
      rows: 20,
      cols: 7,
      apply: (x: Float64Array, out: Float64Array) => out.set(matvec(sparse, x)),
      applyTransposed: (y: Float64Array, out: Float64Array) => out.set(matvec(turned, y)),
    };
    const expected = leastSquares(csrToDense(sparse), b);
    for (const solver of [lsqr, lsmr]) {
      const { x, status } = solver(map, b, { tolerance: 1e-12 });
      expect(status).toBe('converged');
      expect(largestDifference(x, expected)).toBeLessThan(1e-9);
      // Never converged at the start, where nothing is known of the size of A.
      expect(solver(map, b, { tolerance: 0.5, maxIterations: 0 }).status).toBe('iteration-limit');
      expect(() => solver({ ...map, apply: 3 as never }, b)).toThrow(expect.objectContaining({ argument: 'a.apply' }));
      expect(() => solver({ ...map, rows: -1 }, b)).toThrow(expect.objectContaining({ argument: 'a.rows' }));
      expect(() => solver({ ...map, rows: 0 }, b)).toThrow(expect.objectContaining({ argument: 'b' }));
    }
  });
});
