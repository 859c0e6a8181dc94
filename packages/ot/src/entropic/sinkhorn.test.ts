import { InvalidInputError } from '@infimum/core';
import { matrixFromRows } from '@infimum/linalg';
import { useKernels } from '@infimum/linalg/kernels';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { gaussianClouds, gridMixtures, randomAssignment } from '../instances.ts';
import { marginalErrorOf } from '../plan-metrics.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import type { Transport } from '../transport.ts';
import { total } from '../transport.ts';
import { epsilonScaling } from './epsilon-scaling.ts';
import { sinkhorn } from './sinkhorn.ts';
import { sinkhornNewtonSparse } from './sinkhorn-newton-sparse.ts';

afterEach(() => useKernels('auto'));

/** Every way to solve the entropic problem, under one signature. */
const methods = {
  scaling: ({ a, b, cost }: Transport, epsilon: number, tolerance = 1e-12) =>
    sinkhorn(a, b, cost, { epsilon, tolerance, maxIterations: 50_000 }),
  log: ({ a, b, cost }: Transport, epsilon: number, tolerance = 1e-12) =>
    sinkhorn(a, b, cost, { epsilon, tolerance, domain: 'log', maxIterations: 20_000 }),
  'epsilon scaling': ({ a, b, cost }: Transport, epsilon: number, tolerance = 1e-12) =>
    epsilonScaling(a, b, cost, { epsilon, tolerance, maxIterations: 50_000 }),
  newton: ({ a, b, cost }: Transport, epsilon: number, tolerance = 1e-12) =>
    sinkhornNewtonSparse(a, b, cost, { epsilon, tolerance }),
  "the paper's newton": ({ a, b, cost }: Transport, epsilon: number, tolerance = 1e-12) =>
    sinkhornNewtonSparse(a, b, cost, { epsilon, tolerance, continuation: false }),
};

const twoByTwo: Transport = {
  a: Float64Array.of(0.5, 0.5),
  b: Float64Array.of(0.5, 0.5),
  cost: matrixFromRows([
    [0, 1],
    [1, 0],
  ]),
};
const threeByThree: Transport = {
  a: Float64Array.of(0.5, 0.3, 0.2),
  b: Float64Array.of(0.2, 0.3, 0.5),
  cost: matrixFromRows([
    [0, 1, 4],
    [1, 0, 1],
    [4, 1, 0],
  ]),
};
const fiveByThree: Transport = {
  a: Float64Array.of(0.3, 0.4, 0.1, 0.1, 0.1),
  b: Float64Array.of(0.4, 0.5, 0.1),
  cost: matrixFromRows([
    [0.1, 0.2, 0.3],
    [0.2, 0.3, 0.4],
    [0.4, 0.3, 0.2],
    [0.3, 0.2, 0.1],
    [0.5, 0.5, 0.4],
  ]),
};

describe.each(Object.entries(methods))('worked examples by %s', (_, solve) => {
  it('two points each: P_11 = 1/2 / (1 + exp(-1/epsilon))', () => {
    for (const eta of [1, 10]) {
      const { plan, cost } = solve(twoByTwo, 1 / eta);
      expect(plan.values[0]).toBeCloseTo(0.5 / (1 + Math.exp(-eta)), 12);
      expect(cost).toBeCloseTo(1 / (1 + Math.exp(eta)), 12);
    }
  });

  it('three points each', () => {
    const one = solve(threeByThree, 1);
    expect(one.cost).toBeCloseTo(0.814388122765, 10);
    expect(one.regularizedCost).toBeCloseTo(-0.972682065904, 10);
    expect(one.plan.values[0]).toBeCloseTo(0.191303980236, 10);
    expect(one.plan.values[1]).toBeCloseTo(0.219030918483, 10);
    expect(one.plan.values[2]).toBeCloseTo(0.08966510128, 10);
  });

  it('five points to three', () => {
    const { plan, cost } = solve(fiveByThree, 0.1);
    expect(plan.values[0]).toBeCloseTo(0.153872662, 8);
    expect(plan.values[4]).toBeCloseTo(0.183646686, 8);
    expect(plan.values[14]).toBeCloseTo(0.024189833, 8);
    expect(cost).toBeCloseTo(0.239901025, 8);
  });

  it('random assignment, n = 50', () => {
    const { cost, dualValue } = solve(randomAssignment(50, 7), 1 / 100);
    expect(cost).toBeCloseTo(0.030038943752703, 11);
    expect(dualValue).toBeCloseTo(-0.017477991043738, 11);
  });
});

