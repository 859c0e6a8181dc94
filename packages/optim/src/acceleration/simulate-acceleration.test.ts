// The motions behind acceleration: closed forms, their Lyapunov functions, resonance, the slow manifold, and the methods
// that they become.

import type { Objective } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { describe, expect, it } from 'vitest';
import { heavyBallCounterexample } from '../objectives/heavy-ball-counterexample.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { knownFunctions, randomQuadratic } from '../testing/convex-functions.ts';
import { accelerationDynamics } from './acceleration-odes.ts';
import { dopri5 } from './dopri5.ts';
import { momentumFamily } from './momentum-family.ts';
import { nesterovMomentum } from './nesterov-strongly-convex.ts';
import type { AccelerationOde, SimulateAccelerationOptions } from './simulate-acceleration.ts';
import { simulateAcceleration } from './simulate-acceleration.ts';
import { slowManifold, slowTimeField } from './slow-manifold.ts';

const steep = quadraticForm(Float64Array.of(25));
const argument = (name: string) => expect.objectContaining({ argument: name });

const last = ({ values, rows, cols }: { values: Float64Array; rows: number; cols: number }) => values.slice((rows - 1) * cols);

/** J_1 by its power series. */
function besselJ1(x: number): number {
  let [term, sum] = [x / 2, x / 2];
  for (let m = 1; m < 60; m++) {
    term *= -(x * x) / (4 * m * (m + 1));
    sum += term;
  }
  return sum;
}

describe('closed forms on 25 x²/2', () => {
  it('heavy ball', () => {
    const { positions, velocities } = simulateAcceleration(steep, Float64Array.of(1), {
      ode: 'heavy-ball',
      strongConvexity: 1,
      to: 1.7,
      relativeTolerance: 1e-12,
      absoluteTolerance: 1e-14,
    });
    expect(last(positions)[0]).toBeCloseTo(-0.050257732762, 10);
    // x' = -(25/w) e^{-t} sin wt
    const w = Math.sqrt(24);
    expect(last(velocities)[0]).toBeCloseTo(-(25 / w) * Math.exp(-1.7) * Math.sin(1.7 * w), 9);
  });

  it('Nesterov, convex: 2 J_1(5t) / 5t', () => {
    const { positions } = simulateAcceleration(steep, Float64Array.of(1), {
      ode: 'nesterov-convex',
      to: 1.7,
      relativeTolerance: 1e-12,
      absoluteTolerance: 1e-14,
    });
    expect(last(positions)[0]).toBeCloseTo(0.064263991453, 9);
    expect((2 * besselJ1(8.5)) / 8.5).toBeCloseTo(0.064263991453, 11);
  });

  it('gradient flow: e^{-25t}', () => {
    const { positions, velocities } = simulateAcceleration(steep, Float64Array.of(1), { ode: 'gradient-flow', to: 0.3 });
    expect(last(positions)[0]).toBeCloseTo(Math.exp(-7.5), 7);
    expect(last(velocities)[0]).toBeCloseTo(-25 * Math.exp(-7.5), 5);
  });

  it.each(['nesterov-strongly-convex', 'triple-momentum', 'manifold'] as const)(
    '%s: the linear equation with its own coefficients',
    (ode) => {
      const constants = { lipschitz: 30, strongConvexity: 1, friction: 3, curvatureDamping: 0.1 };
      const { friction, curvatureDamping, forcing, initialVelocity } = accelerationDynamics(ode, constants);
      const [k, c] = [friction(0) + 25 * curvatureDamping, 25 * forcing(0)];
      const [v0, t] = [25 * initialVelocity, 1.1];
      const exact =
        k * k < 4 * c
          ? (w: number) => Math.exp((-k * t) / 2) * (Math.cos(w * t) + ((v0 + k / 2) / w) * Math.sin(w * t))
          : (w: number) => Math.exp((-k * t) / 2) * (Math.cosh(w * t) + ((v0 + k / 2) / w) * Math.sinh(w * t));
      const { positions } = simulateAcceleration(steep, Float64Array.of(1), {
        ode,
        ...constants,
        to: t,
        relativeTolerance: 1e-11,
        absoluteTolerance: 1e-13,
      });
      expect(last(positions)[0]).toBeCloseTo(exact(Math.sqrt(Math.abs(c - (k * k) / 4))), 9);
    },
  );

  it('nesterov-convex-high-resolution: the equation itself, by differences of the trajectory', () => {
    const times = Float64Array.of(1, 1.001, 1.002);
    const { positions, velocities } = simulateAcceleration(steep, Float64Array.of(1), {
      ode: 'nesterov-convex-high-resolution',
      lipschitz: 100,
      to: 2,
      times,
      relativeTolerance: 1e-12,
      absoluteTolerance: 1e-14,
    });
    const [x, v] = [positions.values, velocities.values];
    const acceleration = (v[2] - v[0]) / 0.002;
    const residual = acceleration + (3 / 1.001 + 0.1 * 25) * v[1] + (1 + 0.15 / 1.001) * 25 * x[1];
    expect(Math.abs(residual)).toBeLessThan(1e-3);
    expect((x[2] - x[0]) / 0.002).toBeCloseTo(v[1], 4);
  });
});

