// What holds for all methods of acceleration alike: what must not change them, what they count, and what they refuse.

import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { expectClose, methods, outputs } from '../testing/acceleration-runs.ts';
import { knownFunctions, randomQuadratic, randomRotation } from '../testing/convex-functions.ts';
import { gradientDescent } from './gradient-descent.ts';
import type { HeavyBallOptions } from './heavy-ball.ts';
import { heavyBall } from './heavy-ball.ts';
import { item } from './item.ts';
import { nesterovConvex } from './nesterov-convex.ts';
import { nesterovStronglyConvex } from './nesterov-strongly-convex.ts';
import { tripleMomentum } from './triple-momentum.ts';

describe.each(Object.entries(methods))('%s', (_, method) => {
  const quadratic = randomQuadratic(11);
  const { objective, initial, lipschitz, strongConvexity } = quadratic;
  const COUNT = 40;
  const known = { lipschitz, strongConvexity, count: COUNT };
  const path = outputs(method, objective, initial, known);

  it('turns and moves with the function', () => {
    const random = new Random(5);
    const rotation = randomRotation(initial.length, random);
    const offset = random.normals(new Float64Array(initial.length));
    const forth = (x: Float64Array) =>
      Float64Array.from(rotation, (row, i) => row.reduce((sum, value, j) => sum + value * x[j], 0) + offset[i]);
    const turnedBack = (x: Float64Array) => x.map((__, j) => rotation.reduce((sum, row, i) => sum + row[j] * x[i], 0));
    const back = (x: Float64Array) => turnedBack(x.map((value, i) => value - offset[i]));
    // g(x) = f(Q x + c): the iterates of f are Q x + c.
    const inner = new Float64Array(initial.length);
    const turned: Objective = {
      dimension: initial.length,
      value: (x) => objective.value(forth(x)),
      gradient: (x, out) => {
        objective.gradient(forth(x), inner);
        out.set(turnedBack(inner));
      },
    };
    outputs(method, turned, back(initial), known).forEach((output, k) => {
      expectClose(forth(output), path[k], 1e-9);
    });
  });

  it('does not care about the unit of the function', () => {
    // A power of two changes no rounding.
    const scaled: Objective = {
      dimension: objective.dimension,
      value: (x) => 64 * objective.value(x),
      gradient: (x, out) => {
        objective.gradient(x, out);
        for (let i = 0; i < out.length; i++) out[i] *= 64;
      },
    };
    const constants = { lipschitz: 64 * lipschitz, strongConvexity: 64 * strongConvexity, count: COUNT };
    outputs(method, scaled, initial, constants).forEach((output, k) => {
      expectClose(output, path[k], 1e-12);
    });
  });

  it('stays where the gradient is zero', () => {
    const zero = new Float64Array(2);
    const { status, iterations, x } = method(quadraticForm(Float64Array.of(1, 4)), zero, { lipschitz: 4, strongConvexity: 1 });
    expect([status, iterations, [...x]]).toEqual(['converged', 0, [0, 0]]);
  });

  it('counts one gradient an iteration, and hands back its own arrays', () => {
    const { evaluations, iterations, x, gradientNorm } = method(objective, initial, {
      lipschitz,
      strongConvexity,
      tolerance: 1e-3,
    });
    expect(evaluations).toEqual({ value: 0, gradient: iterations + 1, hessianVector: 0, hessian: 0 });
    const gradient = new Float64Array(x.length);
    objective.gradient(x, gradient);
    expect(gradientNorm).toBeCloseTo(norm(gradient), 12);
  });

  it('finds the Lipschitz constant by itself', () => {
    for (const { name, objective, initial, strongConvexity, minimizer } of knownFunctions) {
      if (name === 'counterexample') continue; // no promise of heavy ball
      const { x, status } = method(objective, initial, { strongConvexity, tolerance: 1e-7, maxIterations: 100_000 });
      expect([name, status]).toEqual([name, 'converged']);
      // |x - x*| <= |g| / mu
      expect(norm(x.map((value, i) => value - minimizer[i]))).toBeLessThan(1e-4);
    }
  });

  it('refuses what does not fit', () => {
    const bowl = quadraticForm(Float64Array.of(1, 2));
    const start = Float64Array.of(1, 1);
    const constants = { lipschitz: 2, strongConvexity: 1 };
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => method(bowl, Float64Array.of(1), constants)).toThrow(argument('initial'));
    expect(() => method(bowl, Float64Array.of(1, Number.NaN), constants)).toThrow(argument('initial'));
    expect(() => method({} as Objective, start, constants)).toThrow(argument('objective'));
    expect(() => method(bowl, start, { ...constants, tolerance: -1 })).toThrow(argument('tolerance'));
    for (const lipschitz of [0, -1, Number.NaN, Infinity]) {
      expect(() => method(bowl, start, { ...constants, lipschitz })).toThrow(argument('lipschitz'));
    }
  });

  it('says so when the gradient is not finite', () => {
    const broken: Objective = { dimension: 1, value: () => 0, gradient: (_x, out) => out.fill(Number.NaN) };
    const { status, x } = method(broken, Float64Array.of(1), { lipschitz: 1, strongConvexity: 1 });
    expect([status, x[0]]).toEqual(['stalled', 1]);
    const edge: Objective = {
      dimension: 1,
      value: ([x]) => (x > 0 ? x - Math.log(x) : Number.NaN),
      gradient: ([x], out) => out.fill(x > 0 ? 1 - 1 / x : Number.NaN),
    };
    const away = method(edge, Float64Array.of(4), { lipschitz: 0.1, strongConvexity: 0.1, maxIterations: 50 });
    expect(away.status).toBe('stalled');
    expect(away.x[0]).toBeGreaterThan(0);
  });
});

