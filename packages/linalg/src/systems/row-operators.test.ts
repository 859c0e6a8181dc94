// Operators in place of matrices: every iterative solver takes one, gives the same bits, and says what it lacks.
import { Random } from '@infimum/core';
import { describe, expect, it, test } from 'vitest';
import type { LinearMap } from '../linear-operator.ts';
import type { CsrMatrix } from '../matrices.ts';
import { matvec } from '../matvec.ts';
import { csrDiagonal } from '../sparse/csr-diagonal.ts';
import { csrFromTriplets, csrToDense } from '../sparse/csr-matrix.ts';
import { transposeCsr } from '../sparse/csr-transpose.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { describeBuilds } from '../testing/builds.ts';
import { bicgstab } from './bicgstab.ts';
import { conjugateGradient } from './conjugate-gradient.ts';
import { gaussSeidel } from './gauss-seidel.ts';
import { gmres } from './gmres.ts';
import { jacobi } from './jacobi.ts';
import { kaczmarz } from './kaczmarz.ts';
import { minres } from './minres.ts';
import type { DiagonalOperator, RowOperator } from './row-operators.ts';
import { sketchAndProject } from './sketch-and-project.ts';
import { successiveOverRelaxation } from './successive-over-relaxation.ts';
import { ssorPreconditioner, symmetricOverRelaxation } from './symmetric-over-relaxation.ts';

/** A random sparse matrix; a square one has dominant rows. */
function randomSparse(rows: number, cols: number, seed: number, scale = 1): CsrMatrix {
  const random = new Random(seed);
  const [rowIndices, columnIndices, values]: number[][] = [[], [], []];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      if (i === j && rows === cols) values.push(scale * (6 + random.uniform()));
      else if (random.uniform() < 0.3) values.push((scale * random.normal()) / 3);
      else continue;
      rowIndices.push(i);
      columnIndices.push(j);
    }
  }
  return csrFromTriplets({ rows, cols, rowIndices, columnIndices, values });
}

/** The rows of a matrix as an operator, with zeros here and there. */
function byRows({ rows, cols, rowPointers, columnIndices, values }: CsrMatrix): RowOperator {
  return {
    rows,
    cols,
    row(i, entry) {
      let j = 0;
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        if (j < columnIndices[k]) entry(j, 0);
        entry(columnIndices[k], values[k]);
        j = columnIndices[k] + 1;
      }
    },
  };
}

/** The products of a matrix as an operator. */
function byProducts(a: CsrMatrix): LinearMap {
  const back = transposeCsr(a);
  return {
    rows: a.rows,
    cols: a.cols,
    apply: (x, out) => out.set(matvec(a, x)),
    applyTransposed: (y, out) => out.set(matvec(back, y)),
  };
}

function byDiagonal(a: CsrMatrix): DiagonalOperator {
  const { rows, cols, apply } = byProducts(a);
  return { rows, cols, apply, diagonal: (out) => out.set(csrDiagonal(a)) };
}

const scales = [1, 2 ** -660, 1e200];
const limits = { maxIterations: 40 };

describeBuilds('an operator in place of a matrix gives the same bits', () => {
  const relaxations = { gaussSeidel, successiveOverRelaxation, symmetricOverRelaxation };
  test.each(Object.entries(relaxations))('%s', (_, solve) => {
    for (const [seed, scale] of scales.entries()) {
      const a = randomSparse(13, 13, seed, scale);
      const b = new Random(seed + 50).normals(new Float64Array(13)).map((value) => value * scale);
      const initial = new Random(seed + 60).normals(new Float64Array(13));
      const options = { ...limits, initial, ...(solve === gaussSeidel ? {} : { relaxation: 1.2 }) };
      const expected = solve(a, b, options);
      expect(expected.status).toBe('converged');
      expect(solve(csrToDense(a), b, options)).toEqual({ ...expected, seconds: expect.any(Number) });
      expect(solve(byRows(a), b, options)).toEqual({ ...expected, seconds: expect.any(Number) });
      expect(solve(byProducts(a), b, options)).toEqual({ ...expected, seconds: expect.any(Number) });
    }
  });

  test('jacobi', () => {
    for (const [seed, scale] of scales.entries()) {
      const a = randomSparse(13, 13, seed, scale);
      const b = new Random(seed + 50).normals(new Float64Array(13)).map((value) => value * scale);
      const options = { maxIterations: 200, relaxation: 0.9 };
      const expected = jacobi(a, b, options);
      expect(expected.status).toBe('converged');
      for (const operator of [csrToDense(a), byRows(a), byDiagonal(a)]) {
        expect(jacobi(operator, b, options)).toEqual({ ...expected, seconds: expect.any(Number) });
      }
    }
  });

  test('projections', () => {
    for (const [seed, scale] of scales.entries()) {
      const a = randomSparse(30, 8, seed, scale);
      const b = matvec(a, new Random(seed + 50).normals(new Float64Array(8)));
      const options = { maxIterations: 500, seed: 3 };
      for (const solve of [
        (a: CsrMatrix | RowOperator | LinearMap) => kaczmarz(a, b, options),
        (a: CsrMatrix | RowOperator | LinearMap) => sketchAndProject(a, b, { ...options, sketchSize: 5 }),
      ]) {
        const expected = solve(a);
        expect(expected.status).toBe('converged');
        expect(solve(byRows(a))).toEqual({ ...expected, seconds: expect.any(Number) });
        expect(solve(byProducts(a))).toEqual({ ...expected, seconds: expect.any(Number) });
      }
    }
  });

  test('the preconditioner of sweeps', () => {
    const a = fivePointLaplacian(6);
    const b = new Float64Array(36).fill(1);
    const [stored, asked] = [a, byRows(a)].map((matrix) => {
      const preconditioner = ssorPreconditioner(matrix, { relaxation: 1.3 });
      return conjugateGradient(a, b, { preconditioner });
    });
    expect(asked.x).toEqual(stored.x);
  });
});

