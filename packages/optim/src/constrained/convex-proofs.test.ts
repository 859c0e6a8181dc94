// What is called proved of convex programs, stationary points and formulas is true: against drawn programs with a known optimum,
// all vertices of small boxes, and derivatives of another reader.
import { Random } from '@infimum/core';
import { certify, check as checkCertificate } from '@infimum/core/certificate';
import { mutateCertificate } from '@infimum/core/testing';
import { interval, variableJets } from '@infimum/rigor';
import { describe, expect, it } from 'vitest';
import { constrained } from './constrained-problem.ts';
import { linearProgram, quadraticProgram } from './convex-program.ts';
import type { ConvexProgramData } from './convex-program-checker.ts';
import { check, checkInfeasible, checkUnbounded } from './convex-program-checker.ts';
import { testPrograms } from './cutest.ts';
import { formulasOf } from './equality-formulas.ts';
import type { EqualityInstance } from './equality-source.ts';
import { startOf } from './equality-source.ts';
import { formulaJet } from './formula-checker.ts';
import { programOf } from './formula-program.ts';
import { interiorPoint } from './interior-point.ts';

/** A program that is feasible, in a box; a linear one without curvature. */
function drawn(random: Random, isQuadratic: boolean, n = 2 + random.integer(5), m = 1 + random.integer(4)): ConvexProgramData {
  const normals = (length: number) => random.normals(new Float64Array(length));
  const [rows, factor, inside] = [normals(m * n), normals(n * n), normals(n).map((v) => v / 4)];
  const hessian = new Float64Array(isQuadratic ? n * n : 0);
  for (let k = 0; k < hessian.length; k++)
    for (let l = 0; l < n; l++) hessian[k] += factor[Math.floor(k / n) * n + l] * factor[(k % n) * n + l];
  const at = Array.from({ length: m }, (_, j) => inside.reduce((sum, v, i) => sum + v * rows[j * n + i], 0));
  return {
    hessian,
    linear: normals(n),
    rows,
    low: Float64Array.from(at, (v) => (random.uniform() < 0.5 ? -Infinity : v - random.uniform())),
    high: Float64Array.from(at, (v) => v + (random.uniform() < 0.3 ? 0.01 : random.uniform())),
    lower: new Float64Array(n).fill(-2),
    upper: Float64Array.from({ length: n }, () => (random.uniform() < 0.3 && isQuadratic ? Infinity : 2)),
  };
}

const asProgram = ({ hessian, linear, rows, low, high, lower, upper }: ConvexProgramData) => ({
  linear,
  rows: { rows: low.length, cols: linear.length, values: rows },
  low,
  high,
  lower,
  upper,
  ...(hessian.length > 0 && { hessian: { rows: linear.length, cols: linear.length, values: hessian } }),
});

const valueAt = ({ hessian, linear }: ConvexProgramData, x: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < linear.length; i++) {
    sum += linear[i] * x[i];
    for (let j = 0; hessian.length > 0 && j < linear.length; j++) sum += 0.5 * x[i] * hessian[i * linear.length + j] * x[j];
  }
  return sum;
};

