// Minimisation under bounds, equalities and inequalities: the functions, their scales at the start, and the residuals of the
// first-order conditions.
import { checkFunction, checkInteger, checkObject, checkVector, fault, Random } from '@infimum/core';

/** The tolerance of the first-order conditions. */
export const conditionsTolerance = {
  type: 'number',
  above: 0,
  default: 1e-8,
  description:
    'Violation, stationarity and complementarity at which to stop, the latter relative to the mean multiplier if it is above 100',
} as const;

/** min f(x) subject to low <= g(x) <= high and lower <= x <= upper; functions with `out` write the result there. */
export interface ConstrainedProgram {
  /** Number of variables n. */
  readonly variables: number;
  /** Number of constraints m. */
  readonly constraints: number;
  /** Least values of x; -Infinity where there is none. */
  readonly lower: Float64Array;
  /** Largest values of x; Infinity where there is none. */
  readonly upper: Float64Array;
  /** Least values of g(x); equal to the largest one for an equality. */
  readonly low: Float64Array;
  /** Largest values of g(x). */
  readonly high: Float64Array;
  /** f(x); NaN or infinite where f is not defined: steps are shortened there. */
  value(x: Float64Array): number;
  /** Writes the gradient of f, n numbers. */
  gradient(x: Float64Array, out: Float64Array): void;
  /** Writes g(x), m numbers. */
  values(x: Float64Array, out: Float64Array): void;
  /** Writes the Jacobian of g, m x n numbers row by row. */
  jacobian(x: Float64Array, out: Float64Array): void;
  /** Writes the Hessian of sigma f + λ'g in x, n x n numbers row by row; quasi-Newton matrices stand in where it is missing. */
  hessian?(x: Float64Array, multipliers: Float64Array, sigma: number, out: Float64Array): void;
}

/** A point with its multipliers, and residuals of the first-order conditions there. */
export interface ConstrainedSolution {
  /** The point x, within its bounds. */
  readonly x: Float64Array;
  /** f(x). */
  readonly value: number;
  /** Multipliers λ of L = f + λ'g + μ'x: at least 0 where the largest value of g is reached, at most 0 where the least one is. */
  readonly multipliers: Float64Array;
  /** Multipliers μ of the bounds of x, of the same signs. */
  readonly boundMultipliers: Float64Array;
  /** The largest violation of a constraint. */
  readonly violation: number;
  /** The largest entry of ∇f + J'λ + μ, f and every g over its scale: the size of its gradient at the start where that is above 100. */
  readonly stationarity: number;
  /** The largest product of a multiplier and the distance to the bound that it belongs to, in the same scale. */
  readonly complementarity: number;
}

/** Scales, powers of two: f and g over theirs, of variables over theirs, have derivatives of about 100 at most at the start. */
export interface ProgramScales {
  readonly objective: number;
  /** Sizes of the variables at the start, where those are above 1. */
  readonly variables: Float64Array;
  readonly constraints: Float64Array;
}

/** Gradients beyond this are scaled down to it, as IPOPT does. */
const STEEP = 100;

/** Gradients below this are scaled up. */
const FLAT = 0.01;

/** Part of the variables' sizes by which a second look is away. */
const BESIDE = 2 ** -10;

/**
 * The scales at a point; one where there is nothing to measure. A function that is flat at the point is measured at a nearby point,
 * so that rounding at a saddle is not mistaken for its scale.
 */
export function programScales(program: ConstrainedProgram, x: Float64Array): ProgramScales {
  const { lower, upper } = program;
  const variables = variableUnits(program, x);
  const { objective, constraints } = scalesAt(program, x, variables);
  if (objective >= 1 && constraints.every((scale) => scale >= 1)) return { objective, constraints, variables };
  const random = new Random(1);
  const moved = x.map((value, i) => Math.min(Math.max(value + BESIDE * variables[i] * random.normal(), lower[i]), upper[i]));
  const beside = scalesAt(program, moved, variables);
  // What has no gradient at the point has at this distance that part of the one it has at the distance of a unit.
  const larger = (here: number, there: number) => Math.max(here, Math.min(1, here === 0 ? there / BESIDE : there)) || 1;
  return {
    objective: larger(objective, beside.objective),
    constraints: constraints.map((scale, j) => larger(scale, beside.constraints[j])),
    variables,
  };
}

