import { run } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { dual, example, sortedRoute } from '../testing/sorted-routing.ts';
import { alfLbSteps } from './expert-alf-lb.ts';
import { moeInstance, spacedScores } from './expert-instances.ts';

/** The smallest gap between the differences that two tokens see between any two experts. */
function leastSpacing({ rows, cols, values }: DenseMatrix): number {
  let least = Infinity;
  for (let k = 0; k < cols; k++) {
    for (let j = 0; j < k; j++) {
      const differences = Float64Array.from({ length: rows }, (_, i) => values[i * cols + k] - values[i * cols + j]).sort();
      for (let i = 1; i < rows; i++) least = Math.min(least, differences[i] - differences[i - 1]);
    }
  }
  return least;
}

describe('ALF-LB', { timeout: 60_000 }, () => {
  it('solves the worked example with one sign step', () => {
    const steps = alfLbSteps({ scores: example, expertsPerToken: 1 }, { stepSize: 0.1, tolerance: 0, patience: 1e6 });
    const outcome = run(steps, { trace: true });
    expect(outcome.trace?.map(({ dualValue }) => dualValue.toFixed(12))).toEqual(['3.000000000000', '2.850000000000']);
    expect(Array.from(outcome.loads)).toEqual([2, 2]);
    expect(Array.from(outcome.experts)).toEqual([1, 0, 0, 1]);
    expect(Array.from(outcome.bias)).toEqual([-0.1, 0.1]);
    expect(outcome.affinity).toBeCloseTo(2.85, 12);
  });

  it('gains by the switches of the worked example what the theorem says', () => {
    const u = 0.1;
    const p = [-u, u];
    const [greedy, balanced] = [sortedRoute(example, 1, [0, 0]), sortedRoute(example, 1, p)];
    const benefits = greedy.map(([from], i) => {
      const [to] = balanced[i];
      return example.values[2 * i + to] + p[to] - example.values[2 * i + from] - p[from];
    });
    expect(benefits).toEqual([0.1, 0, 0, 0.15].map((benefit) => expect.closeTo(benefit, 12)));
    // Loads 4 and 0 instead of 2 and 2: sum_k u |A_k - L| = 0.4.
    const steps = alfLbSteps({ scores: example, expertsPerToken: 1 }, { stepSize: u, tolerance: 0, patience: 1e6 });
    const { trace } = run(steps, { trace: true });
    const change = (trace?.[1].dualValue ?? 0) - (trace?.[0].dualValue ?? 0);
    expect(change).toBeCloseTo(0.25 - 0.4, 12);
    expect(dual(example, 1, p) - dual(example, 1, [0, 0])).toBeCloseTo(-0.15, 12);
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
          const stepSize = update === 'sign' ? 0.01 : 0.05 / target;
          const steps = alfLbSteps(
            { scores, expertsPerToken: K },
            { update, stepSize, center: false, tolerance: 0, patience: 1e6 },
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
      { numRuns: quickOrFull(30, 60) },
    );
  });

  // Statement 2: moves go down the order overloaded > balanced > underloaded, across less than 2u.
  it('moves tokens only from more to less loaded experts', () => {
    const u = 0.005;
    for (let seed = 1; seed <= 8; seed++) {
      const [T, E, K] = [60, 6, 2];
      const scores = moeInstance(T, E, seed);
      const steps = alfLbSteps({ scores, expertsPerToken: K }, { stepSize: u, center: false, tolerance: 0, patience: 1e6 });
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
              const lead = scores.values[i * E + from] + last.bias[from] - scores.values[i * E + to] - last.bias[to];
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

  // Statement 3, with scores of which no two tokens have nearly the same differences.
  it.each([
    [64, 4, 2e-4],
    [64, 8, 5e-5],
  ])('brings the loads of %i tokens and %i experts within E - 1 of their target for good', (T, E, u) => {
    for (const seed of [1, 2, 3]) {
      const scores = spacedScores(T, E, 2.0001 * u, seed);
      expect(leastSpacing(scores)).toBeGreaterThan(2 * u);
      const steps = alfLbSteps({ scores, expertsPerToken: 1 }, { stepSize: u, center: false, tolerance: 0, patience: 1e6 });
      let inside = false;
      let last: Int32Array | undefined;
      let deviation = T;
      for (let at = steps.next(); ; at = steps.next()) {
        const { loads, experts } = at.done ? at.value.solution : at.value.solution();
        // An overloaded expert gains nothing, and no two tokens move alike.
        const moves = new Set<number>();
        experts.forEach((to, i) => {
          if (!last || last[i] === to) return;
          expect(moves.has(last[i] * E + to)).toBe(false);
          moves.add(last[i] * E + to);
        });
        deviation = Math.max(...loads.map((load) => Math.abs(load - T / E)));
        if (inside) expect(deviation).toBeLessThanOrEqual(E - 1);
        inside = deviation <= E - 1;
        last = experts;
        if (at.done || at.value.iteration >= 20_000) break;
      }
      steps.return(undefined as never);
      expect(inside).toBe(true);
      expect(deviation).toBe(0);
    }
  });

  // Section 5: 2000 routings on 512 x 16, K = 2, seed 1, the first one greedy.
  it.each([
    ['sign', 'constant', 1e-3, 0.03126, 0.006],
    ['sign', 'constant', 1e-2, 0.16, 0.31],
    ['proportional', 'constant', 1e-4, 0, 1e-9],
    ['proportional', 'harmonic', 1e-2, 0, 1e-9],
    ['proportional', 'square-root', 1e-3, 0, 1e-9],
  ] as const)('ends as the reference does with %s, %s, %d', (update, schedule, stepSize, violation, gap) => {
    const problem = { scores: moeInstance(512, 16, 1), expertsPerToken: 2 };
    const outcome = run(alfLbSteps(problem, { update, schedule, stepSize, tolerance: 0, patience: 1e6 }), {
      maxIterations: 2000,
    });
    expect(outcome.maxViolation).toBeLessThanOrEqual(violation);
    expect(outcome.dualValue - 798.9944100052148).toBeLessThanOrEqual(gap);
    expect(outcome.dualValue - 798.9944100052148).toBeGreaterThan(-1e-9);
  });

  it('oscillates as the reference does with proportional steps of 0.001', () => {
    const problem = { scores: moeInstance(512, 16, 1), expertsPerToken: 2 };
    const { trace = [] } = run(alfLbSteps(problem, { update: 'proportional', stepSize: 1e-3, tolerance: 0, patience: 1e6 }), {
      maxIterations: 2000,
      trace: true,
    });
    const late = trace.slice(-500);
    const gaps = late.map(({ dualValue }) => dualValue - 798.9944100052148);
    expect(late.reduce((sum, { maxViolation }) => sum + maxViolation / 500, 0)).toBeCloseTo(0.12, 2);
    expect(Math.min(...gaps)).toBeLessThan(0.036);
    expect(Math.max(...gaps)).toBeGreaterThan(0.036);
  });

  it('goes to and fro for ever with constant steps, and comes to rest with those that shrink', () => {
    const problem = { scores: moeInstance(512, 16, 1), expertsPerToken: 2 };
    const way = (schedule: 'constant' | 'square-root' | 'harmonic') => {
      const { trace = [] } = run(alfLbSteps(problem, { schedule, stepSize: 0.05, tolerance: 0, patience: 1e6 }), {
        maxIterations: 1200,
        trace: true,
      });
      return trace.slice(-400).map(({ dualValue }) => dualValue);
    };
    const spread = (values: number[]) => Math.max(...values) - Math.min(...values);
    expect(Math.min(...way('constant'))).toBeGreaterThan(798.9944100052148 + 1);
    expect(spread(way('square-root'))).toBeLessThan(spread(way('constant')) / 3);
    expect(spread(way('harmonic'))).toBeLessThan(spread(way('constant')) / 30);
  });

  it("balances with Polyak's step, with momentum, and with unequal targets", () => {
    const scores = moeInstance(512, 16, 1);
    const polyak = run(alfLbSteps({ scores, expertsPerToken: 2 }, { schedule: 'polyak' }), { maxIterations: 2000 });
    expect(polyak.maxViolation).toBeLessThan(0.05);
    const smooth = run(
      alfLbSteps({ scores, expertsPerToken: 2 }, { update: 'proportional', schedule: 'square-root', momentum: 0.5 }),
      { maxIterations: 2000 },
    );
    expect(smooth.status).toBe('converged');
    const capacities = Int32Array.from({ length: 16 }, (_, k) => (k < 8 ? 96 : 32));
    const unequal = run(
      alfLbSteps({ scores, expertsPerToken: 2, capacities }, { update: 'proportional', schedule: 'harmonic' }),
      { maxIterations: 3000 },
    );
    expect(unequal.loads.every((load, k) => Math.abs(load - capacities[k]) <= 2)).toBe(true);
  });
});

describe('a run that oscillates', () => {
  it('is stalled, and says what to change', () => {
    const problem = { scores: moeInstance(512, 16, 1), expertsPerToken: 2 };
    const outcome = run(alfLbSteps(problem, { stepSize: 0.05, patience: 50 }));
    expect(outcome.status).toBe('stalled');
    expect(outcome.reason).toContain('let steps shrink');
  });
});
