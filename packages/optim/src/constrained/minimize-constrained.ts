// The front door of minimisation under constraints: functions as users have them, with or without derivatives, and the method that
// fits them.
import type { Iterate, Objective, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import {
  checkInteger,
  checkNumbers,
  checkObject,
  checkVector,
  InvalidInputError,
  resolveOptions,
  run,
} from '@infimum/core';
import { boundsOf, lower, upper } from '../bounded/bounds.ts';
import { differenceJacobian, fromValues } from '../differences/finite-differences.ts';
import type { ConstrainedProgram, ConstrainedSolution } from './constrained-program.ts';
import { conditionsAt, programScales } from './constrained-program.ts';
import type { EqualityProgram } from './equality-program.ts';
import { bounded } from './equality-program.ts';
import { exactAugmentedLagrangianSteps } from './exact-augmented-lagrangian.ts';
import { interiorPointSteps } from './interior-point.ts';

/** Constraints lower <= g(x) <= upper. */
export interface Constraints {
  /** Number of constraints m. */
  readonly count: number;
  /** Writes g(x), m numbers. */
  value(x: Float64Array, out: Float64Array): void;
  /** Writes the Jacobian, m x n numbers row by row; by central differences where it is missing. */
  jacobian?(x: Float64Array, out: Float64Array): void;
  /** Writes the Hessian of λ'g, n x n numbers row by row. */
  hessian?(x: Float64Array, multipliers: Float64Array, out: Float64Array): void;
  /** Least values of g: one for all, or one for each; 0 by default, -Infinity for none. */
  readonly lower?: number | Float64Array;
  /** Largest values of g: 0 by default, Infinity for none. Where both are equal the constraint is an equality. */
  readonly upper?: number | Float64Array;
}

const minimizeConstrainedOptions = {
  method: {
    type: 'choice',
    choices: ['auto', 'exact-augmented-lagrangian', 'interior-point'],
    default: 'auto',
    description:
      'The method; auto takes the augmented Lagrangian where all constraints are equalities, and the other where it fails or they are not',
  },
  lower,
  upper,
  linear: {
    type: 'boolean',
    default: false,
    description: 'Whether g is affine: its second derivatives are not asked for then',
  },
  secondDerivatives: {
    type: 'choice',
    choices: ['auto', 'differences', 'quasi-newton'],
    default: 'auto',
    description:
      'What stands in for Hessians that are missing: differences of gradients, 2n gradients and Jacobians a step, or a matrix that learns from steps; auto takes the former up to 30 variables',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-8,
    description: 'Violation, stationarity and complementarity at which to stop, in scale',
  },
  maxIterations: { type: 'integer', min: 0, default: 3000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** What callers of `minimizeConstrained` give. */
export type MinimizeConstrainedOptions = OptionsOf<typeof minimizeConstrainedOptions> &
  RunOptions<MinimizeConstrainedIterate>;

/** One iteration, of whatever method. */
export interface MinimizeConstrainedIterate extends Iterate<MinimizeConstrainedSolution> {
  /** f(x). */
  readonly value: number;
}

/** What was found. */
export interface MinimizeConstrainedSolution extends ConstrainedSolution {
  /** The method that found it. */
  readonly method: 'exact-augmented-lagrangian' | 'interior-point';
}

/** Variables up to which Hessians are made by differences. */
const FEW = 30;

/**
 * Minimises f, convex or not, under lower <= g(x) <= upper and bounds on x, derivatives that are missing by differences. Where all
 * constraints are equalities, at most as many as variables, and x is free: `exactAugmentedLagrangian`, Newton's method with a merit that
 * takes full steps near solutions; where that fails, as for equalities that depend on each other, and for all else `interiorPoint`.
 * `reason` says which was taken. f and g are not asked for outside of the bounds of x; NaN shortens a step.
 *
 * Multipliers are those of L = f + λ'g + μ'x: at least 0 at a largest value that is reached, at most 0 at a least one. If an upper bound
 * of g_j rises by t, the minimum changes by -λ_j t. `converged` means that the first-order conditions were computed anew;
 * `stalled` says why, and where nothing is feasible nearby x has the least sum of violations.
 *
 * @param objective - f, and what else is known of it
 * @param constraints - g, with bounds
 * @param initial - the start, n numbers; need not be feasible
 * @param options - bounds of x, tolerance and limits
 * @throws {InvalidInputError} naming `objective`, `constraints`, `initial` or the option at fault
 *
 * @example
 * ```ts
 * import { minimizeConstrained } from '@infimum/optim/constrained';
 *
 * // The point of the circle of radius √2 that minimises x + y, and that of the disc with x at least -0.5.
 * const sum = { dimension: 2, value: ([x, y]: Float64Array) => x + y };
 * const square = ([x, y]: Float64Array, out: Float64Array) => out.set([x * x + y * y - 2]);
 * const start = Float64Array.of(-0.4, 0.5);
 * const circle = minimizeConstrained(sum, { count: 1, value: square }, start, { tolerance: 1e-6 });
 * console.log(circle.status, circle.x.map((v) => Math.round(1e4 * v) / 1e4).join(' '), circle.method); // converged -1 -1 exact-augmented-lagrangian
 * const bounds = { lower: Float64Array.of(-0.5, -Infinity), tolerance: 1e-6 };
 * const disc = minimizeConstrained(sum, { count: 1, value: square, lower: -Infinity }, start, bounds);
 * console.log(disc.status, disc.x.map((v) => Math.round(1e4 * v) / 1e4).join(' '), disc.method); // converged -0.5 -1.3229 interior-point
 * ```
 */
export function minimizeConstrained(
  objective: Pick<Objective, 'dimension' | 'value'> & Partial<Objective>,
  constraints: Constraints,
  initial: Float64Array,
  options: MinimizeConstrainedOptions = {},
): Outcome<MinimizeConstrainedSolution, MinimizeConstrainedIterate> {
  checkObject(objective, 'objective');
  checkObject(constraints, 'constraints');
  checkNumbers(initial, 'initial');
  checkObject(options, 'options');
  const settings = resolveOptions(minimizeConstrainedOptions, options);
  const program = programOf(objective, constraints, initial, settings);
  const { signal, onIteration, maxSeconds, trace } = options;
  const limits = { signal, onIteration, maxSeconds, trace, maxIterations: settings.maxIterations };
  return run(constrainedSteps(program, initial, settings), limits as RunOptions<MinimizeConstrainedIterate>);
}

interface Settings {
  readonly method: 'auto' | 'exact-augmented-lagrangian' | 'interior-point';
  readonly tolerance: number;
}

function* constrainedSteps(
  program: ConstrainedProgram,
  initial: Float64Array,
  { method, tolerance }: Settings,
): Steps<MinimizeConstrainedSolution, MinimizeConstrainedIterate> {
  const equality = asEqualities(program);
  if (method === 'exact-augmented-lagrangian' && !equality) {
    const problem = "'exact-augmented-lagrangian' is for equalities alone, at most as many as variables";
    throw new InvalidInputError(problem, { argument: 'method', code: 'unsupported' });
  }
  let done = 0;
  let why = 'since there are bounds or inequalities, or more equalities than variables';
  if (equality && method !== 'interior-point') {
    const scales = programScales(program, initial);
    const free = new Float64Array(program.variables);
    const complete = (x: Float64Array, multipliers: Float64Array): MinimizeConstrainedSolution => {
      const { violation, stationarity } = conditionsAt(program, x, multipliers, free, scales);
      return {
        x,
        value: program.value(x),
        multipliers,
        boundMultipliers: free.slice(),
        violation: bounded(violation),
        stationarity: bounded(stationarity),
        complementarity: 0,
        method: 'exact-augmented-lagrangian',
      };
    };
    const inner = exactAugmentedLagrangianSteps(equality, initial, { tolerance });
    for (;;) {
      const step = inner.next();
      if (!step.done) {
        const iterate = step.value;
        done = iterate.iteration;
        const at = iterate.solution();
        yield { iteration: done, value: at.value, solution: () => complete(at.x, at.multipliers) };
        continue;
      }
      const { status, reason, solution } = step.value;
      const found = complete(solution.x, solution.multipliers);
      const said = `exact-augmented-lagrangian, since all constraints are equalities: ${reason}`;
      if (status === 'converged' || method === 'exact-augmented-lagrangian') {
        return { status, reason: said, solution: found };
      }
      why = `since exact-augmented-lagrangian ended with «${reason}»`;
      break;
    }
    done++;
  } else if (method === 'interior-point') why = 'as asked for';
  const inner = interiorPointSteps(program, initial, { tolerance });
  for (;;) {
    const step = inner.next();
    if (!step.done) {
      const iterate = step.value;
      yield {
        iteration: done + iterate.iteration,
        value: iterate.value,
        solution: () => ({ ...iterate.solution(), method: 'interior-point' }),
      };
      continue;
    }
    const { status, reason, solution } = step.value;
    return {
      status,
      reason: `interior-point, ${why}: ${reason}`,
      solution: { ...solution, method: 'interior-point' },
    };
  }
}

/** The program as one of equalities alone, if it is one. */
function asEqualities(program: ConstrainedProgram): EqualityProgram | undefined {
  const { variables: n, constraints: m, low, high } = program;
  const isFree = program.lower.every((v) => v === -Infinity) && program.upper.every((v) => v === Infinity);
  if (!isFree || m > n || !low.every((value, j) => value === high[j]) || !program.hessian) return undefined;
  const { hessian } = program;
  return {
    variables: n,
    equalities: m,
    value: (x) => program.value(x),
    gradient: (x, out) => program.gradient(x, out),
    constraints: (x, out) => {
      program.values(x, out);
      for (let j = 0; j < m; j++) out[j] -= low[j];
    },
    jacobian: (x, out) => program.jacobian(x, out),
    hessian: (x, multipliers, out) => hessian(x, multipliers, 1, out),
  };
}

function programOf(
  objective: Pick<Objective, 'dimension' | 'value'> & Partial<Objective>,
  constraints: Constraints,
  initial: Float64Array,
  {
    linear,
    lower: low,
    upper: high,
    secondDerivatives,
  }: {
    readonly linear: boolean;
    readonly lower?: number | Float64Array | undefined;
    readonly upper?: number | Float64Array | undefined;
    readonly secondDerivatives: 'auto' | 'differences' | 'quasi-newton';
  },
): ConstrainedProgram {
  const n = objective?.dimension;
  checkInteger(n, 'dimension', { min: 1 });
  checkVector(initial, 'initial', n);
  checkFunction(objective.value, 'objective', 'value');
  checkFunction(constraints?.value, 'constraints', 'value');
  for (const name of ['gradient', 'hessian'] as const)
    if (objective[name]) checkFunction(objective[name], 'objective', name);
  for (const name of ['jacobian', 'hessian'] as const)
    if (constraints[name]) checkFunction(constraints[name], 'constraints', name);
  const m = constraints.count;
  checkInteger(m, 'count', { min: 0, max: 2 ** 28 });
  const bounds = boundsOf(n, low, high);
  const range = boundsOf(m, constraints.lower ?? 0, constraints.upper ?? 0);
  const smooth = objective.gradient ? (objective as Objective) : fromValues(n, (x) => objective.value(x));
  const values = (x: Float64Array, out: Float64Array): void => constraints.value(x, out);
  const jacobian = (x: Float64Array, out: Float64Array): void => {
    if (constraints.jacobian) constraints.jacobian(x, out);
    else if (m > 0) differenceJacobian(values, x, m, out);
  };
  const typical = Math.max(1e-3, ...initial.map(Math.abs)) || 1;
  const isExact = smooth.hessian !== undefined && (linear || m === 0 || constraints.hessian !== undefined);
  const rows = new Float64Array(m * n);
  const part = new Float64Array(n * n);
  const hessian = (x: Float64Array, multipliers: Float64Array, sigma: number, out: Float64Array): void => {
    if (isExact) {
      smooth.hessian?.(x, out);
      for (let k = 0; k < n * n; k++) out[k] *= sigma;
      if (linear || m === 0) return;
      constraints.hessian?.(x, multipliers, part);
      for (let k = 0; k < n * n; k++) out[k] += part[k];
      return;
    }
    const gradient = (at: Float64Array, to: Float64Array): void => {
      if (sigma === 0) to.fill(0);
      else smooth.gradient(at, to);
      for (let i = 0; i < n; i++) to[i] *= sigma;
      if (linear) return;
      jacobian(at, rows);
      for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) to[i] += multipliers[j] * rows[j * n + i];
    };
    const isSmooth = objective.gradient && (linear || m === 0 || constraints.jacobian);
    symmetricDifferences(gradient, x, typical, isSmooth ? 6e-6 : 1e-3, bounds, out);
  };
  const isLearned =
    secondDerivatives === 'quasi-newton' || (secondDerivatives === 'auto' && !isExact && n > FEW);
  return {
    variables: n,
    constraints: m,
    lower: bounds.lower,
    upper: bounds.upper,
    low: range.lower,
    high: range.upper,
    value: (x) => objective.value(x),
    gradient: (x, out) => smooth.gradient(x, out),
    values,
    jacobian,
    ...(!isLearned && { hessian }),
  };
}

/** (J + J')/2 of a gradient by central differences, with longer steps where the gradient is one of differences itself. */
function symmetricDifferences(
  gradient: (x: Float64Array, out: Float64Array) => void,
  x: Float64Array,
  typical: number,
  relative: number,
  { lower, upper }: { readonly lower: Float64Array; readonly upper: Float64Array },
  out: Float64Array,
): void {
  const n = x.length;
  const at = x.slice();
  const [ahead, behind] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const step = relative * Math.max(Math.abs(x[i]), typical);
    // Not beyond the bounds, where f need not be defined.
    const [above, below] = [Math.min(x[i] + step, upper[i]), Math.max(x[i] - step, lower[i])];
    at[i] = above;
    gradient(at, ahead);
    at[i] = below;
    gradient(at, behind);
    at[i] = x[i];
    for (let j = 0; j < n; j++) out[i * n + j] = above > below ? (ahead[j] - behind[j]) / (above - below) : 0;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (out[i * n + j] + out[j * n + i]) / 2;
      out[i * n + j] = mean;
      out[j * n + i] = mean;
    }
  }
}

function checkFunction(value: unknown, argument: string, field: string): void {
  if (typeof value === 'function') return;
  throw new InvalidInputError(`needs a function \`${field}\``, { argument, code: 'type' });
}
