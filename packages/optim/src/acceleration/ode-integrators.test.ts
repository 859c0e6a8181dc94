// The integrators against closed forms: orders, tolerances, states between steps, ends.
import { describe, expect, it } from 'vitest';
import { dopri5 } from './dopri5.ts';
import type { VectorField } from './ode-integrators.ts';
import { explicitEuler, rk4 } from './ode-integrators.ts';

/** A damped oscillator, x'' + 2x' + 25x = 0 from x = 1 at rest: e^{-t} (cos wt + sin(wt)/w), w = sqrt 24. */
const oscillator: VectorField = (_, [x, v], out) => out.set([v, -2 * v - 25 * x]);
const start = Float64Array.of(1, 0);
const exact = (t: number) => {
  const w = Math.sqrt(24);
  return Math.exp(-t) * (Math.cos(w * t) + Math.sin(w * t) / w);
};
const argument = (name: string) => expect.objectContaining({ argument: name });

describe('rk4', () => {
  it('has the errors of the table, of fourth order', () => {
    expect(exact(1.7)).toBeCloseTo(-0.050257732762, 12);
    const table = { 20: 2.759e-4, 40: 1.25e-5, 80: 6.32e-7, 160: 3.484e-8 };
    for (const [steps, error] of Object.entries(table)) {
      const { states, evaluations } = rk4(oscillator, start, { to: 1.7, steps: Number(steps) });
      const found = Math.abs(states.values[2 * (states.rows - 1)] - exact(1.7));
      expect(found / error).toBeCloseTo(1, 2);
      expect(evaluations.value).toBe(4 * Number(steps));
      expect(states.rows).toBe(Number(steps) + 1);
    }
  });
});

describe('explicit Euler', () => {
  it('is of first order', () => {
    const error = (steps: number) => {
      const { states } = explicitEuler(oscillator, start, { to: 1.7, steps });
      return Math.abs(states.values[2 * steps] - exact(1.7));
    };
    expect(Math.log2(error(4000) / error(8000))).toBeCloseTo(1, 1);
  });
});

describe('dopri5', () => {
  it.each([1e-4, 1e-6, 1e-8, 1e-10])('keeps to a tolerance of %d', (relativeTolerance) => {
    const options = { to: 5, relativeTolerance, absoluteTolerance: relativeTolerance };
    const { times, states, status } = dopri5(oscillator, start, options);
    expect(status).toBe('converged');
    times.forEach((time, k) => {
      expect(Math.abs(states.values[2 * k] - exact(time))).toBeLessThan(20 * relativeTolerance);
    });
  });

  it('is of fifth order: a hundred thousandth of the tolerance takes about ten times as many steps', () => {
    const steps = (tolerance: number) =>
      dopri5(oscillator, start, { to: 20, relativeTolerance: tolerance, absoluteTolerance: tolerance }).iterations;
    expect(steps(1e-10) / steps(1e-5)).toBeGreaterThan(7);
    expect(steps(1e-10) / steps(1e-5)).toBeLessThan(13);
  });

  it('gives states between steps, to nearly the same error', () => {
    const times = Float64Array.from({ length: 401 }, (_, k) => k / 100);
    const { states, evaluations, times: given } = dopri5(oscillator, start, { to: 4, times });
    expect(given).toEqual(times);
    times.forEach((time, k) => {
      expect(Math.abs(states.values[2 * k] - exact(time))).toBeLessThan(1e-7);
    });
    expect(evaluations).toEqual(dopri5(oscillator, start, { to: 4 }).evaluations);
  });

  it('follows time that is not zero at first, and fields that depend on it', () => {
    // z' = 2t, z(1) = 1
    const { states } = dopri5((t, _, out) => out.set([2 * t]), Float64Array.of(1), { from: 1, to: 3 });
    expect(states.values.at(-1)).toBeCloseTo(9, 9);
  });

  it('stalls before a singularity', () => {
    // z = 1 / (1 - t)
    const { status, reason, times } = dopri5((_, [z], out) => out.set([z * z]), Float64Array.of(1), { to: 2 });
    expect(status).toBe('stalled');
    expect(reason).toMatch(/shorter than rounding/);
    expect(times.at(-1)).toBeCloseTo(1, 6);
  });

  it('keeps still at an equilibrium without any absolute tolerance', () => {
    const { states, iterations } = dopri5((_, z, out) => out.set(z), new Float64Array(2), { to: 10, absoluteTolerance: 0 });
    expect(states.values.every((value) => value === 0)).toBe(true);
    expect(iterations).toBeLessThan(20);
  });
});

describe('all of them', () => {
  it('end at limits with what they have', () => {
    const limited = rk4(oscillator, start, { to: 1, steps: 10, maxIterations: 3 });
    expect(limited.status).toBe('iteration-limit');
    expect(limited.times.length).toBe(4);
    const exploding = explicitEuler((_, [z], out) => out.set([z ** 3]), Float64Array.of(1e100), { to: 1, steps: 10 });
    expect(exploding.status).toBe('stalled');
    expect(exploding.states.values.every(Number.isFinite)).toBe(true);
    expect(dopri5(oscillator, start, { to: 100, maxIterations: 5 }).status).toBe('iteration-limit');
  });

  it('record more than a buffer', () => {
    const { times, states } = rk4(oscillator, start, { to: 10, steps: 1000 });
    expect(times.length).toBe(1001);
    expect(times[1000]).toBe(10);
    expect(states.values[2 * 500]).toBeCloseTo(exact(5), 6);
  });

  it('refuse what does not fit', () => {
    for (const integrate of [rk4, explicitEuler]) {
      expect(() => integrate(oscillator, start, { to: 0, steps: 1 })).toThrow(argument('to'));
      expect(() => integrate(oscillator, start, { to: 1, steps: 0 })).toThrow(argument('steps'));
      expect(() => integrate(oscillator, new Float64Array(0), { to: 1, steps: 1 })).toThrow(argument('initial'));
    }
    expect(() => dopri5(oscillator, start, { from: 2, to: 1 })).toThrow(argument('to'));
    expect(() => dopri5(oscillator, start, { to: 1, relativeTolerance: 0 })).toThrow(argument('relativeTolerance'));
    expect(() => dopri5(oscillator, start, { to: 1, absoluteTolerance: -1 })).toThrow(argument('absoluteTolerance'));
    for (const times of [Float64Array.of(0.5, 0.2), Float64Array.of(-1), Float64Array.of(2)]) {
      expect(() => dopri5(oscillator, start, { to: 1, times })).toThrow(argument('times'));
    }
  });
});
