// Constrained minimisation: the problems of Hock and Schittkowski, what users of SciPy and IPOPT met, and programs with certificates.
import type { ObjectiveLike, VectorLike } from '@infimum/core';
import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { matrixFromRows } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import type { MinimizeOptions } from '../minimize.ts';
import { minimize } from '../minimize.ts';
import { hockSchittkowski } from '../testing/hock-schittkowski.ts';
import type { ConstrainedProgram, ConstrainedSolution } from './constrained-program.ts';
import type { ConstraintBounds, NonlinearConstraintFunctions } from './constraint-sets.ts';
import { nonlinearConstraints } from './constraint-sets.ts';
import { linearProgram, quadraticProgram } from './convex-program.ts';
import { programOf } from './formula-program.ts';
import { interiorPoint } from './interior-point.ts';

const solve = (name: string, options = {}) => {
  const problem = hockSchittkowski[name];
  return interiorPoint(programOf(problem), Float64Array.from(problem.start), options);
};

/** |∇f + J'λ + μ| over 1 + |∇f|, with wrong signs and multipliers of constraints that do not hold counted in. */
function leftOver(program: ConstrainedProgram, found: ConstrainedSolution): number {
  const { variables: n, constraints: m, lower, upper, low, high } = program;
  const { x, multipliers, boundMultipliers } = found;
  const [gradient, jacobian, g] = [new Float64Array(n), new Float64Array(m * n), new Float64Array(m)];
  program.gradient(x, gradient);
  program.jacobian(x, jacobian);
  program.values(x, g);
  const size = 1 + Math.hypot(...gradient);
  const rest = gradient.map((value, i) => value + boundMultipliers[i]);
  for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) rest[i] += multipliers[j] * jacobian[j * n + i];
  let worst = Math.hypot(...rest) / size;
  const check = (multiplier: number, value: number, least: number, most: number) => {
    const distance = multiplier > 0 ? most - value : value - least;
    worst = Math.max(worst, (Math.abs(multiplier) * Math.min(1, Math.abs(distance))) / size);
  };
  for (let j = 0; j < m; j++) if (low[j] < high[j]) check(multipliers[j], g[j], low[j], high[j]);
  for (let i = 0; i < n; i++) if (lower[i] < upper[i]) check(boundMultipliers[i], x[i], lower[i], upper[i]);
  return worst;
}

describe('the problems of Hock and Schittkowski', () => {
  const runs = Object.entries(hockSchittkowski).map(([name, problem]) => {
    const program = programOf(problem);
    const start = Float64Array.from(problem.start);
    let outside = 0;
    const { value } = program;
    const watched = {
      ...program,
      value: (x: Float64Array) => {
        if (x.some((entry, i) => entry < program.lower[i] || entry > program.upper[i])) outside++;
        return value(x);
      },
    };
    return { name, problem, program, outside: () => outside, found: interiorPoint(watched, start) };
  });

  it('are solved to 1e-6, all but one', () => {
    const missed = runs.filter(({ problem, found }) => {
      const near = problem.minima.some((minimum) => Math.abs(found.value - minimum) <= 1e-6 * Math.max(1, Math.abs(minimum)));
      return found.status !== 'converged' || !near;
    });
    // The minimum of 13 has no multipliers.
    expect(missed.map(({ name, found }) => [name, found.status])).toEqual([['13', 'stalled']]);
  });

  it('are feasible, with multipliers, where the status says so', () => {
    for (const { name, problem, program, found } of runs) {
      const size = Math.max(1, ...problem.start.map(Math.abs));
      const isTrue = found.violation <= 1e-7 * size && leftOver(program, found) <= 1e-5;
      expect([name, found.status !== 'converged' || isTrue]).toEqual([name, true]);
    }
  });

  it('are not asked for outside of the bounds of x', () => {
    expect(runs.filter(({ outside }) => outside() > 0).map(({ name }) => name)).toEqual([]);
  });
});

