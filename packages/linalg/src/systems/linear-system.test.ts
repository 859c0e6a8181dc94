import type { Status } from '@infimum/core';
import { Random } from '@infimum/core';
import fc from 'fast-check';
import { Matrix, solve as solvePeer } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { denseMatrix, identity, matrixFromRows, transpose } from '../dense/dense-matrix.ts';
import { leastSquares } from '../dense/householder-qr.ts';
import { gram } from '../dense/matmul.ts';
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { csrFromDense, csrToDense } from '../sparse/csr-matrix.ts';
import { convectionDiffusion, fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { largestDifference, randomMatrix, randomSymmetric } from '../testing/matrices.ts';
import { bicgstab, bicgstabSteps } from './bicgstab.ts';
import { conjugateGradient, conjugateGradientSteps } from './conjugate-gradient.ts';
import { gaussSeidel } from './gauss-seidel.ts';
import { gmres, gmresSteps } from './gmres.ts';
import { incompleteCholesky } from './incomplete-cholesky.ts';
import { incompleteLu } from './incomplete-lu.ts';
import { jacobi, jacobiSteps } from './jacobi.ts';
import { kaczmarz, kaczmarzSteps } from './kaczmarz.ts';
import { lsmr, lsmrSteps } from './lsmr.ts';
import { lsqr } from './lsqr.ts';
import { minres, minresSteps } from './minres.ts';
import { sketchAndProject } from './sketch-and-project.ts';
import { optimalRelaxation, successiveOverRelaxation, successiveOverRelaxationSteps } from './successive-over-relaxation.ts';
import { ssorPreconditioner, symmetricOverRelaxation } from './symmetric-over-relaxation.ts';

type Solver = (a: DenseMatrix | CsrMatrix, b: Float64Array) => { x: Float64Array; status: Status };

/** The direct solution by ml-matrix. */
function direct(a: DenseMatrix, b: Float64Array): Float64Array {
  const matrix = Matrix.from1DArray(a.rows, a.cols, Array.from(a.values));
  return Float64Array.from(solvePeer(matrix, Matrix.columnVector(Array.from(b))).to1DArray());
}

const normals = (length: number, seed: number): Float64Array => new Random(seed).normals(new Float64Array(length));

/** A symmetric positive definite matrix with a condition of a few. */
function definite(size: number, seed: number): DenseMatrix {
  const a = gram(randomMatrix(size, size, seed));
  for (let i = 0; i < size; i++) a.values[i * size + i] += size;
  return a;
}

/** A matrix with a dominant diagonal. */
function dominant(size: number, seed: number): DenseMatrix {
  const a = randomMatrix(size, size, seed);
  for (let i = 0; i < size; i++) {
    let sum = 1;
    for (let j = 0; j < size; j++) sum += Math.abs(a.values[i * size + j]);
    a.values[i * size + i] = i % 2 === 0 ? sum : -sum;
  }
  return a;
}

describe('every solver finds what elimination finds', () => {
  const tolerance = 1e-11;
  const cases: [string, (size: number, seed: number) => DenseMatrix, Solver][] = [
    ['conjugateGradient', definite, (a, b) => conjugateGradient(a, b, { tolerance })],
    ['minres, definite', definite, (a, b) => minres(a, b, { tolerance })],
    ['gmres', dominant, (a, b) => gmres(a, b, { tolerance })],
    ['lsqr', dominant, (a, b) => lsqr(a, b, { tolerance, maxIterations: 2000 })],
    ['jacobi', dominant, (a, b) => jacobi(a, b, { tolerance })],
    ['gaussSeidel, dominant', dominant, (a, b) => gaussSeidel(a, b, { tolerance })],
    ['gaussSeidel, definite', definite, (a, b) => gaussSeidel(a, b, { tolerance })],
    ['successiveOverRelaxation', definite, (a, b) => successiveOverRelaxation(a, b, { tolerance, relaxation: 1.3 })],
    ['symmetricOverRelaxation', definite, (a, b) => symmetricOverRelaxation(a, b, { tolerance, relaxation: 0.9 })],
    ['kaczmarz', dominant, (a, b) => kaczmarz(a, b, { tolerance, maxIterations: 20_000 })],
    ['sketchAndProject', dominant, (a, b) => sketchAndProject(a, b, { tolerance })],
  ];
  it.each(cases)('%s', (_, make, solver) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.nat(1e6), fc.boolean(), (size, seed, sparse) => {
        const a = make(size, seed);
        const b = normals(size, seed + 1);
        const { x, status } = solver(sparse ? csrFromDense(a) : a, b);
        expect(status).toBe('converged');
        const truth = direct(a, b);
        expect(largestDifference(x, truth)).toBeLessThan(1e-8 * (1 + Math.max(...truth.map(Math.abs))));
      }),
      { numRuns: 25 },
    );
  });

  it.each(cases)('%s takes a zero right-hand side, a start at the answer, and one equation', (_, make, solver) => {
    expect(Array.from(solver(make(3, 1), new Float64Array(3)).x)).toEqual([0, 0, 0]);
    expect(solver(matrixFromRows([[4]]), Float64Array.of(8)).x[0]).toBeCloseTo(2, 9);
  });
});

