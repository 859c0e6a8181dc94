import { run } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { eigen, identity, matmul, matrixFromRows, solveLyapunov, transpose } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dlqr, lqr } from '../regulators/lqr.ts';
import { added, norm, symmetrized } from '../regulators/matrices.ts';
import { newtonStep, riccatiResidual, solveCare } from '../regulators/riccati.ts';
import { errorExponent, finalError } from './control-claims.ts';
import type { ControlInstance } from './control-instance.ts';
import {
  boeing747,
  hamiltonJacobiResidual,
  linearInstance,
  nonlinearSystem,
  policyOf,
  randomPlant,
  thirdOrderSystem,
} from './control-problem.ts';
import { integralReinforcement } from './integral-rl.ts';
import { kleinmanSteps } from './kleinman.ts';
import { matrixOf, quadraticMonomials, weightsOf } from './monomials.ts';

import { valueFromWindows } from './value-from-windows.ts';

const residualOf = (a: DenseMatrix, x: DenseMatrix, q: DenseMatrix) =>
  norm(added(added(matmul(transpose(a), x), matmul(x, a)), q)) / (2 * norm(a) * norm(x) + norm(q));

describe('solveLyapunov', () => {
  it('satisfies its equation for random matrices, real and complex eigenvalues alike', () => {
    for (const n of [1, 2, 3, 5, 8, 13, 30]) {
      const { linear } = randomPlant(n, 1, n);
      if (!linear) throw new Error('linear');
      expect(residualOf(linear.a, solveLyapunov(linear.a, linear.q), linear.q)).toBeLessThan(1e-13);
    }
  });

  it('refuses eigenvalues that add up to zero', () => {
    const a = matrixFromRows([
      [1, 0],
      [0, -1],
    ]);
    expect(() => solveLyapunov(a, identity(2))).toThrow(/add up to zero/);
  });
});

