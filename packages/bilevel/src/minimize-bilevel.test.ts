import { box } from '@infimum/optim/proximal';
import { describe, expect, it } from 'vitest';
import { minimizeBilevel } from './minimize-bilevel.ts';
import { trueHyperObjective } from './models/bilevel-optimization.ts';
import { digitsCleaning, tumourRegularization } from './models/data.ts';
import { modelOf } from './models/instance.ts';
import type { ToyName } from './models/toys.ts';
import { toy } from './models/toys.ts';
import type { PairGradient, PairProduct } from './oracles/bilevel-problem.ts';
import { gridSearch } from './search/grid-search.ts';
import { randomSearch } from './search/random-search.ts';

describe('minimizeBilevel', () => {
  it.each([
    ['follow', 'implicit', 1e-5],
    ['flat', 'implicit', 1e-4],
    ['hilbert', 'implicit', 1e-5],
    ['line', 'penalty', 2e-3],
    ['box', 'penalty', 1e-9],
    ['segment', 'penalty', 2e-3],
    ['circle', 'penalty', 1e-2],
  ] as const)('solves %s by the %s formula', (name, method, error) => {
    const { problem, solution, initial } = toy(name as ToyName);
    const outcome = minimizeBilevel(problem, initial);
    expect(outcome.method, outcome.why).toBe(method);
    expect(outcome.status, outcome.reason).toBe('converged');
    for (const [i, exact] of (solution as Float64Array).entries()) expect(Math.abs(outcome.x[i] - exact)).toBeLessThan(error);
  });

  it('is not misled by the scale of either level, or of x', () => {
    const { problem, solution } = toy('follow');
    for (const [upper, lower] of [
      [1e80, 1],
      [1e-80, 1],
      [1, 1e80],
      [1, 1e-80],
    ]) {
      const times =
        (name: 'gradFx' | 'gradFy' | 'gradGx' | 'gradGy', factor: number): PairGradient =>
        (x, y, out) => {
          problem[name](x, y, out);
          out[0] *= factor;
        };
      const product =
        (name: 'hvpGyy' | 'jvpGxy'): PairProduct =>
        (x, y, v, out) => {
          problem[name](x, y, v, out);
          out[0] *= lower;
        };
      const scaled: typeof problem = {
        ...problem,
        f: (x, y) => upper * (problem.f?.(x, y) ?? 0),
        g: (x, y) => lower * (problem.g?.(x, y) ?? 0),
        gradFx: times('gradFx', upper),
        gradFy: times('gradFy', upper),
        gradGx: times('gradGx', lower),
        gradGy: times('gradGy', lower),
        hvpGyy: product('hvpGyy'),
        jvpGxy: product('jvpGxy'),
      };
      const { x, status, reason } = minimizeBilevel(scaled, [0]);
      expect(status, `${upper} ${lower} ${reason}`).toBe('converged');
      expect(Math.abs(x[0] - (solution?.[0] ?? 0))).toBeLessThan(1e-5);
    }
  });

  it('reports an error of the hyper-gradient that is not below the true one', () => {
    for (const name of ['follow', 'line', 'segment', 'hilbert'] as const) {
      const { problem, hyperObjective, initial } = toy(name);
      const { x, hyperGradient, errorEstimate } = minimizeBilevel(problem, initial);
      const exact = hyperObjective?.(x).gradient as Float64Array;
      const error = Math.hypot(...exact.map((t, i) => t - hyperGradient[i]));
      expect(errorEstimate, name).toBeGreaterThanOrEqual(error * 0.99);
    }
  });

  it('says that the lower level is not solved', () => {
    const { problem, initial } = toy('follow');
    const unbounded: typeof problem = { ...problem, gradGy: (_x, _y, out) => out.fill(1), g: (_x, [y]) => y };
    const { status, reason } = minimizeBilevel(unbounded, initial, { method: 'penalty', maxSeconds: 5 });
    expect(status).toBe('stalled');
    expect(reason).toContain('lower level');
  });

  it('says that x enters nothing', () => {
    const { problem, initial } = toy('follow');
    const deaf: typeof problem = {
      ...problem,
      gradFx: (_x, _y, out) => void out.fill(0),
      gradGx: (_x, _y, out) => void out.fill(0),
      jvpGxy: (_x, _y, _v, out) => void out.fill(0),
    };
    expect(minimizeBilevel(deaf, initial).reason).toContain('exactly zero');
  });

  it('does with gradients alone, and says so', () => {
    const { problem, initial } = toy('follow');
    const { hvpGyy: _h, jvpGxy: _j, f: _f, g: _g, ...gradients } = problem;
    const { x, method, why, status } = minimizeBilevel(gradients, initial);
    expect([method, status]).toEqual(['penalty', 'converged']);
    expect(why).toContain('no products');
    expect(Math.abs(x[0] - 1.4)).toBeLessThan(1e-3);
  });

  it('keeps x in its set', () => {
    const { problem, initial } = toy('follow');
    const { x, status } = minimizeBilevel({ ...problem, setX: box(-1, 1.2) }, initial);
    expect(status).toBe('converged');
    expect(x[0]).toBe(1.2);
  });
});

