// Minimisation under constraints of functions as users have them, with or without derivatives: the program that methods see, and the
// method that fits it.
import type { Conclusion, Objective, Steps } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import type { Bounds } from '../bounds.ts';
import { differenceJacobian, withDifferences } from '../differences/finite-differences.ts';
import type { ConstrainedMinimum, ConstraintsLeft, MinimizeIterate } from '../minimize-constraints.ts';
import type { ConstrainedProgram } from './constrained-program.ts';
import { conditionsAt, programScales } from './constrained-program.ts';
import type { EqualityProgram } from './equality-program.ts';
import { bounded } from './equality-program.ts';
import { exactAugmentedLagrangianSteps } from './exact-augmented-lagrangian.ts';
import { interiorPointSteps } from './interior-point.ts';
import { besideSaddle } from './saddle.ts';

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

/** What methods find; who called counts the calls. */
type Found = Omit<ConstrainedMinimum, 'evaluations'>;

/** Variables up to which Hessians are made by differences of gradients. */
const FEW = 30;

/** Saddle points that a run may leave. */
const MOST_SADDLES = 3;

/**
 * The steps of the method that fits: where all constraints are equalities, at most as many as variables, and x is free the augmented
 * Lagrangian with an exact penalty, whose merit takes full Newton steps near solutions; where that fails, as for equalities that depend
 * on each other, and for all else the interior-point method.
 * Where that ends at a saddle point, along which the Lagrangian falls, it goes on from beside it.
 */
export function* constrainedSteps(
  program: ConstrainedProgram,
  initial: Float64Array,
  left: ConstraintsLeft,
): Steps<Found, MinimizeIterate & { solution(): Found }> {
  let [start, done, saddles] = [initial, 0, 0];
  let best: Conclusion<Found> | undefined;
  for (;;) {
    const inner = methodSteps(program, start, left);
    let step = inner.next();
    let last = 0;
    for (; !step.done; step = inner.next()) {
      last = done + step.value.iteration;
      yield { ...step.value, iteration: last };
    }
    const ended = step.value;
    if (best && !(ended.solution.value < best.solution.value && ended.status === 'converged')) return best;
    const beside = ended.status === 'converged' && saddles < MOST_SADDLES ? besideSaddle(program, ended.solution) : undefined;
    if (!beside) return ended;
    [best, start, done, saddles] = [ended, beside, last + 1, saddles + 1];
  }
}

function* methodSteps(
  program: ConstrainedProgram,
  initial: Float64Array,
  { method, tolerance }: ConstraintsLeft,
): Steps<Found, MinimizeIterate & { solution(): Found }> {
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
    const complete = (x: Float64Array, multipliers: Float64Array): Found => {
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
        yield { iteration: done, solution: () => complete(at.x, at.multipliers) };
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
      yield { iteration: done + iterate.iteration, solution: () => ({ ...iterate.solution(), method: 'interior-point' }) };
      continue;
    }
    const { status, reason, solution } = step.value;
    return { status, reason: `interior-point, ${why}: ${reason}`, solution: { ...solution, method: 'interior-point' } };
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

/**
 * The program of an objective and constraints. Derivatives that are missing are central differences within the bounds; Hessians that are
 * missing are differences of gradients or, beyond 30 variables and where gradients are differences themselves, learned from steps.
 */
export function programOf(
  objective: Objective,
  constraints: StackedConstraints,
  { lower, upper }: Bounds,
  typical: number,
  secondDerivatives: ConstraintsLeft['secondDerivatives'],
): ConstrainedProgram {
  const n = objective.dimension;
  const { count: m, isLinear, low, high } = constraints;
  const range = { lower, upper };
  const smooth = objective.byDifferences ? withDifferences(objective, range) : objective;
  const jacobian = (x: Float64Array, out: Float64Array): void => {
    if (constraints.jacobian) constraints.jacobian(x, out);
    else if (m > 0) differenceJacobian(constraints.value, x, m, out, 'central', range);
  };
  const isExact = smooth.hessian !== undefined && (isLinear || m === 0 || constraints.hessian !== undefined);
  const isByValues = objective.byDifferences || !(isLinear || m === 0 || constraints.jacobian);
  const rows = new Float64Array(m * n);
  const part = new Float64Array(n * n);
  const hessian = (x: Float64Array, multipliers: Float64Array, sigma: number, out: Float64Array): void => {
    if (isExact) {
      smooth.hessian?.(x, out);
      for (let k = 0; k < n * n; k++) out[k] *= sigma;
      if (isLinear || m === 0) return;
      constraints.hessian?.(x, multipliers, part);
      for (let k = 0; k < n * n; k++) out[k] += part[k];
      return;
    }
    const gradient = (at: Float64Array, to: Float64Array): void => {
      if (sigma === 0) to.fill(0);
      else smooth.gradient(at, to);
      for (let i = 0; i < n; i++) to[i] *= sigma;
      if (isLinear) return;
      jacobian(at, rows);
      for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) to[i] += multipliers[j] * rows[j * n + i];
    };
    symmetricDifferences(gradient, x, typical, isByValues ? 1e-3 : 6e-6, range, out);
  };
  const isLearned =
    secondDerivatives === 'quasi-newton' || (secondDerivatives === 'auto' && !isExact && (isByValues || n > FEW));
  return {
    variables: n,
    constraints: m,
    lower,
    upper,
    low,
    high,
    value: (x) => objective.value(x),
    gradient: (x, out) => smooth.gradient(x, out),
    values: (x, out) => constraints.value(x, out),
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
