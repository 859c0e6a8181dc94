// The family that has the methods with momentum as members.
import { InvalidInputError } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { methods, outputs } from '../testing/acceleration-runs.ts';
import { randomQuadratic } from '../testing/convex-functions.ts';
import { gradientDescentMomentum } from './gradient-descent.ts';
import type { GradientIterate } from './gradient-method.ts';
import { heavyBallMomentum } from './heavy-ball.ts';
import { betweenMomenta, momentumFamily } from './momentum-family.ts';
import { nesterovMomentum } from './nesterov-strongly-convex.ts';
import { tripleMomentumMomentum } from './triple-momentum.ts';

describe('the family', () => {
  const bowl = quadraticForm(Float64Array.of(1, 2));
  const start = Float64Array.of(1, 1);
  const argument = (name: string) => expect.objectContaining({ argument: name });

  it('has the known methods as members', () => {
    const { objective, initial, lipschitz, strongConvexity } = randomQuadratic(4);
    const members = {
      'gradient descent': gradientDescentMomentum(lipschitz),
      'long gradient descent': gradientDescentMomentum(lipschitz, strongConvexity),
      'heavy ball': heavyBallMomentum(lipschitz, strongConvexity),
      'Nesterov, strongly convex': nesterovMomentum(lipschitz, strongConvexity),
      'triple momentum': tripleMomentumMomentum(lipschitz, strongConvexity),
    };
    for (const [name, momentum] of Object.entries(members)) {
      const path: Float64Array[] = [];
      const onIteration = ({ output }: GradientIterate) => void path.push(output());
      momentumFamily(objective, initial, momentum, { tolerance: 0, maxIterations: 30, onIteration });
      const known = { lipschitz, strongConvexity, count: 30 };
      expect(path).toEqual(outputs(methods[name as keyof typeof methods], objective, initial, known));
    }
  });

  it('lies between two members where theta says', () => {
    const [a, b] = [heavyBallMomentum(25, 1), nesterovMomentum(25, 1)];
    expect(betweenMomenta(a, b, 0)).toEqual({ ...a, lookAhead: 0, outputAhead: 0 });
    expect(betweenMomenta(a, b, 1)).toEqual({ ...b, outputAhead: 0 });
    expect(betweenMomenta(a, b, 0.5).momentum).toBeCloseTo((4 / 9 + 2 / 3) / 2, 15);
  });

  it('ends a divergence with a point that is still finite', () => {
    const { status, reason, x, value } = momentumFamily(rosenbrock(), Float64Array.of(-2, 2), { stepSize: 0.1, momentum: 0.9 });
    expect(status).toBe('stalled');
    expect(reason).toMatch(/diverge/);
    expect([...x, value].every(Number.isFinite)).toBe(true);
  });

  it('refuses numbers out of range', () => {
    const expectRefused = (momentum: object, name: string) =>
      expect(() => momentumFamily(bowl, start, momentum as { stepSize: number; momentum: number })).toThrow(argument(name));
    expectRefused({ stepSize: 0, momentum: 0 }, 'momentum.stepSize');
    expectRefused({ stepSize: 1, momentum: -1 }, 'momentum.momentum');
    expectRefused({ stepSize: 1, momentum: 0, lookAhead: Number.NaN }, 'momentum.lookAhead');
    expectRefused({ stepSize: 1, momentum: 0, outputAhead: Infinity }, 'momentum.outputAhead');
    expect(() => betweenMomenta(nesterovMomentum(2, 1), heavyBallMomentum(2, 1), 2)).toThrow(InvalidInputError);
  });
});
