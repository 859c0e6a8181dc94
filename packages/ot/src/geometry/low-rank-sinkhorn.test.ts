import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { gaussianCloudPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { highsOracle } from '../testing/linear-program.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { squaredEuclideanFactors } from './cost-factors.ts';
import type { LowRankPlan } from './low-rank-descent.ts';
import { lowRankSinkhorn } from './low-rank-sinkhorn.ts';

const { x, y } = gaussianCloudPoints(30, 4);
const factors = squaredEuclideanFactors(x, y);
const cost = costMatrix(x, y);
const [a, b] = [weights(30, 1), weights(30, 2)];

function weights(length: number, seed: number): Float64Array {
  const random = mulberry32(seed);
  const values = Float64Array.from({ length }, () => Math.max(0, random() - 0.1));
  const sum = values.reduce((all, value) => all + value, 0);
  return values.map((value) => value / sum);
}

/** P = Q diag(1/g) R', written out. */
function dense({ source, target, weights }: LowRankPlan): Float64Array {
  const values = new Float64Array(source.rows * target.rows);
  for (let i = 0, at = 0; i < source.rows; i++) {
    for (let j = 0; j < target.rows; j++, at++) {
      for (let k = 0; k < weights.length; k++) {
        values[at] += (source.values[i * source.cols + k] * target.values[j * target.cols + k]) / weights[k];
      }
    }
  }
  return values;
}

describe('squaredEuclideanFactors', () => {
  it('multiply to the squared distances, far from the origin too', () => {
    const far = (points: typeof x) => ({ ...points, values: points.values.map((value) => value + 2 ** 20) });
    for (const [left, right] of [
      [x, y],
      [far(x), far(y)],
    ]) {
      const { left: l, right: r } = squaredEuclideanFactors(left, right);
      const expected = costMatrix(left, right).values;
      for (let i = 0; i < 30; i++) {
        for (let j = 0; j < 30; j++) {
          let product = 0;
          for (let k = 0; k < l.cols; k++) product += l.values[i * l.cols + k] * r.values[j * r.cols + k];
          expect(product).toBeCloseTo(expected[i * 30 + j], 8);
        }
      }
    }
  });
});

describe('lowRankSinkhorn', () => {
  it.each([1, 2, 5, 30])('has exact marginals, the cost of its plan, no less than the optimum: rank %i', async (rank) => {
    const optimum = (await highsOracle())({ a, b, cost });
    const result = lowRankSinkhorn(a, b, factors, { rank, maxIterations: quickOrFull(80, 200) });
    const plan = dense(result);
    const rows = a.slice();
    const columns = b.slice();
    let value = 0;
    plan.forEach((mass, k) => {
      expect(mass).toBeGreaterThanOrEqual(0);
      rows[Math.floor(k / 30)] -= mass;
      columns[k % 30] -= mass;
      value += mass * cost.values[k];
    });
    const error = [...rows, ...columns].reduce((sum, missing) => sum + Math.abs(missing), 0);
    expect(error).toBeLessThan(1e-13);
    expect(result.marginalError).toBeLessThan(1e-13);
    expect(result.cost).toBeCloseTo(value, 11);
    expect(result.cost).toBeGreaterThan(optimum - 1e-9);
  });

  it('is the product of the weights at rank one', () => {
    const result = lowRankSinkhorn(a, b, factors, { rank: 1 });
    expect(result.status).toBe('converged');
    dense(result).forEach((mass, k) => {
      expect(mass).toBeCloseTo(a[Math.floor(k / 30)] * b[k % 30], 14);
    });
  });

  it('tends to the optimum as the rank grows', async () => {
    const optimum = (await highsOracle())({ a, b, cost });
    const excess = [2, 6, 30].map((rank) => lowRankSinkhorn(a, b, factors, { rank }).cost / optimum - 1);
    expect(excess[1]).toBeLessThan(excess[0] / 2);
    expect(excess[2]).toBeLessThan(excess[1] / 2);
    expect(excess[2]).toBeLessThan(0.1);
  });

  it('finds clusters that are moved as a whole', () => {
    // Three clusters, each moved by (1, 0): a plan of rank three costs one plus what mixing within a cluster costs.
    const random = mulberry32(7);
    const centers = [0, 0, 30, 0, 0, 30];
    const points = (shift: number) => ({
      rows: 60,
      cols: 2,
      values: Float64Array.from(
        { length: 120 },
        (_, k) => centers[2 * (Math.floor(k / 2) % 3) + (k % 2)] + (k % 2 === 0 ? shift : 0) + 0.1 * random(),
      ),
    });
    const uniform = new Float64Array(60).fill(1 / 60);
    const { cost: value } = lowRankSinkhorn(uniform, uniform, squaredEuclideanFactors(points(0), points(1)), { rank: 3 });
    expect(value).toBeGreaterThan(0.9);
    expect(value).toBeLessThan(1.1);
  });

  it('finds a plan that exists, to many digits', () => {
    const line = (...values: number[]) => ({ rows: 4, cols: 1, values: Float64Array.from(values) });
    const quarter = new Float64Array(4).fill(1 / 4);
    const pairs = squaredEuclideanFactors(line(0, 0, 10, 10), line(1, 1, 11, 11));
    expect(lowRankSinkhorn(quarter, quarter, pairs, { rank: 2 }).cost).toBeCloseTo(1, 9);
  });

  it('does not depend on the unit of the costs, and repeats for a seed', () => {
    const first = lowRankSinkhorn(a, b, factors, { rank: 4, seed: 3 });
    const again = lowRankSinkhorn(a, b, factors, { rank: 4, seed: 3 });
    expect(again.source.values).toEqual(first.source.values);
    const larger = { ...factors, left: { ...factors.left, values: factors.left.values.map((v) => 1024 * v) } };
    const scaled = lowRankSinkhorn(a, b, larger, { rank: 4, seed: 3 });
    expect(scaled.cost / 1024).toBeCloseTo(first.cost, 9);
  });

  it('blurs with epsilon', () => {
    const sharp = lowRankSinkhorn(a, b, factors, { rank: 6 });
    const blurred = lowRankSinkhorn(a, b, factors, { rank: 6, epsilon: 1 });
    expect(blurred.cost).toBeGreaterThan(sharp.cost);
    const entropy = ({ source }: LowRankPlan) =>
      source.values.reduce((sum, mass) => (mass > 0 ? sum - mass * Math.log(mass) : sum), 0);
    expect(entropy(blurred)).toBeGreaterThan(entropy(sharp));
  });

  it('allocates in proportion to the number of points, and survives sharp starts', () => {
    const large = gaussianCloudPoints(6000, 1);
    const uniform = new Float64Array(6000).fill(1 / 6000);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const result = lowRankSinkhorn(uniform, uniform, squaredEuclideanFactors(large.x, large.y), {
      rank: 4,
      maxIterations: 3,
      onIteration: () => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      },
    });
    // A plan of 6000 x 6000 alone would take 288 MB.
    expect(most).toBeLessThan(60e6);
    expect(Number.isFinite(result.cost)).toBe(true);
    expect(result.marginalError).toBeLessThan(1e-11);
  });

  it('ends at limits with a plan', () => {
    const result = lowRankSinkhorn(a, b, factors, { rank: 3, maxIterations: 0 });
    expect(result.status).toBe('iteration-limit');
    expect(result.marginalError).toBeLessThan(1e-13);
    expect(lowRankSinkhorn(a, b, factors, { rank: 3, signal: AbortSignal.abort() }).status).toBe('aborted');
  });

  it.each<[string, () => unknown]>([
    ['rank', () => lowRankSinkhorn(a, b, factors, { rank: 0 })],
    ['epsilon', () => lowRankSinkhorn(a, b, factors, { rank: 1, epsilon: -1 })],
    ['tolerance', () => lowRankSinkhorn(a, b, factors, { rank: 1, tolerance: Number.NaN })],
    ['seed', () => lowRankSinkhorn(a, b, factors, { rank: 1, seed: 0.5 })],
    ['a', () => lowRankSinkhorn(a.subarray(1), b, factors, { rank: 1 })],
    [
      'b',
      () =>
        lowRankSinkhorn(
          a,
          b.map((weight) => 2 * weight),
          factors,
          { rank: 1 },
        ),
    ],
    ['cost', () => lowRankSinkhorn(a, b, null as never, { rank: 1 })],
    ['cost.right', () => lowRankSinkhorn(a, b, { ...factors, right: x }, { rank: 1 })],
    ['y', () => squaredEuclideanFactors(x, { rows: 1, cols: 1, values: Float64Array.of(1) })],
  ])('a bad %s is named', (argument, call) => {
    expect(thrownBy(call).argument).toBe(argument);
  });
});
