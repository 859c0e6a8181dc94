// What whole numbers cost beyond real ones: discrete Gaussian noise against that of the Gaussian law, whose accounting is exact.
//
// Let Y have the discrete Gaussian law on ℤ^D with deviation s, X the Gaussian one on ℝ^D, R = X rounded. A sum of whole numbers plus R
// is that sum plus X, rounded afterwards: as private as X. At y the two laws part by P(R = y) / P(Y = y) = S^D Π E cosh(y_j U / s²)
// e^(-U²/2s²), U uniform on [-1/2, 1/2], 1 <= S <= 1 + 3e^(-2π²s²). So P(Y = y) <= e^a P(R = y), a = -D ln(1 - 1/24s²), and where |y| <= T,
// P(R = y) <= e^b P(Y = y), b = T²/8s⁴. With T = s (√D + t) + √D/2, |R| > T has a probability of e^(-t²/2) at most. If X is (ε, δ)-private
// on a pair of neighbours, for any event E: P(Y + m in E) <= e^a (e^ε (e^b P(Y + m' in E) + e^(-t²/2)) + δ). For n releases, chosen one
// after the other or not, on samples or not, a and b add up, and e^(-t²/2) counts n times.
import type { SampledGaussian } from './loss-distribution.ts';

/** The part of δ that is left for |R| > T. */
const TAIL_PART = 1e-9;

/** The part of δ that the Gaussian law may have, and a, what the ratio of the laws adds to ε. */
export function gridSlack(events: readonly SampledGaussian[]): { readonly part: number; readonly ratio: number } {
  let ratio = 0;
  for (const { grid, count } of events) if (grid) ratio -= count * grid.dimension * Math.log1p(-1 / (24 * grid.deviation ** 2));
  return ratio === 0 ? { part: 1, ratio } : { part: Math.exp(-ratio) * (1 - TAIL_PART), ratio };
}

/** b: what else is added to ε. */
export function gridExcess(events: readonly SampledGaussian[], delta: number, epsilon: number): number {
  const { ratio } = gridSlack(events);
  const releases = events.reduce((sum, { grid, count }) => sum + (grid ? count : 0), 0);
  if (releases === 0) return 0;
  const tail = Math.sqrt(2 * (Math.log(releases / TAIL_PART) - Math.log(delta) + epsilon + ratio));
  let excess = 0;
  for (const { grid, count } of events) {
    if (grid)
      excess += (count * (Math.sqrt(grid.dimension) * (1 + 0.5 / grid.deviation) + tail) ** 2) / (8 * grid.deviation ** 2);
  }
  return excess;
}
