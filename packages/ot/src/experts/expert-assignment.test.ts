import { InvalidInputError, run } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { linearAssignment } from '../assignment/linear-assignment.ts';

import { assignmentOracle } from '../testing/assignment-program.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { assignExperts } from './assign-experts.ts';
import type { ExpertAssignment, ExpertRouting } from './expert-assignment.ts';
import { expertAuctionSteps } from './expert-auction.ts';
import { createExpertBalancer } from './expert-balancer.ts';
import { coordinateDualSteps } from './expert-coordinate-dual.ts';
import { moeInstance } from './expert-instances.ts';
import { topKRoute } from './expert-routing.ts';
import { expertShortestPathsSteps } from './expert-shortest-paths.ts';

/** The specification's instances: sizes, optimum, greedy affinity and greedy violation. */
const reference = [
  [512, 16, 2, 1, 798.9944100052148, 900.5718426067, 1.9375],
  [512, 16, 1, 2, 424.8662450948515, 483.3344856128, 11.6875],
  [2048, 64, 6, 3, 9571.859349653845, 10850.417689931, 5.630208333333333],
] as const;

const exactMethods = ['coordinate-dual', 'shortest-paths'] as const;

let lp: (problem: ExpertAssignment) => number;
let programs: { problem: ExpertAssignment; optimum: number }[];
beforeAll(async () => {
  lp = await assignmentOracle();
  programs = [
    [256, 16, 3, 4],
    [512, 8, 2, 5],
    [60, 7, 3, 6],
  ].map(([T, E, expertsPerToken, seed]) => {
    const problem = { scores: moeInstance(T, E, seed), expertsPerToken };
    return { problem, optimum: lp(problem) };
  });
});

/** The greatest affinity over all routings, token by token. */
function bruteForce({ scores, expertsPerToken }: ExpertAssignment, capacities: Int32Array): number {
  const { rows, cols, values } = scores;
  const choices = Array.from({ length: 2 ** cols }, (_, set) => set).filter(
    (set) => Array.from({ length: cols }, (_, k) => (set >> k) & 1).reduce((a, b) => a + b, 0) === expertsPerToken,
  );
  const search = (token: number, left: Int32Array): number => {
    if (token === rows) return 0;
    let best = -Infinity;
    for (const set of choices) {
      const rest = left.slice();
      let affinity = 0;
      for (let k = 0; k < cols; k++) {
        if (!((set >> k) & 1)) continue;
        rest[k]--;
        affinity += values[token * cols + k];
      }
      if (rest.every((room) => room >= 0)) best = Math.max(best, affinity + search(token + 1, rest));
    }
    return best;
  };
  return search(0, capacities);
}

/** The tokens of a batch, so many times. */
function repeated({ rows, cols, values }: DenseMatrix, times: number): DenseMatrix {
  const all = new Float64Array(times * values.length);
  for (let k = 0; k < times; k++) all.set(values, k * values.length);
  return { rows: times * rows, cols, values: all };
}

/** Expects K different experts a token, loads that fit, and the affinity and dual value that are claimed. */
function expectOptimal(problem: ExpertAssignment, solution: ExpertRouting, capacities: Int32Array, optimum: number) {
  const { scores, expertsPerToken } = problem;
  const loads = new Int32Array(scores.cols);
  let affinity = 0;
  for (let i = 0; i < scores.rows; i++) {
    const experts = solution.experts.subarray(solution.tokenPointers[i], solution.tokenPointers[i + 1]);
    expect(new Set(experts).size).toBe(expertsPerToken);
    for (const k of experts) {
      loads[k]++;
      affinity += scores.values[i * scores.cols + k];
    }
  }
  expect(Array.from(solution.loads)).toEqual(Array.from(loads));
  expect(loads.every((load, k) => load <= capacities[k])).toBe(true);
  const rounding = 1e-12 * Math.max(1, Math.abs(optimum));
  expect(Math.abs(affinity - optimum)).toBeLessThanOrEqual(rounding);
  expect(Math.abs(solution.affinity - optimum)).toBeLessThanOrEqual(rounding);
  expect(Math.abs(solution.dualValue - optimum)).toBeLessThanOrEqual(20 * rounding);
}

