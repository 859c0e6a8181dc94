import { Random } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { describe, expect, it } from 'vitest';
import { cartPole, mountainCarContinuous } from '../environments/classic-control.ts';
import type { Environment } from '../environments/environment.ts';
import { environmentOf } from '../environments/environment.ts';
import { pointMass } from '../environments/linear-quadratic.ts';
import { nHarpg } from './harpg.ts';
import { moveNormalized } from './learning.ts';
import { nPgIgt } from './n-pg-igt.ts';
import type { Policy } from './policy.ts';
import { normalPolicy, softmaxPolicy } from './policy.ts';
import { cartPoleReturn, METHODS, pointMassGaps } from './policy-claims.ts';
import type { PolicyInstance } from './policy-problem.ts';
import { linearQuadraticInstance, policyProblem, taskInstance } from './policy-problem.ts';
import { trainOn, trainPolicy } from './train-policy.ts';
import type { Trajectory } from './trajectories.ts';
import { evaluatePolicy, Sampler } from './trajectories.ts';

const policies: [string, Policy, readonly number[]][] = [
  ['linear softmax', softmaxPolicy(3, 4), []],
  ['softmax network', softmaxPolicy(3, 3, [5, 4]), [5, 4]],
  ['linear normal', normalPolicy(3, 2, 0.7), []],
  ['normal network with learnt deviations', normalPolicy(3, 2, 'learned', [4]), [4]],
];

describe('policies', () => {
  it.each(policies)('%s: scores and their derivatives are those of log π', (_, policy) => {
    const random = new Random(5);
    const theta = (policy.initial?.(random) ?? new Float64Array()).map((entry) => entry + 0.3 * random.normal());
    const observation = Float64Array.from({ length: 3 }, () => random.normal());
    const action = new Float64Array(policy.actionSize);
    policy.act(theta, observation, random, action);
    const score = new Float64Array(policy.size);
    policy.score(theta, observation, action, score);
    const v = Float64Array.from({ length: policy.size }, () => random.normal());
    const at = (h: number) => theta.map((entry, i) => entry + h * v[i]);
    const h = 1e-5;
    const along = score.reduce((sum, entry, i) => sum + entry * v[i], 0);
    const slope =
      (policy.logProbability(at(h), observation, action) - policy.logProbability(at(-h), observation, action)) / (2 * h);
    expect(Math.abs(slope - along)).toBeLessThan(1e-7 * (1 + Math.abs(along)));
    const [ahead, behind] = [h, -h].map((step) => {
      const out = new Float64Array(policy.size);
      policy.score(at(step), observation, action, out);
      return out;
    });
    const curvature = new Float64Array(policy.size).fill(1);
    policy.addCurvature(theta, observation, action, v, 2, curvature);
    curvature.forEach((entry, i) => {
      const difference = (ahead[i] - behind[i]) / (2 * h);
      expect(Math.abs((entry - 1) / 2 - difference)).toBeLessThan(1e-6 * (1 + Math.abs(difference)));
    });
  });

  it.each(policies)('%s: the scores of many steps at once are those of each', (_, policy, hidden) => {
    const random = new Random(6);
    const theta = (policy.initial?.(random) ?? new Float64Array()).map((entry) => entry + 0.3 * random.normal());
    const count = 300;
    const observations = Float64Array.from({ length: 3 * count }, () => random.normal());
    const actions = new Float64Array(policy.actionSize * count);
    const weights = Float64Array.from({ length: count }, () => random.normal());
    const expected = new Float64Array(policy.size).fill(2);
    const score = new Float64Array(policy.size);
    for (let h = 0; h < count; h++) {
      const observation = observations.subarray(3 * h, 3 * h + 3);
      const action = actions.subarray(policy.actionSize * h, policy.actionSize * (h + 1));
      policy.act(theta, observation, random, action);
      policy.score(theta, observation, action, score);
      for (let i = 0; i < score.length; i++) expected[i] += weights[h] * score[i];
    }
    const sum = new Float64Array(policy.size).fill(2);
    expect(policy.at === undefined).toBe(hidden.length === 0);
    using fixed = policy.at?.(theta);
    const half = count / 2;
    for (const from of [0, half]) {
      fixed?.addScores(
        observations.subarray(3 * from, 3 * (from + half)),
        actions.subarray(policy.actionSize * from),
        weights.subarray(from, from + half),
      );
    }
    fixed?.takeScores(sum);
    const off = sum.map((entry, i) => Math.abs(entry - (fixed ? expected[i] : 2)));
    expect(Math.max(...off)).toBeLessThan(1e-11);
  });

  it('says what an environment lacks', () => {
    const instance = taskInstance(cartPole(200), [], 1, 0);
    const createEnvironment = () => ({ ...environmentOf(cartPole(200)), reset: undefined }) as never;
    expect(() => trainOn({ ...instance, createEnvironment }, { method: 'reinforce' })).toThrow('createEnvironment.reset');
  });

  it('sums to one, with scores of mean zero', () => {
    const policy = softmaxPolicy(2, 3);
    const theta = Float64Array.of(1, -1, 0.5, 2, 0, 3);
    const observation = Float64Array.of(0.3, -0.8);
    let total = 0;
    const mean = new Float64Array(6);
    const score = new Float64Array(6);
    for (let action = 0; action < 3; action++) {
      const p = Math.exp(policy.logProbability(theta, observation, Float64Array.of(action)));
      policy.score(theta, observation, Float64Array.of(action), score);
      total += p;
      for (let i = 0; i < 6; i++) mean[i] += p * score[i];
    }
    expect(total).toBeCloseTo(1, 14);
    mean.forEach((entry) => {
      expect(entry).toBeCloseTo(0, 14);
    });
  });
});

