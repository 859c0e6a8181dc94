// Convex quadratic and linear programs as functions of their data, with what proves the answer: multipliers and the gap between
// the primal and the dual value, or a certificate that nothing is feasible, or a direction along which f has no lower bound.
import type { DenseLike, MatrixLike, Outcome, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkObject, fault } from '@infimum/core';
import { ldl } from '@infimum/linalg';
import { largestMagnitude } from '@infimum/linalg/numerics';
import { boundsOf } from '../bounds.ts';
import type { ConstrainedProgram, ConstrainedSolution } from './constrained-program.ts';
import { checkInfeasible, checkUnbounded } from './convex-program-checker.ts';
import type { InteriorPointIterate, InteriorPointOptions } from './interior-point.ts';
import { interiorPoint } from './interior-point.ts';

/** min x'Px/2 + q'x subject to low <= Ax <= high and lower <= x <= upper. */
export interface QuadraticProgram {
  /** P, symmetric and positive semidefinite; zero where it is missing. */
  readonly hessian?: MatrixLike;
  /** q, n numbers. */
  readonly linear: VectorLike;
  /** A, a constraint a row. */
  readonly rows?: MatrixLike;
  /** Least values of Ax: one for all, or one for each; -Infinity by default. */
  readonly low?: number | VectorLike | undefined;
  /** Largest values of Ax; Infinity by default. */
  readonly high?: number | VectorLike | undefined;
  /** Least values of x; -Infinity by default. */
  readonly lower?: number | VectorLike | undefined;
  /** Largest values of x; Infinity by default. */
  readonly upper?: number | VectorLike | undefined;
}

/** Why there is no solution: proved by a checker, or as measured, to a millionth of the multipliers or the direction. */
export type ProgramCertificate =
  | {
      /** Nothing is feasible. */
      readonly kind: 'infeasible' | 'measured-infeasible';
      /** y and z with A'y + z = 0 and Σ max over [low, high] of y v + Σ max over [lower, upper] of z v < 0: no x can meet that. */
      readonly multipliers: Float64Array;
      /** z. */
      readonly boundMultipliers: Float64Array;
    }
  | {
      /** f has no lower bound: x is feasible, exactly if that is proved, and f falls without end from it. */
      readonly kind: 'unbounded' | 'measured-unbounded';
      /** d with Pd = 0 and q'd < 0 that leads out of no bound: f falls without end along it. */
      readonly direction: Float64Array;
    };

/** The solution of a program. */
export interface QuadraticSolution extends ConstrainedSolution {
  /** The value of the dual problem at the multipliers: no feasible x has less, up to `stationarity`. */
  readonly dualValue: number;
  /** Why there is no solution, where that was found. */
  readonly certificate?: ProgramCertificate;
}

/** A certificate is one to this part of its size. */
const PROOF = 1e-6;

/**
 * Minimises a convex quadratic function under linear constraints, by `interiorPoint`. If that does not converge, it minimises the sum
 * of violations, whose multipliers prove infeasibility, and searches for a direction along which f is unbounded. O((n + 2m)³) a step,
 * about twenty steps.
 *
 * `converged` as `interiorPoint`; `stalled` with a `certificate` for programs that have no solution, x with the least sum of violations.
 *
 * @param program - P, q, A and bounds
 * @throws {InvalidInputError} naming the part at fault, `hessian` where it has a negative eigenvalue
 *
 * @example
 * ```ts
 * import { quadraticProgram } from '@infimum/optim/constrained';
 *
 * // Weights of three assets with the least variance at a mean return of at least 0.08.
 * const found = quadraticProgram({
 *   hessian: [[0.04, 0.01, 0], [0.01, 0.09, 0.02], [0, 0.02, 0.16]],
 *   linear: [0, 0, 0],
 *   rows: [[1, 1, 1], [0.05, 0.08, 0.12]],
 *   low: [1, 0.08],
 *   high: [1, Infinity],
 *   lower: 0,
 * });
 * console.log(found.status, Array.from(found.x, (v) => v.toFixed(3)).join(' ')); // converged 0.417 0.271 0.312
 * console.log(Math.abs(found.value - found.dualValue) < 1e-7); // true
 * ```
 */
