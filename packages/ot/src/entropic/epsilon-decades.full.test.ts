// Ten decades of epsilon, zeros in the weights, costs of very different scale: what users of other packages report.
import type { Status } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { pointCloudSinkhorn } from '../geometry/point-cloud-sinkhorn.ts';
import { randomPoints } from '../instances.ts';
import { solveTransport } from '../solve-transport.ts';
import { highsOracle } from '../testing/linear-program.ts';
import type { Transport } from '../transport.ts';
import { entropicPartialTransport } from '../unbalanced/partial-transport.ts';
import { unbalancedSinkhorn } from '../unbalanced/unbalanced-sinkhorn.ts';
import { acceleratedSinkhorn } from './accelerated-sinkhorn.ts';
import { andersonSinkhorn } from './anderson-sinkhorn.ts';
import { dualLbfgs } from './dual-lbfgs.ts';
import { epsilonScaling } from './epsilon-scaling.ts';
import { greenkhorn } from './greenkhorn.ts';
import { overrelaxedSinkhorn } from './overrelaxed-sinkhorn.ts';
import { sinkhorn } from './sinkhorn.ts';
import { sinkhornNewtonShift } from './sinkhorn-newton-shift.ts';
import { sinkhornNewtonSparse } from './sinkhorn-newton-sparse.ts';
import { stochasticTransport } from './stochastic-transport.ts';

const leastCost = await highsOracle();
const points = randomPoints(20, 30, 2, 11, { zeroShare: 0.15 });
const epsilons = Array.from({ length: 10 }, (_, decade) => 10 ** -decade);
const scales = [1e-6, 1, 1e6];
const cases = scales.flatMap((scale) => epsilons.map((epsilon) => ({ scale, epsilon })));

function scaled(scale: number, { a, b, cost }: Transport = points): Transport {
  return { a, b, cost: { ...cost, values: cost.values.map((value) => value * scale) } };
}

interface Answer {
  readonly status: Status;
  readonly reason: string;
  readonly cost: number;
  readonly plan?: DenseMatrix | CsrMatrix;
}

function massOf({ plan }: Answer): number {
  return plan === undefined ? Number.NaN : plan.values.reduce((sum, value) => sum + value, 0);
}

function entropyOf(weights: Float64Array): number {
  return weights.reduce((sum, weight) => (weight > 0 ? sum - weight * Math.log(weight) : sum), 0);
}

/** l1 distance of the marginals from the weights, and a check that entries of empty rows are empty. */
function marginalErrorIn({ a, b }: Transport, plan: DenseMatrix): number {
  const rows = a.slice();
  const columns = b.slice();
  plan.values.forEach((mass, k) => {
    rows[Math.floor(k / b.length)] -= mass;
    columns[k % b.length] -= mass;
  });
  return [...rows, ...columns].reduce((sum, value) => sum + Math.abs(value), 0);
}

describe.each([
  ['the front door', ({ a, b, cost }: Transport, epsilon: number) => solveTransport(a, b, cost, { epsilon })],
  ['sparse Newton', ({ a, b, cost }: Transport, epsilon: number) => sinkhornNewtonSparse(a, b, cost, { epsilon })],
  [
    'dense Newton',
    ({ a, b, cost }: Transport, epsilon: number) => sinkhornNewtonSparse(a, b, cost, { epsilon, sparsify: 'all' }),
  ],
])('%s', (_, solve) => {
  it.each(cases)('reaches 1e-9 at epsilon = $epsilon and costs of size $scale', async ({ scale, epsilon }) => {
    const problem = scaled(scale);
    const result = solve(problem, epsilon);
    expect(result.status).toBe('converged');
    expect(marginalErrorIn(problem, result.plan as DenseMatrix)).toBeLessThanOrEqual(1e-9);
    // The entropic plan costs more than the optimum, and by no more than epsilon times the entropies of the weights.
    const optimum = scale * leastCost(points);
    const slack = 1e-8 * scale;
    expect(result.cost).toBeGreaterThan(optimum - slack);
    expect(result.cost).toBeLessThan(optimum + slack + epsilon * (entropyOf(points.a) + entropyOf(points.b)));
  });
});

