// Intervals for means of rewards that hold at all times at once, however the arms were chosen: a mixture of likelihood
// ratios is a supermartingale under the true mean, and so unlikely ever to become large (J. Ville, 1939; H. Robbins, 1970).
import { checkInteger, checkNumber } from '@infimum/core';

/** An interval. */
export interface Interval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/**
 * An interval for the mean of numbers in [0, 1] that is valid at every moment: with probability 1 - α the mean, given all
 * that came before, lies inside at all times at once. So it does not matter that an arm was played more while it looked
 * good, when the experiment was stopped, or how often the interval was looked at. For numbers that are 0 or 1, and for any others in
 * between: by convexity, E (q/p)^X ((1-q)/(1-p))^(1-X) <= 1 where E X = p, and the mixture over q ~ Beta(½, ½) is
 *
 *   M(p) = B(S + ½, n - S + ½) / (B(½, ½) p^S (1 - p)^(n-S)).
 *
 * The interval is {p : M(p) < 1/α}, found by bisection. Time O(1).
 *
 * @param sum - the sum S of the numbers, in [0, count]
 * @param count - how many there are, n
 * @param level - 1 - α in (0, 1); 0.95 by default
 * @throws {InvalidInputError} for a sum, a count or a level out of range
 *
 * @example
 * ```ts
 * import { confidenceSequence } from '@infimum/bandits-rl';
 *
 * const { low, high } = confidenceSequence(60, 100);
 * console.log(low.toFixed(3), high.toFixed(3)); // 0.434 0.751
 * ```
 */
export function confidenceSequence(sum: number, count: number, level = 0.95): Interval {
  checkInteger(count, 'count', { min: 0 });
  checkNumber(sum, 'sum', { min: 0, max: count });
  checkNumber(level, 'level', { above: 0, below: 1 });
  if (count === 0) return { low: 0, high: 1 };
  const rest = count - sum;
  const mixture = logBeta(sum + 0.5, rest + 0.5) - Math.log(Math.PI) + Math.log(1 - level);
  const outside = (p: number) => mixture - (sum > 0 ? sum * Math.log(p) : 0) - (rest > 0 ? rest * Math.log1p(-p) : 0) >= 0;
  const mean = sum / count;
  return { low: edge(mean, 0, outside), high: edge(mean, 1, outside) };
}

/** Shares of the capital that are bet, in geometric steps. */
const BETS: readonly number[] = /* @__PURE__ */ Array.from({ length: 18 }, (_, k) => 0.9 * 0.7 ** k);

/**
 * A lower bound for the mean m of numbers x_t >= 0 of any size, given all that came before, that holds at all times at once with
 * probability `level`: for every share c in (0, 1), ∏ (1 - c + c x_t / m) is a martingale, and so is the mean over several
 * shares; m is refused where it has reached 1/(1 - level). Time O(n) for each of some 60 candidates and 18 shares.
 *
 * Source: I. Waudby-Smith, A. Ramdas: Estimating means of bounded random variables by betting (arXiv 2010.09686); for importance
 * weights I. Waudby-Smith, L. Wu, A. Ramdas, N. Karampatziakis, P. Mineiro: Anytime-valid off-policy inference for contextual
 * bandits (arXiv 2210.10768).
 */
export function bettingLowerBound(terms: Float64Array, level: number, most: number): number {
  // Far outside first: nothing can be said below the smallest number.
  const goal = -Math.log(1 - level);
  if (capital(terms, most) >= goal) return most;
  return edge(most, 0, (m) => (m > 0 ? capital(terms, m) >= goal : terms.some((x) => x > 0)));
}

/** The logarithm of the capital after bets on a mean above m. */
function capital(terms: Float64Array, m: number): number {
  const gains = BETS.map((share) => {
    let [product, log] = [1, 0];
    for (let t = 0; t < terms.length; t++) {
      product *= 1 - share + (share * terms[t]) / m;
      // One logarithm for many factors.
      if (product > 1e250 || product < 1e-250) {
        log += Math.log(product);
        product = 1;
      }
    }
    return log + Math.log(product);
  });
  const best = Math.max(...gains);
  if (!Number.isFinite(best)) return best;
  return best + Math.log(gains.reduce((sum, gain) => sum + Math.exp(gain - best), 0) / gains.length);
}

/** The last place between a point inside and an end that is not outside yet. */
function edge(inside: number, end: number, outside: (p: number) => boolean): number {
  if (inside === end || !outside(end)) return end;
  let [near, far] = [inside, end];
  for (let step = 0; step < 60; step++) {
    const middle = (near + far) / 2;
    if (outside(middle)) far = middle;
    else near = middle;
  }
  return far;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x) for x > 0: Stirling's series where it has converged, from x shifted upwards. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 10; y++) shift += Math.log(y);
  const z = 1 / (y * y);
  const series = (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z / 1188)))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
