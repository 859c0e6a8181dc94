// Guesses the active set of a solution, polishes it by Newton's method on the first-order conditions, and tries how far to look.
import { InvalidInputError } from '@infimum/core';
import { inverse } from '@infimum/linalg';
import { check } from './constrained-checker.ts';
import type { ConstrainedProgram, ConstrainedSolution } from './constrained-program.ts';
import type { FormulaProblem } from './formula-program.ts';
import { programOf } from './formula-program.ts';

const NEAR = [1e-5, 1e-3, 1e-7];
const RADII = [1e-10, 1e-8, 1e-6, 1e-12, 1e-4];

/** A witness; a text where none proves anything. */
export function certify(problem: FormulaProblem, solution: ConstrainedSolution): unknown {
  const program = programOf(problem);
  let witness: unknown = 'no active set leads to a regular system of conditions';
  for (const near of NEAR) {
    for (const found of polished(program, solution, near)) {
      witness = found;
      if (check(problem, solution, found).proved) return found;
    }
  }
  return witness;
}

/** -1, 0 or 1: a bound is active where it is near and its multiplier is not small, or the only value. */
function sideOf(value: number, low: number, high: number, multiplier: number, near: number, size: number): number {
  if (low === high) return 1;
  const isHeld = (distance: number, sign: number) =>
    distance <= near * (1 + Math.abs(value)) && sign * multiplier > 1e-9 * size;
  return isHeld(value - low, -1) ? -1 : isHeld(high - value, 1) ? 1 : 0;
}

function* polished(program: ConstrainedProgram, solution: ConstrainedSolution, near: number) {
  const { variables: n, constraints: m, lower, upper, low, high } = program;
  const { multipliers, boundMultipliers } = solution;
  const x = solution.x.slice();
  const values = new Float64Array(m);
  program.values(x, values);
  const gradient = new Float64Array(n);
  program.gradient(x, gradient);
  const size = gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const places = Array.from(x, (value, i) => sideOf(value, lower[i], upper[i], boundMultipliers[i], near, size));
  const sides = Array.from(values, (value, j) => sideOf(value, low[j], high[j], multipliers[j], near, 0));
  const free = [...x.keys()].filter((i) => places[i] === 0);
  const active = [...values.keys()].filter((j) => sides[j] !== 0);
  for (const [i, place] of places.entries()) if (place !== 0) x[i] = place < 0 ? lower[i] : upper[i];
  const lambda = Float64Array.from(multipliers, (value, j) => (sides[j] === 0 ? 0 : value));
  const count = free.length + active.length;
  const [jacobian, hessian] = [new Float64Array(m * n), new Float64Array(n * n)];
  let reciprocal: Float64Array | undefined;
  for (let turn = 0; turn < 6; turn++) {
    program.gradient(x, gradient);
    program.values(x, values);
    program.jacobian(x, jacobian);
    program.hessian?.(x, lambda, 1, hessian);
    const matrix = new Float64Array(count * count);
    const right = new Float64Array(count);
    for (const [a, i] of free.entries()) {
      right[a] = gradient[i];
      for (const j of active) right[a] += lambda[j] * jacobian[j * n + i];
      for (const [b, k] of free.entries()) matrix[a * count + b] = hessian[i * n + k];
      for (const [b, j] of active.entries()) {
        matrix[a * count + free.length + b] = jacobian[j * n + i];
        matrix[(free.length + b) * count + a] = jacobian[j * n + i];
      }
    }
    for (const [b, j] of active.entries()) right[free.length + b] = values[j] - (sides[j] < 0 ? low[j] : high[j]);
    if (count === 0) reciprocal = new Float64Array(0);
    else {
      try {
        reciprocal = inverse({ rows: count, cols: count, values: matrix }).values;
      } catch (error) {
        if (error instanceof InvalidInputError) return;
        throw error;
      }
    }
    const step = right.map((_, a) => {
      let sum = 0;
      for (let b = 0; b < count; b++) sum -= (reciprocal as Float64Array)[a * count + b] * right[b];
      return sum;
    });
    for (const [a, i] of free.entries()) x[i] += step[a];
    for (const [b, j] of active.entries()) lambda[j] += step[free.length + b];
  }
  const center = Float64Array.from([...free.map((i) => x[i]), ...active.map((j) => lambda[j])]);
  if (!center.every(Number.isFinite) || !reciprocal) return;
  const [ofX, ofLambda] = [x, lambda].map((list) => list.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-300));
  for (const radius of RADII) {
    const radii = center.map((value, k) => radius * Math.max(Math.abs(value), 1e-3 * (k < free.length ? ofX : ofLambda)));
    yield { places, sides, center, radii, inverse: reciprocal };
  }
}
