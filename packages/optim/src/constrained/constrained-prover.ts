// Guesses the active set of a solution, refines the point by Newton's method on the first-order conditions, and tries several radii.
import type { inverse } from '@infimum/linalg';
import { checkPoint } from './constrained-checker.ts';
import type { ConstrainedProgram, ConstrainedSolution } from './constrained-program.ts';
import { formulasOf } from './equality-formulas.ts';
import type { EqualitySolution } from './equality-program.ts';
import type { EqualityInstance } from './equality-source.ts';
import type { FormulaProblem, programOf } from './formula-program.ts';

/** What solvers have too: given, as bundlers treat differently what is imported where a proof is asked for. */
export interface ProgramTools {
  readonly invert: typeof inverse;
  readonly program: typeof programOf;
}

/** A witness, or a text that says why there is none. */
export function certify(problem: FormulaProblem, solution: ConstrainedSolution, tools: ProgramTools): unknown {
  let witness: unknown = 'no active set leads to a regular system of conditions';
  for (const near of [1e-5, 1e-3, 1e-7]) {
    try {
      for (witness of polished(tools.program(problem), solution, near, tools))
        if (checkPoint(problem, solution.x, witness).proved) return witness;
    } catch (error) {
      if (!(error instanceof Error && error.name === 'InvalidInputError')) throw error;
    }
  }
  return witness;
}

/** The same for a problem under equalities, from its formulas. */
export function certifyEqualities(instance: EqualityInstance, solution: EqualitySolution, tools: ProgramTools): unknown {
  const problem = formulasOf(instance);
  if (!problem) return 'the instance is not written in formulas';
  const { objectiveScale = 1, equalityScale = 1 } = instance.kind === 'named' ? instance : {};
  // Of f and c before they are divided.
  const multipliers = solution.multipliers.map((value) => value * (objectiveScale / equalityScale));
  const none = { boundMultipliers: new Float64Array(solution.x.length), violation: 0, stationarity: 0, complementarity: 0 };
  return certify(problem, { ...solution, ...none, multipliers }, tools);
}

/** -1, 0 or 1: a bound is active where it is near and its multiplier is not small, or the only value. */
function sideOf(value: number, low: number, high: number, multiplier: number, near: number, size: number): number {
  const isHeld = (distance: number, sign: number) =>
    distance <= near * (1 + Math.abs(value)) && sign * multiplier > 1e-9 * size;
  return low === high || isHeld(high - value, 1) ? 1 : isHeld(value - low, -1) ? -1 : 0;
}

function* polished(program: ConstrainedProgram, solution: ConstrainedSolution, near: number, { invert }: ProgramTools) {
  const { variables: n, constraints: m, lower, upper, low, high } = program;
  const { multipliers, boundMultipliers } = solution;
  const x = solution.x.slice();
  const [values, gradient] = [new Float64Array(m), new Float64Array(n)];
  const [jacobian, hessian] = [new Float64Array(m * n), new Float64Array(n * n)];
  program.values(x, values);
  program.gradient(x, gradient);
  const largest = (list: Float64Array) => list.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-300);
  const size = largest(gradient);
  const places = Array.from(x, (value, i) => sideOf(value, lower[i], upper[i], boundMultipliers[i], near, size));
  const sides = Array.from(values, (value, j) => sideOf(value, low[j], high[j], multipliers[j], near, 0));
  const free = [...x.keys()].filter((i) => places[i] === 0);
  const active = [...values.keys()].filter((j) => sides[j] !== 0);
  for (const [i, place] of places.entries()) if (place !== 0) x[i] = place < 0 ? lower[i] : upper[i];
  const lambda = multipliers.map((value, j) => (sides[j] === 0 ? 0 : value));
  const count = free.length + active.length;
  let reciprocal = new Float64Array(0);
  for (let turn = 0; turn < 6 && count > 0; turn++) {
    program.gradient(x, gradient);
    program.values(x, values);
    program.jacobian(x, jacobian);
    program.hessian?.(x, lambda, 1, hessian);
    const [matrix, right] = [new Float64Array(count * count), new Float64Array(count)];
    for (const [a, i] of free.entries()) {
      right[a] = active.reduce((sum, j) => sum + lambda[j] * jacobian[j * n + i], gradient[i]);
      for (const [b, k] of free.entries()) matrix[a * count + b] = hessian[i * n + k];
      for (const [b, j] of active.entries())
        matrix[a * count + free.length + b] = matrix[(free.length + b) * count + a] = jacobian[j * n + i];
    }
    for (const [b, j] of active.entries()) right[free.length + b] = values[j] - (sides[j] < 0 ? low[j] : high[j]);
    reciprocal = invert({ rows: count, cols: count, values: matrix }).values as typeof reciprocal;
    const step = (a: number) => right.reduce((sum, value, b) => sum - reciprocal[a * count + b] * value, 0);
    for (const [a, i] of free.entries()) x[i] += step(a);
    for (const [b, j] of active.entries()) lambda[j] += step(free.length + b);
  }
  const center = Float64Array.from([...free.map((i) => x[i]), ...active.map((j) => lambda[j])]);
  const ofX = largest(x);
  // Multipliers that are 0 are known up to the rounding of gradients.
  const ofLambda = Math.max(largest(lambda), (largest(hessian) * ofX) / largest(jacobian));
  for (const radius of [1e-10, 1e-8, 1e-6, 1e-12, 1e-4]) {
    const radii = center.map((value, k) => radius * Math.max(Math.abs(value), 1e-3 * (k < free.length ? ofX : ofLambda)));
    yield { places, sides, center, radii, inverse: reciprocal };
  }
}