/** A chain of three steps and two states, all of whose trajectories can be listed. */
function enumerated(
  theta: Float64Array,
  withBaseline: boolean,
): { probability: number; trajectory: Trajectory; total: number }[] {
  const policy = softmaxPolicy(2, 2);
  const seen = (state: number) => Float64Array.of(state === 0 ? 1 : 0, state);
  const all: { probability: number; trajectory: Trajectory; total: number }[] = [];
  // From a state an action goes on to the other state with probability 0.7 (action 1) or 0.2.
  for (let code = 0; code < 64; code++) {
    let [state, probability, total] = [0, 1, 0];
    const [observations, actions, rewards]: number[][] = [[], [], []];
    for (let h = 0; h < 3; h++) {
      const action = (code >> (2 * h)) & 1;
      const moves = (code >> (2 * h + 1)) & 1;
      probability *= Math.exp(policy.logProbability(theta, seen(state), Float64Array.of(action)));
      const chance = action === 1 ? 0.7 : 0.2;
      probability *= moves ? chance : 1 - chance;
      observations.push(...seen(state));
      actions.push(action);
      rewards.push(1 + 2 * state - action * (h + 1));
      total += 0.9 ** h * rewards[h];
      if (moves) state = 1 - state;
    }
    const advantages = new Float64Array(3);
    let ahead = 0;
    for (let h = 2; h >= 0; h--) {
      ahead = rewards[h] + 0.9 * ahead;
      const baseline = withBaseline ? 0.4 + 3 * observations[2 * h] - h : 0;
      advantages[h] = 0.9 ** h * (ahead - baseline);
    }
    all.push({
      probability,
      total,
      trajectory: {
        length: 3,
        observations: Float64Array.from(observations),
        actions: Float64Array.from(actions),
        rewards: Float64Array.from(rewards),
        advantages,
      },
    });
  }
  return all;
}

const idle: Environment = {
  observationSize: 2,
  actions: { kind: 'discrete', count: 2 },
  reset: () => new Float64Array(2),
  step: () => ({ observation: new Float64Array(2), reward: 0, terminated: true, truncated: false }),
};