const few = { maxIterations: 300 };
const methods: Record<string, (problem: Transport, epsilon: number) => Answer> = {
  sinkhorn: ({ a, b, cost }, epsilon) => sinkhorn(a, b, cost, { epsilon, ...few }),
  'sinkhorn, log': ({ a, b, cost }, epsilon) => sinkhorn(a, b, cost, { epsilon, domain: 'log', ...few }),
  epsilonScaling: ({ a, b, cost }, epsilon) => epsilonScaling(a, b, cost, { epsilon, ...few }),
  overrelaxedSinkhorn: ({ a, b, cost }, epsilon) => overrelaxedSinkhorn(a, b, cost, { epsilon, ...few }),
  dualLbfgs: ({ a, b, cost }, epsilon) => dualLbfgs(a, b, cost, { epsilon, ...few }),
  acceleratedSinkhorn: ({ a, b, cost }, epsilon) => acceleratedSinkhorn(a, b, cost, { epsilon, ...few }),
  andersonSinkhorn: ({ a, b, cost }, epsilon) => andersonSinkhorn(a, b, cost, { epsilon, ...few }),
  greenkhorn: ({ a, b, cost }, epsilon) => greenkhorn(a, b, cost, { epsilon, ...few }),
  sinkhornNewtonShift: ({ a, b, cost }, epsilon) => sinkhornNewtonShift(a, b, cost, { epsilon, ...few }),
  "the paper's Newton": ({ a, b, cost }, epsilon) => sinkhornNewtonSparse(a, b, cost, { epsilon, continuation: false, ...few }),
  stochasticTransport: ({ a, b, cost }, epsilon) => stochasticTransport(a, b, cost, { epsilon, ...few }),
};

/** Costs between a millionth and a million, each decade as often as the next. */
const mixed: Transport = (() => {
  const random = mulberry32(5);
  return { ...points, cost: { ...points.cost, values: points.cost.values.map(() => 10 ** (12 * random() - 6)) } };
})();
const decades = [1e3, 1, 1e-3, 1e-6, 1e-9];

describe('costs from a millionth to a million in one matrix', () => {
  it.each(decades)('the front door reaches 1e-9 at epsilon = %s', (epsilon) => {
    const result = solveTransport(mixed.a, mixed.b, mixed.cost, { epsilon });
    expect(result.status).toBe('converged');
    expect(marginalErrorIn(mixed, result.plan as DenseMatrix)).toBeLessThanOrEqual(1e-9);
    const optimum = leastCost(mixed);
    expect(result.cost).toBeGreaterThan(optimum - 1e-6);
    expect(result.cost).toBeLessThan(optimum + 1e-6 + epsilon * (entropyOf(mixed.a) + entropyOf(mixed.b)));
  });

  it.each(decades.flatMap((epsilon) => Object.keys(methods).map((name) => ({ name, epsilon }))))(
    '$name fits or says what to change at epsilon = $epsilon',
    ({ name, epsilon }) => {
      const result = methods[name](mixed, epsilon);
      expect(Number.isFinite(result.cost)).toBe(true);
      if (result.status === 'converged') expect(marginalErrorIn(mixed, result.plan as DenseMatrix)).toBeLessThan(2e-9);
      else expect(result.reason).toMatch(/marginal error.*raise .*epsilon/);
    },
  );
});

describe.each(Object.entries(methods))('%s', (_, solve) => {
  it.each(cases)('fits or says what to change at epsilon = $epsilon, costs $scale', ({ scale, epsilon }) => {
    const problem = scaled(scale);
    const result = solve(problem, epsilon);
    expect(Number.isFinite(result.cost)).toBe(true);
    // A sweep leaves one side fitted; a step or a relaxation that a limit cuts off may be a factor away.
    expect(massOf(result)).toBeGreaterThan(0.5);
    expect(massOf(result)).toBeLessThan(5);
    if (result.status === 'converged') expect(marginalErrorIn(problem, result.plan as DenseMatrix)).toBeLessThan(2e-9);
    else expect(result.reason).toMatch(/marginal error.*raise .*epsilon/);
  });
});

