// Finds why a value function is near that of the optimal regulator: units that balance the equation, the gain, and a solution of
// Lyapunov's equation for the closed loop. The checker does not rely on it.
import { InvalidInputError } from '@infimum/core';
import { eigen, identity, matmul, solveLyapunov, symmetricEigen, transpose } from '@infimum/linalg';
import { balanced } from '../regulators/balancing.ts';
import { added, inverseOfCost, product, scaled, symmetrized } from '../regulators/matrices.ts';
import type { ControlInstance, ControlSolution } from './control-instance.ts';
import { matrixOf } from './monomials.ts';
import type { StabilizingWitness } from './stabilizing-checker.ts';

/** A witness for the weights of a solution; a text where there is none. */
export function certify(instance: ControlInstance, solution: ControlSolution): StabilizingWitness | string {
  const { linear } = instance;
  if (!linear) return 'the system is not linear';
  if (!solution.weights.every(Number.isFinite)) return 'the weights are not finite';
  try {
    const { a, b, q, r } = linear;
    const [n, m] = [a.rows, b.cols];
    const inputs = Array.from({ length: m }, (_, i) => -Math.round(Math.log2(r.values[i * m + i]) / 2));
    const cost = scaled(r, inputs, inputs);
    const { inverse, root } = inverseOfCost(cost);
    const driven = scaled(b, undefined, inputs);
    const units = balanced(a, matmul(driven, root), q);
    const states = [...units.exponents];
    const input = scaled(
      driven,
      states.map((exponent) => -exponent),
      undefined,
    );
    const p = scaled(matrixOf(solution.weights, n), states, states);
    const gain = product(inverse, transpose(input), p);
    const closed = added(units.a, matmul(input, gain), -1);
    if (!eigen(closed).real.every((part) => part < 0)) return 'the closed loop is not stable';
    const lyapunov = symmetrized(solveLyapunov(closed, identity(n)));
    const { values } = symmetricEigen(cost);
    const least = values.reduce((low, value) => Math.min(low, value), Infinity);
    return { states, inputs, gain: gain.values, lyapunov: lyapunov.values, inputCost: 0.9 * least };
  } catch (error) {
    if (error instanceof InvalidInputError) return `the equation is beyond doubles: ${error.message}`;
    throw error;
  }
}
