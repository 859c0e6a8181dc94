// Values against worked examples, other prototypes' figures, closed forms and direct minimisation.
import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adamRelu } from './adam-relu.ts';
import { projectOntoCone } from './cone-projection.ts';
import { lossProx } from './convex-program.ts';
import { convexReluAdmm } from './convex-relu-admm.ts';
import { convexReluRbcd } from './convex-relu-rbcd.ts';
import { gatedRelu } from './gated-relu.ts';
import { enumeratePatterns, samplePatterns } from './patterns.ts';
import { planarRegression, plantedRegression, reluFamilies, robustFeatures } from './relu-families.ts';
import type { ReluInstance } from './relu-network.ts';
import { predictRelu, reluObjective } from './relu-network.ts';
import { robustLossProx, robustRelu } from './robust-relu.ts';
import { sampledConvexRelu } from './sampled-convex.ts';

const line: ReluInstance = {
  points: { rows: 3, cols: 1, values: Float64Array.of(1, -1, 2) },
  targets: Float64Array.of(1, 2, 2),
  loss: 'squared',
  beta: 0.1,
};

describe('patterns', () => {
  it('of the plane are two a line, each that of some direction', () => {
    for (const n of [1, 2, 5, 12]) {
      const { points } = planarRegression(n, 7, 0.1);
      const { count, bits } = enumeratePatterns(points);
      expect(count).toBe(2 * n);
      const seen = new Set<string>();
      const angles = process.env['INFIMUM_FULL'] ? 20_000 : 4000;
      for (let k = 0; k < angles; k++) {
        const angle = (2 * Math.PI * k) / angles;
        const u = [Math.cos(angle), Math.sin(angle)];
        const pattern = Array.from({ length: n }, (_, k) =>
          points.values[2 * k] * u[0] + points.values[2 * k + 1] * u[1] >= 0 ? 1 : 0,
        );
        seen.add(pattern.join(''));
      }
      const found = new Set(Array.from({ length: count }, (_, i) => bits.slice(i * n, (i + 1) * n).join('')));
      for (const pattern of seen) expect(found.has(pattern)).toBe(true);
    }
  });

  it('of points in general position are as many as Cover counted', () => {
    const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k);
    for (const [n, d] of [
      [5, 3],
      [8, 3],
      [6, 4],
    ]) {
      const values = new Random(3).normals(new Float64Array(n * d));
      let cover = 0;
      for (let k = 0; k < d; k++) cover += 2 * (k > n - 1 ? 0 : binomial(n - 1, k));
      expect(enumeratePatterns({ rows: n, cols: d, values }).count).toBe(cover);
    }
  });

  it('of evenly spaced points with a bias are 20 for ten of them', async () => {
    const { points } = await reluFamilies.absolute.generate({ n: 10, beta: 0.01 } as never, 1);
    expect(enumeratePatterns(points).count).toBe(20);
  });

  it('are sampled from those that there are', () => {
    const { points } = planarRegression(6, 1, 0.1);
    expect(samplePatterns(points, 100, 3).count).toBe(12);
    expect(samplePatterns(points, 4, 3).count).toBe(4);
  });
});

it('projects onto cones: feasible, and no feasible point is nearer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 8 }), (seed, n) => {
      const random = new Random(seed);
      const x = random.normals(new Float64Array(3 * n));
      const c = random.normals(new Float64Array(3));
      const inside = random.normals(new Float64Array(3));
      const height = (u: Float64Array, k: number) => x[3 * k] * u[0] + x[3 * k + 1] * u[1] + x[3 * k + 2] * u[2];
      const signs = Uint8Array.from({ length: n }, (_, k) => (height(inside, k) >= 0 ? 1 : 0));
      const out = new Float64Array(3);
      expect(projectOntoCone(x, signs, 3, c, out)).toBe(true);
      for (let k = 0; k < n; k++) expect((signs[k] === 1 ? 1 : -1) * height(out, k)).toBeGreaterThan(-1e-9);
      // The nearest point p has (c - p) . p = 0 and (c - p) . z <= 0 for every z of the cone.
      const rest = c.map((value, j) => value - out[j]);
      const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, j) => sum + value * b[j], 0);
      expect(Math.abs(dot(rest, out))).toBeLessThan(1e-9);
      expect(dot(rest, inside)).toBeLessThan(1e-9);
    }),
    { numRuns: 200 },
  );
});

