// Systems of equations from the literature, with known roots, and some without.
import { describe, expect, it } from 'vitest';
import type { NonlinearSystem } from './solve-nonlinear.ts';
import { solveNonlinear } from './solve-nonlinear.ts';

/** J. Moré, B. Garbow, K. Hillstrom: Testing unconstrained optimization software (1981). */
const SYSTEMS: Readonly<Record<string, { system: NonlinearSystem; start: readonly number[]; root?: readonly number[] }>> = {
  rosenbrock: {
    system: { dimension: 2, values: ([a, b], out) => out.set([10 * (b - a * a), 1 - a]) },
    start: [-1.2, 1],
    root: [1, 1],
  },
  'powell badly scaled': {
    system: { dimension: 2, values: ([a, b], out) => out.set([1e4 * a * b - 1, Math.exp(-a) + Math.exp(-b) - 1.0001]) },
    start: [0, 1],
    root: [1.0981593e-5, 9.106146739],
  },
  'helical valley': {
    system: {
      dimension: 3,
      values: ([a, b, c], out) => {
        const angle = Math.atan2(b, a) / (2 * Math.PI);
        out.set([10 * (c - 10 * (angle < -0.25 ? angle + 1 : angle)), 10 * (Math.hypot(a, b) - 1), c]);
      },
    },
    start: [-1, 0.1, 0],
    root: [1, 0, 0],
  },
  'discrete boundary values': {
    system: {
      dimension: 10,
      values: (x, out) => {
        const h = 1 / 11;
        for (let i = 0; i < 10; i++)
          out[i] = 2 * x[i] - (x[i - 1] ?? 0) - (x[i + 1] ?? 0) + (h * h * (x[i] + h * (i + 1) + 1) ** 3) / 2;
      },
    },
    start: Array.from({ length: 10 }, (_, i) => ((i + 1) / 11) * ((i + 1) / 11 - 1)),
  },
  'broyden tridiagonal': {
    system: {
      dimension: 10,
      values: (x, out) => {
        for (let i = 0; i < 10; i++) out[i] = (3 - 2 * x[i]) * x[i] - (x[i - 1] ?? 0) - 2 * (x[i + 1] ?? 0) + 1;
      },
    },
    start: new Array(10).fill(-1),
  },
};

describe.each(['newton', 'broyden'] as const)('%s', (method) => {
  const solved = Object.entries(SYSTEMS).filter(([name]) => method === 'newton' || name !== 'powell badly scaled');
  it.each(solved)('solves %s', (_, { system, start, root }) => {
    const { x, status, values, residual } = solveNonlinear(system, Float64Array.from(start), { method });
    expect(status).toBe('converged');
    const check = new Float64Array(system.dimension);
    system.values(x, check);
    expect(check).toEqual(values);
    expect(residual).toBeLessThan(1e-7);
    for (const [i, entry] of (root ?? []).entries()) {
      expect(Math.abs(x[i] - entry)).toBeLessThan(1e-6 * Math.max(1e-3, Math.abs(entry)));
    }
  });

  it('says when there is no solution', () => {
    const none: NonlinearSystem = { dimension: 2, values: ([a, b], out) => out.set([a * a + 1, b]) };
    expect(solveNonlinear(none, Float64Array.of(3, 2), { method }).status).not.toBe('converged');
    const singular: NonlinearSystem = { dimension: 2, values: ([a, b], out) => out.set([a + b - 1, a + b - 2]) };
    expect(solveNonlinear(singular, Float64Array.of(3, 2), { method }).status).toBe('stalled');
  });

  it('does not depend on scales', () => {
    for (const s of [1e-100, 1e100]) {
      const system: NonlinearSystem = {
        dimension: 2,
        values: ([a, b], out) => out.set([s * (a * a + b * b - 4), s * (a * b - 1)]),
      };
      const { x, status } = solveNonlinear(system, Float64Array.of(2, 0.1), { method });
      expect(status).toBe('converged');
      expect(x[0]).toBeCloseTo(Math.sqrt(2 + Math.sqrt(3)), 8);
    }
  });

  it('refuses what is no system and a start without values', () => {
    const log: NonlinearSystem = { dimension: 1, values: ([a], out) => out.set([Math.log(a)]) };
    expect(() => solveNonlinear(log, Float64Array.of(-1), { method })).toThrow(
      expect.objectContaining({ argument: 'initial' }),
    );
    expect(solveNonlinear(log, Float64Array.of(0.1), { method }).x[0]).toBeCloseTo(1, 8);
    expect(() => solveNonlinear({} as NonlinearSystem, Float64Array.of(1), { method })).toThrow(
      expect.objectContaining({ argument: 'system' }),
    );
  });
});