describe('constants', () => {
  const bowl = quadraticForm(Float64Array.of(1, 2));
  const start = Float64Array.of(1, 1);
  const argument = (name: string) => expect.objectContaining({ argument: name });

  it('of strong convexity must be there where they are needed, and below the other', () => {
    for (const method of [heavyBall, nesterovStronglyConvex, tripleMomentum]) {
      expect(() => method(bowl, start, { lipschitz: 2, strongConvexity: 0 })).toThrow(argument('strongConvexity'));
      expect(() => method(bowl, start, {} as HeavyBallOptions)).toThrow(argument('strongConvexity'));
    }
    for (const method of [gradientDescent, heavyBall, nesterovStronglyConvex, tripleMomentum, item]) {
      expect(() => method(bowl, start, { lipschitz: 2, strongConvexity: 3 })).toThrow(argument('strongConvexity'));
      expect(() => method(bowl, start, { lipschitz: 2, strongConvexity: -1 })).toThrow(argument('strongConvexity'));
    }
    expect(() => gradientDescent(bowl, start, { stepRule: '2/(L+mu)' })).toThrow(argument('strongConvexity'));
    expect(() => nesterovConvex(bowl, start, { restart: 'maybe' as 'none' })).toThrow(argument('restart'));
    expect(() => nesterovConvex(bowl, start, { growth: 'fast' as 'nesterov' })).toThrow(argument('growth'));
  });

  it('that are equal make one step enough', () => {
    const { OGM: _, ...told } = methods;
    for (const [name, method] of Object.entries(told)) {
      const f = quadraticForm(Float64Array.of(4, 4));
      const { status, iterations, x } = method(f, Float64Array.of(1, -2), { lipschitz: 4, strongConvexity: 4 });
      expect([name, status, iterations, ...x.map(Math.abs)]).toEqual([name, 'converged', 1, 0, 0]);
    }
  });

  it('found by doubling stay below twice the right one, from the first gradient on', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (curvature) => {
        const f = quadraticForm(Float64Array.of(curvature, curvature / 10));
        // The shortest step of gradient descent tells the constant.
        let shortest = Infinity;
        let last: Float64Array | undefined;
        gradientDescent(f, Float64Array.of(1, 1), {
          maxIterations: 30,
          onIteration: ({ output, point, gradient }) => {
            const here = output();
            if (last) shortest = Math.min(shortest, (last[0] - here[0]) / (curvature * last[0]));
            last = here;
            expect(gradient[0]).toBeCloseTo(curvature * point[0], 12);
          },
        });
        expect(1 / shortest).toBeLessThan(2.001 * curvature);
      }),
      { numRuns: 30 },
    );
  });
});