describe('the five-point Laplacian', () => {
  const side = 12;
  const a = fivePointLaplacian(side);

  it('has the eigenvalues 4 - 2 cos - 2 cos', () => {
    const expected: number[] = [];
    for (let i = 1; i <= side; i++) {
      for (let j = 1; j <= side; j++) {
        expected.push(4 - 2 * Math.cos((i * Math.PI) / (side + 1)) - 2 * Math.cos((j * Math.PI) / (side + 1)));
      }
    }
    const { values } = symmetricEigen(csrToDense(a));
    expect(largestDifference(values, Float64Array.from(expected).sort())).toBeLessThan(1e-12);
  });

  it('is relaxed at the rates of Young: rho for Jacobi, rho² for Gauss-Seidel, omega - 1 for the best relaxation', () => {
    const rho = Math.cos(Math.PI / (side + 1));
    const b = new Float64Array(side * side); // the error itself is iterated
    const initial = normals(side * side, 3);
    const rate = (steps: Iterable<{ relativeResidual: number }>, from: number, to: number): number => {
      const residuals: number[] = [];
      for (const { relativeResidual } of steps) {
        residuals.push(relativeResidual);
        if (residuals.length > to) break;
      }
      return (residuals[to] / residuals[from]) ** (1 / (to - from));
    };
    expect(rate(jacobiSteps(a, b, { initial }), 200, 400)).toBeCloseTo(rho, 4);
    const sweeps = (relaxation: number) => successiveOverRelaxationSteps(a, b, { initial, relaxation, tolerance: 0 });
    expect(rate(sweeps(1), 100, 200)).toBeCloseTo(rho ** 2, 4);
    const best = optimalRelaxation(rho);
    // At the best relaxation the eigenvalue is defective: k omega^k, so the rate is reached from above.
    expect(rate(sweeps(best), 30, 50)).toBeLessThan(best - 1 + 0.05);
    expect(rate(sweeps(best), 30, 50)).toBeGreaterThan(best - 1 - 0.05);
    expect(rate(sweeps(best), 20, 40)).toBeLessThan(rate(sweeps(best - 0.15), 20, 40));
    expect(rate(sweeps(best), 20, 40)).toBeLessThan(rate(sweeps(best + 0.15), 20, 40));
  });

  it('keeps conjugate gradients within the Chebyshev bound in the norm of A', () => {
    const dense = csrToDense(a);
    const truth = normals(side * side, 5);
    const b = matvec(a, truth);
    const { values } = symmetricEigen(dense);
    const root = Math.sqrt(values[values.length - 1] / values[0]);
    const energy = (x: Float64Array): number => {
      const error = x.map((value, i) => value - truth[i]);
      const image = matvec(a, error);
      return Math.sqrt(error.reduce((sum, value, i) => sum + value * image[i], 0));
    };
    let first = 0;
    for (const { iteration, solution } of conjugateGradientSteps(a, b, { tolerance: 1e-9 })) {
      const error = energy(solution().x);
      if (iteration === 0) first = error;
      const bound = 2 * ((root - 1) / (root + 1)) ** iteration * first;
      expect(error).toBeLessThanOrEqual(bound + 1e-9 * first);
    }
  });

  it('is solved in fewer iterations the better the preconditioner', () => {
    const fine = fivePointLaplacian(40);
    const b = normals(1600, 2);
    const count = (preconditioner?: 'jacobi' | ReturnType<typeof ssorPreconditioner>) => {
      const { iterations, status, x } = conjugateGradient(fine, b, { preconditioner, tolerance: 1e-8 });
      expect(status).toBe('converged');
      const image = matvec(fine, x);
      expect(largestDifference(image, b)).toBeLessThan(1e-6);
      return iterations;
    };
    const [plain, ssor, cholesky] = [
      count(),
      count(ssorPreconditioner(fine, { relaxation: 1.5 })),
      count(incompleteCholesky(fine)),
    ];
    expect(count('jacobi')).toBe(plain); // the diagonal is constant
    expect(ssor).toBeLessThan(plain / 2);
    expect(cholesky).toBeLessThan(plain / 2);
  });
});