describe.each([methods.newton, methods["the paper's newton"]])('the three-point example at eta = 10', (solve) => {
  it('is solved, where sweeps take more than 50 000', () => {
    const ten = solve(threeByThree, 0.1);
    expect(ten.cost).toBeCloseTo(0.600027238721, 10);
    expect(ten.regularizedCost).toBeCloseTo(0.463381391309, 10);
    // Closed form up to exp(-3 eta): P_13 = P_22 = 0.3 / (1 + exp(eta)).
    const delta = 0.3 / (1 + Math.exp(10));
    expect(ten.plan.values[2]).toBeCloseTo(delta, 10);
    expect(ten.plan.values[4]).toBeCloseTo(delta, 10);
    expect(ten.cost).toBeCloseTo(0.6 + 2 * delta, 10);
  });
});

describe('reference values at epsilon = 1/1200', () => {
  const cases: [string, Transport, number, number | undefined][] = [
    ['assignment n = 50', randomAssignment(50, 7), 0.02709976860666, 0.02369783304008],
    ['assignment n = 100', randomAssignment(100, 11), 0.01679717359975, 0.012724362226115],
    ['assignment n = 500', randomAssignment(500, 1), 0.0036676754835776, -0.0021493604881787],
    ['grid 28, l2', gridMixtures(28, 1, 'l2'), 0.0270871540888522, undefined],
    ['grid 28, l1', gridMixtures(28, 1, 'l1'), 0.143744488408912, undefined],
    ['grid 20, l2', gridMixtures(20, 1, 'l2'), 0.0273349712890522, undefined],
    ['grid 20, l1', gridMixtures(20, 1, 'l1'), 0.145058329361596, undefined],
    ['clouds n = 200', gaussianClouds(200, 4), 0.0504717485944, 0.0446564917685],
    ['clouds n = 500', gaussianClouds(500, 1), 0.0287497149598, 0.0211722982427],
  ];

  it.each(cases)('%s', (_, problem, cost, dualValue) => {
    const result = methods.newton(problem, 1 / 1200);
    expect(result.status).toBe('converged');
    expect(result.cost).toBeCloseTo(cost, 11);
    if (dualValue !== undefined) expect(result.dualValue).toBeCloseTo(dualValue, 11);
  });
});

/** A small problem with random weights and costs. */
const problems = fc
  .record({ n: fc.integer({ min: 1, max: 8 }), m: fc.integer({ min: 1, max: 8 }), salt: fc.integer({ min: 0, max: 1e6 }) })
  .map(({ n, m, salt }): Transport => {
    const draw = (k: number) => Math.abs(Math.sin(78.233 * (k + 1) + salt));
    const weights = (length: number, shift: number) => {
      const values = Float64Array.from({ length }, (_, k) => 0.05 + draw(k + shift));
      const mass = total(values);
      return values.map((value) => value / mass);
    };
    const values = Float64Array.from({ length: n * m }, (_, k) => draw(k + 1000));
    return { a: weights(n, 0), b: weights(m, 100), cost: { rows: n, cols: m, values } };
  });

// By the theorem of Birkhoff and Hopf a sweep brings the potentials closer by tanh(range / (2 epsilon))^2 in Hilbert's
// metric. Costs lie in [0, 1]: at epsilon = 0.2 that is 0.974, so 1e-12 takes about a thousand sweeps at most. At
// smaller epsilon no number of sweeps is promised, and only Newton steps are held to the tolerance.
const epsilonsOf = (method: string) => (method.includes('newton') ? fc.constantFrom(1, 0.1, 0.02) : fc.constantFrom(1, 0.2));

function expectSamePlan(actual: Float64Array, expected: Float64Array, digits = 9) {
  expect(actual.length).toBe(expected.length);
  const apart = actual.reduce((most, mass, k) => Math.max(most, Math.abs(mass - expected[k])), 0);
  expect(apart).toBeLessThan(0.5 * 10 ** -digits);
}

