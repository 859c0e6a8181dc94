// Potentials of plans from images to their barycentre, by sweeps, at the level at which their mean has the barycentre's mass.
import type { BarycenterWitness } from './barycenter-checker.ts';
import type { Barycenter, BarycenterInstance } from './histograms.ts';

/** Sweeps an image. */
const MOST_SWEEPS = 5000;

/** A change of all potentials, over epsilon, that is as good as none. */
const SETTLED = 1e-13;

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), -Infinity);

/** log sum exp. */
function logSum(values: Float64Array): number {
  const most = largest(values);
  return most > -Infinity ? most + Math.log(total(values.map((value) => Math.exp(value - most)))) : most;
}

/** A witness. */
export function certify(
  { histograms, rows, cols, epsilon }: BarycenterInstance,
  { barycenter }: Barycenter,
): BarycenterWitness {
  const side = Math.max(rows, cols, 2) - 1;
  /** log (K exp(v)) for a kernel that acts along lines of pixels. */
  const along = (v: Float64Array, count: number, stride: number): Float64Array =>
    v.map((_, at) => {
      const own = Math.floor(at / stride) % count;
      const line = Float64Array.from(
        { length: count },
        (_, l) => v[at + (l - own) * stride] - ((l - own) / side) ** 2 / epsilon,
      );
      return logSum(line);
    });
  const blurred = (v: Float64Array) => along(along(v, cols, 1), rows, cols);
  const [count, n, mass] = [histograms.rows, rows * cols, total(barycenter)];
  const target = barycenter.map((value) => Math.log(value / mass));
  const [potentials, means] = [new Float64Array(count * n), new Float64Array(n)];
  for (let k = 0; k < count; k++) {
    const row = histograms.values.slice(k * n, (k + 1) * n);
    const own = total(row);
    const source = row.map((value) => Math.log(value / own));
    let u = source.map((value) => (value > -Infinity ? 0 : value));
    let columns = blurred(u);
    for (let sweep = 0, change = Infinity; sweep < MOST_SWEEPS && change > SETTLED; sweep++) {
      const sums = blurred(target.map((value, j) => value - columns[j]));
      const next = source.map((value, i) => value - sums[i]);
      change = largest(next.map((value, i) => (value > -Infinity ? Math.abs(value - u[i]) : 0)));
      u = next;
      columns = blurred(u);
    }
    potentials.set(u, k * n);
    for (let j = 0; j < n; j++) means[j] += columns[j] / count;
  }
  const level = logSum(means) - Math.log(mass);
  return { potentials: potentials.map((value) => epsilon * (value - level)) };
}
