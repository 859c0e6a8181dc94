// How far a distribution is from the entropic barycentre of images, from a potential an image.
//
// J.-D. Benamou, G. Carlier, M. Cuturi, L. Nenna, G. Peyré: Iterative Bregman projections, SIAM J. Sci. Comput. 37 (2015).
import type { Verdict } from '@infimum/core/certificate';
import { interval, log, radiusOfSum, U, up } from '@infimum/rigor';
import { divergence, EXPONENTIAL_SHARE, exponential } from '../plan-checker.ts';
import { potentials } from '../transport-checker.ts';
import type { Barycenter, BarycenterInstance } from './histograms.ts';

/** Potentials in units of the cost; -Infinity where an image has no mass. */
export interface BarycenterWitness {
  /** f_k of the pixels, one image after the other. */
  readonly potentials: ArrayLike<number>;
}

/**
 * With K = exp(-C / epsilon), u_k = exp(f_k / epsilon) and s_k = K'u_k the plans u_k K h / s_k have the column sums h and the row sums
 * h'_k, and are the best for them. Proves that no distribution has a mean entropic cost to the h'_k that is lower than that of h by more
 * than `gap`, epsilon times the divergence of h from the geometric mean of the s_k, and bounds the mean of |h'_k - h_k|. Never throws.
 */
export function check(instance: BarycenterInstance, { barycenter: h }: Barycenter, witness: unknown): Verdict {
  const { histograms, rows, cols, epsilon, debiased } = instance;
  const [count, n] = [histograms.rows, rows * cols];
  const f = potentials((witness as Partial<BarycenterWitness> | null)?.potentials, count * n, -Infinity);
  if (!f) return { proved: false, reason: `the witness does not have ${n} potentials for each image` };
  if (debiased) return { proved: false, reason: 'the objective is debiased' };
  if (!(h instanceof Float64Array && h.length === n && h.every((mass) => mass >= 0 && mass < Infinity)))
    return { proved: false, reason: 'the barycentre is not a distribution on the pixels' };
  const side = Math.max(rows, cols, 2) - 1;
  // Squares of whole numbers over another: of a cost one rounding.
  const costs = Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    const [down, right] = [Math.floor(i / cols) - Math.floor(j / cols), (i % cols) - (j % cols)];
    return (down * down + right * right) / (side * side);
  });
  const [means, meanRadii, sizes] = [0, 0, 0].map(() => new Float64Array(n));
  const exponents = new Float64Array(n * n);
  let error = 0;
  for (let k = 0; k < count; k++) {
    const [values, errors] = [new Float64Array(n), new Float64Array(n)];
    for (let j = 0; j < n; j++) {
      let [most, size] = [-Infinity, 0];
      for (let i = 0; i < n; i++) {
        const potential = f[k * n + i];
        const t = (potential - costs[i * n + j]) / epsilon;
        exponents[i * n + j] = t;
        most = Math.max(most, t);
        if (potential > -Infinity) size = Math.max(size, Math.abs(potential) + costs[i * n + j]);
      }
      if (!(most > -Infinity)) return { proved: false, reason: 'an image has no finite potential' };
      let sum = 0;
      for (let i = 0; i < n; i++) sum += exponents[i * n + j] - most > -700 ? exponential(exponents[i * n + j] - most) : 0;
      // Of an exponent: of the cost, the difference and the quotient a rounding each, and that of what is taken from the largest.
      const spread = up(8 * U * up(size / epsilon));
      const share = up(2 * (EXPONENTIAL_SHARE + (n + 4) * U)) + 1e-290;
      const logarithm = log(interval(sum));
      const level = most + logarithm.lower;
      const radius = up(
        spread + up(share + up(logarithm.upper - logarithm.lower) + 2 * U * (Math.abs(most) + Math.abs(level))),
      );
      means[j] += level / count;
      sizes[j] += Math.abs(level) / count;
      meanRadii[j] = up(meanRadii[j] + radius / count);
      if (h[j] === 0) continue;
      const off = up(2 * up(spread + up(radius + 4 * U * up(size / epsilon + Math.abs(level)))) + share);
      if (!(off < 0.5)) return { proved: false, reason: 'costs over epsilon are beyond the precision of doubles' };
      for (let i = 0; i < n; i++) {
        const exponent = exponents[i * n + j] - level;
        const mass = exponent > -700 ? h[j] * exponential(exponent) : 0;
        values[i] += mass;
        errors[i] = up(errors[i] + up(up(mass * off) + h[j] * 1e-290 + 1e-300));
      }
    }
    for (let i = 0; i < n; i++) {
      const distance = Math.abs(values[i] - histograms.values[k * n + i]);
      const radius = up(errors[i] + radiusOfSum(n, values[i]));
      error = up(error + up(up(distance) + radius));
    }
  }
  let sum = 0;
  for (let j = 0; j < n; j++) {
    const radius = up(meanRadii[j] * (1 + 4 * U) + up((count + 4) * 2 * U * sizes[j]));
    sum = up(sum + divergence(h[j], 0, means[j], radius, 1, 0));
  }
  const gap = up(epsilon * sum);
  if (!(gap < Infinity && error < Infinity))
    return { proved: false, reason: 'the potentials are too far from those of the barycentre' };
  const marginalError = { lower: 0, upper: up(error / count) };
  return { proved: true, figures: { gap: { lower: 0, upper: gap }, marginalError } };
}