/** Small problems with any room to spare; scores may tie. */
const problems = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 4 }), fc.nat(10_000), fc.boolean())
  .chain(([rows, cols, seed, tied]) =>
    fc.tuple(fc.integer({ min: 1, max: cols - 1 }), fc.nat(3)).map(([expertsPerToken, spare]) => {
      const random = mulberry32(seed);
      const values = Float64Array.from({ length: rows * cols }, () => (tied ? Math.floor(random() * 4) / 4 : 2 * random() - 1));
      const capacities = new Int32Array(cols);
      for (let left = rows * expertsPerToken + spare; left > 0; ) {
        if (capacities.every((capacity) => capacity === rows)) break;
        const k = Math.floor(random() * cols);
        if (capacities[k] === rows) continue;
        capacities[k]++;
        left--;
      }
      return { problem: { scores: { rows, cols, values }, expertsPerToken, capacities }, capacities };
    }),
  );

describe('the instance generator', () => {
  it('gives the reference numbers', () => {
    const random = mulberry32(42);
    expect([random(), random()]).toEqual([0.6011037519201636, 0.44829055899754167]);
    const { values } = moeInstance(512, 16, 1);
    expect(Array.from(values.subarray(0, 3), (value) => value.toFixed(8))).toEqual(['0.54745539', '0.86353133', '0.50628468']);
  });

  it.each(reference)('greedy routing on %i x %i, K = %i, seed %i', (T, E, K, seed, _, affinity, violation) => {
    const scores = moeInstance(T, E, seed);
    const { loads, experts } = topKRoute(scores, K);
    expect(loads.reduce((sum, load) => sum + load, 0)).toBe(K * T);
    let sum = 0;
    for (let at = 0; at < experts.length; at++) sum += scores.values[Math.floor(at / K) * E + experts[at]];
    expect(sum).toBeCloseTo(affinity, 8);
    expect((Math.max(...loads) * E) / (K * T) - 1).toBeCloseTo(violation, 12);
  });
});

describe.each(exactMethods)('%s', (method) => {
  it.each(reference)('finds the reference optimum on %i x %i, K = %i, seed %i', (T, E, K, seed, optimum) => {
    const scores = moeInstance(T, E, seed);
    const capacities = new Int32Array(E).fill((K * T) / E);
    const outcome = assignExperts(scores, K, { method });
    expect(outcome.status).toBe('converged');
    expectOptimal({ scores, expertsPerToken: K }, outcome, capacities, optimum);
  });

  it('equals brute force for any capacities, ties and room to spare included', () => {
    fc.assert(
      fc.property(problems, ({ problem, capacities }) => {
        const outcome = assignExperts(problem.scores, problem.expertsPerToken, { method, capacities });
        expectOptimal(problem, outcome, capacities, bruteForce(problem, capacities));
      }),
      { numRuns: quickOrFull(150, 400) },
    );
  });

  it('equals HiGHS on instances of up to 4096 scores', () => {
    for (const { problem, optimum } of programs) {
      const { affinity } = assignExperts(problem.scores, problem.expertsPerToken, { method });
      expect(affinity).toBeCloseTo(optimum, 6);
    }
  });

  it('solves quantised scores, whose ties no single bias can part', () => {
    const { rows, cols, values } = moeInstance(256, 8, 7);
    const scores = { rows, cols, values: values.map((value) => Math.round(value * 8) / 8) };
    const outcome = assignExperts(scores, 2, { method });
    expectOptimal({ scores, expertsPerToken: 2 }, outcome, new Int32Array(8).fill(64), lp({ scores, expertsPerToken: 2 }));
  });

  it('solves one token, two experts, and scores of very different scale', () => {
    const one = assignExperts({ rows: 1, cols: 2, values: Float64Array.of(0, 1) }, 1, {
      method,
      capacities: Int32Array.of(1, 0),
    });
    expect(Array.from(one.experts)).toEqual([0]);
    const wide = { rows: 3, cols: 3, values: Float64Array.of(1e150, 0, 1e-300, 1e150, 1, 0, 3, 5e-324, 0) };
    const outcome = assignExperts(wide, 1, { method });
    expect(Array.from(outcome.loads)).toEqual([1, 1, 1]);
    expect(Number.isFinite(outcome.dualValue)).toBe(true);
  });
});

