// Iterates against worked examples, rates against theorems, saddle points against a linear programme.
import { Random } from '@infimum/core';
import type { LegacyHighs } from 'highs';
import highsModule from 'highs';
import { describe, expect, it } from 'vitest';
import { anchoredPopov } from './anchored-popov.ts';
import { extraAnchoredGradient } from './extra-anchored-gradient.ts';
import { extragradient } from './extragradient.ts';
import { gradientDescentAscent } from './gradient-descent-ascent.ts';
import { halpern } from './halpern.ts';
import type { MonotoneInclusion } from './inclusion.ts';
import { CountedOperator, naturalResidual } from './inclusion.ts';
import { chain, matrixGameInclusion, robustRegression, scaledBilinear, scaledQuadratics } from './inclusion-families.ts';
import { inclusion } from './inclusion-problem.ts';
import { optimisticGda } from './optimistic-gda.ts';
import { svrgExtragradient } from './svrg-extragradient.ts';
import { vrHalpern, vrHalpernSteps } from './vr-halpern.ts';
import { VrForb, vrHalpernInexact } from './vr-halpern-inexact.ts';

const identity: MonotoneInclusion = {
  operator: { terms: 1, dimension: 1, lipschitz: 1, meanLipschitz: 1, component: (_, u, out) => out.set(u) },
  initial: Float64Array.of(1),
  cocoercive: true,
};

describe('worked examples', () => {
  it('1: Halpern on F(u) = u', () => {
    const residuals: number[] = [];
    vrHalpern(identity, {
      stepSize: 0.25,
      refresh: 1,
      tolerance: 0,
      maxIterations: 3,
      onIteration: ({ residual }) => residuals.push(residual),
    });
    expect(residuals).toEqual([1, 0.75, expect.closeTo(0.6625, 12), expect.closeTo(0.609375, 12)]);
  });

  it('2 and 5: the certificate of a resolvent', () => {
    const bilinear = {
      terms: 1,
      dimension: 2,
      component: (_: number, [x, y]: Float64Array, out: Float64Array) => out.set([y, -x]),
    };
    const counted = new CountedOperator(bilinear);
    const inner = new VrForb(counted, (z, _, out) => void out.set(z), 1, 1, new Random(1));
    const z = Float64Array.of(1, 0);
    inner.begin(z);
    for (let k = 0; k < 400; k++) {
      inner.untilSnapshot();
      // |w - J(z)| <= |e|, J(z) = (1/2, 1/2).
      const error = Math.hypot(inner.point[0] - 0.5, inner.point[1] - 0.5);
      expect(error).toBeLessThanOrEqual(inner.error * (1 + 1e-9) + 1e-12);
    }
    expect(inner.point[0]).toBeCloseTo(0.5, 10);
    expect(inner.residual).toBeCloseTo(Math.SQRT1_2, 10);
  });
});

it('with whole batches the method is the Halpern iteration, bit by bit', () => {
  const problem = scaledQuadratics(7, 3, 2);
  const [u, next, value] = [Float64Array.from(problem.initial), new Float64Array(3), new Float64Array(3)];
  const steps = vrHalpernSteps(problem, { refresh: 1, stepSize: 0.3, tolerance: 0 });
  problem.operator.full?.(u, value);
  for (let k = 1; k < 30; k++) {
    steps.next();
    const lambda = 2 / (k + 3);
    for (let j = 0; j < 3; j++) next[j] = lambda * problem.initial[j] + (1 - lambda) * u[j] - 0.3 * value[j];
    u.set(next);
    problem.operator.full?.(u, value);
  }
  const { value: iterate } = steps.next();
  const found = (iterate as { solution(): { x: Float64Array; residual: number } }).solution();
  expect(found.residual).toBeCloseTo(Math.hypot(...value), 12);
  expect([...found.x]).toEqual([...u]);
});