describe('proofs about convex programs', () => {
  it.each([false, true])('bound the value at every feasible point, quadratic: %s', (isQuadratic) => {
    const random = new Random(isQuadratic ? 2 : 1);
    for (let turn = 0; turn < 60; turn++) {
      const program = drawn(random, isQuadratic);
      const n = program.linear.length;
      const found = (isQuadratic ? quadraticProgram : linearProgram)(asProgram(program));
      const witness = { multipliers: found.multipliers, curvature: -1e-300 };
      // P = F F' of drawn F has a least eigenvalue well above its rounding, or the kind refuses.
      const verdict = check(program, found, isQuadratic ? { ...witness, curvature: 1e-6 } : witness);
      if (!verdict.proved) {
        expect(isQuadratic).toBe(true);
        continue;
      }
      if (found.status === 'converged') expect(verdict.figures['gap'].upper).toBeLessThan(1e-5 * (1 + Math.abs(found.value)));
      const bound = verdict.figures['optimum'].lower;
      for (let trial = 0; trial < 200; trial++) {
        const x = Float64Array.from({ length: n }, (_, i) => found.x[i] + (random.uniform() - 0.5) * 10 ** -random.integer(9));
        const inBox = x.every((v, i) => v >= program.lower[i] && v <= program.upper[i]);
        const inRows = Array.from(program.low, (low, j) => {
          const v = x.reduce((sum, value, i) => sum + value * program.rows[j * n + i], 0);
          return v >= low && v <= program.high[j];
        });
        if (inBox && inRows.every(Boolean))
          expect(valueAt(program, x)).toBeGreaterThanOrEqual(bound - 1e-12 * (1 + Math.abs(bound)));
      }
      // Two hundred changed certificates in all: multipliers of any kind give bounds that are no better than they may be.
      const certificate = { problem: 'p', kind: 'k', witness: { multipliers: Array.from(found.multipliers), curvature: 1e-6 } };
      for (let k = 0; k < 4; k++) {
        const mutant = check(program, found, mutateCertificate(certificate, random).certificate.witness);
        if (mutant.proved)
          expect(mutant.figures['optimum'].lower).toBeLessThanOrEqual(found.value + 1e-6 * (1 + Math.abs(found.value)));
      }
    }
  });

  it('prove that nothing is feasible, and never where something is', () => {
    const random = new Random(3);
    let proved = 0;
    for (let turn = 0; turn < 60; turn++) {
      const program = drawn(random, false);
      const y = random.normals(new Float64Array(program.low.length));
      expect(checkInfeasible(program, {}, { multipliers: y }).proved).toBe(false);
      const shifted = program.low.map((low) => (low === -Infinity ? low : low + 40));
      const none = {
        ...program,
        low: shifted,
        high: program.high.map((high, j) => (shifted[j] > -Infinity ? high + 40 : high)),
      };
      const { certificate } = linearProgram(asProgram(none));
      if (certificate?.kind !== 'infeasible') continue;
      const verdict = checkInfeasible(none, {}, { multipliers: certificate.multipliers });
      if (verdict.proved) proved++;
      expect(verdict.proved && verdict.figures['violation'].lower).toBeGreaterThan(0);
    }
    expect(proved).toBeGreaterThan(5);
  });
});

