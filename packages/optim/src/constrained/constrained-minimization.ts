// Constrained minimisation of users' functions, with or without derivatives: builds the program for the methods, and chooses a method.
import type { Conclusion, Iterate, Objective, Steps } from '@infimum/core';
import { fault } from '@infimum/core';
import type { Bounds } from '../bounds.ts';
import type { DifferenceScheme } from '../differences/finite-differences.ts';
import { differenceJacobian } from '../differences/finite-differences.ts';
import { remembered } from '../differences/remembered.ts';
import type { ConstrainedMethod, ConstrainedMinimum, ConstraintsLeft, MinimizeIterate } from '../minimize-constraints.ts';
import type { ConstrainedProgram, ConstrainedSolution, ProgramScales } from './constrained-program.ts';
import { conditionsAt, programScales, variableUnits } from './constrained-program.ts';
import type { EqualityProgram, EqualitySolution } from './equality-program.ts';
import { bounded } from './equality-program.ts';
import { exactAugmentedLagrangianSteps } from './exact-augmented-lagrangian.ts';
import { interiorPointSteps } from './interior-point.ts';
import { besideSaddle } from './saddle.ts';
import { sqpSteps } from './sqp.ts';

/** All constraints of a call: low <= g(x) <= high. */
export interface StackedConstraints {
  /** Number of constraints m. */
  readonly count: number;
  readonly isLinear: boolean;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Writes g(x), m numbers. */
  value(x: Float64Array, out: Float64Array): void;
  /** Writes the Jacobian, m x n numbers row by row; by central differences where it is missing. */
  jacobian?(x: Float64Array, out: Float64Array): void;
  /** Writes the Hessian of λ'g, n x n numbers row by row. */
  hessian?(x: Float64Array, multipliers: Float64Array, out: Float64Array): void;
}

/** The result of a method; calls are counted by the caller. */
type Found = Omit<ConstrainedMinimum, 'evaluations'>;

/** Variables up to which Hessians are made by differences of gradients. */
const FEW = 30;

/** The accuracy of stationarity from differences of values. */
const BY_VALUES = 1e-6;

/** Saddle points that a run may leave. */
const MOST_SADDLES = 3;

/**
 * The steps of the method that fits. Without second derivatives `sqp`; with them, where all constraints are equalities, at most as many as
 * variables, and x is free, the augmented Lagrangian with an exact penalty, whose merit takes full Newton steps near solutions; where
 * those fail, and in all other cases, the interior-point method. If it ends at a saddle point, it continues from a nearby point at
 * which the Lagrangian is lower.
 */
export function* constrainedSteps(
  functions: ProgramFunctions,
  initial: Float64Array,
  left: ConstraintsLeft,
): Steps<Found, MinimizeIterate & { solution(): Found }> {
  let [start, done, saddles] = [initial, 0, 0];
  let best: Conclusion<Found> | undefined;
  for (;;) {
    const inner = methodSteps(functions, start, left);
    let step = inner.next();
    let last = 0;
    for (; !step.done; step = inner.next()) {
      last = done + step.value.iteration;
      yield { ...step.value, iteration: last };
    }
    const ended = step.value;
    // What left a saddle and found no end is no success; neither is the saddle.
    if (best && ended.status !== 'converged') return ended;
    if (best && !(ended.solution.value < best.solution.value)) return best;
    const beside =
      ended.status === 'converged' && saddles < MOST_SADDLES
        ? besideSaddle(functions.program, ended.solution, isNear(ended.solution.x, start))
        : undefined;
    if (!beside) return ended;
    [best, start, done, saddles] = [ended, beside, last + 1, saddles + 1];
  }
}

/** Whether a run has not left its start. */
function isNear(x: Float64Array, start: Float64Array): boolean {
  return x.every((value, i) => Math.abs(value - start[i]) <= 1e-4 * Math.max(1, Math.abs(start[i])));
}

/** A method that may be tried, whether it is without having been asked for, and why. */
interface Attempt {
  readonly method: ConstrainedMethod;
  readonly fits: boolean;
  readonly why: string;
  steps(): Steps<ConstrainedSolution | EqualitySolution, Iterate<ConstrainedSolution | EqualitySolution>>;
}