function scalesAt(program: ConstrainedProgram, x: Float64Array, variables: Float64Array): Omit<ProgramScales, 'variables'> {
  const { variables: n, constraints: m } = program;
  const gradient = new Float64Array(n);
  const jacobian = new Float64Array(m * n);
  program.gradient(x, gradient);
  program.jacobian(x, jacobian);
  const g = new Float64Array(m);
  program.values(x, g);
  for (let i = 0; i < n; i++) {
    gradient[i] *= variables[i];
    for (let j = 0; j < m; j++) jacobian[j * n + i] *= variables[i];
  }
  return {
    objective: scaleOf(gradient, program.value(x)),
    constraints: Float64Array.from({ length: m }, (_, j) => scaleOf(jacobian.subarray(j * n, (j + 1) * n), g[j])),
  };
}

/** Sizes of the variables at a point, powers of two: 1 at least, but where start and bounds are all tiny. */
export function variableUnits(box: Pick<ConstrainedProgram, 'lower' | 'upper'>, x: Float64Array): Float64Array {
  const floor = smallestUnit(box, x);
  return x.map((value) => 2 ** Math.round(Math.log2(Math.max(floor, Math.abs(value)))));
}

/** Where start and bounds are all this small, so is everything that x may be. */
const TINY = 1e-6;

/** The unit of variables that start near zero: 1, or the largest number that the start and finite bounds have, where that is tiny. */
function smallestUnit({ lower, upper }: Pick<ConstrainedProgram, 'lower' | 'upper'>, x: Float64Array): number {
  let size = 0;
  for (const list of [x, lower, upper]) {
    for (const value of list) if (Number.isFinite(value)) size = Math.max(size, Math.abs(value));
  }
  return size > 0 && size < TINY ? size : 1;
}

/** The scale of a function by its gradient and its value, zero where it is flat: rounding of the value hides gradients that are small beside it. */
function scaleOf(gradient: Float64Array, value: number): number {
  const size = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (size === 0) return 0;
  if (!(size < Infinity)) return 1;
  if (size > STEEP) return 2 ** Math.round(Math.log2(size / STEEP));
  // Functions that are flat everywhere are scaled up, because otherwise all points are solutions, but not so far that rounding matters.
  const least = 1e-8 * Math.min(1, Number.isNaN(value) ? 1 : Math.abs(value));
  return size < FLAT ? 2 ** Math.round(Math.log2(Math.max(size, least, Number.MIN_VALUE))) : 1;
}

/** Residuals of the first-order conditions: in scale, but for the violation. */
export interface Conditions {
  readonly violation: number;
  readonly scaledViolation: number;
  readonly stationarity: number;
  readonly complementarity: number;
  /** The mean multiplier. */
  readonly size: number;
}