describe('integrators', () => {
  const error = (options: Partial<SimulateAccelerationOptions>) => {
    const { positions } = simulateAcceleration(steep, Float64Array.of(1), {
      ode: 'heavy-ball',
      strongConvexity: 1,
      to: 1.7,
      ...options,
    });
    return Math.abs(last(positions)[0] - -0.050257732762);
  };

  it('have the errors of the table', () => {
    expect(error({ integrator: 'semi-implicit-euler', steps: 800 }) / 2.182e-3).toBeCloseTo(1, 3);
    expect(error({ integrator: 'rk4', steps: 80 }) / 6.32e-7).toBeCloseTo(1, 2);
  });

  it.each(['explicit-euler', 'semi-implicit-euler', 'split-cayley'] as const)('%s is of first order', (integrator) => {
    const ratio = error({ integrator, steps: 2000 }) / error({ integrator, steps: 4000 });
    expect(Math.log2(ratio)).toBeCloseTo(1, 1);
  });

  it('agree where damping by curvature comes in', () => {
    const { objective, initial, lipschitz, strongConvexity } = randomQuadratic(4);
    const options = { ode: 'nesterov-strongly-convex', lipschitz, strongConvexity, to: 1 } as const;
    const found = (['dopri5', 'rk4', 'semi-implicit-euler', 'explicit-euler'] as const).map((integrator) =>
      last(simulateAcceleration(objective, initial, { ...options, integrator, steps: 50_000 }).positions),
    );
    for (const other of found.slice(1)) {
      expect(norm(other.map((value, i) => value - found[0][i]))).toBeLessThan(1e-3);
    }
  });

  it('split by Cayley is Nesterov’s method, and with the gradient taken here heavy ball with its numbers', () => {
    for (const { objective, initial, lipschitz, strongConvexity } of knownFunctions) {
      const steps = 30;
      const { stepSize, momentum } = nesterovMomentum(lipschitz, strongConvexity);
      const motion = (kickAt: 'ahead' | 'here') =>
        simulateAcceleration(objective, initial, {
          ode: 'heavy-ball',
          strongConvexity,
          lipschitz,
          to: steps / Math.sqrt(lipschitz),
          integrator: 'split-cayley',
          steps,
          kickAt,
        }).positions;
      const path = (lookAhead: number) => {
        const found: Float64Array[] = [];
        momentumFamily(
          objective,
          initial,
          { stepSize, momentum, lookAhead },
          { tolerance: 0, maxIterations: steps, onIteration: ({ output }) => void found.push(output()) },
        );
        return found;
      };
      for (const kickAt of ['ahead', 'here'] as const) {
        const { values, cols } = motion(kickAt);
        path(kickAt === 'ahead' ? momentum : 0).forEach((x, k) => {
          const here = values.subarray(k * cols, (k + 1) * cols);
          expect(norm(x.map((value, i) => value - here[i]))).toBeLessThan(1e-10 * (1 + norm(x)));
        });
      }
    }
  });

  it('cost one gradient an evaluation, and one for the beginning', () => {
    const { evaluations, times } = simulateAcceleration(steep, Float64Array.of(1), {
      ode: 'nesterov-strongly-convex',
      lipschitz: 25,
      strongConvexity: 1,
      integrator: 'rk4',
      steps: 10,
      to: 1,
    });
    expect(times.length).toBe(11);
    expect(evaluations).toEqual({ value: 0, gradient: 41, hessianVector: 0, hessian: 0 });
  });
});

