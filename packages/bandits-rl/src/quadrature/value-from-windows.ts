// The value of a policy from windows of time that were recorded: integral reinforcement learning without a simulator.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asVector, checkInteger, checkList, checkMethods, checkObject, fault } from '@infimum/core';
import { asShape } from '../regulators/matrices.ts';
import type { Features } from './monomials.ts';
import type { QuadratureWeightsOptions } from './quadrature-weights.ts';
import { quadratureWeights } from './quadrature-weights.ts';
import { normOf, regression } from './window-regression.ts';

/** Observations of a window of time: a row a sample. */
export interface ObservedWindow {
  /** Rising times, any distance apart. */
  readonly times: VectorLike;
  /** States, samples x n. */
  readonly states: MatrixLike;
  /** q(x) + uᵀRu at the samples. */
  readonly costs: VectorLike;
}

/** A value function from data. */
export interface ValueFromWindows {
  /** Weights of the features. */
  readonly weights: Float64Array;
  /** Rank of the regression. */
  readonly rank: number;
  /** Root mean square of the residuals of the windows' costs, over that of the costs. */
  readonly residual: number;
}

/**
 * The value of the policy under which some windows were recorded, sampled evenly or not: one evaluation of
 * `integralReinforcement` from data. With `controlPolicy` its weights give the improved policy.
 *
 * @param windows - at least as many as there are features
 * @param features - those of which the value function is a combination
 * @throws {InvalidInputError} for too few windows, times that do not rise, and shapes that do not fit
 *
 * @example
 * ```ts
 * import { quadraticMonomials, valueFromWindows } from '@infimum/bandits-rl/control';
 *
 * // x' = -x, cost x², seen at uneven times: the value is x²/2.
 * const windows = [0, 1, 2].map((start) => {
 *   const times = Float64Array.of(0, 0.1, 0.4, 0.5).map((time) => start + time);
 *   const x = times.map((time) => Math.exp(-time));
 *   return { times, states: { rows: 4, cols: 1, values: x }, costs: x.map((value) => value * value) };
 * });
 * console.log(valueFromWindows(windows, quadraticMonomials(1), { lengthScale: 2 }).weights[0].toFixed(3)); // 0.500
 * ```
 */
export function valueFromWindows(
  windows: readonly ObservedWindow[],
  features: Features,
  options: QuadratureWeightsOptions = {},
): ValueFromWindows {
  checkList(windows, 'windows');
  checkMethods(features, 'features', ['value']);
  const count = features.count;
  checkInteger(count, 'features.count', { min: 1 });
  if (windows.length < count) throw fault(`needs at least ${count} windows, got ${windows.length}`, 'windows', 'empty');
  const differences = { rows: windows.length, cols: count, values: new Float64Array(windows.length * count) };
  const end = new Float64Array(count);
  const costs = Float64Array.from(windows, (window, k) => {
    checkObject(window, `windows[${k}]`);
    const times = asVector(window.times, `windows[${k}].times`);
    const values = asVector(window.costs, `windows[${k}].costs`, times.length);
    const states = asShape(window.states, `windows[${k}].states`, times.length);
    const last = times.length - 1;
    const shifted = times.map((time) => time - times[0]);
    const rule = quadratureWeights(shifted, 0, shifted[last], options);
    const row = differences.values.subarray(k * count, (k + 1) * count);
    features.value(states.values.subarray(0, states.cols), row);
    features.value(states.values.subarray(last * states.cols, (last + 1) * states.cols), end);
    for (let i = 0; i < count; i++) row[i] -= end[i];
    return values.reduce((sum, value, i) => sum + rule.weights[i] * value, 0);
  });
  const fit = regression(differences, costs);
  if (!fit) throw fault('do not determine any finite weights', 'windows', 'out-of-range');
  const left = costs.map((cost, k) => {
    let sum = -cost;
    for (let i = 0; i < count; i++) sum += differences.values[k * count + i] * fit.weights[i];
    return sum;
  });
  return { ...fit, residual: normOf(left) / (normOf(costs) || 1) };
}
