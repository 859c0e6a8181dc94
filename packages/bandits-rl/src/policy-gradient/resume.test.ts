import { describe, expect, it } from 'vitest';
import { cartPole } from '../environments/classic-control.ts';
import { pointMass } from '../environments/linear-quadratic.ts';
import { normalPolicy, softmaxPolicy } from './policy.ts';
import type { PolicyLearningState } from './policy-problem.ts';
import { linearQuadraticInstance } from './policy-problem.ts';
import { trainOn, trainPolicy } from './train-policy.ts';

const METHODS = ['n-pg-igt', 'n-harpg', 'harpg', 'reinforce', 'natural-policy-gradient', 'storm-pg', 'srvr-pg', 'ppo'] as const;

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

describe.each(METHODS)('%s', (method) => {
  const policy = softmaxPolicy(4, 2, [3]);

  it.each(['linear', 'time-mean', 'none'] as const)('goes on bit for bit with baseline %s', (baseline) => {
    const shared = { method, baseline, batchSize: 2, seed: 3, horizon: 40 };
    const whole = trainPolicy(cartPole(40), policy, { ...shared, maxIterations: 36 });
    for (const cut of [0, 7, 20]) {
      const part = trainPolicy(cartPole(40), policy, { ...shared, maxIterations: cut });
      const rest = trainPolicy(cartPole(40), policy, { ...shared, initial: throughJson(part.state), maxIterations: 36 });
      expect(rest.parameters).toEqual(whole.parameters);
      expect(rest.bestParameters).toEqual(whole.bestParameters);
      expect(rest.averageParameters).toEqual(whole.averageParameters);
      expect(rest.state).toEqual(whole.state);
      expect(rest.iterations).toBe(whole.iterations);
    }
  });

  it('goes on in whichever form the steps take', () => {
    for (const update of method === 'reinforce' ? (['adam', 'normalized-momentum'] as const) : []) {
      const instance = linearQuadraticInstance(pointMass(), new Float64Array(2));
      const options = { method: 'reinforce', update, seed: 1 } as const;
      const whole = trainOn(instance, { ...options, maxIterations: 40 });
      const { state } = trainOn(instance, { ...options, maxIterations: 15 });
      const rest = trainOn({ ...instance, initialState: throughJson(state) }, { ...options, maxIterations: 40 });
      expect(rest.state).toEqual(whole.state);
    }
    expect(policy.size).toBe(23);
  });

  it('refuses states with a field out of place, by name', () => {
    const run = (initial: unknown) =>
      trainPolicy(cartPole(40), policy, { method, seed: 3, maxIterations: 30, initial: initial as PolicyLearningState });
    const { state } = trainPolicy(cartPole(40), policy, { method, seed: 3, maxIterations: 20 });
    const fields = Object.keys(state) as (keyof PolicyLearningState)[];
    for (const field of fields) {
      for (const wrong of [-1, 0.5, 'x', Number.NaN, [], {}, undefined]) {
        if (field === 'bestReturn' && typeof wrong === 'number' && Number.isFinite(wrong)) continue;
        expect(() => run({ ...state, [field]: wrong, vectors: field === 'vectors' ? (wrong ?? {}) : state.vectors })).toThrow(
          /initialState|vectors|expected/,
        );
      }
    }
    for (const [name, vector] of Object.entries(state.vectors)) {
      for (const wrong of [vector.slice(1), [...vector, 0], vector.map(() => null), 'x', undefined, null]) {
        expect(() => run({ ...state, vectors: { ...state.vectors, [name]: wrong } })).toThrow(`initialState.vectors.${name}`);
      }
    }
    expect(() => run({ ...state, method: method === 'ppo' ? 'harpg' : 'ppo' })).toThrow(/initialState.method/);
    expect(() =>
      trainPolicy(cartPole(40), normalPolicy(4, 1, 1) as never, { method, initial: throughJson(state), seed: 3 }),
    ).toThrow();
  });
});