function minimizeUnder(
  objective: ObjectiveLike,
  { lower, upper, ...g }: NonlinearConstraintFunctions & ConstraintBounds,
  initial: VectorLike,
  options: MinimizeOptions = {},
) {
  return minimize(objective, initial, { ...options, constraints: nonlinearConstraints(g, { lower, upper }) });
}

describe('minimize under constraints', () => {
  const bowl = { dimension: 2, value: ([x, y]: Float64Array) => x * x + y * y };
  const zero = { lower: 0, upper: 0 };

  it('finds both minima of redundant equalities, and says what it took', () => {
    const { value, status } = solve('55');
    expect(status).toBe('converged');
    expect(Math.min(Math.abs(value - 19 / 3), Math.abs(value - 20 / 3))).toBeLessThan(1e-6);
    const twice = {
      count: 2,
      value: ([x, y]: Float64Array, out: Float64Array) => out.set([x + y - 1, 2 * (x + y) - 2]),
      jacobian: () => [1, 1, 2, 2],
      ...zero,
    };
    const smooth = { ...bowl, gradient: ([x, y]: Float64Array) => [2 * x, 2 * y] };
    const found = minimizeUnder(smooth, twice, [1, 2], { secondDerivatives: 'differences' });
    expect(found).toMatchObject({ status: 'converged', method: 'interior-point' });
    expect(found.reason).toMatch(/exact-augmented-lagrangian ended with “the Jacobian of the equalities is singular/);
    expect(found.x[0]).toBeCloseTo(0.5, 7);
    const learned = minimizeUnder(smooth, twice, [1, 2]);
    expect(learned).toMatchObject({ status: 'converged', method: 'sqp' });
    expect(learned.x[0]).toBeCloseTo(0.5, 7);
  });

  it('gives the least infeasible point where nothing is feasible', () => {
    const line = { count: 1, value: ([x, y]: Float64Array, out: Float64Array) => out.set([x + y - 1]), ...zero };
    const found = minimizeUnder(bowl, line, Float64Array.of(1, 2), { lower: Float64Array.of(2, 0) });
    expect(found.status).toBe('stalled');
    expect(found.reason).toMatch(/no feasible point nearby/);
    expect(found.violation).toBeCloseTo(1, 6);
    expect(found.x[0]).toBeCloseTo(2, 6);
  });

  it('says that f has no lower bound, and where a start is not defined', () => {
    const slope = {
      dimension: 1,
      value: ([x]: Float64Array) => -x,
      gradient: (_: Float64Array, out: Float64Array) => out.fill(-1),
    };
    const above = { count: 1, value: ([x]: Float64Array, out: Float64Array) => out.set([x]), lower: 0 };
    const found = minimizeUnder(slope, above, Float64Array.of(1));
    expect(found).toMatchObject({ status: 'stalled' });
    expect(found.reason).toMatch(/no bound/);
    const undefinedThere = { dimension: 1, value: ([x]: Float64Array) => Math.log(x) };
    const bad = minimizeUnder(undefinedThere, above, Float64Array.of(-1));
    expect(bad.status).toBe('stalled');
    expect(bad.reason).toMatch(/not finite/);
  });

  it('shortens steps to where f is a number', () => {
    const barrier = {
      dimension: 1,
      value: ([x]: Float64Array) => x - Math.log(x),
      gradient: ([x]: Float64Array, out: Float64Array) => out.set([1 - 1 / x]),
    };
    const wide = { count: 1, value: ([x]: Float64Array, out: Float64Array) => out.set([x]), lower: -5, upper: 5 };
    const { x, status } = minimizeUnder(barrier, wide, Float64Array.of(0.01));
    expect(status).toBe('converged');
    expect(x[0]).toBeCloseTo(1, 6);
  });

  it('does not see the scale of f, g and x', () => {
    for (const [f, g, d] of [
      [1e8, 1, 1],
      [1e-8, 1e6, 1],
      [1, 1e-6, 1e5],
    ]) {
      // The nearest point of the disc to (2, 1) d.
      const far = {
        dimension: 2,
        value: ([x, y]: Float64Array) => f * ((x / d - 2) ** 2 + (y / d - 1) ** 2),
        gradient: ([x, y]: Float64Array, out: Float64Array) => out.set([(2 * f * (x / d - 2)) / d, (2 * f * (y / d - 1)) / d]),
      };
      const disc = {
        count: 1,
        upper: 0,
        value: ([x, y]: Float64Array, out: Float64Array) => out.set([g * ((x / d) ** 2 + (y / d) ** 2 - 1)]),
        jacobian: ([x, y]: Float64Array, out: Float64Array) => out.set([(2 * g * x) / d / d, (2 * g * y) / d / d]),
      };
      const { x, status } = minimizeUnder(far, disc, Float64Array.of(d / 10, d / 5));
      expect(status).toBe('converged');
      expect(x[0] / d).toBeCloseTo(2 / Math.sqrt(5), 5);
      expect(x[1] / d).toBeCloseTo(1 / Math.sqrt(5), 5);
    }
  });

  it('refuses what does not fit, by name', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const g = { count: 1, value: () => {}, ...zero };
    const start = Float64Array.of(0, 0);
    expect(() => minimizeUnder(bowl, { ...g, lower: 1, upper: 0 }, start)).toThrow(argument('lower'));
    expect(() => minimizeUnder(bowl, g, start, { lower: Float64Array.of(1) })).toThrow(argument('lower'));
    expect(() => minimizeUnder(bowl, g, start, { method: 'exact-augmented-lagrangian', lower: 0 })).toThrow(argument('method'));
    expect(() => minimizeUnder(bowl, g, start, { tolerance: 0 })).toThrow(argument('tolerance'));
    expect(() =>
      quadraticProgram({
        linear: start,
        hessian: matrixFromRows([
          [1, 0],
          [0, -1],
        ]),
      }),
    ).toThrow(argument('hessian'));
    expect(() => quadraticProgram({ linear: start, rows: matrixFromRows([[1]]) })).toThrow(argument('rows'));
  });
});

