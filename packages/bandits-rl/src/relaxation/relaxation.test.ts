import { parseWith, solve } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { conjugateGradient, csrToDense, matrixFromRows, optimalRelaxation } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { BinnedTsallisInf } from './binned-tsallis-inf.ts';
import { jacobiRadius, optimalRelaxationSolver } from './fixed-relaxation.ts';
import { relaxationProblem } from './relaxation-problem.ts';
import type { RelaxedMethod } from './relaxed-solve.ts';
import { relaxedSolve } from './relaxed-solve.ts';
import { relaxationSolvers } from './solvers.ts';
import { bestShiftedRelaxation, gridLaplacian, heatEquation } from './system-families.ts';
import type { RelaxationInstance } from './system-sequence.ts';
import { replay, SystemSequence } from './system-sequence.ts';
import { restoreParameterTuner, tuneParameter } from './tune-parameter.ts';
import { restoreRelaxationTuner, tuneRelaxation } from './tune-relaxation.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
const count = (
  a: ReturnType<typeof gridLaplacian>,
  b: Float64Array,
  method: RelaxedMethod,
  relaxation: number,
  x?: Float64Array,
) => {
  const steps = relaxedSolve(a, b, { method, relaxation, tolerance: 1e-8, cap: 10_000, initial: x });
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
};
const shifted = (params: object, seed = 1) => {
  const { params: specs, generate } = relaxationProblem.families['shifted'];
  return generate(parseWith(specs, params, 'params'), seed) as RelaxationInstance;
};

describe('the worked examples', () => {
  it('of SOR on the grid of 10 x 10', () => {
    const sweeps = [1, 1.2, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9].map(
      (omega) => count(gridLaplacian(10), new Float64Array(100).fill(1), 'sor', omega).iterations,
    );
    expect(sweeps).toEqual([223, 145, 88, 62, 43, 58, 89, 187]);
  });

  it('of Young’s factor', () => {
    expect(bestShiftedRelaxation(10, 0)).toBeCloseTo(1.5603879213, 9);
    expect(bestShiftedRelaxation(10, -0.15)).toBeCloseTo(1.8535941504, 8);
    expect(bestShiftedRelaxation(10, 0.45)).toBeCloseTo(1.3279192323, 9);
  });

  it('of conjugate gradients on the heat equation', () => {
    const instance = heatEquation(50, 1, 0.001);
    const weight = 0.5 * 10 * 1e-3 * 2500;
    const a = { ...instance.base, values: instance.base.values.map((value) => weight * value + (value === 4 ? 1 : 0)) };
    const b = instance.initial as Float64Array;
    expect(conjugateGradient(a, b, { tolerance: 1e-8 }).iterations).toBe(67);
    const found = [1, 1.3, 1.5, 1.7, 1.75, 1.8, 1.9, 1.95].map((omega) => count(a, b, 'ssor-cg', omega).iterations);
    expect(found).toEqual([28, 21, 17, 16, 17, 19, 27, 33]);
  });

  it('of warm starts, relative to b', () => {
    const a = gridLaplacian(10);
    let x: Float64Array | undefined;
    const found: number[] = [];
    for (let t = 1; t <= 5; t++) {
      const b = new Float64Array(100).fill(1);
      b[0] += 0.001 * t;
      const solved = count(a, b, 'sor', 1.56, x);
      x = solved.x;
      found.push(solved.iterations);
    }
    expect(found).toEqual([41, 13, 13, 13, 13]);
    expect(
      count(a, new Float64Array(100).fill(1), 'sor', 1.56, count(a, new Float64Array(100).fill(1), 'sor', 1.56).x).iterations,
    ).toBe(0);
  });

  it('of pyamg’s matrix, whose SOR diverges a little later', () => {
    const a = matrixFromRows([
      [4, -1, -6, 0],
      [-5, -4, 10, 8],
      [0, 9, 4, -2],
      [1, 0, -7, 5],
    ]);
    const b = Float64Array.of(2, 21, -12, -6);
    const tuner = (omega: number) => tuneRelaxation({ method: 'sor', grid: Float64Array.of(omega) });
    const { x, iterations, solved } = tuner(0.5).solve(a, b);
    expect(solved).toBe(true);
    [3, -2, 2, 1].forEach((value, i) => {
      expect(x[i]).toBeCloseTo(value, 6);
    });
    expect(Math.abs(iterations - 42)).toBeLessThanOrEqual(2);
    expect(tuner(0.6).solve(a, b).solved).toBe(false);
  });
});

