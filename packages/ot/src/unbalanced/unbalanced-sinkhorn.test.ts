import type { DenseMatrix } from '@infimum/linalg';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sinkhorn } from '../entropic/sinkhorn.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { unbalancedMm } from './unbalanced-mm.ts';
import { unbalancedTransport } from './unbalanced-problem.ts';
import { unbalancedSinkhorn } from './unbalanced-sinkhorn.ts';

const a = goldenVector('a');
const b = goldenVector('heavy');
const cost = goldenMatrix('cost');

function expectClose(actual: Float64Array, expected: Float64Array, digits: number) {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], digits);
  });
}

function marginals({ rows, cols, values }: DenseMatrix) {
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(cols);
  values.forEach((mass, k) => {
    rowSums[Math.floor(k / cols)] += mass;
    columnSums[k % cols] += mass;
  });
  return { rowSums, columnSums };
}

it('the entropic plan is that of POT', () => {
  const result = unbalancedSinkhorn(a, b, cost, { epsilon: 0.3, marginalPenalty: 0.8 });
  expect(result.status).toBe('converged');
  expectClose(result.plan.values, goldenMatrix('unbalancedKl').values, 9);
});

it('the entropic plan satisfies its optimality conditions', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 2, noNaN: true }),
      fc.double({ min: 0.05, max: 5, noNaN: true }),
      (epsilon, penalty) => {
        const { plan } = unbalancedSinkhorn(a, b, cost, { epsilon, marginalPenalty: penalty, maxIterations: 50_000 });
        const { rowSums, columnSums } = marginals(plan);
        plan.values.forEach((mass, k) => {
          if (mass < 1e-200) return;
          const [i, j] = [Math.floor(k / plan.cols), k % plan.cols];
          const force =
            cost.values[k] +
            epsilon * Math.log(mass / (a[i] * b[j])) +
            penalty * (Math.log(rowSums[i] / a[i]) + Math.log(columnSums[j] / b[j]));
          expect(Math.abs(force)).toBeLessThan(1e-6);
        });
      },
    ),
    { numRuns: 20 },
  );
});

it('with a price for each side, one of them infinite, the plan is that of POT', () => {
  const sides = unbalancedSinkhorn(a, b, cost, { epsilon: 0.3, marginalPenalty: 0.8, targetPenalty: 2 });
  expect(sides.status).toBe('converged');
  expectClose(sides.plan.values, goldenMatrix('unbalancedSides').values, 9);
  const one = unbalancedSinkhorn(a, b, cost, { epsilon: 0.3, marginalPenalty: 0.8, sourcePenalty: Infinity });
  expect(one.status).toBe('converged');
  expectClose(one.plan.values, goldenMatrix('unbalancedOneSide').values, 9);
  expectClose(marginals(one.plan).rowSums, a, 9);
});

it('any two prices: the optimality conditions hold, by all translations alike', () => {
  for (const [source, target] of [
    [0.1, 30],
    [30, 0.1],
    [Infinity, 0.3],
    [0.3, Infinity],
    [Infinity, 30],
  ]) {
    const plans = (['update', 'sweep', 'none'] as const).map((translation) => {
      const found = unbalancedSinkhorn(a, b, cost, {
        epsilon: 0.5,
        marginalPenalty: 1,
        sourcePenalty: source,
        targetPenalty: target,
        translation,
        tolerance: 1e-12,
        maxIterations: 200_000,
      });
      expect(found.status).toBe('converged');
      return found;
    });
    const [{ plan, iterations }, , plain] = plans;
    expect(iterations).toBeLessThanOrEqual(plain.iterations + 1);
    for (const other of plans) expectClose(other.plan.values, plan.values, 8);
    const { rowSums, columnSums } = marginals(plan);
    const m = plan.cols;
    // What the prices do not explain must depend on the side alone that is met exactly.
    const force = (i: number, j: number) =>
      cost.values[i * m + j] +
      0.5 * Math.log(plan.values[i * m + j] / (a[i] * b[j])) +
      (source < Infinity ? source * Math.log(rowSums[i] / a[i]) : 0) +
      (target < Infinity ? target * Math.log(columnSums[j] / b[j]) : 0);
    for (let i = 0; i < plan.rows; i++) {
      for (let j = 0; j < m; j++) {
        const own = source === Infinity ? force(i, 0) : target === Infinity ? force(0, j) : 0;
        expect(force(i, j) - own).toBeCloseTo(0, 6);
      }
    }
    if (source === Infinity) expectClose(rowSums, a, 9);
    if (target === Infinity) expectClose(columnSums, b, 9);
  }
  const counts = [100, 1e4].map((targetPenalty) => {
    const options = { epsilon: 0.5, marginalPenalty: 1, sourcePenalty: Infinity, targetPenalty };
    return unbalancedSinkhorn(a, b, cost, options).iterations;
  });
  expect(counts[1]).toBeLessThan(1.2 * counts[0]);
});

