// The distortion of a Gromov-Wasserstein plan, how far from stationary it is, and how far its marginals are from the weights.
import type { Verdict } from '@infimum/core/certificate';
import type { DenseMatrix } from '@infimum/linalg';
import { down, matrixProduct, radiusOfSum, up } from '@infimum/rigor';
import { marginalError, planEntries, transportGap } from '../plan-checker.ts';
import type { TransportWitness } from '../transport-checker.ts';
import { potentials } from '../transport-checker.ts';
import type { GromovInstance, GromovPlan } from './gromov-objective.ts';

/** Below this squares underflow. */
const TINY = 1e-290;

/** sum_k C_ik^2 s_k for all i, s >= 0 known up to radii. */
function squaresTimes({ rows: n, values }: DenseMatrix, sums: Float64Array, radii: Float64Array) {
  return Array.from({ length: n }, (_, i) => {
    let [value, spread] = [0, 0];
    for (let k = 0; k < n; k++) {
      const square = values[i * n + k] * values[i * n + k];
      value += square * sums[k];
      spread = up(spread + up(up((square + TINY) * radii[k]) + TINY * sums[k]));
    }
    return { value, radius: up(radiusOfSum(n + 2, value) + spread) };
  });
}

/**
 * Encloses the distortion of a plan T without negative entries, E(T), and its marginal error, and proves that E falls along no straight
 * line to another plan with T's marginals by more than `slope`: with the gradient G of E, 2 E(T) = <G, T>, and <G, T - Q> is bounded
 * from the witness's potential. Never throws, for any witness.
 */
export function check({ first, second, a, b }: GromovInstance, { plan }: GromovPlan, witness: unknown): Verdict {
  const [n, m] = [a.length, b.length];
  const entries = planEntries(plan, n, m);
  if (!entries || entries.columns) return { proved: false, reason: 'the plan has negative masses, another size, or is sparse' };
  const f = potentials((witness as Partial<TransportWitness> | null)?.source, n);
  if (!f) return { proved: false, reason: `the witness does not have ${n} finite potentials` };
  const isSymmetric = ({ rows: size, values }: DenseMatrix) =>
    values.every((value, k) => value === values[(k % size) * size + Math.floor(k / size)]);
  if (!isSymmetric(first) || !isSymmetric(second)) return { proved: false, reason: 'distances are not symmetric to the bit' };
  const rows = squaresTimes(first, entries.rowSums, entries.rowRadii);
  const columns = squaresTimes(second, entries.columnSums, entries.columnRadii);
  const image = matrixProduct(first.values, entries.values, n, n, m);
  const cross = matrixProduct(image.values, second.values, n, m, m);
  const inherited = matrixProduct(image.radii, second.values.map(Math.abs), n, m, m);
  const gradient = new Float64Array(n * m);
  let [most, mass] = [0, 0];
  for (let i = 0, k = 0; i < n; i++) {
    for (let j = 0; j < m; j++, k++) {
      const [own, its, twice] = [rows[i], columns[j], 2 * cross.values[k]];
      gradient[k] = 2 * (own.value + its.value - twice);
      const spread = up(up(cross.radii[k] + up(inherited.values[k] + inherited.radii[k])) * 2 + up(own.radius + its.radius));
      const radius = 2 * up(spread + radiusOfSum(4, own.value + its.value + Math.abs(twice)));
      if (!(radius <= most)) most = radius;
      mass = up(mass + entries.values[k]);
    }
  }
  const slack = up(most * mass);
  const { gap, cost: twice } = transportGap(entries, gradient, f);
  const distortion = { lower: Math.max(0, down(twice.lower - slack) / 2), upper: up(twice.upper + slack) / 2 };
  const slope = up(gap + 2 * slack);
  if (!(distortion.upper < Infinity && slope < Infinity))
    return { proved: false, reason: 'the sums are beyond the range of doubles' };
  const figures = { distortion, slope: { lower: 0, upper: slope }, marginalError: marginalError(entries, a, b) };
  return { proved: true, figures };
}
