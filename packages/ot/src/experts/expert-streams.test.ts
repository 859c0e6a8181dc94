import type { DenseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { affinityOf } from './expert-assignment.ts';
import type { ExpertBalancerOptions } from './expert-balancer.ts';
import { createExpertBalancer } from './expert-balancer.ts';
import type { ScoreStream } from './expert-instances.ts';
import { linearMeans, scoreStream } from './expert-instances.ts';

const [E, K] = [8, 2];
const means = linearMeans(E);

const rules = {
  sign: { update: 'sign', stepSize: 0.01 },
  constant: { update: 'proportional' },
  squareRoot: { update: 'proportional', schedule: 'square-root' },
  curvature: { update: 'proportional', schedule: 'harmonic', stepSize: 'curvature' },
  coordinateDual: { method: 'coordinate-dual' },
} satisfies Record<string, Partial<ExpertBalancerOptions>>;

/** The batches of a stream, drawn once for all rules. */
function batchesOf(stream: Partial<ScoreStream>): readonly DenseMatrix[] {
  return [...scoreStream({ tokens: 64, batches: 1000, means, ...stream }, 1)];
}

/** Mean violation of the last batches, and the affinity of a token over all of them. */
function follow(rule: Partial<ExpertBalancerOptions>, batches: readonly DenseMatrix[], last = 500) {
  const balancer = createExpertBalancer({ experts: E, expertsPerToken: K, ...rule });
  let violation = 0;
  let affinity = 0;
  for (const [n, batch] of batches.entries()) {
    const routed = balancer.route(batch);
    affinity += affinityOf(batch, routed) / (batch.rows * batches.length);
    if (n >= batches.length - last) violation += routed.maxViolation / last;
  }
  balancer.release();
  return { violation, affinity };
}

/** The noise of one batch that no rule can avoid which routes before it looks. */
function floorOf(tokens: number): number {
  const load = (tokens * K) / E;
  return Math.sqrt((1 - K / E) / load) * Math.sqrt(2 * Math.log(E));
}

const steady = batchesOf({});

describe('a steady stream', { timeout: 60_000 }, () => {
  it.each([
    [64, 1000],
    [256, 400],
    [1024, 200],
  ])('of batches of %i tokens leaves steps that shrink with the noise of a batch', (tokens, batches) => {
    const stream = batchesOf({ tokens, batches });
    for (const rule of [rules.squareRoot, rules.curvature]) {
      const { violation } = follow(rule, stream, 100);
      expect(violation).toBeLessThan(1.1 * floorOf(tokens));
      expect(violation).toBeGreaterThan(0.6 * floorOf(tokens));
    }
  });

  it('is balanced below that noise by a rule that looks at the batch, at a lower affinity', () => {
    const seen = follow(rules.coordinateDual, steady);
    const causal = follow(rules.curvature, steady);
    expect(seen.violation).toBeLessThan(0.06);
    expect(causal.violation).toBeGreaterThan(5 * seen.violation);
    expect(seen.affinity).toBeLessThan(causal.affinity);
    expect(seen.affinity).toBeGreaterThan(0.99 * causal.affinity);
  });
});

describe('a stream whose experts drift in popularity', { timeout: 60_000 }, () => {
  const stream = batchesOf({ drift: 0.03, batches: 1800 });

  it('is followed by constant steps, and lost by those that shrink as one over n', () => {
    const constant = follow(rules.constant, stream);
    const sign = follow(rules.sign, stream);
    const shrinking = follow(rules.curvature, stream);
    for (const { violation } of [constant, sign]) expect(violation).toBeLessThan(1.1 * floorOf(64));
    expect(shrinking.violation).toBeGreaterThan(2 * constant.violation);
  });
});

describe('a stream with bursts', { timeout: 60_000 }, () => {
  const stream = batchesOf({ burstShare: 0.1 });

  it('costs every rule that routes before it looks, and little more than its share of batches', () => {
    for (const rule of [rules.squareRoot, rules.curvature]) {
      const { violation } = follow(rule, stream);
      const { violation: least } = follow(rule, steady);
      expect(violation).toBeGreaterThan(1.2 * least);
      // A burst sends at most all tokens to two experts: a violation of three.
      expect(violation).toBeLessThan(0.9 * least + 0.1 * 3);
    }
    expect(follow(rules.coordinateDual, stream).violation).toBeLessThan(0.06);
  });
});
