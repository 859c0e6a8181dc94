import { csrFromDense } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { gridOptimum } from '../testing/grid-optimum.ts';
import { testProgram, testPrograms } from './cutest.ts';
import { sparseGridProgram } from './data-programs.ts';
import type { TestProgramName } from './equality-formulas.ts';
import type { EqualityProgram } from './equality-program.ts';
import type { SparseEqualityProgram } from './sparse-augmented-lagrangian.ts';
import { sparseAugmentedLagrangian } from './sparse-augmented-lagrangian.ts';

/** A dense program as a sparse one. */
function sparse(program: EqualityProgram): SparseEqualityProgram {
  const { variables: n, equalities: m } = program;
  const matrix = (rows: number, fill: (out: Float64Array) => void) => {
    const values = new Float64Array(rows * n);
    fill(values);
    return csrFromDense({ rows, cols: n, values });
  };
  return {
    ...program,
    jacobian: (x) => matrix(m, (out) => program.jacobian(x, out)),
    hessian: (x, multipliers) => matrix(n, (out) => program.hessian(x, multipliers, out)),
  };
}

describe('sparseAugmentedLagrangian', () => {
  it.each([2, 3, 8, 16, 48])('controls a grid of side %i in one step, to the value by sines', (side) => {
    const known: Readonly<Record<number, number>> = { 2: 4.08465369404, 3: 9.64444205181, 8: 74.0930223283, 16: 301.800365043 };
    const { status, value, outerIterations, residual } = sparseAugmentedLagrangian(
      sparseGridProgram(side),
      new Float64Array(2 * side * side).fill(1),
    );
    expect([status, outerIterations]).toEqual(['converged', 1]);
    expect(residual).toBeLessThan(1e-8);
    const optimum = gridOptimum(side);
    expect(Math.abs(value - optimum)).toBeLessThan(1e-9 * optimum);
    if (known[side] !== undefined) expect(Math.abs(known[side] - optimum)).toBeLessThan(1e-8);
  });

  it.each(['HS7', 'HS39', 'HS40', 'HS42', 'HS47', 'HS77', 'HS78', 'HS79', 'BT2', 'BT5', 'MARATOS', 'HS100LNP'] as const)(
    '%s ends at its optimum',
    (name: TestProgramName) => {
      const { status, value } = sparseAugmentedLagrangian(
        sparse(testProgram(name)),
        Float64Array.from(testPrograms[name].start),
      );
      const { optimum = 0 } = testPrograms[name] as { readonly optimum?: number };
      expect(status).toBe('converged');
      expect(Math.abs(value - optimum)).toBeLessThan(1e-6 * Math.max(1, Math.abs(optimum)));
    },
  );

  it.each(['HS61', 'INFEASIBLE', 'DOMAIN'] as const)('%s ends with a status', (name) => {
    const { status, residual } = sparseAugmentedLagrangian(
      sparse(testProgram(name)),
      Float64Array.from(testPrograms[name].start),
      { maxIterations: 200 },
    );
    expect(status !== 'converged' || residual < 1e-8).toBe(true);
  });

  it('refuses what does not fit', () => {
    const program = sparseGridProgram(2);
    const wrong = { ...program, jacobian: () => program.hessian(new Float64Array(8), new Float64Array(4)) };
    expect(() => sparseAugmentedLagrangian(wrong, new Float64Array(8))).toThrow('program.jacobian');
    expect(() => sparseAugmentedLagrangian(program, new Float64Array(7))).toThrow('initial');
  });

  it('hears limits while it factors', () => {
    const signal = AbortSignal.abort();
    const { status } = sparseAugmentedLagrangian(sparseGridProgram(20), new Float64Array(800), { signal });
    expect(status).toBe('aborted');
  });
});
