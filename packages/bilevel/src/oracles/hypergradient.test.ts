import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aidCg } from '../implicit/aid-cg.ts';
import { itd } from '../implicit/itd.ts';
import { stocBio } from '../implicit/stocbio.ts';
import { quadraticInstance, trueHyperObjective } from '../models/bilevel-optimization.ts';
import { digitsCleaning, tumourRegularization } from '../models/data.ts';
import type { BilevelInstance } from '../models/instance.ts';
import { modelOf } from '../models/instance.ts';
import { TOYS, toy } from '../models/toys.ts';
import { conjugateGradients } from './adjoint.ts';
import type { BilevelProblem, SecondOrderProblem } from './bilevel-problem.ts';
import { fromExpressions } from './from-expressions.ts';
import { hypergradient, hypergradientPinv } from './hypergradient.ts';
import { solveLower } from './judge.ts';
import { withDifferences } from './with-differences.ts';

/** All oracles against central differences of f and g at a point. */
function oracleError(problem: BilevelProblem, x: Float64Array, y: Float64Array, v: Float64Array): number {
  const { dimX, dimY, f = () => 0, g = () => 0 } = problem;
  const out = { x: new Float64Array(dimX), y: new Float64Array(dimY) };
  let worst = 0;
  const compare = (exact: Float64Array, difference: (i: number) => number) => {
    const scale = Math.max(1, ...exact.map(Math.abs));
    for (let i = 0; i < exact.length; i++) worst = Math.max(worst, Math.abs(exact[i] - difference(i)) / scale);
  };
  const shifted = (at: Float64Array, i: number, h: number) => at.map((t, k) => (k === i ? t + h : t));
  const h = 1e-5;
  problem.gradFx(x, y, out.x);
  compare(out.x, (i) => (f(shifted(x, i, h), y) - f(shifted(x, i, -h), y)) / (2 * h));
  problem.gradGx(x, y, out.x);
  compare(out.x, (i) => (g(shifted(x, i, h), y) - g(shifted(x, i, -h), y)) / (2 * h));
  problem.gradFy(x, y, out.y);
  compare(out.y, (i) => (f(x, shifted(y, i, h)) - f(x, shifted(y, i, -h))) / (2 * h));
  problem.gradGy(x, y, out.y);
  compare(out.y, (i) => (g(x, shifted(y, i, h)) - g(x, shifted(y, i, -h))) / (2 * h));
  const numeric = withDifferences({ ...problem, hvpGyy: undefined, jvpGxy: undefined } as unknown as BilevelProblem);
  const other = { x: out.x.slice(), y: out.y.slice() };
  problem.hvpGyy?.(x, y, v, out.y);
  numeric.hvpGyy(x, y, v, other.y);
  compare(out.y, (i) => other.y[i]);
  problem.jvpGxy?.(x, y, v, out.x);
  numeric.jvpGxy(x, y, v, other.x);
  compare(out.x, (i) => other.x[i]);
  return worst;
}

const drawn = (length: number, seed: number, scale = 1) =>
  new Random(seed).normals(new Float64Array(length)).map((t) => t * scale);

describe('the oracles of every model', () => {
  it.each(TOYS)('%s agree with differences', (name) => {
    const { problem } = toy(name, 4, 2);
    const [x, y, v] = [drawn(problem.dimX, 1), drawn(problem.dimY, 2), drawn(problem.dimY, 3)];
    expect(oracleError(problem, x, y, v)).toBeLessThan(1e-7);
  });

  it('of real data agree with differences, and batches with their mean', async () => {
    const instances: BilevelInstance[] = [
      quadraticInstance(6, 1),
      await digitsCleaning({ train: 12, validation: 9, wrong: 0.3, ridge: 0.01 }, 1),
      await tumourRegularization(false, 'halves'),
      await tumourRegularization(true, 'thirds'),
    ];
    for (const instance of instances) {
      const problem = modelOf(instance).problem as SecondOrderProblem;
      const [x, y, v] = [drawn(problem.dimX, 4), drawn(problem.dimY, 5, 0.3), drawn(problem.dimY, 6)];
      expect(oracleError(problem, x, y, v)).toBeLessThan(1e-7);
      const n = problem.samplesG;
      if (!n) continue;
      const [whole, part, sum] = [
        new Float64Array(problem.dimY),
        new Float64Array(problem.dimY),
        new Float64Array(problem.dimY),
      ];
      problem.gradGy(x, y, whole);
      for (let i = 0; i < n; i++) {
        problem.gradGy(x, y, part, Int32Array.of(i));
        for (let j = 0; j < sum.length; j++) sum[j] += part[j] / n;
      }
      for (let j = 0; j < sum.length; j++) expect(Math.abs(sum[j] - whole[j])).toBeLessThan(1e-12);
    }
  });
});