describe('the parts', () => {
  it('build the matrices that the formula says', () => {
    const instance = heatEquation(5, 3, 0.75);
    const sequence = new SystemSequence(instance);
    const dense = csrToDense(sequence.matrix(2));
    const base = csrToDense(instance.base);
    dense.values.forEach((value, at) => {
      const diagonal = Math.floor(at / 16) === at % 16 ? 1 : 0;
      expect(value).toBeCloseTo(instance.scale[2] * base.values[at] + diagonal, 12);
    });
    const x = Float64Array.from({ length: 16 }, (_, i) => Math.sin(i));
    const b = sequence.rightHandSide(2, x);
    for (let i = 0; i < 16; i++) {
      let expected = instance.sources.values[2 * 16 + i] + x[i];
      for (let j = 0; j < 16; j++) expected -= instance.scale[2] * base.values[i * 16 + j] * x[j];
      expect(b[i]).toBeCloseTo(expected, 12);
    }
  });

  it('estimate the spectral radius from below', () => {
    const radius = jacobiRadius(gridLaplacian(10), 300);
    expect(radius).toBeLessThanOrEqual(Math.cos(Math.PI / 11) + 1e-12);
    expect(radius).toBeGreaterThan(0.99 * Math.cos(Math.PI / 11));
    expect(optimalRelaxation(radius)).toBeCloseTo(1.56, 1);
  });

  it('put contexts into bins of their own', () => {
    const policy = new BinnedTsallisInf(2, 2, [0, 1], { estimator: 'importance-weighted', scale: 'mean' });
    const weights = new Float64Array(2);
    const both = Int32Array.of(0, 1);
    for (let t = 0; t < 300; t++) {
      for (const [context, good] of [
        [0.1, 0],
        [0.9, 1],
      ]) {
        policy.weigh(Float64Array.of(context), both, weights);
        const arm = t % 2;
        policy.learn(Float64Array.of(context), arm, weights[arm], arm === good ? 1 : 10);
      }
    }
    policy.weigh(Float64Array.of(0.2), both, weights);
    expect(weights[0]).toBeGreaterThan(0.8);
    policy.weigh(Float64Array.of(2), both, weights);
    expect(weights[1]).toBeGreaterThan(0.8);
  });
});

describe('learning to relax', () => {
  it('is bounded by the best factor of every system', () => {
    const instance = shifted({ steps: process.env['INFIMUM_FULL'] ? 30 : 12 });
    const oracle = solve(optimalRelaxationSolver, instance);
    const young = replay(
      instance,
      instance.contexts.map((c) => bestShiftedRelaxation(10, c)),
    );
    const total = (values: Int32Array) => values.reduce((a, b) => a + b, 0);
    expect(total(oracle.counts)).toBeLessThanOrEqual(1.03 * total(young.iterations));
    expect([...replay(instance, oracle.relaxations).iterations]).toEqual([...oracle.counts]);
  });
});