export function quadraticProgram(
  program: QuadraticProgram,
  options: InteriorPointOptions = {},
): Outcome<QuadraticSolution, InteriorPointIterate> {
  const data = checked(program);
  const units = unitsOf(data);
  return judged(data, inUnits(units, data, solveInUnits(scaled(data, units), options)));
}

/** Binary places of the largest entry to which multipliers, directions and points are rounded: what should be 0 is so, then. */
const PLACES = [52, 24, 12, 4];

function rounded(list: Float64Array, places: number): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(largestMagnitude(list) || 1));
  return list.map((value) => (Math.round((value / size) * 2 ** places) / 2 ** places) * size);
}

/** With the word of the checker, where it proves that there is no solution. */
function judged(
  data: Data,
  found: Outcome<QuadraticSolution, InteriorPointIterate>,
): Outcome<QuadraticSolution, InteriorPointIterate> {
  const { certificate } = found;
  if (!certificate) return found;
  const { p: hessian, q: linear, a: rows, low, high, lower, upper, n } = data;
  const program = { hessian, linear, rows, low, high, lower, upper };
  const reason = `${found.reason}; a checker proves it`;
  for (const places of PLACES) {
    if ('direction' in certificate) {
      const direction = rounded(certificate.direction, places);
      // A way down is one from a feasible point: one there must be.
      for (const x of [found.x, ...PLACES.map((few) => rounded(found.x, few))]) {
        const verdict = checkUnbounded(program, { x }, { direction });
        if (!verdict.proved || verdict.figures['violation'].upper > 0) continue;
        const value = programOf(data).value(x);
        return { ...found, x, value, violation: 0, reason, certificate: { kind: 'unbounded', direction } };
      }
    } else {
      const multipliers = rounded(certificate.multipliers, places);
      if (!checkInfeasible(program, found, { multipliers }).proved) continue;
      const boundMultipliers = linear.map((_, i) => -multipliers.reduce((sum, y, k) => sum + y * rows[k * n + i], 0));
      return { ...found, reason, certificate: { kind: 'infeasible', multipliers, boundMultipliers } };
    }
  }
  return found;
}

/** The solution of a program whose numbers are of about the same size. */
function solveInUnits(data: Data, options: InteriorPointOptions): Outcome<QuadraticSolution, InteriorPointIterate> {
  const found = interiorPoint(programOf(data), data.start, options);
  const solution = { ...found, dualValue: dualValue(data, found) };
  if (found.status !== 'stalled' && found.status !== 'iteration-limit') return solution;
  // Multipliers may be arbitrarily large where the inequalities have no interior; the gap still proves the value.
  const most = 10 * (options.tolerance ?? 1e-8);
  const gap = Math.abs(solution.value - solution.dualValue) / (1 + Math.abs(solution.value));
  if (solution.violation <= most && solution.stationarity <= most && gap <= most) {
    return { ...solution, status: 'converged', reason: `the dual value is as large, to ${gap.toExponential(1)}` };
  }
  const least = phaseOne(data, options);
  if (least.certificate) {
    const reason = `no point is feasible: the least sum of violations is ${least.sum.toExponential(3)}`;
    const { x, certificate } = least;
    const value = programOf(data).value(x);
    return { ...solution, x, value, violation: violationAt(data, x), reason, certificate };
  }
  const direction = rayOf(data, options);
  if (!direction) return solution;
  const reason = 'f is unbounded below along the direction of the certificate';
  return { ...solution, reason, certificate: { kind: 'measured-unbounded', direction } };
}

/**
 * Minimises q'x under linear constraints: `quadraticProgram` without P. The solution is in the middle of the optimal face where that is
 * not a point.
 *
 * @param program - q, A and bounds
 * @throws {InvalidInputError} naming the part at fault
 *
 * @example
 * ```ts
 * import { linearProgram } from '@infimum/optim/constrained';
 *
 * const plan = linearProgram({ linear: [-3, -5], rows: [[1, 0], [0, 2], [3, 2]], high: [4, 12, 18], lower: 0 });
 * console.log(plan.status, plan.value.toFixed(4), plan.multipliers.map((v) => Math.round(1e4 * v) / 1e4).join(' ')); // converged -36.0000 0 1.5 1
 * const none = linearProgram({ linear: [1], rows: [[1]], low: 3, upper: 2 });
 * console.log(none.status, none.certificate?.kind); // stalled infeasible
 * ```
 */
