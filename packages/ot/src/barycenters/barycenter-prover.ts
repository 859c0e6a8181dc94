// Potentials of plans from images to their barycentre, by another solver, at the level at which their mean has the barycentre's mass.
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { sinkhornNewtonSparse } from '../entropic/sinkhorn-newton-sparse.ts';
import { total } from '../transport.ts';
import type { BarycenterWitness } from './barycenter-checker.ts';
import type { Barycenter, BarycenterInstance } from './histograms.ts';

/** A witness. */
export function certify(
  { histograms, rows, cols, epsilon }: BarycenterInstance,
  { barycenter }: Barycenter,
): BarycenterWitness {
  const points = gridPoints(rows, cols);
  const cost = costMatrix(points, points, 'squared-euclidean');
  const [count, n, mass] = [histograms.rows, rows * cols, total(barycenter)];
  const target = barycenter.map((value) => value / mass);
  const potentials = new Float64Array(count * n);
  const logarithms = new Float64Array(n);
  for (let k = 0; k < count; k++) {
    const row = histograms.values.slice(k * n, (k + 1) * n);
    const own = total(row);
    const source = row.map((value) => value / own);
    const { sourcePotential: f } = sinkhornNewtonSparse(source, target, cost, { epsilon, tolerance: 1e-12 });
    potentials.set(f, k * n);
    for (let j = 0; j < n; j++) {
      const exponents = f.map((value, i) => (value - cost.values[i * n + j]) / epsilon);
      const most = exponents.reduce((largest, value) => Math.max(largest, value), -Infinity);
      logarithms[j] += (most + Math.log(exponents.reduce((sum, value) => sum + Math.exp(value - most), 0))) / count;
    }
  }
  const most = logarithms.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const level = most + Math.log(logarithms.reduce((sum, value) => sum + Math.exp(value - most), 0)) - Math.log(mass);
  return { potentials: potentials.map((value) => value - epsilon * level) };
}