it.each(cases)('scalings alone end or say what to change at epsilon = $epsilon, costs $scale', (one) => {
  const problem = scaled(one.scale);
  const result = sinkhorn(problem.a, problem.b, problem.cost, { epsilon: one.epsilon, domain: 'scaling', ...few });
  expect(Number.isFinite(result.cost)).toBe(true);
  expect(massOf(result)).toBeGreaterThan(0.5);
  if (result.status !== 'converged') expect(result.reason).toMatch(/epsilon/);
});

it.each(cases)('partial and unbalanced transport at epsilon = $epsilon, costs $scale', ({ scale, epsilon }) => {
  const { a, b, cost } = scaled(scale);
  const partial = entropicPartialTransport(a, b, cost, { epsilon, mass: 0.5, ...few });
  const unbalanced = unbalancedSinkhorn(a, b, cost, { epsilon, marginalPenalty: 1, ...few });
  // Exponents of size 1e15 leave few digits behind the point.
  expect(partial.mass).toBeCloseTo(0.5, 3);
  for (const result of [partial, unbalanced]) {
    expect(Number.isFinite(result.cost)).toBe(true);
    if (result.status !== 'converged') expect(result.reason).toMatch(/raise/);
    if (result.mass < 1e-6) expect(result.reason).toMatch(/hardly any mass moves.*raise it/);
  }
});

it.each([1, 1e-3, 1e-6, 1e-9])('point clouds at epsilon = %s', (epsilon) => {
  const x = { rows: 15, cols: 2, values: points.cost.values.slice(0, 30) };
  const y = { rows: 20, cols: 2, values: points.cost.values.slice(40, 80) };
  const a = points.a.slice(0, 15);
  const b = points.b.slice(0, 20);
  const [massA, massB] = [a, b].map((weights) => weights.reduce((sum, weight) => sum + weight, 0));
  const result = pointCloudSinkhorn(x, y, {
    a,
    b: b.map((weight) => (weight * massA) / massB),
    epsilon,
    tolerance: 1e-9,
    ...few,
  });
  expect(Number.isFinite(result.cost)).toBe(true);
  expect(result.cost).toBeGreaterThan(0);
  if (result.status !== 'converged') expect(result.reason).toMatch(/marginal error.*raise .*epsilon/);
  else expect(result.marginalError).toBeLessThan(2e-9);
});

describe('the choice at small epsilon', () => {
  it('is sweeps at epsilon = 0.001, after some at larger ones, and Newton steps from there', () => {
    const result = solveTransport(points.a, points.b, points.cost, { epsilon: 1e-3 });
    expect([result.method, result.status]).toEqual(['sinkhornNewtonSparse', 'converged']);
    expect(result.reason).toMatch(/after \d+ sweeps .*, Newton steps are fewer/);
  });

  it.each([1e-4, 1e-6, 1e-9])('is Newton with continuation at epsilon = %s', (epsilon) => {
    const epsilons: number[] = [];
    const result = solveTransport(points.a, points.b, points.cost, {
      epsilon,
      onIteration: (iterate) => {
        if ('epsilon' in iterate) epsilons.push(Number(iterate.epsilon));
      },
    });
    expect(result.method).toBe('sinkhornNewtonSparse');
    expect(result.reason).toMatch(/lowering epsilon in stages is better/);
    // The robust variant lowers epsilon in stages, by the same factor each.
    expect(epsilons[0]).toBeGreaterThan(epsilon);
    expect(epsilons.at(-1)).toBe(epsilon);
    const stages = [...new Set(epsilons)];
    const factor = stages[0] / stages[1];
    expect(factor).toBeLessThan(12.001);
    for (let k = 1; k < stages.length; k++) expect(stages[k - 1] / stages[k]).toBeCloseTo(factor, 6);
  });
});

it('ten random problems of other shapes, through the front door', () => {
  for (let seed = 0; seed < 10; seed++) {
    const problem = randomPoints(5 + 9 * seed, 60 - 5 * seed, 1 + (seed % 3), seed, { zeroShare: 0.3 });
    for (const epsilon of epsilons) {
      const { status, plan } = solveTransport(problem.a, problem.b, problem.cost, { epsilon });
      expect(status).toBe('converged');
      expect(marginalErrorIn(problem, plan as DenseMatrix)).toBeLessThanOrEqual(1e-9);
    }
  }
});