describe('gmres', () => {
  it('never lets the residual grow, and ends after as many iterations as there are rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.nat(1e6), (size, seed) => {
        const a = randomMatrix(size, size, seed);
        for (let i = 0; i < size; i++) a.values[i * size + i] += 3;
        let last = Infinity;
        let count = 0;
        for (const { relativeResidual, iteration } of gmresSteps(a, normals(size, seed + 1), {
          restart: size,
          tolerance: 1e-9,
        })) {
          expect(relativeResidual).toBeLessThanOrEqual(last * (1 + 1e-12));
          last = relativeResidual;
          count = iteration;
        }
        expect(count).toBeLessThanOrEqual(size);
        expect(last).toBeLessThan(1e-9);
      }),
    );
  });

  it('gives the smallest residual of the Krylov space', () => {
    const a = randomMatrix(12, 12, 4);
    const b = normals(12, 5);
    const columns: Float64Array[] = [b];
    for (const { iteration, relativeResidual } of gmresSteps(a, b, { restart: 12 })) {
      if (iteration === 0 || iteration > 6) continue;
      columns.push(matvec(a, columns[iteration - 1]));
      const images = denseMatrix(12, iteration);
      for (let j = 0; j < iteration; j++) {
        for (let i = 0; i < 12; i++) images.values[i * iteration + j] = columns[j + 1][i];
      }
      const y = leastSquares(images, b);
      const rest = matvec(images, y).map((value, i) => b[i] - value);
      expect(relativeResidual).toBeCloseTo(Math.hypot(...rest) / Math.hypot(...b), 9);
    }
  });

  it('is faster with ILU(0), on convection and diffusion', () => {
    const a = convectionDiffusion(24, 20);
    const b = normals(576, 6);
    const plain = gmres(a, b, { tolerance: 1e-8 });
    const preconditioned = gmres(a, b, { tolerance: 1e-8, preconditioner: incompleteLu(a) });
    expect([plain.status, preconditioned.status]).toEqual(['converged', 'converged']);
    expect(preconditioned.iterations).toBeLessThan(plain.iterations / 3);
    expect(largestDifference(matvec(a, preconditioned.x), b)).toBeLessThan(1e-6);
  });

  it('says when restarts gain nothing', () => {
    // A cyclic shift: without all n vectors the residual does not move.
    const size = 8;
    const shift = denseMatrix(size, size);
    for (let i = 0; i < size; i++) shift.values[i * size + ((i + 1) % size)] = 1;
    const b = Float64Array.from({ length: size }, (_, i) => (i === 0 ? 1 : 0));
    expect(gmres(shift, b, { restart: 4 }).status).toBe('stalled');
    expect(gmres(shift, b).status).toBe('converged');
    expect(
      gmres(
        matrixFromRows([
          [0, 0],
          [0, 1],
        ]),
        Float64Array.of(1, 1),
      ).status,
    ).toBe('stalled');
  });
});