export function linearProgram(
  program: Omit<QuadraticProgram, 'hessian'>,
  options: InteriorPointOptions = {},
): Outcome<QuadraticSolution, InteriorPointIterate> {
  checkObject(program, 'program');
  const { hessian: _, ...linear } = program as QuadraticProgram;
  return quadraticProgram(linear, options);
}

/** The program with all of its parts. */
interface Data {
  readonly n: number;
  readonly m: number;
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly a: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly start: Float64Array;
}

/** The data of a program. */
const PARTS: readonly string[] = ['hessian', 'linear', 'rows', 'low', 'high', 'lower', 'upper'];

function checked(program: QuadraticProgram): Data {
  checkObject(program, 'program');
  for (const name of Object.keys(program)) {
    if (PARTS.includes(name)) continue;
    throw fault(`is not part of a program; the parts are ${PARTS.join(', ')}`, name, 'unknown');
  }
  const q = asVector(program.linear, 'linear');
  const n = q.length;
  const hessian = program.hessian && asMatrix(program.hessian, 'hessian');
  const rows = program.rows && asMatrix(program.rows, 'rows');
  if (hessian) checkConvex(hessian, n);
  if (rows && rows.cols !== n) throw fault(`has ${rows.cols} columns for ${n} variables`, 'rows', 'shape');
  const m = rows?.rows ?? 0;
  const box = boundsOf(n, program.lower, program.upper);
  const range = boundsOf(m, program.low, program.high);
  const start = Float64Array.from(box.lower, (least, i) => Math.min(Math.max(0, least), box.upper[i]));
  return {
    n,
    m,
    p: hessian?.values ?? new Float64Array(n * n),
    q,
    a: rows?.values ?? new Float64Array(0),
    low: range.lower,
    high: range.upper,
    lower: box.lower,
    upper: box.upper,
    start,
  };
}

function checkConvex({ rows, cols, values }: DenseLike & { values: Float64Array }, n: number): void {
  if (rows !== n || cols !== n) throw fault(`must be ${n} x ${n}, is ${rows} x ${cols}`, 'hessian', 'shape');
  let size = 0;
  for (let i = 0; i < n; i++) size = Math.max(size, Math.abs(values[i * n + i]));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(values[i * n + j] - values[j * n + i]) <= 1e-12 * size) continue;
      throw fault(`is not symmetric at row ${i}, column ${j}`, 'hessian', 'out-of-range', i * n + j);
    }
  }
  const shifted = values.slice();
  for (let i = 0; i < n; i++) shifted[i * n + i] += 1e-10 * size;
  const { diagonal, offDiagonal } = ldl({ rows: n, cols: n, values: shifted });
  const isConvex = diagonal.every((pivot, k) => pivot >= 0 && offDiagonal[k] === 0);
  if (isConvex) return;
  const problem = 'has a negative eigenvalue: the program is not convex; use minimize for a local minimum';
  throw fault(problem, 'hessian', 'out-of-range');
}

/** Powers of two: the sizes of x, of the objective and of the constraints. */
interface Units {
  readonly x: number;
  readonly value: number;
  readonly rows: Float64Array;
}

/** Sizes nearer to 1 than this factor are left as they are. */
const ORDINARY = 2 ** 10;

function unit(size: number): number {
  const isOrdinary = !(size > 0 && size < Infinity) || (size < ORDINARY && size > 1 / ORDINARY);
  return isOrdinary ? 1 : 2 ** Math.round(Math.log2(size));
}