describe('proofs that there is no solution', () => {
  it('take signs exactly where variables have no bounds', () => {
    const of = (...values: number[]) => Float64Array.of(...values);
    // 0.1 a <= 1 and 0.3 a >= 3.1: 3 times 0.1 is not 0.3 in doubles, so that no y makes this a contradiction but the exact one.
    const open = { hessian: of(), linear: of(0), lower: of(-Infinity), upper: of(Infinity) };
    const program = { ...open, rows: of(0.1, 0.3), low: of(-Infinity, 3.1), high: of(1, Infinity) };
    expect(checkInfeasible(program, {}, { multipliers: [3, -1] }).proved).toBe(false);
    expect(checkInfeasible({ ...program, lower: of(0) }, {}, { multipliers: [3, -1] }).proved).toBe(true);
    expect(checkInfeasible({ ...program, upper: of(0) }, {}, { multipliers: [3, -1] }).proved).toBe(false);
    const exact = { ...program, rows: of(0.5, 1.5), low: of(-Infinity, 3 + 2 ** -40) };
    const verdict = checkInfeasible(exact, {}, { multipliers: [3, -1] });
    expect(verdict.proved && verdict.figures['violation'].lower).toBeGreaterThan(0);
    expect(checkInfeasible({ ...exact, low: of(-Infinity, 3) }, {}, { multipliers: [3, -1] }).proved).toBe(false);
  });

  it('hold directions without end exactly, and say how far x is from feasible', () => {
    const of = (...values: number[]) => Float64Array.of(...values);
    const all = (value: number, n: number) => new Float64Array(n).fill(value);
    const random = new Random(7);
    for (let turn = 0; turn < 100; turn++) {
      const n = 2 + random.integer(3);
      const direction = Float64Array.from({ length: n }, () => random.integer(7) - 3);
      if (direction.every((value) => value === 0)) continue;
      // Rows orthogonal to the direction, in whole numbers, and an objective that falls along it.
      const rows = new Float64Array(2 * n);
      for (const j of [0, 1]) {
        const [a, b] = [random.integer(n), (1 + random.integer(n - 1)) as number];
        const other = (a + b) % n;
        [rows[j * n + a], rows[j * n + other]] = [direction[other], -direction[a]];
      }
      const linear = direction.map((value) => -value);
      const program = {
        hessian: of(),
        linear,
        rows,
        low: all(-1, 2),
        high: all(1, 2),
        lower: all(-Infinity, n),
        upper: all(Infinity, n),
      };
      const x = new Float64Array(n);
      const verdict = checkUnbounded(program, { x }, { direction });
      expect(verdict.proved && verdict.figures['violation'].upper).toBeLessThan(1e-300);
      const worse = direction.map((value, i) =>
        value === 0 && rows.some((entry, k) => entry !== 0 && k % n === i) ? 1e-300 : value,
      );
      if (worse.some((value, i) => value !== direction[i]))
        expect(checkUnbounded(program, { x }, { direction: worse }).proved).toBe(false);
      for (const changed of [linear, all(0, n), all(Number.NaN, n), direction.slice(1)])
        expect(checkUnbounded(program, { x }, { direction: changed }).proved).toBe(false);
      const upper = direction.map((value) => (value > 0 ? 5 : Infinity));
      const lower = direction.map((value) => (value < 0 ? -5 : -Infinity));
      expect(checkUnbounded({ ...program, upper, lower }, { x }, { direction }).proved).toBe(false);
      const hessian = Float64Array.from({ length: n * n }, (_, k) => Number(k % (n + 1) === 0));
      expect(checkUnbounded({ ...program, hessian }, { x }, { direction }).proved).toBe(false);
    }
  });

  it('are said of drawn programs by the solver where a checker proves them, else as measured', () => {
    const random = new Random(8);
    const kinds: Record<string, number> = {};
    for (let turn = 0; turn < 60; turn++) {
      const program = drawn(random, false);
      const n = program.linear.length;
      const open = { ...asProgram(program), lower: -Infinity, upper: Infinity };
      const kind = linearProgram(open).certificate?.kind ?? 'none';
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      // The first row once more, above what it may be at most.
      const m = program.low.length;
      const values = Float64Array.of(...program.rows, ...program.rows.subarray(0, n));
      const low = Float64Array.of(...program.low, program.high[0] + 1);
      const high = Float64Array.of(...program.high, Infinity);
      const none = linearProgram({ ...open, rows: { rows: m + 1, cols: n, values }, low, high });
      const word = none.certificate?.kind ?? 'nothing';
      kinds[word] = (kinds[word] ?? 0) + 1;
    }
    const { none: bounded = 0, unbounded = 0, 'measured-unbounded': falling = 0 } = kinds;
    expect(bounded + unbounded + falling).toBe(60);
    const { infeasible = 0, 'measured-infeasible': measured = 0 } = kinds;
    expect(infeasible + measured).toBe(60);
    expect(infeasible, JSON.stringify(kinds)).toBeGreaterThan(45);
  });

  it.each([1e-9, 1e-12, 1e-15])('do not call a program unbounded where nothing is feasible, by %s', (gap) => {
    const rows = [
      [1, 0],
      [1, 0],
    ];
    const found = linearProgram({ linear: [0, -1], rows, low: [1, -Infinity], high: [Infinity, 1 - gap] });
    expect(found.certificate?.kind).not.toBe('unbounded');
    const open = linearProgram({ linear: [0, -1], rows, low: [1, -Infinity], high: [Infinity, 1] });
    expect(open.certificate?.kind).toMatch(/unbounded/);
  });
});

