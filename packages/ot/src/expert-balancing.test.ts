import { InvalidInputError, run } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignExperts } from './assign-experts.ts';
import { alfLbSteps } from './expert-alf-lb.ts';
import { expertAuxiliaryLossSteps } from './expert-auxiliary-loss.ts';
import { createExpertBalancer } from './expert-balancer.ts';
import { expertChoiceSteps } from './expert-choice.ts';
import { strongConvexity } from './expert-curvature.ts';
import { linearMeans, moeInstance, scoreStream } from './expert-instances.ts';
import { onlineRegret } from './expert-regret.ts';
import { topKRoute } from './expert-routing.ts';
import { expertSinkhornSteps } from './expert-sinkhorn.ts';
import { expertTokenDroppingSteps } from './expert-token-dropping.ts';

const example = { rows: 4, cols: 2, values: Float64Array.of(0.9, 0.8, 0.8, 0.5, 0.7, 0.1, 0.6, 0.55) };

/** Loads of the routing by biased scores, by sorting. */
function sortedRoute(
  { rows, cols, values }: DenseMatrix,
  count: number,
  bias: ArrayLike<number>,
): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: cols }, (_, k) => k)
      .sort((k, j) => values[i * cols + j] + bias[j] - values[i * cols + k] - bias[k] || k - j)
      .slice(0, count),
  );
}

/** d(p) with equal targets, from its definition. */
function dual(scores: DenseMatrix, count: number, bias: ArrayLike<number>): number {
  const target = (scores.rows * count) / scores.cols;
  let sum = 0;
  sortedRoute(scores, count, bias).forEach((experts, i) => {
    for (const k of experts) sum += scores.values[i * scores.cols + k] + bias[k];
  });
  return sum - target * Array.from(bias).reduce((a, b) => a + b, 0);
}

describe('topKRoute', () => {
  it('picks what sorting picks, for any sizes, with ties going to smaller indices', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 37 }),
        fc.nat(1000),
        fc.boolean(),
        (rows, cols, seed, tied) => {
          const raw = moeInstance(rows, cols, seed).values;
          const values = tied ? raw.map((value) => Math.round(value * 4) / 4) : raw;
          const scores = { rows, cols, values };
          const count = 1 + (seed % cols);
          const bias = Float64Array.from({ length: cols }, (_, k) => ((k * seed) % 3) / 4);
          const { experts, loads } = topKRoute(scores, count, bias);
          expect(Array.from(experts)).toEqual(sortedRoute(scores, count, bias).flat());
          expect(loads.reduce((sum, load) => sum + load, 0)).toBe(rows * count);
        },
      ),
    );
  });

  it('takes 32-bit scores, more rows than fit a block, and all experts', () => {
    const { rows, cols, values } = moeInstance(3000, 16, 1);
    const { experts } = topKRoute({ rows, cols, values: Float32Array.from(values) }, 16);
    expect(experts.length).toBe(48_000);
    expect(topKRoute(moeInstance(3000, 16, 1), 3).experts.length).toBe(9000);
  });
});

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