describe.each(Object.entries(methods))('invariants of %s', (method, solve) => {
  const check = (property: (problem: Transport, epsilon: number) => void) =>
    fc.assert(fc.property(problems, epsilonsOf(method), property), { numRuns: quickOrFull(60, 100) });

  it('the marginals fit and strong duality holds', () => {
    check((problem, epsilon) => {
      const result = solve(problem, epsilon);
      expect(result.status).toBe('converged');
      expect(marginalErrorOf(result.plan, problem.a, problem.b)).toBeLessThan(1e-11);
      expect(result.regularizedCost).toBeCloseTo(result.dualValue, 10);
    });
  });

  it('offsets of rows and columns shift the potentials and nothing else, however large', () => {
    check((problem, epsilon) => {
      const { rows, cols, values } = problem.cost;
      const shifted = values.map((c, k) => c + 1024 * (1 + Math.floor(k / cols)) - 512 * (k % cols));
      const plain = solve(
        {
          ...problem,
          cost: { rows, cols, values: shifted.map((c, k) => c - 1024 * (1 + Math.floor(k / cols)) + 512 * (k % cols)) },
        },
        epsilon,
      );
      const result = solve({ ...problem, cost: { rows, cols, values: shifted } }, epsilon);
      expectSamePlan(result.plan.values, plain.plan.values);
      const gap = result.sourcePotential[0] - plain.sourcePotential[0] - 1024;
      result.sourcePotential.forEach((x, i) => {
        expect(x - plain.sourcePotential[i] - 1024 * (1 + i)).toBeCloseTo(gap, 8);
      });
    });
  });

  it('scaling costs and epsilon together leaves the plan', () => {
    check((problem, epsilon) => {
      const cost = { ...problem.cost, values: problem.cost.values.map((c) => 1e5 * c) };
      expectSamePlan(solve({ ...problem, cost }, 1e5 * epsilon).plan.values, solve(problem, epsilon).plan.values);
    });
  });

  it('transposition transposes the plan', () => {
    check((problem, epsilon) => {
      const { rows, cols, values } = problem.cost;
      const transposed = values.map((_, k) => values[(k % rows) * cols + Math.floor(k / rows)]);
      const flipped = solve({ a: problem.b, b: problem.a, cost: { rows: cols, cols: rows, values: transposed } }, epsilon);
      const { plan } = solve(problem, epsilon);
      expectSamePlan(
        flipped.plan.values,
        plan.values.map((_, k) => plan.values[(k % rows) * cols + Math.floor(k / rows)]),
      );
    });
  });

  it('another order of the points is another order of the plan', () => {
    check((problem, epsilon) => {
      const { rows, cols, values } = problem.cost;
      // A rotation of the rows and a reversal of the columns.
      const [row, column] = [(i: number) => (i + 2) % rows, (j: number) => cols - 1 - j];
      const place = (k: number) => row(Math.floor(k / cols)) * cols + column(k % cols);
      const reordered = {
        a: problem.a.map((_, i) => problem.a[row(i)]),
        b: problem.b.map((_, j) => problem.b[column(j)]),
        cost: { rows, cols, values: values.map((_, k) => values[place(k)]) },
      };
      const { plan } = solve(problem, epsilon);
      expectSamePlan(
        solve(reordered, epsilon).plan.values,
        plan.values.map((_, k) => plan.values[place(k)]),
      );
    });
  });

  it('constant costs give the product of the weights at once', () => {
    check((problem, epsilon) => {
      const { rows, cols, values } = problem.cost;
      const result = solve({ ...problem, cost: { rows, cols, values: values.map(() => 7) } }, epsilon);
      expectSamePlan(
        result.plan.values,
        values.map((_, k) => problem.a[Math.floor(k / cols)] * problem.b[k % cols]),
        12,
      );
      // One sweep is enough; methods that begin with a few sweeps make them all the same.
      expect(result.iterations).toBeLessThanOrEqual(method.includes('newton') ? 21 : 1);
    });
  });

  it('weights of zero leave their row empty and change nothing else', () => {
    check((problem, epsilon) => {
      const { rows, cols, values } = problem.cost;
      const padded = {
        a: Float64Array.of(...problem.a, 0),
        b: problem.b,
        cost: { rows: rows + 1, cols, values: Float64Array.of(...values, ...new Float64Array(cols).fill(0.5)) },
      };
      const result = solve(padded, epsilon);
      expectSamePlan(result.plan.values.subarray(0, rows * cols), solve(problem, epsilon).plan.values);
      expectSamePlan(result.plan.values.subarray(rows * cols), new Float64Array(cols), 300);
      expect(result.sourcePotential[rows]).toBe(-Infinity);
    });
  });

  it('masses other than one scale the plan', () => {
    check((problem, epsilon) => {
      const scaled = { ...problem, a: problem.a.map((w) => 4 * w), b: problem.b.map((w) => 4 * w) };
      const expected = solve(problem, epsilon).plan.values.map((mass) => 4 * mass);
      expectSamePlan(solve(scaled, epsilon, 1e-11).plan.values, expected);
    });
  });
});