/** The sizes of a program's numbers: x is as large as bounds say. */
function unitsOf({ n, m, p, q, a, low, high, lower, upper }: Data): Units {
  const row = (k: number) => largestMagnitude(a.subarray(k * n, (k + 1) * n));
  let size = 0;
  const reach = (bound: number) => {
    if (Number.isFinite(bound)) size = Math.max(size, Math.abs(bound));
  };
  for (let i = 0; i < n; i++) for (const bound of [lower[i], upper[i]]) reach(bound);
  for (let k = 0; k < m; k++) for (const bound of [low[k], high[k]]) if (row(k) > 0) reach(bound / row(k));
  const x = unit(size);
  return {
    x,
    value: unit(Math.max(largestMagnitude(q) * x, largestMagnitude(p) * x * x)),
    rows: Float64Array.from({ length: m }, (_, k) => unit(row(k) * x)),
  };
}

/** The program in units. */
function scaled(data: Data, { x, value, rows }: Units): Data {
  const { n, p, q, a, low, high, lower, upper, start } = data;
  const over = (list: Float64Array, of: (index: number) => number) => list.map((entry, k) => entry / of(k));
  return {
    ...data,
    p: p.map((entry) => (entry * x * x) / value),
    q: q.map((entry) => (entry * x) / value),
    a: a.map((entry, k) => (entry * x) / rows[Math.floor(k / n)]),
    low: over(low, (k) => rows[k]),
    high: over(high, (k) => rows[k]),
    lower: over(lower, () => x),
    upper: over(upper, () => x),
    start: over(start, () => x),
  };
}

/** The solution in the units that the caller has. */
function inUnits(
  units: Units,
  data: Data,
  found: Outcome<QuadraticSolution, InteriorPointIterate>,
): Outcome<QuadraticSolution, InteriorPointIterate> {
  const { x: size, value, rows } = units;
  if (size === 1 && value === 1 && rows.every((row) => row === 1)) return found;
  const x = found.x.map((entry) => entry * size);
  const multipliers = found.multipliers.map((entry, k) => (entry * value) / rows[k]);
  const { certificate } = found;
  const unscaled = (): ProgramCertificate | undefined => {
    if (!certificate || 'direction' in certificate) {
      return certificate && { ...certificate, direction: certificate.direction.map((entry) => entry * size) };
    }
    return {
      kind: 'measured-infeasible',
      multipliers: certificate.multipliers.map((entry, k) => entry / rows[k]),
      boundMultipliers: certificate.boundMultipliers.map((entry) => entry / size),
    };
  };
  return {
    ...found,
    x,
    value: found.value * value,
    multipliers,
    boundMultipliers: found.boundMultipliers.map((entry) => (entry * value) / size),
    violation: violationAt(data, x),
    dualValue: found.dualValue * value,
    ...(certificate && { certificate: unscaled() }),
  };
}

function programOf({ n, m, p, q, a, low, high, lower, upper }: Data): ConstrainedProgram {
  return {
    variables: n,
    constraints: m,
    lower,
    upper,
    low,
    high,
    value: (x) => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        let row = 0;
        for (let j = 0; j < n; j++) row += p[i * n + j] * x[j];
        sum += x[i] * (row / 2 + q[i]);
      }
      return sum;
    },
    gradient: (x, out) => {
      for (let i = 0; i < n; i++) {
        let row = q[i];
        for (let j = 0; j < n; j++) row += p[i * n + j] * x[j];
        out[i] = row;
      }
    },
    values: (x, out) => {
      for (let k = 0; k < m; k++) {
        let row = 0;
        for (let j = 0; j < n; j++) row += a[k * n + j] * x[j];
        out[k] = row;
      }
    },
    jacobian: (_, out) => out.set(a),
    hessian: (_, __, sigma, out) => {
      for (let k = 0; k < n * n; k++) out[k] = sigma * p[k];
    },
  };
}

/** The most that y v is for v between two bounds, in the direction of its sign; the multiplier of a bound that is none counts as zero. */
function support(y: number, least: number, most: number): number {
  const bound = y > 0 ? most : least;
  return y === 0 || !Number.isFinite(bound) ? 0 : y * bound;
}