describe('programs that do not fit', () => {
  it('are refused by name', () => {
    const good = programOf(hockSchittkowski['14']);
    const start = Float64Array.of(2, 2);
    const refusal = (change: object, name: string) =>
      expect(() => interiorPoint({ ...good, ...change }, start)).toThrow(expect.objectContaining({ argument: name }));
    refusal({ variables: 1.5 }, 'program.variables');
    refusal({ constraints: -1 }, 'program.constraints');
    refusal({ low: undefined }, 'program.low');
    refusal({ lower: [0, 0] }, 'program.lower');
    refusal({ upper: Float64Array.of(1) }, 'lower');
    refusal({ hessian: 3 }, 'program.hessian');
    refusal({ value: undefined }, 'program.value');
    const g = { count: 1, value: () => {}, lower: Number.NaN };
    expect(() => minimizeUnder(([x]) => x, g, [0])).toThrow(expect.objectContaining({ argument: 'lower' }));
    expect(() => linearProgram({ linear: [1], inequalities: [[1]] } as never)).toThrow(
      expect.objectContaining({ argument: 'inequalities' }),
    );
    expect(() => linearProgram({ linear: Float64Array.of(1), upper: '2' as never })).toThrow(
      expect.objectContaining({ argument: 'upper' }),
    );
  });
});