describe('energies', () => {
  /** Energies at equal distances of time. */
  const along = (ode: AccelerationOde, known: (typeof knownFunctions)[number], to: number) => {
    const { objective, initial, minimizer, lipschitz, strongConvexity } = known;
    const from = ode.startsWith('nesterov-convex') ? Math.max(0.31, 1.5 / Math.sqrt(lipschitz)) : 0;
    const times = Float64Array.from({ length: 201 }, (_, k) => from + (k / 200) * (to - from));
    const { energies, status } = simulateAcceleration(objective, initial, {
      ode,
      lipschitz,
      strongConvexity,
      minimizer,
      to,
      times,
      friction: 3,
      curvatureDamping: 0.2,
      relativeTolerance: 1e-10,
      absoluteTolerance: 1e-12,
    });
    expect(status).toBe('converged');
    return { energies: energies as Float64Array, interval: (to - from) / 200 };
  };
  /** Whether energies fall by `factor` from time to time, down to what integration leaves. */
  const expectDecay = (energies: Float64Array, factor: number) => {
    const floor = 1e-7 * Math.max(...energies);
    for (let k = 1; k < energies.length; k++) {
      expect(energies[k]).toBeLessThanOrEqual(factor * energies[k - 1] + floor);
    }
  };

  it.each(knownFunctions)('fall as proved on $name', (known) => {
    const root = Math.sqrt(known.strongConvexity);
    const to = Math.min(10, 4 / root);
    for (const [ode, rate] of [
      ['heavy-ball', root],
      ['nesterov-strongly-convex', root / 4],
      ['nesterov-convex', 0],
      ['nesterov-convex-high-resolution', 0],
      ['triple-momentum', 0],
      ['gradient-flow', 2 * known.strongConvexity],
      ['coupled', 1],
    ] as const) {
      const { energies, interval } = along(ode, known, ode === 'coupled' ? 5 : to);
      expectDecay(energies, Math.exp(-rate * interval));
    }
  });

  it('of the manifold falls exactly as e^{-2kt}', () => {
    for (const known of knownFunctions) {
      const { objective, initial, minimizer } = known;
      const { energies = new Float64Array(), times } = simulateAcceleration(objective, initial, {
        ode: 'manifold',
        friction: 2,
        curvatureDamping: 0.5,
        minimizer,
        to: 3,
      });
      times.forEach((time, k) => {
        expect(energies[k] / (energies[0] * Math.exp(-4 * time))).toBeCloseTo(1, 5);
      });
    }
  });
});