describe('minres', () => {
  it('solves indefinite systems with a residual that never grows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 25 }), fc.nat(1e6), (size, seed) => {
        const a = randomSymmetric(size, seed);
        const b = normals(size, seed + 1);
        const smallest = symmetricEigen(a).values.reduce((least, value) => Math.min(least, Math.abs(value)), Infinity);
        fc.pre(smallest > 0.05);
        let last = Infinity;
        let restarted = false;
        let x = new Float64Array(size);
        for (const { relativeResidual, solution } of minresSteps(a, b, { tolerance: 1e-10 })) {
          restarted ||= relativeResidual > last * (1 + 1e-6) && last > 1e-9;
          last = relativeResidual;
          ({ x } = solution() as { x: Float64Array<ArrayBuffer> });
        }
        expect(restarted).toBe(false);
        expect(largestDifference(x, direct(a, b))).toBeLessThan(1e-6);
      }),
      { numRuns: 50 },
    );
  });

  it('says so when the system is singular and has no solution', () => {
    const outcome = minres(
      matrixFromRows([
        [1, 0],
        [0, 0],
      ]),
      Float64Array.of(1, 1),
    );
    expect(outcome.status).toBe('stalled');
    expect(outcome.x[0]).toBeCloseTo(1, 9);
  });
});

describe('lsqr', () => {
  it('finds the least-squares solution, and the shortest one when there are many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 20 }), fc.nat(1e6), (cols, more, seed) => {
        const a = randomMatrix(cols + more + 3, cols, seed);
        const b = normals(cols + more + 3, seed + 1);
        const { x } = lsqr(a, b, { tolerance: 1e-12 });
        expect(largestDifference(x, leastSquares(a, b))).toBeLessThan(1e-7 * (1 + Math.max(...x.map(Math.abs))));
      }),
      { numRuns: 40 },
    );
    const { x } = lsqr(matrixFromRows([[1, 1]]), Float64Array.of(2));
    expect(largestDifference(x, [1, 1])).toBeLessThan(1e-12);
  });
});

describe('kaczmarz', () => {
  it('has the expected error of Strohmer and Vershynin', () => {
    const a = randomMatrix(30, 8, 2);
    const truth = normals(8, 3);
    const b = matvec(a, truth);
    const { values } = symmetricEigen(gram(a));
    const total = a.values.reduce((sum, value) => sum + value * value, 0);
    const projections = 60;
    const bound = (1 - values[0] / total) ** projections * truth.reduce((sum, value) => sum + value * value, 0);
    let mean = 0;
    const runs = 200;
    for (let seed = 0; seed < runs; seed++) {
      for (const { iteration, solution } of kaczmarzSteps(a, b, { seed, projections })) {
        if (iteration < 1) continue;
        const { x } = solution();
        mean += x.reduce((sum, value, i) => sum + (value - truth[i]) ** 2, 0) / runs;
        break;
      }
    }
    expect(mean).toBeLessThan(bound);
  });

  it('says so when the system has no solution, and so do sketches', () => {
    const a = randomMatrix(30, 4, 7);
    const b = normals(30, 8);
    expect(kaczmarz(a, b, { maxIterations: 100_000 }).status).toBe('stalled');
    expect(sketchAndProject(a, b, { maxIterations: 100_000, sketchSize: 3 }).status).toBe('stalled');
  });

  it('leaves rows of zeros alone', () => {
    const { x } = kaczmarz(
      matrixFromRows([
        [0, 0],
        [2, 0],
        [0, 1],
      ]),
      Float64Array.of(0, 4, 5),
    );
    expect(largestDifference(x, [2, 5])).toBeLessThan(1e-9);
    expect(kaczmarz(denseMatrix(2, 2), Float64Array.of(1, 1), { maxIterations: 3 }).status).toBe('iteration-limit');
  });
});

