import { InvalidInputError } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { sortedRoute } from '../testing/sorted-routing.ts';
import { createExpertBalancer } from './expert-balancer.ts';
import { BiasUpdate } from './expert-bias-update.ts';
import { linearMeans, moeInstance, scoreStream } from './expert-instances.ts';
import { topKRoute } from './expert-routing.ts';

describe('the loads of sequences', () => {
  it('are those of the batch when it is one sequence', () => {
    const sizes = { experts: 8, expertsPerToken: 2, stepSize: 0.01 };
    const whole = createExpertBalancer(sizes);
    const sequence = createExpertBalancer({ ...sizes, sequenceLength: 1000 });
    for (const batch of scoreStream({ tokens: 48, batches: 20, means: linearMeans(8) }, 1)) {
      expect(sequence.route(batch)).toEqual(whole.route(batch));
      expect(sequence.bias).toEqual(whole.bias);
    }
  });

  it('vote by sequence, the last one shorter, with targets of their own', () => {
    const [T, E, K, length] = [70, 6, 2, 20];
    const scores = moeInstance(T, E, 3);
    const targets = new Float64Array(E).fill((T * K) / E);
    const update = new BiasUpdate(E, { sequenceLength: length, stepSize: 0.1, center: false });
    update.observe(topKRoute(scores, K), targets, 1);
    const bias = new Float64Array(E);
    update.apply(bias, targets, 1);
    const routed = sortedRoute(
      scores,
      K,
      bias.map(() => 0),
    );
    for (let k = 0; k < E; k++) {
      let votes = 0;
      for (const from of [0, 20, 40, 60]) {
        const tokens = routed.slice(from, from + length);
        const load = tokens.filter((experts) => experts.includes(k)).length;
        votes += Math.sign((tokens.length * K) / E - load);
      }
      expect(bias[k]).toBeCloseTo((0.1 * votes) / 4, 14);
    }
  });

  it('balance a stream like those of the batch', () => {
    const balancer = createExpertBalancer({
      experts: 8,
      expertsPerToken: 2,
      stepSize: 0.05,
      schedule: 'square-root',
      sequenceLength: 64,
    });
    const stream = scoreStream({ tokens: 512, batches: 150, means: linearMeans(8) }, 2);
    const violations = Array.from(stream, (batch) => balancer.route(batch).maxViolation);
    expect(violations[0]).toBeGreaterThan(1);
    expect(violations.slice(-50).reduce((sum, violation) => sum + violation / 50, 0)).toBeLessThan(0.2);
  });

  it('are for sign updates, and at least one token long', () => {
    const sizes = { experts: 4, expertsPerToken: 1 };
    for (const options of [{ sequenceLength: 0 }, { sequenceLength: 8, update: 'proportional' as const }]) {
      expect(() => createExpertBalancer({ ...sizes, ...options })).toThrow(InvalidInputError);
      expect(() => createExpertBalancer({ ...sizes, ...options })).toThrow('sequenceLength');
    }
  });
});

it('an exactly balanced expert does not move', () => {
  const update = new BiasUpdate(3, { stepSize: 0.1, center: false });
  const routing = { tokenPointers: Int32Array.of(0, 1, 2, 3), experts: Int32Array.of(0, 0, 1), loads: Int32Array.of(2, 1, 0) };
  const targets = new Float64Array(3).fill(1);
  const bias = new Float64Array(3);
  update.observe(routing, targets, 1);
  update.apply(bias, targets, 1);
  expect(Array.from(bias)).toEqual([-0.1, 0, 0.1]);
});
