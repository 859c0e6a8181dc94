// One method without parameters on class after class: its radii and its iterations follow what each class predicts.
import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { gram } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { inverseBarrier } from '../objectives/inverse-barrier.ts';
import { logBarrier } from '../objectives/log-barrier.ts';
import { randomLogSumExp } from '../objectives/log-sum-exp.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { powerChain } from '../objectives/power-chain.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { standardizedBreastCancer, standardizedIris } from '../objectives/real-designs.ts';
import { softmaxLoss } from '../objectives/softmax-loss.ts';
import { symmetricUniforms } from '../objectives/symmetric-uniforms.ts';
import { expectFallingGamma, quartic, smoothedMaximum, toGap } from '../testing/newton-runs.ts';
import { estimateGamma } from './estimate-gamma.ts';
import { fitAlpha } from './fit-alpha.ts';
import { gradientNormalizedGradient, gradientNormalizedNewton } from './gradient-normalized-newton.ts';
import type { HessianChoice } from './shifted-system.ts';

/** |x|^(2 + nu) / (2 + nu) in ten variables: a Hessian that is Hölder continuous with exponent nu, and no more. */
function powerOfNorm(nu: number): Objective {
  const size = 10;
  return {
    dimension: size,
    value: (x) => Math.hypot(...x) ** (2 + nu) / (2 + nu),
    gradient: (x, out) => {
      const scale = Math.hypot(...x) ** nu;
      for (let i = 0; i < size; i++) out[i] = scale * x[i];
    },
    hessian: (x, out) => {
      const length = Math.hypot(...x);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          out[i * size + j] = nu * length ** (nu - 2) * x[i] * x[j] + (i === j ? length ** nu : 0);
        }
      }
    },
  };
}

describe('Hölder continuous Hessians', () => {
  it.each([0.25, 0.5, 0.75, 1])('radii follow |g|^(1 / (1 + nu)), nu = %f', (nu) => {
    const { trace = [], status } = gradientNormalizedNewton(powerOfNorm(nu), new Float64Array(10).fill(10), {
      tolerance: 1e-14,
      trace: true,
    });
    expect(status).toBe('converged');
    expect(Math.abs(fitAlpha(trace).alpha - 1 / (1 + nu))).toBeLessThan(0.03);
  });

  it.each([2.25, 2.5, 3])('the chain of powers p = %f is solved within the predicted iterations', (power) => {
    // f - f* <= e after O(M D^(1 + alpha) / e^alpha) iterations with alpha = 1 / (p - 1).
    const size = 40;
    const alpha = 1 / (power - 1);
    const minimum = (-size * (power - 1)) / power;
    const { trace = [] } = gradientNormalizedNewton(powerChain(size, power), new Float64Array(size), toGap(minimum));
    // The level set of the start: |x*| at least; gamma >= ((1 + nu) |g| / L)^alpha with L = (p - 1) 2^p.
    const diameter = Math.sqrt((size * (size + 1) * (2 * size + 1)) / 6);
    const constant = 2 ** (power * alpha);
    for (const error of [10, 1, 1e-1, 1e-2, 1e-4, 1e-6]) {
      const reached = trace.findIndex(({ value }) => value - minimum <= error);
      expect(reached).toBeGreaterThan(0);
      expect(reached).toBeLessThan((8 * constant * diameter ** (1 + alpha)) / error ** alpha);
    }
    // No method of second order starts faster: information travels one link a step.
    expect(trace[size / 2].value - minimum).toBeGreaterThan(1);
    expect(trace.length).toBeLessThan(2 * size);
  });
});