describe('preconditioners', () => {
  it('are exact where nothing fills in', () => {
    const a = matrixFromRows([
      [4, -1, 0, 0],
      [-1, 4, -1, 0],
      [0, -1, 4, -1],
      [0, 0, -1, 4],
    ]);
    const b = normals(4, 1);
    for (const preconditioner of [incompleteLu(a), incompleteCholesky(csrFromDense(a))]) {
      const out = new Float64Array(4);
      preconditioner(b, out);
      expect(largestDifference(out, direct(a, b))).toBeLessThan(1e-14);
    }
  });

  it('reproduce A on its own pattern: (L U)_ij = a_ij', () => {
    const a = fivePointLaplacian(5);
    const inverse = denseMatrix(25, 25);
    for (const preconditioner of [incompleteLu(a), incompleteCholesky(a)]) {
      for (let j = 0; j < 25; j++) {
        const out = new Float64Array(25);
        preconditioner(identity(25).values.slice(j * 25, (j + 1) * 25), out);
        for (let i = 0; i < 25; i++) inverse.values[i * 25 + j] = out[i];
      }
      for (let i = 0; i < 25; i++) {
        const column = Float64Array.from({ length: 25 }, (_, k) => (k === i ? 1 : 0));
        const product = direct(inverse, column);
        for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) {
          expect(product[a.columnIndices[k]]).toBeCloseTo(a.values[k], 9);
        }
      }
    }
  });

  it('shift the diagonal when a pivot is not positive', () => {
    // Positive definite, but IC(0) without a shift breaks down (Kershaw's example).
    const a = matrixFromRows([
      [3, -2, 0, 2],
      [-2, 3, -2, 0],
      [0, -2, 3, -2],
      [2, 0, -2, 3],
    ]);
    const b = normals(4, 2);
    const { x, status } = conjugateGradient(a, b, { preconditioner: incompleteCholesky(csrFromDense(a)) });
    expect(status).toBe('converged');
    expect(largestDifference(x, direct(a, b))).toBeLessThan(1e-8);
  });

  it('name the row without a pivot', () => {
    const a = matrixFromRows([
      [1, 0],
      [1, 0],
    ]);
    expect(() => incompleteLu(csrFromDense(a))).toThrow(expect.objectContaining({ argument: 'a', index: 1 }));
    expect(() => incompleteCholesky(matrixFromRows([[-1]]))).toThrow(expect.objectContaining({ index: 0 }));
    expect(() =>
      ssorPreconditioner(
        matrixFromRows([
          [1, 0],
          [0, 0],
        ]),
      ),
    ).toThrow(expect.objectContaining({ index: 1 }));
  });
});

describe('bad input', () => {
  it('is named', () => {
    const a = identity(2);
    const b = Float64Array.of(1, 2);
    const solvers = {
      minres,
      gmres,
      lsqr,
      jacobi,
      gaussSeidel,
      successiveOverRelaxation,
      symmetricOverRelaxation,
      kaczmarz,
      sketchAndProject,
    };
    for (const solver of Object.values(solvers)) {
      expect(() => solver(a, Float64Array.of(1, Number.NaN))).toThrow(expect.objectContaining({ argument: 'b' }));
      expect(() => solver(a, b, { tolerance: -1 })).toThrow(expect.objectContaining({ argument: 'tolerance' }));
      expect(() => solver(a, b, { initial: new Float64Array(3) })).toThrow(expect.objectContaining({ argument: 'initial' }));
      expect(() =>
        solver(
          matrixFromRows([
            [1, Infinity],
            [0, 1],
          ]),
          b,
        ),
      ).toThrow(expect.objectContaining({ argument: 'a' }));
    }
    for (const solver of [minres, gmres, jacobi, gaussSeidel]) {
      expect(() => solver(denseMatrix(2, 3), b)).toThrow(expect.objectContaining({ argument: 'a', code: 'shape' }));
    }
    expect(() => successiveOverRelaxation(a, b, { relaxation: 2 })).toThrow(
      expect.objectContaining({ argument: 'relaxation' }),
    );
    expect(() =>
      jacobi(
        matrixFromRows([
          [0, 1],
          [1, 0],
        ]),
        b,
      ),
    ).toThrow(expect.objectContaining({ argument: 'a', index: 0 }));
    expect(() => gmres(a, b, { restart: 0 })).toThrow(expect.objectContaining({ argument: 'restart' }));
    expect(() => sketchAndProject(a, b, { sketchSize: 0 })).toThrow(expect.objectContaining({ argument: 'sketchSize' }));
  });

  it('says when an iteration diverges', () => {
    expect(
      jacobi(
        matrixFromRows([
          [1, 3],
          [3, 1],
        ]),
        Float64Array.of(1, 2),
      ).status,
    ).toBe('stalled');
  });
});

