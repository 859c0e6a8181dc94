// Radii of known classes: they need no search, and nothing smaller is ever rejected.
import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { path } from '../testing/newton-runs.ts';
import { estimateGamma } from './estimate-gamma.ts';
import type { GradientNormalizedNewtonOptions } from './gradient-normalized-newton.ts';
import { gradientNormalizedNewton } from './gradient-normalized-newton.ts';
import {
  holderHessianRadius,
  lipschitzGradientRadius,
  lipschitzHessianRadius,
  quasiSelfConcordantRadius,
  relaxedSmoothnessRadius,
} from './step-radii.ts';

describe('radii that are known', () => {
  // Sums of log cosh(a_i . x): the third derivative of log cosh is at most 4 / (3 sqrt(3)), the second at most 1.
  const rows = new Random(6).normals(new Float64Array(2 * 5));
  const sum: Objective = {
    dimension: 2,
    value: ([x, y]) => {
      let total = 0;
      for (let i = 0; i < 5; i++) total += Math.log(Math.cosh(rows[2 * i] * x + rows[2 * i + 1] * y));
      return total - 0.5 * x + 0.3 * y;
    },
    gradient: ([x, y], out) => {
      out.set([-0.5, 0.3]);
      for (let i = 0; i < 5; i++) {
        const slope = Math.tanh(rows[2 * i] * x + rows[2 * i + 1] * y);
        for (let j = 0; j < 2; j++) out[j] += slope * rows[2 * i + j];
      }
    },
    hessian: ([x, y], out) => {
      out.fill(0);
      for (let i = 0; i < 5; i++) {
        const weight = 1 / Math.cosh(rows[2 * i] * x + rows[2 * i + 1] * y) ** 2;
        for (let k = 0; k < 4; k++) out[k] += weight * rows[2 * i + (k >> 1)] * rows[2 * i + (k & 1)];
      }
    },
  };
  const length = (i: number) => Math.hypot(rows[2 * i], rows[2 * i + 1]);
  const lipschitz = [0, 1, 2, 3, 4].reduce((total, i) => total + length(i) ** 2, 0);
  const hessianLipschitz = [0, 1, 2, 3, 4].reduce((total, i) => total + (4 / (3 * Math.sqrt(3))) * length(i) ** 3, 0);

  it('need no search', () => {
    const start = Float64Array.of(4, -3);
    const rules: [GradientNormalizedNewtonOptions, number][] = [
      [{ radiusRule: lipschitzHessianRadius(hessianLipschitz) }, 60],
      [{ radiusRule: holderHessianRadius(1, hessianLipschitz) }, 60],
      [{ radiusRule: quasiSelfConcordantRadius(2 * Math.max(...[0, 1, 2, 3, 4].map(length))) }, 120],
      [{ radiusRule: lipschitzGradientRadius(lipschitz), hessian: 'none' }, 1000],
      [{ radiusRule: relaxedSmoothnessRadius(lipschitz, 0.1), hessian: 'none' }, 1000],
    ];
    const best = gradientNormalizedNewton(sum, start, { tolerance: 1e-13 }).value;
    for (const [options, most] of rules) {
      const outcome = gradientNormalizedNewton(sum, start, { ...options, trace: true, maxIterations: most });
      expect(outcome.status).toBe('converged');
      expect(outcome.value).toBeCloseTo(best, 9);
      expect(outcome.evaluations.value).toBe(outcome.iterations + 1);
      const { trace = [] } = outcome;
      for (let k = 1; k < trace.length; k++) {
        expect(trace[k].value).toBeLessThanOrEqual(trace[k - 1].value + 1e-15);
      }
    }
  });

  it('are steps of gradient descent for a Lipschitz gradient', () => {
    const start = Float64Array.of(4, -3);
    const [, point] = path(sum, start, { radiusRule: lipschitzGradientRadius(lipschitz), hessian: 'none' }, 1);
    const slope = new Float64Array(2);
    sum.gradient(start, slope);
    point.forEach((value, i) => {
      expect(value).toBeCloseTo(start[i] - slope[i] / lipschitz, 14);
    });
  });

  it('bound what the search rejects from below', () => {
    for (const [options, radius] of [
      [{}, lipschitzHessianRadius(hessianLipschitz)],
      [{ hessian: 'none' }, lipschitzGradientRadius(lipschitz)],
    ] as const) {
      const { trace = [] } = gradientNormalizedNewton(sum, Float64Array.of(4, -3), {
        ...options,
        initialRadius: 1e3,
        trace: true,
      });
      let rejections = 0;
      for (let k = 1; k < trace.length; k++) {
        if (trace[k].factorizations - trace[k - 1].factorizations < 2) continue;
        rejections++;
        expect(2 * trace[k].gamma).toBeGreaterThan(radius(trace[k - 1].dualNorm));
      }
      expect(rejections).toBeGreaterThan(0);
    }
  });

  it('are nowhere below the bound: brute force on a grid of directions and radii', () => {
    const [center, moved] = [new Float64Array(2), new Float64Array(2)];
    const [hessian, at] = [new Float64Array(4), new Float64Array(2)];
    const directions: [number, number][] = [];
    for (let angle = 0; angle < 2 * Math.PI; angle += 0.05) directions.push([Math.cos(angle), Math.sin(angle)]);
    for (const x of [Float64Array.of(1, 1), Float64Array.of(-2, 0.5), Float64Array.of(0.1, 3)]) {
      sum.gradient(x, center);
      sum.hessian?.(x, hessian);
      const norm = Math.hypot(center[0], center[1]);
      let [most, gamma] = [0, 0];
      for (let radius = 0.002; radius < 50; radius += 0.002) {
        for (const [u, v] of directions) {
          at[0] = x[0] + radius * u;
          at[1] = x[1] + radius * v;
          sum.gradient(at, moved);
          const first = moved[0] - center[0] - radius * (hessian[0] * u + hessian[1] * v);
          const second = moved[1] - center[1] - radius * (hessian[2] * u + hessian[3] * v);
          most = Math.max(most, Math.sqrt(first * first + second * second) / radius);
        }
        if (radius * most > norm) break;
        gamma = radius;
      }
      const bound = Math.sqrt((2 * norm) / hessianLipschitz);
      expect(gamma).toBeGreaterThan(bound - 0.002);
      const estimate = estimateGamma(sum, x);
      expect(estimate).toBeGreaterThan(bound);
      expect(Math.abs(estimate / gamma - 1)).toBeLessThan(0.02);
    }
  });

  it('refuse constants out of range', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => lipschitzHessianRadius(0)).toThrow(argument('hessianLipschitz'));
    expect(() => holderHessianRadius(2, 1)).toThrow(argument('exponent'));
    expect(() => holderHessianRadius(1, -1)).toThrow(argument('constant'));
    expect(() => quasiSelfConcordantRadius(0)).toThrow(argument('constant'));
    expect(() => lipschitzGradientRadius(Number.NaN)).toThrow(argument('lipschitz'));
    expect(() => relaxedSmoothnessRadius(0, 0)).toThrow(argument('l1'));
  });
});
