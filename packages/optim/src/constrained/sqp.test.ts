// Sequential quadratic programming: its steps against the first-order conditions, and problems by values alone against their known minima.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { minimize } from '../minimize.ts';
import { hockSchittkowski } from '../testing/hock-schittkowski.ts';
import { solveActiveSet } from './active-set-quadratic.ts';
import { nonlinearConstraints } from './constraint-sets.ts';
import { linearProgram } from './convex-program.ts';
import { programOf } from './formula-program.ts';

describe('the dual active-set method', () => {
  it('meets the first-order conditions, which suffice, or nothing is feasible', () => {
    let [solved, infeasible] = [0, 0];
    for (let seed = 0; seed < 200; seed++) {
      const random = new Random(seed);
      const [n, m] = [1 + random.integer(6), random.integer(7)];
      const draw = (length: number) => random.normals(new Float64Array(length));
      const root = draw(n * n); // R, B⁻¹ = R'R
      for (let i = 0; i < n; i++) root[i * n + i] += 3;
      const [linear, rows, middle] = [draw(n), draw(m * n), draw(m)];
      const width = middle.map((_, j) => (j % 3 === 0 ? 0 : random.uniform()));
      const [low, high] = [middle.map((v, j) => v - width[j]), middle.map((v, j) => v + width[j])];
      const [lower, upper] = [draw(n).map((v) => -Math.abs(v)), draw(n).map(Math.abs)];
      if (seed % 2 === 0) upper.fill(Infinity);
      const found = solveActiveSet({ root: root.slice(), linear, rows, low, high, lower, upper });
      if (!found) {
        const matrix = { rows: m, cols: n, values: rows };
        expect(linearProgram({ linear: new Float64Array(n), rows: matrix, low, high, lower, upper }).certificate?.kind).toBe(
          'infeasible',
        );
        infeasible++;
        continue;
      }
      solved++;
      const { step, multipliers, boundMultipliers } = found;
      // p = -R'R (g + A'λ + μ)
      const slope = linear.map((g, i) => {
        let sum = g + boundMultipliers[i];
        for (let j = 0; j < m; j++) sum += rows[j * n + i] * multipliers[j];
        return sum;
      });
      const image = linear.map((_, k) => slope.reduce((sum, v, i) => sum + root[k * n + i] * v, 0));
      const size = 1 + Math.hypot(...step, ...multipliers, ...boundMultipliers);
      const check = (value: number, multiplier: number, least: number, most: number) => {
        expect(Math.max(least - value, value - most)).toBeLessThan(1e-9 * size);
        if (least === most) return;
        const distance = multiplier > 0 ? most - value : multiplier < 0 ? value - least : 0;
        expect(Math.abs(distance)).toBeLessThan(1e-9 * size);
      };
      for (let i = 0; i < n; i++) {
        const back = image.reduce((sum, v, k) => sum + root[k * n + i] * v, 0);
        expect(Math.abs(step[i] + back)).toBeLessThan(1e-8 * size * size);
        check(step[i], boundMultipliers[i], lower[i], upper[i]);
      }
      for (let j = 0; j < m; j++) {
        const value = step.reduce((sum, v, i) => sum + rows[j * n + i] * v, 0);
        check(value, multipliers[j], low[j], high[j]);
      }
    }
    expect(solved).toBeGreaterThan(80);
    expect(infeasible).toBeGreaterThan(20);
  });
});

describe('by values alone', () => {
  it('the problems of Hock and Schittkowski are solved as SciPy solves them with less, without a call outside of bounds', () => {
    const [calls, wrong, outside]: [number[], string[], string[]] = [[], [], []];
    let solved = 0;
    const names = Object.keys(hockSchittkowski).filter((name) => (hockSchittkowski[name].constraints ?? []).length > 0);
    for (const name of names) {
      const { start, minima } = hockSchittkowski[name];
      const program = programOf(hockSchittkowski[name]);
      const { constraints: count, lower, upper, low, high } = program;
      let asked = 0;
      const inside = (x: Float64Array) => x.every((v, i) => v >= lower[i] && v <= upper[i]);
      const f = (x: Float64Array) => {
        asked++;
        if (!inside(x)) outside.push(name);
        return program.value(x);
      };
      const g = (x: Float64Array, out: Float64Array) => {
        if (!inside(x)) outside.push(name);
        program.values(x, out);
      };
      const constraints = nonlinearConstraints({ count, value: g }, { lower: low, upper: high });
      const found = minimize(f, start, { constraints, lower, upper, maxIterations: 300 });
      const isRight =
        minima.some((value) => Math.abs(found.value - value) <= 1e-6 * Math.max(1, Math.abs(value))) &&
        found.violation <= 1e-6 * Math.max(1, ...start.map(Math.abs));
      if (found.status === 'converged' && isRight) solved++;
      else if (found.status === 'converged') wrong.push(name);
      calls.push(asked);
    }
    expect([wrong, outside]).toEqual([[], []]);
    expect(solved).toBeGreaterThanOrEqual(names.length - 2);
    calls.sort((a, b) => a - b);
    expect(calls[calls.length >> 1]).toBeLessThanOrEqual(70);
  });
});

describe('with gradients', () => {
  it('many variables take steps by dozens, though each step tells of one direction only', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const n = 100;
      const random = new Random(seed);
      const linear = random.normals(new Float64Array(n)).map((z) => 5 * z);
      const curvature = random.normals(new Float64Array(n)).map((z) => 1 + 9 * z * z);
      const ball = nonlinearConstraints(
        {
          count: 1,
          value: (x) => [x.reduce((sum, entry) => sum + entry * entry, 0)],
          jacobian: (x) => x.map((entry) => 2 * entry),
        },
        { upper: 1 },
      );
      const objective = {
        value: (x: Float64Array) =>
          x.reduce((sum, entry, i) => sum + (curvature[i] * entry * entry) / 2 + linear[i] * entry, 0),
        gradient: (x: Float64Array, out: Float64Array) => {
          for (let i = 0; i < n; i++) out[i] = curvature[i] * x[i] + linear[i];
        },
      };
      const found = minimize(objective, new Float64Array(n).fill(0.01), { constraints: ball });
      expect([found.status, found.method]).toEqual(['converged', 'sqp']);
      expect(found.iterations).toBeLessThan(100);
      // The minimum of the Lagrangian for the multiplier at which the ball is met, by bisection.
      const at = (lambda: number) => linear.map((b, i) => -b / (curvature[i] + 2 * lambda));
      let [low, high] = [0, 1e3];
      for (let k = 0; k < 200; k++) {
        const middle = (low + high) / 2;
        if (at(middle).reduce((sum, entry) => sum + entry * entry, 0) > 1) low = middle;
        else high = middle;
      }
      expect(found.multipliers[0]).toBeCloseTo(low, 5);
      at(low).forEach((entry, i) => {
        expect(found.x[i]).toBeCloseTo(entry, 6);
      });
    }
  });
});
