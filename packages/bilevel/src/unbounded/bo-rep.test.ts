import { describe, expect, it } from 'vitest';
import { trueHyperObjective } from '../models/bilevel-optimization.ts';
import { digitsCleaning, tumourRegularization } from '../models/data.ts';
import { modelOf } from '../models/instance.ts';
import { toy } from '../models/toys.ts';
import { amigo } from './amigo.ts';
import { boRep } from './bo-rep.ts';
import { saba } from './saba.ts';
import { maSoba, soba } from './soba.ts';
import { ttsa } from './ttsa.ts';
import { noisyTail, RIVAL_STEPS, scheduledMean } from './unbounded-claims.ts';

const cosh = { linearStepSize: 0.1, lowerStepSize: 0.2, tolerance: 0 } as const;

/** |∇Φ| along a run on the exponential landscape. */
function path(solver: typeof boRep | typeof maSoba, options: object, maxIterations: number) {
  const { problem, hyperObjective, initial } = toy('cosh');
  const sizes: number[] = [];
  const outcome = solver(problem, initial, {
    ...cosh,
    ...options,
    maxIterations,
    onIteration: ({ solution }) => sizes.push(Math.hypot(...(hyperObjective?.(solution().x).gradient ?? []))),
  });
  return { sizes, outcome };
}