describe('operators', () => {
  it('with apply(x, out) are what functions are to methods that need products only', () => {
    const a = fivePointLaplacian(5);
    const b = Float64Array.from({ length: 25 }, (_, i) => 1 + (i % 3));
    const { apply } = byProducts(a);
    const operator = {
      rows: 25,
      cols: 25,
      matrix: a,
      apply(x: Float64Array, out: Float64Array): void {
        out.set(matvec(this.matrix, x));
      },
    };
    for (const solve of [conjugateGradient, minres, gmres, bicgstab]) {
      const byFunction = solve(apply, b);
      expect(byFunction.status).toBe('converged');
      expect(solve(operator, b).x).toEqual(byFunction.x);
      expect(() => solve({ ...operator, cols: 24 }, b)).toThrow(expect.objectContaining({ argument: 'a' }));
      expect(() => solve(operator, b.slice(1))).toThrow(expect.objectContaining({ argument: 'a' }));
    }
  });

  it('that lack a part are refused by its name, before any work', () => {
    const b = new Float64Array(2).fill(1);
    const apply = () => {
      throw new Error('not to be called');
    };
    const relaxing = [gaussSeidel, successiveOverRelaxation, symmetricOverRelaxation, kaczmarz, sketchAndProject];
    for (const solve of [...relaxing, jacobi]) {
      for (const operator of [{ rows: 2, cols: 2, apply }, apply]) {
        expect(() => solve(operator as never, b)).toThrow(expect.objectContaining({ argument: 'a', code: 'unsupported' }));
      }
      for (const nothing of [null, undefined, 3]) {
        expect(() => solve(nothing as never, b)).toThrow(expect.objectContaining({ argument: 'a' }));
      }
      const bad = (row: RowOperator['row']) => () => solve({ rows: 2, cols: 2, row }, b);
      const fault = (code: string) => expect.objectContaining({ argument: 'a.row', code });
      expect(bad(null as never)).toThrow(fault('type'));
      expect(bad((_, entry) => entry(2, 1))).toThrow(fault('out-of-range'));
      expect(bad((_, entry) => entry(0.5, 1))).toThrow(fault('out-of-range'));
      expect(bad((_, entry) => entry(0, Number.NaN))).toThrow(fault('not-finite'));
      const falling: RowOperator['row'] = (_, entry) => {
        entry(1, 1);
        entry(0, 1);
      };
      expect(bad(falling)).toThrow(fault('out-of-range'));
    }
    expect(() => jacobi({ rows: 2, cols: 2, apply, diagonal: (out) => void out.fill(Infinity) }, b)).toThrow(
      expect.objectContaining({ argument: 'a.diagonal', code: 'not-finite' }),
    );
    for (const solve of [jacobi, gaussSeidel]) {
      const zeroAtOne = { rows: 2, cols: 2, row: (i: number, entry: (j: number, value: number) => void) => entry(0, i + 1) };
      expect(() => solve(zeroAtOne, b)).toThrow(expect.objectContaining({ argument: 'a', code: 'out-of-range', index: 1 }));
      expect(() => solve({ ...zeroAtOne, rows: 3 }, b)).toThrow(expect.objectContaining({ argument: 'a', code: 'shape' }));
    }
  });
});
