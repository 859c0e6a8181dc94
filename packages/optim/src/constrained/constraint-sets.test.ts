// The front door with constraints: what users of SciPy's `minimize` bring, sets of both kinds, and what is refused.
import { matrixFromRows } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { minimize } from '../minimize.ts';
import { hockSchittkowski } from '../testing/hock-schittkowski.ts';
import { linearConstraints, nonlinearConstraints } from './constraint-sets.ts';
import { programOf } from './formula-program.ts';
import { interiorPoint } from './interior-point.ts';

const rounded = (x: Float64Array) => Array.from(x, (v) => Math.round(1e5 * v) / 1e5);

/** A formula's problem as users have it. */
function asUsers(name: string, withHessian: boolean) {
  const program = programOf(hockSchittkowski[name]);
  const zeros = new Float64Array(program.constraints);
  const objective = {
    dimension: program.variables,
    value: program.value,
    gradient: program.gradient,
    ...(withHessian && { hessian: (x: Float64Array, out: Float64Array) => program.hessian?.(x, zeros, 1, out) }),
  };
  const functions = {
    count: program.constraints,
    value: program.values,
    jacobian: program.jacobian,
    ...(withHessian && {
      hessian: (x: Float64Array, multipliers: Float64Array, out: Float64Array) => program.hessian?.(x, multipliers, 0, out),
    }),
  };
  const constraints = nonlinearConstraints(functions, { lower: program.low, upper: program.high });
  const { lower, upper } = program;
  return { program, objective, options: { constraints, lower, upper }, start: Float64Array.from(hockSchittkowski[name].start) };
}