describe('rates', () => {
  it('k times the residual stays below 16 L |u_0 - u*| for the safe step (claim 1)', () => {
    const problem = scaledQuadratics(50, 5, 3);
    const { lipschitz = 1 } = problem.operator;
    let worst = 0;
    vrHalpern(problem, {
      stepRule: 'safe',
      tolerance: 0,
      maxEpochs: 1e5,
      maxIterations: 20_000,
      onIteration: ({ iteration, residual }) => {
        worst = Math.max(worst, (iteration * residual) / (lipschitz * Math.sqrt(5)));
      },
    });
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(16);
  });

  it('many components: about ten times fewer evaluations than Halpern at n = 1e4, in the median', () => {
    const goal = { tolerance: 0, absoluteTolerance: 1e-2 };
    const gains = [1, 2, 3].map((seed) => {
      const problem = scaledQuadratics(10_000, 20, seed);
      const reduced = vrHalpern(problem, { ...goal, seed });
      expect(reduced.status).toBe('converged');
      expect(reduced.residual).toBeLessThanOrEqual(1e-2);
      return halpern(problem, goal).evaluations.value / reduced.evaluations.value;
    });
    expect(gains.sort((a, b) => a - b)[1]).toBeGreaterThan(8);
  });

  it('monotone sums: fewer evaluations than the extra-anchored gradient at n = 1e4', () => {
    const goal = { tolerance: 0, absoluteTolerance: 1e-2 };
    const problem = scaledBilinear(10_000, 10, 1);
    const inexact = vrHalpernInexact(problem, goal);
    expect(inexact.status).toBe('converged');
    expect(extraAnchoredGradient(problem, goal).evaluations.value / inexact.evaluations.value).toBeGreaterThan(5);
  });

  it('restarts make affine problems linear', () => {
    const problem = scaledQuadratics(100, 5, 4);
    const plain = vrHalpern(problem, { tolerance: 1e-4, maxEpochs: 1e5 });
    const restarted = vrHalpern(problem, { tolerance: 1e-4, maxEpochs: 1e5, restart: true });
    expect(restarted.status).toBe('converged');
    expect(restarted.evaluations.value).toBeLessThan(plain.evaluations.value / 2);
  });

  it('the lower bound: no iterate has a non-zero link further than its evaluations could have shown', () => {
    const [m, n] = [24, 6];
    const problem = chain(m, n);
    for (const method of [vrHalpernInexact, extraAnchoredGradient, svrgExtragradient, extragradient]) {
      let shown = 0;
      const counting: MonotoneInclusion = {
        ...problem,
        operator: {
          ...problem.operator,
          component: (i, u, out) => {
            shown++;
            problem.operator.component(i, u, out);
          },
          full: (u, out) => {
            shown++;
            problem.operator.full?.(u, out);
          },
        },
      };
      method(counting, {
        tolerance: 1e-9,
        maxIterations: 60,
        onIteration: ({ solution }) => {
          const { x, residual } = solution();
          let furthest = -1;
          for (let j = 0; j < m; j++) if (x[j] !== 0 || x[m + j] !== 0) furthest = j;
          expect(furthest).toBeLessThan(shown + 1);
          if (furthest < m - 1) expect(residual).toBeGreaterThanOrEqual(1 / Math.sqrt(furthest + 2) - 1e-9);
        },
      });
    }
  });
});

describe('saddle points', () => {
  it('of matrix games have the value of a linear programme', async () => {
    const highs = await (highsModule as unknown as () => Promise<LegacyHighs>)();
    const n = 6;
    const values = new Random(5).uniforms(new Float64Array(n * n));
    const rows = Array.from({ length: n }, (_, j) => {
      const terms = Array.from({ length: n }, (_, i) => `+ ${values[i * n + j]} x${i}`).join(' ');
      return ` c${j}: ${terms} - v <= 0`;
    });
    const sum = Array.from({ length: n }, (_, i) => `+ x${i}`).join(' ');
    const program = `Minimize\n obj: v\nSubject To\n${rows.join('\n')}\n s: ${sum} = 1\nBounds\n v free\nEnd`;
    const value = highs.solve(program).ObjectiveValue;
    const problem = matrixGameInclusion({ rows: n, cols: n, values });
    // Anchored iterations fall as 1/k, the others faster on this game.
    for (const [method, tolerance, digits] of [
      [vrHalpernInexact, 1e-3, 2],
      [extraAnchoredGradient, 1e-3, 2],
      [extragradient, 1e-6, 5],
      [optimisticGda, 1e-6, 5],
    ] as const) {
      const { x, status } = method(problem, { tolerance, maxEpochs: 1e5 });
      expect(status).toBe('converged');
      let game = 0;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) game += x[i] * values[i * n + j] * x[n + j];
      expect(game).toBeCloseTo(value, digits);
    }
  });

  it('of robust regression minimise the Huber loss', () => {
    const random = new Random(8);
    const [n, d] = [30, 3];
    const points = random.normals(new Float64Array(n * d));
    const targets = Float64Array.from(
      { length: n },
      (_, i) => points[i * d] - points[i * d + 1] + (i % 7 === 0 ? 5 : 0.1 * random.normal()),
    );
    const { x, status } = extragradient(robustRegression(points, targets, 100), { tolerance: 1e-7, maxEpochs: 1e5 });
    expect(status).toBe('converged');
    // The gradient of the Huber loss, by itself.
    const gradient = new Float64Array(d);
    for (let i = 0; i < n; i++) {
      let r = -targets[i];
      for (let j = 0; j < d; j++) r += points[i * d + j] * x[j];
      const slope = Math.max(-1, Math.min(1, r));
      for (let j = 0; j < d; j++) gradient[j] += (slope * points[i * d + j]) / n;
    }
    expect(Math.hypot(...gradient)).toBeLessThan(1e-5);
  });

  it('send plain descent ascent away, which says so', () => {
    const { status, reason } = gradientDescentAscent(scaledBilinear(5, 2, 1), { maxEpochs: 1e6 });
    expect(status).toBe('stalled');
    expect(reason).toContain('thousandfold');
  });

  it('are found by anchored steps with one evaluation each', () => {
    const { status, x } = anchoredPopov(scaledBilinear(20, 1, 3), { tolerance: 1e-3, maxEpochs: 1e5 });
    expect(status).toBe('converged');
    expect(x[0]).toBeCloseTo(1, 2);
    expect(x[1]).toBeCloseTo(-1, 2);
  });
});