describe('the Riccati equation', () => {
  it('has the solutions of the examples', () => {
    const { optimum } = thirdOrderSystem();
    const expected = [2.355030933091, 2.238452370854, 0.904987562112, 4.241942496772, 1.893095222031, 1.596995960829];
    expected.forEach((value, i) => {
      expect(optimum[i]).toBeCloseTo([0, 3, 5].includes(i) ? value : 2 * value, 10);
    });
    const plane = boeing747();
    expect(hamiltonJacobiResidual(plane, plane.optimum)).toBeLessThan(1e-12);
  });

  it('is solved where entries differ by twelve orders of magnitude (CAREX 7)', () => {
    const epsilon = 1e-6;
    const s = Math.sqrt(1 + epsilon ** 2);
    const a = matrixFromRows([
      [1, 0],
      [0, -2],
    ]);
    const ones = { rows: 2, cols: 2, values: new Float64Array(4).fill(1) };
    const p = solveCare(a, matrixFromRows([[epsilon], [0]]), ones, identity(1)).values;
    expect(p[0] / ((1 + s) / epsilon ** 2) - 1).toBeLessThan(1e-11);
    expect(p[1]).toBeCloseTo(1 / (2 + s), 6);
    expect(p[3]).toBeCloseTo((1 - epsilon ** 2 / (2 + s) ** 2) / 4, 6);
  });

  it('is refused where no feedback stabilizes: a mode on the axis that costs nothing, one out of reach', () => {
    const turning = matrixFromRows([
      [0, 1],
      [-1, 0],
    ]);
    const nothing = { rows: 2, cols: 2, values: new Float64Array(4) };
    expect(() => solveCare(turning, matrixFromRows([[0], [1]]), nothing, identity(1))).toThrow(/no stabilizing feedback/);
    expect(() => lqr(identity(1), matrixFromRows([[0]]), identity(1), identity(1))).toThrow(/no stabilizing feedback/);
    expect(() => lqr(identity(1), identity(1), identity(1), matrixFromRows([[-1]]))).toThrow(/r: is not positive/);
  });

  it('stabilizes, satisfies its equation and does not depend on scale', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 999 }),
        (n, m, seed) => {
          const { linear } = randomPlant(n, m, seed);
          if (!linear) throw new Error('linear');
          // Unstable now.
          const a = added(linear.a, identity(n), 2);
          const { p, residual, polesReal } = lqr(a, linear.b, linear.q, linear.r);
          expect(residual).toBeLessThan(1e-11);
          expect(Math.max(...polesReal)).toBeLessThan(0);
          const by = (matrix: DenseMatrix, factor: number) => ({ ...matrix, values: matrix.values.map((v) => v * factor) });
          const scaled = solveCare(a, linear.b, by(linear.q, 2 ** 300), by(linear.r, 2 ** 300));
          expect(norm(added(by(scaled, 2 ** -300), p, -1)) / norm(p)).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('takes a cross term: the same as no cross term after a change of the input', () => {
    const { linear } = randomPlant(3, 2, 5);
    if (!linear) throw new Error('linear');
    const { a, b, r } = linear;
    const cross = matrixFromRows([
      [0.1, 0.2],
      [0, 0.3],
      [-0.2, 0.1],
    ]);
    const { gain, p } = lqr(a, b, added(linear.q, identity(3), 2), r, { cross });
    // The derivative of the Hamiltonian by u vanishes, and V satisfies the equation with this gain.
    const q = added(linear.q, identity(3), 2);
    const closed = added(a, matmul(b, gain), -1);
    const cost = added(
      added(q, matmul(transpose(gain), matmul(r, gain))),
      added(matmul(cross, gain), transpose(matmul(cross, gain))),
      -1,
    );
    expect(residualOf(closed, p, cost)).toBeLessThan(1e-12);
    const stationary = added(added(matmul(r, gain), matmul(transpose(b), p), -1), transpose(cross), -1);
    expect(norm(stationary)).toBeLessThan(1e-12);
  });

  it('in discrete time agrees with value iteration', () => {
    const a = matrixFromRows([
      [1.1, 0.3],
      [-0.2, 0.9],
    ]);
    const b = matrixFromRows([[0], [1]]);
    const cross = matrixFromRows([[0.1], [0.2]]);
    const { p, gain, residual, polesReal, polesImaginary } = dlqr(a, b, identity(2), identity(1), { cross });
    expect(residual).toBeLessThan(1e-13);
    let value: DenseMatrix = identity(2);
    for (let k = 0; k < 300; k++) {
      const bp = matmul(transpose(b), value);
      const size = 1 + matmul(bp, b).values[0];
      const row = added(matmul(bp, a), transpose(cross));
      const drop = matmul(transpose(row), row);
      value = symmetrized(added(added(matmul(matmul(transpose(a), value), a), identity(2)), drop, -1 / size));
      if (k === 299)
        row.values.forEach((entry, i) => {
          expect(gain.values[i]).toBeCloseTo(entry / size, 11);
        });
    }
    expect(norm(added(p, value, -1))).toBeLessThan(1e-11);
    polesReal.forEach((part, i) => {
      expect(Math.hypot(part, polesImaginary[i])).toBeLessThan(1);
    });
  });
});

describe('Kleinman’s iteration', () => {
  it('falls monotonically and quadratically, as on the paper’s system', () => {
    const instance = thirdOrderSystem();
    const optimum = matrixOf(instance.optimum, 3);
    const errors: number[] = [];
    let before: DenseMatrix | undefined;
    const { status } = run(kleinmanSteps(instance), {
      onIteration: (iterate) => {
        if (iterate.iteration === 0) return;
        const p = matrixOf(iterate.solution().weights, 3);
        errors.push(norm(added(p, optimum, -1)));
        if (before) expect(Math.min(...eigen(added(before, p, -1)).real)).toBeGreaterThan(-1e-9);
        before = p;
      },
    });
    expect(status).toBe('converged');
    [22.872, 10.0006, 3.8939, 1.2858, 0.26668, 1.01772e-2, 1.0886e-5].forEach((expected, i) => {
      expect(errors[i] / expected).toBeCloseTo(1, 3);
    });
  });

  it('has the scalar iterates', () => {
    const one = identity(1);
    const scalar = linearInstance({ a: one, b: one, q: one, r: one }, Float64Array.of(1), {
      initialWeights: Float64Array.of(2),
    });
    const seen: number[] = [];
    run(kleinmanSteps(scalar), { onIteration: (iterate) => seen.push(iterate.solution().weights[0]) });
    expect(seen[1]).toBeCloseTo(2.5, 12);
    expect(seen[2]).toBeCloseTo(2.4166666666666665, 12);
    expect(seen.at(-1)).toBeCloseTo(1 + Math.SQRT2, 11);
  });
});