describe('coordinate descent by itself', () => {
  it.each(reference)('reaches the optimum within 20 sweeps on %i x %i, K = %i', (T, E, K, seed, optimum) => {
    const problem = { scores: moeInstance(T, E, seed), expertsPerToken: K };
    const outcome = run(coordinateDualSteps(problem, { finishBelow: 0 }), { trace: true });
    expect(outcome.iterations).toBeLessThanOrEqual(20);
    expect(outcome.reason).toContain('every token has its best experts');
    expect(Math.abs(outcome.dualValue - optimum)).toBeLessThan(1e-10 * optimum);
    const values = outcome.trace?.map(({ dualValue }) => dualValue) ?? [];
    for (let n = 1; n < values.length; n++) expect(values[n]).toBeLessThanOrEqual(values[n - 1] + 1e-9);
    expect(outcome.trace?.[2].maxViolation).toBeLessThan(0.1);
  });

  it('is after 5 sweeps where the reference is, and has the optimum after 20', () => {
    const problem = { scores: moeInstance(2048, 64, 3), expertsPerToken: 6 };
    const { trace = [] } = run(coordinateDualSteps(problem, { finishBelow: 0 }), { trace: true });
    expect(trace[5].dualValue - 9571.859349653845).toBeCloseTo(3.5e-4, 5);
    expect(trace[5].maxViolation).toBeCloseTo(0.0052, 4);
    const last = trace[trace.length - 1];
    expect(trace.length).toBeLessThanOrEqual(21);
    expect(last.maxViolation).toBe(0);
    expect(last.dualValue - 9571.859349653845).toBeLessThan(1e-8);
  });

  it('solves the worked example in one step', () => {
    const scores = { rows: 4, cols: 2, values: Float64Array.of(0.9, 0.8, 0.8, 0.5, 0.7, 0.1, 0.6, 0.55) };
    const outcome = run(coordinateDualSteps({ scores, expertsPerToken: 1 }, { finishBelow: 0 }), {});
    expect(outcome.iterations).toBe(1);
    expect(Array.from(outcome.bias, (value) => value.toFixed(12))).toEqual(['-0.100000000000', '0.100000000000']);
    expect(outcome.dualValue).toBeCloseTo(2.85, 12);
  });

  it('pauses within a sweep over millions of scores, when half of the experts have had their turn', () => {
    const problem = { scores: repeated(moeInstance(2 ** 10, 256, 5), 16), expertsPerToken: 2 };
    const { bias, iterations } = run(coordinateDualSteps(problem), { maxIterations: 1 });
    const had = bias.findLastIndex((value) => value !== bias[255]) + 1;
    expect([had, iterations]).toEqual([128, 1]);
    // Of a sweep over fewer scores nothing is shown before its end.
    const small = { scores: moeInstance(2 ** 10, 64, 5), expertsPerToken: 2 };
    const sweep = run(coordinateDualSteps(small), { maxIterations: 1 }).bias;
    expect(new Set(sweep).size).toBeGreaterThan(60);
  });

  it('gains from a warm start', () => {
    const scores = moeInstance(512, 16, 1);
    const problem = { scores, expertsPerToken: 2 };
    const { bias } = run(coordinateDualSteps(problem));
    const again = run(coordinateDualSteps(problem, { initialBias: bias }), { trace: true });
    expect(again.iterations).toBeLessThanOrEqual(1);
    expect(again.trace?.[0].overload).toBeLessThan(16);
  });
});

describe('shortest paths', () => {
  it('pause between the millions of moves that they weigh, before any token has moved', () => {
    // A move of each of T K tokens to each of E experts, 2^24 of them between two pauses.
    const problem = { scores: repeated(moeInstance(2 ** 10, 256, 5), 16), expertsPerToken: 8 };
    const overloads: number[] = [];
    const { status } = run(expertShortestPathsSteps(problem), {
      maxIterations: 1,
      onIteration: ({ overload }) => overloads.push(overload),
    });
    expect(status).toBe('iteration-limit');
    expect(overloads[0]).toBeGreaterThan(1000);
    expect(overloads[1]).toBe(overloads[0]);
  });
});