describe('what counts as solved', () => {
  const bound = (problem: MonotoneInclusion, options: Record<string, unknown>) =>
    inclusion.success?.bound(problem, { options }) as number;
  const residual = (problem: MonotoneInclusion, x: Float64Array) =>
    inclusion.metrics['residual'].compute(problem, { x, residual: 0, evaluations: { value: 0 } });
  /** F times a factor: the same solutions, constants times the factor. */
  const times = (problem: MonotoneInclusion, factor: number): MonotoneInclusion => ({
    ...problem,
    operator: {
      terms: problem.operator.terms,
      dimension: problem.operator.dimension,
      lipschitz: factor * (problem.operator.lipschitz ?? 1),
      meanLipschitz: factor * (problem.operator.meanLipschitz ?? 1),
      component: (i, u, out) => {
        problem.operator.component(i, u, out);
        for (let j = 0; j < out.length; j++) out[j] *= factor;
      },
    },
  });
  const game = matrixGameInclusion({ rows: 3, cols: 3, values: Float64Array.of(1, -2, 3, 0, 2, -1, -1, 1, 2) });

  it('is a small multiple of the tolerance, in every unit of F', () => {
    expect(bound(scaledQuadratics(9, 2, 1), { tolerance: 1e-6 })).toBeLessThan(2.1e-6);
    const { lipschitz = 1, meanLipschitz = 1 } = game.operator;
    const most = 2 * Math.max(4 * (lipschitz / meanLipschitz), 3) * 1e-6 + 1e-13;
    for (const factor of [1e-100, 1e-6, 1, 1e6, 1e100]) {
      expect(bound(times(game, factor), { tolerance: 1e-6 })).toBeLessThanOrEqual(most);
      const u = Float64Array.from(game.initial, (entry, j) => entry + 0.01 * (j % 2 ? 1 : -1));
      expect(residual(times(game, factor), u)).toBeCloseTo(residual(times(game, 1), u), 12);
    }
  });

  it('holds for residuals seen with steps of any length', () => {
    const random = new Random(5);
    for (let round = 0; round < 200; round++) {
      const matrix = { rows: 3, cols: 3, values: Float64Array.from({ length: 9 }, () => random.normal()) };
      const problem = times(matrixGameInclusion(matrix), 10 ** (8 * random.uniform() - 4));
      const stepSize = 10 ** (4 * random.uniform() - 2) / (problem.operator.meanLipschitz as number);
      const natural = (point: Float64Array) => {
        const value = new Float64Array(point.length);
        new CountedOperator(problem.operator).full(point, value);
        return naturalResidual(problem, point, value, stepSize);
      };
      const u = Float64Array.from(problem.initial, (entry) => entry + random.normal() * 10 ** (-6 * random.uniform()));
      const seen = natural(u) / natural(Float64Array.from(problem.initial));
      expect(residual(problem, u)).toBeLessThanOrEqual(bound(problem, { tolerance: seen, stepSize }));
    }
  });

  it('is not met by steps so short that rounding hides them', () => {
    const outcome = extragradient(game, { stepSize: 1e-20, maxIterations: 50 });
    expect(outcome.status).not.toBe('converged');
  });
});
