import { describe, expect, it } from 'vitest';
import { toy } from '../models/toys.ts';
import { boRep } from './bo-rep.ts';
import { probeSmoothness } from './probe-smoothness.ts';

describe('the probe of relaxed smoothness', () => {
  it('sees curvature grow with the gradient on the exponential landscape', () => {
    const { problem, initial, hyperObjective } = toy('cosh');
    const path: Float64Array[] = [];
    boRep(problem, initial, {
      linearStepSize: 0.1,
      lowerStepSize: 0.2,
      stepSize: 0.05,
      tolerance: 0,
      maxIterations: 240,
      onIteration: ({ iteration, solution }) => {
        if (iteration % 24 === 0) path.push(solution().x);
      },
    });
    const { gradients, curvatures, l1 } = probeSmoothness(problem, path);
    path.forEach((x, k) => {
      const exact = Math.hypot(...(hyperObjective?.(x).gradient ?? []));
      expect(Math.abs(gradients[k] / exact - 1)).toBeLessThan(1e-6);
    });
    // cosh'' is cosh: the curvature is the gradient times the map's scale, about 1.5.
    expect(l1).toBeGreaterThan(0.3);
    expect(l1).toBeLessThan(3);
    expect(curvatures[0]).toBeGreaterThan(100 * curvatures[curvatures.length - 1]);
  });

  it('sees none on quadratics, and the curvature itself', () => {
    const { problem } = toy('follow');
    const { l0, l1 } = probeSmoothness(problem, [[-3], [0], [1], [5]]);
    expect(Math.abs(l1)).toBeLessThan(1e-4);
    // F(x) = (x − 1)²/2 + (2x − 3)²/2.
    expect(l0).toBeCloseTo(5, 3);
  });

  it('refuses paths that are none', () => {
    const { problem } = toy('follow');
    expect(() => probeSmoothness(problem, [[0]])).toThrow('path');
    expect(() => probeSmoothness(problem, [[0], [1, 2]])).toThrow('path[1]');
    expect(() => probeSmoothness({ ...problem, hvpGyy: undefined as never }, [[0], [1]])).toThrow('hvpGyy');
  });
});
