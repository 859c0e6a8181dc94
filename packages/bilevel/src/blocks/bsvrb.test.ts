import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactHypergradient } from '../block-problems/exact-hypergradient.ts';
import { quadraticBlockInstance } from '../block-problems/multi-block-families.ts';
import type { MultiBlockInstance } from '../block-problems/multi-block-instance.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import { multiBlockOptimization } from '../block-problems/multi-block-optimization.ts';
import type { QuadraticBlocks } from '../block-problems/quadratic-blocks.ts';
import { quadraticBlocks } from '../block-problems/quadratic-blocks.ts';
import { temperatureBlocks } from '../block-problems/temperature-blocks.ts';
import { meanGradient, scheduledMean, tailOf } from './block-claims.ts';
import { blockDescent } from './block-descent.ts';
import { blockBsa, blockStocBio } from './block-neumann.ts';
import { bsvrb, bsvrbSteps } from './bsvrb.ts';
import { clampEigenvalues } from './clamp-eigenvalues.ts';
import { rsvrb } from './rsvrb.ts';

const drawn = (length: number, seed: number, scale = 1) =>
  new Random(seed).normals(new Float64Array(length)).map((t) => t * scale);

/** The scalar quadratics of the specification: A, B, c, t a block, without noise. */
function scalars(a: number[], b: number[], c: number[], t: number[]): QuadraticBlocks {
  return {
    kind: 'quadratic',
    blocks: a.length,
    dimX: 1,
    dimY: 1,
    a: Float64Array.from(a),
    b: Float64Array.from(b),
    c: Float64Array.from(c),
    t: Float64Array.from(t),
    ridge: 0,
    noise: 0,
    noiseSeed: 0,
  };
}

describe('exactHypergradient', () => {
  it('is what is known of one and of two scalar blocks', () => {
    const one = quadraticBlocks(scalars([2], [1], [0], [1])).problem;
    expect(exactHypergradient(one, Float64Array.of(0)).gradient[0]).toBeCloseTo(-0.5, 12);
    expect(exactHypergradient(one, Float64Array.of(2)).gradient[0]).toBeCloseTo(0, 12);
    const two = quadraticBlocks(scalars([1, 2], [1, 1], [0, 2], [1, 0])).problem;
    const found = exactHypergradient(two, Float64Array.of(0.4));
    expect(found.gradient[0]).toBeCloseTo(0, 12);
    expect(found.value).toBeCloseTo(0.45, 12);
  });

  it('is the derivative of F on every family, and the closed form of quadratics', async () => {
    const params: Record<string, Record<string, number>> = {
      quadratic: { blocks: 3, dimX: 4, dimY: 3, noise: 0 },
      temperatures: { blocks: 2, wrong: 0.2 },
      adverts: { blocks: 2, rows: 20 },
      auc: { rows: 60 },
      ranking: { queries: 3, items: 14 },
      folds: { folds: 3 },
      sequences: { tasks: 3, testTasks: 1, hidden: 3, shots: 4 },
    };
    for (const [name, family] of Object.entries(multiBlockOptimization.families)) {
      const instance = (await family.generate(params[name], 1)) as MultiBlockInstance;
      const { problem, hyperObjective } = blockModelOf(instance);
      const x = instance.initial.map((t, k) => t + 0.3 * Math.sin(k + 1));
      const along = drawn(x.length, 2);
      const at = (h: number) =>
        exactHypergradient(
          problem,
          x.map((t, k) => t + h * along[k]),
        ).value;
      const { gradient, status } = exactHypergradient(problem, x);
      expect(status).toBe('converged');
      const slope = gradient.reduce((sum, t, k) => sum + t * along[k], 0);
      const h = 1e-4;
      expect(Math.abs((at(h) - at(-h)) / (2 * h) - slope), name).toBeLessThan(2e-6 * (1 + Math.abs(slope)));
      for (const [k, t] of (hyperObjective?.(x).gradient ?? gradient).entries())
        expect(Math.abs(t - gradient[k])).toBeLessThan(1e-9);
      // The Hessian by rows is that of the products.
      const q = problem.dimY;
      const [square, image] = [new Float64Array(q * q), new Float64Array(q)];
      const y = drawn(q, 3, 0.3);
      const samples = Int32Array.of(0, 1, 1);
      problem.hessGyy?.(1, x, y, square, samples);
      const v = drawn(q, 4);
      problem.hvpGyy(1, x, y, v, image, samples);
      for (let r = 0; r < q; r++) {
        const sum = v.reduce((total, t, k) => total + square[r * q + k] * t, 0);
        expect(Math.abs(sum - image[r])).toBeLessThan(1e-9 * (1 + Math.abs(sum)));
      }
    }
  });

  it('has a logistic Hessian that is positive', () => {
    const row = { design: { rows: 1, cols: 2, values: Float64Array.of(1, 1) }, targets: Float64Array.of(1) };
    const { problem } = temperatureBlocks({
      kind: 'temperatures',
      temperatures: Float64Array.of(2),
      train: row,
      validation: row,
      ridge: 1e-300,
    });
    const [x, w, gradient, hessian] = [new Float64Array(1), new Float64Array(2), new Float64Array(2), new Float64Array(4)];
    problem.gradGy(0, x, w, gradient);
    expect(Array.from(gradient)).toEqual([-0.125, -0.125]);
    problem.hessGyy?.(0, x, w, hessian);
    expect(Array.from(hessian)).toEqual([0.03125, 0.03125, 0.03125, 0.03125]);
  });
});