describe('systems of any scale', () => {
  const a = fivePointLaplacian(4);
  const solution = normals(16, 3);
  const b = matvec(a, solution);
  const methods: Record<string, (a: CsrMatrix, b: Float64Array) => { x: Float64Array; status: string }> = {
    conjugateGradient: (a, b) => conjugateGradient(a, b),
    jacobiPreconditioned: (a, b) => conjugateGradient(a, b, { preconditioner: 'jacobi' }),
    incompleteCholesky: (a, b) => conjugateGradient(a, b, { preconditioner: incompleteCholesky(a) }),
    minres: (a, b) => minres(a, b),
    gmres: (a, b) => gmres(a, b),
    gmresWithIncompleteLu: (a, b) => gmres(a, b, { preconditioner: incompleteLu(a) }),
    lsqr: (a, b) => lsqr(a, b),
    lsmr: (a, b) => lsmr(a, b),
    bicgstab: (a, b) => bicgstab(a, b),
    bicgstabWithIncompleteLu: (a, b) => bicgstab(a, b, { preconditioner: incompleteLu(a) }),
    jacobi: (a, b) => jacobi(a, b),
    gaussSeidel: (a, b) => gaussSeidel(a, b),
    successiveOverRelaxation: (a, b) => successiveOverRelaxation(a, b),
    symmetricOverRelaxation: (a, b) => symmetricOverRelaxation(a, b),
    kaczmarz: (a, b) => kaczmarz(a, b),
    sketchAndProject: (a, b) => sketchAndProject(a, b),
  };
  it.each(Object.entries(methods))('are solved by %s', (_, solve) => {
    for (const [matrixScale, rightScale] of [
      [1e-200, 1e-200],
      [1, 1e-200],
      [1e-200, 1],
      [1e200, 1e200],
      [1e300, 1e150],
    ]) {
      const scaled = { ...a, values: a.values.map((value) => value * matrixScale) };
      const { x, status } = solve(
        scaled,
        b.map((value) => value * rightScale),
      );
      expect(status).toBe('converged');
      x.forEach((value, i) => {
        expect(Math.abs((value / rightScale) * matrixScale - solution[i])).toBeLessThan(1e-7);
      });
    }
  });

  it.each(Object.entries({ kaczmarz, sketchAndProject }))('are consistent for %s where they are', (_, solve) => {
    for (const [matrixScale, rightScale] of [
      [1e-200, 1],
      [1e200, 1e200],
      [1e300, 1e150],
    ]) {
      const scaled = { ...a, values: a.values.map((value) => value * matrixScale) };
      const { status, reason, relativeResidual } = solve(
        scaled,
        b.map((value) => value * rightScale),
      );
      expect(reason).not.toContain('consistent');
      expect(status).toBe('converged');
      expect(relativeResidual).toBeLessThanOrEqual(1e-10);
    }
  });

  it('that have no solution among the numbers are refused, or end without success', () => {
    const tiny = { ...a, values: a.values.map((value) => value * 1e-200) };
    const huge = b.map((value) => value * 1e200);
    expect(() => conjugateGradient(tiny, huge)).toThrow(expect.objectContaining({ argument: 'b' }));
    const out = lsqr(
      { ...a, values: a.values.map((value) => value * 1e200) },
      b.map((v) => v * 1e-121),
    );
    expect(out.status).not.toBe('converged');
  });
});