describe('worked example 2', () => {
  it('omits one expert a token', () => {
    const scores = { rows: 3, cols: 3, values: Float64Array.of(0.9, 0.6, 0.3, 0.8, 0.7, 0.1, 0.9, 0.5, 0.4) };
    const { experts, affinity } = assignExperts(scores, 2, { method: 'shortest-paths' });
    expect(affinity).toBeCloseTo(3.7, 12);
    expect(Array.from(experts)).toEqual([1, 2, 0, 1, 0, 2]);
  });
});

describe('the auction', () => {
  it('reaches the reference optimum', () => {
    const scores = moeInstance(512, 16, 2);
    const outcome = run(expertAuctionSteps({ scores, expertsPerToken: 1 }));
    expect(outcome.affinity).toBeCloseTo(424.8662450948515, 9);
    expect(outcome.dualValue - outcome.affinity).toBeLessThanOrEqual(1.1e-6);
  });

  it('stays within T epsilon of brute force, with room to spare too', () => {
    fc.assert(
      fc.property(problems, ({ problem, capacities }) => {
        fc.pre(problem.expertsPerToken === 1);
        const epsilon = 1e-3;
        const outcome = run(expertAuctionSteps(problem, { epsilon }));
        const optimum = bruteForce(problem, capacities);
        expect(outcome.loads.every((load, k) => load <= capacities[k])).toBe(true);
        expect(outcome.affinity).toBeGreaterThanOrEqual(optimum - problem.scores.rows * epsilon - 1e-12);
        expect(outcome.affinity).toBeLessThanOrEqual(optimum + 1e-12);
        expect(outcome.dualValue).toBeGreaterThanOrEqual(optimum - 1e-12);
      }),
      { numRuns: quickOrFull(100, 200) },
    );
  });

  it('agrees with linear assignment on copies of the experts', () => {
    const [T, E] = [96, 8];
    const { values } = moeInstance(T, E, 9);
    const copies = Float64Array.from({ length: T * T }, (_, at) => values[Math.floor(at / T) * E + (at % E)]);
    const optimum = linearAssignment({ rows: T, cols: T, values: copies }, { maximize: true }).cost;
    const scores = { rows: T, cols: E, values };
    expect(run(expertAuctionSteps({ scores, expertsPerToken: 1 })).affinity).toBeCloseTo(optimum, 5);
    expect(assignExperts(scores, 1).affinity).toBeCloseTo(optimum, 10);
  });

  it('takes one expert a token only', () => {
    expect(() => assignExperts(moeInstance(8, 4, 1), 2, { method: 'auction' })).toThrow('expertsPerToken');
  });
});

describe('duality', () => {
  it('bounds every routing by every bias, and biases may be shifted', () => {
    fc.assert(
      fc.property(problems, fc.nat(1000), ({ problem, capacities }, seed) => {
        const random = mulberry32(seed);
        const initialBias = Float64Array.from({ length: problem.scores.cols }, () => 2 * random() - 1);
        const start = run(coordinateDualSteps(problem, { initialBias }), { maxIterations: 0 });
        const shifted = initialBias.map((value) => value + 3);
        const other = run(coordinateDualSteps(problem, { initialBias: shifted }), { maxIterations: 0 });
        expect(start.dualValue).toBeGreaterThanOrEqual(bruteForce(problem, capacities) - 1e-12);
        expect(other.dualValue).toBeCloseTo(start.dualValue, 10);
      }),
      { numRuns: quickOrFull(100, 200) },
    );
  });

  it('has the loads as its slope, away from ties', () => {
    const scores = moeInstance(64, 6, 3);
    const value = (bias: Float64Array) =>
      run(coordinateDualSteps({ scores, expertsPerToken: 2, capacities: new Int32Array(6).fill(22) }, { initialBias: bias }), {
        maxIterations: 0,
      }).dualValue;
    const bias = Float64Array.of(0.1, 0, -0.2, 0.05, 0.3, 0);
    const { loads } = topKRoute(scores, 2, bias);
    // The dearest bias has the spare room, 4 tokens, on top.
    for (const k of [0, 1, 2, 3, 5]) {
      const step = (size: number) => bias.map((entry, j) => entry + (j === k ? size : 0));
      expect((value(step(1e-7)) - value(step(-1e-7))) / 2e-7).toBeCloseTo(loads[k] - 22, 4);
    }
  });
});