describe('quasi-self-concordant functions', () => {
  it('radii stay above c / M however small the gradient, and convergence is linear, then quadratic', async () => {
    const { design, labels } = await standardizedBreastCancer();
    const longest = ({ rows, cols, values }: DenseMatrix) =>
      Math.max(...Array.from({ length: rows }, (_, i) => Math.hypot(...values.subarray(i * cols, (i + 1) * cols))));
    const iris = await standardizedIris();
    const runs = [
      { loss: logisticLoss(design, labels, { ridge: 1e-3 }), constant: longest(design) },
      { loss: softmaxLoss(iris.design, iris.labels, { ridge: 1e-3 }), constant: 2 * longest(iris.design) },
    ];
    for (const { loss, constant } of runs) {
      const { trace = [], status } = gradientNormalizedNewton(loss, new Float64Array(loss.dimension), {
        tolerance: 1e-12,
        trace: true,
      });
      expect(status).toBe('converged');
      for (const { gamma } of trace.slice(1)) expect(gamma).toBeGreaterThan(1 / (4 * constant));
      // The exponent of the class is 0: radii do not fall with the gradient.
      expect(trace[trace.length - 1].gamma).toBeGreaterThanOrEqual(trace[1].gamma);
      expect(trace.length).toBeLessThan(15);
      const [before, last] = trace.slice(-2).map(({ dualNorm }) => dualNorm);
      expect(last).toBeLessThan(before ** 1.5);
    }
  });

  it('iterations grow with the logarithm of the accuracy and in proportion to M D', () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('sharp');
    const { trace = [] } = gradientNormalizedNewton(objective, initial, { ...toGap(minimum), metric });
    const reach = (gap: number) => trace.findIndex(({ value }) => value - minimum <= gap);
    const [first, second, third] = [reach(1e-2), reach(1e-4), reach(1e-6)];
    expect(second - first).toBeLessThan(10);
    expect(third - second).toBeLessThanOrEqual(second - first + 1);
    // M = 2 / mu: a smoothing three times as sharp costs three times as many at most.
    const totals = [1, 0.3, 0.1, 0.03, 0.01].map((smoothing) => {
      const sizes = { terms: 150, n: 50, smoothing };
      const { objective, unshifted } = randomLogSumExp(sizes, 7);
      const outcome = gradientNormalizedNewton(objective, new Float64Array(50).fill(1), {
        ...toGap(objective.value(new Float64Array(50))),
        metric: gram(unshifted),
      });
      expect(outcome.status).toBe('converged');
      return outcome.iterations;
    });
    for (let k = 1; k < totals.length; k++) expect(totals[k]).toBeLessThanOrEqual(3.4 * totals[k - 1]);
    expect(totals[4]).toBeLessThanOrEqual(30 * totals[0]);
  });
});

describe('approximate Hessians', () => {
  it('the Fisher matrix converges linearly on separable data', () => {
    // The matrices differ by at most f* and a multiple of the gradient: f* = 0 for separable classes without a ridge.
    const random = new Random(12);
    const [rows, cols] = [60, 5];
    const values = random.normals(new Float64Array(rows * cols));
    const labels = Float64Array.from({ length: rows }, (_, i) => (values[i * cols] + values[i * cols + 1] > 0 ? 1 : -1));
    const loss = logisticLoss({ rows, cols, values }, labels);
    const reach = (hessian: HessianChoice) => {
      const { trace = [] } = gradientNormalizedNewton(loss, new Float64Array(cols), {
        hessian,
        tolerance: 0,
        targetValue: 1e-8,
        maxIterations: 3000,
        trace: true,
      });
      return [1e-2, 1e-4, 1e-6, 1e-8].map((gap) => trace.findIndex(({ value }) => value <= gap));
    };
    for (const hessian of ['exact', loss.fisher] as const) {
      const [first, second, third, fourth] = reach(hessian);
      expect(first).toBeGreaterThan(0);
      // As many iterations for every two digits.
      expect(third - second).toBeLessThanOrEqual(1.3 * (second - first));
      expect(fourth - third).toBeLessThanOrEqual(1.1 * (third - second));
    }
  });

  it('all that is gained is paid for: the promises of all steps add up to no more than f falls', () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('sharp');
    for (const hessian of ['exact', objective.weightedGaussNewton] as const) {
      const { trace = [] } = gradientNormalizedNewton(objective, initial, { ...toGap(minimum), metric, hessian });
      let promised = 0;
      for (let k = 1; k < trace.length; k++) {
        promised += (trace[k].gamma * trace[k].dualNorm ** 2) / (8 * trace[k - 1].dualNorm);
      }
      expect(promised).toBeGreaterThan(0);
      expect(promised).toBeLessThanOrEqual(trace[0].value - minimum);
    }
  });
});

describe('generalised self-concordant functions', () => {
  it('barriers from near the boundary take as many steps as the logarithm of the distance', () => {
    const a = { rows: 100, cols: 20, values: symmetricUniforms(mulberry32(3), 2000) };
    const barrier = logBarrier(a);
    const direction = symmetricUniforms(mulberry32(4), 20);
    let edge = Infinity;
    for (let i = 0; i < 100; i++) {
      const along = direction.reduce((sum, value, j) => sum + value * a.values[i * 20 + j], 0);
      if (along > 0) edge = Math.min(edge, 1 / along);
    }
    const iterations = [1e-1, 1e-3, 1e-5, 1e-7].map((room) => {
      const start = direction.map((value) => value * edge * (1 - room));
      const outcome = gradientNormalizedNewton(barrier, start, { tolerance: 0, targetValue: -16.2991324 });
      expect(outcome.status).toBe('converged');
      return outcome.iterations;
    });
    // A hundred times nearer costs a constant number of steps more: log2(100) = 6.6 doublings of the radius.
    expect(iterations[0]).toBeLessThan(12);
    for (let k = 1; k < 4; k++) expect(iterations[k] - iterations[k - 1]).toBeLessThanOrEqual(8);
  });
});