describe('BO-REP', () => {
  it('makes the steps of the worked example', () => {
    const problem = {
      dimX: 1,
      dimY: 1,
      gradFx: (_x: Float64Array, _y: Float64Array, out: Float64Array) => void out.fill(0),
      gradFy: (_: Float64Array, [y]: Float64Array, out: Float64Array) => void out.fill(y - 1),
      gradGx: ([x]: Float64Array, [y]: Float64Array, out: Float64Array) => void out.fill(x - y),
      gradGy: ([x]: Float64Array, [y]: Float64Array, out: Float64Array) => void out.fill(y - x),
      hvpGyy: (_x: Float64Array, _y: Float64Array, v: Float64Array, out: Float64Array) => out.set(v),
      jvpGxy: (_x: Float64Array, _y: Float64Array, [v]: Float64Array, out: Float64Array) => void out.fill(-v),
    };
    const seen: [number, number][] = [];
    boRep(problem, [0], {
      linearStepSize: 0.5,
      momentum: 0.5,
      stepSize: 0.1,
      refine: 'none',
      tolerance: 0,
      maxIterations: 2,
      onIteration: ({ direction, solution }) => seen.push([direction, solution().x[0]]),
    });
    expect(seen[1][0]).toBeCloseTo(0.25, 14);
    expect(seen[1][1]).toBeCloseTo(0.1, 14);
    expect(seen[2][0]).toBeCloseTo(0.5, 14);
    expect(seen[2][1]).toBeCloseTo(0.2, 14);
  });

  it('moves x by its step exactly, lets y rest between periods, and counts its calls', () => {
    const { problem, initial } = toy('cosh');
    const points: { x: Float64Array; y: Float64Array }[] = [];
    const { evaluations } = boRep(problem, initial, {
      ...cosh,
      maxIterations: 4000,
      onIteration: ({ iteration, solution }) => {
        if (iteration <= 200) points.push(solution());
      },
    });
    expect(evaluations.gy).toBe(100 + 5 * 999);
    expect(evaluations.hvp).toBe(4000);
    for (let k = 1; k < points.length; k++) {
      const length = Math.hypot(...points[k].x.map((t, i) => t - points[k - 1].x[i]));
      expect(Math.abs(length / 0.02 - 1)).toBeLessThan(1e-9);
      // y of iterate k + 1 was updated in iteration k.
      if (k > 1 && (k - 1) % 4 !== 0) expect(points[k].y).toEqual(points[k - 1].y);
    }
  });

  it('comes down the exponential landscape as fast as its steps reach, to a floor that they set', () => {
    const expected = [
      [0.05, 245, 1.12],
      [0.02, 611, 0.448],
      [0.01, 1221, 0.223],
    ];
    for (const [eta, first, floor] of expected) {
      const { sizes } = path(boRep, { stepSize: eta }, 4000);
      expect(sizes[0]).toBeCloseTo(36939.506, 2);
      const below = sizes.length - [...sizes].reverse().findIndex((size) => size >= 10);
      expect(Math.abs(below - first)).toBeLessThanOrEqual(6);
      const mean = sizes.slice(-800).reduce((a, b) => a + b, 0) / 800;
      expect(Math.abs(mean / floor - 1)).toBeLessThan(0.15);
    }
  });

  it('has a smaller floor with steps that fall', () => {
    const mean = (options: object) =>
      path(boRep, options, 4000)
        .sizes.slice(-400)
        .reduce((a, b) => a + b, 0) / 400;
    const constant = mean({ stepSize: 0.05 });
    expect(mean({ stepSize: 0.05, stepSizeSchedule: 'step', decayEvery: 1500 })).toBeLessThan(0.3 * constant);
    expect(mean({ stepSize: 0.05, stepSizeSchedule: 'sqrt', decayEvery: 500 })).toBeLessThan(0.6 * constant);
  });

  it('points along the true hyper-gradient after the warm-up', () => {
    const { problem, hyperObjective, initial } = toy('cosh');
    const steps: Float64Array[] = [];
    boRep(problem, initial, {
      ...cosh,
      stepSize: 0.005,
      maxIterations: 300,
      onIteration: ({ solution }) => steps.push(solution().x),
    });
    const step = steps[300].map((t, i) => t - steps[299][i]);
    const exact = hyperObjective?.(steps[299]).gradient as Float64Array;
    const cosine = -step.reduce((sum, t, i) => sum + t * exact[i], 0) / (Math.hypot(...step) * Math.hypot(...exact));
    expect(cosine).toBeGreaterThan(0.99);
  });

  it('holds an update within its ball, and z within its radius', () => {
    const { problem, initial } = toy('cosh');
    const y = new Float64Array(5).fill(100);
    const ys: Float64Array[] = [];
    boRep(
      problem,
      { x: initial.x, y },
      {
        ...cosh,
        refine: 'none',
        ballRadius: 0.5,
        maxLinearNorm: 10,
        lowerOutput: 'average',
        momentumSolution: 'old',
        maxIterations: 12,
        onIteration: ({ solution }) => ys.push(solution().y),
      },
    );
    for (let k = 1; k < ys.length; k++) {
      expect(Math.hypot(...ys[k].map((t, j) => t - ys[k - 1][j]))).toBeLessThanOrEqual(0.5 + 1e-12);
    }
    expect(ys[5]).not.toEqual(ys[4]);
  });

  it('falls with the horizon as the theory says', () => {
    const mean = (length: number) => scheduledMean(length, 0) + scheduledMean(length, 1);
    expect(mean(6000) / mean(1000)).toBeLessThan(6 ** -0.15);
  });

  it('is refused out of range by name', () => {
    const { problem, initial } = toy('cosh');
    for (const [name, value] of [
      ['momentum', 1],
      ['stepSize', 0],
      ['period', 0],
      ['lowerSteps', -1],
    ] as const) {
      expect(() => boRep(problem, initial, { [name]: value })).toThrow(expect.objectContaining({ argument: name }));
    }
  });
});

describe('MA-SOBA on the exponential landscape', () => {
  it('is lost at steps that are too long, and slow at those that are not', () => {
    for (const eta of [1e-1, 1e-2, 1e-3, 3e-4]) {
      const { outcome } = path(maSoba, { stepSize: eta }, 4000);
      expect(outcome.status).toBe('stalled');
      expect(outcome.iterations).toBeLessThan(60);
    }
    const { sizes } = path(maSoba, { stepSize: 1e-4 }, 4000);
    const below = sizes.length - [...sizes].reverse().findIndex((size) => size >= 10);
    expect(below).toBeGreaterThan(700);
    expect(below).toBeLessThan(1100);
  });

  it('does as well as BO-REP when it is clipped, and has no floor', () => {
    const { sizes } = path(maSoba, { stepSize: 0.02, clipNorm: 1 }, 6000);
    const below = sizes.length - [...sizes].reverse().findIndex((size) => size >= 10);
    expect(Math.abs(below - 611)).toBeLessThan(30);
    expect(sizes[sizes.length - 1]).toBeLessThan(1e-9);
  });

  it('fails at most steps under noise, where BO-REP does not', () => {
    const mean = (method: typeof boRep | typeof maSoba, stepSize: number) =>
      (noisyTail(method, stepSize, 0, 1000) + noisyTail(method, stepSize, 1, 1000)) / 2;
    expect(mean(boRep, 0.02)).toBeLessThan(10);
    expect(RIVAL_STEPS.filter((stepSize) => !(mean(maSoba, stepSize) < 100)).length).toBeGreaterThanOrEqual(4);
  });
});