describe('minimize with constraints', () => {
  it.each(['HS6', 'HS10', 'HS14', 'HS21', 'HS24', 'HS35', 'HS43', 'HS71', 'HS76', 'HS100', 'HS113'])(
    '%s, with and without Hessians',
    (name) => {
      for (const withHessian of [true, false]) {
        const { objective, options, start } = asUsers(name.slice(2), withHessian);
        const found = minimize(objective, start, options);
        const [least] = hockSchittkowski[name.slice(2)].minima;
        expect(found.status, found.reason).toBe('converged');
        expect(Math.abs(found.value - least)).toBeLessThan(1e-6 * Math.max(1, Math.abs(least)));
        expect(found.violation).toBeLessThan(1e-6);
        expect(found.evaluations.gradient).toBeGreaterThan(0);
        expect(found.evaluations.hessian > 0).toBe(withHessian);
      }
    },
  );

  it('does what interiorPoint does with the same functions', () => {
    const { program, objective, options, start } = asUsers('43', true);
    const found = minimize(objective, start, { ...options, method: 'interior-point' });
    const alone = interiorPoint(program, start);
    expect(found.iterations).toBe(alone.iterations);
    for (const [i, value] of found.x.entries()) expect(value).toBeCloseTo(alone.x[i], 9);
    for (const [j, value] of found.multipliers.entries()) expect(value).toBeCloseTo(alone.multipliers[j], 7);
  });

  it.each(['auto', 'differences'] as const)('takes equalities, and redundant ones (%s)', (secondDerivatives) => {
    const square = { dimension: 3, value: ([x, y, z]: Float64Array) => x * x + 2 * y * y + 3 * z * z };
    const one = linearConstraints(matrixFromRows([[1, 1, 1]]), { lower: 1, upper: 1 });
    const settings = { tolerance: 1e-6, secondDerivatives };
    const [first, second] = secondDerivatives === 'auto' ? ['sqp', 'sqp'] : ['exact-augmented-lagrangian', 'interior-point'];
    const plain = minimize(square, new Float64Array(3), { constraints: one, ...settings });
    expect([plain.status, plain.method]).toEqual(['converged', first]);
    // By Lagrange: x_i in proportion to 1, 1/2, 1/3, and L = f + λ (Σ x - 1) with λ = -12/11.
    expect(rounded(plain.x)).toEqual([6, 3, 2].map((v) => Math.round((1e5 * v) / 11) / 1e5));
    expect(plain.multipliers[0]).toBeCloseTo(-12 / 11, 5);
    const twice = linearConstraints(matrixFromRows([[2, 2, 2]]), { lower: 2, upper: 2 });
    const redundant = minimize(square, new Float64Array(3), { constraints: [one, twice], ...settings });
    expect([redundant.status, redundant.method]).toEqual(['converged', second]);
    expect(rounded(redundant.x)).toEqual(rounded(plain.x));
    expect(redundant.multipliers[0] + 2 * redundant.multipliers[1]).toBeCloseTo(-12 / 11, 4);
  });

  it('keeps the order of sets, and the signs of two-sided ones', () => {
    // (x - 3)² + (y + 2)² with -1 <= x + y <= 0.5, y >= -1 by a nonlinear set: both of which hold.
    const far = { dimension: 2, value: ([x, y]: Float64Array) => (x - 3) ** 2 + (y + 2) ** 2 };
    const band = linearConstraints(matrixFromRows([[1, 1]]), { lower: -1, upper: 0.5 });
    const floor = nonlinearConstraints({ count: 1, value: ([, y], out) => out.set([y]) }, { lower: -1 });
    const found = minimize(far, new Float64Array(2), { constraints: [floor, band], tolerance: 1e-7 });
    expect(rounded(found.x)).toEqual([1.5, -1]);
    // ∇f = (-3, 2): λ_band = 3 at its upper bound, λ_floor = -5 at its lower one.
    expect(found.multipliers[0]).toBeCloseTo(-5, 4);
    expect(found.multipliers[1]).toBeCloseTo(3, 4);
  });

  it('gives multipliers of bounds', () => {
    const found = minimize(
      { dimension: 2, value: ([x, y]: Float64Array) => (x - 3) ** 2 + (y - 1) ** 2 },
      new Float64Array(2),
      {
        constraints: linearConstraints(matrixFromRows([[1, 1]]), { upper: 10 }),
        upper: Float64Array.of(2, 5),
        tolerance: 1e-7,
      },
    );
    expect(rounded(found.x)).toEqual([2, 1]);
    expect(found.boundMultipliers[0]).toBeCloseTo(2, 4);
    expect(Math.abs(found.boundMultipliers[1])).toBeLessThan(1e-4);
  });

  it('says where nothing is feasible, with the least sum of violations (scipy#5743)', () => {
    const found = minimize({ dimension: 2, value: ([x, y]: Float64Array) => x * x + y * y }, Float64Array.of(1, 2), {
      constraints: linearConstraints(matrixFromRows([[1, 1]]), { lower: 1, upper: 1 }),
      lower: Float64Array.of(2, 0),
    });
    expect(found.status).toBe('stalled');
    expect(found.reason).toContain('no feasible point');
    expect(found.violation).toBeCloseTo(1, 5);
  });

  it('says where f has no bound, and does not ask beyond bounds', () => {
    const seen: number[] = [];
    const line = {
      dimension: 1,
      value: ([x]: Float64Array) => {
        seen.push(x);
        return -x;
      },
    };
    const away = minimize(line, new Float64Array(1), {
      constraints: linearConstraints(matrixFromRows([[1]]), { lower: 0 }),
      lower: -1,
    });
    expect(away.status).toBe('stalled');
    expect(away.reason).toContain('no bound');
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(-1);
  });

  it('shortens steps where a function is NaN', () => {
    const log = { dimension: 2, value: ([x, y]: Float64Array) => -Math.log(x) - Math.log(y) };
    const found = minimize(log, Float64Array.of(0.01, 0.01), {
      constraints: linearConstraints(matrixFromRows([[1, 1]]), { upper: 1 }),
      tolerance: 1e-6,
    });
    expect(found.status).toBe('converged');
    expect(rounded(found.x)).toEqual([0.5, 0.5]);
  });

  it('refuses what is no set, wrong shapes and methods that do not fit', () => {
    const square = { dimension: 2, value: ([x, y]: Float64Array) => x * x + y * y };
    const start = new Float64Array(2);
    expect(() => minimize(square, start, { constraints: { count: 1 } as never })).toThrow('constraints');
    expect(() => minimize(square, start, { constraints: [] })).toThrow('constraints');
    expect(() => minimize(square, start, { constraints: null as never })).toThrow('constraints');
    const wide = linearConstraints(matrixFromRows([[1, 1, 1]]), { upper: 1 });
    expect(() => minimize(square, start, { constraints: wide })).toThrow('columns');
    const fit = linearConstraints(matrixFromRows([[1, 1]]), { upper: 1 });
    expect(() => minimize(square, start, { constraints: fit, method: 'lbfgs' as never })).toThrow('method');
    expect(() => minimize(square, start, { constraints: fit, method: 'exact-augmented-lagrangian' })).toThrow('method');
    expect(() => linearConstraints(matrixFromRows([[1, 1]]), { lower: 2, upper: 1 })).toThrow('lower');
    expect(() => nonlinearConstraints({ count: 1 } as never, { upper: 0 })).toThrow('functions.value');
  });
});