describe('the examples', () => {
  it('1: a closed form in one dimension', () => {
    const { status, value, lowerBound, isProof, output } = convexReluAdmm(line);
    expect(status).toBe('converged');
    expect(isProof).toBe(true);
    expect(value).toBeCloseTo(0.294, 6);
    expect(lowerBound).toBeLessThanOrEqual(0.294 + 1e-12);
    expect([...output].sort()).toEqual([expect.closeTo(0.989949, 4), expect.closeTo(1.378405, 4)].sort());
  });

  it('2 and 3: what kills every unit', () => {
    expect(convexReluAdmm({ ...line, targets: new Float64Array(3) }).value).toBe(0);
    const dead = convexReluAdmm({ ...line, beta: 5.1 });
    expect(dead.output.length).toBe(0);
    expect(dead.value).toBeCloseTo(4.5, 9);
    expect(convexReluAdmm({ ...line, beta: 3 }).value).toBeCloseTo(4.1, 5);
  });

  it('the absolute value at ten points (an independent solver: 0.0197987808)', async () => {
    const instance = await reluFamilies.absolute.generate({ n: 10, beta: 0.01 } as never, 1);
    const { status, value } = convexReluAdmm(instance);
    expect(status).toBe('converged');
    expect(value / 0.0197987808).toBeCloseTo(1, 5);
  });

  it.each([
    [6, 1, 0.1, 2.4768000956],
    [12, 3, 0.1, 4.114655921],
    [10, 2, 0.01, 0.6725425756],
  ])('planes of %d points, seed %d, beta %d: the optimum, with its proof', (n, seed, beta, optimum) => {
    const instance = planarRegression(n, seed, beta);
    const outcome = convexReluAdmm(instance);
    expect(outcome.status).toBe('converged');
    expect(outcome.isProof).toBe(true);
    expect(outcome.value / optimum).toBeCloseTo(1, 5);
    expect(outcome.value).toBeGreaterThanOrEqual(optimum * (1 - 1e-9));
    expect(outcome.lowerBound).toBeLessThanOrEqual(optimum * (1 + 1e-9));
    expect(reluObjective(instance, outcome)).toBe(outcome.value);
  });
});

describe('methods against each other', () => {
  const instance = planarRegression(12, 3, 0.1);

  it('blocks at random come to the same optimum', () => {
    const tolerance = process.env['INFIMUM_FULL'] ? 1e-6 : 1e-4;
    const { value, status } = convexReluRbcd(instance, { tolerance });
    expect(status).toBe('converged');
    expect(value / 4.114655921).toBeLessThan(1.00011);
  });

  it('Woodbury and the whole matrix give the same iterates', () => {
    const [first, second] = (['woodbury', 'cholesky'] as const).map(
      (linearSolver) => convexReluAdmm(instance, { linearSolver, maxIterations: 40 }).value,
    );
    expect(first / second).toBeCloseTo(1, 8);
  });

  it('the paper’s method converges linearly: the residual falls on a straight line', () => {
    const { trace = [] } = convexReluAdmm(planarRegression(6, 1, 0.1), {
      relaxation: 1,
      tolerance: 0,
      maxIterations: 2000,
      trace: true,
    });
    const logs = [1000, 1250, 1500, 1750, 2000].map((k) => Math.log(trace[k].residual));
    const steps = logs.slice(1).map((value, i) => value - logs[i]);
    for (const step of steps) expect(step).toBeLessThan(0);
  });

  it('the default penalty comes nearer by far than beta/2 in as many iterations, where beta is small', () => {
    for (const beta of [1e-3, 1e-5]) {
      const random = new Random(7);
      const values = random.normals(new Float64Array(200 * 8));
      const targets = Float64Array.from({ length: 200 }, (_, i) => Math.abs(values[8 * i]) + 0.1 * random.normal());
      const instance = { points: { rows: 200, cols: 8, values }, targets, loss: 'squared', beta } as const;
      const options = { patterns: 'sampled', patternCount: 60, maxIterations: 100 } as const;
      const { value } = convexReluAdmm(instance, options);
      expect(value, `beta ${beta}`).toBeLessThan(convexReluAdmm(instance, { ...options, rho: beta / 2 }).value / 3);
    }
  });

  it('sampled units approach the optimum from above as more are drawn, from the same draws', () => {
    const values = [10, 50, 400].map((units) => sampledConvexRelu(instance, { units, seed: 2 }).value);
    expect(values[0]).toBeGreaterThanOrEqual(values[1]);
    expect(values[1]).toBeGreaterThanOrEqual(values[2]);
    expect(values[2]).toBeGreaterThanOrEqual(4.11465);
    expect(values[2]).toBeLessThan(4.2);
  });

  it('Adam and gated units do not beat the optimum', () => {
    expect(adamRelu(instance, { maxIterations: 3000 }).value).toBeGreaterThanOrEqual(4.114655);
    const gated = gatedRelu(instance);
    expect(gated.value).toBeGreaterThanOrEqual(4.114655);
    expect(gated.lowerBound).toBeLessThanOrEqual(4.114656);
  });

  it('y -> c y with beta -> c beta scales the value by c²', () => {
    const scaled = { ...instance, targets: instance.targets.map((y) => 8 * y), beta: 0.8 };
    expect(convexReluAdmm(scaled).value / convexReluAdmm(instance).value).toBeCloseTo(64, 4);
  });

  it('over sampled patterns the bound is no proof, and says so', () => {
    const planted = plantedRegression(30, 6, 3, 0.1, 5);
    const { isProof, value, lowerBound, status } = convexReluAdmm(planted, { patternCount: 20, tolerance: 1e-4 });
    expect(status).toBe('converged');
    expect(isProof).toBe(false);
    expect(value - lowerBound).toBeLessThanOrEqual(1e-4 * value);
  });

  it('classes by the logistic loss and the hinge are proved too', () => {
    const targets = Float64Array.of(1, -1, 1, -1, 1, 1, -1, -1);
    const { points } = planarRegression(8, 5, 0.1);
    for (const loss of ['logistic', 'hinge'] as const) {
      const { status, value, lowerBound } = convexReluAdmm({ points, targets, loss, beta: 0.05 }, { tolerance: 1e-4 });
      expect(status).toBe('converged');
      expect(value).toBeGreaterThanOrEqual(lowerBound);
      const adam = adamRelu({ points, targets, loss, beta: 0.05 }, { maxIterations: 2000, seed: 3 });
      expect(adam.value).toBeGreaterThanOrEqual(lowerBound * (1 - 1e-9));
    }
  });
});