describe('LSMR', () => {
  it('lets the gradient fall in every iteration, and ends where direct least squares does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 12 }), fc.nat(1e6), (cols, more, seed) => {
        const a = randomMatrix(cols + more, cols, seed);
        const b = normals(cols + more, seed + 1);
        let last = Infinity;
        for (const { solution } of lsmrSteps(a, b, { tolerance: 1e-12 })) {
          const { x } = solution();
          const rest = matvec(a, x).map((value, i) => b[i] - value);
          const gradient = Math.hypot(...matvec(transpose(a), rest));
          expect(gradient).toBeLessThanOrEqual(last + 1e-10);
          last = gradient;
        }
        const expected = leastSquares(a, b);
        const { x } = lsmr(a, b, { tolerance: 1e-13 });
        x.forEach((value, i) => {
          expect(Math.abs(value - expected[i])).toBeLessThan(1e-6 * (1 + Math.hypot(...expected)));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('with damping solves the normal equations of the regularised problem', () => {
    const [a, b] = [randomMatrix(9, 5, 3), normals(9, 4)];
    for (const damping of [0.1, 1, 10]) {
      const { x, status } = lsmr(a, b, { damping, tolerance: 1e-12 });
      expect(status).toBe('converged');
      const normal = gram(a);
      for (let i = 0; i < 5; i++) normal.values[6 * i] += damping ** 2;
      const expected = direct(normal, matvec(transpose(a), b));
      x.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 9);
      });
    }
  });
});

describe('BiCGSTAB', () => {
  it('finds what elimination finds, and knows its residual', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(1e6), (size, seed) => {
        const [a, b] = [dominant(size, seed), normals(size, seed + 1)];
        const expected = direct(a, b);
        const { x, status } = bicgstab(a, b, { tolerance: 1e-11 });
        expect(status).toBe('converged');
        x.forEach((value, i) => {
          expect(Math.abs(value - expected[i])).toBeLessThan(1e-8);
        });
        for (const { relativeResidual, solution } of bicgstabSteps(a, b)) {
          const rest = matvec(a, solution().x).map((value, i) => b[i] - value);
          expect(Math.hypot(...rest) / Math.hypot(...b)).toBeCloseTo(relativeResidual, 8);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('takes fewer iterations than half of the unknowns with convection, and ends where it breaks down', () => {
    const a = convectionDiffusion(20, 30);
    const plain = bicgstab(a, normals(400, 1));
    expect(plain.status).toBe('converged');
    expect(bicgstab(a, normals(400, 1), { preconditioner: incompleteLu(a) }).iterations).toBeLessThan(plain.iterations / 2);
    // A turn by a right angle: the residual is orthogonal to its image.
    const turn = matrixFromRows([
      [0, 1],
      [-1, 0],
    ]);
    expect(bicgstab(turn, Float64Array.of(1, 0)).status).toBe('stalled');
    expect(conjugateGradient(fivePointLaplacian(30), normals(900, 1), { tolerance: 0 }).iterations).toBeLessThan(9001);
  });
});

it('the default iteration limit is ten times the size', () => {
  const slow = (x: Float64Array, out: Float64Array) => {
    for (let i = 0; i < x.length; i++) out[i] = x[i] * (1 + i ** 8);
  };
  const b = new Float64Array(30).fill(1);
  const { status, iterations } = conjugateGradient(slow, b, { tolerance: 1e-300 });
  expect([status === 'stalled' || iterations === 300]).toEqual([true]);
  expect(() => conjugateGradient(undefined as never, undefined as never)).toThrow(expect.objectContaining({ argument: 'b' }));
  expect(() => lsqr(undefined as never, b)).toThrow(expect.objectContaining({ argument: 'a' }));
});
