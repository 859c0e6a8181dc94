// The probability of preferring one of two, as a function of how much better it is: logistic, or normal.

/** A link function Φ with Φ(x) + Φ(-x) = 1, by what likelihoods need. */
export interface PreferenceLink {
  /** Φ(x). */
  probability(x: number): number;
  /** ln Φ(x), without underflow. */
  logProbability(x: number): number;
  /** The derivative of ln Φ. */
  slope(x: number): number;
  /** Minus the second derivative of ln Φ, at least 0. */
  curvature(x: number): number;
}

/** Φ(x) = 1 / (1 + e^-x). */
export const logisticLink: PreferenceLink = {
  probability: logistic,
  logProbability: (x) => (x > 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x))),
  slope: (x) => logistic(-x),
  curvature: (x) => logistic(x) * logistic(-x),
};

/** The distribution function of the standard normal distribution. */
export const probitLink: PreferenceLink = {
  probability: (x) => Math.exp(logNormal(x)),
  logProbability: logNormal,
  slope: millsRatio,
  curvature: (x) => Math.max(0, millsRatio(x) * (x + millsRatio(x))),
};

/** The link of a name. */
export function linkOf(name: 'logistic' | 'probit'): PreferenceLink {
  return name === 'logistic' ? logisticLink : probitLink;
}

function logistic(x: number): number {
  return x > 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** ln of the normal distribution function: by the continued fraction far below, by the series elsewhere. */
function logNormal(x: number): number {
  if (x < -4) return -0.5 * x * x - 0.5 * Math.log(2 * Math.PI) - Math.log(tail(-x));
  if (x > 4) return Math.log1p(-density(x) / tail(x));
  return Math.log(0.5 + series(x));
}

/** φ(x) / Φ(x). */
function millsRatio(x: number): number {
  return x < -4 ? tail(-x) : density(x) / Math.exp(logNormal(x));
}

function density(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** φ(y) over the probability beyond y > 0: y + 1/(y + 2/(y + 3/…)). */
function tail(y: number): number {
  let fraction = y;
  for (let k = 80; k >= 1; k--) fraction = y + k / fraction;
  return fraction;
}

/** Φ(x) - ½ for |x| <= 4. */
function series(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return density(x) * sum;
}
