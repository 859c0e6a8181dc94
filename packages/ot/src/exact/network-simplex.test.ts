import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sinkhornNewtonSparse } from '../entropic/sinkhorn-newton-sparse.ts';
import type { InitialPotentials } from '../initial-potentials.ts';
import { gaussianClouds, gridMixtures, randomAssignment, randomPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { highsOracle } from '../testing/linear-program.ts';
import { expectOptimal } from '../testing/optimality.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import type { Transport, TransportPlan } from '../transport.ts';
import { emd } from './network-simplex.ts';
import type { NetworkSimplexIterate } from './simplex-pivots.ts';

function solve({ a, b, cost }: Transport) {
  return emd(a, b, cost);
}

function transport(a: number[], b: number[], costs: number[]): Transport {
  return {
    a: Float64Array.from(a),
    b: Float64Array.from(b),
    cost: { rows: a.length, cols: b.length, values: Float64Array.from(costs) },
  };
}

/** Integer weights with zeros and ties, and costs that are small integers of both signs, or any. */
function instances(side: number) {
  const weights = fc
    .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: side })
    .filter((list) => list.some((weight) => weight > 0));
  return fc.tuple(weights, weights).chain(([a, b]) => {
    const cost = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -10, max: 10, noNaN: true }));
    const length = a.length * b.length;
    const massA = a.reduce((sum, weight) => sum + weight);
    const massB = b.reduce((sum, weight) => sum + weight);
    return fc.array(cost, { minLength: length, maxLength: length }).map((costs) =>
      transport(
        a.map((weight) => weight / massA),
        b.map((weight) => weight / massB),
        costs,
      ),
    );
  });
}

/** Smallest mean cost over all permutations. */
function bestPermutation(n: number, costs: Float64Array): number {
  const search = (row: number, used: number): number => {
    if (row === n) return 0;
    let best = Infinity;
    for (let j = 0; j < n; j++) {
      if (!(used & (1 << j))) best = Math.min(best, costs[row * n + j] + search(row + 1, used | (1 << j)));
    }
    return best;
  };
  return search(0, 0) / n;
}

