import { readFileSync } from 'node:fs';
import { Random } from '@infimum/core';
import { useKernels } from '@infimum/linalg/kernels';
import { describe, expect, it } from 'vitest';
import { acrobot, cartPole, mountainCar, mountainCarContinuous, pendulum } from './classic-control.ts';
import type { Dynamics } from './environment.ts';
import { batchOf, environmentOf } from './environment.ts';
import { linearQuadratic, linearQuadraticReturn, pointMass } from './linear-quadratic.ts';
import { cliffWalking, frozenLake, tabularDynamics, valueIteration } from './tabular.ts';

interface Recorded {
  readonly start: number[];
  readonly actions: number[];
  readonly states: number[][];
  readonly rewards: number[];
  readonly terminated: boolean[];
}

const { runs } = JSON.parse(readFileSync(new URL('./gymnasium-trajectories.json', import.meta.url), 'utf8')) as {
  runs: Record<string, Recorded>;
};

describe('classic control', () => {
  it.each([
    ['CartPole-v1', cartPole(), 1e-12],
    ['MountainCar-v0', mountainCar(), 1e-12],
    // Gymnasium keeps this one in single precision.
    ['MountainCarContinuous-v0', mountainCarContinuous(), 2e-6],
    ['Pendulum-v1', pendulum(), 1e-11],
    ['Acrobot-v1', acrobot(), 1e-11],
  ] as const)('%s moves as Gymnasium does', (name, dynamics: Dynamics, error) => {
    const { start, actions, states, rewards, terminated } = runs[name];
    const state = Float64Array.from(start);
    const flags = new Uint8Array(1);
    actions.forEach((action, k) => {
      const reward = dynamics.move(state, 0, Float64Array.of(action), 0, flags, 0, new Random(0));
      states[k].forEach((entry, i) => {
        expect(Math.abs(state[i] - entry)).toBeLessThan(error);
      });
      expect(Math.abs(reward - rewards[k])).toBeLessThan(Math.max(error, 1e-10));
      expect(flags[0] === 1).toBe(terminated[k]);
    });
    expect(actions.length).toBeGreaterThan(15);
  });

  it('ends the pole’s episode at step 20, in the state that is known', () => {
    const { states, terminated } = runs['CartPole-v1'];
    const known = [0.0406938370406, 0.3660668063895, -0.0052571231489, -0.4532419330457];
    known.forEach((entry, i) => {
      expect(states[9][i]).toBeCloseTo(entry, 12);
    });
    expect(terminated.indexOf(true)).toBe(19);
  });

  it('cuts episodes at the limit of time without ending them, and refuses to go on', () => {
    const environment = environmentOf(mountainCar(5));
    expect(() => environment.step(Float64Array.of(1))).toThrow(/reset/);
    const first = [...environment.reset(4)];
    const ends = Array.from({ length: 5 }, () => {
      const { terminated, truncated } = environment.step(Float64Array.of(1));
      return [terminated, truncated];
    });
    expect(ends[3]).toEqual([false, false]);
    expect(ends[4]).toEqual([false, true]);
    expect(() => environment.step(Float64Array.of(1))).toThrow(/reset/);
    expect([...environment.reset(4)]).toEqual(first);
    expect([...environment.reset(5)]).not.toEqual(first);
  });
});

describe('a batch', () => {
  it('moves every copy as one alone, keeps the last observation and begins anew', () => {
    const dynamics = cartPole(30);
    const batch = batchOf(dynamics, 7);
    batch.reset(3);
    const states = batch.observations.slice();
    const random = new Random(9);
    const flags = new Uint8Array(1);
    let ends = 0;
    for (let step = 0; step < 200; step++) {
      const actions = Float64Array.from({ length: 7 }, () => random.integer(2));
      const before = states.slice();
      batch.step(actions);
      for (let i = 0; i < 7; i++) {
        flags[0] = 0;
        const one = before.slice(4 * i, 4 * i + 4);
        expect(dynamics.move(one, 0, actions, i, flags, 0, random)).toBe(batch.rewards[i]);
        const isOver = batch.terminated[i] + batch.truncated[i] > 0;
        const seen = isOver ? batch.finalObservations : batch.observations;
        expect([...seen.slice(4 * i, 4 * i + 4)]).toEqual([...one]);
        expect(batch.terminated[i]).toBe(flags[0]);
        if (!isOver) continue;
        ends++;
        batch.observations.slice(4 * i, 4 * i + 4).forEach((entry) => {
          expect(Math.abs(entry)).toBeLessThanOrEqual(0.05);
        });
      }
      states.set(batch.observations);
    }
    expect(ends).toBeGreaterThan(20);
  });
});

