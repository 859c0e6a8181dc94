import { Random } from '@infimum/core';
import { lu, solveLu } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { minimize } from '../minimize.ts';
import { expectContraction, expectControl } from '../testing/sketch-runs.ts';
import { adaSketchNewton } from './ada-sketch-newton.ts';
import { exactAugmentedValue } from './augmented-newton.ts';
import { nonlinearConstraints } from './constraint-sets.ts';
import { mancino, testProgram, testPrograms } from './cutest.ts';
import { gridProgram, gridTarget, normalRows } from './data-programs.ts';
import type { TestProgramName } from './equality-formulas.ts';
import { tumourInstance } from './equality-problem.ts';
import { kktResidual, pointOf } from './equality-program.ts';
import { startOf } from './equality-source.ts';
import { exactAugmentedLagrangian } from './exact-augmented-lagrangian.ts';
import type { SketchName } from './inner-solvers.ts';
import { l1Sqp } from './l1-sqp.ts';
import { augmentedLagrangian } from './multiplier-method.ts';
import { nullSpace } from './newton-system.ts';

const UNSOLVED: readonly string[] = ['HS61', 'PRICE4NE', 'INFEASIBLE', 'FLAT'];
const named = (Object.keys(testPrograms) as TestProgramName[]).filter((name) => !UNSOLVED.includes(name));
const start = (name: TestProgramName): Float64Array => Float64Array.from(testPrograms[name].start);
const optimumOf = (name: TestProgramName) =>
  testPrograms[name] as { readonly optimum?: number; readonly multipliers?: readonly number[] };

describe('the test problems', () => {
  it.each(Object.keys(testPrograms) as TestProgramName[])('%s has derivatives that differences confirm', (name) => {
    const program = testProgram(name);
    const { variables: n, equalities: m } = program;
    const random = new Random(3);
    const x = start(name).map((value) => value + 0.1 * random.uniform());
    const multipliers = Float64Array.from({ length: m }, () => random.normal());
    const gradientAt = (at: Float64Array): Float64Array => {
      const { gradient, jacobian } = pointOf(program, at);
      return gradient.map((g, i) => multipliers.reduce((sum, value, j) => sum + value * jacobian[j * n + i], g));
    };
    const valueAt = (at: Float64Array): number => {
      const { value, constraints } = pointOf(program, at);
      return constraints.reduce((sum, c, j) => sum + c * multipliers[j], value);
    };
    const hessian = new Float64Array(n * n);
    program.hessian(x, multipliers, hessian);
    const gradient = gradientAt(x);
    for (let i = 0; i < n; i++) {
      const h = 1e-5 * Math.max(1, Math.abs(x[i]));
      const [ahead, behind] = [x.slice(), x.slice()];
      ahead[i] += h;
      behind[i] -= h;
      const size = Math.max(1, Math.abs(gradient[i]), 1e-4 * Math.abs(valueAt(x)));
      expect(Math.abs((valueAt(ahead) - valueAt(behind)) / (2 * h) - gradient[i]) / size).toBeLessThan(1e-5);
      const [plus, minus] = [gradientAt(ahead), gradientAt(behind)];
      for (let k = 0; k < n; k++) {
        const estimate = (plus[k] - minus[k]) / (2 * h);
        expect(Math.abs(estimate - hessian[i * n + k]) / Math.max(1, Math.abs(estimate))).toBeLessThan(1e-4);
      }
    }
  });

  it('Mancino’s system has the residual of CUTEst at its start, and falls in a few steps', () => {
    const { program, start } = mancino(100);
    const residual = kktResidual(program, start, new Float64Array(100));
    expect(residual).toBeCloseTo(1050364.353, 2);
    const { status, iterations } = exactAugmentedLagrangian(program, start, {
      scaling: 'none',
      tolerance: 1e-4,
      singularity: 1e-14,
    });
    expect([status, iterations]).toEqual(['converged', 4]);
  });
});