describe('emd', () => {
  it('finds the values of the worked examples', () => {
    const line = solve(transport([0.5, 0.3, 0.2], [0.2, 0.3, 0.5], [0, 1, 4, 1, 0, 1, 4, 1, 0]));
    expect(line.cost).toBeCloseTo(0.6, 14);
    expect([...line.plan.columnIndices]).toEqual([0, 1, 2, 2]);
    const costs = [0.1, 0.2, 0.3, 0.2, 0.3, 0.4, 0.4, 0.3, 0.2, 0.3, 0.2, 0.1, 0.5, 0.5, 0.4];
    expect(solve(transport([0.3, 0.4, 0.1, 0.1, 0.1], [0.4, 0.5, 0.1], costs)).cost).toBeCloseTo(0.23, 14);
  });

  it('finds optimal assignments', () => {
    for (const [n, seed, value] of [
      [50, 7, 0.02702086617704],
      [100, 11, 0.01670752334408],
    ]) {
      const outcome = solve(randomAssignment(n, seed));
      expect(outcome.cost).toBeCloseTo(value, 13);
      expect(outcome.plan.values).toEqual(new Float64Array(n).fill(1 / n));
      expect([...outcome.plan.columnIndices].sort((i, j) => i - j)).toEqual([...Array(n).keys()]);
    }
  });

  it('agrees with the best of all permutations', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 1000 }), (n, seed) => {
        const problem = randomAssignment(n, seed);
        expect(solve(problem).cost).toBeCloseTo(bestPermutation(n, problem.cost.values), 13);
      }),
      { numRuns: 50 },
    );
  });

  it('agrees with a general linear-programming solver', async () => {
    const leastCost = await highsOracle();
    fc.assert(
      fc.property(instances(30), (problem) => {
        expect(Math.abs(solve(problem).cost - leastCost(problem))).toBeLessThan(1e-8);
      }),
      { numRuns: quickOrFull(40, 60) },
    );
  });

  it('proves its answers by the dual', () => {
    fc.assert(
      fc.property(instances(30), (problem) => {
        const outcome = solve(problem);
        expect(outcome.status).toBe('converged');
        expectOptimal(problem, outcome);
      }),
      { numRuns: quickOrFull(150, 300) },
    );
  });

  it.each([
    ['assignment', randomAssignment(200, 3)],
    ['points with zero weights', randomPoints(150, 230, 2, 5, { zeroShare: 0.3 })],
    ['many targets', randomPoints(3, 2000, 2, 6)],
    ['many sources', randomPoints(2000, 3, 2, 7)],
    ['one source', randomPoints(1, 50, 1, 8)],
    ['one target', randomPoints(50, 1, 1, 9)],
    ['a grid, where costs tie', gridMixtures(12, 1, 'l1')],
    ['clouds', gaussianClouds(200, 4)],
  ])('is optimal and dual optimal on %s', (_, problem) => {
    expectOptimal(problem, solve(problem));
  });

  it('closes the duality gap to twelve digits of the value', () => {
    const { a, b, cost } = randomPoints(200, 150, 2, 12);
    const { cost: value, sourcePotential, targetPotential } = emd(a, b, cost);
    let dual = 0;
    a.forEach((weight, i) => {
      dual += weight * sourcePotential[i];
    });
    b.forEach((weight, j) => {
      dual += weight * targetPotential[j];
    });
    expect(Math.abs(dual / value - 1)).toBeLessThan(1e-12);
  });

  it('ends on problems where all plans or most pivots tie', () => {
    const n = 60;
    const random = mulberry32(1);
    for (const costs of [() => 1, () => Math.floor(2 * random()), () => Math.floor(4 * random())]) {
      const problem = { ...randomAssignment(n, 0) };
      const tied = { ...problem, cost: { ...problem.cost, values: problem.cost.values.map(costs) } };
      const outcome = solve(tied);
      expect(outcome.status).toBe('converged');
      expectOptimal(tied, outcome);
    }
    const uneven = transport(
      Array(30).fill(1 / 30),
      Array(20).fill(1 / 20),
      Array.from({ length: 600 }, () => Math.floor(3 * random())),
    );
    expectOptimal(uneven, solve(uneven));
  });

  it('takes masses and costs of any magnitude', () => {
    const { a, b, cost } = randomPoints(20, 30, 2, 2, { zeroShare: 0.2 });
    const value = emd(a, b, cost).cost;
    const weights = (list: Float64Array, factor: number) => list.map((weight) => Math.round(weight * 2 ** 40) * factor);
    const masses = [2 ** 980, 1, 2 ** -900, 2 ** -1074].map((factor) => {
      const left = weights(a, factor);
      const right = weights(b, factor);
      right[right.findIndex((weight) => weight > 0)] += sumOf(left) - sumOf(right);
      return { problem: { a: left, b: right, cost }, unit: 2 ** 40 * factor };
    });
    for (const { problem, unit } of masses) {
      const outcome = solve(problem);
      expectOptimal(problem, outcome);
      expect(outcome.cost / unit).toBeCloseTo(value, 9);
    }
    for (const factor of [2 ** 1023, 2 ** 500, 2 ** -500, 2 ** -1050]) {
      const problem = { a, b, cost: { ...cost, values: cost.values.map((c) => (c / 2) * factor) } };
      const outcome = solve(problem);
      expect(outcome.sourcePotential.every(Number.isFinite)).toBe(true);
      expect((2 * outcome.cost) / factor).toBeCloseTo(value, 6);
    }
  });

  it('loses no small mass beside large ones', () => {
    const problem = transport([1, 1e-20, 1e-300], [1e-20, 1, 1e-300], [0, 1, 2, 3, 0, 1, 2, 2, 2]);
    const { plan, marginalError } = solve(problem);
    const rowSum = (i: number) => sumOf(plan.values.subarray(plan.rowPointers[i], plan.rowPointers[i + 1]));
    expect(marginalError).toBeLessThan(1e-16);
    expect(rowSum(0)).toBe(1);
    expect(rowSum(1) + rowSum(2)).toBeLessThanOrEqual(2e-20);
  });

  it('balances masses that differ by rounding', () => {
    const problem = transport([0.1, 0.2, 0.3], [0.3, 0.3 + 3e-10], [1, 2, 3, 4, 5, 7]);
    const outcome = solve(problem);
    expect(outcome.status).toBe('converged');
    expect(outcome.marginalError).toBeLessThan(1e-9);
    expect(outcome.cost).toBeCloseTo(2.5, 8);
  });

  it('does not depend on the offsets of rows and columns', () => {
    const { a, b, cost } = randomPoints(40, 30, 2, 3);
    const values = cost.values.map((c, k) => c + Math.floor(k / 30) * 64 - (k % 30) * 32);
    const shifted = emd(a, b, { ...cost, values });
    const original = emd(a, b, cost);
    expect(shifted.plan.columnIndices).toEqual(original.plan.columnIndices);
    expect(shifted.plan.rowPointers).toEqual(original.plan.rowPointers);
  });

  it('gives the transposed plan for the transposed problem', () => {
    const { a, b, cost } = randomPoints(35, 50, 2, 4);
    const values = Float64Array.from(cost.values, (_, k) => cost.values[(k % 35) * 50 + Math.floor(k / 35)]);
    const transposed = emd(b, a, { rows: 50, cols: 35, values });
    expect(transposed.cost).toBeCloseTo(emd(a, b, cost).cost, 14);
  });
});