describe('formulas of checkers', () => {
  it('have the values and derivatives that solvers see', () => {
    const texts = [
      '(x1+2)*x2^3/(x3-5)',
      '-x1^2+2e-1*x2^-2',
      'exp(x1)*log(x2)-sin(x3)*cos(x1)',
      'sqrt(x2)*x3^2.5',
      'x2^0.5-x1^1+a1/x3',
      'x1^3*x2^3^1',
    ];
    const random = new Random(4);
    for (const objective of texts) {
      const x = Float64Array.from([0.5 + random.uniform(), 1 + random.uniform(), 2 + random.uniform()]);
      const program = programOf({ start: [1, 1, 1], definitions: { a1: 'x1*x2' }, objective });
      const variables = variableJets(Array.from(x, (value) => interval(value)));
      const names = new Map([['a1', formulaJet('x1*x2', variables, new Map())!]]);
      const jet = formulaJet(objective, variables, names)!;
      const [gradient, hessian] = [new Float64Array(3), new Float64Array(9)];
      program.gradient(x, gradient);
      program.hessian?.(x, new Float64Array(0), 1, hessian);
      const near = ({ lower, upper }: { lower: number; upper: number }, value: number) => {
        const slack = 1e-11 * (1 + Math.abs(value));
        expect(upper - lower).toBeLessThan(slack);
        expect(lower - slack <= value && value <= upper + slack, `${objective}: ${value} in ${lower}, ${upper}`).toBe(true);
      };
      near(jet.value, program.value(x));
      for (let i = 0; i < 3; i++) {
        near(jet.gradient[i], gradient[i]);
        for (let j = 0; j <= i; j++) near(jet.hessian[(i * (i + 1)) / 2 + j], hessian[3 * i + j]);
      }
    }
    const variables = variableJets([interval(1)]);
    for (const text of ['', 'x1+', 'x2', 'Phi(x1)', 'x1)', '(x1', 'x1 x1', 'tan(x1)', '1/0*step(x1)'])
      expect(formulaJet(text, variables, new Map()), text).toBeUndefined();
  });
});

describe('formulas of problems under equalities', () => {
  const names = [...Object.keys(testPrograms)] as (keyof typeof testPrograms)[];
  const instances: EqualityInstance[] = [
    ...names.map((name) => ({ kind: 'named', name }) as const),
    ...[1, 2, 3, 4].map((side) => ({ kind: 'grid', side }) as const),
  ];
  it.each(instances.map((instance) => [JSON.stringify(instance), instance] as const))('are the programs: %s', (_, instance) => {
    const { program, initial } = startOf(instance);
    const problem = formulasOf(instance)!;
    const read = programOf(problem);
    expect([read.variables, read.constraints]).toEqual([program.variables, program.equalities]);
    const random = new Random(5);
    for (let turn = 0; turn < 5; turn++) {
      const x = initial.map((value) => value + 0.2 * random.uniform());
      const [ours, theirs] = [new Float64Array(program.equalities), new Float64Array(program.equalities)];
      read.values(x, ours);
      program.constraints(x, theirs);
      const values = [read.value(x), ...ours];
      for (const [k, value] of [program.value(x), ...theirs].entries())
        expect(Math.abs(values[k] - value)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(value) + Math.abs(values[k])));
    }
  });
});

describe('proofs of stationary points', () => {
  it('hold a point that is known, and refuse changed active sets', async () => {
    // x² + y² <= 2, min x + y: (-1, -1) with the multiplier 1/2.
    const problem = {
      start: [0.5, 0.2],
      objective: 'x1+x2',
      constraints: [['x1^2+x2^2', -Infinity, 2] as const],
      lower: [-3, -3],
    };
    const program = programOf(problem);
    const solution = interiorPoint(program, Float64Array.from(problem.start));
    const { verdict, certificate } = await certify(constrained, problem, solution);
    const actual = Math.max(Math.abs(solution.x[0] + 1), Math.abs(solution.x[1] + 1));
    expect(verdict.proved && verdict.figures['distance'].upper).toBeGreaterThanOrEqual(actual);
    expect(verdict.proved && verdict.figures['distance'].upper).toBeLessThan(actual + 1e-9);
    const witness = certificate?.witness as {
      center: Float64Array;
      radii: Float64Array;
      sides: number[];
      inverse: Float64Array;
    };
    for (const changed of [
      { sides: [0] },
      { sides: [-1] },
      { center: witness.center.map((value) => value + 0.1) },
      { center: witness.center.map((value) => -value) },
      { radii: witness.radii.map(() => 0) },
      { radii: witness.radii.map((radius) => radius * 1e-20) },
      { inverse: witness.inverse.map((value) => -value) },
    ]) {
      const other = await checkCertificate(constrained, problem, solution, {
        ...certificate!,
        witness: { ...witness, ...changed },
      });
      expect(other.proved).toBe(false);
    }
  });
});