describe('integral reinforcement learning', () => {
  it.each([
    [5, 1.2876e-4, 7.83e-6],
    [7, 5.723e-5, 1.3e-6],
    [9, 3.219e-5, 3.39e-7],
    [11, 2.06e-5, 1.17e-7],
    [15, 1.0513e-5, 2.44e-8],
  ])('has the errors of the paper on its nonlinear system with %i samples', (samples, trapezoidal, bayesian) => {
    const instance = nonlinearSystem();
    expect(finalError(instance, { quadrature: 'trapezoidal', samples, windowStart: 'trajectory' }) / trapezoidal).toBeCloseTo(
      1,
      2,
    );
    expect(finalError(instance, { quadrature: 'bayesian', samples, windowStart: 'trajectory' }) / bayesian).toBeCloseTo(1, 1);
  });

  it('has those on the linear system', () => {
    const instance = thirdOrderSystem();
    const error = (quadrature: 'trapezoidal' | 'bayesian', samples: number) => {
      const { weights } = integralReinforcement(instance, { quadrature, samples, windowStart: 'trajectory' });
      return norm(added(matrixOf(weights, 3), matrixOf(instance.optimum, 3), -1));
    };
    expect(error('trapezoidal', 5) / 1.1776e-3).toBeCloseTo(1, 2);
    expect(error('trapezoidal', 15) / 9.606e-5).toBeCloseTo(1, 1);
    expect(error('bayesian', 5) / 5.24e-5).toBeCloseTo(1, 1);
    expect(error('bayesian', 9) / 2.14e-6).toBeLessThan(1.5);
  });

  it('falls with the square of the intervals by the trapezoidal rule, and faster than their fourth power by the Bayesian', () => {
    const instance = nonlinearSystem();
    expect(errorExponent(instance, { quadrature: 'trapezoidal' }, [5, 9, 15])).toBeCloseTo(-2, 1);
    expect(errorExponent(instance, {}, [5, 9, 15])).toBeLessThan(-4);
  });

  it('with exact integrals is Newton’s method', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 99 }), (n, seed) => {
        const instance = { ...randomPlant(n, 1, seed), window: 0.2 };
        const { linear } = instance;
        if (!linear) throw new Error('linear');
        let p: DenseMatrix = matrixOf(instance.initialWeights, n);
        for (let maxPolicies = 1; maxPolicies <= 3; maxPolicies++) {
          p = newtonStep(linear.a, linear.b, linear.q, p) ?? p;
          const { weights, rank } = integralReinforcement(instance, {
            quadrature: 'exact',
            windowStart: 'initial',
            maxPolicies,
            tolerance: 0,
            odeTolerance: 1e-12,
          });
          expect(rank).toBe((n * (n + 1)) / 2);
          expect(norm(added(matrixOf(weights, n), p, -1)) / norm(p)).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 12 },
    );
    // The nonlinear system: exact integrals and ten nodes of Gauss agree.
    const nonlinear = nonlinearSystem();
    const settings = { windowStart: 'initial', maxPolicies: 3, tolerance: 0 } as const;
    const exact = integralReinforcement(nonlinear, { ...settings, quadrature: 'exact' }).weights;
    const gauss = integralReinforcement(nonlinear, { ...settings, quadrature: 'gauss-legendre', samples: 10 }).weights;
    exact.forEach((weight, i) => {
      expect(gauss[i]).toBeCloseTo(weight, 7);
    });
  });

  it('ends where the state has come to rest, runs away, or does not tell the weights', () => {
    const instance = thirdOrderSystem();
    const rest = integralReinforcement(instance, { quadrature: 'exact', tolerance: 0, windowStart: 'trajectory' });
    expect(rest.status).toBe('stalled');
    const one = identity(1);
    const unstable = linearInstance({ a: one, b: one, q: one, r: one }, Float64Array.of(1));
    const away = integralReinforcement({ ...unstable, window: 10 }, { windowStart: 'trajectory' });
    expect([away.status, away.reason]).toEqual(['stalled', 'the state diverges under the policy']);
    // Windows that start anew hide that the state runs away; the value that satisfies them is negative.
    const hidden = integralReinforcement({ ...unstable, window: 1 });
    expect(hidden.status).toBe('stalled');
    expect(hidden.reason).toMatch(/negative value/);
    const still = integralReinforcement({ ...unstable, initialState: Float64Array.of(0) });
    expect(still.status).toBe('stalled');
    expect(() => integralReinforcement(instance, { windows: 3 })).toThrow(/windows: must be at least/);
  });

  it('goes on when little excitation is left, and says so', () => {
    const instance = thirdOrderSystem();
    const tight = integralReinforcement(instance, {
      quadrature: 'exact',
      tolerance: 1e-9,
      windowStart: 'trajectory',
      maxPolicies: 40,
      odeTolerance: 1e-12,
    });
    expect(tight.policies).toBeGreaterThan(8);
    expect(tight.excitation).toBeLessThan(1e-6);
    expect(norm(added(matrixOf(tight.weights, 3), matrixOf(instance.optimum, 3), -1))).toBeLessThan(1e-2);
  });

  it('reads uneven samples', () => {
    const { system, features, optimum } = nonlinearSystem() satisfies ControlInstance;
    // Under the optimal policy, recorded by a simulation with many small steps of Euler's method in between.
    const policy = policyOf(system, features, optimum);
    const x = Float64Array.of(1, 1);
    const [f, g, u] = [new Float64Array(2), new Float64Array(2), new Float64Array(1)];
    const times = [0, 0.03, 0.05, 0.11, 0.16, 0.2];
    const windows = Array.from({ length: 12 }, () => {
      const states: number[] = [];
      const costs: number[] = [];
      times.forEach((time, j) => {
        const steps = j === 0 ? 0 : 2000;
        const h = j === 0 ? 0 : (time - times[j - 1]) / steps;
        for (let k = 0; k < steps; k++) {
          system.drift(x, f);
          system.inputMap(x, g);
          policy(x, u);
          for (let i = 0; i < 2; i++) x[i] += h * (f[i] + g[i] * u[0]);
        }
        policy(x, u);
        states.push(...x);
        costs.push(system.stateCost(x) + u[0] * u[0]);
      });
      return {
        times: Float64Array.from(times),
        states: { rows: times.length, cols: 2, values: Float64Array.from(states) },
        costs: Float64Array.from(costs),
      };
    });
    const { weights, rank, residual } = valueFromWindows(windows, features);
    expect(rank).toBe(3);
    expect(residual).toBeLessThan(1e-4);
    weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(optimum[i], 3);
    });
    expect(() => valueFromWindows(windows.slice(0, 2), quadraticMonomials(2))).toThrow(/windows: needs/);
  });

  it('errs in proportion to its quadrature: the weights of the identity are the identity’s', () => {
    expect([...weightsOf(matrixOf(Float64Array.of(1, 4, 9), 2))]).toEqual([1, 4, 9]);
    const g = identity(2);
    expect(riccatiResidual(identity(2), g, g, { ...g, values: g.values.map((v) => v * (1 + Math.SQRT2)) })).toBeLessThan(1e-15);
  });
});