describe('bad input', () => {
  const bad: [string, Partial<Transport>, string, number | undefined][] = [
    ['NaN in a', { a: Float64Array.of(0.5, Number.NaN, 0.5) }, 'a', 1],
    ['a negative weight', { b: Float64Array.of(0.5, 0.7, -0.2) }, 'b', 2],
    ['masses that differ', { b: Float64Array.of(0.2, 0.3, 0.6) }, 'b', undefined],
    ['a wrong length', { a: Float64Array.of(0.5, 0.5) }, 'a', undefined],
    [
      'an infinite cost',
      {
        cost: matrixFromRows([
          [0, 1, 4],
          [1, 0, Infinity],
          [4, 1, 0],
        ]),
      },
      'cost',
      5,
    ],
    [
      'nothing at all',
      { a: new Float64Array(0), b: new Float64Array(0), cost: { rows: 0, cols: 0, values: new Float64Array(0) } },
      'cost',
      undefined,
    ],
  ];

  it.each(bad)('%s is named', (_, change, argument, index) => {
    for (const solve of Object.values(methods)) {
      const error = thrownBy(() => solve({ ...threeByThree, ...change }, 0.1));
      expect(error.argument).toBe(argument);
      expect(error.index).toBe(index);
    }
  });

  it.each([0, -1, Number.NaN, Infinity])('epsilon = %s is rejected', (epsilon) => {
    for (const solve of Object.values(methods)) expect(thrownBy(() => solve(threeByThree, epsilon)).argument).toBe('epsilon');
  });

  function thrownBy(call: () => unknown): InvalidInputError {
    try {
      call();
    } catch (error) {
      if (error instanceof InvalidInputError) return error;
      throw error;
    }
    throw new Error('nothing was thrown');
  }
});

describe('builds', () => {
  it('agree with the reference', () => {
    const problem = randomAssignment(30, 3);
    const results = (['reference', 'simd', 'relaxed-simd'] as const).map((build) => {
      useKernels(build);
      return methods.newton(problem, 1 / 300);
    });
    for (const { cost, dualValue } of results) {
      expect(cost).toBeCloseTo(results[0].cost, 12);
      expect(dualValue).toBeCloseTo(results[0].dualValue, 12);
    }
  });
});

describe('threads', () => {
  it.each(Object.entries({ sinkhorn, epsilonScaling, sinkhornNewtonSparse }))('do not change a bit of %s', (_, method) => {
    const { a, b, cost } = randomAssignment(150, 3);
    const results = [1, 2, 3].map((threads) =>
      (method as typeof sinkhorn)(a, b, cost, { epsilon: 0.01, threads, maxIterations: 60 }),
    );
    for (const result of results.slice(1)) {
      expect(result.plan.values).toEqual(results[0].plan.values);
      expect(result.sourcePotential).toEqual(results[0].sourcePotential);
      expect(result.iterations).toBe(results[0].iterations);
    }
  });

  it('do not change a bit of the log domain', () => {
    const { a, b, cost } = randomAssignment(150, 3);
    const results = [1, 2].map((threads) => sinkhorn(a, b, cost, { epsilon: 0.01, threads, domain: 'log', maxIterations: 60 }));
    expect(results[1].plan.values).toEqual(results[0].plan.values);
  });
});