describe('emd from potentials', () => {
  const count = (problem: Transport, initial?: InitialPotentials) => {
    let pivots = 0;
    const outcome = emd(problem.a, problem.b, problem.cost, {
      initial,
      onIteration: (iterate) => {
        pivots = iterate.pivots;
      },
    });
    expectOptimal(problem, outcome);
    return { pivots, outcome };
  };
  const of = ({ sourcePotential: source, targetPotential: target }: TransportPlan) => ({ source, target });

  it.each([
    ['assignment', randomAssignment(150, 3)],
    ['points', randomPoints(120, 180, 2, 5, { zeroShare: 0.3 })],
    ['clouds', gaussianClouds(150, 4)],
  ])('goes on where another run ended, %s', (_, problem) => {
    const cold = count(problem);
    const warm = count(problem, of(cold.outcome));
    expect(warm.outcome.cost).toBeCloseTo(cold.outcome.cost, 13);
    expect(warm.pivots).toBeLessThan(0.02 * cold.pivots + 10);
  });

  it('goes on from an entropic solution, whose potentials are -Infinity where a weight is zero', () => {
    const problem = randomPoints(60, 80, 2, 5, { zeroShare: 0.3 });
    const start = of(sinkhornNewtonSparse(problem.a, problem.b, problem.cost, { epsilon: 1e-3 }));
    expect([...start.source, ...start.target]).toContain(-Infinity);
    expect(count(problem, start).pivots).toBeLessThan(0.2 * count(problem).pivots);
    const everywhere = { ...start, source: start.source.map(() => -Infinity) };
    const error = thrownBy(() => emd(problem.a, problem.b, problem.cost, { initial: everywhere }));
    expect([error.argument, error.index]).toEqual(['initial.source', problem.a.findIndex((weight) => weight > 0)]);
  });

  it('is worth it on costs and weights that have changed a little', () => {
    const problem = gaussianClouds(150, 4);
    const start = of(solve(problem));
    const random = mulberry32(9);
    const costs = { ...problem, cost: { ...problem.cost, values: problem.cost.values.map((c) => c * (1 + 0.01 * random())) } };
    expect(count(costs, start).pivots).toBeLessThan(count(costs).pivots / 2);
    const raw = problem.a.map((weight) => weight * (1 + 0.1 * random()));
    const weights = { ...problem, a: raw.map((weight) => weight / sumOf(raw)) };
    expect(count(weights, start).pivots).toBeLessThan(count(weights).pivots / 2);
  });

  it('takes any potentials', () => {
    fc.assert(
      fc.property(instances(12), fc.integer({ min: 0, max: 1e6 }), (problem, seed) => {
        const random = mulberry32(seed);
        const size = 10 ** (40 * random() - 20);
        const draw = (length: number) => Float64Array.from({ length }, () => size * (random() - 0.5));
        count(problem, { source: draw(problem.a.length), target: draw(problem.b.length) });
      }),
      { numRuns: 200 },
    );
    const problem = randomPoints(6, 7, 2, 1);
    const extreme = (length: number) => new Float64Array(length).fill(-Number.MAX_VALUE);
    count(problem, { source: extreme(6), target: extreme(7) });
  });

  it('names bad potentials', () => {
    const { a, b, cost } = randomPoints(3, 4, 2, 1);
    const four = new Float64Array(4);
    expect(() => emd(a, b, cost, { initial: { source: four, target: four } })).toThrow(
      expect.objectContaining({ argument: 'initial.source' }),
    );
  });
});