describe('a tuner around a loop', () => {
  it('solves, learns, and goes on from its JSON', () => {
    const instance = shifted({ steps: 80 });
    const sequence = new SystemSequence(instance);
    const options = { method: 'sor', minContext: -0.15, maxContext: 0.65 } as const;
    const tuner = tuneRelaxation(options);
    const solveAt = (target: typeof tuner, t: number) =>
      target.solve(sequence.matrix(t), sequence.rightHandSide(t, new Float64Array(100)), { context: instance.contexts[t] });
    for (let t = 0; t < 60; t++) {
      const { solved, x, relativeResidual } = solveAt(tuner, t);
      expect(solved).toBe(true);
      expect(relativeResidual).toBeLessThanOrEqual(1e-8);
      expect(x.length).toBe(100);
    }
    const copy = restoreRelaxationTuner(JSON.parse(JSON.stringify(tuner)));
    for (let t = 60; t < 80; t++) expect(solveAt(copy, t).relaxation).toBe(solveAt(tuner, t).relaxation);
    expect(copy.total).toBe(tuner.total);
    expect(copy.systems).toBe(80);
  });

  it('refuses what cannot be', () => {
    expect(() => tuneRelaxation({ grid: Float64Array.of(1, 2) })).toThrow('grid');
    expect(() => tuneRelaxation({ algorithm: 'cheb-cb' })).toThrow('minContext');
    expect(() => tuneRelaxation({ minContext: 1 })).toThrow('maxContext');
    expect(() => tuneRelaxation({ minContext: 1, maxContext: 1 })).toThrow('maxContext');
    const tuner = tuneRelaxation({ minContext: 0, maxContext: 1 });
    const a = matrixFromRows([
      [2, 0],
      [0, 2],
    ]);
    expect(() => tuner.solve(a, Float64Array.of(1, 1))).toThrow('context');
    expect(() => tuner.solve(a, Float64Array.of(1), { context: 1 })).toThrow();
    expect(() => tuner.solve(a, Float64Array.of(1, Number.NaN), { context: 1 })).toThrow('b');
    expect(() =>
      tuner.solve(
        matrixFromRows([
          [0, 1],
          [1, 0],
        ]),
        Float64Array.of(1, 1),
        { context: 1 },
      ),
    ).toThrow();
  });
});

describe('any parameter', () => {
  it('is learned from what runs cost, with and without a context, and goes on from JSON', () => {
    const tuner = tuneParameter([1, 2, 4, 8], { seed: 5 });
    for (let run = 0; run < 1000; run++) {
      const { value, report } = tuner.choose();
      report(1 + Math.abs(Math.log2(value) - 1));
      report(1e9); // counted once
    }
    expect(tuner.decisions).toBe(1000);
    expect(tuner.total / 1000).toBeLessThan(1.4);
    const smooth = tuneParameter([0, 0.5, 1], { minContext: 0, maxContext: 1, seed: 2 });
    let late = 0;
    for (let run = 0; run < 3000; run++) {
      const x = ((run * 0.618) % 1) ** 2;
      const { value, report } = smooth.choose(x);
      const cost = 1 + 10 * Math.abs(value - x);
      report(cost);
      if (run >= 2000) late += cost / 1000;
    }
    expect(late).toBeLessThan(3.2);
    const copy = restoreParameterTuner(JSON.parse(JSON.stringify(smooth)));
    for (let run = 0; run < 20; run++) expect(copy.choose(0.3).value).toBe(smooth.choose(0.3).value);
  });

  it('is not taken up from a state of another grid, or one that is damaged', () => {
    const tuner = tuneRelaxation({ minContext: 0, maxContext: 1, degree: 3 });
    tuner.solve(
      [
        [2, 0],
        [0, 3],
      ],
      [1, 1],
      { context: 0.5 },
    );
    const good = JSON.parse(JSON.stringify(tuner));
    expect(restoreRelaxationTuner(structuredClone(good)).systems).toBe(1);
    const damage = (change: (state: typeof good) => void) => () => {
      const state = structuredClone(good);
      change(state);
      restoreRelaxationTuner(state);
    };
    expect(damage((state) => state.tuner.grid.pop())).toThrow('state.policy.gram');
    expect(
      damage((state) => {
        state.tuner.grid[0] = 3;
      }),
    ).toThrow('state.tuner.grid');
    expect(
      damage((state) => {
        state.tuner.policy.counts[0] = -1;
      }),
    ).toThrow('state.policy.counts[0]');
    expect(
      damage((state) => {
        state.tuner.policy.theta[1] = null;
      }),
    ).toThrow('state.policy.theta');
    expect(
      damage((state) => {
        state.version = 1;
      }),
    ).toThrow('state.version');
    expect(
      damage((state) => {
        state.tuner.position = 0.5;
      }),
    ).toThrow('state.position');
    expect(
      damage((state) => {
        state.options.method = 'jacobi';
      }),
    ).toThrow('method');
  });
});

describe('the contract', () => {
  it('of bandits-rl/relaxation', () => checkProblem(relaxationProblem));
  it.each(relaxationSolvers.map((solver) => [solver.id, solver] as const))('of %s', (_, solver) =>
    checkSolver(solver as never, { families }),
  );
});