it('two infinite prices give the balanced plan, for equal totals only', () => {
  const balanced = goldenVector('b');
  const options = { epsilon: 0.5, marginalPenalty: 1, sourcePenalty: Infinity, targetPenalty: Infinity };
  const { plan, status } = unbalancedSinkhorn(a, balanced, cost, options);
  expect(status).toBe('converged');
  expectClose(plan.values, sinkhorn(a, balanced, cost, { epsilon: 0.5 }).plan.values, 8);
  expect(thrownBy(() => unbalancedSinkhorn(a, b, cost, options)).argument).toBe('b');
});

it('prices of sides keep their plan when costs or masses change their unit', () => {
  const plain = unbalancedSinkhorn(a, b, cost, { epsilon: 0.5, marginalPenalty: 1, sourcePenalty: Infinity });
  for (const unit of [1e150, 1e-150]) {
    const far = unbalancedSinkhorn(
      a,
      b,
      { ...cost, values: cost.values.map((c) => unit * c) },
      { epsilon: 0.5 * unit, marginalPenalty: unit, sourcePenalty: Infinity },
    );
    expect(far.status).toBe('converged');
    expectClose(far.plan.values, plain.plan.values, 8);
    const options = { epsilon: 0.5, marginalPenalty: 1, sourcePenalty: Infinity };
    const heavy = unbalancedSinkhorn(
      a.map((w) => unit * w),
      b.map((w) => unit * w),
      cost,
      options,
    );
    expect(heavy.status).toBe('converged');
    expectClose(
      heavy.plan.values.map((mass) => mass / unit),
      plain.plan.values,
      8,
    );
  }
});

it.each(['kl', 'l2'] as const)('majorisation-minimisation has a price for each side: %s', (divergence) => {
  const [source, target] = divergence === 'kl' ? [0.8, 2] : [4, 9];
  const result = unbalancedMm(a, b, cost, {
    marginalPenalty: source,
    targetPenalty: target,
    divergence,
    tolerance: 1e-13,
    maxIterations: 100_000,
  });
  expectClose(result.plan.values, goldenMatrix(divergence === 'kl' ? 'mmKlSides' : 'mmL2Sides').values, 6);
});

it('a great penalty gives the balanced plan', () => {
  const balanced = goldenVector('b');
  const { plan } = unbalancedSinkhorn(a, balanced, cost, { epsilon: 0.5, marginalPenalty: 1e6, maxIterations: 100_000 });
  expectClose(plan.values, sinkhorn(a, balanced, cost, { epsilon: 0.5 }).plan.values, 5);
});

it('a single pair: mass exp(-C / (2 rho + epsilon)), zero weights stay empty', () => {
  const weights = Float64Array.of(1, 0);
  const { plan } = unbalancedSinkhorn(
    weights,
    weights,
    { rows: 2, cols: 2, values: Float64Array.of(2, 1, 1, 0) },
    { epsilon: 0.5, marginalPenalty: 1 },
  );
  expect(plan.values[0]).toBeCloseTo(Math.exp(-2 / 2.5), 10);
  expect(Array.from(plan.values.subarray(1))).toEqual([0, 0, 0]);
});

