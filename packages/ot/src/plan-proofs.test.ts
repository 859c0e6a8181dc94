// What is called proved of plans is true: exponentials against exact ones, gaps against all assignments, Fenchel's gaps against
// better plans.
import { Random } from '@infimum/core';
import { exp, interval } from '@infimum/rigor';
import { describe, expect, it } from 'vitest';
import { check as checkBarycenter } from './barycenters/barycenter-checker.ts';
import { sinkhorn } from './entropic/sinkhorn.ts';
import { check as checkEntropic } from './entropic-transport-checker.ts';
import { emd } from './exact/network-simplex.ts';
import { check as checkExperts } from './experts/expert-checker.ts';
import { check as checkGromov } from './gromov/gromov-checker.ts';
import { divergence, EXPONENTIAL_SHARE, exponential } from './plan-checker.ts';
import type { TransportPlan } from './transport.ts';
import { check } from './transport-checker.ts';
import { certify } from './transport-prover.ts';
import { check as checkUnbalanced } from './unbalanced/unbalanced-checker.ts';
import { certify as certifyUnbalanced } from './unbalanced/unbalanced-prover.ts';
import { unbalancedSinkhorn } from './unbalanced/unbalanced-sinkhorn.ts';

const uniform = (n: number) => new Float64Array(n).fill(1);

const potentialsOf = ({ sourcePotential, targetPotential }: Pick<TransportPlan, 'sourcePotential' | 'targetPotential'>) => ({
  source: sourcePotential,
  target: targetPotential,
});

/** Costs of an assignment problem in whole numbers, and the least of all assignments. */
function assignment(n: number, random: Random) {
  const values = Float64Array.from({ length: n * n }, () => random.integer(20) - 5);
  const cheapest = (row: number, taken: number): number => {
    if (row === n) return 0;
    let best = Infinity;
    for (let j = 0; j < n; j++)
      if (!(taken & (1 << j))) best = Math.min(best, values[row * n + j] + cheapest(row + 1, taken | (1 << j)));
    return best;
  };
  return { cost: { rows: n, cols: n, values }, least: cheapest(0, 0) };
}

describe('exponentials of checkers', () => {
  it('are within their share of the real ones', () => {
    const random = new Random(1);
    for (let turn = 0; turn < 20_000; turn++) {
      const x = (random.uniform() - 0.5) * 2 * (turn % 3 === 0 ? 700 : turn % 3 === 1 ? 10 : 1e-3);
      const value = exponential(x);
      const { lower, upper } = exp(interval(x));
      expect(value * (1 + EXPONENTIAL_SHARE) >= upper && value * (1 - EXPONENTIAL_SHARE) <= lower, String(x)).toBe(true);
    }
  });

  it('bound divergences from above', () => {
    const random = new Random(2);
    for (let turn = 0; turn < 2000; turn++) {
      const [p, x] = [random.uniform() ** 4, 20 * random.uniform() - 18];
      const q = Math.exp(x);
      const truth = p === 0 ? q : p * Math.log(p / q) - p + q;
      expect(divergence(p, 0, x, 0, 1, 0)).toBeGreaterThanOrEqual(truth - 1e-14);
    }
    expect(divergence(1e-300, 0, -690, 0, 1, 0)).toBeLessThan(1e-259);
    expect(divergence(1, 0, 701, 0, 1, 0)).toBe(Infinity);
    expect(divergence(1, 0, Number.NaN, 0, 1, 0)).toBe(Infinity);
  });
});