describe('spectral resonance', () => {
  it('the slowest rate on diag(1, 4, 25) is largest, 1, at the damping 2 = 2 sqrt mu', () => {
    const objective = quadraticForm(Float64Array.of(1, 4, 25));
    /** The rate between two late times; logarithms of polynomials have died out. */
    const rate = (friction: number) => {
      const { positions, velocities } = simulateAcceleration(objective, Float64Array.of(1, 1, 1), {
        ode: 'manifold',
        friction,
        curvatureDamping: 0,
        forcing: 1,
        integrator: 'rk4',
        steps: 5000,
        to: 200,
      });
      const size = (row: number) =>
        Math.hypot(...positions.values.subarray(3 * row, 3 * row + 3), ...velocities.values.subarray(3 * row, 3 * row + 3));
      return Math.log(size(2500) / size(5000)) / 100;
    };
    const dampings = [1, 1.4, 1.8, 1.9, 2, 2.1, 2.2, 2.6, 3, 5];
    const rates = dampings.map(rate);
    expect(dampings[rates.indexOf(Math.max(...rates))]).toBe(2);
    expect(Math.max(...rates)).toBeCloseTo(1, 1);
    dampings.forEach((k, i) => {
      expect(rates[i]).toBeCloseTo(k <= 2 ? k / 2 : (k - Math.sqrt(k * k - 4)) / 2, 1);
    });
  });

  it('the graph v = -P x of the Riccati equation P² - kP + A = 0 is invariant', () => {
    const [k, eigenvalues] = [5, Float64Array.of(1, 4)];
    const slopes = eigenvalues.map((value) => (k - Math.sqrt(k * k - 4 * value)) / 2);
    const { positions, velocities } = simulateAcceleration(quadraticForm(eigenvalues), Float64Array.of(1, -2), {
      ode: 'manifold',
      friction: k,
      curvatureDamping: 0,
      forcing: 1,
      initialVelocity: Float64Array.of(-slopes[0], 2 * slopes[1]),
      to: 2,
    });
    positions.values.forEach((x, i) => {
      expect(velocities.values[i]).toBeCloseTo(-slopes[i % 2] * x, 6);
    });
  });
});

describe('the motion of heavy ball on the function that the method fails on', () => {
  it('converges', () => {
    const { positions } = simulateAcceleration(heavyBallCounterexample(), Float64Array.of(3.3), {
      ode: 'heavy-ball',
      strongConvexity: 1,
      to: 20,
    });
    expect(last(positions)[0]).toBeCloseTo(-6e-9, 8);
  });
});

describe('slow manifold', () => {
  /** sum log cosh x_i, with and without products with its Hessian. */
  const plain: Objective = {
    dimension: 3,
    value: (x) => x.reduce((sum, value) => sum + Math.log(Math.cosh(value)), 0),
    gradient: (x, out) => out.set(x.map(Math.tanh)),
  };
  const withHessian: Objective = {
    ...plain,
    hessianVector: (x, v, out) => out.set(v.map((value, i) => value * (1 - Math.tanh(x[i]) ** 2))),
  };
  const initial = Float64Array.of(1, -2, 0.5);

  it.each([
    [5, 3.69e-2, 1.997e-3],
    [10, 9.463e-3, 1.27e-4],
    [20, 2.381e-3, 7.973e-6],
    [40, 5.96e-4, 4.989e-7],
  ])('at damping %d the velocities deviate as the table says', (friction, zeroth, first) => {
    const motion = { friction, curvatureDamping: 3 / friction, forcing: 1 };
    const { positions, velocities } = simulateAcceleration(plain, initial, {
      ode: 'manifold',
      ...motion,
      to: friction,
      relativeTolerance: 1e-12,
      absoluteTolerance: 1e-14,
    });
    const [x, v] = [last(positions), last(velocities)];
    for (const objective of [plain, withHessian]) {
      const deviation = (order: 0 | 1) => {
        const slow = new Float64Array(3);
        slowManifold(objective, motion, order)(x, slow);
        return friction * norm(slow.map((value, i) => v[i] - value));
      };
      expect(deviation(0) / zeroth).toBeCloseTo(1, 3);
      expect(deviation(1) / first).toBeCloseTo(1, 3);
    }
  });

  it('in slow time the motion is the same', () => {
    const motion = { friction: 4, curvatureDamping: 0.7, forcing: 1.2 };
    const { positions, velocities } = simulateAcceleration(plain, initial, { ode: 'manifold', ...motion, to: 8 });
    for (const objective of [plain, withHessian]) {
      const state = new Float64Array(6);
      state.set(initial);
      const { states } = dopri5(slowTimeField(objective, motion), state, { to: 2 });
      const end = last(states);
      last(positions).forEach((x, i) => {
        expect(end[i]).toBeCloseTo(x, 6);
        expect(end[3 + i]).toBeCloseTo(4 * last(velocities)[i], 5);
      });
    }
  });

  it('has no correction where the gradient is zero', () => {
    const velocity = new Float64Array(3).fill(7);
    slowManifold(plain, { friction: 3 })(new Float64Array(3), velocity);
    expect(Array.from(velocity, Math.abs)).toEqual([0, 0, 0]);
  });

  it('refuses what does not fit', () => {
    expect(() => slowManifold(plain, { friction: 0 })).toThrow(argument('friction'));
    expect(() => slowManifold(plain, { friction: 1, forcing: -1 })).toThrow(argument('forcing'));
    expect(() => slowManifold(plain, { friction: 1 }, 2 as 1)).toThrow(argument('order'));
    expect(() => slowTimeField(plain, { friction: 1, curvatureDamping: -1 })).toThrow(argument('curvatureDamping'));
  });
});

