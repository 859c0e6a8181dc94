// Minimisation under equalities: the functions, their scales at the start, and the residual of the first-order conditions.
import { checkInteger, checkMethods, checkVector, fault } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';

/** min f(x) subject to c(x) = 0, with derivatives; functions with `out` write the result there. L = f + λ'c. */
export interface EqualityProgram {
  /** Number of variables n. */
  readonly variables: number;
  /** Number of equalities m, at most n. */
  readonly equalities: number;
  /** f(x); NaN or infinite where f is not defined. */
  value(x: Float64Array): number;
  /** Writes the gradient of f, n numbers. */
  gradient(x: Float64Array, out: Float64Array): void;
  /** Writes c(x), m numbers. */
  constraints(x: Float64Array, out: Float64Array): void;
  /** Writes the Jacobian of c, m x n numbers row by row. */
  jacobian(x: Float64Array, out: Float64Array): void;
  /** Writes the Hessian of f + λ'c in x, n x n numbers row by row. */
  hessian(x: Float64Array, multipliers: Float64Array, out: Float64Array): void;
}

/** A point with its multipliers. */
export interface EqualitySolution {
  /** The point x. */
  readonly x: Float64Array;
  /** Multipliers λ of L = f + λ'c. */
  readonly multipliers: Float64Array;
  /** f(x). */
  readonly value: number;
  /** |(∇L, c)| with f and every equality over its scale: the size of its derivative at the start, a power of two. */
  readonly residual: number;
  /** Steps of the outer method. */
  readonly outerIterations: number;
  /** Steps of the inner one: draws of a sketch, products of a Krylov method, Newton steps, or systems solved. */
  readonly innerIterations: number;
}

/** Scales of f and of every equality. */
export interface Scales {
  readonly objective: number;
  readonly equalities: Float64Array;
}

/** No scaling. */
export function unitScales(equalities: number): Scales {
  return { objective: 1, equalities: new Float64Array(equalities).fill(1) };
}

/** Powers of two near the largest derivatives at the start: multiplication by them is exact. One where there is nothing to measure. */
export function scalesAt(program: EqualityProgram, initial: Float64Array): Scales {
  const { variables: n, equalities: m } = program;
  const gradient = new Float64Array(n);
  const jacobian = new Float64Array(m * n);
  program.gradient(initial, gradient);
  program.jacobian(initial, jacobian);
  return {
    objective: powerOfTwo(gradient),
    equalities: Float64Array.from({ length: m }, (_, j) => powerOfTwo(jacobian.subarray(j * n, (j + 1) * n))),
  };
}

function powerOfTwo(values: Float64Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(largest > 0 && largest < Infinity)) return 1;
  return 2 ** Math.max(-1022, Math.min(1022, Math.round(Math.log2(largest))));
}

/** The program with f and c over their scales. */
export function scaledProgram(program: EqualityProgram, scales: Scales): EqualityProgram {
  const { variables: n, equalities: m } = program;
  const { objective: s, equalities: t } = scales;
  return {
    variables: n,
    equalities: m,
    value: (x) => program.value(x) / s,
    gradient: (x, out) => {
      program.gradient(x, out);
      for (let i = 0; i < n; i++) out[i] /= s;
    },
    constraints: (x, out) => {
      program.constraints(x, out);
      for (let j = 0; j < m; j++) out[j] /= t[j];
    },
    jacobian: (x, out) => {
      program.jacobian(x, out);
      for (let k = 0; k < m * n; k++) out[k] /= t[Math.floor(k / n)];
    },
    hessian: (x, multipliers, out) => {
      program.hessian(x, unscaledMultipliers(multipliers, scales), out);
      for (let k = 0; k < n * n; k++) out[k] /= s;
    },
  };
}

/** Multipliers of the program itself from those of the scaled one. */
export function unscaledMultipliers(multipliers: Float64Array, { objective, equalities }: Scales): Float64Array {
  return multipliers.map((value, j) => (value / equalities[j]) * objective);
}

/** Multipliers of the scaled program. */
export function scaledMultipliers(multipliers: Float64Array, { objective, equalities }: Scales): Float64Array {
  return multipliers.map((value, j) => (value / objective) * equalities[j]);
}

/** f, c and their derivatives at one point. */
export interface ProgramPoint {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly constraints: Float64Array;
  readonly jacobian: Float64Array;
}

/** Evaluates all but the Hessian. */
export function pointOf(program: EqualityProgram, x: Float64Array): ProgramPoint {
  const { variables: n, equalities: m } = program;
  const gradient = new Float64Array(n);
  const constraints = new Float64Array(m);
  const jacobian = new Float64Array(m * n);
  program.gradient(x, gradient);
  program.constraints(x, constraints);
  program.jacobian(x, jacobian);
  return { value: program.value(x), gradient, constraints, jacobian };
}

/** ∇f + G'λ. */
export function lagrangianGradient({ gradient, jacobian }: ProgramPoint, multipliers: Float64Array): Float64Array {
  const n = gradient.length;
  const out = gradient.slice();
  for (let j = 0; j < multipliers.length; j++) {
    const factor = multipliers[j];
    for (let i = 0; i < n; i++) out[i] += factor * jacobian[j * n + i];
  }
  return out;
}

/** |(∇L, c)| at x; NaN where a function is. */
export function kktResidual(program: EqualityProgram, x: Float64Array, multipliers: Float64Array): number {
  const point = pointOf(program, x);
  if (Number.isNaN(point.value)) return Number.NaN;
  return Math.hypot(norm(lagrangianGradient(point, multipliers)), norm(point.constraints));
}

/** The number, or the largest one where it is NaN or infinite: what metrics and solutions may hold. */
export function bounded(value: number): number {
  return Number.isNaN(value) ? Number.MAX_VALUE : Math.min(value, Number.MAX_VALUE);
}

/** A start of the right length, finite, and as many equalities as can be. @throws {InvalidInputError} */
export function checkProgram(program: EqualityProgram, initial: Float64Array): void {
  checkMethods(program, 'program', ['value', 'gradient', 'constraints', 'jacobian', 'hessian']);
  checkInteger(program.variables, 'program.variables', { min: 1 });
  checkInteger(program.equalities, 'program.equalities', { min: 0 });
  checkVector(initial, 'initial', program.variables);
  if (program.equalities <= program.variables) return;
  throw fault(`has ${program.equalities} equalities for ${program.variables} variables`, 'program', 'shape');
}