it('has all fields that its type promises where an oracle fails midway', () => {
  const { problem, initial } = toy('follow');
  for (let healthy = 0; healthy < 40; healthy++) {
    let left = healthy;
    const failing: typeof problem = {
      ...problem,
      gradGy: (x, y, out) => {
        problem.gradGy(x, y, out);
        if (left-- <= 0) out.fill(Number.NaN);
      },
    };
    for (const method of ['auto', 'penalty'] as const) {
      left = healthy;
      const found = minimizeBilevel(failing, initial, { method });
      expect(found.reason).not.toBe('');
      expect([...found.x, ...found.y, found.value, found.errorEstimate].every(Number.isFinite)).toBe(true);
      expect(found.hyperGradient).toHaveLength(1);
      expect(found.why).not.toBe('');
      expect(['implicit', 'penalty']).toContain(found.method);
      expect(found.lowerSolves).toBeGreaterThanOrEqual(0);
    }
  }
});

describe('regularisation of the tumours', () => {
  it('finds the one weight that other programs found', async () => {
    const instance = await tumourRegularization(true, 'halves');
    const { x, value, status, reason } = minimizeBilevel(modelOf(instance).problem, instance.initial);
    expect(status, reason).toBe('converged');
    expect(Math.abs(x[0] + 5.0729)).toBeLessThan(2e-4);
    expect(Math.abs(value - 0.10867083)).toBeLessThan(1e-7);
  });

  it('finds thirty weights that beat a grid over one and chance, at fifty solves each', async () => {
    const instance = await tumourRegularization(false, 'halves');
    const { problem } = modelOf(instance);
    const found = minimizeBilevel(problem, instance.initial, { maxEvaluations: 50 });
    const grid = gridSearch(problem, instance.initial, { points: 50 });
    const chance = randomSearch(problem, instance.initial, { points: 50 });
    const [ours, gridded, drawn] = [found, grid, chance].map(({ x }) => trueHyperObjective(instance, x).value);
    expect(ours).toBeLessThan(0.075);
    expect(gridded).toBeGreaterThan(0.108);
    expect(drawn).toBeGreaterThan(0.085);
  });
});

describe('hyper-cleaning of digits', () => {
  it('finds most wrong labels and lowers the validation loss', async () => {
    const instance = await digitsCleaning({ train: 200, validation: 150, wrong: 0.3, ridge: 0.01 }, 1);
    const { problem, foundBad, testError } = modelOf(instance);
    const { x, y } = minimizeBilevel(problem, instance.initial, { maxEvaluations: 25 });
    const before = trueHyperObjective(instance, instance.initial.x).value;
    expect(trueHyperObjective(instance, x).value).toBeLessThan(0.8 * before);
    expect(foundBad?.(x)).toBeGreaterThan(0.75);
    expect(testError?.(y)).toBeLessThan(0.2);
  });
});