describe('the true hyper-objective', () => {
  it('has the gradient that its differences give', async () => {
    const cleaning = await digitsCleaning({ train: 20, validation: 15, wrong: 0.3, ridge: 0.1 }, 2);
    const trusting = { ...cleaning, source: { ...cleaning.source, trust: 0.3 } } as typeof cleaning;
    for (const instance of [quadraticInstance(8, 3), cleaning, trusting]) {
      const x = drawn(instance.initial.x.length, 7, 0.5);
      const direction = drawn(instance.initial.x.length, 8);
      const { gradient } = trueHyperObjective(instance, x);
      const h = 1e-4;
      const at = (t: number) =>
        trueHyperObjective(
          instance,
          x.map((entry, i) => entry + t * direction[i]),
        ).value;
      const slope = gradient.reduce((sum, t, i) => sum + t * direction[i], 0);
      expect(Math.abs((at(h) - at(-h)) / (2 * h) - slope)).toBeLessThan(1e-6 * (1 + Math.abs(slope)));
    }
  });

  it('of the tumours is what other programs found', async () => {
    const instance = await tumourRegularization(true, 'halves');
    const expected = [
      [-8, 0.14858945, -0.02738549],
      [-4, 0.11556465, 0.01335239],
      [0, 0.32235896, 0.09919736],
    ];
    for (const [x, value, slope] of expected) {
      const found = trueHyperObjective(instance, Float64Array.of(x));
      expect(Math.abs(found.value - value)).toBeLessThan(1e-8);
      expect(Math.abs(found.gradient[0] - slope)).toBeLessThan(1e-8);
    }
    const many = await tumourRegularization(false, 'halves');
    expect(Math.abs(Math.hypot(...trueHyperObjective(many, new Float64Array(30).fill(-4)).gradient) - 0.00693302)).toBeLessThan(
      1e-7,
    );
  });

  it('of a line fit with weights is what differences gave', () => {
    // a = 1 … 6, b = 2a but b_4 = −8, g = (1/6) Σ sig(x_i) (a_i w − b_i)²/2 + 0.05 w².
    const a = [1, 2, 3, 4, 5, 6];
    const b = [2, 4, 6, -8, 10, 12];
    const v = [1.5, 3.5, 5.5];
    const sig = (t: number) => 1 / (1 + Math.exp(-t));
    const problem: SecondOrderProblem = {
      dimX: 6,
      dimY: 1,
      gradFx: (_x, _w, out) => void out.fill(0),
      gradFy: (_, [w], out) => void out.fill(v.reduce((sum, t) => sum + (t * (t * w - 2 * t)) / 3, 0)),
      gradGx: (x, [w], out) => out.set(a.map((t, i) => (sig(x[i]) * (1 - sig(x[i])) * (t * w - b[i]) ** 2) / 12)),
      gradGy: (x, [w], out) => void out.fill(a.reduce((sum, t, i) => sum + (sig(x[i]) * t * (t * w - b[i])) / 6, 0.1 * w)),
      hvpGyy: (x, _, [s], out) => void out.fill(s * a.reduce((sum, t, i) => sum + (sig(x[i]) * t * t) / 6, 0.1)),
      jvpGxy: (x, [w], [s], out) => out.set(a.map((t, i) => (s * sig(x[i]) * (1 - sig(x[i])) * t * (t * w - b[i])) / 6)),
    };
    const w = new Float64Array(1);
    solveLower(problem, new Float64Array(6), w, 1e-14);
    expect(Math.abs(w[0] - 1.27982646)).toBeLessThan(1e-8);
    const { gradient } = hypergradient(problem, new Float64Array(6), w);
    const expected = [-0.04195514, -0.16782056, -0.37759627, 3.05716497, -1.04887852, -1.51038508];
    for (const [i, slope] of expected.entries()) expect(Math.abs(gradient[i] - slope)).toBeLessThan(1e-7);
  });
});