describe('estimates', () => {
  const sampler = new Sampler({
    environment: idle,
    policy: softmaxPolicy(2, 2),
    horizon: 3,
    discount: 0.9,
    baseline: 'none',
    seed: 0,
  });
  const theta = Float64Array.of(0.3, -0.4, 0.1, 0.6);
  const v = Float64Array.of(1, -0.5, 0.25, 2);
  const value = (at: Float64Array) =>
    enumerated(at, false).reduce((sum, { probability, total }) => sum + probability * total, 0);

  it.each([false, true])('of the gradient and the Hessian have the right means (baseline: %s)', (withBaseline) => {
    const listed = enumerated(theta, withBaseline);
    expect(listed.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    const out = new Float64Array(4);
    const mean = (estimate: (batch: Trajectory[]) => void) => {
      const total = new Float64Array(4);
      for (const { probability, trajectory } of listed) {
        estimate([trajectory]);
        for (let i = 0; i < 4; i++) total[i] += probability * out[i];
      }
      return total;
    };
    const h = 1e-4;
    const gradientAt = (at: Float64Array) =>
      at.map((_, i) => {
        const [ahead, behind] = [h, -h].map((step) => value(at.map((entry, j) => (i === j ? entry + step : entry))));
        return (ahead - behind) / (2 * h);
      });
    const gradient = gradientAt(theta);
    mean((batch) => sampler.gradient(batch, theta, out)).forEach((entry, i) => {
      expect(entry).toBeCloseTo(gradient[i], 6);
    });
    const [ahead, behind] = [h, -h].map((step) => gradientAt(theta.map((entry, i) => entry + step * v[i])));
    for (const estimator of ['causal', 'full'] as const) {
      mean((batch) => sampler.hessianVector(batch, theta, v, estimator, out)).forEach((entry, i) => {
        expect(entry).toBeCloseTo((ahead[i] - behind[i]) / (2 * h), 5);
      });
    }
    // Importance weights give the gradient elsewhere.
    const elsewhere = theta.map((entry, i) => entry + 0.2 * v[i]);
    if (withBaseline) return;
    const there = gradientAt(elsewhere);
    // Rewards to come are not weighted by later ratios: exact for the last step alone, near for close parameters.
    const near = theta.map((entry, i) => entry + 1e-6 * v[i]);
    const nearby = gradientAt(near);
    mean((batch) => sampler.importanceGradient(batch, near, theta, out)).forEach((entry, i) => {
      expect(entry).toBeCloseTo(nearby[i], 4);
    });
    expect(there[0]).not.toBeCloseTo(gradient[0], 3);
  });

  it('of two steps by hand: 23 for the full Hessian, 21 for the causal one', () => {
    // log π with the scores 1 and 2 and the second derivative -1, in one parameter.
    const policy: Policy = {
      size: 1,
      observationSize: 1,
      actionSize: 1,
      act: () => {},
      logProbability: () => 0,
      score(_, observation, __, out) {
        out[0] = observation[0];
      },
      addCurvature(_, __, ___, direction, weight, out) {
        out[0] -= weight * direction[0];
      },
    };
    const two = new Sampler({ environment: idle, policy, horizon: 2, discount: 1, baseline: 'none', seed: 0 });
    const trajectory = {
      length: 2,
      observations: Float64Array.of(1, 2),
      actions: new Float64Array(2),
      rewards: Float64Array.of(1, 3),
      advantages: Float64Array.of(4, 3),
    };
    const out = new Float64Array(1);
    two.hessianVector([trajectory], Float64Array.of(0), Float64Array.of(1), 'full', out);
    expect(out[0]).toBe(23);
    two.hessianVector([trajectory], Float64Array.of(0), Float64Array.of(1), 'causal', out);
    expect(out[0]).toBe(21);
  });

  it('on the point mass agree with the closed form', () => {
    const instance = linearQuadraticInstance(pointMass(), Float64Array.of(-1, -1));
    const many = new Sampler({
      environment: instance.createEnvironment(),
      policy: instance.policy,
      horizon: 20,
      discount: 0.9,
      baseline: 'linear',
      seed: 4,
    });
    const at = instance.initialParameters as Float64Array;
    many.sample(at, 200);
    const out = new Float64Array(2);
    const [sum, squares] = [new Float64Array(2), new Float64Array(2)];
    for (let k = 0; k < 3000; k++) {
      many.gradient(many.sample(at, 1), at, out);
      for (let i = 0; i < 2; i++) {
        sum[i] += out[i] / 3000;
        squares[i] += out[i] ** 2 / 3000;
      }
    }
    [0.95911044, 0.89405375].forEach((entry, i) => {
      // In the feedback K = -W the sign is the other one.
      const error = Math.sqrt((squares[i] - sum[i] ** 2) / 3000);
      expect(Math.abs(-sum[i] - entry)).toBeLessThan(4.5 * error);
    });
  });
});

/** One step, a normal action around θ, a reward -(a - 2)²; without noise the gradients are exact. */
function quadratic(): PolicyInstance {
  // An estimate that is exact: the score is the derivative of the reward, whatever the action.
  const policy: Policy = {
    size: 1,
    observationSize: 1,
    actionSize: 1,
    act(parameters, _, __, action) {
      action[0] = parameters[0];
    },
    logProbability: () => 0,
    score(parameters, _, __, out) {
      out[0] = 2 * (2 - parameters[0]);
    },
    addCurvature(_, __, ___, v, weight, out) {
      // The score's square has to go: B v = (score² + curvature) v is to be -2 v.
      out[0] += weight * v[0] * (-2 - 4 * (2 - _[0]) ** 2);
    },
  };
  return {
    createEnvironment: () => ({
      observationSize: 1,
      actions: { kind: 'box', low: Float64Array.of(-9), high: Float64Array.of(9) },
      reset: () => new Float64Array(1),
      step: () => ({ observation: new Float64Array(1), reward: 1, terminated: true, truncated: false }),
    }),
    policy,
    initialParameters: Float64Array.of(0),
    horizon: 1,
    discount: 0.9,
  };
}

describe('the methods', () => {
  it('follow the gradient of a quadratic exactly', () => {
    const seen: number[][] = [];
    nPgIgt(quadratic(), {
      stepSize: 1,
      stepOffset: 0,
      baseline: 'none',
      maxIterations: 6,
      onIteration: (iterate) => {
        if (iterate.iteration > 0) seen.push([iterate.gradientNorm, iterate.solution().parameters[0]]);
      },
    });
    expect(seen[0]).toEqual([4, 1]);
    expect(seen[1][0]).toBeCloseTo(2, 12);
    expect(seen[1][1]).toBeCloseTo(1 + 2 / 3, 12);
    // The momentum is the gradient at the iterate: 2 |2 - θ|.
    for (let k = 1; k < seen.length; k++) expect(seen[k][0]).toBeCloseTo(2 * Math.abs(2 - seen[k - 1][1]), 10);
    const hessian: number[][] = [];
    nHarpg(quadratic(), {
      stepSize: 1,
      stepOffset: 0,
      correctionClip: 0,
      baseline: 'none',
      maxIterations: 12,
      onIteration: (iterate) => {
        if (iterate.iteration > 0) hessian.push([iterate.gradientNorm, iterate.solution().parameters[0]]);
      },
    });
    for (let k = 1; k < hessian.length; k++) {
      expect(hessian[k][0]).toBeCloseTo(2 * Math.abs(2 - hessian[k - 1][1]), 10);
    }
  });

  it('that are normalised, or bound what a step changes, do not see the scale of the rewards', () => {
    const scaled = (scale: number): PolicyInstance => {
      const instance = linearQuadraticInstance(pointMass(), Float64Array.of(-2, -2));
      return {
        ...instance,
        createEnvironment: () => {
          const environment = instance.createEnvironment();
          return {
            ...environment,
            reset: environment.reset,
            step(action: Float64Array) {
              const result = environment.step(action);
              result.reward *= scale;
              return result;
            },
          };
        },
      };
    };
    const options = { seed: 2, maxIterations: 100, baseline: 'none' } as const;
    const methods = [
      (instance: PolicyInstance) => nPgIgt(instance, options),
      (instance: PolicyInstance) => trainOn(instance, { method: 'natural-policy-gradient', ...options, stepSize: 1e9 }),
    ];
    for (const method of methods) {
      expect([...method(scaled(1)).parameters]).toEqual([...method(scaled(2 ** 40)).parameters]);
    }
    const direction = Float64Array.of(3e200, 4e200);
    const at = new Float64Array(2);
    moveNormalized(at, direction, 1);
    expect(at[0]).toBeCloseTo(0.6, 12);
  });

  it('take a natural step as far as the policy may go: the divergence of two normals', () => {
    const instance = linearQuadraticInstance(pointMass(), Float64Array.of(-2, -2));
    const maxDivergence = 0.003;
    const { parameters } = trainOn(instance, {
      method: 'natural-policy-gradient',
      ...{ batchSize: 500, maxIterations: 500, stepSize: 1e9, maxDivergence },
    });
    const [p, v] = [parameters[0] + 2, parameters[1] + 2];
    const { policy, horizon, discount } = instance;
    const environment = instance.createEnvironment();
    const sampler = new Sampler({ ...{ environment, policy, horizon, discount }, ...{ baseline: 'none', seed: 9 } });
    let [sum, total] = [0, 0];
    for (const { observations, length } of sampler.sample(instance.initialParameters as Float64Array, 500)) {
      for (let h = 0; h < length; h++) {
        const moved = p * observations[2 * h] + v * observations[2 * h + 1];
        sum += discount ** h * (moved ** 2 / (2 * 0.5 ** 2));
        total += discount ** h;
      }
    }
    expect(sum / total / maxDivergence).toBeGreaterThan(0.8);
    expect(sum / total / maxDivergence).toBeLessThan(1.25);
  });

  it('do not run away where actions are dear, and what has run away has a return', () => {
    const instance = taskInstance(mountainCarContinuous(), [32], 'learned', 1);
    const { parameters, state } = trainOn(instance, {
      method: 'natural-policy-gradient',
      seed: 1,
      maxIterations: process.env['INFIMUM_FULL'] ? 30 : 15,
    });
    const { compute } = policyProblem.metrics.return;
    const outcome = { parameters, bestParameters: parameters, averageParameters: parameters, state };
    expect(compute(instance, outcome)).toBeGreaterThan(-100);
    parameters[parameters.length - 1] = 1e4;
    expect(compute(instance, outcome)).toBe(-Number.MAX_VALUE);
  });

  it('hold the pole', () => {
    const [igt, harpg] = [nPgIgt, nHarpg].map((method) =>
      cartPoleReturn((instance, seed) => method(instance, { seed, batchSize: 5 }).parameters, 1),
    );
    expect(igt).toBeGreaterThan(180);
    expect(harpg).toBeGreaterThan(150);
  });

  it('come close to the best feedback of the point mass, at the rates of the theorems', () => {
    const trajectories = [100, 300, 1000, 2000];
    const mean = (method: (typeof METHODS)['igt']) => {
      const gaps = [1, 2, 3, 4].map((seed) => pointMassGaps(method, trajectories, seed));
      return trajectories.map((_, k) => gaps.reduce((sum, own) => sum + own[k] / 4, 0));
    };
    const [igt, harpg] = [mean(METHODS.igt), mean(METHODS.harpg)];
    expect(igt[3]).toBeLessThan(5e-3);
    expect(harpg[3]).toBeLessThan(2e-2);
    expect(powerExponent(trajectories.slice(0, 3), igt.slice(0, 3))).toBeLessThan(-0.4);
    expect(powerExponent(trajectories.slice(0, 3), harpg.slice(0, 3))).toBeLessThan(-0.5);
  });

  it('learn in an environment of the user’s own, and stop where a reward is no number', () => {
    const create = () => {
      let target = 0;
      const observation = new Float64Array(1);
      return {
        observationSize: 1,
        actions: { kind: 'discrete', count: 2 } as const,
        reset(seed: number) {
          target = seed % 2;
          observation[0] = 2 * target - 1;
          return observation;
        },
        step: (action: Float64Array) => ({
          observation,
          reward: action[0] === target ? 1 : 0,
          terminated: true,
          truncated: false,
        }),
      };
    };
    const policy = softmaxPolicy(1, 2);
    const own = { createEnvironment: create, policy, initialParameters: new Float64Array(2), horizon: 1, discount: 1 };
    for (const method of ['n-pg-igt', 'n-harpg', 'reinforce', 'ppo'] as const) {
      const { parameters } = trainOn(own, { method, maxIterations: 400, stepSize: 1 });
      expect(parameters[1] - parameters[0]).toBeGreaterThan(1);
    }
    const environment = environmentOf(cartPole());
    const broken: Environment = {
      ...environment,
      step(action) {
        const result = environment.step(action);
        result.reward = Number.NaN;
        return result;
      },
    };
    const { status, reason } = trainPolicy(broken, softmaxPolicy(4, 2), { method: 'reinforce' });
    expect([status, reason]).toEqual(['stalled', 'a reward is NaN']);
  });

  it('is reached by one function, with plain arrays and dynamics, and refuses the options of other methods', () => {
    const policy = softmaxPolicy(4, 2);
    const { parameters } = trainPolicy(cartPole(200), policy, { initial: [0, 0, 0, 0, 0, 0, 0, 0], seed: 3, batchSize: 5 });
    const { parameters: same } = nPgIgt(taskInstance(cartPole(200), [], 1, 0), { seed: 3, batchSize: 5 });
    expect(parameters).toEqual(same);
    expect(evaluatePolicy(cartPole(200), policy, [...parameters]).mean).toBeGreaterThan(100);
    const wrong = { method: 'ppo', stepOffset: 3 } as never;
    expect(() => trainPolicy(cartPole(), policy, wrong)).toThrow(/stepOffset/);
    expect(() => trainPolicy(cartPole(), policy, { initial: [1] })).toThrow(/initial/);
  });
});