describe('generalised self-concordant functions between the orders 2 and 3', () => {
  const reach = (power: number, room: number) => {
    const f = inverseBarrier(power);
    const options = { tolerance: 0, targetValue: 1 + 1 / power + 1e-10 };
    const { status, iterations } = gradientNormalizedNewton(f, Float64Array.of(room), options);
    expect(status).toBe('converged');
    return iterations;
  };

  it.each([0.5, 1, 2])('steps near the boundary are as long as pure Newton steps, x^-%f', (power) => {
    // Each multiplies x by 1 + 1 / (q + 1).
    const predicted = Math.log(100) / Math.log1p(1 / (power + 1));
    const counts = [1e-1, 1e-3, 1e-5, 1e-7].map((room) => reach(power, room));
    for (let k = 1; k < counts.length; k++) {
      expect(Math.abs(counts[k] - counts[k - 1] - predicted)).toBeLessThan(1.5);
    }
  });

  it.each([0.5, 1, 2, 4])('radii are the same share of the distance to the boundary, x^-%f', (power) => {
    // At x = r, with the slope 1 of f left out: (1 - s)^-(q + 1) - 1 - (q + 1) s = 1 for gamma = s r.
    let [low, high] = [0, 1];
    for (let k = 0; k < 60; k++) {
      const middle = (low + high) / 2;
      const error = (1 - middle) ** -(power + 1) - 1 - (power + 1) * middle;
      if (error < 1) low = middle;
      else high = middle;
    }
    for (const room of [1e-3, 1e-4, 1e-5]) {
      const gamma = estimateGamma(inverseBarrier(power), Float64Array.of(room), { minRadius: 1e-9 });
      expect(Math.abs(gamma / room / low - 1)).toBeLessThan(2 * room ** (power + 1) + 1e-6);
    }
  });
});

describe('Lipschitz gradients without a Hessian', () => {
  it('radii follow |g| / L', () => {
    const { trace = [] } = gradientNormalizedGradient(quadraticForm(Float64Array.of(1, 50)), Float64Array.of(100, 1), {
      trace: true,
    });
    const { alpha, factor } = fitAlpha(trace);
    expect(Math.abs(alpha - 1)).toBeLessThan(0.05);
    expect(factor).toBeLessThan(2 * 50);
  });
});

describe('estimateGamma', () => {
  it('solves r³ + 3r² = 1 for the quartic', () => {
    expect(estimateGamma(quartic, Float64Array.of(1))).toBeCloseTo(0.53208889, 7);
  });

  it('falls as directions are added, and is repeatable', () => {
    // 64 directions are in the full suite.
    expectFallingGamma([1, 4, 16]);
  });

  it('is infinite for a quadratic with its Hessian, and |g| / L at least without', () => {
    const bowl = quadraticForm(Float64Array.of(1, 10, 1e4));
    const x = Float64Array.of(1, 2, 3);
    expect(estimateGamma(bowl, x)).toBe(Infinity);
    const bound = Math.hypot(1, 20, 3e4) / 1e4;
    const estimate = estimateGamma(bowl, x, { hessian: 'none' });
    expect(estimate).toBeGreaterThanOrEqual(bound * (1 - 1e-12));
    expect(estimate).toBeLessThan(1.01 * bound);
  });

  it('adds the errors of approximations harmonically', () => {
    // gamma of the approximation is at least 1 / (1 / gamma + |H1 - H2| / |g|).
    const { objective } = smoothedMaximum('large');
    const x = symmetricUniforms(mulberry32(8), 100);
    const slope = new Float64Array(100);
    objective.gradient(x, slope);
    const norm = Math.hypot(...slope);
    const exact = estimateGamma(objective, x, { directions: 16, points: 100 });
    const approximate = estimateGamma(objective, x, { directions: 16, points: 100, hessian: objective.weightedGaussNewton });
    // The two matrices differ by g g' with mu = 1, of norm |g|².
    expect(approximate).toBeGreaterThan(1 / (1 / exact + norm) - 1e-9);
  });

  it('counts what is outside of the domain as a violation', () => {
    const barrier = logBarrier({ rows: 1, cols: 1, values: Float64Array.of(1) });
    expect(estimateGamma(barrier, Float64Array.of(0.5))).toBeLessThan(0.5);
  });

  it('refuses what does not fit', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const at = Float64Array.of(1);
    expect(() => estimateGamma(quartic, Float64Array.of(1, 2))).toThrow(argument('x'));
    expect(() => estimateGamma(quartic, at, { directions: 0 })).toThrow(argument('directions'));
    expect(() => estimateGamma(quartic, at, { minRadius: 0 })).toThrow(argument('minRadius'));
    expect(() => estimateGamma(quartic, at, { maxRadius: 1e-9 })).toThrow(argument('maxRadius'));
    expect(() => estimateGamma(quartic, at, { points: 1 })).toThrow(argument('points'));
    expect(() => estimateGamma(quartic, at, { metric: Float64Array.of(0) })).toThrow(argument('metric'));
    expect(() => fitAlpha([{ dualNorm: 1, gamma: 1 }])).toThrow(argument('trace'));
  });
});