describe('strong convexity', () => {
  // Statement 4: the estimate against central differences of the mean load.
  it('agrees with differences of the mean load within 10 %', () => {
    const [T, E, K, batches] = [64, 8, 2, 1500];
    const all = [...scoreStream({ tokens: T, batches, means: linearMeans(E) }, 5)];
    const merged = new Float64Array(batches * T * E);
    for (const [n, { values }] of all.entries()) merged.set(values, n * T * E);
    const scores = { rows: batches * T, cols: E, values: merged };
    const { bias } = assignExperts(scores, K, { maxIterations: 3 });
    const { laplacian, strongConvexity: modulus } = strongConvexity(scores, K, { bias, bandwidth: 0.01 });
    // One eigenvalue belongs to all biases moving together; those of the others are the modulus and above.
    expect((modulus / scores.rows) * T).toBeGreaterThan(75);
    expect((modulus / scores.rows) * T).toBeLessThan(95);
    for (const k of [0, 3, 7]) {
      const moved = (size: number) => bias.map((value, j) => value + (j === k ? size : 0));
      const up = topKRoute(scores, K, moved(0.02)).loads;
      const down = topKRoute(scores, K, moved(-0.02)).loads;
      const slope = (up[k] - down[k]) / 0.04 / scores.rows;
      expect(Math.abs(laplacian.values[k * E + k] / slope - 1)).toBeLessThan(0.1);
    }
  });

  it('has loads that rise with their biases', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const scores = moeInstance(50, 5, seed);
        const p = moeInstance(1, 5, seed + 1).values;
        const q = moeInstance(1, 5, seed + 2).values;
        const a = topKRoute(scores, 2, p).loads;
        const b = topKRoute(scores, 2, q).loads;
        expect(a.reduce((sum, load, k) => sum + (load - b[k]) * (p[k] - q[k]), 0)).toBeGreaterThanOrEqual(
          -1e-12,
        );
      }),
    );
  });
});

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
      const initialState = JSON.parse(JSON.stringify(first.state()));
      const second = createExpertBalancer({ ...sizes, initialState });
      for (const batch of batches.slice(3)) second.route(batch);
      expect(second.state()).toEqual(whole.state());
    }
  });

  it('balances within two sweeps what sign steps take hundreds of batches for', () => {
    const worst = (method: 'alf-lb' | 'coordinate-dual') => {
      const balancer = createExpertBalancer({ experts: 64, expertsPerToken: 6, method });
      let most = 0;
      for (let n = 0; n < 3; n++)
        most = Math.max(most, balancer.route(moeInstance(2048, 64, 3)).maxViolation);
      return most;
    };
    expect(worst('coordinate-dual')).toBeLessThan(0.06);
    expect(worst('alf-lb')).toBeGreaterThan(2);
  });

  it('follows a drift and bursts', () => {
    const balancer = createExpertBalancer({ experts: 8, expertsPerToken: 2, step: 0.01 });
    const stream = scoreStream({ tokens: 256, batches: 600, means, drift: 0.01, burstShare: 0.1 }, 3);
    const violations = Array.from(stream, (batch) => balancer.route(batch).maxViolation);
    const median = violations.slice(300).sort((a, b) => a - b)[150];
    expect(median).toBeLessThan(0.5);
    expect(violations[0]).toBeGreaterThan(0.5);
  });

  it('keeps unequal shares', () => {
    const shares = Float64Array.of(3, 1, 1, 1, 1, 1);
    const balancer = createExpertBalancer({
      experts: 6,
      expertsPerToken: 1,
      shares,
      method: 'coordinate-dual',
      sweeps: 20,
    });
    const { loads } = balancer.route(moeInstance(800, 6, 2));
    expect(Array.from(loads)).toEqual([300, 100, 100, 100, 100, 100]);
  });

  it.each([
    ['experts', { experts: 1, expertsPerToken: 1 }],
    ['expertsPerToken', { experts: 4, expertsPerToken: 4 }],
    ['step', { experts: 4, expertsPerToken: 1, step: -1 }],
    ['step', { experts: 4, expertsPerToken: 1, step: 'curvature' as const }],
    ['shares', { experts: 2, expertsPerToken: 1, shares: Float64Array.of(1, 0) }],
    ['shares', { experts: 3, expertsPerToken: 2, shares: Float64Array.of(4, 1, 1) }],
    [
      'initialState.bias',
      {
        experts: 2,
        expertsPerToken: 1,
        initialState: { iteration: 0, bias: [0], differences: [0, 0], curvature: 0 },
      },
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

describe('regret', () => {
  // Statement 5, the mean of six runs of 1000 batches of 64 tokens.
  const mean = (options: object) => {
    const batches = 1000;
    const sum = new Float64Array(batches);
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const stream = scoreStream({ tokens: 64, batches, means: linearMeans(8) }, seed);
      const { regret } = onlineRegret(stream, {
        experts: 8,
        expertsPerToken: 2,
        update: 'proportional',
        ...options,
      });
      regret.forEach((value, n) => {
        sum[n] += value / 6;
      });
    }
    return sum;
  };

  it('is logarithmic for harmonic steps of one over the curvature', () => {
    const regret = mean({ schedule: 'harmonic', step: 1 / 87 });
    // G²/(2 mu) = 0.557 bounds the slope in ln n.
    expect((regret[999] - regret[99]) / Math.log(10)).toBeLessThan(0.9);
    expect(regret[99]).toBeLessThan(14);
  });

  it('is logarithmic when the curvature is estimated on the way', () => {
    const regret = mean({ schedule: 'harmonic', step: 'curvature' });
    expect((regret[999] - regret[99]) / Math.log(10)).toBeLessThan(1.2);
  });

  it('is linear for constant steps', () => {
    const batches = [...scoreStream({ tokens: 64, batches: 2000, means: linearMeans(8) }, 1)];
    const { fits, regret } = onlineRegret(batches, {
      experts: 8,
      expertsPerToken: 2,
      update: 'proportional',
      step: 0.002,
    });
    expect(fits.linear.r2).toBeGreaterThan(fits.logarithmic.r2);
    expect(fits.linear.r2).toBeGreaterThan(0.98);
    expect(regret[1999]).toBeGreaterThan(90);
  });

  it('compares with the best biases: none has a smaller total loss', () => {
    const batches = [...scoreStream({ tokens: 40, batches: 20, means: linearMeans(4) }, 2)];
    const { bestBias } = onlineRegret(batches, { experts: 4, expertsPerToken: 1 });
    const loss = (bias: ArrayLike<number>) => batches.reduce((sum, batch) => sum + dual(batch, 1, bias), 0);
    const best = loss(bestBias);
    for (let k = 0; k < 4; k++) {
      for (const size of [-0.01, 0.01]) {
        expect(loss(bestBias.map((value, j) => value + (j === k ? size : 0)))).toBeGreaterThan(best);
      }
    }
  });
});

describe('Sinkhorn routing', () => {
  it.each([
    [0.1, 0.27, 800.552],
    [0.01, 0.079, 799.0377],
    [0.002, 0.032, 799.0015],
  ])(
    'capped at temperature %d has the reference violation and dual value',
    (temperature, violation, value) => {
      const problem = { scores: moeInstance(512, 16, 1), expertsPerToken: 2 };
      const outcome = run(expertSinkhornSteps(problem, { temperature }), { maxIterations: 40 });
      expect(outcome.maxViolation).toBeLessThan(violation);
      expect(Math.abs(outcome.dualValue - value)).toBeLessThan(0.01);
    },
  );

  it('without the cap equals it for one expert a token in the limit', () => {
    const problem = { scores: moeInstance(128, 8, 4), expertsPerToken: 1 };
    const optimum = assignExperts(problem.scores, 1).affinity;
    const outcome = run(expertSinkhornSteps(problem, { temperature: 0.002, capped: false }), {
      maxIterations: 5000,
    });
    expect(outcome.dualValue - optimum).toBeGreaterThanOrEqual(-1e-9);
    expect(outcome.dualValue - optimum).toBeLessThan(0.1);
  });
});

describe('baselines', () => {
  it('expert choice is balanced and leaves as many tokens without an expert as the reference', () => {
    for (const [T, E, K, seed, without] of [
      [512, 16, 2, 1, 70],
      [512, 16, 1, 2, 174],
      [2048, 64, 6, 3, 4],
    ]) {
      const { loads, tokenPointers } = run(
        expertChoiceSteps({ scores: moeInstance(T, E, seed), expertsPerToken: K }),
      );
      expect(loads.every((load) => load === (T * K) / E)).toBe(true);
      let none = 0;
      for (let i = 0; i < T; i++) if (tokenPointers[i + 1] === tokenPointers[i]) none++;
      expect(none).toBe(without);
    }
  });

  it('token dropping keeps the best tokens of the greedy routing', () => {
    const scores = { rows: 3, cols: 2, values: Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.7, 0.3) };
    const { experts, tokenPointers } = run(
      expertTokenDroppingSteps({ scores, expertsPerToken: 1 }, { capacityFactor: 1 }),
    );
    expect([Array.from(tokenPointers), Array.from(experts)]).toEqual([
      [0, 1, 2, 2],
      [0, 0],
    ]);
  });

  it('the auxiliary loss balances at the cost of affinity, and its gradient is that of the loss', () => {
    const problem = { scores: moeInstance(512, 16, 1), expertsPerToken: 2 };
    const after = (weight: number) =>
      run(expertAuxiliaryLossSteps(problem, { weight, learningRate: 5 }), { maxIterations: 400 });
    const [none, some] = [after(0), after(0.1)];
    expect(none.maxViolation).toBeGreaterThan(1.5);
    expect(some.maxViolation).toBeLessThan(none.maxViolation / 2);
  });

  it('wants scores between 0 and 1 for the auxiliary loss', () => {
    const scores = { rows: 1, cols: 2, values: Float64Array.of(1, 0.5) };
    expect(() => run(expertAuxiliaryLossSteps({ scores, expertsPerToken: 1 }))).toThrow(
      'scores: is 1 at index 0',
    );
  });
});
