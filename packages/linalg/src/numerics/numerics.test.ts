// The floor below the methods, against closed forms and theorems.
import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrixFromRows } from '../dense/dense-matrix.ts';
import { symmetricEigen } from '../eigen/symmetric-eigen.ts';
import { AdamMoments } from './adam-moments.ts';
import { AndersonMixing } from './anderson-mixing.ts';
import { drawDirichlet, drawGamma } from './draw-gamma.ts';
import { LbfgsHistory } from './lbfgs-history.ts';
import { solveLinearProgram } from './linear-program.ts';
import { firstAbove, selectSmallest } from './order.ts';
import { projectedLbfgs } from './projected-lbfgs.ts';
import { smallCholesky, solveSmallCholesky } from './small-cholesky.ts';
import { solveSmall } from './small-lu.ts';
import { addScaled, allFinite, distance, dot, largestMagnitude, norm } from './vectors.ts';
import { wolfeLineSearch } from './wolfe-line-search.ts';

const SCALES = [1, 1e-150, 1e150, 1e-300, 1e300];

describe('vectors', () => {
  it('norms and distances keep their digits at any scale', () => {
    for (const scale of [...SCALES, 1e-310, 5e-324, 1e307]) {
      const x = Float64Array.of(3 * scale, 0, -4 * scale);
      expect(Math.abs(norm(x) - 5 * scale)).toBeLessThanOrEqual(1e-15 * 5 * scale);
      expect(Math.abs(distance(x, new Float64Array(3)) - 5 * scale)).toBeLessThanOrEqual(1e-15 * 5 * scale);
    }
    expect(norm(Float64Array.of(1e300, 1))).toBe(1e300);
    expect(norm(new Float64Array(0))).toBe(0);
    expect(norm(Float64Array.of(1, Number.NaN))).toBeNaN();
    expect(norm(Float64Array.of(1, -Infinity))).toBe(Infinity);
    expect(distance(Float64Array.of(1, Number.NaN), Float64Array.of(1, 2))).toBeNaN();
  });

  it('products, sums and the largest entry are those of the definition', () => {
    const random = new Random(1);
    for (const n of [0, 1, 3, 4, 9]) {
      const [x, y] = [random.normals(new Float64Array(n)), random.normals(new Float64Array(n))];
      expect(dot(x, y)).toBeCloseTo(
        x.reduce((sum, value, i) => sum + value * y[i], 0),
        13,
      );
      const moved = y.slice();
      addScaled(moved, 2, x);
      expect(moved).toEqual(y.map((value, i) => value + 2 * x[i]));
      expect(largestMagnitude(x)).toBe(Math.max(0, ...x.map(Math.abs)));
    }
    expect(largestMagnitude(Float64Array.of(1, Number.NaN, 3))).toBeNaN();
    expect([allFinite(Float64Array.of(1, Infinity)), allFinite(Float64Array.of(1, 2))]).toEqual([false, true]);
  });
});

describe('ranks', () => {
  const numbers = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })), {
    minLength: 1,
    maxLength: 40,
  });

  it('selection gives what sorting puts at a rank, with nothing larger before it and nothing smaller behind it', () => {
    fc.assert(
      fc.property(numbers, fc.nat(39), (list, at) => {
        const [values, rank] = [Float64Array.from(list), at % list.length];
        const selected = selectSmallest(values, rank);
        expect(selected === Float64Array.from(list).sort()[rank]).toBe(true);
        expect(values.every((value, i) => (i < rank ? value <= selected : i === rank || value >= selected))).toBe(true);
        expect(values.toSorted()).toEqual(Float64Array.from(list).sort());
      }),
    );
  });

  it('the first place above a level is what a scan finds, or the last one', () => {
    fc.assert(
      fc.property(numbers, fc.double({ noNaN: true, min: -4, max: 4 }), (list, level) => {
        const rising = Float64Array.from(list).sort();
        const scanned = rising.findIndex((value) => value > level);
        expect(firstAbove(rising, level)).toBe(scanned < 0 ? rising.length - 1 : scanned);
      }),
    );
  });
});