describe('hypergradient', () => {
  it('is exact on the Hilbert matrix, where normal equations are not', () => {
    const { problem, hyperObjective } = toy('hilbert');
    const x = Float64Array.of(0.01);
    const exact = hyperObjective?.(x) as { value: number; gradient: Float64Array };
    expect(Math.abs(exact.value - 3784.746)).toBeLessThan(1e-3);
    expect(Math.abs(exact.gradient[0] - 756385.2)).toBeLessThan(0.1);
    const y = new Float64Array(6);
    solveLower(problem, x, y, 1e-16, 100);
    const { gradient, errorEstimate, status } = hypergradient(problem, x, y);
    expect(status).toBe('converged');
    expect(Math.abs(gradient[0] / exact.gradient[0] - 1)).toBeLessThan(1e-6);
    expect(errorEstimate).toBeLessThan(1e-3 * exact.gradient[0]);
  });

  it('estimates its error: never below it, and at most a hundred times it', () => {
    for (const name of ['follow', 'flat', 'hilbert', 'cosh'] as const) {
      const { problem, hyperObjective } = toy(name, 3, 2);
      for (let seed = 0; seed < 20; seed++) {
        const x = drawn(problem.dimX, 100 + seed, 0.3);
        const y = new Float64Array(problem.dimY);
        solveLower(problem, x, y, 1e-15, 200);
        const away = drawn(problem.dimY, 200 + seed, 1e-3);
        const near = y.map((t, j) => t + away[j]);
        const { gradient, errorEstimate } = hypergradient(problem, x, near);
        const exact = (hyperObjective as NonNullable<typeof hyperObjective>)(x).gradient;
        const error = Math.hypot(...gradient.map((t, i) => t - exact[i]));
        expect(errorEstimate, `${name} ${seed}`).toBeGreaterThanOrEqual(error);
        expect(errorEstimate, `${name} ${seed}`).toBeLessThanOrEqual(100 * error);
      }
    }
  });

  it('says that a lower level with a flat direction is singular', () => {
    const { problem } = toy('line');
    const { status, errorEstimate } = hypergradient(problem, Float64Array.of(0), new Float64Array(2));
    expect(status).toBe('stalled');
    expect(errorEstimate).toBe(Infinity);
  });

  it('gives nothing for a right-hand side of nothing', () => {
    const v = Float64Array.of(3);
    const report = conjugateGradients((w, out) => out.set(w), new Float64Array(1), v, { tolerance: 1e-10, maxIterations: 5 });
    expect(report.residual).toBe(0);
    expect(v[0]).toBe(0);
  });

  it('takes step lengths of one third, one half and one on diag(1, 2, 3), as conjugate gradients do', () => {
    const v = new Float64Array(3);
    const product = (w: Float64Array, out: Float64Array) => out.set([w[0], 2 * w[1], 3 * w[2]]);
    conjugateGradients(product, Float64Array.of(1, 1, 1), v, { tolerance: 1e-14, maxIterations: 3 });
    for (const [j, exact] of [1, 1 / 2, 1 / 3].entries()) expect(Math.abs(v[j] - exact)).toBeLessThan(1e-14);
  });
});