/** Scaling as it is written: u = (a / K v)^share, v = (b / K'u)^share, with a b' in the kernel; the sweeps to a tolerance. */
function plainScaling(epsilon: number, rho: number): { plan: Float64Array; sweeps: number } {
  const [n, m] = [cost.rows, cost.cols];
  const share = rho / (rho + epsilon);
  const kernel = cost.values.map((c, k) => a[Math.floor(k / m)] * b[k % m] * Math.exp(-c / epsilon));
  const [u, v] = [new Float64Array(n).fill(1), new Float64Array(m).fill(1)];
  let change = Infinity;
  let sweeps = 0;
  for (; change > 1e-13; sweeps++) {
    change = 0;
    for (let i = 0; i < n; i++) {
      const sum = v.reduce((all, value, j) => all + kernel[i * m + j] * value, 0);
      const next = (a[i] / sum) ** share;
      change = Math.max(change, Math.abs(Math.log(next / u[i])));
      u[i] = next;
    }
    for (let j = 0; j < m; j++) {
      const sum = u.reduce((all, value, i) => all + kernel[i * m + j] * value, 0);
      v[j] = (b[j] / sum) ** share;
    }
  }
  return { plan: kernel.map((value, k) => u[Math.floor(k / m)] * value * v[k % m]), sweeps };
}

it('all translations lead to the plan of plain scaling, whose sweeps alone grow with the penalty', () => {
  const counts = [0.1, 1, 100, 1000].map((rho) => {
    const plain = plainScaling(0.5, rho);
    const solve = (translation: 'update' | 'sweep' | 'none') =>
      unbalancedSinkhorn(a, b, cost, {
        epsilon: 0.5,
        marginalPenalty: rho,
        translation,
        tolerance: 1e-13,
        maxIterations: 50_000,
      });
    const [update, sweep, none] = [solve('update'), solve('sweep'), solve('none')];
    for (const { plan, status } of [update, sweep, none]) {
      expect(status).toBe('converged');
      expectClose(plan.values, plain.plan, 9);
    }
    // At 1e-13 rounding decides about the last sweeps.
    expect(Math.abs(none.iterations - plain.sweeps)).toBeLessThanOrEqual(2 + 0.01 * plain.sweeps);
    // Both iterations agree up to constants, which the change that ends them sees differently.
    expect(update.iterations).toBeLessThanOrEqual(sweep.iterations + 1);
    return { none: none.iterations, update: update.iterations };
  });
  // Per sweep the errors shrink by (rho / (rho + epsilon))^2, times the balanced iteration's rate if t is eliminated.
  const [, , hundred, thousand] = counts;
  expect(thousand.none).toBeGreaterThan(5 * hundred.none);
  expect(thousand.update).toBeLessThan(1.2 * hundred.update);
});

it('an update maximises the dual from which the translation has been eliminated', () => {
  // One step, f for g = 0 and g for that f, recovered from the plan up to a constant of each; the dual in both constants
  // is then maximised by a search, and the plan's own constant must be where it is largest.
  const [epsilon, rho] = [0.7, 0.4];
  const { plan } = unbalancedSinkhorn(a, b, cost, { epsilon, marginalPenalty: rho, maxIterations: 1 });
  const m = cost.cols;
  const reach = (i: number, j: number) => Math.log(plan.values[i * m + j] / (a[i] * b[j])) + cost.values[i * m + j] / epsilon;
  const f = a.map((_, i) => reach(i, 0));
  const g = b.map((_, j) => reach(0, j) - reach(0, 0));
  const side = (weights: Float64Array, logs: Float64Array) =>
    weights.reduce((sum, weight, i) => sum + weight * Math.exp((-epsilon / rho) * logs[i]), 0);
  const dual = (shift: number) =>
    -2 * rho * Math.sqrt(side(a, f) * Math.exp((-epsilon / rho) * shift) * side(b, g)) -
    epsilon * plan.values.reduce((sum, mass) => sum + mass, 0) * Math.exp(shift);
  for (const shift of [-0.1, -1e-3, 1e-3, 0.1]) expect(dual(shift)).toBeLessThan(dual(0));
});

it.each(['kl', 'l2'] as const)('majorisation-minimisation is that of POT for %s', (divergence) => {
  const penalty = divergence === 'kl' ? 0.8 : 4;
  const result = unbalancedMm(a, b, cost, { marginalPenalty: penalty, divergence, tolerance: 1e-13 });
  expectClose(result.plan.values, goldenMatrix(divergence === 'kl' ? 'mmKl' : 'mmL2').values, 6);
});