describe('proofs about plans', () => {
  it('enclose the cost of the cheapest of all assignments, whatever the plan and the potentials', () => {
    const random = new Random(3);
    for (let turn = 0; turn < 150; turn++) {
      const n = 1 + random.integer(6);
      const { cost, least } = assignment(n, random);
      const instance = { a: uniform(n), b: uniform(n), cost, epsilon: 1 };
      const best = emd(instance.a, instance.b, cost);
      const verdict = check(instance, best, certify(instance, best));
      expect(verdict).toMatchObject({ proved: true, figures: { marginalError: { lower: 0 } } });
      if (!verdict.proved) continue;
      expect(verdict.figures['gap'].upper).toBeLessThan(1e-11);
      expect(verdict.figures['optimum'].lower).toBeLessThanOrEqual(least);
      expect(verdict.figures['optimum'].upper).toBeGreaterThanOrEqual(least);
      // Any potentials, and a permutation that is not the best.
      const source = random.normals(new Float64Array(n));
      const order = random.permutation(n);
      const values = new Float64Array(n * n);
      for (let i = 0; i < n; i++) values[i * n + order[i]] = 1;
      const worth = order.reduce((sum, j, i) => sum + cost.values[i * n + j], 0);
      const other = check(instance, { ...best, plan: { rows: n, cols: n, values } }, { source });
      expect(other.proved && other.figures['gap'].upper).toBeGreaterThanOrEqual(worth - least);
    }
  });

  it('refuse what is no plan and no potential', () => {
    const half = Float64Array.of(0.5, 0.5);
    const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
    const instance = { a: half, b: half, cost, epsilon: 1 };
    const best = emd(half, half, cost);
    for (const witness of [
      null,
      1,
      {},
      { source: [0] },
      { source: [0, Number.NaN] },
      { source: [0, Infinity] },
      { source: '00' },
    ])
      expect(check(instance, best, witness).proved).toBe(false);
    const plans = [
      { rows: 2, cols: 2, values: Float64Array.of(0.5, 0, 0) },
      { rows: 2, cols: 2, values: Float64Array.of(0.5, -1e-300, 0, 0.5) },
      { rows: 2, cols: 2, values: Float64Array.of(0.5, Number.NaN, 0, 0.5) },
      { rows: 2, cols: 2, values: Float64Array.of(1), rowPointers: Int32Array.of(0, 2, 1), columnIndices: Int32Array.of(0) },
      { rows: 2, cols: 2, values: Float64Array.of(1), rowPointers: Int32Array.of(0, 1, 1), columnIndices: Int32Array.of(2) },
    ];
    for (const plan of plans) expect(check(instance, { ...best, plan }, { source: [0, 0] }).proved).toBe(false);
  });

  it('of entropic plans hold for the plan of a looser tolerance too', () => {
    const random = new Random(4);
    for (let turn = 0; turn < 20; turn++) {
      const n = 2 + random.integer(8);
      const values = random.uniforms(new Float64Array(n * n));
      const instance = { a: uniform(n), b: uniform(n), cost: { rows: n, cols: n, values }, epsilon: 0.05 };
      const objective = (plan: { values: Float64Array }) =>
        plan.values.reduce((sum, p, k) => sum + p * values[k] + (p > 0 ? 0.05 * p * Math.log(p) : 0), 0);
      const plan = sinkhorn(instance.a, instance.b, instance.cost, { epsilon: 0.05, tolerance: 1e-13 });
      const verdict = checkEntropic(instance, plan, potentialsOf(plan));
      expect(verdict.proved && verdict.figures['entropicGap'].upper).toBeLessThan(1e-12);
      // Mass moved around a cycle keeps the marginals; what it costs more must be within the gap of the same potentials.
      const moved = plan.plan.values.slice();
      const mass = 0.5 * Math.min(moved[0], moved[n + 1]);
      for (const [k, sign] of [
        [0, -1],
        [n + 1, -1],
        [1, 1],
        [n, 1],
      ])
        moved[k] += sign * mass;
      const other = checkEntropic(instance, { ...plan, plan: { ...plan.plan, values: moved } }, potentialsOf(plan));
      const excess = objective({ values: moved }) - objective(plan.plan as { values: Float64Array });
      expect(other.proved && other.figures['entropicGap'].upper).toBeGreaterThanOrEqual(excess - 1e-12);
    }
  });

  it('of unbalanced plans bound what any other plan can gain', () => {
    const random = new Random(5);
    for (let turn = 0; turn < 20; turn++) {
      const n = 2 + random.integer(5);
      const [a, b] = [random.uniforms(new Float64Array(n)), random.uniforms(new Float64Array(n))].map((w) =>
        w.map((v) => v + 0.1),
      );
      const cost = { rows: n, cols: n, values: random.uniforms(new Float64Array(n * n)) };
      const instance = { a, b, cost, marginalPenalty: 0.5, epsilon: 0.1 };
      const kl = (p: number, q: number) => (p > 0 ? p * Math.log(p / q) : 0) - p + q;
      const objective = (values: Float64Array) => {
        let sum = 0;
        for (let i = 0; i < n; i++) {
          sum +=
            0.5 *
            kl(
              values.subarray(i * n, (i + 1) * n).reduce((s, v) => s + v, 0),
              a[i],
            );
          sum +=
            0.5 *
            kl(
              a.reduce((s, _, k) => s + values[k * n + i], 0),
              b[i],
            );
          for (let j = 0; j < n; j++)
            sum += values[i * n + j] * cost.values[i * n + j] + 0.1 * kl(values[i * n + j], a[i] * b[j]);
        }
        return sum;
      };
      const best = unbalancedSinkhorn(a, b, cost, { marginalPenalty: 0.5, epsilon: 0.1, tolerance: 1e-12 });
      const values = best.plan.values.map((mass) => mass * (1 + 0.1 * random.uniform()));
      const rough = { ...best, plan: { ...best.plan, values } };
      const [tight, loose] = [best, rough].map((plan) => checkUnbalanced(instance, plan, certifyUnbalanced(instance, plan)));
      expect(tight.proved && tight.figures['gap'].upper).toBeLessThan(1e-10);
      expect(loose.proved && loose.figures['gap'].upper).toBeGreaterThanOrEqual(
        objective(values) - objective(best.plan.values) - 1e-12,
      );
    }
  });

  it('bound the affinity of all routings', () => {
    const random = new Random(6);
    for (let turn = 0; turn < 100; turn++) {
      const { cost, least } = assignment(1 + random.integer(5), random);
      const n = cost.rows;
      if (n < 2) continue;
      const problem = { scores: { ...cost, values: cost.values.map((v) => -v) }, expertsPerToken: 1 };
      const order = random.permutation(n);
      const routing = { tokenPointers: Int32Array.from({ length: n + 1 }, (_, i) => i), experts: Int32Array.from(order) };
      const verdict = checkExperts(problem, routing as never, { bias: random.normals(new Float64Array(n)) });
      const worth = -order.reduce((sum, k, i) => sum + cost.values[i * n + k], 0);
      expect(verdict.proved && verdict.figures['optimum'].upper).toBeGreaterThanOrEqual(-least);
      expect(verdict.proved && verdict.figures['keptAffinity'].lower).toBeLessThanOrEqual(worth);
      expect(verdict.proved && verdict.figures['gap'].upper).toBeGreaterThanOrEqual(-least - worth);
    }
  });

  it('bound what any other distribution is nearer to the histograms of barycentres', () => {
    const random = new Random(7);
    const [n, count, epsilon] = [4, 3, 0.3];
    const kernel = (i: number, j: number) => Math.exp(-(((i - j) / (n - 1)) ** 2) / epsilon);
    for (let turn = 0; turn < 40; turn++) {
      const f = random.normals(new Float64Array(count * n)).map((value) => 0.2 * value - 0.4);
      const h = random.uniforms(new Float64Array(n)).map((value) => value + 0.01);
      // Row sums of the plans of the witness, and the objective of what iterated projections on them find.
      const s = Array.from({ length: count }, (_, k) =>
        h.map((_, j) => h.reduce((sum, _, i) => sum + Math.exp(f[k * n + i] / epsilon) * kernel(i, j), 0)),
      );
      const rows = new Float64Array(count * n);
      for (let k = 0; k < count; k++)
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) rows[k * n + i] += (Math.exp(f[k * n + i] / epsilon) * kernel(i, j) * h[j]) / s[k][j];
      const costTo = (q: Float64Array, k: number) => {
        let [u, v] = [new Float64Array(n).fill(1), new Float64Array(n).fill(1)];
        for (let step = 0; step < 400; step++) {
          v = q.map((mass, j) => mass / u.reduce((sum, value, i) => sum + value * kernel(i, j), 0));
          u = u.map((_, i) => rows[k * n + i] / v.reduce((sum, value, j) => sum + value * kernel(i, j), 0));
        }
        const own = rows.subarray(k * n, (k + 1) * n);
        return (
          epsilon *
          (own.reduce((sum, mass, i) => sum + mass * Math.log(u[i]), 0) +
            q.reduce((sum, mass, j) => sum + mass * Math.log(v[j]), 0))
        );
      };
      const objective = (q: Float64Array) => [0, 1, 2].reduce((sum, k) => sum + costTo(q, k) / count, 0);
      const instance = { histograms: { rows: count, cols: n, values: rows }, rows: 1, cols: n, epsilon, debiased: false };
      const verdict = checkBarycenter(instance, { barycenter: h, marginalError: 0 }, { potentials: f });
      expect(verdict.proved && verdict.figures['marginalError'].upper).toBeLessThan(1e-12);
      const mass = h.reduce((sum, value) => sum + value, 0);
      const mean = h.map((_, j) => Math.exp(s.reduce((sum, of) => sum + Math.log(of[j]) / count, 0)));
      const scale = mass / mean.reduce((sum, value) => sum + value, 0);
      const excess = objective(h) - objective(mean.map((value) => value * scale));
      expect(verdict.proved && verdict.figures['gap'].upper).toBeGreaterThanOrEqual(excess - 1e-10);
      // The bound is the divergence itself.
      const divergenceOf = h.reduce((sum, p, j) => sum + p * Math.log(p / mean[j]) - p + mean[j], 0);
      expect(verdict.proved && verdict.figures['gap'].upper).toBeGreaterThanOrEqual(epsilon * divergenceOf - 1e-12);
      // Other histograms are named by their distance.
      const other = { ...instance, histograms: { ...instance.histograms, values: rows.map((value) => value + 0.1) } };
      const far = checkBarycenter(other, { barycenter: h, marginalError: 0 }, { potentials: f });
      expect(far.proved && far.figures['marginalError'].upper).toBeCloseTo(0.4, 10);
    }
  });

  it('enclose distortions in whole numbers, and the slope towards every permutation', () => {
    const random = new Random(8);
    for (let turn = 0; turn < 60; turn++) {
      const n = 2 + random.integer(3);
      const space = () => {
        const values = new Float64Array(n * n);
        for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) values[i * n + j] = values[j * n + i] = random.integer(9);
        return { rows: n, cols: n, values };
      };
      const [first, second] = [space(), space()];
      const identity = Float64Array.from({ length: n * n }, (_, k) => Number(k % (n + 1) === 0));
      const term = (t: Float64Array, u: Float64Array) => {
        let sum = 0;
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++)
            for (let k = 0; k < n; k++)
              for (let l = 0; l < n; l++)
                sum += (first.values[i * n + k] - second.values[j * n + l]) ** 2 * t[i * n + j] * u[k * n + l];
        return sum;
      };
      const instance = { first, second, a: uniform(n), b: uniform(n), epsilon: 1 };
      const plan = { plan: { rows: n, cols: n, values: identity }, distortion: 0, marginalError: 0 };
      const verdict = checkGromov(instance, plan, { source: random.normals(new Float64Array(n)) });
      expect(verdict).toMatchObject({ proved: true, figures: { marginalError: { lower: 0 } } });
      if (!verdict.proved) continue;
      const { lower, upper } = verdict.figures['distortion'];
      const truth = term(identity, identity);
      expect(lower <= truth && truth <= upper && upper - lower < 1e-10).toBe(true);
      const order = random.permutation(n);
      const other = Float64Array.from({ length: n * n }, (_, k) => Number(order[Math.floor(k / n)] === k % n));
      expect(verdict.figures['slope'].upper).toBeGreaterThanOrEqual(2 * (truth - term(identity, other)));
    }
  });
});