describe('hypergradientPinv', () => {
  it('holds at the solution that f likes best, and says where it does not', () => {
    const { problem } = toy('line');
    // At x = 0: y* = (1, 1) − (2, 1) 3/5.
    const best = hypergradientPinv(problem, Float64Array.of(0), Float64Array.of(1 - 6 / 5, 1 - 3 / 5));
    expect(best.status).toBe('converged');
    expect(Math.abs(best.gradient[0] + 0.6)).toBeLessThan(1e-10);
    const other = hypergradientPinv(problem, Float64Array.of(0), Float64Array.of(0, 0));
    expect(other.status).toBe('stalled');
    // What f misses does not reach the mixed derivatives: the slope is right at every lower solution, the value is not.
    expect(Math.abs(other.gradient[0] + 0.6)).toBeLessThan(1e-9);
  });

  it('takes the system of active rows at a bound, where the pseudo-inverse is wrong', () => {
    const { problem, hyperObjective } = toy('segment');
    const x = Float64Array.of(0.7);
    const exact = hyperObjective?.(x).gradient[0] as number;
    const activeRows = { rows: 1, cols: 2, values: Float64Array.of(0, 1) };
    const right = hypergradientPinv(problem, x, Float64Array.of(0.7, 0), { activeRows });
    expect(right.status).toBe('converged');
    expect(Math.abs(right.v[0] - (0.7 - 1))).toBeLessThan(1e-9);
    expect(Math.abs(right.gradient[0] - exact)).toBeLessThan(1e-9);
    const wrong = hypergradientPinv(problem, x, Float64Array.of(0.7, 0));
    expect(Math.abs(wrong.gradient[0] - exact)).toBeGreaterThan(0.1);
  });

  it('is the gradient of the hyper-objective for drawn lower levels with many solutions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 0, max: 1e6 }), (q, seed) => {
        const instance = quadraticInstance(q, seed);
        const { problem, hyperObjective } = modelOf(instance);
        const { c, d, target } = instance.source as Extract<BilevelInstance['source'], { kind: 'quadratic' }>;
        const x = drawn(q, seed, 1);
        // y* by the least change of the target: descent from it.
        const y = target.slice();
        solveLower(problem, x, y, 1e-13, 500);
        const { gradient } = hypergradientPinv(problem, x, y, { tolerance: 1e-13 });
        const exact = (hyperObjective as NonNullable<typeof hyperObjective>)(x).gradient;
        const scale = 1 + Math.hypot(...exact);
        // Matrices that are nearly singular lose digits.
        const tolerance = c.rows === d.rows && q > 2 ? 1e-3 : 1e-4;
        for (const [i, slope] of exact.entries()) expect(Math.abs(gradient[i] - slope) / scale).toBeLessThan(tolerance);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});

describe('implicit methods', () => {
  it.each([
    ['AID-CG', aidCg],
    ['ITD', itd],
    ['stocBiO', stocBio],
  ] as const)('%s finds the follower’s solution', (_, solver) => {
    const { problem, initial } = toy('follow');
    expect(Math.abs(solver(problem, initial, { maxIterations: 3000 }).x[0] - 1.4)).toBeLessThan(0.01);
  });

  it('refuse sets on the lower level by name', () => {
    const { problem, initial } = toy('box');
    expect(() => aidCg(problem, initial)).toThrow(expect.objectContaining({ argument: 'problem.setY' }));
  });

  it('unroll to the exact derivative of what their steps give', () => {
    const { problem } = toy('cosh', 3, 1);
    const x = drawn(3, 1, 0.4);
    // One outer step of length one moves x by the derivative of f after three steps from y0.
    const lowerStepSize = 0.2;
    const after = (at: Float64Array) => {
      const y = new Float64Array(3);
      const slope = new Float64Array(3);
      for (let t = 0; t < 3; t++) {
        problem.gradGy(at, y, slope);
        for (let j = 0; j < 3; j++) y[j] -= lowerStepSize * slope[j];
      }
      return problem.f?.(at, y) ?? 0;
    };
    const moved = itd(problem, x, { lowerSteps: 3, lowerStepSize, stepSize: 1, maxIterations: 1 }).x;
    for (let i = 0; i < 3; i++) {
      const shift = (h: number) => x.map((t, k) => (k === i ? t + h : t));
      expect(Math.abs(x[i] - moved[i] - (after(shift(1e-5)) - after(shift(-1e-5))) / 2e-5)).toBeLessThan(1e-8);
    }
  });
});

it('expressions give the oracles of the toys', async () => {
  const { add, inner, mul, square, sub, sum, take } = await import('@infimum/autodiff');
  void inner;
  void take;
  const made = fromExpressions({
    dimX: 1,
    dimY: 1,
    upper: (x, y) => mul(0.5, add(sum(square(sub(x, 1))), sum(square(sub(y, 3))))),
    lower: (x, y) => mul(0.5, sum(square(sub(y, mul(2, x))))),
  });
  const { problem } = toy('follow');
  const [x, y, v] = [Float64Array.of(0.3), Float64Array.of(-0.4), Float64Array.of(2)];
  for (const name of ['gradFx', 'gradFy', 'gradGx', 'gradGy'] as const) {
    const [a, b] = [new Float64Array(1), new Float64Array(1)];
    made[name](x, y, a);
    problem[name](x, y, b);
    expect(Math.abs(a[0] - b[0])).toBeLessThan(1e-14);
  }
  for (const name of ['hvpGyy', 'jvpGxy'] as const) {
    const [a, b] = [new Float64Array(1), new Float64Array(1)];
    made[name](x, y, v, a);
    problem[name](x, y, v, b);
    expect(Math.abs(a[0] - b[0])).toBeLessThan(1e-14);
  }
  expect(Math.abs((made.f?.(x, y) ?? 0) - (problem.f?.(x, y) ?? 1))).toBeLessThan(1e-14);
});
