// The distortion of a plan, and its marginals.
import type { Verdict } from '@infimum/core/certificate';
import { down, matrixProduct, radiusOfSum, U, up } from '@infimum/rigor';
import { marginalError, planEntries } from '../plan-checker.ts';
import type { GromovPlan } from './gromov-objective.ts';
import type { GromovInstance } from './gromov-problem.ts';

/**
 * Encloses the distortion sum (C_ik - D_jl)² T_ij T_kl of a plan, and how far its marginals are from the weights. Nothing is said of
 * other plans: the problem is not convex. It needs no witness, and throws nothing.
 */
export function check(instance: GromovInstance, { plan }: GromovPlan, _witness: unknown): Verdict {
  const { first, second, a, b } = instance;
  const [n, m] = [a.length, b.length];
  const entries = planEntries(plan, n, m);
  if (!entries || entries.columns) return { proved: false, reason: 'the plan has negative masses or another size' };
  // Below it squares have no known relative error.
  const isTiny = (value: number) => value !== 0 && Math.abs(value) < 1e-153;
  if (first.values.some(isTiny) || second.values.some(isTiny)) return { proved: false, reason: 'distances are too small' };
  const { values, rowSums, rowRadii, columnSums, columnRadii } = entries;
  // C T D with radii, of which the middle product's are handed on.
  const left = matrixProduct(first.values, values, n, n, m);
  const inner = matrixProduct(left.values, second.values, n, m, m);
  const spread = matrixProduct(left.radii, second.values.map(Math.abs), n, m, m);
  // (C .^ 2) r and (D .^ 2) c, r and c the plan's marginals.
  const weighed = (space: Float64Array, sums: Float64Array, radii: Float64Array) => {
    const squares = space.map((value) => value * value);
    const size = sums.length;
    const product = matrixProduct(squares, sums, size, size, 1);
    const errors = matrixProduct(
      squares,
      radii.map((radius, i) => up(radius + up(2 * U * sums[i]))),
      size,
      size,
      1,
    );
    return {
      values: product.values,
      radii: product.radii.map((radius, i) => up(radius + up(2 * up(errors.values[i] + errors.radii[i])))),
    };
  };
  const [ofRows, ofColumns] = [weighed(first.values, rowSums, rowRadii), weighed(second.values, columnSums, columnRadii)];
  // sum_ij T_ij (ofRows_i + ofColumns_j - 2 (C T D)_ij).
  let [value, magnitude, error] = [0, 0, 0];
  for (let i = 0, k = 0; i < n; i++) {
    for (let j = 0; j < m; j++, k++) {
      const twice = 2 * inner.values[k];
      const part = ofRows.values[i] + ofColumns.values[j] - twice;
      const size = ofRows.values[i] + ofColumns.values[j] + Math.abs(twice);
      const middle = up(inner.radii[k] + up(spread.values[k] + spread.radii[k]));
      const radius = up(up(ofRows.radii[i] + ofColumns.radii[j]) + up(2 * up(middle + up(2 * U * size))));
      value += part * values[k];
      magnitude += Math.abs(part) * values[k];
      error = up(error + up(radius * values[k]));
    }
  }
  const radius = up(up(error + radiusOfSum(n * m + 1, magnitude)) * (1 + 4 * U));
  const distortion = { lower: Math.max(0, down(value - radius)), upper: up(value + radius) };
  return distortion.upper < Infinity
    ? { proved: true, figures: { distortion, marginalError: marginalError(entries, a, b) } }
    : { proved: false, reason: 'the sums are beyond the range of doubles' };
}
