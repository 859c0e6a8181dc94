// The distortion of a plan, how far it is from a stationary one among the plans with its marginals, and its marginals.
import type { Verdict } from '@infimum/core/certificate';
import { down, matrixProduct, radiusOfSum, U, up } from '@infimum/rigor';
import { marginalError, planEntries, transportGap } from '../plan-checker.ts';
import { potentials } from '../transport-checker.ts';
import type { GromovPlan } from './gromov-objective.ts';
import type { GromovInstance } from './gromov-problem.ts';

/** A potential of the gradient. */
export interface GromovWitness {
  /** f, one a point of the first space. */
  readonly source: ArrayLike<number>;
}

/**
 * Encloses the distortion sum (C_ik - D_jl)² T_ij T_kl and bounds max <G, T - S> over all plans S with T's marginals, G the gradient
 * at T, which is 0 where T is stationary. Nothing is said of other plans' distortions: the problem is not convex. Throws nothing.
 */
export function check(instance: GromovInstance, { plan }: GromovPlan, witness: unknown): Verdict {
  const { first, second, a, b } = instance;
  const [n, m] = [a.length, b.length];
  const entries = planEntries(plan, n, m);
  if (!entries || entries.columns) return { proved: false, reason: 'the plan has negative masses or another size' };
  const f = potentials((witness as Partial<GromovWitness> | null)?.source, n);
  if (!f) return { proved: false, reason: `the witness has not ${n} finite potentials` };
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
  // G_ij = 2 (ofRows_i + ofColumns_j - 2 (C T D)_ij), and half of <G, T> is the distortion.
  const gradient = new Float64Array(n * m);
  let [value, magnitude, error, worst] = [0, 0, 0, 0];
  for (let i = 0, k = 0; i < n; i++) {
    for (let j = 0; j < m; j++, k++) {
      const twice = 2 * inner.values[k];
      const part = ofRows.values[i] + ofColumns.values[j] - twice;
      const size = ofRows.values[i] + ofColumns.values[j] + Math.abs(twice);
      const radius = up(
        up(ofRows.radii[i] + ofColumns.radii[j]) +
          up(2 * up(up(inner.radii[k] + up(spread.values[k] + spread.radii[k])) + up(2 * U * size))),
      );
      gradient[k] = 2 * part;
      value += part * values[k];
      magnitude += Math.abs(part) * values[k];
      error = up(error + up(radius * values[k]));
      // The gradient in doubles is off by 2 radius at T, and at most by 2 radius times the mass of S, which is T's.
      worst = Math.max(worst, radius);
    }
  }
  const mass = rowSums.reduce((sum, row, i) => up(sum + up(row + rowRadii[i])), 0);
  const radius = up(up(error + radiusOfSum(n * m + 1, magnitude)) * (1 + 4 * U));
  const distortion = { lower: Math.max(0, down(value - radius)), upper: up(value + radius) };
  const stationarity = up(up(transportGap(entries, gradient, f) + up(2 * error)) + up(2 * up(worst * mass)));
  if (!(stationarity < Infinity && distortion.upper < Infinity))
    return { proved: false, reason: 'the sums are beyond the range of doubles' };
  const figures = { distortion, stationarity: { lower: 0, upper: stationarity }, marginalError: marginalError(entries, a, b) };
  return { proved: true, figures };
}