describe('a batch without tokens', () => {
  const none = { rows: 0, cols: 3, values: new Float64Array(0) };

  it.each(['coordinate-dual', 'shortest-paths', 'auction', 'alf-lb', 'sinkhorn', 'expert-choice'] as const)(
    'has an empty routing by %s',
    (method) => {
      const outcome = assignExperts(none, 1, { method });
      expect(outcome).toMatchObject({ status: 'converged', affinity: 0, dualValue: 0, maxViolation: 0 });
      expect([outcome.experts.length, Array.from(outcome.loads)]).toEqual([0, [0, 0, 0]]);
    },
  );

  it('is routed, and leaves a balancer as it was', () => {
    expect(topKRoute(none, 2)).toMatchObject({ experts: new Int32Array(0), loads: new Int32Array(3) });
    for (const method of ['alf-lb', 'coordinate-dual'] as const) {
      const balancer = createExpertBalancer({ experts: 3, expertsPerToken: 1, method });
      balancer.route({ rows: 2, cols: 3, values: Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.1, 0.3) });
      const before = balancer.state();
      expect(balancer.route(none)).toMatchObject({ maxViolation: 0, dualValue: 0 });
      expect(balancer.state()).toEqual(before);
    }
  });

  it('is still checked', () => {
    expect(() => assignExperts({ ...none, cols: 0 }, 1)).toThrow('scores');
    expect(() => assignExperts(none, 3)).toThrow('expertsPerToken');
    expect(() => assignExperts(none, 1, { capacities: Int32Array.of(1, 0, 0) })).toThrow('capacities');
  });
});

describe('the check of scores', () => {
  it('finds what is not finite or too large at every place, and takes what is not', () => {
    for (const cols of [3, 4, 7, 16]) {
      for (let at = 0; at < cols; at++) {
        const filled = (value: number) => ({
          rows: 1,
          cols,
          values: new Float64Array(cols).map((_, k) => (k === at ? value : 0.5)),
        });
        for (const value of [2 ** 500, -(2 ** 500), 5e-324, -0]) {
          expect(topKRoute(filled(value), 1).experts.length).toBe(1);
        }
        for (const value of [Number.NaN, Infinity, -Infinity, 1.0001 * 2 ** 500, -1e300]) {
          expect(() => topKRoute(filled(value), 1)).toThrow(`index ${at}`);
        }
      }
    }
    const single = { rows: 1, cols: 2, values: Float32Array.of(1e38, -1e-45) };
    expect(topKRoute(single, 1).experts[0]).toBe(0);
    expect(() => topKRoute({ ...single, values: Float32Array.of(0, Infinity) }, 1)).toThrow('scores');
  });
});

describe('bad input', () => {
  const scores = { rows: 2, cols: 3, values: new Float64Array(6) };
  it.each([
    ['scores', () => assignExperts({ ...scores, values: Float64Array.of(0, 0, 0, 0, Number.NaN, 0) }, 1)],
    ['expertsPerToken', () => assignExperts(scores, 3)],
    ['expertsPerToken', () => assignExperts(scores, 0)],
    ['capacities', () => assignExperts(scores, 1, { capacities: Int32Array.of(1, 0, 0) })],
    ['capacities', () => assignExperts(scores, 1, { capacities: Int32Array.of(3, 0, 0) })],
    ['initialBias', () => assignExperts(scores, 1, { initialBias: new Float64Array(2) })],
    ['method', () => assignExperts(scores, 1, { method: 'simplex' as 'auction' })],
    ['epsilon', () => assignExperts(scores, 1, { method: 'auction', epsilon: 0 })],
    ['temperature', () => assignExperts(scores, 1, { method: 'sinkhorn', temperature: -1 })],
    ['step', () => assignExperts(scores, 1, { method: 'alf-lb', alfLb: { stepSize: 0 } })],
  ] as const)('names %s', (argument, call) => {
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(argument);
  });
});