describe('exactAugmentedLagrangian', () => {
  it.each(named)('%s ends at its optimum, with unit steps', (name) => {
    const { trace, ...found } = exactAugmentedLagrangian(testProgram(name), start(name), { tolerance: 1e-10, trace: true });
    expect(found.status).toBe('converged');
    const { optimum, multipliers } = optimumOf(name);
    if (optimum !== undefined) {
      expect(Math.abs(found.value - optimum)).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(optimum)));
    }
    multipliers?.forEach((value, j) => {
      expect(Math.abs(found.multipliers[j] - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
    });
    const penalties = (trace ?? []).map(({ eta1 }) => eta1);
    expect(penalties.every((value, k) => k === 0 || value >= penalties[k - 1])).toBe(true);
    expect(trace?.at(-1)?.stepLength).toBe(1);
  });

  it('takes the step lengths of the specification on HS6, and its penalties on HS40', () => {
    const settings = { scaling: 'none', accuracyRule: 'paper', tolerance: 1e-4, trace: true } as const;
    const { trace = [] } = exactAugmentedLagrangian(testProgram('HS6'), start('HS6'), settings);
    expect(trace.slice(1).map(({ stepLength }) => stepLength)).toEqual([1 / 8, 1 / 8, 1 / 8, 1 / 8, 1 / 4, 1 / 4, 1 / 2, 1, 1]);
    const last = exactAugmentedLagrangian(testProgram('HS40'), start('HS40'), settings).trace?.at(-1);
    expect(last?.eta1).toBeCloseTo(2.25, 12);
    expect(last?.eta2).toBeCloseTo(0.0666667, 6);
  });

  it('takes the outer steps of the authors’ runs', () => {
    const counts = {
      HS7: 10,
      BT5: 5,
      HS40: 3,
      BT3: 1,
      HS77: 8,
      HS78: 4,
      HS56: 5,
      HS42: 4,
      HS79: 4,
      HIMMELBC: 5,
      RSNBRNE: 11,
      BT1: 28,
    };
    for (const [name, count] of Object.entries(counts) as [TestProgramName, number][]) {
      const settings = { scaling: 'none', accuracyRule: 'paper', tolerance: 1e-4 } as const;
      const { iterations } = exactAugmentedLagrangian(testProgram(name), start(name), settings);
      expect(Math.abs(iterations - count), name).toBeLessThanOrEqual(name === 'BT1' ? 1 : 0);
    }
  });

  it('has a merit whose derivative vanishes where the residual does, and only falls', () => {
    const program = testProgram('HS78');
    const { x, multipliers } = exactAugmentedLagrangian(program, start('HS78'), { tolerance: 1e-12 });
    const merit = (at: Float64Array): number => exactAugmentedValue(pointOf(program, at), multipliers, 1, 0.1);
    for (let i = 0; i < 5; i++) {
      const [ahead, behind] = [x.slice(), x.slice()];
      ahead[i] += 1e-5;
      behind[i] -= 1e-5;
      expect(Math.abs(merit(ahead) - merit(behind)) / 2e-5).toBeLessThan(1e-6);
    }
  });

  it('says so where the Jacobian is singular and where nothing is feasible', () => {
    expect(exactAugmentedLagrangian(testProgram('HS61'), start('HS61')).reason).toContain('singular');
    const infeasible = exactAugmentedLagrangian(testProgram('INFEASIBLE'), start('INFEASIBLE'));
    expect(infeasible.status).toBe('stalled');
    expect(infeasible.reason).toContain('violated');
  });

  it('does not see the scale of objective and equalities', () => {
    for (const [objectiveScale, equalityScale] of [
      [2 ** 400, 1],
      [1, 2 ** 27],
      [2 ** -400, 2 ** 300],
    ]) {
      const { program, initial } = startOf({ kind: 'named', name: 'HS7', objectiveScale, equalityScale });
      const { x, status } = exactAugmentedLagrangian(program, initial);
      expect(status).toBe('converged');
      expect(Array.from(x)).toEqual(Array.from(exactAugmentedLagrangian(testProgram('HS7'), initial).x));
    }
  });

  it('finds the control of a grid in closed form', () => {
    for (const [side, optimum] of [
      [2, 4.08465369404],
      [3, 9.64444205181],
      [8, 74.0930223283],
    ]) {
      const m = side * side;
      const { value, x } = exactAugmentedLagrangian(gridProgram(side), new Float64Array(2 * m).fill(1));
      expect(value).toBeCloseTo(optimum, 8);
      // (I + 0.1 A'A) w = target, by elimination.
      const jacobian = new Float64Array(2 * m * m);
      gridProgram(side).jacobian(x, jacobian);
      const values = new Float64Array(m * m);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) {
          values[i * m + j] = i === j ? 1 : 0;
          for (let k = 0; k < m; k++) values[i * m + j] += 0.1 * jacobian[k * 2 * m + i] * jacobian[k * 2 * m + j];
        }
      }
      solveLu(lu({ rows: m, cols: m, values }), gridTarget(side)).forEach((w, i) => {
        expect(x[i]).toBeCloseTo(w, 7);
      });
    }
  });

  it('finds the weights of the tumours as the specification has them', async () => {
    expect(normalRows(10, 30, 1).matrix.values[0]).toBeCloseTo(1.40433878, 8);
    for (const [seed, optimum] of [
      [1, 0.509870927135],
      [2, 0.433698434818],
    ]) {
      const { program, initial } = startOf(await tumourInstance(10, seed));
      const { value, status } = exactAugmentedLagrangian(program, initial, {
        minCurvature: 1e-2,
        initialMultipliers: new Float64Array(11).fill(1),
      });
      expect(status).toBe('converged');
      expect(value).toBeCloseTo(optimum, 9);
    }
  });
});

