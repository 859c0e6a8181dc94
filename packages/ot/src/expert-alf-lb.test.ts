import { run } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alfLbSteps } from './expert-alf-lb.ts';
import { moeInstance } from './expert-instances.ts';
import { dual, example, sortedRoute } from './testing/sorted-routing.ts';

describe('ALF-LB', () => {
  it('solves the worked example with one sign step', () => {
    const steps = alfLbSteps(
      { scores: example, expertsPerToken: 1 },
      { step: 0.1, tolerance: 0, patience: 1e6 },
    );
    const outcome = run(steps, { trace: true });
    expect(outcome.trace?.map(({ dualValue }) => dualValue.toFixed(12))).toEqual([
      '3.000000000000',
      '2.850000000000',
    ]);
    expect(Array.from(outcome.loads)).toEqual([2, 2]);
    expect(Array.from(outcome.experts)).toEqual([1, 0, 0, 1]);
    expect(Array.from(outcome.bias)).toEqual([-0.1, 0.1]);
    expect(outcome.affinity).toBeCloseTo(2.85, 12);
  });

  // Statement 1: d(p') - d(p) = benefits of the switches - sum_k eps_k (A_k - L)², and its bound by convexity.
  it('changes the dual value by exactly what the theorem says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 3, max: 9 }),
        fc.nat(1000),
        fc.constantFrom('sign' as const, 'proportional' as const),
        (T, E, seed, update) => {
          const scores = moeInstance(T, E, seed);
          const K = 1 + (seed % 2);
          const target = (T * K) / E;
          const step = update === 'sign' ? 0.01 : 0.05 / target;
          const steps = alfLbSteps(
            { scores, expertsPerToken: K },
            { update, step, center: false, tolerance: 0, patience: 1e6 },
          );
          let before = new Array<number>(E).fill(0);
          let loads: number[] | undefined;
          let experts: number[][] = [];
          for (let at = steps.next(); !at.done && at.value.iteration < 40; at = steps.next()) {
            const solution = at.value.solution();
            const bias = Array.from(solution.bias);
            const now = sortedRoute(scores, K, bias);
            expect(Array.from(solution.experts)).toEqual(now.flat());
            if (loads) {
              const moved = bias.map((value, k) => value - before[k]);
              // sum_k eps_k (A_k - L)² = - sum_k (p'_k - p_k) (A_k - L)
              const descent = -loads.reduce((sum, load, k) => sum + moved[k] * (load - target), 0);
              let benefit = 0;
              now.forEach((chosen, i) => {
                for (const k of chosen) benefit += scores.values[i * E + k] + bias[k];
                for (const k of experts[i]) benefit -= scores.values[i * E + k] + bias[k];
              });
              const change = dual(scores, K, bias) - dual(scores, K, before);
              expect(change).toBeCloseTo(benefit - descent, 9);
              expect(benefit).toBeGreaterThanOrEqual(-1e-12);
              const convex = solution.loads.reduce((sum, load, k) => sum + moved[k] * (load - target), 0);
              expect(change).toBeLessThanOrEqual(convex + 1e-9);
              if (loads.every((load, k) => (load - target) * (solution.loads[k] - target) >= 0)) {
                expect(change).toBeLessThanOrEqual(1e-9);
              }
            }
            before = bias;
            loads = Array.from(solution.loads);
            experts = now;
          }
          steps.return(undefined as never);
        },
      ),
      { numRuns: 60 },
    );
  });

  // Statement 2: moves go down the order overloaded > balanced > underloaded, across less than 2u.
  it('moves tokens only from more to less loaded experts', () => {
    const u = 0.005;
    for (let seed = 1; seed <= 8; seed++) {
      const [T, E, K] = [60, 6, 2];
      const scores = moeInstance(T, E, seed);
      const steps = alfLbSteps(
        { scores, expertsPerToken: K },
        { step: u, center: false, tolerance: 0, patience: 1e6 },
      );
      let last: { loads: Int32Array; experts: Int32Array; bias: Float64Array } | undefined;
      for (let at = steps.next(); !at.done && at.value.iteration < 150; at = steps.next()) {
        const now = at.value.solution();
        for (let i = 0; last && i < T; i++) {
          const left = last.experts.subarray(i * K, i * K + K);
          const joined = now.experts.subarray(i * K, i * K + K);
          for (const from of left) {
            if (joined.includes(from)) continue;
            for (const to of joined) {
              if (left.includes(to)) continue;
              const state = (k: number) => Math.sign(last!.loads[k] - (T * K) / E);
              expect(state(from)).toBeGreaterThan(state(to));
              const lead =
                scores.values[i * E + from] + last.bias[from] - scores.values[i * E + to] - last.bias[to];
              expect(lead).toBeGreaterThanOrEqual(-1e-12);
              expect(lead).toBeLessThanOrEqual(2 * u + 1e-12);
            }
          }
        }
        last = now;
      }
      steps.return(undefined as never);
    }
  });

  // Statement 3, with scores whose differences are far enough apart.
  it('brings every load within E - 1 of its target and keeps it there, one token a pair at a time', () => {
    const [T, E] = [24, 3];
    const u = 0.002;
    // gamma_i1 = a_i, gamma_i2 = b_i with a, b and a - b all spaced by more than 2u.
    const values = Float64Array.from({ length: T * E }, (_, at) => {
      const i = Math.floor(at / E);
      return [0.6, 0.005 * i, 0.0101 * ((i * 7) % T)][at % E];
    });
    const steps = alfLbSteps(
      { scores: { rows: T, cols: E, values }, expertsPerToken: 1 },
      { step: u, center: false, tolerance: 0, patience: 1e6 },
    );
    let inside = false;
    let last: Int32Array | undefined;
    for (let at = steps.next(); !at.done && at.value.iteration < 3000; at = steps.next()) {
      const { loads, experts } = at.value.solution();
      if (last) {
        const pairs = new Map<number, number>();
        experts.forEach((to, i) => {
          const from = last![i];
          if (from !== to) pairs.set(from * E + to, (pairs.get(from * E + to) ?? 0) + 1);
        });
        for (const moves of pairs.values()) expect(moves).toBe(1);
      }
      const isInside = loads.every((load) => Math.abs(load - T / E) <= E - 1);
      if (inside) expect(isInside).toBe(true);
      inside = isInside;
      last = experts;
    }
    steps.return(undefined as never);
    expect(inside).toBe(true);
  });

  // Section 5: 2000 routings on 512 x 16, K = 2, seed 1; 1000 on 2048 x 64, K = 6, seed 3, the first one greedy.
  it.each([
    ['sign', 'constant', 1e-3, 0.03126, 0.006],
    ['sign', 'constant', 1e-2, 0.16, 0.31],
    ['proportional', 'constant', 1e-4, 0, 1e-9],
    ['proportional', 'harmonic', 1e-2, 0, 1e-9],
    ['proportional', 'square-root', 1e-3, 0, 1e-9],
  ] as const)('ends as the reference does with %s, %s, %d', (update, schedule, step, violation, gap) => {
    const problem = { scores: moeInstance(512, 16, 1), expertsPerToken: 2 };
    const outcome = run(alfLbSteps(problem, { update, schedule, step, tolerance: 0, patience: 1e6 }), {
      maxIterations: 2000,
    });
    expect(outcome.maxViolation).toBeLessThanOrEqual(violation);
    expect(outcome.dualValue - 798.9944100052148).toBeLessThanOrEqual(gap);
    expect(outcome.dualValue - 798.9944100052148).toBeGreaterThan(-1e-9);
  });

  it.each([
    ['sign', 'constant', 1e-3, 0.03, 0.06],
    ['proportional', 'constant', undefined, 0.04, 0.05],
    ['proportional', 'harmonic', undefined, 0.0053, 2e-4],
  ] as const)(
    'ends as the larger reference does with %s, %s, %d',
    (update, schedule, step, violation, gap) => {
      const problem = { scores: moeInstance(2048, 64, 3), expertsPerToken: 6 };
      const outcome = run(alfLbSteps(problem, { update, schedule, step, tolerance: 0, patience: 1e6 }), {
        maxIterations: 999,
      });
      expect(outcome.maxViolation).toBeLessThanOrEqual(violation);
      expect(outcome.dualValue - 9571.859349653845).toBeLessThanOrEqual(gap);
    },
  );

  it("balances with Polyak's step, with momentum, and with unequal targets", () => {
    const scores = moeInstance(512, 16, 1);
    const polyak = run(alfLbSteps({ scores, expertsPerToken: 2 }, { schedule: 'polyak' }), {
      maxIterations: 2000,
    });
    expect(polyak.maxViolation).toBeLessThan(0.05);
    const smooth = run(
      alfLbSteps(
        { scores, expertsPerToken: 2 },
        { update: 'proportional', schedule: 'square-root', momentum: 0.5 },
      ),
      { maxIterations: 2000 },
    );
    expect(smooth.status).toBe('converged');
    const capacities = Int32Array.from({ length: 16 }, (_, k) => (k < 8 ? 96 : 32));
    const unequal = run(
      alfLbSteps(
        { scores, expertsPerToken: 2, capacities },
        { update: 'proportional', schedule: 'harmonic' },
      ),
      { maxIterations: 3000 },
    );
    expect(unequal.loads.every((load, k) => Math.abs(load - capacities[k]) <= 2)).toBe(true);
  });
});

describe('a run that oscillates', () => {
  it('is stalled, and says what to change', () => {
    const problem = { scores: moeInstance(512, 16, 1), expertsPerToken: 2 };
    const outcome = run(alfLbSteps(problem, { step: 0.05, patience: 50 }));
    expect(outcome.status).toBe('stalled');
    expect(outcome.reason).toContain('let steps shrink');
  });
});