describe('linear systems', () => {
  it('have the returns of the closed form, and of a simulation', () => {
    const system = pointMass();
    expect(linearQuadraticReturn(system, Float64Array.of(0, 0), 0.5, 0.9)).toBeCloseTo(-17.35051816618, 10);
    const best = linearQuadraticReturn(system, Float64Array.of(-5.009792, -4.092336), 0.5, 0.9);
    expect(best).toBeCloseTo(-1.982647031571, 9);
    const environment = environmentOf(linearQuadratic(system));
    const random = new Random(2);
    let [sum, squares] = [0, 0];
    for (let episode = 0; episode < 4000; episode++) {
      let observation = environment.reset(episode);
      let total = 0;
      for (let h = 0; h < 20; h++) {
        const action = -5 * observation[0] - 4 * observation[1] + 0.5 * random.normal();
        const result = environment.step(Float64Array.of(action));
        total += 0.9 ** h * result.reward;
        observation = result.observation;
      }
      sum += total;
      squares += total * total;
    }
    const mean = sum / 4000;
    const error = Math.sqrt((squares / 4000 - mean * mean) / 4000);
    const truth = linearQuadraticReturn(system, Float64Array.of(-5, -4), 0.5, 0.9);
    expect(Math.abs(mean - truth)).toBeLessThan(4 * error);
  });
});

describe('tables', () => {
  it('have the values of the textbooks', () => {
    expect(valueIteration(cliffWalking(), 1 - 1e-9).values[36]).toBeCloseTo(-13, 5);
    // Without slipping the goal is six steps away.
    expect(valueIteration(frozenLake(false), 0.9).values[0]).toBeCloseTo(0.9 ** 5, 9);
    // On the larger lake fourteen; what slips earns what Gymnasium's table does by policy iteration in NumPy.
    expect(valueIteration(frozenLake(false, 8), 0.9).values[0]).toBeCloseTo(0.9 ** 13, 9);
    expect(valueIteration(frozenLake(true, 8), 0.99).values[0]).toBeCloseTo(0.41464036179998476, 9);
    expect(() => frozenLake(true, 5 as 4)).toThrow(/size/);
    const { values, actions } = valueIteration(frozenLake(), 0.99);
    expect(values[0]).toBeCloseTo(0.542, 3);
    // The optimal policy earns its value in the environment.
    const environment = environmentOf(tabularDynamics({ ...frozenLake(), timeLimit: 10_000 }));
    let total = 0;
    for (let episode = 0; episode < 3000; episode++) {
      let state = environment.reset(episode)[0];
      for (let [h, isOver] = [0, false]; !isOver; h++) {
        const result = environment.step(Float64Array.of(actions[state]));
        total += 0.99 ** h * result.reward;
        state = result.observation[0];
        isOver = result.terminated || result.truncated;
      }
    }
    expect(Math.abs(total / 3000 - values[0])).toBeLessThan(0.03);
  });
});

it('moves many carts to the bits of one, however they lean, in every build', () => {
  for (const build of ['reference', 'simd', 'relaxed-simd'] as const) {
    useKernels(build);
    const count = 7;
    const batch = batchOf(cartPole(60), count);
    batch.reset(3);
    const rules = cartPole(60);
    const state = batch.observations.slice();
    const random = new Random(9);
    const flags = new Uint8Array(1);
    for (let step = 0; step < 200; step++) {
      const actions = Float64Array.from({ length: count }, () => random.integer(2));
      const before = state.slice();
      batch.step(actions);
      for (let i = 0; i < count; i++) {
        flags[0] = 0;
        rules.move(before, 4 * i, actions, i, flags, 0, random);
        expect(batch.terminated[i]).toBe(flags[0]);
        const hasEnded = batch.terminated[i] + batch.truncated[i] > 0;
        const seen = hasEnded ? batch.finalObservations : batch.observations;
        expect(seen.slice(4 * i, 4 * i + 4)).toEqual(before.slice(4 * i, 4 * i + 4));
      }
      state.set(batch.observations);
    }
    // States that somebody sets, leaning beyond the series and beyond all numbers.
    const many = cartPole().moveMany?.(3);
    if (!many) throw new Error('cartPole moves many');
    many.states.set([0, 1, 0.5, -1, 0, 0, 0.1, 0.2, 0, 0, Number.NaN, 0]);
    const expected = many.states.slice();
    const pushes = Float64Array.of(1, 0, 1);
    for (let i = 0; i < 3; i++) rules.move(expected, 4 * i, pushes, i, flags, 0, random);
    many.move(pushes, new Float64Array(3), random);
    expect(many.states.slice()).toEqual(expected);
  }
  useKernels('auto');
});

describe('actions that there are not', () => {
  it.each([99, 2, -1, 0.5, Number.NaN, Infinity])('are refused: %s', (action) => {
    const environment = environmentOf(cartPole());
    environment.reset(1);
    expect(() => environment.step(Float64Array.of(action))).toThrow(/^action: is/);
    const batch = batchOf(cartPole(), 3);
    batch.reset(1);
    expect(() => batch.step(Float64Array.of(0, action, 1))).toThrow(/at index 1/);
  });

  it('are only those that are no numbers where vectors are acted with', () => {
    const environment = environmentOf(pendulum());
    environment.reset(1);
    expect(Number.isFinite(environment.step(Float64Array.of(99)).reward)).toBe(true);
    expect(() => environment.step(Float64Array.of(Number.NaN))).toThrow(/^action: is NaN/);
    expect(() => environment.step(new Float64Array(0))).toThrow(/^action: is undefined/);
  });
});