describe('adaSketchNewton', () => {
  const sketches: SketchName[] = [
    'kaczmarz',
    'gaussian',
    'weighted-kaczmarz',
    'block-gaussian',
    'block-kaczmarz',
    'count-sketch',
  ];

  it.each(sketches)('%s solves HS78, and repeats its bits', (sketch) => {
    const solve = () => adaSketchNewton(testProgram('HS78'), start('HS78'), { sketch, blockSize: 3, seed: 5 });
    const { status, value, x } = solve();
    expect(status).toBe('converged');
    expect(value).toBeCloseTo(-2.91970040896, 6);
    expect(Array.from(solve().x)).toEqual(Array.from(x));
  });

  // 2000 runs, and a grid of 6 x 6, are in the full suite.
  it('contracts by at least the rate of randomized Kaczmarz in the mean', () => expectContraction(200));

  it('controls a grid of 5 x 5 points, in steps that cost the entries of a row', () => expectControl(5));

  it('needs inner steps of the size that the accuracy of the paper asks for', () => {
    const settings = { scaling: 'none', accuracyRule: 'paper', tolerance: 1e-4, innerLimit: 20_000 } as const;
    for (const [name, sketch, seen] of [
      ['HS78', 'kaczmarz', 10394],
      ['HS78', 'gaussian', 7807],
      ['HIMMELBC', 'kaczmarz', 810],
    ] as const) {
      const { innerIterations } = adaSketchNewton(testProgram(name), start(name), { ...settings, sketch });
      expect(innerIterations).toBeGreaterThan(seen / 3);
      expect(innerIterations).toBeLessThan(seen * 3);
    }
  });
});

describe('the baselines', () => {
  it.each(['HS28', 'HS77', 'HS78', 'BT5', 'BT2'] as const)('solve %s', (name) => {
    const program = testProgram(name);
    const optimum = optimumOf(name).optimum ?? 0;
    for (const found of [
      l1Sqp(program, start(name)),
      l1Sqp(program, start(name), { adaptive: true, solver: 'ldl' }),
      augmentedLagrangian(program, start(name)),
    ]) {
      expect(found.status).toBe('converged');
      expect(Math.abs(found.value - optimum)).toBeLessThan(1e-6 * Math.max(1, Math.abs(optimum)));
    }
  });
});

it('nullSpace is orthonormal and orthogonal to the rows', () => {
  const random = new Random(1);
  const [m, n] = [3, 7];
  const rows = random.normals(new Float64Array(m * n));
  const basis = nullSpace(rows, m, n);
  for (let a = 0; a < n - m; a++) {
    for (let b = 0; b < n - m; b++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += basis[a * n + i] * basis[b * n + i];
      expect(sum).toBeCloseTo(a === b ? 1 : 0, 13);
    }
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += basis[a * n + i] * rows[j * n + i];
      expect(sum).toBeCloseTo(0, 13);
    }
  }
});

describe('minimize under equalities', () => {
  it('needs no derivatives', () => {
    for (const name of ['HS28', 'HS40', 'HS77'] as const) {
      const program = testProgram(name);
      const equalities = { count: program.equalities, value: program.constraints };
      const constraints = nonlinearConstraints(equalities, { lower: 0, upper: 0 });
      const { status, value } = minimize(program.value, start(name), { constraints, tolerance: 1e-6 });
      expect(status, name).toBe('converged');
      expect(value).toBeCloseTo(optimumOf(name).optimum ?? 0, 6);
    }
  });

  it('refuses what is no function, and numbers of constraints that are none', () => {
    expect(() => nonlinearConstraints({ count: -1, value: () => {} }, { upper: 0 })).toThrow('count');
    const constraints = nonlinearConstraints({ count: 1, value: () => {} }, { upper: 0 });
    expect(() => minimize({ dimension: 1 } as never, [0], { constraints })).toThrow('objective');
  });
});
