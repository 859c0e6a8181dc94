// Potentials that prove a plan's gap: the solution's, made as large as possible. They need not be trusted.
import type { Transport, TransportPlan } from './transport.ts';
import type { TransportWitness } from './transport-checker.ts';

/** min_j C_ij - g_j for every i, and the same of columns: of finite potentials, 0 where there are none. */
export function raised({ rows, cols, values }: Transport['cost'], of: 'rows' | 'cols', other: ArrayLike<number>): Float64Array {
  const out = new Float64Array(of === 'rows' ? rows : cols).fill(Infinity);
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, k++) {
      const [own, its] = of === 'rows' ? [i, j] : [j, i];
      if (other[its] > -Infinity && other[its] < Infinity) out[own] = Math.min(out[own], values[k] - other[its]);
    }
  }
  return out.map((value) => (value < Infinity ? value : 0));
}

/** A witness. */
export function certify({ cost }: Transport, { sourcePotential }: TransportPlan): TransportWitness {
  return { source: raised(cost, 'rows', raised(cost, 'cols', sourcePotential)) };
}