describe('the baselines', () => {
  it.each([
    ['MA-SOBA', maSoba],
    ['SOBA', soba],
    ['SABA', saba],
    ['AmIGO', amigo],
    ['TTSA', ttsa],
  ] as const)('%s finds the follower’s solution', (name, solver) => {
    const { problem, initial } = toy('follow');
    const { x, status } = solver(problem, initial, { maxIterations: 5000 });
    expect(Math.abs(x[0] - 1.4)).toBeLessThan(name === 'TTSA' ? 0.05 : 1e-5);
    expect(status).toBe(name === 'TTSA' ? 'iteration-limit' : 'converged');
  });

  it('BO-REP is not slower than MA-SOBA on a quadratic by more than twice', () => {
    const { problem, initial } = toy('follow');
    const reach = (solver: typeof boRep | typeof maSoba, stepSize: number) => {
      let first = Infinity;
      solver(problem, initial, {
        stepSize,
        tolerance: 0,
        maxIterations: 3000,
        onIteration: ({ iteration, solution }) => {
          if (first === Infinity && Math.abs(solution().x[0] - 1.4) < 0.02) first = iteration;
        },
      });
      return first;
    };
    const best = (solver: typeof boRep | typeof maSoba, steps: number[]) => Math.min(...steps.map((eta) => reach(solver, eta)));
    expect(best(boRep, [0.02, 0.05, 0.1])).toBeLessThanOrEqual(2 * best(maSoba, [0.02, 0.05, 0.1, 0.2]));
  });

  it('SABA is SOBA, bit for bit, where there are no samples to remember', () => {
    for (const name of ['follow', 'cosh'] as const) {
      const { problem, initial } = toy(name);
      const [ours, theirs] = [saba, soba].map((solver) => solver(problem, initial, { stepSize: 1e-3, maxIterations: 50 }));
      expect(ours.x).toEqual(theirs.x);
      expect(ours.y).toEqual(theirs.y);
      expect(ours.evaluations).toEqual(theirs.evaluations);
    }
  });

  it('SABA has less noise than SOBA on a finite sum', async () => {
    const instance = await tumourRegularization(true, 'halves');
    const { problem } = modelOf(instance);
    const options = { stepSize: 1, batchSize: 8, maxIterations: 4000, tolerance: 0, seed: 1 };
    const [ours, theirs] = [saba, soba].map((solver) => {
      const { x } = solver(problem, instance.initial, options);
      return Math.abs(trueHyperObjective(instance, x).gradient[0]);
    });
    expect(ours).toBeLessThan(0.05);
    expect(theirs).toBeLessThan(0.2);
  });

  it('SABA solves the lower level exactly, with batches of samples that are new together', async () => {
    const instance = await tumourRegularization(true, 'halves');
    const { problem } = modelOf(instance);
    const options = { stepSize: 1e-12, batchSize: 64, maxIterations: 600, tolerance: 0 };
    const { x, y } = saba(problem, instance.initial, options);
    const slopeAt = (at: Float64Array) => {
      const slope = new Float64Array(at.length);
      problem.gradGy(x, at, slope);
      return Math.hypot(...slope);
    };
    expect(slopeAt(y)).toBeLessThan(1e-8 * slopeAt(instance.initial.y));
  });

  it('lower the validation loss of a cleaning problem', async () => {
    const instance = await digitsCleaning({ train: 100, validation: 80, wrong: 0.3, ridge: 0.05 }, 1);
    const { problem } = modelOf(instance);
    const before = trueHyperObjective(instance, instance.initial.x).value;
    const { x } = boRep(problem, instance.initial, { stepSize: 0.2, batchSize: 64, maxIterations: 400 });
    expect(trueHyperObjective(instance, x).value).toBeLessThan(0.97 * before);
  });
});