it.each(['kl', 'l2'] as const)('majorisation-minimisation reaches the optimality conditions of %s', (divergence) => {
  const penalty = 2;
  const { plan } = unbalancedMm(a, b, cost, { marginalPenalty: penalty, divergence, tolerance: 1e-12, maxIterations: 50_000 });
  const { rowSums, columnSums } = marginals(plan);
  const miss = (sum: number, weight: number) => (divergence === 'kl' ? Math.log(sum / weight) : sum - weight);
  plan.values.forEach((mass, k) => {
    const [i, j] = [Math.floor(k / plan.cols), k % plan.cols];
    const force = cost.values[k] + penalty * (miss(rowSums[i], a[i]) + miss(columnSums[j], b[j]));
    expect(force).toBeGreaterThan(-1e-3);
    if (mass > 1e-3) expect(force).toBeLessThan(1e-3);
  });
});

it('majorisation-minimisation never raises its objective', () => {
  let last = Infinity;
  const objective = (plan: DenseMatrix, moved: number) => {
    const { rowSums, columnSums } = marginals(plan);
    const kl = (p: Float64Array, q: Float64Array) =>
      p.reduce((sum, value, i) => sum + value * Math.log(value / q[i]) - value + q[i], 0);
    return moved + 0.8 * (kl(rowSums, a) + kl(columnSums, b));
  };
  unbalancedMm(a, b, cost, {
    marginalPenalty: 0.8,
    maxIterations: 50,
    onIteration: ({ solution }) => {
      const { plan, cost: moved } = solution();
      const value = objective(plan, moved);
      expect(value).toBeLessThanOrEqual(last + 1e-12);
      last = value;
    },
  });
  expect(last).toBeLessThan(Infinity);
});

it.each([
  [
    'a',
    () =>
      unbalancedSinkhorn(
        a.map((w) => -w),
        b,
        cost,
        { epsilon: 1, marginalPenalty: 1 },
      ),
  ],
  ['b', () => unbalancedSinkhorn(a, a, cost, { epsilon: 1, marginalPenalty: 1 })],
  ['epsilon', () => unbalancedSinkhorn(a, b, cost, { epsilon: -1, marginalPenalty: 1 })],
  ['marginalPenalty', () => unbalancedSinkhorn(a, b, cost, { epsilon: 1, marginalPenalty: Number.NaN })],
  ['sourcePenalty', () => unbalancedSinkhorn(a, b, cost, { epsilon: 1, marginalPenalty: 1, sourcePenalty: 0 })],
  ['targetPenalty', () => unbalancedMm(a, b, cost, { marginalPenalty: 1, targetPenalty: Infinity })],
  ['sourcePenalty', () => unbalancedMm(a, b, cost, { marginalPenalty: 1, sourcePenalty: Number.NaN })],
  ['tolerance', () => unbalancedSinkhorn(a, b, cost, { epsilon: 1, marginalPenalty: 1, tolerance: -1 })],
  ['translation', () => unbalancedSinkhorn(a, b, cost, { epsilon: 1, marginalPenalty: 1, translation: 'all' as never })],
  ['divergence', () => unbalancedMm(a, b, cost, { marginalPenalty: 1, divergence: 'tv' as never })],
  ['marginalPenalty', () => unbalancedMm(a, b, cost, { marginalPenalty: 0 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});

it('majorisation-minimisation calls slow changes no end where masses are far apart', () => {
  const heavy = Float64Array.of(1e308, 1, 1e-3);
  const far = { rows: 2, cols: 3, values: Float64Array.of(0, 1, 2, 3, 1, 0) };
  const light = Float64Array.of(0.5, 0.5);
  const penalty = { marginalPenalty: 0.5, maxIterations: 20_000 };
  for (const tolerance of [1e-1, 1e-3, 1e-9]) {
    const found = unbalancedMm(light, heavy, far, { ...penalty, tolerance });
    const instance = { a: light, b: heavy, cost: far, marginalPenalty: 0.5, epsilon: 0 };
    expect(['converged', 'stalled', 'iteration-limit']).toContain(found.status);
    const bound = found.status === 'converged' ? Math.max(0.05, tolerance) : Infinity;
    expect(unbalancedTransport.metrics.stationarity.compute(instance, found)).toBeLessThanOrEqual(bound);
  }
});