describe('the steps of the network simplex', () => {
  const problem = gaussianClouds(150, 2);

  it('are feasible plans of falling cost', () => {
    const costs: number[] = [];
    const iterations: number[] = [];
    emd(problem.a, problem.b, problem.cost, {
      onIteration: (iterate) => {
        const { cost, marginalError } = iterate.solution();
        expect(marginalError).toBeLessThan(1e-13);
        expect(cost).toBeCloseTo(iterate.cost, 13);
        costs.push(iterate.cost);
        iterations.push(iterate.iteration);
      },
    });
    expect(costs.length).toBeGreaterThan(3);
    expect(iterations).toEqual([...costs.keys()]);
    for (let k = 1; k < costs.length; k++) expect(costs[k]).toBeLessThanOrEqual(costs[k - 1] + 1e-15);
  });

  it('are the same bits whoever looks on, and leave the input alone', () => {
    const copy = structuredClone(problem);
    const first = solve(problem);
    const second = emd(problem.a, problem.b, problem.cost, { onIteration: (iterate) => iterate.solution() });
    expect(second.plan).toEqual(first.plan);
    expect(second.sourcePotential).toEqual(first.sourcePotential);
    expect(problem).toEqual(copy);
  });

  it('leave a usable plan at a limit', () => {
    const optimum = solve(problem).cost;
    const outcome = emd(problem.a, problem.b, problem.cost, { maxIterations: 1 });
    expect(outcome.status).toBe('iteration-limit');
    expect(outcome.marginalError).toBeLessThan(1e-13);
    expect(outcome.cost).toBeGreaterThan(optimum);
  });

  it('are few: pivots grow no faster than n^1.8', () => {
    const pivots = (n: number) => {
      let count = 0;
      const onIteration = (iterate: NetworkSimplexIterate) => {
        count = iterate.pivots;
      };
      const { a, b, cost } = randomAssignment(n, 5);
      emd(a, b, cost, { onIteration });
      return count;
    };
    expect(Math.log2(pivots(400) / pivots(50)) / 3).toBeLessThan(1.8);
  });

  it('reject what is no transport problem', () => {
    const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, Number.NaN) };
    const half = Float64Array.of(0.5, 0.5);
    expect(() => emd(half, half, cost)).toThrow(expect.objectContaining({ argument: 'cost', code: 'not-finite', index: 3 }));
    const fine = { ...cost, values: Float64Array.of(0, 1, 1, 0) };
    expect(() => emd(half, Float64Array.of(1, 1), fine)).toThrow(expect.objectContaining({ argument: 'b', code: 'mass' }));
  });
});

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