describe('proximal maps', () => {
  /** The least value of a function of one variable by golden sections. */
  const least = (f: (t: number) => number, low: number, high: number) => {
    const ratio = (Math.sqrt(5) - 1) / 2;
    for (let k = 0; k < 200; k++) {
      const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
      if (f(a) < f(b)) high = b;
      else low = a;
    }
    return (low + high) / 2;
  };

  it('of the losses are minimisers', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.constantFrom(1, -1),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        (q, y, rho) => {
          const losses = {
            squared: (f: number) => 0.5 * (f - y) ** 2,
            logistic: (f: number) => Math.log1p(Math.exp(-2 * y * f)),
            hinge: (f: number) => Math.max(0, 1 - y * f) / 4,
          };
          for (const loss of ['squared', 'logistic', 'hinge'] as const) {
            const expected = least((f) => losses[loss](f) + (rho / 2) * (f - q) ** 2, -50, 50);
            expect(lossProx(loss, q, y, rho, 4)).toBeCloseTo(expected, 5);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of the worst losses have the values of direct minimisation', () => {
    const [q, x, radii] = [Float64Array.of(0.5, -0.2), Float64Array.of(1, 2), Float64Array.of(0.3, 0.3)];
    const close = (t: Float64Array, expected: number[]) =>
      expected.forEach((value, j) => {
        expect(t[j]).toBeCloseTo(value, 7);
      });
    close(robustLossProx('hinge', q, x, 1, radii, 1), [0.70502959, 0.29792899]);
    close(robustLossProx('logistic', q, x, -1, radii, 1), [0.14858844, -0.65953819]);
    close(robustLossProx('squared', q, x, 1.3, radii, 1), [0.70392927, 0.29803536]);
  });
});

it('the certificate of robust training bounds what changes within the radii can do', () => {
  const train = robustFeatures(14, 0.2, 1e-3, 1);
  const robust = robustRelu(train, { patternCount: 8, perturbedPatterns: 2, maxIterations: 150 });
  expect(robust.status).not.toBe('stalled');
  const random = new Random(4);
  let worst = 0;
  for (let trial = 0; trial < 50; trial++) {
    const values = train.points.values.map(
      (value, k) => value + (train.radii as Float64Array)[k % 21] * (random.uniform() < 0.5 ? -1 : 1),
    );
    const scores = predictRelu(robust, { ...train.points, values });
    worst = Math.max(
      worst,
      scores.reduce((sum, f, k) => sum + Math.max(0, 1 - train.targets[k] * f) / 14, 0),
    );
  }
  expect(worst).toBeLessThanOrEqual(robust.certifiedLoss * (1 + 1e-9));
  // A network that says nothing loses 1.
  expect(robust.certifiedLoss).toBeLessThan(1);
});