/** -x'Px/2 - Σ max y v - Σ max z v: weak duality, where stationarity holds. */
function dualValue(data: Data, { x, multipliers, boundMultipliers }: ConstrainedSolution): number {
  const { n, m, p, low, high, lower, upper } = data;
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum -= (x[i] * p[i * n + j] * x[j]) / 2;
  for (let k = 0; k < m; k++) sum -= support(multipliers[k], low[k], high[k]);
  for (let i = 0; i < n; i++) sum -= support(boundMultipliers[i], lower[i], upper[i]);
  return Number.isFinite(sum) ? sum : -Number.MAX_VALUE;
}

function violationAt(data: Data, x: Float64Array): number {
  const g = new Float64Array(data.m);
  programOf(data).values(x, g);
  return g.reduce((worst, value, k) => Math.max(worst, data.low[k] - value, value - data.high[k]), 0);
}

/** min Σ (s + t) subject to low <= Ax + s - t <= high: its multipliers prove what its value says. */
function phaseOne(
  data: Data,
  options: InteriorPointOptions,
): { sum: number; x: Float64Array; certificate?: ProgramCertificate } {
  const { n, m, a, low, high, lower, upper } = data;
  const size = n + 2 * m;
  const wide = new Float64Array(m * size);
  for (let k = 0; k < m; k++) {
    for (let j = 0; j < n; j++) wide[k * size + j] = a[k * n + j];
    wide[k * size + n + k] = 1;
    wide[k * size + n + m + k] = -1;
  }
  const extended = (bounds: Float64Array, rest: number) => {
    const out = new Float64Array(size).fill(rest);
    out.set(bounds);
    return out;
  };
  const cost = new Float64Array(size).fill(1, n);
  const phase: Data = {
    n: size,
    m,
    p: new Float64Array(size * size),
    q: cost,
    a: wide,
    low,
    high,
    lower: extended(lower, 0),
    upper: extended(upper, Infinity),
    start: extended(data.start, 1),
  };
  const found = interiorPoint(programOf(phase), phase.start, { tolerance: options.tolerance });
  const x = found.x.slice(0, n);
  const y = found.multipliers;
  // z takes up what rounding leaves of A'y, where there are bounds; elsewhere that has to be nothing.
  const z = new Float64Array(n);
  let [left, most] = [0, 0];
  for (let k = 0; k < m; k++) {
    most += support(y[k], low[k], high[k]);
    if ((y[k] > 0 ? high[k] : low[k]) === (y[k] > 0 ? Infinity : -Infinity)) left = Math.max(left, Math.abs(y[k]));
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < m; k++) z[i] -= a[k * n + i] * y[k];
    most += support(z[i], lower[i], upper[i]);
    const isOpen = z[i] > 0 ? upper[i] === Infinity : lower[i] === -Infinity;
    if (isOpen) left = Math.max(left, Math.abs(z[i]));
  }
  const largest = y.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const isProof = largest > 0 && most < -10 * left && most < -PROOF && left <= PROOF * largest;
  return {
    sum: found.value,
    x,
    ...(isProof && { certificate: { kind: 'measured-infeasible', multipliers: y, boundMultipliers: z } }),
  };
}

/** min q'd over directions of length at most 1 a coordinate that meet Pd = 0 and leave no bound; undefined where that is nothing. */
function rayOf(data: Data, options: InteriorPointOptions): Float64Array | undefined {
  const { n, m, p, q, a, low, high, lower, upper } = data;
  const rows = new Float64Array((m + n) * n);
  rows.set(a);
  rows.set(p, m * n);
  const cone = (bounds: Float64Array, open: number, closed: number) =>
    bounds.map((bound) => (Number.isFinite(bound) ? 0 : bound === open ? closed : 0));
  const range = (bounds: Float64Array, open: number) => {
    const out = new Float64Array(m + n);
    out.set(cone(bounds, open, open));
    return out;
  };
  const ray: Data = {
    n,
    m: m + n,
    p: new Float64Array(n * n),
    q,
    a: rows,
    low: range(low, -Infinity),
    high: range(high, Infinity),
    lower: cone(lower, -Infinity, -1),
    upper: cone(upper, Infinity, 1),
    start: new Float64Array(n),
  };
  const found = interiorPoint(programOf(ray), ray.start, { tolerance: options.tolerance });
  const cost = q.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return found.violation <= PROOF && found.value < -PROOF * cost ? found.x : undefined;
}