/** The conditions at a point, computed anew. */
export function conditionsAt(
  program: ConstrainedProgram,
  x: Float64Array,
  multipliers: Float64Array,
  boundMultipliers: Float64Array,
  scales: ProgramScales,
): Conditions {
  const { variables: n, constraints: m, lower, upper, low, high } = program;
  const g = new Float64Array(m);
  const stationary = new Float64Array(n);
  const jacobian = new Float64Array(m * n);
  program.values(x, g);
  program.gradient(x, stationary);
  program.jacobian(x, jacobian);
  let [violation, scaledViolation, complementarity, size] = [0, 0, 0, 0];
  const outside = (value: number, least: number, most: number) => Math.max(0, least - value, value - most);
  const larger = (a: number, b: number) => Math.max(a, b); // NaN stays
  const product = (multiplier: number, value: number, least: number, most: number) => {
    if (multiplier === 0 || least === most) return 0;
    const distance = multiplier > 0 ? most - value : value - least;
    // A multiplier of the wrong sign is one of nothing.
    return Math.abs(multiplier) * (distance < Infinity ? Math.abs(distance) : 1);
  };
  for (let j = 0; j < m; j++) {
    const out = outside(g[j], low[j], high[j]);
    violation = larger(violation, Number.isNaN(g[j]) ? Number.NaN : out);
    scaledViolation = larger(scaledViolation, Number.isNaN(g[j]) ? Number.NaN : out / scales.constraints[j]);
    complementarity = larger(complementarity, product(multipliers[j], g[j], low[j], high[j]) / scales.objective);
    size += Math.abs(multipliers[j] / scales.objective) * scales.constraints[j];
    for (let i = 0; i < n; i++) stationary[i] += multipliers[j] * jacobian[j * n + i];
  }
  let stationarity = 0;
  for (let i = 0; i < n; i++) {
    violation = larger(violation, outside(x[i], lower[i], upper[i]));
    scaledViolation = larger(scaledViolation, outside(x[i], lower[i], upper[i]) / scales.variables[i]);
    complementarity = larger(complementarity, product(boundMultipliers[i], x[i], lower[i], upper[i]) / scales.objective);
    size += Math.abs(boundMultipliers[i] / scales.objective) * scales.variables[i];
    const left = lower[i] === upper[i] ? 0 : Math.abs(stationary[i] + boundMultipliers[i]);
    stationarity = larger(stationarity, (left / scales.objective) * scales.variables[i]);
  }
  return { violation, scaledViolation, stationarity, complementarity, size: size / Math.max(1, m + n) };
}

/** Multipliers whose mean is beyond a hundred times this belong to no solution: they grow without end where none exist. */
const MOST_SHARE = 100;

/** The largest part of the conditions: violation, and stationarity and complementarity over the mean multiplier above 100. */
export function residualOf({ scaledViolation, stationarity, complementarity, size }: Conditions): number {
  const share = Math.min(MOST_SHARE, Math.max(1, size / 100));
  return Math.max(scaledViolation, stationarity / share, complementarity / share);
}

/**
 * Checks lengths and bounds.
 *
 * @throws {InvalidInputError} naming `initial`, or the bound that leaves nothing
 */
export function checkConstrained(program: ConstrainedProgram, initial: Float64Array): void {
  checkVector(initial, 'initial', program.variables);
  for (const [least, most, name, length] of [
    [program.lower, program.upper, 'lower', program.variables],
    [program.low, program.high, 'constraints.lower', program.constraints],
  ] as const) {
    if (least.length !== length || most.length !== length) {
      throw fault(`expected ${length} entries, got ${least.length} and ${most.length}`, name, 'shape');
    }
    for (let i = 0; i < length; i++) {
      if (least[i] <= most[i] && least[i] < Infinity && most[i] > -Infinity) continue;
      throw fault(`is ${least[i]} at index ${i}, which leaves nothing up to ${most[i]}`, name, 'out-of-range', i);
    }
  }
}

/**
 * Checks a program that callers made, and its start.
 *
 * @throws {InvalidInputError} naming the part of `program` at fault, or `initial`
 */
export function checkProgramFunctions(program: ConstrainedProgram, initial: Float64Array): void {
  checkObject(program, 'program');
  for (const name of ['value', 'gradient', 'values', 'jacobian'] as const) {
    checkFunction(program[name], `program.${name}`);
  }
  checkInteger(program.variables, 'program.variables', { min: 1 });
  checkInteger(program.constraints, 'program.constraints', { min: 0 });
  for (const name of ['lower', 'upper', 'low', 'high'] as const) {
    if (program[name] instanceof Float64Array) continue;
    throw fault('expected a Float64Array', `program.${name}`, 'type');
  }
  if (program.hessian !== undefined) checkFunction(program.hessian, 'program.hessian');
  checkConstrained(program, initial);
}
