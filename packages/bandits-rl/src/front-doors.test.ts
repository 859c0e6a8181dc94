import { describe, expect, it } from 'vitest';
import { quadratureWeights, valueFromWindows } from './control.ts';
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
