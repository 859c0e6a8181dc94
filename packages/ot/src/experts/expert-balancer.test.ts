import { InvalidInputError } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { example } from '../testing/sorted-routing.ts';
import { createExpertBalancer } from './expert-balancer.ts';
import { linearMeans, moeInstance, scoreStream } from './expert-instances.ts';

describe('the balancer', () => {
  const means = linearMeans(8);

  it('goes on from its state as if it had not stopped', () => {
    for (const options of [
      { momentum: 0.5 },
      { method: 'coordinate-dual' as const },
      { update: 'proportional' as const, schedule: 'harmonic' as const },
    ]) {
      const sizes = { experts: 8, expertsPerToken: 2, ...options };
      const batches = [...scoreStream({ tokens: 32, batches: 6, means }, 1)];
      const whole = createExpertBalancer(sizes);
      for (const batch of batches) whole.route(batch);
      const first = createExpertBalancer(sizes);
      for (const batch of batches.slice(0, 3)) first.route(batch);
      const initial = JSON.parse(JSON.stringify(first.state()));
      const second = createExpertBalancer({ ...sizes, initial });
      for (const batch of batches.slice(3)) second.route(batch);
      expect(second.state()).toEqual(whole.state());
    }
  });

  it('balances within two sweeps what sign steps take hundreds of batches for', () => {
    const worst = (method: 'alf-lb' | 'coordinate-dual') => {
      const balancer = createExpertBalancer({ experts: 64, expertsPerToken: 6, method });
      let most = 0;
      for (let n = 0; n < 3; n++) most = Math.max(most, balancer.route(moeInstance(2048, 64, 3)).maxViolation);
      return most;
    };
    expect(worst('coordinate-dual')).toBeLessThan(0.06);
    expect(worst('alf-lb')).toBeGreaterThan(2);
  });

  it('follows a drift and bursts', () => {
    const balancer = createExpertBalancer({ experts: 8, expertsPerToken: 2, stepSize: 0.01 });
    const stream = scoreStream({ tokens: 256, batches: 600, means, drift: 0.01, burstShare: 0.1 }, 3);
    const violations = Array.from(stream, (batch) => balancer.route(batch).maxViolation);
    const median = violations.slice(300).sort((a, b) => a - b)[150];
    expect(median).toBeLessThan(0.5);
    expect(violations[0]).toBeGreaterThan(0.5);
  });

  it('keeps unequal shares', () => {
    const shares = Float64Array.of(3, 1, 1, 1, 1, 1);
    const balancer = createExpertBalancer({ experts: 6, expertsPerToken: 1, shares, method: 'coordinate-dual', sweeps: 20 });
    const { loads } = balancer.route(moeInstance(800, 6, 2));
    expect(Array.from(loads)).toEqual([300, 100, 100, 100, 100, 100]);
  });

  it.each([
    ['experts', { experts: 1, expertsPerToken: 1 }],
    ['expertsPerToken', { experts: 4, expertsPerToken: 4 }],
    ['stepSize', { experts: 4, expertsPerToken: 1, stepSize: -1 }],
    ['stepSize', { experts: 4, expertsPerToken: 1, stepSize: 'curvature' as const }],
    ['shares', { experts: 2, expertsPerToken: 1, shares: Float64Array.of(1, 0) }],
    ['shares', { experts: 3, expertsPerToken: 2, shares: Float64Array.of(4, 1, 1) }],
    [
      'initial.bias',
      { experts: 2, expertsPerToken: 1, initial: { iteration: 0, bias: [0], differences: [0, 0], curvature: 0 } },
    ],
  ])('names %s when it is wrong', (argument, options) => {
    expect(() => createExpertBalancer(options)).toThrow(InvalidInputError);
    expect(() => createExpertBalancer(options)).toThrow(argument);
  });

  it('rejects a batch of another width', () => {
    const balancer = createExpertBalancer({ experts: 3, expertsPerToken: 1 });
    expect(() => balancer.route(example)).toThrow('scores: expected 3 columns');
    expect(balancer.iteration).toBe(0);
  });
});

it('resumes bit by bit with the step of the curvature, between the batches at which that is estimated anew', () => {
  const options = {
    experts: 4,
    expertsPerToken: 1,
    update: 'proportional',
    schedule: 'harmonic',
    stepSize: 'curvature',
  } as const;
  const batches = Array.from({ length: 9 }, (_, seed) => moeInstance(64, 4, seed));
  const whole = createExpertBalancer(options);
  const first = createExpertBalancer(options);
  for (const batch of batches.slice(0, 5)) {
    whole.route(batch);
    first.route(batch);
  }
  const initial = JSON.parse(JSON.stringify(first.state()));
  const second = createExpertBalancer({ ...options, initial });
  for (const batch of batches.slice(5)) expect(second.route(batch)).toEqual(whole.route(batch));
  expect(second.state()).toEqual(whole.state());
});
