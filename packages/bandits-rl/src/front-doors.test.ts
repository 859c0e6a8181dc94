import { describe, expect, it } from 'vitest';
import { controlPolicy, linearInstance, quadratureWeights, valueFromWindows } from './control.ts';
import { tabularDynamics, valueIteration } from './environments.ts';
import {
  adversarialLinearBandit,
  adversarialLinearMdp,
  cartPole,
  continuousLstd,
  environmentOf,
  evaluatePolicy,
  fitPreferences,
  integralReinforcement,
  lqr,
  nPgIgt,
  prLsvi,
  quadraticMonomials,
  queryValue,
  softmaxPolicy,
  solveCare,
  testMartingale,
  tuneParameter,
  tuneRelaxation,
} from './index.ts';
import { exponentialWeights, logBarrierFtrl, regularizedInverseCovariance, tsallisFtrl } from './online-learning.ts';
import { linearValue } from './policy-evaluation.ts';

const single = (values: readonly number[]) => Float32Array.from(values);

describe('plain, nested and single-precision arrays', () => {
  it('go in wherever matrices and vectors do, and typed arrays come out', () => {
    const { gain } = lqr(
      [
        [0, 1],
        [0, 0],
      ],
      [[0], [1]],
      [single([1, 0]), [0, 1]],
      [[1]],
    );
    expect(gain.values).toBeInstanceOf(Float64Array);
    expect(gain.values[0]).toBeCloseTo(1, 12);
    expect(solveCare([[1]], [[1]], [[1]], [[1]]).values[0]).toBeCloseTo(1 + Math.SQRT2, 12);
    expect(quadratureWeights(single([0, 0.5, 1]), 0, 1, { rule: 'simpson' }).weights[1]).toBeCloseTo(2 / 3, 12);
    expect(exponentialWeights([0, 1], Math.log(3))[0]).toBeCloseTo(0.75, 12);
    expect(tsallisFtrl(single([0, 0]), 1)[0]).toBeCloseTo(0.5, 12);
    expect(logBarrierFtrl([2, 2], 1)[1]).toBeCloseTo(0.5, 12);
    expect(regularizedInverseCovariance([1, 0, 0, 1], 2, 0.5).values[0]).toBeCloseTo(1, 12);
    expect(
      queryValue(
        [1, -1],
        [
          [Math.SQRT2, 0],
          [0, 2],
        ],
        0.5,
      ),
    ).toBeCloseTo(0.4886025119, 9);
  });

  it('make plants, systems and tables', () => {
    const plant = { a: [[1]], b: [[1]], q: [[1]], r: [single([1])] };
    const instance = linearInstance(plant, [1], { initialWeights: [3], window: 0.1 });
    expect(instance.optimum[0]).toBeCloseTo(1 + Math.SQRT2, 12);
    const { system, features } = instance;
    const { weights } = integralReinforcement({ ...instance, system: { ...system, inputCost: [[1]] } });
    expect(weights[0]).toBeCloseTo(1 + Math.SQRT2, 4);
    const out = new Float64Array(1);
    controlPolicy({ ...system, inputCost: [[2]] }, features, [3])(Float64Array.of(1), out);
    expect(out[0]).toBeCloseTo(-1.5, 12);
    // One state: 1 for staying, for ever; 5 for leaving.
    const table = {
      states: 1,
      actions: 2,
      first: 0,
      timeLimit: 10,
      starts: [0, 1, 2],
      probabilities: single([1, 1]),
      next: [0, 0],
      rewards: [1, 5],
      ends: [0, 1],
    };
    const { values, actions } = valueIteration(table, 0.9);
    expect([values[0], actions[0]]).toEqual([expect.closeTo(10, 8), 0]);
    expect(environmentOf(tabularDynamics(table)).reset(1)[0]).toBe(0);
    const bad = { starts: [1, 1, 2], probabilities: [1, 0.5], next: [0, 1], rewards: [1, Number.NaN], ends: [0, 2], states: 0 };
    for (const [name, wrong] of Object.entries(bad)) {
      expect(() => valueIteration({ ...table, [name]: wrong }, 0.9)).toThrow(`mdp.${name}`);
      expect(() => tabularDynamics({ ...table, [name]: wrong })).toThrow(`mdp.${name}`);
    }
  });

  it('make bandits, processes, worlds and comparisons', () => {
    const { arms } = adversarialLinearBandit([[1, 0], single([0, 1])], 400, (_, arm) => arm, { seed: 1 });
    expect(arms.filter((arm) => arm === 0).length).toBeGreaterThan(250);
    const mdp = { horizon: 1, states: 1, actions: 2, dimension: 2, start: 0, features: [1, 0, 0, 1], transitions: [1, 1] };
    expect(adversarialLinearMdp(mdp, (_, __, ___, action) => action, { episodes: 800 }).policy[0]).toBeGreaterThan(0.7);
    const world = { ...mdp, step: () => 0 };
    const { policies, first } = prLsvi(world, ({ first }) => (first[0] === 1 ? 1 : 0), { episodes: 100 });
    expect(policies[first[99]]).toBe(1);
    expect(fitPreferences([[1], [1], [1]], [1, 1, 0], { ridge: 0 }).theta[0]).toBeCloseTo(Math.log(2), 6);
  });

  it('are episodes, windows, starts and grids', () => {
    const instance = {
      episodes: [{ times: [0, 0.5, 1], states: single([1, 1, 1]), rewards: [2, 2], terminalPayoff: 1 }],
      approximator: linearValue({ ...quadraticMonomials(1) }, 1),
      initialParameters: [0, 0],
      discountRate: 0,
      isContinuing: false,
    };
    expect(continuousLstd(instance).parameters).toBeInstanceOf(Float64Array);
    expect(testMartingale(instance, [0, 0], [() => 1]).means[0]).toBeCloseTo(3, 12);
    const windows = [0, 1].map((start) => {
      const times = [0, 0.1, 0.3, 0.5].map((time) => start + time);
      const x = times.map((time) => Math.exp(-time));
      return { times, states: x.map((value) => [value]), costs: x.map((value) => value * value) };
    });
    expect(valueFromWindows(windows, quadraticMonomials(1), { lengthScale: 2 }).weights[0]).toBeCloseTo(0.5, 2);
    const system = {
      states: 1,
      inputs: 1,
      drift: (x: Float64Array, out: Float64Array) => {
        out[0] = -x[0];
      },
      inputMap: (_: Float64Array, out: Float64Array) => {
        out[0] = 1;
      },
      stateCost: (x: Float64Array) => x[0] ** 2,
      inputCost: { rows: 1, cols: 1, values: Float64Array.of(1) },
    };
    const start = { initialState: [1], initialWeights: single([0]), window: 0.1 };
    const { weights } = integralReinforcement({ system, features: quadraticMonomials(1), ...start });
    expect(weights[0]).toBeCloseTo(Math.SQRT2 - 1, 3);
    const policy = softmaxPolicy(4, 2);
    const task = { createEnvironment: () => environmentOf(cartPole(50)), policy, horizon: 50, discount: 0.9 };
    const { parameters } = nPgIgt({ ...task, initialParameters: [0, 0, 0, 0, 0, 0, 0, 0] }, { maxIterations: 5 });
    expect(evaluatePolicy(cartPole(50), policy, [...parameters]).mean).toBeGreaterThan(5);
    expect(tuneParameter(single([1, 2])).choose().value).toBeGreaterThan(0);
    expect(
      tuneRelaxation({ grid: [1, 1.5] }).solve(
        [
          [2, -1],
          [-1, 2],
        ],
        [1, 0],
      ).x[0],
    ).toBeCloseTo(2 / 3, 7);
  });
});