function* methodSteps(
  { program, coarse, isExact, isByValues }: ProgramFunctions,
  initial: Float64Array,
  { method, tolerance, secondDerivatives }: ConstraintsLeft,
): Steps<Found, MinimizeIterate & { solution(): Found }> {
  const equality = asEqualities(program);
  if (method === 'exact-augmented-lagrangian' && !equality) {
    throw fault("'exact-augmented-lagrangian' is for equalities only, at most as many as variables", 'method', 'unsupported');
  }
  const least = isByValues ? Math.max(tolerance, BY_VALUES) : tolerance;
  const attempts: Attempt[] = [
    {
      method: 'sqp',
      fits: !isExact && secondDerivatives !== 'differences',
      why: `since there are ${isByValues ? 'values' : 'first derivatives'} only`,
      steps: () => sqpSteps(coarse, initial, isByValues ? program : undefined, { tolerance: least }),
    },
    {
      method: 'exact-augmented-lagrangian',
      fits: equality !== undefined && (isExact || secondDerivatives === 'differences'),
      why: 'since all constraints are equalities',
      steps: () => exactAugmentedLagrangianSteps(equality as EqualityProgram, initial, { tolerance }),
    },
    {
      method: 'interior-point',
      fits: true,
      why: 'since there are bounds or inequalities, or more equalities than variables',
      steps: () => interiorPointSteps(program, initial, { tolerance }),
    },
  ];
  let scales: ProgramScales | undefined;
  const free = new Float64Array(program.variables);
  /** An answer of equalities alone, whose bounds and conditions are not in it. */
  const complete = (found: ConstrainedSolution | EqualitySolution): ConstrainedSolution => {
    if ('boundMultipliers' in found) return found;
    const { x, value, multipliers } = found;
    scales ??= programScales(program, initial);
    const { violation, stationarity } = conditionsAt(program, x, multipliers, free, scales);
    return {
      ...{ x, value, multipliers, boundMultipliers: free.slice() },
      ...{ violation: bounded(violation), stationarity: bounded(stationarity), complementarity: 0 },
    };
  };
  const chosen = attempts.filter((attempt) => (method ? attempt.method === method : attempt.fits));
  let [done, before] = [0, ''];
  for (const attempt of chosen) {
    const why = before || (method ? 'as requested' : attempt.why);
    const inner = attempt.steps();
    let step = inner.next();
    let last = 0;
    for (; !step.done; step = inner.next()) {
      const iterate = step.value;
      last = done + iterate.iteration;
      yield { iteration: last, solution: () => ({ ...complete(iterate.solution()), method: attempt.method }) };
    }
    const { status, reason, solution } = step.value;
    if (status === 'converged' || attempt === chosen.at(-1)) {
      return {
        status,
        reason: `${attempt.method}, ${why}: ${reason}`,
        solution: { ...complete(solution), method: attempt.method },
      };
    }
    before = `since ${attempt.method} ended with “${reason}”`;
    done = last + 1;
  }
  throw new Error('there is no method');
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

/** What methods see of a call. */
export interface ProgramFunctions {
  /** Derivatives as they are given, or by central differences. */
  readonly program: ConstrainedProgram;
  /** The same by forward differences, at half the cost. */
  readonly coarse: ConstrainedProgram;
  /** Whether there are exact second derivatives. */
  readonly isExact: boolean;
  /** Whether some first derivatives are differences of values. */
  readonly isByValues: boolean;
}

/**
 * The program of an objective and constraints. Derivatives that are missing are differences within the bounds; Hessians that are missing
 * are differences of gradients or, beyond 30 variables and where gradients are differences themselves, learned from steps.
 */
export function programOf(
  objective: Objective,
  constraints: StackedConstraints,
  box: Bounds,
  start: Float64Array,
  secondDerivatives: ConstraintsLeft['secondDerivatives'],
): ProgramFunctions {
  const n = objective.dimension;
  const { count: m, isLinear, low, high } = constraints;
  const { lower, upper } = box;
  const range = { lower, upper, typical: variableUnits(box, start) };
  const value = remembered(1, (x, out) => {
    out[0] = objective.value(x);
  });
  const values = remembered(m, constraints.value);
  const one = new Float64Array(1);
  const gradientBy = (scheme: DifferenceScheme) =>
    objective.byDifferences
      ? (x: Float64Array, out: Float64Array) => differenceJacobian(value, x, 1, out, scheme, range)
      : objective.gradient;
  const jacobianBy = (scheme: DifferenceScheme) => (x: Float64Array, out: Float64Array) => {
    if (constraints.jacobian) constraints.jacobian(x, out);
    else if (m > 0) differenceJacobian(values, x, m, out, scheme, range);
  };
  const program = (scheme: DifferenceScheme): ConstrainedProgram => ({
    ...{ variables: n, constraints: m, lower, upper, low, high, values },
    value: (x) => {
      value(x, one);
      return one[0];
    },
    gradient: gradientBy(scheme),
    jacobian: jacobianBy(scheme),
  });
  const isExact = objective.hessian !== undefined && (isLinear || m === 0 || constraints.hessian !== undefined);
  const isByValues = objective.byDifferences === true || !(isLinear || m === 0 || constraints.jacobian);
  const [coarse, fine] = [program('forward'), program('central')];
  const rows = new Float64Array(m * n);
  const part = new Float64Array(n * n);
  const typical = Math.max(1e-3, ...start.map(Math.abs)) || 1;
  const hessian = (x: Float64Array, multipliers: Float64Array, sigma: number, out: Float64Array): void => {
    if (isExact) {
      objective.hessian?.(x, out);
      for (let k = 0; k < n * n; k++) out[k] *= sigma;
      if (isLinear || m === 0) return;
      constraints.hessian?.(x, multipliers, part);
      for (let k = 0; k < n * n; k++) out[k] += part[k];
      return;
    }
    const gradient = (at: Float64Array, to: Float64Array): void => {
      if (sigma === 0) to.fill(0);
      else fine.gradient(at, to);
      for (let i = 0; i < n; i++) to[i] *= sigma;
      if (isLinear) return;
      fine.jacobian(at, rows);
      for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) to[i] += multipliers[j] * rows[j * n + i];
    };
    symmetricDifferences(gradient, x, typical, isByValues ? 1e-3 : 6e-6, range, out);
  };
  const isLearned =
    secondDerivatives === 'quasi-newton' || (secondDerivatives === 'auto' && !isExact && (isByValues || n > FEW));
  return { program: isLearned ? fine : { ...fine, hessian }, coarse, isExact, isByValues };
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