describe('small systems', () => {
  it('are solved at any scale, as the residual shows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1e6), fc.constantFrom(...SCALES), (n, seed, scale) => {
        const random = new Random(seed);
        const root = random.normals(new Float64Array(n * n));
        const a = new Float64Array(n * n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            for (let k = 0; k < n; k++) a[i * n + j] += root[i * n + k] * root[j * n + k] * scale;
          }
        }
        const b = random.normals(new Float64Array(n));
        const shift = 0.1 * scale;
        const shifted = a.map((value, k) => value + (k % (n + 1) === 0 ? shift : 0));
        const [byCholesky, byElimination] = [b.slice(), b.slice()];
        const factor = a.slice();
        expect(smallCholesky(factor, n, shift)).toBe(true);
        solveSmallCholesky(factor, n, byCholesky);
        expect(solveSmall(shifted.slice(), n, byElimination)).toBe(true);
        for (const x of [byCholesky, byElimination]) {
          for (let i = 0; i < n; i++) {
            let [rest, size] = [b[i], Math.abs(b[i])];
            for (let j = 0; j < n; j++) {
              rest -= shifted[i * n + j] * x[j];
              size += Math.abs(shifted[i * n + j] * x[j]);
            }
            expect(Math.abs(rest)).toBeLessThan(1e-13 * size * n);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('say so where a matrix is singular, indefinite or no number', () => {
    const b = new Float64Array(2);
    for (const a of [
      [1, 2, 2, 4],
      [0, 0, 0, 1],
      [Number.NaN, 0, 0, 1],
      [Infinity, 0, 0, 1],
    ]) {
      expect(smallCholesky(Float64Array.from(a), 2)).toBe(false);
      expect(solveSmall(Float64Array.from(a), 2, b)).toBe(false);
    }
    expect(smallCholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
  });
});

describe('symmetricEigen', () => {
  it('ends where couplings underflow', () => {
    const { values, status } = symmetricEigen(
      matrixFromRows([
        [0, 1, 0, 0],
        [1, 0, 1e-170, 0],
        [0, 1e-170, 0, 1e-300],
        [0, 0, 1e-300, 0],
      ]),
    );
    expect(status).toBe('converged');
    expect(Array.from(values, (value) => Math.round(value * 1e12) / 1e12 + 0)).toEqual([-1, 0, 0, 1]);
  });

  it('ends on tridiagonal matrices of any mixture of sizes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(1e6), (n, seed) => {
        const random = new Random(seed);
        const draw = () => (random.uniform() < 0.4 ? 0 : random.normal() * 10 ** -random.integer(323));
        const rows = Array.from({ length: n }, () => new Array<number>(n).fill(0));
        for (let i = 0; i < n; i++) {
          rows[i][i] = draw();
          if (i > 0) rows[i][i - 1] = rows[i - 1][i] = draw();
        }
        const { values, vectors, status } = symmetricEigen(matrixFromRows(rows));
        expect(status).toBe('converged');
        const largest = Math.max(...rows.flat().map(Math.abs)) || 1;
        for (let k = 0; k < n; k++) {
          for (let i = 0; i < n; i++) {
            const image = rows[i].reduce((sum, value, j) => sum + value * vectors.values[j * n + k], 0);
            const rest = image - values[k] * vectors.values[i * n + k];
            expect(Math.abs(rest)).toBeLessThanOrEqual(1e-14 * n * largest);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses eigenvalues beyond the largest number', () => {
    const big = [1.5e308, 1.5e308];
    expect(() => symmetricEigen(matrixFromRows([big, big]))).toThrow(
      expect.objectContaining({ argument: 'a', code: 'out-of-range' }),
    );
  });
});

/** x -> M x + c with a symmetric contraction M. */
function affineMap(size: number, seed: number, scale = 1) {
  const random = new Random(seed);
  const draws = Float64Array.from({ length: size * size }, () => random.uniform());
  const matrix = draws.map((_, k) => {
    const [i, j] = [Math.floor(k / size), k % size];
    return (0.9 * (draws[i * size + j] + draws[j * size + i])) / (2 * size);
  });
  const shift = Float64Array.from({ length: size }, () => random.uniform() * scale);
  return (x: Float64Array) =>
    shift.map((value, i) => value + x.reduce((sum, other, j) => sum + matrix[i * size + j] * other, 0));
}

function residualOf(map: (x: Float64Array) => Float64Array, x: Float64Array): number {
  return largestMagnitude(map(x).map((value, i) => value - x[i]));
}

describe('Anderson mixing', () => {
  it('solves affine equations in as many steps as there are unknowns, and one, at any scale', () => {
    for (const scale of SCALES) {
      for (const size of [1, 2, 4]) {
        const map = affineMap(size, size, scale);
        const mixing = new AndersonMixing(size, size);
        let x = new Float64Array(size);
        for (let step = 0; step <= size; step++) x = mixing.next(x, map(x)).slice();
        expect(residualOf(map, x)).toBeLessThan(1e-9 * scale);
      }
    }
  });

  it('with a short memory needs fewer steps than the plain iteration', () => {
    const map = affineMap(30, 7);
    const mixing = new AndersonMixing(30, 3);
    let [mixed, plain] = [new Float64Array(30), new Float64Array(30)];
    for (let step = 0; step < 12; step++) {
      mixed = mixing.next(mixed, map(mixed)).slice();
      plain = map(plain);
    }
    expect(residualOf(map, mixed)).toBeLessThan(1e-3 * residualOf(map, plain));
  });

  it('has weights that add up to one and combine the images to what it returns', () => {
    const map = affineMap(6, 2);
    const mixing = new AndersonMixing(6, 3);
    const images: Float64Array[] = [];
    let x = new Float64Array(6);
    for (let step = 0; step < 6; step++) {
      const image = map(x);
      images.push(image);
      mixing.add(x, image);
      const weights = mixing.weights();
      expect(weights).toHaveLength(Math.min(4, step + 1));
      expect(weights.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
      const combined = new Float64Array(6);
      images.slice(-weights.length).forEach((other, age) => {
        addScaled(combined, weights[age], other);
      });
      expect(distance(combined, mixing.mix())).toBeLessThan(1e-10);
      x = image;
    }
  });

  it('forgets when asked to, takes other lengths, and plain steps where nothing moves', () => {
    const map = affineMap(5, 3);
    const mixing = new AndersonMixing(5, 2);
    let x = new Float64Array(5);
    for (let step = 0; step < 3; step++) x = mixing.next(x, map(x)).slice();
    mixing.reset();
    expect(mixing.next(x, map(x))).toEqual(map(x));
    expect(allFinite(mixing.next(x, map(x)))).toBe(true);
    mixing.reset(2);
    expect(mixing.next(Float64Array.of(0, 0), Float64Array.of(1, 2)).join(' ')).toBe('1 2');
    expect(mixing.next(Float64Array.of(1, 2), Float64Array.of(Number.NaN, 2))).toHaveLength(2);
  });
});

describe('L-BFGS history', () => {
  it('ends on a quadratic in as many exact searches as there are unknowns, and one, at any scale', () => {
    const size = 6;
    const hessian = Float64Array.from({ length: size }, (_, i) => i + 1);
    for (const scale of SCALES) {
      const gradientAt = (x: Float64Array) => x.map((value, i) => hessian[i] * value * scale);
      const history = new LbfgsHistory(size, size);
      let x = new Float64Array(size).fill(1);
      for (let step = 0; step < size + 1; step++) {
        const gradient = gradientAt(x);
        const direction = history.direction(gradient, new Float64Array(size));
        // Scaled by hand for the exact step, which is not what is tested.
        const length = 1 / largestMagnitude(direction);
        const unit = direction.map((value) => value * length);
        const curvature = dot(unit, gradientAt(unit)) / scale;
        if (!(curvature > 0)) break;
        const along = -dot(gradient, unit) / scale / curvature;
        const next = x.map((value, i) => value + along * unit[i]);
        const change = gradientAt(next).map((value, i) => value - gradient[i]);
        history.add(
          next.map((value, i) => value - x[i]),
          change,
        );
        x = next;
      }
      expect(norm(x)).toBeLessThan(1e-12);
    }
  });

  it('fulfils the secant equation H y = s for the newest pair, with a metric too, and forgets the oldest', () => {
    const random = new Random(5);
    for (const metric of [undefined, Float64Array.of(1, 2, 3, 4, 5)]) {
      const history = new LbfgsHistory(5, 3, metric);
      for (let pair = 0; pair < 8; pair++) {
        const s = random.normals(new Float64Array(5));
        const y = s.map((value, i) => (i + 1) * value);
        expect(history.add(s, y)).toBe(true);
        expect(
          history.add(
            s,
            y.map((value) => -value),
          ),
        ).toBe(false); // and leaves everything as it was
        const image = history.direction(y, new Float64Array(5));
        addScaled(image, 1, s);
        expect(norm(image)).toBeLessThan(1e-12 * norm(s));
      }
      history.clear();
      expect(history.isEmpty).toBe(true);
      const steepest = history.direction(new Float64Array(5).fill(1), new Float64Array(5));
      expect(steepest).toEqual((metric ?? new Float64Array(5).fill(1)).map((value) => -value));
    }
  });
});

describe('Wolfe line search', () => {
  it('finds steps that satisfy both conditions', () => {
    const lines: ((t: number) => [number, number])[] = [
      (t) => [(t - 3) ** 2, 2 * (t - 3)],
      (t) => [Math.exp(t) - 20 * t, Math.exp(t) - 20],
      (t) => [t < 5 ? -Math.log(5 - t) - 9 * t : Number.NaN, 1 / (5 - t) - 9],
      (t) => [1e-200 * (Math.cos(t) - t / 2), 1e-200 * (-Math.sin(t) - 0.5)],
    ];
    for (const line of lines) {
      for (const curvature of [0.1, 0.9]) {
        for (const firstStep of [1e-3, 1, 40]) {
          const evaluate = (step: number) => {
            const [value, slope] = line(step);
            return { step, value, slope };
          };
          const start = evaluate(0);
          const found = wolfeLineSearch({ evaluate, start, firstStep, curvature });
          expect(found).toBeDefined();
          if (!found) continue;
          expect(found.value).toBeLessThanOrEqual(start.value + 1e-4 * found.step * start.slope);
          expect(Math.abs(found.slope)).toBeLessThanOrEqual(curvature * Math.abs(start.slope));
        }
      }
    }
  });

  it('gives up on lines that rise, fall for ever, or are no numbers', () => {
    let calls = 0;
    const of = (value: (t: number) => number, slope: (t: number) => number) => (step: number) => {
      calls++;
      return { step, value: value(step), slope: slope(step) };
    };
    const start = { step: 0, value: 0, slope: -1 };
    expect(
      wolfeLineSearch({
        evaluate: of(
          (t) => -t,
          () => -1,
        ),
        start,
        firstStep: 1,
      }),
    ).toBeUndefined();
    expect(
      wolfeLineSearch({
        evaluate: of(
          () => Number.NaN,
          () => 1,
        ),
        start,
        firstStep: 1,
      }),
    ).toBeUndefined();
    expect(
      wolfeLineSearch({
        evaluate: of(
          (t) => -t,
          () => Number.NaN,
        ),
        start,
        firstStep: 1,
      }),
    ).toBeUndefined();
    expect(calls).toBeLessThanOrEqual(120);
    expect(
      wolfeLineSearch({
        evaluate: of(
          (t) => t,
          () => 1,
        ),
        start: { ...start, slope: 1 },
        firstStep: 1,
      }),
    ).toBeUndefined();
  });
});

describe('Adam’s moments', () => {
  it('are weighted means of gradients and of squares, whose weights sum to one', () => {
    const random = new Random(3);
    const gradients = Array.from({ length: 7 }, () => random.normals(new Float64Array(3)));
    const moments = new AdamMoments(3, { beta1: 0.7, beta2: 0.9, epsilon: 1e-3 });
    let direction = new Float64Array(3);
    for (const gradient of gradients) direction = moments.direction(gradient, direction) as typeof direction;
    const mean = (beta: number, i: number, power: number) => {
      const weights = gradients.map((_, k) => beta ** (gradients.length - 1 - k));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return gradients.reduce((sum, gradient, k) => sum + (weights[k] / total) * gradient[i] ** power, 0);
    };
    for (let i = 0; i < 3; i++) {
      expect(direction[i]).toBeCloseTo(mean(0.7, i, 1) / (Math.sqrt(mean(0.9, i, 2)) + 1e-3), 12);
    }
  });

  it('leave alone what never had a gradient, without epsilon too', () => {
    const gradient = Float64Array.of(0, -2);
    expect(new AdamMoments(2, { epsilon: 0 }).direction(gradient, gradient)).toEqual(Float64Array.of(0, -1));
  });
});

describe('gamma numbers', () => {
  it.each([0.3, 1, 4.5])('of shape %d have that mean and variance', (shape) => {
    const random = new Random(4);
    const draws = Array.from({ length: 40_000 }, () => drawGamma(random, shape));
    const mean = draws.reduce((sum, draw) => sum + draw / draws.length, 0);
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2 / draws.length, 0);
    expect(Math.abs(mean - shape)).toBeLessThan(5 * Math.sqrt(shape / draws.length));
    expect(Math.abs(variance / shape - 1)).toBeLessThan(0.1);
  });

  it('give points of the simplex, corners where all underflow', () => {
    for (const concentration of [1e-6, 0.5, 10]) {
      const point = drawDirichlet(new Random(5), concentration, new Float64Array(6));
      expect(point.reduce((sum, entry) => sum + entry, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...point)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('linear programs', () => {
  it('end with multipliers that prove them optimal, or as they should', () => {
    const random = new Random(6);
    const seen = { converged: 0, infeasible: 0, unbounded: 0, 'iteration-limit': 0 };
    for (let trial = 0; trial < 200; trial++) {
      const [rows, cols] = [1 + random.integer(6), 1 + random.integer(6)];
      const [matrix, bounds, objective] = [rows * cols, rows, cols].map((n) => random.normals(new Float64Array(n)));
      const { status, x, duals, value } = solveLinearProgram({ objective, matrix, bounds });
      seen[status]++;
      if (status !== 'converged') continue;
      const slack = bounds.map((b, i) => b - dot(matrix.subarray(i * cols, (i + 1) * cols), x));
      const reduced = objective.map((c, j) => duals.reduce((sum, y, i) => sum + y * matrix[i * cols + j], -c));
      expect(Math.min(...slack, ...reduced, ...x, ...duals)).toBeGreaterThan(-1e-9);
      expect(dot(bounds, duals)).toBeCloseTo(value, 8);
    }
    expect(seen['iteration-limit']).toBe(0);
    expect(Math.min(seen.converged, seen.infeasible, seen.unbounded)).toBeGreaterThan(20);
  });

  it('stop at the limit of pivots, and tell infeasible from unbounded', () => {
    const of = (matrix: number[], bounds: number[], objective: number[], limit?: number) =>
      solveLinearProgram(
        { objective: Float64Array.from(objective), matrix: Float64Array.from(matrix), bounds: Float64Array.from(bounds) },
        limit,
      ).status;
    expect(of([1], [-1], [1])).toBe('infeasible');
    expect(of([-1], [1], [1])).toBe('unbounded');
    expect(of([1], [1], [1], 0)).toBe('iteration-limit');
  });
});

describe('projected L-BFGS', () => {
  it('meets the optimality conditions of nonnegative least squares, and keeps what is fixed', () => {
    const random = new Random(7);
    const n = 12;
    const a = random.normals(new Float64Array(2 * n * n));
    const b = random.normals(new Float64Array(2 * n));
    const evaluate = (x: Float64Array, gradient: Float64Array) => {
      gradient.fill(0);
      let value = 0;
      for (let i = 0; i < 2 * n; i++) {
        const row = a.subarray(i * n, (i + 1) * n);
        const rest = dot(row, x) - b[i];
        value += rest * rest;
        addScaled(gradient, 2 * rest, row);
      }
      return value;
    };
    const x = new Float64Array(n).fill(1);
    const fixed = Uint8Array.from({ length: n }, (_, i) => (i === 3 ? 1 : 0));
    const limits = { nonnegative: true, fixed, tolerance: 1e-8, maxIterations: 500 };
    const run = projectedLbfgs(evaluate, x, limits);
    while (!run.next().done);
    const gradient = new Float64Array(n);
    evaluate(x, gradient);
    expect(x[3]).toBe(1);
    for (let i = 0; i < n; i++) {
      if (i === 3) continue;
      expect(x[i]).toBeGreaterThanOrEqual(0);
      // It ends once values agree to 1e-13: gradients of size 50 have half of these digits.
      expect(Math.abs(Math.min(x[i], gradient[i]))).toBeLessThan(50 * Math.sqrt(1e-13));
    }
  });
});