describe('clampEigenvalues', () => {
  it('moves ±2 into [1, 8]', () => {
    const a = Float64Array.of(0, 2, 2, 0);
    clampEigenvalues(a, 2, 1, 8);
    for (const [k, exact] of [1.5, 0.5, 0.5, 1.5].entries()) expect(a[k]).toBeCloseTo(exact, 12);
  });

  it('leaves what is inside, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 0, max: 1e6 }), (q, seed) => {
        const a = drawn(q * q, seed);
        clampEigenvalues(a, q, 0.5, 2);
        const again = a.slice();
        clampEigenvalues(again, q, 0.5, 2);
        for (let k = 0; k < a.length; k++) expect(Math.abs(a[k] - again[k])).toBeLessThan(1e-10);
        const v = drawn(q, seed + 1);
        let form = 0;
        for (let r = 0; r < q; r++) for (let k = 0; k < q; k++) form += v[r] * a[r * q + k] * v[k];
        const squares = v.reduce((sum, t) => sum + t * t, 0);
        expect(form).toBeGreaterThan(0.5 * squares * (1 - 1e-9));
        expect(form).toBeLessThan(2 * squares * (1 + 1e-9));
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});

describe('bsvrb', () => {
  const exact = {
    blocksPerIteration: 6,
    batchSize: 1,
    trackerWeight: 1,
    hypergradientWeight: 1,
    stepSize: 0.3,
    lowerStepSize: 0.3,
  };

  it.each([1, 2] as const)('variant %i is deterministic and exact with all blocks and no noise', (variant) => {
    for (const tracker of ['block', 'msvr'] as const) {
      const instance = quadraticBlockInstance({ blocks: 6, dimX: 3, dimY: 2, noise: 0 }, 1);
      const { problem, hyperObjective } = blockModelOf(instance);
      const { x, status } = bsvrb(problem, instance.initial, { ...exact, variant, tracker, tolerance: 1e-8 });
      expect(status).toBe('converged');
      expect(Math.hypot(...(hyperObjective?.(x).gradient ?? [1]))).toBeLessThan(1e-6);
    }
  });

  it('moves unseen blocks lazily as it would eagerly', () => {
    for (const variant of [1, 2] as const) {
      const instance = quadraticBlockInstance({ blocks: 9, dimX: 3, dimY: 2, noise: 0.2 }, 2);
      const { problem } = blockModelOf(instance);
      const options = {
        variant,
        tracker: 'msvr',
        correctionFactor: 1,
        blocksPerIteration: 2,
        batchSize: 4,
        lowerStepSize: 0.02,
        maxLinearNorm: 2,
        tolerance: 0,
        maxIterations: 60,
      } as const;
      const [lazy, eager] = [true, false].map((lazy) => bsvrb(problem, instance.initial, { ...options, lazy }));
      for (let k = 0; k < 3; k++) expect(Math.abs(lazy.x[k] - eager.x[k])).toBeLessThan(1e-12);
      for (let k = 0; k < lazy.y.length; k++) expect(Math.abs(lazy.y[k] - eager.y[k])).toBeLessThan(1e-12);
    }
  });

  it.each([
    [10, false],
    [2000, true],
  ])('pauses in its first pass over blocks of %s numbers only where it is long', (dimY, pauses) => {
    let calls = 0;
    const problem = {
      blocks: 64,
      dimX: 1,
      dimY,
      gradGy: (_: number, [x]: Float64Array, y: Float64Array, out: Float64Array) => {
        for (let j = 0; j < dimY; j++) out[j] = y[j] - x;
      },
      gradFy: (_: number, __: Float64Array, y: Float64Array, out: Float64Array) => {
        calls++;
        for (let j = 0; j < dimY; j++) out[j] = y[j] - 1;
      },
      hvpGyy: (_: number, __: Float64Array, ___: Float64Array, v: Float64Array, out: Float64Array) => out.set(v),
      addJvpGxy: (_: number, __: Float64Array, ___: Float64Array, v: Float64Array, weight: number, out: Float64Array) => {
        for (let j = 0; j < dimY; j++) out[0] -= weight * v[j];
      },
    };
    const steps = bsvrbSteps(problem, [0.5], { variant: 2 });
    steps.next();
    steps.next();
    // Curvatures of lower levels come first, without gradients of f.
    expect(calls === 0).toBe(pauses);
  });

  it('sees as many calls an iteration however many blocks there are', () => {
    const calls = [40, 400].map((blocks) => {
      const instance = quadraticBlockInstance({ blocks, dimX: 2, dimY: 2, noise: 0.2 }, 1);
      const { problem } = blockModelOf(instance);
      const count = (maxIterations: number) => {
        const { evaluations } = bsvrb(problem, instance.initial, {
          tracker: 'msvr',
          blocksPerIteration: 4,
          batchSize: 4,
          lowerStepSize: 0.01,
          tolerance: 0,
          maxIterations,
        });
        return Object.values(evaluations).reduce((a, b) => a + b, 0);
      };
      return count(60) - count(10);
    });
    expect(calls[0]).toBe(calls[1]);
  });

  it('has less noise by trackers than without, at the same samples', () => {
    const runs = process.env['INFIMUM_FULL']
      ? { iterations: 2000, from: 1000, seed: 1 }
      : { iterations: 1000, from: 500, seed: 1 };
    const shared = { blocksPerIteration: 4, batchSize: 4, stepSize: 0.1, lowerStepSize: 0.1 };
    const sizes = { blocks: 20, noise: 0.5 };
    const without = meanGradient(sizes, { ...shared, tracker: 'none' }, runs);
    const tracked = meanGradient(sizes, { ...shared, trackerWeight: 0.05, hypergradientWeight: 0.002 }, runs);
    expect(tracked).toBeLessThan(without / 2);
  });

  it('has much less noise of blocks alone', () => {
    const runs = { iterations: 3000, from: 1500, seed: 1 };
    const shared = { blocksPerIteration: 4, batchSize: 4, stepSize: 0.05, lowerStepSize: 0.2 };
    const sizes = { blocks: 20, noise: 0 };
    const without = meanGradient(sizes, { ...shared, tracker: 'none' }, runs);
    const tracked = meanGradient(sizes, { ...shared, trackerWeight: 0.2, hypergradientWeight: 0.002 }, runs);
    expect(tracked).toBeLessThan(without / 3.5);
  });

  it('gains by more blocks and by more samples', () => {
    expect(tailOf(32, 4, 400, 1)).toBeLessThan(tailOf(2, 4, 400, 1));
    expect(tailOf(8, 16, 400, 1)).toBeLessThan(0.85 * tailOf(8, 1, 400, 1));
  });

  it('has an error that falls with the horizon', () => {
    expect(scheduledMean(1500, 1) / scheduledMean(300, 1)).toBeLessThan(5 ** -0.2);
  });

  it('refuses what does not fit, by name', () => {
    const { problem } = quadraticBlocks(scalars([1, 2], [1, 1], [0, 2], [1, 0]));
    const x0 = new Float64Array(1);
    expect(() => bsvrb(problem, x0, { blocksPerIteration: 3 })).toThrow(
      expect.objectContaining({ argument: 'blocksPerIteration' }),
    );
    const { hessGyy: _, ...products } = problem;
    expect(() => bsvrb(products, x0, { variant: 1 })).toThrow(expect.objectContaining({ argument: 'problem.hessGyy' }));
    expect(() => bsvrb({ ...problem, dimY: 3000 }, x0, { variant: 1 })).toThrow(expect.objectContaining({ code: 'too-large' }));
    expect(() => bsvrb(problem, x0, { minCurvature: 2, maxCurvature: 1 })).toThrow(
      expect.objectContaining({ argument: 'minCurvature' }),
    );
  });

  it('raises the mean area under the curve of ten groups', async () => {
    const instance = (await multiBlockOptimization.families['auc'].generate({ rows: 300 }, 1)) as MultiBlockInstance;
    const { problem, score } = blockModelOf(instance);
    const { x, y } = bsvrb(problem, instance.initial, {
      blocksPerIteration: 3,
      batchSize: 16,
      stepSize: 0.02,
      lowerStepSize: 0.5,
      maxIterations: 400,
    });
    expect(score?.(x, y)).toBeGreaterThan(0.85);
  });
});

describe('the baselines', () => {
  it.each([
    ['RSVRB', rsvrb, { stepSize: 0.05, trackerWeight: 0.1, lowerStepSize: 0.02, blocksPerIteration: 3 }],
    ['stocBiO', blockStocBio, { stepSize: 0.2, neumannTerms: 20, lowerStepSize: 0.3 }],
    ['BSA', blockBsa, { stepSize: 0.05, neumannTerms: 20, lowerStepSize: 0.3 }],
    ['full descent', blockDescent, {}],
  ] as const)('%s comes near the minimiser', (_, solver, options) => {
    const instance = quadraticBlockInstance({ blocks: 6, dimX: 3, dimY: 2, noise: 0 }, 1);
    const { problem, hyperObjective } = blockModelOf(instance);
    const { x } = solver(problem, instance.initial, { ...options, maxIterations: 3000 });
    const [before, after] = [instance.initial, x].map((at) => Math.hypot(...(hyperObjective?.(at).gradient ?? [1])));
    expect(after).toBeLessThan(0.3 * before);
  });
});