describe('simulations', () => {
  const simulate = (options: Partial<SimulateAccelerationOptions>, initial = Float64Array.of(1)) =>
    simulateAcceleration(steep, initial, { ode: 'heavy-ball', strongConvexity: 1, to: 1, ...options });

  it('refuse what does not fit', () => {
    expect(() => simulate({ ode: 'none' as 'coupled' })).toThrow(argument('ode'));
    expect(() => simulate({ integrator: 'none' as 'rk4' })).toThrow(argument('integrator'));
    expect(() => simulate({ kickAt: 'there' as 'here' })).toThrow(argument('kickAt'));
    expect(() => simulate({ strongConvexity: 0 })).toThrow(argument('strongConvexity'));
    expect(() => simulate({ ode: 'nesterov-strongly-convex' })).toThrow(argument('lipschitz'));
    expect(() => simulate({ ode: 'nesterov-convex-high-resolution' })).toThrow(argument('lipschitz'));
    expect(() => simulate({ ode: 'nesterov-strongly-convex', stepSize: 0 })).toThrow(argument('stepSize'));
    expect(() => simulate({ ode: 'triple-momentum' })).toThrow(argument('lipschitz'));
    expect(() => simulate({ ode: 'coupled' })).toThrow(argument('lipschitz'));
    expect(() => simulate({ ode: 'manifold' })).toThrow(argument('friction'));
    expect(() => simulate({ ode: 'manifold', friction: 1 })).toThrow(argument('curvatureDamping'));
    expect(() => simulate({ minimizer: new Float64Array(2) })).toThrow(argument('minimizer'));
    expect(() => simulate({ initialVelocity: new Float64Array(2) })).toThrow(argument('initialVelocity'));
    expect(() => simulate({}, new Float64Array(2))).toThrow(argument('initial'));
    expect(() => simulate({ to: -1 })).toThrow(argument('to'));
  });

  it('refuse integrators that do not serve the motion', () => {
    expect(() => simulate({ ode: 'gradient-flow', integrator: 'semi-implicit-euler' })).toThrow(argument('integrator'));
    expect(() => simulate({ ode: 'coupled', lipschitz: 25, integrator: 'split-cayley' })).toThrow(argument('integrator'));
    expect(() => simulate({ ode: 'nesterov-strongly-convex', lipschitz: 25, integrator: 'split-cayley' })).toThrow(
      argument('integrator'),
    );
    expect(() => simulate({ ode: 'gradient-flow', initialVelocity: Float64Array.of(1) })).toThrow(argument('initialVelocity'));
  });

  it('end at limits with a part of the trajectory', () => {
    const { status, times, positions } = simulateAcceleration(steep, Float64Array.of(1), {
      ode: 'heavy-ball',
      strongConvexity: 1,
      to: 100,
      maxIterations: 3,
    });
    expect([status, times.length, positions.rows]).toEqual(['iteration-limit', 4, 4]);
  });
});