describe('programs of data', () => {
  /** P = B'B of rank n/2, q, A and bounds around a point that is feasible. */
  function drawn(seed: number) {
    const random = new Random(seed);
    const n = 2 + (seed % 7);
    const m = seed % 5;
    const factor = random.normals(new Float64Array(Math.ceil(n / 2) * n));
    const values = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        for (let k = 0; k < Math.ceil(n / 2); k++) values[i * n + j] += factor[k * n + i] * factor[k * n + j];
    const rows: DenseMatrix = { rows: m, cols: n, values: random.normals(new Float64Array(m * n)) };
    const inside = random.normals(new Float64Array(n));
    const low = new Float64Array(m);
    const high = new Float64Array(m);
    for (let k = 0; k < m; k++) {
      for (let i = 0; i < n; i++) low[k] += rows.values[k * n + i] * inside[i];
      high[k] = low[k];
      if (k % 2 === 1) low[k] -= random.uniform();
      if (k % 3 === 1) high[k] = Infinity;
    }
    return {
      hessian: { rows: n, cols: n, values },
      linear: random.normals(new Float64Array(n)),
      ...(m > 0 ? { rows, low, high } : {}),
      lower: inside.map((value) => value - 2),
      upper: inside.map((value, i) => (i % 2 === 0 ? value + 1 : value + 5)),
    };
  }

  it('are solved, with values that the dual ones prove', () => {
    for (let seed = 0; seed < 60; seed++) {
      const program = drawn(seed);
      for (const found of [quadraticProgram(program), linearProgram(program)]) {
        expect([seed, found.status]).toEqual([seed, 'converged']);
        const gap = found.value - found.dualValue;
        expect(Math.abs(gap)).toBeLessThan(1e-6 * (1 + Math.abs(found.value)));
        expect(found.violation).toBeLessThan(1e-7);
      }
    }
  });

  it('are proved to have no solution, where they have none', () => {
    const programs = Array.from({ length: 40 }, (_, k) => ({ seed: k + 5, ...drawn(k + 5) }));
    const constrained = programs.flatMap(({ rows, ...rest }) => (rows ? [{ rows, ...rest }] : []));
    expect(constrained.length).toBeGreaterThan(20);
    for (const { seed, hessian, linear, rows, low, high } of constrained) {
      const n = linear.length;
      // The first row once more, with values beyond.
      const again: DenseMatrix = {
        rows: rows.rows + 1,
        cols: n,
        values: Float64Array.of(...rows.values, ...rows.values.subarray(0, n)),
      };
      const [lows, highs] = [low as Float64Array, high as Float64Array];
      const least = Float64Array.of(...lows, highs[0] + 1);
      const most = Float64Array.of(...highs, Infinity);
      const { status, certificate } = quadraticProgram({ hessian, linear, rows: again, low: least, high: most });
      expect([seed, status, certificate?.kind]).toEqual([seed, 'stalled', 'infeasible']);
      const y = (certificate as { readonly multipliers: Float64Array }).multipliers;
      let most_ = 0;
      for (let k = 0; k < again.rows; k++) most_ += Math.abs(y[k]) < 1e-7 ? 0 : y[k] * (y[k] > 0 ? most[k] : least[k]);
      expect(most_).toBeLessThan(-0.1);
      for (let i = 0; i < n; i++) {
        let column = 0;
        for (let k = 0; k < again.rows; k++) column += again.values[k * n + i] * y[k];
        expect(Math.abs(column)).toBeLessThan(1e-6);
      }
    }
  });

  it('are proved to have no lower bound, where they have none', () => {
    const open = linearProgram({ linear: Float64Array.of(-1, 0), rows: matrixFromRows([[1, -1]]), high: 3, lower: 0 });
    expect(open.certificate?.kind).toBe('unbounded');
    if (open.certificate?.kind === 'unbounded') {
      const [a, b] = open.certificate.direction;
      expect(a).toBeGreaterThan(0.1);
      expect(a - b).toBeLessThan(1e-6);
    }
    const valley = quadraticProgram({
      hessian: matrixFromRows([
        [1, 0],
        [0, 0],
      ]),
      linear: Float64Array.of(0, 1),
    });
    expect(valley.certificate?.kind).toBe('unbounded');
  });
});
